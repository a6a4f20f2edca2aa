//! `needs` of GitHub's workflows as `toJSON(needs)` writes it: what each needed job came to.

use super::fault::Fault;
use super::json_tree::{self, Dialect};

/// A needed job and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needed {
    pub(crate) job: String,
    /// `success`, `failure`, `cancelled` or `skipped`, as it stands.
    pub(crate) result: String,
}

/// Reads `toJSON(needs)`: an object of jobs, each with its `result`.
pub(crate) fn parse(text: &str) -> Result<Vec<Needed>, Fault> {
    let root = json_tree::parse(text, Dialect::Strict)?;
    let jobs = root.as_object().ok_or_else(|| Fault::on(root.line, "an object of jobs is expected, as `toJSON(needs)` writes it"))?;
    let result = |member: &json_tree::Member<'_>| match member.node.text("result") {
        Some(result) => Ok(Needed { job: member.key.to_string(), result: result.to_owned() }),
        None => {
            Err(Fault::on(member.line, format!("`{}` has no `result`: this is not what `toJSON(needs)` writes", member.key.escape_debug())))
        }
    };
    jobs.iter().map(result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_with_what_it_came_to() {
        let read = parse("{\"a\": {\"result\": \"success\", \"outputs\": {}}, \"b\": {\"result\": \"skipped\"}}").unwrap();
        assert_eq!(
            read.iter().map(|one| (one.job.as_str(), one.result.as_str())).collect::<Vec<_>>(),
            [("a", "success"), ("b", "skipped")]
        );
        assert!(parse("{}").unwrap().is_empty());
    }

    #[test]
    fn what_is_not_needs_is_refused() {
        for text in [
            "",
            "[]",
            "null",
            "{\"a\": \"success\"}",
            "{\"a\": {}}",
            "{\"a\": {\"result\": 1}}",
            "{\"a\":{\"result\":\"success\"},\"a\":{\"result\":\"failure\"}}",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
