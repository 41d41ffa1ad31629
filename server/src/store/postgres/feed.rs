//! What the processes of one database tell each other: that something was written. A hint may be lost; looking now
//! and then makes up for it, and for databases that speak the language but know no notifications.

use std::{sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval_at, sleep},
};

/// The channel of the notifications; a payload is the name of the process that wrote.
const CHANNEL: &str = "tisheng";

/// How often a process looks without having been told.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long a lost listener waits before it tries again.
const LISTEN_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The hints of one process, until it is dropped.
#[derive(Debug)]
pub(super) struct Feed {
    changes: watch::Sender<()>,
    written: Arc<Notify>,
    _tasks: JoinSet<()>,
}

impl Feed {
    /// Begins to listen with one connection of `listening`, and to tell with those of `telling`, as `process`.
    pub(super) fn start(listening: PgPool, telling: PgPool, process: String, look_every: Duration) -> Self {
        let (changes, written) = (watch::channel(()).0, Arc::new(Notify::new()));
        let mut tasks = JoinSet::new();
        tasks.spawn(listen(listening, process.clone(), changes.clone()));
        tasks.spawn(tell(telling, process, written.clone()));
        tasks.spawn(look(changes.clone(), look_every));
        Self { changes, written, _tasks: tasks }
    }

    /// Changes when another process may have written.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// The right to say so later.
    pub(super) fn announcement(&self) -> Announcement {
        Announcement(self.written.clone())
    }
}

/// What a writer says when its transaction is committed.
#[derive(Debug)]
pub(super) struct Announcement(Arc<Notify>);

impl Announcement {
    /// This process has written.
    pub(super) fn make(self) {
        self.0.notify_one();
    }
}

async fn listen(pool: PgPool, process: String, changes: watch::Sender<()>) {
    loop {
        if let Err(error) = hear(&pool, &process, &changes).await {
            tracing::debug!(cause = %error, "no notifications");
        }
        sleep(LISTEN_AGAIN_AFTER).await;
    }
}

async fn hear(pool: &PgPool, process: &str, changes: &watch::Sender<()>) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    changes.send_replace(());
    loop {
        let heard = listener.try_recv().await?;
        if heard.is_none_or(|notification| notification.payload() != process) {
            changes.send_replace(());
        }
    }
}

/// One notification at a time: what is written meanwhile is told by the next.
async fn tell(pool: PgPool, process: String, written: Arc<Notify>) {
    loop {
        written.notified().await;
        let told = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(process.clone()).execute(&pool).await;
        if let Err(error) = told {
            tracing::debug!(cause = %error, "nobody was notified");
        }
    }
}

async fn look(changes: watch::Sender<()>, every: Duration) {
    let mut clock = interval_at(Instant::now() + every, every);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        changes.send_replace(());
    }
}
