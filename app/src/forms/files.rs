//! The files that a form asks for: under each piece of evidence what hangs there, and the ways to add to it.

use leptos::prelude::*;
use shared::{
    attachment::{Attached, EvidencePolicy},
    form::{FilesAsked, option_label},
    id::OperationId,
    report::Status,
    stage::{Stage, field},
    t,
};

use super::model::FormModel;
use crate::ui::{
    file_pick::{FileOrigin, FilePick},
    file_tile::FileTiles,
};

/// What a photo is chosen from.
const PHOTOS: &str = "image/*";

/// What any file is chosen from.
const ANY: &str = "image/*,.pdf,.docx,.xlsx,.ofd";

/// A file of the record, with the operation that hung it on.
pub(crate) type Hung = (OperationId, Attached);

/// Where a form's files come from and go to.
#[derive(Clone, Copy)]
pub(crate) struct FilesSource {
    /// What hangs on the record.
    pub(crate) hung: Signal<Vec<Hung>>,
    /// How many of them wait on this tablet to be sent.
    pub(crate) waiting: Signal<usize>,
    /// Photos are being made smaller.
    pub(crate) is_preparing: Signal<bool>,
    /// Files were chosen in the input of an id, as a piece of evidence or as none.
    pub(crate) on_choose: Callback<(Option<&'static str>, String)>,
    /// Draws one of them.
    pub(crate) tile: Callback<Hung, AnyView>,
    /// Draws what is open of them.
    pub(crate) opened: Callback<(), AnyView>,
}

impl FilesSource {
    /// Hands it to the form that is opened under the current owner.
    pub(crate) fn provide(self) {
        provide_context(self);
    }
}

/// One piece of evidence; without a paper, whatever else there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Group {
    paper: Option<&'static str>,
    needed: usize,
}

/// The files of a form; nothing for a form that asks for none.
#[component]
pub(super) fn FilesField(model: FormModel) -> impl IntoView {
    let asked = use_context::<FilesSource>().filter(|_| model.form().files != FilesAsked::None);
    let Some(source) = asked else { return ().into_any() };
    let is_asked = Memo::new(move |_| {
        let has_changed = || {
            let before = model.source.previous.get();
            model.source.fields.with(|fields| Status::has_changed(fields, &before))
        };
        model.form().files != FilesAsked::OfChange || has_changed() || !source.hung.with(Vec::is_empty)
    });
    view! {
        <Show when=move || is_asked.get()>
            <FilesPart model source />
        </Show>
    }
    .into_any()
}

#[component]
fn FilesPart(model: FormModel, source: FilesSource) -> impl IntoView {
    let groups = Memo::new(move |_| groups(model));
    let waiting = move || Some(source.waiting.get()).filter(|count| *count > 0);
    view! {
        <div class="field form-grid__wide file-field" data-files>
            <p class="field__label">{t!("files.title")}</p>
            <Show when=move || source.is_preparing.get()>
                <p class="field__hint" role="status">{t!("files.preparing")}</p>
            </Show>
            {move || waiting().map(|count| view! {
                <p class="field__hint" data-files-waiting=count.to_string()>{t!("files.waiting", count = count)}</p>
            })}
            <For each=move || groups.get() key=Clone::clone children=move |group| view! { <GroupView model source groups group /> } />
            {source.opened.run(())}
        </div>
    }
}

fn groups(model: FormModel) -> Vec<Group> {
    let rest = Group { paper: None, needed: 0 };
    if model.form().files != FilesAsked::OfStage {
        return vec![rest];
    }
    let stage = model.value(field::STAGE).as_text().and_then(Stage::from_code);
    let policy = EvidencePolicy::default_policy();
    let needed = |stage: Stage, paper: &str| {
        let rule = policy.0.iter().find(|rule| rule.stage == stage && rule.paper == paper);
        rule.map_or(0, |rule| rule.files)
    };
    let papers = stage.into_iter().flat_map(|stage| stage.evidence().iter().map(move |paper| (stage, *paper)));
    let of_stage = papers.map(|(stage, paper)| Group { paper: Some(paper), needed: needed(stage, paper) });
    of_stage.chain([rest]).collect()
}

#[component]
fn GroupView(model: FormModel, source: FilesSource, groups: Memo<Vec<Group>>, group: Group) -> impl IntoView {
    let Group { paper, needed } = group;
    let is_other = move |file: &Attached| {
        // What was evidence of another stage hangs on all the same.
        let is_named = |named: &str| groups.with(|groups| groups.iter().any(|group| group.paper == Some(named)));
        !file.file.paper.as_deref().is_some_and(is_named)
    };
    let belongs = move |file: &Attached| match paper {
        Some(paper) => file.file.paper.as_deref() == Some(paper),
        None => is_other(file),
    };
    let hung = Memo::new(move |_| source.hung.get().into_iter().filter(|(_, file)| belongs(file)).collect::<Vec<_>>());
    let is_alone = model.form().files != FilesAsked::OfStage;
    let title = match paper {
        Some(paper) => Some(option_label(field::EVIDENCE, paper)),
        None if is_alone => None,
        None => Some(t!("files.other")),
    };
    let count = move || t!("files.count", count = hung.with(Vec::len), needed = needed);
    let key = paper.unwrap_or("other");
    view! {
        <div class="file-field__group" data-paper=key>
            {title.map(|title| view! {
                <p class="file-field__title">
                    {title}
                    {(needed > 0).then(|| view! { <span class="field__hint">{count}</span> })}
                </p>
            })}
            <FileTiles>
                <For each=move || hung.get() key=|(operation, _)| *operation children=move |file| source.tile.run(file) />
            </FileTiles>
            <Show when=move || !model.source.locked.get()>
                <div class="file-field__ways">
                    <Way source paper id=format!("files-{key}-camera") origin=FileOrigin::Camera />
                    <Way source paper id=format!("files-{key}") origin=FileOrigin::Device />
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Way(source: FilesSource, paper: Option<&'static str>, id: String, origin: FileOrigin) -> impl IntoView {
    let (accept, words) = match origin {
        FileOrigin::Camera => (PHOTOS, t!("files.take")),
        FileOrigin::Device => (ANY, t!("files.choose")),
    };
    let input = id.clone();
    let choose = move |()| source.on_choose.run((paper, input.clone()));
    view! { <FilePick id origin accept on_choose=choose>{words}</FilePick> }
}
