//! What the requests of a run meet: drawn by the dice, counted by kind.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Result;
use e2e::proxy::{Fault, Proxy};

use crate::dice::Dice;

/// What meets faults: the exchange, its snapshots and its events. The page itself comes as it is.
const EXCHANGE: [&str; 3] = ["/api/v1/sync", "/api/v1/snapshots", "/api/v1/events"];

/// Of a hundred requests so many meet a fault.
const FAULTY_PERCENT: u64 = 45;

/// Bytes of an answer within which it is cut, as powers of two: the head, the first rows, the middle.
const ANSWER_BYTES: std::ops::Range<u64> = 4..16;

/// A bad network before a server.
#[derive(Debug)]
pub struct Network {
    proxy: Proxy,
    weather: Arc<Weather>,
}

#[derive(Debug)]
struct Weather {
    is_bad: AtomicBool,
    dice: Mutex<Dice>,
    met: Mutex<BTreeMap<&'static str, usize>>,
}

impl Network {
    /// A bad network before the server at `origin`.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn before(origin: &str, dice: Dice) -> Result<Self> {
        let weather =
            Arc::new(Weather { is_bad: AtomicBool::new(true), dice: Mutex::new(dice), met: Mutex::default() });
        let asked = Arc::clone(&weather);
        let proxy = Proxy::start(origin, move |path, bytes| asked.draw(path, bytes)).await?;
        Ok(Self { proxy, weather })
    }

    /// Where clients find it.
    pub fn origin(&self) -> &str {
        self.proxy.origin()
    }

    /// From now on the network is good.
    pub fn heal(&self) {
        self.weather.is_bad.store(false, Ordering::Relaxed);
    }

    /// How many requests met what.
    pub fn met(&self) -> BTreeMap<&'static str, usize> {
        locked(&self.weather.met).clone()
    }
}

impl Weather {
    fn draw(&self, path: &str, bytes: usize) -> Fault {
        if !self.is_bad.load(Ordering::Relaxed) || !EXCHANGE.iter().any(|start| path.starts_with(start)) {
            return Fault::None;
        }
        let (name, fault) = drawn(&mut locked(&self.dice), bytes);
        *locked(&self.met).entry(name).or_default() += 1;
        fault
    }
}

fn drawn(dice: &mut Dice, bytes: usize) -> (&'static str, Fault) {
    if !dice.chance(FAULTY_PERCENT) {
        return ("nothing", Fault::None);
    }
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX).max(1);
    let place = |drawn: u64| usize::try_from(drawn).unwrap_or(usize::MAX);
    match dice.within(0..10) {
        0..3 => ("cut request", Fault::CutRequest(place(dice.within(0..bytes)))),
        3..6 => {
            let limit = 1 << dice.within(ANSWER_BYTES);
            ("cut answer", Fault::CutAnswer(place(dice.within(0..limit))))
        }
        6 => ("doubled", Fault::Repeat(place(dice.within(1..4)))),
        7 => ("late", Fault::Late(dice.within(1..1_500))),
        8 if dice.chance(50) => ("delayed", Fault::Delay(dice.within(1..700))),
        8 => ("slow", Fault::Slow),
        _ => ("busy", Fault::Busy),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
