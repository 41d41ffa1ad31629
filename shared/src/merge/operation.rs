//! Operations: what a person did, immutable from the moment it is durable on the tablet.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
};

use crate::{
    attachment::Attachment,
    calendar::Month,
    fields::Value,
    id::{ActorId, CampaignId, Digest, OperationId, PersonId, RecordId, UnitId},
    issue::RefusalCode,
    merge::stamp::Stamp,
    project::twin::Word,
    record::RecordKind,
    workflow::{Reason, State},
};

/// The version of [`Operation`]'s shape that this code writes. Every released one stays readable.
pub const SCHEMA: u16 = 3;

/// Fields one operation may edit.
pub const FIELDS_MAX: usize = 250;

/// Bytes of a field's name.
pub const FIELD_NAME_BYTES_MAX: usize = 64;

/// Characters one text value may hold; the longest form field asks for 1,000.
pub const TEXT_CHARS_MAX: usize = 4_000;

/// One thing a person did to one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Operation {
    /// Its identity for ever; a `UUIDv7`.
    pub id: OperationId,
    /// The campaign it belongs to.
    pub campaign: CampaignId,
    /// The unit that owns the record.
    pub unit: UnitId,
    /// The assessment month it is about, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Month>,
    /// The record it changes.
    pub record: RecordId,
    /// What kind of record that is.
    pub kind: RecordKind,
    /// Who did it.
    pub author: PersonId,
    /// The store it was made in.
    pub actor: ActorId,
    /// Gap-free per actor, from 1.
    pub counter: u64,
    /// The author's hybrid clock.
    pub stamp: Stamp,
    /// The pull cursor when it was made: an unforgeable lower bound of its time.
    pub seen: u64,
    /// The shape's version, see [`SCHEMA`].
    pub schema: u16,
    /// What was done.
    pub body: Body,
}

#[cfg(test)]
impl Operation {
    /// Some operation with such a body, the `n`th of its store.
    pub(crate) fn sample(n: u64, body: Body) -> Self {
        use uuid::Uuid;
        Self {
            id: OperationId(Uuid::from_u128(n.into())),
            campaign: CampaignId(Uuid::nil()),
            unit: UnitId(Uuid::nil()),
            period: None,
            record: RecordId(Uuid::nil()),
            kind: RecordKind::Project,
            author: PersonId(Uuid::nil()),
            actor: ActorId(1),
            counter: n,
            stamp: Stamp::at_ms(n),
            seen: 0,
            schema: 1,
            body,
        }
    }
}

impl Operation {
    /// The hash that tells two operations of one id apart.
    pub fn digest(&self) -> Digest {
        Digest::of_json(self)
    }

    /// Whether sizes and numbers are within what any client of ours writes.
    ///
    /// # Errors
    /// The refusal that the server records for it.
    pub fn check_shape(&self) -> Result<(), RefusalCode> {
        let text_fits = |value: &Value| value.chars_max() <= TEXT_CHARS_MAX;
        let fits = match &self.body {
            Body::Edit { fields } => {
                (1..=FIELDS_MAX).contains(&fields.len())
                    && fields.iter().all(|edit| text_fits(&edit.value) && edit.field.len() <= FIELD_NAME_BYTES_MAX)
            }
            Body::Transition { reason, .. } => reason.as_ref().is_none_or(|reason| {
                let by = reason.visit.as_ref().map_or(0, |visit| visit.by.chars().count());
                reason.text.chars().count() <= TEXT_CHARS_MAX
                    && by <= TEXT_CHARS_MAX
                    && reason.fields.len() <= FIELDS_MAX
            }),
            Body::Comment { text, .. } => text.chars().count() <= TEXT_CHARS_MAX,
            Body::Attach(attachment) => attachment.is_well_formed(),
            Body::Detach { files } => (1..=FIELDS_MAX).contains(&files.len()),
            Body::Tombstone | Body::Twin { .. } => true,
            Body::Unheard => false,
        };
        if self.schema == 0 || self.counter == 0 || !fits { Err(RefusalCode::Malformed) } else { Ok(()) }
    }
}

