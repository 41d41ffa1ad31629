//! Figures over the places of an axis, as lines.
//!
//! Nothing in the picture is scaled but the lines themselves: figures and names stand in the page's own letters at any
//! width, at places that are given in percent. Lines differ by width, dashes and marks before they differ by colour,
//! and each has its name at its end.

mod scale;

use leptos::prelude::*;

use self::scale::{Scale, spread};

pub(crate) use self::scale::{Axis, ONE};

/// The width of the space in which lines are drawn, whatever its width on the screen.
const WIDTH: i64 = 10_000;

/// Above the highest line: room for the figure over a point.
const HEAD_PX: i64 = 24;

/// Below the lowest line: room for the names of the places.
const FOOT_PX: i64 = 26;

/// Between the baselines of two names.
const NAME_GAP_PX: i64 = 16;

/// From the middle of a letter to the line it stands on.
const LETTER_DROP_PX: i64 = 5;

/// Places up to which each has its name on a narrow screen; of more, every third.
const NAMED_MAX: usize = 6;

/// How much room a picture takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChartSize {
    /// One of several side by side.
    Small,
    /// The one of its surface.
    Large,
}

impl ChartSize {
    const fn height_px(self) -> i64 {
        match self {
            Self::Small => 180,
            Self::Large => 340,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Small => "line-chart line-chart--small",
            Self::Large => "line-chart",
        }
    }

    const fn edges(self) -> [i64; 2] {
        [HEAD_PX, self.height_px() - FOOT_PX]
    }
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// The one the picture is about: wide, with a mark and its figure at each point.
    Main,
    /// What it is compared with: dashed.
    Due,
    /// What it is to reach: dotted.
    Limit,
    /// One of many others: thin.
    Other,
}

impl Look {
    const fn line_class(self) -> &'static str {
        match self {
            Self::Main => "line-chart__line line-chart__line--main",
            Self::Due => "line-chart__line line-chart__line--due",
            Self::Limit => "line-chart__line line-chart__line--limit",
            Self::Other => "line-chart__line",
        }
    }

    const fn name_class(self) -> &'static str {
        match self {
            Self::Main => "line-chart__name line-chart__name--main",
            Self::Due | Self::Limit | Self::Other => "line-chart__name",
        }
    }
}

/// A figure at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    /// In thousandths.
    pub(crate) figure: i64,
    /// As people write it.
    pub(crate) text: String,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Stands at its end; may be empty where the page says it.
    pub(crate) name: String,
    pub(crate) look: Look,
    /// By place; a place without a figure is a gap.
    pub(crate) points: Vec<Option<Point>>,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// The picture in words: what a person learns from it.
    pub(crate) words: String,
    /// The names along the level axis.
    pub(crate) places: Vec<String>,
    pub(crate) axis: Axis,
    /// Later ones lie over earlier ones.
    pub(crate) lines: Vec<Line>,
}

/// A picture of lines.
#[component]
pub(crate) fn LineChart(#[prop(into)] drawing: Signal<Drawing>, size: ChartSize) -> impl IntoView {
    let (height, edges) = (size.height_px(), size.edges());
    let picture = move || {
        let Drawing { places, axis, lines, .. } = drawing.get();
        let scale = Scale::of(lines.iter().flat_map(figures), axis);
        let tops = name_tops(&lines, scale, edges);
        view! {
            {scale.ticks().into_iter().map(|tick| rule(tick, scale.y(tick, edges))).collect_view()}
            {places.iter().enumerate().map(|(at, name)| place(at, places.len(), name.clone(), height)).collect_view()}
            <svg width="100%" height=height viewBox=format!("0 0 {WIDTH} {height}") preserveAspectRatio="none">
                {lines
                    .iter()
                    .map(|line| view! { <path class=line.look.line_class() d=path(line, scale, edges) /> })
                    .collect_view()}
            </svg>
            {lines
                .iter()
                .filter(|line| line.look == Look::Main)
                .map(|line| marks(line, scale, edges))
                .collect_view()}
            {lines.iter().zip(tops).filter_map(|(line, top)| name(line, top?)).collect_view()}
        }
    };
    view! {
        <div class=size.class()>
            <svg
                class="line-chart__picture"
                role="img"
                aria-label=move || drawing.with(|drawing| drawing.words.clone())
                width="100%"
                height=height
            >
                {picture}
            </svg>
        </div>
    }
}

fn figures(line: &Line) -> impl Iterator<Item = i64> {
    line.points.iter().flatten().map(|point| point.figure)
}

/// A level line with its figure.
fn rule(tick: i64, y: i64) -> impl IntoView {
    view! {
        <line class="line-chart__rule" x1="0" x2="100%" y1=y y2=y />
        <text class="line-chart__tick" x="0" dx="-8" y=y + LETTER_DROP_PX>
            {(tick / ONE).to_string()}
        </text>
    }
}

fn place(at: usize, count: usize, name: String, height: i64) -> impl IntoView {
    let is_between = count > NAMED_MAX && !(at + 1).is_multiple_of(3);
    let class = if is_between { "line-chart__place line-chart__place--between" } else { "line-chart__place" };
    view! {
        <text class=class x=percent(x(at, count)) y=height - LETTER_DROP_PX>
            {name}
        </text>
    }
}

