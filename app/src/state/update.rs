//! A new version of the application: it waits until nothing is being typed.

use leptos::prelude::{Get, Set};

use crate::{
    browser::{page, service_worker::Worker, task::sleep},
    state::{act, core::core, drafts, task},
};

/// A new version that was told to take over waits until the one before has answered everything; told again, it looks
/// again.
const TELL_AGAIN_MS: u32 = 2_000;

/// Then the person may tell it once more.
const TELLS_MAX: u32 = 15;

/// The application's own new version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Update;

impl Update {
    /// Whether a new version is installed and waits. Tracked.
    pub(crate) fn is_waiting(self) -> bool {
        core().update_waits.get()
    }

    /// Whether it was told to take over, and has not yet. Tracked.
    pub(crate) fn is_beginning(self) -> bool {
        core().update_begins.get()
    }

    /// Saves what is being typed and lets the new version take over; the page reloads once.
    pub(crate) fn apply(self) {
        act(async {
            drafts().flush().await?;
            core().update_begins.set(true);
            for _ in 0..TELLS_MAX {
                let worker = core().worker.borrow().clone();
                if let Some(worker) = worker {
                    worker.take_over();
                }
                sleep(TELL_AGAIN_MS).await;
            }
            core().update_begins.set(false);
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
