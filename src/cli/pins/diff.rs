//! `gate pins diff`: what moved since the base, schema by schema, with an instance for each change; as Markdown it is the draft of a migration note.

use super::{Project, bytes_of, page};
use crate::checks::schema_pins::{Base, Index, Kept, Wanted, base_of, must_keep, read_pins, with_formers};
use crate::cli::Global;
use crate::cli::outputs::{CannotTell, Format, Outputs};
use crate::exit::Exit;
use crate::pins::{self, LIMIT, Pin, Pins};
use crate::schema::{Comparison, Document, compare};
use crate::shown::shown;
use crate::world::{Cx, FileAt, Out, RelPath, Stored, World};

/// What was asked for.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Diff {
    /// The pins, by their names. Default: every one that moved.
    pub(super) names: Vec<String>,
    /// The commit that is compared with. Default: HEAD, where the pins file has changes that no commit has; else where HEAD left the branch
    /// that CI merges into, or the main one.
    #[arg(long, value_name = "REVISION")]
    pub(super) base: Option<String>,
    /// The pins file; a `.json` is a manifest. Default: that of the check, else lockfiles/schemas.toml.
    #[arg(long, value_name = "FILE")]
    pub(super) pins: Option<String>,
}

/// One pin that is not as it was.
pub(super) struct Moved<'p> {
    pub(super) old: Option<&'p Pin>,
    pub(super) new: Option<&'p Pin>,
    pub(super) what: What,
}

/// What came of its schema.
pub(super) enum What {
    /// There is only one.
    Alone,
    /// Every byte is as it was.
    Same,
    Compared(Comparison),
    /// Why it could not be compared.
    Unknown(String),
}

pub(super) fn diff(asked: &Diff, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let project = Project::open(asked.pins.as_deref(), global)?;
    let cx = Cx::new(&project.world);
    let base = base(&project, asked.base.as_deref(), &cx).map_err(|why| CannotTell(format!("nothing was compared: {why}")))?;
    let before = old_pins(&project, &base)?;
    for name in &asked.names {
        if !project.pins.pins.iter().chain(&before.pins).any(|pin| pin.name.value == *name) {
            anyhow::bail!("there is no pin `{}`, now or at the base", shown(name));
        }
    }
    let moved: Vec<Moved<'_>> =
        pairs(&before, &project.pins, &asked.names).into_iter().filter_map(|pair| moved(&project, &base, pair)).collect();
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json, Format::Markdown], &project.world, out)?;
    let is_told = moved.iter().all(|one| !matches!(one.what, What::Unknown(_)));
    let delivered = outputs.deliver(out, &|format, look| {
        Ok(match format {
            Format::Json => serde_json::to_string_pretty(&page::data(&moved))? + "\n",
            Format::Markdown => page::note(&moved),
            Format::Human | Format::Github | Format::Svg => page::text(&moved, look),
        })
    });
    Ok(if delivered && is_told { Exit::Fine } else { Exit::CannotTell })
}

/// What is compared with.
fn base(project: &Project, asked: Option<&str>, cx: &Cx<'_>) -> Result<Base, String> {
    let head = project.world.history().head().map_err(|error| error.to_string())?;
    let here = Base::Commit(head.id);
    let committed = stored(project, &here, project.path.as_str(), LIMIT)?;
    match asked {
        None if committed.as_deref() != project.text.as_deref().map(str::as_bytes) => Ok(here),
        None | Some(_) => {
            let text = project.text.as_deref().unwrap_or_default();
            base_of(cx, &Wanted { base: asked, pins: (&project.path, text) }).map_err(|why| why.to_string())
        }
    }
}

/// The pins as the base has them, in whatever file.
fn old_pins(project: &Project, base: &Base) -> Result<Pins, CannotTell> {
    let name = project.path.as_str();
    let told = |why: String| CannotTell(format!("`{}` as it was at the base: {why}", shown(name)));
    let own = stored(project, base, name, LIMIT).map_err(told)?.map(|bytes| read_pins(name, bytes)).transpose().map_err(told)?;
    match base.commit() {
        Some(commit) => with_formers(&Cx::new(&project.world), (commit, &project.path), (own, &project.pins)).map_err(told),
        None => Ok(own.unwrap_or_default()),
    }
}

