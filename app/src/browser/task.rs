//! Work that goes on in the background, and waiting. The one home of `spawn_local`.

use std::{future::Future, pin::pin};

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;

/// Runs a future to its end. It outlives the page that started it: after an await use `try_*` on signals.
#[expect(clippy::disallowed_methods, reason = "the one home of background work")]
pub(crate) fn spawn(work: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(work);
}

/// Waits.
pub(crate) async fn sleep(wait_ms: u32) {
    TimeoutFuture::new(wait_ms).await;
}

/// The work's result, or `None` when it takes longer than `timeout_ms`; the work is dropped then.
pub(crate) async fn within<T>(timeout_ms: u32, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), TimeoutFuture::new(timeout_ms)).await {
        Either::Left((result, _)) => Some(result),
        Either::Right(_) => None,
    }
}
