//! Files on a page: small pictures that open into large ones.

use leptos::prelude::*;
use shared::{
    attachment::{Attached, Attachment, FileKind, Shot},
    id::Digest,
    t,
};

use crate::{
    pages::{moment::moment, record::facts::join},
    state::{self, ObjectUrl},
    ui::{
        file_tile::FileTile,
        file_view::{FileView, FileViewContent, FileViewWords},
    },
};

/// What a page shows in full.
#[derive(Clone, Copy)]
pub(crate) struct Viewer(RwSignal<Option<Attached>>);

impl Viewer {
    /// A viewer under the current owner, with nothing open.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    fn open(self, attached: Attached) {
        self.0.set(Some(attached));
    }
}

/// A file of a record; the children are what can be done with it besides.
#[component]
pub(crate) fn Tile(
    attached: Attached,
    viewer: Viewer,
    #[prop(into)] note: Signal<Option<String>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let file = attached.file.clone();
    let content = file.thumbnail.map(|thumbnail| content(thumbnail.blob, FileKind::Jpeg));
    let picture = Signal::derive(move || match content?.get() {
        Content::Here(address) => Some(address),
        Content::Coming | Content::Missing(_) => None,
    });
    let sign = file.kind().map_or_else(String::new, |kind| kind.extension().to_uppercase());
    let open_label = t!("files.open", name = file.name);
    let open = move |()| viewer.open(attached.clone());
    let facts = join([Some(size_words(file.size)), file.shot.and_then(|shot| shot.taken)]);
    view! {
        <FileTile picture sign name=file.name facts note open_label on_open=open>
            {children.map(|children| children())}
        </FileTile>
    }
}

/// The dialog of a page's viewer.
#[component]
pub(crate) fn ViewerDialog(viewer: Viewer) -> impl IntoView {
    // Fetched when it is opened; what was open before is let go.
    let fetched = Memo::new(move |_| {
        let Attached { file, .. } = viewer.0.get()?;
        Some(content(file.blob, file.kind()?))
    });
    let shown = Signal::derive(move || {
        let attached = viewer.0.get()?;
        let content = fetched.get().map_or(Content::Coming, |content| content.get());
        Some(shown(&attached, content))
    });
    let words = FileViewWords { close: t!("files.close"), save: t!("files.save") };
    view! { <FileView id="file-view" content=shown words on_close=move |()| viewer.0.set(None) /> }
}

fn shown(Attached { file, author, stamp }: &Attached, content: Content) -> FileViewContent {
    let person = state::published().person_name(*author);
    let hung = t!("record.signature", person = person, time = moment(stamp.ms()));
    let shot = file.shot.as_ref().map(shot_words);
    let (address, problem) = match content {
        Content::Here(address) => (Some(address), None),
        Content::Missing(problem) => (None, Some(problem)),
        Content::Coming => (None, Some(t!("files.coming"))),
    };
    FileViewContent {
        name: file.name.clone(),
        facts: [Some(hung), shot].into_iter().flatten().filter(|fact| !fact.is_empty()).collect(),
        address,
        is_photo: file.kind().is_some_and(FileKind::is_photo),
        problem,
    }
}

/// A content on its way to the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Coming,
    Here(String),
    Missing(String),
}

/// The content, fetched under the current owner: its address is forgotten with it.
fn content(blob: Digest, kind: FileKind) -> RwSignal<Content> {
    let content = RwSignal::new(Content::Coming);
    let held = StoredValue::new(None::<ObjectUrl>);
    state::task(async move {
        match state::files().open(blob, kind).await {
            Ok(url) => {
                content.try_set(Content::Here(url.as_str().to_owned()));
                held.try_set_value(Some(url));
            }
            Err(error) => drop(content.try_set(Content::Missing(error.message()))),
        }
    });
    content
}

/// “待上传” for a file that waits on this tablet.
pub(crate) fn waiting_note(file: Attachment) -> Signal<Option<String>> {
    Signal::derive(move || state::files().is_waiting(&file).then(|| t!("files.not_sent")))
}

/// When and where a camera took it, as far as it said.
fn shot_words(shot: &Shot) -> String {
    let taken = shot.taken.as_ref().map(|taken| t!("files.taken", at = taken));
    let place = shot.place.map(|place| t!("files.place", latitude = place.latitude, longitude = place.longitude));
    join([taken, place])
}

/// “312 kB”.
fn size_words(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
