//! Never lose, never duplicate: what a tablet, a network and a server do to what was written, row by row.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use e2e::{
    DEMO_PASSWORD,
    browser::{Browser, Engine, Screen},
    log::{self, entries},
    proxy::{Fault, Proxy},
    server::Server,
};
use serde_json::{Value, json};

/// Somebody who may see everything.
const OVERSEER: &str = "shangwu.rd";

/// Exchanges that are cut before one goes through, and how often the server gets that one.
const CUTS: usize = 16;
const REPLAYS: usize = 49;

fn visit(number: u32) -> String {
    format!("/services/018f0000-0000-7000-8000-{number:012}?kind=service_visit")
}

/// Types an enterprise into a visit and waits until the page calls it saved.
async fn write(browser: &Browser, number: u32, enterprise: &str) -> Result<()> {
    browser.visit(&visit(number)).await?;
    browser.fill_and_save("#f-enterprise", enterprise).await
}

async fn enterprise(browser: &Browser, number: u32) -> Result<String> {
    browser.visit(&visit(number)).await?;
    browser.find("#f-enterprise").await?;
    let value = browser.run("return document.querySelector('#f-enterprise').value").await?;
    value.as_str().map(str::to_owned).context("no value")
}

#[tokio::test]
async fn tab_killed_tablet_off_at_any_instant() -> Result<()> {
    let server = Server::demo().await?;
    let mut browser = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    browser.log_in("gudong").await?;
    browser.ready_for_offline().await?;
    write(&browser, 1, "闽东电机厂").await?;
    // More is being typed when the power goes.
    let more = "const field = document.querySelector('#f-enterprise'); field.value += '二分厂';
        field.dispatchEvent(new InputEvent('input', { bubbles: true }))";
    browser.run(more).await?;
    browser.cut_power().await?;
    // What lies on the tablet is sealed: whoever switches it on again says who they are.
    browser.log_in("gudong").await?;
    // The store opens at once and the log-in follows behind it, which the next address would cut off; a cookie from
    // before may have gone with the power.
    browser.everything_reported().await?;
    let kept = enterprise(&browser, 1).await?;
    ensure!(kept == "闽东电机厂" || kept == "闽东电机厂二分厂", "what was called saved is now: {kept}");
    browser.everything_reported().await?;
    log::until(&server.origin(), "gudong", "the entry", |log| entries(log, "闽东电机厂") > 0).await?;
    browser.close().await
}

#[tokio::test]
async fn push_cut_at_any_byte_and_replayed_fifty_times() -> Result<()> {
    let server = Server::demo().await?;
    // None is cut before something is written.
    let pushes = Arc::new(AtomicUsize::new(usize::MAX));
    let counted = Arc::clone(&pushes);
    let meets = move |path: &str, bytes: usize| {
        if path != "/api/v1/sync" || counted.load(Ordering::SeqCst) == usize::MAX {
            return Fault::None;
        }
        match counted.fetch_add(1, Ordering::SeqCst) {
            push if push < CUTS && push.is_multiple_of(2) => Fault::CutRequest(bytes * push / CUTS),
            push if push < CUTS => Fault::CutAnswer(push * push * 8),
            CUTS => Fault::Repeat(REPLAYS),
            _ => Fault::None,
        }
    };
    let proxy = Proxy::start(&server.origin(), meets).await?;
    let browser = Browser::open(Engine::Chromium, Screen::Tablet, proxy.origin()).await?;
    browser.log_in("gudong").await?;
    browser.everything_reported().await?;
    pushes.store(0, Ordering::SeqCst);
    write(&browser, 2, "福州软件有限公司").await?;
    browser.visit("/sync").await?;
    for _ in 0..600 {
        if pushes.load(Ordering::SeqCst) > CUTS {
            break;
        }
        browser.tap("[data-action=sync-now]").await?;
    }
    browser.everything_reported().await?;
    ensure!(pushes.load(Ordering::SeqCst) > CUTS, "the push did not go through");
    let log = log::until(&server.origin(), "gudong", "the entry", |log| entries(log, "福州软件") > 0).await?;
    ensure!(entries(&log, "福州软件") == 1, "the entry stands {} times", entries(&log, "福州软件"));
    browser.close().await
}

