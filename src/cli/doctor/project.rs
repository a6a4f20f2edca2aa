//! What gate.toml says, and whether that is here: the checks, the smoke command, the run record, the data.

use super::Seen;
use super::line::{Line, State};
use crate::check::{Mode, Tracked};
use crate::checks::NO_RECORD;
use crate::config::{Fault, Faults, Parsed, Text};
use crate::init::ignore_command;
use crate::plan::{self, Asked, Plan, PlanError, read_shared};
use crate::policy::rules;
use crate::run::{Evidence, Settings, Source, config_files, redacted};
use crate::shown::{counted, shell_word, shown};
use crate::world::disk::{Found, Place, PlaceError, look_for_program};
use crate::world::{FileKind, LookError, World};

/// The policy as it was found, and what follows from it.
pub(super) struct Project {
    policy: Policy,
    /// Without a policy, or with one at fault: a plan of no check.
    pub(super) plan: Plan,
    settings: Option<Settings>,
}

/// How the policy file was found.
enum Policy {
    Good {
        name: String,
    },
    None {
        name: String,
    },
    Unread(PlaceError),
    Faulty {
        faults: Faults,
        /// The command that tells them all.
        ask: &'static str,
    },
}

/// The text of the policy file, if it could be read.
pub(super) fn text_of(read: &Result<Option<String>, PlaceError>, place: &Place) -> Option<Text> {
    let text = read.as_ref().ok()?.clone()?;
    Some(Text::new(place.file_name(), text).in_root(place.file_in_root()))
}

impl Project {
    /// # Errors
    /// None that a policy file could cause: each is a line.
    pub(super) fn of(unread: Option<PlaceError>, parsed: Parsed<'_>, text: Option<&Text>, place: &Place) -> anyhow::Result<Self> {
        let empty = || plan::resolve(Parsed::default(), None, Asked::Promote { environment: None });
        let without = |policy| Ok(Self { policy, plan: empty()?, settings: None });
        let text = match (unread, text) {
            (Some(error), _) => return without(Policy::Unread(error)),
            (None, None) => return without(Policy::None { name: place.file_name() }),
            (None, Some(text)) => text,
        };
        let (shared, _) = read_shared(parsed.file.run.clone(), None)?;
        let plan = match plan::resolve(parsed, Some(text), Asked::Promote { environment: None }) {
            Ok(plan) => plan,
            Err(PlanError::File(faults)) => return without(Policy::Faulty { faults, ask: "gate check" }),
            Err(other) => return Err(other.into()),
        };
        // `[run]` is there for `gate run` also where no check reads it.
        let settings = shared.run.as_ref().zip(shared.run_span).map(|(run, span)| (Settings::read(run), span));
        let settings = match settings {
            Some((Err(faults), span)) => {
                let faults = faults.into_iter().map(|fault| Fault { span: fault.span.or(Some(span.clone())), ..fault }).collect();
                return without(Policy::Faulty { faults: Faults { text: text.clone(), faults }, ask: "gate run --plan" });
            }
            Some((Ok(settings), _)) => Some(settings),
            None => None,
        };
        Ok(Self { policy: Policy::Good { name: text.name.clone() }, plan, settings })
    }

