//! One schedule: what happens to tablets, server and network, one event after the other, as the seed says.

use std::collections::BTreeSet;

use shared::{
    api::SyncRequest,
    id::{ActorId, OperationId},
    merge::stamp::FUTURE_MAX_MS,
    person::{Person, Role},
};
use uuid::Uuid;

use crate::{
    cast::{self, UNITS},
    data::error::DataError,
    device::{Ask, Device, Dialect, DiskFault, TABS, Told},
    protection::Mutant,
    random::Random,
    server::{Incoming, Server, ServerFault},
};

/// 400 days, the farthest that a clock jumps.
const JUMP_MS: u64 = 400 * 86_400_000;

/// Messages under way at most; more are lost.
const MESSAGES_MAX: usize = 24;

/// Steps of one undisturbed cycle at most.
const STEPS_MAX: usize = 2_000;

/// Something that can happen, with how often it does where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Write,
    Start,
    Step,
    Deliver,
    Exchange,
    Lose,
    Double,
    TimeOut,
    KillTab,
    KilledWrite,
    DiskFault,
    ServerFault,
    Evict,
    Fork,
    FallBack,
    Reopen,
    TabletClock,
    ServerClock,
    BackUp,
    Restore,
    Freeze,
    MovePerson,
    Release,
}

use Event::{
    BackUp, Deliver, Double, Evict, Exchange, FallBack, Fork, Freeze, KillTab, KilledWrite, Lose, MovePerson, Release,
    Reopen, Restore, ServerClock, Start, Step, TabletClock, TimeOut, Write,
};

/// What happens in every schedule.
const LIFE: [(Event, u64); 5] = [(Write, 14), (Start, 10), (Step, 30), (Deliver, 24), (Exchange, 6)];

/// What happens in some: each schedule draws which.
const FAULTS: [(Event, u64); 18] = [
    (Lose, 4),
    (Double, 4),
    (TimeOut, 3),
    (KillTab, 3),
    (KilledWrite, 2),
    (Event::DiskFault, 4),
    (Event::ServerFault, 5),
    (Evict, 1),
    (Fork, 2),
    (FallBack, 1),
    (Reopen, 2),
    (TabletClock, 3),
    (ServerClock, 2),
    (BackUp, 3),
    (Restore, 2),
    (Freeze, 2),
    (MovePerson, 1),
    (Release, 1),
];

/// How much heavier an event weighs that a mutant needs.
const EMPHASIS: u64 = 4;

/// A message under way.
#[derive(Clone, Debug)]
enum Message {
    Request(Address, Ask),
    Answer(Address, Result<Told, DataError>),
}

/// Which request of which tab.
#[derive(Clone, Copy, Debug)]
struct Address {
    device: usize,
    tab: usize,
    ticket: u64,
}

/// Everything.
pub(crate) struct World {
    pub(crate) random: Random,
    pub(crate) server: Server,
    pub(crate) devices: Vec<Device>,
    /// Operations that no server can read.
    pub(crate) poisonous: BTreeSet<OperationId>,
    /// Operations that a release other than this one wrote.
    pub(crate) foreign: BTreeSet<OperationId>,
    messages: Vec<Message>,
    weights: Vec<(Event, u64)>,
    born: u64,
    trace: Option<Vec<String>>,
}

impl World {
    /// The world before the first event.
    ///
    /// A mutant gets the events that it needs, and more of them.
    pub(crate) fn new(seed: u64, mutant: Option<&Mutant>, is_traced: bool) -> Self {
        let off = mutant.map(|mutant| mutant.off);
        let needed = mutant.map_or(&[][..], |mutant| mutant.needs);
        let mut random = Random::new(seed);
        let page = *random.pick(&[1, 2, 3, 5, 1_000]);
        let mut weights = LIFE.to_vec();
        weights.extend(FAULTS.into_iter().filter(|(event, _)| random.chance(45) || needed.contains(event)));
        let heavier = weights.iter_mut().filter(|(event, _)| needed.contains(event));
        heavier.for_each(|(_, weight)| *weight *= EMPHASIS);
        let mut world = Self {
            server: Server::new(page, off),
            devices: Vec::new(),
            poisonous: BTreeSet::new(),
            foreign: BTreeSet::new(),
            messages: Vec::new(),
            weights,
            born: 0,
            trace: is_traced.then(Vec::new),
            random,
        };
        for _ in 0..2 + world.random.below(3) {
            let person = world.random.place(world.server.people.len());
            let actor = world.actor();
            world.devices.push(Device::new(person, actor, off));
        }
        let people: Vec<usize> = world.devices.iter().map(|device| device.person).collect();
        world.note(|| format!("page {page}, tablets of {people:?}"));
        world
    }

