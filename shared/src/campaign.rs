//! A campaign: the year, its periods and its targets.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Date, Month},
    id::{CampaignId, UnitId},
};

/// The day of a month by which reports are due [default].
const DEADLINE_DAY: u8 = 25;

/// The hour of that day, in the district's clock time [default].
const DEADLINE_HOUR: u8 = 18;

/// One year's campaign (专项行动) of one district.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Campaign {
    /// Identity.
    pub id: CampaignId,
    /// The district, such as 鼓楼区.
    pub district: String,
    /// The campaign's name, such as “抓项目促提升”专项行动.
    pub name: String,
    /// The year.
    pub year: u16,
    /// Six-digit administrative region code, such as 350102.
    pub region: String,
    /// Whether its figures are invented for demonstration (示例).
    pub demo: bool,
}

/// An assessment period (考评期): one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Period {
    /// The month.
    pub month: Month,
    /// Reports received later are late; ms since 1970.
    pub deadline_ms: u64,
}

impl Campaign {
    /// The campaign's twelve periods.
    pub fn periods(&self) -> Vec<Period> {
        let mut month = Month::january(self.year);
        let mut periods = Vec::with_capacity(12);
        for _ in 0..12 {
            periods.push(Period { month, deadline_ms: deadline_ms(month) });
            month = month.next();
        }
        periods
    }

    /// The period that a moment falls in; the nearest one outside the campaign's year.
    pub fn period_at(&self, now_ms: u64) -> Month {
        let december = Month::new(self.year, 12).unwrap_or_else(|| Month::january(self.year));
        Month::of_ms(now_ms).clamp(Month::january(self.year), december)
    }
}

/// When a month's reports are due, in ms since 1970.
pub fn deadline_ms(month: Month) -> u64 {
    Date::new(month, DEADLINE_DAY).unwrap_or_else(|| month.last_day()).at_hour_ms(DEADLINE_HOUR)
}

/// The year's targets (任务): per unit and indicator the annual figure, `None` where it was not issued (未下达).
/// Counts in items, investments in 亿元.
pub type Targets = BTreeMap<UnitId, BTreeMap<String, Option<Decimal>>>;
