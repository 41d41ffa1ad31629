//! The oldest browser that is supported: the application starts there, and one save is durable.

use anyhow::{Result, ensure};
use e2e::{DEMO_PASSWORD, chromium90::Chromium90, server::Server};

#[tokio::test]
async fn chromium_90_starts_and_keeps_one_save() -> Result<()> {
    let server = Server::demo().await?;
    let origin = server.origin();
    let mut page = Chromium90::open(&format!("{origin}/login")).await?;
    let version = page.run("navigator.userAgent").await?;
    ensure!(version.as_str().is_some_and(|agent| agent.contains("Chrome/90.")), "this is not Chromium 90: {version}");
    page.until("the log-in", "!!document.querySelector('#f-password')").await?;
    page.run(&typing("#f-account", "gudong")).await?;
    page.run(&typing("#f-password", DEMO_PASSWORD)).await?;
    page.run("document.querySelector('button[type=submit]').click()").await?;
    page.until("everything is pulled", "!!document.querySelector('[data-sync=all]')").await?;
    page.run("document.querySelector('[data-place=\"/projects\"]').click()").await?;
    page.until("the ledger", "!!document.querySelector('[data-action=new-project]')").await?;
    page.run("document.querySelector('[data-action=new-project]').click()").await?;
    page.until("the form", "!!document.querySelector('#f-name')").await?;
    page.run(&typing("#f-name", "温泉公园地下空间改造")).await?;
    page.run("document.querySelector('#f-name').dispatchEvent(new FocusEvent('blur'))").await?;
    // Not the chip: until the name is saved, it still speaks of what was there before.
    page.until("it was saved and reported", "document.body.innerText.includes('· 已上报')").await?;
    page.run("location.reload()").await?;
    page.until(
        "the name is there after a reload",
        "!!document.querySelector('#f-name') && document.querySelector('#f-name').value === '温泉公园地下空间改造'",
    )
    .await
}

fn typing(css: &str, text: &str) -> String {
    format!(
        "(() => {{ const e = document.querySelector({css:?}); e.focus(); e.value = {text:?};
            e.dispatchEvent(new InputEvent('input', {{ bubbles: true }})); }})()"
    )
}
