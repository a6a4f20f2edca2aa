//! When promote's workflow runs, what cancels it, and what reaches it from outside.

use super::allowing::Judged;
use super::reading::Read;
use super::standing::Promotion;
use super::{place, rules};
use crate::check::{Met, Place};
use crate::formats::expression::{Expression, Piece};
use crate::formats::workflow::{Does, Env, Job, Step, Switch, Templated, Toggle, Trigger, Work, Workflow};
use crate::pipeline::{Event, Layer, Task, Truth, asks_one_of, assigned, line_in, quoted, short, spoken, truth_on};
use crate::shown::shown;

/// What keeps GitHub from starting any workflow for a commit.
const SKIPPING: &[&str] =
    &["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]", "skip-checks: true", "skip-checks:true"];
/// What differs from commit to commit.
const BY_COMMIT: &[&str] = &["sha", "run_id", "run_number", "run_attempt", "after", "head_sha", "merge_commit_sha"];
/// What differs from pull request to pull request, or from branch to branch.
const BY_CHANGE: &[&str] = &["ref", "head_ref", "ref_name", "number", "id", "node_id", "html_url"];
/// Events that bring a commit.
const BRINGING: &[&str] = &["push", "pull_request", "pull_request_target", "merge_group", "release", "create", "workflow_run"];

