//! `raid10 replay --save-images`: a folder with the drives as a loss of power leaves them, and what the array on them should
//! hold.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use raid10_engine::SectorCount;
use sim_world::plan::Plan;
use sim_world::{DriveRemains, LostRange, Remains, Whereabouts};

use crate::image::file::{Image, ImageError, SECTOR};

/// What the array holds.
const CONTENT: &str = "content";
/// Which of it is lost, and which copies of it may differ.
const LOST: &str = "lost.txt";
const OPEN: &str = "open.txt";
/// What each file is.
const MANIFEST: &str = "manifest.txt";

/// A folder that images go to.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// It was made for them.
    is_new: bool,
    /// What was begun in it so far.
    files: Vec<PathBuf>,
}

impl Folder {
    /// Makes the folder, or takes one that is there and empty.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let folder = |is_new| Self { path: path.to_path_buf(), is_new, files: Vec::new() };
        match fs::read_dir(path).map(|mut entries| entries.next().is_some()) {
            Ok(false) => Ok(folder(false)),
            Ok(true) => Err(format!("{shown}: is not empty: name a folder that is, or a new one")),
            Err(why) if why.kind() == ErrorKind::NotFound => match fs::create_dir(path) {
                Ok(()) => Ok(folder(true)),
                Err(why) => Err(format!("{shown}: cannot be made: {why}")),
            },
            Err(why) => Err(format!("{shown}: no folder for images: {why}")),
        }
    }

    /// Writes all files. If one cannot be written, none is left.
    pub(crate) fn save(
        &mut self,
        heading: &str,
        plan: &Plan,
        left: &Remains,
    ) -> Result<(), String> {
        let saved = self.write_all(heading, plan, left);
        if saved.is_err() {
            self.give_up();
        }
        saved
    }

    /// Takes back what was made.
    pub(crate) fn give_up(&mut self) {
        // What cannot be removed is seen by whoever looks.
        self.files.drain(..).for_each(|file| _ = fs::remove_file(file));
        if self.is_new {
            let _ = fs::remove_dir(&self.path);
        }
    }

    fn write_all(&mut self, heading: &str, plan: &Plan, left: &Remains) -> Result<(), String> {
        let content = &left.content;
        for (number, drive) in (0..).zip(&left.drives) {
            let image = self.image(plan.names.drive(number), drive.sectors)?;
            write(&image, |put| drive.visit(put)).map_err(|why| why.to_string())?;
        }
        let image = self.image(CONTENT, content.sectors)?;
        write(&image, |put| content.visit(put)).map_err(|why| why.to_string())?;
        self.text(LOST, &ranges(&content.lost))?;
        self.text(OPEN, &ranges(&content.open))?;
        self.text(MANIFEST, &manifest(heading, plan, left))
    }

    fn image(&mut self, name: &str, sectors: u64) -> Result<Image, String> {
        let path = self.path.join(format!("{name}.img"));
        self.files.push(path.clone());
        Image::create(&path, sectors * SECTOR).map_err(|why| why.to_string())
    }

    fn text(&mut self, name: &str, text: &str) -> Result<(), String> {
        let path = self.path.join(name);
        // What is written in part is taken back too.
        self.files.push(path.clone());
        fs::write(&path, text)
            .map_err(|why| format!("{}: cannot be written: {why}", path.display()))
    }
}

/// Refuses what cannot be saved.
pub(crate) fn check(plan: &Plan) -> Result<(), String> {
    if !plan.metadata {
        return Err(
            "with metadata=off no array is on the drives: no images of it can be saved".into()
        );
    }
    match plan.names.index(CONTENT) {
        Some(_) => {
            Err(format!("{CONTENT}.img is what the array holds: give the drive another name"))
        }
        None => Ok(()),
    }
}

fn write(
    image: &Image,
    visit: impl FnOnce(&mut dyn FnMut(u64, &[u8]) -> Result<(), ImageError>) -> Result<(), ImageError>,
) -> Result<(), ImageError> {
    visit(&mut |sector, bytes| image.write_at(sector * SECTOR, bytes))
}

/// Lines of a first sector and a number of sectors.
fn ranges(ranges: &[LostRange]) -> String {
    let line = |range: &LostRange| format!("{} {}\n", range.start, range.end - range.start);
    ranges.iter().map(line).collect()
}

fn manifest(heading: &str, plan: &Plan, left: &Remains) -> String {
    let shape = plan.shape;
    let SectorCount(chunk) = shape.chunk;
    let (content, count) = (&left.content, |ranges: &[LostRange]| -> u64 {
        ranges.iter().map(|range| range.end - range.start).sum()
    });
    let mut text = format!("# {heading}\n# All numbers are sectors of 512 bytes.\n");
    // Writing into a string cannot fail.
    let _ = writeln!(text, "array near={} members={} chunk={chunk}", shape.copies, shape.members);
    let _ = writeln!(
        text,
        "content file={CONTENT}.img sectors={} lost={} open={}",
        content.sectors,
        count(&content.lost),
        count(&content.open)
    );
    for (number, drive) in (0..).zip(&left.drives) {
        text += &line(plan.names.drive(number), drive);
    }
    text
}

fn line(name: &str, drive: &DriveRemains) -> String {
    let place = match drive.whereabouts {
        Whereabouts::Bay => "bay",
        Whereabouts::Dead => "dead",
        Whereabouts::Out => "out",
    };
    let slot = drive.slot.map_or_else(|| String::from("-"), |slot| slot.0.to_string());
    let serial = drive.serial().map_or_else(|| String::from("-"), |serial| serial.to_string());
    let mut line =
        format!("drive {name} file={name}.img place={place} slot={slot} serial={serial}");
    let _ = write!(line, " sectors={} data={}", drive.sectors, drive.front);
    for range in &drive.unreadable {
        let _ =
            write!(line, " unreadable={}+{}", drive.front + range.start, range.end - range.start);
    }
    line + "\n"
}
