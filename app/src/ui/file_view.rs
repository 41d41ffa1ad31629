//! A file in full: a photo as large as the window allows, anything else to be saved.

use leptos::prelude::*;

use super::{button::Button, dialog::Dialog};

/// The words of the view.
#[derive(Clone, Debug)]
pub(crate) struct FileViewWords {
    pub(crate) close: String,
    pub(crate) save: String,
}

/// What is shown of the file that is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileViewContent {
    /// Its name.
    pub(crate) name: String,
    /// One line each: who, when, where.
    pub(crate) facts: Vec<String>,
    /// The address of the content, once it is there.
    pub(crate) address: Option<String>,
    /// Whether the browser can show it.
    pub(crate) is_photo: bool,
    /// Why there is none.
    pub(crate) problem: Option<String>,
}

/// A dialog that opens with its content.
#[component]
pub(crate) fn FileView(
    #[prop(into)] id: String,
    #[prop(into)] content: Signal<Option<FileViewContent>>,
    words: FileViewWords,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let FileViewWords { close, save } = words;
    let shown = move |FileViewContent { name, facts, address, is_photo, problem }: FileViewContent| {
        let picture = address.clone().filter(|_| is_photo);
        view! {
            {picture.map(|address| view! { <img class="file-view__picture" src=address alt=name.clone() /> })}
            {problem.map(|problem| view! { <p>{problem}</p> })}
            {facts.into_iter().map(|fact| view! { <p class="file-view__fact">{fact}</p> }).collect_view()}
            {address.map(|address| view! { <a class="button" href=address download=name>{save.clone()}</a> })}
        }
    };
    let title = move || content.with(|content| content.as_ref().map(|file| file.name.clone()).unwrap_or_default());
    let actions = move || view! { <Button on_click=on_close attr:data-action="close-file">{close}</Button> };
    view! {
        <Dialog id open=Signal::derive(move || content.with(Option::is_some)) title=Signal::derive(title) on_close actions>
            {move || content.get().map(&shown)}
        </Dialog>
    }
}
