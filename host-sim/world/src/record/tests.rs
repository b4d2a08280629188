use raid10_engine::{
    ArrayLba, Buffer, BufferId, DriveId, Extent, HostError, HostOp, HostRequest, Instant, IoClass,
    IoCommand, IoId, IoOp, MemberLba, Outcome, Refusal, RequestId, SectorCount,
};

use vector_language::parse;

use super::{Record, What};
use crate::names::Names;
use crate::plan::Plan;

#[track_caller]
fn expect(what: What<'_>, line: &str) {
    let names = Names::new(vec![String::from("d0"), String::from("d1")]);
    let record = Record { at: Instant(12_000_034), what, names: &names };
    assert_eq!(record.to_string(), line);
}

fn command(op: IoOp) -> IoCommand {
    IoCommand {
        id: IoId(0x40a),
        drive: DriveId(1),
        op,
        class: IoClass::Rebuild,
        origin: SectorCount::ZERO,
        step: None,
    }
}

#[test]
fn the_lines_of_drive_commands() {
    let extent = Extent { start: MemberLba(128), count: SectorCount(64) };
    let read = IoOp::Read(extent, Buffer { id: BufferId::Sync(0), offset: 0 });
    expect(What::Io(command(read)), "12.000034 io      d1 #40a read 128 +64 rebuild");
    expect(What::Io(command(IoOp::Flush)), "12.000034 io      d1 #40a flush rebuild");
    let abort = IoOp::Abort(IoId(31));
    expect(What::Io(command(abort)), "12.000034 io      d1 #40a abort #1f rebuild");
    expect(What::Done(command(read), Outcome::Done), "12.000034 done    d1 #40a ok");
}

#[test]
fn the_lines_of_host_requests() {
    let lba = ArrayLba(7);
    let id = RequestId(0x0203);
    let read = HostRequest { op: HostOp::Read, lba, count: SectorCount(8) };
    expect(What::Host(Ok(id), read), "12.000034 host    r2.3 read 7 +8");
    let refused = Err(Refusal::OutOfRange);
    expect(What::Host(refused, read), "12.000034 host    read 7 +8 refused out-of-range");
    expect(What::Reply(id, Ok(())), "12.000034 reply   r2.3 ok");
    expect(What::Reply(id, Err(HostError::Lost(lba))), "12.000034 reply   r2.3 lost 7");
}

#[test]
fn the_lines_of_statements_are_those_of_the_vector() {
    let text = "vector v \"t\"\narray near=2 members=2 chunk=64KiB\ndrive d0..d1 size=1MiB\n\
                at 0s glitch d0 d1 for 600s\nat 1s timeout d1 for 1500ms abort-fails\n\
                at 2s policy rebuild-rate=50% limp-time=90us\n";
    let plan = Plan::of(&parse(text).expect("a good vector"), text).expect("a good plan");
    let [glitch, timeout, policy] = &plan.steps[..] else { panic!("three steps") };
    expect(What::Fault(glitch), "12.000034 fault   glitch d0 d1 for 600s");
    expect(What::Fault(timeout), "12.000034 fault   timeout d1 for 1500ms abort-fails");
    let turned = "12.000034 order   policy rebuild-rate=50% limp-time=90us";
    expect(What::Order(policy, Ok(())), turned);
    let refused = format!("{turned} refused busy");
    expect(What::Order(policy, Err(Refusal::Busy)), &refused);
}
