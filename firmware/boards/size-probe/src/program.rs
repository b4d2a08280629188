//! What an owner of an engine asks of it. Every input comes from a place that the compiler cannot see through, and every answer goes to
//! one, so that nothing of the engine can be left out.

use core::hint::black_box;
use core::panic::PanicInfo;

use cortex_m_rt::entry;
use raid10_engine::{
    ArrayLba, Command, DriveChange, DriveId, HostRequest, Identity, Instant, IoId, Outcome, Policy,
    Shape, Slot,
};

use crate::subject::Engine;

/// As many drives as members: 8.
pub(crate) const DRIVES: usize = 8;

/// Something that the compiler does not know.
pub(crate) fn given<T>(value: Option<T>) -> T {
    match black_box(value) {
        Some(value) => value,
        None => halt(),
    }
}

fn halt() -> ! {
    loop {
        cortex_m::asm::nop();
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    halt()
}

#[entry]
fn main() -> ! {
    black_box(&crate::subject::ENGINE_RAM);
    let made = Engine::<DRIVES>::new(given::<Shape>(None), given::<Policy>(None));
    let Ok(made) = black_box(made) else { halt() };
    let mut engine = match given::<Option<Identity>>(None) {
        Some(identity) => made.labelled(identity),
        None => Engine::assemble(given::<Policy>(None), given(None), given(None)),
    };
    loop {
        inputs(&mut engine);
        effects(&mut engine);
        questions(&engine);
    }
}

fn inputs(engine: &mut Engine<DRIVES>) {
    let now = given::<Instant>(None);
    engine.handle_drive(now, given::<DriveId>(None), given::<DriveChange>(None));
    engine.handle_completion(now, given::<IoId>(None), given::<Outcome>(None));
    engine.handle_metadata(now, given::<IoId>(None), given::<Outcome>(None), given(None));
    engine.handle_timeout(now);
    black_box(engine.submit(now, given::<HostRequest>(None))).ok();
    black_box(engine.command(now, given::<Command>(None))).ok();
}

fn effects(engine: &mut Engine<DRIVES>) {
    if let Some(command) = black_box(engine.poll_io()) {
        engine.fill_metadata(&command, given(None));
    }
    black_box(engine.metadata_read(given::<IoId>(None)));
    black_box(engine.poll_reply());
    black_box(engine.poll_event());
    black_box(engine.poll_deadline());
}

fn questions(engine: &Engine<DRIVES>) {
    let slot = given::<Slot>(None);
    black_box(engine.array_state());
    black_box(engine.in_salvage());
    black_box(engine.capacity());
    black_box(engine.geometry());
    black_box(engine.policy());
    black_box(engine.slot(slot));
    black_box(engine.drive(given::<DriveId>(None)));
    black_box(engine.progress(slot));
    black_box(engine.next_loss(given::<ArrayLba>(None)));
    black_box(engine.lost_sectors());
    black_box(engine.can_pull(slot)).ok();
    black_box(engine.region_sectors());
    black_box(engine.is_idle());
}
