use raid10_engine::{ArrayState, HostOp, IoClass};

use super::Bare;

/// What a write of 4 KiB sends to the drives, in the order of its answers.
fn sent_by_a_write(bare: &mut Bare) -> Vec<IoClass> {
    let mut classes = Vec::new();
    bare.submit(HostOp::Write, 4096 / 512);
    bare.answer_until(|command| {
        classes.push(command.class);
        false
    });
    bare.end_request();
    classes
}

/// Else the cost of making records would be measured, and not that of having them.
#[test]
fn a_recorded_write_sends_no_records_once_its_bit_is_set() {
    let mut bare = Bare::recorded();
    assert!(sent_by_a_write(&mut bare).contains(&IoClass::Metadata));
    bare.warm_up();
    assert_eq!(bare.engine.array_state(), ArrayState::Optimal);
    assert_eq!(sent_by_a_write(&mut bare), [IoClass::Host; 2]);
}

/// Else the two writes whose costs are compared would be the same one.
#[test]
fn a_write_without_records_never_sends_any() {
    assert_eq!(sent_by_a_write(&mut Bare::new(0)), [IoClass::Host; 2]);
}
