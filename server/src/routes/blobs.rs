//! Contents of files: sent in chunks that are taken up again where they were cut (tus 1.0), read by whoever may see a
//! record that they hang on. Nobody sends what no record names.

use axum::{
    body::{Body, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{AppendHeaders, IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use shared::{
    attachment::{FileKind, PAPER_BYTES_MAX, check_content},
    authorize::{Action, authorize},
    id::Digest,
    person::Person,
};

use crate::{
    app::{App, SharedApp},
    auth::Signed,
    blobs::BlobError,
    error::{ApiError, Done},
    keeper::Hanging,
    store::files::HeldBlob,
};

/// The header in which both sides say which tus they speak.
pub const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");

/// The only one.
const VERSION: &str = "1.0.0";

/// Bytes of one chunk at most; tablets send [`shared::attachment::CHUNK_BYTES`].
const CHUNK_BYTES_MAX: usize = 1024 * 1024;

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");

/// A content is shown, never run: no page of ours may be made of it, whatever it says of itself.
const CONTENT_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");

/// The layer around these routes: every answer says which tus it is.
pub async fn resumable(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    response
}

/// What this server can do.
pub async fn capabilities() -> Response {
    let told = [
        (HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION)),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static("checksum")),
        (HeaderName::from_static("tus-checksum-algorithm"), HeaderValue::from_static("sha256")),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(PAPER_BYTES_MAX)),
    ];
    (AppendHeaders(told), Done).into_response()
}

/// How much of a content has arrived.
pub async fn standing(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(blob): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    check_version(&headers)?;
    let upload = Upload::find(&app, &signed.person, digest_of(&blob)?).await?;
    let offset = upload.offset(&app).await?;
    let told = [(OFFSET, HeaderValue::from(offset)), (LENGTH, HeaderValue::from(upload.size))];
    Ok(AppendHeaders(told).into_response())
}

/// Takes the next chunk.
pub async fn append(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(blob): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    check_version(&headers)?;
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(&header::CONTENT_TYPE) != Some("application/offset+octet-stream") {
        return Err(ApiError::MalformedRequest("content type".to_owned()));
    }
    let offset: u64 = text(&OFFSET)
        .and_then(|offset| offset.parse().ok())
        .ok_or_else(|| ApiError::MalformedRequest("upload offset".to_owned()))?;
    let upload = Upload::find(&app, &signed.person, digest_of(&blob)?).await?;
    let chunk = to_bytes(body, CHUNK_BYTES_MAX).await.map_err(|_| ApiError::BodyTooLarge)?;
    if text(&CHECKSUM).is_some_and(|checksum| !is_checksum_of(checksum, &chunk)) {
        return Err(ApiError::ChecksumMismatch);
    }
    let end = upload.take(&app, offset, &chunk).await?;
    signed.touch(&app).await?;
    Ok((AppendHeaders([(OFFSET, HeaderValue::from(end))]), Done).into_response())
}

/// A whole content.
pub async fn show(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(blob): Path<String>,
) -> Result<Response, ApiError> {
    let blob = digest_of(&blob)?;
    let hanging = app.ledger()?.hanging(blob).await?;
    let is_visible = |hanging: &&Hanging| authorize(&signed.person, Action::ReadFile(hanging.kind, hanging.unit));
    let seen = hanging.iter().find(is_visible).ok_or(ApiError::NotFound)?;
    let content = app.blobs.read(blob).await?;
    let disposition = if seen.file.is_photo() { "inline" } else { "attachment" };
    let disposition = format!("{disposition}; filename=\"{blob}.{}\"", seen.file.extension());
    let told = [
        (header::CONTENT_TYPE, HeaderValue::from_static(seen.file.mime())),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(ApiError::internal)?),
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    ];
    Ok((told, content).into_response())
}

/// A content that a person may send.
pub(super) struct Upload {
    blob: Digest,
    /// Its bytes.
    pub(super) size: u64,
    file: FileKind,
    /// Whether it is the small picture of a file.
    pub(super) is_thumbnail: bool,
}

