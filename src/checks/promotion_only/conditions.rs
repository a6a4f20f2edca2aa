//! Conditions that say something else than they seem to, and settings of promote that let it pass.

use super::allowing::Judged;
use super::required::started;
use super::standing::Promotion;
use super::{place, rules};
use crate::check::Met;
use crate::formats::workflow::{Condition, Job, Toggle};
use crate::pipeline::{
    Event, Layer, Node, State, Task, Truth, Weight, certain, continues, courses, decides, forgiven_is_green, is_guard, literal, may_begin,
    never_holds, prepares, quoted, weight_of,
};
use crate::shown::shown;

/// Judges the conditions of promote and of what it rests on.
pub(super) fn judge(promotion: &Promotion<'_>, judged: &mut Judged) {
    let courses = courses(&promotion.graph, &promotion.events);
    for (at, node) in promotion.on_the_way() {
        let label = shown(&promotion.graph.label(at));
        if let Some(condition) = &node.job.condition {
            always_true(node.file, condition, (&format!("`{label}`"), &node.job.id.value), judged);
        }
        let begins = || courses.iter().filter(|(_, states)| may_begin(states, at));
        if begins().next().is_none() {
            // Of a called job the proof tells it.
            if node.caller.is_none() {
                never(node, &label, judged);
            }
        } else if let Some(met) = begins().find_map(|(event, states)| nothing_judged(promotion, at, (event, states))) {
            judged.add(met, Some(&node.job.id.value));
        }
        steps(promotion, (at, &courses), judged);
        forgiven_job(promotion, at, judged);
    }
}

/// A job that no event lets begin.
fn never(node: &Node<'_>, label: &str, judged: &mut Judged) {
    let line = node.job.condition.as_ref().map_or(node.job.id.line, |condition| condition.line);
    let source = node.job.condition.as_ref().map(|condition| quoted(&condition.source));
    let why = source.map(|source| format!(": `if: {source}` is false for every event that starts it")).unwrap_or_default();
    let message = format!("`{label}` never runs{why}");
    judged.add(Met::new(&rules::NEVER_TRUE, place(node.file, line), message), Some(&node.job.id.value));
}

/// A job of which no step that judges certainly runs on an event: then it is green and has looked at nothing.
fn nothing_judged(promotion: &Promotion<'_>, at: usize, (event, states): (&Event, &[State])) -> Option<Met> {
    let node = &promotion.graph.nodes[at];
    let judging = judging(node, at == promotion.promote);
    let first = *judging.first()?;
    let runs = certain(&promotion.graph, at, states, (event, &judging));
    let is_promote = at == promotion.promote;
    let rule = match runs {
        Truth::Yes => return None,
        Truth::Maybe if !is_promote => &rules::MAY_BE_SKIPPED,
        Truth::Maybe | Truth::No => &rules::NOTHING_RAN,
    };
    let task = &node.tasks[first];
    // Without an `if:` of its own a step is skipped only after a failure.
    let (file, condition) = task.layers().find_map(|Layer { file, step }| step.condition.as_ref().map(|condition| (file, condition)))?;
    let how = if runs == Truth::No { "is not met" } else { "is not always met" };
    let message = format!(
        "{} → `if: {}` {how} → {} is not run → `{}` is green and has judged nothing",
        started(event, &promotion.graph),
        quoted(&condition.source),
        task.name(),
        shown(&promotion.graph.label(at))
    );
    Some(Met::new(rule, place(file, condition.line), message))
}

/// The steps of a job that judge: in promote those that run `gate promote`, where there is one.
fn judging(node: &Node<'_>, is_promote: bool) -> Vec<usize> {
    let all = |is: &dyn Fn(&Task<'_>) -> bool| -> Vec<usize> {
        node.tasks.iter().enumerate().filter(|(_, task)| is(task)).map(|(number, _)| number).collect()
    };
    let deciding = all(&decides);
    if is_promote && !deciding.is_empty() {
        return deciding;
    }
    let heavy = all(&|task| weight_of(task) == Weight::Gate);
    if heavy.is_empty() { all(&|task| weight_of(task) == Weight::Script) } else { heavy }
}

fn always_true(file: &str, condition: &Condition, (label, job): (&str, &str), judged: &mut Judged) {
    if condition.is_text {
        let source = quoted(&condition.source);
        let message = if is_ended_by_a_line_break(&condition.source) {
            format!("{label}: a line break stands behind `{source}` in its `if:`, and a text is always true")
        } else {
            format!("{label}: text stands around `${{{{ … }}}}` in `if: {source}`, and a text is always true")
        };
        judged.add(Met::new(&rules::ALWAYS_TRUE, place(file, condition.line), message), Some(job));
    }
}

/// Whether nothing but the line break of a block stands around the one `${{ … }}` of a condition.
fn is_ended_by_a_line_break(source: &str) -> bool {
    let text = source.trim_end();
    source.ends_with('\n') && text.starts_with("${{") && text.ends_with("}}") && text.matches("${{").count() == 1
}

/// The steps of a job: conditions that always hold or never do, and failures that count as successes.
fn steps(promotion: &Promotion<'_>, (at, courses): (usize, &[(&Event, Vec<State>)]), judged: &mut Judged) {
    let node = &promotion.graph.nodes[at];
    let job = node.job.id.value.as_str();
    for (number, task) in node.tasks.iter().enumerate() {
        let weight = weight_of(task);
        for Layer { file, step } in task.layers() {
            if let Some(condition) = &step.condition {
                always_true(file, condition, (&format!("a step of `{}`", shown(job)), job), judged);
                if weight > Weight::Other && never_holds(node, condition) {
                    let message = format!("a step of `{}` never runs: `if: {}` is false", shown(job), quoted(&condition.source));
                    judged.add(Met::new(&rules::NEVER_TRUE, place(file, condition.line), message), Some(job));
                }
            }
            let counts = weight > Weight::Other || is_guard(task) || at == promotion.promote && !prepares(task);
            if let Some(toggle) = step.continue_on_error.as_ref().filter(|toggle| literal(toggle) != Truth::No)
                && counts
                && !is_looked_at(promotion, courses, (at, number))
            {
                forgiven_step(node, (file, toggle), (&task.name(), job), judged);
            }
        }
    }
}

/// Whether a later step certainly fails once this one has, although it is forgiven: `if: steps.scan.outcome == 'failure'`.
fn is_looked_at(promotion: &Promotion<'_>, courses: &[(&Event, Vec<State>)], (at, number): (usize, usize)) -> bool {
    courses.iter().all(|(event, states)| !forgiven_is_green(&promotion.graph, at, states, (event, number)))
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
fn forgiven_job(promotion: &Promotion<'_>, at: usize, judged: &mut Judged) {
    let node = &promotion.graph.nodes[at];
    let Job { id, continue_on_error, .. } = node.job;
    let Some(toggle) = continue_on_error.as_ref().filter(|_| continues(node) != Truth::No) else { return };
    let place = place(node.file, toggle.line);
    if judged.has(rules::FORGIVEN.id, &place) {
        return;
    }
    let label = shown(&promotion.graph.label(at));
    // Where the results are asked for in another way, the proof has shown that a failure is seen.
    if at == promotion.promote {
        let message = format!(
            "`{label}` fails → its `continue-on-error: {}` leaves the run green, and those that need it go on",
            quoted(&toggle.source)
        );
        judged.add(Met::new(&rules::FORGIVEN, place, message), Some(&id.value));
    }
}
