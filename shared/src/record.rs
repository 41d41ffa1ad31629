//! A record: the fold of all operations on it.

pub mod columns;
pub mod packed;
mod remark;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    attachment::{Attached, Attachments},
    calendar::Month,
    fields::{Fields, Value},
    id::{CampaignId, Digest, OperationId, PersonId, RecordId, UnitId},
    merge::{
        operation::{Body, FieldEdit, LogRow, Operation},
        register::{Entry, Register},
        registers::Registers,
        stamp::Stamp,
    },
    project::twin::{self, Twin, Twins},
    workflow::{Reason, State},
};

pub use remark::Remark;
pub use steps::{Step, Steps};

/// What kind of record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// 项目.
    Project,
    /// 月报, one per project and month.
    MonthlyReport,
    /// 阶段认定申请.
    StageClaim,
    /// 指标填报, one per unit, month and indicator.
    IndicatorReport,
    /// 挂钩走访.
    ServiceVisit,
    /// 一企一议.
    ServiceIssue,
    /// 督查与评议: about the unit, filed by an office above it.
    Inspection,
}

impl RecordKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Project,
        Self::MonthlyReport,
        Self::StageClaim,
        Self::IndicatorReport,
        Self::ServiceVisit,
        Self::ServiceIssue,
        Self::Inspection,
    ];

    /// The code in JSON and catalogue keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::MonthlyReport => "monthly_report",
            Self::StageClaim => "stage_claim",
            Self::IndicatorReport => "indicator_report",
            Self::ServiceVisit => "service_visit",
            Self::ServiceIssue => "service_issue",
            Self::Inspection => "inspection",
        }
    }

    /// The catalogue key of its name.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Project => "term.kind.project",
            Self::MonthlyReport => "term.kind.monthly_report",
            Self::StageClaim => "term.kind.stage_claim",
            Self::IndicatorReport => "term.kind.indicator_report",
            Self::ServiceVisit => "term.kind.service_visit",
            Self::ServiceIssue => "term.kind.service_issue",
            Self::Inspection => "term.kind.inspection",
        }
    }

    /// The state whose revision counts: what a lead department must verify, and what the unit's own review settles.
    pub const fn final_state(self) -> State {
        match self {
            Self::StageClaim | Self::IndicatorReport => State::Verified,
            Self::Project | Self::MonthlyReport | Self::ServiceVisit | Self::ServiceIssue | Self::Inspection => {
                State::Reviewed
            }
        }
    }
}

/// The id of the one monthly report of a project and month: two tablets that create it offline make one record.
pub fn monthly_report_id(campaign: CampaignId, project: RecordId, period: Month) -> RecordId {
    RecordId(campaign.named(RecordKind::MonthlyReport.code(), &format!("{project}/{period}")))
}

/// The id of the one report of a unit, month and indicator.
pub fn indicator_report_id(campaign: CampaignId, unit: UnitId, period: Month, indicator: &str) -> RecordId {
    RecordId(campaign.named(RecordKind::IndicatorReport.code(), &format!("{unit}/{period}/{indicator}")))
}

/// The id of the one issue (一企一议) that comes of what a monthly report asks others to settle (需协调事项).
pub fn report_issue_id(campaign: CampaignId, report: RecordId) -> RecordId {
    RecordId(campaign.named(RecordKind::ServiceIssue.code(), &report.to_string()))
}

/// A revision whose content counts: the fields as they were when the final state was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// The log row that pinned it.
    pub sequence: u64,
    /// The operation that pinned it: the verification an explanation points to.
    pub operation: OperationId,
    /// The month from which it counts: that of the verification.
    pub month: Month,
    /// The fields.
    pub fields: Fields,
    /// What hung on the record.
    #[serde(default, skip_serializing_if = "Attachments::is_untouched")]
    pub attachments: Attachments,
}

/// Which rows of the log a record was folded from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first that took effect. 0 where there is none, and where a release that did not count folded it.
    pub first: u64,
    /// The last that took effect; 0 where there is none.
    pub last: u64,
}

