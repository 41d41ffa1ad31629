//! Who is at work on this tablet.

use std::rc::Rc;

use leptos::prelude::{Get, GetUntracked, Set, Update as _};
use shared::{
    api::{ErrorCode, Login, PasswordChange, SessionView, Setup, SetupView, path},
    calendar::Month,
    campaign::Campaign,
    id::{ActorId, Digest, PersonId, UnitId},
    person::{Person, Role},
};

use crate::{
    browser::{
        cipher::{Key, Reach},
        entropy,
    },
    data::{
        AppStore,
        device::Note,
        eviction,
        indexed_db::{
            ballast::make_room,
            schema::{PERSON_STORES, person_database},
            tx::Connection,
        },
        kept,
        keyring::{self, Keyring},
        store::Store,
        vault::Vault,
    },
    state::{
        DataError, act, clock,
        core::{Core, core},
        desk::Desk,
        drafts, handover, published, sync_status, task,
    },
};

pub(crate) use crate::data::device::Known;

/// Where the person's session is cached in their store.
const SESSION_KEY: &str = "session";

/// How far the start has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The tablet's store is being read.
    Opening,
    /// Nobody is at work here: log in.
    Nobody,
    /// Somebody is, and their records are in memory.
    Open,
}

/// The session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session;

impl Session {
    /// How far the start has come. Tracked.
    pub(crate) fn phase(self) -> Phase {
        core().phase.get()
    }

    /// Who is at work. Tracked.
    pub(crate) fn person(self) -> Option<Person> {
        core().session.get().map(|session| session.person)
    }

    /// The campaign they work in. Tracked.
    pub(crate) fn campaign(self) -> Option<Campaign> {
        core().session.get().map(|session| session.campaign)
    }

    /// The campaign's period in which now falls. Tracked.
    pub(crate) fn period(self) -> Option<Month> {
        self.campaign().map(|campaign| campaign.period_at(clock::now_ms()))
    }

    /// Whether the session ended: writing goes on, sending waits for a log-in. Tracked.
    pub(crate) fn needs_login(self) -> bool {
        core().needs_login.get()
    }

    /// Why the session ended and what to do, in a sentence. Tracked.
    pub(crate) fn end_words(self) -> Option<String> {
        core().session_end.get().map(|end| end.message())
    }

    /// The unit to which the person was moved, until they have seen it. Tracked.
    pub(crate) fn moved_to(self) -> Option<UnitId> {
        core().moved_to.get()
    }

    /// The person has seen that they were moved.
    pub(crate) fn note_moved(self) {
        core().moved_to.set(None);
    }

    /// Whether the server waits for a second factor before it lets anything else be done. Tracked.
    pub(crate) fn is_enrolling(self) -> bool {
        core().session.get().is_some_and(|session| session.is_enrolling)
    }

