//! Never hide: what two people did to one field, and what the server refused, is shown to whoever must know it.

use anyhow::{Result, ensure};
use e2e::{
    browser::{Browser, Engine, Screen},
    log,
    proxy::{Fault, Proxy},
    server::Server,
};
use serde_json::{Value, json};

const VISIT: &str = "/services/018f0000-0000-7000-8000-000000000031?kind=service_visit";
const OTHER: &str = "/services/018f0000-0000-7000-8000-000000000032?kind=service_visit";

/// A person's tablet, and the line between it and the server.
async fn tablet(server: &Server, account: &str) -> Result<(Browser, Proxy)> {
    let line = Proxy::start(&server.origin(), |_, _| Fault::None).await?;
    let browser = Browser::open(Engine::Chromium, Screen::Tablet, line.origin()).await?;
    browser.log_in(account).await?;
    browser.ready_for_offline().await?;
    browser.everything_reported().await?;
    Ok((browser, line))
}

async fn shows(browser: &Browser, field: &str, text: &str) -> Result<()> {
    let script = "return document.querySelector(arguments[0])?.value === arguments[1]";
    browser.until(&format!("{field} shows {text}"), script, vec![field.into(), text.into()]).await
}

async fn saved(browser: &Browser) -> Result<()> {
    let script = "return document.querySelector('.action-bar').innerText.includes('已保存')";
    browser.until("what was typed is saved", script, Vec::new()).await
}

async fn fill_visit(browser: &Browser) -> Result<()> {
    browser.visit(VISIT).await?;
    for (field, text) in [("#f-enterprise", "闽台电子有限公司"), ("#f-leader", "陈主任")] {
        browser.fill(field, text).await?;
    }
    saved(browser).await?;
    browser.everything_reported().await
}

#[tokio::test]
async fn two_people_edit_one_field() -> Result<()> {
    let server = Server::demo().await?;
    let (one, one_line) = tablet(&server, "gudong").await?;
    let (other, other_line) = tablet(&server, "gudong").await?;
    fill_visit(&one).await?;
    other.visit(VISIT).await?;
    shows(&other, "#f-leader", "陈主任").await?;
    for line in [&one_line, &other_line] {
        line.set_gone(true);
    }
    one.fill("#f-leader", "林主任").await?;
    other.fill("#f-leader", "黄主任").await?;
    // What does not overlap merges by itself.
    other.fill("#f-enterprise", "闽台电子集团").await?;
    for (browser, line) in [(&one, &one_line), (&other, &other_line)] {
        saved(browser).await?;
        line.set_gone(false);
    }
    let both = "const e = document.querySelector('.field__conflict');
        return !!e && [...arguments].every(name => e.innerText.includes(name))";
    let names = || vec!["林主任".into(), "黄主任".into()];
    let (reviewer, _line) = tablet(&server, "gudong.sh").await?;
    reviewer.visit(VISIT).await?;
    for browser in [&one, &other, &reviewer] {
        browser.until("both values are shown", both, names()).await?;
        shows(browser, "#f-enterprise", "闽台电子集团").await?;
    }
    one.picture("conflict").await?;
    one.accessible("a conflict").await?;
    let choose = "const found = [...document.querySelectorAll('[data-action=settle]')]
        .find(e => e.innerText.includes('林主任')); if (!found) return false; found.click(); return true";
    one.until("one tap settles it", choose, Vec::new()).await?;
    for browser in [&one, &other, &reviewer] {
        let settled = "return !document.querySelector('.field__conflict')";
        browser.until("the conflict is settled everywhere", settled, Vec::new()).await?;
        shows(browser, "#f-leader", "林主任").await?;
    }
    for browser in [one, other, reviewer] {
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn one_bad_record_and_the_others_go() -> Result<()> {
    let server = Server::demo().await?;
    let (one, _one_line) = tablet(&server, "gudong").await?;
    let (other, other_line) = tablet(&server, "gudong").await?;
    fill_visit(&one).await?;
    other.visit(VISIT).await?;
    shows(&other, "#f-leader", "陈主任").await?;
    // While the second tablet is away the record changes under what it submits.
    other_line.set_gone(true);
    one.fill("#f-leader", "林主任").await?;
    saved(&one).await?;
    one.everything_reported().await?;
    other.tap("[data-action=submit]").await?;
    other.find("[data-sync=unsent], [data-sync=attention]").await?;
    other.visit(OTHER).await?;
    other.fill("#f-enterprise", "未受影响的企业").await?;
    saved(&other).await?;
    other_line.set_gone(false);
    other.find("[data-sync=attention]").await?;
    let is_there = |log: &std::collections::BTreeMap<String, Value>| log::entries(log, "未受影响的企业") > 0;
    log::until(&server.origin(), "gudong", "the other record", is_there).await?;
    other.visit("/sync").await?;
    other.find(".refusal[data-code]").await?;
    let reasons = "const e = document.querySelector('.refusal'); return e.innerText.length > 20
        && e.querySelector('.refusal__next').innerText.length > 5";
    other.until("the reason and the next step stand there", reasons, Vec::new()).await?;
    other.picture("refusal").await?;
    // Look again, and send again.
    other.tap("[data-action=edit-again]").await?;
    shows(&other, "#f-leader", "林主任").await?;
    other.tap("[data-action=submit]").await?;
    other.find("[data-step=submitted]").await?;
    other.visit("/sync").await?;
    other.tap("[data-action=dismiss]").await?;
    other.everything_reported().await?;
    let rows = log::rows(&server.origin(), "gudong").await?;
    let is_refused = |row: &&Value| row.pointer("/disposition/type") == Some(&json!("refused"));
    ensure!(rows.iter().filter(is_refused).count() == 1, "the refused step stands in the log, once");
    for browser in [one, other] {
        browser.close().await?;
    }
    Ok(())
}
