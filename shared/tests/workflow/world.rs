//! A campaign of one project and one claim about it, moved step by step as the server's log would.

use std::collections::BTreeSet;

use shared::{
    attachment::{Attachment, FileKind},
    calendar::{Date, Month},
    fields::Value,
    id::{ActorId, CampaignId, Digest, OperationId, PersonId, RecordId, UnitId},
    issue::RefusalCode,
    merge::{
        operation::{Body, Disposition, FieldEdit, LogRow, Operation, SCHEMA},
        replica::Replica,
        stamp::Stamp,
    },
    person::{Duty, Person, Role},
    record::{Record, RecordKind},
    stage::Stage,
    workflow::{Reason, Request, State, Visit, decide},
};
use uuid::Uuid;

const PROJECT: RecordId = RecordId(Uuid::from_u128(100));
const CLAIM: RecordId = RecordId(Uuid::from_u128(200));
const FINDING: RecordId = RecordId(Uuid::from_u128(300));

/// The people and records so far.
pub(crate) struct World {
    pub(crate) replica: Replica,
    pub(crate) now_ms: u64,
    sequence: u64,
}

/// A person of one role.
pub(crate) fn person(id: u128, unit: u128, role: Role, duties: &[Duty]) -> Person {
    Person {
        id: PersonId(Uuid::from_u128(id)),
        account: format!("p{id}"),
        name: format!("{id} 号"),
        unit: UnitId(Uuid::from_u128(unit)),
        roles: BTreeSet::from([role]),
        duties: duties.iter().copied().collect(),
    }
}

impl World {
    /// A complete start claim of an approved service project of unit 1, filed by 11, reviewed by 12, verified by 31.
    pub(crate) fn with_claim_in(state: State) -> Self {
        Self::with_claim_and(state, |_| ())
    }

    /// The same with every file that a start asks for.
    pub(crate) fn with_evidence_in(state: State) -> Self {
        Self::with_claim_and(state, Self::hang_evidence)
    }

    fn with_claim_and(state: State, hang: impl Fn(&mut Self)) -> Self {
        let mut world = Self::with_project();
        world.row(11, PROJECT, |record| transition(record, State::Submitted));
        world.row(12, PROJECT, |record| transition(record, State::Reviewed));
        world.file_claim();
        hang(&mut world);
        let path: &[(u128, State)] = match state {
            State::Draft => &[],
            State::Submitted => &[(11, State::Submitted)],
            State::Reviewed => &[(11, State::Submitted), (12, State::Reviewed)],
            State::OnSiteCheck => &[(11, State::Submitted), (12, State::Reviewed), (31, State::OnSiteCheck)],
            State::Verified => &[(11, State::Submitted), (12, State::Reviewed), (31, State::Verified)],
            State::Returned => &[(11, State::Submitted), (12, State::Returned)],
            State::Withdrawn => {
                &[(11, State::Submitted), (12, State::Reviewed), (31, State::Verified), (31, State::Withdrawn)]
            }
        };
        for (author, to) in path {
            world.step(*author, *to);
        }
        assert_eq!(world.claim().state(), state);
        world
    }

    /// A circular about unit 1, filed by the inspector 41, confirmed by the campaign office 33.
    pub(crate) fn with_finding_in(state: State) -> Self {
        let mut world = Self::with_project();
        world.row(41, FINDING, |_| {
            edits(&[("finding", "notice"), ("found_on", "2021-06-20"), ("statement", "工作推进不力")])
        });
        let path: &[(u128, State)] = match state {
            State::Submitted => &[(41, State::Submitted)],
            State::Reviewed => &[(41, State::Submitted), (33, State::Reviewed)],
            _ => &[],
        };
        for (author, to) in path {
            world.row(*author, FINDING, |record| transition(record, *to));
        }
        world
    }

    /// What the guard says to a step of the finding.
    pub(crate) fn decide_finding(&self, person: &Person, to: State) -> Result<(), RefusalCode> {
        let record = self.replica.get(FINDING).unwrap();
        let reason = Reason { text: "查证有误".into(), ..Reason::default() };
        let request = Request { person, to, reason: Some(&reason), revision: record.revision() };
        decide(&self.replica, record, &request, self.now_ms).map_err(|refusal| refusal.code)
    }

    /// A reviewed claim whose project was never reviewed.
    pub(crate) fn with_claim_of_a_draft_project() -> Self {
        let mut world = Self::with_project();
        world.file_claim();
        world.step(11, State::Submitted);
        world.step(12, State::Reviewed);
        world
    }

    fn with_project() -> Self {
        let now_ms = "2021-06-23".parse::<Date>().unwrap().at_hour_ms(10);
        let mut world = Self { replica: Replica::default(), now_ms, sequence: 0 };
        world.row(11, PROJECT, |_| {
            edits(&[("name", "三坊七巷文创总部"), ("category", "services"), ("planned_start", "2021-03")])
        });
        world
    }

    fn file_claim(&mut self) {
        let evidence: Vec<String> =
            Stage::Started.evidence().iter().chain(Stage::Landed.evidence()).map(|code| (*code).to_owned()).collect();
        self.row(11, CLAIM, |_| {
            edits(&[("project", &PROJECT.to_string()), ("stage", "started"), ("reached_on", "2021-03-08")])
        });
        self.row(11, CLAIM, |_| Body::Edit {
            fields: vec![FieldEdit { field: "evidence".into(), value: Value::List(evidence), over: Vec::new() }],
        });
    }

