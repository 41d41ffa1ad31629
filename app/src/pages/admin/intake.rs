//! Units and people out of a workbook: what it would create, then the decision, then the invitations.

use leptos::prelude::*;
use shared::{
    api::{IntakeTaken, Invitation, Workbook},
    intake::{Fault, Intake},
    t,
};

use crate::{
    state::{self, ChosenFile},
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        file_input::FileInput,
        panel::Panel,
        table::{ColumnHead, Table},
    },
};

/// The id of the file's input.
const FILE: &str = "f-intake-file";

/// How far it has come.
#[derive(Clone, Copy)]
struct Standing {
    /// The workbook that was looked at, and what it would create.
    seen: RwSignal<Option<(Workbook, Intake)>>,
    taken: RwSignal<Option<IntakeTaken>>,
    problem: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Standing {
    fn look(self) {
        self.seen.set(None);
        self.taken.set(None);
        self.busy.set(true);
        state::task(async move {
            let Some(ChosenFile { name, content }) = state::rules().chosen_file(FILE).await else {
                self.busy.try_set(false);
                return;
            };
            let workbook = Workbook { name, content };
            let looked = state::administration().preview_intake(&workbook).await;
            self.busy.try_set(false);
            self.problem.try_set(looked.as_ref().err().map(state::DataError::message));
            self.seen.try_set(looked.ok().map(|intake| (workbook, intake)));
        });
    }

    fn take(self, reload: Callback<()>) {
        let Some((workbook, _)) = self.seen.get_untracked() else { return };
        self.busy.set(true);
        state::task(async move {
            let taken = state::administration().take_intake(&workbook).await;
            self.busy.try_set(false);
            self.problem.try_set(taken.as_ref().err().map(state::DataError::message));
            if let Ok(taken) = taken {
                self.seen.try_set(None);
                self.taken.try_set(Some(taken));
                state::published().refresh();
                reload.try_run(());
            }
        });
    }

    fn is_sound(self) -> bool {
        let is_sound = |intake: &Intake| intake.faults.is_empty() && intake.units.len() + intake.people.len() > 0;
        self.seen.with(|seen| seen.as_ref().is_some_and(|(_, intake)| is_sound(intake)))
    }
}

#[component]
pub(super) fn IntakePanel(reload: Callback<()>) -> impl IntoView {
    let standing = Standing {
        seen: RwSignal::new(None),
        taken: RwSignal::new(None),
        problem: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    view! {
        <Panel title=t!("intake.title")>
            {move || standing.problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            <FieldShell id=FILE label=t!("intake.file") hint=Some(t!("intake.file_hint")) wide=true>
                <FileInput prompt=t!("files.choose_one") accept=".xlsx" on_choose=move |()| standing.look() />
            </FieldShell>
            {move || standing.seen.get().map(|(_, intake)| view! { <Seen intake /> })}
            {move || standing.taken.get().map(|taken| view! { <Taken taken /> })}
            <div>
                <Button
                    variant=ButtonVariant::Secondary
                    busy=standing.busy
                    disabled=Signal::derive(move || !standing.is_sound())
                    on_click=move |()| standing.take(reload)
                    attr:data-action="take-intake"
                >
                    {t!("intake.take")}
                </Button>
            </div>
        </Panel>
    }
}

#[component]
fn Seen(intake: Intake) -> impl IntoView {
    let Intake { faults, units, people, known } = intake;
    if faults.is_empty() {
        let text = t!("intake.would", units = units.len(), people = people.len(), known = known);
        return view! { <Banner tone=Tone::Calm text /> }.into_any();
    }
    view! {
        <Banner tone=Tone::Stop text=t!("intake.faulty", count = faults.len()) />
        <ul class="note">{faults.into_iter().map(|fault| view! { <li>{sentence(&fault)}</li> }).collect_view()}</ul>
    }
    .into_any()
}

fn sentence(fault: &Fault) -> String {
    let Fault { sheet, cell, text } = fault;
    if sheet.is_empty() { text.clone() } else { t!("intake.fault", sheet = sheet, cell = cell, text = text) }
}

#[component]
fn Taken(taken: IntakeTaken) -> impl IntoView {
    let IntakeTaken { units, invitations } = taken;
    let row = |invitation: Invitation| {
        view! {
            <tr>
                <th scope="row">{invitation.account}</th>
                <td><code>{invitation.code}</code></td>
            </tr>
        }
    };
    view! {
        <Banner tone=Tone::Ok text=t!("intake.taken", units = units, people = invitations.len()) />
        <Table label=t!("intake.codes")>
            <thead>
                <tr>
                    <ColumnHead text=t!("admin.account") />
                    <ColumnHead text=t!("one_time.code") />
                </tr>
            </thead>
            <tbody>{invitations.into_iter().map(row).collect_view()}</tbody>
        </Table>
    }
}
