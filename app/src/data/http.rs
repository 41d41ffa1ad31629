//! Requests to the server: JSON both ways, an error body as a value, silence as [`DataError::Offline`].

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    api::{ErrorBody, SyncRequest, SyncResponse, path},
    record::Record,
    sync::snapshot::{self, Offer},
};
use wasm_bindgen::JsValue;

use crate::{
    browser::{abort::Abort, compress, sha256, task},
    data::{error::DataError, sync_driver::Transport},
};

/// How long an answer may take.
const TIMEOUT_MS: u32 = 15_000;

/// How long an exchange may take: a megabyte each way over a thin line.
const SYNC_TIMEOUT_MS: u32 = 60_000;

/// How long a snapshot may take: some megabytes over a thin line.
const SNAPSHOT_TIMEOUT_MS: u32 = 180_000;

/// Bodies from this size on are compressed.
const COMPRESS_FROM_BYTES: usize = 4 * 1024;

/// The way to the server.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Http;

impl Http {
    /// `GET` a value.
    pub(crate) async fn get<T: DeserializeOwned>(self, url: &str) -> Result<T, DataError> {
        read(self.send(Method::GET, url, None::<&()>, TIMEOUT_MS).await?).await
    }

    /// `GET` a value with a token in the place of a session.
    pub(crate) async fn get_with<T: DeserializeOwned>(self, url: &str, token: &str) -> Result<T, DataError> {
        let asked = RequestBuilder::new(url).header("authorization", &format!("Bearer {token}"));
        let asked = asked.build().map_err(|error| DataError::Unreadable(error.to_string()))?;
        let answer = task::within(TIMEOUT_MS, asked.send()).await.ok_or(DataError::Offline)?;
        let response = answer.map_err(|_| DataError::Offline)?;
        if response.ok() { read(response).await } else { Err(refusal(&response).await) }
    }

    /// `GET` a text.
    pub(crate) async fn text(self, url: &str) -> Result<String, DataError> {
        body(self.send(Method::GET, url, None::<&()>, TIMEOUT_MS).await?).await
    }

    /// `POST` a value for a value.
    pub(crate) async fn post<B: Serialize, T: DeserializeOwned>(self, url: &str, body: &B) -> Result<T, DataError> {
        read(self.send(Method::POST, url, Some(body), TIMEOUT_MS).await?).await
    }

    /// `POST` a value for nothing but its success.
    pub(crate) async fn submit<B: Serialize>(self, url: &str, body: &B) -> Result<(), DataError> {
        self.send(Method::POST, url, Some(body), TIMEOUT_MS).await.map(drop)
    }

    /// `DELETE`.
    pub(crate) async fn delete(self, url: &str) -> Result<(), DataError> {
        self.send(Method::DELETE, url, None::<&()>, TIMEOUT_MS).await.map(drop)
    }

    async fn send<B: Serialize>(
        self,
        method: Method,
        url: &str,
        body: Option<&B>,
        timeout_ms: u32,
    ) -> Result<Response, DataError> {
        let abort = Abort::new();
        let signal = abort.as_ref().map(Abort::signal);
        let builder = RequestBuilder::new(url).method(method).abort_signal(signal.as_ref());
        let request = match body {
            Some(body) => with_body(builder, body).await?,
            None => builder.build().map_err(|error| DataError::Unreadable(error.to_string()))?,
        };
        let Some(answer) = task::within(timeout_ms, request.send()).await else {
            if let Some(abort) = abort {
                abort.abort();
            }
            return Err(DataError::Offline);
        };
        let response = answer.map_err(|_| DataError::Offline)?;
        if response.ok() { Ok(response) } else { Err(refusal(&response).await) }
    }
}

impl Transport for Http {
    async fn sync(&self, request: &SyncRequest) -> Result<SyncResponse, DataError> {
        let answer: SyncResponse =
            read(self.send(Method::POST, path::SYNC, Some(request), SYNC_TIMEOUT_MS).await?).await?;
        let another = || DataError::Unreadable("an answer to something else".to_owned());
        answer.with_rows_of(&request.operations).ok_or_else(another)
    }

    async fn snapshot(&self, offer: &Offer) -> Result<Vec<Record>, DataError> {
        let response = self.send(Method::GET, &offer.url, None::<&()>, SNAPSHOT_TIMEOUT_MS).await?;
        let bytes = response.binary().await.map_err(|_| DataError::Offline)?;
        if sha256::of(&bytes).await != offer.sha256 {
            return Err(DataError::Unreadable("another snapshot than the one offered".to_owned()));
        }
        snapshot::read(offer, &bytes).map_err(DataError::Unreadable)
    }
}

async fn with_body<B: Serialize>(builder: RequestBuilder, body: &B) -> Result<Request, DataError> {
    let unreadable = |error: &dyn std::fmt::Display| DataError::Unreadable(error.to_string());
    let json = serde_json::to_string(body).map_err(|error| unreadable(&error))?;
    let builder = builder.header("content-type", "application/json");
    if json.len() >= COMPRESS_FROM_BYTES
        && let Some(bytes) = compress::gzip(&json).await
    {
        return builder.header("content-encoding", "gzip").body(bytes).map_err(|error| unreadable(&error));
    }
    builder.body(JsValue::from_str(&json)).map_err(|error| unreadable(&error))
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, DataError> {
    serde_json::from_str(&body(response).await?).map_err(|error| DataError::Unreadable(error.to_string()))
}

async fn body(response: Response) -> Result<String, DataError> {
    // A line that breaks in the middle of an answer is silence too.
    response.text().await.map_err(|_| DataError::Offline)
}

async fn refusal(response: &Response) -> DataError {
    let text = response.text().await.unwrap_or_default();
    match serde_json::from_str::<ErrorBody>(&text) {
        Ok(body) => DataError::Server(Box::new(body.error)),
        // A proxy before a server that is away answers in its own words.
        Err(_) if response.status() >= 500 => DataError::Offline,
        Err(_) => DataError::Unreadable(format!("status {}", response.status())),
    }
}
