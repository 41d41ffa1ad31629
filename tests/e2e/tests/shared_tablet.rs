//! A tablet that several people share: what lies on it tells nothing, each comes back to their own, nobody loses any.

use anyhow::{Result, ensure};
use e2e::{
    DEMO_PASSWORD,
    browser::{Browser, Engine, Screen},
    server::Server,
};

const PROJECT: &str = "鼓东街道智慧停车楼（示范）";
const PIN: &str = "271828";

/// Every value and key of every object store of every database, as text in both encodings that a dump may show.
const DUMP: &str = r"
    const done = arguments[arguments.length - 1];
    const ask = request => new Promise((answer, fail) => { request.onsuccess = () => answer(request.result); request.onerror = fail; });
    const texts = [];
    const lay = value => {
        if (value instanceof Uint8Array) {
            texts.push(new TextDecoder('utf-8').decode(value), new TextDecoder('utf-16le').decode(value));
        } else if (value && typeof value === 'object') {
            for (const [key, part] of Object.entries(value)) { texts.push(key); lay(part); }
        } else {
            texts.push(String(value));
        }
    };
    (async () => {
        let values = 0;
        for (const { name } of await indexedDB.databases()) {
            const database = await ask(indexedDB.open(name));
            for (const store of database.objectStoreNames) {
                const rows = database.transaction(store).objectStore(store);
                const [all, keys] = [await ask(rows.getAll()), await ask(rows.getAllKeys())];
                values += all.length;
                all.forEach(lay); keys.forEach(lay);
            }
            database.close();
        }
        done({ values, text: texts.join('\n') });
    })().catch(error => done({ values: 0, text: String(error) }));
";

#[tokio::test]
async fn the_tablets_databases_show_no_known_text() -> Result<()> {
    let server = Server::demo().await?;
    let tablet = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    tablet.log_in("gudong").await?;
    tablet.everything_reported().await?;
    name_a_project(&tablet).await?;
    tablet.everything_reported().await?;
    let shown = tablet.run("return document.body.innerText").await?;
    let dump = tablet.run_async(DUMP).await?;
    let text = dump["text"].as_str().unwrap_or_default();
    ensure!(dump["values"].as_u64() > Some(5), "the dump is empty: {text:.300}");
    // What the pages say, and how the application calls it.
    ensure!(shown.as_str().unwrap_or_default().contains("鼓东街道"), "the page shows the unit");
    for known in [PROJECT, "鼓东街道", "鼓楼区", "市重点", "total_investment", "project", "campaign", DEMO_PASSWORD]
    {
        ensure!(!text.contains(known), "the tablet's databases show {known}");
    }
    tablet.close().await
}

#[tokio::test]
async fn each_comes_back_to_their_own_work_with_a_pin_and_without_a_network() -> Result<()> {
    let mut server = Server::demo().await?;
    let tablet = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    tablet.log_in("gudong").await?;
    tablet.ready_for_offline().await?;
    tablet.everything_reported().await?;
    tablet.tap("[href='/account']").await?;
    tablet.fill("#f-pin-password", DEMO_PASSWORD).await?;
    tablet.fill("#f-pin", PIN).await?;
    tablet.tap("[data-action=set-pin]").await?;
    tablet.says("PIN 已设置").await?;
    tablet.accessible("/account with a PIN").await?;
    server.kill()?;
    name_a_project(&tablet).await?;
    tablet.tap("[data-action=leave]").await?;
    tablet.find("[data-person=gudong]").await?;
    tablet.accessible("/login on a shared tablet").await?;

    // Nothing opens any more, not even by loading the page anew.
    tablet.visit("/projects").await?;
    tablet.tap("[data-person=gudong]").await?;
    tablet.fill("#f-password", "000000").await?;
    tablet.tap("button[type=submit]").await?;
    tablet.says("密码或 PIN 不对").await?;
    tablet.fill("#f-password", PIN).await?;
    tablet.tap("button[type=submit]").await?;
    tablet.find(".shell").await?;
    tablet.visit("/projects").await?;
    tablet.fill("input[type=search]", "智慧停车楼").await?;
    tablet.says(PROJECT).await?;
    tablet.find("[data-sync=unsent], [data-sync=attention]").await?;
    tablet.close().await
}

#[tokio::test]
async fn an_evicted_store_is_said_plainly_and_everything_synced_comes_back() -> Result<()> {
    let server = Server::demo().await?;
    let tablet = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    tablet.log_in("gudong").await?;
    tablet.everything_reported().await?;
    name_a_project(&tablet).await?;
    tablet.everything_reported().await?;
    tablet.client.goto("about:blank").await?;
    // A page of the origin that is not the application throws the databases away, as the browser would.
    tablet.visit("/healthz").await?;
    let evict = "const done = arguments[arguments.length - 1];
        indexedDB.databases().then(all => Promise.all(all.map(({ name }) => new Promise(gone => {
            const request = indexedDB.deleteDatabase(name);
            request.onsuccess = request.onerror = request.onblocked = () => gone(name);
        })))).then(names => done(names.length));";
    ensure!(tablet.run_async(evict).await?.as_u64() > Some(1), "there was nothing to evict");
    tablet.visit("/projects").await?;
    tablet.says("浏览器清除过本机数据").await?;
    tablet.log_in("gudong").await?;
    tablet.everything_reported().await?;
    tablet.visit("/projects").await?;
    tablet.fill("input[type=search]", "智慧停车楼").await?;
    tablet.says(PROJECT).await?;
    tablet.close().await
}

async fn name_a_project(tablet: &Browser) -> Result<()> {
    tablet.tap("[data-place='/projects']").await?;
    tablet.tap("[data-action=new-project]").await?;
    tablet.fill("#f-name", PROJECT).await?;
    tablet.fill("#f-owner", "福州市鼓楼区城投").await?;
    // Durable once the form says so.
    let saved = "return !!document.querySelector('[data-save=saved]') || /已保存|已存/.test(document.body.innerText)";
    tablet.until("what was typed is saved", saved, Vec::new()).await
}
