//! The one writer of a campaign: requests queue here, what has queued up is committed together, and nothing
//! is answered before it is on disk.

use std::sync::Arc;

use shared::{
    api::Receipt,
    calendar::Month,
    campaign::Campaign,
    id::{Digest, RecordId, UnitId},
    open::Table,
    period::{By, History},
    person::Person,
    roster::{Roster, RosterChange},
    rules::{Change, Preview, Rules},
    scoring::{
        movement::Movement,
        result::{Explanation, Ranking},
        trial::Trial,
    },
    unit::{Group, Unit},
};
use tokio::sync::{mpsc, oneshot, watch};

use crate::{
    error::ApiError,
    keeper::{Folder, Hanging, Histories, Keeper, Push, StepRequest},
    snapshots::{Told, Wanted},
    store::{CampaignRecord, PullPage, PullQuery, SharedStore},
    tail::Tail,
};

/// Requests that may wait; beyond that the server says so at once.
const QUEUE_MAX: usize = 1_024;

/// Operations one commit takes, so that the first in the queue does not wait for a whole rush hour.
const GROUP_OPERATIONS_MAX: usize = 5_000;

/// The handle on a campaign's writer.
#[derive(Clone, Debug)]
pub struct Ledger {
    campaign: Campaign,
    store: SharedStore,
    tail: Arc<Tail>,
    record: watch::Receiver<Arc<CampaignRecord>>,
    periods: watch::Receiver<Arc<Histories>>,
    rules: watch::Receiver<Arc<Rules>>,
    roster: watch::Receiver<Arc<Roster>>,
    queue: mpsc::Sender<Request>,
    head: watch::Receiver<u64>,
}

/// What the writer is asked.
#[derive(Debug)]
enum Request {
    Push(Push, oneshot::Sender<Result<Vec<Receipt>, ApiError>>),
    AddUnit(Unit, By, oneshot::Sender<Result<(), ApiError>>),
    Ranking(Month, oneshot::Sender<Result<Arc<Ranking>, ApiError>>),
    Current(Month, oneshot::Sender<Result<Arc<Ranking>, ApiError>>),
    Explain(Month, UnitId, oneshot::Sender<Result<Option<Explanation>, ApiError>>),
    Movement(Month, UnitId, oneshot::Sender<Result<Option<Movement>, ApiError>>),
    Trial(Month, Group, oneshot::Sender<Result<Option<Trial>, ApiError>>),
    Snapshot(Wanted, oneshot::Sender<Result<Told, ApiError>>),
    Projects(oneshot::Sender<Result<Table, ApiError>>),
    Reports(Month, oneshot::Sender<Result<(u32, u32), ApiError>>),
    Preview(Box<Change>, u64, oneshot::Sender<Result<Preview, ApiError>>),
    ChangeRules(Box<(Person, Change, u64)>, oneshot::Sender<Result<Arc<Rules>, ApiError>>),
    ChangeRoster(Box<(Person, RosterChange, u64)>, oneshot::Sender<Result<Arc<Roster>, ApiError>>),
    Step(Box<StepRequest>, oneshot::Sender<Result<History, ApiError>>),
    Hanging(Digest, oneshot::Sender<Result<Vec<Hanging>, ApiError>>),
    Files(RecordId, oneshot::Sender<Result<Option<Folder>, ApiError>>),
}

impl Ledger {
    /// Loads the stored campaign and starts its writer.
    pub async fn open(store: SharedStore) -> Result<Self, ApiError> {
        let changes = store.changes();
        let keeper = Keeper::open(store.clone()).await?;
        let tail = keeper.tail().clone();
        let campaign = keeper.campaign().clone();
        let (queue, requests) = mpsc::channel(QUEUE_MAX);
        let (announce_head, head) = watch::channel(keeper.head());
        let (announce_record, record) = watch::channel(keeper.record().clone());
        let (announce_periods, periods) = watch::channel(keeper.periods().clone());
        let (announce_rules, rules) = watch::channel(keeper.rules().clone());
        let (announce_roster, roster) = watch::channel(keeper.roster().clone());
        let announcements = Announcements {
            head: announce_head,
            record: announce_record,
            periods: announce_periods,
            rules: announce_rules,
            roster: announce_roster,
        };
        tokio::spawn(serve(keeper, requests, changes, announcements));
        Ok(Self { campaign, store, tail, record, periods, rules, roster, queue, head })
    }

