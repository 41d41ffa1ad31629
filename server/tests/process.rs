//! The program itself: how it starts, refuses to start, stops and survives.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::Stdio,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStdout, Command},
};

const PASSWORD: &str = "管理员的密码2021";

/// A folder with an application to serve and a place for data.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("dist")).unwrap();
    std::fs::write(folder.path().join("dist/index.html"), "<!doctype html>").unwrap();
    folder
}

fn command(folder: &Path, address: &str, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tisheng"));
    command.args(["serve", "--address", address, "--data"]).arg(data).arg("--assets").arg(folder.join("dist"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    address: String,
}

impl Running {
    async fn start(folder: &Path) -> Self {
        Self::of(command(folder, "127.0.0.1:0", &folder.join("data"))).await
    }

    async fn of(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        loop {
            let line = lines.next_line().await.unwrap().expect("the server says its address");
            if let Some((_, address)) = line.split_once("http://") {
                return Self { child, lines, address: address.to_owned() };
            }
        }
    }

    async fn line_with(&mut self, word: &str) -> String {
        loop {
            let line = self.lines.next_line().await.unwrap().unwrap();
            if line.contains(word) {
                return line;
            }
        }
    }

    /// One request on its own connection: the status, the head and the body.
    async fn send(&self, method: &str, path: &str, cookie: &str, body: &Value) -> (u16, String, Value) {
        let body = body.to_string();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {cookie}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len(),
        );
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_owned(), serde_json::from_str(body).unwrap_or_default())
    }

    async fn log_in(&self, account: &str, password: &str) -> String {
        let (status, head, _) =
            self.send("POST", "/api/v1/session", "", &json!({ "account": account, "password": password })).await;
        assert_eq!(status, 200);
        cookie_of(&head)
    }
}

fn cookie_of(head: &str) -> String {
    let line = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    line.split(';').next().unwrap().to_owned()
}