#[tokio::test]
async fn server_restored_from_yesterdays_backup() -> Result<()> {
    let mut server = Server::demo().await?;
    let origin = server.origin();
    let one = Browser::open(Engine::Chromium, Screen::Tablet, &origin).await?;
    let other = Browser::open(Engine::Chromium, Screen::Tablet, &origin).await?;
    one.log_in("gudong").await?;
    other.log_in("guxi").await?;
    write(&one, 11, "昨日一厂").await?;
    write(&other, 12, "昨日二厂").await?;
    let is_there =
        |log: &std::collections::BTreeMap<String, Value>, all: &[&str]| all.iter().all(|text| entries(log, text) > 0);
    let yesterday = ["昨日一厂", "昨日二厂"];
    log::until(&origin, OVERSEER, "yesterday's entries", |log| is_there(log, &yesterday)).await?;
    server.kill()?;
    let backup = server.copy()?;
    server.start().await?;

    write(&one, 13, "今日一厂").await?;
    write(&other, 14, "今日二厂").await?;
    let today = ["今日一厂", "今日二厂"];
    let before = log::until(&origin, OVERSEER, "today's entries", |log| is_there(log, &today)).await?;
    for browser in [&one, &other] {
        browser.everything_reported().await?;
    }
    server.kill()?;
    server.put_back(&backup)?;
    server.start().await?;
    let lost = log::content(&log::rows(&origin, OVERSEER).await?)?;
    ensure!(lost.len() < before.len() && !is_there(&lost, &today), "the backup lacks nothing");

    for browser in [&one, &other] {
        browser.visit("/sync").await?;
        browser.tap("[data-action=sync-now]").await?;
    }
    let after = log::until(&origin, OVERSEER, "what was lost", |log| log.len() >= before.len()).await?;
    ensure!(after == before, "after one sync of each the log says something else than before the loss");
    for browser in [one, other] {
        browser.everything_reported().await?;
        browser.close().await?;
    }
    server.doctor()
}

/// The file that a browser has laid into a folder, once it is whole.
async fn downloaded(folder: &Path) -> Result<PathBuf> {
    for _ in 0..100 {
        let files = std::fs::read_dir(folder)?.flatten().map(|entry| entry.path());
        if let Some(file) = files.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "tisheng")) {
            return Ok(file);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("no file was downloaded")
}

#[tokio::test]
async fn disk_full() -> Result<()> {
    let server = Server::demo().await?;
    let mut tablet = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    tablet.log_in("gudong").await?;
    tablet.everything_reported().await?;
    write(&tablet, 81, "有空间企业").await?;
    tablet.everything_reported().await?;
    let origin = server.origin();
    // A browser that runs knows for half a minute how much room there was; one that starts asks.
    tablet.cut_power().await?;
    tablet.visit("/login").await?;
    tablet.find("#f-account").await?;
    let usage = "const done = arguments[0]; navigator.storage.estimate().then(told => done(told.usage))";
    let used = tablet.run_async(usage).await?;
    tablet.devtools("Storage.overrideQuotaForOrigin", json!({ "origin": origin, "quotaSize": used })).await?;
    tablet.log_in("gudong").await?;
    // Text still saves, in the room that was kept for it, and goes up.
    write(&tablet, 81, "没有空间也存下的企业").await?;
    tablet.everything_reported().await?;
    // A photo is refused with a sentence, and hangs nowhere.
    tablet.choose_photo("files-other", 9).await?;
    tablet.says("照片和附件先不要添加").await?;
    tablet.picture("disk-full").await?;
    tablet.until("no photo hangs", "return !document.querySelector('.file-tile')", Vec::new()).await?;
    write(&tablet, 81, "空间已满之后的企业").await?;
    log::until(&origin, OVERSEER, "what was written", |log| entries(log, "空间已满之后的企业") > 0).await?;
    tablet.close().await
}

#[tokio::test]
async fn tablet_without_a_network_for_months() -> Result<()> {
    let mut server = Server::demo().await?;
    let line = Proxy::start(&server.origin(), |_, _| Fault::None).await?;
    let tablet = Browser::open(Engine::Chromium, Screen::Tablet, line.origin()).await?;
    tablet.log_in("gudong").await?;
    tablet.ready_for_offline().await?;
    tablet.everything_reported().await?;
    line.set_gone(true);
    write(&tablet, 41, "久无网络企业").await?;
    server.go_on_at("2021-09-10").await?;
    line.set_gone(false);
    // Nobody's session lasts that long: the person says who they are, and goes on.
    tablet.says("登录已过期").await?;
    tablet.log_in_again(DEMO_PASSWORD).await?;
    log::until(&server.origin(), OVERSEER, "the entry", |log| entries(log, "久无网络企业") == 1).await?;
    tablet.tap("[data-place='/today']").await?;
    tablet.find(".target-row").await?;
    tablet.picture("months-later").await?;
    tablet.close().await?;
    server.doctor()
}

#[tokio::test]
async fn two_tabs_of_one_tablet_and_one_record() -> Result<()> {
    let server = Server::demo().await?;
    let browser = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    browser.log_in("gudong").await?;
    browser.ready_for_offline().await?;
    write(&browser, 61, "双标签企业").await?;
    let first = browser.client.window().await?;
    let second = browser.client.new_window(true).await?.handle;
    browser.client.switch_to_window(second.clone()).await?;
    browser.visit(&visit(61)).await?;
    let is_locked = "return document.querySelector('#f-enterprise')?.readOnly === true
        && document.querySelector('#f-enterprise').value === '双标签企业'";
    browser.until("the second tab only reads", is_locked, Vec::new()).await?;
    browser.tap("[data-action=write-here]").await?;
    browser.until("the second tab writes", "return !document.querySelector('#f-leader').readOnly", Vec::new()).await?;
    browser.fill("#f-leader", "陈主任").await?;
    browser.everything_reported().await?;
    browser.client.switch_to_window(first).await?;
    let is_shown = "return document.querySelector('#f-leader')?.value === '陈主任'
        && document.querySelector('#f-leader').readOnly";
    browser.until("the first tab shows it and only reads", is_shown, Vec::new()).await?;
    // When the second tab is closed the first one may write again.
    browser.client.switch_to_window(second).await?;
    browser.client.close_window().await?;
    let first = browser.client.windows().await?.into_iter().next().context("no tab is left")?;
    browser.client.switch_to_window(first).await?;
    browser.tap("[data-action=write-here]").await?;
    browser.until("the first tab writes", "return !document.querySelector('#f-leader').readOnly", Vec::new()).await?;
    browser.close().await
}

