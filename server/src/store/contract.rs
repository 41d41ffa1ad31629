//! What every store must do. Each database's test calls [`holds`] on an empty store.

use rust_decimal::Decimal;
use shared::{
    campaign::{Campaign, Targets},
    fields::Value,
    id::{ActorId, CampaignId, Digest, OperationId, PersonId, RecordId, UnitId},
    issue::{Issue, RefusalCode},
    merge::{
        operation::{Body, Disposition, FieldEdit, Mark, Operation, SCHEMA},
        stamp::Stamp,
    },
    period::By,
    person::{Person, Role},
    record::RecordKind,
    sync::accept::{Entry, Log, Verdict},
    unit::{Group, Unit},
};
use uuid::Uuid;

use super::{
    Account, Aside, CampaignRecord, Failures, Head, PullPage, PullQuery, Scope, Session, Standing, Store, StoreError,
    files::HeldBlob,
};

mod access;
pub(crate) mod archive;
mod people;

/// The second account's name.
const SECOND: &str = "陈一";

pub(crate) const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(1));

/// The whole contract, on an empty store.
pub(super) async fn holds(store: &dyn Store) {
    keeps_settings(store).await;
    creates_a_campaign_whole_or_not_at_all(store).await;
    knows_accounts_by_name(store).await;
    ends_other_sessions_with_the_password(store).await;
    counts_failures_until_they_are_forgotten(store).await;
    appends_whole_groups_after_the_head_only(store).await;
    pages_show_each_visible_row_once(&entries(450), async |query| store.pull(CAMPAIGN, query).await.unwrap()).await;
    keeps_asides_once(store).await;
    knows_which_files_are_whole(store).await;
    archive::holds(store).await;
    access::holds(store).await;
    people::holds(store).await;
}

async fn knows_which_files_are_whole(store: &dyn Store) {
    let blob = |number: u8| Digest([number; 32]);
    let held = |number| HeldBlob { blob: blob(number), size: 9, mime: "image/jpeg", received_ms: 5 };
    assert!(store.held_blobs(CAMPAIGN, &[blob(1)]).await.unwrap().is_empty());
    store.note_blob(CAMPAIGN, &held(1)).await.unwrap();
    store.note_blob(CAMPAIGN, &HeldBlob { received_ms: 6, ..held(1) }).await.unwrap();
    store.note_blob(CAMPAIGN, &held(3)).await.unwrap();
    let mut found = store.held_blobs(CAMPAIGN, &[blob(1), blob(2), blob(3)]).await.unwrap();
    found.sort();
    assert_eq!(found, [blob(1), blob(3)]);
    assert!(store.held_blobs(CAMPAIGN, &[]).await.unwrap().is_empty());
}

/// A small campaign that has begun: three rows, whose acts tell what there is.
pub(crate) async fn lives(store: &dyn Store) {
    store.create_campaign(&campaign(), &[account(1, "gudong")]).await.unwrap();
    store.begin_audit(CAMPAIGN, 1).await.unwrap();
    append(store, Mark::START, &entries(3), &[aside("{")]).await.unwrap();
    store.begin_session(CAMPAIGN, &session(1, 1)).await.unwrap();
}

async fn keeps_settings(store: &dyn Store) {
    assert_eq!(store.setting("名").await.unwrap(), None);
    store.set_setting("名", "甲").await.unwrap();
    store.set_setting("名", "乙").await.unwrap();
    assert!(!store.take_setting("名", "甲").await.unwrap());
    assert_eq!(store.setting("名").await.unwrap().as_deref(), Some("乙"));
    assert!(store.take_setting("名", "乙").await.unwrap());
    assert!(!store.take_setting("名", "乙").await.unwrap());
    assert_eq!(store.setting("名").await.unwrap(), None);
}

