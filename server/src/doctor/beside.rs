//! What stands beside the log: held against the acts that tell of it, or against its own seal.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    audit::{ActRow, Deed, Inventory},
    calendar::Month,
    id::{CampaignId, Digest, PersonId, UnitId},
    merge::operation::Mark,
    period::{self, Frozen},
    t,
};
use uuid::Uuid;

use super::{Check, Faults, cells::Row, digest_of};
use crate::{
    blobs::SharedBlobs,
    store::{Head, Session, Standing, access::token_seal, seals},
};

/// The small tables.
pub(super) struct Beside {
    campaign: CampaignId,
    inventory: Inventory,
    units: BTreeMap<UnitId, Digest>,
    accounts: BTreeMap<PersonId, Digest>,
    sessions: Vec<(Digest, PersonId, u64)>,
    begun: BTreeSet<(Digest, PersonId, u64)>,
    stored: Option<Digest>,
    head: Option<Head>,
    acts: Head,
    told_acts: Option<Mark>,
    frozen: Vec<(Month, Frozen)>,
    blobs: Vec<Digest>,
    faults: BTreeMap<&'static str, Faults>,
}

impl Beside {
    /// Before the first row.
    pub(super) fn new(campaign: CampaignId) -> Self {
        Self {
            campaign,
            inventory: Inventory::default(),
            units: BTreeMap::new(),
            accounts: BTreeMap::new(),
            sessions: Vec::new(),
            begun: BTreeSet::new(),
            stored: None,
            head: None,
            acts: Head { mark: Mark::START, version: 0 },
            told_acts: None,
            frozen: Vec::new(),
            blobs: Vec::new(),
            faults: BTreeMap::new(),
        }
    }

    /// The campaign.
    pub(super) const fn campaign(&self) -> CampaignId {
        self.campaign
    }

    /// Rows up to this one were written before rows had seals: all of them where no act says what there was.
    pub(super) const fn unsealed(&self) -> u64 {
        if self.acts.mark.sequence == 0 { u64::MAX } else { self.inventory.head }
    }

    /// What the acts say was frozen.
    pub(super) fn frozen(&mut self) -> Vec<(Month, Frozen)> {
        std::mem::take(&mut self.frozen)
    }

    /// Looks at the next row.
    pub(super) fn take(&mut self, table: &str, row: &Row) {
        let (table, seen) = match table {
            "setting" => ("setting", Self::setting(row)),
            "campaign" => ("campaign", self.take_campaign(row)),
            "unit" => ("unit", self.take_unit(row)),
            "person" => ("person", self.take_person(row)),
            "session" => ("session", self.take_session(row)),
            "account_fact" => ("account_fact", self.account_fact(row)),
            "login_failure" => ("login_failure", self.login_failure(row)),
            "aside" => ("aside", self.aside(row)),
            "access_token" => ("access_token", self.access_token(row)),
            "act" => ("act", self.take_act(row)),
            "audit" => ("act", self.take_audit(row)),
            "blob" => ("blob", self.take_blob(row)),
            _ => ("setting", None),
        };
        if seen.is_none() {
            let key: Vec<String> = row.0.iter().take(2).map(|cell| format!("{cell:?}")).collect();
            self.fault(table, key.join(" "));
        }
    }

    /// Reads every file's content, and compares it with its name.
    pub(super) async fn read_files(&mut self, place: &SharedBlobs) {
        for blob in self.blobs.clone() {
            match place.read(blob).await {
                Ok(content) if Digest::of_content(&content) == blob => {}
                Ok(_) => self.fault("blob", t!("server.doctor.file_damaged", blob = blob)),
                Err(error) => self.fault("blob", t!("server.doctor.file_unread", blob = blob, cause = error)),
            }
        }
    }

    /// What only shows when all was seen.
    pub(super) fn end(&mut self, log: Mark) {
        if self.told_acts.unwrap_or(Mark::START) != self.acts.mark {
            self.fault("act", t!("server.doctor.head"));
        }
        let is_empty = self.stored.is_none() && log == Mark::START;
        if self.head.map(|head| head.mark) != Some(log) && !is_empty {
            self.fault("campaign", t!("server.doctor.head"));
        }
        // A campaign that no server has opened yet has no acts.
        if self.acts.mark == Mark::START {
            return;
        }
        if self.stored != Some(self.inventory.campaign) {
            self.fault("campaign", t!("server.doctor.others"));
        }
        if self.units != self.inventory.units {
            self.fault("unit", t!("server.doctor.others"));
        }
        if self.accounts != self.inventory.accounts {
            self.fault("person", t!("server.doctor.others"));
        }
    }

