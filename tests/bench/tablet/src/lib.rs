//! The tablet's own store and exchange as a module: what `cargo xtask bench sync` measures in the browser.
//!
//! The page `tests/bench/pages/ours.html` calls the verbs of [`Tablet`]; the real server answers them.
#![allow(dead_code, reason = "the application uses what is not measured")]
#![allow(unsafe_code, reason = "what hands a verb to JavaScript expands to it")]

/// The tablet's own code, compiled from where it lies.
#[path = "../../../../app/src"]
mod application {
    pub(crate) mod browser;
    pub(crate) mod data;
}
mod records;

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use application::{browser, data};
use js_sys::Function;
use shared::{
    api::{PROTOCOL_OF_ROWS, Poke, SessionView, SyncResponse, path},
    id::{ActorId, OperationId, uuid_v7},
    merge::operation::{Operation, SCHEMA},
    record::Record,
    sync::{
        client::{ClientState, Intent},
        snapshot::Offer,
    },
};
use wasm_bindgen::{JsError, JsValue, prelude::wasm_bindgen};

use crate::{
    browser::{
        cipher::{Key, Reach},
        clock, entropy,
        event_source::Stream,
        task,
    },
    data::{
        error::DataError,
        http::Http,
        indexed_db::{IndexedDbStore, schema::PERSON_STORES, tx::Connection},
        store::Store,
        sync_driver::{Transport, Watcher, cycle},
        vault::Vault,
    },
};

/// Operations of one request that fills the server.
const BATCH: usize = 500;

/// One person's store on a tablet, with its way to the server.
#[wasm_bindgen]
pub struct Tablet(Rc<Sitting>);

struct Sitting {
    store: IndexedDbStore,
    session: SessionView,
    /// What is saved next.
    ready: RefCell<VecDeque<Intent>>,
    stream: RefCell<Option<Stream>>,
    /// Records that the server told of.
    arrived: Cell<usize>,
}

/// What a server answers to an empty tablet, page by page.
#[wasm_bindgen]
pub struct Answers(Vec<SyncResponse>);

#[wasm_bindgen]
impl Answers {
    /// The answers that bring these records, as text of `records.js`.
    ///
    /// # Errors
    /// When either text is none of ours.
    #[wasm_bindgen(constructor)]
    pub fn new(session: &str, written: &str) -> Result<Self, JsError> {
        let session: SessionView = serde_json::from_str(session)?;
        let mut state = ClientState::new(ActorId(entropy::random_u64()));
        Ok(Self(records::answers(&operations(&mut state, &session, written)?)))
    }
}

#[wasm_bindgen]
impl Tablet {
    /// Opens a store, creating it where there is none.
    ///
    /// # Errors
    /// When the browser does not let us.
    pub async fn open(name: String, session: String) -> Result<Self, JsError> {
        let session = serde_json::from_str(&session)?;
        let key = Key::of_bytes(&[7; 32], Reach::Kept).await.map_err(DataError::from)?;
        let connection = Connection::new(&name, PERSON_STORES);
        let store = IndexedDbStore::open(connection, Vault::new(&name, key), ActorId(entropy::random_u64())).await?;
        let (ready, stream, arrived) = (RefCell::default(), RefCell::default(), Cell::default());
        Ok(Self(Rc::new(Sitting { store, session, ready, stream, arrived })))
    }

    /// Lets go of the database.
    pub fn close(&self) {
        self.0.store.close();
    }

    /// Takes everything at once.
    ///
    /// # Errors
    /// When the store does not.
    pub async fn insert(&self, answers: Answers) -> Result<(), JsError> {
        for answer in &answers.0 {
            if self.0.store.take(&[], answer).await?.is_none() {
                return Err(JsError::new("an answer to something else"));
            }
        }
        Ok(())
    }

