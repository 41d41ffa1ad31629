//! 申诉与复核: what follows an objection that was turned down, with the times by which everybody has to act.

use leptos::prelude::*;
use shared::{
    authorize::{Action, authorize},
    period::{Appeal, Objection, Step},
    person::Person,
    t,
};

use super::{objections::Say, steps::Stepping};
use crate::{pages::moment::day_and_time, state};

/// The appeal against an answer, its ruling, and the forms for whoever may write one.
#[component]
pub(super) fn Appeals(objection: Objection, me: Person, is_frozen: bool, stepping: Stepping) -> impl IntoView {
    let now_ms = state::clock::now_ms();
    let may_appeal = !is_frozen && objection.may_be_appealed(now_ms) && authorize(&me, Action::Object(objection.unit));
    let until = objection.appeal_until_ms().filter(|_| objection.may_be_appealed(now_ms) && !is_frozen);
    let due = objection.ruling_due_ms();
    let answered = objection.answer.as_ref().map(|answer| answer.by.person);
    let had_part = answered == Some(me.id) || objection.by.person == me.id;
    let (number, unit) = (objection.number, objection.unit);
    view! {
        {until.map(|until_ms| view! {
            <p class="note">{t!("periods.appeal_until", time = day_and_time(until_ms))}</p>
        })}
        {may_appeal.then(|| {
            let say = Callback::new(move |text| stepping.step(Step::Appeal { unit, objection: number, text }));
            let buttons = vec![(t!("periods.appeal_send"), say)];
            view! { <Say id=format!("f-appeal-{number}") label=t!("periods.appeal_label") stepping buttons /> }
        })}
        {objection.appeal.zip(due).map(|(appeal, due_ms)| {
            view! { <Ruling number appeal due_ms me had_part stepping /> }
        })}
    }
}

#[component]
fn Ruling(number: u32, appeal: Appeal, due_ms: u64, me: Person, had_part: bool, stepping: Stepping) -> impl IntoView {
    let Appeal { by, text, ruling } = appeal;
    let rules = ruling.is_none() && authorize(&me, Action::RuleAppeal);
    let had_part = had_part || by.person == me.id;
    let is_open = ruling.is_none();
    let ruled = ruling.map(|ruling| {
        let said = if ruling.upheld { t!("periods.ruling_upheld") } else { t!("periods.ruling_rejected") };
        view! { <p class="note">{t!("periods.ruling", said = said, text = ruling.text)}</p> }
    });
    view! {
        <p class="why__sentence">{t!("periods.appealed", time = day_and_time(by.at_ms), text = text)}</p>
        {is_open.then(|| due_view("periods.ruling_due", due_ms))}
        {ruled}
        {(rules && had_part).then(|| view! { <p class="note">{t!("periods.second_ruler")}</p> })}
        {(rules && !had_part).then(|| {
            let rule = move |upheld| Callback::new(move |text| stepping.step(Step::Rule { objection: number, upheld, text }));
            let buttons = vec![(t!("periods.ruling_upheld"), rule(true)), (t!("periods.ruling_rejected"), rule(false))];
            view! { <Say id=format!("f-ruling-{number}") label=t!("periods.ruling_label") stepping buttons /> }
        })}
    }
}

/// When something is due, and whether that is past.
pub(super) fn due_view(key: &str, due_ms: u64) -> impl IntoView + use<> {
    let is_late = due_ms < state::clock::now_ms();
    let words = t!(key, time = day_and_time(due_ms));
    view! {
        <p class="note">
            {words} " "
            {is_late.then(|| view! { <strong>{t!("periods.overdue")}</strong> })}
        </p>
    }
}
