//! The plan's totals, each against its schedule through the year.

use leptos::prelude::*;
use rust_decimal::Decimal;
use shared::{
    calendar::Month,
    scoring::{
        result::Progress,
        trend::{HeadlineTrend, Pace, of_headlines},
    },
    t,
};

use super::year::{self, Year};
use crate::{
    pages::{
        figure::{plain, thousandths},
        moment::month,
    },
    ui::{
        chip::{Chip, Tone},
        line_chart::{Axis, ChartSize, Drawing, Line, LineChart, Look, Point},
        panel::Panel,
    },
};

/// The totals of the year, as they stand in its last month that is known.
#[component]
pub(super) fn Totals(year: Signal<Option<Year>>) -> impl IntoView {
    let trends = Memo::new(move |_| {
        year.with(|year| {
            let year = year.as_ref()?;
            Some((*year.told().last()?, of_headlines(&year.rankings(), year.last()?)))
        })
    });
    let totals = move || {
        let (at, trends) = trends.get()?;
        Some(trends.into_iter().map(|trend| view! { <Total trend at /> }).collect_view())
    };
    view! {
        <Panel title=t!("trends.totals") aside=Some(t!("trends.legend"))>
            <div class="trend-grid">{totals}</div>
        </Panel>
    }
}

/// One total, as it stands in a month.
#[component]
fn Total(trend: HeadlineTrend, at: Month) -> impl IntoView {
    let label = t!(&format!("headline.{}", trend.key));
    let Progress { actual, target, due } = trend.now;
    let drawing = drawing(&label, &trend, at);
    view! {
        <div class="trend" data-headline=trend.key.clone()>
            <p class="trend__head">
                <span class="headline__label">{label}</span>
                <span class="headline__figure">
                    {plain(actual)}<span class="headline__of">{format!(" / {}", plain(target))}</span>
                </span>
                <span class="trend__context">{t!("trends.total", month = month(at), due = plain(due))}</span>
                <PaceChip progress=trend.now />
            </p>
            <LineChart drawing size=ChartSize::Small />
        </div>
    }
}

/// Ahead of the schedule or behind it, and by how much; nothing where there is no task.
#[component]
pub(super) fn PaceChip(progress: Progress) -> impl IntoView {
    progress.pace().map(|pace| {
        let tone = match pace {
            Pace::Ahead(_) | Pace::Even => Tone::Ok,
            Pace::Behind(_) => Tone::Late,
        };
        view! { <Chip tone text=pace_words(pace) /> }
    })
}

fn pace_words(pace: Pace) -> String {
    match pace {
        Pace::Ahead(by) => t!("trends.ahead", count = plain(by)),
        Pace::Even => t!("trends.even"),
        Pace::Behind(by) => t!("trends.behind", count = plain(by)),
    }
}

fn drawing(label: &str, trend: &HeadlineTrend, at: Month) -> Drawing {
    let months = year::months(at);
    let target = trend.now.target;
    let line = |name, look, figures: &[Option<Decimal>]| Line { name, look, points: points(figures, plain) };
    Drawing {
        words: words(label, trend, at),
        places: months.iter().copied().map(month).collect(),
        axis: Axis::FromZero,
        lines: vec![
            line(t!("trends.target", target = plain(target)), Look::Limit, &vec![Some(target); months.len()]),
            line(t!("trends.due"), Look::Due, &trend.due),
            line(String::new(), Look::Main, &all_places(&trend.actual, months.len())),
        ],
    }
}

/// Figures of the first months, with gaps for the rest of the year.
fn all_places(figures: &[Option<Decimal>], count: usize) -> Vec<Option<Decimal>> {
    figures.iter().copied().chain(std::iter::repeat(None)).take(count).collect()
}

/// Figures as points of a line, written in a way.
pub(super) fn points(figures: &[Option<Decimal>], write: impl Fn(Decimal) -> String) -> Vec<Option<Point>> {
    figures
        .iter()
        .map(|figure| figure.map(|figure| Point { figure: thousandths(figure), text: write(figure) }))
        .collect()
}

/// The picture in words: what was done by each month, and how that stands to the schedule.
fn words(label: &str, trend: &HeadlineTrend, at: Month) -> String {
    let Progress { target, due, .. } = trend.now;
    t!(
        "trends.total_picture",
        label = label,
        points = months_in_words(&year::months(at), &trend.actual, plain),
        month = month(at),
        due = plain(due),
        pace = trend.now.pace().map_or_else(|| t!("today.no_task"), pace_words),
        target = plain(target)
    )
}

/// `1月 10、2月没有数据、3月 40`.
pub(super) fn months_in_words(
    months: &[Month],
    figures: &[Option<Decimal>],
    write: impl Fn(Decimal) -> String,
) -> String {
    let words = months.iter().zip(figures).map(|(at, figure)| match figure {
        Some(figure) => t!("trends.point", month = month(*at), figure = write(*figure)),
        None => t!("trends.gap", month = month(*at)),
    });
    words.collect::<Vec<_>>().join(&t!("trends.and"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend() -> HeadlineTrend {
        let figures = |figures: &[Option<i64>]| figures.iter().map(|figure| figure.map(Decimal::from)).collect();
        HeadlineTrend {
            key: "started".into(),
            actual: figures(&[Some(10), None, Some(61)]),
            due: figures(&[Some(13), None, Some(74), None, None, Some(100), None, None, None, None, None, Some(168)]),
            now: Progress { actual: 61.into(), target: 168.into(), due: 74.into() },
        }
    }

    #[test]
    fn a_total_is_told_in_words_with_its_gaps() {
        assert_eq!(
            words("新开工", &trend(), Month::new(2021, 3).unwrap()),
            "新开工各月完成数与序时：1月 10、2月没有数据、3月 61；3月序时 74，差 13，全年任务 168"
        );
    }

    #[test]
    fn a_pace_is_a_word_with_its_count() {
        for (pace, expected) in [
            (Pace::Behind(13.into()), "差 13"),
            (Pace::Ahead(Decimal::new(25, 1)), "超 2.5"),
            (Pace::Even, "与序时持平"),
        ] {
            assert_eq!(pace_words(pace), expected);
        }
    }

    #[test]
    fn what_is_done_ends_now_and_what_is_due_goes_on_to_the_end_of_the_year() {
        let drawing = drawing("新开工", &trend(), Month::new(2021, 3).unwrap());
        assert_eq!(drawing.places.len(), 12);
        let ends = |line: &Line| (line.points.len(), line.points.iter().rposition(Option::is_some));
        assert_eq!(drawing.lines.iter().map(ends).collect::<Vec<_>>(), [(12, Some(11)), (12, Some(11)), (12, Some(2))]);
    }
}