async fn creates_a_campaign_whole_or_not_at_all(store: &dyn Store) {
    assert!(matches!(store.campaign().await, Err(StoreError::NotFound)));
    let twice = [account(1, "gudong"), account(2, "gudong")];
    assert!(matches!(store.create_campaign(&campaign(), &twice).await, Err(StoreError::Conflict)));
    assert!(matches!(store.campaign().await, Err(StoreError::NotFound)));
    store.create_campaign(&campaign(), &[account(1, "gudong")]).await.unwrap();
    assert_eq!(store.campaign().await.unwrap(), campaign());
    assert!(matches!(store.create_campaign(&campaign(), &[]).await, Err(StoreError::Conflict)));
    assert_eq!(store.head(CAMPAIGN).await.unwrap(), Head { mark: Mark::START, version: 0 });
    store.add_unit(CAMPAIGN, &unit(3), by(1)).await.unwrap();
    assert_eq!(store.head(CAMPAIGN).await.unwrap(), Head { mark: Mark::START, version: 1 });
    assert_eq!(store.campaign().await.unwrap().units, [unit(1), unit(2), unit(3)]);
}

async fn knows_accounts_by_name(store: &dyn Store) {
    assert!(matches!(store.account(CAMPAIGN, "nobody").await, Err(StoreError::NotFound)));
    store.add_account(CAMPAIGN, &account(2, SECOND), by(1)).await.unwrap();
    assert!(matches!(store.add_account(CAMPAIGN, &account(3, SECOND), by(1)).await, Err(StoreError::Conflict)));
    assert_eq!(store.account(CAMPAIGN, SECOND).await.unwrap(), account(2, SECOND));
    assert_eq!(store.people(CAMPAIGN).await.unwrap().len(), 2);
}

async fn ends_other_sessions_with_the_password(store: &dyn Store) {
    let [kept, ended, others] = [session(1, 1), session(2, 1), session(3, 2)];
    for session in [&kept, &ended, &others] {
        store.begin_session(CAMPAIGN, session).await.unwrap();
    }
    store.touch_session(CAMPAIGN, kept.token, 99).await.unwrap();
    let (found, person) = store.session(CAMPAIGN, kept.token).await.unwrap();
    assert_eq!((found.seen_ms, found.created_ms, person), (99, 7, account(1, "gudong").person));
    store.set_password(CAMPAIGN, by(1), "new", kept.token).await.unwrap();
    assert_eq!(store.account(CAMPAIGN, "gudong").await.unwrap().password, "new");
    assert!(store.session(CAMPAIGN, kept.token).await.is_ok() && store.session(CAMPAIGN, others.token).await.is_ok());
    assert_eq!(store.session(CAMPAIGN, ended.token).await.unwrap().0.standing, Standing::PasswordChanged);
    store.end_session(CAMPAIGN, kept.token).await.unwrap();
    store.end_session(CAMPAIGN, kept.token).await.unwrap();
    assert!(matches!(store.session(CAMPAIGN, kept.token).await, Err(StoreError::NotFound)));
}

async fn counts_failures_until_they_are_forgotten(store: &dyn Store) {
    store.count_failure(CAMPAIGN, &["account:a", "address:b"], 10, 0).await.unwrap();
    store.count_failure(CAMPAIGN, &["account:a"], 20, 0).await.unwrap();
    assert_eq!(store.failures(CAMPAIGN, "account:a").await.unwrap(), Failures { count: 2, last_ms: 20 });
    store.clear_failures(CAMPAIGN, "account:a").await.unwrap();
    assert_eq!(store.failures(CAMPAIGN, "account:a").await.unwrap(), Failures::default());
    store.count_failure(CAMPAIGN, &["account:c"], 30, 15).await.unwrap();
    assert_eq!(store.failures(CAMPAIGN, "address:b").await.unwrap(), Failures::default());
}

