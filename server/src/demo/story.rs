//! The places where the demonstration tells something on purpose rather than by chance.

use super::{
    day::Day,
    ledger::{ClaimPlan, Ending, ProjectPlan, Standing},
    pace::{Figures, Service},
};
use shared::{
    inspection::Finding,
    project::{Category, field},
    stage::Stage,
};

/// 鼓东街道: the unit of the worked example, and of the account that people try first.
pub(super) const GUDONG: usize = 0;

/// 温泉街道: lands a project under 1 亿元 (表5, not 表2).
const WENQUAN: usize = 2;

/// 水部街道: one of its projects stands still.
const SHUIBU: usize = 7;

/// 洪山镇: one of its starts is withdrawn two months after it was verified; another is above 10 亿元.
const HONGSHAN: usize = 9;

/// 五凤街道: last of the streets.
const WUFENG: usize = 8;

/// 南街街道: an exemption is on record for it.
const NANJIE: usize = 4;

/// 鼓西街道 and 安泰街道: both filed the same project, under names that differ a little.
const GUXI: usize = 1;
const ANTAI: usize = 5;

/// The serial of that project in each.
const TWIN_SERIAL: u32 = 920;

/// Something that an office found about a unit.
pub(super) struct FoundPlan {
    pub(super) unit: usize,
    pub(super) finding: Finding,
    /// Month and day.
    pub(super) on: (u8, u8),
    pub(super) document: &'static str,
    pub(super) matter: &'static str,
    pub(super) statement: &'static str,
    /// Whether the campaign office has confirmed it.
    pub(super) is_confirmed: bool,
}

/// What was found in half a year; none of it about 鼓东街道, whose June is the worked example.
pub(super) const FINDINGS: [FoundPlan; 5] = [
    FoundPlan {
        unit: WENQUAN,
        finding: Finding::Award,
        on: (4, 9),
        document: "省激励通报(示例)2021第3号",
        matter: "",
        statement: "一季度有效投资工作成效明显，获省级正向激励。",
        is_confirmed: true,
    },
    FoundPlan {
        unit: HONGSHAN,
        finding: Finding::FalseReport,
        on: (5, 18),
        document: "鼓督查(示例)2021第6号",
        matter: "started",
        statement: "现场核查，申报开工的项目仅完成围挡，未实质性开工。",
        is_confirmed: true,
    },
    FoundPlan {
        unit: SHUIBU,
        finding: Finding::Notice,
        on: (5, 25),
        document: "鼓督查(示例)2021第7号",
        matter: "",
        statement: "在建项目停工一个月，未及时上报协调，予以通报。",
        is_confirmed: true,
    },
    FoundPlan {
        unit: NANJIE,
        finding: Finding::Exemption,
        on: (6, 10),
        document: "鼓容错(示例)2021第1号",
        matter: "",
        statement: "地下文物勘探致使项目延期开工，经认定予以容错。",
        is_confirmed: true,
    },
    FoundPlan {
        unit: WUFENG,
        finding: Finding::Notice,
        on: (6, 22),
        document: "鼓督查(示例)2021第9号",
        matter: "",
        statement: "一企一议事项超期未办结，拟予通报，待复核。",
        is_confirmed: false,
    },
];

/// 鼓东街道 as in the worked example of June.
pub(super) fn gudong(drawn: &Figures) -> Figures {
    let none = [[0; 6]; 4];
    let (services, livelihood) = (1, 3);
    let mut started = none;
    let mut started_emerging = none;
    let mut completed = none;
    set(&mut started, services, [1, 1, 2, 3, 3, 4]);
    set(&mut started, livelihood, [0, 0, 0, 1, 1, 1]);
    set(&mut started_emerging, services, [0, 0, 1, 1, 1, 1]);
    set(&mut completed, services, [1, 1, 1, 1, 1, 2]);
    Figures {
        started,
        started_emerging,
        completed,
        completed_emerging: none,
        landed: [1, 2, 3, 4, 6, 7],
        foreign: [0; 6],
        commerce: [1, 2, 3, 4, 5, 6],
        services: [0, 1, 1, 2, 2, 2],
        hightech: [0, 0, 0, 1, 1, 1],
        service: Service {
            visits: 20,
            visits_missed: [2, 1, 2, 0, 1, 1],
            issues: 10,
            issues_late: [1, 2, 0, 1, 1, 1],
            late_percent: 0,
        },
        reports: drawn.reports,
    }
}