    /// The first page of whoever is at work. Tracked.
    pub(crate) fn home(self) -> &'static str {
        self.person().map_or("/login", |person| home_of(&person))
    }

    /// Who has a store on this tablet, whoever was at work last first. Tracked.
    pub(crate) fn people(self) -> Vec<Known> {
        core().people.get()
    }

    /// Whether the browser threw away what it had stored for people of this tablet. Tracked.
    pub(crate) fn was_evicted(self) -> bool {
        core().was_evicted.get()
    }

    /// Opens the person's store with what they know: at once and without the server where it lies on this tablet,
    /// and where that fails by a log-in.
    pub(crate) async fn log_in(self, account: String, secret: String, code: Option<String>) -> Result<(), DataError> {
        let let_in = self.let_in(account.clone(), secret.clone(), code.clone()).await;
        let known = core().people.get_untracked().into_iter().find(|known| known.account == account);
        match (let_in, known) {
            // A log-in writes too, and the room that is kept for text is there for it.
            (Err(DataError::StoreFull), Some(known)) => {
                make_room(&Connection::new(&person_database(known.person), PERSON_STORES)).await?;
                self.let_in(account, secret, code).await
            }
            (let_in, _) => let_in,
        }
    }

    async fn let_in(self, account: String, secret: String, code: Option<String>) -> Result<(), DataError> {
        let known = core().people.get_untracked().into_iter().find(|known| known.account == account);
        let is_here = core().session.get_untracked().is_some_and(|session| session.person.account == account);
        if let Some(known) = known.filter(|_| !is_here) {
            let unlocked = self.unlock(known.person, &secret).await;
            match unlocked {
                Ok(()) => {
                    task(self.log_in_behind(account, secret, code));
                    return Ok(());
                }
                // The password may have been changed elsewhere: then the server knows the new one.
                Err(error) => {
                    return match self.log_in_at_server(account, secret, code).await {
                        Err(DataError::Offline) => Err(error),
                        // A PIN is no password; what is wrong with it was said by the store.
                        Err(refused) if refused.code() == Some(ErrorCode::WrongCredentials) && is_of_secret(&error) => {
                            Err(error)
                        }
                        answer => answer,
                    };
                }
            }
        }
        self.log_in_at_server(account, secret, code).await
    }

    async fn log_in_at_server(self, account: String, password: String, code: Option<String>) -> Result<(), DataError> {
        let login = Login { account, password, code };
        let session: SessionView = core().http.post(path::SESSION, &login).await?;
        self.enter(session, &login.password).await
    }

    /// The store is open; a password logs in at the server too, when there is one.
    async fn log_in_behind(self, account: String, secret: String, code: Option<String>) {
        if !keyring::is_pin(&secret) {
            let login = Login { account, password: secret, code };
            if let Ok(session) = core().http.post::<_, SessionView>(path::SESSION, &login).await
                && core().session.get_untracked().is_some_and(|known| known.person.id == session.person.id)
            {
                drop(self.enter(session, &login.password).await);
            }
        }
    }

    /// 换人: what is typed is saved, everything stays on the tablet, and nothing of it opens any more.
    pub(crate) async fn leave(self) -> Result<(), DataError> {
        drafts().flush().await?;
        let core = core();
        // Without the server the cookie stays; the next log-in replaces it.
        let http = core.http;
        task(async move { drop(http.delete(path::SESSION).await) });
        core.device.remember(Note { person: None, offset_ms: clock::offset_ms() }).await?;
        kept::forget(&core.device).await?;
        handover::say_left(&core);
        self.lock(&core);
        Ok(())
    }

    /// Lets the store and its key go.
    pub(super) fn lock(self, core: &Rc<Core>) {
        close(core);
        core.phase.set(Phase::Nobody);
    }

    /// Changes the own password; sessions on other devices end.
    pub(crate) async fn change_password(self, change: PasswordChange) -> Result<(), DataError> {
        let core = core();
        let changed = core.http.submit(path::PASSWORD, &change).await;
        changed.inspect_err(|error| core.note_session_end(error))?;
        let person = core.desk()?.session.person.id;
        let ring = keyring_of(person);
        // The store may still be under the password before the last.
        let key = match kept::recall(&core.device, person, Reach::Wrappable, clock::now_ms()).await? {
            Some(key) => key,
            None => ring.unlock(&change.current, clock::now_ms()).await?,
        };
        ring.set_password(&key, &change.new).await
    }

    /// Lets a PIN open the own store on this tablet.
    pub(crate) async fn set_pin(self, password: &str, pin: &str) -> Result<(), DataError> {
        let ring = keyring_of(core().desk()?.session.person.id);
        let key = ring.unlock(password, clock::now_ms()).await?;
        ring.set_pin(&key, pin).await
    }

    /// Whether a PIN opens the own store on this tablet.
    pub(crate) async fn has_pin(self) -> Result<bool, DataError> {
        keyring_of(core().desk()?.session.person.id).has_pin().await
    }

    /// Whether the server waits to be set up.
    pub(crate) async fn setup_needed(self) -> Result<bool, DataError> {
        core().http.get::<SetupView>(path::SETUP).await.map(|setup| setup.needed)
    }

    /// Creates the district and its administrator, and logs in.
    pub(crate) async fn set_up(self, setup: Setup) -> Result<(), DataError> {
        let session: SessionView = core().http.post(path::SETUP, &setup).await?;
        self.enter(session, &setup.password).await
    }

    /// Opens the store of whoever was at work last, as long as this tab or another one has its key; needs no server.
    pub(super) async fn resume(self) -> Result<(), DataError> {
        let core = core();
        let note = core.device.note().await?;
        clock::set_offset_ms(note.offset_ms);
        let people = core.device.people().await?;
        core.was_evicted.set(eviction::are_missing(&people));
        core.people.set(people);
        let Some(person) = note.person else {
            core.phase.set(Phase::Nobody);
            return Ok(());
        };
        let key = match kept::recall(&core.device, person, Reach::Kept, clock::now_ms()).await? {
            Some(key) => Some(key),
            None => handover::ask(&core, person).await,
        };
        if let Some(key) = key {
            return self.open_locally(person, key).await;
        }
        core.phase.set(Phase::Nobody);
        Ok(())
    }

    /// Opens a store of this tablet with a password or PIN; needs no server.
    async fn unlock(self, person: PersonId, secret: &str) -> Result<(), DataError> {
        let key = keyring_of(person).unlock(secret, clock::now_ms()).await?;
        let core = core();
        drafts().flush().await?;
        close(&core);
        core.device.remember(Note { person: Some(person), offset_ms: clock::offset_ms() }).await?;
        let key = kept::keep(&core.device, person, &key, clock::now_ms()).await?;
        self.open_locally(person, key).await
    }

    async fn open_locally(self, person: PersonId, key: Key) -> Result<(), DataError> {
        let store = open_store(person, key).await?;
        let stored = store.published(SESSION_KEY).await?;
        match stored.and_then(|text| serde_json::from_slice::<SessionView>(text.as_bytes()).ok()) {
            Some(session) => self.open(session, store).await,
            // A store that was created without ever being entered.
            None => Err(DataError::Nobody),
        }
    }

    /// Asks the server whether the session still stands and what the person may do now.
    pub(super) async fn refresh(self) {
        let core = core();
        match core.http.get::<SessionView>(path::SESSION).await {
            Ok(session) => {
                let known = core.session.get_untracked().map(|session| session.person.id);
                learn_clock(&core, session.now_ms).await;
                if known == Some(session.person.id) {
                    core.needs_login.set(false);
                    self.remember(&core, session).await;
                } else if known.is_some() {
                    // The cookie is another person's: this tablet's work goes up under the right name only.
                    core.needs_login.set(true);
                }
            }
            Err(error) => core.note_session_end(&error),
        }
    }

    async fn remember(self, core: &Rc<Core>, session: SessionView) {
        let session = SessionView { recovery: None, ..session };
        if let (Ok(desk), Ok(text)) = (core.desk(), serde_json::to_string(&session)) {
            drop(desk.store.publish(SESSION_KEY, &text).await);
        }
        let before = core.session.get_untracked().filter(|known| known.person.id == session.person.id);
        if before.is_some_and(|known| known.person.unit != session.person.unit) {
            core.moved_to.set(Some(session.person.unit));
        }
        let is_new = core.session.get_untracked().is_none_or(|known| {
            known.person != session.person
                || known.campaign != session.campaign
                || known.is_enrolling != session.is_enrolling
                || known.parcel_key != session.parcel_key
        });
        if is_new {
            core.session.set(Some(session));
        }
    }

    /// Begins to work as whoever the server let in; the password opens the store.
    pub(super) async fn enter(self, session: SessionView, password: &str) -> Result<(), DataError> {
        let core = core();
        let person = session.person.id;
        learn_clock(&core, session.now_ms).await;
        core.needs_login.set(false);
        core.session_end.set(None);
        if core.session.get_untracked().is_some_and(|known| known.person.id == person) {
            core.device.remember(Note { person: Some(person), offset_ms: clock::offset_ms() }).await?;
            let recovery = session.recovery;
            self.remember(&core, session).await;
            sync_status().sync_now();
            published().refresh();
            // The password may be another one than the store was opened with.
            if let Some(key) = kept::recall(&core.device, person, Reach::Wrappable, clock::now_ms()).await? {
                let ring = keyring_of(person);
                ring.set_password(&key, password).await?;
                ring.arrange(&key, recovery).await?;
            }
            return Ok(());
        }
        drafts().flush().await?;
        close(&core);
        let key = key_of(person, password, session.recovery).await?;
        let session = SessionView { recovery: None, ..session };
        let key = kept::keep(&core.device, person, &key, clock::now_ms()).await?;
        let store = open_store(person, key).await?;
        if let Ok(text) = serde_json::to_string(&session) {
            store.publish(SESSION_KEY, &text).await?;
        }
        core.device.greet(Known { person, account: session.person.account.clone() }).await?;
        core.people.set(core.device.people().await?);
        eviction::mark(&core.people.get_untracked());
        core.device.remember(Note { person: Some(person), offset_ms: clock::offset_ms() }).await?;
        self.open(session, store).await
    }

    async fn open(self, session: SessionView, store: AppStore) -> Result<(), DataError> {
        let core = core();
        let desk = Rc::new(Desk::open(session.clone(), store).await?);
        let is_small = desk.is_small();
        if is_small {
            desk.complete().await?;
        }
        core.desk.replace(Some(Rc::clone(&desk)));
        core.session.set(Some(session));
        core.changed_elsewhere();
        core.phase.set(Phase::Open);
        let (rest, whole) = (Rc::clone(&desk), Rc::clone(&core));
        act(async move {
            if !is_small {
                rest.complete().await?;
                whole.changed_elsewhere();
            }
            rest.store.tidy().await
        });
        sync_status().attend(desk);
        Ok(())
    }
}

