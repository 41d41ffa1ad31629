//! Requests to the server: JSON both ways, an error body as a value, silence as [`DataError::Offline`].

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    api::{ErrorBody, SyncRequest, SyncResponse, path},
    bulk,
    id::Digest,
    record::Record,
    sync::{
        sheaf,
        snapshot::{self, Offer},
    },
};

use crate::{
    browser::{abort::Abort, bytes::Bytes, chosen_file::base64, compress, sha256, task},
    data::{error::DataError, sync_driver::Transport, upload::Carrier},
};

/// How long an answer may take.
const TIMEOUT_MS: u32 = 15_000;

/// How long an exchange may take: a megabyte each way over a thin line.
const SYNC_TIMEOUT_MS: u32 = 60_000;

/// How long an exchange may take that carries what was written in weeks.
const BOUND_TIMEOUT_MS: u32 = 120_000;

/// How long a snapshot may take: some megabytes over a thin line.
const SNAPSHOT_TIMEOUT_MS: u32 = 180_000;

/// How long a chunk of a file, or a photo, may take over a thin line.
const FILE_TIMEOUT_MS: u32 = 60_000;

/// The version of tus that both sides speak.
const TUS: &str = "1.0.0";

/// Bodies from this size on are compressed.
const COMPRESS_FROM_BYTES: usize = 4 * 1024;

/// Operations from this number on are bound together.
const BIND_FROM_OPERATIONS: usize = 8;

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

    /// A file's content, if it is what its name says.
    pub(crate) async fn content(self, blob: Digest) -> Result<Vec<u8>, DataError> {
        let response = self.send(Method::GET, &place(blob), None::<&()>, FILE_TIMEOUT_MS).await?;
        let bytes = response.binary().await.map_err(|_| DataError::Offline)?;
        if sha256::of(&bytes).await != blob {
            return Err(DataError::Unreadable("another file than the one asked for".to_owned()));
        }
        Ok(bytes)
    }

    async fn send<B: Serialize>(
        self,
        method: Method,
        url: &str,
        body: Option<&B>,
        timeout_ms: u32,
    ) -> Result<Response, DataError> {
        let body = body.map(|body| serde_json::to_vec(body).map(|bytes| ("application/json", bytes))).transpose();
        self.send_bytes(method, url, body.map_err(|error| DataError::Unreadable(error.to_string()))?, timeout_ms).await
    }

    /// Sends bytes of a kind.
    async fn send_bytes(
        self,
        method: Method,
        url: &str,
        body: Option<(&'static str, Vec<u8>)>,
        timeout_ms: u32,
    ) -> Result<Response, DataError> {
        let abort = Abort::new();
        let builder = builder(method, url, abort.as_ref());
        let request = match body {
            Some((kind, bytes)) => with_body(builder, kind, &bytes).await,
            None => builder.build(),
        };
        let request = request.map_err(|error| DataError::Unreadable(error.to_string()))?;
        let response = answered(request, abort, timeout_ms).await?;
        if response.ok() { Ok(response) } else { Err(refusal(&response).await) }
    }
}

/// What asks, until somebody gives up.
fn builder(method: Method, url: &str, abort: Option<&Abort>) -> RequestBuilder {
    RequestBuilder::new(url).method(method).abort_signal(abort.map(Abort::signal).as_ref())
}

async fn answered(request: Request, abort: Option<Abort>, timeout_ms: u32) -> Result<Response, DataError> {
    let Some(answer) = task::within(timeout_ms, request.send()).await else {
        if let Some(abort) = abort {
            abort.abort();
        }
        return Err(DataError::Offline);
    };
    answer.map_err(|_| DataError::Offline)
}

impl Carrier for Http {
    async fn arrived(&self, blob: Digest) -> Result<Option<u64>, DataError> {
        let abort = Abort::new();
        let asked = builder(Method::HEAD, &place(blob), abort.as_ref()).header("tus-resumable", TUS).build();
        let request = asked.map_err(|error| DataError::Unreadable(error.to_string()))?;
        let response = answered(request, abort, FILE_TIMEOUT_MS).await?;
        // What answers a HEAD has no body to read a code from.
        match response.status() {
            404 => Ok(None),
            _ if response.ok() => offset(&response).map(Some),
            // The session may have ended: its own answer says so.
            _ => Err(self.text(path::SESSION).await.err().unwrap_or(DataError::Offline)),
        }
    }

    async fn append(&self, blob: Digest, offset_before: u64, chunk: &[u8]) -> Result<u64, DataError> {
        let abort = Abort::new();
        let builder = builder(Method::PATCH, &place(blob), abort.as_ref())
            .header("tus-resumable", TUS)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", &offset_before.to_string());
        let builder = match base64(&sha256::of(chunk).await.0) {
            Some(checksum) => builder.header("upload-checksum", &format!("sha256 {checksum}")),
            None => builder,
        };
        let asked = builder.body(Bytes::of(chunk).as_js().clone());
        let request = asked.map_err(|error| DataError::Unreadable(error.to_string()))?;
        let response = answered(request, abort, FILE_TIMEOUT_MS).await?;
        if response.ok() { offset(&response) } else { Err(refusal(&response).await) }
    }
}

fn place(blob: Digest) -> String {
    format!("{}/{blob}", path::BLOBS)
}

fn offset(response: &Response) -> Result<u64, DataError> {
    let told = response.headers().get("upload-offset").and_then(|offset| offset.parse().ok());
    told.ok_or_else(|| DataError::Unreadable("an upload without an offset".to_owned()))
}

impl Transport for Http {
    async fn sync(&self, request: &SyncRequest) -> Result<SyncResponse, DataError> {
        let response = if request.operations.len() < BIND_FROM_OPERATIONS {
            self.send(Method::POST, path::SYNC, Some(request), SYNC_TIMEOUT_MS).await?
        } else {
            let bound = (bulk::MEDIA_TYPE, sheaf::write(request));
            self.send_bytes(Method::POST, path::SYNC, Some(bound), BOUND_TIMEOUT_MS).await?
        };
        let answer: SyncResponse = read(response).await?;
        let another = || DataError::Unreadable("an answer to something else".to_owned());
        answer.unfolded(&request.operations).ok_or_else(another)
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

async fn with_body(builder: RequestBuilder, kind: &str, bytes: &[u8]) -> Result<Request, gloo_net::Error> {
    let builder = builder.header("content-type", kind);
    if bytes.len() >= COMPRESS_FROM_BYTES
        && let Some(compressed) = compress::gzip(bytes).await
    {
        return builder.header("content-encoding", "gzip").body(compressed);
    }
    builder.body(Bytes::of(bytes).as_js().clone())
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, DataError> {
    serde_json::from_slice(body(response).await?.as_bytes()).map_err(|error| DataError::Unreadable(error.to_string()))
}

async fn body(response: Response) -> Result<String, DataError> {
    // A line that breaks in the middle of an answer is silence too.
    response.text().await.map_err(|_| DataError::Offline)
}

async fn refusal(response: &Response) -> DataError {
    let text = response.text().await.unwrap_or_default();
    match serde_json::from_slice::<ErrorBody>(text.as_bytes()) {
        Ok(body) => DataError::Server(Box::new(body.error)),
        // A proxy before a server that is away answers in its own words.
        Err(_) if response.status() >= 500 => DataError::Offline,
        Err(_) => DataError::Unreadable(format!("status {}", response.status())),
    }
}