    /// What was found.
    pub(super) fn checks(&mut self) -> Vec<Check> {
        let names = [
            ("setting", t!("server.doctor.settings")),
            ("campaign", t!("server.doctor.campaign")),
            ("unit", t!("server.doctor.units", rows = self.units.len())),
            ("person", t!("server.doctor.accounts", rows = self.accounts.len())),
            ("session", t!("server.doctor.sessions", rows = self.sessions.len())),
            ("account_fact", t!("server.doctor.facts")),
            ("login_failure", t!("server.doctor.failures")),
            ("aside", t!("server.doctor.asides")),
            ("access_token", t!("server.doctor.tokens")),
            ("blob", t!("server.doctor.files", rows = self.blobs.len())),
            ("act", t!("server.doctor.acts", rows = self.acts.mark.sequence)),
        ];
        names.map(|(table, name)| Check { name, faults: self.faults.remove(table).unwrap_or_default() }).into()
    }

    fn fault(&mut self, table: &'static str, fault: String) {
        self.faults.entry(table).or_default().add(fault);
    }

    fn is_ours(&self, row: &Row) -> Option<()> {
        (row.bytes(0) == Some(self.campaign.0.as_bytes())).then_some(())
    }

    fn setting(row: &Row) -> Option<()> {
        let seal = seals::seal(&[row.text(0)?.as_bytes(), row.text(1)?.as_bytes()]);
        row.is_sealed(2, &seal).then_some(())
    }

    fn take_campaign(&mut self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        self.stored = Some(seals::campaign_digest(row.text(1)?, row.text(2)?));
        let mark = Mark { sequence: row.sequence(3)?, chain: row.digest(4)? };
        let head = Head { mark, version: row.sequence(5)? };
        self.head = Some(head);
        row.is_sealed(6, &seals::head_seal(head)).then_some(())
    }

    fn take_unit(&mut self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        let unit = UnitId(Uuid::from_slice(row.bytes(1)?).ok()?);
        self.units.insert(unit, seals::unit_digest(row.number(2)?, row.text(3)?));
        Some(())
    }

    fn take_person(&mut self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        let person = PersonId(Uuid::from_slice(row.bytes(1)?).ok()?);
        self.accounts.insert(person, seals::account_digest(row.text(2)?, row.text(3)?, row.text(4)?));
        Some(())
    }

    fn take_session(&mut self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        let session = Session {
            token: row.digest(1)?,
            person: PersonId(Uuid::from_slice(row.bytes(2)?).ok()?),
            created_ms: row.sequence(3)?,
            seen_ms: row.sequence(4)?,
            address: row.text(6).unwrap_or_default().to_owned(),
            device: row.text(7).unwrap_or_default().to_owned(),
            standing: row.text(8).map_or(Some(Standing::Open), Standing::of_code)?,
        };
        self.sessions.push((session.token, session.person, session.created_ms));
        row.is_sealed(5, &seals::session_seal(&session, row.text(8).is_some())).then_some(())
    }

    fn account_fact(&self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        let person = PersonId(Uuid::from_slice(row.bytes(1)?).ok()?);
        row.is_sealed(4, &seals::fact_seal(person, row.text(2)?, row.text(3)?)).then_some(())
    }

    fn login_failure(&self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        let seal = seals::failure_seal(row.text(1)?, row.number(2)?, row.number(3)?);
        row.is_sealed(4, &seal).then_some(())
    }

    fn aside(&self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        let digest = row.digest(1)?;
        let seal = seals::aside_seal(&digest.0, row.bytes(2)?, row.number(3)?, row.text(4)?, row.text(7));
        (Digest::of(&[row.text(5)?.as_bytes()]) == digest && row.is_sealed(6, &seal)).then_some(())
    }

    fn access_token(&self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        let seal = token_seal(row.bytes(1)?, row.text(2)?, row.bytes(3)?, row.number(4)?);
        (row.bytes(5) == Some(&seal)).then_some(())
    }

    fn take_blob(&mut self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        let blob = row.digest(1)?;
        self.blobs.push(blob);
        let seal = seals::blob_seal(blob, row.number(2)?, row.text(3)?, row.number(4)?);
        (row.bytes(5) == Some(&seal)).then_some(())
    }

    fn take_act(&mut self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        let (text, chain) = (row.text(4)?, row.digest(3)?);
        let sequence = self.acts.mark.sequence.saturating_add(1);
        let expected = ActRow::link(self.acts.mark.chain, sequence, text);
        self.acts.mark = Mark { sequence: row.sequence(1)?, chain };
        let act: shared::audit::Act = serde_json::from_str(text).ok()?;
        self.inventory.apply(&act);
        let period = act.period().map(|month| month.to_string());
        let is_in_place = row.sequence(1) == Some(sequence) && row.text(2) == period.as_deref() && chain == expected;
        match act.deed {
            Deed::Period { month, deed: period::Deed::Frozen(frozen) } => self.frozen.push((month, *frozen)),
            Deed::LoggedIn { session, .. } => {
                self.begun.extend(act.person.map(|person| (session, person, act.at_ms)));
            }
            _ => {}
        }
        is_in_place.then_some(())
    }

    fn take_audit(&mut self, row: &Row) -> Option<()> {
        self.is_ours(row)?;
        self.told_acts = Some(Mark { sequence: row.sequence(1)?, chain: digest_of(row.bytes(2))? });
        Some(())
    }
}
