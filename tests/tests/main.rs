//! The integration tests: one binary, a module a concern.

mod double_faults;
mod golden;
mod images;
mod swarm;
mod vectors;
