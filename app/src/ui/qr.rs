//! A QR code, dark on light in every theme: scanners want it so.

use leptos::prelude::*;

/// The picture of a code; `path` is the data of its dark squares.
#[component]
pub(crate) fn QrCode(size: u32, path: String, #[prop(into)] label: String) -> impl IntoView {
    view! {
        <svg class="qr" role="img" aria-label=label viewBox=format!("0 0 {size} {size}") shape-rendering="crispEdges">
            <rect class="qr__light" width=size height=size />
            <path class="qr__dark" d=path />
        </svg>
    }
}