/// A file as the base has it; none: it has none.
fn stored(project: &Project, base: &Base, path: &str, limit: u64) -> Result<Option<Vec<u8>>, String> {
    let Some(commit) = base.commit() else { return Ok(None) };
    let path = RelPath::parse(path).map_err(|error| error.to_string())?;
    let file = FileAt { commit: commit.to_owned(), path };
    match project.world.history().files_at(&[file], limit).map_err(|error| error.to_string())?.into_iter().next() {
        Some(Stored::Bytes(bytes)) => Ok(Some(bytes)),
        Some(Stored::NoFile) => Ok(None),
        Some(Stored::TooLarge(_)) => Err(format!("it is larger than {} MiB", limit >> 20)),
        Some(Stored::NoCommit) | None => Err("its commit is not here".to_owned()),
    }
}

/// The pins of both, found again as the check finds them.
fn pairs<'p>(before: &'p Pins, now: &'p Pins, names: &[String]) -> Vec<(Option<&'p Pin>, Option<&'p Pin>)> {
    let index = Index::of(&before.pins);
    let is_asked = |(old, new): &(Option<&Pin>, Option<&Pin>)| {
        names.is_empty() || [*old, *new].into_iter().flatten().any(|pin| names.contains(&pin.name.value))
    };
    let here = now.pins.iter().map(|new| (index.find(new), Some(new)));
    here.chain(index.left(&now.pins).map(|old| (Some(old), None))).filter(is_asked).collect()
}

fn moved<'p>(project: &Project, base: &Base, (old, new): (Option<&'p Pin>, Option<&'p Pin>)) -> Option<Moved<'p>> {
    let (Some(was), Some(is)) = (old, new) else { return Some(Moved { old, new, what: What::Alone }) };
    let texts = texts(project, base, was).and_then(|before| Ok((before, text_now(project, is)?)));
    let what = match texts {
        Err(why) => What::Unknown(why),
        Ok((before, now)) if before == now && is_entry_same(was, is) => return None,
        Ok((before, now)) if before == now => What::Same,
        Ok((before, now)) => compared(is, &before, &now),
    };
    Some(Moved { old, new, what })
}

fn is_entry_same(was: &Pin, is: &Pin) -> bool {
    let text = |at: &Option<pins::At<String>>| at.as_ref().map(|at| at.value.clone());
    text(&was.version) == text(&is.version) && text(&was.commit) == text(&is.commit) && was.path.value == is.path.value
}

fn texts(project: &Project, base: &Base, was: &Pin) -> Result<String, String> {
    let told = |why: String| format!("`{}` as it was at the base: {why}", shown(&was.path.value));
    let bytes =
        stored(project, base, &was.path.value, pins::LARGEST_SCHEMA).map_err(told)?.ok_or_else(|| told("it is not there".to_owned()))?;
    String::from_utf8(bytes).map_err(|_| told("it is not UTF-8 text".to_owned()))
}

fn text_now(project: &Project, is: &Pin) -> Result<String, String> {
    let told = |why: String| format!("`{}`: {why}", shown(&is.path.value));
    let path = RelPath::parse(&is.path.value).map_err(|error| told(error.to_string()))?;
    let bytes = bytes_of(&project.world, &path, pins::LARGEST_SCHEMA).map_err(|error| told(error.to_string()))?;
    let bytes = bytes.ok_or_else(|| told("it is not there".to_owned()))?;
    String::from_utf8(bytes).map_err(|_| told("it is not UTF-8 text".to_owned()))
}

fn compared(is: &Pin, before: &str, now: &str) -> What {
    match is.format.as_ref().map(|at| at.value) {
        Some(pins::Format::JsonSchema) | None => {}
        Some(other) => return What::Unknown(format!("gate does not compare `{}`", other.name())),
    }
    let read = |whose: &str, text: &str| {
        Document::read(text).map_err(|faults| {
            let fault = faults.first().map_or_else(String::new, |fault| format!("line {}: {}", fault.line, fault.message));
            format!("the {whose} schema cannot be read: {fault}")
        })
    };
    match read("old", before).and_then(|old| Ok((old, read("new", now)?))) {
        Ok((old, new)) => What::Compared(compare(&old, &new)),
        Err(why) => What::Unknown(why),
    }
}

/// What a move breaks, of what both entries ask for.
pub(super) fn kept(moved: &Moved<'_>) -> Option<(&'static str, Kept)> {
    let What::Compared(comparison) = &moved.what else { return None };
    let direction = must_keep(moved.old?, moved.new?)?.direction;
    Some((direction.name(), Kept::of(direction, (&comparison.backward, &comparison.forward))))
}
