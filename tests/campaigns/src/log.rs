//! The log of a generated campaign: records come about as a server folds them.

use shared::{
    calendar::{Date, Month},
    fields::Value,
    id::{ActorId, CampaignId, Digest, OperationId, PersonId, RecordId, UnitId, uuid_v7},
    merge::{
        operation::{Body, Disposition, FieldEdit, LogRow, Operation, SCHEMA},
        register::Register,
        replica::Replica,
        stamp::Stamp,
    },
    record::RecordKind,
    workflow::State,
};
use uuid::Uuid;

/// The hour of the day at which everything happens.
const HOUR: u8 = 9;

/// What an operation is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    pub(crate) kind: RecordKind,
    pub(crate) id: RecordId,
    pub(crate) unit: UnitId,
    pub(crate) period: Option<Month>,
}

/// A log that is being written, and what it folds to.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    campaign: CampaignId,
    replica: Replica,
    sequence: u64,
}

impl Log {
    pub(crate) fn new(campaign: CampaignId) -> Self {
        Self { campaign, replica: Replica::default(), sequence: 0 }
    }

    pub(crate) const fn replica(&self) -> &Replica {
        &self.replica
    }

    /// A new id, made on a day.
    pub(crate) fn new_id(&mut self, day: Date) -> RecordId {
        self.sequence += 1;
        let mut random = [0; 10];
        random.iter_mut().zip(self.sequence.to_be_bytes()).for_each(|(target, byte)| *target = byte);
        RecordId(uuid_v7(day.at_hour_ms(HOUR), random))
    }

    /// Writes fields over what stands.
    pub(crate) fn write(&mut self, about: About, fields: Vec<(&str, Value)>, day: Date) {
        let record = self.replica.get(about.id);
        let seen =
            |field: &str| record.and_then(|record| record.registers.get(field)).map(Register::seen).unwrap_or_default();
        let edits =
            fields.into_iter().map(|(field, value)| FieldEdit { over: seen(field), field: field.to_owned(), value });
        let body = Body::Edit { fields: edits.collect() };
        self.append(about, body, day);
    }

    /// Takes the record through these states, each on the day given.
    pub(crate) fn steps(&mut self, about: About, steps: &[(State, Date)]) {
        let Some(revision) = self.replica.get(about.id).map(shared::record::Record::revision) else { return };
        for (to, day) in steps {
            self.append(about, Body::Transition { to: *to, reason: None, revision }, *day);
        }
    }

    /// Takes a draft away.
    pub(crate) fn remove(&mut self, about: About, day: Date) {
        self.append(about, Body::Tombstone, day);
    }

    fn append(&mut self, about: About, body: Body, day: Date) {
        self.sequence += 1;
        let stamp = Stamp::at_ms(day.at_hour_ms(HOUR));
        let operation = Operation {
            id: OperationId(Uuid::from_u128(u128::from(self.sequence) | 1 << 100)),
            campaign: self.campaign,
            unit: about.unit,
            period: about.period,
            record: about.id,
            kind: about.kind,
            author: PersonId(Uuid::from_u128(7)),
            actor: ActorId(1),
            counter: self.sequence,
            stamp,
            seen: 0,
            schema: SCHEMA,
            body,
        };
        self.replica.apply_row(&LogRow {
            sequence: self.sequence,
            chain: Digest::ZERO,
            effective_stamp: stamp,
            disposition: Disposition::Ok,
            received_ms: stamp.ms(),
            operation,
        });
    }
}
