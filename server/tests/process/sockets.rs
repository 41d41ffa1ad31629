//! The server calls nobody: every socket that it has was opened by somebody else.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};
use shared::merge::operation::Mark;

use crate::{
    postgres,
    running::{Filer, Running, command, exchange, folder},
};

/// A socket of a process: its own end, as the kernel writes it, and whether it listens.
#[derive(Debug)]
struct Socket {
    own: String,
    listens: bool,
}

/// What the kernel calls a listening socket.
const LISTENS: &str = "0A";

/// Every socket of the internet's families that a process has, of any protocol.
fn sockets(pid: u32) -> Vec<Socket> {
    let held: BTreeSet<String> = fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        let text = fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if held.contains(words[9]) {
                found.push(Socket {
                    own: words[1].to_owned(),
                    listens: words[3] == LISTENS && table.starts_with("tcp"),
                });
            }
        }
    }
    found
}

/// A day's work: set up, log in, push, pull, rank, read the periods, fail.
async fn work(server: &mut Running) {
    let filer = Filer::of_new_district(server).await;
    for n in 1..=3 {
        let push = exchange(1, Mark::START, &[filer.operation(1, n)], 10);
        assert_eq!(server.send("POST", "/api/v1/sync", &filer.cookie, &push).await.0, 200);
        check(server);
    }
    for path in ["/api/v1/campaign", "/api/v1/rankings/2021-06", "/api/v1/periods", "/api/docs", "/nothing"] {
        server.send("GET", path, &filer.cookie, &Value::Null).await;
        check(server);
    }
    server.send("POST", "/api/v1/session", "", &json!({ "account": "x", "password": "y" })).await;
}

/// Nothing but the one listening socket and what came in by it. The database is reached by a file.
fn check(server: &Running) {
    let all = sockets(server.child.id().unwrap());
    let listening: Vec<&Socket> = all.iter().filter(|socket| socket.listens).collect();
    assert_eq!(listening.len(), 1, "{all:?}");
    let port = listening[0].own.rsplit_once(':').unwrap().1.to_owned();
    let calls: Vec<&Socket> = all.iter().filter(|socket| !socket.own.ends_with(&format!(":{port}"))).collect();
    assert!(calls.is_empty(), "{calls:?}");
}

#[tokio::test]
async fn a_server_has_no_socket_that_it_opened_itself() {
    let (folder, database) = (folder(), postgres::new_database().await);
    for database in [None, Some(database)] {
        let place = folder.path().join(if database.is_some() { "beside" } else { "data" });
        let mut command = command(folder.path(), "127.0.0.1:0", &place);
        command.stderr(std::process::Stdio::inherit()).envs(database.map(|address| ("TISHENG_DATABASE", address)));
        let mut server = Running::of(command).await;
        work(&mut server).await;
        check(&server);
    }
}
