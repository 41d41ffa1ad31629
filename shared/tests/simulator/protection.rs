//! The invariants, and what protects them: each protection can be switched off, and then an invariant must fail.

use crate::world::Event;

/// What holds at rest after every schedule; `sync.md` §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Invariant {
    /// I1: what was durable on a tablet whose store still exists is in the log.
    NoLoss,
    /// I2: an id is in the log at most once.
    NoDuplicate,
    /// I3: every replica is the fold of the rows it may see.
    Convergence,
    /// I4: the fold of the rows up to a freeze is the same for ever.
    Frozen,
    /// I5: what a tablet was told is what the log says.
    HonestAnswer,
    /// I6: no effective stamp lies in the future of its reception.
    NoFuture,
    /// I7: an actor's operations have rising stamps.
    OwnOrder,
    /// I8: nothing waits for ever.
    NeverStuck,
    /// I9: no operation vanishes from a store.
    NeverWiped,
    /// I10: the shape of every release is accepted.
    NeverTooOld,
}

/// Something that stands between a fault and a broken invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protection {
    /// An answer is taken only if its base is the stored cursor.
    AnswerForItsCursorOnly,
    /// So are its receipts.
    ReceiptsForTheirCursorOnly,
    /// An answer is taken whole, in one transaction.
    AnswerTakenWhole,
    /// A request shows the newest own operation acknowledged.
    AcknowledgedMark,
    /// A request shows the last row pulled.
    CursorMark,
    /// Marks are compared by the chain, not by the sequence alone.
    ChainInMarks,
    /// Marks are checked before anything is pushed.
    LineageBeforePush,
    /// Own operations above the common row are offered again.
    OfferedAgain,
    /// A rewound store still shows its newest acknowledged operation that the server had.
    AcknowledgedMarkAfterRewind,
    /// A rewound store folds anew.
    FoldedAnewAfterRewind,
    /// A rewound store pulls from before the first row of what it folds anew.
    RewoundBeforeDropped,
    /// A rewound store keeps its operations.
    OperationsKeptOnRewind,
    /// An id is looked up before its operation is taken in.
    IdLookedUp,
    /// Stamps are clamped to the reception.
    StampsClamped,
    /// An actor's stamps rise.
    StampsRise,
    /// “已保存” comes after the commit.
    SavedAfterCommit,
    /// The counter is stored with the operation.
    CounterStoredWithOperation,
    /// Receipts leave after the commit.
    ReceiptsAfterCommit,
    /// The operations after a refused one are decided all the same.
    RefusalAlone,
    /// An unreadable operation is put aside alone.
    UnreadableAlone,
    /// Any schema is read.
    EverySchema,
    /// The cursor is the last row of the page.
    CursorOfThePage,
    /// A page begins with the first row after the cursor.
    PageWithoutGap,
    /// A reader sees no row before those under it.
    NoOvertaking,
    /// A refused operation has no effect.
    RefusedWithoutEffect,
    /// A tablet whose person may see other rows than before pulls anew.
    ScopeNoticed,
    /// An acknowledged operation is awaited until the cursor has passed it.
    AwaitedUntilPassed,
    /// A stored row is never written again.
    RowsImmutable,
    /// The server changes nothing in an operation.
    OperationsImmutable,
    /// What arrives for a frozen month is late.
    LateTold,
    /// A snapshot is taken whole, in one transaction.
    SnapshotTakenWhole,
    /// A snapshot is taken only if it holds all that the store knows.
    SnapshotAheadOnly,
    /// A snapshot is taken only by a store that stands where it stood when it was offered.
    SnapshotWhereOffered,
    /// An own operation stays on the tablet until every backup that may be restored holds it.
    KeptUntilBackedUp,
    /// How far that is, the oldest of those backups says.
    OldestBackupTold,
    /// A published result counts the rows up to its mark and no other.
    ResultOfItsMark,
}

use Event::{BackUp, Double, Exchange, Freeze, KilledWrite, MovePerson, Release, Restore, Start, TabletClock};
use Invariant::{
    Convergence, Frozen, HonestAnswer, NeverStuck, NeverTooOld, NeverWiped, NoDuplicate, NoFuture, NoLoss, OwnOrder,
};

