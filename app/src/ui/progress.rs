//! Done, and a tick where it should be by now.

use leptos::prelude::*;

/// A bar filled to a share, with an optional tick at the share that is due.
#[component]
pub(crate) fn ProgressBar(
    /// What is done, in percent of the target; may exceed 100.
    #[prop(into)]
    percent: Signal<f64>,
    /// What should be done by now, in percent of the target.
    #[prop(optional, into)]
    due_percent: Signal<Option<f64>>,
    /// The same in words, for screen readers: the bar itself shows no figure.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let tick =
        move || due_percent.get().map(|due| view! { <span class="progress__due" style:left=css_percent(due)></span> });
    view! {
        <span
            class="progress"
            role="progressbar"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", bounded(percent.get()))
            aria-label=move || label.get()
        >
            <span class="progress__done" style:width=move || css_percent(percent.get())></span>
            {tick}
        </span>
    }
}

/// A share within the bar: what is not a number counts as nothing.
fn bounded(percent: f64) -> f64 {
    if percent.is_nan() { 0.0 } else { percent.clamp(0.0, 100.0) }
}

fn css_percent(percent: f64) -> String {
    format!("{:.2}%", bounded(percent))
}

#[cfg(test)]
mod tests {
    use super::css_percent;

    #[test]
    fn the_bar_never_leaves_its_trough() {
        let cases = [
            (0.0, "0.00%"),
            (66.666, "66.67%"),
            (100.0, "100.00%"),
            (133.0, "100.00%"),
            (-4.0, "0.00%"),
            (f64::INFINITY, "100.00%"),
            (f64::NAN, "0.00%"),
        ];
        for (percent, expected) in cases {
            assert_eq!(css_percent(percent), expected, "{percent}");
        }
    }
}
