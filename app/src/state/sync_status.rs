//! How the exchange stands, and the one task that keeps it going.

use std::{cell::Cell, pin::pin, rc::Rc};

use futures_util::future::select;
use leptos::prelude::{Get, GetUntracked, Set};
use shared::{
    api::{Poke, SyncResponse, path},
    attachment::Attachment,
    authorize,
    id::RecordId,
    merge::operation::{Mark, Operation, SCHEMA},
    record::Record,
    sync::{snapshot::Offer, voucher::Voucher},
};

use crate::{
    browser::{
        channel::Channel,
        clock::tablet_ms,
        entropy,
        event_source::Stream,
        locks::{self, Held},
        page, storage_persist,
        task::sleep,
    },
    data::{
        backoff,
        store::{Store, Taken},
        sync_driver::{Watcher, cycle},
    },
    state::{
        DataError, act, clock,
        core::{Core, core},
        desk::Desk,
        drafts::SaveStatus,
        files, published, session, task,
    },
};

/// How long a tab waits when another tab of this tablet is exchanging.
const OTHER_TAB_MS: u32 = 1_500;

/// What tabs of one person say to each other: something was written; the server poked; whoever listened goes.
const POKED: &str = "poked";
const GOING: &str = "going";

/// Where the time of the last contact outlives the page.
const CONTACT_KEY: &str = "contact";

/// The status chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chip {
    /// 已全部上报.
    AllSent,
    /// n 条未上报.
    Unsent(usize),
    /// Every record is sent, and so many files are not.
    FilesLeft(usize),
    /// 正在上报: so many operations are on their way.
    Sending(usize),
    /// 需处理: so many refusals, or a log-in, or a store that fails.
    NeedsAttention(usize),
}

/// The exchange with the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SyncStatus;

impl SyncStatus {
    /// The chip's state, derived from receipts alone. Tracked.
    pub(crate) fn chip(self) -> Chip {
        let core = core();
        let Counts { unsent, refused, files } = counts(&core);
        let is_saved = matches!(core.save_status.get(), SaveStatus::Idle | SaveStatus::Saved { .. });
        // What is not even durable yet is not sent either.
        let unsent = if is_saved && core.writing.get() == 0 { unsent } else { unsent + 1 };
        let needs_person =
            core.needs_login.get() || core.sync_problem.get().is_some_and(|problem| problem.is_permanent());
        chip(&Counts { unsent, refused, files }, core.sending.get(), needs_person)
    }

    /// Operations that the server has not answered, oldest first. Tracked.
    pub(crate) fn unsent(self) -> Vec<Operation> {
        let core = core();
        core.track();
        let Ok(desk) = core.desk() else {
            return Vec::new();
        };
        let own = desk.own.borrow();
        own.values().filter(|own| own.is_unsent()).map(|own| own.operation.clone()).collect()
    }

    /// Files that the server lacks of what is on this tablet, each with its record. Tracked.
    pub(crate) fn files_left(self) -> Vec<(RecordId, Attachment)> {
        let core = core();
        core.track();
        core.desk().map(|desk| desk.unsent_files()).unwrap_or_default()
    }

    /// The server's newest signature over what was sent from here. Tracked.
    pub(crate) fn voucher(self) -> Option<Voucher> {
        let core = core();
        core.track();
        core.desk().ok().and_then(|desk| desk.voucher.borrow().clone())
    }

    /// When the server last answered an exchange, corrected clock. Tracked.
    pub(crate) fn last_contact_ms(self) -> Option<u64> {
        core().last_contact_ms.get()
    }

    /// Why the last exchange failed. Tracked.
    pub(crate) fn problem(self) -> Option<DataError> {
        core().sync_problem.get()
    }

    /// Whether this tablet is pulling everything for the first time. Tracked.
    pub(crate) fn is_pulling_first(self) -> bool {
        core().is_pulling_first.get()
    }

    /// Whether the browser promised to keep what is stored; `None` where it does not say. Tracked.
    pub(crate) fn storage_is_persistent(self) -> Option<bool> {
        core().is_persistent.get()
    }

    /// Bytes used and bytes that may be used on this tablet, as far as the browser says. Tracked.
    pub(crate) fn room(self) -> Option<(u64, u64)> {
        core().room.get()
    }

    /// Asks the browser how much room there is.
    pub(crate) fn measure_room(self) {
        task(async {
            let room = storage_persist::estimate().await;
            self::core().room.set(room);
        });
    }

    /// Exchanges as soon as possible.
    pub(crate) fn sync_now(self) {
        core().bell.ring();
    }

    /// Nobody looks any more: lets go of the stream of pokes until somebody does; another tab takes it up.
    pub(super) fn hush(self) {
        if let Some(ears) = core().events.take() {
            task(async move {
                drop(ears.stream);
                ears.turn.release().await;
                core().say(GOING);
            });
        }
    }

