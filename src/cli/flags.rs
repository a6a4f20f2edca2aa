//! The flags of a kind, made from the schema of its options: scalars and lists of scalars, one level of nesting.

use clap::{Arg, ArgAction, ArgMatches, Command};
use schemars::Schema;
use serde_json::Value;

use crate::check::Kind;
use crate::config::Text;
use crate::plan::FlagTexts;

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
    let (flags, mut hidden) = flags(&(kind.schema)());
    let mut command = command.args(flags.iter().map(|flag| arg(flag).help_heading("Options of the check")));
    if let Some(schema) = kind.run_schema {
        hidden.extend(self::flags(&schema()).1);
        command = with_section(command, &schema());
    }
    let name = Arg::new("name")
        .long("name")
        .value_name("NAME")
        .help("Only the check of this name in gate.toml. Default: every check of this kind, or one made from the flags");
    let mut command = command.arg(name);
    if !hidden.is_empty() {
        command = command.after_help(format!("In gate.toml only: {}", hidden.join(", ")));
    }
    command
}

/// The command with the options of a kind as its flags: these, and all others, of which a screen has only the names.
pub(super) fn with_options(command: Command, kind: &'static Kind, first: &[&str]) -> Command {
    let heading = |flag: &Flag| if first.contains(&flag.long.as_str()) { "Options of the check" } else { MORE };
    command.args(flags(&(kind.schema)()).0.iter().map(|flag| arg(flag).help_heading(heading(flag))))
}

/// The command with the keys of a section as its flags.
pub(super) fn with_section(command: Command, schema: &Schema) -> Command {
    command.args(flags(schema).0.iter().map(|flag| arg(flag).help_heading(KEYS_OF_RUN)))
}

/// The flags that were given, as the tables they stand for.
pub(super) fn read(kind: &'static Kind, matches: &ArgMatches) -> FlagTexts {
    let run = kind.run_schema.map_or_else(|| Text::new(NAME.to_owned(), String::new()), |schema| read_section(&schema(), matches));
    FlagTexts { own: read_section(&(kind.schema)(), matches), run }
}

/// The heading of options that are seldom needed as flags.
pub(super) const MORE: &str = "More options of the check";

/// The heading of the flags that are the keys of that section.
pub(super) const KEYS_OF_RUN: &str = "Keys of [run]";

/// What flags are called in the place of a file.
const NAME: &str = "the command line";

/// The flags of one schema that were given, as the text of a table.
pub(super) fn read_section(schema: &Schema, matches: &ArgMatches) -> Text {
    let mut text = String::new();
    for flag in flags(schema).0 {
        let Some(values) = matches.get_many::<String>(&flag.long) else { continue };
        let values: Vec<String> =
            values.map(|v| if flag.shape.is_quoted() { toml::Value::from(v.as_str()).to_string() } else { v.clone() }).collect();
        let value = if flag.shape.is_list() { format!("[{}]", values.join(", ")) } else { values.concat() };
        text.push_str(&format!("{} = {value}\n", flag.key));
    }
    Text::new(NAME.to_owned(), text)
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
    // A screen has the first sentence, `gate man` and the reference all of them.
    let first = flag.help.split_once(". ").map_or(flag.help.as_str(), |(first, _)| first);
    let arg = Arg::new(flag.long.clone()).long(flag.long.clone()).help(first.to_owned()).long_help(flag.help.clone());
    match flag.shape {
        Shape::Switch => arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_parser(["true", "false"]),
        Shape::Text | Shape::Number => arg.value_name("VALUE"),
        Shape::Texts | Shape::Numbers => arg.value_name("VALUE").action(ArgAction::Append),
    }
}

/// The flags of a schema, and the keys that are none.
fn flags(schema: &Schema) -> (Vec<Flag>, Vec<String>) {
    let schema = schema.clone().to_value();
    let (mut found, mut hidden) = (Vec::new(), Vec::new());
    for (key, option) in properties(&schema) {
        let what = resolved(&schema, option);
        match shape(what) {
            Some(shape) => found.push(flag(key.clone(), (option, what), shape)),
            None if properties(what).next().is_some() => {
                for (inner, option) in properties(what) {
                    let what = resolved(&schema, option);
                    let key = format!("{key}.{inner}");
                    match shape(what) {
                        Some(shape) => found.push(flag(key, (option, what), shape)),
                        None => hidden.push(key),
                    }
                }
            }
            None => hidden.push(key.clone()),
        }
    }
    (found, hidden)
}

/// A flag of an option; its own words go before those of its type.
fn flag(key: String, (option, what): (&Value, &Value), shape: Shape) -> Flag {
    let repeatable = if shape.is_list() { " Repeatable." } else { "" };
    let help = option.get("description").or(what.get("description")).and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
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
    // A closed set of words, each with its own description.
    let words = schema.get("oneOf").and_then(Value::as_array);
    if words.is_some_and(|words| words.iter().all(|word| word.get("const").is_some_and(Value::is_string))) {
        return Some("string");
    }
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
        assert_eq!(read(kind, &matches).own.text, "folders = ['a\"b', \"*/*\"]\nignore-case = true\n");
    }
}
