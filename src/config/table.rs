//! Reading one TOML table into a struct, with every fault in it and not only the first.

use std::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::fault::{Fault, Text};
use super::file::Common;
use super::run::RunOptions;
use crate::check::{Check, Loaded, Shared};

/// The most faults that one table is searched for.
const SEARCH: usize = 100;

/// The raw options of one check, with their spans in the policy text.
#[derive(Clone, Debug)]
pub(crate) struct Options<'i> {
    pub(crate) table: Spanned<DeTable<'i>>,
    /// The name of the check; `None`: they are of no check in a file.
    pub(crate) name: Option<String>,
}

impl<'i> Options<'i> {
    /// Options that stand alone in a text, without a file around them: the flags of a command, an example.
    pub(crate) fn parse(text: &'i Text) -> Result<Self, Vec<Fault>> {
        let (table, errors) = DeTable::parse_recoverable(&text.text);
        match errors.is_empty() {
            true => Ok(Self { table, name: None }),
            false => Err(errors.iter().map(|e| Fault::from_toml(e, &[])).collect()),
        }
    }

    /// Lays `over` on top, key by key; tables are laid over one level deep (`--data-path`).
    pub(crate) fn lay_over(&mut self, over: &Options<'i>) {
        let table = self.table.get_mut();
        for (key, value) in over.table.get_ref() {
            let below = table.get_mut(key.get_ref().as_ref()).map(Spanned::get_mut);
            match (below, value.get_ref()) {
                (Some(DeValue::Table(below)), DeValue::Table(above)) => {
                    below.extend(above.iter().map(|(k, v)| (k.clone(), v.clone())));
                }
                _ => {
                    table.remove(key.get_ref().as_ref());
                    table.insert(key.clone(), value.clone());
                }
            }
        }
    }
}

/// The `load` of a kind whose options struct is the check, and which reads no shared section.
pub(crate) fn load_options<T>(options: Options<'_>, _: &Shared) -> Loaded
where
    T: Check + DeserializeOwned + Serialize + 'static,
{
    match read::<T>(options.table, &Common::KEYS) {
        (Some(check), faults) if faults.is_empty() => Ok(Box::new(check)),
        (_, faults) => Err(faults),
    }
}

/// Reads the options of one check into a struct; `also` are keys that are read elsewhere.
pub(crate) fn read_options<T: DeserializeOwned>(options: Options<'_>, also: &[&str]) -> (Option<T>, Vec<Fault>) {
    read(options.table, also)
}

/// Reads `[run]`, from the file, from flags, or one over the other.
pub(crate) fn read_run(options: Options<'_>) -> (Option<RunOptions>, Vec<Fault>) {
    read(options.table, &[])
}

/// Reads a table; after a fault the key or list item at fault is taken out and the rest is read again. What comes back
/// beside faults is the struct without the parts at fault.
pub(super) fn read<T: DeserializeOwned>(mut table: Spanned<DeTable<'_>>, also: &[&str]) -> (Option<T>, Vec<Fault>) {
    let mut faults = Vec::new();
    loop {
        let error = match T::deserialize(Deserializer::from(table.clone())) {
            Ok(value) => return (Some(value), faults),
            Err(error) => error,
        };
        faults.push(Fault::from_toml(&error, also));
        let found = error.span().is_some_and(|span| take_out(table.get_mut(), &span));
        if !found || faults.len() == SEARCH {
            return (None, faults);
        }
    }
}

/// Takes out the innermost key or list item that holds `span`.
fn take_out(table: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    let holds = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    let found = table.iter().find(|(k, v)| holds(k.span()) || holds(v.span())).map(|(k, _)| k.get_ref().to_string());
    let Some(key) = found else { return false };
    let inner = match table.get_mut(key.as_str()).map(Spanned::get_mut) {
        Some(DeValue::Table(inner)) => take_out(inner, span),
        Some(DeValue::Array(list)) if list.len() > 1 => match list.iter().position(|item| holds(item.span())) {
            Some(i) => {
                *list = list.iter().enumerate().filter(|(n, _)| *n != i).map(|(_, item)| item.clone()).collect();
                true
            }
            None => false,
        },
        _ => false,
    };
    inner || table.remove(key.as_str()).is_some()
}
