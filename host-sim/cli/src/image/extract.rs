//! The content of an array, put together from its members.

mod source;

use std::ops::Range;

use raid10_engine::{ArrayLba, Geometry, Slot};

pub(crate) use source::Source;

use super::file::{Image, ImageError, SECTOR};
use source::Piece;

/// Ranges of array sectors, in order; neighbours are one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ranges(pub(crate) Vec<Range<u64>>);

impl Ranges {
    fn push(&mut self, sector: u64) {
        match self.0.last_mut() {
            Some(last) if last.end == sector => last.end += 1,
            _ => self.0.push(sector..sector + 1),
        }
    }

    /// How many sectors.
    pub(crate) fn sectors(&self) -> u64 {
        self.0.iter().map(|range| range.end - range.start).sum()
    }
}

/// What was found while the content was put together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// Of these no copy could be read: they are zeros now.
    pub(crate) holes: Ranges,
    /// Of these only an old copy could be read, which was taken.
    pub(crate) stale: Ranges,
    /// Of these the copies differ; the first was taken, as Linux does.
    pub(crate) differing: Ranges,
}

/// Writes the content of an array into an image of its length, where it is not zero.
pub(crate) fn extract(
    geometry: &Geometry,
    sources: &mut [Source],
    out: &Image,
) -> Result<Found, ImageError> {
    let length = geometry.shape().chunk.0;
    let mut found = Found::default();
    let mut content = vec![0; (length * SECTOR) as usize];
    for start in (0..geometry.capacity().0).step_by(length as usize) {
        let places = places(geometry, start, sources);
        if is_blank(&places, sources, length) {
            continue;
        }
        let pieces = places.into_iter().map(|(index, at)| sources[index].read(at, length));
        let pieces: Vec<Piece> = pieces.collect();
        let sectors = content.chunks_exact_mut(SECTOR as usize);
        for (index, sector) in sectors.enumerate() {
            choose(&pieces, index, start + index as u64, sector, &mut found);
        }
        if content.iter().any(|&byte| byte != 0) {
            out.write_at(start * SECTOR, &content)?;
        }
    }
    Ok(found)
}

/// The sources of a chunk, with the data sector at which it starts there: in the order of its copies.
fn places(geometry: &Geometry, start: u64, sources: &[Source]) -> Vec<(usize, u64)> {
    let mut places = Vec::new();
    for copy in 0..geometry.shape().copies {
        let (Slot(slot), at) = geometry.locate(ArrayLba(start), copy);
        let held = sources.iter().enumerate().filter(|(_, held)| held.slot == u16::from(slot));
        places.extend(held.map(|(index, _)| (index, at.0)));
    }
    places
}

/// Whether a chunk is a hole in all its copies that count, and there is one.
fn is_blank(places: &[(usize, u64)], sources: &mut [Source], length: u64) -> bool {
    let mut current = 0;
    for &(index, at) in
        places.iter().filter(|(index, _)| !sources[*index].stale).collect::<Vec<_>>()
    {
        current += 1;
        if !sources[index].is_hole(at, length) {
            return false;
        }
    }
    current > 0
}

/// Takes a sector from the first copy that has it, and notes what is to be known.
fn choose(pieces: &[Piece], index: usize, sector: u64, to: &mut [u8], found: &mut Found) {
    let have = |stale: bool| {
        let pieces = pieces.iter().filter(move |piece| piece.stale == stale);
        pieces.filter_map(move |piece| piece.sector(index))
    };
    let mut current = have(false);
    let Some(first) = current.next() else {
        match have(true).next() {
            Some(old) => {
                to.copy_from_slice(old);
                found.stale.push(sector);
            }
            None => {
                to.fill(0);
                found.holes.push(sector);
            }
        }
        return;
    };
    to.copy_from_slice(first);
    if current.any(|other| other != first) {
        found.differing.push(sector);
    }
}
