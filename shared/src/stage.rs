//! Stages of a project and the claim that one was reached.

use serde::{Deserialize, Serialize};

/// A project's stage (阶段).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 谋划.
    Planned,
    /// 签约.
    Signed,
    /// 落地.
    Landed,
    /// 开工.
    Started,
    /// 部分投产.
    PartlyOperating,
    /// 建成/投产.
    Completed,
    /// 增资.
    Expanded,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 7] = [
        Self::Planned,
        Self::Signed,
        Self::Landed,
        Self::Started,
        Self::PartlyOperating,
        Self::Completed,
        Self::Expanded,
    ];

    /// The code in records and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Signed => "signed",
            Self::Landed => "landed",
            Self::Started => "started",
            Self::PartlyOperating => "partly_operating",
            Self::Completed => "completed",
            Self::Expanded => "expanded",
        }
    }

    /// The stage of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// The catalogue key of its name.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Planned => "option.stage.planned",
            Self::Signed => "option.stage.signed",
            Self::Landed => "option.stage.landed",
            Self::Started => "option.stage.started",
            Self::PartlyOperating => "option.stage.partly_operating",
            Self::Completed => "option.stage.completed",
            Self::Expanded => "option.stage.expanded",
        }
    }

    /// The evidence (佐证材料) a claim of this stage must name (our default), as option codes of the claim form.
    pub const fn evidence(self) -> &'static [&'static str] {
        match self {
            Self::Planned => &[],
            Self::Signed => &["agreement"],
            Self::Landed => &["business_licence", "project_filing", "land_or_lease", "capital_proof"],
            Self::Started => &["approval_document", "construction_contract", "site_photos", "construction_permit"],
            Self::PartlyOperating | Self::Expanded => &["investment_list"],
            Self::Completed => &["acceptance_or_investment_list", "site_photos"],
        }
    }
}

/// Every piece of evidence that some stage asks for.
pub const EVIDENCE: [&str; 11] = [
    "agreement",
    "business_licence",
    "project_filing",
    "land_or_lease",
    "capital_proof",
    "approval_document",
    "construction_contract",
    "site_photos",
    "construction_permit",
    "investment_list",
    "acceptance_or_investment_list",
];

/// Names of a stage claim's fields.
pub mod field {
    /// The project's record id.
    pub const PROJECT: &str = "project";
    /// The stage reached, a [`super::Stage`] code.
    pub const STAGE: &str = "stage";
    /// The day it was reached.
    pub const REACHED_ON: &str = "reached_on";
    /// Evidence at hand, a list of codes of [`super::Stage::evidence`].
    pub const EVIDENCE: &str = "evidence";
    /// Numbers of the documents, and whatever the verifier should know.
    pub const STATEMENT: &str = "statement";
}
