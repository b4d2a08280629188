//! The tools on images: what they show of sets that Linux made, of damaged ones, and of those that they make.

#[path = "images/assemble.rs"]
mod assemble;
#[path = "images/create.rs"]
mod create;
#[path = "images/damage.rs"]
mod damage;
#[path = "images/fill.rs"]
mod fill;
#[path = "images/golden.rs"]
mod golden;
#[path = "images/inspect.rs"]
mod inspect;
#[path = "images/tools.rs"]
mod tools;
