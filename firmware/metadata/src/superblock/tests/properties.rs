use std::vec::Vec;

use proptest::prelude::*;

use super::*;

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<[u8; 16]>().prop_map(Uuid)
}

fn time() -> impl Strategy<Value = Timestamp> {
    any::<u64>().prop_map(Timestamp::from_raw)
}

prop_compose! {
    fn set()(
        uuid in uuid(),
        name: [u8; 32],
        created in time(),
        near_copies in 2_u8..6,
        more in 0_u32..40,
        chunk in 3_u32..8,
        size in 128_u64..30_720,
        logical in prop::sample::select(&[0, 512, 4096][..]),
    ) -> Set {
        Set {
            uuid,
            name: Name(name),
            created,
            near_copies,
            raid_disks: u32::from(near_copies) + more,
            chunk: 1 << chunk,
            size,
            logical_block_size: logical,
        }
    }
}

prop_compose! {
    fn device()(
        uuid in uuid(),
        roles in 1_u16..300,
        number in any::<prop::sample::Index>(),
        data_offset in 1000_u64..2048,
        bitmap in any::<bool>(),
        log in any::<bool>(),
        shift in 0_u8..16,
        flags: u8,
    ) -> Device {
        Device {
            uuid,
            number: number.index(usize::from(roles)) as u32,
            data_offset: DriveSector(data_offset),
            data_size: 30_720,
            bitmap_offset: bitmap.then_some(16),
            log: log.then_some(LogOffset { offset: 100, sectors: 8, shift }),
            flags,
            roles,
        }
    }
}

prop_compose! {
    fn state()(events: u64, updated in time(), resync: u64) -> State {
        State { events, updated, resync: Resync::from_raw(resync) }
    }
}

/// A good superblock with some bytes overwritten, its checksum made good.
fn nearly_good() -> impl Strategy<Value = Block> {
    let places = prop::collection::vec((0_usize..0x110, any::<u8>()), 0..4);
    places.prop_map(|places: Vec<(usize, u8)>| {
        let mut block = sample();
        for (at, byte) in places {
            block[at] = byte;
        }
        repair(&mut block);
        block
    })
}

proptest! {
    #[test]
    fn all_values_are_read_as_they_were_formatted(
        set in set(),
        device in device(),
        state in state(),
    ) {
        let mut block = [0; BLOCK_BYTES];
        let made = format(&mut block, Minor::V1_2, DRIVE, &set, &device, &state);
        prop_assert_eq!(made, Ok(()));
        let superblock = good(&block);
        prop_assert_eq!(superblock.set(), set);
        prop_assert_eq!(superblock.device(), device);
        prop_assert_eq!(superblock.state(), state);
        prop_assert_eq!(superblock.own_role(), Role::Spare);
    }

    /// Setting every field to what it is changes no byte of what Linux could have written. Only roles that the table
    /// has: the role of any further number would make it grow.
    #[test]
    fn setting_what_is_there_changes_nothing(block in nearly_good()) {
        let Ok(superblock) = parse(&block) else {
            return Ok(());
        };
        let told = u32::from(superblock.device().roles).min(8);
        let roles: Vec<Role> = (0..told).map(|number| superblock.role(number)).collect();
        let mut copy = block;
        let mut editor = Editor::new(&mut copy, Minor::V1_2, DRIVE).expect("it was read");
        editor.set_events(superblock.events());
        editor.set_updated(superblock.state().updated);
        editor.set_resync(superblock.state().resync);
        editor.set_size(superblock.set().size);
        if superblock.recovery().is_some() {
            editor.set_recovery(superblock.recovery());
        }
        editor.set_replacement(superblock.is_replacement());
        editor.set_corrected_reads(superblock.corrected_reads());
        for (number, role) in roles.into_iter().enumerate() {
            let known = !matches!(role, Role::Journal | Role::Unknown(_) | Role::Slot(4..));
            if known {
                prop_assert_eq!(editor.set_role(number as u32, role), Ok(()));
            }
        }
        prop_assert!(editor.seal().is_ok());
        prop_assert!(copy == block);
    }

    #[test]
    fn random_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), BLOCK_BYTES)) {
        let mut block: Block = bytes.try_into().expect("a block");
        for minor in Minor::ALL {
            prop_assert!(Superblock::parse(&block, minor, DRIVE).is_err());
        }
        block[..8].copy_from_slice(&[0xFC, 0x4E, 0x2B, 0xA9, 1, 0, 0, 0]);
        block[0xDD..0xE0].fill(0);
        repair(&mut block);
        for minor in Minor::ALL {
            prop_assert!(Superblock::parse(&block, minor, DRIVE).is_err());
        }
    }
}
