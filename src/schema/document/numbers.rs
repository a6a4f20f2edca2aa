//! Numbers that readers round: a double holds another one than is written, so that two that differ may be read as one.

use super::keywords::is_annotation;
use super::places::Places;
use crate::formats::json_tree::{Node, Value};
use crate::schema::{FaultSort, SchemaFault};
use crate::shown::shown;

/// Up to so many letters and without an exponent a double holds what is written.
const SHORT: usize = 15;
/// From here on there are no integers beside the doubles.
const DOUBLES_ALONE: f64 = 18_446_744_073_709_551_616.0;

/// The numbers that say what is valid and are not read as they are written.
pub(super) fn rounded(places: &Places<'_>) -> Vec<SchemaFault> {
    let mut found = Vec::new();
    for (at, place) in places.all.iter().enumerate() {
        for member in place.node.members() {
            // Schemas below are places of their own.
            if let Some((line, written)) =
                rounded_in(&member.node, &|node| places.find(node).is_some()).filter(|_| !is_annotation(&member.key))
            {
                found.push(SchemaFault { line, ..places.fault(at, &member.key, (FaultSort::NotJson, message(written))) });
            }
        }
    }
    found
}

fn message(written: &str) -> String {
    let read = written.parse::<f64>().map_or_else(|_| "another".to_owned(), |read| format!("{read:e}"));
    let start: String = written.chars().take(40).collect();
    let cut = if start.len() < written.len() { "…" } else { "" };
    format!("the number `{}{cut}` is rounded by readers of JSON, to `{read}`; write one that they keep", shown(&start))
}

/// The first number in a value that is not kept, and its line.
fn rounded_in<'n, 'a>(node: &'n Node<'a>, is_left_out: &dyn Fn(&'n Node<'a>) -> bool) -> Option<(usize, &'a str)> {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Number(written) if !is_kept(written) => return Some((node.line, written)),
            Value::Number(_) | Value::Null | Value::Bool(_) | Value::Text(_) => {}
            Value::List(items) => open.extend(items.iter().rev().filter(|item| !is_left_out(item))),
            Value::Object(members) => open.extend(members.iter().rev().map(|member| &member.node).filter(|node| !is_left_out(node))),
        }
    }
    None
}

/// Whether no other number that is kept is read as the same, and what is read is in its place among all that are.
fn is_kept(written: &str) -> bool {
    let is_plain = !written.contains(['e', 'E']);
    if is_plain && (written.len() <= SHORT || written.parse::<i64>().is_ok() || written.parse::<u64>().is_ok()) {
        return true;
    }
    let Ok(read) = written.parse::<f64>() else { return false };
    let is = |printed: String| decimal(&printed) == decimal(written);
    // Beside integers that are kept to the last digit a double counts as what it is, else as the shortest text that is read as it.
    let is_beside_integers = read.fract() == 0.0 && read.abs() < DOUBLES_ALONE;
    is(format!("{read:e}")) && (!is_beside_integers || is(format!("{read:.0}")))
}

/// The digits of a number without the zeros around them, and the power of ten that they count.
fn decimal(written: &str) -> (String, i64) {
    let (mantissa, exponent) = written.split_once(['e', 'E']).unwrap_or((written, "0"));
    // One that is too long to be read is too far away to be a double, whichever it is.
    let exponent: i64 = exponent.parse().unwrap_or(i64::from(i32::MAX));
    let (whole, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{}{behind}", whole.trim_start_matches('-'));
    let from_first = digits.trim_start_matches('0');
    let kept = from_first.trim_end_matches('0');
    let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
    let exponent = exponent.saturating_sub(length(behind)).saturating_add(length(from_first) - length(kept));
    if kept.is_empty() { (String::new(), 0) } else { (kept.to_owned(), exponent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_as_it_is_written_is_kept() {
        for written in [
            "0",
            "-0",
            "0e99999999999999999999",
            "1.0",
            "0.1",
            "-0.10",
            "1e2",
            "1E-7",
            "1e18",
            "1e30",
            "1.7976931348623157e+308",
            "0.30000000000000004",
            "18446744073709551615",
            "-9223372036854775808",
            "1000000000000000000000000000000",
            "5e-324",
        ] {
            assert!(is_kept(written), "{written}");
        }
    }

    #[test]
    fn what_is_read_as_another_is_not_kept() {
        for written in [
            "1000000000000000000000000000001",
            "1e-400",
            "1e-99999999999999999999",
            "0.10000000000000001",
            "0.10000000000000000001",
            "18446744073709551616",
            "-9223372036854775809",
            "9007199254740993.0",
            "1.844674407370955e19",
            "3.40282346638528859811704183484516925440e38",
        ] {
            assert!(!is_kept(written), "{written}");
        }
    }
}
