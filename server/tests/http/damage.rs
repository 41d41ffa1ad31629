//! Damage to what is stored, bit by bit: the doctor must notice.

use std::path::Path;

use memchr::memmem;
use rand::{Rng as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;
use serde_json::json;
use server::{
    blobs::{SharedBlobs, folder::Folder},
    doctor, entropy,
    store::{
        SharedStore, Store as _,
        archive::Archive as _,
        sqlite::{self, SqliteStore},
        tables::{self, Kind, Table},
    },
};
use shared::{api::path, attachment::FileKind, period::Timetable};
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::sync::Arc;
use tempfile::TempDir;

use crate::files::{attach, photo, send};
use crate::world::{EAST, NOON_MS, PASSWORD, World, edit};

/// How often each column of each table is damaged.
const ROUNDS: u64 = 3;

/// How many bytes of the file are.
const FLIPS: u64 = 150;

/// A folder in which every table has rows, and nobody works any more.
async fn filled() -> TempDir {
    let world = World::new().await;
    let filer = world.log_in("east").await;
    filer.push(&[edit(1, "甲"), edit(2, "乙")]).await;
    // Something that stands aside, and something refused with what to mend.
    filer.push(&[edit(1, "丙")]).await;
    let revision = {
        let mut replica = shared::merge::replica::Replica::default();
        for entry in world.app.store.replay(crate::world::CAMPAIGN, 0, 10).await.unwrap() {
            replica.apply_row(&entry.row);
        }
        replica.get(edit(1, "").record).unwrap().revision()
    };
    let body =
        shared::merge::operation::Body::Transition { to: shared::workflow::State::Submitted, reason: None, revision };
    let submit = shared::merge::operation::Operation { record: edit(1, "").record, body, ..edit(3, "") };
    assert!(!filer.push(&[submit]).await.receipts[0].issues.is_empty());
    let content = photo(700);
    filer.push(&[attach(4, &content, FileKind::Jpeg)]).await;
    assert!(send(&filer, &content, 0, &content).await.status.is_success());
    let item = world.app.store.asides(crate::world::CAMPAIGN).await.unwrap()[0].digest;
    let deed = shared::audit::Deed::Rescued { item, adopted: false, reason: "重复".into() };
    let act = shared::audit::Act { at_ms: NOON_MS, person: None, deed };
    world.app.store.settle_aside(crate::world::CAMPAIGN, item, "discarded", &act).await.unwrap();
    let mut from_a_browser =
        crate::world::post(path::SESSION, json!({ "account": "rd", "password": PASSWORD }).to_string());
    from_a_browser.headers_mut().insert("user-agent", "Chrome/118.0 (Windows)".parse().unwrap());
    world.nobody().send(from_a_browser).await;
    world.try_log_in("west", "wrong password").await;
    world.app.store.set_setting("name", "value").await.unwrap();
    let admin = world.log_in("admin").await;
    admin.post(path::UNITS, &json!({ "name": "洪山镇", "group": "street" })).await;
    admin.post(path::PEOPLE, &json!({ "account": "new", "name": "周一", "unit": EAST, "roles": ["filer"] })).await;
    admin.post(path::TOKENS, &json!({ "name": "平台" })).await;
    admin.post(path::PASSWORD, &json!({ "current": PASSWORD, "new": "一个足够长的新密码。" })).await;
    world.pass(Timetable::of("2021-06".parse().unwrap()).objections_end_ms + 1 - NOON_MS);
    let (one, two) = (world.log_in("zhongdian").await, world.log_in("zhongdian2").await);
    let digest = one.get(&format!("{}/2021-06", path::RANKINGS)).await.body["digest"].clone();
    let steps = format!("{}/2021-06/steps", path::PERIODS);
    one.post(&steps, &json!({ "type": "propose", "digest": digest })).await;
    assert_eq!(two.post(&steps, &json!({ "type": "confirm", "digest": digest })).await.body["phase"], "frozen");
    world.app.store.close().await;
    world.folder
}

async fn connect(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join(sqlite::FILE)).foreign_keys(false);
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// What the doctor says of a database in one folder and the files of another; what cannot even be opened is damage that
/// was noticed.
async fn faults(database: &Path, files: &Path) -> Vec<String> {
    let store: SharedStore = match SqliteStore::open(database).await {
        Ok(store) => Arc::new(store),
        Err(error) => return vec![error.to_string()],
    };
    let blobs: SharedBlobs = Arc::new(Folder::new(files.join("blobs")));
    let report = doctor::examine(&store, &blobs).await;
    store.close().await;
    report.all().filter(|check| !check.faults.is_empty()).map(doctor::Check::line).collect()
}

async fn execute(connection: &mut SqliteConnection, sql: String) {
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await.unwrap();
}

/// The value of a cell, where there is one that has a bit.
async fn cell(connection: &mut SqliteConnection, table: &Table, column: &str, place: u64) -> Option<(i64, Vec<u8>)> {
    let sql = format!(
        "SELECT rowid, CAST({column} AS BLOB) FROM {} WHERE length(CAST({column} AS BLOB)) > 0 \
         ORDER BY rowid LIMIT 1 OFFSET {place}",
        table.name
    );
    let row = sqlx::query(AssertSqlSafe(sql)).fetch_optional(connection).await.unwrap()?;
    Some((row.get(0), row.get(1)))
}

fn literal(kind: Kind, bytes: &[u8]) -> String {
    let digits = entropy::digits(bytes);
    match kind {
        Kind::Bytes => format!("x'{digits}'"),
        Kind::Text => format!("CAST(x'{digits}' AS TEXT)"),
        Kind::Number | Kind::Flag => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

fn damaged(kind: Kind, bytes: &[u8], dice: &mut Pcg64Mcg) -> Vec<u8> {
    match kind {
        Kind::Number | Kind::Flag => {
            let number: i64 = std::str::from_utf8(bytes).unwrap().parse().unwrap();
            let bit = if kind == Kind::Flag { 0 } else { dice.random_range(0..40) };
            (number ^ (1 << bit)).to_string().into_bytes()
        }
        Kind::Bytes | Kind::Text => {
            let mut bytes = bytes.to_vec();
            let place = dice.random_range(0..bytes.len());
            bytes[place] ^= 1 << dice.random_range(0..8);
            bytes
        }
    }
}

#[tokio::test]
async fn one_bit_of_any_column_of_any_table_is_noticed() {
    let folder = filled().await;
    assert_eq!(faults(folder.path(), folder.path()).await, Vec::<String>::new());
    let mut dice = Pcg64Mcg::seed_from_u64(2021);
    let (mut tried, mut unnoticed) = (0, Vec::new());
    for table in tables::all() {
        for (column, kind) in table.columns {
            for round in 0..ROUNDS {
                let mut connection = connect(folder.path()).await;
                let found = cell(&mut connection, &table, column, round).await;
                let Some((row, good)) = found else {
                    assert!(round > 0, "no row of {} has {column}", table.name);
                    connection.close().await.unwrap();
                    continue;
                };
                let bad = damaged(*kind, &good, &mut dice);
                let set = |value: String| format!("UPDATE {} SET {column} = {value} WHERE rowid = {row}", table.name);
                let done = sqlx::query(AssertSqlSafe(set(literal(*kind, &bad)))).execute(&mut connection).await;
                connection.close().await.unwrap();
                if done.is_err() {
                    // Another row has this key: the database itself does not let it stand.
                    continue;
                }
                tried += 1;
                if faults(folder.path(), folder.path()).await.is_empty() {
                    unnoticed.push(format!("{}.{column} of row {row}: {good:?} → {bad:?}", table.name));
                }
                let mut connection = connect(folder.path()).await;
                execute(&mut connection, set(literal(*kind, &good))).await;
                connection.close().await.unwrap();
            }
        }
    }
    assert_eq!(unnoticed, Vec::<String>::new(), "of {tried}");
    assert!(tried > 100, "{tried}");
    assert_eq!(faults(folder.path(), folder.path()).await, Vec::<String>::new());
}

#[tokio::test]
async fn one_bit_of_the_file_where_rows_are_is_noticed() {
    let folder = filled().await;
    // Everything from the write-ahead log into the file.
    let mut connection = connect(folder.path()).await;
    execute(&mut connection, "PRAGMA wal_checkpoint(TRUNCATE)".to_owned()).await;
    let mut contents: Vec<Vec<u8>> = Vec::new();
    for table in tables::all() {
        for (column, _) in table.columns.iter().filter(|(_, kind)| matches!(kind, Kind::Bytes | Kind::Text)) {
            for place in 0..12 {
                contents.extend(cell(&mut connection, &table, column, place).await.map(|(_, bytes)| bytes));
            }
        }
    }
    connection.close().await.unwrap();
    let file = folder.path().join(sqlite::FILE);
    let good = std::fs::read(&file).unwrap();
    // Only what stands in one place of the file: a page that was split keeps a copy that is no row's.
    let is_unique = |content: &Vec<u8>| memmem::find_iter(&good, content).take(2).count() == 1;
    contents.retain(|content| content.len() >= 16 && is_unique(content));
    assert!(contents.len() > 30, "{}", contents.len());
    let mut dice = Pcg64Mcg::seed_from_u64(35);
    let mut unnoticed = Vec::new();
    for _ in 0..FLIPS {
        let content = &contents[dice.random_range(0..contents.len())];
        let start = memmem::find(&good, content).unwrap();
        let place = start + dice.random_range(0..content.len());
        let mut bad = good.clone();
        bad[place] ^= 1 << dice.random_range(0..8);
        let copy = tempfile::tempdir().unwrap();
        std::fs::write(copy.path().join(sqlite::FILE), &bad).unwrap();
        if faults(copy.path(), folder.path()).await.is_empty() {
            unnoticed.push(format!("byte {place} of {}", String::from_utf8_lossy(content)));
        }
    }
    assert_eq!(unnoticed, Vec::<String>::new());
}

#[tokio::test]
async fn what_an_older_version_wrote_is_whole_until_a_bit_of_it_is_another() {
    let folder = filled().await;
    let mut connection = connect(folder.path()).await;
    // Before there were seals, acts and freezes.
    for table in tables::all() {
        // Tokens and files are younger than seals.
        let is_older = !["access_token", "blob"].contains(&table.name);
        if is_older && table.columns.iter().any(|(column, _)| *column == "seal") {
            execute(&mut connection, format!("UPDATE {} SET seal = NULL", table.name)).await;
        }
    }
    for table in ["act", "audit", "period_result"] {
        execute(&mut connection, format!("DELETE FROM {table}")).await;
    }
    connection.close().await.unwrap();
    assert_eq!(faults(folder.path(), folder.path()).await, Vec::<String>::new());
    // The first start of this version says what there is; what comes is sealed.
    let store = SqliteStore::open(folder.path()).await.unwrap();
    store.begin_audit(crate::world::CAMPAIGN, NOON_MS).await.unwrap();
    store.close().await;
    assert_eq!(faults(folder.path(), folder.path()).await, Vec::<String>::new());
    for damage in [
        "UPDATE person SET password = replace(password, 'argon2id', 'argon2ie') WHERE account = 'east'",
        "UPDATE unit SET position = 9 WHERE position = 1",
        "UPDATE log SET chain = zeroblob(32) WHERE sequence = 1",
    ] {
        let copy = tempfile::tempdir().unwrap();
        std::fs::copy(folder.path().join(sqlite::FILE), copy.path().join(sqlite::FILE)).unwrap();
        let mut connection = connect(copy.path()).await;
        execute(&mut connection, damage.to_owned()).await;
        connection.close().await.unwrap();
        assert_eq!(faults(copy.path(), folder.path()).await.len(), 1, "{damage}");
    }
}
