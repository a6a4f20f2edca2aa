//! Which contexts and functions GitHub allows at which place of a workflow or an action.

use super::{Allowed, Function};

const ALWAYS: Function = Function::new("always", 0, 0);
const CANCELLED: Function = Function::new("cancelled", 0, 0);
const FAILURE: Function = Function::new("failure", 0, 0);
const SUCCESS: Function = Function::new("success", 0, 0);
/// In `if:` of a job the two take names of jobs.
const FAILURE_OF_JOBS: Function = Function::new("failure", 0, usize::MAX);
const SUCCESS_OF_JOBS: Function = Function::new("success", 0, usize::MAX);
const HASH_FILES: Function = Function::new("hashfiles", 1, 255);

const WORKFLOW: &[&str] = &["github", "inputs", "vars"];
const NEEDS: &[&str] = &["github", "inputs", "vars", "needs"];
const LEG: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix"];
const STEP: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "steps", "job", "runner", "env"];
const ACTION_STEP: &[&str] = &["github", "inputs", "strategy", "matrix", "steps", "job", "runner", "env"];

const fn only(contexts: &'static [&'static str]) -> Allowed {
    Allowed { contexts, functions: &[] }
}

/// No expression may stand here: `uses`, `shell` of a step, `needs`, `id`, …
pub(crate) const NOWHERE: Allowed = only(&[]);

/// `run-name` and `concurrency` of a workflow, the default of an input of a called workflow.
pub(crate) const WORKFLOW_NAME: Allowed = only(WORKFLOW);
pub(crate) const WORKFLOW_CONCURRENCY: Allowed = only(WORKFLOW);
pub(crate) const INPUT_DEFAULT: Allowed = only(WORKFLOW);
/// `on.workflow_call.outputs.*.value`
pub(crate) const WORKFLOW_OUTPUT: Allowed = only(&["github", "inputs", "vars", "jobs"]);
pub(crate) const WORKFLOW_ENV: Allowed = only(&["github", "inputs", "vars", "secrets"]);

pub(crate) const JOB_IF: Allowed = Allowed { contexts: NEEDS, functions: &[ALWAYS, FAILURE_OF_JOBS, CANCELLED, SUCCESS_OF_JOBS] };
/// `strategy` with its matrix.
pub(crate) const STRATEGY: Allowed = only(NEEDS);
/// `name`, `timeout-minutes`, `continue-on-error`, `runs-on`, `concurrency`, `container`, `services`, `environment`, and `with` of a call.
pub(crate) const JOB: Allowed = only(LEG);
pub(crate) const CONTAINER_CREDENTIALS: Allowed = only(&["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "env"]);
pub(crate) const CONTAINER_ENV: Allowed = only(STEP);
/// `environment.url`, where the steps have run.
pub(crate) const ENVIRONMENT_URL: Allowed =
    only(&["github", "inputs", "vars", "needs", "strategy", "matrix", "steps", "job", "runner", "env"]);
pub(crate) const JOB_ENV: Allowed = only(&["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets"]);
pub(crate) const JOB_DEFAULTS: Allowed = only(&["github", "inputs", "vars", "strategy", "matrix", "needs", "env"]);
pub(crate) const JOB_OUTPUT: Allowed = only(STEP);
/// `secrets` of a job that calls a workflow.
pub(crate) const CALL_SECRETS: Allowed = only(&["github", "inputs", "vars", "needs", "secrets", "strategy", "matrix"]);

/// `if:` of a step: without the secrets.
pub(crate) const STEP_IF: Allowed = Allowed {
    contexts: &["github", "inputs", "vars", "needs", "strategy", "matrix", "steps", "job", "runner", "env"],
    functions: &[ALWAYS, FAILURE, CANCELLED, SUCCESS, HASH_FILES],
};
/// Everything else of a step: `run`, `with`, `env`, `name`, `continue-on-error`, `timeout-minutes`, `working-directory`.
pub(crate) const STEP_TEXT: Allowed = Allowed { contexts: STEP, functions: &[HASH_FILES] };

/// The default of an input of an action.
pub(crate) const ACTION_INPUT_DEFAULT: Allowed =
    Allowed { contexts: &["github", "strategy", "matrix", "job", "runner"], functions: &[HASH_FILES] };
pub(crate) const ACTION_OUTPUT: Allowed = only(&["github", "strategy", "matrix", "steps", "inputs", "job", "runner", "env"]);
/// `if:` of a step of a composite action.
pub(crate) const ACTION_STEP_IF: Allowed = Allowed { contexts: ACTION_STEP, functions: &[ALWAYS, FAILURE, CANCELLED, SUCCESS, HASH_FILES] };
/// Everything else of a step of a composite action, its `shell` included.
pub(crate) const ACTION_STEP_TEXT: Allowed = Allowed { contexts: ACTION_STEP, functions: &[HASH_FILES] };
