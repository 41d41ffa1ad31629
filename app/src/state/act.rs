//! Work that a tap starts, and the notices that tell how it went.

use std::future::Future;

use leptos::prelude::{Get, Update};

use crate::{
    browser,
    state::{DataError, core::core},
};

/// Notices kept at once; older ones give way.
const NOTICES_MAX: usize = 4;

/// How long a notice stays: two sentences read slowly.
const SHOWN_MS: u32 = 12_000;

/// One short message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Tells notices apart.
    pub(crate) id: u32,
    /// The sentence.
    pub(crate) text: String,
}

/// The messages that the shell shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notices;

impl Notices {
    /// Those to be shown, oldest first. Tracked.
    pub(crate) fn list(self) -> Vec<Notice> {
        core().notices.get()
    }

    /// Says something.
    pub(crate) fn say(self, text: String) {
        let core = core();
        let id = core.notice_count.get().wrapping_add(1);
        core.notice_count.set(id);
        core.notices.update(|notices| {
            notices.retain(|notice| notice.text != text);
            notices.push(Notice { id, text });
            let surplus = notices.len().saturating_sub(NOTICES_MAX);
            notices.drain(..surplus);
        });
        task(async move {
            browser::task::sleep(SHOWN_MS).await;
            self.dismiss(id);
        });
    }

    /// Puts a message away.
    pub(crate) fn dismiss(self, id: u32) {
        core().notices.update(|notices| notices.retain(|notice| notice.id != id));
    }
}

/// Runs work to its end; a failure becomes a notice.
pub(crate) fn act(work: impl Future<Output = Result<(), DataError>> + 'static) {
    task(async move {
        if let Err(error) = work.await {
            Notices.say(error.message());
        }
    });
}

/// Runs work to its end. It may outlive the page: after an await use `try_*` on the page's signals.
pub(crate) fn task(work: impl Future<Output = ()> + 'static) {
    browser::task::spawn(work);
}

/// Opens the browser's way of printing the page.
pub(crate) fn print() {
    browser::page::print();
}

/// Moves the keyboard's focus to the element of an id.
pub(crate) fn focus(id: &str) {
    browser::page::focus(id);
}