fn keyring_of(person: PersonId) -> Keyring {
    Keyring::new(&person_database(person))
}

/// The data key of a person who just logged in: made where they have no store here yet.
async fn key_of(person: PersonId, password: &str, recovery: Option<Digest>) -> Result<Key, DataError> {
    let ring = keyring_of(person);
    let key = match ring.create(password).await? {
        Some(key) => key,
        None => match ring.unlock_vouched(password).await {
            Err(DataError::OtherPassword) => {
                let key = ring.recover(recovery).await?;
                ring.set_password(&key, password).await?;
                key
            }
            opened => opened?,
        },
    };
    ring.arrange(&key, recovery).await?;
    Ok(key)
}

async fn open_store(person: PersonId, key: Key) -> Result<AppStore, DataError> {
    let name = person_database(person);
    let (connection, vault) = (Connection::new(&name, PERSON_STORES), Vault::new(&name, key));
    AppStore::open(connection, vault, ActorId(entropy::random_u64())).await
}

/// Whether what is wrong is the secret.
const fn is_of_secret(error: &DataError) -> bool {
    matches!(error, DataError::WrongSecret | DataError::UnlockDelayed(_) | DataError::PinSpent)
}

/// Keeps the clock's correction for a start without the server.
pub(super) async fn learn_clock(core: &Rc<Core>, server_ms: u64) {
    if clock::learn(server_ms) {
        let person = core.session.get_untracked().map(|session| session.person.id);
        drop(core.device.remember(Note { person, offset_ms: clock::offset_ms() }).await);
    }
}

fn close(core: &Rc<Core>) {
    if let Some(desk) = core.desk.take() {
        desk.store.close();
    }
    core.events.take();
    core.channel.take();
    core.bell.ring();
    core.session.set(None);
    core.needs_login.set(false);
    core.session_end.set(None);
    core.moved_to.set(None);
    core.sync_problem.set(None);
    core.last_contact_ms.set(None);
    core.taken.set(0);
    core.shelves.clear();
    core.revision.update(|revision| *revision += 1);
}

/// The first page of a person: where their daily work is.
pub(crate) fn home_of(person: &Person) -> &'static str {
    if person.is(Role::Filer) {
        "/today"
    } else if person.is(Role::UnitReviewer) || person.is(Role::Verifier) {
        "/review"
    } else if person.is(Role::Administrator) || person.is(Role::Security) {
        "/admin"
    } else if person.is(Role::Auditor) {
        "/audit"
    } else {
        "/ranking"
    }
}
