use std::sync::Arc;

use shared::merge::operation::Mark;

use super::*;
use crate::store::{SharedStore, contract, rivals, sqlite::SqliteStore};

#[path = "../../../tests/support/postgres.rs"]
mod server;

async fn open(address: &str) -> SharedStore {
    Arc::new(PostgresStore::open(&DatabaseAddress::from(address.to_owned())).await.unwrap())
}

#[tokio::test]
async fn postgres_holds_the_contract() {
    contract::holds(&*open(&server::new_database().await).await).await;
}

#[tokio::test]
async fn rivals_on_postgres_leave_no_gap() {
    let address = server::new_database().await;
    rivals::leave_no_gap([open(&address).await, open(&address).await]).await;
}

#[tokio::test]
async fn pushes_that_wait_share_a_commit_on_postgres() {
    rivals::share_a_commit(open(&server::new_database().await).await).await;
}

#[tokio::test]
async fn a_notification_needs_no_look() {
    let address = server::new_database().await;
    let options = open::options(&DatabaseAddress::from(address.clone())).unwrap();
    let never = std::time::Duration::from_hours(1);
    let [ours, theirs] = ["ours", "theirs"]
        .map(|name| Feed::start(open::pool(&options, 1), open::pool(&options, 1), name.to_owned(), never));
    let mut changes = theirs.changes();
    // The first hint is that it listens now.
    changes.changed().await.unwrap();
    for _ in 0..3 {
        ours.announcement().make();
        changes.changed().await.unwrap();
    }
    // A listener that was cut off says so by a hint, since it cannot know what it missed, and listens again.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    server::execute(&address, cut).await;
    changes.changed().await.unwrap();
    ours.announcement().make();
    changes.changed().await.unwrap();
}

#[tokio::test]
async fn two_processes_may_start_at_once() {
    let address = server::new_database().await;
    futures_util::future::join_all([open(&address), open(&address), open(&address)]).await;
}

#[tokio::test]
async fn an_account_is_added_while_another_has_its_turn() {
    let address = server::new_database().await;
    let store = open(&address).await;
    store.create_campaign(&contract::campaign(), &[]).await.unwrap();
    let turn = store.turn(contract::CAMPAIGN).await.unwrap();
    store.add_account(contract::CAMPAIGN, &contract::account(1, "gudong"), contract::by(1)).await.unwrap();
    turn.append(Mark::START, &[], &[]).await.unwrap();
}

#[tokio::test]
async fn one_process_hears_what_another_writes() {
    let address = server::new_database().await;
    let [ours, theirs] = [open(&address).await, open(&address).await];
    ours.create_campaign(&contract::campaign(), &[]).await.unwrap();
    let ledger = crate::ledger::Ledger::open(theirs.clone()).await.unwrap();
    let mut keeper = crate::keeper::Keeper::open(ours).await.unwrap();
    keeper.commit(&rivals::pushes(1)).await.unwrap();
    assert_eq!(*ledger.head().wait_for(|head| *head == 1).await.unwrap(), 1);
}

#[tokio::test]
async fn a_commit_is_on_disk_before_it_is_answered_whatever_the_database_prefers() {
    let address = server::new_database().await;
    server::execute(
        &address,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$",
    )
    .await;
    let store = PostgresStore::open(&DatabaseAddress::from(address)).await.unwrap();
    for pool in [&store.pool, &store.appending] {
        let setting: String = sqlx::query_scalar("SHOW synchronous_commit").fetch_one(pool).await.unwrap();
        assert_eq!(setting, "on");
    }
}

#[tokio::test]
async fn a_process_that_stands_still_loses_its_turn_and_nothing_else() {
    let address = server::new_database().await;
    let [ours, theirs] = [open(&address).await, open(&address).await];
    ours.create_campaign(&contract::campaign(), &[]).await.unwrap();
    let mut keeper = crate::keeper::Keeper::open(theirs).await.unwrap();
    let turn = ours.turn(contract::CAMPAIGN).await.unwrap();
    let ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND state = 'idle in transaction'";
    server::execute(&address, ending).await;
    assert_eq!(keeper.commit(&rivals::pushes(1)).await.unwrap().len(), 1);
    assert!(matches!(turn.append(Mark::START, &[], &[]).await, Err(StoreError::Unavailable(_))));
    // The next turn has a new connection.
    assert_eq!(ours.turn(contract::CAMPAIGN).await.unwrap().head().mark.sequence, 1);
}

#[test]
fn an_address_is_understood_or_refused_without_being_shown() {
    for address in [
        "mysql://a:b@c/d",
        "postgres://a:b@[c/d",
        "postgres://a:b@c/d?pass=x",
        "postgres://a:b@c:99999/d",
        "tisheng.sqlite3",
    ] {
        let refused = open::options(&DatabaseAddress::from(address.to_owned()));
        assert!(matches!(refused, Err(OpenError::Address)), "{address}");
    }
    let address = DatabaseAddress::from("postgresql://a:geheim@c/d?sslmode=require".to_owned());
    assert!(open::options(&address).is_ok());
    assert!(!format!("{address:?}").contains("geheim"));
}

#[tokio::test]
async fn what_sqlite_handed_over_is_the_same_in_postgres_and_back() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [first, third] =
        [SqliteStore::open(folders[0].path()).await.unwrap(), SqliteStore::open(folders[1].path()).await.unwrap()];
    contract::holds(&first).await;
    let rows = contract::archive::dumped(&first).await;
    let second = open(&server::new_database().await).await;
    contract::archive::loaded(&*second, rows.clone()).await;
    let again = contract::archive::dumped(&*second).await;
    assert_eq!(again, rows);
    contract::archive::loaded(&third, again).await;
    assert_eq!(contract::archive::dumped(&third).await, rows);
}
