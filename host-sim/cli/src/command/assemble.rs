//! `raid10 assemble`.

use std::fs;
use std::path::Path;

use raid10_engine::{Geometry, SectorCount, Shape};
use raid10_metadata::Uuid;
use raid10_metadata::assembly::{Decision, Equalise, Order, Reason, Request};

use crate::args::AssembleArgs;
use crate::exit::Exit;
use crate::image::extract::{self, Source};
use crate::image::file::{Image, SECTOR};
use crate::image::member::{Md, Member};
use crate::image::plan::{self, Plan};
use crate::output::Out;
use crate::render::assemble::Assembled;

pub(crate) fn run(args: &AssembleArgs, out: &mut Out) -> Exit {
    match assemble(args) {
        Ok(assembled) => {
            let exit = if assembled.is_whole() { Exit::Held } else { Exit::Broken };
            out.print(assembled);
            exit
        }
        Err((exit, why)) => {
            out.error(why);
            exit
        }
    }
}

fn bad(why: impl ToString) -> (Exit, String) {
    (Exit::BadInput, why.to_string())
}

fn assemble(args: &AssembleArgs) -> Result<Assembled, (Exit, String)> {
    let members: Result<Vec<Member>, _> =
        args.images.iter().map(|path| Member::read(path)).collect();
    let members = members.map_err(bad)?;
    let request = Request { set: args.set, order: order(args)?, settled: true };
    let plan = plan::plan(&members, request);
    let Decision::Start { equalise, .. } = plan.decision else {
        let why = plan.words_with_files(&members);
        return Err((Exit::Broken, format!("{why}{}", option(&plan, &members))));
    };
    let (geometry, uuid) = geometry(&members, &plan)?;
    let mut sources = sources(args, &members, &plan, uuid)?;
    let bytes = geometry.capacity().0 * SECTOR;
    for path in [Some(&args.out), args.map.as_ref()].into_iter().flatten() {
        if path.symlink_metadata().is_ok() {
            return Err(bad(format_args!("{}: exists already: name another", path.display())));
        }
    }
    let disk = Image::create(&args.out, bytes).map_err(bad)?;
    let extracted = extract::extract(&geometry, &mut sources, &disk)
        .and_then(|found| disk.flush().map(|()| found));
    let found = extracted.map_err(|why| {
        // A part of the content would be taken for all of it.
        let _ = fs::remove_file(&args.out);
        bad(why)
    })?;
    let clean = equalise == Equalise::Nothing;
    let assembled = Assembled { set: uuid, bytes, clean, plan: plan.words(), found };
    if let Some(map) = &args.map {
        write_map(map, &assembled)?;
    }
    Ok(assembled)
}

fn order(args: &AssembleArgs) -> Result<Order, (Exit, String)> {
    let Some(stale) = &args.accept_stale else {
        return Ok(if args.degraded { Order::Degraded } else { Order::Nothing });
    };
    let index = args.images.iter().position(|path| path == stale);
    let wrong =
        || bad(format_args!("{}: is none of the images: name one of them", stale.display()));
    index.map(Order::Accept).ok_or_else(wrong)
}

/// The option that gives the order of which a refusal speaks.
fn option(plan: &Plan, members: &[Member]) -> String {
    match plan.decision {
        Decision::Refuse(Reason::MayBeStale(_) | Reason::Clones(..)) => ": --degraded".to_owned(),
        Decision::Refuse(Reason::NoCurrentCopy { behind: Some(index), .. }) => {
            let file = members.get(index).map_or("IMAGE", |member| &member.file);
            format!(": --accept-stale {file}")
        }
        Decision::Refuse(Reason::SeveralSets) => ": --set".to_owned(),
        _ => String::new(),
    }
}

/// The members from which something is read.
fn chosen<'a>(members: &'a [Member], plan: &'a Plan) -> impl Iterator<Item = (usize, &'a Md)> {
    let members = members.iter().zip(&plan.verdicts).enumerate();
    members.filter_map(|(index, (member, verdict))| {
        let counts = plan::is_source(verdict);
        Some((index, member.md.as_ref().filter(|_| counts)?))
    })
}

fn geometry(members: &[Member], plan: &Plan) -> Result<(Geometry, Uuid), (Exit, String)> {
    let Some((_, md)) = chosen(members, plan).next() else {
        return Err((Exit::Broken, "no image holds anything of the set".to_owned()));
    };
    let shape = Shape {
        copies: md.set.near_copies,
        members: u8::try_from(md.set.raid_disks).unwrap_or(u8::MAX),
        chunk: SectorCount(u64::from(md.set.chunk)),
        member_size: SectorCount(md.set.size),
    };
    let refused = |why| bad(format_args!("the array has a shape that is not supported: {why:?}"));
    Ok((Geometry::new(shape).map_err(refused)?, md.set.uuid))
}

fn sources(
    args: &AssembleArgs,
    members: &[Member],
    plan: &Plan,
    set: Uuid,
) -> Result<Vec<Source>, (Exit, String)> {
    let mut sources = Vec::new();
    for (index, md) in chosen(members, plan).filter(|(_, md)| md.set.uuid == set) {
        let path: &Path = &args.images[index];
        sources.extend(Source::new(path, md, &plan.verdicts[index]).map_err(bad)?);
    }
    Ok(sources)
}

fn write_map(path: &Path, assembled: &Assembled) -> Result<(), (Exit, String)> {
    let text = serde_json::to_string_pretty(&assembled.map()).map_err(bad)?;
    let cannot = |why| bad(format_args!("{}: cannot be written: {why}", path.display()));
    fs::write(path, text + "\n").map_err(cannot)
}