    /// Lets so many events happen.
    pub(crate) fn run(&mut self, events: usize) {
        let total: u64 = self.weights.iter().map(|(_, weight)| weight).sum();
        for _ in 0..events {
            let mut at = self.random.below(total);
            let drawn = self.weights.iter().find(|(_, weight)| {
                let is_it = at < *weight;
                at = at.saturating_sub(*weight);
                is_it
            });
            let event = drawn.unwrap().0;
            self.server.now_ms += self.random.below(600_000);
            self.happen(event);
        }
    }

    /// What happened, where it was asked for.
    pub(crate) fn into_trace(self) -> Vec<String> {
        self.trace.unwrap_or_default()
    }

    /// Writes down what happens.
    pub(crate) fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(line());
        }
    }

    fn happen(&mut self, event: Event) {
        let place = self.random.place(self.devices.len());
        let tab = self.random.place(TABS);
        match event {
            Write => self.write(place, false),
            KilledWrite => self.write(place, true),
            Start => {
                self.devices[place].start(tab);
                self.step(place, tab);
            }
            Step => self.step(place, tab),
            Deliver => self.deliver(),
            Exchange => {
                self.exchange(place);
            }
            Lose => {
                if let Some(message) = self.take_message() {
                    self.note(|| format!("lost: {}", message.name()));
                }
            }
            Double => self.double(),
            TimeOut => {
                let line = &self.devices[place].tabs[tab].line;
                if self.devices[place].is_running(tab) {
                    line.answer.replace(Some(Err(DataError::Offline)));
                    self.note(|| format!("tablet {place}.{tab}: time-out"));
                }
            }
            KillTab => {
                self.devices[place].kill(tab);
                self.note(|| format!("tablet {place}.{tab}: killed"));
            }
            Event::DiskFault => {
                let fault = *self.random.pick(&[DiskFault::Full, DiskFault::Gone]);
                self.devices[place].fault.set(Some(fault));
                self.note(|| format!("tablet {place}: next write meets {fault:?}"));
            }
            Event::ServerFault => self.arm_server(),
            Evict | Fork | FallBack | Reopen | TabletClock | Release => self.trouble(place, event),
            ServerClock | BackUp | Restore | Freeze | MovePerson => self.reign(event),
        }
    }

    fn trouble(&mut self, place: usize, event: Event) {
        match event {
            Evict => {
                let actor = self.actor();
                self.devices[place].evict(actor);
            }
            Fork => self.devices[place].fork(),
            FallBack => self.devices[place].fall_back(),
            Reopen => self.devices[place].reopen(),
            TabletClock => {
                let ahead = i64::try_from(self.random.below(2 * JUMP_MS)).unwrap();
                self.devices[place].clock_ms = ahead - i64::try_from(JUMP_MS).unwrap();
            }
            _ => {
                let dialects = [Dialect::Current, Dialect::Oldest, Dialect::Newer];
                let dialect = *self.random.pick(&dialects);
                // The wire text of an operation is the tablet's for ever: a release changes it only while none waits.
                if self.devices[place].contents.store.0.borrow().own.is_empty() {
                    self.devices[place].dialect = dialect;
                }
            }
        }
        self.note(|| format!("tablet {place}: {event:?}"));
    }

    fn reign(&mut self, event: Event) {
        match event {
            ServerClock => {
                let now_ms = self.server.now_ms + self.random.below(2 * JUMP_MS);
                self.server.now_ms = now_ms.saturating_sub(JUMP_MS).max(FUTURE_MAX_MS);
                self.note(|| "server: clock jumps".to_owned());
            }
            BackUp => {
                self.server.back_up();
                let head = self.server.rows.len();
                self.note(|| format!("server: backup at {head}"));
            }
            Restore => {
                // Mostly yesterday's.
                let newest = self.server.backups.count() - 1;
                let backup = if self.random.chance(60) { newest } else { self.random.place(newest + 1) };
                self.server.restore(backup);
                let head = self.server.rows.len();
                self.note(|| format!("server: restored to {head}"));
            }
            Freeze => {
                self.server.freeze();
                self.server.rewrite_a_row(&mut self.random);
                self.note(|| "server: freeze".to_owned());
            }
            _ => self.move_person(),
        }
    }

    fn move_person(&mut self) {
        let place = self.random.place(self.server.people.len());
        let usual = cast::people();
        let person = &mut self.server.people[place];
        match self.random.below(3) {
            0 => person.roles.clear(),
            1 => *person = Person { unit: *self.random.pick(&UNITS), ..usual[place].clone() },
            _ => *person = Person { roles: [Role::UnitReviewer].into(), ..usual[place].clone() },
        }
        let (unit, roles) = (person.unit, person.roles.clone());
        self.note(|| format!("person {place}: unit {unit}, roles {roles:?}"));
    }

    fn arm_server(&mut self) {
        let faults = [
            ServerFault::KilledBeforeCommit,
            ServerFault::KilledAfterCommit,
            ServerFault::CommitFails,
            ServerFault::Busy,
        ];
        let fault = *self.random.pick(&faults);
        self.server.fault = Some(fault);
        self.note(|| format!("server: next request meets {fault:?}"));
    }

    fn write(&mut self, place: usize, is_killed: bool) {
        let device = &mut self.devices[place];
        let person = &self.server.people[device.person];
        let intent = {
            let content = device.contents.store.0.borrow();
            cast::intent(person, &mut self.random, |id| content.records.get(&id))
        };
        self.born += 1;
        // Ids that sort otherwise than the operations were made.
        let id = OperationId(Uuid::from_u128(u128::from(self.random.bits()) << 64 | u128::from(self.born)));
        let now_ms = self.server.now_ms.saturating_add_signed(device.clock_ms);
        if is_killed {
            device.save_and_die(intent, id, now_ms);
            self.note(|| format!("tablet {place}: killed while it writes {id}"));
            return;
        }
        let saved = device.save(&intent, id, now_ms);
        if device.dialect != Dialect::Current {
            self.foreign.insert(id);
        } else if self.random.chance(2) {
            self.poisonous.insert(id);
        }
        self.note(|| match saved {
            Some(saved) => format!("tablet {place}: {id} #{} {:?} of {}", saved.counter, saved.body, saved.record),
            None => format!("tablet {place}: {id} not written"),
        });
    }

    fn step(&mut self, place: usize, tab: usize) {
        let end = self.devices[place].step(tab);
        if let Some(end) = end {
            self.note(|| format!("tablet {place}.{tab}: cycle ends {end:?}"));
        }
        let line = &self.devices[place].tabs[tab].line;
        let Some(request) = line.outgoing.take() else {
            return;
        };
        let address = Address { device: place, tab, ticket: line.ticket.get() };
        self.note(|| match &request {
            Ask::Exchange(request) => {
                let (cursor, acknowledged) = (request.cursor.sequence, request.acknowledged.sequence);
                let sent: Vec<u64> = request.operations.iter().map(|operation| operation.counter).collect();
                format!("tablet {place}.{tab}: asks from {cursor}, acknowledged {acknowledged}, sends {sent:?}")
            }
            Ask::Snapshot(offer) => format!("tablet {place}.{tab}: asks for the snapshot at {}", offer.at.sequence),
        });
        if self.messages.len() < MESSAGES_MAX {
            self.messages.push(Message::Request(address, request));
        }
    }

    fn take_message(&mut self) -> Option<Message> {
        if self.messages.is_empty() {
            return None;
        }
        let place = self.random.place(self.messages.len());
        Some(self.messages.swap_remove(place))
    }

    fn double(&mut self) {
        if !self.messages.is_empty() && self.messages.len() < MESSAGES_MAX {
            let message = self.random.pick(&self.messages).clone();
            self.note(|| format!("doubled: {}", message.name()));
            self.messages.push(message);
        }
    }

    fn deliver(&mut self) {
        match self.take_message() {
            None => {}
            Some(Message::Request(address, request)) => {
                if let Some(answer) = self.ask(address.device, &request) {
                    self.messages.push(Message::Answer(address, answer));
                }
            }
            Some(Message::Answer(address, answer)) => {
                let line = &self.devices[address.device].tabs[address.tab].line;
                if line.ticket.get() == address.ticket && self.devices[address.device].is_running(address.tab) {
                    self.devices[address.device].tabs[address.tab].line.answer.replace(Some(answer));
                    self.step(address.device, address.tab);
                }
            }
        }
    }

    /// One cycle on a perfect line, in a tab of its own; whether it ended well.
    pub(crate) fn exchange(&mut self, place: usize) -> bool {
        self.devices[place].kill(0);
        self.devices[place].start(0);
        for _ in 0..STEPS_MAX {
            if let Some(end) = self.devices[place].step(0) {
                self.note(|| format!("tablet {place}: cycle ends {end:?}"));
                return end.is_ok();
            }
            let request = self.devices[place].tabs[0].line.outgoing.take();
            if let Some(request) = request {
                let answer = self.ask(place, &request).unwrap_or(Err(DataError::Offline));
                self.devices[place].tabs[0].line.answer.replace(Some(answer));
            }
        }
        self.devices[place].kill(0);
        false
    }

    /// The server's answer to a tablet's request.
    pub(crate) fn ask(&mut self, place: usize, ask: &Ask) -> Option<Result<Told, DataError>> {
        match ask {
            Ask::Exchange(request) => self.exchanged(place, request),
            Ask::Snapshot(offer) => {
                let answer = self.server.snapshot(offer, self.devices[place].person);
                let word = if answer.is_ok() { "sent" } else { "gone" };
                self.note(|| format!("server: the snapshot at {} is {word}", offer.at.sequence));
                Some(answer.map(Told::Records))
            }
        }
    }

    fn exchanged(&mut self, place: usize, request: &SyncRequest) -> Option<Result<Told, DataError>> {
        let device = &self.devices[place];
        let arrive = |operation: &shared::merge::operation::Operation| {
            Incoming::of(operation.clone(), device.dialect, self.poisonous.contains(&operation.id))
        };
        let operations = request.operations.iter().map(arrive).collect();
        let person = device.person;
        let answer = self.server.handle(request, operations, person, &mut self.random);
        self.note(|| match &answer {
            None => format!("server: dies over tablet {place}'s request"),
            Some(Err(error)) => format!("server: to tablet {place}: {error:?}"),
            Some(Ok(answer)) => {
                let rows: Vec<u64> = answer.rows.iter().map(|row| row.sequence).collect();
                let receipts: Vec<u64> = answer.receipts.iter().map(|receipt| receipt.mark.sequence).collect();
                let (base, next) = (answer.base.sequence, answer.next.sequence);
                format!("server: to tablet {place}: {base} → {next}, rows {rows:?}, receipts {receipts:?}")
            }
        });
        answer.map(|answer| answer.map(|answer| Told::Answer(Box::new(answer))))
    }

    fn actor(&mut self) -> ActorId {
        ActorId(self.random.bits())
    }
}

impl Message {
    fn name(&self) -> String {
        match self {
            Self::Request(address, _) => format!("request of tablet {}.{}", address.device, address.tab),
            Self::Answer(address, _) => format!("answer to tablet {}.{}", address.device, address.tab),
        }
    }
}
