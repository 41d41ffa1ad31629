//! The rules of a campaign over time: which scheme and which targets hold in which month, how the campaign office
//! puts others in force, and what that would move. Months before keep theirs; frozen months are out of reach.

mod view;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    api::ErrorCode,
    audit::Deed,
    authorize::{Action, authorize},
    calendar::Month,
    campaign::{Campaign, Targets},
    period::{Basis, By, Moved, Refused, TEXT_CHARS_MAX},
    person::Person,
    scoring::{
        outline::Chapter,
        scheme::{Scheme, SchemeIssue},
        targets::TargetsTable,
    },
    t,
    unit::{Group, Unit},
};

pub use self::view::{RevisionView, RulesView, SchemeView};

/// What was put in force after the campaign began, in that order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Schemes.
    pub adopted: Vec<Adopted>,
    /// Targets.
    pub revised: Vec<Revised>,
}

/// A scheme that was put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// What it says.
    pub scheme: Scheme,
    /// Its TOML.
    pub text: String,
    /// Who put it in force.
    pub by: By,
}

/// Targets that were put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revised {
    /// From which month on.
    pub from: Month,
    /// The annual figures.
    pub targets: Targets,
    /// Why, where they do not add up to the plan.
    pub reason: String,
    /// Who put them in force.
    pub by: By,
}

/// What the campaign office wants to put in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// Another scheme, for the months that it names itself.
    Scheme {
        /// Its TOML.
        text: String,
    },
    /// Other targets.
    Targets {
        /// The first month for which they hold.
        from: Month,
        /// The table's cells, the header first.
        rows: Vec<Vec<String>>,
        /// Why, where they do not add up to the plan.
        reason: String,
    },
}

/// What a change would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Preview {
    /// What is wrong with it, each sentence with its place; while there is any, it cannot be put in force.
    pub issues: Vec<String>,
    /// What is odd though legal.
    pub warnings: Vec<String>,
    /// The first month for which it would hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Month>,
    /// The month whose ranking was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<Month>,
    /// The units whose rank or score would be another in that month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
    /// What a scheme says, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<Chapter>,
}

/// A change that was read and found sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// The first month for which it would hold.
    pub from: Month,
    /// What is odd though legal.
    pub warnings: Vec<String>,
    /// What it would be told as.
    pub deed: Deed,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Scheme(Box<Scheme>),
    Targets { targets: Targets, needs_reason: bool, reason: String },
}

impl Rules {
    /// Takes in what was done.
    pub fn apply(&mut self, deed: &Deed, by: By) -> Result<(), String> {
        match deed {
            Deed::SchemeAdopted { text, .. } => {
                self.adopted.push(Adopted { scheme: Scheme::stored(text)?, text: text.clone(), by });
            }
            Deed::TargetsRevised { from, targets, reason } => {
                self.revised.push(Revised { from: *from, targets: targets.clone(), reason: reason.clone(), by });
            }
            Deed::Began { .. }
            | Deed::LoggedIn { .. }
            | Deed::LoginFailed { .. }
            | Deed::LoggedOut
            | Deed::PasswordChanged { .. }
            | Deed::AccountCreated { .. }
            | Deed::Account { .. }
            | Deed::Rescued { .. }
            | Deed::Imported { .. }
            | Deed::Roster { .. }
            | Deed::UnitAdded { .. }
            | Deed::Period { .. }
            | Deed::Exported { .. }
            | Deed::Carried { .. }
            | Deed::TokenIssued { .. }
            | Deed::TokenRevoked { .. }
            | Deed::BackedUp { .. }
            | Deed::Restored { .. } => {}
        }
        Ok(())
    }

    /// What rankings are computed from beside the log; `targets` and the default scheme hold from the beginning.
    pub fn basis(&self, campaign: &Campaign, units: &[Unit], targets: &Targets) -> Basis {
        Basis {
            campaign: campaign.clone(),
            units: units.to_vec(),
            targets: targets.clone(),
            scheme: Scheme::default_scheme(),
            revised: self.revised.iter().map(|revised| (revised.from, revised.targets.clone())).collect(),
            adopted: self.adopted.iter().map(|adopted| adopted.scheme.clone()).collect(),
        }
    }

    /// The targets in force in a month, where they are not those of the beginning.
    pub fn targets_in(&self, month: Month) -> Option<&Targets> {
        let standing = self.revised.iter().filter(|revised| revised.from <= month);
        // Of two from the same month the later one holds.
        standing.max_by_key(|revised| revised.from).map(|revised| &revised.targets)
    }

    /// The scheme in force in a month, where it is not the first one.
    fn scheme_in(&self, month: Month) -> Option<Scheme> {
        let standing = self.adopted.iter().rev().find(|adopted| adopted.scheme.is_effective_in(month));
        standing.map(|adopted| adopted.scheme.clone())
    }

