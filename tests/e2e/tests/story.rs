//! The product's whole promise in one story: a filer without a network, a judge, a leader who asks why.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context, Result, ensure};
use e2e::{
    browser::{Browser, Engine, Screen},
    proxy::{Fault, Proxy},
    server::Server,
};

const PROJECT: &str = "鼓东光谷算力中心（二期）";
const UNIT_ROW: &str = "tr[data-unit='鼓东街道']";

#[tokio::test]
async fn what_a_filer_does_without_a_network_moves_the_leaders_ranking() -> Result<()> {
    tell(Engine::WholeChromium).await
}

#[tokio::test]
async fn the_same_story_on_firefox() -> Result<()> {
    tell(Engine::Firefox).await
}

async fn tell(engine: Engine) -> Result<()> {
    let mut server = Server::demo().await?;
    // The filer's network repeats every exchange: nothing may be doubled by it.
    let repeated = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&repeated);
    let repeat = move |path: &str, _| match path {
        "/api/v1/sync" => {
            counted.fetch_add(1, Ordering::Relaxed);
            Fault::Repeat(2)
        }
        _ => Fault::None,
    };
    let proxy = Proxy::start(&server.origin(), repeat).await?;
    let filer = Browser::open(engine, Screen::Tablet, proxy.origin()).await?;
    filer.log_in("gudong").await?;
    filer.ready_for_offline().await?;
    filer.everything_reported().await?;
    let projects_before = projects_of(&filer).await?;

    let leader = Browser::open(engine, Screen::Desktop, &server.origin()).await?;
    leader.log_in("lingdao").await?;
    let started_before = started(&leader).await?;

    server.kill()?;
    file_project(&filer).await?;
    file_claim(&filer).await?;
    file_monthly_report(&filer).await?;
    filer.picture(&format!("story-offline-{engine:?}")).await?;

    // The page is closed and opened again; the server is still gone.
    filer.client.goto("about:blank").await?;
    filer.visit("/projects").await?;
    open_project(&filer).await?;
    let invested = "return document.querySelector('#f-total_investment').value";
    ensure!(
        filer.run(invested).await? == "22,000.00",
        "the figure typed in full width is not kept: {}",
        filer.run(invested).await?
    );
    filer.find("[data-sync=unsent], [data-sync=attention]").await?;

    server.start().await?;
    filer.everything_reported().await?;
    ensure!(repeated.load(Ordering::Relaxed) > 0, "no exchange was repeated");

    review(engine, &server).await?;
    verify(engine, &server).await?;

    // The leader's page follows by itself.
    let more = "const row = document.querySelector(arguments[0]); return !!row && row.querySelector('.ranking__count').innerText.startsWith(arguments[1])";
    let expected = format!("{}", started_before + 1);
    leader.until("the leader sees one start more", more, vec![UNIT_ROW.into(), expected.into()]).await?;
    ask_why(&leader).await?;

    // A second tablet of the unit holds the same, once.
    let second = Browser::open(engine, Screen::Tablet, &server.origin()).await?;
    second.log_in("gudong").await?;
    second.everything_reported().await?;
    let once = format!("return document.body.innerText.split({PROJECT:?}).length === 2");
    second.visit("/projects").await?;
    second.fill("input[type=search]", "光谷算力").await?;
    second.until("the second tablet lists the project once", &once, Vec::new()).await?;
    ensure!(projects_of(&second).await? == projects_before + 1, "a project was doubled or lost");
    for browser in [filer, leader, second] {
        browser.close().await?;
    }
    Ok(())
}

async fn projects_of(browser: &Browser) -> Result<u64> {
    browser.until(
        "the ledger's count stands in the rail",
        "const e = document.querySelector('[data-place=\"/projects\"] .nav-item__count'); return !!e && Number(e.innerText) > 0",
        Vec::new(),
    )
    .await?;
    let count = browser
        .run("return Number(document.querySelector('[data-place=\"/projects\"] .nav-item__count').innerText)")
        .await?;
    count.as_u64().context("no count")
}

async fn started(leader: &Browser) -> Result<u64> {
    leader.find(UNIT_ROW).await?;
    let script = format!("return parseInt(document.querySelector(\"{UNIT_ROW} .ranking__count\").innerText)");
    leader.run(&script).await?.as_u64().context("no count of starts")
}

async fn file_project(filer: &Browser) -> Result<()> {
    filer.tap("[data-place='/projects']").await?;
    filer.tap("[data-action=new-project]").await?;
    filer.fill("#f-name", PROJECT).await?;
    filer.fill("#f-owner", "福州鼓东算力科技有限公司").await?;
    filer.fill("#f-credit_code", "91512081MA62K0260E").await?;
    filer.fill("#f-place", "鼓东街道井大路 58 号").await?;
    filer.tap_within("#f-category", "服务业").await?;
    filer.choose("#f-programme", "industry_innovation").await?;
    filer.fill("#f-sector", "I6450").await?;
    filer.fill("#f-content", "建设智能算力机房三层，配套供配电与液冷系统，形成一千架标准机柜的服务能力。").await?;
    filer.fill("#f-total_investment", "２２，０００").await?;
    filer.fill("#f-planned_investment", "12000").await?;
    filer.fill("#f-planned_start", "2021-06").await?;
    filer.fill("#f-planned_completion", "2022-03").await?;
    filer.fill("#f-responsible", "林晓燕").await?;
    filer.tap("[data-action=submit]").await?;
    filer.find("[data-step=submitted]").await.map(|_| ())
}

