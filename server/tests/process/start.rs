use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
};

use serde_json::Value;
use server::store::{
    Store as _,
    sqlite::{self, SqliteStore},
};
use tokio::process::Command;

use crate::running::{NEWER, Running, command, folder, refusal};

#[tokio::test]
async fn what_keeps_it_from_starting_is_said_in_a_sentence() {
    let folder = folder();
    let path = folder.path();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    // A file where a folder should be: not even root can write into it.
    let not_a_folder = path.join("dist/index.html");
    let keeping_files_in = |place: &str| {
        let mut command = command(path, "127.0.0.1:0", &path.join("data"));
        command.args(["--blobs", place]).env_remove("AWS_ACCESS_KEY_ID");
        command
    };
    for (command, words) in [
        (command(path, &address, &path.join("data")), "端口已被占用"),
        (command(path, "127.0.0.1:0", &not_a_folder.join("data")), "不能写入"),
        (command(path, "127.0.0.1:0", &not_a_folder), "不能写入"),
        (command(path, "0.0.0.0:0", &path.join("data")), "只允许本机地址"),
        (command(&path.join("nowhere"), "127.0.0.1:0", &path.join("data")), "没有找到应用文件"),
        (keeping_files_in("folder"), "应为 s3://存储桶/前缀"),
        (keeping_files_in("s3://files/district"), "缺少 AWS_ACCESS_KEY_ID"),
    ] {
        let sentence = refusal(command).await;
        assert!(sentence.contains(words), "{sentence}");
    }
}

#[tokio::test]
async fn a_database_that_is_newer_or_no_database_is_left_as_it_is() {
    let folder = folder();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    SqliteStore::open(&data).await.unwrap().close().await;
    let file = data.join(sqlite::FILE);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query(NEWER).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let before = std::fs::read(&file).unwrap();
    let sentence = refusal(command(folder.path(), "127.0.0.1:0", &data)).await;
    assert!(sentence.contains("更新版本") && sentence.contains("9999"), "{sentence}");
    assert_eq!(std::fs::read(&file).unwrap(), before);

    std::fs::write(&file, "这不是数据库".repeat(500)).unwrap();
    let sentence = refusal(command(folder.path(), "127.0.0.1:0", &data)).await;
    assert!(sentence.contains("数据库不能打开"), "{sentence}");
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

#[tokio::test]
async fn what_is_logged_of_a_request_bears_the_id_that_its_answer_names() {
    let folder = folder();
    let mut command = command(folder.path(), "127.0.0.1:0", &folder.path().join("data"));
    command.env("TISHENG_LOG_FORMAT", "json").env("TISHENG_LOG", "info");
    let mut server = Running::of(command).await;
    let stderr = server.child.stderr.take().unwrap();
    let (status, head, _) = server.send("GET", "/api/v1/periods", "", &Value::Null).await;
    let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap().to_owned();
    assert_eq!(status, 401);
    let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(stderr));
    loop {
        let line = lines.next_line().await.unwrap().expect("the refusal is logged");
        let line: Value = serde_json::from_str(&line).unwrap();
        if line["fields"]["message"] == "request refused" {
            assert_eq!(line["span"]["request_id"], id);
            assert_eq!(
                (&line["fields"]["code"], &line["fields"]["path"]),
                (&"session_expired".into(), &"/api/v1/periods".into())
            );
            return;
        }
    }
}
