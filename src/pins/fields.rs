//! The fields of one entry, whatever notation they stand in: taken out by name, each with its line, every fault kept.

use super::{At, Compatibility, PinsFault, Role, TOLD};
use crate::shown::{did_you_mean, shown};

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// Texts; what is none of them is told as a fault.
    List(Vec<Item>),
    /// Something else, and what it is called in a sentence.
    Other(&'static str),
}

/// One item of a list: its text, or what else it is.
pub(super) type Item = At<Result<String, &'static str>>;

/// The fields of one entry, and what was found wrong with them so far.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Where the entry begins.
    pub(super) line: usize,
    /// In the order of the text, each name once.
    pub(super) fields: Vec<(String, At<Value>)>,
    pub(super) faults: Vec<PinsFault>,
}

impl Fields {
    /// Takes out a field; `names` are those that it is known by, the first that is there counts.
    fn take(&mut self, names: &[&str]) -> Option<(String, At<Value>)> {
        let place = names.iter().find_map(|name| self.fields.iter().position(|(field, _)| field == name))?;
        Some(self.fields.remove(place))
    }

    /// A text that may be absent.
    pub(super) fn text(&mut self, names: &[&str]) -> Option<At<String>> {
        let (name, At { value, line }) = self.take(names)?;
        match value {
            Value::Text(value) => Some(At { value, line }),
            Value::List(_) => self.wrong(line, format!("`{name}` is a text, not a list")),
            Value::Other(what) => self.wrong(line, format!("`{name}` is a text, not {what}")),
        }
    }

    /// A text that must be there and say something. What it is without is an empty text, beside a fault.
    pub(super) fn needed(&mut self, names: &[&str]) -> At<String> {
        let name = names.first().copied().unwrap_or_default();
        let was_there = self.fields.iter().any(|(field, _)| names.contains(&field.as_str()));
        let found = self.text(names);
        match &found {
            None if !was_there => self.faults.push(PinsFault::on(self.line, format!("`{name}` is missing"))),
            Some(at) if at.value.trim().is_empty() => self.faults.push(PinsFault::on(at.line, format!("`{name}` is empty"))),
            None | Some(_) => {}
        }
        found.unwrap_or(At { value: String::new(), line: self.line })
    }

    /// A list of texts; empty where it is absent.
    pub(super) fn texts(&mut self, name: &str) -> Vec<At<String>> {
        let Some((_, At { value, line })) = self.take(&[name]) else { return Vec::new() };
        let what = match value {
            Value::List(items) => return items.into_iter().filter_map(|item| self.item(name, item)).collect(),
            Value::Text(_) => "a text",
            Value::Other(what) => what,
        };
        self.faults.push(PinsFault::on(line, format!("`{name}` is a list of texts, not {what}")).help(format!("write `{name} = [\"…\"]`")));
        Vec::new()
    }

    fn item(&mut self, name: &str, item: Item) -> Option<At<String>> {
        match item.value {
            Ok(value) => Some(At { value, line: item.line }),
            Err(what) => self.wrong(item.line, format!("`{name}` is a list of texts, and this is {what}")),
        }
    }

    /// One word of a closed list.
    pub(super) fn one_of<T: Copy>(&mut self, name: &str, known: &[(&str, T)]) -> Option<At<T>> {
        let At { value, line } = self.text(&[name])?;
        let found = known.iter().find(|(word, _)| *word == value).map(|(_, meant)| *meant);
        if found.is_none() {
            self.faults.push(unknown(line, &format!("`{name}`"), &value, known.iter().map(|(word, _)| *word)));
        }
        found.map(|value| At { value, line })
    }

    /// Says of a role and a compatibility that contradict one another that they do.
    pub(super) fn contradiction(&mut self, role: Option<&At<Role>>, compatibility: Option<&At<Compatibility>>) {
        let (Some(role), Some(written)) = (role, compatibility) else { return };
        if role.value.is_served_by(written.value.direction) {
            return;
        }
        let (needs, why) = match role.value {
            Role::Reader => ("`backward` or `full`", "a reader goes on reading the documents of the old schema"),
            Role::Writer => ("`forward` or `full`", "holders of the old schema go on reading what a writer writes"),
            Role::Both => ("`full`", "who reads and writes goes on reading old documents, and is read by holders of the old schema"),
        };
        let message = format!("compatibility `{}` contradicts role `{}`: {why}", written.value.name(), role.value.name());
        self.faults.push(PinsFault::on(written.line, message).help(format!("write {needs}, or leave `compatibility` out")));
    }

    /// Every field that nobody took is unknown.
    pub(super) fn refuse_rest(&mut self, known: &[&str]) {
        let rest = std::mem::take(&mut self.fields);
        // What was probably meant is worth its time only where it is told.
        let told = rest.iter().take(TOLD).map(|(name, at)| unknown(at.line, "key", name, known.iter().copied()));
        self.faults.extend(told);
        self.faults.extend(rest.iter().skip(TOLD).map(|(name, at)| PinsFault::on(at.line, format!("unknown key `{}`", shown(name)))));
    }

    fn wrong<T>(&mut self, line: usize, message: String) -> Option<T> {
        self.faults.push(PinsFault::on(line, message));
        None
    }
}

/// A word that is none of `known`: names the one that was probably meant, or all.
pub(super) fn unknown<'k>(line: usize, what: &str, word: &str, known: impl Iterator<Item = &'k str>) -> PinsFault {
    let known: Vec<&str> = known.collect();
    let fault = PinsFault::on(line, format!("unknown {what} `{}`", shown(word)));
    match did_you_mean(word, known.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help(format!("known: {}", known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))),
    }
}
