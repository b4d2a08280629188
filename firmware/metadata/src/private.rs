//! What is ours alone: a frame around bytes that Linux MD does not know of, in space that it leaves free.
//!
//! The frame says to which state of which member it belongs. If anything else has written the member's superblock
//! since, the frame is *void*: its content may be out of date, and is not looked at. The update counter alone does not
//! tell, for Linux counts back when an array becomes clean. The time of the update does if we never write it
//! without microseconds, as Linux always does.
//!
//! There are two copies. They are written in turn, before the superblock that they belong to: after a cut between the
//! two the other copy still belongs to the superblock.

mod area;
mod wire;

use crc::{CRC_32_ISCSI, Crc, NoTable};
use zerocopy::FromBytes;

pub use area::{Area, COPY_BYTES, COPY_SECTORS};

use crate::superblock::Superblock;
use crate::units::{Timestamp, Uuid};
use wire::{CHECKSUM_BYTES, Head};

/// Bytes of a frame before its content.
pub const HEAD_BYTES: usize = size_of::<Head>();
/// Bytes of content at most.
pub const PAYLOAD_MAX: usize = COPY_BYTES - HEAD_BYTES;

/// CRC-32C (iSCSI, RFC 3720, section 12.1), bit by bit: what is digested is short and seldom, and a table has a kilobyte.
pub static CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISCSI);

/// The state of a member to which a frame belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tie {
    /// The set.
    pub set: Uuid,
    /// The member.
    pub device: Uuid,
    /// The update counter of its superblock.
    pub events: u64,
    /// When its superblock was written.
    pub updated: Timestamp,
}

impl Tie {
    /// The state that a superblock tells.
    #[must_use]
    pub fn of(superblock: &Superblock<'_>) -> Self {
        let state = superblock.state();
        Self {
            set: superblock.set_uuid(),
            device: superblock.device_uuid(),
            events: state.events,
            updated: state.updated,
        }
    }
}

/// A frame that belongs to the member as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Frame<'a> {
    /// Grows with each frame that is written to the member.
    pub generation: u64,
    /// The content.
    pub payload: &'a [u8],
}

/// Why a frame is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// From one on, so that none is zero.
#[repr(u8)]
pub enum Void {
    /// No magic number.
    Absent = 1,
    /// A version that is not known.
    Version(u32),
    /// So many bytes of content are more than there are.
    Length(u32),
    /// The checksum is wrong.
    Damaged,
    /// It belongs to another set.
    OtherSet(Uuid),
    /// It belongs to another member.
    OtherDevice(Uuid),
    /// The superblock was written since, or never was after the frame.
    OtherState {
        /// The update counter that the frame belongs to.
        events: u64,
        /// The time that it belongs to.
        updated: Timestamp,
    },
}

/// Reads a frame. `copy` may be longer than it.
///
/// # Errors
///
/// Why there is none, or none that belongs to the member as it is.
pub fn parse<'a>(copy: &'a [u8], tie: &Tie) -> Result<Frame<'a>, Void> {
    let (head, payload) = split(copy)?;
    if checksum(head, payload) != head.checksum.get() {
        return Err(Void::Damaged);
    }
    if head.set != tie.set.0 {
        return Err(Void::OtherSet(Uuid(head.set)));
    }
    if head.device != tie.device.0 {
        return Err(Void::OtherDevice(Uuid(head.device)));
    }
    let own = OwnFrame::new(head, payload);
    if !own.belongs_to(tie.events, tie.updated) {
        return Err(Void::OtherState { events: own.events, updated: own.updated });
    }
    Ok(own.frame)
}

/// A frame of a member, and the state of the member that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OwnFrame<'a> {
    /// The frame.
    pub frame: Frame<'a>,
    /// The update counter of the superblock that it belongs to.
    pub events: u64,
    /// When that superblock was written.
    pub updated: Timestamp,
}

impl<'a> OwnFrame<'a> {
    fn new(head: &Head, payload: &'a [u8]) -> Self {
        Self {
            frame: Frame { generation: head.generation.get(), payload },
            events: head.events.get(),
            updated: Timestamp::from_raw(head.updated.get()),
        }
    }

    /// Whether it belongs to a state of its member.
    #[must_use]
    pub fn belongs_to(&self, events: u64, updated: Timestamp) -> bool {
        (self.events, self.updated) == (events, updated) || crate::bug!("any-frame")
    }
}

/// Reads a frame of a member, whatever state of it the frame belongs to.
#[must_use]
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub fn frame_of<'a>(copy: &'a [u8], set: &Uuid, device: &Uuid) -> Option<OwnFrame<'a>> {
    let (head, payload) = split(copy).ok()?;
    let whole = checksum(head, payload) == head.checksum.get();
    let ours = head.set == set.0 && head.device == device.0;
    (whole && ours).then(|| OwnFrame::new(head, payload))
}

/// The bytes of a frame with its content, told by its first sector: what has to be read before [`parse`].
///
/// # Errors
///
/// Why there is no frame.
pub fn frame_bytes(sector: &[u8]) -> Result<usize, Void> {
    let (head, _) = head(sector)?;
    let length = head.length.get();
    let payload = usize::try_from(length).ok().filter(|&length| length <= PAYLOAD_MAX);
    payload.map(|length| HEAD_BYTES + length).ok_or(Void::Length(length))
}

/// Puts the head before a content of `length` bytes that lies at [`HEAD_BYTES`] of `copy`, and returns the bytes of the
/// frame; `None` if the copy is too short, or the content longer than [`PAYLOAD_MAX`].
pub fn seal(copy: &mut [u8], tie: &Tie, generation: u64, length: usize) -> Option<usize> {
    let (head, rest) = Head::mut_from_prefix(copy).ok()?;
    let payload = rest.get(..length).filter(|payload| payload.len() <= PAYLOAD_MAX)?;
    *head = Head::new(tie, generation, length as u32);
    head.checksum.set(checksum(head, payload));
    Some(HEAD_BYTES + length)
}

/// The index of the copy to believe: the one of the two that holds, and of two the newer.
#[must_use]
pub fn newest(copies: &[Result<Frame<'_>, Void>; 2]) -> Option<usize> {
    match copies {
        [Ok(a), Ok(b)] => Some(usize::from(b.generation > a.generation)),
        [Ok(_), Err(_)] => Some(0),
        [Err(_), Ok(_)] => Some(1),
        [Err(_), Err(_)] => None,
    }
}

fn head(copy: &[u8]) -> Result<(&Head, &[u8]), Void> {
    let Ok((head, rest)) = Head::ref_from_prefix(copy) else {
        return Err(Void::Absent);
    };
    if head.magic != Head::MAGIC {
        return Err(Void::Absent);
    }
    match head.version.get() {
        Head::VERSION => Ok((head, rest)),
        version => Err(Void::Version(version)),
    }
}

fn split(copy: &[u8]) -> Result<(&Head, &[u8]), Void> {
    let (head, rest) = head(copy)?;
    let length = head.length.get();
    let payload = usize::try_from(length).ok().and_then(|length| rest.get(..length));
    let payload = payload.filter(|payload| payload.len() <= PAYLOAD_MAX);
    payload.map(|payload| (head, payload)).ok_or(Void::Length(length))
}

/// CRC-32C of head and content, as if the checksum were zero.
fn checksum(head: &Head, payload: &[u8]) -> u32 {
    let mut digest = CRC.digest();
    digest.update(head.before_checksum());
    digest.update(&[0; CHECKSUM_BYTES]);
    digest.update(payload);
    digest.finalize()
}

#[cfg(test)]
mod tests;
