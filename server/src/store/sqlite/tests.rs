use std::sync::Arc;

use super::*;
use crate::{
    keeper::Keeper,
    store::{SharedStore, Standing, Store as _, archive::Archive as _, contract, people::People as _, rivals},
};

const NEWER: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
     VALUES (9999, 'later', TRUE, x'00', 0)";

/// What the first version has written: a session with its person, a unit, a failed log-in.
const OF_THE_FIRST_VERSION: &str = "\
    INSERT INTO campaign (id, body, targets, head, chain) VALUES (x'01', 'c', 't', 0, x'00'); \
    INSERT INTO unit (id, campaign, position, body) VALUES (x'02', x'01', 1, 'u'); \
    INSERT INTO person (id, campaign, account, body, password) VALUES (x'03', x'01', 'a', 'p', 'h'); \
    INSERT INTO session (token, person, created_ms, seen_ms) VALUES (x'04', x'03', 5, 6); \
    INSERT INTO login_failure (subject, count, last_ms) VALUES ('account:a', 7, 8);";

/// What a version before accounts had facts has written: a session with its person.
const OF_YESTERDAY: &str = "\
    INSERT INTO campaign (id, body, targets, head, chain) VALUES (zeroblob(16), 'c', 't', 0, x'00'); \
    INSERT INTO person (id, campaign, account, body, password) VALUES (zeroblob(16), zeroblob(16), 'a', \
        '{\"id\":\"00000000-0000-0000-0000-000000000000\",\"account\":\"a\",\"name\":\"甲\",\
        \"unit\":\"00000000-0000-0000-0000-000000000000\",\"roles\":[\"filer\"]}', 'h'); \
    INSERT INTO session (token, campaign, person, created_ms, seen_ms) \
        VALUES (zeroblob(32), zeroblob(16), zeroblob(16), 5, 6);";

#[tokio::test]
async fn sqlite_holds_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    contract::holds(&SqliteStore::open(folder.path()).await.unwrap()).await;
}

#[tokio::test]
async fn rivals_on_sqlite_leave_no_gap() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) =
        (SqliteStore::open(folder.path()).await.unwrap(), SqliteStore::open(folder.path()).await.unwrap());
    let ours: SharedStore = Arc::new(ours);
    rivals::leave_no_gap([ours, Arc::new(theirs)]).await;
}

#[tokio::test]
async fn pushes_that_wait_share_a_commit_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    rivals::share_a_commit(Arc::new(SqliteStore::open(folder.path()).await.unwrap())).await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).await.unwrap();
    sqlx::query(NEWER).execute(&store.writer).await.unwrap();
    store.close().await;
    assert!(matches!(SqliteStore::open(folder.path()).await, Err(OpenError::Newer(9_999))));
}

/// Migrations do not land in the order of their numbers.
#[tokio::test]
async fn a_database_that_passed_a_later_migration_takes_an_earlier_one_too() {
    const LANDED_BEFORE: [i64; 4] = [1, 2, 3, 9];
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join(FILE)).create_if_missing(true);
    let before = SqlitePoolOptions::new().connect_with(options).await.unwrap();
    let landed = MIGRATIONS.iter().filter(|migration| LANDED_BEFORE.contains(&migration.version)).cloned().collect();
    Migrator::with_migrations(landed).run(&before).await.unwrap();
    sqlx::raw_sql(OF_YESTERDAY).execute(&before).await.unwrap();
    before.close().await;
    let store = SqliteStore::open(folder.path()).await.unwrap();
    let session = store.session(CampaignId(uuid::Uuid::nil()), Digest::ZERO).await.unwrap().0;
    assert_eq!((session.seen_ms, session.standing), (6, Standing::Open));
}

#[tokio::test]
async fn what_the_first_version_wrote_is_found_by_its_campaign() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join(FILE)).create_if_missing(true);
    let before = SqlitePoolOptions::new().connect_with(options).await.unwrap();
    MIGRATIONS.run_to(1, &before).await.unwrap();
    sqlx::raw_sql(OF_THE_FIRST_VERSION).execute(&before).await.unwrap();
    before.close().await;
    let store = SqliteStore::open(folder.path()).await.unwrap();
    for (columns, expected) in [
        ("SELECT hex(campaign) || hex(token) || hex(person) || created_ms || seen_ms FROM session", "01040356"),
        ("SELECT hex(campaign) || hex(id) || account || body || password FROM person", "0103aph"),
        ("SELECT hex(campaign) || hex(id) || position || body FROM unit", "01021u"),
        ("SELECT hex(campaign) || subject || count || last_ms FROM login_failure", "01account:a78"),
        ("SELECT hex(id) || version FROM campaign", "010"),
    ] {
        let found: Vec<String> = sqlx::query_scalar(columns).fetch_all(&store.readers).await.unwrap();
        assert_eq!(found, [expected], "{columns}");
    }
}

#[tokio::test]
async fn a_keeper_follows_a_store_that_was_restored_under_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).await.unwrap());
    store.create_campaign(&contract::campaign(), &[]).await.unwrap();
    let mut keeper = Keeper::open(store.clone()).await.unwrap();
    let pushes = rivals::pushes(3);
    let receipts = keeper.commit(&pushes).await.unwrap();
    for kept in [1, 2] {
        let restore = "DELETE FROM log WHERE sequence > ?1; \
             UPDATE campaign SET head = ?1, chain = (SELECT chain FROM log WHERE sequence = ?1)";
        for statement in restore.split(';') {
            sqlx::query(statement).bind(kept).execute(&store.writer).await.unwrap();
        }
        keeper.catch_up().await.unwrap();
        assert_eq!(i64::try_from(keeper.head()).unwrap(), kept);
        // What the backup lacked comes again, and gets the place it had.
        assert_eq!(keeper.commit(&pushes).await.unwrap(), receipts);
    }
}

#[tokio::test]
async fn what_was_handed_over_is_the_same_in_another_database() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (SqliteStore::open(one.path()).await.unwrap(), SqliteStore::open(two.path()).await.unwrap());
    contract::holds(&first).await;
    let rows = contract::archive::dumped(&first).await;
    contract::archive::loaded(&second, rows.clone()).await;
    assert_eq!(contract::archive::dumped(&second).await, rows);
    assert_eq!(second.check().await.unwrap(), Vec::<String>::new());
}
