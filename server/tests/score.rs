//! `tisheng score` as another office runs it: files in, JSON out, or sentences and nothing else.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::{
    path::PathBuf,
    process::{Command, Output},
};

use rust_xlsxwriter::{Format, Workbook};
use serde_json::Value;
use tempfile::TempDir;

const TARGETS_DEMO: &str = include_str!("../../shared/fixtures/targets_demo.csv");
const DEFAULT_SCHEME: &str = include_str!("../../shared/schemes/default-2021.1.toml");
const WORKED: &str = include_str!("../../shared/fixtures/actuals_worked_example.csv");
const TARGETS: &str = "unit,group,services_started,services_completed\n鼓东街道,street,7,4\n合计,,7,4\n";

/// Files of one run.
struct Office {
    folder: TempDir,
}

impl Office {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A workbook of these lines; cells that are numbers become numbers.
    fn workbook(&self, name: &str, sheet: &str, csv: &str) -> PathBuf {
        let mut workbook = Workbook::new();
        let worksheet = workbook.add_worksheet().set_name(sheet).unwrap();
        for (row, line) in (0..).zip(csv.trim_start_matches('\u{feff}').lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                match cell.parse::<f64>() {
                    Ok(number) => worksheet.write_number(row, column, number).unwrap(),
                    Err(_) => worksheet.write_string(row, column, cell).unwrap(),
                };
            }
        }
        let path = self.folder.path().join(name);
        workbook.save(&path).unwrap();
        path
    }

    fn score(&self, targets: &str, actuals: &str, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tisheng"));
        command.args(["score", "--targets", targets, "--actuals", actuals]).args(more);
        command.current_dir(self.folder.path()).output().unwrap()
    }

    /// What a run that must fail says; nothing is on standard output.
    fn refused(&self, targets: &str, actuals: &str, more: &[&str]) -> Vec<String> {
        let output = self.score(targets, actuals, more);
        assert!(!output.status.success());
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "nothing is printed to standard output");
        String::from_utf8(output.stderr).unwrap().lines().map(str::to_owned).collect()
    }
}

const JUNE: [&str; 2] = ["--period", "2021-06"];

fn printed(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn unit<'a>(result: &'a Value, name: &str) -> &'a Value {
    let mut units = result["groups"].as_array().unwrap().iter().flat_map(|group| group["units"].as_array().unwrap());
    units.find(|unit| unit["unit"] == name).unwrap()
}

#[test]
fn the_worked_example_is_printed_as_the_design_says() {
    let office = Office::new();
    office.file("T.csv", TARGETS_DEMO);
    office.file("A.csv", WORKED);
    let output = office.score("T.csv", "A.csv", &JUNE);
    let result = printed(&output);
    let mut keys: Vec<&String> = result.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["digest", "groups", "meeting", "period", "scheme"]);
    assert_eq!((result["period"].as_str(), result["scheme"].as_str()), (Some("2021-06"), Some("default-2021.1")));
    assert_eq!(result["digest"].as_str().unwrap().len(), 64);
    let gudong = unit(&result, "鼓东街道");
    assert_eq!((gudong["rank"].as_u64(), gudong["score"].as_str()), (Some(1), Some("86.51")));
    assert_eq!((gudong["bonus"].as_str(), gudong["deduction"].as_str()), (Some("0.00"), Some("0.00")));
    assert_eq!(gudong["items"]["services_started"], "14.65");
    assert_eq!(gudong["items"]["industry"], Value::Null);
    let text = String::from_utf8(output.stdout).unwrap();
    let places =
        ["\"services_started\"", "\"industry\"", "\"digital\"", "\"reports\""].map(|key| text.find(key).unwrap());
    assert!(places.is_sorted(), "items stand in the scheme's order");
    for group in ["street", "park", "department"] {
        assert!(result["meeting"][group]["speak"].is_array() && result["meeting"][group]["pledge"].is_array());
    }
    let may = printed(&office.score("T.csv", "A.csv", &["--period", "2021-05"]));
    assert!(may.get("meeting").is_none(), "no meeting after May");
}