#[tokio::test]
async fn no_network_at_all_and_a_colleague_carries_the_file() -> Result<()> {
    let server = Server::demo().await?;
    let line = Proxy::start(&server.origin(), |_, _| Fault::None).await?;
    let one = Browser::open(Engine::Chromium, Screen::Tablet, line.origin()).await?;
    one.log_in("gudong").await?;
    one.ready_for_offline().await?;
    one.everything_reported().await?;
    line.set_gone(true);
    write(&one, 51, "山区企业有限公司").await?;
    one.choose_photo("files-other", 5).await?;
    one.says("待上传").await?;
    let folder = tempfile::tempdir()?;
    let behaviour = json!({ "behavior": "allow", "downloadPath": folder.path() });
    one.devtools("Page.setDownloadBehavior", behaviour).await?;
    one.visit("/sync").await?;
    one.tap("[data-action=export-parcel]").await?;
    let file = downloaded(folder.path()).await?;
    let text = std::fs::read_to_string(&file)?;
    ensure!(!text.contains("山区企业") && !text.contains("enterprise"), "the file can be read by anybody");

    let colleague = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    colleague.log_in("guxi").await?;
    colleague.visit("/sync").await?;
    colleague.find("#f-parcel").await?.send_keys(&file.display().to_string()).await?;
    colleague.tap("[data-action=carry-parcel]").await?;
    colleague.says("附件 1 个已收下").await?;
    colleague.picture("carried").await?;
    colleague.accessible("a carried file").await?;
    let is_there = |log: &std::collections::BTreeMap<String, Value>| entries(log, "山区企业") > 0;
    log::until(&server.origin(), OVERSEER, "the entry", is_there).await?;
    // The judge sees the photo before the tablet it was taken with has met a network.
    let judge = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    judge.log_in("gudong.sh").await?;
    judge.visit(&visit(51)).await?;
    let drawn = "return [...document.querySelectorAll('.file-tile__picture')].some(e => e.naturalWidth > 0)";
    judge.until("the photo is drawn", drawn, Vec::new()).await?;
    judge.close().await?;
    // Its own tablet sends the same again, and hears the same.
    line.set_gone(false);
    one.everything_reported().await?;
    let log = log::content(&log::rows(&server.origin(), OVERSEER).await?)?;
    ensure!(entries(&log, "山区企业") == 1, "the entry stands {} times", entries(&log, "山区企业"));
    for browser in [one, colleague] {
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn tablet_clock_wrong_by_a_decade() -> Result<()> {
    let server = Server::demo().await?;
    let origin = server.origin();
    for (number, years) in [(21, -10), (22, 10)] {
        let browser = Browser::open(Engine::Chromium, Screen::Tablet, &origin).await?;
        let shim = format!(
            "(() => {{ const Right = Date, off = {years} * 31557600000;
                globalThis.Date = class extends Right {{
                    constructor(...given) {{ given.length ? super(...given) : super(Right.now() + off); }}
                    static now() {{ return Right.now() + off; }}
                }}; }})();"
        );
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": shim })).await?;
        browser.log_in("gudong").await?;
        write(&browser, number, &format!("时钟厂{number}")).await?;
        browser.everything_reported().await?;
        browser.close().await?;
    }
    let rows = log::rows(&origin, "gudong").await?;
    let place = |text: &str| rows.iter().position(|row| row.to_string().contains(text)).context("not in the log");
    let (first, second) = (place("时钟厂21")?, place("时钟厂22")?);
    ensure!(first < second, "the order is not that of the writing");
    for row in [first, second].into_iter().filter_map(|place| rows.get(place)) {
        let received_ms = row.get("received_ms").and_then(Value::as_u64).context("no reception")?;
        let stamp = row.get("effective_stamp").and_then(Value::as_str).context("no stamp")?;
        let stamp_ms = u64::from_str_radix(stamp, 16)? >> 16;
        ensure!(stamp_ms.abs_diff(received_ms) < 300_000, "stamped {stamp_ms}, received {received_ms}");
        let written = row.pointer("/operation/stamp").and_then(Value::as_str).context("no stamp of its own")?;
        let written_ms = u64::from_str_radix(written, 16)? >> 16;
        ensure!(written_ms.abs_diff(received_ms) < 300_000, "the tablet stamped {written_ms} at {received_ms}");
    }
    Ok(())
}
