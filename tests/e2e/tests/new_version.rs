//! A new version of the application: it waits for whoever is typing, and one that comes only half changes nothing.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use e2e::{
    browser::{Browser, Engine, Screen},
    handed,
    server::{Server, copy_folder},
};
use serde_json::Value;
use tempfile::TempDir;

const VISIT: &str = "/services/018f0000-0000-7000-8000-000000000041?kind=service_visit";

/// Looks for a new version and tells how that ended: installed, redundant or none.
const LOOK: &str = "const done = arguments[arguments.length - 1];
    navigator.serviceWorker.getRegistration().then(async registration => {
        await registration.update().catch(() => null);
        const worker = registration.installing;
        if (!worker) return done(registration.waiting ? 'installed' : 'none');
        worker.addEventListener('statechange', () => {
            if (['installed', 'redundant'].includes(worker.state)) done(worker.state);
        });
    });";

/// A built application that the test can replace.
fn application() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    copy_folder(&handed("TISHENG_ASSETS")?, folder.path())?;
    for compressed in ["sw.js.br", "sw.js.gz"] {
        drop(fs::remove_file(folder.path().join(compressed)));
    }
    Ok(folder)
}

fn publish(folder: &Path, worker: &str) -> Result<()> {
    Ok(fs::write(folder.join("sw.js"), worker)?)
}

#[tokio::test]
async fn new_version_while_editing() -> Result<()> {
    let folder = application()?;
    let server = Server::demo_serving(folder.path()).await?;
    let browser = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    browser.log_in("gudong").await?;
    browser.ready_for_offline().await?;
    browser.visit(VISIT).await?;
    browser.fill("#f-enterprise", "正在填写的企业").await?;
    browser.run("window.isTheSamePage = true").await?;
    let worker = fs::read_to_string(folder.path().join("sw.js"))?;
    publish(folder.path(), &format!("{worker}\n// the next version\n"))?;
    let end = browser.run_async(LOOK).await?;
    ensure!(end == "installed", "the new version was not installed: {end}");
    browser.says("有新版本").await?;
    browser.fill("#f-leader", "仍在填写").await?;
    let untouched = browser.run("return window.isTheSamePage === true").await?;
    ensure!(untouched == Value::Bool(true), "the page was loaded anew under a form");
    browser.tap_words("现在更新").await?;
    let taken = "return window.isTheSamePage === undefined || document.body.innerText.includes('正在换用新版本')";
    browser.until("the update was asked for", taken, Vec::new()).await?;
    let fresh = "return window.isTheSamePage === undefined
        && document.querySelector('#f-enterprise')?.value === '正在填写的企业'
        && document.querySelector('#f-leader')?.value === '仍在填写'";
    browser.until("the new version shows what was typed", fresh, Vec::new()).await?;
    browser.close().await
}

#[tokio::test]
async fn a_new_service_worker_fails_half_way() -> Result<()> {
    let folder = application()?;
    let mut server = Server::demo_serving(folder.path()).await?;
    let browser = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    browser.log_in("gudong").await?;
    browser.ready_for_offline().await?;
    browser.everything_reported().await?;
    let worker = fs::read_to_string(folder.path().join("sw.js"))?;
    let (before, rest) = worker.split_once("const PRECACHE = ").context("no list")?;
    let (list, after) = rest.split_once("];").context("no end of the list")?;
    let entries: Vec<Value> = serde_json::from_str(&format!("{list}]"))?;
    for broken in 0..entries.len() {
        // All files are new, and one is not what it should be: cut, or of another version.
        let mut next = entries.clone();
        for (place, entry) in next.iter_mut().enumerate() {
            let key = entry.get("key").and_then(Value::as_str).context("no key")?.to_owned();
            let mark = if key.contains('?') { '&' } else { '?' };
            entry["key"] = format!("{key}{mark}next={broken}").into();
            if place == broken {
                entry["integrity"] = "sha384-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into();
            }
        }
        publish(folder.path(), &format!("{before}const PRECACHE = {};{after}", serde_json::to_string(&next)?))?;
        let end = browser.run_async(LOOK).await?;
        ensure!(end == "redundant", "file {broken} of {} is broken, and the worker is {end}", entries.len());
    }
    server.kill()?;
    browser.visit(VISIT).await?;
    browser.fill("#f-enterprise", "旧版离线仍可填写").await?;
    browser.says("已保存").await?;
    browser.close().await
}
