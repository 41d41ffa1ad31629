//! The log: its chain, its columns, its seals.

use shared::{
    id::CampaignId,
    issue::Issue,
    merge::{
        operation::{LogRow, Mark},
        replica::Replica,
    },
    t,
};

use super::{Check, Faults, cells::Row};
use crate::store::{seals, tables::Cell};

/// The log as far as it was seen.
pub(super) struct Chain {
    campaign: CampaignId,
    head: Mark,
    replica: Replica,
    faults: Faults,
}

impl Chain {
    /// Before the first row.
    pub(super) fn new(campaign: CampaignId) -> Self {
        Self { campaign, head: Mark::START, replica: Replica::default(), faults: Faults::default() }
    }

    /// The last row.
    pub(super) const fn head(&self) -> Mark {
        self.head
    }

    /// The records.
    pub(super) const fn replica(&self) -> &Replica {
        &self.replica
    }

    /// Looks at the next row; up to `unsealed` rows may have no seal.
    pub(super) fn take(&mut self, row: &Row, unsealed: u64) {
        let place = row.sequence(1).unwrap_or_default();
        if let Err(fault) = self.look(row, unsealed) {
            self.faults.add(t!("server.doctor.row", place = place, fault = fault));
        }
    }

    /// What was found.
    pub(super) fn check(self) -> Check {
        Check { name: t!("server.doctor.log", rows = self.head.sequence), faults: self.faults }
    }

    fn look(&mut self, row: &Row, unsealed: u64) -> Result<(), &'static str> {
        let body = row.text(8).ok_or("body")?;
        let read: LogRow = serde_json::from_str(body).map_err(|_| "body")?;
        let operation = &read.operation;
        let chain = LogRow::link(self.head.chain, operation, read.effective_stamp, read.disposition);
        let expected = self.head.sequence.saturating_add(1);
        let issues = row.0.get(9).ok_or("issues")?;
        let is_read = match issues {
            Cell::Null => true,
            Cell::Text(text) => serde_json::from_str::<Vec<Issue>>(text).is_ok(),
            Cell::Bytes(_) | Cell::Number(_) | Cell::Flag(_) => false,
        };
        let seal = seals::log_seal(body, row.text(9));
        let is_unsealed = row.0.get(10) == Some(&Cell::Null);
        let checks = [
            ("campaign", row.bytes(0) == Some(self.campaign.0.as_bytes())),
            ("sequence", row.sequence(1) == Some(expected) && read.sequence == expected),
            ("operation", row.bytes(2) == Some(operation.id.0.as_bytes())),
            ("unit", row.bytes(3) == Some(operation.unit.0.as_bytes())),
            ("kind", row.text(4) == Some(operation.kind.code())),
            ("author", row.bytes(5) == Some(operation.author.0.as_bytes())),
            ("takes_effect", row.flag(6) == Some(read.disposition.takes_effect())),
            ("chain", row.digest(7) == Some(chain) && read.chain == chain),
            ("issues", is_read),
            ("seal", row.bytes(10) == Some(&seal) || (is_unsealed && expected <= unsealed)),
        ];
        self.head = Mark { sequence: read.sequence, chain: read.chain };
        self.replica.apply_row(&read);
        checks.into_iter().find(|(_, fine)| !fine).map_or(Ok(()), |(name, _)| Err(name))
    }
}
