//! Two servers on one database server, and what keeps one from starting there.

use std::{net::TcpListener, path::Path, process::Stdio};

use serde_json::Value;
use shared::merge::operation::Mark;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::Command,
};

use crate::{
    postgres::{self, OWNER, PASSWORD},
    running::{Filer, NEWER, Running, command, exchange, folder, open, refusal},
};

fn on(folder: &Path, database: &str) -> Command {
    let mut command = command(folder, "127.0.0.1:0", &folder.join("data"));
    command.env("TISHENG_DATABASE", database).env("TISHENG_LOG", "trace");
    command
}

/// A role that may log in and nothing else.
async fn guest(database: &str) -> String {
    let (address, name) = database.rsplit_once('/').unwrap();
    let role = format!("CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    postgres::execute(database, &role).await;
    format!("{}/{name}", address.replacen(OWNER, "guest", 1))
}

#[tokio::test]
async fn what_is_wrong_with_a_database_is_said_in_a_sentence_without_its_password() {
    let folder = folder();
    let nobody_listens = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let forbidden = guest(&postgres::new_database().await).await;
    let newer = postgres::new_database().await;
    server::store::postgres::PostgresStore::open(&newer.clone().into()).await.unwrap();
    postgres::execute(&newer, NEWER).await;
    for (address, words) in [
        (format!("postgres://a:{PASSWORD}@{nobody_listens}/d"), "连接不上数据库服务器 127.0.0.1"),
        (postgres::address("stranger", PASSWORD, "d"), "不接受用户 stranger 的登录"),
        (postgres::address(OWNER, &format!("{PASSWORD}!"), "postgres"), "不接受用户 tisheng 的登录"),
        (postgres::address(OWNER, PASSWORD, "nowhere"), "没有数据库 nowhere"),
        (forbidden, "数据库用户 guest 的权限不够：permission denied"),
        (newer, "更新版本的程序写入（迁移 9999）"),
        (format!("mysql://a:{PASSWORD}@b/c"), "数据库地址不正确"),
        (format!("postgres://a:b@c/d?pasword={PASSWORD}"), "数据库地址不正确"),
    ] {
        let mut by_option = command(folder.path(), "127.0.0.1:0", &folder.path().join("data"));
        by_option.args(["--database", &address]);
        for command in [on(folder.path(), &address), by_option] {
            let sentence = refusal(command).await;
            assert!(sentence.contains(words), "{sentence}");
            assert!(!sentence.contains(PASSWORD), "{sentence}");
        }
    }
}

#[tokio::test]
async fn two_servers_on_one_database_are_one() {
    let (folder, database) = (folder(), postgres::new_database().await);
    let start = || Running::of(on(folder.path(), &database));
    // Both wait for the set-up; the code of the later one counts.
    let (mut theirs, mut ours) = (start().await, start().await);
    let logs = [&mut theirs, &mut ours].map(|server| {
        let mut log = server.child.stderr.take().unwrap();
        tokio::spawn(async move {
            let mut text = String::new();
            log.read_to_string(&mut text).await.map(|_| text).unwrap()
        })
    });
    let filer = Filer::of_new_district(&mut ours).await;
    while theirs.send("GET", "/api/v1/setup", "", &Value::Null).await.2["needed"] == true {}
    // Who listens to one hears what was pushed to the other.
    let events = open(&theirs.address, "GET", "/api/v1/events", &filer.cookie, &Value::Null).await.unwrap();
    let mut events = BufReader::new(events).lines();
    for head in 0..4 {
        let poke = format!("\"head\":{head}");
        while !events.next_line().await.unwrap().unwrap().contains(&poke) {}
        let push = exchange(1, Mark::START, &[filer.operation(1, head + 1)], 10);
        let (status, _, answer) = ours.send("POST", "/api/v1/sync", &filer.cookie, &push).await;
        // The rows before, and the own one in short.
        let counts = ["rows", "runs"].map(|part| answer[part].as_array().map_or(0, Vec::len));
        assert_eq!((status, counts), (200, [usize::try_from(head).unwrap(), 1]));
    }
    // The same to the other: the receipt of then.
    let push = exchange(1, Mark::START, &[filer.operation(1, 2)], 10);
    let (_, _, answer) = theirs.send("POST", "/api/v1/sync", &filer.cookie, &push).await;
    assert_eq!(answer["runs"][0]["first"], 2, "{answer}");
    drop(events);
    for mut server in [ours, theirs] {
        let pid = server.child.id().unwrap().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).stdout(Stdio::null()).status().await.unwrap();
        assert!(asked.success() && server.child.wait().await.unwrap().success());
    }
    let mut said = String::new();
    for log in logs {
        said += &log.await.unwrap();
    }
    assert!(said.contains("committed") && said.contains("SELECT"), "everything was logged");
    assert!(!said.contains(PASSWORD));
}
