//! The program as a process, spoken to as a browser does.

use std::{path::Path, process::Stdio};

use serde_json::{Value, json};
use shared::{
    api::PROTOCOL,
    merge::operation::{Mark, SCHEMA},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStdout, Command},
};

const PASSWORD: &str = "管理员的密码2021";

/// Makes a database one of a later version.
pub(crate) const NEWER: &str = "INSERT INTO _sqlx_migrations \
    (version, description, success, checksum, execution_time) VALUES (9999, 'later', TRUE, '', 0)";

/// A folder with an application to serve and a place for data.
pub(crate) fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("dist")).unwrap();
    std::fs::write(folder.path().join("dist/index.html"), "<!doctype html>").unwrap();
    folder
}

pub(crate) fn command(folder: &Path, address: &str, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tisheng"));
    command
        .args(["serve", "--second-factor", "off", "--address", address, "--data"])
        .arg(data)
        .arg("--assets")
        .arg(folder.join("dist"));
    // Tests push as fast as the server takes it.
    command.args(["--requests-per-minute", "0"]);
    command
        .env_remove("TISHENG_DATABASE")
        .env_remove("TISHENG_BLOBS")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// What a program that refuses to start says.
pub(crate) async fn refusal(mut command: Command) -> String {
    let output = command.output().await.unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    String::from_utf8(output.stderr).unwrap()
}

/// A server, and one request after the other on connections of their own.
pub(crate) struct Running {
    pub(crate) child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub(crate) address: String,
}

/// A status, a head and a body.
pub(crate) type Answer = (u16, String, Value);

impl Running {
    pub(crate) async fn start(folder: &Path) -> Self {
        let mut command = command(folder, "127.0.0.1:0", &folder.join("data"));
        command.stderr(Stdio::inherit());
        Self::of(command).await
    }

    pub(crate) async fn of(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        loop {
            let line = lines.next_line().await.unwrap().expect("the server says its address");
            if let Some((_, address)) = line.split_once("http://").or_else(|| line.split_once("https://")) {
                return Self { child, lines, address: address.to_owned() };
            }
        }
    }

    pub(crate) async fn line_with(&mut self, word: &str) -> String {
        loop {
            let line = self.lines.next_line().await.unwrap().unwrap();
            if line.contains(word) {
                return line;
            }
        }
    }

    pub(crate) async fn send(&self, method: &str, path: &str, cookie: &str, body: &Value) -> Answer {
        request(&self.address, method, path, cookie, body).await.expect("the server answers")
    }

    pub(crate) async fn log_in(&self, account: &str, password: &str) -> String {
        let (status, head, _) =
            self.send("POST", "/api/v1/session", "", &json!({ "account": account, "password": password })).await;
        assert_eq!(status, 200);
        cookie_of(&head)
    }
}

/// One request on its own connection; nothing when the server goes away meanwhile.
pub(crate) async fn request(address: &str, method: &str, path: &str, cookie: &str, body: &Value) -> Option<Answer> {
    let mut stream = open(address, method, path, cookie, body).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = if body.is_empty() { Value::Null } else { serde_json::from_str(body).ok()? };
    Some((status, head.to_owned(), body))
}

/// A request whose answer is still to be read.
pub(crate) async fn open(address: &str, method: &str, path: &str, cookie: &str, body: &Value) -> Option<TcpStream> {
    let body = body.to_string();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    );
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    Some(stream)
}

fn cookie_of(head: &str) -> String {
    let line = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    line.split(';').next().unwrap().to_owned()
}

impl Running {
    /// Creates an account and takes the invitation to it: a session, and the person.
    pub(crate) async fn invite(&self, admin: &str, new: &Value) -> (String, Value) {
        let (status, _, created) = self.send("POST", "/api/v1/people", admin, new).await;
        assert_eq!(status, 200, "{created}");
        let code = &created["invitation"]["code"];
        let taken = json!({ "account": new["account"], "code": code, "password": PASSWORD });
        let (status, head, view) = self.send("POST", "/api/v1/invitation", "", &taken).await;
        assert_eq!(status, 200, "{view}");
        (cookie_of(&head), view["person"].clone())
    }
}

/// A filer of a district that is set up.
#[derive(Clone)]
pub(crate) struct Filer {
    pub(crate) cookie: String,
    /// The cookie of the administrator.
    pub(crate) admin: String,
    campaign: Value,
    person: Value,
}

impl Filer {
    /// Sets an empty server up with the code that it prints, and logs a filer in.
    pub(crate) async fn of_new_district(server: &mut Running) -> Self {
        let code = server.line_with("初始化码  ").await;
        let setup = json!({
            "code": code.split_whitespace().last().unwrap(), "district": "鼓楼区", "region": "350102", "year": 2021,
            "account": "admin", "name": "林一", "password": PASSWORD,
        });
        let (status, head, view) = server.send("POST", "/api/v1/setup", "", &setup).await;
        assert_eq!(status, 200, "{view}");
        let new = json!({ "account": "filer", "name": "陈一", "unit": view["person"]["unit"], "roles": ["filer"] });
        let admin = cookie_of(&head);
        let (cookie, person) = server.invite(&admin, &new).await;
        Self { cookie, admin, campaign: view["campaign"]["id"].clone(), person }
    }

    /// The filer's unit.
    pub(crate) fn unit(&self) -> &Value {
        &self.person["unit"]
    }

    /// The `counter`th operation of a tablet: a new project.
    pub(crate) fn operation(&self, tablet: u64, counter: u64) -> Value {
        json!({
            "id": format!("00000000-0000-7000-8000-{tablet:04x}{counter:08x}"), "campaign": self.campaign,
            "unit": self.person["unit"], "record": format!("00000000-0000-7000-9000-{tablet:04x}{counter:08x}"),
            "kind": "project", "author": self.person["id"], "actor": format!("{tablet:016x}"), "counter": counter,
            "stamp": format!("{:016x}", 0x1_0000 + counter), "seen": 0, "schema": 1,
            "body": { "type": "edit", "fields": [{ "field": "name", "value": "软件园二期" }] },
        })
    }
}

/// A sync of a tablet from a cursor.
pub(crate) fn exchange(tablet: u64, cursor: Mark, operations: &[Value], limit: u32) -> Value {
    json!({
        "protocol": PROTOCOL, "schema": SCHEMA, "app": "test", "actor": format!("{tablet:016x}"), "cursor": cursor,
        "acknowledged": Mark::START, "wall_ms": 0, "operations": operations, "limit": limit,
    })
}
