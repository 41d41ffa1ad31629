//! The server's clock: the only place that reads the time of the machine.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// A clock that can be shifted as a whole: the demo lives in June 2021.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn Fn() -> u64 + Send + Sync>,
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::of(|| {
            #[expect(clippy::disallowed_methods, reason = "this is the one home of the machine's time")]
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
    }

    /// A clock that reads its milliseconds since 1970 from `source`.
    pub fn of(source: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self { source: Arc::new(source), offset_ms: Arc::default() }
    }

    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        (self.source)().saturating_add_signed(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Shifts the clock by this much against its source.
    pub fn shift(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
    }

    /// The shift that makes the clock read `now_ms` now.
    pub fn offset_to(&self, now_ms: u64) -> i64 {
        let source = i64::try_from((self.source)()).unwrap_or(i64::MAX);
        i64::try_from(now_ms).unwrap_or(i64::MAX).saturating_sub(source)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Clock").field("now_ms", &self.now_ms()).finish_non_exhaustive()
    }
}
