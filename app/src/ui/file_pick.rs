//! A button that chooses files, or takes a photo where the device has a camera.

use leptos::prelude::*;

/// Where the files come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileOrigin {
    /// The camera; a device without one offers its files.
    Camera,
    /// The files of the device, several at once.
    Device,
}

/// The button; what was chosen is read by whoever knows the id.
#[component]
pub(crate) fn FilePick(
    #[prop(into)] id: String,
    origin: FileOrigin,
    /// Media types or endings that the chooser offers.
    accept: &'static str,
    #[prop(into)] on_choose: Callback<()>,
    children: Children,
) -> impl IntoView {
    let capture = (origin == FileOrigin::Camera).then_some("environment");
    view! {
        <label class="button file-pick">
            <input
                class="file-pick__input"
                type="file"
                id=id
                accept=accept
                capture=capture
                multiple=origin == FileOrigin::Device
                on:change=move |_| on_choose.run(())
            />
            {children()}
        </label>
    }
}
