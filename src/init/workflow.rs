//! The workflow that `gate init --github` writes.

use std::str::FromStr;

use super::survey::Survey;
use crate::shown::shown;
use crate::world::MainBranch;

const TEMPLATE: &str = include_str!("../../templates/github.yml");

/// Where GitHub looks for workflows.
pub(crate) const PATH: &str = ".github/workflows/gate.yml";

/// What stands in a workflow that does not know its action yet.
pub(crate) const UNFILLED: &str = "OWNER/REPO/ci/action@COMMIT";

/// gate's action, at one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    repository: String,
    commit: String,
}

impl FromStr for Action {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = "write OWNER/REPO@COMMIT, with the 40 digits of a commit of gate's repository";
        let Some((repository, commit)) = text.split_once('@') else { return Err(wanted.to_owned()) };
        let plain = |part: &str| {
            let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            !part.is_empty() && part.chars().all(known) && !part.chars().all(|c| c == '.')
        };
        if !repository.split_once('/').is_some_and(|(owner, name)| plain(owner) && plain(name)) {
            return Err(wanted.to_owned());
        }
        if commit.len() != 40 || !commit.bytes().all(|b| b.is_ascii_hexdigit()) {
            let why = "a tag or branch can be moved to other code after you have read it";
            return Err(format!("`{}` is no commit, and {why}; {wanted}", shown(commit)));
        }
        Ok(Self { repository: repository.to_owned(), commit: commit.to_ascii_lowercase() })
    }
}

impl Action {
    /// As `uses:` names it.
    pub(crate) fn uses(&self) -> String {
        format!("{}/ci/action@{}", self.repository, self.commit)
    }
}

// The places of the template that are filled in, as they stand there: the template is a workflow itself, and true of most projects.
const BRANCHES: &str = "branches: [\"main\"]";
const TARGET: &str = "target main ";
const RECORD: &str = "            reports/run.json\n            reports/run.*.files\n";
const FOLDER: &str = "path: reports\n";

/// The text; without an action it says so where the action belongs.
pub(crate) fn workflow(survey: &Survey, action: Option<&Action>) -> String {
    let branch = match &survey.branch {
        MainBranch::Named(name) | MainBranch::CheckedOut(name) => name,
        MainBranch::Unknown => "main",
    };
    filled(action, branch, &survey.record.evidence.files())
}

fn filled(action: Option<&Action>, branch: &str, record: &[String]) -> String {
    let action = action.map_or_else(|| UNFILLED.to_owned(), Action::uses);
    let lines: String = record.iter().map(|path| format!("            {path}\n")).collect();
    let folder = common_folder(record);
    let values = [
        (UNFILLED, action),
        (RECORD, lines),
        (FOLDER, format!("path: {folder}\n")),
        // In quotes, for `1.10` and `true` are branches too.
        (BRANCHES, format!("branches: [\"{branch}\"]")),
        (TARGET, format!("target {branch} ")),
    ];
    values.iter().fold(TEMPLATE.to_owned(), |text, (place, value)| text.replace(place, value))
}

/// The folder that all of them lie in: what is uploaded is laid out below it.
fn common_folder(paths: &[String]) -> String {
    let folders: Vec<Vec<&str>> = paths.iter().map(|path| path.split('/').rev().skip(1).collect::<Vec<_>>()).collect();
    let mut shared: Vec<&str> = Vec::new();
    for depth in 0.. {
        let mut parts = folders.iter().map(|folder| folder.iter().rev().nth(depth));
        let Some(Some(first)) = parts.next() else { break };
        if !parts.all(|part| part == Some(first)) {
            break;
        }
        shared.push(first);
    }
    if shared.is_empty() { ".".to_owned() } else { shared.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Evidence;

    #[test]
    fn every_place_of_the_template_is_filled_in() {
        for (place, times) in [(UNFILLED, 3), (BRANCHES, 1), (TARGET, 1), (RECORD, 1), (FOLDER, 2)] {
            assert_eq!(TEMPLATE.matches(place).count(), times, "{place}");
        }
        let action = format!("acme/gate@{}", "0a".repeat(20)).parse().unwrap();
        let text = filled(Some(&action), "trunk", &["out/r.json".to_owned(), "out/r.*.files".to_owned()]);
        for left in ["OWNER/REPO", "COMMIT", "main\"]", "target main", "reports/", "path: reports"] {
            assert!(!text.contains(left), "{left}");
        }
        assert_eq!(text.matches("path: out\n").count(), 2);
        assert!(text.contains("          path: |\n            out/r.json\n            out/r.*.files\n"), "{text}");
        assert_eq!(filled(None, "main", &Evidence::default().files()), TEMPLATE, "the template is what most projects get");
    }

    #[test]
    fn a_record_is_laid_out_below_the_folder_that_its_files_share() {
        for (paths, folder) in [
            (&["reports/run.json", "reports/run.*.files"][..], "reports"),
            (&["a/b/run.json", "a/b/run.*.files", "a/c/smoke.json"], "a"),
            (&["run.json", "run.*.files"], "."),
            (&["reports/run.json", "smoke.json"], "."),
        ] {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            assert_eq!(common_folder(&paths), folder);
        }
    }

    #[test]
    fn an_action_is_named_by_its_commit() {
        let commit = "08c6903cd8c0fde910a37f88322edcfb5dd907a8";
        let action = format!("acme/gate@{commit}").parse::<Action>();
        assert_eq!(action.map(|action| action.uses()), Ok(format!("acme/gate/ci/action@{commit}")));
        for text in ["acme/gate", "acme/gate@v1", "acme/gate@main", "gate@08c6903", "a/b/c@08c6903", "../x@1", "a b/c@1"] {
            assert!(text.parse::<Action>().is_err(), "{text}");
        }
        assert!(format!("a/b/c@{commit}").parse::<Action>().is_err() && format!("./..@{commit}").parse::<Action>().is_err());
    }
}
