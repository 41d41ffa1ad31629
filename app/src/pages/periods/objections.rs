//! What units object to, and the answers.

use leptos::prelude::*;
use shared::{
    authorize::{Action, authorize},
    period::{Objection, PeriodView, Phase, Step},
    person::Person,
    t,
};

use super::{
    appeals::{Appeals, due_view},
    steps::Stepping,
};
use crate::{
    pages::moment::day_and_time,
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::TextArea,
        panel::Panel,
    },
};

/// Objections of a period, a form for a unit's own while it is the time, and answers for those who give them.
#[component]
pub(super) fn ObjectionsPanel(period: PeriodView, take: Callback<PeriodView>) -> impl IntoView {
    let me = state::session().person()?;
    let stepping = Stepping::new(period.month, take);
    let may_object = period.phase == Phase::Objections && authorize(&me, Action::Object(me.unit));
    let answers = authorize(&me, Action::AnswerObjection);
    let (own_unit, is_frozen) = (me.unit, period.history.is_frozen());
    let objections = period.history.objections;
    if objections.is_empty() && !may_object {
        return None;
    }
    let entry = move |objection: Objection| {
        view! { <Entry objection me=me.clone() answers is_frozen stepping /> }
    };
    Some(view! {
        <Panel title=t!("periods.objections")>
            {move || stepping.problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            {objections.into_iter().map(entry).collect_view()}
            {may_object.then(|| {
                let say = Callback::new(move |text| stepping.step(Step::Object { unit: own_unit, text }));
                view! { <Say id="f-object" label=t!("periods.object") stepping buttons=vec![(t!("periods.object_send"), say)] /> }
            })}
        </Panel>
    })
}

#[component]
fn Entry(objection: Objection, me: Person, answers: bool, is_frozen: bool, stepping: Stepping) -> impl IntoView {
    let due_ms = objection.answer_due_ms();
    let Objection { number, unit, by, text, answer, .. } = objection.clone();
    let unit = state::published().unit_name(unit);
    let head = t!("periods.objection", number = number, unit = unit, time = day_and_time(by.at_ms));
    let answered = answer.map(|answer| {
        let said = if answer.upheld { t!("periods.upheld") } else { t!("periods.rejected") };
        view! { <p class="note">{t!("periods.answer", said = said, text = answer.text)}</p> }
    });
    let is_open = answered.is_none();
    view! {
        <div class="why__part">
            <p class="why__part-head">{head}</p>
            <p class="why__sentence">{text}</p>
            {answered}
            {is_open.then(|| due_view("periods.answer_due", due_ms))}
            {(is_open && answers).then(|| {
                let answer =
                    move |upheld| Callback::new(move |text| stepping.step(Step::Answer { objection: number, upheld, text }));
                let buttons = vec![(t!("periods.uphold"), answer(true)), (t!("periods.reject"), answer(false))];
                view! { <Say id=format!("f-answer-{number}") label=t!("periods.answer_text") stepping buttons /> }
            })}
            <Appeals objection me is_frozen stepping />
        </div>
    }
}

/// A text and what is done with it.
#[component]
pub(super) fn Say(
    #[prop(into)] id: String,
    label: String,
    stepping: Stepping,
    buttons: Vec<(String, Callback<String>)>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let is_empty = Signal::derive(move || text.with(|text| text.trim().is_empty()));
    let button = move |(words, act): (String, Callback<String>)| {
        view! {
            <Button
                variant=ButtonVariant::Secondary
                busy=stepping.busy
                disabled=is_empty
                on_click=move |()| act.run(text.get_untracked())
            >
                {words}
            </Button>
        }
    };
    view! {
        <FieldShell id label wide=true>
            <TextArea value=text on_input=move |typed| text.set(typed) />
        </FieldShell>
        <div class="button-row">{buttons.into_iter().map(button).collect_view()}</div>
    }
}
