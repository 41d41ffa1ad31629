//! The backups of the server's disk: which are kept, and what the disk itself knows of them.

use std::rc::Rc;

use shared::{
    id::OperationId,
    sync::{
        accept::Entry,
        horizon::{self, Backup, KEPT_MS},
    },
};

use crate::{cast::START_MS, periods::Freeze};

/// What lies on the server's disk.
pub(crate) type Disk = (Vec<Rc<Entry>>, Vec<Freeze>);

/// A copy of it.
#[derive(Clone)]
struct Copied {
    at_ms: u64,
    disk: Disk,
    /// What it knows of backups before it.
    proved: Vec<Backup>,
}

/// The backups.
pub(crate) struct Backups {
    /// Oldest first; they begin with the empty disk.
    kept: Vec<Copied>,
    /// What the disk's acts tell.
    proved: Vec<Backup>,
    /// When one was last made or restored. Whoever does that looks at the clock on the wall, which nobody sets back.
    latest_ms: u64,
}

impl Backups {
    /// Before the first operation.
    pub(crate) fn new() -> Self {
        let nothing = Copied { at_ms: START_MS, disk: Disk::default(), proved: Vec::new() };
        Self {
            kept: vec![nothing],
            proved: vec![Backup { at_ms: START_MS, taken_ms: START_MS, head: 0 }],
            latest_ms: START_MS,
        }
    }

    /// How many are kept.
    pub(crate) const fn count(&self) -> usize {
        self.kept.len()
    }

    /// Takes one, and throws those away that are no longer kept.
    pub(crate) fn take(&mut self, disk: Disk, now_ms: u64) {
        let at_ms = self.wall_ms(now_ms);
        let (head, proved) = (head_of(&disk), self.proved.clone());
        self.proved.push(Backup { at_ms, taken_ms: at_ms, head });
        self.kept.push(Copied { at_ms, disk, proved });
        self.kept.retain(|copied| copied.at_ms + KEPT_MS >= at_ms);
    }

    /// The disk as one of them has it; from then on it is the server's.
    pub(crate) fn restore(&mut self, place: usize, now_ms: u64) -> Disk {
        let at_ms = self.wall_ms(now_ms);
        let Copied { at_ms: taken_ms, disk, proved } = self.kept[place].clone();
        self.proved = proved;
        self.proved.push(Backup { at_ms, taken_ms, head: head_of(&disk) });
        disk
    }

    /// What tablets are told.
    pub(crate) fn horizon(&self) -> u64 {
        horizon::backed_up(&self.proved)
    }

    /// What a server without sense would tell them: how far the newest goes.
    pub(crate) fn newest(&self) -> u64 {
        self.proved.last().map_or(0, |backup| backup.head)
    }

    /// Whether every one that may be restored holds an operation.
    pub(crate) fn all_hold(&self, id: OperationId) -> bool {
        self.kept.iter().all(|copied| copied.disk.0.iter().any(|entry| entry.row.operation.id == id))
    }

    fn wall_ms(&mut self, now_ms: u64) -> u64 {
        self.latest_ms = now_ms.max(self.latest_ms + 1);
        self.latest_ms
    }
}

fn head_of((rows, _): &Disk) -> u64 {
    rows.last().map_or(0, |entry| entry.row.sequence)
}
