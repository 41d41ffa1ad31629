//! All figures of one benchmark: the table people read and the file that keeps them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::figure::{Bar, Figure};
use crate::surroundings::machine;

/// The figures of one benchmark in the order they are shown.
#[derive(Debug)]
pub struct Report {
    name: String,
    figures: Vec<Figure>,
}

impl Report {
    /// An empty report of the benchmark of this name.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), figures: Vec::new() }
    }

    /// Adds a row.
    pub fn add(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    /// Prints the table and writes `NAME.json`. A missed bar is printed as missed, and is no error.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn publish(&self) -> Result<()> {
        print!("{}", self.table());
        println!("machine: {}", machine());
        let folder = env::var_os("TISHENG_BENCH").context("start me as `cargo xtask bench`")?;
        let path = self.write(Path::new(&folder))?;
        println!("{}", path.display());
        Ok(())
    }

    fn write(&self, folder: &Path) -> Result<PathBuf> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{}.json", self.name));
        let figures = self.figures.iter().map(row_json).collect::<Result<Vec<Value>>>()?;
        let report = json!({ "name": self.name, "machine": machine(), "figures": figures });
        fs::write(&path, serde_json::to_string_pretty(&report)? + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    fn table(&self) -> String {
        let mut rows = vec![["figure", "value", "peer or floor", "ratio", "bar", ""].map(str::to_owned)];
        rows.extend(self.figures.iter().map(row));
        let widths: Vec<usize> = (0..6)
            .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|c| width(c)).max())
            .map(Option::unwrap_or_default)
            .collect();
        let mut table = format!("{}\n", self.name);
        for row in rows {
            for (cell, wanted) in row.iter().zip(&widths) {
                table.push_str("  ");
                table.push_str(cell);
                table.extend(std::iter::repeat_n(' ', wanted.saturating_sub(width(cell))));
            }
            table.truncate(table.trim_end().len());
            table.push('\n');
        }
        table
    }
}

fn row(figure: &Figure) -> [String; 6] {
    let Figure { name, value, unit, peer, bar } = figure;
    [
        name.clone(),
        format!("{} {unit}", number(*value)),
        peer.as_ref().map(|p| format!("{} {unit} ({})", number(p.value), p.name)).unwrap_or_default(),
        figure.ratio().map(|ratio| format!("{} ×", number(ratio))).unwrap_or_default(),
        bar.map(|bar| bar_text(bar, unit)).unwrap_or_default(),
        verdict(figure).to_owned(),
    ]
}

fn row_json(figure: &Figure) -> Result<Value> {
    let mut value = serde_json::to_value(figure)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("limit".to_owned(), json!(figure.limit()));
        object.insert("holds".to_owned(), json!(figure.holds()));
    }
    Ok(value)
}

fn verdict(figure: &Figure) -> &'static str {
    match (figure.bar.is_some(), figure.holds()) {
        (false, _) => "",
        (true, true) => "holds",
        (true, false) => "MISSED",
    }
}

fn bar_text(bar: Bar, unit: &str) -> String {
    match bar {
        Bar::AtMost(limit) => format!("≤ {} {unit}", number(limit)),
        Bar::AtLeast(limit) => format!("≥ {} {unit}", number(limit)),
        Bar::AtMostTimesPeer(factor) => format!("≤ {factor} × peer"),
        Bar::AtLeastTimesPeer(factor) => format!("≥ {factor} × peer"),
    }
}

// Three significant places are what a measurement is worth.
fn number(value: f64) -> String {
    let places = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.places$}")
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut report = Report::new("sample");
        report.add(Figure::new("small", 9.0, "kB").beside("floor", 10.0).with_bar(Bar::AtMost(9.5)));
        report.add(Figure::new("slow", 120.0, "ms").with_bar(Bar::AtMost(100.0)));
        report
    }

    #[test]
    fn a_missed_bar_is_printed_as_missed() {
        let expected = "sample
  figure  value    peer or floor    ratio   bar
  small   9.00 kB  10.0 kB (floor)  0.90 ×  ≤ 9.50 kB  holds
  slow    120 ms                     ≤ 100 ms   MISSED
";
        let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(squeeze(&report().table()), squeeze(expected));
    }

    #[test]
    fn the_file_keeps_value_unit_peer_bar_and_verdict() {
        let folder = env::temp_dir().join(format!("tisheng-bench-{}", std::process::id()));
        let path = report().write(&folder).unwrap();
        let value: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        fs::remove_dir_all(folder).unwrap();
        let expected = json!({
            "name": "small", "value": 9.0, "unit": "kB",
            "peer": { "name": "floor", "value": 10.0 },
            "bar": { "at_most": 9.5 }, "limit": 9.5, "holds": true,
        });
        assert_eq!(value.pointer("/figures/0"), Some(&expected));
        assert_eq!(value.pointer("/figures/1/holds"), Some(&json!(false)));
    }
}
