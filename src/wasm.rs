//! What JavaScript sees; the only file that names `JsValue`.

use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs once, when the module is instantiated: keeps the text of a panic for [`last_panic`], since the
/// trap that follows says only "unreachable".
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        LAST_PANIC.with(|text| {
            if let Ok(mut text) = text.try_borrow_mut() {
                *text = info.to_string();
            }
        });
    }));
}

/// Version of the interface between this module and the scripts around it.
#[wasm_bindgen]
pub fn abi() -> String {
    concat!("heatlens ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// The text of the last panic, empty when there was none. May be called after the trap.
#[wasm_bindgen]
pub fn last_panic() -> String {
    LAST_PANIC.with(|text| text.try_borrow().map(|text| text.clone()).unwrap_or_default())
}

/// After a trap: the next call of any export starts from a fresh instance; every handle is dead.
#[wasm_bindgen]
pub fn reset() {
    wasm_bindgen::handler::schedule_reinit();
}

/// Does nothing; completes a [`reset`] without touching a stale handle.
#[wasm_bindgen]
pub fn ping() {}

/// Panics, so that tests can see what a page makes of it.
#[wasm_bindgen]
#[allow(clippy::panic)]
pub fn panic_for_test() {
    panic!("a panic on purpose");
}

/// The catalogue of methods.
#[wasm_bindgen]
pub fn methods() -> js_sys::Array {
    js_sys::Array::new()
}
