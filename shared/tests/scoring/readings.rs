//! Readings of several indicators, and of several units, as one.

use shared::scoring::{
    exact::Exact,
    reading::{Keys, Reading, Readings, Sum, status},
    result::Status,
    scheme::Scheme,
};

#[test]
fn a_district_has_no_base_only_where_none_of_its_units_has_one() {
    let scheme = Scheme::default_scheme();
    let keys = Keys::of(&scheme.indicators);
    let read = |has_no_base| Readings::new(&keys, |_| Some(Reading { has_no_base, ..Reading::default() }));
    for (one, other, both) in [(true, true, true), (true, false, false), (false, true, false), (false, false, false)] {
        let district = Readings::together(&keys, [read(one), read(other)].iter());
        assert_eq!(district.get("services_started").unwrap().has_no_base, both, "{one} {other}");
    }
}

#[test]
fn indicators_together_are_missing_or_without_a_target_only_where_each_of_them_is() {
    let scheme = Scheme::default_scheme();
    let keys = Keys::of(&scheme.indicators);
    let task = Reading { target: Some(Exact::ONE), due: Exact::ONE, ..Reading::default() };
    let (done, no_base) = (Reading { actual: Some(Exact::ONE), ..task }, Reading { has_no_base: true, ..task });
    let (unissued, bare) = (Reading::default(), Reading { is_bare: true, ..Reading::default() });
    let counted = Reading { actual: Some(Exact::ONE), ..bare };
    for (one, other, together) in [
        (task, task, Status::NotReported),
        (task, done, Status::Scored),
        (done, done, Status::Scored),
        (no_base, no_base, Status::NoBase),
        (no_base, task, Status::NoBase),
        (no_base, done, Status::Scored),
        (unissued, unissued, Status::NotIssued),
        (unissued, task, Status::NotReported),
        (bare, bare, Status::NotReported),
        (bare, counted, Status::Scored),
        (counted, counted, Status::Scored),
        (bare, unissued, Status::NotIssued),
        (counted, task, Status::Scored),
    ] {
        for (first, second) in [(one, other), (other, one)] {
            let readings = Readings::new(&keys, |place| [first, second].get(place).copied());
            let asked: Vec<&String> = scheme.indicators.iter().take(2).map(|indicator| &indicator.key).collect();
            let sum = Sum::of(&readings, asked.iter().copied());
            assert_eq!(status(&readings, &asked, sum), together, "{first:?} {second:?}");
        }
    }
}
