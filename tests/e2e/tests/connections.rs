//! A browser has few connections to one server, and pages that were left may keep theirs for a while.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Result, ensure};
use e2e::{
    PATIENCE_SECONDS,
    browser::{Browser, Engine, Screen},
    proxy::{Fault, Proxy},
    server::Server,
};

/// More pages than a browser has connections to one server; each is left for another, as people do.
const VISITS: [&str; 8] = ["/ranking", "/sync", "/account", "/ranking", "/sync", "/account", "/ranking", "/sync"];

#[tokio::test]
async fn a_page_that_was_opened_many_times_still_reaches_the_server() -> Result<()> {
    let server = Server::demo().await?;
    let browser = Browser::open(Engine::Chromium, Screen::Desktop, &server.origin()).await?;
    browser.log_in("lingdao").await?;
    for page in VISITS {
        browser.visit(page).await?;
        browser.find("h1").await?;
    }
    let ask = "const done = arguments[arguments.length - 1];
        fetch('/api/v1/session', { signal: AbortSignal.timeout(8000) }).then(r => done(r.status)).catch(e => done(String(e)))";
    let answer = browser.run_async(ask).await?;
    ensure!(answer == 200, "after many visits the server is out of reach: {answer}");
    browser.close().await
}

/// Waits until so many requests were counted.
async fn until_counted(requests: &AtomicUsize, wanted: usize) -> Result<()> {
    for _ in 0..PATIENCE_SECONDS * 20 {
        if requests.load(Ordering::SeqCst) >= wanted {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("{} requests in the place of {wanted}", requests.load(Ordering::SeqCst))
}

#[tokio::test]
async fn two_windows_of_one_person_listen_through_one_and_the_other_takes_over() -> Result<()> {
    let server = Server::demo().await?;
    let (streams, exchanges) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (heard, asked) = (Arc::clone(&streams), Arc::clone(&exchanges));
    let proxy = Proxy::start(&server.origin(), move |path, _| {
        if path.starts_with("/api/v1/events") {
            heard.fetch_add(1, Ordering::SeqCst);
        } else if path.starts_with("/api/v1/sync") {
            asked.fetch_add(1, Ordering::SeqCst);
        }
        Fault::None
    })
    .await?;
    let browser = Browser::open(Engine::Chromium, Screen::Desktop, proxy.origin()).await?;
    browser.log_in("gudong").await?;
    until_counted(&streams, 1).await?;
    let first = browser.client.window().await?;
    let second = browser.client.new_window(false).await?.handle;
    let before = exchanges.load(Ordering::SeqCst);
    browser.client.switch_to_window(second.clone()).await?;
    browser.visit("/today").await?;
    browser.find(".shell").await?;
    // It has looked for the turn before it asks the first time.
    until_counted(&exchanges, before + 1).await?;
    ensure!(streams.load(Ordering::SeqCst) == 1, "both listen");
    browser.client.switch_to_window(first).await?;
    browser.client.close_window().await?;
    browser.client.switch_to_window(second).await?;
    until_counted(&streams, 2).await?;
    browser.close().await
}
