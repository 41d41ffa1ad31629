//! The steps that those who answer for the ranking take with a period: freeze by two, publish, correct.

use leptos::prelude::*;
use shared::{
    authorize::{Action, authorize},
    calendar::Month,
    period::{PeriodView, Phase, Step},
    t,
};

use crate::{
    pages::moment::day_and_time,
    state::{self, DataError},
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::TextArea,
        panel::Panel,
    },
};

/// A step on its way, and why the last one failed.
#[derive(Clone, Copy)]
pub(super) struct Stepping {
    month: Month,
    take: Callback<PeriodView>,
    pub(super) busy: RwSignal<bool>,
    pub(super) problem: RwSignal<Option<String>>,
}

impl Stepping {
    pub(super) fn new(month: Month, take: Callback<PeriodView>) -> Self {
        Self { month, take, busy: RwSignal::new(false), problem: RwSignal::new(None) }
    }

    /// Takes a step that `make` makes of the period's figures as they are now.
    fn with_figures(self, make: fn(shared::id::Digest) -> Step) {
        self.run(async move {
            let digest = state::periods().current(self.month).await?.digest;
            state::periods().step(self.month, &make(digest)).await
        });
    }

    /// Takes a step.
    pub(super) fn step(self, step: Step) {
        self.run(async move { state::periods().step(self.month, &step).await });
    }

    fn run(self, work: impl Future<Output = Result<PeriodView, DataError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        state::task(async move {
            let outcome = work.await;
            self.busy.try_set(false);
            self.problem.try_set(outcome.as_ref().err().map(DataError::message));
            if let Ok(period) = outcome {
                self.take.try_run(period);
            }
        });
    }
}

/// What can be done now; nothing for those who may do nothing.
#[component]
pub(super) fn StepsPanel(period: PeriodView, take: Callback<PeriodView>) -> impl IntoView {
    let me = state::session().person()?;
    if !authorize(&me, Action::FreezePeriod) {
        return None;
    }
    let stepping = Stepping::new(period.month, take);
    let PeriodView { phase, history, .. } = period;
    let body = match (phase, history.proposal) {
        (Phase::Due | Phase::Reopened, None) => view! {
            <p>{t!("periods.propose_text")}</p>
            <div>
                <Button
                    variant=ButtonVariant::Primary
                    busy=stepping.busy
                    on_click=move |()| stepping.with_figures(|digest| Step::Propose { digest })
                    attr:data-action="propose"
                >
                    {t!("periods.propose")}
                </Button>
            </div>
        }
        .into_any(),
        (Phase::Due | Phase::Reopened, Some(proposal)) => {
            let who = state::published().person_name(proposal.by.person);
            let said = t!("periods.proposed", person = who, time = day_and_time(proposal.by.at_ms));
            let is_own = proposal.by.person == me.id;
            view! {
                <p>{said}</p>
                {is_own.then(|| view! { <p class="note">{t!("periods.second_person")}</p> })}
                <div class="button-row">
                    <Button
                        variant=ButtonVariant::Primary
                        busy=stepping.busy
                        disabled=Signal::stored(is_own)
                        on_click=move |()| stepping.with_figures(|digest| Step::Confirm { digest })
                        attr:data-action="confirm"
                    >
                        {t!("periods.confirm")}
                    </Button>
                    <Button busy=stepping.busy on_click=move |()| stepping.step(Step::Decline) attr:data-action="decline">
                        {t!("periods.decline")}
                    </Button>
                </div>
            }
            .into_any()
        }
        (Phase::Frozen, _) => view! {
            <p>{t!("periods.publish_text")}</p>
            <div>
                <Button
                    variant=ButtonVariant::Primary
                    busy=stepping.busy
                    on_click=move |()| stepping.step(Step::Publish)
                    attr:data-action="publish"
                >
                    {t!("periods.publish")}
                </Button>
            </div>
            <Reopen stepping />
        }
        .into_any(),
        (Phase::Published, _) => view! { <Reopen stepping /> }.into_any(),
        (Phase::Upcoming | Phase::Open | Phase::LateArrivals | Phase::Objections, _) => {
            view! { <p>{t!("periods.not_due")}</p> }.into_any()
        }
    };
    Some(view! {
        <Panel title=t!("periods.next")>
            {move || stepping.problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            {body}
        </Panel>
    })
}

/// A correction: what was published stays, and a new edition follows it.
#[component]
fn Reopen(stepping: Stepping) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    view! {
        <FieldShell id="f-reopen" label=t!("periods.reopen_reason") hint=Some(t!("periods.reopen_hint")) wide=true>
            <TextArea value=reason on_input=move |typed| reason.set(typed) />
        </FieldShell>
        <div>
            <Button
                busy=stepping.busy
                disabled=Signal::derive(move || reason.with(|reason| reason.trim().is_empty()))
                on_click=move |()| stepping.step(Step::Reopen { reason: reason.get_untracked() })
                attr:data-action="reopen"
            >
                {t!("periods.reopen")}
            </Button>
        </div>
    }
}