    /// The campaign.
    pub const fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    /// The campaign with its units and targets, as they are now.
    pub fn record(&self) -> Arc<CampaignRecord> {
        self.record.borrow().clone()
    }

    /// The sequence of the last durable row, and its changes.
    pub fn head(&self) -> watch::Receiver<u64> {
        self.head.clone()
    }

    /// Puts a person's operations into the log: one receipt each, in their order, once they are durable.
    pub async fn push(&self, push: Push) -> Result<Vec<Receipt>, ApiError> {
        self.ask(|reply| Request::Push(push, reply)).await
    }

    /// A page of visible rows, with all that this process has answered: from memory, where they are recent.
    pub async fn pull(&self, query: &PullQuery) -> Result<PullPage, ApiError> {
        match self.tail.page(query) {
            Some(page) => Ok(page),
            None => Ok(self.store.pull(self.campaign.id, query).await?),
        }
    }

    /// Adds a unit, on the word of a person.
    pub async fn add_unit(&self, unit: Unit, by: By) -> Result<(), ApiError> {
        self.ask(|reply| Request::AddUnit(unit, by, reply)).await
    }

    /// The ranking at the end of a month.
    pub async fn ranking(&self, period: Month) -> Result<Arc<Ranking>, ApiError> {
        self.ask(|reply| Request::Ranking(period, reply)).await
    }

    /// The ranking of a month as it would be frozen now, whatever was published.
    pub async fn current(&self, period: Month) -> Result<Arc<Ranking>, ApiError> {
        self.ask(|reply| Request::Current(period, reply)).await
    }

    /// Why a unit has its score; nothing for a unit that is not assessed in that month.
    pub async fn explain(&self, period: Month, unit: UnitId) -> Result<Option<Explanation>, ApiError> {
        self.ask(|reply| Request::Explain(period, unit, reply)).await
    }

    /// Why a unit moved since the month before; nothing for a unit that was not assessed in both.
    pub async fn movement(&self, period: Month, unit: UnitId) -> Result<Option<Movement>, ApiError> {
        self.ask(|reply| Request::Movement(period, unit, reply)).await
    }

    /// What a what-if about a group is computed from; nothing for a group without rules.
    pub async fn trial(&self, period: Month, group: Group) -> Result<Option<Trial>, ApiError> {
        self.ask(|reply| Request::Trial(period, group, reply)).await
    }

    /// What a snapshot of the records is made of, and what the log knows of the asking store.
    pub async fn snapshot(&self, wanted: Wanted) -> Result<Told, ApiError> {
        self.ask(|reply| Request::Snapshot(wanted, reply)).await
    }

    /// The projects as they were last approved, as a table.
    pub async fn projects(&self) -> Result<Table, ApiError> {
        self.ask(Request::Projects).await
    }

    /// Monthly reports that came in time, of all that were due for a month.
    pub async fn reports(&self, period: Month) -> Result<(u32, u32), ApiError> {
        self.ask(|reply| Request::Reports(period, reply)).await
    }

    /// What a change of the rules would do, at a moment.
    pub async fn preview(&self, change: Change, now_ms: u64) -> Result<Preview, ApiError> {
        self.ask(|reply| Request::Preview(Box::new(change), now_ms, reply)).await
    }

