//! `server score`: a ranking computed from two tables, without loading them.

use std::path::{Path, PathBuf};

use clap::Args;
use shared::{
    calendar::Month,
    scoring::{actuals::ActualsTable, batch::Batch, scheme::Scheme, targets::TargetsTable},
    t,
};

/// What `server score` is asked.
#[derive(Args, Clone, Debug)]
pub struct ScoreArgs {
    /// The targets table (CSV): one row per unit, a last row 合计.
    #[arg(long)]
    targets: PathBuf,
    /// Approved, cumulative results (CSV) and the month's rates.
    #[arg(long)]
    actuals: PathBuf,
    /// The month, such as 2021-06.
    #[arg(long)]
    period: Month,
    /// The scheme (TOML); the default one when left out.
    #[arg(long)]
    scheme: Option<PathBuf>,
}

/// The result as JSON.
///
/// # Errors
/// Every fault of the files, each naming file, line and column. Nothing is to be printed to standard output then.
pub fn run(args: &ScoreArgs) -> Result<String, Vec<String>> {
    let scheme = match &args.scheme {
        Some(path) => Scheme::parse(&read(path)?).map_err(|issues| named(path, &issues))?,
        None => Scheme::default_scheme(),
    };
    if !scheme.is_effective_in(args.period) {
        return Err(vec![t!("scoring.batch.not_effective", scheme = scheme.name, period = args.period)]);
    }
    let targets =
        TargetsTable::parse_csv(&read(&args.targets)?, &scheme).map_err(|issues| named(&args.targets, &issues))?;
    let actuals = ActualsTable::parse_csv(&read(&args.actuals)?, &targets, &scheme)
        .map_err(|issues| named(&args.actuals, &issues))?;
    let result = Batch::score(&targets, &actuals, args.period, &scheme);
    serde_json::to_string_pretty(&result).map_err(|error| vec![error.to_string()])
}

fn read(path: &Path) -> Result<String, Vec<String>> {
    std::fs::read_to_string(path)
        .map_err(|error| vec![t!("scoring.batch.unreadable", file = path.display(), error = error)])
}

fn named(path: &Path, issues: &[impl std::fmt::Display]) -> Vec<String> {
    issues.iter().map(|issue| format!("{}: {issue}", path.display())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGETS: &str = "unit,group,services_started,services_completed\n鼓东街道,street,7,4\n合计,,7,4\n";

    fn run_on(targets: &str, actuals: &str) -> Result<String, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let paths = [("T.csv", targets), ("A.csv", actuals)].map(|(name, content)| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        });
        let [targets, actuals] = paths;
        let args = ScoreArgs { targets, actuals, period: "2021-06".parse().unwrap(), scheme: None };
        run(&args).map_err(|errors| {
            errors.into_iter().map(|error| error.replace(&format!("{}/", folder.path().display()), "")).collect()
        })
    }

    #[test]
    fn prints_the_result_as_json() {
        let printed = run_on(TARGETS, "unit,services_started,services_completed\n鼓东街道,3,1\n").unwrap();
        let value: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let unit = &value["groups"][0]["units"][0];
        assert_eq!(
            (unit["unit"].as_str(), unit["items"]["services_started"].as_str()),
            (Some("鼓东街道"), Some("38.46"))
        );
        assert!(unit["rank"].is_null(), "26 of 100 points apply");
    }

    #[test]
    fn names_file_line_and_column_of_every_fault() {
        for (targets, actuals, expected) in [
            (TARGETS, "unit,services_started\n鼓东街道,三\n", "A.csv: 第2行 services_started 列: “三”不是数字"),
            (TARGETS, "unit,services_started\n鼓东街道,-1\n", "A.csv: 第2行 services_started 列: “-1”不能为负"),
            (TARGETS, "unit,services\n鼓东街道,1\n", "A.csv: 第1行 services 列: 不认识的列(第2列)"),
            (TARGETS, "unit,visits\n鼓西街道,1\n", "A.csv: 第2行 unit 列: 任务表中没有单位“鼓西街道”"),
            (TARGETS, "unit,visits\n鼓东街道,95\n", "A.csv: 第2行 visits 列: “95”应在 0 至 1 之间"),
            (
                "unit,group,services_started\n鼓东街道,street,7\n合计,,8\n",
                "unit\n",
                "T.csv: 第3行 services_started 列: 合计为 8,各单位之和为 7",
            ),
        ] {
            assert_eq!(run_on(targets, actuals), Err(vec![expected.to_owned()]));
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let args = ScoreArgs {
            targets: "no-such.csv".into(),
            actuals: "A.csv".into(),
            period: "2021-06".parse().unwrap(),
            scheme: None,
        };
        let errors = run(&args).unwrap_err();
        assert!(errors[0].contains("no-such.csv"), "{errors:?}");
    }
}
