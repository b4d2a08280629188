//! Images of members: files or block devices with Linux MD metadata.
//!
//! An image is read where something is to be found, and nowhere else: its size does not matter. Nothing that it
//! holds is trusted.

pub(crate) mod area;
pub(crate) mod blank;
pub(crate) mod create;
pub(crate) mod extract;
pub(crate) mod file;
pub(crate) mod finding;
pub(crate) mod member;
pub(crate) mod plan;
pub(crate) mod set;
pub(crate) mod signature;
pub(crate) mod size;
pub(crate) mod standing;
