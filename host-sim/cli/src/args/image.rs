//! The command line of the tools on images.

use std::path::PathBuf;

use raid10_metadata::{Timestamp, Uuid};

use super::Format;
use crate::image::size;

const INSPECT_STATUS: &str = "\
EXIT STATUS
  0  nothing is wrong; there may be notes, such as on an array that was not stopped cleanly
  1  something is wrong with an image or with the set, and is named
  2  bad usage, or an image that cannot be read";

const CREATE_STATUS: &str = "\
EXIT STATUS
  0  the set is made
  2  bad usage, an image that cannot be used, or one that is not blank; files that were made
     are removed again";

const ASSEMBLE_STATUS: &str = "\
EXIT STATUS
  0  the content is written, and all of it is as new as it can be
  1  the array would not start, and nothing is written; or something is lost, old, or differs
     though the array was clean
  2  bad usage, or a file that cannot be read or written";

/// Show what images of members hold, and whether they fit together.
///
/// An image is a file or a block device with metadata of Linux MD, version 1.0, 1.1 or 1.2, level 10,
/// near layout. It is opened for reading only, and read only where metadata may lie: size does not matter.
///
/// Of each image: superblock, bitmap with the ranges that are marked, log of bad blocks, and the private area of
/// this engine, or why it is void. Of several images also the set: who is newest, who has which slot, which fields
/// differ, what is stale, cloned or foreign; and the engine's plan, as a dry run: what would become of each image,
/// and whether the array would start. Then all that is wrong, with the image and the byte.
#[derive(Debug, clap::Args)]
#[command(after_long_help = format!("\
STANDINGS
  in sync   holds all that its slot must hold
  built     has a slot, and holds its data below the sector named: a rebuild was under way
  spare     has no slot
  stale     was away while the array was used; it lacks what was written since
  ejected   is as new as the others, but they count it as failed or gone
  failed    was marked as failed

EXAMPLES
  raid10 inspect sda.img
      What one drive says of itself.
  raid10 inspect sd?.img
      The whole set: is it complete, and who is newest?
  raid10 inspect --format json *.img | jq '.findings[] | select(.severity == \"wrong\")'
      What is wrong, for a program.

