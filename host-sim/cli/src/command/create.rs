//! `raid10 create`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use raid10_metadata::{Block, Name, Timestamp, Uuid};

use crate::args::CreateArgs;
use crate::exit::Exit;
use crate::image::create::{self, Identities, Layout, Plan};
use crate::image::file::{Image, ImageError, SECTOR};
use crate::image::member::{Member, Why};
use crate::image::set::text;
use crate::image::signature::{self, Content};
use crate::output::Out;
use crate::render::create::Created;

pub(crate) fn run(args: &CreateArgs, out: &mut Out) -> Exit {
    let mut made = Vec::new();
    match make(args, &mut made) {
        Ok(created) => {
            out.print(created);
            Exit::Held
        }
        Err(why) => {
            // A set that is not whole is of no use.
            for path in made {
                let _ = fs::remove_file(path);
            }
            out.error(why);
            Exit::BadInput
        }
    }
}

/// Makes a set; `made` are the files that there were not before.
fn make(args: &CreateArgs, made: &mut Vec<PathBuf>) -> Result<Created, String> {
    let (plan, identities) = plan(args)?;
    let images = match args.size {
        Some(size) => make_images(args, size, made)?,
        None => open_images(args)?,
    };
    let drives: Vec<u64> = images.iter().map(Image::sectors).collect();
    let layout = Layout::new(&plan, &drives)?;
    let mut members: Vec<(Uuid, Block)> = Vec::new();
    for (slot, &sectors) in (0..).zip(&drives) {
        let device = identities.member(plan.uuid, plan.time, slot)?;
        let block = create::superblock(&layout, sectors, slot, device);
        members.push((device, block.map_err(|why| why.to_string())?));
    }
    let disk = disk(args, &layout)?;
    let written = write(&images, &layout, &members, disk.as_ref());
    written.map_err(|why| format!("{why}: the set is not whole: make it again with --force"))?;
    let devices = members.into_iter().map(|(device, _)| device);
    let names = images.iter().map(|image| (image.name(), image.bytes()));
    let members = names.zip(devices).collect();
    Ok(Created { layout, members })
}

/// The disk whose content the array is to have, if it fits.
fn disk(args: &CreateArgs, layout: &Layout) -> Result<Option<Image>, String> {
    let Some(path) = &args.from else {
        return Ok(None);
    };
    let disk = Image::open(path).map_err(|why| why.to_string())?;
    let room = layout.array_sectors() * SECTOR;
    if disk.bytes() > room {
        return Err(format!(
            "{}: has {} bytes, and the array only {room}: make the images larger, or name more of them",
            disk.name(),
            disk.bytes()
        ));
    }
    Ok(Some(disk))
}

/// Writes the members. None is one before the content lies on all of them.
fn write(
    images: &[Image],
    layout: &Layout,
    members: &[(Uuid, Block)],
    disk: Option<&Image>,
) -> Result<(), ImageError> {
    for image in images {
        create::wipe(image, layout.data_offset)?;
    }
    if let Some(disk) = disk {
        create::fill(disk, layout, images)?;
    }
    for (image, (_, superblock)) in images.iter().zip(members) {
        create::write(image, layout, superblock)?;
    }
    Ok(())
}

fn plan(args: &CreateArgs) -> Result<(Plan, Identities), String> {
    let count = args.images.len();
    if let Some(members) = args.members
        && members != count
    {
        return Err(format!(
            "--members {members}, but {count} images are named: name one for each"
        ));
    }
    let (uuid, identities) = match args.uuid {
        Some(uuid) => (uuid, Identities::Derived),
        None => (create::random()?, Identities::Random),
    };
    let plan = Plan {
        name: name(&args.name)?,
        uuid,
        time: args.time.map_or_else(now, Ok)?,
        copies: args.copies,
        chunk: args.chunk,
        bitmap_chunk: args.bitmap_chunk,
        // Filled members have equal copies everywhere.
        clean: args.assume_clean || args.from.is_some(),
    };
    Ok((plan, identities))
}

fn name(text: &str) -> Result<Name, String> {
    let odd = |letter: char| letter.is_control() || letter == '/';
    let good = !text.is_empty() && !text.contains(odd);
    let name = Name::new(text).filter(|_| good);
    name.ok_or_else(|| {
        "a name has 1 to 31 bytes, and no slash among them: change --name".to_owned()
    })
}

fn now() -> Result<Timestamp, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.map_err(|_| "the clock stands before 1970: give --time".to_owned())?;
    Ok(Timestamp { seconds: since.as_secs(), micros: 0 })
}

fn make_images(
    args: &CreateArgs,
    size: u64,
    made: &mut Vec<PathBuf>,
) -> Result<Vec<Image>, String> {
    if !size.is_multiple_of(SECTOR) {
        return Err("an image has whole sectors of 512 bytes: change --size".to_owned());
    }
    let mut images = Vec::new();
    for path in &args.images {
        if path.symlink_metadata().is_ok() {
            let remedy = "leave --size away to use it as it is, or name another";
            return Err(format!("{}: exists already: {remedy}", path.display()));
        }
        images.push(Image::create(path, size).map_err(|why| why.to_string())?);
        made.push(path.clone());
    }
    Ok(images)
}

/// Opens images that exist; all of them are looked at before one is written.
fn open_images(args: &CreateArgs) -> Result<Vec<Image>, String> {
    // What is read cannot be written at the same time.
    let disk = args.from.as_ref().and_then(|path| fs::canonicalize(path).ok());
    let mut places: Vec<PathBuf> = disk.into_iter().collect();
    for path in &args.images {
        let place = fs::canonicalize(path).map_err(|why| {
            format!("{}: cannot be opened: {why}: --size makes new images", path.display())
        })?;
        if places.contains(&place) {
            return Err(format!("{}: is named twice", path.display()));
        }
        places.push(place);
        if !args.force {
            refuse_unless_blank(path)?;
        }
    }
    let open = |path: &PathBuf| Image::open_to_write(path).map_err(|why| why.to_string());
    args.images.iter().map(open).collect()
}

fn refuse_unless_blank(path: &Path) -> Result<(), String> {
    let Some(what) = occupant(path)? else {
        return Ok(());
    };
    let remedy = "name another image, or --force to overwrite it";
    Err(format!("{}: is not blank: there is {what}: {remedy}", path.display()))
}

/// What there is on an image, if it is anything but zeros.
fn occupant(path: &Path) -> Result<Option<String>, String> {
    let member = Member::read(path).map_err(|why| why.to_string())?;
    if let Some(md) = &member.md {
        let (set, name, byte) = (md.set.uuid, text(&md.set.name), md.byte());
        return Ok(Some(format!(
            "a member of the set {set} ({name}), by its superblock at byte {byte}"
        )));
    }
    if let Some(other) = member.others.first() {
        let byte = other.start.0 * SECTOR;
        let why = match &other.why {
            Why::Refused(why) => why.to_string(),
            Why::NoMagic(_) | Why::Older => "it is damaged".to_owned(),
        };
        return Ok(Some(format!("a superblock of MD at byte {byte} ({why})")));
    }
    let image = Image::open(path).map_err(|why| why.to_string())?;
    let content = signature::content(&image, Some(u64::MAX)).map_err(|why| why.to_string())?;
    Ok((content != Content::Zeros).then(|| content.to_string()))
}
