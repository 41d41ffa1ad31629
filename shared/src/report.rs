//! Monthly reports of projects and of a unit's other indicators.

use crate::fields::Fields;

/// Names of a monthly report's fields (月报).
pub mod monthly {
    /// The project's record id.
    pub const PROJECT: &str = "project";
    /// The month reported.
    pub const PERIOD: &str = "period";
    /// 本月完成投资, 万元.
    pub const INVESTMENT: &str = "investment";
    /// Marks a negative figure as a correction (更正).
    pub const CORRECTION: &str = "correction";
    /// 本月到位资金, 万元.
    pub const FUNDS: &str = "funds";
    /// 建设状态, a [`super::Status`] code.
    pub const STATUS: &str = "status";
    /// 进度等级, a [`super::Progress`] code.
    pub const PROGRESS: &str = "progress";
    /// 计划形象进度.
    pub const PLANNED_WORKS: &str = "planned_works";
    /// 实际形象进度, 10–300 characters.
    pub const WORKS: &str = "works";
    /// 存在问题.
    pub const PROBLEM: &str = "problem";
    /// 问题类型.
    pub const PROBLEM_TYPE: &str = "problem_type";
    /// 需协调事项.
    pub const COORDINATION: &str = "coordination";
    /// 下月计划.
    pub const NEXT_MONTH: &str = "next_month";
    /// “无变化”: last month's description was copied on purpose.
    pub const UNCHANGED: &str = "unchanged";
}

/// Names of an indicator report's fields (指标填报).
pub mod indicator {
    /// The indicator's key.
    pub const INDICATOR: &str = "indicator";
    /// The month reported.
    pub const PERIOD: &str = "period";
    /// The figure: cumulative for the year; growth rates as a share (0.15 = 15 %).
    pub const FIGURE: &str = "figure";
    /// Names of the enterprises, or the source.
    pub const STATEMENT: &str = "statement";

    /// 新增限上商贸企业, a count.
    pub const NEW_COMMERCE_ABOVE_QUOTA: &str = "new_commerce_above_quota";
    /// 新增规上服务业企业, a count.
    pub const NEW_SERVICES_ABOVE_SCALE: &str = "new_services_above_scale";
    /// 国家高新技术企业净增, a count; below zero when more left than came.
    pub const NET_NEW_NATIONAL_HIGHTECH: &str = "net_new_national_hightech";
    /// R&D 经费增幅, a share.
    pub const RND_GROWTH: &str = "rnd_growth";

    /// Every indicator that units report, in the form's order.
    pub const ALL: [&str; 4] =
        [NEW_COMMERCE_ABOVE_QUOTA, NEW_SERVICES_ABOVE_SCALE, NET_NEW_NATIONAL_HIGHTECH, RND_GROWTH];
}

/// Types of a problem (问题类型), by code.
pub const PROBLEM_TYPES: [&str; 9] =
    ["land", "demolition", "approval", "capital", "construction", "utilities", "labour", "market", "other"];

/// The grade that the first releases had for works that stand still: a [`Status`] since. Records keep it.
pub const FORMER_GRADE: &str = "suspended";

/// How a project's works stand against the plan (进度等级).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// 超前.
    Ahead,
    /// 正常.
    Normal,
    /// 滞后; needs a problem.
    Behind,
}

impl Progress {
    /// Every grade, in the form's order.
    pub const ALL: [Self; 3] = [Self::Ahead, Self::Normal, Self::Behind];

    /// The code in records.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Normal => "normal",
            Self::Behind => "behind",
        }
    }

    /// The grade of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|progress| progress.code() == code)
    }
}

/// What goes on at a project's site (建设状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// 未开工.
    NotStarted,
    /// 在建.
    Building,
    /// 停工.
    Suspended,
    /// 缓建.
    Postponed,
    /// 建成投产.
    Completed,
}

impl Status {
    /// Every status, in the form's order.
    pub const ALL: [Self; 5] = [Self::NotStarted, Self::Building, Self::Suspended, Self::Postponed, Self::Completed];

    /// The code in records.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Building => "building",
            Self::Suspended => "suspended",
            Self::Postponed => "postponed",
            Self::Completed => "completed",
        }
    }

    /// The status that a monthly report tells; `None` where it tells none.
    pub fn of(report: &Fields) -> Option<Self> {
        let code = report.text(monthly::STATUS);
        let told = Self::ALL.into_iter().find(|status| status.code() == code);
        told.or((report.text(monthly::PROGRESS) == FORMER_GRADE).then_some(Self::Suspended))
    }

    /// Whether a report tells another status than the one before it: only then are photos asked for.
    pub fn has_changed(report: &Fields, before: &Fields) -> bool {
        Self::of(report).zip(Self::of(before)).is_some_and(|(now, then)| now != then)
    }

    /// Whether nobody works at the site: nothing new is expected of it.
    pub const fn is_still(self) -> bool {
        matches!(self, Self::Suspended | Self::Postponed)
    }
}
