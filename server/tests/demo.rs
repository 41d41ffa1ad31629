//! The demonstration is what it says: deterministic, acceptable to a server in every step, and worth ranking.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use server::demo::{Batch, Said, Scenario, batches, featured, roster, scenario};
use shared::{
    api::OPERATIONS_MAX,
    calendar::Month,
    id::{Digest, PersonId},
    issue::Severity,
    merge::operation::Body,
    period::By,
    person::Person,
    project::twin,
    record::{Record, RecordKind},
    roster::{Partner, Roster},
    scoring::{board::Board, result::Ranking, scheme::Scheme},
    sync::accept::{Log, Verdict},
    unit::Group,
    workflow::{self, State},
};

/// The digest of all operations at scale 1. A change of the demonstration changes it: run the test, look at the
/// rankings that it prints (`-- --nocapture`), and copy the new digest here.
const DIGEST: &str = "bfbf6a4baa17ed0887c3738f476f68df0a97c711f64d5dffd41e9d5e3244449f";

fn people(scenario: &Scenario) -> BTreeMap<PersonId, &Person> {
    scenario.people.iter().map(|someone| (someone.person.id, &someone.person)).collect()
}

/// The demonstration at scale 1, played once for all tests.
static PLAYED: LazyLock<(Scenario, Log)> = LazyLock::new(|| play(1));

/// Plays the demonstration into a log, as the server would.
fn play(scale: u32) -> (Scenario, Log) {
    let scenario = scenario(scale);
    let mut log = Log::new(scenario.campaign.id, scenario.units.iter().map(|unit| unit.id));
    let people = people(&scenario);
    for Batch { now_ms, person, operations } in batches(&scenario, scale) {
        for operation in operations {
            let Verdict::Next(entry) = log.accept(operation.clone(), people[&person], None, now_ms) else {
                panic!("not the log's next row: {operation:?}");
            };
            assert!(
                entry.row.disposition.takes_effect(),
                "{:?} {:?} {operation:?}",
                entry.row.disposition,
                entry.issues
            );
            assert_eq!(entry.row.effective_stamp, operation.stamp);
        }
    }
    (scenario, log)
}

fn digest(scale: u32) -> Digest {
    let scenario = scenario(scale);
    batches(&scenario, scale)
        .flat_map(|batch| batch.operations)
        .fold(Digest::ZERO, |sum, operation| Digest::of(&[&sum.0, &operation.digest().0]))
}

fn rankings(scenario: &Scenario, log: &Log) -> Vec<Ranking> {
    let mut board =
        Board::new(&scenario.campaign, scenario.units.clone(), scenario.targets.clone(), Scheme::default_scheme());
    board.recompute(log.replica());
    (1..=6).map(|number| board.ranking(Month::new(2021, number).unwrap())).collect()
}

fn claims_in(log: &Log, unit: &str, scenario: &Scenario, state: State) -> usize {
    let unit = scenario.units.iter().find(|candidate| candidate.name == unit).unwrap().id;
    log.replica().of_unit(unit, RecordKind::StageClaim).filter(|claim| claim.state() == state).count()
}

#[test]
fn the_same_seed_gives_the_same_operations() {
    assert_eq!(digest(1), digest(1));
    assert_eq!(digest(1).to_string(), DIGEST);
}

#[test]
fn batches_come_in_order_of_time_and_fit_one_request() {
    let scenario = scenario(2);
    let mut last = 0;
    let mut counters: BTreeMap<_, u64> = BTreeMap::new();
    let mut seen: BTreeMap<_, u64> = BTreeMap::new();
    for batch in batches(&scenario, 2) {
        assert!(batch.now_ms > last && batch.now_ms < scenario.ends_ms);
        assert!((1..=OPERATIONS_MAX).contains(&batch.operations.len()));
        last = batch.now_ms;
        for operation in batch.operations {
            assert_eq!(operation.author, batch.person);
            let counter = counters.entry(operation.actor).or_default();
            assert_eq!(operation.counter, *counter + 1);
            *counter += 1;
            let before = seen.insert(operation.actor, operation.seen).unwrap_or_default();
            assert!(before <= operation.seen);
        }
    }
}

#[test]
fn every_step_is_accepted_and_what_was_submitted_has_no_errors() {
    let (scenario, log) = &*PLAYED;
    assert_eq!((scenario.units.len(), scenario.targets.len()), (25, 25));
    let replica = log.replica();
    let projects = replica.of_kind(RecordKind::Project).count();
    assert!((270..=340).contains(&projects), "{projects} projects");
    for record in replica.records().filter(|record| record.first_submitted().is_some()) {
        let issues = workflow::issues(replica, record, scenario.ends_ms);
        let errors: Vec<_> = issues.iter().filter(|issue| issue.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:?} {:?}", record.fields());
    }
    for kind in RecordKind::ALL {
        println!("{kind:?}: {}", replica.of_kind(kind).count());
    }
    let names: BTreeSet<String> =
        replica.of_kind(RecordKind::Project).map(|project| project.fields().text("name").to_owned()).collect();
    assert_eq!(names.len(), projects, "no two projects are called the same");
    let codes: BTreeSet<String> =
        replica.of_kind(RecordKind::Project).map(|project| project.fields().text("code").to_owned()).collect();
    println!("names like {:?}", names.iter().step_by(11).collect::<Vec<_>>());
    println!("rows {}", log.head().sequence);
    assert!(codes.len() > projects * 9 / 10);
}

