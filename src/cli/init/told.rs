//! What `gate init` tells: what it wrote, what is next, what it could not do.

use std::path::Path;

use super::{Asked, Job, WORKFLOW};
use crate::init::{Standing, Survey, UNFILLED, ignore_command};
use crate::shown::{counted, harmless, shell_word, shown};

/// The column that says why a command is next.
const WHY: usize = 40;

pub(super) struct Told<'a> {
    pub(super) asked: &'a Asked,
    pub(super) survey: &'a Survey,
    pub(super) job: &'a Job,
    pub(super) root: &'a Path,
}

impl Told<'_> {
    pub(super) fn to_text(&self) -> String {
        let mut text = format!("gate init · {}\n\n", harmless(&self.survey.in_short()));
        for write in &self.job.writes {
            let verb = match &write.before {
                None => "wrote   ",
                Some(before) if write.after.starts_with(before.as_str()) || write.path.name().eq_ignore_ascii_case("readme.md") => {
                    "extended"
                }
                Some(_) => "replaced",
            };
            text.push_str(&format!("  {verb} {}\n", shown(write.path.as_str())));
        }
        for path in &self.job.kept {
            text.push_str(&format!("  kept     {}\n", shown(path)));
        }
        if let Some(hook) = &self.job.hook {
            text.push_str(&format!("  {}\n", hook.said()));
        }
        let count = match self.job.writes.len() {
            0 => "No file was written".to_owned(),
            files => counted(files, "file", "files"),
        };
        text.push_str(&format!("\n{count} in {}", shell_word(&self.root.to_string_lossy())));
        text.push_str(". Next:\n");
        for (command, why) in self.next() {
            text.push_str(&match (why.is_empty(), command.chars().count() > WHY) {
                (true, _) => format!("  {command}\n"),
                (false, true) => format!("  # {why}:\n  {command}\n"),
                (false, false) => format!("  {command:<WHY$}  # {why}\n"),
            });
        }
        if let Some(hook) = &self.job.hook {
            text.push_str(&format!("\n{}", hook.next()));
        }
        text
    }

    /// Commands to type, each with why.
    fn next(&self) -> Vec<(String, String)> {
        let survey = self.survey;
        let mut next: Vec<(String, String)> = Vec::new();
        let mut add = |command: String, why: &str| next.push((command, why.to_owned()));
        if survey.standing == Standing::Outside {
            add("git init".to_owned(), "without a commit there is nothing to promote");
        }
        if !survey.record_ignored {
            add(ignore_command(&survey.record.path), "the run record is evidence, no part of a commit");
        }
        let paths: Vec<String> = self.job.writes.iter().take(3).map(|write| shell_word(write.path.as_str())).collect();
        let what = match (survey.untracked || survey.standing == Standing::Outside, self.job.writes.len() > 3) {
            (true, _) => ".".to_owned(),
            (false, true) => "-A".to_owned(),
            (false, false) => [paths, if survey.record_ignored { Vec::new() } else { vec![".gitignore".to_owned()] }].concat().join(" "),
        };
        if !what.is_empty() {
            add(format!("git add {what} && git commit"), "");
        }
        add("gate check".to_owned(), "how things stand; blocks nothing");
        // A hook is installed only where there is a smoke command.
        match survey.smoke.is_some() || self.job.hook.is_some() {
            true => add("gate run".to_owned(), "the smoke command; leaves the run record"),
            false => add("gate run -- CMD…".to_owned(), "your smoke command; leaves the run record"),
        }
        add("gate promote".to_owned(), "may this commit be promoted?");
        next
    }

    /// What could not be read or done, and what is not finished.
    pub(super) fn warnings(&self) -> String {
        let mut text = String::new();
        for note in &self.survey.notes {
            text.push_str(&format!("warning: {}\n", harmless(note)));
        }
        for line in &self.job.unseen {
            text.push_str(&format!("not written: {line}\n"));
        }
        if self.survey.untracked {
            text.push_str("warning: git tracks no file here yet; `gate init` went by what lies in this folder and the folders in it\n");
        }
        if self.survey.standing == Standing::Outside {
            text.push_str("warning: not a git repository: until it is one, `gate promote` cannot tell\n");
        }
        if let Some(why) = &self.job.no_hook {
            text.push_str(&format!("warning: no hook was installed: {why}\n"));
        }
        if self.asked.parts.readmes && !self.survey.has_folders {
            text.push_str("warning: no README was written: there is no folder to ask for one\n");
        }
        if self.job.writes.iter().any(|write| write.path.as_str() == WORKFLOW) && self.survey.branch.is_none() {
            text.push_str(&format!("warning: the default branch could not be told; `{WORKFLOW}` says `main`\n"));
        }
        if self.job.is_unfilled() {
            text.push_str(&format!(
                "\nNOT FINISHED: {WORKFLOW} does not say which gate it runs (`{UNFILLED}`); its jobs fail until it does:\n  \
                 gate init --github --keep --action OWNER/REPO@COMMIT\n(OWNER/REPO is where gate's source is, COMMIT the full id of the commit that you read and trust)\n"
            ));
        }
        text
    }
}

/// Why nothing was written, and the three ways on.
pub(super) fn refusal(paths: &[String]) -> String {
    let named: Vec<String> = paths.iter().map(|path| format!("`{}`", shown(path))).collect();
    let verb = if paths.len() == 1 { "exists" } else { "exist" };
    format!(
        "{} {verb} already; nothing was written\n  to see what would change: the same with --dry-run\n  \
         to replace what exists:   the same with --force\n  to keep what exists:      the same with --keep",
        named.join(", ")
    )
}
