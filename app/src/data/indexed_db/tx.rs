//! Connections and transactions.
//!
//! Browsers close connections in the background (iOS does so regularly) and another tab may ask for an upgrade.
//! So there is one connection per database, opened when it is first needed, let go on `close` and
//! `versionchange`, and opened once more when a transaction finds it gone.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    rc::Rc,
};

use futures_util::{future::LocalBoxFuture, lock::Mutex};
use indexed_db_futures::{
    Build, BuildPrimitive, KeyRange,
    database::Database,
    error::{DomException, Error, OpenDbError, SimpleValueError},
    internals::SystemRepr,
    primitive::{TryFromJs, TryToJs},
    query_source::QuerySource,
    transaction::{Transaction, TransactionDurability, TransactionMode, TransactionOptions},
};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use crate::{
    browser::{bytes::Bytes, listener::Listener, task},
    data::{
        bell::Bell,
        error::DataError,
        indexed_db::{migrations, schema::VERSION},
    },
};

/// How long an upgrade may wait for other tabs to let go before the person is told.
const BLOCKED_TIMEOUT_MS: u32 = 4_000;

/// The first version that this code must leave alone.
const NEXT_HUNDRED: f64 = 300.0;

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Read.
    Read,
    /// Write what a person did: durable on the medium when it commits.
    Write,
    /// Write what the server can tell again: all of it or nothing, and after what was written before, but the medium may
    /// take its time.
    WriteCache,
}

/// Why a transaction failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TxError {
    /// The connection is gone; a new one may do.
    Gone(String),
    /// No room left.
    Full,
    /// What is stored cannot be read.
    Corrupt(String),
    /// Another tab wrote meanwhile.
    Behind,
    /// Anything else the browser says.
    Browser(String),
}

/// One database.
#[derive(Debug)]
pub(crate) struct Connection {
    name: String,
    stores: &'static [&'static str],
    open: Mutex<Option<Rc<Open>>>,
    current: RefCell<Option<Rc<Open>>>,
    /// How many of the next writes find the disk full.
    #[cfg(all(test, target_arch = "wasm32"))]
    refusals: Cell<usize>,
}

#[derive(Debug)]
struct Open {
    database: Database,
    is_gone: Rc<Cell<bool>>,
    _listeners: RefCell<Vec<Listener>>,
}

/// A transaction that is under way.
pub(crate) struct Opened<'a>(Transaction<'a>);