    /// Puts a change of the rules in force; gives the rules as they are then.
    pub async fn change_rules(&self, person: Person, change: Change, now_ms: u64) -> Result<Arc<Rules>, ApiError> {
        self.ask(|reply| Request::ChangeRules(Box::new((person, change, now_ms)), reply)).await
    }

    /// What was put in force after the campaign began.
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.borrow().clone()
    }

    /// Changes who answers for what or which leader stands by whom; gives the roster as it is then.
    pub async fn change_roster(
        &self,
        person: Person,
        change: RosterChange,
        now_ms: u64,
    ) -> Result<Arc<Roster>, ApiError> {
        self.ask(|reply| Request::ChangeRoster(Box::new((person, change, now_ms)), reply)).await
    }

    /// Who answers for what, and which leader stands by whom.
    pub fn roster(&self) -> Arc<Roster> {
        self.roster.borrow().clone()
    }

    /// Takes a step with a period; gives what was done to it by then.
    pub async fn step(&self, request: StepRequest) -> Result<History, ApiError> {
        self.ask(|reply| Request::Step(Box::new(request), reply)).await
    }

    /// The records that a file's content hangs on or ever hung on.
    pub async fn hanging(&self, blob: Digest) -> Result<Vec<Hanging>, ApiError> {
        self.ask(|reply| Request::Hanging(blob, reply)).await
    }

    /// What hangs on a record.
    pub async fn files(&self, record: RecordId) -> Result<Option<Folder>, ApiError> {
        self.ask(|reply| Request::Files(record, reply)).await
    }

    /// What was done to each period.
    pub fn periods(&self) -> Arc<Histories> {
        self.periods.borrow().clone()
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, ApiError>>) -> Request,
    ) -> Result<T, ApiError> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(request(reply)).map_err(|error| ApiError::Unavailable(error.to_string()))?;
        answer.await.map_err(|error| ApiError::Unavailable(error.to_string()))?
    }
}

/// What others learn of the writer's work without asking it.
struct Announcements {
    head: watch::Sender<u64>,
    record: watch::Sender<Arc<CampaignRecord>>,
    periods: watch::Sender<Arc<Histories>>,
    rules: watch::Sender<Arc<Rules>>,
    roster: watch::Sender<Arc<Roster>>,
}

impl Announcements {
    fn announce(&self, keeper: &Keeper) {
        self.head.send_if_modified(|head| std::mem::replace(head, keeper.head()) != keeper.head());
        self.record.send_if_modified(|record| {
            let is_new = !Arc::ptr_eq(record, keeper.record());
            record.clone_from(keeper.record());
            is_new
        });
        self.periods.send_if_modified(|periods| {
            let is_new = !Arc::ptr_eq(periods, keeper.periods());
            periods.clone_from(keeper.periods());
            is_new
        });
        self.rules.send_if_modified(|rules| {
            let is_new = !Arc::ptr_eq(rules, keeper.rules());
            rules.clone_from(keeper.rules());
            is_new
        });
        self.roster.send_if_modified(|roster| {
            let is_new = !Arc::ptr_eq(roster, keeper.roster());
            roster.clone_from(keeper.roster());
            is_new
        });
    }
}

async fn serve(
    mut keeper: Keeper,
    mut requests: mpsc::Receiver<Request>,
    mut changes: watch::Receiver<()>,
    announcements: Announcements,
) {
    let mut next = None;
    loop {
        if next.is_none() {
            next = tokio::select! {
                request = requests.recv() => request,
                Ok(()) = changes.changed() => {
                    if let Err(error) = keeper.catch_up().await {
                        tracing::warn!(cause = %error, "cannot read what other servers wrote");
                    }
                    announcements.announce(&keeper);
                    continue;
                }
            };
        }
        let Some(request) = next else {
            return;
        };
        next = answer(&mut keeper, request, &mut requests).await;
        announcements.announce(&keeper);
    }
}

