//! What the first visit loads, in kB (1,000 bytes) of brotli, beside the same files by gzip.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bench::{Bar, Figure, Report, assets};

/// All of wasm, js, css and html.
const BAR_KB: f64 = 450.0;

const KINDS: [&str; 4] = ["wasm", "js", "css", "html"];

fn main() -> Result<()> {
    let folder = assets()?;
    let mut files = vec![folder.join("index.html")];
    for entry in fs::read_dir(folder.join("assets"))? {
        files.push(entry?.path());
    }
    let mut report = Report::new("payload");
    let mut total = Sizes::default();
    for kind in KINDS {
        let mut sizes = Sizes::default();
        for file in files.iter().filter(|file| file.extension() == Some(OsStr::new(kind))) {
            sizes.add(&Sizes::of(file)?);
        }
        total.add(&sizes);
        report.add(sizes.figure(kind));
    }
    report.add(total.figure("together").with_bar(Bar::AtMost(BAR_KB)));
    report.add(Figure::new("together, not compressed", total.plain, "kB"));
    report.publish()
}

/// Sizes in kB.
#[derive(Debug, Default)]
struct Sizes {
    plain: f64,
    gzip: f64,
    brotli: f64,
}

impl Sizes {
    fn of(file: &Path) -> Result<Self> {
        let with = |suffix: &str| PathBuf::from(format!("{}{suffix}", file.display()));
        Ok(Self { plain: kilobytes(file)?, gzip: kilobytes(&with(".gz"))?, brotli: kilobytes(&with(".br"))? })
    }

    fn add(&mut self, other: &Self) {
        self.plain += other.plain;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }

    fn figure(&self, name: &str) -> Figure {
        Figure::new(&format!("{name}, brotli"), self.brotli, "kB").beside("gzip", self.gzip)
    }
}

fn kilobytes(file: &Path) -> Result<f64> {
    let bytes = fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
    let bytes = u32::try_from(bytes).context("a file of the first load is over 4 GB")?;
    Ok(f64::from(bytes) / 1_000.0)
}
