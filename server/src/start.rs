//! From a configuration to a serving process, and to its orderly end.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::Request,
    http::HeaderValue,
    middleware::map_request,
    serve::{Listener, ListenerExt as _},
};
use shared::t;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};

use crate::{
    app::{App, SharedApp},
    assets,
    blobs::{self, bucket::AddressError},
    clock::Clock,
    config::{Config, Demo, Token},
    error::ApiError,
    first_start,
    limits::CONNECTIONS_MAX,
    listener::Limited,
    router::router,
    signing::SigningKey,
    store::{self, OpenError},
    tls::{Encrypted, Tls},
};

/// How long requests under way may take to finish when the server stops.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

/// Why the server does not start.
#[derive(Debug)]
pub enum StartError {
    /// Plain HTTP may only be spoken on loopback.
    NotLoopback(SocketAddr),
    /// Something else listens there.
    PortTaken(SocketAddr),
    /// The address cannot be used for another reason.
    Address(SocketAddr, io::Error),
    /// The data folder cannot be created or written.
    DataFolder(PathBuf, io::Error),
    /// The database cannot be opened.
    Database(OpenError),
    /// The certificate cannot be read or made.
    Certificate(io::Error),
    /// The place for files is none.
    Blobs(AddressError),
    /// The folder holds no built application.
    AssetsMissing(PathBuf),
    /// What is stored, or the demo, cannot be loaded.
    Load(String),
}

impl StartError {
    /// The sentence for whoever starts the server, with the next step.
    pub fn message(&self) -> String {
        match self {
            Self::NotLoopback(address) => t!("error.start.not_loopback", address = address),
            Self::PortTaken(address) => t!("error.start.port_taken", address = address),
            Self::Address(address, cause) => t!("error.start.address", address = address, cause = cause),
            Self::DataFolder(path, cause) => t!("error.start.data_folder", path = path.display(), cause = cause),
            Self::Database(error) => database_message(error),
            Self::Certificate(cause) => t!("error.start.certificate", cause = cause),
            Self::Blobs(AddressError::Shape) => t!("error.start.blobs_address"),
            Self::Blobs(AddressError::Credentials(name)) => t!("error.start.blobs_credentials", name = name),
            Self::Blobs(AddressError::Setting(cause)) => t!("error.start.blobs_setting", cause = cause),
            Self::AssetsMissing(path) => t!("error.start.assets_missing", path = path.display()),
            Self::Load(cause) => t!("error.start.load", cause = cause),
        }
    }
}

fn database_message(error: &OpenError) -> String {
    match error {
        OpenError::Newer(migration) => t!("error.start.newer_database", migration = migration),
        OpenError::Unusable(cause) => t!("error.start.database", cause = cause),
        OpenError::Address => t!("error.start.database_address"),
        OpenError::Unreachable { place, cause } => {
            t!("error.start.database_unreachable", place = place, cause = cause)
        }
        OpenError::Login { place, user } => t!("error.start.database_login", place = place, user = user),
        OpenError::Missing { place, database } => {
            t!("error.start.database_missing", place = place, database = database)
        }
        OpenError::Permission { user, cause } => t!("error.start.database_permission", user = user, cause = cause),
    }
}

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> Self {
        Self::Database(error)
    }
}

impl From<AddressError> for StartError {
    fn from(error: AddressError) -> Self {
        Self::Blobs(error)
    }
}

impl From<ApiError> for StartError {
    fn from(error: ApiError) -> Self {
        Self::Load(format!("{error:?}"))
    }
}

/// Serves until Ctrl-C or SIGTERM.
pub async fn run(config: &Config) -> Result<(), StartError> {
    check_assets(&config.assets)?;
    let listener = listen(config.address, config.tls.is_some()).await?;
    let address = listener.local_addr().map_err(|error| StartError::Address(config.address, error))?;
    check_data_folder(&config.data)?;
    let key =
        SigningKey::of_folder(&config.data).map_err(|error| StartError::DataFolder(config.data.clone(), error))?;
    let now_ms = Clock::system().now_ms();
    let tls = config.tls.as_ref().map(|source| Tls::of(source, &config.data, now_ms));
    let tls = tls.transpose().map_err(StartError::Certificate)?;
    let store = store::open(&config.data, config.database.as_ref()).await?;
    let blobs = blobs::open(&config.data, config.blobs.as_deref())?;
    let app = Arc::new(
        App::new(store.clone(), blobs, Clock::system(), key)?
            .with(config.requests_per_minute, config.metrics_token.as_ref().map(Token::secret))
            .asking_second_factor(config.asks_second_factor)
            .with_authority(tls.as_ref().and_then(|tls| tls.authority.clone())),
    );
    let notice = load(&app, config).await?;
    tokio::spawn(await_campaign(app.clone()));
    // Whoever reads the next line may ask at once.
    let signals = StopSignals::listen()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    say(&t!("server.ready", address = format!("{scheme}://{address}")));
    for line in &notice {
        say(line);
    }
    let listener = Limited::new(listener, CONNECTIONS_MAX);
    match tls {
        None => serve(&app, listener, router(app.clone(), &config.assets), signals).await,
        Some(tls) => {
            let listener = Encrypted::start(listener, tls.config).map_err(StartError::Certificate)?;
            let router = router(app.clone(), &config.assets).layer(map_request(tell_encrypted));
            serve(&app, listener, router, signals).await;
        }
    }
    store.close().await;
    say(&t!("server.stopped"));
    Ok(())
}

