//! Every way a request fails, mapped once: the only place that knows HTTP's status codes.

use std::{fmt, sync::Arc};

use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use shared::{
    api::{ErrorBody, ErrorCode, ErrorDetail},
    period::Refused,
    sync::snapshot::Offer,
};

use crate::{routes::blobs::RESUMABLE, store::StoreError, telemetry::RequestId};

/// Done, with nothing to say.
#[derive(Clone, Copy, Debug)]
pub struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// What the client has is what there is.
#[derive(Clone, Copy, Debug)]
pub struct NotModified;

impl IntoResponse for NotModified {
    fn into_response(self) -> Response {
        StatusCode::NOT_MODIFIED.into_response()
    }
}

/// Why a request failed.
#[derive(Debug)]
pub enum ApiError {
    /// Account or password is wrong.
    WrongCredentials,
    /// Too many failed log-ins.
    LoginDelayed {
        /// How long to wait.
        retry_after_seconds: u64,
    },
    /// The account has a second factor, and its code is missing.
    SecondFactorAsked,
    /// The code of the second factor is wrong, or was used before.
    SecondFactorWrong,
    /// A second factor must be set up before anything else.
    SecondFactorMissing,
    /// The one-time code is wrong, was used, or has expired.
    InvitationRefused,
    /// No session, or it has ended.
    SessionExpired,
    /// The session ended because the password is another.
    PasswordChanged,
    /// The account was disabled, or the device's session was ended by a person.
    Revoked,
    /// Nobody does this to the own account.
    SecondPerson,
    /// The person's roles do not allow it.
    Forbidden,
    /// Another site sent it.
    CrossSite,
    /// No such path or thing.
    NotFound,
    /// The path does not know this method.
    MethodNotAllowed,
    /// The body is not what the path takes; what is wrong with it.
    MalformedRequest(String),
    /// The body is too large.
    BodyTooLarge,
    /// These fields are missing or wrong.
    InvalidField(Vec<String>),
    /// A mark that this server's log does not have.
    Lineage {
        /// The highest sequence known to be shared.
        common: u64,
    },
    /// A tablet so far behind that a snapshot is less to load.
    Snapshot(Box<Offer>),
    /// The client speaks a protocol that is no longer, or not yet, spoken here.
    UpgradeRequired,
    /// The set-up code is wrong, or the server is set up already.
    SetupRefused,
    /// It exists already.
    Duplicate,
    /// A step that a period does not allow.
    Refused(Refused),
    /// A parcel that was not sealed for this server, or was changed since.
    ParcelRefused,
    /// The token of another system is none, or was taken back.
    TokenRefused,
    /// The device asks too often.
    TooManyRequests {
        /// How long to wait.
        retry_after_seconds: u64,
    },
    /// The chunk does not follow on what has arrived: so many bytes.
    WrongOffset(u64),
    /// The bytes are others than those that were sent.
    ChecksumMismatch,
    /// The file is of another kind than it was said to be.
    WrongContent(String),
    /// The client speaks another tus.
    TusVersion,
    /// The database does not answer, or too many wait; trying again helps.
    Unavailable(String),
    /// A defect of ours.
    Internal(String),
}

impl ApiError {
    /// A defect, from whatever should not have failed.
    pub fn internal(error: impl fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// The code the client sees.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::WrongCredentials => ErrorCode::WrongCredentials,
            Self::LoginDelayed { .. } => ErrorCode::LoginDelayed,
            Self::SecondFactorAsked => ErrorCode::SecondFactorAsked,
            Self::SecondFactorWrong => ErrorCode::SecondFactorWrong,
            Self::SecondFactorMissing => ErrorCode::SecondFactorMissing,
            Self::InvitationRefused => ErrorCode::InvitationRefused,
            Self::SessionExpired => ErrorCode::SessionExpired,
            Self::PasswordChanged => ErrorCode::PasswordChanged,
            Self::Revoked => ErrorCode::Revoked,
            Self::SecondPerson => ErrorCode::SecondPerson,
            Self::Forbidden => ErrorCode::Forbidden,
            Self::CrossSite => ErrorCode::CrossSite,
            Self::NotFound => ErrorCode::NotFound,
            Self::MethodNotAllowed => ErrorCode::MethodNotAllowed,
            Self::MalformedRequest(_) => ErrorCode::MalformedRequest,
            Self::BodyTooLarge => ErrorCode::BodyTooLarge,
            Self::InvalidField(_) => ErrorCode::InvalidField,
            Self::Lineage { .. } => ErrorCode::Lineage,
            Self::Snapshot(_) => ErrorCode::Snapshot,
            Self::UpgradeRequired => ErrorCode::UpgradeRequired,
            Self::SetupRefused => ErrorCode::SetupRefused,
            Self::Duplicate => ErrorCode::Duplicate,
            Self::Refused(refused) => refused.code,
            Self::ParcelRefused => ErrorCode::ParcelRefused,
            Self::TokenRefused => ErrorCode::TokenRefused,
            Self::TooManyRequests { .. } => ErrorCode::TooManyRequests,
            Self::WrongOffset(_) => ErrorCode::WrongOffset,
            Self::ChecksumMismatch => ErrorCode::ChecksumMismatch,
            Self::WrongContent(_) => ErrorCode::WrongContent,
            Self::TusVersion => ErrorCode::TusVersion,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    /// What the log says and the client does not see.
    fn cause(&self) -> Option<&str> {
        match self {
            Self::MalformedRequest(cause)
            | Self::WrongContent(cause)
            | Self::Unavailable(cause)
            | Self::Internal(cause) => Some(cause),
            Self::WrongCredentials
            | Self::LoginDelayed { .. }
            | Self::SecondFactorAsked
            | Self::SecondFactorWrong
            | Self::SecondFactorMissing
            | Self::InvitationRefused
            | Self::SessionExpired
            | Self::PasswordChanged
            | Self::Revoked
            | Self::SecondPerson
            | Self::Forbidden
            | Self::CrossSite
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::BodyTooLarge
            | Self::InvalidField(_)
            | Self::Lineage { .. }
            | Self::Snapshot(_)
            | Self::UpgradeRequired
            | Self::SetupRefused
            | Self::Duplicate
            | Self::Refused(_)
            | Self::ParcelRefused
            | Self::TokenRefused
            | Self::WrongOffset(_)
            | Self::ChecksumMismatch
            | Self::TusVersion
            | Self::TooManyRequests { .. } => None,
        }
    }

    fn body(&self, request_id: &RequestId) -> ErrorBody {
        let code = self.code();
        let mut detail = ErrorDetail {
            code,
            message: code.message(),
            fields: Vec::new(),
            retry_after_seconds: None,
            common: None,
            snapshot: None,
            request_id: request_id.to_string(),
        };
        if let Self::InvalidField(fields) = self {
            detail.fields.clone_from(fields);
        } else if let Self::LoginDelayed { retry_after_seconds } | Self::TooManyRequests { retry_after_seconds } = self
        {
            detail.retry_after_seconds = Some(*retry_after_seconds);
        } else if let Self::Refused(refused) = self {
            detail.fields.extend(refused.field.map(str::to_owned));
        } else if let Self::Lineage { common } = self {
            detail.common = Some(*common);
        } else if let Self::Snapshot(offer) = self {
            detail.snapshot = Some(offer.clone());
        }
        ErrorBody { error: detail }
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Conflict => Self::Duplicate,
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
            StoreError::Corrupt(cause) => Self::Internal(cause),
        }
    }
}

