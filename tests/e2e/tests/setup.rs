//! An empty district is set up with the printed code, and a wrong one is refused with a sentence.

use anyhow::Result;
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};

#[tokio::test]
async fn an_empty_district_is_set_up_with_the_code_that_was_printed() -> Result<()> {
    let server = Server::empty().await?;
    let code = server.setup_code().await?;
    let browser = Browser::open(Engine::Chromium, Screen::Desktop, &server.origin()).await?;
    browser.visit("/").await?;
    fill(&browser, "0000-0000").await?;
    browser.says("初始化码").await?;
    fill(&browser, &code).await?;
    browser.find(".shell").await?;
    browser.says("管理").await?;
    browser.picture("admin-empty").await?;
    browser.close().await
}

async fn fill(browser: &Browser, code: &str) -> Result<()> {
    for (field, text) in [
        ("#f-code", code),
        ("#f-district", "鼓楼区"),
        ("#f-region", "350102"),
        ("#f-year", "2021"),
        ("#f-name", "陈志明"),
        ("#f-account", "guanli"),
        ("#f-password", "a long enough password"),
    ] {
        browser.fill(field, text).await?;
    }
    browser.tap("button[type=submit]").await
}
