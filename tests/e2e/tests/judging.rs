//! Judging: many at once where nothing gives a judge pause, one by one on site, and projects that were filed twice.

use anyhow::{Result, ensure};
use e2e::{
    browser::{Browser, Engine, Screen},
    proxy::{Fault, Proxy},
    server::Server,
};
use serde_json::Value;

const LISTED: &str =
    "return [...document.querySelectorAll('.split__list a')].some(e => e.innerText.includes(arguments[0]))";
const GONE: &str =
    "return ![...document.querySelectorAll('.split__list a')].some(e => e.innerText.includes(arguments[0]))";

/// Files a visit to an enterprise and submits it.
async fn file_visit(filer: &Browser, enterprise: &str) -> Result<()> {
    filer.visit("/services?period=2021-06").await?;
    filer.tap("[data-action=new-visit]").await?;
    filer.fill("#f-enterprise", enterprise).await?;
    filer.fill("#f-leader", "陈立新").await?;
    filer.tap("[data-action=submit]").await?;
    filer.find("[data-step=submitted]").await?;
    filer.everything_reported().await
}

#[tokio::test]
async fn what_gives_nothing_to_stop_at_is_approved_at_once_and_what_is_refused_is_told_by_name() -> Result<()> {
    let server = Server::demo().await?;
    let filer = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    filer.log_in("gudong").await?;
    filer.everything_reported().await?;
    let enterprises = ["福州甲甲商贸有限公司", "福州乙乙商贸有限公司", "福州丙丙商贸有限公司"];
    for enterprise in enterprises {
        file_visit(&filer, enterprise).await?;
    }

    let line = Proxy::start(&server.origin(), |_, _| Fault::None).await?;
    let reviewer = Browser::open(Engine::Chromium, Screen::Tablet, line.origin()).await?;
    reviewer.log_in("gudong.sh").await?;
    reviewer.everything_reported().await?;
    reviewer.visit("/review").await?;
    for enterprise in enterprises {
        reviewer.until("the visit waits", LISTED, vec![enterprise.into()]).await?;
    }
    // A start claim without its photos must be looked at by itself: it has no box.
    reviewer.says("处待核，须单独审核").await?;
    reviewer.tap("[data-action=choose-all]").await?;
    reviewer.picture("review-batch").await?;
    reviewer.accessible("/review, several chosen").await?;

    // While the line is gone, the filer takes the last one back; the reviewer cannot know.
    line.set_gone(true);
    filer.tap("[data-action=take-back]").await?;
    filer.everything_reported().await?;
    reviewer.tap("[data-action=approve-chosen]").await?;
    reviewer.until("the visits left the queue", GONE, vec![enterprises[0].into()]).await?;
    line.set_gone(false);
    reviewer.says(&format!("“{}”没有通过", enterprises[2])).await?;
    reviewer.picture("review-batch-refused").await?;
    reviewer.tap("[data-action=note-refusal]").await?;
    reviewer.everything_reported().await?;
    filer.visit("/services?period=2021-06").await?;
    let approved =
        "const line = [...document.querySelectorAll('.split__list a')].find(e => e.innerText.includes(arguments[0]));
        return !!line && line.innerText.includes(arguments[1])";
    for enterprise in &enterprises[..2] {
        filer.until("the visit is approved", approved, vec![(*enterprise).into(), "单位已审".into()]).await?;
    }
    filer.until("the one taken back is a draft", approved, vec![enterprises[2].into(), "草稿".into()]).await?;
    reviewer.close().await?;
    filer.close().await
}

#[tokio::test]
async fn what_waits_for_a_visit_is_decided_with_its_record_which_the_unit_reads() -> Result<()> {
    let server = Server::demo().await?;
    let verifier = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    verifier.log_in("shangwu.rd").await?;
    verifier.everything_reported().await?;
    verifier.visit("/review").await?;
    let open = "const line = [...document.querySelectorAll('.split__list a')].find(e => e.innerText.includes('单位已审') && e.innerText.includes('鼓东街道'));
        if (!line) return false; line.click(); return true";
    verifier.until("a claim of 鼓东 waits", open, Vec::new()).await?;
    verifier.find("[data-action=on-site]").await?;
    let record = verifier.run("return new URLSearchParams(location.search).get('record')").await?;
    verifier.tap("[data-action=on-site]").await?;
    verifier.everything_reported().await?;
    let record = record.as_str().unwrap_or_default().to_owned();
    verifier.visit(&format!("/review?record={record}")).await?;
    verifier.tap("[data-action=visit]").await?;
    verifier.tap("[data-action=visit-verify]").await?;
    verifier.says("请写明现场看到的情况").await?;
    verifier.fill("#f-visit-by", "王工、李工").await?;
    verifier.fill("#f-visit-found", "基坑已开挖，桩机两台在场。").await?;
    // A photo that is hung on changes the record, and leaves what was written where it is.
    verifier.choose_photo("visit-photos", 7).await?;
    verifier
        .until(
            "the photo hangs on the record",
            "return document.querySelectorAll('#visit-dialog .file-tile').length === 1",
            Vec::new(),
        )
        .await?;
    let kept = verifier.run("return document.querySelector('#f-visit-found').value").await?;
    ensure!(kept == "基坑已开挖，桩机两台在场。", "the finding is now {kept}");
    verifier.picture("on-site-visit").await?;
    verifier.accessible("/review, a visit").await?;
    verifier.tap("[data-action=visit-verify]").await?;
    verifier.everything_reported().await?;
    verifier.close().await?;

    let filer = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    filer.log_in("gudong").await?;
    filer.everything_reported().await?;
    filer.visit(&format!("/claims/{record}")).await?;
    filer.says("现场核查：6月23日，王工、李工").await?;
    filer.says("基坑已开挖，桩机两台在场。").await?;
    filer
        .until(
            "the unit sees the photo",
            "return [...document.querySelectorAll('.file-tile__picture')].some(e => e.naturalWidth > 0)",
            Vec::new(),
        )
        .await?;
    filer.close().await
}

#[tokio::test]
async fn a_project_filed_twice_is_decided_by_the_office_told_to_the_unit_and_can_be_taken_back() -> Result<()> {
    let server = Server::demo().await?;
    let office = Browser::open(Engine::Chromium, Screen::Desktop, &server.origin()).await?;
    office.log_in("zhongdian").await?;
    office.everything_reported().await?;
    office.tap("[data-place='/duplicates']").await?;
    office.says("1 对等待认定").await?;
    office.says("建设单位相同，名称相近").await?;
    office.picture("duplicates").await?;
    office.accessible("/duplicates").await?;
    office.tap("[data-action=keep-first]").await?;
    office.says("认定为同一项目，保留鼓西街道的").await?;
    office.everything_reported().await?;

    let antai = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    antai.log_in("antai").await?;
    antai.everything_reported().await?;
    antai.visit("/projects").await?;
    antai.fill("input[type=search]", "乌山智慧").await?;
    antai.tap_words("乌山智慧商业街区改造提升项目").await?;
    antai.says("以另一个为准，本项目不计分").await?;

    office.tap("[data-action=take-back]").await?;
    office.says("1 对等待认定").await?;
    let untold = "return !document.body.innerText.includes(arguments[0])";
    antai.until("it counts again", untold, vec![Value::from("以另一个为准")]).await?;
    office.tap("[data-action=different]").await?;
    office.says("认定不是同一项目").await?;
    office.says("没有待认定的重复项目").await?;
    antai.close().await?;
    office.close().await
}
