//! Who is at work on this tablet.

use std::rc::Rc;

use leptos::prelude::{Get, GetUntracked, Set, Update as _};
use shared::{
    api::{Login, PasswordChange, SessionView, Setup, SetupView, path},
    calendar::Month,
    campaign::Campaign,
    id::{ActorId, PersonId},
    person::{Person, Role},
};

use crate::{
    browser::entropy,
    data::{AppStore, device::Note, store::Store},
    state::{
        DataError, clock,
        core::{Core, core},
        desk::Desk,
        drafts, published, sync_status, task,
    },
};

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

    /// The first page of whoever is at work. Tracked.
    pub(crate) fn home(self) -> &'static str {
        self.person().map_or("/login", |person| home_of(&person))
    }

    /// Logs in and opens the person's store.
    pub(crate) async fn log_in(self, account: String, password: String) -> Result<(), DataError> {
        let session: SessionView = core().http.post(path::SESSION, &Login { account, password }).await?;
        self.enter(session).await
    }

    /// 换人: what is typed is saved, everything stays on the tablet.
    pub(crate) async fn leave(self) -> Result<(), DataError> {
        drafts().flush().await?;
        let core = core();
        // Without the server the cookie stays; the next log-in replaces it.
        let http = core.http;
        task(async move { drop(http.delete(path::SESSION).await) });
        core.device.remember(Note { person: None, offset_ms: clock::offset_ms() }).await?;
        close(&core);
        core.phase.set(Phase::Nobody);
        Ok(())
    }

    /// Changes the own password; sessions on other devices end.
    pub(crate) async fn change_password(self, change: PasswordChange) -> Result<(), DataError> {
        let changed = core().http.submit(path::PASSWORD, &change).await;
        changed.inspect_err(|error| core().note_session_end(error))
    }

    /// Whether the server waits to be set up.
    pub(crate) async fn setup_needed(self) -> Result<bool, DataError> {
        core().http.get::<SetupView>(path::SETUP).await.map(|setup| setup.needed)
    }

    /// Creates the district and its administrator, and logs in.
    pub(crate) async fn set_up(self, setup: Setup) -> Result<(), DataError> {
        let session: SessionView = core().http.post(path::SETUP, &setup).await?;
        self.enter(session).await
    }

    /// Opens the store of whoever was at work last; needs no server.
    pub(super) async fn resume(self) -> Result<(), DataError> {
        let core = core();
        let note = core.device.note().await?;
        clock::set_offset_ms(note.offset_ms);
        let Some(person) = note.person else {
            core.phase.set(Phase::Nobody);
            return Ok(());
        };
        let store = open_store(person).await?;
        let stored = store.published(SESSION_KEY).await?;
        let Some(session) = stored.and_then(|text| serde_json::from_str::<SessionView>(&text).ok()) else {
            core.phase.set(Phase::Nobody);
            return Ok(());
        };
        self.open(session, store).await
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
        if let (Ok(desk), Ok(text)) = (core.desk(), serde_json::to_string(&session)) {
            drop(desk.store.publish(SESSION_KEY, &text).await);
        }
        let is_new = core
            .session
            .get_untracked()
            .is_none_or(|known| known.person != session.person || known.campaign != session.campaign);
        if is_new {
            core.session.set(Some(session));
        }
    }

    async fn enter(self, session: SessionView) -> Result<(), DataError> {
        let core = core();
        let person = session.person.id;
        learn_clock(&core, session.now_ms).await;
        core.needs_login.set(false);
        if core.session.get_untracked().is_some_and(|known| known.person.id == person) {
            core.device.remember(Note { person: Some(person), offset_ms: clock::offset_ms() }).await?;
            self.remember(&core, session).await;
            sync_status().sync_now();
            published().refresh();
            return Ok(());
        }
        drafts().flush().await?;
        close(&core);
        let store = open_store(person).await?;
        if let Ok(text) = serde_json::to_string(&session) {
            store.publish(SESSION_KEY, &text).await?;
        }
        core.device.remember(Note { person: Some(person), offset_ms: clock::offset_ms() }).await?;
        self.open(session, store).await
    }

    async fn open(self, session: SessionView, store: AppStore) -> Result<(), DataError> {
        let core = core();
        let desk = Rc::new(Desk::open(session.clone(), store).await?);
        core.desk.replace(Some(Rc::clone(&desk)));
        core.session.set(Some(session));
        core.changed_elsewhere();
        core.phase.set(Phase::Open);
        sync_status().attend(desk);
        Ok(())
    }
}

async fn open_store(person: PersonId) -> Result<AppStore, DataError> {
    AppStore::open(person, ActorId(entropy::random_u64())).await
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
    } else if person.is(Role::Administrator) {
        "/admin"
    } else if person.is(Role::Auditor) {
        "/audit"
    } else {
        "/ranking"
    }
}
