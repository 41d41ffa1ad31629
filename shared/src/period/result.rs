//! A frozen result: the document that is signed, stored and computed again to the same bytes.

use serde::{Deserialize, Serialize};

use super::Difference;
use crate::{
    calendar::Month,
    campaign::{Campaign, Targets},
    id::Digest,
    merge::{operation::Mark, replica::Replica},
    scoring::{board::Board, result::Ranking, scheme::Scheme},
    unit::Unit,
};

/// The version of [`FrozenResult`]'s shape that this code writes. Every released one stays readable.
const SCHEMA: u16 = 1;

/// What a result is computed from beside the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// The campaign.
    pub campaign: Campaign,
    /// Its units.
    pub units: Vec<Unit>,
    /// The targets in force.
    pub targets: Targets,
    /// The scheme in force from the beginning.
    pub scheme: Scheme,
    /// Targets that took the place of others from a month on, in the order in which they were put in force.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revised: Vec<(Month, Targets)>,
    /// Schemes that took the place of others for the months that they name, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adopted: Vec<Scheme>,
}

impl Basis {
    /// The board over records.
    pub fn board(&self, replica: &Replica) -> Board {
        let first = self.board_of(&self.scheme);
        let mut board = self.adopted.iter().fold(first, |earlier, scheme| self.board_of(scheme).following(earlier));
        board.recompute(replica);
        board
    }

    /// The scheme in force in a month.
    pub fn scheme_in(&self, month: Month) -> &Scheme {
        self.adopted.iter().rev().find(|scheme| scheme.is_effective_in(month)).unwrap_or(&self.scheme)
    }

    fn board_of(&self, scheme: &Scheme) -> Board {
        let mut board = Board::new(&self.campaign, self.units.clone(), self.targets.clone(), scheme.clone());
        for (from, targets) in &self.revised {
            board.revise_targets(*from, targets.clone());
        }
        board
    }
}

/// The result of a period: a pure function of its basis and of the log's rows up to its mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenResult {
    /// The shape's version.
    pub schema: u16,
    /// The month.
    pub month: Month,
    /// The edition, from 1.
    pub edition: u32,
    /// The last row of the log that counts.
    pub mark: Mark,
    /// What else it is computed from.
    pub basis: Basis,
    /// The result.
    pub ranking: Ranking,
    /// What it corrects; absent in the first edition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
}

impl FrozenResult {
    /// The result of a month over the records at a mark; `before` is the ranking of the edition before.
    pub fn compute(
        basis: Basis,
        replica: &Replica,
        mark: Mark,
        month: Month,
        (edition, before): (u32, Option<&Ranking>),
    ) -> Self {
        let ranking = basis.board(replica).ranking(month);
        let difference = before.map(|before| Difference::between(before, &ranking));
        Self { schema: SCHEMA, month, edition, mark, basis, ranking, difference }
    }

    /// The same result computed again from the records at its mark.
    #[must_use]
    pub fn again(&self, replica: &Replica, before: Option<&Ranking>) -> Self {
        Self::compute(self.basis.clone(), replica, self.mark, self.month, (self.edition, before))
    }

    /// The document: canonical JSON, fields in declared order, maps sorted, no white space.
    pub fn bytes(&self) -> Vec<u8> {
        // Serialising our own plain types into memory cannot fail; an empty document would match no digest.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The digest of a stored document.
    pub fn digest_of(document: &[u8]) -> Digest {
        Digest::of(&[document])
    }
}
