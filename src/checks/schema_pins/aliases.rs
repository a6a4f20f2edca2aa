//! Old names of fields: what each leads to, how long it is in force, and a document read with them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::dates::date;
use super::{Scene, entry, rules};
use crate::check::Met;
use crate::pins::{Alias, Pin, Pins, version};
use crate::schema::Document;
use crate::shown::{harmless, shown};

/// The aliases of one pin, old name to new.
pub(super) struct Renaming<'p>(BTreeMap<&'p str, &'p str>);

impl<'p> Renaming<'p> {
    pub(super) fn of(pin: &Pin, pins: &'p Pins) -> Self {
        let is_listed = |alias: &&Alias| pin.aliases.iter().any(|at| at.value == alias.old.value);
        Self(pins.aliases.iter().filter(is_listed).map(|alias| (alias.old.value.as_str(), alias.new.value.as_str())).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What an old name leads to, through all aliases; a circle ends where it began.
    pub(super) fn new_name<'n>(&'n self, old: &'n str) -> &'n str {
        let mut name = old;
        for _ in 0..=self.0.len() {
            match self.0.get(name) {
                Some(next) => name = next,
                None => return name,
            }
        }
        old
    }

    /// Whether a name leads back to itself.
    fn is_circle(&self, old: &str) -> bool {
        let mut name = old;
        for _ in 0..=self.0.len() {
            match self.0.get(name) {
                Some(next) if *next == old => return true,
                Some(next) => name = next,
                None => return false,
            }
        }
        false
    }
}

/// A field under both names.
pub(super) struct Both {
    /// A JSON pointer to the object.
    pub(super) at: String,
    pub(super) old: String,
    pub(super) new: String,
    /// The value under the old name and under the new.
    pub(super) values: (String, String),
}

/// A document in which every old name is a new one, and what was met on the way.
pub(super) struct Renamed {
    pub(super) value: Value,
    pub(super) both: Vec<Both>,
    /// Old names, each with a JSON pointer to its object.
    pub(super) old_names: Vec<Named>,
}

/// A name in an object.
pub(super) struct Named {
    pub(super) at: String,
    pub(super) value: String,
}

/// Reads a document with aliases. It is as deep as strict JSON may be, and no deeper.
pub(super) fn rename(value: Value, renaming: &Renaming<'_>) -> Renamed {
    let mut renamed = Renamed { value: Value::Null, both: Vec::new(), old_names: Vec::new() };
    renamed.value = walk(value, renaming, "", &mut renamed);
    renamed
}

fn walk(value: Value, renaming: &Renaming<'_>, at: &str, seen: &mut Renamed) -> Value {
    match value {
        Value::Array(items) => {
            let items = items.into_iter().enumerate().map(|(i, item)| walk(item, renaming, &format!("{at}/{i}"), seen));
            Value::Array(items.collect())
        }
        Value::Object(members) => {
            let mut out = Map::new();
            let (old, own): (Vec<_>, Vec<_>) = members.into_iter().partition(|(name, _)| renaming.0.contains_key(name.as_str()));
            for (name, value) in own {
                let value = walk(value, renaming, &format!("{at}/{}", pointer_part(&name)), seen);
                out.insert(name, value);
            }
            for (name, value) in old {
                let value = walk(value, renaming, &format!("{at}/{}", pointer_part(&name)), seen);
                let new = renaming.new_name(&name).to_owned();
                seen.old_names.push(Named { at: at.to_owned(), value: name.clone() });
                match out.get(&new) {
                    Some(there) if *there != value => {
                        let values = (shown(&value.to_string()), shown(&there.to_string()));
                        seen.both.push(Both { at: at.to_owned(), old: name, new, values });
                    }
                    Some(_) => {}
                    None => {
                        out.insert(new, value);
                    }
                }
            }
            Value::Object(out)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// A name as a part of a JSON pointer.
fn pointer_part(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl Scene<'_> {
    /// The aliases alone, and who lists them.
    pub(super) fn aliases(&mut self, pins: &Pins) {
        let mut meanings: BTreeMap<&str, &Alias> = BTreeMap::new();
        let all = Renaming(pins.aliases.iter().map(|alias| (alias.old.value.as_str(), alias.new.value.as_str())).collect());
        for alias in &pins.aliases {
            let old = &alias.old.value;
            if let Some(first) = meanings.insert(old, alias) {
                let message = format!("`{}` is the old name of another alias too, on line {}", shown(old), first.line);
                self.alias(&rules::ALIAS_CAPTURES, alias, (alias.old.line, message));
            }
            if all.is_circle(old) {
                self.alias(&rules::ALIAS_CYCLE, alias, (alias.new.line, format!("`{}` leads back to itself", shown(old))));
            }
            if let Err(why) = version::parse(&alias.since.value) {
                let message = format!("`{}` is in force since no semantic version: {}", shown(old), harmless(&why));
                self.alias(&rules::ALIAS_SINCE, alias, (alias.since.line, message));
            }
            self.alias_date(alias);
            if !pins.pins.iter().any(|pin| pin.aliases.iter().any(|at| at.value == *old)) {
                self.alias(&rules::ALIAS_UNLISTED, alias, (alias.line, format!("no schema lists the alias `{}`", shown(old))));
            }
        }
        for pin in &pins.pins {
            for at in pin.aliases.iter().filter(|at| !meanings.contains_key(at.value.as_str())) {
                let message = format!("lists the alias `{}`, which is not there", shown(&at.value));
                self.add(self.of(&rules::ALIAS_MISSING, pin, (at.line, &message)));
            }
        }
    }

    fn alias_date(&mut self, alias: &Alias) {
        let at = &alias.remove_after;
        let name = shown(&alias.old.value);
        match date(&at.value) {
            None => self.bad_date(at, &format!("the alias `{name}`")),
            Some(last) if self.cx.now().date_naive() > last => {
                let place = self.line(at.line);
                let met = Met::new(&rules::ALIAS_EXPIRED, place, format!("the alias `{name}` should be gone")).subject(&name);
                self.add(met.expected(format!("gone after {last}")).actual(format!("there on {}", self.cx.now().date_naive())));
            }
            Some(_) => {}
        }
    }

    fn alias(&mut self, rule: &'static crate::check::Rule, alias: &Alias, (line, message): (usize, String)) {
        let met = Met::new(rule, self.line(line), message).subject(shown(&alias.old.value));
        self.add(met);
    }

    /// The aliases of a pin beside the fields of its schema.
    pub(super) fn alias_fields(&mut self, pin: &Pin, pins: &Pins, document: &Document) {
        if pin.aliases.is_empty() {
            return;
        }
        let fields = document.fields();
        let renaming = Renaming::of(pin, pins);
        let pinned = entry::version_of(pin);
        for alias in pins.aliases.iter().filter(|alias| pin.aliases.iter().any(|at| at.value == alias.old.value)) {
            let (old, new) = (&alias.old.value, renaming.new_name(&alias.old.value));
            if fields.tells_from(old, new) {
                let message = format!("has a field `{}`, which an alias would read as `{}`", shown(old), shown(new));
                self.add(self.of(&rules::ALIAS_CAPTURES, pin, (alias.old.line, &message)));
            }
            if !fields.has(new) && !renaming.is_circle(old) {
                let message = format!("has no field `{}`, to which the alias `{}` leads", shown(new), shown(old));
                self.add(self.of(&rules::ALIAS_UNKNOWN_FIELD, pin, (alias.new.line, &message)));
            }
            if let (Ok(since), Some(pinned)) = (version::parse(&alias.since.value), &pinned)
                && since.cmp_precedence(pinned).is_gt()
            {
                let message = format!("is pinned at an earlier version than the one that brought `{}`", shown(new));
                let met = self.of(&rules::ALIAS_SINCE, pin, (alias.since.line, &message));
                self.add(met.expected(format!("{since} or later")).actual(pinned.to_string()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Renamed {
        rename(value, &Renaming([("reason_code", "failure_reason_code"), ("a", "b"), ("b", "c")].into()))
    }

    #[test]
    fn an_old_name_is_read_as_the_new_one_however_deep() {
        let seen = read(json!({ "reason_code": "X", "of": [{ "a": 1 }] }));
        assert_eq!(seen.value, json!({ "failure_reason_code": "X", "of": [{ "c": 1 }] }));
        let names: Vec<(&str, &str)> = seen.old_names.iter().map(|named| (named.at.as_str(), named.value.as_str())).collect();
        assert_eq!(names, [("/of/0", "a"), ("", "reason_code")]);
        assert!(seen.both.is_empty());
    }

    #[test]
    fn both_names_with_one_value_are_one_field_and_with_two_are_wrong() {
        let same = read(json!({ "reason_code": "X", "failure_reason_code": "X" }));
        assert_eq!((same.value, same.both.len()), (json!({ "failure_reason_code": "X" }), 0));
        let both = read(json!({ "x/y": { "reason_code": "X", "failure_reason_code": null } })).both;
        assert_eq!((both.len(), both[0].at.as_str(), both[0].values.0.as_str()), (1, "/x~1y", "\"X\""));
    }

    #[test]
    fn a_circle_of_aliases_ends() {
        let circle = Renaming([("a", "b"), ("b", "a"), ("x", "a")].into());
        assert!(circle.is_circle("a") && circle.is_circle("b") && !circle.is_circle("x") && !circle.is_circle("none"));
        assert_eq!((circle.new_name("a"), circle.new_name("x")), ("a", "x"));
    }
}
