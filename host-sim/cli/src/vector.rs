//! A vector that was read: its file, its text, its script.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sim_world::check;
use sim_world::images::Images;
use sim_world::plan::Plan;
use vector_language::{Diagnostic, Point, Script, parse_bytes};

use crate::exit::Exit;
use crate::files;
use crate::output::Out;
use crate::render::diagnostic;

/// A vector without mistakes.
#[derive(Debug)]
pub(crate) struct Vector {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) script: Script,
    /// What the array begins with, if it is not made anew.
    images: Option<Arc<Images>>,
}

impl Vector {
    /// Reads a vector; says what is wrong with it if it cannot be used.
    pub(crate) fn load(path: &Path, out: &mut Out) -> Result<Self, Exit> {
        let bytes = files::read(path).map_err(|why| {
            out.error(why);
            Exit::BadInput
        })?;
        let text = String::from_utf8_lossy(&bytes);
        let script = parse_bytes(&bytes).and_then(|script| {
            let images = images(path, &script, &text).map_err(|mistake| vec![mistake])?;
            match check(&script, &text, images.as_ref()) {
                None => Ok((script, images)),
                Some(mistake) => Err(vec![mistake]),
            }
        });
        match script {
            Ok((script, images)) => {
                Ok(Self { path: path.to_path_buf(), text: text.into_owned(), script, images })
            }
            Err(mistakes) => {
                for mistake in &mistakes {
                    out.note(diagnostic::text(mistake, &files::shown(path), &text));
                }
                Err(Exit::BadInput)
            }
        }
    }

    /// Reads all vectors that the command line names; the mistakes of the others are shown.
    pub(crate) fn load_all(paths: &[PathBuf], out: &mut Out) -> (Vec<Self>, Exit) {
        let mut vectors = Vec::new();
        let mut worst = Exit::Held;
        for path in files::expand(paths) {
            let loaded = match path {
                Ok(path) => Self::load(&path, out),
                Err(why) => {
                    out.error(why);
                    Err(Exit::BadInput)
                }
            };
            match loaded {
                Ok(vector) => vectors.push(vector),
                Err(exit) => worst = worst.max(exit),
            }
        }
        (vectors, worst)
    }

    /// What is replayed at a point.
    pub(crate) fn plan(&self, point: &Point) -> Result<Plan, String> {
        let plan = Plan::of(&self.script.bind(point), &self.text);
        plan.map(|plan| Plan { images: self.images.clone(), ..plan }).map_err(|why| why.to_string())
    }

    /// The file's name in messages.
    pub(crate) fn file(&self) -> String {
        files::shown(&self.path)
    }

    /// The vector's name.
    pub(crate) fn name(&self) -> &str {
        &self.script.vector.value.name
    }

    /// The line of the shell that replays a point.
    pub(crate) fn replay_line(&self, point: &Point) -> String {
        let file = quoted(&self.path.display().to_string());
        if point.0.is_empty() {
            format!("raid10 replay {file}")
        } else {
            format!("raid10 replay {file} --at {point}")
        }
    }

    /// A line of the text, without what surrounds it.
    pub(crate) fn line(&self, number: u32) -> &str {
        let index = (number as usize).saturating_sub(1);
        self.text.lines().nth(index).unwrap_or_default().trim()
    }
}

/// Reads the images that an array begins with.
fn images(path: &Path, script: &Script, text: &str) -> Result<Option<Arc<Images>>, Diagnostic> {
    let array = &script.array;
    let Some(folder) = &array.value.from else { return Ok(None) };
    let folder = path.parent().unwrap_or(Path::new("")).join(folder);
    let images = drive_images::load(&folder).map_err(|why| {
        let mistake = Diagnostic::new(text, array.span.clone(), why.message);
        mistake.explained(String::from("the images cannot be used"), Some(why.remedy))
    })?;
    Ok(Some(Arc::new(images)))
}

/// A word for the shell, in quotes if it needs them.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,=:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
pub(crate) mod tests;
