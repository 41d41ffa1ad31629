//! `tisheng score`: a ranking computed from two tables, without loading them.

pub(crate) mod file;

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args;
use shared::{
    calendar::Month,
    scoring::{actuals::ActualsTable, batch::Batch, scheme::Scheme, table::TableIssue, targets::TargetsTable},
    t,
    unit::Group,
};

use self::file::Table;

/// What `tisheng score` is asked.
#[derive(Args, Clone, Debug)]
pub struct ScoreArgs {
    /// The targets table (CSV or xlsx): one row per unit, a last row 合计.
    #[arg(long)]
    targets: PathBuf,
    /// Approved, cumulative results (CSV or xlsx) and the month's rates.
    #[arg(long)]
    actuals: PathBuf,
    /// The month, such as 2021-06.
    #[arg(long)]
    period: Month,
    /// The scheme (TOML); the default one when left out.
    #[arg(long)]
    scheme: Option<PathBuf>,
}

/// A ranking, and what is odd about its scheme though legal.
#[derive(Clone, Debug)]
pub struct Scored {
    /// The result as JSON.
    pub json: String,
    /// One sentence each, naming the place in the scheme; for the terminal, not for standard output.
    pub warnings: Vec<String>,
}

/// The ranking of two tables.
///
/// # Errors
/// Every fault of the files, each naming file, line and column. Nothing is to be printed to standard output then.
pub fn run(args: &ScoreArgs) -> Result<Scored, Vec<String>> {
    let scheme = match &args.scheme {
        Some(path) => Scheme::parse(&file::read_text(path).map_err(|error| vec![error])?).map_err(|issues| {
            issues.iter().map(|issue| format!("{}: {issue}", path.display())).collect::<Vec<String>>()
        })?,
        None => Scheme::default_scheme(),
    };
    if !scheme.is_effective_in(args.period) {
        return Err(vec![t!("scoring.batch.not_effective", scheme = scheme.name, period = args.period)]);
    }
    let (targets, actuals) = (Table::read(&args.targets), Table::read(&args.actuals));
    let (targets_file, actuals_file) = match (targets, actuals) {
        (Ok(targets), Ok(actuals)) => (targets, actuals),
        (targets, actuals) => return Err(targets.err().into_iter().chain(actuals.err()).collect()),
    };
    let sentences = |table: &Table, issues: Vec<TableIssue>| -> Vec<String> {
        issues.iter().map(|issue| table.sentence(issue)).collect()
    };
    let targets =
        TargetsTable::parse_rows(targets_file.rows(), &scheme).map_err(|issues| sentences(&targets_file, issues))?;
    let actuals = ActualsTable::parse_rows(actuals_file.rows(), &targets, &scheme)
        .map_err(|issues| sentences(&actuals_file, issues))?;
    let result = Batch::score(&targets, &actuals, args.period, &scheme);
    let json = serde_json::to_string_pretty(&result).map_err(|error| vec![error.to_string()])?;
    let sizes: BTreeMap<Group, usize> = result.groups.iter().map(|group| (group.group, group.units.len())).collect();
    let warnings = scheme.warnings(&sizes).into_iter().filter(|_| args.scheme.is_some());
    Ok(Scored { json, warnings: warnings.map(|warning| t!("scoring.batch.warning", warning = warning)).collect() })
}