impl Connection {
    /// A database that is opened when it is first used.
    pub(crate) fn new(name: &str, stores: &'static [&'static str]) -> Self {
        Self {
            name: name.to_owned(),
            stores,
            open: Mutex::new(None),
            current: RefCell::new(None),
            #[cfg(all(test, target_arch = "wasm32"))]
            refusals: Cell::new(0),
        }
    }

    /// Runs `work` in one transaction and commits it. An error of `work` aborts it. When the connection turns out
    /// to be gone, both are done once more on a new one.
    pub(crate) async fn run<T>(
        &self,
        stores: &[&str],
        access: Access,
        work: impl AsyncFn(&Opened<'_>) -> Result<T, TxError>,
    ) -> Result<T, DataError> {
        self.attempt(stores, access, work).await?.map_err(DataError::from)
    }

    /// The same, with the transaction's own failure.
    pub(crate) async fn attempt<T>(
        &self,
        stores: &[&str],
        access: Access,
        work: impl AsyncFn(&Opened<'_>) -> Result<T, TxError>,
    ) -> Result<Result<T, TxError>, DataError> {
        #[cfg(all(test, target_arch = "wasm32"))]
        if access != Access::Read && self.is_refused_as_full() {
            return Ok(Err(TxError::Full));
        }
        let work = Told { work, result: RefCell::new(None) };
        let outcome = self.attempt_work(stores, access, &work).await?;
        let result = work.result.into_inner();
        Ok(outcome.and_then(|()| result.ok_or_else(|| TxError::Corrupt("the work told nothing".to_owned()))))
    }

    async fn attempt_work(
        &self,
        stores: &[&str],
        access: Access,
        work: &dyn Work,
    ) -> Result<Result<(), TxError>, DataError> {
        let first = self.open().await?;
        match attempt(&first, stores, access, work).await {
            Err(TxError::Gone(_)) => {
                first.is_gone.set(true);
                Ok(attempt(&*self.open().await?, stores, access, work).await)
            }
            result => Ok(result),
        }
    }

    /// Closes the connection; the next use opens it again.
    pub(crate) fn close(&self) {
        if let Some(open) = self.current.take() {
            open.let_go();
        }
    }

    /// The next writes find the disk full.
    #[cfg(test)]
    #[cfg(target_arch = "wasm32")]
    pub(crate) fn refuse_as_full(&self, writes: usize) {
        self.refusals.set(writes);
    }

    #[cfg(test)]
    #[cfg(target_arch = "wasm32")]
    fn is_refused_as_full(&self) -> bool {
        let left = self.refusals.get();
        self.refusals.set(left.saturating_sub(1));
        left > 0
    }

    /// What iOS does to a tab in the background: the connection is closed and nobody is told.
    #[cfg(test)]
    #[cfg(target_arch = "wasm32")]
    pub(crate) fn close_behind_our_back(&self) {
        if let Some(open) = self.current.borrow().as_ref() {
            open.database.as_sys().close();
        }
    }

    /// Writes as a release did whose version this was.
    #[cfg(test)]
    #[cfg(target_arch = "wasm32")]
    pub(crate) async fn run_at(
        &self,
        version: u32,
        stores: &[&str],
        work: impl AsyncFn(&Opened<'_>) -> Result<(), TxError>,
    ) {
        let open = Open::new(self.request(Some(version)).await.unwrap().unwrap());
        let work = Told { work, result: RefCell::new(None) };
        attempt(&open, stores, Access::Write, &work).await.unwrap();
        open.let_go();
    }

    async fn open(&self) -> Result<Rc<Open>, DataError> {
        let mut slot = self.open.lock().await;
        if let Some(open) = slot.as_ref().filter(|open| !open.is_gone.get()) {
            return Ok(Rc::clone(open));
        }
        let database = self.open_database().await?;
        let open = Rc::new(Open::new(database));
        self.current.replace(Some(Rc::clone(&open)));
        Ok(Rc::clone(slot.insert(open)))
    }

    async fn open_database(&self) -> Result<Database, DataError> {
        match self.request(Some(VERSION)).await {
            // An app that was rolled back opens the newer store: versions of one hundred only add.
            Err(OpenDbError::Base(Error::DomException(error))) if name_of(&error) == "VersionError" => {
                let newer = self.request(None).await.map_err(|error| DataError::StoreUnavailable(error.to_string()))?;
                match newer {
                    Some(database) if database.version() >= NEXT_HUNDRED => {
                        database.close();
                        Err(DataError::StoreNewer)
                    }
                    newer => Ok(newer),
                }
            }
            Err(OpenDbError::Base(error)) => Err(TxError::from(error).into()),
            Err(OpenDbError::NullFactory | OpenDbError::UnsupportedEnvironment | OpenDbError::VersionZero) => {
                Err(DataError::StoreUnavailable("no IndexedDB".to_owned()))
            }
            Ok(Some(database)) => return Ok(database),
            Ok(None) => return Err(DataError::StoreBlocked),
        }?
        .ok_or(DataError::StoreBlocked)
    }

    /// The database, or `None` when another tab keeps an older version open for too long.
    async fn request(&self, version: Option<u32>) -> Result<Option<Database>, OpenDbError> {
        let Some(version) = version else {
            return Database::open(self.name.as_str()).build()?.await.map(Some);
        };
        let stores = self.stores;
        let request = Database::open(self.name.as_str())
            .with_version(version)
            .with_on_upgrade_needed(move |_, database| migrations::upgrade(&database, stores))
            .build()?;
        let (opened, bell) = (Rc::new(RefCell::new(None)), Rc::new(Bell::default()));
        let (told, rung) = (Rc::downgrade(&opened), Rc::clone(&bell));
        // The browser goes on with a request that nobody waits for any more. Without its listener it would leave a
        // database of this version that has none of its object stores, and no version after could tell.
        task::spawn(async move {
            let result = request.await;
            match (told.upgrade(), result) {
                (Some(told), result) => {
                    told.replace(Some(result));
                    rung.ring();
                }
                (None, Ok(database)) => database.close(),
                (None, Err(_)) => {}
            }
        });
        task::within(BLOCKED_TIMEOUT_MS, bell.wait()).await;
        opened.take().transpose()
    }
}

impl Open {
    fn new(database: Database) -> Self {
        let is_gone = Rc::new(Cell::new(false));
        // A listener only marks the connection: it must not drop itself while it runs.
        let listen = |name| {
            let (is_gone, target) = (Rc::clone(&is_gone), database.as_sys().clone());
            Listener::new(database.as_sys(), name, move |_| {
                is_gone.set(true);
                target.close();
            })
        };
        let listeners = vec![listen("versionchange"), listen("close")];
        Self { database, is_gone, _listeners: RefCell::new(listeners) }
    }

    fn let_go(&self) {
        self.is_gone.set(true);
        self.database.as_sys().close();
    }
}

/// What is done in a transaction. One body runs every kind of it: a copy for each was a tenth of what tablets load.
trait Work {
    fn run<'a>(&'a self, opened: &'a Opened<'_>) -> LocalBoxFuture<'a, Result<(), TxError>>;
}

/// Work that tells something.
struct Told<T, F> {
    work: F,
    result: RefCell<Option<T>>,
}

impl<T, F: AsyncFn(&Opened<'_>) -> Result<T, TxError>> Work for Told<T, F> {
    fn run<'a>(&'a self, opened: &'a Opened<'_>) -> LocalBoxFuture<'a, Result<(), TxError>> {
        Box::pin(async move {
            let told = (self.work)(opened).await?;
            self.result.replace(Some(told));
            Ok(())
        })
    }
}