    /// Keeps the exchange going for whoever has just sat down, until they leave.
    pub(super) fn attend(self, desk: Rc<Desk>) {
        let core = core();
        let name = format!("tisheng-{}", desk.session.person.id);
        core.channel.replace(Some(Channel::open(&name, |word, _| match word.as_str() {
            POKED => published().refresh(),
            GOING => SyncStatus.sync_now(),
            _ => reload_from_other_tab(),
        })));
        core.is_pulling_first.set(desk.lacks_everything());
        task(remember_contact(Rc::clone(&core), Rc::clone(&desk)));
        task(keep_going(core, desk, name));
        task(async {
            let granted = storage_persist::request().await;
            self::core().is_persistent.set(granted);
        });
    }
}

/// What the chip tells of.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// Operations without an answer.
    unsent: usize,
    /// Refusals that nobody has put away.
    refused: usize,
    /// Files that the server lacks.
    files: usize,
}

fn counts(core: &Rc<Core>) -> Counts {
    core.track();
    let Ok(desk) = core.desk() else {
        return Counts::default();
    };
    let unsent = desk.unsent();
    let all = desk.own.borrow().len();
    Counts { unsent, refused: all.saturating_sub(unsent), files: desk.unsent_files().len() }
}

fn chip(counts: &Counts, sending: Option<usize>, needs_person: bool) -> Chip {
    let Counts { unsent, refused, files } = *counts;
    match sending {
        _ if refused > 0 || needs_person => Chip::NeedsAttention(refused.max(1)),
        Some(on_the_way) if on_the_way > 0 => Chip::Sending(on_the_way),
        _ if unsent > 0 => Chip::Unsent(unsent),
        _ if files > 0 => Chip::FilesLeft(files),
        _ => Chip::AllSent,
    }
}

/// The stream of pokes, and the turn to have it.
pub(super) struct Ears {
    stream: Stream,
    turn: Held,
}

/// Opens the stream of pokes, while somebody looks and no other tab of this person has it; the exchange opens it again
/// when the browser gave it up.
///
/// A browser has few connections to one server, and a page that was left may keep its own for a while: what nobody
/// sees holds none, and of those that are seen beside each other one listens and tells the others. A tab that cannot
/// tell that it goes leaves the turn to the next that asks for news of its own.
async fn listen(core: &Rc<Core>, desk: &Rc<Desk>, name: &str) {
    if let Some(ears) = core.events.take() {
        drop(ears.stream);
        ears.turn.release().await;
    }
    if !page::is_visible() {
        return;
    }
    let Some(turn) = locks::try_hold(&format!("{name}-events")).await else {
        return;
    };
    if !is_current(core, desk) {
        return;
    }
    let poke = |text: String| {
        task(hear(text));
        published().refresh();
        self::core().say(POKED);
    };
    let stream = Stream::open(&format!("{}?schema={SCHEMA}", path::EVENTS), poke, || SyncStatus.sync_now());
    core.events.replace(stream.map(|stream| Ears { stream, turn }));
}

/// Takes what a poke brings, if it follows on what is here; otherwise asks for it.
async fn hear(text: String) {
    let core = core();
    let news = serde_json::from_slice::<Poke>(text.as_bytes()).ok().and_then(|poke| poke.news);
    let Some((news, desk)) = news.zip(core.desk().ok()) else {
        SyncStatus.sync_now();
        return;
    };
    let _turn = core.exchanging.lock().await;
    if news.next.sequence <= core.taken.get() || !is_current(&core, &desk) {
        // The answer to the own push was faster.
        return;
    }
    let watcher = DeskWatcher { core: Rc::clone(&core), desk, has_answered: Cell::new(false) };
    match watcher.take(&watcher.desk.store, &[], &news).await {
        Ok(true) => watcher.answered(&news),
        Ok(false) | Err(_) => SyncStatus.sync_now(),
    }
}

async fn remember_contact(core: Rc<Core>, desk: Rc<Desk>) {
    let stored = desk.store.published(CONTACT_KEY).await;
    let contact_ms = stored.ok().flatten().and_then(|text| text.parse().ok());
    if core.last_contact_ms.get_untracked().is_none() && is_current(&core, &desk) {
        core.last_contact_ms.set(contact_ms);
    }
}

fn reload_from_other_tab() {
    act(async {
        let core = core();
        core.desk()?.reload().await?;
        core.changed_elsewhere();
        Ok(())
    });
}

async fn keep_going(core: Rc<Core>, desk: Rc<Desk>, lock: String) {
    task(session().refresh());
    let mut failures = 0_u32;
    while is_current(&core, &desk) {
        let is_deaf = core.events.borrow().as_ref().is_none_or(|ears| ears.stream.is_closed());
        if is_deaf && !core.needs_login.get_untracked() {
            listen(&core, &desk, &lock).await;
        }
        let wait_ms = match exchange(&core, &desk, &lock).await {
            Some(Ok(())) => {
                failures = 0;
                backoff::wait_ms(0, entropy::random_u64())
            }
            Some(Err(_)) => {
                failures = failures.saturating_add(1);
                backoff::wait_ms(failures, entropy::random_u64())
            }
            None => OTHER_TAB_MS,
        };
        select(pin!(core.bell.wait()), pin!(sleep(wait_ms))).await;
    }
}

