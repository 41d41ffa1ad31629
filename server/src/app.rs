//! What every handler shares.

use std::sync::Arc;

use shared::id::{CampaignId, Digest};
use tokio::sync::{OnceCell, watch};

use crate::{
    auth,
    blobs::SharedBlobs,
    clock::Clock,
    error::ApiError,
    horizon::Horizon,
    ledger::Ledger,
    limits::{self, Rates},
    metrics::Metrics,
    password::Passwords,
    signing::SigningKey,
    snapshots::Snapshots,
    store::SharedStore,
    system,
    vouchers::Vouchers,
};

/// The server's parts.
#[derive(Debug)]
pub struct App {
    /// Everything durable.
    pub store: SharedStore,
    /// The contents of files.
    pub blobs: SharedBlobs,
    /// The time.
    pub clock: Clock,
    /// What signs frozen results.
    pub key: SigningKey,
    /// Hashing.
    pub passwords: Passwords,
    /// What each device may still ask.
    pub rates: Rates,
    /// What each other system may still ask.
    pub systems: Rates,
    /// What was counted since the start.
    pub metrics: Metrics,
    /// Snapshots that were made.
    pub snapshots: Snapshots,
    /// What is known of backups.
    pub horizon: Horizon,
    /// Signatures over the log.
    pub vouchers: Vouchers,
    /// The certificate of our own authority, as PEM, where it signed this server's.
    pub authority: Option<String>,
    /// The digest of the token that shows the figures from elsewhere.
    pub metrics_token: Option<Digest>,
    /// Whether people above the daily work of a unit log in with a second factor.
    pub asks_second_factor: bool,
    /// The campaign's writer; empty until the set-up.
    ledger: OnceCell<Ledger>,
    /// Turns true when the server stops; endless answers end then.
    stopping: watch::Sender<bool>,
}

impl App {
    /// A server over a store, whose campaign is loaded with [`App::open_ledger`].
    pub fn new(store: SharedStore, blobs: SharedBlobs, clock: Clock, key: SigningKey) -> Result<Self, ApiError> {
        Ok(Self {
            store,
            blobs,
            clock,
            key,
            passwords: Passwords::new()?,
            rates: Rates::new(limits::REQUESTS_PER_MINUTE),
            systems: Rates::new(system::REQUESTS_PER_MINUTE),
            metrics: Metrics::default(),
            snapshots: Snapshots::default(),
            horizon: Horizon::default(),
            vouchers: Vouchers::default(),
            authority: None,
            metrics_token: None,
            asks_second_factor: false,
            ledger: OnceCell::new(),
            stopping: watch::channel(false).0,
        })
    }

    /// The same with other limits, as the configuration says.
    #[must_use]
    pub fn with(self, requests_per_minute: u32, metrics_token: Option<&str>) -> Self {
        let metrics_token = metrics_token.map(auth::digest_of);
        Self { rates: Rates::new(requests_per_minute), metrics_token, ..self }
    }

    /// The same, handing out the certificate of our own authority.
    #[must_use]
    pub fn with_authority(self, authority: Option<String>) -> Self {
        Self { authority, ..self }
    }

    /// The same, asking people above the daily work of a unit for a second factor, or not.
    #[must_use]
    pub fn asking_second_factor(self, asks_second_factor: bool) -> Self {
        Self { asks_second_factor, ..self }
    }

    /// Starts the writer of the stored campaign, once.
    pub async fn open_ledger(&self) -> Result<(), ApiError> {
        let open = async || {
            let campaign = self.store.campaign().await?.campaign.id;
            self.store.begin_audit(campaign, self.clock.now_ms()).await?;
            Ledger::open(self.store.clone()).await
        };
        self.ledger.get_or_try_init(open).await.map(|_| ())
    }

    /// The campaign's writer.
    pub fn ledger(&self) -> Result<&Ledger, ApiError> {
        self.ledger.get().ok_or(ApiError::NotFound)
    }

    /// The campaign.
    pub fn campaign(&self) -> Result<CampaignId, ApiError> {
        self.ledger().map(|ledger| ledger.campaign().id)
    }

    /// Whether no campaign exists yet.
    pub fn needs_setup(&self) -> bool {
        self.ledger.get().is_none()
    }

    /// Becomes true when the server stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Ends endless answers.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

/// The state of all handlers.
pub type SharedApp = Arc<App>;
