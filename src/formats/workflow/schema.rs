//! The keys of a workflow: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax.

use super::events::ON;
use super::shape::{ANYTHING, BOOLEAN, Mapping, NAME, NAME_OR_NAMES, NAMES, NUMBER, Shape, TEXT, may, must};
use crate::formats::expression::{Allowed, places};

pub(super) static WORKFLOW: Shape = Shape::map(&[&Mapping::of(&[
    must("on", &ON),
    may("name", &TEXT),
    may("description", &TEXT),
    may("run-name", &Shape::text().seeing(&places::WORKFLOW_NAME)),
    may("defaults", &Shape::map(&[&Mapping::of(&[may("run", &Shape::map(&[&RUN_DEFAULTS]))])])),
    may("env", &env(&places::WORKFLOW_ENV)),
    may("permissions", &PERMISSIONS),
    may("concurrency", &Shape::text().or_map(&[&CONCURRENCY]).seeing(&places::WORKFLOW_CONCURRENCY)),
    must("jobs", &Shape::map(&[&Mapping::named(&JOB)])),
])]);

static RUN_DEFAULTS: Mapping = Mapping::of(&[may("shell", &NAME), may("working-directory", &NAME)]);

static CONCURRENCY: Mapping =
    Mapping::of(&[must("group", &NAME), may("cancel-in-progress", &BOOLEAN), may("queue", &Shape::word(&["single", "max"]))]);

static PERMISSIONS: Shape = Shape::word(&["read-all", "write-all"]).or_map(&[&SCOPES]);
static ANY_LEVEL: Shape = Shape::word(&["read", "write", "none"]);
static READ_LEVEL: Shape = Shape::word(&["read", "none"]);
static WRITE_LEVEL: Shape = Shape::word(&["write", "none"]);
static SCOPES: Mapping = Mapping::of(&[
    may("actions", &ANY_LEVEL),
    may("artifact-metadata", &ANY_LEVEL),
    may("attestations", &ANY_LEVEL),
    may("checks", &ANY_LEVEL),
    may("code-quality", &ANY_LEVEL),
    may("contents", &ANY_LEVEL),
    may("copilot-requests", &WRITE_LEVEL),
    may("deployments", &ANY_LEVEL),
    may("discussions", &ANY_LEVEL),
    may("drives", &ANY_LEVEL),
    may("id-token", &WRITE_LEVEL),
    may("issues", &ANY_LEVEL),
    may("models", &READ_LEVEL),
    may("packages", &ANY_LEVEL),
    may("pages", &ANY_LEVEL),
    may("pull-requests", &ANY_LEVEL),
    may("repository-projects", &ANY_LEVEL),
    may("security-events", &ANY_LEVEL),
    may("statuses", &ANY_LEVEL),
    may("vulnerability-alerts", &READ_LEVEL),
]);

static JOB: Shape = Shape::map(&[&OWN_JOB, &CALLING_JOB]);

static OWN_JOB: Mapping = Mapping::of(&[
    may("needs", &NAME_OR_NAMES),
    may("if", &CONDITION),
    may("strategy", &STRATEGY),
    may("name", &JOB_NAME),
    must("runs-on", &RUNS_ON),
    may("timeout-minutes", &Shape::number().seeing(&places::JOB)),
    may("cancel-timeout-minutes", &Shape::number().seeing(&places::JOB)),
    may("continue-on-error", &Shape::boolean().seeing(&places::JOB)),
    may("container", &Shape::text().or_map(&[&CONTAINER]).seeing(&places::JOB)),
    may("services", &Shape::map(&[&Mapping::named(&SERVICE)]).seeing(&places::JOB)),
    may("env", &env(&places::JOB_ENV)),
    may("environment", &ENVIRONMENT),
    may("permissions", &PERMISSIONS),
    may("concurrency", &JOB_CONCURRENCY),
    may("outputs", &OUTPUTS),
    may("defaults", &Shape::map(&[&Mapping::of(&[may("run", &Shape::map(&[&RUN_DEFAULTS]).seeing(&places::JOB_DEFAULTS))])])),
    may("steps", &Shape::list(&STEP)),
    may("snapshot", &Shape::name().or_map(&[&SNAPSHOT])),
]);

static CALLING_JOB: Mapping = Mapping::of(&[
    may("name", &JOB_NAME),
    must("uses", &NAME),
    may("with", &Shape::map(&[&Mapping::named(&Shape::text().or_boolean().or_number().seeing(&places::JOB))])),
    may("secrets", &SECRETS),
    may("needs", &NAME_OR_NAMES),
    may("if", &CONDITION),
    may("permissions", &PERMISSIONS),
    may("concurrency", &JOB_CONCURRENCY),
    may("strategy", &STRATEGY),
]);

