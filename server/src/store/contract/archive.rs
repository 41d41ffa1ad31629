//! The second log, frozen results, and the database as a whole.

use shared::{
    audit::{Act, ActRow, Deed, Inventory},
    calendar::Month,
    id::Digest,
    merge::operation::Mark,
    period,
};
use tokio::sync::mpsc;

use super::{CAMPAIGN, SECOND, account, append, by, entries, mark, unit};
use crate::store::{
    Head, Store, StoreError,
    archive::StoredResult,
    seals,
    tables::{self, Rows},
};

pub(super) async fn holds(store: &dyn Store) {
    chains_acts_with_what_they_tell(store).await;
    freezes_while_the_log_stands_still(store).await;
    finds_the_acts_about_backups_among_all(store).await;
    begins_the_acts_with_what_there_is_once(store).await;
    hands_everything_over_in_the_order_of_the_keys(store).await;
}

async fn chains_acts_with_what_they_tell(store: &dyn Store) {
    // What the tests before did: a unit, an account, three sessions, a password.
    let acts = store.acts(CAMPAIGN, 0, 100).await.unwrap();
    let names: Vec<&str> = acts.iter().map(|row| name(&row.act.deed)).collect();
    let session = "logged_in";
    assert_eq!(names, ["unit_added", "account_created", session, session, session, "password_changed"]);
    let mut before = Digest::ZERO;
    for (sequence, row) in (1..).zip(&acts) {
        let text = serde_json::to_string(&row.act).unwrap();
        assert_eq!((row.sequence, row.chain), (sequence, ActRow::link(before, sequence, &text)));
        before = row.chain;
    }
    assert_eq!(store.acts(CAMPAIGN, 4, 1).await.unwrap(), acts[4..5]);
    assert_eq!(acts[0].act.person, Some(by(1).person));
}

async fn freezes_while_the_log_stands_still(store: &dyn Store) {
    let (june, deed): (Month, _) = ("2021-06".parse().unwrap(), period::Deed::Published { edition: 1 });
    let act = Act { at_ms: 5, person: None, deed: Deed::Period { month: june, deed } };
    let result = StoredResult {
        month: june,
        edition: 1,
        document: "{\"a\":1}".into(),
        annex: "{}".into(),
        signature: vec![1, 2, 3],
    };
    let head = store.head(CAMPAIGN).await.unwrap();
    let decide = async |base: Mark, result: Option<&StoredResult>| {
        store.turn(CAMPAIGN).await.unwrap().decide(base, &act, result).await
    };
    assert!(matches!(decide(Mark::START, Some(&result)).await, Err(StoreError::Conflict)));
    assert!(matches!(store.result(CAMPAIGN, june, 1).await, Err(StoreError::NotFound)));
    decide(head.mark, Some(&result)).await.unwrap();
    assert_eq!(store.head(CAMPAIGN).await.unwrap(), Head { version: head.version + 1, ..head });
    assert_eq!(store.result(CAMPAIGN, june, 1).await.unwrap(), result);
    // An edition is written once; what was to go with the second try is not written either.
    assert!(matches!(decide(head.mark, Some(&result)).await, Err(StoreError::Conflict)));
    decide(head.mark, None).await.unwrap();
    assert_eq!(store.period_acts(CAMPAIGN).await.unwrap(), [act.clone(), act.clone()]);
    let last = mark(&entries(450)[449]);
    assert_eq!(last, head.mark);
    append(store, last, &[], &[]).await.unwrap();
}

async fn finds_the_acts_about_backups_among_all(store: &dyn Store) {
    let before = store.acts(CAMPAIGN, 0, 100).await.unwrap().last().unwrap().sequence;
    let head = Mark { sequence: 7, chain: Digest([7; 32]) };
    let deeds = [
        Deed::LoggedOut,
        Deed::BackedUp { head, rows: 9 },
        // Names what is looked for, and is something else.
        Deed::Exported { what: "\"type\":\"backed_up\"".to_owned(), rows: 1 },
        Deed::Restored { head, taken_ms: 3 },
    ];
    for deed in deeds {
        store.record(CAMPAIGN, &Act { at_ms: 5, person: None, deed }).await.unwrap();
    }
    let found = async |after| {
        let rows = store.backup_acts(CAMPAIGN, after).await.unwrap();
        rows.into_iter().map(|row| row.sequence).collect::<Vec<_>>()
    };
    assert_eq!(found(0).await, [before + 2, before + 4]);
    assert_eq!(found(before + 2).await, [before + 4]);
}

async fn begins_the_acts_with_what_there_is_once(store: &dyn Store) {
    let before = store.acts(CAMPAIGN, 0, 100).await.unwrap().len();
    for _ in 0..2 {
        store.begin_audit(CAMPAIGN, 77).await.unwrap();
    }
    // This campaign's acts had begun already.
    assert_eq!(store.acts(CAMPAIGN, 0, 100).await.unwrap().len(), before);
    let mut inventory = Inventory::default();
    for row in store.acts(CAMPAIGN, 0, 100).await.unwrap() {
        inventory.apply(&row.act);
    }
    let json = |value: &dyn Fn() -> serde_json::Result<String>| value().unwrap();
    let three = json(&|| serde_json::to_string(&unit(3)));
    assert_eq!(inventory.units[&unit(3).id], seals::unit_digest(3, &three));
    let (one, two) = (account(1, "gudong"), account(2, SECOND));
    for (account, password) in [(&one, "new"), (&two, "hash")] {
        let body = json(&|| serde_json::to_string(&account.person));
        let expected = seals::account_digest(&account.person.account, &body, password);
        assert_eq!(inventory.accounts[&account.person.id], expected);
    }
}

async fn hands_everything_over_in_the_order_of_the_keys(store: &dyn Store) {
    let rows = dumped(store).await;
    let tables: Vec<&str> = tables::all().map(|table| table.name).collect();
    let mut told: Vec<&str> = rows.iter().map(|rows| rows.table.as_str()).collect();
    told.dedup();
    assert_eq!(told, tables);
    let count = |name: &str| rows.iter().filter(|rows| rows.table == name).map(|rows| rows.rows.len()).sum::<usize>();
    assert_eq!((count("log"), count("unit"), count("person"), count("period_result")), (450, 3, 2, 1));
    for rows in &rows {
        let columns = tables::all().find(|table| table.name == rows.table).unwrap().columns.len();
        assert!(rows.rows.iter().all(|row| row.len() == columns), "{}", rows.table);
    }
}

/// Every row of a store.
pub(crate) async fn dumped(store: &dyn Store) -> Vec<Rows> {
    let (sender, mut receiver) = mpsc::channel(1);
    let collect = async {
        let mut all = Vec::new();
        while let Some(rows) = receiver.recv().await {
            all.push(rows);
        }
        all
    };
    let (done, all) = tokio::join!(store.dump(sender), collect);
    done.unwrap();
    all
}

/// Writes rows into an empty store.
pub(in crate::store) async fn loaded(store: &dyn Store, rows: Vec<Rows>) {
    let (sender, receiver) = mpsc::channel(1);
    let send = async move {
        for rows in rows {
            sender.send(rows).await.unwrap();
        }
    };
    let (done, ()) = tokio::join!(store.load(receiver), send);
    done.unwrap();
}

fn name(deed: &Deed) -> &'static str {
    match deed {
        Deed::UnitAdded { .. } => "unit_added",
        Deed::AccountCreated { .. } => "account_created",
        Deed::LoggedIn { .. } => "logged_in",
        Deed::PasswordChanged { .. } => "password_changed",
        _ => "another",
    }
}
