//! The one application state of this page, behind every handle.

use std::{
    any::Any,
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
    sync::Arc,
};

use futures_util::lock::Mutex;
use leptos::prelude::{ArcRwSignal, Get, GetUntracked, Set, Update};
use shared::{api::SessionView, id::UnitId, search::Initials};

use crate::{
    browser::{channel::Channel, cipher::Key, history, service_worker::Worker},
    data::{
        bell::Bell,
        device::{Device, Known},
        error::DataError,
        http::Http,
    },
    state::{
        act::Notice,
        chunk::ChunkStanding,
        desk::Desk,
        drafts::{Pending, SaveStatus},
        published::Shelves,
        session::Phase,
        sync_status::Ears,
        task,
    },
};

/// Everything.
pub(super) struct Core {
    /// Path and query of the address bar.
    pub(super) href: ArcRwSignal<String>,
    pub(super) http: Http,
    pub(super) initials: ArcRwSignal<Arc<Initials>>,
    pub(super) chunk: ArcRwSignal<ChunkStanding>,
    pub(super) device: Device,
    pub(super) phase: ArcRwSignal<Phase>,
    pub(super) session: ArcRwSignal<Option<SessionView>>,
    pub(super) needs_login: ArcRwSignal<bool>,
    /// Who has a store on this tablet.
    pub(super) people: ArcRwSignal<Vec<Known>>,
    pub(super) was_evicted: ArcRwSignal<bool>,
    /// Why the session ended, where the server said so.
    pub(super) session_end: ArcRwSignal<Option<DataError>>,
    /// The unit in which the person works since they last looked.
    pub(super) moved_to: ArcRwSignal<Option<UnitId>>,
    /// What the person at work has; `None` while nobody is.
    pub(super) desk: RefCell<Option<Rc<Desk>>>,
    /// Rises with every change of the records or of own operations.
    pub(super) revision: ArcRwSignal<u64>,
    pub(super) pending: RefCell<Pending>,
    pub(super) flushing: Mutex<()>,
    /// Rises with every keystroke that is not saved yet.
    pub(super) typed: ArcRwSignal<u64>,
    pub(super) save_status: ArcRwSignal<SaveStatus>,
    /// How many writes are on their way to the tablet's store.
    pub(super) writing: ArcRwSignal<usize>,
    pub(super) sending: ArcRwSignal<Option<usize>>,
    pub(super) last_contact_ms: ArcRwSignal<Option<u64>>,
    pub(super) sync_problem: ArcRwSignal<Option<DataError>>,
    pub(super) is_pulling_first: ArcRwSignal<bool>,
    pub(super) is_persistent: ArcRwSignal<Option<bool>>,
    /// Bytes used and bytes that may be used on this tablet.
    pub(super) room: ArcRwSignal<Option<(u64, u64)>>,
    /// The last row that this page has taken; another tab may have taken more.
    pub(super) taken: Cell<u64>,
    /// Held during an exchange: what a poke brings waits for its end, or the exchange would find another cursor.
    pub(super) exchanging: Mutex<()>,
    /// Rung when there is a reason for an exchange.
    pub(super) bell: Bell,
    pub(super) shelves: Shelves,
    pub(super) events: RefCell<Option<Ears>>,
    pub(super) channel: RefCell<Option<Channel>>,
    /// To every tab of this tablet, whoever is at work.
    pub(super) tablet: RefCell<Option<Channel>>,
    /// A key that another tab handed over, and whose store it opens.
    pub(super) handed: RefCell<Option<(String, Key)>>,
    pub(super) handed_bell: Bell,
    pub(super) notices: ArcRwSignal<Vec<Notice>>,
    pub(super) notice_count: Cell<u32>,
    pub(super) update_waits: ArcRwSignal<bool>,
    /// The person let it take over.
    pub(super) update_begins: ArcRwSignal<bool>,
    pub(super) worker: RefCell<Option<Worker>>,
    /// Listeners of the page's own life.
    pub(super) guards: RefCell<Vec<Box<dyn Any>>>,
}

