//! Where a command's answer goes: standard output, files, and under GitHub Actions annotations and the step summary.

use std::cell::Cell;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, bail};

use super::Global;
use crate::exit::Exit;
use crate::plan::PlanError;
use crate::report::render::{Look, markdown};
use crate::shown::shown;
use crate::world::{Out, Over, Pending, Screen, Stream, World};

/// An error that is not the command's: something could not be looked at, or written.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct CannotTell(pub(super) String);

/// A form that an answer can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Text for a person.
    Human,
    /// For programs; the schemas are in docs/reference.
    Json,
    /// Workflow commands; on standard output: the human text, with the workflow commands on stderr.
    Github,
    /// The step summary.
    Markdown,
    /// A picture.
    Svg,
}

impl Format {
    const ALL: [(&str, Self); 5] =
        [("human", Self::Human), ("json", Self::Json), ("github", Self::Github), ("markdown", Self::Markdown), ("svg", Self::Svg)];

    /// Whether a text is one that gate wrote in this format, so that it may be replaced.
    fn wrote(self) -> fn(&str) -> bool {
        match self {
            Self::Human => |text| text.starts_with("gate ") || text.starts_with("plan of `gate "),
            // A run record is no output: it is evidence.
            Self::Json => |text| text.starts_with('{') && text.contains("\"schema\": \"gate.") && !text.contains("\"schema\": \"gate.run/"),
            Self::Github => |text| text.lines().all(|line| ["::error ", "::warning ", "::notice "].iter().any(|c| line.starts_with(c))),
            Self::Markdown => |text| text.starts_with("### gate "),
            Self::Svg => |text| text.starts_with("<svg") && text.contains("gate probe"),
        }
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, f)| *f == self).map_or("", |(name, _)| name)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Self::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, f)| *f).ok_or_else(|| format!("there are: {}", known()))
    }
}

/// `FORMAT=PATH`.
#[derive(Clone, Debug)]
pub(super) struct NamedOutput {
    format: Format,
    path: PathBuf,
}

impl FromStr for NamedOutput {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((format, path)) if !path.is_empty() => Ok(Self { format: format.parse()?, path: path.into() }),
            _ => Err("write it like json=report.json".to_owned()),
        }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

impl FromStr for Colour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err("there are: auto, always, never".to_owned()),
        }
    }
}

/// What a renderer is told of its place.
pub(super) struct Room {
    pub(super) look: Look,
    /// The most bytes that may be written there.
    pub(super) room: usize,
}

impl std::ops::Deref for Room {
    type Target = Look;

    fn deref(&self) -> &Look {
        &self.look
    }
}

/// Everything that waits for the answer.
pub(super) struct Outputs {
    shown: Format,
    look: Look,
    files: Vec<(NamedOutput, Box<dyn Pending>)>,
    annotate: bool,
    summary: Option<PathBuf>,
    workspace: Option<PathBuf>,
}

impl Outputs {
    /// Opens every file that was asked for. A format that the command does not have, two outputs to one file, and a file
    /// that cannot be written are errors now.
    pub(super) fn prepare(global: &Global, has: &[Format], world: &dyn World, out: &mut dyn Out) -> anyhow::Result<Self> {
        let has_names = || has.iter().map(|f| f.name()).collect::<Vec<_>>().join(", ");
        for format in global.format.into_iter().chain(global.output.iter().map(|o| o.format)) {
            if !has.contains(&format) {
                bail!("this command has no format `{}`; it has: {}", format.name(), has_names());
            }
        }
        let mut files: Vec<(NamedOutput, Box<dyn Pending>)> = Vec::new();
        for output in &global.output {
            let named = shown(&output.path.to_string_lossy());
            let pending =
                out.prepare(&output.path, Over::Own(output.format.wrote())).with_context(|| format!("`{named}` cannot be written"))?;
            if files.iter().any(|(_, other)| other.target() == pending.target()) {
                bail!("two outputs go to `{named}`");
            }
            files.push((output.clone(), pending));
        }
        let is_report = has.contains(&Format::Github);
        let in_actions = is_report && world.env("GITHUB_ACTIONS").as_deref() == Some("true");
        let annotate = in_actions || global.format == Some(Format::Github);
        let summary = world.env("GITHUB_STEP_SUMMARY").filter(|_| annotate).map(PathBuf::from);
        let screen = out.screen(Stream::Out);
        let look = Look { colour: colour(global.color, screen), width: screen.width, quiet: global.quiet };
        let workspace = world.env("GITHUB_WORKSPACE").map(PathBuf::from);
        Ok(Self { shown: global.format.unwrap_or(Format::Human), look, files, annotate, summary, workspace })
    }

