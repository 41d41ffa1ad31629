//! 趋势: every month of the year as lines and as a table, which ends with what the ranking says.

use anyhow::Result;
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};
use serde_json::json;

/// What the ranking says of each unit, by the measure's code.
const RANKED: &str = "const first = e => e.firstChild.textContent.trim();
    return [...document.querySelectorAll('.ranking tbody tr')].map(row => ({
        unit: row.dataset.unit,
        rank: first(row.querySelector('.ranking__rank')),
        score: first(row.querySelector('.ranking__score')),
        started: first(row.querySelector('.ranking__count')),
    }))";

/// Whether the table's last column holds the same, with a column a month from January to June.
const ENDS_SO: &str = "const [ranked, measure] = arguments;
    const heads = [...document.querySelectorAll('.table--pinned thead th')].slice(1).map(e => e.innerText.trim());
    return heads.join() === '1月,2月,3月,4月,5月,6月' && ranked.length > 5 && ranked.every(line => {
        const row = document.querySelector(`.table--pinned tr[data-unit='${line.unit}']`);
        return !!row && row.lastElementChild.innerText.trim() === line[measure];
    })";

/// Whether nothing but the table scrolls sideways.
const FITS: &str =
    "return document.documentElement.scrollWidth <= innerWidth && !!document.querySelector('tr[data-unit]')";

#[tokio::test]
async fn the_months_end_with_what_the_ranking_says() -> Result<()> {
    let server = Server::demo().await?;
    let leader = Browser::open(Engine::Chromium, Screen::Desktop, &server.origin()).await?;
    leader.log_in("lingdao").await?;
    leader.visit("/ranking?group=street").await?;
    leader.find(".ranking tbody tr").await?;
    let ranked = leader.run(RANKED).await?;
    let started = leader.run("return document.querySelector('.headline__figure').innerText.trim()").await?;
    for measure in ["score", "rank", "started"] {
        leader.visit(&format!("/trends?group=street&measure={measure}")).await?;
        leader.until(&format!("{measure} as ranked"), ENDS_SO, vec![ranked.clone(), measure.into()]).await?;
    }
    let total = "const figure = document.querySelector('[data-headline=started] .headline__figure');
        return !!figure && figure.innerText.trim() === arguments[0]";
    leader.until("the total as ranked", total, vec![started]).await?;

    // Another unit comes to the front, and the address says so; so does another figure.
    leader.tap_within(".table--pinned", "五凤街道").await?;
    leader.find("[data-in-front=五凤街道]").await?;
    leader.find("tr[data-unit=五凤街道][aria-current=true]").await?;
    leader.choose(".ledger__tools select", "completed").await?;
    let named = "return location.search.includes('measure=completed') && location.search.includes('unit=')";
    leader.until("the address holds the choice", named, Vec::new()).await?;
    leader.find("[data-in-front=五凤街道]").await?;
    for (width, height) in [(1440, 900), (390, 844), (320, 640)] {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        leader.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
        leader.until(&format!("it fits into {width} px"), FITS, Vec::new()).await?;
        leader.picture(&format!("trends-{width}")).await?;
    }
    leader.close().await
}

#[tokio::test]
async fn a_month_that_cannot_be_loaded_is_a_gap_and_named() -> Result<()> {
    let server = Server::demo().await?;
    let leader = Browser::open(Engine::Chromium, Screen::Desktop, &server.origin()).await?;
    leader.log_in("lingdao").await?;
    leader.devtools("Network.enable", json!({})).await?;
    leader.devtools("Network.setBlockedURLs", json!({ "urls": ["*/api/v1/rankings/2021-02"] })).await?;
    leader.visit("/trends?group=street").await?;
    leader.says("2月的结果暂时取不到").await?;
    let gap = "const cells = [...document.querySelectorAll('.table--pinned tbody tr')].map(row => row.cells[2].innerText.trim());
        return cells.length > 5 && cells.every(cell => cell === '未取到')";
    leader.until("February's column says so", gap, Vec::new()).await?;
    leader.picture("trends-gap").await?;
    leader.accessible("/trends with a gap").await?;
    leader.devtools("Network.setBlockedURLs", json!({ "urls": [] })).await?;
    leader.tap_words("再试一次").await?;
    let closed =
        "return document.querySelectorAll('tr[data-unit]').length > 5 && !document.body.innerText.includes('未取到')";
    leader.until("the gap is closed", closed, Vec::new()).await?;
    leader.close().await
}