impl Span {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The fold of all operations on one record.
///
/// Edits merge in any order. Steps follow the server's sequence. Waiting steps of this tablet are kept apart
/// until the server has decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Identity.
    pub id: RecordId,
    /// What it is.
    pub kind: RecordKind,
    /// The unit that owns it.
    pub unit: UnitId,
    /// The assessment month it is about, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Month>,
    /// The state of each field.
    pub registers: Registers,
    /// The files that hang on it.
    #[serde(default, skip_serializing_if = "Attachments::is_untouched")]
    pub attachments: Attachments,
    /// Accepted steps by sequence.
    #[serde(default, skip_serializing_if = "Steps::is_empty")]
    pub steps: Steps,
    /// Steps asked for on this tablet that the server has not decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<Step>,
    /// Revisions that counted, oldest first; the last one counts now unless the record was withdrawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pinned: Vec<Pinned>,
    /// Months in which a pinned record was withdrawn (核减).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<Month>,
    /// Remarks, by operation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remarks: BTreeMap<OperationId, Remark>,
    /// What was said of this project and others, see [`crate::project::twin`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub twins: Twins,
    /// Taken away while a draft.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
    /// The stamp of the latest operation.
    pub touched: Stamp,
    /// The rows it was folded from.
    #[serde(default, skip_serializing_if = "Span::is_empty")]
    span: Span,
    /// Operations made here that no row of the log has answered.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unanswered: BTreeSet<OperationId>,
    /// The record without them, by the log alone. While something is unanswered rows go into both; once nothing
    /// is, this one takes over. So a tablet at rest holds exactly what the log says, and a revision that is
    /// approved while the next is being typed is pinned as it was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logged: Option<Box<Record>>,
}

impl Record {
    /// The empty record that an operation is about.
    pub fn new(operation: &Operation) -> Self {
        Self { period: operation.period, ..Self::empty(operation.record, operation.kind, operation.unit) }
    }

    fn empty(id: RecordId, kind: RecordKind, unit: UnitId) -> Self {
        Self {
            id,
            kind,
            unit,
            period: None,
            registers: Registers::new(),
            attachments: Attachments::default(),
            steps: Steps::default(),
            waiting: Vec::new(),
            pinned: Vec::new(),
            withdrawn: Vec::new(),
            remarks: BTreeMap::new(),
            twins: Twins::new(),
            removed: false,
            touched: Stamp::at_ms(0),
            span: Span { first: 0, last: 0 },
            unanswered: BTreeSet::new(),
            logged: None,
        }
    }

    /// A copy of everything but the registers and the record by the log alone.
    fn without_registers(&self) -> Self {
        Self {
            id: self.id,
            kind: self.kind,
            unit: self.unit,
            period: self.period,
            registers: Registers::new(),
            attachments: self.attachments.clone(),
            steps: self.steps.clone(),
            waiting: self.waiting.clone(),
            pinned: self.pinned.clone(),
            withdrawn: self.withdrawn.clone(),
            remarks: self.remarks.clone(),
            twins: self.twins.clone(),
            removed: self.removed,
            touched: self.touched,
            span: self.span,
            unanswered: self.unanswered.clone(),
            logged: None,
        }
    }

    /// Whether no operation has given it any content: all that was written was refused.
    pub fn is_blank(&self) -> bool {
        self.registers.is_empty() && self.attachments.is_untouched() && self.steps.is_empty() && self.waiting.is_empty()
    }

    /// The rows of the log that the record was folded from, operations made here left aside. `None` where there
    /// are none; from 0 to the end where nobody counted them.
    pub fn span(&self) -> Option<Span> {
        let logged = self.logged.as_deref().unwrap_or(self);
        match logged.span.last {
            0 if logged.is_untold() => None,
            0 => Some(Span { first: 0, last: u64::MAX }),
            _ => Some(logged.span),
        }
    }

    fn is_untold(&self) -> bool {
        self.is_blank() && self.remarks.is_empty() && self.twins.is_empty() && !self.removed
    }