    fn hang_evidence(&mut self) {
        for paper in Stage::Started.evidence() {
            self.hang(11, paper);
        }
        self.hang(11, "site_photos");
    }

    /// Hangs a photo on the claim as one piece of evidence.
    pub(crate) fn hang(&mut self, author: u128, paper: &str) {
        let number = self.sequence;
        let file = Attachment {
            blob: Digest::of_content(format!("{paper} {number}").as_bytes()),
            name: format!("{paper}.jpg"),
            size: 9,
            mime: FileKind::Jpeg.mime().to_owned(),
            paper: Some(paper.to_owned()),
            thumbnail: None,
            shot: None,
        };
        self.row(author, CLAIM, |_| Body::Attach(Box::new(file)));
    }

    /// A value that somebody wrote without having seen what stands there.
    pub(crate) fn write_unseen(&mut self, author: u128, field: &str, text: &str) {
        self.row(author, CLAIM, |_| edits(&[(field, text)]));
    }

    /// The claim as it stands.
    pub(crate) fn claim(&self) -> &Record {
        self.replica.get(CLAIM).unwrap()
    }

    /// The month it is.
    pub(crate) fn month(&self) -> Month {
        Month::of_ms(self.now_ms)
    }

    /// What the guard says to a step of the claim, asked with a reason and the claim as it stands.
    pub(crate) fn decide(&self, person: &Person, to: State) -> Result<(), RefusalCode> {
        self.decide_on(person, to, self.claim().revision())
    }

    /// The same for a judge who saw another revision.
    pub(crate) fn decide_on(&self, person: &Person, to: State, revision: Digest) -> Result<(), RefusalCode> {
        let visit = Some(Visit { on: Date::of_ms(self.now_ms), by: "王工".into() });
        let reason = Reason { text: "材料不全".into(), fields: vec!["evidence".into()], visit };
        let request = Request { person, to, reason: Some(&reason), revision };
        decide(&self.replica, self.claim(), &request, self.now_ms).map_err(|refusal| refusal.code)
    }

    /// A step of the claim that the server accepted.
    pub(crate) fn step(&mut self, author: u128, to: State) {
        self.row(author, CLAIM, |record| transition(record, to));
    }

    /// An edit of the claim over what stands.
    pub(crate) fn edit_claim(&mut self, author: u128, field: &str, text: &str) {
        let edit = self.claim().edit_to(field, &Value::text(text)).unwrap();
        self.row(author, CLAIM, |_| Body::Edit { fields: vec![edit] });
    }

    /// An edit of the claim on this tablet that the server has not seen; gives the operation.
    pub(crate) fn edit_claim_unsent(&mut self, field: &str, text: &str) -> OperationId {
        let edit = self.claim().edit_to(field, &Value::text(text)).unwrap();
        let operation = self.operation(11, CLAIM, Body::Edit { fields: vec![edit] });
        self.replica.apply_local(&operation);
        operation.id
    }

    /// The verifier's step on the revision as the server holds it, which is not what this tablet shows.
    pub(crate) fn verify_as_logged(&mut self, revision: Digest) {
        self.row(31, CLAIM, |_| Body::Transition { to: State::Verified, reason: None, revision });
    }

    fn operation(&mut self, author: u128, record: RecordId, body: Body) -> Operation {
        self.sequence += 1;
        let stamp = Stamp::at_ms(self.now_ms + self.sequence);
        Operation {
            id: OperationId(Uuid::from_u128(u128::from(self.sequence))),
            campaign: CampaignId(Uuid::nil()),
            unit: UnitId(Uuid::from_u128(1)),
            period: None,
            record,
            kind: match record {
                PROJECT => RecordKind::Project,
                FINDING => RecordKind::Inspection,
                _ => RecordKind::StageClaim,
            },
            author: PersonId(Uuid::from_u128(author)),
            actor: ActorId(1),
            counter: self.sequence,
            stamp,
            seen: 0,
            schema: SCHEMA,
            body,
        }
    }

    fn row(&mut self, author: u128, record: RecordId, body: impl FnOnce(Option<&Record>) -> Body) {
        let body = body(self.replica.get(record));
        let operation = self.operation(author, record, body);
        let row = LogRow {
            effective_stamp: operation.stamp,
            operation,
            sequence: self.sequence,
            chain: Digest::ZERO,
            disposition: Disposition::Ok,
            received_ms: self.now_ms,
        };
        self.replica.apply_row(&row);
    }
}

fn edits(pairs: &[(&str, &str)]) -> Body {
    let edit = |(field, text): &(&str, &str)| FieldEdit {
        field: (*field).to_owned(),
        value: Value::text(text),
        over: Vec::new(),
    };
    Body::Edit { fields: pairs.iter().map(edit).collect() }
}

fn transition(record: Option<&Record>, to: State) -> Body {
    let reason = matches!(to, State::Returned | State::Withdrawn)
        .then(|| Reason { text: "材料不全".into(), ..Reason::default() });
    Body::Transition { to, reason, revision: record.unwrap().revision() }
}
