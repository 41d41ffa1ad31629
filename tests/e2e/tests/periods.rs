//! A month is frozen by two people, published, seen by everybody, and written down for the auditor.

use anyhow::Result;
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};

#[tokio::test]
async fn a_month_is_frozen_by_two_published_and_written_down() -> Result<()> {
    let server = Server::demo().await?;
    let origin = server.origin();
    let open = |screen| Browser::open(Engine::Chromium, screen, &origin);
    let first = open(Screen::Desktop).await?;
    first.log_in("zhongdian").await?;
    first.tap("[data-place='/periods']").await?;
    first.tap("[data-period='2021-05'] a, a[data-period='2021-05']").await?;
    first.tap("[data-action=propose]").await?;
    first.says("自己提请的，须由重点办另一人确认").await?;
    first.picture("period-proposed").await?;
    first.accessible("/periods").await?;
    first.close().await?;

    let second = open(Screen::Desktop).await?;
    second.log_in("zhongdian.fh").await?;
    second.visit("/periods/2021-05").await?;
    second.tap("[data-action=confirm]").await?;
    second.says("已锁定，尚未发布").await?;
    second.tap("[data-action=publish]").await?;
    second.find("[data-edition='1']").await?;
    second.says("启动更正").await?;
    second.picture("period-published").await?;
    second.accessible("/periods, published").await?;
    second.close().await?;

    let leader = open(Screen::Phone).await?;
    leader.log_in("lingdao").await?;
    leader.visit("/ranking?period=2021-05").await?;
    leader.says("已发布 · 第 1 版").await?;
    leader.visit("/ranking?period=2021-06").await?;
    leader.says("临时结果").await?;
    leader.close().await?;

    let auditor = open(Screen::Desktop).await?;
    auditor.log_in("shenji").await?;
    auditor.says("5月考评期：发布第 1 版").await?;
    auditor.picture("audit").await?;
    auditor.accessible("/audit").await?;
    auditor.close().await
}
