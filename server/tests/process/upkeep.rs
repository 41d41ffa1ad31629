//! The commands of whoever looks after the server.

use std::path::Path;

use serde_json::{Value, json};
use server::store::sqlite;
use shared::sync::voucher::Voucher;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::process::Command;

use crate::{
    postgres,
    running::{Filer, Running, command, exchange, folder},
};

/// What a command says, and whether all was well.
pub(crate) async fn tisheng(arguments: &[&str], data: &Path) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tisheng"));
    command.args(arguments).arg("--data").arg(data);
    if !arguments.contains(&"--database") {
        command.env_remove("TISHENG_DATABASE");
    }
    let output = command.output().await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// Files something, then freezes and publishes June 2021, which is long over by the clock of the machine.
async fn freeze_june(server: &mut Running) -> Filer {
    let filer = Filer::of_new_district(server).await;
    let operations: Vec<Value> = (1..=3).map(|n| filer.operation(1, n)).collect();
    let request = exchange(1, shared::merge::operation::Mark::START, &operations, 10);
    assert_eq!(server.send("POST", "/api/v1/sync", &filer.cookie, &request).await.0, 200);
    let mut office = Vec::new();
    for account in ["one", "two"] {
        let new = json!({ "account": account, "name": "周一", "unit": filer.unit(), "roles": ["campaign_office"] });
        office.push(server.invite(&filer.admin, &new).await.0);
    }
    let (_, _, ranking) = server.send("GET", "/api/v1/rankings/2021-06", &office[0], &Value::Null).await;
    for (cookie, kind) in [(&office[0], "propose"), (&office[1], "confirm"), (&office[1], "publish")] {
        let step = match kind {
            "publish" => json!({ "type": kind }),
            _ => json!({ "type": kind, "digest": ranking["digest"] }),
        };
        let (status, _, view) = server.send("POST", "/api/v1/periods/2021-06/steps", cookie, &step).await;
        assert_eq!(status, 200, "{view}");
    }
    filer
}

async fn execute(data: &Path, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.join(sqlite::FILE));
    let mut connection = options.connect().await.unwrap();
    assert_eq!(sqlx::query(sql).execute(&mut connection).await.unwrap().rows_affected(), 1);
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_frozen_month_is_computed_again_to_the_same_bytes_and_what_was_changed_shows() {
    let folder = folder();
    let data = folder.path().join("data");
    let mut server = Running::start(folder.path()).await;
    freeze_june(&mut server).await;
    // Beside a server that serves.
    let (is_same, said) = tisheng(&["verify", "2021-06"], &data).await;
    assert!(is_same && said.contains("2021-06 第 1 版") && said.contains("逐字节一致"), "{said}");
    let (is_same, said) = tisheng(&["verify", "2021-05"], &data).await;
    assert!(!is_same && said.contains("没有锁定过"), "{said}");
    let (is_healthy, said) = tisheng(&["doctor"], &data).await;
    assert!(is_healthy && said.contains("全部一致") && said.lines().count() > 10, "{said}");
    server.child.kill().await.unwrap();
    for (change, words) in [
        ("UPDATE period_result SET document = replace(document, '\"edition\":1', '\"edition\":2')", "结果文件"),
        ("UPDATE period_result SET document = replace(document, '\"edition\":2', '\"edition\":1')", ""),
        ("UPDATE log SET body = replace(body, '软件园二期', '软件园三期') WHERE sequence = 2", "业务日志"),
    ] {
        execute(&data, change).await;
        for command in [&["verify", "2021-06"][..], &["doctor"][..]] {
            let (is_fine, said) = tisheng(command, &data).await;
            assert_eq!(is_fine, words.is_empty(), "{said}");
            assert!(said.contains(words), "{said}");
        }
    }
    let (is_fine, said) = tisheng(&["doctor"], &folder.path().join("nowhere")).await;
    assert!(!is_fine && said.contains("没有找到数据库文件"), "{said}");
}