/// The marks of the main line, each with its figure; where there is little room, with the last figure alone.
fn marks(line: &Line, scale: Scale, edges: [i64; 2]) -> impl IntoView + use<> {
    let (count, last) = (line.points.len(), last_place(line));
    let known = line.points.iter().enumerate().filter_map(|(at, point)| Some((at, point.as_ref()?)));
    known
        .map(|(at, point)| {
            let (x, y) = (percent(x(at, count)), scale.y(point.figure, edges));
            let class =
                if Some(at) == last { "line-chart__figure line-chart__figure--last" } else { "line-chart__figure" };
            view! {
                <circle class="line-chart__mark" cx=x.clone() cy=y r="4" />
                <text class=class x=x y=y - 10>
                    {point.text.clone()}
                </text>
            }
        })
        .collect_view()
}

fn name(line: &Line, top: i64) -> Option<impl IntoView + use<>> {
    let x = percent(x(last_place(line)?, line.points.len()));
    let name = line.name.clone();
    Some(view! {
        <text class=line.look.name_class() x=x dx="10" y=top + LETTER_DROP_PX>
            {name}
        </text>
    })
}

fn last_place(line: &Line) -> Option<usize> {
    line.points.iter().rposition(Option::is_some)
}

/// How far down each line's name stands: beside its last point, or as near as others leave room. Those that end at
/// different places do not meet.
fn name_tops(lines: &[Line], scale: Scale, edges: [i64; 2]) -> Vec<Option<i64>> {
    let ends: Vec<Option<(usize, i64)>> = lines
        .iter()
        .map(|line| {
            let at = last_place(line).filter(|_| !line.name.is_empty())?;
            Some((at, scale.y(line.points.get(at)?.as_ref()?.figure, edges)))
        })
        .collect();
    let mut tops = vec![None; lines.len()];
    let places: std::collections::BTreeSet<usize> = ends.iter().flatten().map(|(at, _)| *at).collect();
    for place in places {
        let ending = ends.iter().map(|end| end.filter(|(at, _)| *at == place).map(|(_, y)| y));
        let (indices, wanted): (Vec<usize>, Vec<i64>) =
            ending.enumerate().filter_map(|(index, y)| Some((index, y?))).unzip();
        for (index, top) in indices.into_iter().zip(spread(&wanted, NAME_GAP_PX, edges)) {
            if let Some(slot) = tops.get_mut(index) {
                *slot = Some(top);
            }
        }
    }
    tops
}

/// The line through the known points; a gap interrupts it, and a point alone is a dot.
fn path(line: &Line, scale: Scale, edges: [i64; 2]) -> String {
    let mut path = Vec::new();
    let mut is_drawing = false;
    for (at, point) in line.points.iter().enumerate() {
        if let Some(point) = point {
            let (x, y) = (x(at, line.points.len()), scale.y(point.figure, edges));
            // A round end makes a dot of no length at all.
            path.push(if is_drawing { format!("L{x} {y}") } else { format!("M{x} {y}h0") });
        }
        is_drawing = point.is_some();
    }
    path.concat()
}

/// The middle of a place, in the width in which lines are drawn.
fn x(at: usize, count: usize) -> i64 {
    let halves = |n: usize| i64::try_from(n).unwrap_or(i64::MAX / WIDTH);
    WIDTH * halves(2 * at + 1) / halves(2 * count).max(1)
}

/// The same of the picture's width on the screen: `4.16%`.
fn percent(x: i64) -> String {
    format!("{}.{:02}%", x / 100, x % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGES: [i64; 2] = [20, 120];

    fn line(name: &str, figures: &[Option<i64>]) -> Line {
        let point = |figure: i64| Point { figure: figure * ONE, text: figure.to_string() };
        let points = figures.iter().map(|figure| figure.map(point)).collect();
        Line { name: name.to_owned(), look: Look::Other, points }
    }

    fn scale() -> Scale {
        Scale::of([0, 100 * ONE].into_iter(), Axis::FromZero)
    }

    #[test]
    fn places_stand_in_the_middle_of_equal_parts() {
        assert_eq!([0, 1].map(|at| percent(x(at, 2))), ["25.00%", "75.00%"]);
        assert_eq!([0, 5, 11].map(|at| percent(x(at, 12))), ["4.16%", "45.83%", "95.83%"]);
    }

    #[test]
    fn a_gap_interrupts_a_line_and_a_point_alone_is_a_dot() {
        for (figures, expected) in [
            (&[][..], ""),
            (&[None, None], ""),
            (&[Some(0), Some(100)], "M2500 120h0L7500 20"),
            (&[Some(0), None, Some(50), Some(100)], "M1250 120h0M6250 70h0L8750 20"),
            (&[None, Some(100)], "M7500 20h0"),
        ] {
            assert_eq!(path(&line("", figures), scale(), EDGES), expected, "{figures:?}");
        }
    }

    #[test]
    fn names_stand_beside_the_ends_and_make_room_for_each_other() {
        let lines = [
            line("a", &[Some(0), Some(50)]),
            line("b", &[Some(0), Some(52)]),
            line("", &[Some(0), Some(51)]),
            line("left", &[Some(50), None]),
            line("never", &[None, None]),
        ];
        assert_eq!(name_tops(&lines, scale(), EDGES), [Some(84), Some(68), None, Some(70), None]);
    }
}
