//! 审计: the log of administrative acts, with the chain that proves it.

use leptos::prelude::*;
use shared::{
    audit::{AccountDeed, Act, ActRow, Deed},
    id::PersonId,
    period,
    roster::RosterChange,
    t,
};

use crate::{
    pages::moment::{day_and_time, month},
    state,
    ui::{
        banner::Banner,
        button::Button,
        chip::Tone,
        page_header::PageHeader,
        panel::Panel,
        table::{ColumnHead, Table},
    },
};

/// Digits of the chain that people compare by eye.
const DIGITS_SHOWN: usize = 12;

/// `/audit`.
#[component]
pub(crate) fn AuditPage() -> impl IntoView {
    let acts = RwSignal::new(Vec::<ActRow>::new());
    let (more, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let load = move || {
        let after = acts.with_untracked(|acts| acts.last().map_or(0, |act| act.sequence));
        state::task(async move {
            match state::periods().acts(after).await {
                Ok(page) => {
                    acts.try_update(|acts| acts.extend(page.acts));
                    more.try_set(page.more);
                    problem.try_set(None);
                }
                Err(error) => {
                    problem.try_set(Some(error.message()));
                }
            }
        });
    };
    load();
    view! {
        <PageHeader title=t!("audit.title") sub=Some(t!("audit.sub")) />
        <div class="content">
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            <Panel title=t!("audit.acts") aside=Signal::derive(move || Some(t!("audit.count", count = acts.with(Vec::len)))) flush=true>
                <Table label=t!("audit.acts")>
                    <thead>
                        <tr>
                            <ColumnHead text=t!("audit.number") number=true />
                            <ColumnHead text=t!("audit.time") />
                            <ColumnHead text=t!("audit.person") />
                            <ColumnHead text=t!("audit.act") />
                            <ColumnHead text=t!("audit.chain") />
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || acts.get() key=|row| row.sequence children=|row| view! { <Row row /> } />
                    </tbody>
                </Table>
            </Panel>
            <Show when=move || more.get()>
                <div>
                    <Button on_click=move |()| load()>{t!("audit.more")}</Button>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Row(row: ActRow) -> impl IntoView {
    let ActRow { sequence, chain, act: Act { at_ms, person, deed } } = row;
    let chain: String = chain.to_string().chars().take(DIGITS_SHOWN).collect();
    view! {
        <tr>
            <th scope="row" class="number">{sequence}</th>
            <td>{day_and_time(at_ms)}</td>
            <td>{move || person.map(name_of).unwrap_or_default()}</td>
            <td>{words(deed)}</td>
            <td><code>{chain}</code></td>
        </tr>
    }
}

/// A person's name, or the beginning of their id where this person may not know it.
fn name_of(person: PersonId) -> String {
    let name = state::published().person_name(person);
    if name.is_empty() { person.to_string().chars().take(DIGITS_SHOWN).collect() } else { name }
}

fn words(deed: Deed) -> String {
    match deed {
        Deed::Began { .. } => t!("audit.deed.began"),
        Deed::LoggedIn { address, .. } => t!("audit.deed.logged_in", address = address),
        Deed::LoginFailed { account, address } => t!("audit.deed.login_failed", account = account, address = address),
        Deed::LoggedOut => t!("audit.deed.logged_out"),
        Deed::PasswordChanged { .. } => t!("audit.deed.password_changed"),
        Deed::AccountCreated { name, roles, .. } => {
            let role = |code: &String| t!(&format!("term.role.{code}"));
            let roles = roles.iter().map(role).collect::<Vec<_>>().join("、");
            t!("audit.deed.account_created", account = name, roles = roles)
        }
        Deed::Account { account, deed } => account_words(account, &deed),
        Deed::Roster { change } => roster_words(&change),
        Deed::Rescued { adopted: true, .. } => t!("audit.deed.adopted"),
        Deed::Rescued { adopted: false, reason, .. } => t!("audit.deed.discarded", reason = reason),
        Deed::Imported { units, people } => t!("audit.deed.imported", units = units, people = people),
        Deed::UnitAdded { name, .. } => t!("audit.deed.unit_added", name = name),
        Deed::Period { month: of, deed } => t!("audit.deed.period", month = month(of), what = period_words(&deed)),
        Deed::SchemeAdopted { from, name, .. } => t!("audit.deed.scheme_adopted", month = month(from), scheme = name),
        Deed::TargetsRevised { from, reason, .. } if reason.is_empty() => {
            t!("audit.deed.targets_revised", month = month(from))
        }
        Deed::TargetsRevised { from, reason, .. } => {
            t!("audit.deed.targets_revised_why", month = month(from), reason = reason)
        }
        Deed::Exported { what, rows } => t!("audit.deed.exported", what = what, rows = rows),
        Deed::Carried { of, operations } => {
            t!("audit.deed.carried", person = state::published().person_name(of), count = operations)
        }
        Deed::TokenIssued { name, .. } => t!("audit.deed.token_issued", name = name),
        Deed::TokenRevoked { name, .. } => t!("audit.deed.token_revoked", name = name),
        Deed::BackedUp { head, rows } => t!("audit.deed.backed_up", head = head.sequence, rows = rows),
        Deed::Restored { head, taken_ms } => {
            t!("audit.deed.restored", head = head.sequence, time = day_and_time(taken_ms))
        }
    }
}

fn account_words(account: PersonId, deed: &AccountDeed) -> String {
    let who = name_of(account);
    let names = |codes: &[String], area: &str| {
        codes.iter().map(|code| t!(&format!("term.{area}.{code}"))).collect::<Vec<_>>().join("、")
    };
    match deed {
        AccountDeed::Changed { unit, roles, duties, .. } => {
            let rights = [names(roles, "role"), names(duties, "duty")].join(" ");
            t!("audit.account.changed", who = who, unit = state::published().unit_name(*unit), rights = rights)
        }
        AccountDeed::Disabled { reason } => t!("audit.account.disabled", who = who, reason = reason),
        AccountDeed::Enabled => t!("audit.account.enabled", who = who),
        AccountDeed::Invited { until_ms } => t!("audit.account.invited", who = who, time = day_and_time(*until_ms)),
        AccountDeed::InvitationTaken => t!("audit.account.taken", who = who),
        AccountDeed::DeviceOffered { until_ms } => {
            t!("audit.account.device", who = who, time = day_and_time(*until_ms))
        }
        AccountDeed::SessionsEnded { count } => t!("audit.account.sessions_ended", who = who, count = count),
        AccountDeed::GrantAsked { roles } => t!("audit.account.asked", who = who, roles = names(roles, "role")),
        AccountDeed::GrantConfirmed => t!("audit.account.confirmed", who = who),
        AccountDeed::GrantDeclined { reason } => t!("audit.account.declined", who = who, reason = reason),
        AccountDeed::SecondFactorSet => t!("audit.account.second_factor", who = who),
        AccountDeed::RecoveryCodeUsed { left } => t!("audit.account.recovery_code", who = who, left = left),
        AccountDeed::SecondFactorReset => t!("audit.account.reset", who = who),
    }
}

fn roster_words(change: &RosterChange) -> String {
    let from = month(change.from());
    match change {
        RosterChange::Divide { unit, .. } => {
            t!("audit.roster.divided", unit = state::published().unit_name(*unit), month = from)
        }
        RosterChange::Pair { leader, partner, .. } => {
            t!("audit.roster.paired", leader = leader, partner = partner.name(), month = from)
        }
        RosterChange::Part { pairing, outcome, .. } => {
            t!("audit.roster.parted", number = pairing, outcome = outcome, month = from)
        }
    }
}

fn period_words(deed: &period::Deed) -> String {
    match deed {
        period::Deed::Proposed { .. } => t!("audit.period.proposed"),
        period::Deed::Declined => t!("audit.period.declined"),
        period::Deed::Frozen(frozen) => t!("audit.period.frozen", edition = frozen.edition),
        period::Deed::Published { edition } => t!("audit.period.published", edition = edition),
        period::Deed::Reopened { reason } => t!("audit.period.reopened", reason = reason),
        period::Deed::Objected { text, .. } => t!("audit.period.objected", text = text),
        period::Deed::Answered { objection, upheld: true, .. } => t!("audit.period.upheld", number = objection),
        period::Deed::Answered { objection, upheld: false, .. } => t!("audit.period.rejected", number = objection),
        period::Deed::Appealed { objection, text } => t!("audit.period.appealed", number = objection, text = text),
        period::Deed::Ruled { objection, upheld: true, .. } => t!("audit.period.appeal_upheld", number = objection),
        period::Deed::Ruled { objection, upheld: false, .. } => t!("audit.period.appeal_rejected", number = objection),
    }
}
