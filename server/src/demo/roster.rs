//! Who answers for what in the demonstration, and which leader stands by whom: said by the people who say it in a
//! district, and decided as everything that people say of it.

use shared::{
    id::PersonId,
    merge::replica::Replica,
    person::{Person, Role},
    project::field,
    record::{Record, RecordKind},
    report::Status,
    roster::{Level, Partner, Post, RosterChange},
    unit::{Group, Unit},
};

use super::{Scenario, dice::Dice, month, names, people};

/// A change of the roster, and who asks for it when.
#[derive(Clone, Debug)]
pub struct Said {
    /// Who.
    pub person: PersonId,
    /// What.
    pub change: RosterChange,
    /// When, ms since 1970.
    pub now_ms: u64,
}

/// How long before the demonstration's “now” the roster was written, and how long one entry took.
const BEFORE_MS: u64 = 3 * 3_600_000;
const ENTRY_MS: u64 = 60_000;

/// Leaders of the district, whom no account belongs to.
const LEADERS: [(&str, &str); 3] = [("陈立新", "副区长"), ("林国栋", "区政协副主席"), ("郑雅琴", "区人大常委会副主任")];

/// What is difficult for the enterprises that leaders stand by: unit, number of the enterprise, difficulty.
const DIFFICULTIES: [(usize, u32, &str); 3] = [
    (0, 1, "经营场所租约年底到期，需协调周边楼宇续租和过渡安置。"),
    (3, 2, "招工难，旺季用工缺口约四十人，需对接职业院校。"),
    (10, 4, "研发用房不足，需协调园区二期提前交付两层。"),
];

/// A month in which one of them had been helped.
const HELPED_FROM: u8 = 6;

/// Everything that was said by the demonstration's “now”, in order.
pub fn roster(scenario: &Scenario, replica: &Replica) -> Vec<Said> {
    let mut said: Vec<(PersonId, RosterChange)> = Vec::new();
    for unit in &scenario.units {
        let of_role = |role| staff(scenario, unit, role);
        let (Some(reviewer), Some(filer)) = (of_role(Role::UnitReviewer), of_role(Role::Filer)) else { continue };
        let change = RosterChange::Divide { unit: unit.id, from: month(1), posts: posts(unit, reviewer, filer) };
        said.push((reviewer.id, change));
    }
    let office = scenario.people.iter().find(|known| known.person.is(Role::CampaignOffice));
    if let Some(office) = office.map(|known| known.person.id) {
        let mut pair = |(leader, title): (&str, &str), partner, difficulty: &str, from| {
            let (leader, title, difficulty) = (leader.to_owned(), title.to_owned(), difficulty.to_owned());
            said.push((office, RosterChange::Pair { leader, title, partner, difficulty, from: month(from) }));
        };
        for (leader, (unit, number, difficulty)) in LEADERS.into_iter().zip(DIFFICULTIES) {
            let name = names::enterprise(unit, number);
            let credit_code = names::credit_code(&mut Dice::named("paired", &[number]));
            pair(leader, Partner::Enterprise { name, credit_code }, difficulty, 3);
        }
        if let Some(project) = suspended(replica) {
            let name = project.fields().text(field::NAME).to_owned();
            let partner = Partner::Project { record: project.id, name };
            pair(("王文斌", "副区长"), partner, "施工单位更换后停工，需协调新单位进场和资金续贷。", 5);
        }
        let outcome = "已与两所职业院校签订用工协议，缺口补齐。".to_owned();
        said.push((office, RosterChange::Part { pairing: 2, from: month(HELPED_FROM), outcome }));
    }
    let begin_ms = scenario.ends_ms.saturating_sub(BEFORE_MS);
    let at = |(place, (person, change)): (u64, _)| Said { person, change, now_ms: begin_ms + place * ENTRY_MS };
    (0..).zip(said).map(at).collect()
}

fn staff<'a>(scenario: &'a Scenario, unit: &Unit, role: Role) -> Option<&'a Person> {
    scenario.people.iter().map(|known| &known.person).find(|person| person.unit == unit.id && person.is(role))
}

/// A head, a deputy and the two who have accounts.
fn posts(unit: &Unit, reviewer: &Person, filer: &Person) -> Vec<Post> {
    let mut dice = Dice::named("posts", &[unit.position]);
    let (head, deputy) = match unit.group {
        Group::Street => ("党工委书记", "办事处副主任"),
        Group::Park => ("管委会主任", "管委会副主任"),
        Group::Department => ("局长", "副局长"),
    };
    let post = |level, name: &str, title: &str, work: &str| Post {
        level,
        name: name.to_owned(),
        title: title.to_owned(),
        work: work.to_owned(),
    };
    vec![
        post(Level::Head, &people::name(&mut dice), head, "负总责"),
        post(Level::Deputy, &people::name(&mut dice), deputy, "分管项目建设和招商，按月调度"),
        post(Level::Handler, &reviewer.name, "经济科科长", "审核月报、认定申请和指标"),
        post(Level::Handler, &filer.name, "经济科科员", "填报项目台账、月报和走访记录"),
    ]
}

/// The project that stands still: what a leader stands by.
fn suspended(replica: &Replica) -> Option<&Record> {
    let stands_still = |report: &&Record| Status::of(&report.fields()) == Some(Status::Suspended);
    let report = replica.of_kind(RecordKind::MonthlyReport).find(stands_still)?;
    replica.project_of(report)
}
