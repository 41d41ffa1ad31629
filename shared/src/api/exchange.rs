//! What a tablet and the server say to each other: push, then pull.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ActorId, Digest, OperationId},
    issue::{Issue, RefusalCode},
    merge::operation::{Disposition, LogRow, Mark, Operation},
    sync::{run::Run, voucher::Voucher},
};

/// One exchange of a tablet with the server: push, then pull.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct SyncRequest {
    /// [`PROTOCOL`](super::PROTOCOL) of the client.
    pub protocol: u16,
    /// [`SCHEMA`](crate::merge::operation::SCHEMA) of the client: what it cannot read is kept from it.
    #[serde(default = "first_schema")]
    pub schema: u16,
    /// The app's version, for the log.
    pub app: String,
    /// The store.
    pub actor: ActorId,
    /// The last row pulled.
    pub cursor: Mark,
    /// The newest own operation acknowledged. A server restored from a backup may know `cursor` and not this.
    pub acknowledged: Mark,
    /// The tablet's clock, ms since 1970.
    pub wall_ms: u64,
    /// Unsent operations in counter order, at most [`OPERATIONS_MAX`](super::OPERATIONS_MAX).
    pub operations: Vec<Operation>,
    /// Rows wanted at most, up to [`ROWS_MAX`](super::ROWS_MAX).
    pub limit: u32,
}

/// What releases wrote and read that do not say it.
pub const fn first_schema() -> u16 {
    1
}

/// The answer; taken whole, in one transaction, and only if `base` still equals the stored cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct SyncResponse {
    /// The cursor it answers.
    pub base: Mark,
    /// One per operation sent, in their order.
    pub receipts: Vec<Receipt>,
    /// Rows after the cursor that the person may see.
    pub rows: Vec<LogRow>,
    /// The next cursor: the last row of this page, or the log's head when nothing more is visible.
    pub next: Mark,
    /// Receipts and rows that stand among `receipts` and `rows`, told in short.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
    /// More rows follow.
    pub more: bool,
    /// What decided which rows these are ([`crate::authorize::scope`]): when it changes, the tablet pulls anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Digest>,
    /// The last row that every backup holds that one is ready to restore ([`crate::sync::horizon`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backed_up: Option<u64>,
    /// The server's signature over its log, after something was taken in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher: Option<Voucher>,
    /// The server's clock, ms since 1970.
    pub now_ms: u64,
}

impl SyncResponse {
    /// The answer that says nothing: whoever answers fills in what there is to say.
    pub const fn nothing_new(base: Mark, now_ms: u64) -> Self {
        Self {
            base,
            receipts: Vec::new(),
            rows: Vec::new(),
            next: base,
            runs: Vec::new(),
            more: false,
            scope: None,
            backed_up: None,
            voucher: None,
            now_ms,
        }
    }
}

/// The server's word on one operation. It is final: the same operation sent again gets the same receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// The operation.
    pub id: OperationId,
    /// Where it stands in the log; [`Mark::START`] for one that was not stored. The chain is [`Digest::ZERO`] where
    /// only that of a later one was told, see [`Run`].
    pub mark: Mark,
    /// What was decided.
    pub disposition: Disposition,
    /// The issues to mend, for [`RefusalCode::Incomplete`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
}

impl Receipt {
    /// Whether the operation is in the log and needs no second sending.
    pub fn is_stored(&self) -> bool {
        self.mark.sequence > 0
    }

    /// Proof of a past in which the operation is in the log, where it was told.
    pub fn proof(&self) -> Option<Mark> {
        Some(self.mark).filter(|mark| mark.chain != Digest::ZERO)
    }

    /// Why it was refused, where it was.
    pub fn refusal(&self) -> Option<RefusalCode> {
        match self.disposition {
            Disposition::Ok | Disposition::Late => None,
            Disposition::Refused(code) | Disposition::Quarantined(code) => Some(code),
        }
    }
}
