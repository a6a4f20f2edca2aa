//! Steps that look at the results of the needed jobs: whether they certainly fail.

use std::collections::BTreeMap;

use crate::formats::workflow::{At, Does, Templated};
use crate::shown::shown;

use super::aggregate::judge;
use super::course::{is_on_windows, templated};
use super::evaluate::Scope;
use super::graph::Node;
use super::known::action_name;
use super::script::{Given, Reads, Shell, Succeeds, can_succeed};
use super::scripts::{asks_for_needs, mentions_needs, shell_of, value_of};
use super::steps::surroundings;
use super::task::Task;
use super::value::{Text, Truth};

/// How a step that runs ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ends {
    Fails,
    MaySucceed,
    /// It reads `needs` in a way that is not followed.
    CannotTell(String),
}

/// The same of a step that is not asked unless it looks at the needed jobs: any other may succeed.
pub(crate) fn ends_by_needs(task: &Task<'_>, node: &Node<'_>, scope: &Scope, environment: &BTreeMap<String, Text>) -> Ends {
    if asks_for_needs(task) || mentions_needs(&node.job.env) { ends(task, node, scope, environment) } else { Ends::MaySucceed }
}

/// How a step ends, once it runs.
pub(crate) fn ends(task: &Task<'_>, node: &Node<'_>, scope: &Scope, environment: &BTreeMap<String, Text>) -> Ends {
    let asks = asks_for_needs(task) || mentions_needs(&node.job.env);
    let unread = |why: String| if asks { Ends::CannotTell(why) } else { Ends::MaySucceed };
    let (scope, variables) = surroundings(task, scope, environment);
    match &task.step.does {
        Does::Uses { action, with } => match action_name(&action.value).as_str() {
            "re-actors/alls-green" => alls_green(with, &scope),
            name if name.ends_with("/ci/action") && is_given(with, "command", "aggregate") => aggregated(with, &variables),
            name => unread(format!("{} is an action, and gate does not know what it makes of them", shown(name))),
        },
        // PowerShell reads the script, where no shell is named.
        Does::Run(_) if shell_of(task, node).is_none() && task.within.is_empty() && is_on_windows(node) != Truth::No => {
            unread("on Windows its script is read by PowerShell".to_owned())
        }
        Does::Run(_) => {
            let shell = match Shell::of(shell_of(task, node)) {
                Reads::Shell(shell) => shell,
                Reads::Never => return Ends::MaySucceed,
                Reads::Unclear => return unread("what its shell does with the script is not known".to_owned()),
                Reads::Other => return unread("its script is in a language that gate does not read".to_owned()),
            };
            let Some(script) = task.script() else {
                return unread("its script is not read".to_owned());
            };
            let expression = |source: &str| value_of(source, &scope);
            let given = Given { variables: &variables, expression: &expression };
            match can_succeed(script, shell, given) {
                Succeeds::No => Ends::Fails,
                Succeeds::Yes => Ends::MaySucceed,
                Succeeds::CannotTell(why) => unread(why),
            }
        }
    }
}

fn is_given(with: &[(At<String>, Templated)], name: &str, value: &str) -> bool {
    with.iter().any(|(own, text)| own.value.eq_ignore_ascii_case(name) && text.source.trim() == value)
}

/// `gate aggregate` by gate's own action: the jobs in NEEDS, the words of `args` a line each.
fn aggregated(with: &[(At<String>, Templated)], variables: &BTreeMap<String, Text>) -> Ends {
    let Some(needs) = variables.get("NEEDS") else { return Ends::CannotTell("`NEEDS` is not set in its `env:`".to_owned()) };
    let args = with.iter().find(|(name, _)| name.value.eq_ignore_ascii_case("args")).map_or("", |(_, args)| args.source.as_str());
    let words: Vec<&str> = args.lines().map(str::trim).collect();
    let may_skip = |job: &str| words.windows(2).any(|pair| pair[0] == "--allow-skipped" && pair[1].eq_ignore_ascii_case(job));
    judge(needs, &|job, result| result == "success" || result == "skipped" && may_skip(job))
}

/// The action that fails unless all jobs are green, but for those that it is told to pass over.
fn alls_green(with: &[(At<String>, Templated)], scope: &Scope) -> Ends {
    let given = |name: &str| with.iter().find(|(own, _)| own.value.eq_ignore_ascii_case(name)).map(|(_, value)| templated(value, scope));
    let list = |name: &str| -> Option<Vec<String>> {
        let text = given(name).map_or(Some(String::new()), |text| text.whole())?;
        Some(text.split([',', '\n']).map(|one| one.trim().to_lowercase()).filter(|one| !one.is_empty()).collect())
    };
    let Some(jobs) = given("jobs") else { return Ends::MaySucceed };
    let (Some(failures), Some(skips)) = (list("allowed-failures"), list("allowed-skips")) else {
        return Ends::CannotTell("what it is allowed to pass over is not known".to_owned());
    };
    if failures.iter().chain(&skips).any(|one| one.starts_with('[')) {
        return Ends::CannotTell("what it is allowed to pass over is written as JSON".to_owned());
    }
    judge(&jobs, &|job, result| {
        result == "success" || failures.contains(&job.to_lowercase()) || result == "skipped" && skips.contains(&job.to_lowercase())
    })
}
