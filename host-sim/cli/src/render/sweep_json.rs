//! A sweep as JSON. The names of the fields are documented in `raid10 sweep --help` and do not change; new
//! ones may come.

use std::collections::BTreeMap;

use serde::Serialize;

use super::json::FORMAT;
use super::matrix::{axes, shares};
use crate::exit::Exit;
use crate::judge::{Believed, SECTOR_BYTES};
use crate::sweep::{Played, Swept};
use crate::vector::Vector;

/// All of a sweep.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    format: u32,
    file: String,
    vector: String,
    title: String,
    held: bool,
    truncated: bool,
    sweeps: Vec<AxisView>,
    points: Vec<PointView>,
    totals: BTreeMap<&'static str, u64>,
    shares: Vec<SharesView>,
    belief: Option<Believed>,
}

#[derive(Debug, Serialize)]
struct AxisView {
    name: String,
    values: Vec<String>,
}

#[derive(Debug, Serialize)]
struct PointView {
    at: String,
    outcome: &'static str,
    lost_sectors: u64,
    lost_bytes: u64,
    detail: Option<String>,
    replay: String,
}

#[derive(Debug, Serialize)]
struct SharesView {
    name: String,
    values: Vec<ShareView>,
}

#[derive(Debug, Serialize)]
struct ShareView {
    value: String,
    points: u64,
    ok: u64,
}

impl Document {
    pub(crate) fn new(vector: &Vector, swept: &Swept, only_failed: bool) -> Self {
        let names = ["ok", "lost", "unmet", "broken", "error"];
        let shown = |played: &&Played| !only_failed || played.failed();
        Self {
            format: FORMAT,
            file: vector.file(),
            vector: vector.name().to_string(),
            title: vector.script.vector.value.title.clone(),
            held: swept.exit() == Exit::Held,
            truncated: swept.truncated,
            sweeps: axis_views(swept),
            points: swept
                .points
                .iter()
                .filter(shown)
                .map(|played| point_view(vector, played))
                .collect(),
            totals: names.into_iter().map(|name| (name, swept.count(name))).collect(),
            shares: share_views(swept),
            belief: swept.belief.clone(),
        }
    }
}

fn axis_views(swept: &Swept) -> Vec<AxisView> {
    let view = |axis: super::matrix::Axis| AxisView {
        name: axis.name,
        values: axis.values.iter().map(ToString::to_string).collect(),
    };
    axes(&swept.points).into_iter().map(view).collect()
}

fn point_view(vector: &Vector, played: &Played) -> PointView {
    PointView {
        at: played.point.to_string(),
        outcome: played.class.name(),
        lost_sectors: played.lost,
        lost_bytes: played.lost * SECTOR_BYTES,
        detail: played.detail.clone(),
        replay: vector.replay_line(&played.point),
    }
}

fn share_views(swept: &Swept) -> Vec<SharesView> {
    let views = axes(&swept.points).into_iter().enumerate().map(|(place, axis)| {
        let values = shares(&swept.points, place, &axis).into_iter().zip(&axis.values);
        SharesView {
            values: values
                .map(|(share, value)| ShareView {
                    value: value.to_string(),
                    points: share.whole,
                    ok: share.part,
                })
                .collect(),
            name: axis.name,
        }
    });
    views.collect()
}
