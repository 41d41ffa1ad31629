//! How long the scoring of a full year takes: 50 units, 5,000 projects, twelve months; natively and, in the same
//! run, in a headless Chromium. All times are medians.

use std::{env, fs, time::Instant};

use anyhow::{Context, Result};
use bench::{Bar, Figure, Report};
use campaigns::{Timing, timing};
use mimalloc::MiMalloc;

/// The server's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The sizes of the growth, from 1× to 20×; the bar's own is among them.
const PROJECTS: [u32; 5] = [500, 1_000, 2_500, PROJECTS_OF_BAR, 10_000];
const PROJECTS_OF_BAR: u32 = 5_000;

const NATIVE_BAR_MS: f64 = 50.0;
const BROWSER_BAR_MS: f64 = 500.0;
const CHANGED_BAR_MS: f64 = 1.0;

fn main() -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "a benchmark is about real time; no result depends on it")]
    let start = Instant::now();
    let now_ms = || start.elapsed().as_secs_f64() * 1_000.0;
    let native: Vec<(u32, Timing)> =
        PROJECTS.into_iter().map(|projects| (projects, timing(projects, now_ms))).collect();
    let browser = in_browser()?;
    let of_size = |wanted: u32| native.iter().find(|(projects, _)| *projects == wanted).map(|(_, timing)| *timing);
    let ours = of_size(PROJECTS_OF_BAR).context("the bar's size is measured")?;
    let mut report = Report::new("scoring");
    let bar = |name: &str, value: f64, bar_ms: f64| Figure::new(name, value, "ms").with_bar(Bar::AtMost(bar_ms));
    report.add(bar("full year, natively", ours.full, NATIVE_BAR_MS));
    report.add(bar("full year, in the browser", browser.full, BROWSER_BAR_MS).beside("natively", ours.full));
    report.add(bar("one changed record and its ranking, natively", ours.changed, CHANGED_BAR_MS));
    let changed = Figure::new("one changed record and its ranking, in the browser", browser.changed, "ms");
    report.add(changed.beside("natively", ours.changed));
    report.add(Figure::new("folding all records, natively", ours.folding, "ms"));
    report.add(Figure::new("folding all records, in the browser", browser.folding, "ms"));
    for (projects, timing) in &native {
        report.add(Figure::new(&format!("full year of {projects} projects"), timing.full, "ms"));
        report.add(Figure::new(&format!("one changed record of {projects} projects"), timing.changed, "ms"));
    }
    if let [(least, first), .., (most, last)] = native.as_slice() {
        let input = f64::from(*most) / f64::from(*least);
        let growth =
            Figure::new(&format!("time of {most} projects against that of {least}"), last.full / first.full, "×");
        report.add(growth.with_bar(Bar::AtMost(input)));
    }
    report.publish()
}

/// What `cargo xtask bench` had the browser measure: one line of full, folding and changed, in ms.
fn in_browser() -> Result<Timing> {
    let path = env::var_os("TISHENG_BROWSER_TIMING").context("start me as `cargo xtask bench scoring`")?;
    let text = fs::read_to_string(&path)?;
    let figures: Vec<f64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [full, folding, changed] = figures.as_slice() else { anyhow::bail!("not three figures: {text}") };
    Ok(Timing { full: *full, folding: *folding, changed: *changed })
}
