//! Any sequence of inputs: the engine does not panic, its effects stay within its tables, no name of a
//! command in flight is given twice, and when the storm is over every accepted request ends.
#![no_main]

#[path = "engine/inputs.rs"]
mod inputs;
#[path = "engine/rig.rs"]
mod rig;

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use raid10_engine::Engine;

use crate::rig::Rig;

/// Drives of the engine under test.
pub const DRIVES: usize = 7;
/// Inputs of one run at most.
const INPUTS: usize = 512;

fuzz_target!(|bytes: &[u8]| {
    // Too few bytes to decode end the run.
    let _ = storm(&mut Unstructured::new(bytes));
});

fn storm(bytes: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let shape = inputs::shape(bytes)?;
    let policy = inputs::policy(bytes)?;
    let Ok(engine) = Engine::new(shape, policy) else {
        return Ok(());
    };
    let mut rig = Rig::new(engine, shape.member_size);
    for _ in 0..INPUTS {
        if bytes.is_empty() {
            break;
        }
        let input = inputs::input(bytes, &rig)?;
        rig.give(input);
    }
    rig.calm_down();
    Ok(())
}
