//! The tablet's side in a headless Chromium: the application's own store and exchange, sealed store included, beside
//! what a person writes by hand on plain `IndexedDB` (the floor), and beside `PouchDB`; all in one run, on records of
//! 25 fields and 1.2 kB. All times are medians. `--quick` is for trying the benchmark out: fewer records, one round.

use std::{env, ffi::OsString, path::Path};

use anyhow::Result;
use bench::{
    Bar, Figure, Report,
    sync::{Contender, Lane, median, serve_floor},
};
use serde_json::json;

/// How much is measured.
struct Plan {
    rounds: u32,
    /// Rounds over the thin line.
    thin_rounds: u32,
    /// Records of a store; the last is the largest of the growth, `size` the one with bars.
    sizes: &'static [u32],
    size: u32,
    pushed: u32,
    saves: u32,
    changes: u32,
}

const FULL: Plan = Plan {
    rounds: 5,
    thin_rounds: 3,
    sizes: &[1_000, 10_000, 50_000],
    size: 10_000,
    pushed: 1_000,
    saves: 60,
    changes: 50,
};
const QUICK: Plan =
    Plan { rounds: 1, thin_rounds: 1, sizes: &[200, 1_000], size: 1_000, pushed: 100, saves: 10, changes: 10 };

/// Records that the server is given in one go.
const FILLED_AT_ONCE: u32 = 5_000;

/// Where the rounds' records begin, each far from the others.
const APART: u32 = 1_000_000;

/// What may be at most: times the floor's, or kB and MB of the bar's own size.
const OPEN_MAX: f64 = 0.4;
const SAVE_MAX: f64 = 1.1;
const FILL_MAX: f64 = 0.2;
const PUSH_MAX: f64 = 1.5;
const PUSH_KB_MAX: f64 = 200.0;
const PULL_MAX: f64 = 0.35;
const PULL_MB_MAX: f64 = 1.5;
const VISIBLE_MAX: f64 = 0.7;
const THIN_PUSH_MAX: f64 = 0.9;
const THIN_PULL_MAX: f64 = 0.6;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<OsString> = env::args_os().collect();
    match arguments.as_slice() {
        [_, word, folder, pages] if word == "floor" => serve_floor(Path::new(folder), Path::new(pages)).await,
        [_, word] if word == "--quick" => measure(&QUICK).await,
        _ => measure(&FULL).await,
    }
}

async fn measure(plan: &Plan) -> Result<()> {
    let floor = Times::of(Contender::Floor, plan).await?;
    let ours = Times::of(Contender::Ours, plan).await?;
    let peer = match env::var_os("TISHENG_POUCHDB") {
        None => Err("it could not be installed".to_owned()),
        Some(_) => Times::of(Contender::PouchDb, plan).await.map_err(|error| format!("{error:#}")),
    };
    let mut report = Report::new("sync");
    add_rows(&mut report, plan, &ours, &floor);
    add_growth(&mut report, &ours, &floor);
    match &peer {
        Ok(peer) => add_peer(&mut report, plan, peer, &floor),
        Err(reason) => println!("PouchDB is not measured: {reason}"),
    }
    report.publish()
}

/// What one contender needs; medians.
#[derive(Debug, Default)]
struct Times {
    grown: Vec<Grown>,
    /// With the least that can be shown, where that is another verb.
    open_least: Option<f64>,
    save: f64,
    save_strict: f64,
    visible: f64,
    push: f64,
    push_kb: f64,
    thin_push: f64,
    thin_pull: f64,
}

/// One of the times of a size.
type Of = fn(&Grown) -> f64;

/// What grows with the store.
#[derive(Clone, Copy, Debug, Default)]
struct Grown {
    size: u32,
    fill: f64,
    open: f64,
    pull: f64,
    pull_kb: f64,
}

