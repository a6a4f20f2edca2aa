//! References: each leads to a schema of the same document, or is a fault. Nothing is fetched.

use std::collections::{BTreeMap, HashMap};

use super::address;
use super::places::{Places, token};
use crate::formats::json_tree::{Node, Value};
use crate::schema::{Draft, FaultSort, SchemaFault};
use crate::shown::shown;

/// Where the references of each place lead.
pub(super) struct References {
    /// In the order of the places; `$ref` and `$dynamicRef` of one place both.
    pub(super) all: Vec<(usize, usize)>,
    /// Those of `$dynamicRef` that the evaluation may lead there as well.
    pub(super) dynamic: Vec<(usize, usize)>,
}

impl References {
    /// From pointer to pointer, as they stand in the document.
    pub(super) fn pointers(&self, places: &Places<'_>) -> BTreeMap<String, String> {
        let pointer = |at: &usize| places.all.get(*at).map(|place| place.pointer.clone());
        let mut found = BTreeMap::new();
        for (from, to) in &self.all {
            if let (Some(from), Some(to)) = (pointer(from), pointer(to)) {
                // `$ref` comes first, and is the one that is asked for.
                found.entry(from).or_insert(to);
            }
        }
        found
    }
}

/// Names that schemas give themselves: base and name, and the places.
type Anchors = HashMap<(usize, String), Vec<usize>>;

/// Follows every reference. What it leads to becomes a place too, with all that it holds.
pub(super) fn resolve(places: &mut Places<'_>) -> (References, Vec<SchemaFault>) {
    let (mut references, mut faults) = (References { all: Vec::new(), dynamic: Vec::new() }, Vec::new());
    let mut anchors = Anchors::new();
    let mut dynamic: HashMap<String, Vec<usize>> = HashMap::new();
    let mut named = 0;
    let mut at = 0;
    while at < places.all.len() {
        named = name(places, named, (&mut anchors, &mut dynamic));
        for keyword in keywords(places.draft) {
            match follow(places, at, (keyword, &anchors)) {
                Ok(Some(to)) => references.all.push((at, to)),
                Ok(None) => {}
                Err(fault) => faults.push(fault),
            }
        }
        at += 1;
    }
    if !places.ambiguous.is_empty() || anchors.values().any(|named| named.len() > 1) {
        let each = (0..places.all.len()).flat_map(|at| keywords(places.draft).iter().map(move |keyword| (at, *keyword)));
        faults.extend(each.filter_map(|(at, keyword)| ambiguous(places, at, (keyword, &anchors))));
    }
    for (at, place) in places.all.iter().enumerate() {
        let name = place.node.text("$dynamicRef").filter(|_| places.draft == Draft::Draft2020).map(|written| address::split(written).1);
        for to in name.and_then(|name| dynamic.get(name)).into_iter().flatten() {
            references.dynamic.push((at, *to));
        }
    }
    (references, faults)
}

fn keywords(draft: Draft) -> &'static [&'static str] {
    match draft {
        Draft::Draft7 => &["$ref"],
        Draft::Draft2020 => &["$ref", "$dynamicRef"],
    }
}

/// Notes the names of the places from one on; the count of those that are noted now.
fn name(places: &Places<'_>, from: usize, (anchors, dynamic): (&mut Anchors, &mut HashMap<String, Vec<usize>>)) -> usize {
    for (at, place) in places.all.iter().enumerate().skip(from) {
        let mut note = |name: &str| {
            let named = anchors.entry((place.base, name.to_owned())).or_default();
            // `$anchor` and `$dynamicAnchor` of one schema may be one name.
            if named.last() != Some(&at) {
                named.push(at);
            }
        };
        match places.draft {
            Draft::Draft7 => {
                let id = place.node.text("$id").filter(|_| place.node.get("$ref").is_none());
                let name = id.map(|id| address::split(id).1).filter(|name| !name.is_empty());
                name.into_iter().for_each(&mut note);
            }
            Draft::Draft2020 => {
                ["$anchor", "$dynamicAnchor"].iter().filter_map(|key| place.node.text(key)).for_each(&mut note);
                if let Some(name) = place.node.text("$dynamicAnchor") {
                    dynamic.entry(name.to_owned()).or_default().push(at);
                }
            }
        }
    }
    places.all.len()
}

/// Where one reference leads.
fn follow(places: &mut Places<'_>, at: usize, (keyword, anchors): (&str, &Anchors)) -> Result<Option<usize>, SchemaFault> {
    let Some(place) = places.all.get(at) else { return Ok(None) };
    let Some(written) = place.node.text(keyword) else { return Ok(None) };
    let unresolved = |places: &Places<'_>, why: &str| {
        let message = format!("the reference `{}` {why}", shown(written));
        Err(places.fault(at, keyword, (FaultSort::Unresolved, message)))
    };
    let (address, fragment) = address::split(written);
    let from = places.bases.get(place.base).map_or(address::DEFAULT, |(base, _)| base.as_str());
    let address = address::resolve(from, address);
    let Some((base, root)) = places.at_address(&address) else {
        return unresolved(places, "leads out of this document; gate fetches nothing: bundle what it means into `$defs`");
    };
    let fragment = address::decoded(fragment);
    if fragment.is_empty() {
        return Ok(Some(root));
    }
    if !fragment.starts_with('/') {
        return match anchors.get(&(base, fragment.clone().into_owned())).and_then(|named| named.first()) {
            Some(to) => Ok(Some(*to)),
            None => unresolved(places, "names no anchor of this document"),
        };
    }
    let Some(start) = places.all.get(root) else { return unresolved(places, "leads nowhere in this document") };
    if let Some(to) = places.at_pointer(&format!("{}{fragment}", start.pointer)) {
        return Ok(Some(to));
    }
    let Some((node, pointer)) = walk(start.node, &start.pointer, &fragment) else {
        return unresolved(places, "leads nowhere in this document");
    };
    if !matches!(node.value, Value::Object(_) | Value::Bool(_)) {
        return unresolved(places, "leads to what is no schema");
    }
    places.add(node, pointer, base).map(Some)
}

/// What is so of a reference to a name that several schemas give themselves.
fn ambiguous(places: &Places<'_>, at: usize, (keyword, anchors): (&str, &Anchors)) -> Option<SchemaFault> {
    let place = places.all.get(at)?;
    let written = place.node.text(keyword)?;
    let (address, fragment) = address::split(written);
    let address = address::resolve(places.bases.get(place.base)?.0.as_str(), address);
    let is_anchor = |base| anchors.get(&(base, address::decoded(fragment).into_owned())).is_some_and(|named| named.len() > 1);
    let what = match places.at_address(&address) {
        _ if places.ambiguous.contains(&address) => "`$id`",
        Some((base, _)) if is_anchor(base) => "anchor",
        Some(_) | None => return None,
    };
    let message =
        format!("the reference `{}` leads to an {what} that several schemas have: nobody can tell which is meant", shown(written));
    Some(places.fault(at, keyword, (FaultSort::Unresolved, message)))
}

/// What a pointer leads to from a node, and the pointer to it from the root.
fn walk<'a>(start: &'a Node<'a>, above: &str, pointer: &str) -> Option<(&'a Node<'a>, String)> {
    let (mut node, mut path) = (start, above.to_owned());
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        node = match &node.value {
            Value::Object(_) => node.get(&name)?,
            Value::List(items) => items.get(name.parse::<usize>().ok()?)?,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => return None,
        };
        path = format!("{path}/{}", token(&name));
    }
    Some((node, path))
}