    /// `[run]`, where the policy has it and it is whole.
    pub(super) fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref()
    }

    /// Whether there is a policy file, whatever is in it.
    pub(super) fn has_policy(&self) -> bool {
        !matches!(self.policy, Policy::None { .. })
    }

    /// `tracked`: whether git tracks the file, where that was asked.
    pub(super) fn policy_line(&self, tracked: Option<Tracked>, seen: &Seen<'_>) -> Line {
        let refused = if seen.hook_works() { ", and the hook refuses every push" } else { "" };
        match &self.policy {
            Policy::None { name } if refused.is_empty() => Line::advice("policy", format!("there is no `{name}`")).fix("gate init"),
            Policy::None { name } => Line::wrong("policy", format!("there is no `{name}`{refused}")).fix("gate init"),
            Policy::Unread(error @ PlaceError::NotText { .. }) => Line::wrong("policy", format!("{error}{refused}")),
            Policy::Unread(error) if refused.is_empty() => Line::unseen("policy", error.to_string()),
            Policy::Unread(error) => Line::wrong("policy", format!("{error}{refused}")),
            Policy::Faulty { faults, ask } => faulty(faults, refused).fix(ask),
            Policy::Good { name } => self.good_policy_line(name, tracked),
        }
    }

    fn good_policy_line(&self, name: &str, tracked: Option<Tracked>) -> Line {
        if self.plan.checks.is_empty() {
            return Line::advice("policy", format!("{name} has no check that is enabled")).fix("gate list").rule(rules::NO_CHECKS.id);
        }
        match tracked {
            None | Some(Tracked::Yes) => Line::fine("policy", format!("{name} with {}", self.checks())),
            Some(Tracked::No) => {
                let says = format!("{name} with {}; git does not track it, so no commit carries it", self.checks());
                Line::advice("policy", says).fix(format!("git add {}", shell_word(name)))
            }
            Some(Tracked::Unknown) => {
                Line::unseen("policy", format!("{name} with {}; git does not say whether it tracks it", self.checks()))
            }
        }
    }

    /// The checks, by their modes.
    fn checks(&self) -> String {
        let checks = &self.plan.checks;
        let of = |mode: Mode| checks.iter().filter(|check| check.mode == mode).count();
        let modes = [Mode::Prescriptive, Mode::Guided, Mode::Shadow].map(|mode| (of(mode), mode));
        let modes: Vec<String> = modes.iter().filter(|(count, _)| *count > 0).map(|(n, mode)| format!("{n} {}", mode.name())).collect();
        format!("{} ({})", counted(checks.len(), "check", "checks"), modes.join(", "))
    }

    /// Whether the smoke command can be started.
    pub(super) fn smoke(&self, seen: &Seen<'_>) -> Option<Line> {
        if !matches!(self.policy, Policy::Good { .. }) {
            return None;
        }
        let set = "set `[run] smoke` in gate.toml";
        let Some(words) = self.settings.as_ref().and_then(|settings| settings.smoke.as_ref()) else {
            return match (seen.hook_works(), &self.settings) {
                (true, _) => Some(Line::wrong("smoke", "no `[run] smoke`, so the hook refuses every push").fix(set)),
                (false, Some(_)) => Some(Line::advice("smoke", "no `[run] smoke`; a run has to name its command").fix(set)),
                (false, None) => None,
            };
        };
        let program = words.first().map(String::as_str).unwrap_or_default();
        let command = shown(&redacted(words).join(" "));
        let name = shown(program);
        Some(match (look_for_program(program, &seen.place.root), program.contains('/')) {
            (Ok(Found::Here(path)), false) => Line::fine("smoke", command).path(Some(shown(&path.to_string_lossy()))),
            (Ok(Found::Here(_)), true) => Line::fine("smoke", command),
            (Ok(Found::NotExecutable | Found::Nowhere), false) => {
                Line::wrong("smoke", format!("`{name}` is not on PATH")).fix(format!("install it, or {set}"))
            }
            (Ok(Found::NotExecutable), true) => {
                Line::wrong("smoke", format!("`{name}` may not be executed")).fix(format!("chmod +x {}", shell_word(program)))
            }
            (Ok(Found::Nowhere), true) => Line::wrong("smoke", format!("`{name}` is no program here")).fix(set),
            (Err(error), _) => Line::unseen("smoke", format!("`{name}` cannot be looked for: {error}")),
        })
    }

    /// Whether the config bundle can be hashed: without it nothing is run.
    pub(super) fn config(&self, seen: &Seen<'_>) -> Option<Line> {
        let settings = self.settings.as_ref()?;
        Some(match config_files(settings, seen.world) {
            Ok(count) => Line::fine("config", counted(count, "file", "files")),
            Err(why) => Line::wrong("config", format!("the bundle cannot be hashed, so nothing can be run: {why}")).fix("gate hash config"),
        })
    }

    /// Whether the run record is there, and out of the commit's way. What it says is the check's business.
    pub(super) fn record(&self, seen: &Seen<'_>) -> Vec<Line> {
        let Some(settings) = &self.settings else { return Vec::new() };
        let path = &settings.evidence.record;
        let name = shown(path.as_str());
        let run = if settings.smoke.is_some() { "gate run" } else { "gate run -- CMD…" };
        let there = match seen.world.evidence().stat(path).map(|stat| stat.kind) {
            Ok(FileKind::File) => Line::fine("record", format!("`{name}`")),
            Ok(FileKind::Folder | FileKind::Symlink | FileKind::Special) => Line::wrong("record", format!("`{name}` is no regular file")),
            Err(LookError::NotFound) => Line::advice("record", format!("no `{name}` yet")).fix(run).rule(NO_RECORD.id),
            Err(error) => Line::unseen("record", format!("`{name}` {error}")),
        };
        let kept_out = seen.is_repository().then(|| kept_out(&settings.evidence, seen)).flatten();
        // That it is there goes without saying where something else is said of it.
        let there = Some(there).filter(|line| line.state != State::Fine || kept_out.is_none());
        there.into_iter().chain(kept_out).collect()
    }

    /// Whether the data's source is there. What it amounts to is the check's business.
    pub(super) fn data(&self, seen: &Seen<'_>) -> Option<Line> {
        let source = &self.settings.as_ref()?.data.source;
        // A check that reads `[run]` tells by itself what it could not look at.
        let is_judged = seen.is_repository() && self.plan.checks.iter().any(|check| check.kind.run_schema.is_some());
        let (kind, needs) = match source {
            Source::None(_) => return None,
            Source::Id(id) => return Some(Line::fine("data", format!("`{}`, a label: nothing can be recomputed from it", shown(id)))),
            Source::Path(_) => ("data", ""),
            Source::Manifest(_) => ("a manifest", ""),
            Source::Lfs(_) => ("a git-lfs file", "; gate reads it without git-lfs"),
            Source::Dvc { .. } => ("a DVC file", "; gate reads it without dvc"),
        };
        let path = source.path()?;
        let name = shown(path.as_str());
        Some(match seen.world.evidence().stat(path) {
            Ok(_) if kind == "data" => Line::fine("data", format!("`{name}`")),
            Ok(_) => Line::fine("data", format!("`{name}`, {kind}{needs}")),
            Err(_) if is_judged => return None,
            Err(LookError::NotFound) => Line::advice("data", format!("`{name}` is not here")),
            Err(error) => Line::unseen("data", format!("`{name}` {error}")),
        })
    }
}