impl Times {
    async fn of(contender: Contender, plan: &Plan) -> Result<Self> {
        println!("measuring {contender:?}");
        let mut times = Self::default();
        let sizes: Vec<u32> = match contender {
            // Its growth is nobody's question, and takes long.
            Contender::PouchDb => vec![plan.size],
            Contender::Ours | Contender::Floor => plan.sizes.to_vec(),
        };
        times.measure_store(contender, plan, &sizes).await?;
        times.measure_pulls(contender, plan, &sizes).await?;
        Ok(times)
    }

    /// The store by itself, then what goes up from it.
    async fn measure_store(&mut self, contender: Contender, plan: &Plan, sizes: &[u32]) -> Result<()> {
        let lane = Lane::start(contender).await?;
        for size in sizes {
            let (fill, open) = filled_and_opened(&lane, plan, *size, "first").await?;
            self.grown.push(Grown { size: *size, fill, open, ..Grown::default() });
        }
        if contender == Contender::Floor {
            self.open_least = Some(filled_and_opened(&lane, plan, plan.size, "firstOnly").await?.1);
        }
        self.save = median(lane.call("save", json!([plan.size, plan.saves, false])).await?);
        self.save_strict = median(lane.call("save", json!([plan.size, plan.saves, true])).await?);
        self.visible = median(lane.call("visible", json!([APART, plan.changes])).await?);
        lane.go_counted().await?;
        (self.push, self.push_kb) = pushed(&lane, plan, plan.rounds, APART * 2).await?;
        lane.thin(true).await?;
        self.thin_push = pushed(&lane, plan, plan.thin_rounds, APART * 20).await?.0;
        lane.close().await
    }

    /// What comes down into an empty store, from a server that is given more and more.
    async fn measure_pulls(&mut self, contender: Contender, plan: &Plan, sizes: &[u32]) -> Result<()> {
        let lane = Lane::start(contender).await?;
        lane.go_counted().await?;
        let mut held = 0;
        for (grown, size) in self.grown.iter_mut().zip(sizes) {
            while held < *size {
                let more = FILLED_AT_ONCE.min(size - held);
                let _: u32 = lane.call("fillServer", json!([held + 1, more])).await?;
                held += more;
            }
            (grown.pull, grown.pull_kb) = pulled(&lane, plan.rounds, *size).await?;
            if *size == plan.size {
                lane.thin(true).await?;
                self.thin_pull = pulled(&lane, plan.thin_rounds, *size).await?.0;
                lane.thin(false).await?;
            }
        }
        lane.close().await
    }

    fn at(&self, size: u32) -> Grown {
        self.grown.iter().copied().find(|grown| grown.size == size).unwrap_or_default()
    }
}

async fn filled_and_opened(lane: &Lane, plan: &Plan, size: u32, verb: &str) -> Result<(f64, f64)> {
    let (mut fills, mut opens) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let [fill, open]: [f64; 2] = lane.call("fillAndOpen", json!([size, verb])).await?;
        fills.push(fill);
        opens.push(open);
    }
    Ok((median(fills), median(opens)))
}

/// Time and kB of pushes.
async fn pushed(lane: &Lane, plan: &Plan, rounds: u32, first: u32) -> Result<(f64, f64)> {
    let (mut times, mut sizes) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let _: u32 = lane.call("writeOffline", json!([first + APART * round, plan.pushed])).await?;
        let (time, kilobytes) = lane.call_counted("push", json!([])).await?;
        times.push(time);
        sizes.push(kilobytes);
    }
    Ok((median(times), median(sizes)))
}

/// Time and kB of pulls.
async fn pulled(lane: &Lane, rounds: u32, size: u32) -> Result<(f64, f64)> {
    let (mut times, mut sizes) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (time, kilobytes) = lane.call_counted("pull", json!([size])).await?;
        times.push(time);
        sizes.push(kilobytes);
    }
    Ok((median(times), median(sizes)))
}

