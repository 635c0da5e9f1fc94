//! Keeps the device awake while an answer is awaited, in Firefox: there finished GPU work is noticed every 100 ms only, and at every submission. Without
//! this `mapAsync` takes about 103 ms, whatever the work, with empty submissions about as long as a timer. To be removed once Firefox notices by
//! itself (Mozilla bug 1870699).

use std::cell::{Cell, RefCell};

use js_sys::{Function, Reflect};
use transfer::readback;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Milliseconds between two empty submissions; browsers make at least four of it.
const EVERY: f64 = 1.0;

thread_local! {
    static QUEUE: RefCell<Option<wgpu::Queue>> = const { RefCell::new(None) };
    static TIMER: RefCell<Option<Timer>> = const { RefCell::new(None) };
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

struct Timer {
    tick: Closure<dyn FnMut()>,
    set: Function,
    clear: Function,
    id: JsValue,
}

/// Does so from now on where the browser is Firefox.
pub(super) fn install(queue: &wgpu::Queue) {
    if !is_firefox() {
        return;
    }
    let global = js_sys::global();
    let function = |name: &str| Reflect::get(&global, &name.into()).ok()?.dyn_into::<Function>().ok();
    let (Some(set), Some(clear)) = (function("setInterval"), function("clearInterval")) else { return };
    QUEUE.set(Some(queue.clone()));
    TIMER.set(Some(Timer { tick: Closure::new(tick), set, clear, id: JsValue::UNDEFINED }));
    readback::on_wait(begin);
}

fn is_firefox() -> bool {
    let get = |object: &JsValue, key: &str| Reflect::get(object, &key.into()).ok();
    let agent = get(&js_sys::global(), "navigator").and_then(|navigator| get(&navigator, "userAgent"));
    agent.and_then(|agent| agent.as_string()).is_some_and(|agent| agent.contains("Firefox/"))
}

fn begin() {
    if RUNNING.replace(true) {
        return;
    }
    TIMER.with_borrow_mut(|timer| {
        if let Some(Timer { tick, set, id, .. }) = timer {
            *id = set.call2(&JsValue::UNDEFINED, tick.as_ref(), &EVERY.into()).unwrap_or_default();
        }
    });
}

fn tick() {
    if readback::is_awaited() {
        QUEUE.with_borrow(|queue| queue.as_ref().map(|queue| queue.submit([])));
        return;
    }
    RUNNING.set(false);
    TIMER.with_borrow(|timer| {
        if let Some(Timer { clear, id, .. }) = timer {
            // Were it not cleared, it would find nothing to do.
            let _ = clear.call1(&JsValue::UNDEFINED, id);
        }
    });
}
