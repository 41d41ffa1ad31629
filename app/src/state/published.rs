//! The server's judgements: the campaign, rankings, explanations. Shown from the cache at once, refreshed when the
//! server can be reached, and kept when it cannot.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    rc::Rc,
    sync::Arc,
};

use leptos::prelude::{ArcRwSignal, Get, GetUntracked, Set, untrack};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::{
    api::{CampaignView, ErrorCode, path},
    calendar::Month,
    id::{PersonId, UnitId},
    scoring::{
        movement::Movement,
        result::{Explanation, Ranking},
        trial::Trial,
    },
    unit::Group,
};

use crate::{
    data::store::Store,
    state::{DataError, clock, core::core, task},
};

/// How many of the judgements read last are kept fresh: those on the screen.
const WATCHED_MAX: usize = 6;

/// A judgement as far as it is known here.
#[derive(Debug)]
pub(crate) struct Cached<T> {
    /// The value; `None` when it was never seen on this tablet.
    pub(crate) value: Option<Arc<T>>,
    /// When the server last told it, corrected clock.
    pub(crate) at_ms: Option<u64>,
    /// Whether the last try failed: the value is the last good one.
    pub(crate) offline: bool,
    /// Why it failed.
    pub(crate) problem: Option<DataError>,
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), at_ms: self.at_ms, offline: self.offline, problem: self.problem.clone() }
    }
}

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self { value: None, at_ms: None, offline: false, problem: None }
    }
}

/// Which judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Campaign,
    Ranking(Month),
    Explanation(Month, UnitId),
    Trial(Month, Group),
}

impl Key {
    /// The path it is asked at; also the key it is cached under.
    fn path(self) -> String {
        match self {
            Self::Campaign => path::CAMPAIGN.to_owned(),
            Self::Ranking(period) => format!("{}/{period}", path::RANKINGS),
            Self::Explanation(period, unit) => format!("{}/{period}/units/{unit}", path::RANKINGS),
            Self::Trial(period, group) => format!("{}/{period}/groups/{}/trial", path::RANKINGS, group.code()),
        }
    }
}

/// All judgements of one kind that were read since the start.
struct Shelf<T>(RefCell<BTreeMap<Key, Rc<Slot<T>>>>);

struct Slot<T> {
    /// How it is asked for. Named by whoever reads it first, so that what only a page of the chunk reads is asked for
    /// by code of the chunk.
    ask: fn(Rc<Self>, Key),
    cached: ArcRwSignal<Cached<T>>,
    is_asking: Cell<bool>,
    ask_again: Cell<bool>,
}

/// Every shelf.
#[derive(Default)]
pub(super) struct Shelves {
    campaign: Shelf<CampaignView>,
    rankings: Shelf<Ranking>,
    explanations: Shelf<Explanation>,
    trials: Shelf<Trial>,
    /// The keys read last, newest at the back.
    watched: RefCell<VecDeque<Key>>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

/// How a judgement lies in the cache.
#[derive(Serialize, Deserialize)]
struct Stored<T> {
    at_ms: u64,
    value: T,
}

/// The server's judgements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Published;

impl Published {
    /// What a person must know of the campaign. Tracked.
    pub(crate) fn campaign(self) -> Cached<CampaignView> {
        let core = core();
        core.shelves.watch(Key::Campaign);
        core.shelves.campaign.read(Key::Campaign)
    }

    /// The ranking of a month. Tracked: call it where it is shown, with the month that is shown.
    pub(crate) fn ranking(self, period: Month) -> Cached<Ranking> {
        let (core, key) = (core(), Key::Ranking(period));
        core.shelves.watch(key);
        core.shelves.rankings.read(key)
    }

    /// The ranking of a month that stands beside the one shown: told once, and again by [`Self::ask_again`] or after a
    /// try that failed. A year of months would push everything else out of what is kept fresh. Tracked.
    pub(crate) fn ranking_beside(self, period: Month) -> Cached<Ranking> {
        core().shelves.rankings.read(Key::Ranking(period))
    }

    /// Asks again for what was read of months, fresh or not: whoever opens a page sees what is true then.
    pub(crate) fn ask_again(self, periods: &[Month]) {
        let core = core();
        for period in periods {
            core.shelves.rankings.ask(Key::Ranking(*period));
            for group in Group::ALL {
                core.shelves.trials.ask(Key::Trial(*period, group));
            }
        }
    }

    /// Why a unit has its score. Tracked.
    pub(crate) fn explanation(self, period: Month, unit: UnitId) -> Cached<Explanation> {
        let (core, key) = (core(), Key::Explanation(period, unit));
        core.shelves.watch(key);
        core.shelves.explanations.read(key)
    }