    /// Applies an operation made here that the server has not seen.
    pub fn apply_local(&mut self, operation: &Operation) {
        if self.logged.is_none() {
            self.logged = Some(Box::new(self.clone()));
        }
        self.unanswered.insert(operation.id);
        if let Body::Transition { to, reason, revision } = &operation.body {
            if self.waiting.iter().all(|step| step.operation != operation.id) {
                self.waiting.push(step(operation, *to, reason.clone(), *revision, operation.stamp));
            }
        } else {
            self.apply_merging(operation, operation.stamp);
        }
        self.touched = self.touched.max(operation.stamp);
    }

    /// Applies a row of the server's log, in sequence order for steps.
    pub fn apply_row(&mut self, row: &LogRow) {
        let answered = row.operation.id;
        if row.disposition.takes_effect() {
            self.apply_effective(row);
            if let Some(logged) = &mut self.logged {
                logged.apply_effective(row);
                self.pinned.clone_from(&logged.pinned);
            }
        }
        self.answer(answered);
    }

    /// An operation made here has its answer: what waited for it waits no longer, and a refused one has no effect.
    pub fn answer(&mut self, operation: OperationId) {
        self.waiting.retain(|step| step.operation != operation);
        self.unanswered.remove(&operation);
        if self.unanswered.is_empty()
            && let Some(logged) = self.logged.take()
        {
            *self = *logged;
        }
    }

    fn apply_effective(&mut self, row: &LogRow) {
        let operation = &row.operation;
        self.extend_span(row.sequence);
        self.touched = self.touched.max(row.effective_stamp);
        let Body::Transition { to, reason, revision } = &operation.body else {
            self.apply_merging(operation, row.effective_stamp);
            return;
        };
        if self.steps.contains(row.sequence) {
            return;
        }
        self.steps.insert(row.sequence, step(operation, *to, reason.clone(), *revision, row.effective_stamp));
        let month = Month::of_ms(row.effective_stamp.ms());
        if *to == self.kind.final_state() {
            let (fields, attachments) = (self.fields(), self.attachments.clone());
            self.pinned.push(Pinned { sequence: row.sequence, operation: operation.id, month, fields, attachments });
            // Withdrawn and verified again within a month: at its end the record counts.
            self.withdrawn.retain(|withdrawn| *withdrawn < month);
        } else if *to == State::Withdrawn {
            self.withdrawn.push(month);
        }
    }

    fn extend_span(&mut self, sequence: u64) {
        if self.span.last == 0 && self.is_untold() {
            self.span.first = sequence;
        }
        self.span = Span { first: self.span.first.min(sequence), last: self.span.last.max(sequence) };
    }

    fn apply_merging(&mut self, operation: &Operation, stamp: Stamp) {
        match &operation.body {
            Body::Edit { fields } => {
                self.registers.make_room(fields.len());
                for FieldEdit { field, value, over } in fields {
                    let entry = Entry {
                        operation: operation.id,
                        value: value.clone(),
                        stamp,
                        actor: operation.actor,
                        counter: operation.counter,
                        author: operation.author,
                    };
                    self.registers.write(field, entry, over);
                }
            }
            Body::Comment { field, text } => {
                let remark = Remark { author: operation.author, stamp, field: field.clone(), text: text.clone() };
                self.remarks.insert(operation.id, remark);
            }
            Body::Attach(file) => {
                let attached = Attached { file: (**file).clone(), author: operation.author, stamp };
                self.attachments.attach(operation.id, attached);
            }
            Body::Detach { files } => self.attachments.detach(files),
            Body::Tombstone => self.removed = true,
            Body::Twin { other, word } => {
                let said = Twin { operation: operation.id, word: *word, author: operation.author, stamp };
                twin::take(&mut self.twins, *other, said);
            }
            Body::Transition { .. } | Body::Unheard => {}
        }
    }

    /// The fields as shown: one value each.
    pub fn fields(&self) -> Fields {
        self.shown().map(|(field, value)| (field.to_owned(), value.clone())).collect()
    }

    fn shown(&self) -> impl Iterator<Item = (&str, &Value)> {
        let shown = self.registers.iter().map(|(field, register)| (&**field, register.value()));
        shown.filter(|(_, value)| !value.is_empty())
    }

    /// The value shown of one field.
    pub fn value(&self, field: &str) -> &Value {
        self.registers.get(field).map_or(&Value::Null, Register::value)
    }

