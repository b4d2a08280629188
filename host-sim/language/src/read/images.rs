//! Drives that come back stale, at each point of the sweeps: an image must have been taken of them before.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::Mistake;
use super::named::{COMPARISONS_MAX, sweeps_named};
use crate::bind::Bind;
use crate::grammar::Flaw;
use crate::points::Points;
use crate::script::{Action, Arrival, DriveName, Fault, Point, Script, SweepName, Value};

/// The first point at which there is nothing to put back, for each drive that comes back stale.
pub(super) fn check(script: &Script) -> Vec<Mistake> {
    let mut left = COMPARISONS_MAX;
    let mut images: Vec<&Value<DriveName>> = Vec::new();
    let mut mistakes = Vec::new();
    for line in &script.statements {
        match &line.value.action {
            Action::Fault(Fault::Image(drive)) if !images.contains(&drive) => images.push(drive),
            Action::Fault(Fault::Insert { drive, arrival: Arrival::Stale, .. }) => {
                if let Some(point) = point_without(script, drive, &images, &mut left) {
                    mistakes.push(mistake(&line.span, drive, &point));
                }
            }
            _ => {}
        }
    }
    mistakes
}

fn point_without(
    script: &Script,
    drive: &Value<DriveName>,
    images: &[&Value<DriveName>],
    left: &mut usize,
) -> Option<Point> {
    if images.contains(&drive) {
        return None;
    }
    let swept = images.iter().copied().chain([drive]).filter_map(swept);
    let sweeps = sweeps_named(script, &swept.collect::<Vec<_>>());
    for point in Points::new(&sweeps) {
        *left = left.checked_sub(images.len() + 1)?;
        let bound = drive.bind(&point);
        if !images.iter().any(|image| image.bind(&point) == bound) {
            return Some(point);
        }
    }
    None
}

fn swept(drive: &Value<DriveName>) -> Option<SweepName> {
    match drive {
        Value::Literal(_) => None,
        Value::Swept(name) => Some(name.clone()),
    }
}

fn mistake(span: &Range<usize>, drive: &Value<DriveName>, point: &Point) -> Mistake {
    let at = if point.0.is_empty() { String::new() } else { format!("at {point} ") };
    let bound = drive.bind(point);
    let flaw = Flaw::part("", 0, format!("{at}no image of `{bound}` is there to put back"))
        .label("nothing was remembered before")
        .help(format!("write `image {drive}` under a trigger in a line above"));
    Mistake { span: span.clone(), flaw }
}
