//! A month is frozen by two people, published, seen by everybody, and written down for the auditor.

use anyhow::Result;
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};

/// Writes into a text field of the period and sends it by a button's words.
async fn say(browser: &Browser, field: &str, text: &str, button: &str) -> Result<()> {
    browser.visit("/periods/2021-06").await?;
    browser.fill(field, text).await?;
    browser.tap_words(button).await
}

#[tokio::test]
async fn an_objection_that_was_turned_down_is_appealed_and_ruled_on_by_somebody_else() -> Result<()> {
    let mut server = Server::demo().await?;
    server.go_on_at("2021-06-29").await?;
    let origin = server.origin();
    let open = async |account: &str| {
        let browser = Browser::open(Engine::Chromium, Screen::Tablet, &origin).await?;
        browser.log_in(account).await.map(|()| browser)
    };
    let unit = open("gudong.sh").await?;
    let office = open("zhongdian").await?;
    say(&unit, "#f-object", "一项开工认定漏计，材料已于 6 月 24 日上报。", "提交异议").await?;
    unit.says("一项开工认定漏计").await?;
    unit.picture("objection").await?;
    say(&office, "#f-answer-1", "施工许可证日期在 7 月，按 7 月计。", "不采纳").await?;
    office.says("施工许可证日期在 7 月").await?;
    say(&unit, "#f-appeal-1", "许可证补发，原件日期为 6 月 18 日，现附上。", "提出申诉").await?;
    unit.says("许可证补发").await?;
    unit.picture("appeal").await?;
    unit.accessible("/periods, an appeal").await?;
    // Who gave the answer does not rule on it.
    office.visit("/periods/2021-06").await?;
    office.says("许可证补发").await?;
    office.until("no form to rule", "return !document.querySelector('#f-ruling-1')", Vec::new()).await?;
    office.close().await?;
    let second = open("zhongdian.fh").await?;
    say(&second, "#f-ruling-1", "原件核实无误，计入 6 月。", "支持申诉").await?;
    second.says("原件核实无误").await?;
    second.accessible("/periods, a ruling").await?;
    second.close().await?;
    unit.visit("/periods/2021-06").await?;
    unit.says("原件核实无误，计入 6 月。").await?;
    unit.close().await
}

#[tokio::test]
async fn a_month_is_frozen_by_two_published_and_written_down() -> Result<()> {
    let server = Server::demo().await?;
    let origin = server.origin();
    let open = |screen| Browser::open(Engine::Chromium, screen, &origin);
    let first = open(Screen::Desktop).await?;
    first.log_in("zhongdian").await?;
    first.tap("[data-place='/periods']").await?;
    first.tap("[data-period='2021-05'] a, a[data-period='2021-05']").await?;
    first.tap("[data-action=propose]").await?;
    first.says("自己提请的，须由重点办另一人确认").await?;
    first.picture("period-proposed").await?;
    first.accessible("/periods").await?;
    first.close().await?;

    let second = open(Screen::Desktop).await?;
    second.log_in("zhongdian.fh").await?;
    second.visit("/periods/2021-05").await?;
    second.tap("[data-action=confirm]").await?;
    second.says("已锁定，尚未发布").await?;
    second.tap("[data-action=publish]").await?;
    second.find("[data-edition='1']").await?;
    second.says("启动更正").await?;
    second.picture("period-published").await?;
    second.accessible("/periods, published").await?;
    second.close().await?;

    let leader = open(Screen::Phone).await?;
    leader.log_in("lingdao").await?;
    leader.visit("/ranking?period=2021-05").await?;
    leader.says("已发布 · 第 1 版").await?;
    leader.visit("/ranking?period=2021-06").await?;
    leader.says("临时结果").await?;
    leader.close().await?;

    let auditor = open(Screen::Desktop).await?;
    auditor.log_in("shenji").await?;
    auditor.says("5月考评期：发布第 1 版").await?;
    auditor.picture("audit").await?;
    auditor.accessible("/audit").await?;
    auditor.close().await
}
