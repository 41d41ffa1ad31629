//! A new version of the application: it waits until nothing is being typed.

use leptos::prelude::{Get, Set};

use crate::{
    browser::{page, service_worker::Worker},
    state::{act, core::core, drafts, task},
};

/// The application's own new version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Update;

impl Update {
    /// Whether a new version is installed and waits. Tracked.
    pub(crate) fn is_waiting(self) -> bool {
        core().update_waits.get()
    }

    /// Saves what is being typed and lets the new version take over; the page reloads once.
    pub(crate) fn apply(self) {
        act(async {
            drafts().flush().await?;
            let worker = core().worker.borrow().clone();
            if let Some(worker) = worker {
                worker.take_over();
            }
            Ok(())
        });
    }

    /// Registers the service worker.
    pub(super) fn watch(self) {
        task(async {
            let worker = Worker::register(|| core().update_waits.set(true), || act(Self::reload())).await;
            core().worker.replace(worker);
        });
    }

    /// Asks the server whether there is a new version.
    pub(super) fn look(self) {
        let worker = core().worker.borrow().clone();
        if let Some(worker) = worker {
            worker.look_for_update();
        }
    }

    /// Another version serves this page now: its files are others, so the page must be theirs too.
    async fn reload() -> Result<(), crate::state::DataError> {
        drafts().flush().await?;
        page::reload();
        Ok(())
    }
}
