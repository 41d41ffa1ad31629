//! The lines of a group's units.

use leptos::prelude::*;
use rust_decimal::Decimal;
use shared::{
    scoring::trend::{Measure, UnitTrend},
    t,
};

use super::{Shown, write};
use crate::{
    pages::{
        moment::month,
        trends::totals::{months_in_words, points},
    },
    ui::line_chart::{Axis, ChartSize, Drawing, Line, LineChart, Look},
};

/// Every unit's line, the chosen one over the others.
#[component]
pub(super) fn Picture(shown: Memo<Option<Shown>>, chosen: Memo<Option<UnitTrend>>) -> impl IntoView {
    let drawing = Memo::new(move |_| Some(drawing(&shown.get()?, &chosen.get()?)));
    let is_drawn = Memo::new(move |_| drawing.with(Option::is_some));
    let drawn = Signal::derive(move || drawing.get().unwrap_or_else(nothing));
    move || is_drawn.get().then(|| view! { <LineChart drawing=drawn size=ChartSize::Large /> })
}

/// What is drawn while the picture is being taken away.
fn nothing() -> Drawing {
    Drawing { words: String::new(), places: Vec::new(), axis: Axis::FromZero, lines: Vec::new() }
}

fn drawing(shown: &Shown, chosen: &UnitTrend) -> Drawing {
    let write = |figure| write(&shown.measure, figure);
    let line = |name: &str, look, figures: &[Option<Decimal>]| Line {
        name: name.to_owned(),
        look,
        points: points(figures, write),
    };
    let others = shown.units.iter().filter(|trend| trend.unit != chosen.unit);
    let mut lines: Vec<Line> = others.map(|trend| line(&trend.name, Look::Other, &trend.figures)).collect();
    if chosen.due.iter().any(Option::is_some) {
        lines.push(line(&t!("trends.due"), Look::Due, &chosen.due));
    }
    lines.push(line(&chosen.name, Look::Main, &chosen.figures));
    Drawing {
        words: t!(
            "trends.unit_picture",
            group = t!(shown.group.label_key()),
            measure = shown.label,
            unit = chosen.name,
            points = months_in_words(&shown.months, &chosen.figures, write)
        ),
        places: shown.months.iter().copied().map(month).collect(),
        axis: axis(&shown.measure),
        lines,
    }
}

fn axis(measure: &Measure) -> Axis {
    match measure {
        Measure::Score => Axis::Around,
        Measure::Rank => Axis::Ranks,
        Measure::Started | Measure::Completed | Measure::Item(_) => Axis::FromZero,
    }
}
