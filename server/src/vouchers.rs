//! Signatures over the log's head: one for all who pushed before it moved on.

use std::sync::{Mutex, PoisonError};

use shared::{id::CampaignId, merge::operation::Mark, sync::voucher::Voucher};

use crate::signing::SigningKey;

/// The newest.
#[derive(Debug, Default)]
pub struct Vouchers(Mutex<Option<Voucher>>);

impl Vouchers {
    /// The one over this head.
    pub fn over(&self, head: Mark, campaign: CampaignId, key: &SigningKey, now_ms: u64) -> Voucher {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(voucher) = newest.as_ref().filter(|voucher| voucher.head == head && voucher.campaign == campaign) {
            return voucher.clone();
        }
        newest.insert(key.vouch(campaign, now_ms, head)).clone()
    }
}
