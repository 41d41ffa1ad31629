//! Every page, as each kind of person sees it: it comes up, it is accessible, it is worth a picture.

use anyhow::Result;
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};

/// A path, and an element that shows that its page has come up.
type Sight = (&'static str, &'static str);

/// Account, screen, and the pages with an element that shows that the page has come up.
const VISITS: [(&str, Screen, &[Sight]); 8] = [
    (
        "gudong",
        Screen::Tablet,
        &[
            ("/today", ".target-row"),
            ("/projects", ".ledger tbody tr"),
            ("/indicators", "h1"),
            ("/services", "h1"),
            ("/ranking", ".ranking tbody tr"),
            ("/trends", "tr[aria-current] .table__link"),
            ("/sync", "h1"),
            ("/account", "h1"),
        ],
    ),
    (
        "gudong",
        Screen::Phone,
        &[("/today", ".list-item"), ("/projects", ".ledger tbody tr"), ("/ranking", ".ranking tbody tr")],
    ),
    ("gudong.sh", Screen::Tablet, &[("/review", "h1"), ("/today", "h1")]),
    ("shangwu.rd", Screen::Desktop, &[("/review", ".list-item"), ("/ranking", ".ranking tbody tr")]),
    (
        "lingdao",
        Screen::Desktop,
        &[
            ("/ranking", ".why__row"),
            ("/ranking?group=park", ".why__row"),
            ("/ranking?group=department", ".why__row"),
            ("/trends", "tr[aria-current] .table__link"),
            ("/trends?group=department", "tr[aria-current] .table__link"),
        ],
    ),
    (
        "lingdao",
        Screen::Phone,
        &[
            ("/ranking", ".ranking tbody tr"),
            ("/trends", "tr[aria-current] .table__link"),
            ("/trends?measure=started", "tr[aria-current] .table__link"),
            ("/sync", "h1"),
        ],
    ),
    (
        "zhongdian",
        Screen::Desktop,
        &[("/rules", "table tbody tr"), ("/roster", "table tbody tr"), ("/duplicates", "[data-pair]")],
    ),
    ("admin", Screen::Desktop, &[("/admin", "table tbody tr")]),
];

#[tokio::test]
async fn every_page_comes_up_and_is_accessible() -> Result<()> {
    let server = Server::demo().await?;
    let (mut problems, mut looked_at) = (Vec::new(), Vec::new());
    for (account, screen, pages) in VISITS {
        let browser = Browser::open(Engine::Chromium, screen, &server.origin()).await?;
        // The page before the log-in is the same for everybody, but not on every screen.
        if !looked_at.contains(&screen) {
            looked_at.push(screen);
            browser.visit("/login").await?;
            browser.find("#f-account").await?;
            problems.extend(browser.accessible(&format!("log-in, {screen:?}")).await.err());
        }
        browser.log_in(account).await?;
        for (path, sign) in pages {
            browser.visit(path).await?;
            browser.find(sign).await?;
            let name = format!("{account}-{screen:?}{}", path.replace(['/', '?', '='], "-"));
            browser.picture(&name).await?;
            problems.extend(browser.accessible(&name).await.err());
        }
        browser.close().await?;
    }
    let problems: Vec<String> = problems.iter().map(|problem| format!("{problem:#}")).collect();
    anyhow::ensure!(problems.is_empty(), "{}", problems.join("\n\n"));
    Ok(())
}

#[tokio::test]
async fn forms_and_reasons_are_accessible_in_the_dark_too() -> Result<()> {
    let server = Server::demo().await?;
    let filer = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    filer.log_in("gudong").await?;
    filer.everything_reported().await?;
    let mut problems = Vec::new();
    for theme in ["light", "dark"] {
        let feature = serde_json::json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
        filer.devtools("Emulation.setEmulatedMedia", feature).await?;
        filer.visit("/projects").await?;
        filer.tap(".ledger tbody tr a").await?;
        filer.find("#f-name").await?;
        filer.picture(&format!("project-{theme}")).await?;
        problems.extend(filer.accessible(&format!("project form, {theme}")).await.err());
        filer.visit("/today").await?;
        let open =
            "const due = [...document.querySelectorAll('.split__list a')].find(e => e.innerText.includes('月报 未填'));
            if (!due) return false; due.click(); return true";
        filer.until("a monthly report is due", open, Vec::new()).await?;
        filer.find("#f-investment").await?;
        filer.picture(&format!("report-{theme}")).await?;
        problems.extend(filer.accessible(&format!("monthly report, {theme}")).await.err());
        filer.visit("/ranking").await?;
        filer.tap("tr[data-unit='鼓东街道'] a").await?;
        filer.find(".why__row").await?;
        filer.picture(&format!("why-{theme}")).await?;
        problems.extend(filer.accessible(&format!("reasons, {theme}")).await.err());
        filer.tap_words("较上月").await?;
        filer.find("[data-movement=total]").await?;
        filer.picture(&format!("movement-{theme}")).await?;
        problems.extend(filer.accessible(&format!("movement, {theme}")).await.err());
        filer.tap_words("如果").await?;
        filer.find("[data-what-if=least]").await?;
        filer.picture(&format!("what-if-{theme}")).await?;
        problems.extend(filer.accessible(&format!("what if, {theme}")).await.err());
    }
    filer.close().await?;
    let problems: Vec<String> = problems.iter().map(|problem| format!("{problem:#}")).collect();
    anyhow::ensure!(problems.is_empty(), "{}", problems.join("\n\n"));
    Ok(())
}
