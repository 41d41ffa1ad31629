//! From an address to a database that is there, of our version and ours to write.

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool,
    error::DatabaseError,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

use crate::{config::DatabaseAddress, store::OpenError};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How long a server may take to answer at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What each connection asks for. A process that stands still must not keep the others from their turn for long, and
/// what is acknowledged must be on disk even where the database's own setting is laxer.
const SESSION: &str = "SELECT set_config('idle_in_transaction_session_timeout', '10s', false), \
     set_config('lock_timeout', '10s', false), set_config('statement_timeout', '60s', false), \
     CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', false) END";

/// What may follow the address's question mark; a driver would log an unknown one with its value.
const PARAMETERS: [&str; 9] =
    ["sslmode", "sslrootcert", "sslcert", "sslkey", "host", "port", "user", "password", "dbname"];

/// How to connect: what an address says.
pub(super) fn options(address: &DatabaseAddress) -> Result<PgConnectOptions, OpenError> {
    let address = address.secret();
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let is_ours = address.starts_with("postgres://") || address.starts_with("postgresql://");
    let mut keys = query.split('&').filter_map(|pair| pair.split('=').next()).filter(|key| !key.is_empty());
    if !is_ours || !keys.all(|key| PARAMETERS.contains(&key)) {
        return Err(OpenError::Address);
    }
    let options = PgConnectOptions::from_str(address).map_err(|_| OpenError::Address)?;
    Ok(options.application_name("tisheng"))
}

/// Creates the tables or brings them to this version.
pub(super) async fn migrate(options: &PgConnectOptions) -> Result<(), OpenError> {
    let connecting = timeout(CONNECT_TIMEOUT, options.connect());
    let mut connection = match connecting.await {
        Ok(connected) => connected.map_err(|error| refusal(options, &error))?,
        Err(late) => return Err(OpenError::Unreachable { place: place(options), cause: late.to_string() }),
    };
    // Several processes may start at once: they migrate one after the other.
    MIGRATIONS.run(&mut connection).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => OpenError::Newer(version),
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => refusal(options, &cause),
        other => OpenError::Unusable(other.to_string()),
    })?;
    connection.close().await.map_err(|error| refusal(options, &error))
}

/// Connections of these options, opened when needed.
pub(super) fn pool(options: &PgConnectOptions, connections_max: u32) -> PgPool {
    let pool = PgPoolOptions::new().max_connections(connections_max).acquire_timeout(CONNECT_TIMEOUT);
    pool.after_connect(|connection: &mut PgConnection, _| {
        Box::pin(async move { sqlx::query(SESSION).execute(connection).await.map(|_| ()) })
    })
    .connect_lazy_with(options.clone())
}

fn refusal(options: &PgConnectOptions, error: &sqlx::Error) -> OpenError {
    let (place, user) = (place(options), options.get_username().to_owned());
    let said = error.as_database_error();
    let code = said.and_then(DatabaseError::code).unwrap_or_default();
    let cause = said.map_or_else(|| error.to_string(), |said| said.message().to_owned());
    match &*code {
        // invalid_authorization_specification, invalid_password
        "28000" | "28P01" => OpenError::Login { place, user },
        // invalid_catalog_name; without a name the server takes the user's
        "3D000" => OpenError::Missing { place, database: options.get_database().map_or(user, str::to_owned) },
        // insufficient_privilege
        "42501" => OpenError::Permission { user, cause },
        "" => OpenError::Unreachable { place, cause },
        _ => OpenError::Unusable(cause),
    }
}

fn place(options: &PgConnectOptions) -> String {
    options
        .get_socket()
        .map_or_else(|| format!("{}:{}", options.get_host(), options.get_port()), |socket| socket.display().to_string())
}
