//! What people typed: the fields of every record.

use shared::{
    fields::Value,
    id::RecordId,
    inspection,
    project::{self, Category, flag},
    report::{PROBLEM_TYPES, Progress, Status, indicator, monthly},
    service::{issue, visit},
    stage::{self, Stage},
};

use super::{
    day::Day,
    dice::Dice,
    ledger::{ClaimPlan, JANUARY, MonthNumber, ProjectPlan, Standing},
    month, names, people,
    story::{self, FoundPlan},
};

/// Fields in the order of typing.
pub(super) type Typed = Vec<(&'static str, Value)>;

/// What an office found about a unit.
pub(super) fn finding(plan: &FoundPlan) -> Typed {
    use inspection::field;
    let found_on = Day::of(plan.on.0, plan.on.1).date().to_string();
    vec![
        (field::FINDING, Value::text(plan.finding.code())),
        (field::FOUND_ON, Value::text(&found_on)),
        (field::DOCUMENT, Value::text(plan.document)),
        (field::MATTER, Value::text(plan.matter)),
        (field::STATEMENT, Value::text(plan.statement)),
    ]
}

/// A project's record. One that is still a draft lacks what people fill in last.
pub(super) fn project(plan: &ProjectPlan) -> Typed {
    use project::field;
    let mut dice = dice_of("project_fields", plan, 0);
    let naming = names::of(plan);
    let total = plan.total;
    let (civil, equipment) = (total * dice.between(45, 62) / 100, total * dice.between(18, 30) / 100);
    let planned = total * dice.between(35, 70) / 100 / 10 * 10;
    let area = dice.between(20, 460) * 100;
    let content = format!(
        "利用{}用地及存量建筑，改造和新建面积约{area}平方米，建设{}，同步完善供电、消防与信息化配套。",
        naming.place, naming.theme.works
    );
    let mut typed = vec![
        (field::NAME, Value::text(&naming.name)),
        (field::CATEGORY, Value::text(plan.category.code())),
        (field::PLACE, Value::text(&naming.place)),
        (field::OWNER, Value::text(&naming.owner)),
        (field::TOTAL_INVESTMENT, figure(total)),
    ];
    if plan.standing == Standing::Draft {
        return typed;
    }
    typed.extend([
        (field::CODE, Value::text(&names::project_code(plan))),
        (field::CREDIT_CODE, Value::text(&names::credit_code(&mut dice))),
        (field::FLAGS, list(&flags(plan, &mut dice))),
        (field::PROGRAMME, Value::text(naming.theme.programme)),
        (field::SECTOR, Value::text(naming.theme.sector)),
        (field::CONTENT, Value::text(&content)),
        (field::CIVIL_WORKS, figure(civil)),
        (field::EQUIPMENT, figure(equipment)),
        (field::OTHER_COSTS, figure(total - civil - equipment)),
        (field::FUNDING, list(funding(plan))),
        (field::PLANNED_INVESTMENT, figure(planned)),
        (field::PLANNED_START, Value::text(&month_text(plan.planned_start))),
        (field::PLANNED_COMPLETION, Value::text(&month_text(plan.planned_completion))),
        (field::RESPONSIBLE, Value::text(&people::name(&mut dice))),
        (field::PAIRED_LEADER, Value::text(&people::name(&mut dice))),
        // 0591-5550… is no number that is given to anybody.
        (field::CONTACT, Value::text(&format!("0591-5550{:04}", dice.between(0, 9_999)))),
    ]);
    for (name, text) in story::twin(plan).into_iter().flatten() {
        typed.retain(|(field, _)| *field != name);
        if !text.is_empty() {
            typed.push((name, Value::text(text)));
        }
    }
    if plan.emerging {
        typed.push((field::EMERGING_FIELD, Value::text(emerging_field(naming.theme.sector))));
    }
    if plan.foreign {
        typed.push((field::FOREIGN_CAPITAL, figure(total / 13)));
    }
    typed
}

/// A stage claim.
pub(super) fn claim(plan: &ProjectPlan, claim: ClaimPlan, project: RecordId) -> Typed {
    use stage::field;
    let mut dice = dice_of("claim_fields", plan, u32::from(claim.reached.day()));
    let papers = claim.stage.evidence();
    let statement = match claim.stage {
        Stage::Started => format!("施工许可证编号3501022021{:06}，桩基及临设已进场。", dice.between(1, 999_999)),
        Stage::Completed => format!("竣工验收记录编号榕鼓验2021-{:03}，主要设备已投入使用。", dice.between(1, 999)),
        _ => format!("材料编号榕鼓项2021-{:04}，原件存单位档案室。", dice.between(1, 9_999)),
    };
    vec![
        (field::PROJECT, Value::text(&project.to_string())),
        (field::STAGE, Value::text(claim.stage.code())),
        (field::REACHED_ON, Value::text(&claim.reached.date().to_string())),
        (field::EVIDENCE, list(papers)),
        (field::STATEMENT, Value::text(&statement)),
    ]
}

/// What a filer adds to a claim that came back.
pub(super) fn mended_claim() -> Typed {
    vec![(stage::field::STATEMENT, Value::text("已按退回意见补充现场照片和合同扫描件，日期与许可证一致。"))]
}

/// A project's monthly report.
pub(super) fn monthly_report(plan: &ProjectPlan, number: u8, project: RecordId) -> Typed {
    let mut dice = dice_of("monthly_fields", plan, u32::from(number));
    let is_suspended = plan.suspended_from.is_some_and(|from| from <= number);
    let months = plan.planned_completion.saturating_sub(plan.planned_start).max(1) + 1;
    let since = (JANUARY + u32::from(number) - 1).saturating_sub(plan.planned_start);
    let investment = if is_suspended { 0 } else { plan.total / months.max(2) * dice.between(70, 118) / 100 };
    let share = (since * 100 / months).min(97) + dice.between(0, 2);
    let grade = if is_suspended {
        Progress::Behind
    } else {
        match dice.between(1, 100) {
            1..=12 => Progress::Ahead,
            13..=86 => Progress::Normal,
            _ => Progress::Behind,
        }
    };
    let works = if is_suspended {
        "因施工单位更换，现场停工，已完成部分采取成品保护措施。".to_owned()
    } else {
        format!(
            "{}月{}，现场作业人员{}人，总体形象进度约{share}%。",
            number,
            phase(since * 100 / months, &mut dice),
            dice.between(24, 160)
        )
    };
    let mut typed = vec![
        (monthly::PROJECT, Value::text(&project.to_string())),
        (monthly::PERIOD, Value::text(&month(number).to_string())),
        (monthly::INVESTMENT, figure(investment)),
        (monthly::FUNDS, figure(investment * dice.between(80, 115) / 100)),
        (monthly::STATUS, Value::text(if is_suspended { Status::Suspended } else { Status::Building }.code())),
        (monthly::PROGRESS, Value::text(grade.code())),
        (monthly::WORKS, Value::text(&works)),
        (monthly::NEXT_MONTH, Value::text(dice.word(&NEXT_STEPS))),
    ];
    if grade == Progress::Behind {
        let (problem, kind) = dice.pick(&PROBLEMS).copied().unwrap_or_default();
        typed.push((monthly::PROBLEM, Value::text(problem)));
        typed.push((monthly::PROBLEM_TYPE, Value::text(PROBLEM_TYPES.get(kind).copied().unwrap_or_default())));
    }
    typed
}

/// A unit's cumulative figure of an indicator.
pub(super) fn indicator_report(key: &str, number: u8, count: u32, unit: usize) -> Typed {
    let mut typed = vec![
        (indicator::INDICATOR, Value::text(key)),
        (indicator::PERIOD, Value::text(&month(number).to_string())),
        (indicator::FIGURE, figure(count)),
    ];
    if count > 0 {
        let firms: Vec<String> = (0..count.min(3)).map(|place| names::enterprise(unit, count * 7 + place)).collect();
        typed.push((indicator::STATEMENT, Value::text(&format!("累计{count}家，包括{}等。", firms.join("、")))));
    }
    typed
}

/// A planned visit; without a day it did not take place.
pub(super) fn visit(unit: usize, number: u8, nth: u32, visited: Option<Day>) -> Typed {
    let mut dice = Dice::named("visit_fields", &[place(unit), u32::from(number), nth]);
    let mut typed = vec![
        (visit::PERIOD, Value::text(&month(number).to_string())),
        (visit::ENTERPRISE, Value::text(&names::enterprise(unit, u32::from(number) * 20 + nth))),
        (visit::LEADER, Value::text(&people::name(&mut dice))),
        (visit::PLANNED, Value::Flag(true)),
    ];
    if let Some(day) = visited {
        typed.push((visit::VISITED_ON, Value::text(&day.date().to_string())));
        typed.push((visit::MATTER, Value::text(dice.word(&VISIT_MATTERS))));
    }
    typed
}

/// An enterprise's issue as it is accepted.
pub(super) fn issue(unit: usize, number: u8, nth: u32, accepted: Day, due: Day) -> Typed {
    let mut dice = Dice::named("issue_fields", &[place(unit), u32::from(number), nth]);
    let (matter, lead, _) = dice.pick(&ISSUES).copied().unwrap_or_default();
    vec![
        (issue::ENTERPRISE, Value::text(&names::enterprise(unit, u32::from(number) * 13 + nth * 3))),
        (issue::LEAD, Value::text(lead)),
        (issue::MATTER, Value::text(matter)),
        (issue::ACCEPTED_ON, Value::text(&accepted.date().to_string())),
        (issue::DUE_ON, Value::text(&due.date().to_string())),
    ]
}

/// How an issue was closed.
pub(super) fn closed_issue(unit: usize, number: u8, nth: u32, closed: Day) -> Typed {
    let mut dice = Dice::named("issue_fields", &[place(unit), u32::from(number), nth]);
    let (_, _, result) = dice.pick(&ISSUES).copied().unwrap_or_default();
    vec![(issue::CLOSED_ON, Value::text(&closed.date().to_string())), (issue::RESULT, Value::text(result))]
}

/// Problems with the place of their type in [`PROBLEM_TYPES`].
const PROBLEMS: [(&str, usize); 6] = [
    ("管线迁改方案尚未批复，影响土方开挖。", 2),
    ("两户征迁协议未签订，部分工作面无法移交。", 1),
    ("银行贷款审批放缓，设备采购款未到位。", 3),
    ("连续降雨影响外立面施工，工期顺延约十天。", 4),
    ("临时用电容量不足，需协调增容。", 5),
    ("技术工人短缺，机电安装班组未满员。", 6),
];

const NEXT_STEPS: [&str; 5] = [
    "推进下一施工段结构施工，同步组织材料进场。",
    "完成机电管线预埋并开始内部装修。",
    "组织设备招标，办理专项验收手续。",
    "完成样板段验收，全面铺开外立面施工。",
    "加快室外管网与景观施工，整理竣工资料。",
];

const VISIT_MATTERS: [&str; 6] = [
    "了解企业二季度订单和用工情况，宣讲增产增效奖励政策。",
    "协调楼宇停车位紧张问题，承诺一周内与产权方会商。",
    "走访了解项目资金安排，推介政银企对接平台。",
    "了解企业升规纳统意愿，现场辅导统计入库材料。",
    "听取企业对营商环境的意见，收集诉求两条并转办。",
    "对接企业扩租需求，推荐辖区闲置楼宇三处。",
];

/// Matter, lead department, result.
const ISSUES: [(&str, &str, &str); 6] = [
    ("企业反映办公楼消防改造审批环节多，希望提前介入指导。", "区建设局", "已组织联合踏勘并一次性告知，审批完成。"),
    ("门店外摆区域与人行道冲突，申请划定临时外摆范围。", "区城管局", "已现场划线并签订门前三包责任书。"),
    ("员工子女入学名额咨询，希望纳入高层次人才政策。", "区教育局", "已核定三名员工资格，学位落实。"),
    ("企业申报国家高新技术企业，缺少知识产权辅导。", "区发改局(科技局)", "已安排服务机构对接并完成材料预审。"),
    ("流动资金贷款到期续贷困难，请求协调银行。", "区工信局", "经政银企对接，已获续贷批复。"),
    ("跨境电商备案流程不熟悉，申请专人指导。", "区商务局", "已派专员上门指导，备案办结。"),
];

fn phase(percent: u32, dice: &mut Dice) -> &'static str {
    match percent {
        0..=15 => dice.word(&["完成场地平整和围挡搭设", "开展基坑支护与土方开挖", "完成旧装拆除和结构检测"]),
        16..=40 => dice.word(&["推进主体结构施工", "完成二层结构加固", "完成地下部分防水与回填"]),
        41..=70 => dice.word(&["开展机电安装与管线敷设", "推进外立面与幕墙施工", "完成隔墙砌筑和消防管道安装"]),
        _ => dice.word(&["进行精装修与设备调试", "完成室外管网和绿化施工", "组织分项验收和消缺整改"]),
    }
}