    /// The root's path in the checked-out repository, as annotations need it: `service/`, or nothing.
    pub(super) fn root_in_workspace(&self, root: &Path) -> String {
        let below = self.workspace.as_ref().and_then(|workspace| root.strip_prefix(workspace).ok());
        match below.and_then(Path::to_str) {
            None | Some("") => String::new(),
            Some(below) => format!("{below}/"),
        }
    }

    /// Writes the answer everywhere. What could not be written is said on stderr; false if any of it was asked for. A reader
    /// who closed the pipe has seen enough: that is no failure.
    pub(super) fn deliver(self, out: &mut dyn Out, render: &dyn Fn(Format, &Room) -> anyhow::Result<String>) -> bool {
        let room = |look| Room { look, room: markdown::LIMIT };
        let plain = Look { colour: false, width: 80, quiet: false };
        let shown_as = if self.shown == Format::Github { Format::Human } else { self.shown };
        let mut done = true;
        let mut note = |out: &mut dyn Out, what: &str, result: anyhow::Result<()>| {
            if let Err(error) = result {
                done = false;
                out.warn(&format!("error: {what} could not be written: {error:#}\n"));
            }
        };
        let printed = render(shown_as, &room(self.look)).and_then(|text| Ok(quiet_pipe(out.print(&text))?));
        note(out, "standard output", printed);
        if self.annotate {
            match render(Format::Github, &room(plain)) {
                Ok(text) => out.warn(&text),
                Err(error) => note(out, "the annotations", Err(error)),
            }
        }
        for (output, pending) in self.files {
            let written = render(output.format, &room(plain)).and_then(|text| Ok(pending.commit(text.as_bytes())?));
            note(out, &format!("`{}`", shown(&output.path.to_string_lossy())), written);
        }
        // The summary is a courtesy of the platform: its loss is said, and changes nothing.
        if let Some(path) = self.summary {
            let lost = Cell::new(None);
            let text = |taken: u64| {
                let room = markdown::LIMIT.saturating_sub(usize::try_from(taken).unwrap_or(usize::MAX));
                let text = render(Format::Markdown, &Room { look: plain, room });
                lost.set(match &text {
                    Ok(text) if text.is_empty() => Some("the step's summary is full".to_owned()),
                    Ok(_) => None,
                    Err(error) => Some(error.to_string()),
                });
                text.unwrap_or_default()
            };
            let appended = out.append(&path, &text).map_err(|error| error.to_string());
            if let Some(why) = appended.err().or_else(|| lost.take()) {
                out.warn(&format!("warning: the step summary could not be written: {why}\n"));
            }
        }
        done
    }
}

pub(super) fn quiet_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Prints what a command has done or found; where nobody can have read it, that is no success.
pub(super) fn print(text: &str, out: &mut dyn Out) -> Result<(), CannotTell> {
    quiet_pipe(out.print(text)).map_err(|error| CannotTell(format!("standard output could not be written: {error}")))
}

/// `--color` first, then what the stream welcomes.
pub(super) fn colour(asked: Colour, screen: Screen) -> bool {
    match asked {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => screen.colour,
    }
}

/// An error for stderr; faults of gate.toml with their lines and carets.
/// Tells an error, and with which code gate ends because of it.
pub(super) fn tell(error: &anyhow::Error, global: &Global, out: &mut dyn Out) -> Exit {
    let colour = colour(global.color, out.screen(Stream::Err));
    out.warn(&error_text(error, colour));
    if error.is::<CannotTell>() { Exit::CannotTell } else { Exit::Usage }
}

fn error_text(error: &anyhow::Error, colour: bool) -> String {
    match error.downcast_ref::<PlanError>() {
        Some(PlanError::File(faults)) => faults.render(colour),
        _ => format!("error: {error:#}\n"),
    }
}