static CONDITION: Shape = Shape::text().seeing(&places::JOB_IF);
static JOB_NAME: Shape = Shape::text().seeing(&places::JOB);
static JOB_CONCURRENCY: Shape = Shape::name().or_map(&[&CONCURRENCY]).seeing(&places::JOB);
static OUTPUTS: Shape = Shape::map(&[&Mapping::named(&Shape::text().seeing(&places::JOB_OUTPUT))]);
static SECRETS: Shape =
    Shape::word(&["inherit"]).or_map(&[&Mapping::named(&Shape::text().or_boolean().or_number().seeing(&places::CALL_SECRETS))]);

static STRATEGY: Shape = Shape::map(&[&Mapping::of(&[may("fail-fast", &BOOLEAN), may("max-parallel", &NUMBER), may("matrix", &MATRIX)])])
    .seeing(&places::STRATEGY);
static MATRIX: Shape = Shape::map(&[&Mapping::of(&[may("include", &LEGS), may("exclude", &LEGS)]).and_others(&Shape::list(&ANYTHING))]);
static LEGS: Shape = Shape::list(&Shape::map(&[&Mapping::named(&ANYTHING)]));

static RUNS_ON: Shape =
    Shape::name().or_several().or_map(&[&Mapping::of(&[may("group", &NAME), may("labels", &NAME_OR_NAMES)])]).seeing(&places::JOB);
static ENVIRONMENT: Shape = Shape::text().or_map(&[&ENVIRONMENT_KEYS]).seeing(&places::JOB);
static ENVIRONMENT_KEYS: Mapping =
    Mapping::of(&[must("name", &TEXT), may("url", &Shape::text().seeing(&places::ENVIRONMENT_URL)), may("deployment", &BOOLEAN)]);
static SNAPSHOT: Mapping = Mapping::of(&[must("image-name", &NAME), may("if", &Shape::text().seeing(&places::JOB)), may("version", &NAME)]);

static CONTAINER_ENV: Shape = env(&places::CONTAINER_ENV);
static LOGIN: Shape = Shape::map(&[&Mapping::of(&[may("username", &NAME), may("password", &NAME)])]).seeing(&places::CONTAINER_CREDENTIALS);
static CONTAINER: Mapping = Mapping::of(&[
    may("image", &NAME),
    may("options", &TEXT),
    may("env", &CONTAINER_ENV),
    may("ports", &NAMES),
    may("volumes", &NAMES),
    may("credentials", &LOGIN),
]);
static SERVICE: Shape = Shape::name().or_map(&[&Mapping::of(&[
    may("image", &NAME),
    may("options", &TEXT),
    may("env", &CONTAINER_ENV),
    may("ports", &NAMES),
    may("volumes", &NAMES),
    may("credentials", &LOGIN),
    may("entrypoint", &TEXT),
    may("command", &TEXT),
])]);

static STEP: Shape = Shape::map(&[&RUN_STEP, &USES_STEP]);
static STEP_TEXT: Shape = Shape::text().seeing(&places::STEP_TEXT);
static RUN_STEP: Mapping = Mapping::of(&[
    may("name", &STEP_TEXT),
    may("id", &NAME),
    may("if", &Shape::text().seeing(&places::STEP_IF)),
    may("timeout-minutes", &Shape::number().seeing(&places::STEP_TEXT)),
    must("run", &STEP_TEXT),
    may("continue-on-error", &Shape::boolean().seeing(&places::STEP_TEXT)),
    may("env", &env(&places::STEP_TEXT)),
    may("working-directory", &STEP_TEXT),
    may("shell", &NAME),
]);
static USES_STEP: Mapping = Mapping::of(&[
    may("name", &STEP_TEXT),
    may("id", &NAME),
    may("if", &Shape::text().seeing(&places::STEP_IF)),
    may("continue-on-error", &Shape::boolean().seeing(&places::STEP_TEXT)),
    may("timeout-minutes", &Shape::number().seeing(&places::STEP_TEXT)),
    must("uses", &NAME),
    may("with", &env(&places::STEP_TEXT)),
    may("env", &env(&places::STEP_TEXT)),
]);

/// Names and texts.
pub(super) const fn env(sees: &'static Allowed) -> Shape {
    Shape::map(TEXTS).seeing(sees)
}

static TEXTS: &[&Mapping] = &[&Mapping::named(&TEXT)];
