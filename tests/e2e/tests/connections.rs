//! A browser has few connections to one server, and pages that were left may keep theirs for a while.

use anyhow::{Result, ensure};
use e2e::{
    browser::{Browser, Engine, Screen},
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
