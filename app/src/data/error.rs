//! What can go wrong between the application and the world, with what to say and whether trying again helps.

use shared::{
    api::{ErrorCode, ErrorDetail},
    issue::RefusalCode,
    t,
};

/// A failure of the tablet's store or of the exchange with the server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DataError {
    /// No answer: no network, no server, or too slow.
    #[error("no answer from the server")]
    Offline,
    /// The server refused the request.
    #[error("the server answered {}", .0.code.key())]
    Server(Box<ErrorDetail>),
    /// The answer is none of ours: another server, or something in between.
    #[error("an answer that is not the server's: {0}")]
    Unreadable(String),
    /// The tablet has no room left.
    #[error("the tablet is full")]
    StoreFull,
    /// The tablet has room for text and for nothing larger.
    #[error("the tablet has room for text only")]
    RoomForTextOnly,
    /// The file is larger than any that may hang on a record.
    #[error("the file is too large")]
    FileTooLarge,
    /// The file is none of those that may hang on a record, or cannot be read.
    #[error("the file is of no known kind")]
    FileUnknown,
    /// The content is neither here nor at the server yet.
    #[error("the file has not arrived")]
    FileOnItsWay,
    /// Another tab keeps an older version of the store open.
    #[error("the store is blocked by another tab")]
    StoreBlocked,
    /// The browser does not let us store.
    #[error("the store is unavailable: {0}")]
    StoreUnavailable(String),
    /// What was stored cannot be read.
    #[error("the store is damaged: {0}")]
    StoreCorrupt(String),
    /// A later version of the application keeps the store in a way that this one does not know.
    #[error("the store is of a later version")]
    StoreNewer,
    /// The browser has no cipher here, and nothing is stored in the clear.
    #[error("the browser cannot encrypt here")]
    NoCipher,
    /// Password or PIN does not open the store.
    #[error("the secret does not open the store")]
    WrongSecret,
    /// The store is under a password that was changed elsewhere.
    #[error("the store is under an older password")]
    OtherPassword,
    /// Too many wrong secrets; so many seconds to wait.
    #[error("wait {0} s before the next secret")]
    UnlockDelayed(u64),
    /// The PIN was wrong too often; the password opens.
    #[error("the PIN is spent")]
    PinSpent,
    /// The server has not told this tablet yet what seals a parcel.
    #[error("no key for parcels")]
    NoParcelKey,
    /// The file is no parcel, or the browser did not take it.
    #[error("no parcel")]
    NoParcel,
    /// Nobody is logged in.
    #[error("nobody is logged in")]
    Nobody,
    /// The record is not on this tablet.
    #[error("the record is not here")]
    NotHere,
    /// The rules forbid it.
    #[error("refused: {}", .0.key())]
    Refused(RefusalCode),
}

impl DataError {
    /// The sentence for people, with the next step.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Offline => t!("app.error.offline"),
            Self::Server(detail) if detail.message.is_empty() => detail.code.message(),
            Self::Server(detail) => detail.message.clone(),
            Self::Unreadable(_) => t!("app.error.unreadable"),
            Self::StoreFull => t!("app.error.store_full"),
            Self::RoomForTextOnly => t!("tablet.full"),
            Self::FileTooLarge => t!("files.too_large"),
            Self::FileUnknown => t!("files.unknown"),
            Self::FileOnItsWay => t!("files.on_its_way"),
            Self::StoreBlocked => t!("app.error.store_blocked"),
            Self::StoreUnavailable(_) => t!("app.error.store_unavailable"),
            Self::StoreCorrupt(_) => t!("app.error.store_corrupt"),
            Self::StoreNewer => t!("tablet.error.newer"),
            Self::NoCipher => t!("tablet.error.no_cipher"),
            Self::WrongSecret => t!("tablet.error.secret"),
            Self::OtherPassword => t!("tablet.error.other_password"),
            Self::UnlockDelayed(seconds) => t!("tablet.error.delayed", seconds = seconds),
            Self::PinSpent => t!("tablet.error.pin_spent"),
            Self::NoParcelKey => t!("tablet.error.no_parcel_key"),
            Self::NoParcel => t!("tablet.error.no_parcel"),
            Self::Nobody => t!("app.error.nobody"),
            Self::NotHere => t!("app.error.not_here"),
            Self::Refused(code) => format!("{}{}", code.message(), code.next_step()),
        }
    }

    /// The server's code, where it answered.
    pub(crate) fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Server(detail) => Some(detail.code),
            _ => None,
        }
    }

    /// Whether the session ended, for whatever reason.
    pub(crate) fn is_session_end(&self) -> bool {
        let ends = [ErrorCode::SessionExpired, ErrorCode::PasswordChanged, ErrorCode::Revoked];
        self.code().is_some_and(|code| ends.contains(&code))
    }

    /// Whether trying the same again cannot help.
    pub(crate) fn is_permanent(&self) -> bool {
        match self {
            Self::Offline
            | Self::FileOnItsWay
            | Self::StoreBlocked
            | Self::StoreUnavailable(_)
            | Self::UnlockDelayed(_) => false,
            Self::Server(detail) => detail.code.is_permanent(),
            Self::Unreadable(_)
            | Self::StoreFull
            | Self::RoomForTextOnly
            | Self::FileTooLarge
            | Self::FileUnknown
            | Self::StoreCorrupt(_)
            | Self::StoreNewer
            | Self::NoCipher
            | Self::NoParcelKey
            | Self::NoParcel
            | Self::WrongSecret
            | Self::OtherPassword
            | Self::PinSpent
            | Self::Nobody
            | Self::NotHere
            | Self::Refused(_) => true,
        }
    }
}
