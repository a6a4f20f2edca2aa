//! `gate pins update`: pins moved to another version. One that cannot be moved keeps no other from it.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use semver::Version;

use super::copy::{Copy, Replaced, place};
use super::verbs::Update;
use super::{Project, bytes_of, chosen, fetch_error};
use crate::cli::outputs::CannotTell;
use crate::cli::writes::{Verb, Write};
use crate::digest::Digest;
use crate::exit::Exit;
use crate::pins::edit::{self, Setting};
use crate::pins::{LARGEST_SCHEMA, Pin, version};
use crate::shown::{did_you_mean, harmless, shown};
use crate::supervise::Hold;
use crate::world::disk::{FetchError, Source, Tag, Upstream};
use crate::world::{Out, RelPath};

/// A repository that was asked.
struct Asked<'r> {
    tags: Vec<Tag>,
    upstream: Upstream<'r>,
}

/// A pin that was looked at.
enum Moved {
    /// There is nothing to do.
    AsItIs(String),
    To(Box<Move>),
}

/// What moves a pin.
struct Move {
    settings: Vec<Setting>,
    /// `None`: it lies there already.
    copy: Option<Write>,
    told: String,
}

pub(super) fn update(asked: &Update, project: &Project, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let pins = wanted(asked, project)?;
    let mut text = project.text.clone().unwrap_or_default();
    let (mut writes, mut told, mut exit) = (Vec::new(), String::new(), Exit::Fine);
    for (pin, moved) in moves(asked, project, &pins) {
        match moved {
            Ok(Moved::AsItIs(why)) => told.push_str(&format!("{}: {why}\n", shown(&pin.name.value))),
            Ok(Moved::To(moved)) => {
                text = edit::set(&text, &pin.name.value, &moved.settings).with_context(|| format!("`{}`", project.path))?;
                writes.extend(moved.copy);
                told.push_str(&format!("{}: {}\n", shown(&pin.name.value), moved.told));
            }
            Err(error) => {
                out.warn(&format!("error: {}: {}\n", shown(&pin.name.value), harmless(&format!("{error:#}"))));
                exit = if error.is::<CannotTell>() || exit == Exit::CannotTell { Exit::CannotTell } else { Exit::Usage };
            }
        }
    }
    if Hold::is_asked_to_end() {
        return Err(CannotTell("nothing was written: interrupted".to_owned()).into());
    }
    if project.text.as_ref() != Some(&text) {
        writes.push(Write { path: project.path.clone(), before: project.text.clone(), after: text, verb: Verb::Changed });
    }
    project.finish(&writes, (&asked.how, &told), out)?;
    Ok(exit)
}

/// The pins that are meant.
fn wanted<'p>(asked: &Update, project: &'p Project) -> anyhow::Result<Vec<&'p Pin>> {
    let all = &project.pins.pins;
    if project.text.is_none() {
        bail!("there is no `{}`; `gate pins add` writes it", project.path);
    }
    if asked.version.is_some() && asked.names.len() > 1 {
        bail!("a version is of one pin; name one");
    }
    if asked.all && all.is_empty() {
        bail!("`{}` has no pins; `gate pins add` writes one", project.path);
    }
    if let Some(unknown) = asked.names.iter().find(|name| all.iter().all(|pin| pin.name.value != **name)) {
        let near = did_you_mean(unknown, all.iter().map(|pin| pin.name.value.as_str()));
        let near = near.map(|near| format!("; did you mean `{}`?", shown(near))).unwrap_or_default();
        bail!("no pin is named `{}`{near}", shown(unknown));
    }
    Ok(all.iter().filter(|pin| asked.all || asked.names.contains(&pin.name.value)).collect())
}

/// Looks at each of them, a repository at a time: it is asked once for its tags.
fn moves<'p>(asked: &Update, project: &Project, pins: &[&'p Pin]) -> Vec<(&'p Pin, anyhow::Result<Moved>)> {
    let mut repos: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, pin) in pins.iter().enumerate() {
        repos.entry(&pin.repo.value).or_default().push(place);
    }
    let mut moved: BTreeMap<usize, anyhow::Result<Moved>> = BTreeMap::new();
    for (repo, places) in repos {
        let source = Source { root: &project.root, repo, timeout: project.timeout, stop: &Hold::is_asked_to_end };
        let asked_repo = Upstream::open(&source).and_then(|upstream| Ok(Asked { tags: upstream.tags()?, upstream }));
        for place in places {
            let Some(pin) = pins.get(place) else { continue };
            let one = match &asked_repo {
                Ok(repo) => one(pin, asked, project, repo),
                Err(error) => Err(fetch_error(FetchError::clone(error))),
            };
            moved.insert(place, one);
        }
    }
    moved.into_iter().filter_map(|(place, moved)| Some((*pins.get(place)?, moved))).collect()
}