/// Loads what the data folder holds, or begins an empty one. Gives the lines to print.
async fn load(app: &App, config: &Config) -> Result<Vec<String>, StartError> {
    first_start::resume_clock(app).await?;
    let was_empty = match app.open_ledger().await {
        Ok(()) => false,
        Err(ApiError::NotFound) => true,
        Err(error) => return Err(error.into()),
    };
    match (was_empty, config.demo) {
        (true, None) => {
            let code = first_start::setup_code(app).await?;
            Ok(vec![t!("server.setup_needed"), t!("server.setup_code", code = code)])
        }
        (true, Some(demo)) => {
            say(&t!("server.demo_loading", scale = demo.scale));
            first_start::load_demo(app, demo.scale).await?;
            app.open_ledger().await?;
            demo_notice(app, demo).await
        }
        (false, Some(demo)) if app.ledger()?.campaign().demo => demo_notice(app, demo).await,
        (false, Some(_)) => Ok(vec![t!("server.demo_kept")]),
        (false, None) => Ok(Vec::new()),
    }
}

/// Until there is a campaign, another server on the same database may be the one that is set up.
async fn await_campaign(app: SharedApp) {
    let mut changes = app.store.changes();
    while app.needs_setup() && changes.changed().await.is_ok() {
        match app.open_ledger().await {
            Ok(()) | Err(ApiError::NotFound) => {}
            Err(error) => tracing::warn!(?error, "cannot load the campaign"),
        }
    }
}

async fn demo_notice(app: &App, demo: Demo) -> Result<Vec<String>, StartError> {
    let mut lines = Vec::new();
    if let Some(day) = demo.day {
        let today = first_start::go_on_at(app, day).await?;
        if today > day {
            lines.push(t!("server.demo_day_over", day = day, today = today));
        }
    }
    lines.push(t!("server.demo_accounts"));
    lines.extend(first_start::demo_accounts(demo.scale));
    Ok(lines)
}

async fn listen(address: SocketAddr, is_encrypted: bool) -> Result<TcpListener, StartError> {
    if !is_encrypted && !address.ip().is_loopback() {
        return Err(StartError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken(address),
        _ => StartError::Address(address, error),
    })
}

fn check_assets(folder: &Path) -> Result<(), StartError> {
    let page = folder.join(assets::PAGE);
    if page.is_file() { Ok(()) } else { Err(StartError::AssetsMissing(page)) }
}

fn check_data_folder(folder: &Path) -> Result<(), StartError> {
    let probe = folder.join(".writable");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, []))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|error| StartError::DataFolder(folder.to_owned(), error))
}

/// What a proxy would say: the connection that the request came by is encrypted.
async fn tell_encrypted(mut request: Request) -> Request {
    request.headers_mut().insert("x-forwarded-proto", HeaderValue::from_static("https"));
    request
}

async fn serve<L>(app: &SharedApp, listener: L, router: Router, signals: StopSignals)
where
    L: Listener<Addr = SocketAddr>,
{
    // The address of a connection is known through this alone.
    let listener = listener.tap_io(|_| {});
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut stopping = app.stopping();
    let until_stopped = async move {
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    let serving = axum::serve(listener, service).with_graceful_shutdown(until_stopped).into_future();
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        _ = &mut serving => return,
        () = signals.wait() => say(&t!("server.stopping")),
    }
    app.stop();
    let _ = timeout(STOP_PATIENCE, serving).await;
}

/// Ctrl-C and SIGTERM, from now on.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn listen() -> Result<Self, StartError> {
        let of = |kind| signal(kind).map_err(|error| StartError::Load(error.to_string()));
        Ok(Self { interrupt: of(SignalKind::interrupt())?, terminate: of(SignalKind::terminate())? })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Standard output may be closed by whoever started us; that is no reason to stop serving.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