fn flags(plan: &ProjectPlan, dice: &mut Dice) -> Vec<&'static str> {
    let mut flags = Vec::new();
    if plan.emerging {
        flags.push(flag::EMERGING);
    }
    if plan.foreign {
        flags.push(flag::FOREIGN);
    }
    if plan.category == Category::Industry && plan.total < 30_000 && dice.chance(40) {
        flags.push(flag::TECHNICAL_UPGRADE);
    }
    if plan.total >= 25_000 && dice.chance(30) {
        flags.push(flag::FIVE_BATCHES);
    }
    if plan.total >= 100_000 {
        flags.push(flag::PROVINCIAL_KEY);
    }
    if plan.claim(Stage::Landed).is_some() || plan.claim(Stage::Signed).is_some() {
        flags.push(flag::INVESTMENT_PROMOTION);
    }
    flags
}

fn funding(plan: &ProjectPlan) -> &'static [&'static str] {
    match plan.category {
        _ if plan.foreign => &["own_funds", "foreign_capital"],
        Category::EcologyLivelihood => &["budget", "special_bond"],
        Category::Industry | Category::Services | Category::Digital => &["own_funds", "bank_loan"],
    }
}

fn emerging_field(sector: &str) -> &'static str {
    match sector {
        "M7514" | "M7516" => "environmental_protection",
        "M7340" | "C3581" => "biology",
        "L7251" => "digital_creative",
        "C2651" => "new_materials",
        "C3823" => "new_energy",
        "C4014" => "high_end_equipment",
        other if other.starts_with('C') || other.starts_with('I') => "new_information_technology",
        _ => "related_services",
    }
}

fn dice_of(kind: &str, plan: &ProjectPlan, more: u32) -> Dice {
    Dice::named(kind, &[place(plan.unit), plan.copy, plan.serial, more])
}

fn place(unit: usize) -> u32 {
    u32::try_from(unit).unwrap_or(0)
}

fn figure(number: u32) -> Value {
    Value::Text(number.to_string())
}

fn list(codes: &[&str]) -> Value {
    if codes.is_empty() { Value::Null } else { Value::List(codes.iter().map(|code| (*code).to_owned()).collect()) }
}

fn month_text(number: MonthNumber) -> String {
    format!("{}-{:02}", 2019 + number / 12, number % 12 + 1)
}
