//! A lock that the tabs of this tablet share. It spares work; correctness never depends on it.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// A lock that is held until released or dropped.
#[derive(Default)]
pub(crate) struct Held {
    release: Option<Function>,
    ended: Option<Promise>,
}

impl Held {
    /// Releases the lock, and returns when it is free: a dropped one is freed a moment later.
    pub(crate) async fn release(mut self) {
        let ended = self.ended.take();
        drop(self);
        if let Some(ended) = ended {
            drop(JsFuture::from(ended).await);
        }
    }

    /// What ends when the lock is no longer held, because it was released or another tab took it over.
    pub(crate) fn end(&self) -> impl Future<Output = ()> + use<> {
        let ended = self.ended.clone();
        async move {
            match ended {
                Some(ended) => drop(JsFuture::from(ended).await),
                None => std::future::pending().await,
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            drop(release.call0(&JsValue::UNDEFINED));
        }
    }
}

/// The lock, or `None` when another tab holds it. A browser without locks grants every wish.
pub(crate) async fn try_hold(name: &str) -> Option<Held> {
    request(name, "ifAvailable").await
}

/// The lock, taken from whoever holds it: a tab that is frozen cannot keep it.
pub(crate) async fn take_over(name: &str) -> Held {
    request(name, "steal").await.unwrap_or_default()
}

async fn request(name: &str, how: &str) -> Option<Held> {
    let Some((locks, request)) = lock_manager() else {
        return Some(Held::default());
    };
    let options = Object::new();
    drop(Reflect::set(&options, &how.into(), &JsValue::TRUE));
    let mut ended = JsValue::UNDEFINED;
    let granted = Promise::new(&mut |granted, _| {
        let callback = Closure::once_into_js(move |lock: JsValue| answer(&lock, &granted));
        if let Ok(promise) = request.call3(&locks, &name.into(), &options, &callback) {
            ended = promise;
        }
    });
    // A request that the browser forbids ends at once; what is granted answers before it ends.
    let first = Promise::race(&Array::of2(&granted, &ended));
    let Ok(answer) = JsFuture::from(first).await else {
        return Some(Held::default());
    };
    match answer.dyn_into::<Function>() {
        Ok(release) => Some(Held { release: Some(release), ended: ended.dyn_into().ok() }),
        Err(_) => None,
    }
}

/// Tells the asker what became of the request; what it returns keeps the lock until it resolves.
fn answer(lock: &JsValue, granted: &Function) -> JsValue {
    if lock.is_null() || lock.is_undefined() {
        drop(granted.call1(&JsValue::UNDEFINED, &JsValue::FALSE));
        return JsValue::UNDEFINED;
    }
    Promise::new(&mut |release, _| drop(granted.call1(&JsValue::UNDEFINED, &release))).into()
}

fn lock_manager() -> Option<(JsValue, Function)> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn a_lock_is_held_by_one_until_it_is_released() {
        let first = try_hold("test-lock").await.unwrap();
        assert!(try_hold("test-lock").await.is_none());
        assert!(try_hold("test-other").await.is_some());
        first.release().await;
        assert!(try_hold("test-lock").await.is_some());
    }

    #[wasm_bindgen_test]
    async fn a_lock_that_is_taken_over_ends_for_whoever_held_it() {
        let first = try_hold("test-taken").await.unwrap();
        let end = first.end();
        let second = take_over("test-taken").await;
        end.await;
        assert!(try_hold("test-taken").await.is_none(), "the second holds it");
        second.release().await;
        assert!(try_hold("test-taken").await.is_some());
    }
}
