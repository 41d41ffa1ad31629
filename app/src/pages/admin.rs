//! 管理: units and accounts. Whoever manages sees no score.

mod chosen;
mod intake;
mod new_person;
mod new_unit;
mod rights;

use leptos::prelude::*;
use shared::{
    api::AccountView,
    authorize::{Action, authorize},
    id::PersonId,
    t,
};

use self::{
    chosen::ChosenPanel, intake::IntakePanel, new_person::NewPersonPanel, new_unit::NewUnitPanel, tokens::TokensPanel,
};
use crate::{
    state::{self, Page},
    ui::{
        banner::Banner,
        button::ButtonLink,
        chip::{Chip, Tone},
        page_header::PageHeader,
        panel::Panel,
        table::{ColumnHead, Table},
    },
};

mod tokens;

/// Units and accounts of the campaign.
#[component]
pub(crate) fn AdminPage() -> impl IntoView {
    let people = RwSignal::new(Vec::<AccountView>::new());
    let problem = RwSignal::new(None::<String>);
    let load = move || {
        state::task(async move {
            match state::administration().people().await {
                Ok(loaded) => {
                    people.try_set(loaded);
                    problem.try_set(None);
                }
                Err(error) => {
                    problem.try_set(Some(error.message()));
                }
            }
        });
    };
    load();
    let reload = Callback::new(move |()| load());
    let named = state::address().query(Page::Admin, "person");
    let chosen = Memo::new(move |_| named.with(|id| id.as_ref()?.parse::<PersonId>().ok()));
    let account = Memo::new(move |_| {
        let chosen = chosen.get()?;
        people.with(|people| people.iter().find(|account| account.person.id == chosen).cloned())
    });
    let manages = move || state::session().person().is_some_and(|me| authorize(&me, Action::ManagePeople));
    view! {
        <PageHeader title=t!("admin.title") sub=Some(t!("admin.sub")) />
        <div class="content">
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            {move || account.get().map(|account| view! { <ChosenPanel account reload /> })}
            <Show when=manages>
                <NewPersonPanel reload />
                <NewUnitPanel reload />
                <IntakePanel reload />
            </Show>
            <Panel title=t!("admin.people") aside=Signal::derive(move || Some(t!("admin.people_count", count = people.with(Vec::len)))) flush=true>
                <Table label=t!("admin.people")>
                    <thead>
                        <tr>
                            <ColumnHead text=t!("admin.name") />
                            <ColumnHead text=t!("admin.account") />
                            <ColumnHead text=t!("admin.unit") />
                            <ColumnHead text=t!("admin.roles") />
                            <ColumnHead text=t!("admin.standing") />
                        </tr>
                    </thead>
                    <tbody>{move || people.get().into_iter().map(|account| view! { <Row account /> }).collect_view()}</tbody>
                </Table>
            </Panel>
            <Show when=manages>
                <TokensPanel />
            </Show>
        </div>
    }
}

#[component]
fn Row(account: AccountView) -> impl IntoView {
    let standing = standing(&account);
    let person = account.person;
    let (unit, name, called) = (person.unit, person.name, person.account.clone());
    let roles: Vec<String> = person.roles.iter().map(|role| t!(role.label_key())).collect();
    view! {
        <tr data-account=called>
            <th scope="row">
                <ButtonLink href=format!("/admin?person={}", person.id)>{name}</ButtonLink>
            </th>
            <td>{person.account}</td>
            <td>{move || state::published().unit_name(unit)}</td>
            <td>{roles.into_iter().map(|text| view! { <Chip text /> " " }).collect_view()}</td>
            <td>{standing.into_iter().map(|(tone, text)| view! { <Chip tone text /> " " }).collect_view()}</td>
        </tr>
    }
}

/// What is worth knowing of an account, in words.
fn standing(account: &AccountView) -> Vec<(Tone, String)> {
    let mut words = Vec::new();
    if account.disabled.is_some() {
        words.push((Tone::Stop, t!("admin.disabled")));
    }
    if account.asked.is_some() {
        words.push((Tone::Late, t!("admin.asked")));
    }
    if account.invited_until_ms.is_some() {
        words.push((Tone::Calm, t!("admin.invited")));
    }
    if account.has_second_factor {
        words.push((Tone::Ok, t!("admin.second_factor")));
    }
    words
}
