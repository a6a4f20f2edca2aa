//! Conditions that say something else than they seem to, and settings of promote that let it pass.

use super::allowing::Judged;
use super::standing::Gate;
use super::{place, rules};
use crate::check::Met;
use crate::formats::workflow::{Condition, Job, Toggle};
use crate::pipeline::{Node, Truth, Weight, can_begin, gates_of, literal, quoted};
use crate::shown::shown;

/// Judges the conditions of promote and of what it rests on.
pub(super) fn judge(gate: &Gate<'_>, judged: &mut Judged) {
    let mut path = gate.required.clone();
    path.push(gate.promote);
    for at in path {
        let node = &gate.graph.nodes[at];
        let label = shown(&gate.graph.label(at));
        if let Some(condition) = &node.job.condition {
            always_true(node.file, condition, (&label, &node.job.id.value), judged);
        }
        if !gate.events.iter().any(|event| can_begin(&gate.graph, at, event)) {
            let line = node.job.condition.as_ref().map_or(node.job.id.line, |condition| condition.line);
            let source = node
                .job
                .condition
                .as_ref()
                .map(|condition| format!(": `if: {}` is false for every event that starts it", quoted(&condition.source)));
            let message = format!("`{label}` never runs{}", source.unwrap_or_default());
            judged.add(Met::new(&rules::NEVER_TRUE, place(node.file, line), message), Some(&node.job.id.value));
        }
        steps(gate, at, judged);
        forgiven_job(gate, at, judged);
    }
}

fn always_true(file: &str, condition: &Condition, (label, job): (&str, &str), judged: &mut Judged) {
    if condition.is_text {
        let message =
            format!("`{label}`: text stands around `${{{{ … }}}}` in `if: {}`, so that it is always true", quoted(&condition.source));
        judged.add(Met::new(&rules::ALWAYS_TRUE, place(file, condition.line), message), Some(job));
    }
}

/// The steps of a job: conditions that always hold or never do, and failures that count as successes.
fn steps(gate: &Gate<'_>, at: usize, judged: &mut Judged) {
    let node = &gate.graph.nodes[at];
    let job = node.job.id.value.as_str();
    for task in &node.tasks {
        let weight = gates_of(task);
        for step in task.layers() {
            let file = if std::ptr::eq(step, task.step) { task.file } else { node.file };
            if let Some(condition) = &step.condition {
                always_true(file, condition, (&format!("a step of {job}"), job), judged);
                if weight > Weight::Other && crate::pipeline::never_holds(node, condition) {
                    let message = format!("a step of `{}` never runs: `if: {}` is false", shown(job), quoted(&condition.source));
                    judged.add(Met::new(&rules::NEVER_TRUE, place(file, condition.line), message), Some(job));
                }
            }
            let is_promote = at == gate.promote;
            if let Some(toggle) = step.continue_on_error.as_ref().filter(|toggle| literal(toggle) != Truth::No)
                && (weight > Weight::Other || is_promote && crate::pipeline::is_guard(task))
            {
                forgiven_step(node, (file, toggle), (&task.name(), job), judged);
            }
        }
    }
}

fn forgiven_step(node: &Node<'_>, (file, toggle): (&str, &Toggle), (what, job): (&str, &str), judged: &mut Judged) {
    let when = if literal(toggle) == Truth::Yes { "" } else { " (whenever that is true)" };
    let message = format!(
        "{what} fails → its `continue-on-error: {}`{when} lets the job go on → `{}` is green",
        quoted(&toggle.source),
        shown(&node.job.id.value)
    );
    judged.add(Met::new(&rules::FORGIVEN, place(file, toggle.line), message), Some(job));
}

/// `continue-on-error` of a job that no story has told already.
fn forgiven_job(gate: &Gate<'_>, at: usize, judged: &mut Judged) {
    let node = &gate.graph.nodes[at];
    let Job { id, continue_on_error, .. } = node.job;
    let Some(toggle) = continue_on_error.as_ref().filter(|_| crate::pipeline::continues(node) != Truth::No) else { return };
    let place = place(node.file, toggle.line);
    if judged.has(rules::FORGIVEN.id, &place) {
        return;
    }
    let label = shown(&gate.graph.label(at));
    // Where the results are asked for in another way, the proof has shown that a failure is seen.
    if at == gate.promote {
        let message = format!(
            "`{label}` fails → its `continue-on-error: {}` leaves the run green, and those that need it go on",
            quoted(&toggle.source)
        );
        judged.add(Met::new(&rules::FORGIVEN, place, message), Some(&id.value));
    }
}
