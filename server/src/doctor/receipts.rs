//! A signature over the log that a tablet kept, held against the key and the log of today.

use std::path::Path;

use shared::{merge::operation::Mark, sync::voucher::Voucher, t};

use super::{Check, Faults};
use crate::{
    signing::{self, SigningKey},
    store::SharedStore,
};

/// Whether a text of a tablet's diagnosis was signed with the data folder's key, and whether the log still has the row
/// that it names, and so all rows before it.
pub async fn check(store: &SharedStore, data: &Path, text: &str) -> Check {
    let mut faults = Faults::default();
    let Ok(voucher) = text.parse::<Voucher>() else {
        faults.add(t!("server.doctor.receipt_unread"));
        return Check { name: t!("server.doctor.receipt"), faults };
    };
    // A folder without a key has signed nothing; none is made here.
    let has_key = data.join(signing::FILE).is_file();
    let key = has_key.then(|| SigningKey::of_folder(data));
    if !matches!(key, Some(Ok(key)) if key.has_vouched(&voucher)) {
        faults.add(t!("server.doctor.signature"));
    }
    match holds(store, &voucher).await {
        Ok(true) => {}
        Ok(false) => faults.add(t!("server.doctor.receipt_row", sequence = voucher.head.sequence)),
        Err(cause) => faults.add(cause),
    }
    Check { name: t!("server.doctor.receipt_of", sequence = voucher.head.sequence), faults }
}

async fn holds(store: &SharedStore, voucher: &Voucher) -> Result<bool, crate::store::StoreError> {
    let Mark { sequence, chain } = voucher.head;
    let Some(before) = sequence.checked_sub(1) else {
        return Ok(voucher.head == Mark::START);
    };
    let entries = store.replay(voucher.campaign, before, 1).await?;
    Ok(entries.first().is_some_and(|entry| entry.row.sequence == sequence && entry.row.chain == chain))
}
