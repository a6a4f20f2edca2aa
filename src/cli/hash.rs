//! `gate hash`: the digest on the first line, then the table it is the digest of.

use std::borrow::Cow;

use anyhow::bail;
use serde_json::{Value, json};

use super::Global;
use super::expect::{self, Writing};
use super::outputs::{CannotTell, Format, Outputs};
use super::section::Section;
use crate::config::{GitOptions, Text};
use crate::digest::{
    Algorithm, Digest, Found, HashedFile, Problem, Search, Symlinks, Wanted, clashes, dir_hash1, from_hex, h1, hex, push_row,
};
use crate::exit::Exit;
use crate::run::{Bundle, Data};
use crate::shown::{counted, escaped, shown};
use crate::world::disk::{Disk, named};
use crate::world::{LookError, Out, RelPath, Stream, World};

/// What was asked for.
pub(super) struct Asked {
    pub(super) subjects: Vec<String>,
    pub(super) update: bool,
    pub(super) dry_run: bool,
    pub(super) flags: Text,
}

/// One digest and what it stands on.
struct Answer {
    of: String,
    digest: Option<Digest>,
    /// Why there is a digest though nothing was computed.
    declared: Option<String>,
    files: Vec<HashedFile>,
    problems: Vec<Problem>,
}

pub(super) fn run(asked: &Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    if global.plan {
        bail!("this command has no plan to show");
    }
    let subjects = if asked.subjects.is_empty() { vec!["config".to_owned(), "data".to_owned()] } else { asked.subjects.clone() };
    if asked.update && subjects != ["data"] {
        bail!("`--update` writes down which data is expected: `gate hash data --update`");
    }
    let bundles = subjects.iter().any(|subject| matches!(subject.as_str(), "config" | "data"));
    let section = if bundles { Some(Section::open(&asked.flags, global)?) } else { None };
    let world = super::explain::machine(global)?;
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json], &world, out)?;
    let mut answers = Vec::new();
    for subject in &subjects {
        answers.push(match (subject.as_str(), &section) {
            ("config", Some(section)) => config(section)?,
            ("data", Some(section)) => data(section, (asked, out))?,
            (path, _) => of_path(path)?,
        });
    }
    if asked.dry_run {
        return Ok(Exit::Fine);
    }
    for answer in &answers {
        tell(answer, global, out);
    }
    let whole = answers.iter().all(|answer| answer.digest.is_some());
    // A program gets the names as they are, because the digest is the sum of these lines; a person or a log never does.
    let watched = out.screen(Stream::Out).terminal || world.env("GITHUB_ACTIONS").is_some();
    let written: fn(&str) -> Cow<'_, str> = if watched { |name| Cow::Owned(escaped(name)) } else { |name| Cow::Borrowed(name) };
    let delivered = outputs.deliver(out, &|format, look| match format {
        Format::Json => Ok(serde_json::to_string_pretty(
            &json!({ "schema": "gate.hash/1", "hashes": answers.iter().map(to_json).collect::<Vec<_>>() }),
        )? + "\n"),
        Format::Human | Format::Github | Format::Markdown | Format::Svg => Ok(to_text(&answers, look.quiet, written)),
    });
    Ok(if delivered && whole { Exit::Fine } else { Exit::CannotTell })
}

fn config(section: &Section) -> anyhow::Result<Answer> {
    let bundle = Bundle::read(&section.options).map_err(|fault| section.lacks(vec![fault]))?;
    let hashed = bundle.hash(section.world.tree(), &section.evidence);
    Ok(Answer { of: "config".to_owned(), digest: hashed.digest, declared: None, files: hashed.files, problems: hashed.problems })
}

fn data(section: &Section, (asked, out): (&Asked, &mut dyn Out)) -> anyhow::Result<Answer> {
    let data = Data::read(&section.options).map_err(|fault| section.lacks(vec![fault]))?;
    let snapshot = data.look(section.world.evidence(), &section.evidence);
    if asked.update {
        let writing = if asked.dry_run { Writing::Dry } else { Writing::Real };
        expect::update(section, &data, &snapshot, (writing, out))?;
    }
    if let (Some(declared), Some(computed)) = (&snapshot.declared, &snapshot.computed)
        && declared != computed
    {
        out.warn(&format!("warning: data: `{}` says {declared}, and the bytes here are others\n", shown(data.source.place())));
    }
    let digest = snapshot.digest().cloned();
    let declared = snapshot.absent.filter(|_| snapshot.computed.is_none());
    Ok(Answer { of: "data".to_owned(), digest, declared, files: snapshot.files, problems: snapshot.problems })
}

