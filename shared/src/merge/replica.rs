//! The fold of a log: every record a person or the server may see.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    attachment::Attached,
    id::{Digest, OperationId, RecordId, UnitId},
    inspection,
    merge::operation::{LogRow, Operation},
    record::{Record, RecordKind},
    report, stage,
};

/// All records, folded, with the indexes that decisions need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replica {
    records: BTreeMap<RecordId, Record>,
    /// Claims, monthly reports and inspections by the project they are about.
    about: BTreeMap<RecordId, BTreeSet<RecordId>>,
    /// The project that each of them is about.
    projects: BTreeMap<RecordId, RecordId>,
    /// The records that a file's content hangs on or ever hung on.
    hanging: BTreeMap<Digest, BTreeSet<RecordId>>,
}

impl Replica {
    /// A replica of records that were folded before, as a tablet stores them.
    pub fn of_records(records: impl IntoIterator<Item = Record>) -> Self {
        let mut replica = Self::default();
        for record in records {
            replica.put(record);
        }
        replica
    }

    /// Takes a folded record in, replacing the one of its id.
    pub fn put(&mut self, record: Record) {
        let id = record.id;
        self.records.insert(id, record);
        self.index(id);
    }

    /// Applies an operation made here that the server has not seen.
    pub fn apply_local(&mut self, operation: &Operation) {
        let record = self.records.entry(operation.record).or_insert_with(|| Record::new(operation));
        record.apply_local(operation);
        self.index(operation.record);
    }

    /// Applies a row of the server's log.
    pub fn apply_row(&mut self, row: &LogRow) {
        let operation = &row.operation;
        if !row.disposition.takes_effect() {
            self.answer(operation.record, operation.id);
            return;
        }
        let record = self.records.entry(operation.record).or_insert_with(|| Record::new(operation));
        record.apply_row(row);
        self.index(operation.record);
    }

    /// An operation made here has its answer, and no row of it is to come: it was refused, or the person may not
    /// see it any more. It has no effect.
    pub fn answer(&mut self, record: RecordId, operation: OperationId) {
        if let Some(answered) = self.records.get_mut(&record) {
            answered.answer(operation);
            self.index(record);
        }
    }

    /// A record.
    pub fn get(&self, id: RecordId) -> Option<&Record> {
        self.records.get(&id)
    }

    /// Every record with content that was not taken away, by id: the order in which they were created.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values().filter(|record| !record.removed && !record.is_blank())
    }

    /// Every record, those taken away and those without content too, by id.
    pub fn all(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// The same, when nothing else is needed any more.
    pub fn into_all(self) -> impl Iterator<Item = Record> {
        self.records.into_values()
    }

    /// The records of one kind that were not taken away.
    pub fn of_kind(&self, kind: RecordKind) -> impl Iterator<Item = &Record> {
        self.records().filter(move |record| record.kind == kind)
    }

    /// The records of one kind and unit that were not taken away.
    pub fn of_unit(&self, unit: UnitId, kind: RecordKind) -> impl Iterator<Item = &Record> {
        self.of_kind(kind).filter(move |record| record.unit == unit)
    }

    /// The claims, monthly reports and inspections about a project that were not taken away.
    pub fn about(&self, project: RecordId) -> impl Iterator<Item = &Record> {
        let ids = self.about.get(&project).into_iter().flatten();
        ids.filter_map(|id| self.records.get(id)).filter(|record| !record.removed)
    }

    /// Everything that [`Replica::about`] gives for any project, with the project: by project, then by id.
    pub fn by_project(&self) -> Vec<(RecordId, &Record)> {
        let mut about: Vec<(RecordId, &Record)> = Vec::with_capacity(self.projects.len());
        // Both maps are in the order of the ids, so one walk beside the other finds every pair.
        let mut records = self.records.iter();
        for (id, project) in &self.projects {
            let record = records.find(|(other, _)| *other == id).map(|(_, record)| record);
            about.extend(record.filter(|record| !record.removed).map(|record| (*project, record)));
        }
        about.sort_by_key(|(project, _)| *project);
        about
    }

    /// The project that a claim, monthly report or inspection is about, or the record itself when it is a project.
    pub fn project_of(&self, record: &Record) -> Option<&Record> {
        if record.kind == RecordKind::Project { self.get(record.id) } else { self.get(project_id(record)?) }
    }

    /// The records that a content hangs on or ever hung on, with the file that it is of and who hung that on.
    pub fn hanging(&self, blob: Digest) -> impl Iterator<Item = (&Record, &Attached)> {
        let records = self.hanging.get(&blob).into_iter().flatten().filter_map(|id| self.records.get(id));
        records.filter_map(move |record| {
            let of = |attached: &&Attached| attached.file.blobs().any(|(other, _)| other == blob);
            Some((record, record.attachments.ever().find(of)?))
        })
    }

    /// How many records there are, taken away or not.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Notes what hangs on a record, and moves it from the project it was about to the one it is about now.
    fn index(&mut self, id: RecordId) {
        let record = self.records.get(&id);
        for attached in record.iter().flat_map(|record| record.attachments.ever()) {
            for (blob, _) in attached.file.blobs() {
                self.hanging.entry(blob).or_default().insert(id);
            }
        }
        let after = record.and_then(filed_under);
        let before = match after {
            Some(project) => self.projects.insert(id, project),
            None => self.projects.remove(&id),
        };
        if before == after {
            return;
        }
        if let Some(project) = before {
            let left = self.about.entry(project).or_default();
            left.remove(&id);
            if left.is_empty() {
                self.about.remove(&project);
            }
        }
        if let Some(project) = after {
            self.about.entry(project).or_default().insert(id);
        }
    }
}

/// The project that a claim, monthly report or inspection names, as shown.
pub fn project_id(record: &Record) -> Option<RecordId> {
    record.value(project_field(record.kind)?).as_text()?.parse().ok()
}

/// The project that it stands under: the one named by what was judged last, so that a value that nobody has judged
/// moves nothing that counts; before a judgement, the one it names.
pub fn filed_under(record: &Record) -> Option<RecordId> {
    match record.pinned.last() {
        Some(judged) => judged.fields.text(project_field(record.kind)?).parse().ok(),
        None => project_id(record),
    }
}

/// Every project that a judgement has ever put it under.
pub fn judged_under(record: &Record) -> impl Iterator<Item = RecordId> {
    let field = project_field(record.kind);
    record.pinned.iter().filter_map(move |judged| judged.fields.text(field?).parse().ok())
}

fn project_field(kind: RecordKind) -> Option<&'static str> {
    match kind {
        RecordKind::MonthlyReport => Some(report::monthly::PROJECT),
        RecordKind::StageClaim => Some(stage::field::PROJECT),
        RecordKind::Inspection => Some(inspection::field::PROJECT),
        RecordKind::Project | RecordKind::IndicatorReport | RecordKind::ServiceVisit | RecordKind::ServiceIssue => None,
    }
}
