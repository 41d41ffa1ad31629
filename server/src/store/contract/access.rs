//! Tokens of other systems.

use shared::{api::token::TokenView, audit::Deed, id::Digest, period::By};

use super::{CAMPAIGN, by};
use crate::store::{Store, StoreError};

pub(super) async fn holds(store: &dyn Store) {
    let token = |n: u8| TokenView {
        digest: Digest([n; 32]),
        name: format!("system{n}"),
        by: by(1).person,
        issued_ms: n.into(),
    };
    for n in [1, 2] {
        store.issue_token(CAMPAIGN, &token(n)).await.unwrap();
    }
    assert!(matches!(store.issue_token(CAMPAIGN, &token(1)).await, Err(StoreError::Conflict)));
    assert_eq!(store.tokens(CAMPAIGN).await.unwrap(), [token(1), token(2)]);
    assert_eq!(store.token(CAMPAIGN, token(2).digest).await.unwrap(), token(2));
    store.revoke_token(CAMPAIGN, token(2).digest, By { at_ms: 9, ..by(1) }).await.unwrap();
    assert!(matches!(store.revoke_token(CAMPAIGN, token(2).digest, by(1)).await, Err(StoreError::NotFound)));
    assert!(matches!(store.token(CAMPAIGN, token(2).digest).await, Err(StoreError::NotFound)));
    // What was done is told once, what was not done is not.
    let acts = store.acts(CAMPAIGN, 0, 100).await.unwrap();
    let deeds: Vec<&Deed> = acts.iter().rev().take(3).map(|row| &row.act.deed).collect();
    let issued = |n| Deed::TokenIssued { token: token(n).digest, name: token(n).name };
    let revoked = Deed::TokenRevoked { token: token(2).digest, name: token(2).name };
    assert_eq!(deeds, [&revoked, &issued(2), &issued(1)]);
}