async fn sentence_of_failure(mut command: Command) -> String {
    let output = command.output().await.unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_said_in_a_sentence() {
    let folder = folder();
    let path = folder.path();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    // A file where a folder should be: not even root can write into it.
    let not_a_folder = path.join("dist/index.html");
    for (command, words) in [
        (command(path, &address, &path.join("data")), "端口已被占用"),
        (command(path, "127.0.0.1:0", &not_a_folder.join("data")), "不能写入"),
        (command(path, "127.0.0.1:0", &not_a_folder), "不能写入"),
        (command(path, "0.0.0.0:0", &path.join("data")), "只允许本机地址"),
        (command(&path.join("nowhere"), "127.0.0.1:0", &path.join("data")), "没有找到应用文件"),
    ] {
        let sentence = sentence_of_failure(command).await;
        assert!(sentence.contains(words), "{sentence}");
    }
}

#[tokio::test]
async fn a_database_that_is_newer_or_no_database_is_left_as_it_is() {
    let folder = folder();
    let data = folder.path().join("data");
    let store = server::store::sqlite::SqliteStore::open(&{
        std::fs::create_dir(&data).unwrap();
        data.clone()
    })
    .await
    .unwrap();
    server::store::Store::close(&store).await;
    let file = data.join(server::store::sqlite::FILE);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', TRUE, x'00', 0)")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let before = std::fs::read(&file).unwrap();
    let sentence = sentence_of_failure(command(folder.path(), "127.0.0.1:0", &data)).await;
    assert!(sentence.contains("更新版本") && sentence.contains("9999"), "{sentence}");
    assert_eq!(std::fs::read(&file).unwrap(), before);

    std::fs::write(&file, "这不是数据库".repeat(500)).unwrap();
    let sentence = sentence_of_failure(command(folder.path(), "127.0.0.1:0", &data)).await;
    assert!(sentence.contains("数据库不能打开"), "{sentence}");
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = folder();
    let mut server = Running::start(folder.path()).await;
    let code = server.line_with("初始化码  ").await;
    let code = code.split_whitespace().last().unwrap();
    let setup = json!({
        "code": code, "district": "鼓楼区", "region": "350102", "year": 2021,
        "account": "admin", "name": "林一", "password": PASSWORD,
    });
    let (status, head, view) = server.send("POST", "/api/v1/setup", "", &setup).await;
    assert_eq!(status, 200);
    let unit = view["person"]["unit"].clone();
    let new = json!({ "account": "filer", "name": "陈一", "unit": unit, "roles": ["filer"] });
    let (_, _, created) = server.send("POST", "/api/v1/people", &cookie_of(&head), &new).await;
    let password = created["password"].as_str().unwrap().to_owned();
    let cookie = server.log_in("filer", &password).await;
    let mut receipts = Vec::new();
    for round in 0..5_u64 {
        let operations: Vec<Value> = (0..20).map(|n| operation(20 * round + n + 1, &view, &created)).collect();
        let (status, _, answer) = server.send("POST", "/api/v1/sync", &cookie, &exchange(&operations)).await;
        assert_eq!(status, 200, "{answer}");
        receipts.push((operations, answer["receipts"].clone()));
        server.child.kill().await.unwrap();
        server = Running::start(folder.path()).await;
    }
    for (operations, expected) in &receipts {
        let (_, _, answer) = server.send("POST", "/api/v1/sync", &cookie, &exchange(operations)).await;
        assert_eq!(answer["receipts"], *expected);
        assert_eq!(answer["rows"].as_array().unwrap().len(), 100);
        assert!(expected[0]["disposition"]["type"] == "ok", "{expected}");
    }
}

#[tokio::test]
async fn it_stops_in_order_when_asked_and_frees_the_port() {
    let folder = folder();
    let mut server = Running::start(folder.path()).await;
    let address: SocketAddr = server.address.parse().unwrap();
    let pid = server.child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    assert!(server.line_with("已停止").await.contains("磁盘"));
    assert!(server.child.wait().await.unwrap().success());
    TcpListener::bind(address).unwrap();
}

#[tokio::test]
async fn the_demo_starts_in_june_2021_and_goes_on_from_there() {
    let folder = folder();
    let demo = |folder: &Path| {
        let mut command = command(folder, "127.0.0.1:0", &folder.join("data"));
        command.arg("--demo");
        command
    };
    let mut server = Running::of(demo(folder.path())).await;
    let line = server.line_with("lingdao").await;
    let password = line.split_whitespace().nth(1).unwrap().to_owned();
    let cookie = server.log_in("lingdao", &password).await;
    let (_, _, first) = server.send("GET", "/api/v1/session", &cookie, &Value::Null).await;
    let (_, _, ranking) = server.send("GET", "/api/v1/rankings/2021-06", &cookie, &Value::Null).await;
    let ranked = |group: usize| {
        ranking["groups"][group]["units"].as_array().unwrap().iter().filter(|unit| unit["rank"].is_u64()).count()
    };
    assert!((0..3).all(|group| ranked(group) >= 2), "{ranking}");
    server.child.kill().await.unwrap();
    let server = Running::of(demo(folder.path())).await;
    let (_, _, second) = server.send("GET", "/api/v1/session", &cookie, &Value::Null).await;
    let (_, _, same) = server.send("GET", "/api/v1/rankings/2021-06", &cookie, &Value::Null).await;
    assert_eq!(same["digest"], ranking["digest"]);
    let ten_o_clock = 1_624_413_600_000_u64;
    let times = [&first, &second].map(|view| view["now_ms"].as_u64().unwrap());
    assert!(ten_o_clock <= times[0] && times[0] < times[1] && times[1] < ten_o_clock + 10 * 60_000, "{times:?}");
}

fn operation(counter: u64, view: &Value, created: &Value) -> Value {
    json!({
        "id": format!("00000000-0000-7000-8000-{counter:012x}"), "campaign": view["campaign"]["id"], "unit": created["person"]["unit"],
        "record": format!("00000000-0000-7000-9000-{counter:012x}"), "kind": "project", "author": created["person"]["id"],
        "actor": "00000000000000aa", "counter": counter, "stamp": "0000000000010000", "seen": 0, "schema": 1,
        "body": { "type": "edit", "fields": [{ "field": "name", "value": "软件园二期" }] },
    })
}

fn exchange(operations: &[Value]) -> Value {
    let start = json!({ "sequence": 0, "chain": "0".repeat(64) });
    json!({
        "protocol": 1, "app": "test", "actor": "00000000000000aa", "cursor": start, "acknowledged": start,
        "wall_ms": 0, "operations": operations, "limit": 1000,
    })
}
