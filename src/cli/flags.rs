//! The flags of a kind, made from the schema of its options: scalars and lists of scalars, one level of nesting.

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::Value;

use crate::check::Kind;
use crate::config::Text;

/// One option that can be given as a flag.
struct Flag {
    /// As in gate.toml: `folders`, `data.path`.
    key: String,
    /// As on the command line: `folders`, `data-path`.
    long: String,
    help: String,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Number,
    Switch,
    Texts,
    Numbers,
}

/// The command of a kind; with its flags only when `expanded`.
pub(super) fn command(kind: &'static Kind, expanded: bool) -> Command {
    let command = Command::new(kind.name).about(format!("Ask: {}", kind.summary));
    if !expanded {
        return command;
    }
    let (flags, hidden) = flags(kind);
    let name = Arg::new("name")
        .long("name")
        .value_name("NAME")
        .help("Only the check of this name in gate.toml. Default: every check of this kind, or one made from the flags");
    let mut command = command.arg(name).args(flags.iter().map(arg));
    if !hidden.is_empty() {
        command = command.after_help(format!("In gate.toml only: {}", hidden.join(", ")));
    }
    command
}

/// The flags that were given, as the text of a table.
pub(super) fn read(kind: &'static Kind, matches: &ArgMatches) -> Text {
    let mut text = String::new();
    for flag in flags(kind).0 {
        let Some(values) = matches.get_many::<String>(&flag.long) else { continue };
        let values: Vec<String> =
            values.map(|v| if flag.shape.is_quoted() { toml::Value::from(v.as_str()).to_string() } else { v.clone() }).collect();
        let value = if flag.shape.is_list() { format!("[{}]", values.join(", ")) } else { values.concat() };
        text.push_str(&format!("{} = {value}\n", flag.key));
    }
    Text::new("the command line".to_owned(), text)
}

impl Shape {
    fn is_quoted(self) -> bool {
        matches!(self, Self::Text | Self::Texts)
    }

    fn is_list(self) -> bool {
        matches!(self, Self::Texts | Self::Numbers)
    }
}

fn arg(flag: &Flag) -> Arg {
    let arg = Arg::new(flag.long.clone()).long(flag.long.clone()).help(flag.help.clone());
    match flag.shape {
        Shape::Switch => arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_parser(["true", "false"]),
        Shape::Text | Shape::Number => arg.value_name("VALUE"),
        Shape::Texts | Shape::Numbers => arg.value_name("VALUE").action(ArgAction::Append),
    }
}

/// The flags of a kind, and the keys that are none.
fn flags(kind: &Kind) -> (Vec<Flag>, Vec<String>) {
    let schema = (kind.schema)().to_value();
    let (mut found, mut hidden) = (Vec::new(), Vec::new());
    for (key, option) in properties(&schema) {
        let option = resolved(&schema, option);
        match shape(option) {
            Some(shape) => found.push(flag(key.clone(), option, shape)),
            None if properties(option).next().is_some() => {
                for (inner, option) in properties(option) {
                    let option = resolved(&schema, option);
                    let key = format!("{key}.{inner}");
                    match shape(option) {
                        Some(shape) => found.push(flag(key, option, shape)),
                        None => hidden.push(key),
                    }
                }
            }
            None => hidden.push(key.clone()),
        }
    }
    (found, hidden)
}

fn flag(key: String, option: &Value, shape: Shape) -> Flag {
    let repeatable = if shape.is_list() { " Repeatable." } else { "" };
    let help = option.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
    Flag { long: key.replace('.', "-"), key, help: format!("{help}{repeatable}"), shape }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// Follows a `$ref` into the schema's own definitions.
fn resolved<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
    target.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
}

fn shape(schema: &Value) -> Option<Shape> {
    match (type_of(schema)?, schema.get("items").and_then(type_of)) {
        ("string", _) => Some(Shape::Text),
        ("integer" | "number", _) => Some(Shape::Number),
        ("boolean", _) => Some(Shape::Switch),
        ("array", Some("string")) => Some(Shape::Texts),
        ("array", Some("integer" | "number")) => Some(Shape::Numbers),
        _ => None,
    }
}

/// The type, where it is one, `null` aside.
fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => {
            let mut real = names.iter().filter_map(Value::as_str).filter(|n| *n != "null");
            real.next().filter(|_| real.next().is_none())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::KINDS;

    #[test]
    fn flags_say_the_same_as_the_table() {
        let kind = KINDS.iter().find(|k| k.name == "readmes").unwrap();
        let command = command(kind, true);
        let matches = command.get_matches_from(["readmes", "--folders", "a\"b", "--folders", "*/*", "--ignore-case"]);
        assert_eq!(read(kind, &matches).text, "folders = ['a\"b', \"*/*\"]\nignore-case = true\n");
    }
}
