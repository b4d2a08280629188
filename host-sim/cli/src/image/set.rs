//! Images compared with each other: which belong together, who is newest, what differs.

use raid10_metadata::{Name, Set, Uuid};

use super::member::{Md, Member};
use super::standing::Standing;

/// The images of one set.
#[derive(Debug)]
pub(crate) struct SetView<'a> {
    pub(crate) uuid: Uuid,
    pub(crate) seats: Vec<Seat<'a>>,
    /// The seat of the newest member.
    pub(crate) newest: usize,
}

/// One image in its set.
#[derive(Debug)]
pub(crate) struct Seat<'a> {
    pub(crate) file: &'a str,
    pub(crate) md: &'a Md,
    pub(crate) standing: Standing,
}

/// A slot, and who says that it is theirs: by seat.
#[derive(Clone, Debug)]
pub(crate) struct SlotView {
    pub(crate) slot: u16,
    pub(crate) claims: Vec<usize>,
    /// Those of them that hold all that it must hold.
    pub(crate) in_sync: Vec<usize>,
}

/// A field that must be the same on all members, and is not: its value on each seat.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) field: &'static str,
    pub(crate) values: Vec<String>,
}

/// A field's name, and its value as text.
type Field = (&'static str, fn(&Set) -> String);

/// A name as text that no terminal takes for a command.
pub(crate) fn text(name: &Name) -> String {
    String::from_utf8_lossy(name.as_bytes()).escape_debug().to_string()
}

/// The sets to which images belong, in the order of their first image.
pub(crate) fn sets(members: &[Member]) -> Vec<SetView<'_>> {
    let found = || members.iter().filter_map(|member| Some((member, member.md.as_ref()?)));
    let mut uuids: Vec<Uuid> = Vec::new();
    for (_, md) in found() {
        if !uuids.contains(&md.set.uuid) {
            uuids.push(md.set.uuid);
        }
    }
    let view = |uuid: Uuid| {
        let of_set = found().filter(|(_, md)| md.set.uuid == uuid);
        SetView::new(uuid, of_set.map(|(member, md)| (member.file.as_str(), md)).collect())
    };
    uuids.into_iter().map(view).collect()
}

impl<'a> SetView<'a> {
    fn new(uuid: Uuid, members: Vec<(&'a str, &'a Md)>) -> Self {
        // A spare sees all events, but says nothing of the data. The rest makes the choice the same in any order.
        let age = |md: &Md| {
            let state = &md.state;
            (md.slot().is_some(), state.events, state.updated.to_raw(), md.device.uuid)
        };
        let newest = (0..members.len()).max_by_key(|&seat| age(members[seat].1)).unwrap_or(0);
        let seat = |&(file, md): &(&'a str, &'a Md)| Seat {
            file,
            md,
            standing: Standing::of(md, members[newest].1),
        };
        Self { uuid, seats: members.iter().map(seat).collect(), newest }
    }

    /// The newest member.
    pub(crate) fn newest(&self) -> &Seat<'a> {
        &self.seats[self.newest]
    }

    /// Each slot of the array, and who claims it.
    pub(crate) fn slots(&self) -> Vec<SlotView> {
        let slots = self.newest().md.set.raid_disks as u16;
        (0..slots).map(|slot| self.slot(slot)).collect()
    }

    fn slot(&self, slot: u16) -> SlotView {
        let seats = self.seats.iter().enumerate();
        let claims: Vec<usize> = seats
            .filter(|(_, seat)| seat.md.slot() == Some(slot))
            .map(|(index, _)| index)
            .collect();
        let holds = |&seat: &usize| self.seats[seat].standing == Standing::InSync;
        let in_sync = claims.iter().copied().filter(holds).collect();
        SlotView { slot, claims, in_sync }
    }

    /// Whether each chunk has a copy on a slot that is in sync (Linux `raid10.c`, `enough`).
    pub(crate) fn is_complete(&self) -> bool {
        let set = self.newest().md.set;
        let (copies, slots) = (u32::from(set.near_copies), set.raid_disks);
        let views = self.slots();
        let held =
            |slot: u32| views.get(slot as usize).is_some_and(|view| !view.in_sync.is_empty());
        let mut first = 0;
        loop {
            if !(0..copies).any(|copy| held((first + copy) % slots)) {
                return false;
            }
            first = (first + copies) % slots;
            if first == 0 {
                return true;
            }
        }
    }

    /// The fields in which members differ though they must not.
    pub(crate) fn differences(&self) -> Vec<Difference> {
        let fields: [Field; 7] = [
            ("name", |set| text(&set.name)),
            ("created", |set| set.created.to_raw().to_string()),
            ("slots", |set| set.raid_disks.to_string()),
            ("copies", |set| set.near_copies.to_string()),
            ("chunk sectors", |set| set.chunk.to_string()),
            ("sectors of each member", |set| set.size.to_string()),
            ("logical block", |set| set.logical_block_size.to_string()),
        ];
        let differs = |(field, value): Field| {
            let values: Vec<String> = self.seats.iter().map(|seat| value(&seat.md.set)).collect();
            let all_equal = values.iter().all(|value| *value == values[0]);
            (!all_equal).then_some(Difference { field, values })
        };
        fields.into_iter().filter_map(differs).collect()
    }

    /// Pairs of seats for which something holds.
    pub(crate) fn pairs(
        &self,
        holds: impl Fn(&Seat<'a>, &Seat<'a>) -> bool,
    ) -> Vec<(usize, usize)> {
        let seats = 0..self.seats.len();
        let pairs = seats.flat_map(|a| (a + 1..self.seats.len()).map(move |b| (a, b)));
        pairs.filter(|&(a, b)| holds(&self.seats[a], &self.seats[b])).collect()
    }
}
