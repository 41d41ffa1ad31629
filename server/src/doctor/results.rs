//! Frozen results: what is stored is what was signed, and what the log gives again.

use std::collections::BTreeMap;

use shared::{
    calendar::Month,
    id::CampaignId,
    merge::{operation::Mark, replica::Replica},
    period::{Frozen, FrozenResult},
    scoring::result::Ranking,
    t,
};

use super::{Check, Faults, cells::Row};
use crate::signing;

/// What was stored of one edition.
struct Stored {
    document: String,
    annex: String,
    signature: Vec<u8>,
}

/// Frozen results as far as they were seen.
#[derive(Default)]
pub(super) struct Results {
    stored: BTreeMap<(Month, u32), Stored>,
    /// What waits for the log to come to its mark.
    waiting: Vec<(Month, Frozen)>,
    /// The rankings of the editions looked at, for the differences of the next.
    rankings: BTreeMap<(Month, u32), Ranking>,
    checks: Vec<(Month, Check)>,
    unreadable: Faults,
}

impl Results {
    /// Takes a stored edition.
    pub(super) fn take(&mut self, row: &Row, campaign: CampaignId) {
        let read = || {
            let edition = u32::try_from(row.number(2)?).ok()?;
            let stored = Stored {
                document: row.text(3)?.to_owned(),
                annex: row.text(4)?.to_owned(),
                signature: row.bytes(5)?.to_owned(),
            };
            let is_ours = row.bytes(0) == Some(campaign.0.as_bytes());
            Some(((row.text(1)?.parse().ok()?, edition), stored)).filter(|_| is_ours)
        };
        match read() {
            Some((key, stored)) => {
                self.stored.insert(key, stored);
            }
            None => self.unreadable.add(format!("{:?}", row.0.get(1))),
        }
    }

    /// The acts say that these were frozen.
    pub(super) fn expect(&mut self, frozen: Vec<(Month, Frozen)>) {
        self.waiting.extend(frozen);
    }

    /// The log stands at a mark: computes what was frozen there.
    pub(super) fn look(&mut self, head: Mark, replica: &Replica) {
        while let Some(place) = self.waiting.iter().position(|(_, frozen)| frozen.mark.sequence <= head.sequence) {
            let (month, frozen) = self.waiting.remove(place);
            let mut faults = Faults::default();
            self.compare(month, &frozen, head, replica, &mut faults);
            let name = t!("server.doctor.edition", month = month, edition = frozen.edition, digest = frozen.digest);
            self.checks.push((month, Check { name, faults }));
        }
    }

    /// What was found.
    pub(super) fn checks(self) -> Vec<(Month, Check)> {
        let mut checks = self.checks;
        for (month, frozen) in self.waiting {
            let name = t!("server.doctor.edition", month = month, edition = frozen.edition, digest = frozen.digest);
            let mut faults = Faults::default();
            faults.add(t!("server.doctor.mark"));
            checks.push((month, Check { name, faults }));
        }
        for (month, edition) in self.stored.into_keys() {
            let name = t!("server.doctor.edition", month = month, edition = edition, digest = "");
            let mut faults = Faults::default();
            faults.add(t!("server.doctor.unknown_edition"));
            checks.push((month, Check { name, faults }));
        }
        if !self.unreadable.is_empty() {
            let month = Month::january(0);
            checks.push((month, Check { name: t!("server.doctor.results"), faults: self.unreadable }));
        }
        checks
    }

    fn compare(&mut self, month: Month, frozen: &Frozen, head: Mark, replica: &Replica, faults: &mut Faults) {
        let Some(stored) = self.stored.remove(&(month, frozen.edition)) else {
            faults.add(t!("server.doctor.missing_edition"));
            return;
        };
        if frozen.mark != head {
            faults.add(t!("server.doctor.mark"));
        }
        let document = FrozenResult::digest_of(stored.document.as_bytes());
        if document != frozen.document {
            faults.add(t!("server.doctor.document"));
        }
        if FrozenResult::digest_of(stored.annex.as_bytes()) != frozen.annex {
            faults.add(t!("server.doctor.annex"));
        }
        if !signing::is_signed(&frozen.key, document, &stored.signature) {
            faults.add(t!("server.doctor.signature"));
        }
        let Ok(result) = serde_json::from_str::<FrozenResult>(&stored.document) else {
            faults.add(t!("server.doctor.document"));
            return;
        };
        let before = frozen.edition.checked_sub(1).and_then(|edition| self.rankings.get(&(month, edition)));
        let is_named = (result.month, result.edition, result.mark) == (month, frozen.edition, frozen.mark);
        let again = result.again(replica, before).bytes();
        if !is_named || again != stored.document.as_bytes() || result.ranking.digest != frozen.digest {
            faults.add(t!("server.doctor.computed"));
        }
        self.rankings.insert((month, frozen.edition), result.ranking);
    }
}