#[test]
fn every_kind_of_ending_can_be_seen() {
    let (scenario, log) = &*PLAYED;
    for (state, at_least) in [(State::Returned, 2), (State::Submitted, 1), (State::Reviewed, 1), (State::Draft, 1)] {
        assert!(claims_in(log, "鼓东街道", scenario, state) >= at_least, "{state:?}");
    }
    assert_eq!(claims_in(log, "洪山镇", scenario, State::Withdrawn), 1);
    let reports = || log.replica().of_kind(RecordKind::MonthlyReport).map(Record::fields);
    assert!(reports().any(|fields| fields.text("status") == "suspended"));
    let late = |report: &&Record| {
        let deadline = shared::campaign::deadline_ms(report.period.unwrap());
        report.first_submitted().is_some_and(|stamp| stamp.ms() > deadline)
    };
    let late = log.replica().of_kind(RecordKind::MonthlyReport).filter(late).count();
    assert!((5..=60).contains(&late), "{late} late reports");
    assert!(
        log.replica().of_kind(RecordKind::Project).any(|project| project.fields().text("total_investment") == "6000")
    );
}

#[test]
fn the_ranking_means_something_in_every_group_and_month() {
    let (scenario, log) = &*PLAYED;
    let rankings = rankings(scenario, log);
    let mut leaders = BTreeSet::new();
    for ranking in &rankings {
        for group in &ranking.groups {
            print(ranking, group.group);
            let scores: Vec<_> =
                group.units.iter().filter(|standing| standing.rank.is_some()).map(|standing| standing.score).collect();
            let (least, most) = (scores.iter().min().unwrap(), scores.iter().max().unwrap());
            assert!(most > least, "{:?} {}", group.group, ranking.period);
            assert!(*least >= 40.into() && *most <= 105.into(), "{least}–{most}");
            leaders.insert((group.group, group.units[0].name.clone()));
        }
    }
    assert!(leaders.len() > 4, "the lead changes: {leaders:?}");
    for headline in &rankings[5].headlines {
        println!("{} {}/{}", headline.key, headline.progress.actual, headline.progress.target);
    }
}

fn print(ranking: &Ranking, group: Group) {
    println!("{} {group:?}", ranking.period);
    let found = ranking.groups.iter().find(|candidate| candidate.group == group).unwrap();
    for standing in &found.units {
        let items: Vec<String> = standing
            .items
            .iter()
            .map(|item| item.score.map_or("—".to_owned(), |score| format!("{}={score}", item.key)))
            .collect();
        println!(
            "  {:?} {:?} {} {} +{} -{} 开工 {}/{} 建成 {}/{} {}",
            standing.rank,
            standing.change,
            standing.name,
            standing.score,
            standing.bonus,
            standing.deduction,
            standing.started.actual,
            standing.started.target,
            standing.completed.actual,
            standing.completed.target,
            if ranking.period.number() == 6 { items.join(" ") } else { String::new() }
        );
    }
}

#[test]
fn three_times_the_scale_gives_three_times_the_projects() {
    let count = |scale| {
        let scenario = scenario(scale);
        let operations = batches(&scenario, scale).flat_map(|batch| batch.operations);
        let created = operations
            .filter(|operation| operation.kind == RecordKind::Project && matches!(operation.body, Body::Edit { .. }));
        created.map(|operation| operation.record).collect::<BTreeSet<_>>().len()
    };
    let (one, three) = (count(1), count(3));
    assert!(three.abs_diff(one * 3) * 20 < one * 3, "{one} {three}");
}

#[test]
fn everybody_says_who_answers_for_what_and_leaders_stand_by_the_projects_that_stand_still() {
    let (scenario, log) = &*PLAYED;
    let people = people(scenario);
    let mut said = Roster::default();
    let is_project = |id| log.replica().get(id).is_some_and(|record| record.kind == RecordKind::Project);
    let mut last = 0;
    for Said { person, change, now_ms } in roster(scenario, log.replica()) {
        let decided = said.decide(people[&person], &change, &scenario.campaign, &scenario.units, is_project);
        assert_eq!(decided, Ok(()), "{change:?}");
        assert!(last < now_ms && now_ms < scenario.ends_ms);
        last = now_ms;
        said.apply(&change, By { person, at_ms: now_ms });
    }
    let june = Month::new(2021, 6).unwrap();
    assert!(scenario.units.iter().all(|unit| said.responsibility(unit.id, june).is_some()));
    assert_eq!((said.pairings.len(), said.pairings_in(june).count()), (4, 3), "one has been helped");
    assert!(said.pairings.iter().any(|pairing| matches!(pairing.partner, Partner::Project { .. })));
}

#[test]
fn one_project_is_filed_by_two_units_and_waits_for_the_office() {
    let (scenario, log) = &*PLAYED;
    let pairs = twin::pairs(log.replica());
    assert_eq!(pairs.len(), 1, "{pairs:?}");
    assert_eq!(pairs[0].suspicion, twin::Suspicion::SimilarName);
    let unit_of = |id| log.replica().get(id).unwrap().unit;
    let name = |id| scenario.units.iter().find(|unit| unit.id == unit_of(id)).unwrap().name.as_str();
    assert_eq!([name(pairs[0].first), name(pairs[0].second)], ["鼓西街道", "安泰街道"]);
}

#[test]
fn the_featured_accounts_exist_with_their_password() {
    let scenario = scenario(1);
    let featured = featured(&scenario);
    assert_eq!(featured.len(), server::demo::FEATURED_ACCOUNTS.len());
    assert!(featured.iter().all(|someone| someone.password.chars().count() >= 10));
    let names: BTreeSet<_> = scenario.people.iter().map(|someone| &someone.person.name).collect();
    assert_eq!(names.len(), scenario.people.len());
}
