//! People, what they may be, and what they answer for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    id::{PersonId, UnitId},
    project::Category,
};

pub mod grant;

/// A role a person holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 填报员: files for the own unit.
    Filer,
    /// 单位审核: reviews what the own unit filed.
    UnitReviewer,
    /// 认定部门: verifies claims of the categories in [`Person::duties`], across the district.
    Verifier,
    /// 重点办: periods, scheme, targets, freeze, publish.
    CampaignOffice,
    /// 督查.
    Inspector,
    /// 领导: reads everything that is published.
    Leader,
    /// 系统管理员: accounts and devices; sees no scores it could change.
    Administrator,
    /// 审计: reads the log.
    Auditor,
    /// 安全保密管理员: confirms what the administrator grants.
    Security,
}

impl Role {
    /// Every role, in the order people list them.
    pub const ALL: [Self; 9] = [
        Self::Filer,
        Self::UnitReviewer,
        Self::Verifier,
        Self::CampaignOffice,
        Self::Inspector,
        Self::Leader,
        Self::Administrator,
        Self::Auditor,
        Self::Security,
    ];

    /// The catalogue key of its name.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Filer => "term.role.filer",
            Self::UnitReviewer => "term.role.unit_reviewer",
            Self::Verifier => "term.role.verifier",
            Self::CampaignOffice => "term.role.campaign_office",
            Self::Inspector => "term.role.inspector",
            Self::Leader => "term.role.leader",
            Self::Administrator => "term.role.administrator",
            Self::Auditor => "term.role.auditor",
            Self::Security => "term.role.security",
        }
    }

    /// Whether a second factor is asked for beside the password: of everyone whose word changes what others filed,
    /// who reads the whole district, or who manages.
    pub const fn needs_second_factor(self) -> bool {
        !matches!(self, Self::Filer)
    }

    /// Whether a grant of it waits for the security officer: everything beyond the daily work of a unit.
    pub const fn needs_confirmation(self) -> bool {
        !matches!(self, Self::Filer | Self::UnitReviewer)
    }

    /// Whether it stands alone: no account unites system, security and audit duties, or one of them with judging
    /// figures.
    const fn stands_alone(self) -> bool {
        matches!(self, Self::Administrator | Self::Security | Self::Auditor)
    }
}

/// Whether a text may be an account's name.
pub fn is_account(account: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
    (2..=32).contains(&account.chars().count()) && account.chars().all(is_letter)
}

/// Whether one person may hold these roles together.
pub fn may_unite(roles: &BTreeSet<Role>) -> bool {
    !roles.is_empty() && (roles.len() == 1 || !roles.iter().any(|role| role.stands_alone()))
}

/// What a verifying department answers for (责任分工 of the plan).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 表1, 区工信局.
    Industry,
    /// 表2, 区商务局.
    Services,
    /// 表3, 区数字办.
    Digital,
    /// 表4, 区发改局.
    EcologyLivelihood,
    /// 表5 招商项目落地, 区商务局.
    Landing,
    /// 限上商贸, 区商务局.
    Commerce,
    /// 规上服务业, 高新, R&D: 区发改局(科技局).
    Innovation,
    /// 营商环境, 区行政服务中心.
    BusinessEnvironment,
}

impl Duty {
    /// Every duty, in the order of the plan.
    pub const ALL: [Self; 8] = [
        Self::Industry,
        Self::Services,
        Self::Digital,
        Self::EcologyLivelihood,
        Self::Landing,
        Self::Commerce,
        Self::Innovation,
        Self::BusinessEnvironment,
    ];

    /// The catalogue key of its name.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Industry => "term.duty.industry",
            Self::Services => "term.duty.services",
            Self::Digital => "term.duty.digital",
            Self::EcologyLivelihood => "term.duty.ecology_livelihood",
            Self::Landing => "term.duty.landing",
            Self::Commerce => "term.duty.commerce",
            Self::Innovation => "term.duty.innovation",
            Self::BusinessEnvironment => "term.duty.business_environment",
        }
    }
}

impl From<Category> for Duty {
    fn from(category: Category) -> Self {
        match category {
            Category::Industry => Self::Industry,
            Category::Services => Self::Services,
            Category::Digital => Self::Digital,
            Category::EcologyLivelihood => Self::EcologyLivelihood,
        }
    }
}

/// A person as the rules see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Person {
    /// Identity.
    pub id: PersonId,
    /// The name they log in with.
    pub account: String,
    /// The name on screen.
    pub name: String,
    /// The unit they work for.
    pub unit: UnitId,
    /// What they may do.
    pub roles: BTreeSet<Role>,
    /// What a verifier answers for.
    #[serde(default)]
    pub duties: BTreeSet<Duty>,
}

impl Person {
    /// Whether the person holds the role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether a second factor is asked of the person beside the password.
    pub fn needs_second_factor(&self) -> bool {
        self.roles.iter().any(|role| role.needs_second_factor())
    }

    /// Whether the person verifies for this duty.
    pub fn verifies(&self, duty: Duty) -> bool {
        self.is(Role::Verifier) && self.duties.contains(&duty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_account_unites_system_security_and_audit() {
        for one in Role::ALL {
            assert!(may_unite(&[one].into()), "{one:?}");
            for other in Role::ALL.into_iter().filter(|other| *other != one) {
                let apart = [Role::Administrator, Role::Security, Role::Auditor];
                let expected = !apart.contains(&one) && !apart.contains(&other);
                assert_eq!(may_unite(&[one, other].into()), expected, "{one:?} {other:?}");
            }
        }
        assert!(!may_unite(&BTreeSet::new()));
    }
}