async fn file_claim(filer: &Browser) -> Result<()> {
    filer.tap("[data-action=new-claim]").await?;
    filer.tap_within("#f-stage", "开工").await?;
    filer.fill("#f-reached_on", "2021-06-20").await?;
    for evidence in ["立项文件", "施工合同", "现场照片（不少于 2 张）", "施工许可证（或替代材料）"]
    {
        filer.tap_within("#f-evidence", evidence).await?;
    }
    filer.tap("[data-action=submit]").await?;
    filer.find("[data-step=submitted]").await.map(|_| ())
}

async fn file_monthly_report(filer: &Browser) -> Result<()> {
    filer.tap(".page-header__back").await?;
    filer.tap("[data-period='2021-06'] a").await?;
    filer.fill("#f-investment", "1,820").await?;
    filer.tap_within("#f-progress", "正常").await?;
    filer.fill("#f-works", "桩基完成六成，配电室主体封顶。").await?;
    filer.tap("[data-action=submit]").await?;
    filer.find("[data-step=submitted]").await.map(|_| ())
}

async fn open_project(browser: &Browser) -> Result<()> {
    browser.fill("input[type=search]", "光谷算力").await?;
    browser.tap_words(PROJECT).await?;
    browser.find("#f-name").await.map(|_| ())
}

/// The unit's reviewer passes all that was filed: project, claim and report.
async fn review(engine: Engine, server: &Server) -> Result<()> {
    let reviewer = Browser::open(engine, Screen::Tablet, &server.origin()).await?;
    reviewer.log_in("gudong.sh").await?;
    reviewer.everything_reported().await?;
    for left in (0..3).rev() {
        reviewer.visit("/review").await?;
        let open = "const all = [...document.querySelectorAll('.split__list a')].filter(e => e.innerText.includes(arguments[0]));
            if (!all.length) return false; all[0].click(); return true";
        reviewer.until("the filed record waits for review", open, vec![PROJECT.into()]).await?;
        reviewer.tap("[data-action=approve]").await?;
        let gone = "return [...document.querySelectorAll('.split__list a')].filter(e => e.innerText.includes(arguments[0])).length === arguments[1]";
        reviewer.until("the record left the queue", gone, vec![PROJECT.into(), left.into()]).await?;
    }
    reviewer.everything_reported().await?;
    reviewer.close().await
}

/// 商务局 verifies the claim.
async fn verify(engine: Engine, server: &Server) -> Result<()> {
    let verifier = Browser::open(engine, Screen::Tablet, &server.origin()).await?;
    verifier.log_in("shangwu.rd").await?;
    verifier.everything_reported().await?;
    verifier.visit("/review").await?;
    let open =
        "const all = [...document.querySelectorAll('.split__list a')].filter(e => e.innerText.includes(arguments[0]));
        if (!all.length) return false; all[0].click(); return true";
    verifier.until("the claim waits for verification", open, vec![PROJECT.into()]).await?;
    verifier.picture(&format!("story-verify-{engine:?}")).await?;
    verifier.tap("[data-action=approve]").await?;
    // The tap is kept once the queue has let go of the claim; before that the chip still speaks of what was.
    let gone = "return ![...document.querySelectorAll('.split__list a')].some(e => e.innerText.includes(arguments[0]))";
    verifier.until("the claim left the queue", gone, vec![PROJECT.into()]).await?;
    verifier.everything_reported().await?;
    verifier.close().await
}

/// From the rank down to the record, and the lines add up to the score.
async fn ask_why(leader: &Browser) -> Result<()> {
    leader.tap(&format!("{UNIT_ROW} a")).await?;
    let opened = "const lines = [...document.querySelectorAll('.why details')];
        if (!lines.length || !document.querySelector('.why__title').innerText.includes('鼓东街道')) return false;
        lines.forEach(e => e.open = true);
        return [...document.querySelectorAll('.why__source')].some(e => e.innerText.includes(arguments[0]))";
    leader.until("the explanation names the record", opened, vec![PROJECT.into()]).await?;
    let sum = "const cents = e => Math.round(Number(e.innerText.replace('−', '-').split('\\n')[0]) * 100);
        const lines = [...document.querySelectorAll('.why details > summary .why__points')].map(cents).filter(n => !Number.isNaN(n));
        return lines.reduce((a, b) => a + b, 0) === cents(document.querySelector('[data-score=total]'))";
    leader.until("the sum of the lines is the score", sum, Vec::new()).await?;
    leader.picture("story-why").await
}
