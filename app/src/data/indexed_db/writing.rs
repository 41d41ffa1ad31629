//! From memory onto the tablet: sealed first, then written in one transaction that no other tab came before.
//!
//! A browser's cipher answers later, and a transaction does not wait for it. So what is to be written is decided and
//! sealed outside, and the transaction compares the head with the one that the decision was made on: when another
//! tab was faster nothing is written, what it wrote is read, and the decision is made anew.

use futures_util::future::try_join_all;

use crate::data::{
    error::DataError,
    indexed_db::{
        IndexedDbStore,
        content::{Change, Content, Head, Plan},
        schema::{HEAD, REVISION_KEY},
        tx::{Access, Opened, TxError},
    },
};

/// How often a decision is made anew before the other tabs are said to be too busy.
pub(super) const TRIES_MAX: usize = 50;

impl IndexedDbStore {
    /// Decides and writes, until no other tab comes between. `decide` gives the change, or what to answer without one.
    pub(super) async fn change<T>(
        &self,
        access: Access,
        decide: impl Fn(&Content) -> Result<Decision<T>, TxError>,
    ) -> Result<T, DataError> {
        let mut slot = self.content.lock().await;
        for _ in 0..TRIES_MAX {
            let content = self.whole(&mut slot).await?;
            let (plan, change, answer) = match decide(content)? {
                Decision::Write(change, answer) => (content.plan(&change)?, *change, answer),
                Decision::Anew(after, answer) => (after.rewrite(None)?, Change::default(), answer),
                Decision::Nothing(answer) => {
                    // What was decided on may be out of date: then it is decided anew.
                    let head = content.head;
                    if self.refresh(&mut slot).await?.head == head {
                        return Ok(answer);
                    }
                    continue;
                }
            };
            if self.write(content, &plan, access).await? {
                content.commit(plan, change);
                return Ok(answer);
            }
            self.refresh(&mut slot).await?;
        }
        Err(TxError::Behind.into())
    }

    /// Writes a plan that was made for this content; `false` when another tab was faster, and nothing is written.
    pub(super) async fn write(&self, content: &Content, plan: &Plan, access: Access) -> Result<bool, DataError> {
        let sealing = plan.put.iter().map(|(store, key, bytes)| self.vault.seal(store, key, bytes));
        let sealed = try_join_all(sealing).await?;
        let expected = content.head;
        let put = async |tx: &Opened<'_>| {
            // Asked and written in one breath: the answer decides whether it counts.
            let head = tx.ask_value::<Head>(HEAD, REVISION_KEY)?;
            plan.clear.iter().try_for_each(|store| tx.clear(store))?;
            plan.delete.iter().try_for_each(|(store, key)| tx.delete(store, key))?;
            let mut values = plan.put.iter().zip(&sealed);
            values.try_for_each(|((store, key, _), bytes)| tx.put_bytes(store, key, bytes))?;
            tx.put(HEAD, REVISION_KEY, &plan.head)?;
            if head.await? == Some(expected) { Ok(()) } else { Err(TxError::Behind) }
        };
        let stores = stores_of(plan);
        let mut written = self.connection.attempt(&stores, access, &put).await?;
        if written == Err(TxError::Full) && !self.is_full() {
            self.drop_ballast().await?;
            written = self.connection.attempt(&stores, access, &put).await?;
        }
        match written {
            Ok(()) => Ok(true),
            Err(TxError::Behind) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// What a verb wants.
pub(super) enum Decision<T> {
    /// To write a change.
    Write(Box<Change>, T),
    /// To write everything anew, after records were taken away.
    Anew(Box<Content>, T),
    /// Nothing.
    Nothing(T),
}

fn stores_of(plan: &Plan) -> Vec<&'static str> {
    let named = plan.clear.iter().copied().chain(plan.delete.iter().map(|(store, _)| *store));
    let mut stores: Vec<&str> = named.chain(plan.put.iter().map(|(store, _, _)| *store)).chain([HEAD]).collect();
    stores.sort_unstable();
    stores.dedup();
    stores
}
