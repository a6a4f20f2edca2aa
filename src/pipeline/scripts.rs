//! What the steps of a job run: their commands, and what becomes of a failure.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::formats::expression::{Expression, Piece, parse, places::STEP_TEXT};
use crate::formats::shell::{Body, Script, Word, commands_of};
use crate::formats::workflow::{Condition, Does, Env, Run, Step, Templated};
use crate::shown::shown;

use super::course::{environment, is_on_windows};
use super::evaluate::{Scope, UNKNOWN, evaluate, text_of, truth};
use super::graph::Node;
use super::invocations::Invocation;
use super::known::Words;
use super::known::gates::{is_judging_action, is_preparing_action, weigh};
use super::pwsh;
use super::script::{Given, NeverRun, PassedOver, Reads, Shell, Swallowed, Weight, fails_at_all, passed_over, swallowed};
use super::steps::surroundings;
use super::story::quoted;
use super::task::{Layer, Task};
use super::value::{Truth, Value};

impl Task<'_> {
    /// What the step is called in a message.
    pub(crate) fn name(&self) -> String {
        if let Some(name) = &self.step.name {
            return format!("step `{}`", quoted(&name.source));
        }
        match &self.step.does {
            Does::Uses { action, .. } => format!("step `{}`", quoted(&action.value)),
            Does::Run(run) => {
                let first = run.script.source.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
                format!("step `{}`", shown(first.unwrap_or_default()))
            }
        }
    }

    /// Its script, where it has one that was read.
    pub(crate) fn script(&self) -> Option<&Script> {
        self.own.as_ref()?.script.as_ref().ok()
    }
}

/// The script of a step as it is read; none: it is one of another language.
pub(crate) fn text_read<'r>(run: &'r Run, shell: Option<&str>, inputs: &Value) -> Option<Cow<'r, str>> {
    match Shell::of(shell) {
        Reads::Shell(_) | Reads::Never | Reads::Unclear => Some(filled(run, inputs)),
        Reads::Other => None,
    }
}

/// The script with the inputs that are known in their places, as the shell gets it: `run: ${{ inputs.command }}`.
fn filled<'r>(run: &'r Run, inputs: &Value) -> Cow<'r, str> {
    let asks = |piece: &Piece| matches!(piece, Piece::Expression(expression) if expression.mentions_context("inputs"));
    if *inputs == Value::Unknown || !run.script.pieces.iter().any(asks) {
        return Cow::Borrowed(&run.script.source);
    }
    let scope = Scope { contexts: BTreeMap::from([("inputs".to_owned(), inputs.clone())]), status: UNKNOWN };
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Expression(expression) => {
            text_of(&evaluate(expression, &scope)).whole().unwrap_or_else(|| format!("${{{{ {expression} }}}}"))
        }
    };
    Cow::Owned(run.script.pieces.iter().map(piece).collect())
}

/// `shell:` of a step, else of its job, else of its workflow.
pub(crate) fn shell_of<'w>(task: &Task<'w>, node: &Node<'w>) -> Option<&'w str> {
    let Does::Run(run) = &task.step.does else { return None };
    let own = run.shell.as_ref();
    if !task.within.is_empty() {
        return own.map(|shell| shell.value.as_str());
    }
    own.or(node.job.defaults.shell.as_ref()).or(node.workflow.defaults.shell.as_ref()).map(|shell| shell.value.as_str())
}

/// The line of the file on which a line of the step's script stands.
pub(crate) fn line_in(task: &Task<'_>, line: usize) -> usize {
    match &task.step.does {
        Does::Run(run) if run.line_by_line => run.first_line + line.saturating_sub(1),
        Does::Run(run) => run.first_line,
        Does::Uses { action, .. } => action.line,
    }
}

/// A command as it may be shown.
pub(crate) fn spoken(words: &Words) -> String {
    words.iter().map(|word| word.as_deref().unwrap_or("…")).collect::<Vec<_>>().join(" ")
}

/// The heaviest thing that a step does.
pub(crate) fn weight_of(task: &Task<'_>) -> Weight {
    let commands = task.commands().iter().map(|one| weigh(&one.words)).max().unwrap_or(Weight::Other);
    match &task.step.does {
        Does::Uses { action, .. } if is_judging_action(&action.value) => Weight::Gate,
        Does::Uses { .. } | Does::Run(_) => commands,
    }
}

/// Whether a step decides: it runs `gate promote`.
pub(crate) fn decides(task: &Task<'_>) -> bool {
    let is_promote = |words: &Words| {
        let at = words.iter().position(|word| word.as_deref().is_some_and(|word| word.rsplit('/').next() == Some("gate") || word == "--"));
        at.is_some_and(|at| words.get(at + 1).and_then(Option::as_deref) == Some("promote"))
    };
    match &task.step.does {
        Does::Run(_) => task.commands().iter().any(|one| is_promote(&one.words)),
        Does::Uses { action, with } => {
            let is_ours = action.value.split('@').next().is_some_and(|name| name.ends_with("/ci/action"));
            is_ours && with.iter().all(|(name, value)| name.value != "command" || value.source.trim() == "promote")
        }
    }
}

