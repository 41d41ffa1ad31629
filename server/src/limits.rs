//! What one device, and all connections together, may ask. Limits of a single request stand in `shared::api`.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use shared::id::Digest;
use std::net::SocketAddr;

use crate::{app::SharedApp, auth, error::ApiError};

/// Requests of one device in a minute, unless the configuration says otherwise: a tablet that brings a year's work
/// needs some hundred, a page that is left open one now and then.
pub const REQUESTS_PER_MINUTE: u32 = 3_000;

/// Connections that are served at once; more wait until one ends.
pub const CONNECTIONS_MAX: usize = 4_096;

/// Devices whose requests are counted at once. Those that have been quiet for a minute make room.
const DEVICES_MAX: usize = 20_000;

const MINUTE_MS: u64 = 60_000;

/// What each device may still ask.
#[derive(Debug)]
pub struct Rates {
    per_minute: u32,
    devices: Mutex<HashMap<Digest, Bucket>>,
}

/// Thousandths of requests that a device may still send, as of a moment.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: u64,
    at_ms: u64,
}

impl Rates {
    /// So many requests a minute; 0 for any number.
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute, devices: Mutex::default() }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// The seconds to wait, when it is one too many.
    pub fn count(&self, device: Digest, now_ms: u64) -> Result<(), u64> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let full = u64::from(self.per_minute) * 1_000;
        let filled = |bucket: &Bucket| {
            let passed_ms = now_ms.saturating_sub(bucket.at_ms).min(MINUTE_MS);
            (bucket.left + full * passed_ms / MINUTE_MS).min(full)
        };
        let mut devices = self.devices.lock().unwrap_or_else(PoisonError::into_inner);
        if devices.len() >= DEVICES_MAX && !devices.contains_key(&device) {
            devices.retain(|_, bucket| filled(bucket) < full);
            if devices.len() >= DEVICES_MAX {
                return Err(1);
            }
        }
        let bucket = devices.entry(device).or_insert(Bucket { left: full, at_ms: now_ms });
        let left = filled(bucket);
        let Some(rest) = left.checked_sub(1_000) else {
            *bucket = Bucket { left, at_ms: now_ms };
            return Err(((1_000 - left) * MINUTE_MS).div_ceil(full * 1_000).max(1));
        };
        *bucket = Bucket { left: rest, at_ms: now_ms };
        Ok(())
    }
}

/// The layer that counts requests by device: by its session's cookie, and by its address.
pub async fn count(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().copied();
    let address = auth::remote_address(request.headers(), peer);
    let cookie = request.headers().get(header::COOKIE).map_or(&[][..], |cookie| cookie.as_bytes());
    let device = Digest::of(&[address.as_bytes(), cookie]);
    match app.rates.count(device, app.clock.now_ms()) {
        Ok(()) => next.run(request).await,
        Err(retry_after_seconds) => ApiError::TooManyRequests { retry_after_seconds }.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_may_ask_so_often_a_minute_and_another_is_not_held_up() {
        let rates = Rates::new(60);
        let (one, other) = (Digest([1; 32]), Digest([2; 32]));
        for n in 0..60 {
            assert_eq!(rates.count(one, 1_000), Ok(()), "{n}");
        }
        assert_eq!(rates.count(one, 1_000), Err(1));
        assert_eq!(rates.count(one, 1_999), Err(1));
        assert_eq!(rates.count(other, 1_000), Ok(()));
        assert_eq!(rates.count(one, 2_000), Ok(()));
        assert_eq!(rates.count(one, 2_000), Err(1));
        // A clock that falls gives nothing and takes nothing.
        assert_eq!(rates.count(one, 0), Err(1));
        for n in 0..60 {
            assert_eq!(rates.count(one, 600_000), Ok(()), "{n}");
        }
        assert_eq!(rates.count(one, 600_000), Err(1));
        assert_eq!(Rates::new(0).count(one, 0), Ok(()));
    }

    #[test]
    fn so_many_devices_are_remembered_and_the_quiet_ones_make_room() {
        let rates = Rates::new(60);
        let device = |n: usize| Digest::of(&[&n.to_be_bytes()]);
        for n in 0..DEVICES_MAX {
            rates.count(device(n), 1_000).unwrap();
        }
        assert_eq!(rates.count(device(DEVICES_MAX), 1_000), Err(1));
        assert_eq!(rates.count(device(0), 1_000), Ok(()));
        assert_eq!(rates.count(device(DEVICES_MAX), 62_000), Ok(()));
        assert_eq!(rates.devices.lock().unwrap().len(), 1);
    }
}