thread_local! {
    static CORE: OnceCell<Rc<Core>> = const { OnceCell::new() };
}

/// The state of this page.
#[expect(clippy::expect_used, reason = "without `state::start` no page can work; the sentence says what is missing")]
pub(super) fn core() -> Rc<Core> {
    CORE.with(|core| core.get().cloned()).expect("state::start() runs in main, before any page is shown")
}

/// Lays the state of this page; a second call changes nothing.
pub(super) fn lay() -> Rc<Core> {
    CORE.with(|core| Rc::clone(core.get_or_init(|| Rc::new(Core::new()))))
}

impl Core {
    fn new() -> Self {
        Self {
            href: ArcRwSignal::new(history::href()),
            http: Http,
            initials: ArcRwSignal::default(),
            chunk: ArcRwSignal::default(),
            device: Device::new(),
            phase: ArcRwSignal::new(Phase::Opening),
            session: ArcRwSignal::new(None),
            needs_login: ArcRwSignal::new(false),
            people: ArcRwSignal::new(Vec::new()),
            was_evicted: ArcRwSignal::new(false),
            session_end: ArcRwSignal::new(None),
            moved_to: ArcRwSignal::new(None),
            desk: RefCell::new(None),
            revision: ArcRwSignal::new(0),
            pending: RefCell::default(),
            flushing: Mutex::new(()),
            typed: ArcRwSignal::new(0),
            save_status: ArcRwSignal::new(SaveStatus::Idle),
            writing: ArcRwSignal::new(0),
            sending: ArcRwSignal::new(None),
            last_contact_ms: ArcRwSignal::new(None),
            sync_problem: ArcRwSignal::new(None),
            is_pulling_first: ArcRwSignal::new(false),
            is_persistent: ArcRwSignal::new(None),
            room: ArcRwSignal::new(None),
            taken: Cell::new(0),
            exchanging: Mutex::new(()),
            bell: Bell::default(),
            shelves: Shelves::default(),
            events: RefCell::new(None),
            channel: RefCell::new(None),
            tablet: RefCell::new(None),
            handed: RefCell::new(None),
            handed_bell: Bell::default(),
            notices: ArcRwSignal::new(Vec::new()),
            notice_count: Cell::new(0),
            update_waits: ArcRwSignal::new(false),
            update_begins: ArcRwSignal::new(false),
            worker: RefCell::new(None),
            guards: RefCell::default(),
        }
    }

    /// What the person at work has.
    pub(super) fn desk(&self) -> Result<Rc<Desk>, DataError> {
        self.desk.borrow().clone().ok_or(DataError::Nobody)
    }

    /// Says that records or own operations changed, here and in the other tabs.
    pub(super) fn changed(&self) {
        self.revision.update(|revision| *revision += 1);
        if let Ok(desk) = self.desk() {
            // Nobody waits for it, and the next change asks again.
            task(async move { drop(desk.store.tidy().await) });
        }
        self.say("changed");
    }

    /// Says a word to the person's other tabs.
    pub(super) fn say(&self, word: &str) {
        if let Some(channel) = self.channel.borrow().as_ref() {
            channel.say(word, None);
        }
    }

    /// Says that records or own operations changed because another tab said so.
    pub(super) fn changed_elsewhere(&self) {
        self.revision.update(|revision| *revision += 1);
    }

    /// Subscribes whoever reads to changes of the records.
    pub(super) fn track(&self) {
        self.revision.get();
    }

    /// Notes that the session ended, where that is what the error says.
    pub(super) fn note_session_end(&self, error: &DataError) {
        if error.is_session_end() && !self.needs_login.get_untracked() {
            self.session_end.set(Some(error.clone()));
            self.needs_login.set(true);
        }
    }
}
