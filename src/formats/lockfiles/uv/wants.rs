//! What a project asks for, as a manifest writes it and as uv writes it down, and how the two differ.

use std::collections::{BTreeMap, BTreeSet};

use super::super::python::normal;
use super::super::python::requirement::{Requirement, clauses, is_plain, marker};
use super::super::text::shown;
use super::super::toml::{Node, Table};
use super::sync::Differences;

/// A requirement, and where `[tool.uv.sources]` says that it comes from.
pub(super) type Want = (Requirement, Option<String>);

/// `[tool.uv.sources]` by normal names.
pub(super) type Sources<'a> = BTreeMap<String, &'a Node<'a>>;

/// The sources of a project; those of the workspace's root hold where it has none of its own.
pub(super) fn sources<'a>(manifest: &'a Table<'a>, root: &'a Table<'a>) -> Sources<'a> {
    let tables = [root, manifest].into_iter().filter_map(|manifest| manifest.at(&["tool", "uv", "sources"])?.as_table());
    tables.flat_map(|table| &table.entries).map(|(name, node)| (normal(name), node)).collect()
}

pub(super) fn lines(node: Option<&Node<'_>>, sources: &Sources<'_>) -> Result<Vec<Want>, String> {
    let Some(node) = node else { return Ok(Vec::new()) };
    node.as_list().ok_or("dependencies are expected as a list")?.iter().map(|item| line(item, sources)).collect()
}

pub(super) fn line(item: &Node<'_>, sources: &Sources<'_>) -> Result<Want, String> {
    let text = item.as_str().ok_or("a dependency is expected as a text")?;
    let mut requirement = Requirement::read(text).ok_or_else(|| format!("{} is not understood", shown(text)))?;
    let written = requirement.address.take();
    let place = match sources.get(&requirement.name) {
        Some(node) => Some(place_of(node.as_table().ok_or_else(|| format!("{} has several sources", shown(&requirement.name)))?)),
        None => written.map(|address| address_place(&address)),
    };
    Ok((requirement, place))
}

/// Where a member of the workspace comes from.
const MEMBER: &str = "the workspace";

/// The address behind an `@`, in the words of [`place_of`].
fn address_place(address: &str) -> String {
    let Some(address) = address.strip_prefix("git+") else { return format!("url {address}") };
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address.get(host..).and_then(|rest| rest.find('/')).map_or(address.len(), |at| host + at);
    let reference = address.get(path..).and_then(|rest| rest.rfind('@')).map(|at| path + at);
    match reference.and_then(|at| Some((address.get(..at)?, address.get(at + 1..)?))) {
        Some((place, name)) => format!("git {place} rev={name}"),
        None => format!("git {address} "),
    }
}

/// Where a table says that something comes from: in a manifest or in a lock.
fn place_of(table: &Table<'_>) -> String {
    let text = |key| table.text(key);
    if let Some(address) = text("git") {
        // A lock has the reference in the address.
        let (place, query) = address.split_once('?').unwrap_or((address, ""));
        let query = query.split('#').next().unwrap_or_default();
        let own = ["branch", "tag", "rev"].into_iter().find_map(|key| text(key).map(|name| format!("{key}={name}")));
        let written = query.split('&').find(|pair| ["branch=", "tag=", "rev="].iter().any(|key| pair.starts_with(key)));
        return format!("git {} {}", place.trim_end_matches('/'), own.as_deref().or(written).unwrap_or_default());
    }
    match text("url") {
        Some(address) => format!("url {address}"),
        None if text("index").is_some() => "an index of its own".to_owned(),
        // How a member of the workspace is installed is its own affair.
        None if table.get("workspace").is_some_and(Node::is_true) => MEMBER.to_owned(),
        None if text("editable").is_some() || table.get("editable").is_some_and(Node::is_true) => "a path, editable".to_owned(),
        None => "a path".to_owned(),
    }
}

pub(super) fn entries(node: Option<&Node<'_>>) -> Result<Vec<Want>, String> {
    let Some(node) = node else { return Ok(Vec::new()) };
    let entry = |item: &Node<'_>| {
        let table = item.as_table()?;
        let words = |key| table.list(key).iter().filter_map(Node::as_str).map(normal).collect();
        let requirement = Requirement {
            name: normal(table.text("name")?),
            extras: words("extras"),
            clauses: clauses(table.text("specifier").unwrap_or_default())?,
            address: None,
            marker: marker(table.text("marker").unwrap_or_default()),
        };
        let has_place = ["git", "url", "index", "path", "directory", "editable", "virtual"].iter().any(|key| table.get(key).is_some());
        Some((requirement, has_place.then(|| place_of(table))))
    };
    let list = node.as_list().ok_or("what a project asks for is expected as a list in the lock")?;
    list.iter().map(entry).collect::<Option<_>>().ok_or_else(|| "what a project asks for is not understood in the lock".to_owned())
}

/// Takes away what is the same on both sides, then what may be the same; the rest differs.
pub(super) fn differ(of: &str, (asked, locked): (Vec<Want>, Vec<Want>), found: &mut Differences) {
    let mut locked: BTreeSet<Want> = locked.into_iter().collect();
    let placed = |(requirement, place): Want| {
        let like = locked.iter().filter(|_| place.as_deref() == Some(MEMBER)).find(|(other, _)| *other == requirement);
        let place = like.and_then(|(_, place)| place.clone()).filter(|place| place.starts_with("a path")).or(place);
        (requirement, place)
    };
    let asked: BTreeSet<Want> = asked.into_iter().map(placed).collect();
    let mut left: Vec<Want> = asked.into_iter().filter(|want| !locked.remove(want)).collect();
    let could_be = |one: &Want, other: &Want| {
        let is_spelled = one.0.clauses == other.0.clauses || !one.0.clauses.iter().chain(&other.0.clauses).all(|clause| is_plain(clause));
        let has_markers = one.0.marker != other.0.marker;
        (one.0.name.as_str(), &one.0.extras, &one.1) == (other.0.name.as_str(), &other.0.extras, &other.1)
            && is_spelled
            && (has_markers || one.0.clauses != other.0.clauses)
    };
    left.retain(|want| {
        // A set is sorted by the name first: only its neighbours are looked at, and only so many.
        let first = (Requirement { name: want.0.name.clone(), ..Requirement::default() }, None);
        let like =
            locked.range(first..).take(64).take_while(|other| other.0.name == want.0.name).find(|other| could_be(want, other)).cloned();
        let Some(like) = like else { return true };
        locked.remove(&like);
        found.unsure(format!("{} asks for {} in other words than the lock", shown(of), shown(&want.0.name)));
        false
    });
    let of = shown(of);
    let names = |set: Vec<&Want>| set.into_iter().map(|want| want.0.name.clone()).collect::<BTreeSet<String>>();
    let (asked, held) = (names(left.iter().collect()), names(locked.iter().collect()));
    for want in &left {
        let is_changed = held.contains(&want.0.name);
        let how = if is_changed { "in another way than is locked" } else { "and it is not locked for it" };
        found.sure.push(format!("{of} asks for {} {how}", shown(&want.0.name)));
    }
    for other in locked.iter().filter(|other| !asked.contains(&other.0.name)) {
        found.sure.push(format!("{} is locked for {of}, which does not ask for it", shown(&other.0.name)));
    }
}
