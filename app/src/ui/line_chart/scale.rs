//! From figures to places in a picture, in whole numbers: thousandths on one side, pixels on the other.

/// One of whatever is drawn, in the thousandths that figures come in.
pub(crate) const ONE: i64 = 1_000;

/// Figures beyond it are drawn at it: a thousand million of anything, far from where the arithmetic ends.
const FIGURE_MAX: i64 = 1_000_000_000_000;

/// Steps between the lowest and the highest line: as many as are told apart at a glance.
const STEPS_MAX: i64 = 5;

/// How the upright axis runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    /// From nothing upwards: counts and sums.
    FromZero,
    /// Around the figures: what differs by little at a great height.
    Around,
    /// From the first place downwards.
    Ranks,
}

/// Which figures stand at the two ends of the axis, and the step between its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    low: i64,
    high: i64,
    step: i64,
    axis: Axis,
}

impl Scale {
    /// The scale that holds every figure.
    pub(super) fn of(figures: impl Iterator<Item = i64>, axis: Axis) -> Self {
        let figures: Vec<i64> = figures.map(bounded).collect();
        let least = figures.iter().min().copied().unwrap_or_default();
        let most = figures.iter().max().copied().unwrap_or_default();
        let (low, high) = match axis {
            Axis::FromZero => (least.min(0), most.max(0)),
            Axis::Around => (least, most),
            Axis::Ranks => (ONE, most.max(ONE + ONE)),
        };
        let step = step(high - low);
        match axis {
            Axis::Ranks => Self { low, high, step, axis },
            Axis::FromZero | Axis::Around => {
                let low = low.div_euclid(step) * step;
                let high = (-((-high).div_euclid(step)) * step).max(low + step);
                Self { low, high, step, axis }
            }
        }
    }

    /// The figures that have a line. A rank's axis begins with the first place, which is no multiple of a step.
    pub(super) fn ticks(self) -> Vec<i64> {
        let multiples = (self.low.div_euclid(self.step)..=self.high.div_euclid(self.step)).map(|n| n * self.step);
        let first = (self.axis == Axis::Ranks).then_some(self.low);
        first.into_iter().chain(multiples.filter(|tick| *tick >= self.low && Some(*tick) != first)).collect()
    }

    /// How far down a figure stands between the two edges.
    pub(super) fn y(self, figure: i64, [top, bottom]: [i64; 2]) -> i64 {
        let from_top = match self.axis {
            Axis::Ranks => bounded(figure) - self.low,
            Axis::FromZero | Axis::Around => self.high - bounded(figure),
        };
        top + from_top * (bottom - top) / (self.high - self.low)
    }
}

fn bounded(figure: i64) -> i64 {
    figure.clamp(-FIGURE_MAX, FIGURE_MAX)
}

/// The smallest of 1, 2, 5, 10, 20, … that takes few enough steps.
fn step(span: i64) -> i64 {
    let mut decade = ONE;
    loop {
        if let Some(step) = [1, 2, 5].map(|digit| digit * decade).into_iter().find(|step| span <= step * STEPS_MAX) {
            return step;
        }
        decade *= 10;
    }
}

/// Where labels go that would stand at `wanted`: each as near as it can be with `gap` between any two, none beyond an
/// edge, in the order in which they wanted to stand.
pub(super) fn spread(wanted: &[i64], gap: i64, [top, bottom]: [i64; 2]) -> Vec<i64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|place| wanted.get(*place));
    let gaps = i64::try_from(wanted.len()).unwrap_or(i64::MAX).saturating_sub(1).max(1);
    let gap = gap.min((bottom - top) / gaps);
    let mut placed = vec![0; wanted.len()];
    let mut least = top;
    for place in &order {
        if let (Some(placed), Some(wanted)) = (placed.get_mut(*place), wanted.get(*place)) {
            *placed = (*wanted).max(least);
            least = *placed + gap;
        }
    }
    // What was pushed beyond the lower edge goes back up, and takes along what is in its way.
    let mut most = bottom;
    for place in order.iter().rev() {
        if let Some(placed) = placed.get_mut(*place) {
            *placed = (*placed).min(most);
            most = *placed - gap;
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGES: [i64; 2] = [20, 120];

    #[test]
    fn an_axis_has_few_round_lines_and_holds_every_figure() {
        for (figures, axis, ticks) in [
            (&[5, 61, 168][..], Axis::FromZero, &[0, 50, 100, 150, 200][..]),
            (&[0, 3], Axis::FromZero, &[0, 1, 2, 3]),
            (&[0], Axis::FromZero, &[0, 1]),
            (&[], Axis::FromZero, &[0, 1]),
            (&[-3, 4], Axis::FromZero, &[-4, -2, 0, 2, 4]),
            (&[83, 94], Axis::Around, &[80, 85, 90, 95]),
            (&[90, 90], Axis::Around, &[90, 91]),
            (&[3, 10], Axis::Ranks, &[1, 2, 4, 6, 8, 10]),
            (&[2, 13], Axis::Ranks, &[1, 5, 10]),
            (&[1], Axis::Ranks, &[1, 2]),
        ] {
            let scale = Scale::of(figures.iter().map(|figure| figure * ONE), axis);
            let expected: Vec<i64> = ticks.iter().map(|tick| tick * ONE).collect();
            assert_eq!(scale.ticks(), expected, "{figures:?} {axis:?}");
            for figure in figures {
                let y = scale.y(figure * ONE, EDGES);
                assert!((20..=120).contains(&y), "{figures:?} {axis:?}: {figure} at {y}");
            }
        }
    }

    #[test]
    fn more_stands_higher_and_a_better_rank_stands_higher() {
        let counts = Scale::of([0, 100 * ONE].into_iter(), Axis::FromZero);
        assert_eq!([0, 25, 100].map(|count| counts.y(count * ONE, EDGES)), [120, 95, 20]);
        let ranks = Scale::of([1, 5].map(|rank| rank * ONE).into_iter(), Axis::Ranks);
        assert_eq!([1, 2, 5].map(|rank| ranks.y(rank * ONE, EDGES)), [20, 45, 120]);
    }

    #[test]
    fn what_is_out_of_all_proportion_is_drawn_at_the_edge() {
        let scale = Scale::of([0, i64::MAX, i64::MIN].into_iter(), Axis::FromZero);
        assert_eq!([i64::MAX, i64::MIN].map(|figure| scale.y(figure, EDGES)), EDGES);
    }

    #[test]
    fn labels_keep_their_order_and_their_distance() {
        for (wanted, expected) in [
            (&[][..], &[][..]),
            (&[50], &[50]),
            (&[50, 90], &[50, 90]),
            (&[90, 50, 52], &[90, 50, 66]),
            (&[118, 119, 120], &[88, 104, 120]),
            (&[20, 20, 119, 120], &[20, 36, 104, 120]),
        ] {
            assert_eq!(spread(wanted, 16, EDGES), expected, "{wanted:?}");
        }
        let crowd = spread(&[70; 21], 16, EDGES);
        assert_eq!(crowd.first().zip(crowd.last()), Some((&20, &120)), "a crowd shares what room there is");
    }
}
