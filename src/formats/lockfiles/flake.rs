//! `flake.lock`, version 7, as nix reads it: a graph of nodes, each locked to a revision and the digest of its files.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::DateTime;

use super::super::fault::Fault;
use super::super::json_tree::{Dialect, Member, Node, Value, parse};
use super::text::shown;
use super::{Integrity, Lock, Package, Pin, Source, Stamp};
use super::{expected, pins};

/// How many steps a `follows` may take: it may follow another.
const STEPS: usize = 64;

/// Reads a `flake.lock`. Its time is that of the newest input of the project itself.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let root = parse(text.strip_prefix('\u{feff}').unwrap_or(text), Dialect::Strict)?;
    expected::version(&root, "version", &["7"])?;
    let top = expected::text(&root, "root")?.ok_or_else(|| Fault::on(root.line, "`root` is missing, so this is no whole lockfile"))?;
    let nodes = expected::object(&root, "nodes")?;
    let mut graph = Graph { nodes: nodes.iter().map(|member| (member.key.as_ref(), member)).collect(), inputs: HashMap::new(), top };
    for member in nodes {
        expected::members(&member.node, &member.key)?;
        let inputs = Graph::inputs(member)?.iter();
        graph.inputs.extend(inputs.map(|input| ((member.key.as_ref(), input.key.as_ref()), &input.node)));
    }
    if !graph.nodes.contains_key(top) {
        return Err(Fault::on(root.line, format!("the root {} is none of the nodes", shown(top))));
    }
    let mut lock = Lock::default();
    for member in nodes {
        graph.check(member)?;
        if member.key != top {
            input(&mut lock, member)?;
        }
    }
    lock.stamp = graph.newest()?;
    Ok(lock)
}

struct Graph<'n, 'a> {
    nodes: HashMap<&'n str, &'n Member<'a>>,
    /// By the names of their node and of themselves.
    inputs: HashMap<(&'n str, &'n str), &'n Node<'a>>,
    top: &'n str,
}

impl<'n, 'a> Graph<'n, 'a> {
    /// The inputs of a node: a text names another node, a list is the way to it from the root.
    fn inputs(member: &'n Member<'a>) -> Result<&'n [Member<'a>], Fault> {
        member.node.get("inputs").map_or(Ok(&[]), |inputs| expected::members(inputs, "inputs"))
    }

    fn check(&self, member: &'n Member<'a>) -> Result<(), Fault> {
        for input in Self::inputs(member)? {
            if self.node(&input.node, &mut 0).is_none() && !follows_nothing(&input.node) {
                return Err(Fault::on(input.line, format!("the input {} of {} leads to no node", shown(&input.key), shown(&member.key))));
            }
        }
        Ok(())
    }

    /// The node that an input leads to.
    fn node(&self, input: &'n Node<'a>, steps: &mut usize) -> Option<&'n Member<'a>> {
        if let Some(name) = input.as_str() {
            return self.nodes.get(name).copied();
        }
        let mut at = *self.nodes.get(self.top)?;
        for part in input.as_list()? {
            *steps += 1;
            if *steps > STEPS {
                return None;
            }
            at = self.node(self.inputs.get(&(at.key.as_ref(), part.as_str()?)).copied()?, steps)?;
        }
        Some(at)
    }

    /// The time of the newest input of the root.
    fn newest(&self) -> Result<Option<Stamp>, Fault> {
        let mut newest = None;
        let Some(top) = self.nodes.get(self.top) else { return Ok(None) };
        for input in Self::inputs(top)? {
            let locked = self.node(&input.node, &mut 0).and_then(|member| member.node.get("locked"));
            let Some(time) = locked.and_then(|locked| locked.get("lastModified")) else { continue };
            let seconds = if let Value::Number(text) = time.value { text.parse::<i64>().ok() } else { None };
            let moment = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
            let moment = moment.ok_or_else(|| Fault::on(time.line, "`lastModified` is no time in seconds since 1970"))?;
            newest = newest.max(Some(moment));
        }
        Ok(newest.map(Stamp::NotBefore))
    }
}

/// `follows = ""` takes an input away.
fn follows_nothing(input: &Node<'_>) -> bool {
    input.as_list().is_some_and(<[Node<'_>]>::is_empty)
}

fn input(lock: &mut Lock<'_>, member: &Member<'_>) -> Result<(), Fault> {
    let (line, name) = (member.line, member.key.as_ref());
    let locked = member.node.get("locked").ok_or_else(|| Fault::on(line, format!("{} is not locked", shown(name))))?;
    expected::members(locked, "locked")?;
    let kind = expected::text(locked, "type")?.ok_or_else(|| Fault::on(locked.line, "`type` is missing"))?;
    let revision = expected::text(locked, "rev")?;
    let digest = expected::text(locked, "narHash")?;
    let integrity = lock.remarks.integrity(locked.line, digest.unwrap_or_default()).sound.into();
    let url = locked.text("url").map(|url| Cow::Owned(lock.remarks.fetched(locked.line, name, url).into_owned()));
    let (source, pin) = match kind {
        "path" => {
            let path = locked.text("path").unwrap_or_default();
            (Source::Path(path.to_owned().into()), pins::path(path))
        }
        "tarball" | "file" => (Source::Archive(url.unwrap_or_default()), pins::archive(&integrity)),
        "git" | "hg" => (Source::Repository(url.unwrap_or_default()), pins::revision(revision)),
        "indirect" => (Source::Registry(None), Pin::Loose("a name that a registry resolves".to_owned())),
        forge => {
            let of = |key: &str| locked.text(key).unwrap_or_default().to_owned();
            (Source::Repository(format!("{forge}:{}/{}", of("owner"), of("repo")).into()), pins::revision(revision))
        }
    };
    let integrity = if kind == "path" && digest.is_none() { Integrity::NotAsked } else { integrity };
    lock.packages.push(Package {
        name: name.to_owned().into(),
        version: revision.map(|commit| commit.to_owned().into()),
        source,
        pin,
        integrity,
        line,
    });
    Ok(())
}

#[cfg(test)]
#[path = "flake_test.rs"]
mod tests;