#[tokio::test]
async fn a_month_frozen_in_postgres_is_verified_there() {
    let folder = folder();
    let address = postgres::new_database().await;
    let mut command = command(folder.path(), "127.0.0.1:0", &folder.path().join("data"));
    command.env("TISHENG_DATABASE", &address).stderr(std::process::Stdio::inherit());
    let mut server = Running::of(command).await;
    freeze_june(&mut server).await;
    for command in [&["verify", "2021-06", "--database", &address][..], &["doctor", "--database", &address][..]] {
        let (is_fine, said) = tisheng(command, &folder.path().join("data")).await;
        assert!(is_fine && said.contains("2021-06 第 1 版"), "{said}");
    }
    postgres::execute(&address, "UPDATE log SET chain = decode(repeat('00', 32), 'hex') WHERE sequence = 1").await;
    let (is_fine, said) = tisheng(&["doctor", "--database", &address], &folder.path().join("data")).await;
    assert!(!is_fine && said.contains("业务日志"), "{said}");
}

#[tokio::test]
async fn a_backup_of_a_serving_server_restores_it_and_tablets_offer_what_came_later() {
    let folder = folder();
    let (data, file) = (folder.path().join("data"), folder.path().join("backup"));
    let (path, secret) = (file.to_str().unwrap().to_owned(), folder.path().join("passphrase"));
    std::fs::write(&secret, "一个足够长的备份口令，十二字以上\n第二行不算\n").unwrap();
    let passphrase = ["--passphrase-file", secret.to_str().unwrap()];
    let mut server = Running::start(folder.path()).await;
    let filer = freeze_june(&mut server).await;
    let (is_done, said) = tisheng(&[&["backup", &path][..], &passphrase].concat(), &data).await;
    assert!(is_done && said.contains("逐条核对一致"), "{said}");
    let later = [filer.operation(1, 4)];
    let send = |operations: &[Value]| exchange(1, shared::merge::operation::Mark::START, operations, 10);
    let (_, _, before) = server.send("POST", "/api/v1/sync", &filer.cookie, &send(&later)).await;
    let receipt: Voucher = serde_json::from_value(before["voucher"].clone()).unwrap();
    assert_eq!(json!(receipt.head), before["next"]);
    let asked = ["doctor", "--receipt", &receipt.to_string()].map(str::to_owned);
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let (is_held, said) = tisheng(&asked, &data).await;
    assert!(is_held && said.contains("✓ 收条"), "{said}");
    server.child.kill().await.unwrap();

    let (is_done, said) = tisheng(&["backup", &path], &data).await;
    assert!(!is_done && said.contains("没有备份口令"), "{said}");
    let (is_done, said) = tisheng(&[&["restore", &path][..], &passphrase].concat(), &data).await;
    assert!(!is_done && said.contains("已有数据"), "{said}");
    let (restored, elsewhere) = (folder.path().join("restored"), postgres::new_database().await);
    for database in [None, Some(elsewhere.as_str())] {
        let place: Vec<&str> = database.into_iter().flat_map(|address| ["--database", address]).collect();
        let words = [&["restore", &path][..], &passphrase, &place].concat();
        let (is_done, said) = tisheng(&words, &restored).await;
        assert!(is_done && said.contains("已从备份恢复"), "{said}");
        let (is_same, said) = tisheng(&[&["verify", "2021-06"][..], &place].concat(), &restored).await;
        assert!(is_same && said.contains("逐字节一致"), "{said}");
        let key = |folder: &Path| std::fs::read_to_string(folder.join("signing.key")).unwrap();
        assert_eq!(key(&restored), key(&data));
        // It was signed by the same key, over a row that is not in the backup.
        let (is_held, said) = tisheng(&[&asked[..], &place].concat(), &restored).await;
        assert!(!is_held && said.contains("✗ 收条") && said.contains("已不存在"), "{said}");
    }
    let mut command = command(folder.path(), "127.0.0.1:0", &restored);
    command.stderr(std::process::Stdio::inherit());
    let server = Running::of(command).await;
    // The same session, the same place in the log.
    let (status, _, again) = server.send("POST", "/api/v1/sync", &filer.cookie, &send(&later)).await;
    assert_eq!((status, &again["next"]["sequence"]), (200, &before["next"]["sequence"]), "{again}");
    assert_eq!((&before["backed_up"], &again["backed_up"]), (&json!(0), &json!(3)), "the backup that it was made from");
}