    /// The digest of the fields as shown and of the files: what a judge judges. A record without files has the
    /// digest that releases without files gave it.
    pub fn revision(&self) -> Digest {
        // As the fields are written, without making them: every change asks for it, often several times.
        match self.attachments.judged() {
            files if files.is_empty() => Digest::of_json(&Shown(self)),
            files => Digest::of_json(&(Shown(self), files)),
        }
    }

    /// The field that two people filled differently without seeing each other's value.
    pub fn conflicts(&self) -> impl Iterator<Item = (&str, &Register)> {
        self.registers
            .iter()
            .filter(|(_, register)| register.is_in_conflict())
            .map(|(field, register)| (&**field, register))
    }

    /// The last accepted step.
    pub fn last_step(&self) -> Option<&Step> {
        self.steps.last()
    }

    /// Where the record stands by the server's word.
    ///
    /// An edit after a submission or an approval opens a new revision, which is a draft until it is submitted;
    /// a returned record stays returned while it is mended.
    pub fn state(&self) -> State {
        self.last_step().map_or(State::Draft, |step| self.state_after(step))
    }

    /// Where the record stands when the server agrees to what waits (待确认).
    pub fn expected_state(&self) -> State {
        self.waiting.last().map_or_else(|| self.state(), |step| self.state_after(step))
    }

    fn state_after(&self, step: &Step) -> State {
        let stays = matches!(step.to, State::Returned | State::Withdrawn) || step.revision == self.revision();
        if stays { step.to } else { State::Draft }
    }

    /// Who asked for the submission that is being judged.
    pub fn submitter(&self) -> Option<PersonId> {
        self.steps.values().rev().find(|step| step.to == State::Submitted).map(|step| step.author)
    }

    /// When it was first submitted; a resubmission keeps it.
    pub fn first_submitted(&self) -> Option<Stamp> {
        self.steps.values().find(|step| step.to == State::Submitted).map(|step| step.stamp)
    }

    /// Why it came back, while it is returned.
    pub fn return_reason(&self) -> Option<&Reason> {
        self.last_step().filter(|step| step.to == State::Returned).and_then(|step| step.reason.as_ref())
    }

    /// How often it was returned.
    pub fn returns(&self) -> usize {
        self.steps.values().filter(|step| step.to == State::Returned).count()
    }

    /// Everyone who wrote a value that stands or submitted the record: none of them may judge it.
    pub fn is_work_of(&self, person: PersonId) -> bool {
        let wrote = self.registers.values().flat_map(Register::entries).any(|entry| entry.author == person);
        let filed = |attached: &Attached| attached.author == person && !attached.file.is_of_visit();
        let attached = self.attachments.iter().any(|(_, attached)| filed(attached));
        wrote || attached || self.submitter() == Some(person)
    }

    /// The content that counts at the end of a month: the latest revision pinned by then, unless the record
    /// was withdrawn by then.
    pub fn pinned_at(&self, period: Month) -> Option<&Pinned> {
        let pinned = self.pinned.iter().rev().find(|pinned| pinned.month <= period)?;
        let withdrawn = self.withdrawn.iter().any(|month| *month >= pinned.month && *month <= period);
        (!withdrawn).then_some(pinned)
    }

    /// The edit that brings the shown fields to `wanted`, over all values that stand; `None` when nothing differs.
    pub fn edit_to(&self, field: &str, wanted: &Value) -> Option<FieldEdit> {
        let register = self.registers.get(field);
        let same =
            register.map_or(wanted.is_empty(), |register| register.value() == wanted && !register.is_in_conflict());
        (!same).then(|| FieldEdit {
            field: field.to_owned(),
            value: wanted.clone(),
            over: register.map(Register::seen).unwrap_or_default(),
        })
    }
}

/// A record's fields as shown, as [`Fields`] are written.
struct Shown<'a>(&'a Record);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.shown())
    }
}

fn step(operation: &Operation, to: State, reason: Option<Reason>, revision: Digest, stamp: Stamp) -> Step {
    Step { operation: operation.id, to, author: operation.author, reason, revision, stamp }
}