    /// What a screen shows first: so many records.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn first(&self) -> Result<usize, JsError> {
        Ok(self.0.store.first().await?.0.records.len())
    }

    /// All records.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn count(&self) -> Result<usize, JsError> {
        Ok(self.0.store.load().await?.records.len())
    }

    /// Operations that the server has not acknowledged.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn unsent(&self) -> Result<usize, JsError> {
        Ok(self.0.store.outbox().await?.unsent)
    }

    /// Has these records at hand for [`Self::save`], as a form has what was typed.
    ///
    /// # Errors
    /// When the text is none of ours.
    pub fn make_ready(&self, written: &str) -> Result<(), JsError> {
        self.0.ready.borrow_mut().extend(records::intents(&self.0.session, written)?);
        Ok(())
    }

    /// Saves the next record that is at hand; it is durable then.
    ///
    /// # Errors
    /// When it is not.
    pub async fn save(&self) -> Result<(), JsError> {
        let next = self.0.ready.borrow_mut().pop_front();
        let intent = next.ok_or_else(|| JsError::new("nothing is at hand"))?;
        self.0.store.save(&intent, operation_id(), clock::tablet_ms()).await?;
        Ok(())
    }

    /// Pushes what is unsent and pulls what is new, until nothing is left.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub async fn exchange(&self) -> Result<(), JsError> {
        Ok(self.0.exchange().await?)
    }

    /// Calls `seen` with how many records came by themselves, each time once they are stored; `opened` when it listens.
    ///
    /// # Errors
    /// When the browser cannot.
    pub fn listen(&self, seen: Function, opened: Function) -> Result<(), JsError> {
        let sitting = Rc::clone(&self.0);
        let poke = move |text: String| {
            let (sitting, seen) = (Rc::clone(&sitting), seen.clone());
            task::spawn(async move {
                let count = sitting.hear(&text).await.unwrap_or_default();
                drop(seen.call1(&JsValue::NULL, &JsValue::from(count)));
            });
        };
        let url = format!("{}?schema={SCHEMA}", path::EVENTS);
        let stream = Stream::open(&url, poke, move || drop(opened.call0(&JsValue::NULL)));
        self.0.stream.replace(Some(stream.ok_or_else(|| JsError::new("no events"))?));
        Ok(())
    }

    /// Listens no more.
    pub fn hush(&self) {
        self.0.stream.take();
    }
}

/// Gives the server these records, from a tablet that is of no matter; tells how many they were.
///
/// # Errors
/// When it does not take them in.
#[wasm_bindgen]
pub async fn fill_server(session: String, written: String) -> Result<usize, JsError> {
    let session: SessionView = serde_json::from_str(&session)?;
    let mut state = ClientState::new(ActorId(entropy::random_u64()));
    let operations = operations(&mut state, &session, &written)?;
    for batch in operations.chunks(BATCH) {
        let mut request = state.request("bench", clock::tablet_ms(), batch.to_vec());
        (request.protocol, request.limit) = (PROTOCOL_OF_ROWS, 1);
        let answer = Http.sync(&request).await?;
        if !answer.receipts.iter().all(|receipt| receipt.is_stored() && receipt.refusal().is_none()) {
            return Err(JsError::new("not everything was taken in"));
        }
    }
    Ok(operations.len())
}

impl Sitting {
    async fn exchange(&self) -> Result<(), DataError> {
        cycle(&self.store, &Http, self).await
    }

    /// Takes what a poke brings, if it follows on what is here, else asks for it: as the application does.
    async fn hear(&self, text: &str) -> Result<usize, DataError> {
        let before = self.arrived.get();
        let news = serde_json::from_str::<Poke>(text).ok().and_then(|poke| poke.news);
        let is_taken = match news {
            Some(news) => self.take(&self.store, &[], &news).await?,
            None => false,
        };
        if !is_taken {
            self.exchange().await?;
        }
        Ok(self.arrived.get().saturating_sub(before))
    }
}

impl Watcher for Sitting {
    fn tablet_ms(&self) -> u64 {
        clock::tablet_ms()
    }

    fn sending(&self, _: usize) {}

    fn answered(&self, _: &SyncResponse) {}

    async fn take<S: Store>(&self, store: &S, sent: &[Operation], response: &SyncResponse) -> Result<bool, DataError> {
        let Some(taken) = store.take(sent, response).await? else {
            return Ok(false);
        };
        self.arrived.set(self.arrived.get().saturating_add(taken.records.len()));
        Ok(true)
    }

    async fn adopt<S: Store>(&self, store: &S, offer: &Offer, records: Vec<Record>) -> Result<bool, DataError> {
        Ok(store.adopt(offer, records).await?.is_some())
    }

    async fn reload(&self) -> Result<(), DataError> {
        Ok(())
    }
}

fn operations(state: &mut ClientState, session: &SessionView, written: &str) -> Result<Vec<Operation>, JsError> {
    let now_ms = clock::tablet_ms();
    let intents = records::intents(session, written)?;
    Ok(intents.into_iter().map(|intent| state.write(intent, operation_id(), now_ms)).collect())
}

fn operation_id() -> OperationId {
    OperationId(uuid_v7(clock::tablet_ms(), entropy::random_bytes()))
}
