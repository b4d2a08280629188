//! The checksum of a superblock (Linux `drivers/md/md.c`, `calc_sb_1_csum`).

use zerocopy::little_endian::U32;

use crate::wire::{BLOCK_BYTES, Block, HEAD_BYTES, ROLES_MAX, Super};

const WORD_BYTES: usize = size_of::<U32>();

/// The sum over the head and `max_dev` roles; `None` if there is no room for so many.
///
/// All words are added up in 64 bits; the halves of the sum are added once, and a carry out of that is dropped.
/// The checksum itself counts as zero.
pub(super) fn checksum(block: &Block) -> Option<u32> {
    let wire = Super::of(block);
    let roles = usize::try_from(wire.max_dev.get()).ok().filter(|&roles| roles <= ROLES_MAX)?;
    let bytes = HEAD_BYTES + 2 * roles;
    let words: &[U32; BLOCK_BYTES / WORD_BYTES] = zerocopy::transmute_ref!(block);
    let mut sum: u64 =
        words.iter().take(bytes / WORD_BYTES).map(|word| u64::from(word.get())).sum();
    sum -= u64::from(wire.checksum.get());
    if !bytes.is_multiple_of(WORD_BYTES) {
        sum += wire.roles.get(roles - 1).map_or(0, |role| u64::from(role.get()));
    }
    Some((sum as u32).wrapping_add((sum >> 32) as u32))
}
