//! Why an instance is not valid, in short words of ours.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::schema::{Certainty, Invalid};
use crate::shown::shown;

/// How many reasons are told.
const MOST: usize = 20;
/// How many letters of a value are shown.
const LETTERS: usize = 60;

/// The first reasons, in an order that does not change.
pub(super) fn reasons(validator: &Validator, instance: &Value) -> Vec<Invalid> {
    let mut found: Vec<Invalid> = validator.iter_errors(instance).take(1_000).map(|error| reason(&error)).collect();
    if found.is_empty() {
        found.push(unfinished("the validator refuses it and does not say why"));
    }
    found.sort_by(|a, b| (&a.at, &a.rule, &a.message).cmp(&(&b.at, &b.rule, &b.message)));
    found.dedup();
    // What is certain comes first, so that no cut makes a doubt of it.
    found.sort_by_key(|reason| reason.certainty);
    found.truncate(MOST);
    found
}

/// A reason that is none: nobody knows whether the instance is valid.
pub(super) fn unfinished(message: &str) -> Invalid {
    Invalid { at: String::new(), rule: String::new(), message: message.to_owned(), certainty: Certainty::Unfinished }
}

/// An instance that is refused, of which it would take too long to say why.
pub(super) fn unsaid() -> Invalid {
    let message = "it is not valid, and it would take too long to say where".to_owned();
    Invalid { at: String::new(), rule: String::new(), message, certainty: Certainty::Refused }
}

fn reason(error: &ValidationError<'_>) -> Invalid {
    let gave_up = matches!(error.kind(), Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. });
    let certainty = if gave_up { Certainty::Unfinished } else { Certainty::Refused };
    Invalid { at: error.instance_path().to_string(), rule: error.schema_path().to_string(), message: message(error), certainty }
}

/// What an error says.
pub(super) fn message(error: &ValidationError<'_>) -> String {
    let value = short(error.instance());
    match error.kind() {
        Kind::AdditionalItems { limit } => format!("there are more than {limit} items"),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            format!("{} may not be there", names(unexpected, ("the property", "the properties")))
        }
        Kind::UnevaluatedItems { unexpected } => format!("{} may not be there", names(unexpected, ("the item", "the items"))),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => branches(error, context),
        Kind::OneOfMultipleValid { context } => format!("{value} is valid under more than one of the {} branches", context.len()),
        Kind::BacktrackLimitExceeded { .. } => format!("cannot tell: a pattern takes too many steps on {value}"),
        Kind::RegexEngineFailure { .. } => format!("cannot tell: a pattern could not be matched against {value}"),
        Kind::Constant { expected_value } => format!("{value} is not {}", short(expected_value)),
        Kind::Contains => "too few or too many items are as `contains` asks".to_owned(),
        Kind::ContentEncoding { .. } | Kind::ContentMediaType { .. } | Kind::FromUtf8 { .. } => format!("{value} has other content"),
        Kind::Custom { message, .. } => shown(message),
        Kind::Enum { options } => format!("{value} is none of {}", short(options)),
        Kind::ExclusiveMaximum { limit } => format!("{value} is not less than {}", short(limit)),
        Kind::ExclusiveMinimum { limit } => format!("{value} is not more than {}", short(limit)),
        Kind::Maximum { limit } => format!("{value} is more than {}", short(limit)),
        Kind::Minimum { limit } => format!("{value} is less than {}", short(limit)),
        Kind::FalseSchema => format!("{value} may not be there"),
        Kind::Format { format } => format!("{value} is no `{}`", shown(format)),
        Kind::MaxItems { limit } => format!("there are more than {limit} items"),
        Kind::MinItems { limit } => format!("there are fewer than {limit} items"),
        Kind::MaxLength { limit } => format!("{value} is longer than {limit}"),
        Kind::MinLength { limit } => format!("{value} is shorter than {limit}"),
        Kind::MaxProperties { limit } => format!("there are more than {limit} properties"),
        Kind::MinProperties { limit } => format!("there are fewer than {limit} properties"),
        Kind::MultipleOf { multiple_of } => format!("{value} is no multiple of {multiple_of}"),
        Kind::Not { schema } => format!("{value} is valid under what it may not be: {}", short(schema)),
        Kind::Pattern { pattern } => format!("{value} does not match `{}`", shown(pattern)),
        Kind::PropertyNames { error } => format!("the name of a property is wrong: {}", inner(error)),
        Kind::Required { property } => format!("the property {} is missing", short(property)),
        Kind::Type { kind } => format!("{value} is not {}", types(kind)),
        Kind::UniqueItems => "two items are the same".to_owned(),
        Kind::Referencing(_) => "a reference leads nowhere".to_owned(),
    }
}

/// The message of an error within another, which holds no third.
fn inner(error: &ValidationError<'_>) -> String {
    match matches!(error.kind(), Kind::PropertyNames { .. } | Kind::AnyOf { .. } | Kind::OneOfNotValid { .. }) {
        true => "so is what stands in it".to_owned(),
        false => message(error),
    }
}

/// Why a value is valid under no branch; of few branches the first reason of each.
fn branches(error: &ValidationError<'_>, context: &[Vec<ValidationError<'_>>]) -> String {
    let whole = format!("{} is valid under none of the {} branches", short(error.instance()), context.len());
    let here = error.instance_path();
    let of_itself = |reason: &&ValidationError<'_>| reason.instance_path() == here;
    let reasons: Vec<String> = context.iter().filter_map(|branch| branch.first().filter(of_itself)).map(inner).collect();
    let few = context.len() <= 3 && reasons.len() == context.len() && reasons.iter().map(String::len).sum::<usize>() < 250;
    if few { format!("{whole}: {}", reasons.join("; ")) } else { whole }
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => format!("of type `{one}`"),
        TypeKind::Multiple(several) => {
            let names: Vec<String> = several.iter().map(|one| format!("`{one}`")).collect();
            format!("of one of the types {}", names.join(", "))
        }
    }
}

fn names(names: &[String], (one, many): (&str, &str)) -> String {
    let first: Vec<String> = names.iter().take(5).map(|name| format!("`{}`", shown(name))).collect();
    let more = if names.len() > 5 { format!(" and {} more", names.len() - 5) } else { String::new() };
    format!("{} {}{more}", if names.len() == 1 { one } else { many }, first.join(", "))
}

/// A value as JSON, cut.
pub(in crate::schema) fn short(value: &Value) -> String {
    // A long one is not printed whole only to be cut.
    let text = match value {
        Value::String(text) => Value::String(text.chars().take(LETTERS + 1).collect()).to_string(),
        Value::Array(items) if items.len() > LETTERS => Value::Array(items.iter().take(LETTERS).cloned().collect()).to_string(),
        Value::Object(_) | Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    let cut: String = text.chars().take(LETTERS).collect();
    let cut = if cut.len() < text.len() { format!("{cut}…") } else { cut };
    format!("`{}`", shown(&cut))
}