async fn attempt(open: &Open, stores: &[&str], access: Access, work: &dyn Work) -> Result<(), TxError> {
    let (mode, durability) = match access {
        Access::Read => (TransactionMode::Readonly, TransactionDurability::Default),
        Access::Write => (TransactionMode::Readwrite, TransactionDurability::Strict),
        Access::WriteCache => (TransactionMode::Readwrite, TransactionDurability::Relaxed),
    };
    let options = TransactionOptions::new().with_durability(durability);
    let transaction = open.database.transaction(stores).with_mode(mode).with_options(options).build()?;
    let handle = transaction.as_sys().clone();
    let opened = Opened(transaction);
    let result = match work.run(&opened).await {
        Ok(()) if access == Access::Read => return Ok(()),
        Ok(()) => opened.0.commit().await.map_err(TxError::from),
        Err(error) => Err(error),
    };
    // The transaction's own error says why it was aborted (a full disk); the library's only that it was.
    result.map_err(|error| match (handle.error(), error) {
        (Some(cause), _) => TxError::from(Error::from(cause)),
        (None, TxError::Browser(text)) if open.is_gone.get() => TxError::Gone(text),
        (None, error) => error,
    })
}

impl Opened<'_> {
    /// The value of a key.
    pub(crate) async fn get<T: DeserializeOwned>(&self, store: &str, key: &str) -> Result<Option<T>, TxError> {
        self.get_text(store, key).await?.as_deref().map(from_text).transpose()
    }

    /// The text of a key.
    pub(crate) async fn get_text(&self, store: &str, key: &str) -> Result<Option<String>, TxError> {
        Ok(self.0.object_store(store)?.get::<String, _, _>(key).primitive()?.await?)
    }

    /// Every value, in the order of the keys.
    pub(crate) async fn all<T: DeserializeOwned>(&self, store: &str) -> Result<Vec<T>, TxError> {
        let texts = self.0.object_store(store)?.get_all::<String>().primitive()?.await?;
        texts.map(|text| from_text(&text?)).collect()
    }

    /// Asks for the bytes of a key: the request goes out at once, and several travel together.
    pub(crate) fn ask(&self, store: &str, key: &str) -> Result<impl Future<Output = Answer> + use<>, TxError> {
        let request = self.0.object_store(store)?.get::<Stored, _, _>(key).primitive()?;
        Ok(async move { Ok(request.await?.map(|Stored(bytes)| bytes)) })
    }

    /// Asks for the value of a key.
    pub(crate) fn ask_value<T: DeserializeOwned>(
        &self,
        store: &str,
        key: &str,
    ) -> Result<impl Future<Output = Result<Option<T>, TxError>> + use<T>, TxError> {
        let request = self.0.object_store(store)?.get::<String, _, _>(key).primitive()?;
        Ok(async move { request.await?.as_deref().map(from_text).transpose() })
    }

    /// Asks for the bytes of every key after `after`, at most `limit`, in the order of the keys.
    pub(crate) fn ask_after(
        &self,
        store: &str,
        after: &str,
        limit: u32,
    ) -> Result<impl Future<Output = Result<Vec<Bytes>, TxError>> + use<>, TxError> {
        let range = KeyRange::LowerBound(after.to_owned(), true);
        let store = self.0.object_store(store)?;
        let request = store.get_all::<Stored>().with_query::<String, _>(range).with_limit(limit).primitive()?;
        Ok(async move { request.await?.map(|stored| Ok(stored.map_err(TxError::from)?.0)).collect() })
    }

    /// Writes bytes.
    pub(crate) fn put_bytes(&self, store: &str, key: &str, bytes: &Bytes) -> Result<(), TxError> {
        drop(self.0.object_store(store)?.put(Stored(bytes.clone())).with_key(key.to_owned()).primitive()?);
        Ok(())
    }

    /// Takes a value away.
    pub(crate) fn delete(&self, store: &str, key: &str) -> Result<(), TxError> {
        drop(self.0.object_store(store)?.delete::<String, _>(key.to_owned()).primitive()?);
        Ok(())
    }

    /// Writes a value; it counts once the transaction commits.
    pub(crate) fn put<T: Serialize>(&self, store: &str, key: &str, value: &T) -> Result<(), TxError> {
        let text = serde_json::to_string(value).map_err(|error| TxError::Corrupt(error.to_string()))?;
        self.put_text(store, key, &text)
    }

    /// Writes a text.
    pub(crate) fn put_text(&self, store: &str, key: &str, text: &str) -> Result<(), TxError> {
        // The request goes out when it is built; its failure aborts the transaction.
        drop(self.0.object_store(store)?.put(text).with_key(key.to_owned()).primitive()?);
        Ok(())
    }

    /// Empties an object store.
    pub(crate) fn clear(&self, store: &str) -> Result<(), TxError> {
        drop(self.0.object_store(store)?.clear()?);
        Ok(())
    }
}

