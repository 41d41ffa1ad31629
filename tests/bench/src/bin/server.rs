//! What the server takes in and gives out: on one core, the load from the other, durable before it is answered.
//! Beside it in the same run what axum and `SQLite` with group commit do with the same records and nothing else.

use std::{env, ffi::OsString, path::Path, process::Command, time::Duration};

use anyhow::{Context as _, Result};
use bench::{
    Bar, Figure, Report, assets,
    floor::{self, Pusher},
    load::{District, Pinned, Rush, SERVER_CORE, Tablet, record_fields, rush},
    server,
};
use shared::{api::path, merge::operation::Mark};
use tempfile::TempDir;
use tokio::time::Instant;

/// How long each rush lasts, and how long one goes before it that is not measured.
const LASTING: Duration = Duration::from_secs(4);
const WARMING: Duration = Duration::from_secs(1);

/// Tablets of the pushes, each of a unit of its own.
const UNITS: usize = 64;

/// Connections of the submissions, and fields of one.
const CONNECTIONS: usize = 500;
const FIELDS: usize = 250;

/// What the server may have in memory under load.
const MEMORY_MAX_MB: f64 = 128.0;

const SUBMISSIONS_MIN: f64 = 5_000.0;
const OF_FLOOR_MIN: f64 = 0.5;

/// Tablets that start at the same time, and what each may wait.
const TABLETS: usize = 200;
const COLD_MAX_MS: f64 = 5_000.0;
const OTHERS_MAX_MS: f64 = 200.0;
const START_MAX_MS: f64 = 1_000.0;

/// People of the demo whose tablets these are: mostly filers, who see their unit, and a department that sees all.
const PEOPLE: [&str; 8] =
    ["gudong", "guxi", "wenquan", "dongjie", "gudong.sh", "guxi.sh", "ruanjianyuan", "shangwu.rd"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<OsString> = env::args_os().collect();
    match arguments.as_slice() {
        [_, word, folder] if word == "floor" => floor::serve(Path::new(folder)).await,
        [_, word, folder] if word == "raw" => floor::insert_raw(Path::new(folder), &submission(), LASTING),
        _ => measure().await,
    }
}

async fn measure() -> Result<()> {
    let mut report = Report::new("server");
    pushes(&mut report).await?;
    submissions(&mut report).await?;
    morning(&mut report).await?;
    report.publish()
}

fn start(folder: &Path, more: &[&str]) -> Result<Pinned> {
    let (data, assets) = (folder.join("data"), assets()?);
    let (data, assets) = (data.to_string_lossy(), assets.to_string_lossy());
    let serve = ["serve", "--second-factor", "off", "--address", "127.0.0.1:0", "--requests-per-minute", "0"];
    let place = ["--data", &*data, "--assets", &*assets];
    Pinned::start(&server()?, &[&serve[..], &place, more].concat())
}

/// Pushes of one record and of thirty, from 64 tablets, each of its own unit.
async fn pushes(report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = start(folder.path(), &[])?;
    let district = District::found(&mut server, UNITS).await?;
    let fields = record_fields(1);
    for (round, operations) in [(0, 1), (1, 30)] {
        let name = if operations == 1 { "pushes of one record" } else { "pushes of 30 records" };
        let head = head_of(&server, &district).await?;
        let mut tablets = Vec::new();
        for (number, filer) in (1..).zip(&district.filers) {
            let tablet = Tablet::connect(&server.address, filer, 100 * (round + 1) + number, head).await?;
            tablets.push(tablet.pushing(operations, &fields, 1_000));
        }
        let (_, tablets) = rush(tablets, WARMING).await;
        let (ours, _) = rush(tablets, LASTING).await;
        let theirs = floor_rush(UNITS, &operation(&fields), operations).await?;
        let bar = Bar::AtLeastTimesPeer(OF_FLOOR_MIN);
        let rate = Figure::new(&format!("{name}, records"), ours.records_per_second(), "1/s");
        report.add(rate.beside("floor", theirs.records_per_second()).with_bar(bar));
        add_times(report, name, &ours, Some(&theirs));
    }
    report.add(memory("memory after them", &server)?);
    Ok(())
}

/// Submissions of 250 fields from 500 connections.
async fn submissions(report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = start(folder.path(), &[])?;
    // Each of a unit of its own: what is measured is what comes in, and not what others of the unit are told of it.
    let district = District::found(&mut server, CONNECTIONS).await?;
    let fields = record_fields(FIELDS);
    let head = head_of(&server, &district).await?;
    let mut tablets = Vec::new();
    for (number, filer) in (1_000..).zip(&district.filers) {
        tablets.push(Tablet::connect(&server.address, filer, number, head).await?.pushing(1, &fields, 1));
    }
    let (ours, _) = rush(tablets, LASTING).await;
    let name = "submissions of 250 fields";
    let theirs = floor_rush(CONNECTIONS, &submission(), 1).await?;
    let rate = Figure::new(name, ours.records_per_second(), "1/s");
    report.add(rate.beside("floor", theirs.records_per_second()).with_bar(Bar::AtLeast(SUBMISSIONS_MIN)));
    let raw = raw_rate()?;
    report
        .add(Figure::new("the same beside raw inserts", ours.records_per_second(), "1/s").beside("SQLite alone", raw));
    add_times(report, name, &ours, Some(&theirs));
    let records = f64::from(ours.records);
    report.add(Figure::new("records of 250 fields in memory then", records, ""));
    report.add(Figure::new("memory after them", server.memory_max_mb()?, "MB"));
    Ok(())
}

