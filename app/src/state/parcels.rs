//! Unsent work that leaves this tablet in a file, and such files of others.

use leptos::prelude::GetUntracked;
use shared::{
    api::path,
    merge::operation::Operation,
    sync::{
        client::{ClientState, batch},
        parcel::{Address, Carried, ENDING, Parcel, VERSION, read},
    },
};

use crate::{
    browser::{
        chosen_file,
        cipher::{Key, Reach},
        download,
    },
    data::store::{Outbox, Store},
    state::{DataError, clock, core::core, drafts},
};

/// Parcels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parcels;

impl Parcels {
    /// Hands the person a file with everything unsent; how many operations are in it. They stay unsent here until the
    /// server answers this tablet itself.
    pub(crate) async fn export(self) -> Result<usize, DataError> {
        drafts().flush().await?;
        let core = core();
        let desk = core.desk()?;
        let secret = core.session.get_untracked().and_then(|session| session.parcel_key);
        let key = Key::of_bytes(&secret.ok_or(DataError::NoParcelKey)?.0, Reach::Kept).await?;
        let Outbox { state, .. } = desk.store.outbox().await?;
        let all: Vec<Operation> =
            desk.own.borrow().values().filter(|own| own.is_unsent()).map(|own| own.operation.clone()).collect();
        let mut parcels = Vec::new();
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            let operations = batch(rest.iter().cloned());
            rest = rest.get(operations.len()..).unwrap_or_default();
            parcels.push(seal(&key, &state, &operations).await?);
        }
        let text = serde_json::to_string(&parcels).map_err(|error| DataError::Unreadable(error.to_string()))?;
        let name = format!("{}-{}{ENDING}", desk.session.person.name, clock::today());
        if download::save(&name, &text) { Ok(all.len()) } else { Err(DataError::NoParcel) }
    }

    /// Brings the file chosen in an input to the server; what became of each parcel.
    pub(crate) async fn carry(self, input_id: &str) -> Result<Vec<Carried>, DataError> {
        let (_, bytes) = chosen_file::read(input_id).await.ok_or(DataError::NoParcel)?;
        let parcels = String::from_utf8(bytes).ok().and_then(|text| read(&text)).ok_or(DataError::NoParcel)?;
        let core = core();
        let mut carried = Vec::new();
        for parcel in &parcels {
            let answer = core.http.post(path::PARCELS, parcel).await;
            carried.push(answer.inspect_err(|error| core.note_session_end(error))?);
        }
        Ok(carried)
    }
}

async fn seal(key: &Key, state: &ClientState, operations: &[Operation]) -> Result<Parcel, DataError> {
    let first = operations.first().ok_or(DataError::NoParcel)?;
    let address = Address {
        parcel: VERSION,
        campaign: first.campaign,
        person: first.author,
        actor: state.actor,
        cursor: state.cursor,
        acknowledged: state.acknowledged,
        count: operations.len(),
        packed_ms: clock::now_ms(),
    };
    let plain = serde_json::to_vec(operations).map_err(|error| DataError::Unreadable(error.to_string()))?;
    let sealed = key.seal(&plain, &address.about()).await?.to_vec();
    Ok(Parcel { address, sealed: chosen_file::base64(&sealed).ok_or(DataError::NoParcel)? })
}
