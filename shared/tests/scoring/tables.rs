//! Tables as people keep them, cell by cell.

use shared::scoring::{
    actuals::ActualsTable,
    scheme::Scheme,
    table::{TableIssue, split_csv},
    targets::TargetsTable,
};

const TARGETS: &str = "unit,group,services_started\n鼓东街道,street,7\n鼓西街道,street,5\n";

#[test]
fn a_row_of_cells_stands_at_its_line() {
    for (text, rows) in [
        ("a,b\nc,d\n", vec![vec!["a", "b"], vec!["c", "d"], vec![""]]),
        ("\u{feff}a\n", vec![vec!["a"], vec![""]]),
        ("a\r\nb\r\n", vec![vec!["a"], vec!["b"], vec![""]]),
        ("a\rb", vec![vec!["a\rb"]]),
        ("\"a,b\",c", vec![vec!["a,b", "c"]]),
        ("\"a\"\"b\",c", vec![vec!["a\"b", "c"]]),
        ("\"\",c", vec![vec!["", "c"]]),
        ("a\"b\"\"c,d", vec![vec!["a\"b\"\"c", "d"]]),
        ("\"a\r\nb\",c\nd", vec![vec!["a\r\nb", "c"], vec![], vec!["d"]]),
        ("\"a\nb\n\",c\nd", vec![vec!["a\nb\n", "c"], vec![], vec![], vec!["d"]]),
        ("a\n\nb", vec![vec!["a"], vec![""], vec!["b"]]),
        ("", vec![vec![""]]),
    ] {
        assert_eq!(split_csv(text), rows, "{text:?}");
    }
}

fn faults(actuals: &str) -> Vec<String> {
    let scheme = Scheme::default_scheme();
    let targets = TargetsTable::parse_csv(TARGETS, &scheme).unwrap();
    match ActualsTable::parse_csv(actuals, &targets, &scheme) {
        Ok(_) => Vec::new(),
        Err(issues) => issues.iter().map(TableIssue::to_string).collect(),
    }
}

#[test]
fn a_table_of_results_is_told_what_is_wrong_with_it() {
    for (actuals, expected) in [
        ("unit,services_started\n鼓东街道,3\n鼓西街道,4\n合计,7\n", None),
        ("unit,services_started\n鼓东街道,3\n鼓西街道,4\n合计,\n", None),
        (
            "unit,services_started\n鼓东街道,3\n鼓西街道,4\n合计,8\n",
            Some("第4行 services_started 列: 合计为 8，各单位之和为 7"),
        ),
        ("unit,services_started\n鼓东街道,0\n鼓西街道,-0\n", None),
        ("unit,services_started\n鼓东街道,-1\n", Some("第2行 services_started 列: “-1”不能为负")),
        ("unit,net_new_national_hightech\n鼓东街道,-1\n", None),
        ("unit,services_started\n鼓东街道,3, \n", None),
        ("unit,services_started\n鼓东街道,3,1\n", Some("第2行: 单元格多于表头的列数")),
        ("unit,visits\n鼓东街道,1\n", None),
        ("unit,visits\n鼓东街道,1.01\n", Some("第2行 visits 列: “1.01”应在 0 至 1 之间")),
        ("unit,services_started\n鼓东街道,1.01\n", None),
        // What departments verify in time is known only from the records, and so are shares and single events.
        ("unit,verification\n鼓东街道,1\n", Some("第1行 verification 列: 不认识的列（第2列）")),
    ] {
        assert_eq!(faults(actuals), expected.into_iter().map(str::to_owned).collect::<Vec<_>>(), "{actuals}");
    }
}
