//! A district that was set up as an office does it: through the interface.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use shared::api::path;

use super::{Client, Pinned};

/// The password of everybody in it.
pub const PASSWORD: &str = "管理员的密码2021";

/// A filer with a session.
#[derive(Clone, Debug)]
pub struct Filer {
    /// The session's cookie.
    pub cookie: String,
    /// The campaign.
    pub campaign: String,
    /// Their unit.
    pub unit: String,
    /// Themselves.
    pub person: String,
}

/// Units with one filer each.
#[derive(Debug)]
pub struct District {
    /// The filers.
    pub filers: Vec<Filer>,
}

impl District {
    /// Sets an empty server up with so many units.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn found(server: &mut Pinned, units: usize) -> Result<Self> {
        let line = server.line_with("初始化码  ")?;
        let code = line.split_whitespace().last().context("the code")?.to_owned();
        let mut client = Client::connect(&server.address).await?;
        let setup = json!({
            "code": code, "district": "鼓楼区", "region": "350102", "year": 2021,
            "account": "admin", "name": "林一", "password": PASSWORD,
        });
        let answer = client.send("POST", path::SETUP, setup.to_string()).await?;
        client.cookie = answer.cookie.clone().context("a session")?;
        let view: Value = answer.json()?;
        let campaign = text(&view, "/campaign/id")?;
        let mut filers = Vec::new();
        for n in 0..units {
            let unit = json!({ "name": format!("街道{n}"), "group": "street" });
            let unit: Value = client.send("POST", path::UNITS, unit.to_string()).await?.json()?;
            let account = format!("filer{n}");
            let new = json!({ "account": account, "name": "陈一", "unit": text(&unit, "/id")?, "roles": ["filer"] });
            let created: Value = client.send("POST", path::PEOPLE, new.to_string()).await?.json()?;
            let mut tablet = Client::connect(&server.address).await?;
            let code = text(&created, "/invitation/code")?;
            let taken = json!({ "account": account, "code": code, "password": PASSWORD });
            let session = tablet.send("POST", path::INVITATION, taken.to_string()).await?;
            filers.push(Filer {
                cookie: session.cookie.context("a session")?,
                campaign: campaign.clone(),
                unit: text(&unit, "/id")?,
                person: text(&created, "/account/person/id")?,
            });
        }
        Ok(Self { filers })
    }

    /// People of a demo, logged in with the password that the server printed.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn of_demo(server: &mut Pinned, accounts: &[&str]) -> Result<Self> {
        let line = server.line_with("gudong")?;
        let password = line.split_whitespace().nth(1).context("a password")?.to_owned();
        let mut filers = Vec::new();
        for account in accounts {
            let mut client = Client::connect(&server.address).await?;
            let login = json!({ "account": account, "password": password });
            let session = client.send("POST", path::SESSION, login.to_string()).await?;
            let cookie = session.cookie.clone().with_context(|| format!("a session of {account}"))?;
            let view: Value = session.json()?;
            filers.push(Filer {
                cookie,
                campaign: text(&view, "/campaign/id")?,
                unit: text(&view, "/person/unit")?,
                person: text(&view, "/person/id")?,
            });
        }
        Ok(Self { filers })
    }
}

fn text(value: &Value, place: &str) -> Result<String> {
    value.pointer(place).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("a text at {place}"))
}
