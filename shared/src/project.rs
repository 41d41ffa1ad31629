//! The project ledger: names of a project's fields and its typed reading.

pub mod credit;
pub mod twin;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::fields::{Fields, parse_decimal};

/// A project's category (考评类别). Every project has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 工业 (表1).
    Industry,
    /// 服务业 (表2).
    Services,
    /// 数字经济 (表3).
    Digital,
    /// 生态及民生 (表4).
    EcologyLivelihood,
}

impl Category {
    /// Every category, in the order of the plan's tables.
    pub const ALL: [Self; 4] = [Self::Industry, Self::Services, Self::Digital, Self::EcologyLivelihood];

    /// The code in records and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Industry => "industry",
            Self::Services => "services",
            Self::Digital => "digital",
            Self::EcologyLivelihood => "ecology_livelihood",
        }
    }

    /// The category of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }

    /// The catalogue key of its name.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Industry => "option.category.industry",
            Self::Services => "option.category.services",
            Self::Digital => "option.category.digital",
            Self::EcologyLivelihood => "option.category.ecology_livelihood",
        }
    }
}

/// Names of a project's fields.
pub mod field {
    /// 项目名称, 4–100 characters.
    pub const NAME: &str = "name";
    /// 项目代码.
    pub const CODE: &str = "code";
    /// 建设单位.
    pub const OWNER: &str = "owner";
    /// 统一社会信用代码 of the 建设单位.
    pub const CREDIT_CODE: &str = "credit_code";
    /// 考评类别, a [`super::Category`] code.
    pub const CATEGORY: &str = "category";
    /// 所属提升工程.
    pub const PROGRAMME: &str = "programme";
    /// 项目标识, a list of [`super::flag`] codes.
    pub const FLAGS: &str = "flags";
    /// 战略性新兴产业领域.
    pub const EMERGING_FIELD: &str = "emerging_field";
    /// 行业代码 GB/T 4754.
    pub const SECTOR: &str = "sector";
    /// 项目类型 (建设性质), one of [`super::TYPES`].
    pub const TYPE: &str = "project_type";
    /// 所在街镇.
    pub const STREET: &str = "street";
    /// 建设地点.
    pub const PLACE: &str = "place";
    /// 坐标: latitude and longitude in degrees, WGS 84, as `26.0826,119.2965`.
    pub const POSITION: &str = "position";
    /// 建设内容及规模.
    pub const CONTENT: &str = "content";
    /// 总投资, 万元.
    pub const TOTAL_INVESTMENT: &str = "total_investment";
    /// 其中土建, 万元.
    pub const CIVIL_WORKS: &str = "civil_works";
    /// 其中设备, 万元.
    pub const EQUIPMENT: &str = "equipment";
    /// 其中其他, 万元.
    pub const OTHER_COSTS: &str = "other_costs";
    /// 资金来源.
    pub const FUNDING: &str = "funding";
    /// 合同外资, 万美元.
    pub const FOREIGN_CAPITAL: &str = "foreign_capital";
    /// 折算汇率, 元 for 1 美元.
    pub const FOREIGN_RATE: &str = "foreign_rate";
    /// 折算日期: the day of that rate.
    pub const FOREIGN_ON: &str = "foreign_on";
    /// 年度计划投资, 万元.
    pub const PLANNED_INVESTMENT: &str = "planned_investment";
    /// 分月投资计划, 万元 for each month; sums to 年度计划投资.
    pub const MONTH_PLAN: &str = "month_plan";
    /// 计划开工年月.
    pub const PLANNED_START: &str = "planned_start";
    /// 计划竣工年月.
    pub const PLANNED_COMPLETION: &str = "planned_completion";
    /// 责任人.
    pub const RESPONSIBLE: &str = "responsible";
    /// 挂钩领导.
    pub const PAIRED_LEADER: &str = "paired_leader";
    /// 联系电话 (personal: the unit and its verifiers only).
    pub const CONTACT: &str = "contact";
    /// 计分比例, see [`super::credit`].
    pub const CREDIT: &str = "credit";
    /// 备注.
    pub const NOTE: &str = "note";
}

/// Types of a project (建设性质), by code.
pub const TYPES: [&str; 7] =
    ["new_build", "extension", "reconstruction", "technical_upgrade", "relocation", "purchase", "other"];

/// Codes of the project's flags (标识), independent of each other.
pub mod flag {
    /// 战略性新兴产业.
    pub const EMERGING: &str = "emerging";
    /// 外资.
    pub const FOREIGN: &str = "foreign";
    /// 房地产.
    pub const REAL_ESTATE: &str = "real_estate";
    /// 技改.
    pub const TECHNICAL_UPGRADE: &str = "technical_upgrade";
    /// 省“五个一批”.
    pub const FIVE_BATCHES: &str = "five_batches";
    /// 省重点.
    pub const PROVINCIAL_KEY: &str = "provincial_key";
    /// 招商.
    pub const INVESTMENT_PROMOTION: &str = "investment_promotion";

    /// Every flag, in the form's order.
    pub const ALL: [&str; 7] =
        [EMERGING, FOREIGN, REAL_ESTATE, TECHNICAL_UPGRADE, FIVE_BATCHES, PROVINCIAL_KEY, INVESTMENT_PROMOTION];
}

/// The plan's six works of improvement (提升工程), by code.
pub const PROGRAMMES: [&str; 6] = [
    "industry_innovation",
    "city_heritage",
    "ecology_green",
    "livelihood_safety",
    "business_environment",
    "investment_promotion",
];

/// Fields of the strategic emerging industries (战略性新兴产业领域), by code.
pub const EMERGING_FIELDS: [&str; 9] = [
    "new_information_technology",
    "high_end_equipment",
    "new_materials",
    "biology",
    "new_energy_vehicles",
    "new_energy",
    "environmental_protection",
    "digital_creative",
    "related_services",
];

/// Where a project's money comes from (资金来源), by code.
pub const FUNDING_SOURCES: [&str; 6] = ["own_funds", "bank_loan", "budget", "special_bond", "foreign_capital", "other"];

/// What the rules read of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project<'a> {
    /// 项目名称.
    pub name: &'a str,
    /// 项目代码.
    pub code: &'a str,
    /// 统一社会信用代码.
    pub credit_code: &'a str,
    /// 考评类别, once chosen.
    pub category: Option<Category>,
    /// Codes of the flags set.
    pub flags: &'a [String],
    /// The section letter of 行业代码, A–T.
    pub section: Option<char>,
    /// 总投资 in 万元.
    pub total_investment: Option<Decimal>,
    /// 计分比例, see [`credit`].
    pub credit: &'a [String],
}

impl<'a> Project<'a> {
    /// Reads a project's fields; what is missing or unreadable is absent.
    pub fn read(fields: &'a Fields) -> Self {
        let mut project = Self::default();
        // One walk through the fields instead of a search for each: a campaign's year reads all of its projects.
        for (key, value) in fields.iter() {
            let text = || value.as_text().unwrap_or_default();
            match key {
                field::NAME => project.name = text(),
                field::CODE => project.code = text(),
                field::CREDIT => project.credit = value.as_list(),
                field::CREDIT_CODE => project.credit_code = text(),
                field::CATEGORY => project.category = Category::from_code(text()),
                field::FLAGS => project.flags = value.as_list(),
                field::SECTOR => project.section = text().chars().next().filter(char::is_ascii_uppercase),
                field::TOTAL_INVESTMENT => project.total_investment = parse_decimal(text()),
                _ => {}
            }
        }
        project
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|set| set == flag)
    }
}
