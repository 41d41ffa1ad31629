//! A quarter's last month is frozen, and its bulletin read, printed and taken along; the auditor sees who took it.

use anyhow::Result;
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};

#[tokio::test]
async fn a_frozen_quarter_has_a_bulletin_to_read_and_to_take_along() -> Result<()> {
    let server = Server::demo().await?;
    let origin = server.origin();
    let open = || Browser::open(Engine::Chromium, Screen::Desktop, &origin);
    let first = open().await?;
    first.log_in("zhongdian").await?;
    first.visit("/periods/2021-03").await?;
    first.tap("[data-action=propose]").await?;
    first.says("自己提请的，须由重点办另一人确认").await?;
    first.close().await?;

    let second = open().await?;
    second.log_in("zhongdian.fh").await?;
    second.visit("/periods/2021-03").await?;
    second.tap("[data-action=confirm]").await?;
    second.tap("[data-action=publish]").await?;
    second.tap("[data-action=bulletin]").await?;
    second.says("关于2021年3月").await?;
    for words in [
        "街镇组考评结果",
        "园区组考评结果",
        "区直部门组考评结果",
        "街镇组 · 表态发言",
        "街镇组 · 差一项的单位",
        "抄送：",
    ] {
        second.says(words).await?;
    }
    second.picture("bulletin").await?;
    second.accessible("/bulletins").await?;
    for ending in ["docx", "xlsx"] {
        let script = format!(
            "const done = arguments[arguments.length - 1];
            fetch(document.querySelector('[data-action={ending}]').href).then(async answer => {{
                const bytes = new Uint8Array(await answer.arrayBuffer());
                done(answer.status + ' ' + String.fromCharCode(bytes[0], bytes[1]) + (bytes.length > 4000));
            }})"
        );
        let told = second.run_async(&script).await?;
        anyhow::ensure!(told == "200 PKtrue", "{ending}: {told}");
    }
    second.close().await?;

    let auditor = open().await?;
    auditor.log_in("shenji").await?;
    auditor.says("导出 2021-03 第 1 版通报（docx）").await?;
    auditor.says("导出 2021-03 第 1 版通报（xlsx）").await?;
    auditor.close().await
}