/// One exchange; `None` when another tab is at it.
async fn exchange(core: &Rc<Core>, desk: &Rc<Desk>, lock: &str) -> Option<Result<(), DataError>> {
    // The cookie is the browser's: when another tab let somebody else log in, this tab's work would go up under
    // their name, and be refused.
    if core.device.note().await.is_ok_and(|note| note.person != Some(desk.session.person.id)) {
        core.needs_login.set(true);
        return Some(Err(DataError::Nobody));
    }
    let held = locks::try_hold(lock).await?;
    let watcher = DeskWatcher { core: Rc::clone(core), desk: Rc::clone(desk), has_answered: Cell::new(false) };
    let turn = core.exchanging.lock().await;
    let result = cycle(&desk.store, &core.http, &watcher).await;
    drop(turn);
    held.release().await;
    if !is_current(core, desk) {
        return Some(Ok(()));
    }
    core.sending.set(None);
    core.is_pulling_first.set(false);
    match &result {
        Ok(()) => {
            core.needs_login.set(false);
            files::carry(core, desk, lock);
        }
        Err(error) => core.note_session_end(error),
    }
    if let Some(contact_ms) = core.last_contact_ms.get_untracked().filter(|_| watcher.has_answered.get()) {
        drop(desk.store.publish(CONTACT_KEY, &contact_ms.to_string()).await);
    }
    if watcher.has_answered.get() && core.sync_problem.get_untracked().is_some() {
        // The server is back: what is shown from the cache may be old.
        published().refresh();
    }
    core.sync_problem.set(result.clone().err().filter(|error| !error.is_session_end()));
    Some(result)
}

fn is_current(core: &Rc<Core>, desk: &Rc<Desk>) -> bool {
    core.desk().is_ok_and(|current| Rc::ptr_eq(&current, desk))
}

struct DeskWatcher {
    core: Rc<Core>,
    desk: Rc<Desk>,
    has_answered: Cell<bool>,
}

impl Watcher for DeskWatcher {
    fn tablet_ms(&self) -> u64 {
        tablet_ms()
    }

    fn sending(&self, operations: usize) {
        self.core.sending.set(Some(operations));
    }

    fn answered(&self, response: &SyncResponse) {
        self.has_answered.set(true);
        // The server sees this person elsewhere or in another role than the tablet does.
        let knows = self.core.session.get_untracked().map(|session| authorize::scope(&session.person, SCHEMA));
        if response.scope.is_some() && response.scope != knows {
            task(session().refresh());
        }
        let (core, now_ms) = (Rc::clone(&self.core), response.now_ms);
        task(async move { crate::state::session::learn_clock(&core, now_ms).await });
        self.core.last_contact_ms.set(Some(response.now_ms.max(clock::now_ms())));
        if response.base == Mark::START && response.more {
            self.core.is_pulling_first.set(true);
        }
    }

    async fn take<S: Store>(&self, store: &S, sent: &[Operation], response: &SyncResponse) -> Result<bool, DataError> {
        // No edit may come between the store's change and memory's: it would be made over values already replaced.
        let _turn = self.desk.turn().await?;
        let Some(taken) = store.take(sent, response).await? else {
            return Ok(false);
        };
        self.core.taken.set(response.next.sequence);
        if response.voucher.is_some() {
            self.desk.voucher.replace(response.voucher.clone());
        }
        let is_change = taken != Taken::default();
        self.desk.accept(taken);
        if is_change {
            self.core.changed();
        }
        Ok(true)
    }

    async fn adopt<S: Store>(&self, store: &S, offer: &Offer, records: Vec<Record>) -> Result<bool, DataError> {
        let _turn = self.desk.turn().await;
        let Some(loaded) = store.adopt(offer, records).await? else {
            return Ok(false);
        };
        self.core.taken.set(offer.at.sequence);
        self.desk.replace(loaded);
        self.core.changed();
        Ok(true)
    }

    async fn reload(&self) -> Result<(), DataError> {
        self.desk.reload().await?;
        // The cursor may have gone back.
        self.core.taken.set(0);
        self.core.changed();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chip_says_what_matters_most() {
        for (unsent, refused, files, sending, needs_person, expected) in [
            (0, 0, 0, None, false, Chip::AllSent),
            (0, 0, 0, Some(0), false, Chip::AllSent),
            (3, 0, 2, None, false, Chip::Unsent(3)),
            (3, 0, 0, Some(0), false, Chip::Unsent(3)),
            (3, 0, 0, Some(2), false, Chip::Sending(2)),
            (3, 1, 0, Some(2), false, Chip::NeedsAttention(1)),
            (0, 0, 2, Some(0), false, Chip::FilesLeft(2)),
            (0, 0, 2, None, true, Chip::NeedsAttention(1)),
        ] {
            assert_eq!(chip(&Counts { unsent, refused, files }, sending, needs_person), expected);
        }
    }
}
