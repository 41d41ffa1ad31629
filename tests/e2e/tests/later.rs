//! The part of the program that comes after the first load.

use anyhow::Result;
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};
use serde_json::json;

#[tokio::test]
async fn a_page_that_has_not_come_says_so_and_comes_when_asked_again() -> Result<()> {
    let server = Server::demo().await?;
    let browser = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    browser.devtools("Network.enable", json!({})).await?;
    browser.devtools("Network.setBlockedURLs", json!({ "urls": ["*/assets/later.*"] })).await?;
    browser.log_in("gudong").await?;
    browser.says("今日").await?;
    browser.tap("[data-place='/ranking']").await?;
    browser.says("这一页还没有下载到本机").await?;
    browser.picture("chunk-failed").await?;
    browser.devtools("Network.setBlockedURLs", json!({ "urls": [] })).await?;
    browser.tap_words("再试一次").await?;
    browser.find(".ranking tbody tr").await?;
    browser.close().await
}