/// Judges the triggers and the surroundings of promote, and what any workflow does to them.
pub(super) fn judge(read: &Read, promotions: &[Promotion<'_>], judged: &mut Judged) {
    let workflows: Vec<(&str, &Workflow)> = read.asked().collect();
    for promotion in promotions {
        let triggers = &promotion.graph.workflow.triggers;
        for trigger in triggers.iter().filter(|trigger| ["pull_request", "merge_group"].contains(&trigger.event.value.as_str())) {
            filters(promotion, trigger, judged);
        }
        queue(promotion, &workflows, judged);
        concurrency(promotion, judged);
        bypass(promotion, judged);
        untrusted(promotion, judged);
    }
    not_started(promotions, judged);
    workflows.iter().for_each(|(path, workflow)| skips_ci(path, workflow, judged));
}

/// No event that brings a commit starts promote.
fn not_started(promotions: &[Promotion<'_>], judged: &mut Judged) {
    let brings = |promotion: &Promotion<'_>| promotion.events.iter().any(|event| BRINGING.contains(&event.name.as_str()));
    if let Some(promotion) = promotions.first().filter(|_| !promotions.iter().any(brings)) {
        let names: Vec<String> = promotion.events.iter().map(|event| format!("`{}`", shown(&event.name))).collect();
        let message = format!("only {} starts `{}`", names.join(" or "), promotion.name());
        let line = promotion.events.first().map_or(1, |event| event.line);
        judged.add(Met::new(&rules::NOT_STARTED, place(promotion.graph.file, line), message), Some(promotion.id()));
    }
}

/// Filters that keep promote from running on some pull requests.
fn filters(promotion: &Promotion<'_>, trigger: &Trigger, judged: &mut Judged) {
    let event = &trigger.event.value;
    for (name, values) in &trigger.filters {
        let why = match name.value.as_str() {
            "paths" | "paths-ignore" | "branches-ignore" => {
                format!("`{}` of `{event}` keeps the workflow from starting for some of them", name.value)
            }
            "types" if event == "pull_request" => {
                let has = |wanted: &str| values.iter().any(|value| value.value == wanted);
                // Who reopens one has the check of its last commit already.
                if has("opened") && has("synchronize") {
                    continue;
                }
                format!(
                    "`types` of `{event}` leaves out {}",
                    ["opened", "synchronize"].into_iter().find(|wanted| !has(wanted)).unwrap_or_default()
                )
            }
            _ => continue,
        };
        let promote = shown(&promotion.graph.label(promotion.promote));
        let message = format!("{why}: the required check `{promote}` then stays pending for ever");
        judged.add(
            Met::new(&rules::FILTERED, place(promotion.graph.file, name.line), message),
            Some(&promotion.graph.nodes[promotion.promote].job.id.value),
        );
    }
}

/// Another workflow runs in the merge queue, and promote does not.
fn queue(promotion: &Promotion<'_>, workflows: &[(&str, &Workflow)], judged: &mut Judged) {
    let on = |workflow: &Workflow, event: &str| {
        workflow.triggers.iter().find(|trigger| trigger.event.value == event).map(|trigger| trigger.event.line)
    };
    let Some(line) = on(promotion.graph.workflow, "pull_request") else { return };
    if on(promotion.graph.workflow, "merge_group").is_some() {
        return;
    }
    if let Some((path, at)) = workflows.iter().find_map(|(path, workflow)| on(workflow, "merge_group").map(|at| (path, at))) {
        let message = format!(
            "{}:{at} runs in the merge queue, and this workflow has no `merge_group`: the queue waits for `{}` for ever",
            shown(path),
            shown(&promotion.graph.label(promotion.promote))
        );
        judged.add(Met::new(&rules::MERGE_QUEUE, place(promotion.graph.file, line), message), None);
    }
}

/// Newer runs that cancel promote, and groups that lose commits.
fn concurrency(promotion: &Promotion<'_>, judged: &mut Judged) {
    let callers = std::iter::successors(Some(promotion.promote), |at| promotion.graph.nodes[*at].caller);
    let settings = callers.flat_map(|at| {
        let node = &promotion.graph.nodes[at];
        node.job.concurrency.iter().chain(&node.workflow.concurrency).map(|one| (node.file, one))
    });
    for (file, one) in settings {
        let group = quoted(&one.group.source);
        let is_of_change = |event: &&Event| event.name == "pull_request";
        let mut shared = promotion.events.iter().filter(|event| !differs(&one.group, event));
        let cancels = |toggle: &Toggle, event: &Event| match &toggle.value {
            Switch::Is(is_on) => *is_on,
            // Who switches it on for pull requests alone knows that a newer commit has a check of its own.
            Switch::Asks(expression) => !is_of_change(&event) && truth_on(expression, event) != Truth::No,
        };
        let cancelled = one.cancel_in_progress.as_ref().filter(|toggle| shared.clone().any(|event| cancels(toggle, event)));
        if let Some(toggle) = cancelled {
            let message = format!(
                "a newer run of the group `{group}` cancels `{}`: `cancel-in-progress: {}`",
                promotion.name(),
                quoted(&toggle.source)
            );
            judged.add(Met::new(&rules::CANCELLED, place(file, toggle.line), message), Some(promotion.id()));
        } else if let Some(event) = shared.find(|event| !is_of_change(event)) {
            let message = format!(
                "on `{}` the runs of several commits wait in the group `{group}`, and only the newest of those that wait is kept",
                event.name
            );
            judged.add(Met::new(&rules::SHARED_GROUP, place(file, one.group.line), message), Some(promotion.id()));
        }
    }
}

/// Whether each commit that an event brings has a group of its own.
fn differs(group: &Templated, event: &Event) -> bool {
    let brings_one = ["release", "create", "merge_group"].contains(&event.name.as_str()) || event.is_of_tags;
    // `number || sha` is the number wherever there is one.
    let is_by_number = |expression: &Expression| event.name == "pull_request" && asks_one_of(expression, &["number", "head_ref"]);
    group.pieces.iter().any(|piece| match piece {
        Piece::Expression(expression) => {
            asks_one_of(expression, BY_COMMIT) && !is_by_number(expression) || brings_one && asks_one_of(expression, BY_CHANGE)
        }
        Piece::Text(_) => false,
    })
}

/// `BYPASS_…` in the environment of promote, or of what it rests on.
fn bypass(promotion: &Promotion<'_>, judged: &mut Judged) {
    for (at, node) in promotion.on_the_way() {
        let (label, job) = (shown(&promotion.graph.label(at)), Some(node.job.id.value.as_str()));
        let of_job = [&node.workflow.env, &node.job.env].map(|env| (env, node.file, node.job.id.line));
        let of_steps = node.tasks.iter().flat_map(|task| task.layers().map(|Layer { file, step }| (&step.env, file, step.line)));
        for (env, file, line) in of_job.into_iter().chain(of_steps) {
            let Env::Each(pairs) = env else {
                let message = format!("an `env:` of `{label}` is an expression: whether it sets a `BYPASS_…` is not known");
                judged.add(Met::new(&rules::UNREAD_ENV, place(file, line), message), job);
                continue;
            };
            for (name, _) in pairs.iter().filter(|(name, value)| is_bypass(&name.value, Some(&value.source))) {
                judged.add(bypassed(&name.value, &label, place(file, name.line)), job);
            }
        }
        for task in &node.tasks {
            for one in assigned(task).filter(|one| is_bypass(&one.name, one.value.as_deref())) {
                judged.add(bypassed(&one.name, &label, place(task.file, line_in(task, one.line))), job);
            }
        }
    }
}

fn bypassed(name: &str, label: &str, place: Place) -> Met {
    Met::new(&rules::BYPASS, place, format!("`{}` is set for `{label}`", shown(name)))
}

/// Whether a variable is a bypass that is not switched off.
fn is_bypass(name: &str, value: Option<&str>) -> bool {
    let is_off = |value: &str| ["", "0", "false", "no", "off"].contains(&value.trim().to_lowercase().as_str());
    name.to_uppercase().starts_with("BYPASS_") && !value.is_some_and(is_off)
}

/// Code of a pull request that runs with the rights of the repository.
fn untrusted(promotion: &Promotion<'_>, judged: &mut Judged) {
    let Some(event) = promotion.events.iter().find(|event| event.name == "pull_request_target") else { return };
    for (at, node) in promotion.on_the_way() {
        for task in &node.tasks {
            if let Some((line, what)) = head(task) {
                let message = format!(
                    "`pull_request_target` ({}:{}) → `{}` checks out the head: {what}",
                    short(promotion.graph.file),
                    event.line,
                    shown(&promotion.graph.label(at))
                );
                judged.add(Met::new(&rules::UNTRUSTED, place(task.file, line), message), Some(&node.job.id.value));
            }
        }
    }
}

/// Where a step takes the head of a pull request.
fn head(task: &Task<'_>) -> Option<(usize, String)> {
    let is_head = |text: &str| {
        ["pull_request.head", "head_ref", "refs/pull/", "workflow_run.head", "merge_commit_sha"].iter().any(|part| text.contains(part))
    };
    if let Does::Uses { action, with } = &task.step.does {
        let takes = |name: &str| ["ref", "repository", "commit", "sha"].contains(&name);
        let given = with.iter().find(|(name, value)| takes(&name.value.to_lowercase()) && is_head(&value.source));
        return given
            .filter(|_| action.value.contains("checkout"))
            .map(|(name, value)| (name.line, format!("`{}: {}`", name.value, quoted(&value.source))));
    }
    let takes =
        |words: &str| words.starts_with("gh pr checkout") || words.starts_with("git ") && (words.contains("pull/") || is_head(words));
    task.commands()
        .iter()
        .map(|command| (command.line, spoken(&command.words)))
        .find(|(_, words)| takes(words))
        .map(|(line, words)| (line_in(task, line), format!("`{}`", shown(&words))))
}

fn steps_of(job: &Job) -> &[Step] {
    if let Work::Steps(steps) = &job.work { steps } else { &[] }
}

/// Commits of a workflow that no workflow looks at.
pub(super) fn skips_ci(path: &str, workflow: &Workflow, judged: &mut Judged) {
    let skips = |text: &str| {
        let text = text.to_lowercase();
        SKIPPING.iter().find(|skipping| text.contains(**skipping))
    };
    for job in &workflow.jobs {
        for step in steps_of(job) {
            let found = match &step.does {
                Does::Run(run) => Some(run.script.source.as_str())
                    .filter(|script| script.contains("git commit") || script.contains("git -c"))
                    .and_then(skips)
                    .map(|what| (run.first_line, *what)),
                Does::Uses { with, .. } => with
                    .iter()
                    .filter(|(name, _)| name.value.contains("message"))
                    .find_map(|(name, value)| skips(&value.source).map(|what| (name.line, *what))),
            };
            if let Some((line, what)) = found {
                let message = format!("`{}` makes a commit with `{what}`: no workflow looks at it, promote neither", shown(&job.id.value));
                judged.add(Met::new(&rules::SKIPS_CI, place(path, line), message), Some(&job.id.value));
            }
        }
    }
}