/// Bytes, where there are any.
type Answer = Result<Option<Bytes>, TxError>;

/// Bytes on their way from or to the database.
struct Stored(Bytes);

impl TryToJs for Stored {
    fn try_to_js(&self) -> Result<JsValue, Error> {
        Ok(self.0.as_js().clone())
    }
}

impl TryFromJs for Stored {
    fn from_js(value: JsValue) -> Result<Self, SimpleValueError> {
        Bytes::of_js(value.clone()).map(Self).ok_or(SimpleValueError::DynCast(value))
    }
}

fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, TxError> {
    serde_json::from_slice(text.as_bytes()).map_err(|error| TxError::Corrupt(error.to_string()))
}

fn name_of(error: &DomException) -> String {
    error.as_sys().name()
}

impl From<Error> for TxError {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::DomException(error) => match name_of(&error).as_str() {
                "QuotaExceededError" => Self::Full,
                "InvalidStateError" => Self::Gone(text),
                name => Self::Browser(format!("{name}: {text}")),
            },
            Error::Serialisation(_) => Self::Corrupt(text),
            Error::MissingData(_) | Error::Unknown(_) => Self::Browser(text),
        }
    }
}

impl From<TxError> for DataError {
    fn from(error: TxError) -> Self {
        match error {
            TxError::Full => Self::StoreFull,
            TxError::Corrupt(text) => Self::StoreCorrupt(text),
            TxError::Gone(text) | TxError::Browser(text) => Self::StoreUnavailable(text),
            TxError::Behind => Self::StoreUnavailable("another tab keeps writing".to_owned()),
        }
    }
}