fn set<T>(by_category: &mut [T; 4], category: usize, steps: T) {
    if let Some(place) = by_category.get_mut(category) {
        *place = steps;
    }
}

/// The worked example's investments, 万元: 9.2 亿 started and 4.1 亿 completed.
pub(super) fn gudong_total(stage: Stage, nth: usize) -> Option<u32> {
    let totals: &[u32] = if stage == Stage::Started { &[21_000, 24_000, 19_000, 28_000] } else { &[19_000, 22_000] };
    totals.get(nth).copied()
}

/// What is waiting, returned, withdrawn or standing still among a unit's drawn projects.
pub(super) fn tell(unit: usize, projects: &mut Vec<ProjectPlan>) {
    match unit {
        GUDONG => tell_gudong(projects),
        WENQUAN => land_a_small_one(projects),
        SHUIBU => {
            let in_construction =
                |project: &&mut ProjectPlan| project.started_by(4) && project.claim(Stage::Completed).is_none();
            if let Some(project) = projects.iter_mut().find(in_construction) {
                project.suspended_from = Some(5);
            }
        }
        HONGSHAN => tell_hongshan(projects),
        GUXI | ANTAI => file_a_twin(unit, projects),
        _ => {}
    }
}

/// Two claims came back, two wait, three drafts lie about and one project's June report is open.
fn tell_gudong(projects: &mut Vec<ProjectPlan>) {
    // Begun in June: its first report is open, and not overdue.
    if let Some(project) = projects.iter_mut().rev().find(|project| project.started_by(6) && !project.started_by(5)) {
        project.silent_in = Some(6);
    }
    let endings =
        [Ending::ReturnedByReviewer, Ending::ReturnedByVerifier, Ending::Reviewed, Ending::Submitted, Ending::Draft];
    for (place, ending) in (0_u32..).zip(endings) {
        let reached = Day::of(6, 8).plus(place);
        let mut project = ProjectPlan::planned(GUDONG, 0, 900 + place, Category::Services, reached.minus(40));
        project.total = 13_500 + place * 2_400;
        project.claims.push(ClaimPlan { stage: Stage::Started, reached, ending, mended: false });
        projects.push(project);
    }
    for place in 0..2 {
        let mut project = ProjectPlan::planned(GUDONG, 0, 910 + place, Category::Services, Day::of(6, 21));
        project.standing = Standing::Draft;
        projects.push(project);
    }
}

fn file_a_twin(unit: usize, projects: &mut Vec<ProjectPlan>) {
    let day = if unit == GUXI { Day::of(6, 15) } else { Day::of(6, 17) };
    let mut project = ProjectPlan::planned(unit, 0, TWIN_SERIAL, Category::Services, day);
    project.total = 18_600;
    projects.push(project);
}

/// What two units that share a project wrote of it, in the place of what they would have drawn.
pub(super) fn twin(plan: &ProjectPlan) -> Option<[(&'static str, &'static str); 4]> {
    let name =
        if plan.unit == GUXI { "乌山智慧商业街区改造" } else { "乌山智慧商业街区改造提升项目" };
    (plan.serial == TWIN_SERIAL).then_some([
        (field::NAME, name),
        (field::OWNER, "福州乌山商业运营有限公司(示例)"),
        (field::CREDIT_CODE, "91350102MA00000820"),
        // Neither of them has its code yet.
        (field::CODE, ""),
    ])
}

/// 6,000 万元: counts as landed, and its verified start counts nowhere.
fn land_a_small_one(projects: &mut Vec<ProjectPlan>) {
    let mut project = ProjectPlan::planned(WENQUAN, 0, 900, Category::Services, Day::of(3, 2));
    project.total = 6_000;
    project.claims = vec![
        ClaimPlan { stage: Stage::Landed, reached: Day::of(3, 5), ending: Ending::Verified, mended: false },
        ClaimPlan { stage: Stage::Started, reached: Day::of(4, 8), ending: Ending::Verified, mended: false },
    ];
    projects.push(project);
}

fn tell_hongshan(projects: &mut Vec<ProjectPlan>) {
    let mut project = ProjectPlan::planned(HONGSHAN, 0, 900, Category::Services, Day::of(3, 2));
    project.total = 15_800;
    let ending = Ending::Withdrawn(Day::of(5, 18));
    project.claims.push(ClaimPlan { stage: Stage::Started, reached: Day::of(3, 9), ending, mended: false });
    projects.push(project);
    if let Some(project) =
        projects.iter_mut().find(|project| project.started_by(6) && project.category == Category::Services)
    {
        project.total = 105_000;
    }
}
