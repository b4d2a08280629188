//! What the integration tests and the benchmarks share.

pub mod bare;
pub mod campaign;
pub mod double_fault;
pub mod hostile;
pub mod hostile_bench;
pub mod hostile_drives;
pub mod hostile_images;
pub mod mutation;
pub mod run;
pub mod swarm;
