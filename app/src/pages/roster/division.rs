//! A unit's division of work, written anew from a month on.

use leptos::prelude::*;
use shared::{
    roster::{Level, POSTS_MAX, Post, Roster, RosterChange},
    t,
    unit::Unit,
};

use super::{MonthField, Shown, present};
use crate::ui::{
    button::{Button, ButtonVariant},
    field::FieldShell,
    input::{Choice, Select, TextInput},
    panel::Panel,
};

/// Somebody as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Line {
    /// Names it among its siblings, for as long as the page stands.
    key: usize,
    level: RwSignal<String>,
    name: RwSignal<String>,
    title: RwSignal<String>,
    work: RwSignal<String>,
}

impl Line {
    fn of(key: usize, post: Post) -> Self {
        let Post { level, name, title, work } = post;
        Self {
            key,
            level: RwSignal::new(code(level)),
            name: RwSignal::new(name),
            title: RwSignal::new(title),
            work: RwSignal::new(work),
        }
    }

    fn empty(key: usize, level: Level) -> Self {
        Self::of(key, Post { level, name: String::new(), title: String::new(), work: String::new() })
    }

    fn post(self) -> Post {
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let level = Level::ALL.into_iter().find(|level| code(*level) == self.level.get_untracked());
        Post {
            level: level.unwrap_or(Level::Handler),
            name: text(self.name),
            title: text(self.title),
            work: text(self.work),
        }
    }
}

/// The form for units that the person may write for.
#[component]
pub(super) fn DivisionPanel(shown: Shown, units: Vec<Unit>) -> impl IntoView {
    let first = units.first().map(|unit| unit.id.to_string()).unwrap_or_default();
    let (from, lines) = (RwSignal::new(present().to_string()), RwSignal::new(standing(shown, &first)));
    let unit = RwSignal::new(first);
    let choose = move |chosen: String| {
        lines.set(standing(shown, &chosen));
        unit.set(chosen);
    };
    let add = move |()| {
        lines.update(|lines| {
            let key = lines.iter().map(|line| line.key).max().map_or(0, |last| last + 1);
            lines.push(Line::empty(key, Level::Handler));
        });
    };
    let save = move |()| {
        let (Ok(unit), Ok(from)) = (unit.get_untracked().parse(), from.get_untracked().parse()) else { return };
        let posts = lines.get_untracked().into_iter().map(Line::post).collect();
        shown.change(RosterChange::Divide { unit, from, posts }, || ());
    };
    let choices: Vec<Choice> =
        units.into_iter().map(|unit| Choice { value: unit.id.to_string(), label: unit.name }).collect();
    view! {
        <Panel title=t!("roster.divide")>
            <div class="form-grid">
                <FieldShell id="f-division-unit" label=t!("roster.unit")>
                    <Select value=unit options=choices on_select=choose />
                </FieldShell>
                <MonthField id="f-division-from" month=from />
            </div>
            <For each=move || lines.get() key=|line| *line children=move |line| view! { <LineFields line lines /> } />
            <div class="button-row">
                <Button disabled=Signal::derive(move || lines.with(Vec::len) >= POSTS_MAX) on_click=add attr:data-action="add-post">
                    {t!("roster.add_post")}
                </Button>
                <Button variant=ButtonVariant::Primary busy=shown.busy on_click=save attr:data-action="divide-work">
                    {t!("roster.save")}
                </Button>
            </div>
        </Panel>
    }
}

/// Where a change of a unit's division begins: with the one that stands.
fn standing(shown: Shown, unit: &str) -> Vec<Line> {
    let of_unit = |roster: &Roster| Some(roster.responsibility(unit.parse().ok()?, present())?.posts.clone());
    match shown.roster.with_untracked(|roster| roster.as_ref().and_then(of_unit)) {
        Some(posts) => posts.into_iter().enumerate().map(|(key, post)| Line::of(key, post)).collect(),
        None => vec![Line::empty(0, Level::Head)],
    }
}

#[component]
fn LineFields(line: Line, lines: RwSignal<Vec<Line>>) -> impl IntoView {
    let Line { key, level, name, title, work } = line;
    let levels: Vec<Choice> =
        Level::ALL.into_iter().map(|level| Choice { value: code(level), label: t!(level.label_key()) }).collect();
    let take_away = move |()| lines.update(|lines| lines.retain(|other| other.key != key));
    view! {
        <div class="form-grid">
            <FieldShell id=format!("f-post-{key}-level") label=t!("roster.level")>
                <Select value=level options=levels on_select=move |value| level.set(value) />
            </FieldShell>
            <FieldShell id=format!("f-post-{key}-name") label=t!("roster.name")>
                <TextInput value=name on_input=move |typed| name.set(typed) />
            </FieldShell>
            <FieldShell id=format!("f-post-{key}-title") label=t!("roster.office")>
                <TextInput value=title on_input=move |typed| title.set(typed) />
            </FieldShell>
            <FieldShell id=format!("f-post-{key}-work") label=t!("roster.work")>
                <TextInput value=work on_input=move |typed| work.set(typed) />
            </FieldShell>
            <div>
                <Button variant=ButtonVariant::Quiet name=Signal::derive(move || Some(t!("roster.remove_named", name = name.get()))) on_click=take_away>
                    {t!("roster.remove")}
                </Button>
            </div>
        </div>
    }
}

/// A level as the wire writes it.
fn code(level: Level) -> String {
    serde_json::to_value(level).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
