//! A session that ends: writing goes on, the page says which of the ends it was, and what was written goes up later.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use e2e::{
    DEMO_PASSWORD,
    browser::{Browser, Engine, Screen},
    device::Device,
    log,
    proxy::{Fault, Proxy},
    server::Server,
};
use serde_json::{Value, json};

const NEW_PASSWORD: &str = "a new long password";

const VISIT: &str = "/services/018f0000-0000-7000-8000-000000000071?kind=service_visit";
const FIELD: &str = "#f-enterprise";

async fn arrives(server: &Server, enterprise: &str) -> Result<()> {
    let is_there = |log: &BTreeMap<String, Value>| log::entries(log, enterprise) > 0;
    log::until(&server.origin(), "shangwu.rd", enterprise, is_there).await.map(|_| ())
}

#[tokio::test]
async fn session_expired_password_changed_and_unit_changed() -> Result<()> {
    let server = Server::demo().await?;
    let line = Proxy::start(&server.origin(), |_, _| Fault::None).await?;
    let tablet = Browser::open(Engine::Chromium, Screen::Tablet, line.origin()).await?;
    tablet.log_in("gudong").await?;
    tablet.everything_reported().await?;
    tablet.visit(VISIT).await?;
    tablet.fill_and_save(FIELD, "登录有效企业").await?;
    tablet.everything_reported().await?;

    // The cookie has reached its age.
    tablet.client.delete_all_cookies().await?;
    tablet.fill_and_save(FIELD, "登录过期企业").await?;
    tablet.says("登录已过期").await?;
    tablet.picture("session-expired").await?;
    tablet.accessible("an expired session").await?;
    tablet.log_in_again(DEMO_PASSWORD).await?;
    arrives(&server, "登录过期企业").await?;

    // The password is changed on another device.
    tablet.visit(VISIT).await?;
    let device = Device::log_in(&server.origin(), "gudong").await?;
    device.post("/api/v1/password", &json!({ "current": DEMO_PASSWORD, "new": NEW_PASSWORD })).await?;
    tablet.fill_and_save(FIELD, "密码修改企业").await?;
    tablet.says("密码已在其他设备上修改").await?;
    tablet.log_in_again(NEW_PASSWORD).await?;
    arrives(&server, "密码修改企业").await?;

    // While the tablet is away its person goes to work for another unit.
    tablet.visit(VISIT).await?;
    tablet.find("#f-enterprise").await?;
    line.set_gone(true);
    tablet.fill_and_save(FIELD, "原单位企业").await?;
    move_to(&server, "gudong", "鼓西街道").await?;
    line.set_gone(false);
    tablet.says("您的所在单位已调整为鼓西街道").await?;
    tablet.picture("unit-changed").await?;
    // What was written for the unit before is neither lost nor taken in under a right that is gone.
    tablet.tap("[data-sync]").await?;
    tablet.tap("[data-action=sync-now]").await?;
    tablet.find(".refusal[data-code]").await?;
    tablet.says("原单位企业").await?;
    tablet.accessible("/sync after a change of the unit").await?;
    tablet.close().await
}

async fn move_to(server: &Server, account: &str, unit: &str) -> Result<()> {
    let admin = Device::log_in(&server.origin(), "admin").await?;
    let campaign = admin.get("/api/v1/campaign").await?;
    let units = campaign.get("units").and_then(Value::as_array).context("no units")?;
    let unit = units.iter().find(|listed| listed["name"] == unit).context("no such unit")?;
    let people = admin.get("/api/v1/people").await?;
    let mut listed = people.as_array().into_iter().flatten().map(|line| &line["person"]);
    let person = listed.find(|person| person["account"] == account).context("no such account")?;
    let change = json!({ "type": "change", "name": person["name"], "unit": unit["id"], "roles": person["roles"] });
    let steps = format!("/api/v1/people/{}/steps", person["id"].as_str().context("no id")?);
    admin.post(&steps, &change).await.map(|_| ())
}
