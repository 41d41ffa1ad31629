//! What a hall screen shows.

use serde::{Deserialize, Serialize};

use crate::{calendar::Month, campaign::Campaign, scoring::result::Ranking};

/// The first letters of a token that a hall screen reads with. They are part of what is hashed, so a token of one
/// kind cannot be turned into one of the other.
pub const TOKEN_PREFIX: &str = "screen-";

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct HallView {
    /// The campaign.
    pub campaign: Campaign,
    /// The month shown: the newest that was published, or else the running one.
    pub period: Month,
    /// The published edition; `None` while the figures are provisional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<u32>,
    /// As of when, ms since 1970.
    pub as_of_ms: u64,
    /// Monthly reports of projects under construction that came in time, of all that were due (数据完整度).
    pub reports: (u32, u32),
    /// The ranking.
    pub ranking: Ranking,
}