/// A world without one protection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mutant {
    /// What is switched off.
    pub(crate) off: Protection,
    /// What fails then.
    pub(crate) broken: Invariant,
    /// What must happen for it.
    pub(crate) needs: &'static [Event],
    /// A schedule in which it failed, tried before all others.
    pub(crate) seen: u64,
}

const fn without(off: Protection, broken: Invariant, needs: &'static [Event], seen: u64) -> Mutant {
    Mutant { off, broken, needs, seen }
}

/// Each protection with the invariant that fails without it.
pub(crate) const TABLE: [Mutant; 36] = [
    without(Protection::AnswerForItsCursorOnly, Convergence, &[MovePerson, Start], 190),
    without(Protection::ReceiptsForTheirCursorOnly, NoLoss, &[BackUp, Restore, Start], 599),
    without(Protection::AnswerTakenWhole, Convergence, &[Event::DiskFault], 4),
    without(Protection::AcknowledgedMark, NoLoss, &[BackUp, Restore, Exchange], 232),
    without(Protection::CursorMark, Convergence, &[BackUp, Restore], 44),
    without(Protection::ChainInMarks, NoLoss, &[BackUp, Restore], 4),
    without(Protection::LineageBeforePush, OwnOrder, &[BackUp, Restore], 4),
    without(Protection::OfferedAgain, NoLoss, &[BackUp, Restore], 1),
    without(Protection::AcknowledgedMarkAfterRewind, NoLoss, &[BackUp, Restore, Exchange], 324),
    without(Protection::FoldedAnewAfterRewind, Convergence, &[BackUp, Restore], 4),
    without(Protection::RewoundBeforeDropped, Convergence, &[BackUp, Restore, Exchange], 4),
    without(Protection::OperationsKeptOnRewind, NeverWiped, &[BackUp, Restore], 8),
    without(Protection::KeptUntilBackedUp, NeverWiped, &[Exchange], 0),
    without(Protection::OldestBackupTold, NeverWiped, &[BackUp, Exchange, Event::ServerClock], 15),
    without(Protection::IdLookedUp, NoDuplicate, &[Double], 0),
    without(Protection::StampsClamped, NoFuture, &[TabletClock], 0),
    without(Protection::StampsRise, OwnOrder, &[TabletClock], 0),
    without(Protection::SavedAfterCommit, NoLoss, &[KilledWrite], 0),
    without(Protection::CounterStoredWithOperation, NeverWiped, &[], 1),
    without(Protection::ReceiptsAfterCommit, HonestAnswer, &[Event::ServerFault], 0),
    without(Protection::RefusalAlone, NeverStuck, &[MovePerson], 74),
    without(Protection::UnreadableAlone, NeverStuck, &[], 9),
    without(Protection::EverySchema, NeverTooOld, &[Release], 10),
    without(Protection::CursorOfThePage, Convergence, &[], 0),
    without(Protection::PageWithoutGap, Convergence, &[], 0),
    without(Protection::NoOvertaking, Convergence, &[], 2),
    without(Protection::RefusedWithoutEffect, Convergence, &[], 0),
    without(Protection::ScopeNoticed, Convergence, &[MovePerson], 5),
    without(Protection::AwaitedUntilPassed, Convergence, &[MovePerson], 646),
    without(Protection::RowsImmutable, Frozen, &[Freeze], 4),
    without(Protection::OperationsImmutable, NoLoss, &[], 2),
    without(Protection::LateTold, Frozen, &[Freeze], 0),
    without(Protection::ResultOfItsMark, Frozen, &[Freeze], 0),
    without(Protection::SnapshotTakenWhole, Convergence, &[Event::DiskFault], 72),
    without(Protection::SnapshotAheadOnly, Convergence, &[Start], 6),
    // So rare that only the schedule is known which it broke; what it needs would make another of that.
    without(Protection::SnapshotWhereOffered, Convergence, &[], 75_982),
];