/// The number that tus gives a chunk whose checksum is another; HTTP has none.
const CHECKSUM_MISMATCH: u16 = 460;

/// The status that a code comes with.
pub(crate) fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::WrongCredentials
        | ErrorCode::SecondFactorAsked
        | ErrorCode::SecondFactorWrong
        | ErrorCode::SessionExpired
        | ErrorCode::TokenRefused
        | ErrorCode::PasswordChanged => StatusCode::UNAUTHORIZED,
        ErrorCode::LoginDelayed | ErrorCode::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Forbidden
        | ErrorCode::CrossSite
        | ErrorCode::SetupRefused
        | ErrorCode::SecondFactorMissing
        | ErrorCode::InvitationRefused
        | ErrorCode::Revoked => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::MalformedRequest => StatusCode::BAD_REQUEST,
        ErrorCode::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::InvalidField | ErrorCode::ParcelRefused => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::Lineage
        | ErrorCode::Duplicate
        | ErrorCode::WrongOffset
        | ErrorCode::PeriodNotDue
        | ErrorCode::PeriodFrozen
        | ErrorCode::PeriodNotFrozen
        | ErrorCode::PeriodPublished
        | ErrorCode::SecondPerson
        | ErrorCode::ProposalMissing
        | ErrorCode::ResultChanged
        | ErrorCode::AppealsOpen
        | ErrorCode::AppealsClosed
        | ErrorCode::ObjectionsOpen
        | ErrorCode::ObjectionsClosed => StatusCode::CONFLICT,
        ErrorCode::Snapshot => StatusCode::GONE,
        ErrorCode::ChecksumMismatch => StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::BAD_REQUEST),
        ErrorCode::WrongContent => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::TusVersion => StatusCode::PRECONDITION_FAILED,
        ErrorCode::UpgradeRequired => StatusCode::UPGRADE_REQUIRED,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for ApiError {
    /// The status and the error itself; [`render`], which knows the request, writes the body.
    fn into_response(self) -> Response {
        let mut response = status(self.code()).into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The layer around every route of the interface: gives each error its body and logs it, once.
pub async fn render(request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let Some(error) = error_of(&response) else {
        return response;
    };
    let (code, cause) = (error.code().key(), error.cause().unwrap_or_default());
    if status(error.code()).is_server_error() {
        tracing::error!(%method, path, code, cause, "request failed");
    } else {
        tracing::info!(%method, path, code, cause, "request refused");
    }
    let mut rendered = (status(error.code()), Json(error.body(&request_id))).into_response();
    for name in [header::ALLOW, RESUMABLE] {
        if let Some(value) = response.headers().get(&name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    if let ApiError::LoginDelayed { retry_after_seconds } | ApiError::TooManyRequests { retry_after_seconds } = &*error
    {
        rendered.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
    }
    rendered
}

/// The error of a response: ours, or what a layer below said with a bare status.
fn error_of(response: &Response) -> Option<Arc<ApiError>> {
    if let Some(error) = response.extensions().get::<Arc<ApiError>>() {
        return Some(error.clone());
    }
    let status = response.status();
    let error = if status == StatusCode::NOT_FOUND {
        ApiError::NotFound
    } else if status == StatusCode::METHOD_NOT_ALLOWED {
        ApiError::MethodNotAllowed
    } else if status == StatusCode::PAYLOAD_TOO_LARGE {
        ApiError::BodyTooLarge
    } else if status.is_client_error() {
        ApiError::MalformedRequest(status.to_string())
    } else if status.is_server_error() {
        ApiError::Internal(status.to_string())
    } else {
        return None;
    };
    Some(Arc::new(error))
}
