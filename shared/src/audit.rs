//! The second log: what was done to the campaign rather than in it. Hash-chained like the first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    calendar::Month,
    campaign::Targets,
    id::{Digest, PersonId, UnitId},
    merge::operation::Mark,
    period,
    roster::RosterChange,
};

pub use self::account::AccountDeed;

mod account;

/// One administrative act, before it has its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Act {
    /// When, ms since 1970.
    pub at_ms: u64,
    /// Who; nobody for what happened without a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// What was done.
    pub deed: Deed,
}

impl Act {
    /// The month whose period it is about, or from which on it holds.
    pub const fn period(&self) -> Option<Month> {
        match &self.deed {
            Deed::Period { month, .. } => Some(*month),
            Deed::SchemeAdopted { from, .. } | Deed::TargetsRevised { from, .. } => Some(*from),
            Deed::Roster { change } => Some(change.from()),
            Deed::Began { .. }
            | Deed::LoggedIn { .. }
            | Deed::LoginFailed { .. }
            | Deed::LoggedOut
            | Deed::PasswordChanged { .. }
            | Deed::AccountCreated { .. }
            | Deed::Account { .. }
            | Deed::UnitAdded { .. }
            | Deed::Rescued { .. }
            | Deed::Imported { .. }
            | Deed::Exported { .. }
            | Deed::Carried { .. }
            | Deed::TokenIssued { .. }
            | Deed::TokenRevoked { .. }
            | Deed::BackedUp { .. }
            | Deed::Restored { .. } => None,
        }
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Deed {
    /// The audit log began: with a new campaign, or with the first version that has one.
    Began {
        /// What there was.
        state: Box<Inventory>,
    },
    /// A person logged in.
    LoggedIn {
        /// From where.
        address: String,
        /// SHA-256 of the session's token.
        session: Digest,
    },
    /// Somebody failed to log in.
    LoginFailed {
        /// The account tried.
        account: String,
        /// From where.
        address: String,
    },
    /// The person logged out.
    LoggedOut,
    /// The person's password is another.
    PasswordChanged {
        /// The account as stored since.
        stored: Digest,
    },
    /// An account was created, with its rights.
    AccountCreated {
        /// Whose.
        account: PersonId,
        /// The name they log in with.
        name: String,
        /// What they may do.
        roles: Vec<String>,
        /// The account as stored since.
        stored: Digest,
    },
    /// Something was done to an account.
    Account {
        /// Whose.
        account: PersonId,
        /// What.
        deed: AccountDeed,
    },
    /// A unit joined.
    UnitAdded {
        /// Which.
        unit: UnitId,
        /// Its name.
        name: String,
        /// The unit as stored since.
        stored: Digest,
    },
    /// Something was done to a period.
    Period {
        /// The month.
        month: Month,
        /// What.
        deed: period::Deed,
    },
    /// A scheme was put in force.
    SchemeAdopted {
        /// The first month for which it holds.
        from: Month,
        /// Its name.
        name: String,
        /// Its TOML, as it was checked.
        text: String,
    },
    /// Other targets were put in force.
    TargetsRevised {
        /// The first month for which they hold.
        from: Month,
        /// The annual figures of every unit.
        targets: Targets,
        /// Why, where they do not add up to the plan.
        reason: String,
    },
    /// A division of work or a pairing is another.
    Roster {
        /// How.
        change: RosterChange,
    },
    /// What had arrived without a right to be sent was settled.
    Rescued {
        /// The digest of its text.
        item: Digest,
        /// Whether it was sent again, by the person of this act.
        adopted: bool,
        /// Why not.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Units and people were read from a workbook.
    Imported {
        /// How many units.
        units: u64,
        /// How many people.
        people: u64,
    },
    /// Somebody took data out.
    Exported {
        /// What.
        what: String,
        /// How many rows.
        rows: u64,
    },
    /// The person brought a parcel of somebody's unsent work.
    Carried {
        /// Whose.
        of: PersonId,
        /// How many operations.
        operations: u64,
    },
    /// Another system may read from now on.
    TokenIssued {
        /// SHA-256 of its token.
        token: Digest,
        /// Which system.
        name: String,
    },
    /// It may no longer.
    TokenRevoked {
        /// SHA-256 of its token.
        token: Digest,
        /// Which system.
        name: String,
    },
    /// A backup was written and proved.
    BackedUp {
        /// The last row of the log in it.
        head: Mark,
        /// How many rows of all tables.
        rows: u64,
    },
    /// This database was made from a backup.
    Restored {
        /// The last row of the log in it.
        head: Mark,
        /// When the backup was taken, ms since 1970.
        taken_ms: u64,
    },
}

/// What the acts begin with: a digest of everything that is kept beside the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Inventory {
    /// The log's last row, written before rows had seals.
    pub head: u64,
    /// The campaign with its targets, as stored.
    pub campaign: Digest,
    /// The units, as stored.
    pub units: BTreeMap<UnitId, Digest>,
    /// The accounts, as stored.
    pub accounts: BTreeMap<PersonId, Digest>,
}

impl Inventory {
    /// What there is after one more act.
    pub fn apply(&mut self, act: &Act) {
        match &act.deed {
            Deed::Began { state } => *self = (**state).clone(),
            Deed::PasswordChanged { stored } => {
                self.accounts.extend(act.person.map(|person| (person, *stored)));
            }
            Deed::AccountCreated { account, stored, .. } => {
                self.accounts.insert(*account, *stored);
            }
            Deed::Account { account, deed } => {
                self.accounts.extend(deed.stored().map(|stored| (*account, stored)));
            }
            Deed::UnitAdded { unit, stored, .. } => {
                self.units.insert(*unit, *stored);
            }
            Deed::LoggedIn { .. }
            | Deed::LoginFailed { .. }
            | Deed::LoggedOut
            | Deed::Period { .. }
            | Deed::SchemeAdopted { .. }
            | Deed::TargetsRevised { .. }
            | Deed::Roster { .. }
            | Deed::Rescued { .. }
            | Deed::Imported { .. }
            | Deed::Exported { .. }
            | Deed::Carried { .. }
            | Deed::TokenIssued { .. }
            | Deed::TokenRevoked { .. }
            | Deed::BackedUp { .. }
            | Deed::Restored { .. } => {}
        }
    }
}

/// An act in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct ActRow {
    /// Its place among the campaign's acts, from 1, without gaps.
    pub sequence: u64,
    /// The hash of all acts up to and including this one.
    pub chain: Digest,
    /// What was done.
    pub act: Act,
}

impl ActRow {
    /// `chain(n) = H(chain(n−1) ‖ n ‖ act)`, over the act's text as it is stored.
    pub fn link(previous: Digest, sequence: u64, text: &str) -> Digest {
        Digest::of(&[&previous.0, &sequence.to_be_bytes(), text.as_bytes()])
    }
}
