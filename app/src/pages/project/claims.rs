//! The stage claims of a project, and the way to a new one.

use leptos::prelude::*;
use shared::{
    authorize::{Action, authorize},
    form::option_label,
    id::RecordId,
    record::{Record, RecordKind},
    stage::field,
    t,
};

use crate::{
    pages::{moment::date, record::standing::standing_of},
    state,
    ui::{
        button::Button,
        chip::{Chip, Tone},
        panel::Panel,
    },
};

#[derive(Clone, PartialEq)]
struct Line {
    id: RecordId,
    stage: String,
    reached: Option<String>,
    tone: Tone,
    standing: String,
}

/// One row per claim, the latest first.
#[component]
pub(super) fn ClaimsPanel(project: RecordId) -> impl IntoView {
    let lines = Memo::new(move |_| {
        state::ledger().with(|replica| {
            let claims = replica.about(project).filter(|record| record.kind == RecordKind::StageClaim);
            let mut lines: Vec<Line> = claims.map(line).collect();
            lines.reverse();
            lines
        })
    });
    let row = |line: Line| {
        view! {
            <li class="row-link" data-record=line.id.to_string()>
                <a class="row-link__link" href=format!("/claims/{}", line.id)>{line.stage}</a>
                <span class="row-link__aside">{line.reached}</span>
                <Chip tone=line.tone text=line.standing />
            </li>
        }
    };
    let begin = Callback::new(move |()| {
        let id = state::ledger().new_record();
        state::address().go(&format!("/claims/{id}?project={project}"));
    });
    let may_file = move || {
        let unit = state::ledger().record(project).map(|project| project.unit);
        let me = state::session().person();
        me.zip(unit).is_some_and(|(me, unit)| authorize(&me, Action::EditRecord(RecordKind::StageClaim, unit)))
    };
    view! {
        <Panel title=t!("project.claims") flush=true>
            <ul class="row-links">{move || lines.get().into_iter().map(row).collect_view()}</ul>
            <Show when=may_file>
                <div class="panel__foot">
                    <Button on_click=begin attr:data-action="new-claim">{t!("project.new_claim")}</Button>
                </div>
            </Show>
        </Panel>
    }
}

fn line(claim: &Record) -> Line {
    let fields = claim.fields();
    let code = fields.text(field::STAGE);
    let (tone, standing) = standing_of(claim);
    let stage = if code.is_empty() { t!("project.claim_without_stage") } else { option_label(field::STAGE, code) };
    Line { id: claim.id, stage, reached: fields.date(field::REACHED_ON).map(date), tone, standing }
}
