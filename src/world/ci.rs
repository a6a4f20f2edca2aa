//! What CI says of the change that it runs for: where it goes, and what was there before.

use serde::Deserialize;

use super::Cx;

/// The variables in which the usual CI services name the branch that a change is to be merged into.
const TARGETS: [&str; 3] = ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "BITBUCKET_PR_DESTINATION_BRANCH"];

/// A name that CI gives, and what says so.
pub type Said = (&'static str, String);

/// What is read of a GitHub event.
#[derive(Deserialize)]
struct Event {
    before: Option<String>,
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    default_branch: Option<String>,
}

impl Cx<'_> {
    /// The branch that CI means to merge into.
    pub fn target_of_ci(&self) -> Option<Said> {
        self.first_of(&TARGETS)
    }

    /// The commit at which a merge request left its target, as GitLab has it.
    pub fn left_target_of_ci(&self) -> Option<Said> {
        self.first_of(&["CI_MERGE_REQUEST_DIFF_BASE_SHA"])
    }

    /// The main branch, as CI knows it.
    ///
    /// # Errors
    /// Why what CI wrote down cannot be read.
    pub fn main_branch_of_ci(&self) -> Result<Option<Said>, String> {
        if let Some(said) = self.first_of(&["CI_DEFAULT_BRANCH"]) {
            return Ok(Some(said));
        }
        Ok(self.event()?.and_then(|event| Some(("the event of GitHub", event.repository?.default_branch?))))
    }

    /// The commit at which the branch was before the push that CI runs for; `None`: CI runs for no push, or for one that made the branch.
    ///
    /// # Errors
    /// Why what CI wrote down cannot be read.
    pub fn pushed_onto(&self) -> Result<Option<Said>, String> {
        let is_push = self.world().env("GITHUB_EVENT_NAME").as_deref() == Some("push");
        let said = match (is_push, self.first_of(&["CI_COMMIT_BEFORE_SHA"])) {
            (true, _) => self.event()?.and_then(|event| Some(("the push event of GitHub", event.before?))),
            (false, said) => said,
        };
        // Of a branch that the push made, and of a tag, both services say zeros.
        Ok(said.filter(|(_, id)| !id.bytes().all(|byte| byte == b'0')))
    }

    /// Whether a CI service runs this.
    pub fn is_ci(&self) -> bool {
        self.first_of(&["GITHUB_ACTIONS", "GITLAB_CI", "BITBUCKET_BUILD_NUMBER"]).is_some()
    }

    fn first_of(&self, names: &[&'static str]) -> Option<Said> {
        names.iter().find_map(|name| self.world().env(name).map(|value| (*name, value)))
    }

    fn event(&self) -> Result<Option<Event>, String> {
        let Some(read) = self.world().event() else { return Ok(None) };
        let bytes = read.map_err(|error| format!("the file that GITHUB_EVENT_PATH names {error}"))?;
        let event = serde_json::from_slice(&bytes);
        event.map(Some).map_err(|error| format!("the file that GITHUB_EVENT_PATH names is no event: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::fake::Fake;

    #[test]
    fn what_was_there_before_a_push_is_what_ci_says() {
        let pushed = |variables: &[(&'static str, &str)]| {
            let mut world = Fake::new(&[]);
            world.variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            Cx::new(&world).pushed_onto().map(|said| said.map(|(_, id)| id))
        };
        let id = "1a".repeat(20);
        let event = |text: &str| pushed(&[("GITHUB_EVENT_NAME", "push"), ("GITHUB_EVENT_PATH", text)]);
        assert_eq!(event(&format!("{{\"before\":\"{id}\",\"commits\":[]}}")), Ok(Some(id.clone())));
        assert_eq!(event(&format!("{{\"before\":\"{}\"}}", "0".repeat(40))), Ok(None));
        assert_eq!(event("{}"), Ok(None));
        assert!(event("{").is_err() && event("[]").is_err() && event("{\"before\":1}").is_err());
        // An event that is no push has a `before` of its own.
        let text = format!("{{\"before\":\"{id}\"}}");
        assert_eq!(pushed(&[("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_EVENT_PATH", &text)]), Ok(None));
        assert_eq!(pushed(&[("CI_COMMIT_BEFORE_SHA", &id)]), Ok(Some(id.clone())));
        assert_eq!(pushed(&[("CI_COMMIT_BEFORE_SHA", &"0".repeat(40))]), Ok(None));
        assert_eq!(pushed(&[]), Ok(None));
    }
}
