//! Every schema within a document: where it stands, what it is called, and which schemas it holds.

use std::collections::{HashMap, HashSet};

use super::address;
use super::faults;
use super::keywords::{Applies, Shape, named};
use crate::formats::json_tree::{Node, Value};
use crate::schema::{Draft, FaultSort, SchemaFault};
use crate::shown::shown;

/// The most schemas in one document.
const MOST: usize = 100_000;
/// The most letters of the pointer to one schema, and of all of them: each says again what the ones above it are called.
const LONGEST: usize = 64 << 10;
const LONGEST_OF_ALL: usize = 64 << 20;

/// One schema.
pub(super) struct Place<'a> {
    pub(super) node: &'a Node<'a>,
    /// A JSON pointer from the root.
    pub(super) pointer: String,
    /// The address that its references start from.
    pub(super) base: usize,
    /// The schemas in it that are asked about the same value.
    pub(super) here: Vec<usize>,
}

/// The schemas of a document.
pub(super) struct Places<'a> {
    pub(super) draft: Draft,
    pub(super) all: Vec<Place<'a>>,
    /// The addresses of the schemas with an `$id`, the root's first, and the place of each.
    pub(super) bases: Vec<(String, usize)>,
    by_address: HashMap<String, usize>,
    by_pointer: HashMap<String, usize>,
    by_node: HashMap<*const Node<'a>, usize>,
    letters: usize,
    faults: Vec<SchemaFault>,
    /// The addresses that several schemas give themselves.
    pub(super) ambiguous: HashSet<String>,
}

/// The edition that a document says it is in.
pub(super) fn draft_of(root: &Node<'_>) -> Result<Draft, SchemaFault> {
    root.get("$schema").map_or(Ok(Draft::Draft2020), |node| edition(node, ""))
}

fn edition(node: &Node<'_>, above: &str) -> Result<Draft, SchemaFault> {
    let fault = |message| SchemaFault { line: node.line, pointer: format!("{above}/$schema"), message, sort: FaultSort::Draft };
    let Some(written) = node.as_str() else { return Err(fault("`$schema` is no string".to_owned())) };
    let plain = written.strip_suffix('#').unwrap_or(written);
    match plain.strip_prefix("http://").or_else(|| plain.strip_prefix("https://")) {
        Some("json-schema.org/draft-07/schema") => Ok(Draft::Draft7),
        Some("json-schema.org/draft/2020-12/schema") => Ok(Draft::Draft2020),
        Some(_) | None => Err(fault(format!("`$schema` is `{}`; gate reads draft-07 and 2020-12", shown(written)))),
    }
}

/// How `$schema` is written by the book.
pub(super) fn canonical(draft: Draft) -> &'static str {
    match draft {
        Draft::Draft7 => "http://json-schema.org/draft-07/schema#",
        Draft::Draft2020 => "https://json-schema.org/draft/2020-12/schema",
    }
}

