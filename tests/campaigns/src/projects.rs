//! Projects with their claims and monthly reports.

use shared::{
    calendar::Date,
    campaign::Campaign,
    fields::Value,
    id::{RecordId, UnitId},
    project::{self, Category, FUNDING_SOURCES, PROGRAMMES, flag},
    record::{RecordKind, monthly_report_id},
    report,
    stage::{self, Stage},
    unit::Unit,
    workflow::State,
};

use crate::{
    dice::Dice,
    log::{About, Log},
    year::day,
};

const SECTORS: [&str; 8] = ["C3900", "L7200", "F5100", "I6500", "E4700", "K7010", "A0100", ""];

/// 万元.
const TOTALS: [&str; 12] = [
    "4999.99", "5000", "9999.99", "10000", "12345.67", "20000", "36000.5", "29999", "30000", "99999.99", "100000",
    "250000",
];

const WORKS: &str = "完成主体结构施工至十二层,地下室机电管线安装过半,室外管网开挖完成,施工许可证已办理";

/// Writes so many projects with all that follows from them.
pub(crate) fn write(log: &mut Log, dice: &mut Dice, campaign: &Campaign, units: &[Unit], count: u32) {
    let mut codes: Vec<String> = Vec::new();
    for number in 0..count {
        let Some(unit) = dice.pick(units).map(|unit| unit.id) else { return };
        let month = i32::try_from(dice.below(16)).unwrap_or_default() - 7;
        let filed = day(month, dice.between(1, 20));
        let id = log.new_id(filed);
        let about = About { kind: RecordKind::Project, id, unit, period: None };
        // Now and then two units file the same project.
        let twin = if dice.hits(3) { dice.pick(&codes).cloned() } else { None };
        let code = twin.unwrap_or_else(|| format!("2101-350102-04-01-{number:06}"));
        codes.push(code.clone());
        log.write(about, fields(dice, number, &code), filed);
        if dice.hits(10) {
            log.write(about, vec![(project::field::CREDIT, parts(dice, units))], filed);
        }
        if dice.hits(2) {
            log.remove(about, filed);
            continue;
        }
        if dice.hits(5) {
            log.steps(about, &[(State::Submitted, filed)]);
            continue;
        }
        log.steps(about, &[(State::Submitted, filed), (State::Reviewed, filed)]);
        life(log, dice, campaign, about, month);
    }
}

/// Two or three units with their parts; now and then one of them twice, which counts for nobody.
fn parts(dice: &mut Dice, units: &[Unit]) -> Value {
    let percents: &[&str] = if dice.hits(50) { &["60", "40"] } else { &["33.33", "33.33", "33.34"] };
    let part = |percent: &&str| dice.pick(units).map(|unit| format!("{}:{percent}", unit.id));
    Value::List(percents.iter().filter_map(part).collect())
}

/// Everything that people enter about a project.
fn fields(dice: &mut Dice, number: u32, code: &str) -> Vec<(&'static str, Value)> {
    let category = dice.pick(&Category::ALL).map(|category| category.code()).unwrap_or_default();
    let flags = flag::ALL.into_iter().filter(|_| dice.hits(15)).map(str::to_owned).collect();
    vec![
        (project::field::NAME, text(&format!("鼓楼区第{number}号城市更新与产业提升综合项目"))),
        (project::field::CODE, text(if dice.hits(80) { code } else { "" })),
        (project::field::OWNER, text(&format!("福州市第{number}建设发展有限公司"))),
        (project::field::CREDIT_CODE, text(&format!("91350102MA{number:07}X"))),
        (project::field::CATEGORY, text(category)),
        (project::field::PROGRAMME, text(dice.text(&PROGRAMMES))),
        (project::field::FLAGS, Value::List(flags)),
        (project::field::SECTOR, text(dice.text(&SECTORS))),
        (project::field::PLACE, text("福州市鼓楼区洪山镇西二环北路软件大道89号")),
        (project::field::CONTENT, text(WORKS)),
        (project::field::TOTAL_INVESTMENT, text(dice.text(&TOTALS))),
        (project::field::CIVIL_WORKS, text("3200.5")),
        (project::field::EQUIPMENT, text("1200")),
        (project::field::OTHER_COSTS, text("600")),
        (project::field::FUNDING, text(dice.text(&FUNDING_SOURCES))),
        (project::field::PLANNED_INVESTMENT, text("8000")),
        (project::field::PLANNED_START, text("2021-03")),
        (project::field::PLANNED_COMPLETION, text("2021-11")),
        (project::field::RESPONSIBLE, text("林晓峰")),
        (project::field::PAIRED_LEADER, text("陈建国")),
        (project::field::CONTACT, text("13800138000")),
        (project::field::NOTE, text("省市重点跟踪项目,每月现场调度一次")),
    ]
}

