//! The service worker: registration, “a new version is ready”, and the one reload that takes it over.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

use crate::browser::listener::Listener;

const SCRIPT: &str = "/sw.js";

/// The registered worker.
#[derive(Clone)]
pub(crate) struct Worker {
    registration: ServiceWorkerRegistration,
    listeners: Rc<RefCell<Vec<Listener>>>,
}

impl Worker {
    /// Registers the worker. `on_ready` is called when a new version waits, `on_taken_over` when it took over:
    /// the page must reload then. `None` where the browser or an insecure address does not allow workers.
    pub(crate) async fn register(
        on_ready: impl Fn() + Clone + 'static,
        on_taken_over: impl Fn() + 'static,
    ) -> Option<Self> {
        let container = container()?;
        let registration = register_script(&container).await?;
        let worker = Self { registration, listeners: Rc::default() };
        // The first worker ever takes nothing over from anybody.
        if container.controller().is_some() {
            worker.keep(Listener::new(&container, "controllerchange", move |_| on_taken_over()));
            if worker.registration.waiting().is_some() {
                on_ready();
            }
        }
        let watching = worker.clone();
        worker.keep(Listener::new(&worker.registration, "updatefound", move |_| watching.watch(on_ready.clone())));
        Some(worker)
    }

    /// Looks whether the server has a new version.
    pub(crate) fn look_for_update(&self) {
        drop(self.registration.update());
    }

    /// Lets the waiting version take over; the page reloads when it has.
    pub(crate) fn take_over(&self) {
        if let Some(waiting) = self.registration.waiting() {
            drop(waiting.post_message(&JsValue::from_str("SKIP_WAITING")));
        }
    }

    fn watch(&self, on_ready: impl Fn() + 'static) {
        let Some(installing) = self.registration.installing() else {
            return;
        };
        let worker: ServiceWorker = installing.clone();
        self.keep(Listener::new(&installing, "statechange", move |_| {
            let is_update = container().is_some_and(|container| container.controller().is_some());
            if is_update && worker.state() == ServiceWorkerState::Installed {
                on_ready();
            }
        }));
    }

    fn keep(&self, listener: Listener) {
        self.listeners.borrow_mut().push(listener);
    }
}

fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &"serviceWorker".into()).ok().filter(JsValue::is_object)?.dyn_into().ok()
}

async fn register_script(container: &ServiceWorkerContainer) -> Option<ServiceWorkerRegistration> {
    let options = Object::new();
    drop(Reflect::set(&options, &"updateViaCache".into(), &"none".into()));
    let register: Function = Reflect::get(container, &"register".into()).ok()?.dyn_into().ok()?;
    let promise = register.call2(container, &SCRIPT.into(), &options).ok()?.dyn_into::<js_sys::Promise>().ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}
