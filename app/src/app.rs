//! The table of pages. What stands around them is in `frame`.

mod frame;
mod later;

use leptos::prelude::*;

use crate::{
    app::{
        frame::{Frame, NotFound, Sayings},
        later::Later,
    },
    pages::login::LoginPage,
    state::{self, Page, Phase},
};

/// What the page stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Login,
    Setup,
    Invitation,
    Device,
    Nowhere,
    Hall,
    Frame,
}

/// The application.
#[component]
pub(crate) fn App() -> impl IntoView {
    let page = state::address().page();
    // The frame stays while the pages in it change.
    let room = Memo::new(move |_| match page.get() {
        Page::Login => Room::Login,
        Page::Setup => Room::Setup,
        Page::Hall => Room::Hall,
        Page::Invitation => Room::Invitation,
        Page::Device => Room::Device,
        Page::Unknown => Room::Nowhere,
        _ => Room::Frame,
    });
    view! {
        {move || match room.get() {
            Room::Login => view! { <Login /> }.into_any(),
            Room::Setup => view! { <Later page=Page::Setup /> }.into_any(),
            Room::Invitation => view! { <Later page=Page::Invitation /> }.into_any(),
            Room::Device => view! { <Later page=Page::Device /> }.into_any(),
            Room::Nowhere => view! { <NotFound /> }.into_any(),
            Room::Hall => view! { <Later page=Page::Hall /> }.into_any(),
            Room::Frame => view! { <Frame page=shown /> }.into_any(),
        }}
        // A hall screen has nobody to tell.
        <Show when=move || room.get() != Room::Hall>
            <Sayings />
        </Show>
    }
}

/// The page within the frame.
fn shown(page: Page) -> AnyView {
    match page {
        Page::Home => go_home(),
        // These stand in rooms of their own.
        Page::Login | Page::Setup | Page::Invitation | Page::Device | Page::Hall | Page::Unknown => ().into_any(),
        _ => view! { <Later page /> }.into_any(),
    }
}

/// Whoever is at work starts where their daily work is.
fn go_home() -> AnyView {
    state::address().replace(state::session().home());
    ().into_any()
}

/// The log-in, for nobody and for a session that ended; others are at work already. An empty district is set up
/// first.
#[component]
fn Login() -> impl IntoView {
    let session = state::session();
    state::task(async move {
        if session.setup_needed().await == Ok(true) {
            state::address().replace("/setup");
        }
    });
    let is_at_work = Memo::new(move |_| session.phase() == Phase::Open && !session.needs_login());
    let is_read = Memo::new(move |_| session.phase() != Phase::Opening);
    move || match (is_read.get(), is_at_work.get()) {
        (false, _) => ().into_any(),
        (true, true) => go_home(),
        (true, false) => view! { <LoginPage /> }.into_any(),
    }
}
