//! A device without a browser, on which a demo account asks the server for this and that.

use anyhow::{Context, Result};
use reqwest::{Client, RequestBuilder, header};
use serde_json::{Value, json};

use crate::DEMO_PASSWORD;

/// A device that somebody is logged in on.
#[derive(Debug)]
pub struct Device {
    client: Client,
    origin: String,
    cookie: String,
}

impl Device {
    /// Logs a demo account in.
    ///
    /// # Errors
    /// When the server refuses or does not answer.
    pub async fn log_in(origin: &str, account: &str) -> Result<Self> {
        let client = Client::new();
        let login = json!({ "account": account, "password": DEMO_PASSWORD });
        let answer = client.post(format!("{origin}/api/v1/session")).json(&login).send().await?;
        let cookie = answer.headers().get(header::SET_COOKIE).context("no session")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { client, origin: origin.to_owned(), cookie })
    }

    /// What the server answers at a path.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.ask(self.client.get(format!("{}{path}", self.origin))).await
    }

    /// What the server answers to something sent to a path; null where it answers nothing.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask(self.client.post(format!("{}{path}", self.origin)).json(body)).await
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Value> {
        let answer = request.header(header::COOKIE, &self.cookie).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        anyhow::ensure!(status.is_success(), "the server answers {status}: {text}");
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }
}
