//! The keys of an action: https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax.

use super::schema::env;
use super::shape::{ANYTHING, Mapping, NAME, Shape, TEXT, may, must};
use crate::formats::expression::{Allowed, places};

pub(super) static ACTION: Shape = Shape::map(&[&Mapping::of(&[
    must("name", &NAME),
    must("description", &TEXT),
    may("author", &TEXT),
    may("inputs", &Shape::map(&[&Mapping::named(&INPUT)])),
    may("outputs", &Shape::map(&[&Mapping::named(&OUTPUT)])),
    must("runs", &RUNS),
    may("branding", &BRANDING),
])]);

static INPUT: Shape = Shape::map(&[&INPUT_KEYS]);
static INPUT_KEYS: Mapping = Mapping::of(&[
    may("description", &TEXT),
    may("required", &Shape::boolean()),
    may("default", &Shape::text().seeing(&places::ACTION_INPUT_DEFAULT)),
    may("deprecationMessage", &TEXT),
])
.and_others(&ANYTHING);
static OUTPUT: Shape =
    Shape::map(&[&Mapping::of(&[may("description", &TEXT), may("value", &Shape::text().seeing(&places::ACTION_OUTPUT))])]);

static RUNS: Shape = Shape::map(&[&CONTAINER, &PROGRAM, &COMPOSITE]);
static USING: Shape = Shape::word(&["docker", "node12", "node16", "node20", "node24", "composite"]);
const INPUTS: Allowed = Allowed { contexts: &["inputs"], functions: &[] };
static AROUND_IF: Shape = Shape::text().seeing(&places::ACTION_STEP_IF);
static CONTAINER: Mapping = Mapping::of(&[
    must("using", &USING),
    must("image", &NAME),
    may("entrypoint", &NAME),
    may("args", &Shape::list(&Shape::text().seeing(&INPUTS))),
    may("env", &env(&INPUTS)),
    may("pre-entrypoint", &NAME),
    may("pre-if", &AROUND_IF),
    may("post-entrypoint", &NAME),
    may("post-if", &AROUND_IF),
]);
static PROGRAM: Mapping = Mapping::of(&[
    must("using", &USING),
    must("main", &NAME),
    may("pre", &NAME),
    may("pre-if", &AROUND_IF),
    may("post", &NAME),
    may("post-if", &AROUND_IF),
]);
static COMPOSITE: Mapping = Mapping::of(&[must("using", &USING), must("steps", &Shape::list(&STEP))]);

static STEP: Shape = Shape::map(&[&RUN_STEP, &USES_STEP]);
static STEP_TEXT: Shape = Shape::text().seeing(&places::ACTION_STEP_TEXT);
static CONDITION: Shape = Shape::text().seeing(&places::ACTION_STEP_IF);
static MAY_FAIL: Shape = Shape::boolean().seeing(&places::ACTION_STEP_TEXT);
static RUN_STEP: Mapping = Mapping::of(&[
    may("name", &STEP_TEXT),
    may("id", &NAME),
    may("if", &CONDITION),
    must("run", &STEP_TEXT),
    must("shell", &STEP_TEXT),
    may("env", &env(&places::ACTION_STEP_TEXT)),
    may("continue-on-error", &MAY_FAIL),
    may("working-directory", &STEP_TEXT),
]);
static USES_STEP: Mapping = Mapping::of(&[
    may("name", &STEP_TEXT),
    may("id", &NAME),
    may("if", &CONDITION),
    must("uses", &NAME),
    may("with", &env(&places::ACTION_STEP_TEXT)),
    may("env", &env(&places::ACTION_STEP_TEXT)),
    may("continue-on-error", &MAY_FAIL),
]);

static BRANDING: Shape = Shape::map(&[&Mapping::of(&[may("icon", &NAME), may("color", &NAME)])]);
