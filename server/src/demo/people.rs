//! The people of the demonstration: invented names, memorable accounts, one password.

use std::collections::BTreeSet;

use shared::{
    id::{CampaignId, PersonId, UnitId},
    person::{Duty, Person, Role},
    unit::Unit,
};

use super::{Scenario, dice::Dice};

/// The password of every demonstration account.
pub const PASSWORD: &str = "tisheng-demo-2021";

/// The accounts worth printing: a filer, her reviewer, a verifier, the campaign office, a leader, the administrator.
pub const FEATURED_ACCOUNTS: [&str; 7] =
    ["gudong", "gudong.sh", "ruanjianyuan", "shangwu.rd", "zhongdian", "lingdao", "admin"];

/// A person with the password to log in with.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// The person.
    pub person: Person,
    /// The password.
    pub password: String,
}

/// The handful of accounts worth printing at the start, in the order of [`FEATURED_ACCOUNTS`].
pub fn featured(scenario: &Scenario) -> Vec<&DemoPerson> {
    let account_of = |account: &&str| scenario.people.iter().find(|someone| someone.person.account == **account);
    FEATURED_ACCOUNTS.iter().filter_map(account_of).collect()
}

/// Unit and the stem of its accounts, in pinyin.
const STEMS: [(&str, &str); 25] = [
    ("鼓东街道", "gudong"),
    ("鼓西街道", "guxi"),
    ("温泉街道", "wenquan"),
    ("东街街道", "dongjie"),
    ("南街街道", "nanjie"),
    ("安泰街道", "antai"),
    ("华大街道", "huada"),
    ("水部街道", "shuibu"),
    ("五凤街道", "wufeng"),
    ("洪山镇", "hongshan"),
    ("福州软件园", "ruanjianyuan"),
    ("高新区洪山园", "hongshanyuan"),
    (DEVELOPMENT, "fagai"),
    (INDUSTRY, "gongxin"),
    (COMMERCE, "shangwu"),
    (DIGITAL, "shuzi"),
    ("区教育局", "jiaoyu"),
    ("区卫健局", "weijian"),
    ("区建设局", "jianshe"),
    ("区城管局", "chengguan"),
    ("区民政局", "minzheng"),
    ("区文体旅局", "wentilv"),
    ("鼓楼生态环境局", "shengtai"),
    ("区属国有公司(示例)", "guoyou"),
    (SERVICE_CENTRE, "fuwu"),
];

const DEVELOPMENT: &str = "区发改局(科技局)";
const INDUSTRY: &str = "区工信局";
const COMMERCE: &str = "区商务局";
const DIGITAL: &str = "区数字办";
const SERVICE_CENTRE: &str = "区行政服务中心";

/// Verifying departments: account, unit, what they answer for.
const VERIFIERS: [(&str, &str, &[Duty]); 5] = [
    ("gongxin.rd", INDUSTRY, &[Duty::Industry]),
    ("shangwu.rd", COMMERCE, &[Duty::Services, Duty::Landing, Duty::Commerce]),
    ("shuzi.rd", DIGITAL, &[Duty::Digital]),
    ("fagai.rd", DEVELOPMENT, &[Duty::EcologyLivelihood, Duty::Innovation]),
    ("fuwu.rd", SERVICE_CENTRE, &[Duty::BusinessEnvironment]),
];

/// Offices above the units. The inspection office and the district's leaders are no assessed unit; their people
/// stand with the service centre, which has no figures of its own.
const OFFICES: [(&str, &str, Role); 6] = [
    ("zhongdian", DEVELOPMENT, Role::CampaignOffice),
    ("ducha", SERVICE_CENTRE, Role::Inspector),
    ("lingdao", SERVICE_CENTRE, Role::Leader),
    ("admin", SERVICE_CENTRE, Role::Administrator),
    ("shenji", SERVICE_CENTRE, Role::Auditor),
    // What one of the office proposes to freeze, another confirms.
    ("zhongdian.fh", DEVELOPMENT, Role::CampaignOffice),
];

const SURNAMES: [&str; 24] = [
    "林", "陈", "黄", "郑", "王", "张", "李", "吴", "刘", "蔡", "杨", "许", "叶", "何", "郭", "江", "谢", "罗", "高",
    "潘", "翁", "游", "薛", "卓",
];

const GIVEN_NAMES: [&str; 32] = [
    "晓燕", "建平", "雅琴", "志强", "婷婷", "文斌", "丽芳", "国栋", "秀英", "俊杰", "梦瑶", "海涛", "玉珍", "立新",
    "思远", "巧云", "振华", "佳宁", "明辉", "淑敏", "宇航", "素芬", "永祥", "慧玲", "少峰", "雨欣", "长青", "美娟",
    "启明", "若兰", "德安", "静怡",
];

/// For every unit a filer and a reviewer, then verifiers and offices.
pub(super) fn of_units(campaign: CampaignId, units: &[Unit]) -> Vec<DemoPerson> {
    let unit_named = |name: &str| units.iter().find(|unit| unit.name == name).map(|unit| unit.id);
    let mut people = Crowd { campaign, taken: BTreeSet::new(), people: Vec::new() };
    for (name, stem) in STEMS {
        let Some(unit) = unit_named(name) else { continue };
        people.add(stem, unit, Role::Filer, &[]);
        people.add(&format!("{stem}.sh"), unit, Role::UnitReviewer, &[]);
    }
    for (account, name, duties) in VERIFIERS {
        let Some(unit) = unit_named(name) else { continue };
        people.add(account, unit, Role::Verifier, duties);
    }
    for (account, name, role) in OFFICES {
        let Some(unit) = unit_named(name) else { continue };
        people.add(account, unit, role, &[]);
    }
    people.people
}

/// A made-up name from dice.
pub(super) fn name(dice: &mut Dice) -> String {
    format!("{}{}", dice.word(&SURNAMES), dice.word(&GIVEN_NAMES))
}

/// People so far; no name twice.
struct Crowd {
    campaign: CampaignId,
    taken: BTreeSet<String>,
    people: Vec<DemoPerson>,
}

impl Crowd {
    fn add(&mut self, account: &str, unit: UnitId, role: Role, duties: &[Duty]) {
        let mut dice = Dice::named(account, &[]);
        let mut called = name(&mut dice);
        while !self.taken.insert(called.clone()) {
            called = name(&mut dice);
        }
        let person = Person {
            id: PersonId(self.campaign.named("person", account)),
            account: account.to_owned(),
            name: called,
            unit,
            roles: BTreeSet::from([role]),
            duties: duties.iter().copied().collect(),
        };
        self.people.push(DemoPerson { person, password: PASSWORD.to_owned() });
    }
}
