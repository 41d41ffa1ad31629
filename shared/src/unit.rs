//! Responsible units and the three groups they are assessed in.

use serde::{Deserialize, Serialize};

use crate::{calendar::Month, id::UnitId};

/// An assessment group (考评组).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// 街镇组.
    Street,
    /// 园区组.
    Park,
    /// 区直部门组.
    Department,
}

impl Group {
    /// Every group, in the plan's order.
    pub const ALL: [Self; 3] = [Self::Street, Self::Park, Self::Department];

    /// The code in files and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Street => "street",
            Self::Park => "park",
            Self::Department => "department",
        }
    }

    /// The group of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }

    /// The catalogue key of its name.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Street => "term.group.street",
            Self::Park => "term.group.park",
            Self::Department => "term.group.department",
        }
    }
}

/// A responsible unit (责任单位).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Unit {
    /// Identity.
    pub id: UnitId,
    /// The name on screen and in files.
    pub name: String,
    /// The group it is assessed in.
    pub group: Group,
    /// Its place in lists (the plan's order).
    pub position: u32,
    /// The month it joined, when that was mid-year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Month>,
    /// The last month it was assessed, when it left mid-year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Month>,
}

impl Unit {
    /// Whether the unit is assessed in a month.
    pub fn is_assessed_in(&self, period: Month) -> bool {
        self.from.is_none_or(|from| from <= period) && self.until.is_none_or(|until| period <= until)
    }
}
