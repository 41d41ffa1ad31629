//! A real district's people: the administrator sets a second factor up, invites somebody by a one-time code, and takes
//! a tablet out of service, which says so.

use anyhow::{Context, Result};
use e2e::{
    browser::{Browser, Engine, Screen},
    server::Server,
};

/// What an authenticator shows, computed by the browser's own cryptography.
const AUTHENTICATOR: &str = "
    const done = arguments[arguments.length - 1];
    const text = document.querySelector('[data-secret]').innerText.trim();
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...text].map(c => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
    const key = new Uint8Array(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
    const step = new DataView(new ArrayBuffer(8));
    step.setUint32(4, Math.floor(Date.now() / 30000));
    crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign'])
        .then(key => crypto.subtle.sign('HMAC', key, step.buffer))
        .then(mac => {
            const bytes = new DataView(mac);
            const word = bytes.getUint32(bytes.getUint8(19) & 15) & 0x7fffffff;
            done(String(word % 1000000).padStart(6, '0'));
        });";

#[tokio::test]
async fn an_administrator_invites_a_person_who_chooses_the_password_and_is_told_when_it_ends() -> Result<()> {
    let server = Server::empty_asking_second_factor().await?;
    let code = server.setup_code().await?;
    let admin = Browser::open(Engine::Chromium, Screen::Desktop, &server.origin()).await?;
    admin.visit("/").await?;
    for (field, text) in [
        ("#f-code", code.as_str()),
        ("#f-district", "鼓楼区"),
        ("#f-region", "350102"),
        ("#f-year", "2021"),
        ("#f-name", "陈志明"),
        ("#f-account", "guanli"),
        ("#f-password", "a long enough password"),
    ] {
        admin.fill(field, text).await?;
    }
    admin.tap("button[type=submit]").await?;
    admin.says("您的角色需要启用动态口令").await?;
    admin.visit("/account").await?;
    admin.tap("[data-action=second-factor]").await?;
    admin.find("[data-secret]").await?;
    let digits = admin.run_async(AUTHENTICATOR).await?;
    admin.fill("#f-second-factor", digits.as_str().context("no digits")?).await?;
    admin.tap("[data-action=confirm-second-factor]").await?;
    admin.says("动态口令已启用").await?;
    admin.accessible("/account").await?;
    admin.visit("/admin").await?;
    admin.fill("#f-person-account", "gudong").await?;
    admin.fill("#f-person-name", "林晓燕").await?;
    admin
        .run(
            "const unit = document.querySelector('#f-person-unit'); unit.value = unit.options[1].value;
        unit.dispatchEvent(new Event('change', { bubbles: true }))",
        )
        .await?;
    admin.tap_within("#f-person-roles", "填报员").await?;
    admin.tap("[data-action=create-person]").await?;
    let invitation = admin.find("[data-one-time]").await?;
    let code = invitation.attr("data-one-time").await?.context("no code")?;
    admin.picture("admin-invitation").await?;
    let tablet = Browser::open(Engine::Chromium, Screen::Tablet, &server.origin()).await?;
    tablet.visit(&format!("/invitation?account=gudong&code={code}")).await?;
    tablet.fill("#f-new", "my own long password").await?;
    tablet.fill("#f-repeat", "my own long password").await?;
    tablet.tap("[data-action=use-code]").await?;
    tablet.find(".shell").await?;
    admin.tap_within("[data-account=gudong]", "林晓燕").await?;
    admin.fill("#f-disable", "调离").await?;
    admin.tap("[data-action=disable]").await?;
    admin.says("账号已停用：调离").await?;
    tablet.visit("/sync").await?;
    tablet.says("本账号或本设备已停止使用").await?;
    tablet.close().await?;
    admin.close().await
}
