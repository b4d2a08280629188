use raid10_metadata::{Name, Timestamp, Uuid};

use super::Member;
use crate::image::create::{self, Identities, Layout, Plan};
use crate::image::file::Image;
use crate::image::{finding, plan, set};
use crate::render::inspect::Report;
use crate::render::inspect::json::Document;

const BYTES: u64 = 4 << 20;
/// Where superblock, bitmap and log of a new member lie, and a little around them.
const METADATA: usize = 16 << 10;
const SUPERBLOCK: usize = 4096;
const SUM_AT: usize = SUPERBLOCK + 0xD8;

/// Numbers in an order that is always the same (Marsaglia, xorshift).
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % below
    }
}

fn fresh(path: &std::path::Path) -> Image {
    let _ = std::fs::remove_file(path);
    let plan = Plan {
        name: Name::new("fw:test").expect("a short name"),
        uuid: Uuid([7; 16]),
        time: Timestamp { seconds: 1_704_067_200, micros: 0 },
        copies: 2,
        chunk: 64 << 10,
        bitmap_chunk: Some(4096),
        clean: false,
    };
    let image = Image::create(path, BYTES).expect("a new image");
    let layout = Layout::new(&plan, &[image.sectors(); 4]).expect("a good layout");
    let device = Identities::Derived.member(plan.uuid, plan.time, 0).expect("an identity");
    let block = create::superblock(&layout, image.sectors(), 0, device).expect("a superblock");
    create::write(&image, &layout, &block).expect("room");
    image
}

/// The checksum over the superblock, as far as it is the sum of the words of its head and of 128 roles.
fn correct(bytes: &mut [u8]) {
    bytes[SUM_AT..SUM_AT + 4].fill(0);
    let words = bytes[SUPERBLOCK..SUPERBLOCK + 512].as_chunks::<4>().0;
    let sum: u64 = words.iter().map(|word| u64::from(u32::from_le_bytes(*word))).sum();
    let folded = (sum as u32).wrapping_add((sum >> 32) as u32);
    bytes[SUM_AT..SUM_AT + 4].copy_from_slice(&folded.to_le_bytes());
}

/// Whatever lies on an image, it is told; two images are compared, so that they have something to disagree on.
#[test]
fn no_bytes_make_it_panic() {
    let name = |which: &str| {
        std::env::temp_dir().join(format!("raid10-member-{}-{which}", std::process::id()))
    };
    let paths = [name("good"), name("odd")];
    let images = paths.clone().map(|path| fresh(&path));
    let mut good = vec![0; METADATA];
    images[1].read_at(0, &mut good).expect("a good image");
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut accepted = 0;
    for _ in 0..4000 {
        let mut bytes = good.clone();
        for _ in 0..=chance.next(4) {
            // Most of it in the head of the superblock and of the bitmap, where the numbers are.
            let at =
                [SUPERBLOCK, 2 * SUPERBLOCK, 3 * SUPERBLOCK][chance.next(3)] + chance.next(300);
            bytes[at] = [0, 1, 0x7F, 0x80, 0xFF, chance.next(256) as u8][chance.next(6)];
        }
        correct(&mut bytes);
        images[1].write_at(0, &bytes).expect("room");
        let members: Vec<Member> =
            paths.iter().map(|path| Member::read(path).expect("a good file")).collect();
        accepted += u32::from(members[1].md.is_some());
        let sets = set::sets(&members);
        let plans = plan::plans(&members, sets.iter().map(|set| set.uuid));
        let findings = finding::findings(&members, &sets, &plans);
        let report = Report {
            members: &members,
            sets: &sets,
            plans: &plans,
            findings: &findings,
            all_read: true,
        };
        assert!(!report.to_string().is_empty());
        let document = Document::new(&members, &sets, &plans, &findings);
        assert!(serde_json::to_string(&document).is_ok());
    }
    for path in paths {
        std::fs::remove_file(path).expect("an image to remove");
    }
    assert!((500..4000).contains(&accepted), "{accepted} of 4000 were accepted");
}
