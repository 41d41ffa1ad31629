//! A real PostgreSQL for the tests of one binary: started by the first that asks, in a folder of its own, without the
//! rights of root, and gone with the process, however that ends.

use std::{
    env,
    fmt::Write as _,
    io::{BufRead as _, BufReader},
    os::unix::fs::{MetadataExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use sqlx::{Connection as _, PgConnection};

/// The password of every user here; no log may show it.
pub(crate) const PASSWORD: &str = "s3cret-of-the-tests";

/// The user that may do everything.
pub(crate) const OWNER: &str = "tisheng";

/// The folder with `initdb`, `pg_ctl` and `postgres`, handed over by `cargo xtask test`.
const PROGRAMS_VARIABLE: &str = "POSTGRES_PROGRAMS";

/// The system's user without rights: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65_534;

/// Waits for the end of its input, which comes with the end of the tests; nothing on disk needs to last.
const LIFE: &str = r#"
trap '' INT TERM HUP
folder=$(pwd)
"$1/initdb" --pgdata=data --username=tisheng --auth=scram-sha-256 --pwfile=password --no-sync \
    --encoding=UTF8 --locale=C.UTF-8 >said 2>&1 || { cat said; exit 1; }
"$1/pg_ctl" --pgdata=data --log=log --wait start -o "-k $folder -c listen_addresses= -c fsync=off \
    -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB" >said 2>&1 || { cat said log; exit 1; }
echo ready
cat >/dev/null
"$1/pg_ctl" --pgdata=data --mode=immediate stop >/dev/null 2>&1
cd /
rm -rf "$folder"
"#;

static SERVER: LazyLock<Server> = LazyLock::new(Server::start);
static DATABASES: AtomicU32 = AtomicU32::new(0);

struct Server {
    socket: PathBuf,
    /// Its input is closed with the process of the tests.
    _life: Child,
}

impl Server {
    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("tisheng-pg-").tempdir().unwrap().keep();
        std::fs::write(folder.join("password"), PASSWORD).unwrap();
        let mut command = Command::new("sh");
        if std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
            for path in [folder.join("password"), folder.clone()] {
                chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
            command = Command::new("setpriv");
            command.args([format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")]).args(["--clear-groups", "sh"]);
        }
        command.args(["-c", LIFE, "postgres"]).arg(programs).current_dir(&folder);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("sh and setpriv are there");
        let (mut said, mut lines) = (String::new(), BufReader::new(child.stdout.take().unwrap()).lines());
        while let Some(Ok(line)) = lines.next() {
            if line == "ready" {
                return Self { socket: folder, _life: child };
            }
            writeln!(said, "{line}").unwrap();
        }
        child.wait().unwrap();
        panic!("PostgreSQL does not start:\n{said}");
    }
}

/// The programs: handed over, on the path, or where Debian puts them.
fn programs() -> PathBuf {
    let has_them = |folder: &Path| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file();
    let handed = env::var_os(PROGRAMS_VARIABLE).map(PathBuf::from);
    let on_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let of_debian = versions.map(|version| version.path().join("bin"));
    handed.into_iter().chain(on_path).chain(of_debian).find(|folder| has_them(folder)).expect(
        "these tests need PostgreSQL: run `cargo xtask setup test`, install the package `postgresql`, \
         or set POSTGRES_PROGRAMS to the folder that holds initdb",
    )
}

/// The address of a database, as a user.
pub(crate) fn address(user: &str, password: &str, database: &str) -> String {
    let socket = SERVER.socket.to_str().unwrap().replace('/', "%2F");
    format!("postgres://{user}:{password}@{socket}/{database}")
}

/// A connection to a database as the owner.
async fn connect(address: &str) -> PgConnection {
    PgConnection::connect(address).await.unwrap()
}

/// Does what the statements say.
pub(crate) async fn execute(address: &str, statements: &str) {
    let mut connection = connect(address).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// The address of a new, empty database.
pub(crate) async fn new_database() -> String {
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    execute(&address(OWNER, PASSWORD, "postgres"), &format!("CREATE DATABASE {name}")).await;
    address(OWNER, PASSWORD, &name)
}
