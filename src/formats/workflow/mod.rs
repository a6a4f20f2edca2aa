//! Workflows and composite actions of GitHub: text in, typed value out. What GitHub would refuse is refused.

mod action;
mod action_schema;
mod check;
mod cron;
mod events;
mod jobs;
mod matrix;
mod names;
mod needs;
mod read;
mod reading;
mod scalar;
mod schema;
mod shape;
mod steps;
mod triggers;

#[cfg(test)]
mod bad_input_test;
#[cfg(test)]
mod read_test;
#[cfg(test)]
mod variants_test;

use super::expression::{self, Expression, Piece};
use super::fault::Fault;
use super::yaml::{self, Node};

/// Reads a workflow. What is wrong with it is in the order of the text.
pub(crate) fn parse(text: &str) -> Result<Workflow, Vec<Fault>> {
    let root = tree(text)?;
    let mut reading = check::check(&root, &schema::WORKFLOW);
    let workflow = jobs::workflow(&root, &mut reading);
    reading.or(workflow)
}

/// Reads a local action.
pub(crate) fn parse_action(text: &str) -> Result<Action, Vec<Fault>> {
    let root = tree(text)?;
    let mut reading = check::check(&root, &action_schema::ACTION);
    let action = action::action(&root, &mut reading);
    reading.or(action)
}

fn tree(text: &str) -> Result<Node, Vec<Fault>> {
    let directive =
        text.lines().take_while(|line| !line.starts_with("---")).position(|line| line.starts_with('%') && line.trim_end() != "%YAML 1.2");
    if let Some(above) = directive {
        return Err(vec![Fault::on(above + 1, "a directive of YAML stands here, and readers differ on what it does")]);
    }
    match yaml::parse(text) {
        Ok(Some(root)) if !root.is_null() => Ok(root),
        Ok(_) => Err(vec![Fault::on(1, "there is nothing but comments")]),
        Err(fault) => Err(vec![fault]),
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct At<T> {
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    pub(crate) value: T,
}

/// A file of `.github/workflows`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Workflow {
    pub(crate) name: Option<At<String>>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) permissions: Option<At<Permissions>>,
    pub(crate) env: Env,
    pub(crate) defaults: Defaults,
    pub(crate) concurrency: Option<Concurrency>,
    /// In the order of the text; at least one.
    pub(crate) jobs: Vec<Job>,
    /// Of a workflow that others call: what it gives them.
    pub(crate) outputs: Vec<(At<String>, Templated)>,
}

/// An event of `on:`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trigger {
    pub(crate) event: At<String>,
    /// `branches`, `branches-ignore`, `tags`, `tags-ignore`, `paths`, `paths-ignore`, `types`, `workflows`, as they stand.
    pub(crate) filters: Vec<(At<String>, Vec<At<String>>)>,
    /// Of `workflow_dispatch` and `workflow_call`.
    pub(crate) inputs: Vec<Input>,
}

/// An input of a workflow or an action.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Input {
    pub(crate) name: At<String>,
    pub(crate) required: bool,
    /// As it stands, `false` and `0` included.
    pub(crate) default: Option<String>,
    /// `boolean`, `string`, `number`, `choice`, `environment`; an action's are strings.
    pub(crate) kind: String,
}

/// `permissions:` as it stands: `read-all`, `write-all`, or a list; an empty one gives nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Permissions {
    ReadAll,
    WriteAll,
    Each(Vec<(At<String>, At<String>)>),
}

/// `env:`; an expression in place of the whole mapping is `Unknown`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Env {
    Each(Vec<(At<String>, Templated)>),
    Unknown,
}

/// `defaults.run`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Defaults {
    pub(crate) shell: Option<At<String>>,
    pub(crate) working_directory: Option<At<String>>,
}

/// `concurrency:`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Concurrency {
    pub(crate) group: Templated,
    pub(crate) cancel_in_progress: Option<Toggle>,
}

/// A text that may hold expressions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Templated {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// As it stands.
    pub(crate) source: String,
    pub(crate) pieces: Vec<Piece>,
}

/// `true`, `false`, or an expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Toggle {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// As it stands.
    pub(crate) source: String,
    pub(crate) value: Switch,
}

/// What a [`Toggle`] says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Switch {
    Is(bool),
    Asks(Expression),
}

/// `if:` of a job or a step, compiled as GitHub compiles it: without a status function it is `success() && ( … )`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// As it stands.
    pub(crate) source: String,
    pub(crate) compiled: Expression,
    /// A status function (`success`, `failure`, `always`, `cancelled`) is called in it as written.
    pub(crate) asks_status: bool,
    /// Text stands around `${{ … }}`, so that GitHub makes a text of it: always true.
    pub(crate) is_text: bool,
}

/// One job.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Job {
    pub(crate) id: At<String>,
    pub(crate) name: Option<Templated>,
    pub(crate) needs: Vec<At<String>>,
    /// The labels of its runner, without the name of a group.
    pub(crate) runs_on: Vec<Templated>,
    pub(crate) condition: Option<Condition>,
    pub(crate) continue_on_error: Option<Toggle>,
    pub(crate) permissions: Option<At<Permissions>>,
    /// The name of a deployment environment.
    pub(crate) environment: Option<Templated>,
    pub(crate) concurrency: Option<Concurrency>,
    pub(crate) env: Env,
    pub(crate) defaults: Defaults,
    pub(crate) matrix: Option<Matrix>,
    pub(crate) outputs: Vec<(At<String>, Templated)>,
    /// It calls a workflow and gives it secrets.
    pub(crate) passes_secrets: bool,
    pub(crate) work: Work,
}

/// What a job does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Work {
    Steps(Vec<Step>),
    /// `uses:` of a reusable workflow.
    Call {
        workflow: At<String>,
        with: Vec<(At<String>, Templated)>,
    },
}

/// `strategy.matrix`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Matrix {
    /// Every leg with its values; never none. A value is a literal: `Null`, `Bool`, `Number` or `Text`.
    Legs(Vec<Vec<(String, expression::Node)>>),
    /// An expression has a part in it, a value is a list or a mapping, or it is too large to be written out.
    Unknown,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    /// Where it begins.
    pub(crate) line: usize,
    pub(crate) id: Option<At<String>>,
    pub(crate) name: Option<Templated>,
    pub(crate) condition: Option<Condition>,
    pub(crate) continue_on_error: Option<Toggle>,
    pub(crate) env: Env,
    pub(crate) does: Does,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Does {
    Run(Run),
    /// `uses:`; where an expression stands in place of the whole `with`, it is one value with an empty name.
    Uses {
        action: At<String>,
        with: Vec<(At<String>, Templated)>,
    },
}

/// `run:`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Run {
    pub(crate) script: Templated,
    /// The line of the file on which line 1 of the script stands.
    pub(crate) first_line: usize,
    /// A literal block (`|`): line n of the script is n - 1 lines below `first_line`. Else only the first line is known.
    pub(crate) line_by_line: bool,
    pub(crate) shell: Option<At<String>>,
    pub(crate) working_directory: Option<Templated>,
}

/// A local action: `action.yml` or `action.yaml`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Action {
    pub(crate) inputs: Vec<Input>,
    /// Of a composite action; none: it is a program (JavaScript, a container).
    pub(crate) steps: Option<Vec<Step>>,
}
