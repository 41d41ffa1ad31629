//! Giving up on a request.

use web_sys::{AbortController, AbortSignal};

/// Ends the requests that were given its signal.
pub(crate) struct Abort(AbortController);

impl Abort {
    /// A way to give up; none in a browser that knows none.
    pub(crate) fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    /// What a request listens to.
    pub(crate) fn signal(&self) -> AbortSignal {
        self.0.signal()
    }

    /// Gives up.
    pub(crate) fn abort(&self) {
        self.0.abort();
    }
}