JSON
  {{\"format\": 1, images [file, bytes, member, content], sets, plans, findings}}
  Sectors have 512 bytes. What is unknown or absent is null.
    member: version, superblock_sector, checksum, features, set {{uuid, name, created, copies,
      slots, chunk_sectors, member_sectors, array_sectors}}, device_uuid, number, role, slot,
      table [role], array_state, clean, resync_from, events, updated, data_sector, data_sectors,
      corrected_reads, recovery {{below_data_sector, by_bitmap, replaces}}, bitmap, bad_blocks,
      private
    bitmap: sector, error, events, events_cleared, current, bit_sectors, bits, set,
      ranges [start, end], ranges_left_out
    bad_blocks: sector, entries, in_use, ranges [sector, sectors]
    private: generation, copies [sector, generation, void]
    sets: uuid, newest, complete, members [file, number, slot, events, standing],
      slots [slot, claims, in_sync], differences [field, values [file, value]]
    plans, one a set: set, decision (start, wait or refuse), text, verdicts [file, text]
    findings: severity (wrong or note), file, byte, text

{INSPECT_STATUS}"))]
pub(crate) struct InspectArgs {
    /// Images: files or block devices.
    #[arg(required = true, value_name = "IMAGE")]
    pub(crate) images: Vec<PathBuf>,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Make the members of a new array, as mdadm would lay them out.
///
/// Superblock 1.2, internal bitmap with all bits set, empty log of bad blocks; the members take their slots in the
/// order in which they are named. Linux assembles them with `mdadm --assemble`.
///
/// With --size the images are made, as sparse files. Without it they must exist. Nothing is written to an image on
/// which there is anything but zeros, unless --force is given; and nothing at all before all of them were looked at.
#[derive(Debug, clap::Args)]
#[command(after_long_help = format!("\
EXAMPLES
  raid10 create --size 16MiB --chunk 64KiB --name fw:volume0 d0.img d1.img d2.img d3.img
      Four sparse images with two copies of each chunk.
  raid10 create --size 1TiB --copies 3 --assume-clean --name fw:volume0 d0.img d1.img d2.img
      Three copies, equal from the start, for they are zeros.
  raid10 create --size 64MiB --name fw:volume0 --from disk.img d0.img d1.img d2.img d3.img
      An array with the content of a disk.
  raid10 create --size 16MiB --name fw:volume0 --uuid 00000001:00000002:00000003:00000004 \\
      --time 2024-01-01T00:00:00Z d0.img d1.img
      The same bytes with each call.

{CREATE_STATUS}"))]
pub(crate) struct CreateArgs {
    /// Images: new files with --size; without, files or block devices that exist.
    #[arg(required = true, value_name = "OUT")]
    pub(crate) images: Vec<PathBuf>,
    /// The set's name, at most 31 bytes; of the form HOST:NAME it tells Linux whose it is.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// Copies of each chunk: 2 or 3.
    #[arg(long, default_value_t = 2, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u8).range(2..=3))]
    pub(crate) copies: u8,
    /// Members; as many images must be named.
    #[arg(long, value_name = "N")]
    pub(crate) members: Option<usize>,
    /// Bytes of a chunk: a power of two from 4KiB to 4MiB.
    #[arg(long, default_value = "512KiB", value_name = "SIZE", value_parser = size::parse)]
    pub(crate) chunk: u64,
    /// Make the images, as sparse files of this size.
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    pub(crate) size: Option<u64>,
    /// Bytes of the array for each bit of the bitmap: a power of two from 4KiB to 2GiB. As mdadm, 64MiB if not given,
    /// or more where there is no room for so many bits.
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    pub(crate) bitmap_chunk: Option<u64>,
    /// The copies are equal already: no resync. True of images that hold nothing but zeros.
    #[arg(long)]
    pub(crate) assume_clean: bool,
    /// A file or block device whose content the array is to have; behind its end there are zeros. The copies are equal
    /// then: no resync. What is a hole in it is one in the images.
    #[arg(long, value_name = "DISK")]
    pub(crate) from: Option<PathBuf>,
    /// The set's identity, 32 hexadecimal digits; by chance if not given.
    #[arg(long, value_name = "UUID", value_parser = uuid)]
    pub(crate) uuid: Option<Uuid>,
    /// When the set was made, such as 2024-01-01T00:00:00Z; now if not given.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) time: Option<Timestamp>,
    /// Overwrite images on which there is something. What lies in the data area stays as it is, unless there is --from.
    #[arg(long)]
    pub(crate) force: bool,
}

/// Extract the content of an array from the images of its members.
///
/// The images are opened for reading only. What of them counts is decided as the engine decides it; `raid10 inspect`
/// shows the plan. Each chunk is read from all members that hold it, the copies are compared, and the first is taken.
/// Bad blocks, and what a rebuild had not reached, come from the other copies. The content is written into a new sparse
/// file. Sectors without any copy are zeros there, and are listed.
///
/// A member that is out of date is not read. With --accept-stale the one that is named fills what nothing else can, and
/// each such range is listed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = format!("\
EXAMPLES
  raid10 assemble sd?.img --out disk.img
      The controller died; here are its drives, in any order.
  raid10 assemble sda.img sdc.img --degraded --out disk.img --map holes.json
      Two of four are left; what is missing goes into a map.
  raid10 assemble sd?.img --accept-stale sdb.img --out disk.img
      The mirror of sdb is dead: better old data than none.

MAP
  {{\"format\": 1, set, bytes, holes, stale, differing}}, each a list of {{start, end}} in sectors of
  512 bytes of the array

{ASSEMBLE_STATUS}"))]
pub(crate) struct AssembleArgs {
    /// Images: files or block devices.
    #[arg(required = true, value_name = "IMAGE")]
    pub(crate) images: Vec<PathBuf>,
    /// The file for the content, which must not exist yet.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Write what is missing, old or differing to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// The set that is meant, where there are images of several.
    #[arg(long, value_name = "UUID", value_parser = uuid)]
    pub(crate) set: Option<Uuid>,
    /// Go on although members that are absent may hold newer data.
    #[arg(long)]
    pub(crate) degraded: bool,
    /// The image, one of those named, whose old data are taken where there are no others.
    #[arg(long, value_name = "IMAGE")]
    pub(crate) accept_stale: Option<PathBuf>,
}

/// As mdadm prints it, as others do, or without any separators.
fn uuid(text: &str) -> Result<Uuid, String> {
    let digits: Vec<u8> = text.bytes().filter(|letter| !b":-".contains(letter)).collect();
    let pairs = digits.as_chunks::<2>();
    let value = |pair: &[u8; 2]| -> Option<u8> {
        let [high, low] = pair.map(|letter| char::from(letter).to_digit(16));
        u8::try_from(high? << 4 | low?).ok()
    };
    let bytes: Option<Vec<u8>> = pairs.0.iter().map(value).collect();
    let bytes = bytes.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let bytes = bytes.filter(|_| pairs.1.is_empty());
    bytes.map(Uuid).ok_or_else(|| "expected 32 hexadecimal digits".to_owned())
}

/// A time that a superblock can hold: from 1970 on.
fn time(text: &str) -> Result<Timestamp, String> {
    let time: jiff::Timestamp = text.parse().map_err(|_| {
        "expected a date and a time with an offset, such as 2024-01-01T00:00:00Z".to_owned()
    })?;
    let seconds = u64::try_from(time.as_second()).map_err(|_| "no time before 1970".to_owned())?;
    Ok(Timestamp { seconds, micros: 0 })
}

#[cfg(test)]
mod tests;