async fn appends_whole_groups_after_the_head_only(store: &dyn Store) {
    let entries = entries(450);
    let (first, rest) = entries.split_at(3);
    append(store, Mark::START, first, &[]).await.unwrap();
    let conflict = |result: Result<(), StoreError>| assert!(matches!(result, Err(StoreError::Conflict)), "{result:?}");
    // Another writer was faster: nothing of the group is there.
    conflict(append(store, Mark::START, rest, &[aside("a")]).await);
    // A turn that is not used leaves everything as it was.
    drop(store.turn(CAMPAIGN).await.unwrap());
    // An operation that is in the log already, at the end of a group of new ones.
    let mut doubled = rest[..2].to_vec();
    doubled.push(Entry {
        row: shared::merge::operation::LogRow { sequence: 6, ..first[0].row.clone() },
        issues: Vec::new(),
    });
    conflict(append(store, mark(&first[2]), &doubled, &[]).await);
    assert_eq!(store.replay(CAMPAIGN, 0, 10).await.unwrap(), first);
    append(store, mark(&first[2]), rest, &[]).await.unwrap();
    assert_eq!(store.replay(CAMPAIGN, 0, 1_000).await.unwrap(), entries);
    assert_eq!(store.replay(CAMPAIGN, 448, 1).await.unwrap(), entries[448..449]);
    let ids: Vec<OperationId> = [4, 2, 900].map(|n| OperationId(id(n))).into();
    let mut found = store.entries(CAMPAIGN, &ids).await.unwrap();
    found.sort_by_key(|entry| entry.row.sequence);
    assert_eq!(found, [entries[1].clone(), entries[3].clone()]);
}

/// What every source of pages must do that holds these rows; [`entries`] makes 450 of them.
pub(crate) async fn pages_show_each_visible_row_once(all: &[Entry], pull: impl AsyncFn(&PullQuery) -> PullPage) {
    for (person, units, kinds) in [
        (1, None, RecordKind::ALL.to_vec()),
        (9, Some(vec![1]), RecordKind::ALL.to_vec()),
        (9, Some(vec![1, 2]), vec![RecordKind::Project]),
        (9, Some(Vec::new()), RecordKind::ALL.to_vec()),
        (9, None, Vec::new()),
    ] {
        let units = units.map(|units| units.into_iter().map(|n| UnitId(id(n))).collect::<Vec<_>>());
        let scope = Scope { person: PersonId(id(person)), units: units.clone(), kinds: kinds.clone() };
        let visible = |entry: &&Entry| {
            let operation = &entry.row.operation;
            let in_scope =
                units.as_ref().is_none_or(|units| units.contains(&operation.unit)) && kinds.contains(&operation.kind);
            in_scope && (entry.row.disposition.takes_effect() || operation.author == scope.person)
        };
        for (limit, start) in [(1, 440), (7, 0), (7, 3), (50, 0), (1_000, 0)] {
            let expected: Vec<Entry> =
                all.iter().filter(|entry| entry.row.sequence > start).filter(visible).cloned().collect();
            let (mut seen, mut after) = (Vec::new(), start);
            loop {
                let query = PullQuery { after, also: 450, scope: scope.clone(), limit };
                let page = pull(&query).await;
                assert_eq!(page.head, mark(&all[449]));
                assert_eq!(page.chain_also, Some(all[449].row.chain));
                after = page.rows.last().map_or(after, |entry| entry.row.sequence);
                seen.extend(page.rows.iter().map(|entry| (**entry).clone()));
                if !page.more {
                    break;
                }
            }
            assert_eq!(seen, expected, "limit {limit} start {start}");
        }
    }
    let nowhere = PullQuery {
        after: 0,
        also: 451,
        scope: Scope { person: PersonId(id(1)), units: None, kinds: Vec::new() },
        limit: 1,
    };
    let page = pull(&nowhere).await;
    assert_eq!((page.chain_after, page.chain_also), (Some(Digest::ZERO), None));
}

async fn keeps_asides_once(store: &dyn Store) {
    let head = mark(&entries(450)[449]);
    for _ in 0..2 {
        append(store, head, &[], &[aside("{"), aside("{")]).await.unwrap();
    }
    assert_eq!(store.replay(CAMPAIGN, 450, 1).await.unwrap(), []);
}

