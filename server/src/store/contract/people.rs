//! Accounts beside their persons, and sessions.

use shared::{
    audit::{AccountDeed, Act, Deed},
    id::{Digest, PersonId},
    person::{Person, Role},
};

use super::{CAMPAIGN, account, aside, by, id, session};
use crate::store::{Change, Fact, FactKind, Standing, Store, StoreError, Which};

const ONE: PersonId = PersonId(uuid::Uuid::from_u128(1));

pub(super) async fn holds(store: &dyn Store) {
    changes_a_person_and_says_so(store).await;
    changes_a_fact_only_from_what_it_is(store).await;
    ends_sessions_of_one_person_and_keeps_why(store).await;
    lets_nobody_in_who_is_disabled(store).await;
    settles_what_stands_aside_once(store).await;
}

async fn last_deed(store: &dyn Store) -> Deed {
    store.acts(CAMPAIGN, 0, 1_000).await.unwrap().pop().unwrap().act.deed
}

async fn changes_a_person_and_says_so(store: &dyn Store) {
    let changed = Person { roles: [Role::Filer, Role::UnitReviewer].into(), ..account(1, "gudong").person };
    store.change_person(CAMPAIGN, &changed, by(1)).await.unwrap();
    assert_eq!(store.account(CAMPAIGN, "gudong").await.unwrap().person, changed);
    let Deed::Account { account: of, deed: AccountDeed::Changed { roles, .. } } = last_deed(store).await else {
        panic!("another act");
    };
    assert_eq!((of, roles), (ONE, vec!["filer".to_owned(), "unit_reviewer".to_owned()]));
    let nobody = Person { id: PersonId(id(77)), ..changed };
    assert!(matches!(store.change_person(CAMPAIGN, &nobody, by(1)).await, Err(StoreError::NotFound)));
}

async fn changes_a_fact_only_from_what_it_is(store: &dyn Store) {
    let kind = FactKind::SecondFactor;
    let change = async |from: Option<&str>, to: Option<&str>| {
        let act = Act { at_ms: 5, person: Some(ONE), deed: Deed::LoggedOut };
        store.change_fact(CAMPAIGN, Change { person: ONE, kind, from, to }, Some(&act)).await
    };
    change(None, Some("one")).await.unwrap();
    let told = store.acts(CAMPAIGN, 0, 1_000).await.unwrap().len();
    for (from, to) in [(None, Some("two")), (Some("two"), Some("three")), (Some("two"), None)] {
        assert!(matches!(change(from, to).await, Err(StoreError::Conflict)), "{from:?} {to:?}");
    }
    assert_eq!(store.acts(CAMPAIGN, 0, 1_000).await.unwrap().len(), told, "what did not happen is not told");
    change(Some("one"), Some("two")).await.unwrap();
    assert_eq!(store.fact(CAMPAIGN, ONE, kind).await.unwrap().as_deref(), Some("two"));
    assert_eq!(store.fact(CAMPAIGN, ONE, FactKind::Grant).await.unwrap(), None);
    assert_eq!(store.facts(CAMPAIGN).await.unwrap(), [Fact { person: ONE, kind, body: "two".into() }]);
    change(Some("two"), None).await.unwrap();
    assert_eq!(store.facts(CAMPAIGN).await.unwrap(), []);
}

async fn ends_sessions_of_one_person_and_keeps_why(store: &dyn Store) {
    let [one, two, three, other] = [session(11, 1), session(12, 1), session(13, 1), session(14, 2)];
    for session in [&one, &two, &three, &other] {
        store.begin_session(CAMPAIGN, session).await.unwrap();
    }
    let end = async |which, by| store.set_standing(CAMPAIGN, ONE, which, Standing::Revoked, by).await.unwrap();
    assert_eq!(end(Which::Only(other.token), Some(by(1))).await, 0, "another person's");
    assert_eq!(end(Which::Only(one.token), Some(by(1))).await, 1);
    assert_eq!(last_deed(store).await, Deed::Account { account: ONE, deed: AccountDeed::SessionsEnded { count: 1 } });
    assert_eq!(end(Which::Only(one.token), None).await, 0, "ended already");
    store.touch_session(CAMPAIGN, two.token, 99).await.unwrap();
    let living: Vec<Digest> =
        store.sessions(CAMPAIGN, ONE).await.unwrap().into_iter().map(|session| session.token).collect();
    assert_eq!(living, [two.token, three.token]);
    assert_eq!(end(Which::Except(two.token), None).await, 1);
    for (session, standing) in
        [(&one, Standing::Revoked), (&two, Standing::Open), (&three, Standing::Revoked), (&other, Standing::Open)]
    {
        assert_eq!(store.session(CAMPAIGN, session.token).await.unwrap().0.standing, standing);
    }
    // What ended long ago is forgotten with the next log-in.
    let later = crate::store::Session { created_ms: 200 * 24 * 3_600_000, ..session(15, 1) };
    store.begin_session(CAMPAIGN, &later).await.unwrap();
    assert!(matches!(store.session(CAMPAIGN, one.token).await, Err(StoreError::NotFound)));
}

async fn lets_nobody_in_who_is_disabled(store: &dyn Store) {
    store.disable(CAMPAIGN, ONE, "left", by(2)).await.unwrap();
    assert!(matches!(store.disable(CAMPAIGN, ONE, "left", by(2)).await, Err(StoreError::Conflict)));
    assert_eq!(store.fact(CAMPAIGN, ONE, FactKind::Disabled).await.unwrap().as_deref(), Some("left"));
    assert_eq!(store.sessions(CAMPAIGN, ONE).await.unwrap(), []);
    assert!(matches!(store.begin_session(CAMPAIGN, &session(16, 1)).await, Err(StoreError::Conflict)));
    let change = Change { person: ONE, kind: FactKind::Disabled, from: Some("left"), to: None };
    store.change_fact(CAMPAIGN, change, None).await.unwrap();
    store.begin_session(CAMPAIGN, &session(16, 1)).await.unwrap();
}

async fn settles_what_stands_aside_once(store: &dyn Store) {
    store.set_aside(CAMPAIGN, &[aside("kept"), aside("kept")]).await.unwrap();
    let item = Digest::of(&[b"kept"]);
    let found = async || store.asides(CAMPAIGN).await.unwrap().into_iter().filter(|aside| aside.digest == item).count();
    assert_eq!(found().await, 1);
    let deed = Deed::Rescued { item, adopted: false, reason: "twice".into() };
    let act = Act { at_ms: 5, person: Some(ONE), deed };
    store.settle_aside(CAMPAIGN, item, "outcome", &act).await.unwrap();
    assert!(matches!(store.settle_aside(CAMPAIGN, item, "other", &act).await, Err(StoreError::Conflict)));
    let settled = store.asides(CAMPAIGN).await.unwrap().into_iter().find(|aside| aside.digest == item).unwrap();
    assert_eq!(settled.outcome.as_deref(), Some("outcome"));
}
