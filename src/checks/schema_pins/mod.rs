//! Kind `schema-pins`: the schemas of other repositories that are held here are those that were pinned, and a pin moves as its version says.
//!
//! In the order of `judge`:
//!
//! - [`reading`] reads the pins file and the files that it pins.
//! - [`entry`] judges what an entry says, and entries that stand in each other's way.
//! - [`aliases`] judges old names of fields, and reads documents with them.
//! - [`before`] finds what was pinned before and so what moved: [`base`] is the commit that is compared with, [`index`] finds an entry again, [`former`]
//!   in other files, [`older`] in the history.
//! - [`accepted`] judges the breaks that somebody means.
//! - [`upstream`] holds a pin against the mirror of its repository.
//! - [`content`] judges what a pinned file says, with [`stated`], the version that it states of itself.
//! - [`fixtures`] judges the documents that must stay valid.
//! - [`moves`] judges a pin that moved, by what [`kept`] says that it breaks.
//! - [`notes`] asks for the migration note, in which [`names`] finds the pin and its versions.
//!
//! [`rules`] has the rules and [`examples`] a meeting of each; [`dates`] is for aliases and accepted breaks alike.

mod accepted;
mod aliases;
mod base;
mod before;
mod comparable;
mod content;
mod dates;
mod entry;
mod examples;
mod fixtures;
mod former;
mod index;
mod kept;
mod moves;
mod names;
mod notes;
mod older;
mod reading;
mod rules;
mod stated;
mod upstream;

use std::collections::BTreeMap;

pub(crate) use base::{Base, Wanted, base_of, is_committed};
pub(crate) use before::{Before, Moved, Past};
pub(crate) use comparable::{earlier_schema, schema_of_today};
pub(crate) use index::version_shown;
pub(crate) use kept::{Kept, must_keep};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use crate::check::{Check, Kind, Met, Need, Outcome, Place, Rule, Trouble, listing};
use crate::config::{AtLeastOne, EvidencePath, TreeGlob, load_options};
use crate::pins::{self, Pin, Pins, mirrors};
use crate::shown::{counted, escaped, shell_word, shown};
use crate::world::{Cx, Listing};
use content::Content;

pub(super) static KIND: Kind = Kind {
    name: "schema-pins",
    summary: "schemas of other repositories are the pinned ones, and a pin moves as its version says",
    needs: &[Need::Tree, Need::History],
    rules: rules::ALL,
    examples: &[examples::PINS_FILE, examples::FILES, examples::DOCUMENTS, examples::MOVES],
    load: load_options::<SchemaPins>,
    schema: || schemars::schema_for!(SchemaPins),
    run_schema: None,
};

/// The most bytes that are read of a schema, a fixture or a note.
const LIMIT: u64 = pins::LARGEST_SCHEMA;

/// Options of kind `schema-pins`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct SchemaPins {
    /// The pins file; one whose name ends in `.json` is the manifest of another tool. Default: `lockfiles/schemas.toml`.
    #[schemars(extend("default" = pins::FILE))]
    pins: EvidencePath,
    /// The documents in which moves are written down, as globs: where a pin moved, one of them has to change too, and to name the pin with its old and its
    /// new version. Default: `["docs/migrations/**"]`.
    #[schemars(extend("default" = [NOTES]))]
    #[serde(serialize_with = "in_force")]
    notes: Option<AtLeastOne<TreeGlob>>,
    /// Whether every pin has to be compared with a local mirror of its repository. Default: false.
    verify_upstream: bool,
    /// What is compared with: a commit, a tag or a branch; of a branch, the commit where HEAD left it. Default: the branch that CI merges into, else the main
    /// branch; where HEAD is on it, what it was before the push that CI runs for, else the parent of HEAD.
    base: Option<String>,
}

const NOTES: &str = "docs/migrations/**";

impl Default for SchemaPins {
    fn default() -> Self {
        Self { pins: EvidencePath::of(pins::FILE), notes: None, verify_upstream: false, base: None }
    }
}

impl SchemaPins {
    /// The globs of migration notes.
    fn notes(&self) -> Vec<TreeGlob> {
        match &self.notes {
            Some(globs) => globs.as_slice().to_vec(),
            None => TreeGlob::new(NOTES).into_iter().collect(),
        }
    }
}

fn in_force<S: Serializer>(notes: &Option<AtLeastOne<TreeGlob>>, serializer: S) -> Result<S::Ok, S::Error> {
    match notes {
        Some(globs) => globs.serialize(serializer),
        None => [NOTES].serialize(serializer),
    }
}

impl Check for SchemaPins {
    fn run(&self, cx: &Cx<'_>) -> Result<Outcome, Box<Trouble>> {
        let listing = listing(cx, &rules::NO_TREE)?;
        let mut scene =
            Scene { cx: *cx, options: self, listing: &listing, outcome: Outcome::new("pin", "pins"), unverified: BTreeMap::new() };
        if let Some((pins, text)) = scene.pins() {
            scene.judge(&pins, &text);
        }
        Ok(scene.outcome)
    }

    fn options(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// One judgement on its way.
struct Scene<'a> {
    cx: Cx<'a>,
    options: &'a SchemaPins,
    listing: &'a Listing,
    outcome: Outcome,
    /// The pins that no mirror was asked about, each with its line, by the reason.
    unverified: BTreeMap<&'static str, Vec<(usize, String)>>,
}

impl Scene<'_> {
    fn judge(&mut self, pins: &Pins, text: &str) {
        self.outcome.examined.count = pins.pins.len();
        self.twins(pins);
        self.aliases(pins);
        let sources = mirrors::ask(self.cx.history(), &pins.pins, LIMIT);
        let before = self.before(pins, text);
        self.accepted_breaks(pins, before.as_ref());
        for (index, pin) in pins.pins.iter().enumerate() {
            self.entry(pin);
            let held = self.held(pin);
            self.source(pin, held.as_ref(), sources.get(index));
            let content = held.as_ref().map_or(Content::Unread, |held| self.content(pin, held));
            match &content {
                Content::Schema(document) => {
                    self.alias_fields(pin, pins, document);
                    self.fixtures(pin, pins, document);
                }
                Content::Other(format) => self.documents_of_other(pin, *format),
                Content::Unread => {}
            }
            if let Some(moved) = before.as_ref().and_then(|before| before.moved.get(&index)) {
                self.moved(&moves::Move { pin, pins, moved, content: &content });
            }
        }
        self.unverified_pins();
        if let Some(before) = &before {
            self.notes(before, pins);
            self.outcome.says = vec![counted(pins.pins.len(), "pin", "pins"), before.says()];
        }
    }

    /// A line of the pins file.
    fn line(&self, line: usize) -> Place {
        Place::at(escaped(self.options.pins.get().as_str()), line)
    }

    /// A rule that a pin meets, at a line of the pins file. The message goes on after the pin's name.
    fn of(&self, rule: &'static Rule, pin: &Pin, (line, message): (usize, &str)) -> Met {
        let name = shown(&pin.name.value);
        Met::new(rule, self.line(line), format!("`{name}` {message}")).subject(name)
    }

    fn add(&mut self, met: Met) {
        self.outcome.add(met);
    }
}

/// The command that writes a pin anew.
fn update(pin: &Pin) -> String {
    format!("gate pins update {}", shell_word(&pin.name.value))
}
