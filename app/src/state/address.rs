//! Which page the address names, and what it says beside that. The address holds every choice that a person would
//! send on, so a page reads it and never keeps a second copy.
//!
//! Segments and query values are ids, codes and months, which need no escaping in an address.

use leptos::prelude::{ArcRwSignal, Get, GetUntracked, Memo, Set};

use crate::{browser::history, state::core::core};

/// The pages. The representation is one that crosses the border between module and chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Page {
    /// `/`
    Home,
    /// `/login`
    Login,
    /// `/setup`
    Setup,
    /// `/today/:item?`
    Today,
    /// `/projects`
    Projects,
    /// `/projects/:record`
    Project,
    /// `/projects/:record/reports/:period`
    MonthlyReport,
    /// `/claims/:record`
    StageClaim,
    /// `/indicators/:record?`
    Indicators,
    /// `/services/:record?`
    Services,
    /// `/inspections/:record?`
    Inspections,
    /// `/review`
    Review,
    /// `/ranking/:period?/:unit?`
    Ranking,
    /// `/trends`
    Trends,
    /// `/periods/:month?`
    Periods,
    /// `/rules`
    Rules,
    /// `/audit`
    Audit,
    /// `/sync`
    Sync,
    /// `/admin`
    Admin,
    /// `/account`
    Account,
    /// `/hall`
    Hall,
    /// `/bulletins/:month/:edition`
    Bulletin,
    /// `/duplicates`
    Duplicates,
    /// `/rescue`
    Rescue,
    /// `/roster`
    Roster,
    /// `/invitation`
    Invitation,
    /// `/device`
    Device,
    /// Any other.
    Unknown,
}

impl Page {
    /// The page of an address. Optional segments name something within a page, which stays while they change.
    fn of(href: &str) -> Self {
        match segments(href).collect::<Vec<_>>().as_slice() {
            [] => Self::Home,
            ["login"] => Self::Login,
            ["setup"] => Self::Setup,
            ["today"] | ["today", _] => Self::Today,
            ["projects"] => Self::Projects,
            ["projects", _] => Self::Project,
            ["projects", _, "reports", _] => Self::MonthlyReport,
            ["claims", _] => Self::StageClaim,
            ["indicators"] | ["indicators", _] => Self::Indicators,
            ["services"] | ["services", _] => Self::Services,
            ["inspections"] | ["inspections", _] => Self::Inspections,
            ["review"] => Self::Review,
            ["ranking"] | ["ranking", _] | ["ranking", _, _] => Self::Ranking,
            ["trends"] => Self::Trends,
            ["periods"] | ["periods", _] => Self::Periods,
            ["rules"] => Self::Rules,
            ["audit"] => Self::Audit,
            ["sync"] => Self::Sync,
            ["admin"] => Self::Admin,
            ["account"] => Self::Account,
            ["hall"] => Self::Hall,
            ["bulletins", _, _] => Self::Bulletin,
            ["duplicates"] => Self::Duplicates,
            ["rescue"] => Self::Rescue,
            ["roster"] => Self::Roster,
            ["invitation"] => Self::Invitation,
            ["device"] => Self::Device,
            _ => Self::Unknown,
        }
    }
}

/// Finds one word of an address.
type Reading = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The address of this page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address;

impl Address {
    /// The page. Changes only when another page is named.
    pub(crate) fn page(self) -> Memo<Page> {
        let href = signal();
        Memo::new(move |_| Page::of(&href.get()))
    }

    /// The path without the query. Tracked.
    pub(crate) fn path(self) -> String {
        path(&signal().get()).to_owned()
    }

    /// The `n`th segment of a page's path, the first being 0. While the address names another page, the page that
    /// is about to leave keeps what it had.
    pub(crate) fn segment(self, page: Page, n: usize) -> Memo<Option<String>> {
        held(page, Box::new(move |href| segments(href).nth(n).map(str::to_owned)))
    }