/// Whether a step only prepares or keeps things.
pub(crate) fn prepares(task: &Task<'_>) -> bool {
    matches!(&task.step.does, Does::Uses { action, .. } if is_preparing_action(&action.value))
}

/// Whether anything that a job asks or runs reads the `github` context, or what the caller gives.
pub(crate) fn mentions_github(node: &Node<'_>) -> bool {
    let reads = |text: &str| text.contains("github") || text.contains("inputs");
    let in_env = |env: &Env| match env {
        Env::Each(pairs) => pairs.iter().any(|(_, value)| reads(&value.source)),
        Env::Unknown => true,
    };
    let in_step = |step: &Step| {
        step.condition.as_ref().is_some_and(|condition| reads(&condition.source))
            || in_env(&step.env)
            || match &step.does {
                Does::Run(run) => reads(&run.script.source),
                Does::Uses { with, .. } => with.iter().any(|(_, value)| reads(&value.source)),
            }
    };
    node.job.condition.as_ref().is_some_and(|condition| reads(&condition.source))
        || in_env(&node.job.env)
        || in_env(&node.workflow.env)
        || node.tasks.iter().any(|task| task.layers().any(|layer| in_step(layer.step)))
}

/// Whether a step is there to look at the results of other jobs.
pub(crate) fn is_guard(task: &Task<'_>) -> bool {
    asks_for_needs(task)
}

/// Whether a step, or its condition, reads `needs`.
pub(crate) fn asks_for_needs(task: &Task<'_>) -> bool {
    let reads = |expression: &Expression| expression.mentions_context("needs");
    task.layers().any(|Layer { step, .. }| {
        step.condition.as_ref().is_some_and(|condition| reads(&condition.compiled))
            || mentions_needs(&step.env)
            || texts_of(step).flat_map(expressions).any(reads)
    })
}

/// What a step is given to do: its script, or what stands in its `with:`.
pub(super) fn texts_of(step: &Step) -> impl Iterator<Item = &Templated> {
    let (script, with) = match &step.does {
        Does::Run(run) => (Some(&run.script), [].as_slice()),
        Does::Uses { with, .. } => (None, with.as_slice()),
    };
    script.into_iter().chain(with.iter().map(|(_, value)| value))
}

/// The expressions in a text.
pub(super) fn expressions(text: &Templated) -> impl Iterator<Item = &Expression> {
    text.pieces.iter().filter_map(|piece| if let Piece::Expression(expression) = piece { Some(expression) } else { None })
}

/// Whether the condition of a step reads what earlier steps came to.
pub(crate) fn asks_for_steps(task: &Task<'_>) -> bool {
    task.layers().filter_map(|layer| layer.step.condition.as_ref()).any(|condition| condition.compiled.mentions_context("steps"))
}

/// Whether a step lets a needed job be skipped, by its id: `--allow-skipped docs`, `allowed-skips: docs`.
pub(crate) fn allows_skip(task: &Task<'_>, job: &str) -> bool {
    let is_job = |word: &str| word.eq_ignore_ascii_case(job);
    let follows = |words: &Words| {
        words.windows(2).any(|pair| pair[0].as_deref() == Some("--allow-skipped") && pair[1].as_deref().is_some_and(is_job))
            || words.iter().flatten().filter_map(|word| word.strip_prefix("--allow-skipped=")).any(is_job)
    };
    match &task.step.does {
        Does::Run(_) => task.commands().iter().any(|one| follows(&one.words)),
        Does::Uses { with, .. } => with.iter().any(|(name, value)| {
            let words: Vec<&str> = value.source.split([',', '\n', ' ']).map(str::trim).collect();
            match name.value.to_lowercase().as_str() {
                "allowed-skips" => words.iter().any(|word| is_job(word)),
                "args" => words.windows(2).any(|pair| pair[0] == "--allow-skipped" && is_job(pair[1])),
                _ => false,
            }
        }),
    }
}

/// Whether an `env:` takes something from `needs`; one that nobody can read may.
pub(crate) fn mentions_needs(env: &Env) -> bool {
    let in_text = |text: &Templated| expressions(text).any(|expression| expression.mentions_context("needs"));
    match env {
        Env::Each(pairs) => pairs.iter().any(|(_, value)| in_text(value)),
        Env::Unknown => true,
    }
}

/// What becomes of a failure in a step.
pub(crate) enum Failures {
    /// An action: it fails as it likes. One that only prepares judges nothing.
    Action { prepares: bool },
    /// PowerShell: commands that judge, and whose failure a later one hides.
    Pwsh { hidden: Vec<Invocation> },
    /// Its shell does not run the script.
    NotRun { shell: String },
    /// Its script is not read.
    Unread { line: usize, why: String },
    Script {
        swallowed: Vec<Swallowed>,
        passed_over: Vec<PassedOver>,
        never_run: Vec<NeverRun>,
        /// Whether a failure of it can be seen at all.
        fails: bool,
        /// Why not all of its paths were followed.
        incomplete: Option<String>,
    },
}

