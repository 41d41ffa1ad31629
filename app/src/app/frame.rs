//! What stands around every page: the guard, the shell with its banners, the short sayings.

use leptos::prelude::*;
use shared::t;

use crate::{
    pages::navigation::{Navigation, SyncChip, Worker, shape},
    state::{self, Page, Phase},
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::Tone,
        empty::EmptyState,
        shell::{MAIN_ID, Shell, ShellWords},
        toast::{Toast, Toasts},
    },
};

/// Shows pages to somebody who is at work, and the log-in to everybody else.
#[component]
pub(crate) fn Frame(page: fn(Page) -> AnyView) -> impl IntoView {
    let phase = Memo::new(|_| state::session().phase());
    move || match phase.get() {
        // The tablet's store is read within some milliseconds; a spinner would only flash.
        Phase::Opening => ().into_any(),
        Phase::Nobody => {
            state::address().replace("/login");
            ().into_any()
        }
        Phase::Open => view! { <Framed page /> }.into_any(),
    }
}

#[component]
fn Framed(page: fn(Page) -> AnyView) -> impl IntoView {
    focus_page_after_navigation();
    let (session, named) = (state::session(), state::address().page());
    // The frame's shape changes when the server changes the roles, not with every answer.
    let form = Memo::new(move |_| session.person().map(|person| shape(&person)));
    move || {
        form.get().map(|shape| {
            let words = ShellWords {
                mark: t!("app.mark"),
                name: t!("app.name"),
                navigation: t!("app.navigation"),
                skip: t!("app.skip"),
            };
            view! {
                <Shell
                    shape
                    words
                    home_href=session.home()
                    nav=|| view! { <Navigation /> }
                    user=|| view! { <Worker /> }
                    status=|| view! { <SyncChip /> }
                    banners=|| view! { <Banners /> }
                >
                    {move || page(named.get())}
                </Shell>
            }
        })
    }
}

/// Screen readers and keyboards go on in the new page, not in the link that led there.
fn focus_page_after_navigation() {
    Effect::new(move |before: Option<String>| {
        let now = state::address().path();
        if before.is_some_and(|before| before != now) {
            state::focus(MAIN_ID);
        }
        now
    });
}

#[component]
fn Banners() -> impl IntoView {
    let (session, sync, update) = (state::session(), state::sync_status(), state::update());
    let log_in = Callback::new(move |()| state::address().go("/login"));
    view! {
        <Show when=move || session.needs_login()>
            <Banner tone=Tone::Late text=Signal::derive(move || session.end_words().unwrap_or_else(|| t!("app.banner.needs_login")))>
                <Button variant=ButtonVariant::Secondary on_click=log_in>
                    {t!("app.banner.log_in")}
                </Button>
            </Banner>
        </Show>
        <Show when=move || session.is_enrolling() && !session.needs_login()>
            <Banner tone=Tone::Late text=t!("app.banner.second_factor")>
                <Button variant=ButtonVariant::Secondary on_click=Callback::new(|()| state::address().go("/account"))>
                    {t!("app.banner.set_up")}
                </Button>
            </Banner>
        </Show>
        {move || session.moved_to().map(|unit| {
            let unit = state::published().unit_name(unit);
            view! {
                <Banner tone=Tone::Late text=t!("app.banner.moved", unit = unit)>
                    <Button variant=ButtonVariant::Secondary on_click=Callback::new(move |()| session.note_moved())>
                        {t!("app.banner.noted")}
                    </Button>
                </Banner>
            }
        })}
        <Show when=move || sync.is_pulling_first()>
            <Banner text=t!("app.banner.first_pull") />
        </Show>
        <Show when=move || update.is_beginning()>
            <Banner text=t!("app.banner.updating") />
        </Show>
        <Show when=move || update.is_waiting() && !update.is_beginning()>
            <Banner text=t!("app.banner.update")>
                <Button variant=ButtonVariant::Secondary on_click=Callback::new(move |()| update.apply())>
                    {t!("app.banner.apply_update")}
                </Button>
            </Banner>
        </Show>
    }
}

/// Short sayings at the bottom, on every page.
#[component]
pub(crate) fn Sayings() -> impl IntoView {
    let notices = state::notices();
    let toasts =
        move || notices.list().into_iter().map(|notice| Toast { id: notice.id, text: notice.text }).collect::<Vec<_>>();
    let dismiss = Callback::new(move |id| notices.dismiss(id));
    view! { <Toasts toasts=Signal::derive(toasts) on_dismiss=dismiss dismiss_label=t!("app.dismiss") /> }
}

/// An address that no page has.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <main id=MAIN_ID>
            <EmptyState title=t!("app.not_found") text=Some(t!("app.not_found_text"))>
                <a class="button" href="/">
                    {t!("app.home")}
                </a>
            </EmptyState>
        </main>
    }
}