impl Upload {
    /// The content, where a record names it; somebody else's file is as unknown as none.
    pub(super) async fn find(app: &App, person: &Person, blob: Digest) -> Result<Self, ApiError> {
        let hanging = app.ledger()?.hanging(blob).await?;
        let is_own = |hanging: &&Hanging| {
            hanging.author == person.id || authorize(person, Action::EditRecord(hanging.kind, hanging.unit))
        };
        let own = hanging.iter().find(is_own).ok_or(ApiError::NotFound)?;
        Ok(Self { blob, size: own.size, file: own.file, is_thumbnail: own.is_thumbnail })
    }

    /// Takes what follows at `offset`; gives how much is here then.
    pub(super) async fn take(&self, app: &App, offset: u64, chunk: &[u8]) -> Result<u64, ApiError> {
        let arrived = self.offset(app).await?;
        if arrived != offset {
            return Err(ApiError::WrongOffset(arrived));
        }
        let end = offset.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if end > self.size {
            return Err(ApiError::BodyTooLarge);
        }
        if !chunk.is_empty() {
            app.blobs.append(self.blob, offset, chunk).await?;
        }
        if end == self.size && !chunk.is_empty() {
            self.finish(app).await?;
        }
        Ok(end)
    }

    /// How much is here. What was cut between its last chunk and its end is brought to its end.
    pub(super) async fn offset(&self, app: &App) -> Result<u64, ApiError> {
        if !app.store.held_blobs(app.campaign()?, &[self.blob]).await?.is_empty() {
            return Ok(self.size);
        }
        let arrived = app.blobs.offset(self.blob).await?;
        if arrived == self.size {
            self.finish(app).await?;
        }
        Ok(arrived)
    }

    /// Looks at what has arrived, and keeps it if it is what it was said to be.
    async fn finish(&self, app: &App) -> Result<(), ApiError> {
        let content = app.blobs.arrived(self.blob).await?;
        if Digest::of_content(&content) != self.blob {
            app.blobs.forget(self.blob).await?;
            return Err(ApiError::ChecksumMismatch);
        }
        if let Err(error) = check_content(self.file, &content) {
            app.blobs.forget(self.blob).await?;
            return Err(ApiError::WrongContent(error.to_string()));
        }
        app.blobs.keep(self.blob, content).await?;
        let received_ms = app.clock.now_ms();
        let held = HeldBlob { blob: self.blob, size: self.size, mime: self.file.mime(), received_ms };
        app.store.note_blob(app.campaign()?, &held).await?;
        // Left-overs of a forgetting that fails are no reason to tell the tablet that its file is not here.
        if let Err(error) = app.blobs.forget(self.blob).await {
            tracing::warn!(cause = %error, "cannot forget the chunks of a whole file");
        }
        Ok(())
    }
}

fn digest_of(blob: &str) -> Result<Digest, ApiError> {
    blob.parse().map_err(|_| ApiError::NotFound)
}

fn check_version(headers: &HeaderMap) -> Result<(), ApiError> {
    let is_ours = headers.get(RESUMABLE).is_some_and(|version| version == VERSION);
    if is_ours { Ok(()) } else { Err(ApiError::TusVersion) }
}

/// `sha256 BASE64`, the only algorithm that is told in [`capabilities`].
fn is_checksum_of(checksum: &str, chunk: &[u8]) -> bool {
    let digest = checksum.strip_prefix("sha256 ").and_then(|text| BASE64_STANDARD.decode(text.trim()).ok());
    digest.is_some_and(|digest| digest == Digest::of_content(chunk).0)
}

impl From<BlobError> for ApiError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::NotFound => Self::NotFound,
            BlobError::Offset(arrived) => Self::WrongOffset(arrived),
            BlobError::Unavailable(cause) => Self::Unavailable(cause),
        }
    }
}