fn add_rows(report: &mut Report, plan: &Plan, ours: &Times, floor: &Times) {
    let Plan { size, pushed, .. } = plan;
    let (own, low) = (ours.at(*size), floor.at(*size));
    let mut row = |name: &str, value: f64, unit: &str, floor: f64, bar: Option<Bar>| {
        let figure = Figure::new(name, value, unit).beside("floor", floor);
        report.add(match bar {
            Some(bar) => figure.with_bar(bar),
            None => figure,
        });
    };
    let times = |factor| Some(Bar::AtMostTimesPeer(factor));
    row(&format!("open {size}, first 50 readable"), own.open, "ms", low.open, times(OPEN_MAX));
    let least = floor.open_least.unwrap_or(f64::NAN);
    row("the same, the floor reading 50 only", own.open, "ms", least, None);
    row("durable save, p50; the floor's default", ours.save, "ms", floor.save, times(SAVE_MAX));
    row("durable save, p50; strict", ours.save_strict, "ms", floor.save_strict, times(SAVE_MAX));
    row(&format!("bulk insert of {size}"), own.fill, "ms", low.fill, times(FILL_MAX));
    row(&format!("push {pushed} until acknowledged"), ours.push, "ms", floor.push, times(PUSH_MAX));
    row(&format!("push {pushed}, bytes"), ours.push_kb, "kB", floor.push_kb, Some(Bar::AtMost(PUSH_KB_MAX)));
    row(&format!("pull {size} into an empty browser"), own.pull, "ms", low.pull, times(PULL_MAX));
    let pulled_mb = Some(Bar::AtMost(PULL_MB_MAX));
    row(&format!("pull {size}, bytes"), own.pull_kb / 1e3, "MB", low.pull_kb / 1e3, pulled_mb);
    row("a change on A is on B, p50", ours.visible, "ms", floor.visible, times(VISIBLE_MAX));
    let thin = |time_ms: f64| time_ms / 1e3;
    let name = |what: &str| format!("{what} over 100 ms and 4 Mbit/s");
    row(&name("the push"), thin(ours.thin_push), "s", thin(floor.thin_push), times(THIN_PUSH_MAX));
    row(&name("the pull"), thin(ours.thin_pull), "s", thin(floor.thin_pull), times(THIN_PULL_MAX));
}

fn add_growth(report: &mut Report, ours: &Times, floor: &Times) {
    let kinds: [(&str, Of); 3] =
        [("open", |grown| grown.open), ("bulk insert", |grown| grown.fill), ("pull", |grown| grown.pull)];
    for (name, of) in kinds {
        for (own, low) in ours.grown.iter().zip(&floor.grown) {
            report.add(Figure::new(&format!("{name}, {} records", own.size), of(own), "ms").beside("floor", of(low)));
        }
        let growth = |grown: &[Grown]| match grown {
            [first, .., last] => of(last) / of(first),
            _ => f64::NAN,
        };
        if let [first, .., last] = ours.grown.as_slice() {
            let name = format!("{name}: {} records against {}", last.size, first.size);
            report.add(Figure::new(&name, growth(&ours.grown), "×").beside("floor", growth(&floor.grown)));
        }
    }
}

fn add_peer(report: &mut Report, plan: &Plan, peer: &Times, floor: &Times) {
    let (own, low) = (peer.at(plan.size), floor.at(plan.size));
    for (name, unit, value, floor) in [
        ("open", "ms", own.open, low.open),
        ("save, default", "ms", peer.save, floor.save),
        ("save, strict", "ms", peer.save_strict, floor.save_strict),
        ("bulk insert", "ms", own.fill, low.fill),
        ("push", "ms", peer.push, floor.push),
        ("push, bytes", "kB", peer.push_kb, floor.push_kb),
        ("pull", "ms", own.pull, low.pull),
        ("pull, bytes", "MB", own.pull_kb / 1e3, low.pull_kb / 1e3),
        ("a change on A is on B", "ms", peer.visible, floor.visible),
        ("the push over the thin line", "s", peer.thin_push / 1e3, floor.thin_push / 1e3),
        ("the pull over the thin line", "s", peer.thin_pull / 1e3, floor.thin_pull / 1e3),
    ] {
        report.add(Figure::new(&format!("PouchDB: {name}"), value, unit).beside("floor", floor));
    }
}
