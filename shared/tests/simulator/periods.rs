//! Freezes: what the server publishes of a month, and what must stay as it is.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use rust_decimal::Decimal;
use shared::{
    calendar::Month,
    campaign::{Campaign, Targets},
    id::Digest,
    merge::{
        operation::{Disposition, LogRow, Mark},
        replica::Replica,
    },
    period::{Basis, FrozenResult, month_of},
    scoring::scheme::Scheme,
    unit::{Group, Unit},
};

use crate::{
    cast::{CAMPAIGN, UNITS},
    protection::Invariant,
    rest::Broken,
    server::{Server, mark_of},
};

/// What is published of a freeze.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    /// The document, byte for byte.
    document: Vec<u8>,
    /// The digest of the records that it counts.
    records: Digest,
}

/// One freeze of a month.
#[derive(Clone)]
pub(crate) struct Freeze {
    /// The month.
    pub(crate) month: Month,
    /// The last row that counts.
    pub(crate) mark: Mark,
    /// What is published of it.
    pub(crate) published: Published,
    /// The last row when it was taken up again, where it was.
    pub(crate) reopened: Option<u64>,
}

impl Freeze {
    /// Freezes a month as the records stand.
    pub(crate) fn of(month: Month, mark: Mark, replica: &Replica) -> Self {
        Self { month, mark, published: Published::of(month, mark, replica), reopened: None }
    }
}

impl Published {
    /// What is published of a month over records.
    pub(crate) fn of(month: Month, mark: Mark, replica: &Replica) -> Self {
        let document = FrozenResult::compute(basis(), replica, mark, month, (1, None)).bytes();
        Self { document, records: Digest::of_json(&replica.records().collect::<Vec<_>>()) }
    }
}

/// The months that are frozen now.
pub(crate) fn frozen(freezes: &[Freeze]) -> BTreeSet<Month> {
    freezes.iter().filter(|freeze| freeze.reopened.is_none()).map(|freeze| freeze.month).collect()
}

fn basis() -> Basis {
    static BASIS: LazyLock<Basis> = LazyLock::new(new_basis);
    BASIS.clone()
}

fn new_basis() -> Basis {
    let campaign = Campaign {
        id: CAMPAIGN,
        district: "鼓楼区".into(),
        name: "专项行动".into(),
        year: 2021,
        region: "350102".into(),
        demo: false,
    };
    let unit = |(position, id)| Unit {
        id,
        name: format!("街道{position}"),
        group: Group::Street,
        position,
        from: None,
        until: None,
    };
    let units = (1_u32..).zip(UNITS).map(unit).collect();
    // Of what the people here report, so that a verified report moves the ranking.
    let target = || BTreeMap::from([("new_commerce_above_quota".to_owned(), Some(Decimal::TEN))]);
    let targets: Targets = UNITS.into_iter().map(|unit| (unit, target())).collect();
    Basis { campaign, units, targets, scheme: Scheme::default_scheme(), adopted: Vec::new(), revised: Vec::new() }
}

/// What was frozen is what it was, and what came later is late.
pub(crate) fn look_at_freezes(server: &Server, broken: &mut Vec<Broken>) {
    for freeze in &server.freezes {
        let at = freeze.mark.sequence;
        let rows = || server.rows.iter().map(|entry| &entry.row);
        let counted: Vec<&LogRow> = rows().take_while(|row| row.sequence <= at).collect();
        let mut say = |text: String| broken.push((Invariant::Frozen, format!("the freeze at {at} {text}")));
        if counted.last().map_or(Mark::START, |row| mark_of(row)) != freeze.mark {
            say("lost its row".to_owned());
        }
        let mut replica = Replica::default();
        for row in &counted {
            replica.apply_row(row);
        }
        if Published::of(freeze.month, freeze.mark, &replica) != server.published(freeze) {
            say("is published as something else".to_owned());
        }
        let until = freeze.reopened.unwrap_or(u64::MAX);
        let after = rows().filter(|row| row.sequence > at && row.sequence <= until);
        let untold = after
            .filter(|row| month_of(&row.operation, row.effective_stamp) == Some(freeze.month))
            .find(|row| row.disposition == Disposition::Ok);
        if let Some(row) = untold {
            say(format!("was not told to {}, which came later", row.operation.id));
        }
    }
}