    /// A value of a page's query, held like a segment.
    pub(crate) fn query(self, page: Page, key: &'static str) -> Memo<Option<String>> {
        held(page, Box::new(move |href| query(href, key).map(str::to_owned)))
    }

    /// An address of the application as other devices must write it.
    pub(crate) fn whole(self, href: &str) -> String {
        history::origin() + href
    }

    /// Goes to an address of the application.
    pub(crate) fn go(self, href: &str) {
        move_to(href, false);
    }

    /// Goes to an address in the place of the present one: going back passes by it.
    pub(crate) fn replace(self, href: &str) {
        move_to(href, true);
    }

    /// Sets or takes away a value of the query where the person is; going back does not undo each choice.
    pub(crate) fn set_query(self, key: &str, value: Option<&str>) {
        let href = with_query(&signal().get_untracked(), key, value);
        history::put(&href, true);
        signal().set(href);
    }

    /// Takes over what the browser's own bar says.
    pub(super) fn read(self) {
        let (signal, href) = (signal(), history::href());
        if signal.get_untracked() != href {
            signal.set(href);
        }
    }
}

fn signal() -> ArcRwSignal<String> {
    core().href.clone()
}

fn held(page: Page, read: Box<Reading>) -> Memo<Option<String>> {
    let href = signal();
    Memo::new(move |before: Option<&Option<String>>| {
        let href = href.get();
        if Page::of(&href) == page { read(&href) } else { before.cloned().flatten() }
    })
}

fn move_to(href: &str, replace: bool) {
    let signal = signal();
    let before = signal.get_untracked();
    history::put(href, replace || before == href);
    if path(&before) != path(href) {
        history::scroll_to_top();
    }
    if before != href {
        signal.set(href.to_owned());
    }
}

fn path(href: &str) -> &str {
    href.split(['?', '#']).next().unwrap_or_default()
}

fn segments(href: &str) -> impl Iterator<Item = &str> {
    path(href).split('/').filter(|segment| !segment.is_empty())
}

fn pairs(href: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = href.split('#').next().unwrap_or_default().split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter_map(|pair| pair.split_once('='))
}

fn query<'a>(href: &'a str, key: &str) -> Option<&'a str> {
    pairs(href).find(|(name, _)| *name == key).map(|(_, value)| value)
}

fn with_query(href: &str, key: &str, value: Option<&str>) -> String {
    let kept = pairs(href).filter(|(name, _)| *name != key).chain(value.map(|value| (key, value)));
    let query = kept.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    if query.is_empty() { path(href).to_owned() } else { format!("{}?{query}", path(href)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_page() {
        for (href, expected) in [
            ("/", Page::Home),
            ("/login", Page::Login),
            ("/today?x=1", Page::Today),
            ("/today/claim-1", Page::Today),
            ("/projects/", Page::Projects),
            ("/projects/1#top", Page::Project),
            ("/projects/1/reports/2021-06", Page::MonthlyReport),
            ("/ranking/2021-06/7", Page::Ranking),
            ("/ranking/2021-06/7/8", Page::Unknown),
            ("/trends?group=park", Page::Trends),
            ("/bulletins/2021-06/1", Page::Bulletin),
            ("/bulletins/2021-06", Page::Unknown),
            ("/nowhere", Page::Unknown),
        ] {
            assert_eq!(Page::of(href), expected, "{href}");
        }
    }

    #[test]
    fn a_value_of_the_query_is_set_taken_away_and_leaves_the_others() {
        for (href, key, value, expected) in [
            ("/projects", "sort", Some("name"), "/projects?sort=name"),
            ("/projects?sort=name&view=cards", "sort", Some("sum"), "/projects?view=cards&sort=sum"),
            ("/projects?sort=name&view=cards", "view", None, "/projects?sort=name"),
            ("/projects?sort=name", "sort", None, "/projects"),
        ] {
            let changed = with_query(href, key, value);
            assert_eq!(changed, expected);
            assert_eq!(query(&changed, key), value);
        }
    }
}
