//! The hall screen: an address from the administrator, the groups by turns, and the last frame without a network.

use anyhow::{Context, Result, ensure};
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};
use serde_json::json;

#[tokio::test]
async fn a_wall_shows_the_ranking_and_keeps_it_when_the_network_goes() -> Result<()> {
    let mut server = Server::demo().await?;
    let admin = Browser::open(Engine::Chromium, Screen::Desktop, &server.origin()).await?;
    admin.log_in("admin").await?;
    admin.visit("/admin").await?;
    admin.fill("#f-token-name", "一楼大厅").await?;
    admin.tap("[data-action=issue-screen]").await?;
    admin.says("/hall#screen-").await?;
    let text = admin.run("return document.body.innerText").await?;
    let address =
        text.as_str().and_then(|text| Some(text.split_once("/hall#")?.1.split_whitespace().next()?.to_owned()));
    let address = format!("/hall#{}", address.context("no address")?);

    let wall = Browser::open(Engine::Chromium, Screen::Wall, &server.origin()).await?;
    wall.visit(&address).await?;
    wall.find("[data-unit=鼓东街道]").await?;
    wall.says("实时 · 未锁定").await?;
    let bar = wall.run("return location.href").await?;
    ensure!(!bar.as_str().unwrap_or_default().contains("screen-"), "the token stays in the address bar");
    wall.picture("hall").await?;
    wall.accessible("/hall").await?;
    // Nothing is cut off, whatever the wall's size.
    let fits = "const e = document.querySelector('.hall'); return e.scrollHeight <= e.clientHeight + 1
        && [...document.querySelectorAll('.hall__score, .hall__move')].every(e => e.getBoundingClientRect().right <= innerWidth)";
    for (width, height) in [(1920, 1080), (3840, 2160), (1280, 720), (2560, 1080)] {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        wall.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
        wall.until(&format!("all of it is seen at {width} × {height}"), fits, Vec::new()).await?;
    }
    wall.ready_for_offline().await?;
    server.kill()?;
    wall.visit("/hall?theme=light").await?;
    wall.find("[data-unit=鼓东街道]").await?;
    wall.says("网络中断").await?;
    wall.picture("hall_light").await?;
    wall.accessible("/hall in light").await?;
    for browser in [admin, wall] {
        browser.close().await?;
    }
    Ok(())
}