/// From the approval on: claims, reports of construction, and revisions.
fn life(log: &mut Log, dice: &mut Dice, campaign: &Campaign, about: About, approved: i32) {
    let later = |dice: &mut Dice, month: i32, most: u32| month + i32::try_from(dice.below(most)).unwrap_or_default();
    if dice.hits(40) {
        let landed = later(dice, approved, 6);
        claim(log, dice, about, Stage::Landed, landed);
    }
    if dice.hits(75) {
        let started = later(dice, approved, 6);
        let completed = later(dice, started, 14);
        claim(log, dice, about, Stage::Started, started);
        if dice.hits(60) {
            claim(log, dice, about, Stage::Completed, completed);
        }
        for month in (started + 1).max(1)..=completed.min(12) {
            if dice.hits(90) {
                monthly_report(log, dice, campaign, about.id, about.unit, month);
            }
        }
    }
    if dice.hits(10) {
        let month = later(dice, approved, 8);
        let category = dice.pick(&Category::ALL).map(|category| category.code()).unwrap_or_default();
        let revised = vec![
            (project::field::CATEGORY, text(category)),
            (project::field::TOTAL_INVESTMENT, text(dice.text(&TOTALS))),
        ];
        let on = day(month, 21);
        log.write(about, revised, on);
        log.steps(about, &[(State::Submitted, on), (State::Reviewed, on)]);
    }
}

fn claim(log: &mut Log, dice: &mut Dice, project: About, stage: Stage, month: i32) {
    if month > 12 {
        return;
    }
    let on = day(month, dice.between(1, 20));
    let about = About { kind: RecordKind::StageClaim, id: log.new_id(on), ..project };
    let evidence = stage.evidence().iter().map(|code| (*code).to_owned()).collect();
    let fields = vec![
        (stage::field::PROJECT, text(&project.id.to_string())),
        (stage::field::STAGE, text(stage.code())),
        (stage::field::REACHED_ON, text(&on.to_string())),
        (stage::field::EVIDENCE, Value::List(evidence)),
        (stage::field::STATEMENT, text("施工许可证编号350102202103150101,现场照片三张")),
    ];
    log.write(about, fields, on);
    let verified = day(month, dice.between(20, 28));
    let path = match dice.below(20) {
        0 => vec![(State::Submitted, on)],
        1 => vec![(State::Submitted, on), (State::Reviewed, on)],
        2 => vec![(State::Submitted, on), (State::Reviewed, on), (State::Returned, verified)],
        3 => vec![(State::Submitted, on), (State::Reviewed, on), (State::OnSiteCheck, verified)],
        4 => {
            let withdrawn = day(month + i32::try_from(dice.below(4)).unwrap_or_default(), 28);
            vec![
                (State::Submitted, on),
                (State::Reviewed, on),
                (State::Verified, verified),
                (State::Withdrawn, withdrawn),
            ]
        }
        _ => vec![(State::Submitted, on), (State::Reviewed, on), (State::Verified, verified)],
    };
    log.steps(about, &path);
}

fn monthly_report(log: &mut Log, dice: &mut Dice, campaign: &Campaign, project: RecordId, unit: UnitId, month: i32) {
    let on = day(month, dice.between(18, 26));
    let period = on.month();
    let about = About {
        kind: RecordKind::MonthlyReport,
        id: monthly_report_id(campaign.id, project, period),
        unit,
        period: Some(period),
    };
    let fields = vec![
        (report::monthly::PROJECT, text(&project.to_string())),
        (report::monthly::PERIOD, text(&period.to_string())),
        (report::monthly::INVESTMENT, text("820.5")),
        (report::monthly::FUNDS, text("700")),
        (report::monthly::PROGRESS, text("normal")),
        (report::monthly::WORKS, text(WORKS)),
        (report::monthly::NEXT_MONTH, text("进入外立面与装修施工阶段")),
    ];
    log.write(about, fields, on);
    let mut path = vec![(State::Submitted, on)];
    path.extend(dice.hits(95).then(|| (State::Reviewed, reviewed(dice, on))));
    log.steps(about, &path);
}

fn reviewed(dice: &mut Dice, submitted: Date) -> Date {
    Date::new(submitted.month(), submitted.day() + u8::try_from(dice.below(3)).unwrap_or_default()).unwrap_or(submitted)
}

fn text(text: &str) -> Value {
    Value::text(text)
}
