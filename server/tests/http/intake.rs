use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use shared::api::path;

use crate::world::{World, edit};

const HEADER: [&str; 5] = ["账号", "姓名", "单位", "角色", "负责认定"];

/// A workbook of two sheets, as a request.
fn workbook(units: &[[&str; 2]], people: &[[&str; 5]]) -> Value {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("单位").unwrap();
    sheet.write_row(0, 0, ["名称", "考评组"]).unwrap();
    for (row, unit) in (1..).zip(units) {
        sheet.write_row(row, 0, *unit).unwrap();
    }
    let sheet = book.add_worksheet().set_name("人员").unwrap();
    sheet.write_row(0, 0, HEADER).unwrap();
    for (row, person) in (1..).zip(people) {
        sheet.write_row(row, 0, *person).unwrap();
    }
    json!({ "name": "名册.xlsx", "content": STANDARD.encode(book.save_to_buffer().unwrap()) })
}

fn preview() -> String {
    format!("{}/preview", path::INTAKE)
}

#[tokio::test]
async fn a_workbook_is_looked_at_first_and_then_taken_in_once() {
    let world = World::new().await;
    let admin = world.log_in("admin").await;
    let people = [["hongshan", "周一", "洪山镇", "填报员、单位审核", ""], ["east", "甲", "鼓东街道", "填报员", ""]];
    let book = workbook(&[["洪山镇", "街镇组"], ["鼓东街道", "街镇组"]], &people);
    let before = admin.get(path::PEOPLE).await.body;
    let seen = admin.post(&preview(), &book).await.body;
    assert_eq!((&seen["faults"], &seen["units"][0]["name"], &seen["known"]), (&json!([]), &json!("洪山镇"), &json!(2)));
    assert_eq!(admin.get(path::PEOPLE).await.body, before, "looking changes nothing");
    let taken = admin.post(path::INTAKE, &book).await;
    assert_eq!((taken.status, &taken.body["units"]), (StatusCode::OK, &json!(1)), "{}", taken.body);
    let [invitation] = &taken.body["invitations"].as_array().unwrap()[..] else { panic!("{}", taken.body) };
    let password = "一个足够长的新密码。";
    let joining = json!({ "account": "hongshan", "code": invitation["code"], "password": password });
    let person = world.nobody().post(path::INVITATION, &joining).await.body["person"].clone();
    assert_eq!((&person["name"], &person["roles"]), (&json!("周一"), &json!(["filer", "unit_reviewer"])));
    let again = admin.post(path::INTAKE, &book).await.body;
    assert_eq!(again, json!({ "units": 0, "invitations": [] }), "what is there stays");
    assert_eq!(world.log_in("east").await.push(&[edit(1, "甲")]).await.receipts.len(), 1);
}

#[tokio::test]
async fn a_faulty_workbook_creates_nothing_and_names_sheet_and_cell() {
    let world = World::new().await;
    let admin = world.log_in("admin").await;
    let book = workbook(&[["洪山镇", "乡镇"]], &[["zhou", "周一", "洪山镇", "填报员、审计", ""]]);
    let seen = admin.post(&preview(), &book).await.body;
    let faults: Vec<String> = seen["faults"].as_array().unwrap().iter().map(place).collect();
    assert_eq!(faults, ["单位!B2", "人员!C2", "人员!D2"]);
    assert_eq!(admin.post(path::INTAKE, &book).await.code(), "invalid_field");
    assert_eq!(admin.get(path::PEOPLE).await.body.as_array().unwrap().len(), 9);
    for content in ["", "?", "QUJD"] {
        let none = admin.post(&preview(), &json!({ "name": "名册.csv", "content": content })).await.body;
        assert_eq!(none["faults"].as_array().unwrap().len(), 1, "{none}");
    }
    assert_eq!(world.log_in("east").await.post(&preview(), &book).await.code(), "forbidden");
}

#[tokio::test]
async fn a_sheet_with_a_cell_far_away_is_too_long_and_fills_no_memory() {
    let world = World::new().await;
    let admin = world.log_in("admin").await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("人员").unwrap();
    sheet.write_row(0, 0, HEADER).unwrap();
    sheet.write(1_048_575, 0, "zhou").unwrap();
    sheet.write(1_048_575, 16_383, "zhou").unwrap();
    let file = json!({ "name": "名册.xlsx", "content": STANDARD.encode(book.save_to_buffer().unwrap()) });
    let faults = admin.post(&preview(), &file).await.body["faults"].clone();
    assert_eq!(faults, json!([{ "sheet": "人员", "cell": "", "text": "超过 2000 行。请分成几个文件导入。" }]));
}

fn place(fault: &Value) -> String {
    format!("{}!{}", fault["sheet"].as_str().unwrap(), fault["cell"].as_str().unwrap())
}
