//! From the tablet into memory: first what a screen shows, then the rest; later only what other tabs changed.

use crate::{
    browser::bytes::Bytes,
    data::{
        error::DataError,
        indexed_db::{
            IndexedDbStore,
            content::{Base, Content, Head, journal_key},
            decode,
            schema::{BASE_KEY, HEAD, JOURNAL, OPEN, PAGES, REVISION_KEY},
            tx::{Access, Opened, TxError},
        },
    },
};

/// What one transaction read, still sealed.
struct Sealed {
    head: Head,
    base: Option<Bytes>,
    journal: Vec<Bytes>,
    open: Vec<Bytes>,
    newest_page: Vec<Bytes>,
}

impl IndexedDbStore {
    /// Everything but the older pages; `None` where nothing was ever stored.
    pub(super) async fn read_first(&self) -> Result<Option<Content>, DataError> {
        let read = async |tx: &Opened<'_>| {
            let base = tx.ask(HEAD, BASE_KEY)?;
            let journal = tx.ask_after(JOURNAL, "", u32::MAX)?;
            let open = tx.ask_after(OPEN, "", u32::MAX)?;
            let newest_page = tx.ask_after(PAGES, "", 1)?;
            let Some(head) = tx.get(HEAD, REVISION_KEY).await? else {
                return Ok(None);
            };
            Ok(Some(Sealed {
                head,
                base: base.await?,
                journal: journal.await?,
                open: open.await?,
                newest_page: newest_page.await?,
            }))
        };
        let Some(sealed) = self.connection.run(&[HEAD, JOURNAL, OPEN, PAGES], Access::Read, read).await? else {
            return Ok(None);
        };
        let base = sealed.base.ok_or_else(|| damaged("there is no base"))?;
        let base: Base = decode(&self.vault.open(HEAD, BASE_KEY, &base).await?)?;
        let mut content = Content::of_base(sealed.head, base);
        self.add_journal(&mut content, sealed.head, &sealed.journal).await?;
        let keys = content.base.open.clone();
        if keys.len() != sealed.open.len() {
            return Err(damaged("own operations are missing"));
        }
        for own in self.vault.open_all(OPEN, keys.into_iter().zip(&sealed.open)).await? {
            content.add_own(&own)?;
        }
        self.add_pages(&mut content, &sealed.newest_page).await?;
        Ok(Some(content))
    }

    /// Adds the pages that are not in memory yet; `false` when another tab has rearranged them.
    pub(super) async fn read_rest(&self, content: &mut Content) -> Result<bool, DataError> {
        let known = content.last_page_read().to_owned();
        let read = async |tx: &Opened<'_>| {
            let pages = tx.ask_after(PAGES, &known, u32::MAX)?;
            let head: Option<Head> = tx.get(HEAD, REVISION_KEY).await?;
            Ok((head, pages.await?))
        };
        let (head, pages) = self.connection.run(&[HEAD, PAGES], Access::Read, read).await?;
        if head.is_none_or(|head| head.base != content.head.base) {
            return Ok(false);
        }
        self.add_pages(content, &pages).await?;
        if content.is_whole() { Ok(true) } else { Err(damaged("pages are missing")) }
    }

    /// Adds what other tabs changed; `false` when one of them has written the base anew.
    pub(super) async fn read_news(&self, content: &mut Content) -> Result<bool, DataError> {
        let known = journal_key(content.head.revision);
        let read = async |tx: &Opened<'_>| {
            let journal = tx.ask_after(JOURNAL, &known, u32::MAX)?;
            let head: Option<Head> = tx.get(HEAD, REVISION_KEY).await?;
            Ok((head, journal.await?))
        };
        let (head, journal) = self.connection.run(&[HEAD, JOURNAL], Access::Read, read).await?;
        let Some(head) = head.filter(|head| head.base == content.head.base) else {
            return Ok(false);
        };
        self.add_journal(content, head, &journal).await?;
        Ok(true)
    }

    async fn add_journal(&self, content: &mut Content, head: Head, journal: &[Bytes]) -> Result<(), DataError> {
        let revisions = content.head.revision.saturating_add(1)..;
        let keys = revisions.map(journal_key);
        for change in self.vault.open_all(JOURNAL, keys.zip(journal)).await? {
            content.add_change(change)?;
        }
        if content.head.revision == head.revision { Ok(()) } else { Err(damaged("the journal has a hole")) }
    }

    async fn add_pages(&self, content: &mut Content, pages: &[Bytes]) -> Result<(), DataError> {
        let keys: Vec<String> = content.unread_pages().take(pages.len()).map(str::to_owned).collect();
        for (key, page) in keys.iter().zip(self.vault.open_all(PAGES, keys.iter().cloned().zip(pages)).await?) {
            content.add_page(key, page)?;
        }
        Ok(())
    }
}

fn damaged(what: &str) -> DataError {
    TxError::Corrupt(what.to_owned()).into()
}