fn one(pin: &Pin, asked: &Update, project: &Project, Asked { tags, upstream }: &Asked<'_>) -> anyhow::Result<Moved> {
    let old = pin.version.as_ref().and_then(|version| version::parse(&version.value).ok());
    let Some(source_path) = &pin.source_path else { bail!("it says no `source-path`, where the schema lies there") };
    let source_path = RelPath::parse(&source_path.value)?;
    let path = place(&pin.path.value, project).map_err(|why| anyhow::anyhow!("{why}; change its `path`, and run this again"))?;
    if let Some(other) = project.at(&path).find(|other| other.line != pin.line) {
        bail!(
            "its file is that of the pin `{}` too (line {}), and would be moved for both; give each its own",
            shown(&other.name.value),
            other.line
        );
    }
    let new = match &asked.version {
        Some(text) => version::parse(text).map_err(|why| anyhow::anyhow!("`{}` is no version: {why}", shown(text)))?,
        None => match newest(pin, old.as_ref(), tags)? {
            Some(newer) => newer,
            None => return Ok(Moved::AsItIs("no tag is newer".to_owned())),
        },
    };
    let is_same = old.as_ref().is_some_and(|old| old.cmp_precedence(&new).is_eq());
    let own = pin.tag.as_ref().map(|tag| tag.value.as_str());
    // A tag of another version than the one that stands beside it is not kept.
    let is_own = own.and_then(|own| version::of_tag(&pin.name.value, own)).is_none_or(|tagged| tagged.cmp_precedence(&new).is_eq());
    let kept = if is_same && is_own { own } else { own.and_then(|own| chosen::alike(tags, &pin.name.value, (&new, own))) };
    let tag = chosen::of_version(tags, &pin.name.value, (&new, asked.tag.as_deref().or(kept)))?;
    let commit = pin.commit.as_ref().map(|commit| commit.value.as_str());
    if let Some(commit) = commit.filter(|commit| is_same && !commit.eq_ignore_ascii_case(&tag.commit)) {
        if !asked.how.force {
            bail!(
                "the tag `{}` moved: version {new} is pinned at commit {}, and the tag leads to {} now; ask who moved it, or take it with `--force`",
                shown(&tag.name),
                shown(commit),
                shown(&tag.commit)
            );
        }
    } else if is_same && commit.is_some() && is_whole(pin, &path, project)? {
        return Ok(Moved::AsItIs(format!("at {new} already")));
    }
    let bytes = upstream.file(tag, source_path.as_str()).map_err(fetch_error)?;
    let copy = Copy::of(bytes, source_path.as_str(), pin.format.as_ref().map(|at| at.value))?;
    let replaced = if asked.how.force { Replaced::Anything } else { Replaced::Of(pin) };
    let written = copy.write(&path, project, replaced)?;
    let told = format!("{} → {new}, tag {}, commit {}", shown(pin.written_version()), shown(&tag.name), shown(&tag.commit));
    Ok(Moved::To(Box::new(Move { settings: settings(&new, tag, &copy), copy: written, told })))
}

/// The newest version; `None`: nothing is newer than what is pinned, and the pin's own version is not tagged either.
fn newest(pin: &Pin, old: Option<&Version>, tags: &[Tag]) -> anyhow::Result<Option<Version>> {
    let tag = pin.tag.as_ref().map(|tag| tag.value.as_str());
    let Some(newest) = chosen::newest(tags, &pin.name.value, (old, tag)) else {
        bail!("no tag is of a version of it; say which with `--version` and `--tag`");
    };
    Ok(match old {
        Some(old) if newest.cmp_precedence(old).is_lt() => None,
        Some(_) | None => Some(newest),
    })
}

/// Whether the local copy is what is pinned.
///
/// # Errors
/// If the copy is there and cannot be read.
fn is_whole(pin: &Pin, path: &RelPath, project: &Project) -> Result<bool, CannotTell> {
    let found =
        bytes_of(&project.world, path, LARGEST_SCHEMA).map_err(|error| CannotTell(format!("`{}` {error}", shown(path.as_str()))))?;
    Ok(found.zip(pin.digest()).is_some_and(|(bytes, pinned)| pinned == Digest::sha256(&bytes).value))
}

fn settings(new: &Version, tag: &Tag, copy: &Copy) -> Vec<Setting> {
    let settings = [
        ("version", Some(new.to_string())),
        ("tag", Some(tag.name.clone())),
        ("commit", Some(tag.commit.clone())),
        ("sha256", Some(copy.sha256.clone())),
        ("canonical", copy.canonical.clone()),
    ];
    settings.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}