    /// Why a unit moved since the month before; `None` where there is nothing to compare. Asked anew each time.
    pub(crate) async fn movement(self, period: Month, unit: UnitId) -> Result<Option<Movement>, DataError> {
        let path = format!("{}/movement", Key::Explanation(period, unit).path());
        match core().http.get(&path).await {
            Ok(movement) => Ok(Some(movement)),
            Err(error) if error.code() == Some(ErrorCode::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What a what-if about a group's units is computed from. Tracked.
    pub(crate) fn trial(self, period: Month, group: Group) -> Cached<Trial> {
        let (core, key) = (core(), Key::Trial(period, group));
        core.shelves.watch(key);
        core.shelves.trials.read(key)
    }

    /// The same, told once: its rules, not its figures, are what is looked at. Tracked.
    pub(crate) fn trial_beside(self, period: Month, group: Group) -> Cached<Trial> {
        core().shelves.trials.read(Key::Trial(period, group))
    }

    /// Has it at hand for when the server is gone, without keeping it fresh.
    pub(crate) fn keep_trial(self, period: Month, group: Group) {
        untrack(|| core().shelves.trials.read(Key::Trial(period, group)));
    }

    /// A person's name; empty where this person may not know it. Tracked.
    pub(crate) fn person_name(self, id: PersonId) -> String {
        let me = core().session.get().map(|session| session.person).filter(|person| person.id == id);
        let known = || self.campaign().value?.people.get(&id).cloned();
        me.map(|person| person.name).or_else(known).unwrap_or_default()
    }

    /// A unit's name. Tracked.
    pub(crate) fn unit_name(self, id: UnitId) -> String {
        let campaign = self.campaign().value;
        let unit = campaign.as_ref().and_then(|campaign| campaign.units.iter().find(|unit| unit.id == id));
        unit.map(|unit| unit.name.clone()).unwrap_or_default()
    }

    /// Asks again for everything on the screen, and for what could not be told when it was asked for.
    pub(crate) fn refresh(self) {
        let core = core();
        let mut watched: Vec<Key> = core.shelves.watched.borrow().iter().copied().collect();
        let failed = core.shelves.rankings.failed().into_iter().chain(core.shelves.trials.failed());
        let unwatched: Vec<Key> = failed.filter(|key| !watched.contains(key)).collect();
        watched.extend(unwatched);
        for key in watched {
            match key {
                Key::Campaign => core.shelves.campaign.ask(key),
                Key::Ranking(_) => core.shelves.rankings.ask(key),
                Key::Explanation(..) => core.shelves.explanations.ask(key),
                Key::Trial(..) => core.shelves.trials.ask(key),
            }
        }
    }
}

impl Shelves {
    /// Forgets everything in memory: another person may not see it.
    pub(super) fn clear(&self) {
        self.campaign.0.borrow_mut().clear();
        self.rankings.0.borrow_mut().clear();
        self.explanations.0.borrow_mut().clear();
        self.trials.0.borrow_mut().clear();
        self.watched.borrow_mut().clear();
    }

    fn watch(&self, key: Key) {
        let mut watched = self.watched.borrow_mut();
        if watched.back() == Some(&key) {
            return;
        }
        watched.retain(|other| *other != key);
        watched.push_back(key);
        if watched.len() > WATCHED_MAX {
            watched.pop_front();
        }
    }
}

impl<T> Shelf<T> {
    fn ask(&self, key: Key) {
        let slot = self.0.borrow().get(&key).cloned();
        if let Some(slot) = slot {
            (slot.ask)(Rc::clone(&slot), key);
        }
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Shelf<T> {
    /// What was asked for in vain, where another try can help.
    fn failed(&self) -> Vec<Key> {
        let slots = self.0.borrow();
        let problems = slots.iter().filter_map(|(key, slot)| Some((*key, slot.cached.get_untracked().problem?)));
        problems.filter(|(_, problem)| !problem.is_permanent()).map(|(key, _)| key).collect()
    }

    fn read(&self, key: Key) -> Cached<T> {
        let known = self.0.borrow().get(&key).cloned();
        let slot = known.unwrap_or_else(|| {
            let slot = Rc::new(Slot {
                ask,
                cached: ArcRwSignal::new(Cached::default()),
                is_asking: Cell::new(false),
                ask_again: Cell::new(false),
            });
            self.0.borrow_mut().insert(key, Rc::clone(&slot));
            ask(Rc::clone(&slot), key);
            slot
        });
        slot.cached.get()
    }
}

/// Reads the cache, then asks the server; asked again meanwhile, it asks once more.
fn ask<T: Serialize + DeserializeOwned + Send + Sync + 'static>(slot: Rc<Slot<T>>, key: Key) {
    if slot.is_asking.replace(true) {
        slot.ask_again.set(true);
        return;
    }
    task(async move {
        if slot.cached.get_untracked().value.is_none()
            && let Some(stored) = from_cache::<T>(key).await
        {
            let value = Some(Arc::new(stored.value));
            slot.cached.set(Cached { value, at_ms: Some(stored.at_ms), offline: false, problem: None });
        }
        loop {
            slot.ask_again.set(false);
            ask_server(&slot, key).await;
            if !slot.ask_again.get() {
                break;
            }
        }
        slot.is_asking.set(false);
    });
}

async fn ask_server<T: Serialize + DeserializeOwned + Send + Sync + 'static>(slot: &Rc<Slot<T>>, key: Key) {
    let core = core();
    let asked_for = core.desk();
    match core.http.get::<T>(&key.path()).await {
        Ok(value) => {
            let stored = Stored { at_ms: clock::now_ms(), value };
            // Into the store of whoever asked; somebody else may have sat down meanwhile.
            if let (Ok(desk), Ok(text)) = (asked_for, serde_json::to_string(&stored)) {
                drop(desk.store.publish(&key.path(), &text).await);
            }
            slot.cached.set(Cached {
                value: Some(Arc::new(stored.value)),
                at_ms: Some(stored.at_ms),
                offline: false,
                problem: None,
            });
        }
        Err(error) => {
            core.note_session_end(&error);
            let known = slot.cached.get_untracked();
            slot.cached.set(Cached { offline: true, problem: Some(error), ..known });
        }
    }
}

async fn from_cache<T: DeserializeOwned>(key: Key) -> Option<Stored<T>> {
    let desk = core().desk().ok()?;
    let text = desk.store.published(&key.path()).await.ok()??;
    serde_json::from_slice(text.as_bytes()).ok()
}
