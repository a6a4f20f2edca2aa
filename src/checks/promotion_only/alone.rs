//! A workflow that no other has to do with: it is judged as soon as it is read, and let go, so that hundreds of them need no room at once.

use super::allowing::Judged;
use super::publishing::{Publishers, judge_one};
use super::{PromotionOnly, goes_by, triggers};
use crate::config::Label;
use crate::formats::workflow::{Does, Job, Step, Work, Workflow};
use crate::pipeline::Definitions;

/// What workflows that stand alone are judged with.
pub(super) struct Alone<'a> {
    pub(super) options: &'a PromotionOnly,
    pub(super) publishers: &'a Publishers<'a>,
    /// They call nothing: no workflow and no action is in it, and the scripts are kept from one to the next.
    pub(super) definitions: Definitions,
}

impl Alone<'_> {
    /// Judges a workflow that stands alone; gives back one that does not.
    pub(super) fn judge(&self, path: &str, workflow: Workflow, judged: &mut Judged) -> Option<Workflow> {
        if !is_alone(self.options, path, &workflow) {
            return Some(workflow);
        }
        judged.about(path);
        triggers::skips_ci(path, &workflow, judged);
        judge_one((path, &workflow), (&self.definitions, &[]), self.publishers, judged);
        None
    }
}

/// Whether nothing that is asked of another workflow has to do with this one: it calls nothing and is not called, starts after no other, and has no part
/// in the promotion.
fn is_alone(options: &PromotionOnly, path: &str, workflow: &Workflow) -> bool {
    let wanted = options.job.as_ref().map_or("promote", Label::as_str);
    let binds = ["workflow_call", "workflow_run", "merge_group"];
    !options.workflow.as_ref().is_some_and(|only| goes_by(path, only.as_str()))
        && !workflow.triggers.iter().any(|trigger| binds.contains(&trigger.event.value.as_str()))
        && !workflow.jobs.iter().any(|job| is_bound(job, wanted))
}

/// Whether a job calls something of this repository, or may promote.
fn is_bound(job: &Job, wanted: &str) -> bool {
    let is_wanted = |text: &str| text.trim().eq_ignore_ascii_case(wanted);
    let in_step = |step: &Step| match &step.does {
        Does::Run(run) => run.script.source.contains("promote"),
        Does::Uses { action, with } => action.value.starts_with("./") || with.iter().any(|(_, value)| value.source.contains("promote")),
    };
    is_wanted(&job.id.value)
        || job.name.as_ref().is_some_and(|name| is_wanted(&name.source))
        || match &job.work {
            Work::Steps(steps) => steps.iter().any(in_step),
            Work::Call { .. } => true,
        }
}
