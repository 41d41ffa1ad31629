//! The start: resumes whoever was at work, and listens to the page's own life.

use std::any::Any;

use leptos::prelude::Set;

use crate::{
    browser::{history, page},
    state::{
        Phase, act, address, chunk,
        core::{core, lay},
        drafts, handover, initials, notices, published, session, sync_status, task, update,
    },
};

/// Lays the application state and starts reading what is on the tablet. Called once, in `main`.
pub(crate) fn start() {
    handover::listen(&lay());
    listen();
    task(async {
        if let Err(error) = session().resume().await {
            notices().say(error.message());
            core().phase.set(Phase::Nobody);
        }
        update().watch();
        chunk().bring();
        initials::load().await;
    });
}

fn listen() {
    let online = page::on_online(|| {
        sync_status().sync_now();
        published().refresh();
    });
    let visibility = page::on_visibility(|is_visible| if is_visible { shown() } else { left() });
    let going = page::on_pagehide(left);
    let moved = history::on_moved(|| address().read());
    let link = history::on_link(|href| address().go(href));
    let guards =
        [online, visibility, going, moved, link].into_iter().flatten().map(|guard| -> Box<dyn Any> { Box::new(guard) });
    core().guards.replace(guards.collect());
}

/// The page may never be seen again.
fn left() {
    drafts().flush_soon();
    sync_status().hush();
}

/// Another tab may have written, and hours may have passed.
fn shown() {
    update().look();
    sync_status().sync_now();
    published().refresh();
    act(async {
        let core = core();
        if let Ok(desk) = core.desk() {
            desk.reload().await?;
            core.changed_elsewhere();
        }
        Ok(())
    });
}
