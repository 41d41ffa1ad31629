//! `tisheng doctor` and `tisheng verify`: everything that is stored, replayed and computed again.
//!
//! What is written is covered by one of three: a chain (the log, the acts), an act that tells its digest (the
//! campaign, units, accounts, frozen results), or a seal of its own. What does not match is damage.

use std::fmt;

use shared::{
    calendar::Month,
    id::{CampaignId, Digest},
    merge::operation::Mark,
    t,
};
use tokio::sync::mpsc;
use uuid::Uuid;

use self::{beside::Beside, cells::Row, chain::Chain, results::Results};
use crate::{
    blobs::SharedBlobs,
    store::{SharedStore, StoreError, tables::Rows},
};

mod beside;
mod cells;
mod chain;
pub mod receipts;
mod results;

/// Faults told of one check; a thousand more say no more.
const FAULTS_TOLD: usize = 5;

/// One check and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was checked, as a sentence.
    pub name: String,
    /// What is wrong.
    pub faults: Faults,
}

/// What is wrong, counted, with the first few in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    count: usize,
    told: Vec<String>,
}

impl Faults {
    /// One more.
    pub fn add(&mut self, fault: impl fmt::Display) {
        self.count += 1;
        if self.told.len() < FAULTS_TOLD {
            self.told.push(fault.to_string());
        }
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl Check {
    /// The line for whoever asked.
    pub fn line(&self) -> String {
        if self.faults.is_empty() {
            return t!("server.doctor.good", name = self.name);
        }
        let told = self.faults.told.join("; ");
        t!("server.doctor.damaged", name = self.name, count = self.faults.count, told = told)
    }
}

/// What an examination found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One per kind of thing.
    pub checks: Vec<Check>,
    /// One per frozen edition.
    pub editions: Vec<(Month, Check)>,
    /// The last row of the log.
    pub head: Option<Mark>,
    /// Rows of all tables.
    pub rows: u64,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_healthy(&self) -> bool {
        self.all().all(|check| check.faults.is_empty())
    }

    /// Every check.
    pub fn all(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().chain(self.editions.iter().map(|(_, check)| check))
    }

    /// What tells whether a month's results are what was published, and what they stand on: nothing where the
    /// month was never frozen.
    pub fn of_month(&self, month: Month) -> Option<Vec<&Check>> {
        let editions: Vec<&Check> =
            self.editions.iter().filter(|(of, _)| *of == month).map(|(_, check)| check).collect();
        (!editions.is_empty()).then(|| self.checks.iter().chain(editions).collect())
    }
}

/// Looks at everything in a store, all of one moment, and at every file.
pub async fn examine(store: &SharedStore, blobs: &SharedBlobs) -> Report {
    let mut report = Report::default();
    let mut pages = Faults::default();
    match store.check().await {
        Ok(faults) => faults.into_iter().for_each(|fault| pages.add(fault)),
        Err(error) => pages.add(error),
    }
    report.checks.push(Check { name: t!("server.doctor.pages"), faults: pages });
    let campaign = match store.campaign().await {
        Ok(record) => record.campaign.id,
        Err(StoreError::NotFound) => CampaignId(Uuid::nil()),
        Err(error) => {
            let mut faults = Faults::default();
            faults.add(error);
            report.checks.push(Check { name: t!("server.doctor.campaign"), faults });
            return report;
        }
    };
    let (sender, receiver) = mpsc::channel(4);
    let (dumped, mut examined) = tokio::join!(store.dump(sender), look(campaign, receiver));
    let mut reading = Faults::default();
    if let Err(error) = dumped {
        reading.add(error);
    }
    report.checks.push(Check { name: t!("server.doctor.reading", rows = examined.rows), faults: reading });
    examined.beside.read_files(blobs).await;
    report.rows = examined.rows;
    report.head = Some(examined.chain.head());
    examined.finish(&mut report);
    report
}

/// What was seen of the tables so far.
struct Examination {
    rows: u64,
    beside: Beside,
    chain: Chain,
    results: Results,
}

async fn look(campaign: CampaignId, mut rows: mpsc::Receiver<Rows>) -> Examination {
    let mut seen = Examination {
        rows: 0,
        beside: Beside::new(campaign),
        chain: Chain::new(campaign),
        results: Results::default(),
    };
    while let Some(Rows { table, rows }) = rows.recv().await {
        for cells in rows {
            seen.rows += 1;
            seen.take(&table, &Row(cells));
        }
    }
    seen
}

impl Examination {
    fn take(&mut self, table: &str, row: &Row) {
        match table {
            "period_result" => self.results.take(row, self.beside.campaign()),
            "log" => {
                // Every act is known by now.
                let frozen = self.beside.frozen();
                self.results.expect(frozen);
                self.results.look(self.chain.head(), self.chain.replica());
                self.chain.take(row, self.beside.unsealed());
            }
            _ => self.beside.take(table, row),
        }
    }

    fn finish(mut self, report: &mut Report) {
        self.results.expect(self.beside.frozen());
        self.results.look(self.chain.head(), self.chain.replica());
        self.beside.end(self.chain.head());
        report.checks.extend(self.beside.checks());
        report.checks.push(self.chain.check());
        report.editions = self.results.checks();
    }
}

/// A digest as it was written.
fn digest_of(bytes: Option<&[u8]>) -> Option<Digest> {
    bytes?.try_into().ok().map(Digest)
}
