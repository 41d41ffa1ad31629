//! What else is asked about a score: why it moved, and what if. A finding that an office files moves it.

use anyhow::Result;
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};

/// The sum of a column of signed points, in hundredths, and whether it is the figure under it.
const LINES_SUM_TO_THE_CHANGE: &str = "const cents = e => Math.round(parseFloat(e.innerText.replace('−', '-')) * 100);
    const lines = [...document.querySelectorAll('.why details > summary .why__points')].map(cents);
    const total = document.querySelector('[data-movement=total]');
    return !!total && lines.length > 3 && lines.reduce((a, b) => a + b, 0) === cents(total)";

#[tokio::test]
async fn a_unit_sees_why_it_moved_and_what_would_gain_a_place() -> Result<()> {
    let server = Server::demo().await?;
    let browser = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    browser.log_in("gudong").await?;
    browser.visit("/ranking").await?;
    browser.tap("tr[data-unit='五凤街道'] a").await?;
    browser.tap_words("较上月").await?;
    browser.until("the lines sum to the change", LINES_SUM_TO_THE_CHANGE, Vec::new()).await?;
    browser.tap_words("如果").await?;
    browser.find("[data-what-if=least]").await?;
    // The cheapest way to gain a place is tried, and gains it.
    browser.tap_within(".why__sources", "试算").await?;
    browser.find("[data-what-if=answer]").await?;
    browser.says("假设再完成").await?;
    let better = "const rank = e => parseInt(e.innerText.match(/第 ?(\\d+) ?名/)[1]);
        const [now, then] = ['.why__sentence', '[data-what-if=answer]'].map(c => document.querySelector(c));
        return !!now && !!then && rank(then) < rank(now)";
    browser.until("the rank is better than before", better, Vec::new()).await?;
    browser.fill("#f-amount", "abc").await?;
    browser.tap("[data-action=what-if]").await?;
    browser.says("请填一个数").await?;
    browser.tap_words("去掉").await?;
    browser.find("[data-what-if=least]").await?;
    browser.close().await
}

#[tokio::test]
async fn a_finding_is_filed_about_a_unit_and_confirmed_by_another_person() -> Result<()> {
    let server = Server::demo().await?;
    let office = Browser::open(Engine::Chromium, Screen::Desktop, &server.origin()).await?;
    office.log_in("zhongdian").await?;
    office.visit("/inspections").await?;
    let choose = "const list = document.querySelector('.split__tools select');
        const option = [...list.options].find(o => o.text === '鼓东街道'); if (!option) return false;
        list.value = option.value; list.dispatchEvent(new Event('change', { bubbles: true })); return true";
    office.until("鼓东街道 can be chosen", choose, Vec::new()).await?;
    office.tap("[data-action=new-inspection]").await?;
    office.says("鼓东街道 · 督查与评议").await?;
    office.choose("#f-finding", "notice").await?;
    office.fill("#f-statement", "第二季度督查通报：一项问题整改不到位").await?;
    office.tap("[data-action=submit]").await?;
    office.says("待复核").await?;
    office.everything_reported().await?;
    office.picture("inspection").await?;
    office.accessible("/inspections").await?;
    office.close().await?;
    let inspector = Browser::open(Engine::Chromium, Screen::Desktop, &server.origin()).await?;
    inspector.log_in("ducha").await?;
    inspector.visit("/review").await?;
    inspector.says("督查通报").await?;
    inspector.close().await
}