    /// Reads a change.
    ///
    /// # Errors
    /// Everything that is wrong with it, each sentence with its place.
    pub fn read(&self, change: &Change, units: &[Unit]) -> Result<Sound, Vec<String>> {
        match change {
            Change::Scheme { text } => {
                let scheme = Scheme::parse(text).map_err(|issues| sentences(&issues))?;
                let name = scheme.name.clone();
                let deed = Deed::SchemeAdopted { from: scheme.effective_from, name, text: text.clone() };
                let warnings = sentences(&scheme.warnings(&sizes(units)));
                Ok(Sound { from: scheme.effective_from, warnings, deed, what: What::Scheme(Box::new(scheme)) })
            }
            Change::Targets { from, rows, reason } => {
                let scheme = self.scheme_in(*from).unwrap_or_else(Scheme::default_scheme);
                let (targets, reason) = (read_targets(rows, units, &scheme)?, reason.trim().to_owned());
                let warnings = against_plan(&scheme, &targets);
                let deed = Deed::TargetsRevised { from: *from, targets: targets.clone(), reason: reason.clone() };
                let what = What::Targets { targets, needs_reason: !warnings.is_empty(), reason };
                Ok(Sound { from: *from, warnings, deed, what })
            }
        }
    }
}

impl Sound {
    /// Whether a person may put it in force, while these months are frozen.
    ///
    /// # Errors
    /// The first reason that forbids it.
    pub fn decide(
        &self,
        person: &Person,
        campaign: &Campaign,
        frozen: impl IntoIterator<Item = Month>,
    ) -> Result<(), Refused> {
        if !authorize(person, Action::ManageRules) {
            return Err(ErrorCode::Forbidden.into());
        }
        if self.from.year() != campaign.year {
            return Err(Refused { code: ErrorCode::InvalidField, field: Some("from") });
        }
        let holds_in = |month: &Month| match &self.what {
            What::Scheme(scheme) => scheme.is_effective_in(*month),
            What::Targets { .. } => *month >= self.from,
        };
        if frozen.into_iter().any(|month| holds_in(&month)) {
            return Err(Refused { code: ErrorCode::PeriodFrozen, field: Some("from") });
        }
        match &self.what {
            What::Targets { needs_reason, reason, .. }
                if *needs_reason && reason.is_empty() || reason.chars().count() > TEXT_CHARS_MAX =>
            {
                Err(Refused { code: ErrorCode::InvalidField, field: Some("reason") })
            }
            What::Targets { .. } | What::Scheme(_) => Ok(()),
        }
    }

    /// The basis with it in force.
    #[must_use]
    pub fn put_into(&self, mut basis: Basis) -> Basis {
        match &self.what {
            What::Scheme(scheme) => basis.adopted.push((**scheme).clone()),
            What::Targets { targets, .. } => basis.revised.push((self.from, targets.clone())),
        }
        basis
    }

    /// What a scheme says, in words.
    pub fn outline(&self) -> Vec<Chapter> {
        match &self.what {
            What::Scheme(scheme) => scheme.outline(),
            What::Targets { .. } => Vec::new(),
        }
    }
}

/// Every unit has its row: one that was left out would have nothing to do from then on.
fn read_targets(rows: &[Vec<String>], units: &[Unit], scheme: &Scheme) -> Result<Targets, Vec<String>> {
    let table = TargetsTable::parse_rows(rows, scheme)
        .map_err(|issues| issues.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let unknown = |names: Vec<String>| -> Vec<String> {
        names.iter().map(|name| t!("rules.unknown_unit", unit = name)).collect()
    };
    let targets = table.resolve(units).map_err(unknown)?;
    let missing = units.iter().filter(|unit| !targets.contains_key(&unit.id));
    let missing: Vec<String> = missing.map(|unit| t!("rules.missing_unit", unit = unit.name)).collect();
    if missing.is_empty() { Ok(targets) } else { Err(missing) }
}

/// Where the district's totals are not those of the plan.
fn against_plan(scheme: &Scheme, targets: &Targets) -> Vec<String> {
    let differing = scheme.indicators.iter().filter_map(|indicator| {
        let figures = targets.values().filter_map(|figures| figures.get(&indicator.key).copied().flatten());
        let sum: Decimal = figures.sum();
        let plan = indicator.plan.filter(|plan| *plan != sum)?;
        Some(t!("rules.against_plan", label = indicator.label, sum = sum.normalize(), plan = plan.normalize()))
    });
    differing.collect()
}

fn sentences(issues: &[SchemeIssue]) -> Vec<String> {
    issues.iter().map(ToString::to_string).collect()
}

fn sizes(units: &[Unit]) -> BTreeMap<Group, usize> {
    units.iter().fold(BTreeMap::new(), |mut sizes, unit| {
        *sizes.entry(unit.group).or_default() += 1;
        sizes
    })
}