#[test]
fn a_scheme_that_is_odd_though_legal_is_scored_and_said_to_be_odd() {
    let office = Office::new();
    let item = "[[group.street.item]]\n";
    let peers = DEFAULT_SCHEME.replacen(item, &format!("{item}rule = {{ kind = \"min_max\", alpha = \"0.6\" }}\n"), 1);
    office.file("peers.toml", peers);
    office.file("t.csv", TARGETS);
    office.file("a.csv", "unit,services_started,services_completed\n鼓东街道,4,2\n");
    let output = office.score("t.csv", "a.csv", &["--period", "2021-06", "--scheme", "peers.toml"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("group.street.item.") && said.contains("少于 3 个"), "{said}");
}

#[test]
fn workbooks_and_csv_in_any_encoding_give_the_same_bytes() {
    let office = Office::new();
    office.file("T.csv", TARGETS_DEMO);
    office.file("A.csv", WORKED);
    let (targets, _, _) = encoding_rs::GBK.encode(TARGETS_DEMO);
    let (actuals, _, _) = encoding_rs::GBK.encode(WORKED);
    office.file("T-gbk.csv", targets);
    office.file("A-gbk.csv", actuals);
    office.file("T-excel.csv", format!("\u{feff}{}", TARGETS_DEMO.replace('\n', "\r\n")));
    office.workbook("T.xlsx", "任务分解", TARGETS_DEMO);
    office.workbook("A.xlsx", "完成情况", WORKED);
    // What a file is says its content.
    std::fs::copy(office.folder.path().join("T.xlsx"), office.folder.path().join("T-renamed.csv")).unwrap();
    let expected = office.score("T.csv", "A.csv", &JUNE).stdout;
    assert!(!expected.is_empty());
    for (targets, actuals) in
        [("T-gbk.csv", "A-gbk.csv"), ("T-excel.csv", "A.csv"), ("T.xlsx", "A.xlsx"), ("T-renamed.csv", "A-gbk.csv")]
    {
        let output = office.score(targets, actuals, &JUNE);
        assert_eq!(output.stdout, expected, "{targets}, {actuals}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn every_fault_names_file_line_and_column_and_prints_nothing() {
    for (targets, actuals, expected) in [
        (TARGETS, "unit,services_started\n鼓东街道,三\n", "A.csv: 第2行 services_started 列: “三”不是数字"),
        (TARGETS, "unit,services_started\n鼓东街道,-1\n", "A.csv: 第2行 services_started 列: “-1”不能为负"),
        (TARGETS, "unit,services\n鼓东街道,1\n", "A.csv: 第1行 services 列: 不认识的列（第2列）"),
        (TARGETS, "services_started\n1\n", "A.csv: 第1行 unit 列: 缺少这一列"),
        (TARGETS, "unit,visits\n鼓西街道,1\n", "A.csv: 第2行 unit 列: 任务表中没有单位“鼓西街道”"),
        (TARGETS, "unit,visits\n\n鼓东街道,1\n鼓东街道,1\n", "A.csv: 第4行 unit 列: 单位“鼓东街道”重复"),
        (TARGETS, "unit,visits\n鼓东街道,95\n", "A.csv: 第2行 visits 列: “95”应在 0 至 1 之间"),
        (TARGETS, "unit,visits\n鼓东街道,0.5,0.7\n", "A.csv: 第2行: 单元格多于表头的列数"),
        (TARGETS, "unit,visits\n\"鼓东\n街道\",1\n鼓东街道,x\n", "A.csv: 第4行 visits 列: “x”不是数字"),
        (
            "unit,group,services_started\n鼓东街道,street,7\n合计,,8\n",
            "unit\n",
            "T.csv: 第3行 services_started 列: 合计为 8，各单位之和为 7",
        ),
        (
            "unit,group,services_started\n鼓东街道,街道,7\n合计,,7\n",
            "unit\n",
            "T.csv: 第2行 group 列: 考评组“街道”不存在，应为 street、park 或 department",
        ),
        ("unit,group,visits\n鼓东街道,street,1\n", "unit\n", "T.csv: 第1行 visits 列: 不认识的列（第3列）"),
        (
            "unit,group,services_started\n鼓东街道,street,-7\n",
            "unit\n",
            "T.csv: 第2行 services_started 列: “-7”不能为负",
        ),
        (
            "unit,group,services_started\n鼓东街道,street,七\n",
            "unit\n",
            "T.csv: 第2行 services_started 列: “七”不是数字",
        ),
    ] {
        let office = Office::new();
        office.file("T.csv", targets);
        office.file("A.csv", actuals);
        let said = office.refused("T.csv", "A.csv", &JUNE);
        assert!(said.iter().any(|line| line == expected), "{said:#?}\n{expected}");
    }
}

#[test]
fn all_faults_of_a_table_are_said_at_once() {
    let office = Office::new();
    office.file("T.csv", TARGETS);
    office.file("A.csv", "unit,services_started,services_completed\n鼓东街道,三,-1\n");
    let expected =
        ["A.csv: 第2行 services_completed 列: “-1”不能为负", "A.csv: 第2行 services_started 列: “三”不是数字"];
    let mut said = office.refused("T.csv", "A.csv", &JUNE);
    said.sort();
    assert_eq!(said, expected);
}

#[test]
fn net_growth_alone_may_be_negative() {
    let office = Office::new();
    office.file("T.csv", TARGETS_DEMO);
    office.file("A.csv", "unit,net_new_national_hightech\n鼓东街道,-2\n");
    let result = printed(&office.score("T.csv", "A.csv", &["--period", "2021-12"]));
    assert_eq!(unit(&result, "鼓东街道")["items"]["net_new_national_hightech"], "0.00");
}

#[test]
fn a_fault_in_a_workbook_names_sheet_and_cell() {
    let office = Office::new();
    office.workbook("T.xlsx", "任务分解", "unit,group,services_started\n鼓东街道,street,7\n合计,,8\n");
    office.file("A.csv", "unit\n");
    let expected = ["T.xlsx: 工作表“任务分解” C3: 第3行 services_started 列: 合计为 8，各单位之和为 7"];
    assert_eq!(office.refused("T.xlsx", "A.csv", &JUNE), expected);

    office.file("T.csv", TARGETS);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("完成").unwrap();
    for (column, name) in (0..).zip(["unit", "services_started", "services_completed"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    sheet.write_string(2, 0, "鼓东街道").unwrap();
    // A date is a number to Excel, and none to us.
    sheet.write_number_with_format(2, 1, 44_348, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    sheet.write_formula(2, 2, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    workbook.save(office.folder.path().join("A.xlsx")).unwrap();
    let mut said = office.refused("T.csv", "A.xlsx", &JUNE);
    said.sort();
    assert_eq!(said.len(), 2, "{said:#?}");
    assert_eq!(said[0], "A.xlsx: 工作表“完成” B3: 第3行 services_started 列: “日期”不是数字");
    assert!(said[1].starts_with("A.xlsx: 工作表“完成” C3: 第3行 services_completed 列: "), "{said:#?}");
}

#[test]
fn a_cell_far_away_in_a_workbook_is_a_fault_and_fills_no_memory() {
    let office = Office::new();
    office.file("T.csv", TARGETS);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "unit").unwrap();
    sheet.write_string(1, 0, "鼓东街道").unwrap();
    sheet.write_string(1, 16_383, "7").unwrap();
    sheet.write_string(1_048_575, 0, "鼓西街道").unwrap();
    workbook.save(office.folder.path().join("A.xlsx")).unwrap();
    let said = office.refused("T.csv", "A.xlsx", &JUNE);
    assert!(said.iter().any(|line| line.contains("第2行: 单元格多于表头的列数")), "{said:#?}");
    assert!(said.iter().any(|line| line.contains("任务表中没有单位“鼓西街道”")), "{said:#?}");
}

#[test]
fn what_cannot_be_read_is_named() {
    let office = Office::new();
    office.file("T.csv", TARGETS);
    office.file("picture.csv", [0x89, b'P', b'N', b'G', 0, 0, 0, 0xff]);
    office.file("broken.xlsx", b"PK\x03\x04 and no more");
    office.file("scheme.toml", "schema = 1\nname = 2\n");
    let named = |said: Vec<String>, file: &str| assert!(said.iter().all(|line| line.contains(file)), "{said:#?}");
    named(office.refused("T.csv", "no-such.csv", &JUNE), "no-such.csv");
    named(office.refused("picture.csv", "T.csv", &JUNE), "picture.csv");
    named(office.refused("broken.xlsx", "T.csv", &JUNE), "broken.xlsx");
    named(office.refused("T.csv", "T.csv", &["--period", "2021-06", "--scheme", "scheme.toml"]), "scheme.toml");
    assert!(!office.refused("T.csv", "T.csv", &["--period", "2021-13"]).is_empty());
    assert!(!office.refused("T.csv", "T.csv", &["--period", "1999-06"]).is_empty(), "the scheme begins later");
}
