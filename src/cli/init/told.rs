//! What `gate init` tells: what it wrote, what is next, what it could not do.

use super::{Asked, Job, SmokeCommand};
use crate::init::{Standing, Survey, UNFILLED, WORKFLOW};
use crate::shown::{counted, harmless, shell_word, shown};
use crate::world::MainBranch;
use crate::world::disk::Place;

/// The column that says why a command is next.
const WHY: usize = 40;

pub(super) struct Told<'a> {
    pub(super) asked: &'a Asked,
    pub(super) survey: &'a Survey,
    pub(super) job: &'a Job,
    pub(super) place: &'a Place,
}

impl Told<'_> {
    pub(super) fn to_text(&self) -> String {
        let mut text = format!("gate init · {}\n\n", harmless(&self.survey.in_short()));
        for write in &self.job.writes {
            text.push_str(&format!("  {} {}\n", write.verb.name(), shown(write.path.as_str())));
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
        text.push_str(&format!("\n{count} in {}", shell_word(&self.place.root.to_string_lossy())));
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
        if !self.place.is_here() {
            add(format!("cd {}", shell_word(&self.place.root.to_string_lossy())), "where all of this is typed");
        }
        if survey.standing == Standing::Outside {
            add("git init".to_owned(), "without a commit there is nothing to promote");
        }
        if let Some(command) = &survey.ignore {
            add(command.clone(), "the run record is evidence, no part of a commit");
        }
        self.commit().into_iter().for_each(|command| add(command, ""));
        add("gate check".to_owned(), "how things stand; blocks nothing");
        // A hook is installed only where there is a smoke command.
        match survey.smoke.is_some() || self.job.hook.is_some() {
            true => add("gate run".to_owned(), "the smoke command; leaves the run record"),
            false => add("gate run -- CMD…".to_owned(), "your smoke command; leaves the run record"),
        }
        add("gate promote".to_owned(), "may this commit be promoted?");
        next
    }

    /// The commands that commit what was written, and nothing that was there before.
    fn commit(&self) -> Vec<String> {
        let survey = self.survey;
        if survey.untracked || survey.standing == Standing::Outside {
            return vec!["git add . && git commit".to_owned()];
        }
        let written = self.job.writes.iter().map(|write| shell_word(write.path.as_str()));
        let paths: Vec<String> = written.chain(survey.ignore.as_ref().map(|_| ".gitignore".to_owned())).collect();
        add_and_commit(&paths)
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
        for line in &self.job.left {
            text.push_str(&format!("warning: {}\n", harmless(line)));
        }
        if self.asked.parts.readmes && !self.survey.has_folders {
            text.push_str("warning: no README was written: there is no folder to ask for one\n");
        }
        text.push_str(&self.of_workflow());
        text
    }

    /// What the workflow lacks, whether it was written or kept.
    fn of_workflow(&self) -> String {
        let mut text = String::new();
        if self.job.made_workflow() {
            text.push_str(&match &self.survey.branch {
                MainBranch::Named(_) => String::new(),
                MainBranch::CheckedOut(name) => format!(
                    "warning: `{WORKFLOW}` says `{name}`, which is the branch that is checked out; if the main branch is another, edit it there\n"
                ),
                MainBranch::Unknown => format!("warning: the main branch could not be told; `{WORKFLOW}` says `main`\n"),
            });
        }
        if self.job.made_workflow() && self.job.smoke == SmokeCommand::None {
            text.push_str(&format!("warning: the job `smoke` of `{WORKFLOW}` fails until `[run] smoke` in gate.toml names a command\n"));
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

/// The width of a screen, less the indentation of what is next.
const WIDTH: usize = 78;

/// `git add` over as many lines as the paths need, then the commit; nothing where there is no path.
fn add_and_commit(paths: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for path in paths {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + path.chars().count() <= WIDTH) {
            Some(line) => line.push_str(&format!(" {path}")),
            None => lines.push(format!("git add {path}")),
        }
    }
    let commit = "git commit";
    match lines.as_mut_slice() {
        [] => {}
        [one] if one.chars().count() + " && ".len() + commit.len() <= WIDTH => one.push_str(&format!(" && {commit}")),
        _ => lines.push(commit.to_owned()),
    }
    lines
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_named_and_no_line_is_wider_than_a_screen() {
        let paths = |count: usize| (0..count).map(|i| format!("engine/part_{i}/README.md")).collect::<Vec<_>>();
        assert_eq!(add_and_commit(&[]), [""; 0]);
        assert_eq!(add_and_commit(&paths(1)), ["git add engine/part_0/README.md && git commit"]);
        let lines = add_and_commit(&paths(9));
        assert!(lines.iter().all(|line| line.len() <= WIDTH) && lines.last().is_some_and(|last| last == "git commit"), "{lines:?}");
        assert_eq!(lines.concat().matches("README.md").count(), 9);
        assert_eq!(add_and_commit(&["x".repeat(100)]).len(), 2);
    }
}
