//! Unsent work that leaves this tablet in a file, and such files of others.

use leptos::prelude::GetUntracked;
use shared::{
    api::path,
    id::{CampaignId, PersonId},
    merge::operation::Operation,
    sync::{
        batch::batch,
        client::ClientState,
        parcel::{Address, Carried, ENDING, PARCELS_MAX, PIECE_BYTES, Parcel, Piece, VERSION, read},
    },
};

use crate::{
    browser::{
        chosen_file,
        cipher::{Key, Reach},
        download,
    },
    data::{
        store::{Outbox, Store},
        upload::Shelf as _,
    },
    state::{DataError, clock, core::core, drafts},
};

/// Parcels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parcels;

impl Parcels {
    /// Hands the person a file with everything unsent; how many operations and files are in it. They stay unsent here
    /// until the server answers this tablet itself.
    pub(crate) async fn export(self) -> Result<(usize, usize), DataError> {
        drafts().flush().await?;
        let core = core();
        let desk = core.desk()?;
        let secret = core.session.get_untracked().and_then(|session| session.parcel_key);
        let key = Key::of_bytes(&secret.ok_or(DataError::NoParcelKey)?.0, Reach::Kept).await?;
        let Outbox { state, .. } = desk.store.outbox().await?;
        let all: Vec<Operation> =
            desk.own.borrow().values().filter(|own| own.is_unsent()).map(|own| own.operation.clone()).collect();
        let packer = Packer { key, state, campaign: desk.session.campaign.id, person: desk.session.person.id };
        // Each as text by itself: all photos of a month would be too large for one.
        let mut parcels = Vec::new();
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            let operations = batch(rest.iter().cloned());
            rest = rest.get(operations.len()..).unwrap_or_default();
            parcels.push(packer.operations(&operations).await?);
        }
        for file in desk.due_files() {
            let content = desk.store.content(file.blob).await?.ok_or(DataError::NoParcel)?;
            for (number, piece) in content.chunks(PIECE_BYTES).enumerate() {
                let offset = u64::try_from(number * PIECE_BYTES).unwrap_or(u64::MAX);
                parcels.push(packer.piece(Piece { blob: file.blob, offset }, piece).await?);
            }
        }
        if parcels.is_empty() || parcels.len() > PARCELS_MAX {
            return Err(DataError::NoParcel);
        }
        let name = format!("{}-{}{ENDING}", desk.session.person.name, clock::today());
        let commas = std::iter::once("[").chain(std::iter::repeat(","));
        let text = commas.zip(parcels).flat_map(|(before, parcel)| [before.to_owned(), parcel]);
        let is_saved = download::save(&name, text.chain(["]".to_owned()]));
        if is_saved { Ok((all.len(), desk.unsent_files().len())) } else { Err(DataError::NoParcel) }
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
        Ok(Carried::summed(carried))
    }
}

/// Seals one parcel after the other.
struct Packer {
    key: Key,
    state: ClientState,
    campaign: CampaignId,
    person: PersonId,
}

impl Packer {
    async fn operations(&self, operations: &[Operation]) -> Result<String, DataError> {
        let plain = serde_json::to_vec(operations).map_err(|error| unreadable(&error))?;
        self.parcel(operations.len(), None, &plain).await
    }

    async fn piece(&self, piece: Piece, bytes: &[u8]) -> Result<String, DataError> {
        self.parcel(0, Some(piece), bytes).await
    }

    /// The parcel as JSON.
    async fn parcel(&self, count: usize, piece: Option<Piece>, plain: &[u8]) -> Result<String, DataError> {
        let address = Address {
            parcel: VERSION,
            campaign: self.campaign,
            person: self.person,
            actor: self.state.actor,
            cursor: self.state.cursor,
            acknowledged: self.state.acknowledged,
            count,
            packed_ms: clock::now_ms(),
            piece,
        };
        let sealed = self.key.seal(plain, &address.about()).await?.to_vec();
        let parcel = Parcel { address, sealed: chosen_file::base64(&sealed).ok_or(DataError::NoParcel)? };
        serde_json::to_string(&parcel).map_err(|error| unreadable(&error))
    }
}

fn unreadable(error: &serde_json::Error) -> DataError {
    DataError::Unreadable(error.to_string())
}
