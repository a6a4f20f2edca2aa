//! Keeps what a panicking check said, and where, instead of printing it.

use std::cell::RefCell;
use std::panic::{PanicHookInfo, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// `Some` on a thread that runs checks; what its last panic said.
    static WATCHED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on the panics of watched threads are kept; all others are printed as before.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            let kept = WATCHED.with_borrow_mut(|slot| slot.as_mut().map(|said| *said = describe(info)).is_some());
            if !kept {
                before(info);
            }
        }));
    });
}

/// This thread runs checks.
pub(super) fn watch() {
    WATCHED.set(Some(String::new()));
}

/// What the last panic of this thread said.
pub(super) fn take() -> String {
    WATCHED.replace(Some(String::new())).unwrap_or_default()
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let said = info.payload_as_str().unwrap_or("without a message");
    match info.location() {
        Some(place) => format!("{said} ({}:{})", place.file(), place.line()),
        None => said.to_owned(),
    }
}
