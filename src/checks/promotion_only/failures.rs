//! What the scripts of promote, and of what it rests on, make of a failure.

use super::allowing::Judged;
use super::standing::Promotion;
use super::{place, rules};
use crate::check::Met;
use crate::formats::workflow::Step;
use crate::pipeline::{
    About, Failures, How, Layer, NeverRun, Node, PassedOver, Swallowed, Task, Truth, Weight, asks_for_files, failures_of, line_in, literal,
    never_holds, quoted, spoken, weight_of,
};
use crate::shown::shown;

/// Judges every script on the way to promote.
pub(super) fn judge(promotion: &Promotion<'_>, judged: &mut Judged) {
    for (at, node) in promotion.on_the_way() {
        let job = node.job.id.value.as_str();
        let mut can_fail = node.tasks.is_empty();
        for task in &node.tasks {
            // A failure that is forgiven, or that cannot come, fails nothing.
            let counts = counts(task, node);
            match failures_of(task, node) {
                Failures::Action { prepares } => can_fail |= counts && !prepares,
                Failures::Pwsh { hidden } => {
                    can_fail |= counts;
                    for one in &hidden {
                        let at = place(task.file, line_in(task, one.line));
                        let message = format!(
                            "`{}` fails → PowerShell asks only for the last command of a step → the step is green",
                            shown(&spoken(&one.words))
                        );
                        judged.add(Met::new(&rules::LAUNDERED, at, message), Some(job));
                    }
                }
                Failures::NotRun { shell } => {
                    if weight_of(task) > Weight::Other {
                        let message = format!("`shell: {}` does not run the script → {} is green", shown(&shell), task.name());
                        judged.add(Met::new(&rules::FAIL_OPEN, place(task.file, line_in(task, 1)), message), Some(job));
                    }
                }
                Failures::Unread { line, why } => {
                    can_fail |= counts;
                    let message = format!("{} of `{}` is not read: {why}", task.name(), shown(job));
                    judged.add(Met::new(&rules::UNREAD, place(task.file, line), message), Some(job));
                }
                Failures::Script { swallowed, passed_over, never_run, fails, incomplete } => {
                    can_fail |= counts && fails;
                    if let Some(why) = incomplete {
                        let message = format!("{} of `{}` was not followed to its end: {why}", task.name(), shown(job));
                        judged.add(Met::new(&rules::UNREAD, place(task.file, line_in(task, 1)), message), Some(job));
                    }
                    thrown_away((task, job), &swallowed, judged);
                    not_run((task, job), (&passed_over, &never_run), judged);
                }
            }
            missing_file(task, job, judged);
        }
        if !can_fail {
            let message = format!("nothing in `{}` can fail it: whatever happens there, it succeeds", shown(&promotion.graph.label(at)));
            judged.add(Met::new(&rules::CANNOT_FAIL, place(node.file, node.job.id.line), message), Some(job));
        }
    }
}

/// Commands whose failure does not fail their step.
fn thrown_away((task, job): (&Task<'_>, &str), swallowed: &[Swallowed], judged: &mut Judged) {
    for one in swallowed {
        let at = place(task.file, line_in(task, one.how_line));
        let message = format!("`{}` fails → {} → the step is green", shown(&one.command), told(&one.how));
        judged.add(Met::new(&rules::LAUNDERED, at, message), Some(job));
    }
}

/// Tests that a question passes over, and those that no way leads to.
fn not_run((task, job): (&Task<'_>, &str), (passed_over, never_run): (&[PassedOver], &[NeverRun]), judged: &mut Judged) {
    for one in passed_over {
        let at = place(task.file, line_in(task, one.asked_line));
        let answer = if one.about == About::ValueHolds { "yes" } else { "no" };
        let message = format!("`{}` says {answer} → `{}` is not run → the step is green", shown(&one.asked), shown(&one.command));
        judged.add(Met::new(&rules::FAIL_OPEN, at, message), Some(job));
    }
    for one in never_run {
        let message = format!("no way through the script leads to `{}`: it is not run → the step is green", shown(&one.command));
        judged.add(Met::new(&rules::FAIL_OPEN, place(task.file, line_in(task, one.line)), message), Some(job));
    }
}

/// Whether a failure of a step can fail its job.
fn counts(task: &Task<'_>, node: &Node<'_>) -> bool {
    let is_forgiven = |step: &Step| step.continue_on_error.as_ref().is_some_and(|toggle| literal(toggle) != Truth::No);
    let never_runs = |step: &Step| step.condition.as_ref().is_some_and(|condition| never_holds(node, condition));
    !task.layers().any(|layer| is_forgiven(layer.step) || never_runs(layer.step))
}

/// `if: hashFiles('tests/**') != ''` on a step that judges.
fn missing_file(task: &Task<'_>, job: &str, judged: &mut Judged) {
    if weight_of(task) != Weight::Gate {
        return;
    }
    let mut conditions = task.layers().filter_map(|Layer { file, step }| step.condition.as_ref().map(|condition| (file, condition)));
    if let Some((file, condition)) = conditions.find(|(_, condition)| asks_for_files(condition)) {
        let message = format!("`if: {}` finds no file → {} is not run → the job is green", quoted(&condition.source), task.name());
        judged.add(Met::new(&rules::FAIL_OPEN, place(file, condition.line), message), Some(job));
    }
}

/// What ate a failure, in a few words.
fn told(how: &How) -> String {
    match how {
        How::OrTrue(right) => format!("`|| {}` makes a success of it", shown(right)),
        How::NoErrexit => "the script goes on, and what comes later decides".to_owned(),
        How::NotLastOfPipe => "only the last command of a pipe counts, as `pipefail` is not set".to_owned(),
        How::Background => "it runs in the background, and nobody waits for it".to_owned(),
        How::Waited => "it runs in the background, and `wait` without its number does not ask how it ended".to_owned(),
        How::Condition => "it was only a question, and the answer no is no failure".to_owned(),
        How::AndList => "left of `&&` a failure does not end the script".to_owned(),
        How::Negated => "`!` turns it into a success".to_owned(),
        How::Substitution => "in a substitution its exit code is lost".to_owned(),
        How::Trap => "the trap ends the script with 0".to_owned(),
        How::ExitZero => "`exit 0` ends the script".to_owned(),
        How::Suppressed => "`set -e` has no effect there, as it is part of a condition".to_owned(),
        How::Other => "its exit code is not looked at".to_owned(),
    }
}
