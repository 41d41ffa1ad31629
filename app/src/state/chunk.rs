//! The chunk of the program that comes after the first load.

use leptos::prelude::{Get, GetUntracked, Set};

use crate::{
    browser::{chunk, page},
    state::{act::task, core::core},
};

/// Where the chunk is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ChunkStanding {
    /// Nobody asked for it yet.
    #[default]
    Away,
    /// It is being fetched.
    Coming,
    /// Its pages can be shown.
    Linked,
    /// It could not be fetched; asking again is the way on.
    Failed,
}

/// The chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunk;

impl Chunk {
    /// Where it is. Tracked.
    pub(crate) fn standing(self) -> ChunkStanding {
        core().chunk.get()
    }

    /// Fetches it unless it is here or on its way.
    pub(crate) fn bring(self) {
        let core = core();
        if matches!(core.chunk.get_untracked(), ChunkStanding::Coming | ChunkStanding::Linked) {
            return;
        }
        core.chunk.set(ChunkStanding::Coming);
        task(async move { core.chunk.set(fetched().await) });
    }
}

async fn fetched() -> ChunkStanding {
    let named = page::named_by_boot("later").zip(page::named_by_boot("later-integrity"));
    let Some((url, integrity)) = named else { return ChunkStanding::Failed };
    match chunk::link(&url, &integrity).await {
        Ok(()) => ChunkStanding::Linked,
        Err(_) => ChunkStanding::Failed,
    }
}
