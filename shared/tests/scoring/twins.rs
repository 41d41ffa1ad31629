//! Projects filed twice: what the rules suspect, what the campaign office says, and what counts then.

use shared::{
    id::RecordId,
    project::twin::{Suspicion, Word, gives_way_to, is_open, pairs, word_on},
};

use crate::world::{Draft, SHOP, World, find, month, text};

const GUDONG: &str = "鼓东街道";
const WENQUAN: &str = "温泉街道";
const STARTED: &str = "services_started";

/// Two units with a verified start each; what is written over the second project, and when.
fn world(code: &str, name: Option<&str>) -> (World, RecordId, RecordId) {
    let mut world = World::new();
    let (first, second) = (world.unit(GUDONG), world.unit(WENQUAN));
    let draft = Draft { code, ..SHOP };
    let (ours, theirs) = (world.project(first, draft, "2021-01-10"), world.project(second, draft, "2021-01-11"));
    if let Some(name) = name {
        for (unit, project, name) in [(first, ours, "软件园二期研发楼"), (second, theirs, name)] {
            let fields = [("name", text(name)), ("credit_code", text("91350102MA00000152"))];
            world.write(shared::record::RecordKind::Project, project, unit, None, &fields, "2021-01-12");
            for to in [shared::workflow::State::Submitted, shared::workflow::State::Reviewed] {
                world.step(project, to, "2021-01-12");
            }
        }
    }
    world.verified(first, ours, "started", "2021-02-01");
    world.verified(second, theirs, "started", "2021-02-02");
    (world, ours, theirs)
}

/// Starts that count for the two units in June, by a board that followed and by one that looks anew.
fn counted(world: &mut World) -> [String; 2] {
    let counted = [GUDONG, WENQUAN].map(|unit| world.counted(unit, "2021-06", STARTED).0);
    let (followed, anew) = (world.ranking("2021-06"), world.recomputed().ranking(month("2021-06")));
    assert_eq!(followed, anew);
    counted
}

const CODE: &str = "2101-350102-04-01-123456";

#[test]
fn a_name_under_one_credit_code_is_the_same_however_it_is_written() {
    for (name, second) in [
        ("软件园二期研发楼", "0"),
        ("软件园 二期(研发楼)", "0"),
        ("软件园二期（研发楼）", "0"),
        ("软件园三期研发楼", "1"),
        ("软件园二期研发楼A", "1"),
    ] {
        let (mut world, ..) = world("", Some(name));
        assert_eq!(counted(&mut world), ["1", second], "{name}");
    }
}

#[test]
fn a_code_is_the_same_in_any_width_and_case_and_another_one_is_another_project() {
    for (ours, theirs, second) in [
        ("2101-350102-04-01-12345a", "2101-350102-04-01-12345A", "0"),
        ("2101-350102-04-01-123456", "２１０１-350102-04-01-123456 ", "0"),
        ("2101-350102-04-01-123456", "2101-350102-04-01-123457", "1"),
        ("2101-350102-04-01-123456", "", "1"),
    ] {
        let mut world = World::new();
        let (first, second_unit) = (world.unit(GUDONG), world.unit(WENQUAN));
        for (unit, code) in [(first, ours), (second_unit, theirs)] {
            let project = world.project(unit, Draft { code, ..SHOP }, "2021-01-10");
            world.verified(unit, project, "started", "2021-02-01");
        }
        assert_eq!(counted(&mut world), ["1", second], "{ours} {theirs}");
    }
}

#[test]
fn what_people_say_of_two_projects_decides_which_counts_and_can_be_taken_back() {
    let (mut world, ours, theirs) = world(CODE, None);
    assert_eq!(counted(&mut world), ["1", "0"], "nobody has said anything: the one approved first");
    for (project, other, word, expected) in [
        (ours, theirs, Word::Same, ["0", "1"]),
        (ours, theirs, Word::Open, ["1", "0"]),
        (theirs, ours, Word::Different, ["1", "1"]),
        (theirs, ours, Word::Same, ["1", "0"]),
        (ours, theirs, Word::Different, ["1", "1"]),
        (ours, theirs, Word::Open, ["1", "0"]),
    ] {
        world.say_of_twins(project, other, word, "2021-03-01");
        assert_eq!(counted(&mut world), expected, "{word:?}");
    }
}

#[test]
fn the_second_counts_as_soon_as_the_first_is_withdrawn() {
    let (mut world, ours, _) = world(CODE, None);
    assert_eq!(counted(&mut world), ["1", "0"]);
    world.step(ours, shared::workflow::State::Withdrawn, "2021-03-01");
    assert_eq!(counted(&mut world), ["0", "1"]);
}

