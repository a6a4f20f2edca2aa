//! `format('{0} …', …)`.

use super::functions::{Builder, text_of};
use crate::pipeline::value::{Text, Value};

/// What is wrong with the text is an error to GitHub, and unknown here.
pub(super) fn format(text: &Value, arguments: &[&Value]) -> Value {
    let Some(all) = text_of(text).completions() else { return Value::Text(Text::any()) };
    Value::either(all.iter().map(|text| filled(text, arguments).map_or(Value::Unknown, |text| Value::Text(text.finish()))))
}

fn filled(text: &str, arguments: &[&Value]) -> Option<Builder> {
    let mut built = Builder::default();
    let mut rest = text;
    while let Some(brace) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at_checked(brace)?;
        built.add_known(before);
        if built.is_full() {
            return Some(built);
        }
        rest = match from.as_bytes() {
            [b'{', b'{', ..] | [b'}', b'}', ..] => {
                built.add_known(from.get(..1)?);
                from.get(2..)?
            }
            [b'{', ..] => {
                let (index, behind) = from.get(1..)?.split_once('}')?;
                built.add(&text_of(arguments.get(place(index)?)?));
                behind
            }
            _ => return None,
        };
    }
    built.add_known(rest);
    Some(built)
}

/// A number and nothing else: GitHub's servers know no formats of values.
fn place(index: &str) -> Option<usize> {
    if index.bytes().all(|byte| byte.is_ascii_digit()) { index.parse().ok() } else { None }
}
