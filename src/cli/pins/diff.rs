//! `gate pins diff`: what moved since the base, schema by schema, with an instance for each change; as Markdown it is the draft of a migration note.

use super::{Project, bytes_of, page};
use crate::checks::schema_pins::{self, Base, Before, Kept, Past, Wanted, base_of, earlier_schema, must_keep, schema_of_today};
use crate::cli::Global;
use crate::cli::outputs::{CannotTell, Format, Outputs};
use crate::exit::Exit;
use crate::pins::{Direction, LARGEST_SCHEMA, Pin};
use crate::schema::{Comparison, Document, compare};
use crate::shown::shown;
use crate::world::{Cx, Out, RelPath};

/// What was asked for.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Diff {
    /// The pins, by their names. Default: every one that moved.
    pub(super) names: Vec<String>,
    /// The commit that is compared with. Default: HEAD, where the pins file has changes that no commit has; else the check's `base`; else
    /// where HEAD left the branch that CI merges into, or the main one; where HEAD is on that branch, what it was before the push, else the
    /// parent of HEAD.
    #[arg(long, value_name = "REVISION")]
    pub(super) base: Option<String>,
    /// The pins file; a `.json` is a manifest. Default: that of the check, else lockfiles/schemas.toml.
    #[arg(long, value_name = "FILE")]
    pub(super) pins: Option<String>,
}

/// What is shown.
pub(super) struct Shown<'p> {
    pub(super) base: &'p Base,
    pub(super) moved: Vec<Moved<'p>>,
    /// What nobody knows of the past of the pins file.
    pub(super) unknown: Vec<String>,
}

/// What became of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    New,
    Moved,
    /// A version from before the last one, which a transitive promise holds for.
    Earlier,
    Removed,
}

/// One pin that is not as it was.
pub(super) struct Moved<'p> {
    pub(super) sort: Sort,
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
    /// Both were read; none: neither entry says what must be kept.
    Compared(Comparison, Option<(Direction, Kept)>),
    /// Why it could not be compared.
    Unknown(String),
}

pub(super) fn diff(asked: &Diff, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let project = Project::open(asked.pins.as_deref(), global)?;
    let text = project.text.as_deref().unwrap_or_default();
    let past = Past { cx: Cx::new(&project.world), path: &project.path };
    let nothing = |why: String| CannotTell(format!("nothing was compared: {why}"));
    let of_file = |why: &str| format!("`{}` {why}", shown(project.path.as_str()));
    let wanted = |base| Wanted { base, path: past.path, text };
    let base = match &asked.base {
        Some(named) => base_of(&past.cx, &wanted(Some(named))).map_err(|why| why.to_string()),
        None => base(&past.cx, &wanted(project.base.as_deref())),
    };
    let base = base.map_err(nothing)?;
    let before = Before::of(&past, base, (&project.pins, text)).map_err(|unknown| nothing(of_file(&unknown.why)))?;
    for name in &asked.names {
        if !before.names.contains(name) && !project.pins.pins.iter().any(|pin| pin.name.value == *name) {
            anyhow::bail!("there is no pin `{}`, now or at the base", shown(name));
        }
    }
    let moved = moved(&project, &before, &asked.names);
    let seen = Shown { base: &before.base, moved, unknown: before.unknown.iter().map(|unknown| of_file(&unknown.why)).collect() };
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json, Format::Markdown], &project.world, out)?;
    let is_told = seen.unknown.is_empty() && seen.moved.iter().all(|one| !matches!(one.what, What::Unknown(_)));
    let delivered = outputs.deliver(out, &|format, look| {
        Ok(match format {
            Format::Json => serde_json::to_string_pretty(&page::data(&seen))? + "\n",
            Format::Markdown => page::note(&seen),
            Format::Human | Format::Github | Format::Svg => page::text(&seen, look),
        })
    });
    Ok(if delivered && is_told { Exit::Fine } else { Exit::CannotTell })
}

/// What is compared with where nobody asks for a commit: HEAD, where the pins file is another there; else what the check compares with.
fn base(cx: &Cx<'_>, wanted: &Wanted<'_>) -> Result<Base, String> {
    let head = cx.history().head().map_err(|error| error.to_string())?;
    match schema_pins::is_committed(cx, &head.id, wanted).map_err(|error| error.to_string())? {
        true => base_of(cx, wanted).map_err(|why| why.to_string()),
        false => Ok(Base::Commit(head.id)),
    }
}

