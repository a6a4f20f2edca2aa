//! Room on the stack: how deep a validator or a comparison calls itself follows from the schema and the instance, which are strangers'.

use std::thread;

use serde_json::Value;

/// How many schemas within one another fit on any stack.
const FEW: usize = 200;
/// What each of them may need.
const BYTES: usize = 8 << 10;

/// Asks where there is room for so many schemas within one another. None: there is no room to be had.
pub(super) fn with<T: Send>(deep: usize, ask: impl FnOnce() -> T + Send) -> Option<T> {
    if deep <= FEW {
        return Some(ask());
    }
    of((deep + FEW).saturating_mul(BYTES), ask)
}

/// Asks on a stack of so many bytes, whatever thread this is. None: there is none to be had. A panic goes on as if it were here.
pub(in crate::schema) fn of<T: Send>(bytes: usize, ask: impl FnOnce() -> T + Send) -> Option<T> {
    let room = thread::Builder::new().stack_size(bytes);
    let asked = thread::scope(|scope| room.spawn_scoped(scope, ask).ok().map(thread::ScopedJoinHandle::join))?;
    match asked {
        Ok(answer) => Some(answer),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// How deep lists and objects stand in one another; a value alone is 1.
pub(super) fn depth(value: &Value) -> usize {
    let below = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(members) => members.values().map(depth).max(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    };
    1 + below.unwrap_or_default()
}