async fn append(store: &dyn Store, base: Mark, entries: &[Entry], asides: &[Aside]) -> Result<(), StoreError> {
    store.turn(CAMPAIGN).await?.append(base, entries, asides).await
}

/// Rows of two units and three kinds; every tenth refused with issues.
pub(crate) fn entries(count: u64) -> Vec<Entry> {
    let mut log = Log::new(CAMPAIGN, [UnitId(id(1)), UnitId(id(2))]);
    let person = account(1, "gudong").person;
    (1..=count)
        .map(|n| match log.accept(operation(n), &person, None, 1_000 + n) {
            Verdict::Next(entry) if n % 10 == 0 => Entry { issues: vec![Issue::error("name", "missing")], ..*entry },
            Verdict::Next(entry) => *entry,
            other => panic!("{other:?}"),
        })
        .collect()
}

pub(super) fn operation(n: u64) -> Operation {
    let kind = [RecordKind::Project, RecordKind::ServiceVisit, RecordKind::StageClaim][usize::try_from(n % 3).unwrap()];
    let edit = FieldEdit { field: "name".into(), value: Value::text("鼓楼“软件园”二期"), over: Vec::new() };
    Operation {
        id: OperationId(id(n)),
        campaign: CAMPAIGN,
        // The author's own unit, and one where the author may not write.
        unit: UnitId(id(1 + u64::from(n.is_multiple_of(5)))),
        period: None,
        record: RecordId(id(10_000 + n)),
        kind,
        author: PersonId(id(1)),
        actor: ActorId(5),
        counter: n,
        stamp: Stamp::at_ms(n),
        seen: 0,
        schema: SCHEMA,
        body: Body::Edit { fields: vec![edit] },
    }
}

fn mark(entry: &Entry) -> Mark {
    Mark { sequence: entry.row.sequence, chain: entry.row.chain }
}

pub(super) fn campaign() -> CampaignRecord {
    let targets = [("started".to_owned(), Some(Decimal::new(35, 1))), ("visits".to_owned(), None)];
    CampaignRecord {
        campaign: Campaign {
            id: CAMPAIGN,
            district: "鼓楼区".into(),
            name: "专项行动".into(),
            year: 2021,
            region: "350102".into(),
            demo: false,
        },
        units: vec![unit(1), unit(2)],
        targets: Targets::from([(UnitId(id(1)), targets.into())]),
    }
}

fn unit(n: u32) -> Unit {
    Unit {
        id: UnitId(id(n.into())),
        name: format!("街道{n}"),
        group: Group::Street,
        position: n,
        from: None,
        until: None,
    }
}

pub(super) fn account(n: u64, name: &str) -> Account {
    let person = Person {
        id: PersonId(id(n)),
        account: name.into(),
        name: "陈".into(),
        unit: UnitId(id(1)),
        roles: [Role::Filer].into(),
        duties: [].into(),
    };
    Account { person, password: "hash".into() }
}

pub(super) fn by(n: u64) -> By {
    By { person: PersonId(id(n)), at_ms: 9 }
}

fn session(token: u8, person: u64) -> Session {
    Session {
        token: Digest([token; 32]),
        person: PersonId(id(person)),
        created_ms: 7,
        seen_ms: 8,
        address: "10.1.2.3".into(),
        device: "Chrome 90".into(),
        standing: Standing::Open,
    }
}

fn aside(body: &str) -> Aside {
    Aside {
        digest: Digest::of(&[body.as_bytes()]),
        person: PersonId(id(1)),
        received_ms: 1,
        disposition: Disposition::Quarantined(RefusalCode::Malformed),
        body: body.into(),
        outcome: None,
    }
}

pub(super) fn id(n: u64) -> Uuid {
    Uuid::from_u128(n.into())
}