/// The pins that are not as they were, of some names or all, in the order of the pins file; then those that are pinned no longer.
fn moved<'p>(project: &'p Project, before: &'p Before, names: &[String]) -> Vec<Moved<'p>> {
    let is_asked = |pin: &Pin| names.is_empty() || names.contains(&pin.name.value);
    let mut all = Vec::new();
    for (place, new) in project.pins.pins.iter().enumerate() {
        if before.new.contains(&place) && is_asked(new) {
            let unknown = || What::Unknown("nobody knows whether it was pinned before".to_owned());
            let what = if before.unknown.is_empty() { What::Alone } else { unknown() };
            all.push(Moved { sort: Sort::New, old: None, new: Some(new), what });
        }
        if let Some(moved) = before.moved.get(&place).filter(|moved| is_asked(&moved.old) || is_asked(new)) {
            all.extend(versions(project, moved, new));
        }
    }
    let gone = before.gone.iter().filter(|old| is_asked(old));
    all.extend(gone.map(|old| Moved { sort: Sort::Removed, old: Some(old), new: None, what: What::Alone }));
    all
}

/// A move; then the versions before it that must be kept too and are not.
fn versions<'p>(project: &'p Project, moved: &'p schema_pins::Moved, new: &'p Pin) -> Vec<Moved<'p>> {
    let of = |sort, old, what| Moved { sort, old: Some(old), new: Some(new), what };
    let Some(before) = &moved.schema else { return vec![of(Sort::Moved, &moved.old, What::Same)] };
    let keep = must_keep(&moved.old, new).map(|keep| keep.direction);
    let now = Today::of(project, new);
    let what = |old, before| compared(old, before, &now, keep).unwrap_or_else(What::Unknown);
    let last = of(Sort::Moved, &moved.old, what(&moved.old, before));
    if matches!(last.what, What::Unknown(_)) {
        return vec![last];
    }
    let mut all = vec![last];
    match moved.earlier(new, &project.pins) {
        Ok(earlier) => {
            let earlier = earlier.into_iter().map(|older| of(Sort::Earlier, &older.pin, what(&older.pin, &older.schema)));
            all.extend(earlier.filter(|one| !matches!(one.what, What::Same | What::Compared(_, Some((_, Kept::Yes))))));
        }
        Err(why) => all.push(of(Sort::Earlier, &moved.old, What::Unknown(format!("its earlier versions are not known: {why}")))),
    }
    all
}

/// The schema of a pin as it is here.
struct Today {
    text: String,
    schema: Document,
}

impl Today {
    fn of(project: &Project, pin: &Pin) -> Result<Self, String> {
        let text = text_now(project, pin)?;
        let schema = schema_of_today(pin, &text).map_err(|why| format!("the new schema: {why}"))?;
        Ok(Self { text, schema })
    }
}

/// What came of an earlier entry's file and that of today, or why nobody knows.
fn compared(old: &Pin, before: &Result<String, String>, now: &Result<Today, String>, keep: Option<Direction>) -> Result<What, String> {
    let before = before.as_ref().map_err(|why| format!("`{}` as it was pinned before: {why}", shown(&old.path.value)))?;
    let now = now.as_ref().map_err(Clone::clone)?;
    let schema = earlier_schema(old, before).map_err(|why| format!("the old schema: {why}"))?;
    if *before == now.text {
        return Ok(What::Same);
    }
    let comparison = compare(&schema, &now.schema);
    let kept = keep.map(|direction| (direction, Kept::of(direction, (&comparison.backward, &comparison.forward))));
    Ok(What::Compared(comparison, kept))
}

fn text_now(project: &Project, is: &Pin) -> Result<String, String> {
    let told = |why: String| format!("`{}`: {why}", shown(&is.path.value));
    let path = RelPath::parse(&is.path.value).map_err(|error| told(error.to_string()))?;
    let bytes = bytes_of(&project.world, &path, LARGEST_SCHEMA).map_err(|error| told(error.to_string()))?;
    let bytes = bytes.ok_or_else(|| told("it is not there".to_owned()))?;
    String::from_utf8(bytes).map_err(|_| told("it is not UTF-8 text".to_owned()))
}
