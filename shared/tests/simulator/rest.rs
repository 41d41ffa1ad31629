//! Rest: every fault ends, every tablet syncs until nothing moves; then the invariants are looked at.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    api::Receipt,
    id::{ActorId, OperationId, RecordId},
    merge::{
        operation::{Disposition, LogRow, Mark},
        replica::Replica,
        stamp::{FUTURE_MAX_MS, Stamp},
    },
    record::Record,
    sync::client::OwnOperation,
};

use crate::{
    device::Device,
    periods,
    protection::Invariant,
    server::{Server, mark_of},
    world::World,
};

/// Rounds in which every tablet syncs once, until nothing moves.
const ROUNDS_MAX: usize = 8;

/// A broken invariant, and how.
pub(crate) type Broken = (Invariant, String);

/// Ends every fault, brings everything to rest and looks.
pub(crate) fn settle(world: &mut World) -> Vec<Broken> {
    world.note(|| "rest".to_owned());
    world.server.fault = None;
    world.devices.iter().for_each(|device| device.fault.set(None));
    world.devices.iter_mut().for_each(Device::kill_all);
    let mut broken = Vec::new();
    let mut is_at_rest = false;
    for _ in 0..ROUNDS_MAX {
        let before = state(world);
        let is_heard = (0..world.devices.len()).all(|place| world.exchange(place));
        is_at_rest = is_heard && state(world) == before;
        if is_at_rest {
            break;
        }
    }
    if !is_at_rest {
        broken.push((Invariant::NeverStuck, "tablets and server do not come to rest".to_owned()));
    }
    look(world, &mut broken);
    broken
}

fn state(world: &World) -> (usize, Vec<Mark>) {
    let cursors = world.devices.iter().map(|device| device.contents.store.0.borrow().state.cursor);
    (world.server.rows.len(), cursors.collect())
}

fn look(world: &World, broken: &mut Vec<Broken>) {
    look_at_log(world, broken);
    let log: BTreeMap<OperationId, &LogRow> =
        world.server.rows.iter().map(|entry| (entry.row.operation.id, &entry.row)).collect();
    for (place, device) in world.devices.iter().enumerate() {
        let mut say = |invariant, text: String| broken.push((invariant, format!("tablet {place}: {text}")));
        let content = device.contents.store.0.borrow();
        let own: BTreeMap<OperationId, &OwnOperation> =
            content.own.values().map(|own| (own.operation.id, own)).collect();
        let gone = device.contents.promised.keys().filter(|id| !own.contains_key(id));
        for id in gone.filter(|id| !world.server.backups.all_hold(**id)) {
            say(Invariant::NeverWiped, format!("{id} was saved and is gone"));
        }
        let promised = device.contents.promised.iter();
        for (id, operation) in promised.chain(own.iter().map(|(id, own)| (id, &own.operation))) {
            let is_aside = own.get(id).is_some_and(|own| own.receipt.as_ref().is_some_and(|told| !told.is_stored()));
            match log.get(id) {
                None if !is_aside => say(Invariant::NoLoss, format!("{id} is not in the log")),
                Some(row) if row.operation.body != operation.body => {
                    say(Invariant::NoLoss, format!("{id} says something else in the log"));
                }
                _ => {}
            }
        }
        for own in own.values() {
            look_at_receipt(own, &log, world, &mut say);
            // Only a mark can tell that the log lost it.
            let vouched = content.state.acknowledged.sequence.max(content.state.cursor.sequence);
            if own.receipt.as_ref().is_some_and(|receipt| receipt.mark.sequence > vouched) {
                say(Invariant::HonestAnswer, format!("{} is vouched for by no mark", own.operation.id));
            }
        }
        look_at_fold(world, device, &content.records, &mut say);
    }
}

fn look_at_receipt(
    own: &OwnOperation,
    log: &BTreeMap<OperationId, &LogRow>,
    world: &World,
    say: &mut impl FnMut(Invariant, String),
) {
    let id = own.operation.id;
    let Some(receipt) = &own.receipt else {
        say(Invariant::NeverStuck, format!("{id} still waits"));
        return;
    };
    let is_there =
        |row: &LogRow| receipt.proof().map_or(receipt.mark.sequence == row.sequence, |it| it == mark_of(row));
    let is_told = |row: &LogRow| is_there(row) && receipt.disposition == row.disposition;
    let is_true = log.get(&id).map_or(!receipt.is_stored(), |row| is_told(row));
    if !is_true {
        say(Invariant::HonestAnswer, format!("{id} was told {receipt:?}"));
    }
    if is_foreign_and_malformed(world, id, receipt) {
        say(Invariant::NeverTooOld, format!("{id} of another release was not read"));
    }
}

