//! The own account: a new password, and what is wrong with one that is not taken.

use anyhow::Result;
use e2e::{
    DEMO_PASSWORD,
    browser::{Browser, Engine, Screen},
    server::Server,
};

const NEW: &str = "a new long password";

#[tokio::test]
async fn a_password_is_changed_only_with_the_one_before_and_counts_from_then_on() -> Result<()> {
    let server = Server::demo().await?;
    let browser = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    browser.log_in("gudong").await?;
    browser.tap("[href='/account']").await?;
    for (current, new, repeat, answer) in [
        (DEMO_PASSWORD, NEW, "another long password", "两次输入的新密码不一样"),
        ("not the password", NEW, NEW, "当前密码不对"),
        (DEMO_PASSWORD, "short", "short", "新密码要 10 到 128 个字符"),
        (DEMO_PASSWORD, NEW, NEW, "密码已修改"),
    ] {
        for (field, text) in [("#f-current", current), ("#f-new", new), ("#f-repeat", repeat)] {
            browser.fill(field, text).await?;
        }
        browser.tap("[data-action=change-password]").await?;
        browser.says(answer).await?;
    }
    browser.picture("account").await?;
    browser.accessible("/account").await?;
    browser.tap("[data-action=leave]").await?;
    browser.fill("#f-account", "gudong").await?;
    browser.fill("#f-password", DEMO_PASSWORD).await?;
    browser.tap("button[type=submit]").await?;
    browser.says("密码或 PIN 不对").await?;
    browser.fill("#f-password", NEW).await?;
    browser.tap("button[type=submit]").await?;
    browser.find(".shell").await?;
    browser.close().await
}

#[tokio::test]
async fn the_sync_page_names_the_devices_and_holds_the_servers_signature() -> Result<()> {
    let server = Server::demo().await?;
    let browser = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    browser.log_in("gudong").await?;
    browser.visit("/services/0178e1a8-7c00-7000-8000-000000000001?kind=service_visit").await?;
    browser.fill("#f-enterprise", "闽东电机").await?;
    browser.says("已保存").await?;
    browser.everything_reported().await?;
    browser.visit("/sync").await?;
    browser.says("登录的设备").await?;
    browser.says("本设备").await?;
    let signed =
        "return [...document.querySelectorAll('textarea')].some(area => area.value.includes('tisheng-receipt-1:'))";
    browser.until("the server's signature in the diagnosis", signed, Vec::new()).await?;
    browser.close().await?;
    server.doctor()
}
