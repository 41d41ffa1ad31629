//! What the tabs of one tablet tell each other, whoever is at work: the key of an open store, and that somebody left.
//!
//! A tab that is opened beside another one needs no PIN: the other hands it the key, as the browser's own object that
//! no script can read.

use std::{pin::pin, rc::Rc};

use futures_util::future::select;
use shared::id::PersonId;

use crate::{
    browser::{channel::Channel, cipher::Key, task::sleep},
    state::{core::Core, session, task},
};

/// The channel of all tabs.
const CHANNEL: &str = "tisheng-tablet";

/// How long another tab has to answer: it only looks into its memory.
const ANSWER_MS: u32 = 250;

const ASK: &str = "ask";
const KEY: &str = "key";
const LEFT: &str = "left";

/// Listens to the other tabs.
pub(super) fn listen(core: &Rc<Core>) {
    let hearer = Rc::clone(core);
    let channel = Channel::open(CHANNEL, move |word, key| hear(&hearer, &word, key));
    core.tablet.replace(Some(channel));
}

/// Asks the other tabs for the key of a person's store.
pub(super) async fn ask(core: &Rc<Core>, person: PersonId) -> Option<Key> {
    core.handed.take();
    say(core, &format!("{ASK} {person}"), None);
    select(pin!(core.handed_bell.wait()), pin!(sleep(ANSWER_MS))).await;
    core.handed.take().filter(|(whose, _)| *whose == person.to_string()).map(|(_, key)| key)
}

/// Tells the other tabs that nobody is at work any more.
pub(super) fn say_left(core: &Rc<Core>) {
    say(core, LEFT, None);
}

fn hear(core: &Rc<Core>, word: &str, key: Option<Key>) {
    let desk = core.desk();
    match (word.split_once(' '), desk) {
        (Some((ASK, person)), Ok(desk)) if person == desk.session.person.id.to_string() => {
            say(core, &format!("{KEY} {person}"), Some(desk.store.key()));
        }
        (Some((KEY, person)), Err(_)) => {
            core.handed.replace(key.map(|key| (person.to_owned(), key)));
            core.handed_bell.ring();
        }
        (None, Ok(_)) if word == LEFT => {
            let core = Rc::clone(core);
            task(async move {
                // What was typed here belongs to whoever left.
                drop(crate::state::drafts().flush().await);
                session().lock(&core);
            });
        }
        _ => {}
    }
}

fn say(core: &Rc<Core>, word: &str, key: Option<&Key>) {
    if let Some(channel) = core.tablet.borrow().as_ref() {
        channel.say(word, key);
    }
}