/// A morning: the server starts over the demo, then 200 tablets with empty stores at once.
async fn morning(report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = start(folder.path(), &["--demo"])?;
    let people = District::of_demo(&mut server, &PEOPLE).await?;
    drop(server);
    let began = Instant::now();
    let server = start(folder.path(), &[])?;
    report.add(Figure::new("start", since_ms(began), "ms").with_bar(Bar::AtMost(START_MAX_MS)));
    let filer = people.filers.first().context("somebody")?;
    let mut other = Tablet::connect(&server.address, filer, 9_999, Mark::START).await?;
    let starting = people.filers.iter().cycle().take(TABLETS).enumerate().map(|(n, filer)| {
        let address = server.address.clone();
        let filer = filer.clone();
        tokio::spawn(async move {
            let mut tablet = Tablet::connect(&address, &filer, u32::try_from(n)?, Mark::START).await?;
            let began = Instant::now();
            for path in [path::SESSION, path::CAMPAIGN, path::PERIODS, "/api/v1/rankings/2021-06"] {
                tablet.read(path).await?;
            }
            tablet.pull_everything().await?;
            anyhow::Ok(since_ms(began))
        })
    });
    let starting: Vec<_> = starting.collect();
    let mut others_ms = Vec::new();
    while starting.iter().any(|tablet| !tablet.is_finished()) {
        let began = Instant::now();
        other.read("/api/v1/rankings/2021-05").await?;
        others_ms.push(since_ms(began));
    }
    let (mut cold_ms, mut failures) = (Vec::new(), 0);
    for tablet in starting {
        match tablet.await? {
            Ok(took_ms) => cold_ms.push(took_ms),
            Err(error) => {
                eprintln!("a tablet failed: {error:#}");
                failures += 1;
            }
        }
    }
    report.add(Figure::new("200 tablets start empty, p95", p95(&mut cold_ms), "ms").with_bar(Bar::AtMost(COLD_MAX_MS)));
    report.add(
        Figure::new("other requests meanwhile, p95", p95(&mut others_ms), "ms").with_bar(Bar::AtMost(OTHERS_MAX_MS)),
    );
    report.add(Figure::new("tablets that failed", f64::from(failures), "").with_bar(Bar::AtMost(0.0)));
    report.add(memory("memory after them", &server)?);
    Ok(())
}

fn memory(name: &str, server: &Pinned) -> Result<Figure> {
    Ok(Figure::new(name, server.memory_max_mb()?, "MB").with_bar(Bar::AtMost(MEMORY_MAX_MB)))
}

fn add_times(report: &mut Report, name: &str, ours: &Rush, floor: Option<&Rush>) {
    for (share, of_thousand) in [("p50", 500), ("p99", 990)] {
        let figure = Figure::new(&format!("{name}, {share}"), ours.within_ms(of_thousand), "ms");
        report.add(match floor {
            Some(floor) => figure.beside("floor", floor.within_ms(of_thousand)),
            None => figure,
        });
    }
    let failures = Figure::new(&format!("{name}, failures"), f64::from(ours.failures), "");
    report.add(failures.with_bar(Bar::AtMost(0.0)));
}

async fn head_of(server: &Pinned, district: &District) -> Result<Mark> {
    let filer = district.filers.first().context("a filer")?;
    let mut tablet = Tablet::connect(&server.address, filer, 1, Mark::START).await?;
    tablet.pull_everything().await?;
    Ok(tablet.cursor())
}

async fn floor_rush(connections: usize, record: &str, records: u32) -> Result<Rush> {
    let folder = tempfile::tempdir()?;
    let floor = Pinned::start(&env::current_exe()?, &["floor", &folder.path().to_string_lossy()])?;
    let mut pushers = Vec::new();
    for _ in 0..connections {
        pushers.push(Pusher::connect(&floor.address, record, records).await?);
    }
    let (_, pushers) = rush(pushers, WARMING).await;
    Ok(rush(pushers, LASTING).await.0)
}

/// `SQLite` alone with the same bytes, on the same core.
fn raw_rate() -> Result<f64> {
    let folder: TempDir = tempfile::tempdir()?;
    let mut raw = Command::new("taskset");
    raw.args(["--cpu-list", SERVER_CORE]).arg(env::current_exe()?).arg("raw").arg(folder.path());
    floor::read_rate(&raw.output()?.stdout)
}

/// The bytes of one operation as tablets send it.
fn operation(fields: &str) -> String {
    let id = "00000000-0000-7000-8000-000000000000";
    format!(
        "{{\"id\":\"{id}\",\"campaign\":\"{id}\",\"unit\":\"{id}\",\"record\":\"{id}\",\"kind\":\"project\",\
         \"author\":\"{id}\",\"actor\":\"0000000000000001\",\"counter\":1,\"stamp\":\"0000000000010000\",\"seen\":0,\
         \"schema\":1,\"body\":{{\"type\":\"edit\",\"fields\":[{fields}]}}}}"
    )
}

fn submission() -> String {
    operation(&record_fields(FIELDS))
}

fn since_ms(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1_000.0
}

fn p95(times_ms: &mut [f64]) -> f64 {
    times_ms.sort_by(f64::total_cmp);
    times_ms.get(times_ms.len() * 95 / 100).copied().unwrap_or(f64::NAN)
}