/// A name as a part of a JSON pointer.
pub(in crate::schema) fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl<'a> Places<'a> {
    /// Finds the schemas that keywords lead to from the root.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn collect(root: &'a Node<'a>, draft: Draft) -> Result<Self, SchemaFault> {
        let mut places = Self {
            draft,
            all: Vec::new(),
            bases: vec![(address::DEFAULT.to_owned(), 0)],
            by_address: HashMap::from([(address::DEFAULT.to_owned(), 0)]),
            by_pointer: HashMap::new(),
            by_node: HashMap::new(),
            letters: 0,
            faults: Vec::new(),
            ambiguous: HashSet::new(),
        };
        places.add(root, String::new(), 0)?;
        Ok(places)
    }

    /// The schema that gives itself this address: which of the bases it is, and its place.
    pub(super) fn at_address(&self, address: &str) -> Option<(usize, usize)> {
        let base = *self.by_address.get(address)?;
        self.bases.get(base).map(|(_, at)| (base, *at))
    }

    /// The place that has this pointer, as it was first met.
    pub(super) fn at_pointer(&self, pointer: &str) -> Option<usize> {
        self.by_pointer.get(pointer).copied()
    }

    /// The place of a schema.
    pub(super) fn find(&self, node: &Node<'a>) -> Option<usize> {
        self.by_node.get(&std::ptr::from_ref(node)).copied()
    }

    /// What was met on the way.
    pub(super) fn take_faults(&mut self) -> Vec<SchemaFault> {
        std::mem::take(&mut self.faults)
    }

    /// Adds a schema and those in it; one that is there already is kept as it is.
    pub(super) fn add(&mut self, node: &'a Node<'a>, pointer: String, base: usize) -> Result<usize, SchemaFault> {
        if let Some(known) = self.find(node) {
            return Ok(known);
        }
        self.letters += pointer.len();
        let fault = |pointer, message| Err(SchemaFault { line: node.line, pointer, message, sort: FaultSort::TooLarge });
        if pointer.len() > LONGEST || self.letters > LONGEST_OF_ALL {
            return fault(String::new(), "the names that schemas stand under are longer than gate reads".to_owned());
        }
        if self.all.len() >= MOST {
            return fault(pointer, format!("the document has more than {MOST} schemas"));
        }
        let at = self.all.len();
        self.by_node.insert(std::ptr::from_ref(node), at);
        self.by_pointer.insert(pointer.clone(), at);
        let base = self.base_of(node, at, base);
        self.check_edition(node, &pointer);
        self.all.push(Place { node, pointer: pointer.clone(), base, here: Vec::new() });
        let only_a_reference = self.draft == Draft::Draft7 && node.get("$ref").is_some();
        let mut here = Vec::new();
        for member in node.members() {
            for keyword in named(&member.key, self.draft) {
                if only_a_reference && keyword.applies != Applies::Nowhere {
                    continue;
                }
                let children = self.add_held(&member.node, &format!("{pointer}/{}", token(&member.key)), (keyword.shape, base))?;
                // Without an `if` the two are asked about nothing.
                let is_idle = matches!(keyword.name, "then" | "else") && node.get("if").is_none();
                if keyword.applies == Applies::Here && !is_idle {
                    here.extend(children);
                }
            }
        }
        if let Some(place) = self.all.get_mut(at) {
            place.here = here;
        }
        Ok(at)
    }

    /// Adds what a keyword holds, where it holds it in this way.
    fn add_held(&mut self, held: &'a Node<'a>, pointer: &str, (shape, base): (Shape, usize)) -> Result<Vec<usize>, SchemaFault> {
        let is_schema = |node: &Node<'_>| matches!(node.value, Value::Object(_) | Value::Bool(_));
        match shape {
            Shape::One if is_schema(held) => Ok(vec![self.add(held, pointer.to_owned(), base)?]),
            Shape::One => Ok(Vec::new()),
            Shape::List => {
                let items = held.as_list().unwrap_or_default().iter().enumerate().filter(|(_, item)| is_schema(item));
                items.map(|(at, item)| self.add(item, format!("{pointer}/{at}"), base)).collect()
            }
            Shape::Map => {
                let members = held.members().iter().filter(|member| is_schema(&member.node));
                members.map(|member| self.add(&member.node, format!("{pointer}/{}", token(&member.key)), base)).collect()
            }
        }
    }

    /// The address that references within a schema start from.
    fn base_of(&mut self, node: &Node<'_>, at: usize, above: usize) -> usize {
        let Some(id) = node.text("$id") else { return above };
        let is_anchor = id.starts_with('#');
        if is_anchor || (self.draft == Draft::Draft7 && node.get("$ref").is_some()) {
            return above;
        }
        let from = self.bases.get(above).map_or(address::DEFAULT, |(base, _)| base.as_str());
        let address = address::resolve(from, address::split(id).0);
        if at == 0 {
            self.by_address = HashMap::from([(address.clone(), 0)]);
            self.bases = vec![(address, 0)];
            return 0;
        }
        if self.by_address.insert(address.clone(), self.bases.len()).is_some() {
            self.ambiguous.insert(address.clone());
        }
        self.bases.push((address, at));
        self.bases.len() - 1
    }

    /// A schema of another edition inside of this one is not read.
    fn check_edition(&mut self, node: &Node<'_>, pointer: &str) {
        let Some(written) = node.get("$schema").filter(|_| !pointer.is_empty()) else { return };
        match edition(written, pointer) {
            Ok(draft) if draft == self.draft => {}
            Ok(_) => self.faults.push(SchemaFault {
                line: written.line,
                pointer: format!("{pointer}/$schema"),
                message: "a schema of another edition stands in this one".to_owned(),
                sort: FaultSort::Draft,
            }),
            Err(fault) => self.faults.push(fault),
        }
    }

    /// A fault at a schema.
    pub(super) fn fault(&self, at: usize, keyword: &str, (sort, message): (FaultSort, String)) -> SchemaFault {
        let Some(place) = self.all.get(at) else { return faults::whole(sort, message) };
        let pointer = if keyword.is_empty() { place.pointer.clone() } else { format!("{}/{}", place.pointer, token(keyword)) };
        let line = place.node.members().iter().find(|member| member.key == keyword).map_or(place.node.line, |member| member.line);
        SchemaFault { line, pointer, message, sort }
    }
}