fn is_foreign_and_malformed(world: &World, id: OperationId, receipt: &Receipt) -> bool {
    let is_malformed = receipt.refusal() == Some(shared::issue::RefusalCode::Malformed);
    world.foreign.contains(&id) && !receipt.is_stored() && is_malformed
}

fn look_at_fold(
    world: &World,
    device: &Device,
    records: &BTreeMap<RecordId, Record>,
    say: &mut impl FnMut(Invariant, String),
) {
    let person = &world.server.people[device.person];
    let mut expected = Replica::default();
    for entry in world.server.rows.iter().filter(|entry| Server::sees(person, &entry.row)) {
        expected.apply_row(&entry.row);
    }
    // A record in which all was refused is nothing.
    let is_something = |record: &&Record| !record.is_blank() || !record.remarks.is_empty() || record.removed;
    let held: Vec<&Record> = records.values().filter(is_something).collect();
    for record in &held {
        match expected.get(record.id) {
            Some(other) if other == *record => {}
            other => say(Invariant::Convergence, format!("holds {record:?}, the log says {other:?}")),
        }
    }
    let visible: BTreeSet<RecordId> = world
        .server
        .rows
        .iter()
        .filter(|entry| Server::sees(person, &entry.row))
        .map(|entry| entry.row.operation.record)
        .collect();
    for id in visible {
        let is_missing =
            expected.get(id).as_ref().is_some_and(is_something) && !held.iter().any(|record| record.id == id);
        if is_missing {
            say(Invariant::Convergence, format!("lacks the record {id}"));
        }
    }
}

fn look_at_log(world: &World, broken: &mut Vec<Broken>) {
    let server = &world.server;
    let mut ids = BTreeSet::new();
    let mut before = Mark::START;
    let mut latest: BTreeMap<ActorId, u64> = BTreeMap::new();
    let mut stamps: BTreeMap<ActorId, BTreeMap<u64, Stamp>> = BTreeMap::new();
    for (entry, received_ms) in server.rows.iter().zip(&server.received) {
        let row = &entry.row;
        let id = row.operation.id;
        if !ids.insert(id) {
            broken.push((Invariant::NoDuplicate, format!("{id} stands twice in the log")));
        }
        let chain = LogRow::link(before.chain, &row.operation, row.effective_stamp, row.disposition);
        if row.sequence != before.sequence + 1 || row.chain != chain {
            broken.push((Invariant::Frozen, format!("the chain breaks at {}", row.sequence)));
        }
        before = mark_of(row);
        // A server whose clock fell keeps an actor's order and so, for a while, the reception before the fall.
        let latest = latest.entry(row.operation.actor).or_default();
        *latest = (*latest).max(*received_ms);
        if row.effective_stamp.ms() > *latest + FUTURE_MAX_MS {
            broken.push((Invariant::NoFuture, format!("{id} lies in the future")));
        }
        if !matches!(row.disposition, Disposition::Quarantined(_)) {
            stamps.entry(row.operation.actor).or_default().insert(row.operation.counter, row.effective_stamp);
        }
    }
    let fallen: BTreeSet<&ActorId> = world.devices.iter().flat_map(|device| &device.fallen).collect();
    for (actor, stamps) in stamps {
        // A store that fell back in time writes its counters twice; the log keeps the second in quarantine.
        if !fallen.contains(&actor) && !stamps.values().is_sorted_by(|one, other| one < other) {
            broken.push((Invariant::OwnOrder, format!("the stamps of {actor} do not rise")));
        }
    }
    if server.lies > 0 {
        broken.push((Invariant::HonestAnswer, "a receipt left before its row was on the disk".to_owned()));
    }
    periods::look_at_freezes(server, broken);
    look_at_memory(server, broken);
}

/// The running server's memory is what its disk says.
fn look_at_memory(server: &Server, broken: &mut Vec<Broken>) {
    let mut replica = Replica::default();
    server.rows.iter().for_each(|entry| replica.apply_row(&entry.row));
    if &replica != server.log().replica()
        || server.log().head() != server.rows.last().map_or(Mark::START, |entry| mark_of(&entry.row))
    {
        broken.push((Invariant::Convergence, "the server's memory is not its log".to_owned()));
    }
}
