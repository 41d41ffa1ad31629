//! Widgets that know no domain: only leptos and each other. Every text comes in as a prop; every value that changes
//! comes in as a `Signal`, and goes out through a `Callback`. A widget's block in `app/styles/ui.css` has its name.

#![expect(
    unreachable_pub,
    reason = "leptos's component macro writes `pub` items whatever the visibility of the component"
)]

pub(crate) mod action_bar;
pub(crate) mod banner;
pub(crate) mod button;
pub(crate) mod check;
pub(crate) mod chip;
pub(crate) mod date_input;
pub(crate) mod dialog;
pub(crate) mod empty;
pub(crate) mod error_summary;
pub(crate) mod field;
pub(crate) mod file_input;
pub(crate) mod file_pick;
pub(crate) mod file_tile;
pub(crate) mod file_view;
mod focus;
pub(crate) mod input;
pub(crate) mod key_value;
pub(crate) mod line_chart;
pub(crate) mod list_item;
pub(crate) mod months_input;
pub(crate) mod nav_item;
pub(crate) mod number_input;
pub(crate) mod page_header;
pub(crate) mod panel;
pub(crate) mod parts_input;
pub(crate) mod progress;
pub(crate) mod qr;
pub(crate) mod search_box;
pub(crate) mod segmented;
pub(crate) mod shell;
pub(crate) mod split;
pub(crate) mod table;
pub(crate) mod tabs;
pub(crate) mod toast;