/// A line where the record or an alias could get into a commit, or is in one.
fn kept_out(evidence: &Evidence, seen: &Seen<'_>) -> Option<Line> {
    evidence.paths().find_map(|path| {
        let name = shown(path.as_str());
        match (seen.world.history().tracked(), seen.world.git().ignores(path)) {
            (Ok(tracked), _) if tracked.get(path.as_str()).is_some() => {
                let says = format!("git tracks `{name}`, and evidence is no part of a commit");
                Some(Line::advice("record", says).fix(format!("git rm --cached {}", shell_word(path.as_str()))))
            }
            (Ok(_), Ok(true)) => None,
            (Ok(_), Ok(false)) => {
                let says = format!("git does not ignore `{name}`");
                Some(Line::advice("record", says).fix(ignore_command(evidence, seen.world.evidence())))
            }
            (Err(error), _) | (_, Err(error)) => Some(Line::unseen("record", error.to_string())),
        }
    })
}

/// The first fault, how many there are, and what follows from them.
fn faulty(faults: &Faults, refused: &str) -> Line {
    let mut sorted: Vec<&Fault> = faults.faults.iter().collect();
    sorted.sort_by_key(|fault| fault.span.as_ref().map_or(0, |span| span.start));
    let Some(first) = sorted.first() else { return Line::unseen("policy", format!("{} is wrong", faults.text.name)) };
    let at = first.span.as_ref().map(|span| format!(":{}", faults.text.line(span.start))).unwrap_or_default();
    let more = match sorted.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    Line::wrong("policy", format!("{}{at} {}{more}{refused}", faults.text.name, first.message))
}