/// Answers one request, a push together with those that wait behind it; gives the request that came after them.
async fn answer(keeper: &mut Keeper, request: Request, requests: &mut mpsc::Receiver<Request>) -> Option<Request> {
    match request {
        Request::Push(push, reply) => {
            let (pushes, replies, left) = gather(push, reply, requests);
            commit(keeper, pushes, replies).await;
            return left;
        }
        Request::AddUnit(unit, by, reply) => {
            let _ = reply.send(keeper.add_unit(&unit, by).await.map_err(ApiError::from));
        }
        Request::Ranking(period, reply) => {
            let _ = reply.send(keeper.ranking(period).await.map_err(ApiError::from));
        }
        Request::Current(period, reply) => {
            let _ = reply.send(keeper.current(period).await.map_err(ApiError::from));
        }
        Request::Explain(period, unit, reply) => {
            let _ = reply.send(keeper.explain(period, unit).await.map_err(ApiError::from));
        }
        Request::Movement(period, unit, reply) => {
            let _ = reply.send(keeper.movement(period, unit).await.map_err(ApiError::from));
        }
        Request::Snapshot(wanted, reply) => {
            let _ = reply.send(keeper.snapshot(&wanted).await.map_err(ApiError::from));
        }
        Request::Projects(reply) => {
            let _ = reply.send(keeper.projects().await.map_err(ApiError::from));
        }
        Request::Reports(period, reply) => {
            let _ = reply.send(keeper.reports(period).await.map_err(ApiError::from));
        }
        Request::Preview(change, now_ms, reply) => {
            let _ = reply.send(keeper.preview(&change, now_ms).await.map_err(ApiError::from));
        }
        Request::ChangeRules(asked, reply) => {
            let (person, change, now_ms) = *asked;
            let _ = reply.send(keeper.change_rules(&person, &change, now_ms).await);
        }
        Request::ChangeRoster(asked, reply) => {
            let (person, change, now_ms) = *asked;
            let _ = reply.send(keeper.change_roster(&person, change, now_ms).await);
        }
        Request::Step(request, reply) => {
            let _ = reply.send(keeper.step(&request).await);
        }
        Request::Hanging(blob, reply) => {
            let _ = reply.send(keeper.hanging(blob).await.map_err(ApiError::from));
        }
        Request::Files(record, reply) => {
            let _ = reply.send(keeper.files(record).await.map_err(ApiError::from));
        }
        Request::Trial(period, group, reply) => {
            let _ = reply.send(keeper.trial(period, group).await.map_err(ApiError::from));
        }
    }
    None
}

type PushReply = oneshot::Sender<Result<Vec<Receipt>, ApiError>>;

/// Takes the pushes that wait already, up to the first request of another kind.
fn gather(
    first: Push,
    reply: PushReply,
    requests: &mut mpsc::Receiver<Request>,
) -> (Vec<Push>, Vec<PushReply>, Option<Request>) {
    let mut operations = first.operations.len();
    let (mut pushes, mut replies) = (vec![first], vec![reply]);
    while operations < GROUP_OPERATIONS_MAX {
        match requests.try_recv() {
            Ok(Request::Push(push, reply)) => {
                operations += push.operations.len();
                pushes.push(push);
                replies.push(reply);
            }
            Ok(other) => return (pushes, replies, Some(other)),
            Err(_) => break,
        }
    }
    (pushes, replies, None)
}

async fn commit(keeper: &mut Keeper, pushes: Vec<Push>, replies: Vec<PushReply>) {
    // A sender that has gone away has still had its operations stored; it will ask again and get the same receipts.
    match keeper.commit(&pushes).await {
        Ok(receipts) => {
            for (reply, receipts) in replies.into_iter().zip(receipts) {
                let _ = reply.send(Ok(receipts));
            }
        }
        Err(error) => {
            for reply in replies {
                let _ = reply.send(Err(ApiError::Unavailable(error.to_string())));
            }
        }
    }
}