/// What a step makes of the failures of its commands.
pub(crate) fn failures_of(task: &Task<'_>, node: &Node<'_>) -> Failures {
    let run = match &task.step.does {
        Does::Run(run) => run,
        Does::Uses { action, .. } => return Failures::Action { prepares: is_preparing_action(&action.value) },
    };
    let named = shell_of(task, node);
    let windows = if named.is_none() && task.within.is_empty() { is_on_windows(node) } else { Truth::No };
    let hidden = || pwsh::hidden(&run.script.source);
    if windows == Truth::Yes || named.is_some_and(is_pwsh) {
        return Failures::Pwsh { hidden: hidden() };
    }
    let shell = match Shell::of(named) {
        Reads::Shell(shell) => shell,
        Reads::Never => return Failures::NotRun { shell: named.unwrap_or_default().to_owned() },
        Reads::Unclear => {
            let why = format!("what `shell: {}` does with it is not known", shown(named.unwrap_or_default()));
            return Failures::Unread { line: run.first_line, why };
        }
        Reads::Other => {
            let why = format!("`shell: {}` is none that gate reads", shown(named.unwrap_or_default()));
            return Failures::Unread { line: run.first_line, why };
        }
    };
    match task.own.as_ref().map(|read| &read.script) {
        Some(Ok(script)) if windows == Truth::No => of_script(script, shell, (task, node)),
        // The same script, run by bash in some legs and by PowerShell in others.
        Some(Ok(_)) if !hidden().is_empty() => Failures::Pwsh { hidden: hidden() },
        Some(Ok(script)) => of_script(script, shell, (task, node)),
        Some(Err(_)) if windows != Truth::No => Failures::Pwsh { hidden: hidden() },
        Some(Err(fault)) => Failures::Unread { line: line_in(task, fault.line), why: fault.message.clone() },
        None => Failures::Unread { line: run.first_line, why: "it is no shell script".to_owned() },
    }
}

/// Whether `shell:` names PowerShell.
fn is_pwsh(shell: &str) -> bool {
    shell.split_whitespace().next().is_some_and(|word| ["pwsh", "powershell"].contains(&word))
}

fn of_script(script: &Script, shell: Shell, (task, node): (&Task<'_>, &Node<'_>)) -> Failures {
    let scope = Scope { contexts: BTreeMap::new(), status: UNKNOWN };
    let around = environment(node, &scope);
    let (scope, variables) = surroundings(task, &scope, &around);
    let expression = |source: &str| value_of(source, &scope);
    let given = Given { variables: &variables, expression: &expression };
    let (eaten, passed) = (swallowed(script, shell, given, &weigh), passed_over(script, shell, given, &weigh));
    let (fails, never_run) = fails_at_all(script, shell, given, &weigh);
    Failures::Script {
        fails,
        never_run,
        incomplete: eaten.incomplete.or(passed.incomplete),
        swallowed: eaten.found,
        passed_over: passed.found,
    }
}

/// What `${{ … }}` in a script comes to.
pub(crate) fn value_of(source: &str, scope: &Scope) -> Value {
    parse(source, &STEP_TEXT).map_or(Value::Unknown, |expression| evaluate(&expression, scope))
}

/// A variable that a script sets.
pub(crate) struct Assigned {
    pub(crate) name: String,
    /// None: it is not known.
    pub(crate) value: Option<String>,
    /// Of the script.
    pub(crate) line: usize,
}

/// The variables that a script sets for itself or for later steps.
pub(crate) fn assigned(task: &Task<'_>) -> impl Iterator<Item = Assigned> {
    let mut found = Vec::new();
    if let Some(script) = task.script() {
        commands_of(script, &mut |command| {
            let Body::Simple { assignments, words } = &command.body else { return };
            let own = assignments.iter().map(|one| (one.name.clone(), one.value.plain()));
            // `export A=b`, `echo A=b >> "$GITHUB_ENV"`
            let named = words.iter().filter_map(Word::plain).filter_map(|word| {
                let (name, value) = word.split_once('=')?;
                Some((name.to_owned(), Some(value.to_owned())))
            });
            found.extend(own.chain(named).map(|(name, value)| Assigned { name, value, line: command.line }));
        });
    }
    found.into_iter()
}

/// Whether a condition asks whether files are there.
pub(crate) fn asks_for_files(condition: &Condition) -> bool {
    condition.compiled.calls("hashfiles")
}

/// Whether an expression asks for a property of one of these names.
pub(crate) fn asks_one_of(expression: &Expression, names: &[&str]) -> bool {
    expression.each().filter_map(Expression::member).any(|(_, name)| names.contains(&name.to_ascii_lowercase().as_str()))
}

/// Whether a condition is false whatever is asked.
pub(crate) fn never_holds(node: &Node<'_>, condition: &Condition) -> bool {
    let mut scope = Scope { contexts: BTreeMap::new(), status: UNKNOWN };
    scope.contexts.insert("inputs".to_owned(), node.inputs.clone());
    truth(&evaluate(&condition.compiled, &scope)) == Truth::No
}
