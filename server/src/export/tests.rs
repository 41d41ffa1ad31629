//! What the tests of every kind of file write.

use rust_decimal::Decimal;
use shared::bulletin::{Bulletin, Cell, Entry, Roll, Sheet};

/// A small bulletin, with a unit that spreadsheets would take for a formula.
pub(super) fn sample() -> Bulletin {
    let unit = "=cmd|' /C calc'!A0";
    let roll = |title: &str, entries| Roll { group: "街镇组".into(), title: title.into(), entries };
    Bulletin {
        month: "2021-06".parse().unwrap(),
        edition: 1,
        office: "鼓楼区重点办".into(),
        title: "关于考评结果的通报".into(),
        addressees: "各单位:".into(),
        paragraphs: vec!["现将结果通报如下。".into()],
        tables: vec![Sheet {
            name: "街镇组".into(),
            title: "街镇组考评结果".into(),
            columns: ["位次", "单位", "得分"].map(str::to_owned).into(),
            rows: vec![vec![Cell::Figure(1.into()), Cell::Text(unit.into()), Cell::Figure(Decimal::new(9_725, 2))]],
        }],
        rolls: vec![
            roll("介绍经验", vec![Entry { unit: unit.into(), reason: "位居第 1 <前 3>".into() }]),
            roll("表态发言", Vec::new()),
        ],
        day: "2021年7月6日".into(),
        copies: "抄送:区委办".into(),
        proof: "结果摘要 abc".into(),
    }
}
