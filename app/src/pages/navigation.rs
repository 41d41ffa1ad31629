//! The parts of the shell: places by role with their counts, the status of sending, who works here.

use leptos::prelude::*;
use shared::{
    authorize::{Action, authorize},
    person::{Person, Role},
    record::RecordKind,
    t,
};

use crate::{
    pages::{indicators::unreported_count, review::waiting_count, services::open_count, today::todo_count},
    state::{self, Chip},
    ui::{
        chip::{StatusChip, Tone},
        nav_item::NavItem,
        shell::{ShellShape, UserButton, UserLink},
    },
};

/// Those who work through lists have a rail; those who read have a bar.
pub(crate) fn shape(person: &Person) -> ShellShape {
    if files(person) || person.is(Role::Verifier) { ShellShape::Rail } else { ShellShape::Bar }
}

fn files(person: &Person) -> bool {
    person.is(Role::Filer) || person.is(Role::UnitReviewer)
}

fn inspects(person: &Person) -> bool {
    person.is(Role::CampaignOffice) || person.is(Role::Inspector)
}

fn merges(person: &Person) -> bool {
    authorize(person, Action::MergeProjects)
}

/// Those who take a period's steps, object to its figures, or look at how it went.
fn settles_periods(person: &Person) -> bool {
    let acts = [Action::FreezePeriod, Action::Object(person.unit), Action::RuleAppeal];
    acts.into_iter().any(|action| authorize(person, action)) || person.is(Role::Auditor)
}

/// The places a person may go to.
#[component]
pub(crate) fn Navigation() -> impl IntoView {
    let me = Memo::new(|_| state::session().person());
    let is = move |test: fn(&Person) -> bool| me.with(|me| me.as_ref().is_some_and(test));
    // The offices confirm each other's findings.
    let judges = |person: &Person| {
        [Role::UnitReviewer, Role::Verifier, Role::CampaignOffice, Role::Inspector].iter().any(|role| person.is(*role))
    };
    let sees_ledger = |person: &Person| {
        files(person) || person.is(Role::Verifier) || person.is(Role::CampaignOffice) || person.is(Role::Inspector)
    };
    let sees_ranking =
        |person: &Person| [Role::Administrator, Role::Security, Role::Auditor].iter().all(|role| !person.is(*role));
    view! {
        <Show when=move || is(files)>
            <TodayItem />
        </Show>
        <Show when=move || is(judges)>
            <ReviewItem />
        </Show>
        <Show when=move || is(sees_ledger)>
            <ProjectsItem />
        </Show>
        <Show when=move || is(files)>
            <Place href="/indicators" label=t!("nav.indicators") count=Memo::new(|_| unreported_count()) />
            <Place href="/services" label=t!("nav.services") count=Memo::new(|_| open_count()) />
        </Show>
        <Show when=move || is(|person| person.is(Role::UnitReviewer) || person.is(Role::CampaignOffice))>
            <Place href="/rescue" label=t!("nav.rescue") />
        </Show>
        <Show when=move || is(merges)>
            <Place href="/duplicates" label=t!("nav.duplicates") />
        </Show>
        <Show when=move || is(inspects)>
            <Place href="/inspections" label=t!("nav.inspections") />
        </Show>
        <Show when=move || is(sees_ranking)>
            <Place href="/ranking" label=t!("nav.ranking") />
            <Place href="/trends" label=t!("nav.trends") />
            <Place href="/rules" label=t!("nav.rules") />
            <Place href="/roster" label=t!("nav.roster") />
        </Show>
        <Show when=move || is(settles_periods)>
            <Place href="/periods" label=t!("nav.periods") />
        </Show>
        <Show when=move || is(|person| person.is(Role::Auditor))>
            <Place href="/audit" label=t!("nav.audit") />
        </Show>
        <Show when=move || is(|person| person.is(Role::Administrator) || person.is(Role::Security))>
            <Place href="/admin" label=t!("nav.admin") />
        </Show>
    }
}

#[component]
fn TodayItem() -> impl IntoView {
    view! { <Place href="/today" label=t!("nav.today") count=todo_count() /> }
}

#[component]
fn ReviewItem() -> impl IntoView {
    let count = Memo::new(|_| {
        let me = state::session().person();
        me.map_or(0, |me| state::ledger().with(|replica| waiting_count(replica, &me)))
    });
    view! { <Place href="/review" label=t!("nav.review") count=count /> }
}

#[component]
fn ProjectsItem() -> impl IntoView {
    let count = Memo::new(|_| {
        let own = state::session().person().map(|me| me.unit);
        state::ledger().with(|replica| match own {
            Some(unit) if replica.of_unit(unit, RecordKind::Project).next().is_some() => {
                replica.of_unit(unit, RecordKind::Project).count()
            }
            _ => replica.of_kind(RecordKind::Project).count(),
        })
    });
    view! { <Place href="/projects" label=t!("nav.projects") count=count /> }
}

/// A place; current while the address lies under it.
#[component]
fn Place(href: &'static str, label: String, #[prop(optional, into)] count: Option<Signal<usize>>) -> impl IntoView {
    let current =
        move || state::address().path().strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    // Nothing to do is said by no figure at all.
    let count = move || count.map(|count| count.get()).filter(|count| *count != 0).map(|count| count.to_string());
    view! { <NavItem href label count=Signal::derive(count) current=Signal::derive(current) attr:data-place=href /> }
}

/// “n 条未上报” in the corner; opens what explains it.
#[component]
pub(crate) fn SyncChip() -> impl IntoView {
    let chip = Memo::new(|_| state::sync_status().chip());
    let open = Callback::new(move |()| state::address().go("/sync"));
    let code = move || match chip.get() {
        Chip::AllSent => "all",
        Chip::Unsent(_) => "unsent",
        Chip::FilesLeft(_) => "files",
        Chip::Sending(_) => "sending",
        Chip::NeedsAttention(_) => "attention",
    };
    view! {
        <StatusChip
            tone=Signal::derive(move || tone(chip.get()))
            text=Signal::derive(move || words(chip.get()))
            busy=Signal::derive(move || matches!(chip.get(), Chip::Sending(_)))
            on_open=open
            attr:data-sync=code
        />
    }
}

/// The words of the status chip.
pub(crate) fn words(chip: Chip) -> String {
    match chip {
        Chip::AllSent => t!("sync.all_sent"),
        Chip::Unsent(count) => t!("sync.unsent", count = count),
        Chip::FilesLeft(count) => t!("files.left", count = count),
        Chip::Sending(count) => t!("sync.sending", count = count),
        Chip::NeedsAttention(count) => t!("sync.attention", count = count),
    }
}

/// The tone of the status chip.
pub(crate) fn tone(chip: Chip) -> Tone {
    match chip {
        Chip::AllSent => Tone::Ok,
        Chip::Unsent(_) | Chip::FilesLeft(_) => Tone::Late,
        Chip::Sending(_) => Tone::Calm,
        Chip::NeedsAttention(_) => Tone::Stop,
    }
}

/// Who works here, and the one button that hands the tablet on; it deletes nothing.
#[component]
pub(crate) fn Worker() -> impl IntoView {
    let leave = Callback::new(move |()| {
        state::act(async move {
            state::session().leave().await?;
            state::address().go("/login");
            Ok(())
        });
    });
    let name = move || state::session().person().map(|me| me.name).unwrap_or_default();
    view! {
        <UserLink href="/account" name=Signal::derive(name) />
        <UserButton action=t!("nav.leave") on_click=leave attr:data-action="leave" />
    }
}
