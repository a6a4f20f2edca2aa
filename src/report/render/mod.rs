//! Report → text. Each renderer turns data into a string and knows nothing else.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod markdown;
mod style;
mod wrap;

pub(crate) use style::{Look, Style};
pub(crate) use wrap::wrap;