#[test]
fn a_project_that_gives_way_to_one_of_another_name_scores_nowhere_until_that_one_goes() {
    let (mut world, ours, theirs) = world("", Some("福州软件园二期研发楼项目"));
    assert_eq!(counted(&mut world), ["1", "1"], "similar is not the same");
    world.say_of_twins(theirs, ours, Word::Same, "2021-03-01");
    assert_eq!(counted(&mut world), ["1", "0"]);
    // What becomes of the one that is kept is seen by the other.
    let unit = world.unit(WENQUAN);
    world.edit_project(theirs, unit, Draft { total: "30000", ..SHOP }, "2021-04-01");
    assert_eq!(counted(&mut world), ["1", "0"]);
    world.say_of_twins(theirs, ours, Word::Open, "2021-05-01");
    assert_eq!(counted(&mut world), ["1", "1"]);
}

#[test]
fn a_word_holds_from_its_month_on_and_what_falls_out_is_told() {
    let (mut world, ours, theirs) = world("", Some("福州软件园二期研发楼项目"));
    world.say_of_twins(theirs, ours, Word::Same, "2021-05-10");
    world.say_of_twins(theirs, ours, Word::Open, "2021-07-10");
    for (period, expected) in [("2021-04", "1"), ("2021-05", "0"), ("2021-06", "0"), ("2021-07", "1")] {
        assert_eq!(world.counted(WENQUAN, period, STARTED).0, expected, "{period}");
        assert_eq!(world.counted(GUDONG, period, STARTED).0, "1", "{period}");
        assert_eq!(world.ranking(period), world.recomputed().ranking(month(period)), "{period}");
    }
    world.say_of_twins(theirs, ours, Word::Same, "2021-08-10");
    let explanation = world.explain(WENQUAN, "2021-08");
    let stopped = &find(&explanation.root, STARTED).unwrap().stopped;
    assert_eq!(stopped.len(), 1);
    assert!(stopped[0].reason.contains("区重点办认定"), "{}", stopped[0].reason);
}

#[test]
fn a_board_that_looked_at_everything_knows_a_twin_that_comes_later() {
    for name in [None, Some("软件园三期研发楼")] {
        let (mut world, _, theirs) = world(if name.is_none() { CODE } else { "" }, name);
        let unit = world.unit(WENQUAN);
        let draft = Draft { code: "2101-350102-04-01-654321", ..SHOP };
        world.edit_project(theirs, unit, draft, "2021-03-01");
        let mut board = world.recomputed();
        for (draft, name) in [(Draft { code: CODE, ..SHOP }, "软件园二期研发楼"), (draft, "软件园三期研发楼")]
        {
            world.edit_project(theirs, unit, draft, "2021-04-01");
            world.write(shared::record::RecordKind::Project, theirs, unit, None, &[("name", text(name))], "2021-04-02");
            for to in [shared::workflow::State::Submitted, shared::workflow::State::Reviewed] {
                world.step(theirs, to, "2021-04-02");
            }
            board.refresh(&world.replica, [theirs]);
            let anew = world.recomputed().ranking(month("2021-04"));
            assert_eq!(board.ranking(month("2021-04")), anew, "{name}");
        }
    }
}

#[test]
fn pairs_are_asked_about_once_and_stay_on_record() {
    for (code, name, suspicion) in [
        (CODE, None, Suspicion::Code),
        ("", Some("软件园二期(研发楼)"), Suspicion::OwnerAndName),
        ("", Some("福州软件园二期研发楼项目"), Suspicion::SimilarName),
    ] {
        let (mut world, ours, theirs) = world(code, name);
        let found = pairs(&world.replica);
        assert_eq!(found.len(), 1, "{name:?}");
        let pair = found[0];
        assert_eq!((pair.first, pair.second, pair.suspicion), (ours, theirs, suspicion));
        assert!(is_open(&world.replica, &pair));
        world.say_of_twins(theirs, ours, Word::Different, "2021-03-01");
        assert!(!is_open(&world.replica, &pair), "nobody is asked again");
        let (first, second) = (world.replica.get(ours).unwrap(), world.replica.get(theirs).unwrap());
        assert_eq!(word_on(first, second).unwrap().1.word, Word::Different);
        // The names part: what was decided is still there.
        let unit = world.unit(WENQUAN);
        world.edit_project(theirs, unit, Draft { code: "2101-350102-04-01-654321", ..SHOP }, "2021-04-01");
        let found = pairs(&world.replica);
        assert_eq!(found.iter().map(|pair| pair.suspicion).collect::<Vec<_>>(), [Suspicion::Decided]);
        assert!(!is_open(&world.replica, &found[0]));
    }
}

#[test]
fn giving_way_is_followed_over_any_detour() {
    let mut world = World::new();
    let unit = world.unit(GUDONG);
    let [one, two, three] = ["2021-01-10", "2021-01-11", "2021-01-12"].map(|day| world.project(unit, SHOP, day));
    world.say_of_twins(one, two, Word::Same, "2021-02-01");
    world.say_of_twins(two, three, Word::Same, "2021-02-02");
    let gives_way = |project, target| gives_way_to(&world.replica, world.replica.get(project).unwrap(), target);
    assert!(gives_way(one, three));
    assert!(!gives_way(one, two), "what the two say of each other can be said anew");
    assert!(!gives_way(three, one));
}
