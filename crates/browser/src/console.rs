//! Log lines and panics are written to the browser's console.

use js_sys::Reflect;
use log::{Level, LevelFilter, Log, Metadata, Record};
use wasm_bindgen::JsValue;
use web_sys::console;

use crate::device_error;

/// The global under which a panic's message is left: after a panic only JavaScript still runs.
const PANIC: &str = "pastichePanic";

struct Console;

impl Log for Console {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = JsValue::from_str(&format!("{}: {}", record.target(), record.args()));
        if record.level() == Level::Error {
            console::error_1(&line);
            // wgpu only logs a shader that the browser rejects; its output is then stale.
            device_error::record(&record.args().to_string());
        } else {
            console::warn_1(&line);
        }
    }

    fn flush(&self) {}
}

/// Installs the panic hook and the logger.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // An error here cannot be reported; the console has the message.
        let _ = Reflect::set(&js_sys::global(), &PANIC.into(), &info.to_string().into());
    }));
    if log::set_logger(&Console).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}