/// What an operation does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case", remote = "Self")]
pub enum Body {
    /// Writes fields.
    Edit {
        /// One entry per field written.
        fields: Vec<FieldEdit>,
    },
    /// Asks for a step of the workflow; the server decides.
    Transition {
        /// The state asked for.
        to: State,
        /// Why, where the step needs it (a return, a withdrawal).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// Exactly what is being judged: [`crate::record::Record::revision`].
        revision: Digest,
    },
    /// Says something about the record or one field.
    Comment {
        /// The field, or the record as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
        /// What is said.
        text: String,
    },
    /// Hangs a file on the record. Its content comes on another way, before or after.
    Attach(Box<Attachment>),
    /// Takes files off again.
    Detach {
        /// The operations that hung them on.
        files: Vec<OperationId>,
    },
    /// Takes a draft away that was never submitted.
    Tombstone,
    /// Says whether this project and another one are the same; the latest word on the two stands.
    Twin {
        /// The other project.
        other: RecordId,
        /// What is said.
        word: Word,
    },
    /// Something that a later release does. It has no effect here, and is read again by the release that knows it.
    #[serde(other)]
    Unheard,
}

impl Body {
    /// The [`SCHEMA`] since which clients read it.
    pub const fn since(&self) -> u16 {
        match self {
            Self::Edit { .. } | Self::Transition { .. } | Self::Comment { .. } | Self::Tombstone => 1,
            Self::Attach(_) | Self::Detach { .. } => 2,
            Self::Twin { .. } => 3,
            Self::Unheard => u16::MAX,
        }
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnyBody)
    }
}

/// Reads an edit, which almost every operation is, as it comes. Derived code would copy all its fields before it
/// reads them.
struct AnyBody;

impl<'de> Visitor<'de> for AnyBody {
    type Value = Body;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("what an operation does")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut parts: A) -> Result<Body, A::Error> {
        let mut others = serde_json::Map::new();
        while let Some(key) = parts.next_key::<String>()? {
            let is_edit = others.get("type").is_some_and(|kind| kind == "edit");
            if is_edit && key == "fields" {
                let fields = parts.next_value()?;
                while let Some((key, IgnoredAny)) = parts.next_entry::<String, _>()? {
                    if key == "fields" || key == "type" {
                        return Err(A::Error::custom("a part is there twice"));
                    }
                }
                return Ok(Body::Edit { fields });
            }
            if others.insert(key, parts.next_value()?).is_some() {
                return Err(A::Error::custom("a part is there twice"));
            }
        }
        Body::deserialize(serde_json::Value::Object(others)).map_err(A::Error::custom)
    }
}

/// One field written, and the values the author saw and replaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct FieldEdit {
    /// The field's name.
    pub field: String,
    /// Its new value.
    pub value: Value,
    /// The operations whose values this one replaces. Anything else stays beside it: a conflict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over: Vec<OperationId>,
}

/// What the server decided about an operation, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "type", content = "code", rename_all = "snake_case")]
pub enum Disposition {
    /// It took effect.
    Ok,
    /// It arrived after its period was frozen: stored and shown, not counted.
    Late,
    /// A transition or edit that the rules forbid; stored, without effect.
    Refused(RefusalCode),
    /// Not to be trusted (a second operation of one id, a revoked person); kept for a person to look at.
    Quarantined(RefusalCode),
}

impl Disposition {
    /// Whether it takes part in the fold.
    pub const fn takes_effect(self) -> bool {
        matches!(self, Self::Ok | Self::Late)
    }
}

/// An operation as it stands in the server's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct LogRow {
    /// What was done.
    pub operation: Operation,
    /// Its place in the campaign's log, from 1, without gaps.
    pub sequence: u64,
    /// The log's hash up to and including this row; [`Digest::ZERO`] where a tablet was not told.
    pub chain: Digest,
    /// The stamp that counts, see [`Stamp::effective`].
    pub effective_stamp: Stamp,
    /// The server's decision.
    pub disposition: Disposition,
    /// When the server received it, in ms since 1970.
    pub received_ms: u64,
}

impl LogRow {
    /// `chain(n) = H(chain(n−1) ‖ id ‖ hash(operation) ‖ effective_stamp ‖ disposition)`.
    pub fn link(previous: Digest, operation: &Operation, effective_stamp: Stamp, disposition: Disposition) -> Digest {
        let disposition = serde_json::to_vec(&disposition).unwrap_or_default();
        Digest::of(&[
            &previous.0,
            operation.id.0.as_bytes(),
            &operation.digest().0,
            effective_stamp.to_string().as_bytes(),
            &disposition,
        ])
    }
}

/// A place in the log and the log's hash there: proof of a common past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Mark {
    /// The row's sequence; 0 before the first.
    pub sequence: u64,
    /// The chain at that row.
    pub chain: Digest,
}

impl Mark {
    /// The mark before the first row.
    pub const START: Self = Self { sequence: 0, chain: Digest::ZERO };
}