/// A file or folder anywhere, from where the user stands.
fn of_path(path: &str) -> anyhow::Result<Answer> {
    let fail = |error: LookError| CannotTell(format!("`{}` {error}", shown(path)));
    let (folder, file) = named(path).map_err(fail)?;
    let disk = Disk::open(&folder, None, GitOptions::default().timeout.get()).map_err(fail)?;
    let root = RelPath::root();
    let is_folder = file.is_none();
    let files: Vec<RelPath> = file.into_iter().collect();
    let wanted = if is_folder { Wanted::Folder(&root) } else { Wanted::Listed(&root, &files) };
    let found = Search { files: disk.tree(), wanted, symlinks: Symlinks::Refuse, left_out: None }.run();
    let found = Found { problems: found.problems.into_iter().map(|problem| from_here(path, problem, is_folder)).collect(), ..found };
    let whole = !found.files.is_empty() && found.is_whole();
    let digest = match (whole, is_folder, found.files.as_slice()) {
        (true, false, [file]) => Some(Digest::of(Algorithm::Sha256, &file.sha256)),
        (true, _, files) => Some(Digest::of(Algorithm::DirHash1, &dir_hash1(files.iter().map(HashedFile::row)))),
        (false, _, _) => None,
    };
    Ok(Answer { of: path.to_owned(), digest, declared: None, files: found.files, problems: found.problems })
}

/// A problem with its path as the user would write it.
fn from_here(path: &str, problem: Problem, is_folder: bool) -> Problem {
    let below = if is_folder { format!("{}/{}", escaped(path.trim_end_matches('/')), problem.path) } else { escaped(path) };
    Problem { path: if problem.path == "." { escaped(path) } else { below }, ..problem }
}

/// How many problems are told.
const PROBLEMS: usize = 50;

/// What is beside the digest, on stderr: the table alone is what the digest is made of.
fn tell(answer: &Answer, global: &Global, out: &mut dyn Out) {
    let name = shown(&answer.of);
    if answer.problems.len() > PROBLEMS {
        out.warn(&format!("{name}: {} in all; the first {PROBLEMS}:\n", counted(answer.problems.len(), "problem", "problems")));
    }
    for problem in answer.problems.iter().take(PROBLEMS) {
        let word = if problem.what.hides_something() { "error" } else { "warning" };
        out.warn(&format!("{word}: {problem}\n"));
    }
    for (path, other) in clashes(&answer.files) {
        out.warn(&format!("warning: `{}` differs from `{}` only in case or Unicode form\n", shown(path), shown(other)));
    }
    if answer.digest.is_none() && !answer.problems.iter().any(|problem| problem.what.hides_something()) {
        let why = answer.declared.clone().unwrap_or_else(|| "there is no file".to_owned());
        out.warn(&format!("error: {name}: no digest: {why}\n"));
    } else if let Some(why) = &answer.declared {
        out.warn(&format!("warning: {name}: declared, not recomputed: {why}\n"));
    }
    if global.quiet || answer.digest.is_none() {
        return;
    }
    let bytes: u64 = answer.files.iter().map(|file| file.size).sum();
    let size = counted(usize::try_from(bytes).unwrap_or(usize::MAX), "byte", "bytes");
    let also = h1_of(answer).map(|h1| format!(" · as {h1}")).unwrap_or_default();
    out.warn(&format!("{name}: {}, {size}{also}\n", counted(answer.files.len(), "file", "files")));
}

fn h1_of(answer: &Answer) -> Option<String> {
    let digest = answer.digest.as_ref().filter(|digest| digest.algorithm == Algorithm::DirHash1)?;
    from_hex(&digest.value).map(|sum| h1(&sum))
}

/// Written once and straight: a table may have a hundred thousand lines.
fn to_text(answers: &[Answer], quiet: bool, written: fn(&str) -> Cow<'_, str>) -> String {
    let mut text = String::new();
    for answer in answers {
        let Some(digest) = &answer.digest else { continue };
        if !text.is_empty() && !quiet {
            text.push('\n');
        }
        text.push_str(&digest.to_string());
        if answers.len() > 1 {
            text.push_str("  ");
            text.push_str(&escaped(&answer.of));
        }
        text.push('\n');
        if !quiet {
            answer.files.iter().for_each(|file| push_row(&mut text, (&written(&file.path), &file.sha256)));
        }
    }
    text
}

fn to_json(answer: &Answer) -> Value {
    let files: Vec<Value> =
        answer.files.iter().map(|file| json!({ "path": file.path, "sha256": hex(&file.sha256), "size": file.size })).collect();
    let problems: Vec<Value> = answer.problems.iter().map(|p| json!({ "path": p.path, "problem": p.what.to_string() })).collect();
    json!({
        "of": answer.of,
        "digest": answer.digest.as_ref().map(Digest::to_string),
        "h1": h1_of(answer),
        "declared": answer.declared,
        "files": files,
        "problems": problems,
    })
}
