//! Commands that no way through a script leads to.

use std::collections::{BTreeMap, BTreeSet};

use super::outside::shown_command;
use super::run::{Purpose, Runner};
use super::state::{Paths, Status};
use super::{Given, Shell, Weigh, Weight};
use crate::formats::shell::{Arm, Body, Branch, Command, Script};
use crate::pipeline::invocations::commands;
use crate::pipeline::value::Value;

/// The commands that are begun on some way: each by its line and as it is written.
pub(super) type Begun = BTreeSet<(usize, String)>;

/// A gate that never runs, in a script that can succeed without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NeverRun {
    pub(crate) line: usize,
    pub(crate) command: String,
}

/// The gates that no way leads to, whatever the values are that the script asks for; begun: on the ways with the values that are known.
pub(super) fn never_run(script: &Script, shell: Shell, begun: &Begun, weigh: Weigh<'_>) -> Vec<NeverRun> {
    if unreached(script, begun, weigh).is_empty() {
        return Vec::new();
    }
    // A value that is known may pass a gate over, and is meant so.
    let given = Given { variables: &BTreeMap::new(), expression: &|_| Value::Unknown };
    let mut runner = Runner::new(given, Purpose::Fail);
    let ends = runner.script(script, shell);
    if runner.incomplete.is_some() || ends.iter().all(|end| end.status != Status::Zero) {
        return Vec::new();
    }
    unreached(script, &runner.begun, weigh)
}

fn unreached(script: &Script, begun: &Begun, weigh: Weigh<'_>) -> Vec<NeverRun> {
    let mut found = Vec::new();
    Search { begun, weigh, found: &mut found }.script(script);
    found
}

impl Runner<'_> {
    /// Notes that a command of the script itself is begun.
    pub(super) fn begins(&mut self, command: &Command, paths: &Paths) {
        if matches!(self.purpose, Purpose::Fail) && self.nested == 0 && !paths.0.is_empty() {
            self.begun.insert((command.line, shown_command(command)));
        }
    }
}

struct Search<'s> {
    begun: &'s Begun,
    weigh: Weigh<'s>,
    found: &'s mut Vec<NeverRun>,
}

impl Search<'_> {
    fn script(&mut self, script: &Script) {
        for item in &script.items {
            let pipelines = std::iter::once(&item.first).chain(item.rest.iter().map(|(_, pipeline)| pipeline));
            pipelines.flat_map(|pipeline| &pipeline.commands).for_each(|command| self.command(command));
        }
    }

    fn command(&mut self, command: &Command) {
        match &command.body {
            Body::Simple { .. } => {
                let shown = shown_command(command);
                let is_gate = || commands(command).iter().any(|one| (self.weigh)(&one.words) == Weight::Gate);
                if !self.is_begun(command) && is_gate() {
                    self.found.push(NeverRun { line: command.line, command: shown });
                }
            }
            Body::Group(script) | Body::Subshell(script) => self.script(script),
            Body::If { branches, otherwise } => {
                for Branch { condition, body } in branches {
                    self.script(condition);
                    self.script(body);
                }
                otherwise.iter().for_each(|script| self.script(script));
            }
            Body::While { condition, body, .. } => {
                self.script(condition);
                self.script(body);
            }
            Body::For { body, .. } | Body::Count { body, .. } => self.script(body),
            Body::Case { arms, .. } => arms.iter().for_each(|Arm { body, .. }| self.script(body)),
            // One that is not called may be called in a way that is not seen here.
            Body::Function { body, .. } if self.is_begun(body) => self.command(body),
            Body::Function { .. } | Body::Test(_) | Body::Arithmetic(_) | Body::Coprocess(_) => {}
        }
    }

    fn is_begun(&self, command: &Command) -> bool {
        self.begun.contains(&(command.line, shown_command(command)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::swallowed_test::weigh;
    use super::super::{fails, succeed_test::bash};
    use super::*;

    fn dead(script: &str) -> Vec<usize> {
        let script = crate::formats::shell::parse(script).unwrap_or_else(|fault| panic!("{fault}"));
        let given = Given { variables: &BTreeMap::new(), expression: &|_| Value::Unknown };
        let (_, begun) = fails(&script, bash(None), given);
        never_run(&script, bash(None), &begun, &weigh).into_iter().map(|one| one.line).collect()
    }

    #[test]
    fn a_gate_behind_the_end_of_the_script_is_never_run() {
        for script in [
            "exit 0; pytest",
            "exec true; pytest",
            "false && pytest; true",
            "true || pytest",
            "(exit 0; pytest)",
            "if true; then exit; fi; pytest",
            "if false; then pytest; fi",
            "main() { exit 0; pytest; }; main",
            "for x in a b; do exit 0; pytest; done",
            "while false; do timeout 5 pytest; done",
        ] {
            assert_eq!(dead(script), [1], "{script}");
        }
        assert_eq!(dead("echo\nexit 0\npytest\nruff"), [3, 4]);
    }

    #[test]
    fn a_gate_that_some_way_leads_to_is_none() {
        for script in [
            "pytest",
            "[ -z \"$X\" ] && exit 0; pytest",
            "if [ \"$X\" = y ]; then pytest; else ruff; fi",
            "case $X in a) pytest;; *) ruff;; esac",
            "for x in $X; do pytest $x; done",
            "while read -r x; do pytest $x; done",
            "t() { pytest; }; export -f t; xargs -I{} bash -c t",
            "t() { pytest; }; t",
            "out=$(pytest); echo \"$out\"",
            "trap 'pytest' EXIT",
            "unknown || exit 0; pytest",
            "exit 1; pytest",
            "until pytest; do sleep 1; done",
            "pytest | tee log",
            "time pytest",
            "! pytest",
            "{ pytest; } 2>&1 | tee log",
        ] {
            assert_eq!(dead(script), [0; 0], "{script}");
        }
    }
}
