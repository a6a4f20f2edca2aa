//! The events of `on:` and what each of them can be narrowed by.

use super::shape::{BOOLEAN, Mapping, NAME, NAME_OR_NAMES, NAMES, SCALAR, Shape, TEXT, may, must};
use crate::formats::expression::places;

/// Every event, as it is named where it stands alone or in a list.
#[rustfmt::skip]
static EVENTS: &[&str] = &[
    "branch_protection_rule", "check_run", "check_suite", "create", "delete", "deployment", "deployment_status", "discussion",
    "discussion_comment", "fork", "gollum", "image_version", "issue_comment", "issues", "label", "merge_group", "milestone",
    "page_build", "project", "project_card", "project_column", "public", "pull_request", "pull_request_comment",
    "pull_request_review", "pull_request_review_comment", "pull_request_target", "push", "registry_package", "release",
    "repository_dispatch", "schedule", "status", "watch", "workflow_call", "workflow_dispatch", "workflow_run",
];

pub(super) static ON: Shape = Shape::word(EVENTS).or_several().or_map(&[&ON_EACH]);

static ON_EACH: Mapping = Mapping::of(&[
    may("branch_protection_rule", &MADE_EDITED_DELETED),
    may("check_run", &CHECK_RUN),
    may("check_suite", &CHECK_SUITE),
    may("create", &BARE),
    may("delete", &BARE),
    may("deployment", &BARE),
    may("deployment_status", &BARE),
    may("discussion", &DISCUSSION),
    may("discussion_comment", &MADE_EDITED_DELETED),
    may("fork", &BARE),
    may("gollum", &BARE),
    may("image_version", &IMAGE_VERSION),
    may("issue_comment", &MADE_EDITED_DELETED),
    may("issues", &ISSUES),
    may("label", &MADE_EDITED_DELETED),
    may("merge_group", &MERGE_GROUP),
    may("milestone", &MILESTONE),
    may("page_build", &BARE),
    may("project", &PROJECT),
    may("project_card", &PROJECT_CARD),
    may("project_column", &PROJECT_COLUMN),
    may("public", &BARE),
    may("pull_request", &PULL_REQUEST),
    may("pull_request_comment", &MADE_EDITED_DELETED),
    may("pull_request_review", &PULL_REQUEST_REVIEW),
    may("pull_request_review_comment", &MADE_EDITED_DELETED),
    may("pull_request_target", &PULL_REQUEST),
    may("push", &PUSH),
    may("registry_package", &REGISTRY_PACKAGE),
    may("release", &RELEASE),
    may("repository_dispatch", &REPOSITORY_DISPATCH),
    may("schedule", &SCHEDULE),
    may("status", &BARE),
    may("watch", &WATCH),
    may("workflow_call", &WORKFLOW_CALL),
    may("workflow_dispatch", &WORKFLOW_DISPATCH),
    may("workflow_run", &WORKFLOW_RUN),
]);

/// An event that nothing narrows.
static BARE: Shape = Shape::null();

/// An event with filters, or without them.
const fn event(filters: &'static [&'static Mapping]) -> Shape {
    Shape::null().or_map(filters)
}

const fn types(words: &'static [&'static str]) -> Shape {
    Shape::word(words).or_several()
}

static MADE_EDITED_DELETED: Shape = event(&[&Mapping::of(&[may("types", &types(&["created", "edited", "deleted"]))])]);
static CHECK_RUN: Shape = event(&[&Mapping::of(&[may("types", &types(&["completed", "created", "rerequested", "requested_action"]))])]);
static CHECK_SUITE: Shape = event(&[&Mapping::of(&[may("types", &types(&["completed"]))])]);
static DISCUSSION: Shape = event(&[&Mapping::of(&[may(
    "types",
    &types(&[
        "created",
        "edited",
        "deleted",
        "transferred",
        "pinned",
        "unpinned",
        "labeled",
        "unlabeled",
        "locked",
        "unlocked",
        "category_changed",
        "answered",
        "unanswered",
    ]),
)])]);
static IMAGE_VERSION: Shape = event(&[&Mapping::of(&[
    may("types", &types(&["created", "ready", "deleted"])),
    may("names", &NAME_OR_NAMES),
    may("versions", &NAME_OR_NAMES),
])]);
static ISSUES: Shape = event(&[&Mapping::of(&[may(
    "types",
    &types(&[
        "opened",
        "edited",
        "deleted",
        "transferred",
        "pinned",
        "unpinned",
        "closed",
        "reopened",
        "assigned",
        "unassigned",
        "labeled",
        "unlabeled",
        "locked",
        "unlocked",
        "milestoned",
        "demilestoned",
        "field_added",
        "field_removed",
        "typed",
        "untyped",
    ]),
)])]);
static MERGE_GROUP: Shape = event(&[&Mapping::of(&[
    may("types", &types(&["checks_requested"])),
    may("branches", &NAME_OR_NAMES),
    may("branches-ignore", &NAME_OR_NAMES),
])]);
static MILESTONE: Shape = event(&[&Mapping::of(&[may("types", &types(&["created", "closed", "opened", "edited", "deleted"]))])]);
static PROJECT: Shape = event(&[&Mapping::of(&[may("types", &types(&["created", "closed", "reopened", "edited", "deleted"]))])]);
static PROJECT_CARD: Shape = event(&[&Mapping::of(&[may("types", &types(&["created", "moved", "converted", "edited", "deleted"]))])]);
static PROJECT_COLUMN: Shape = event(&[&Mapping::of(&[may("types", &types(&["created", "updated", "moved", "deleted"]))])]);
static PULL_REQUEST: Shape = event(&[&Mapping::of(&[
    may(
        "types",
        &types(&[
            "assigned",
            "unassigned",
            "labeled",
            "unlabeled",
            "opened",
            "edited",
            "closed",
            "reopened",
            "synchronize",
            "converted_to_draft",
            "locked",
            "unlocked",
            "enqueued",
            "dequeued",
            "milestoned",
            "demilestoned",
            "ready_for_review",
            "review_requested",
            "review_request_removed",
            "auto_merge_enabled",
            "auto_merge_disabled",
            "stacked",
        ]),
    ),
    may("branches", &NAME_OR_NAMES),
    may("branches-ignore", &NAME_OR_NAMES),
    may("paths", &NAME_OR_NAMES),
    may("paths-ignore", &NAME_OR_NAMES),
])]);
static PULL_REQUEST_REVIEW: Shape = event(&[&Mapping::of(&[may("types", &types(&["submitted", "edited", "dismissed"]))])]);
static PUSH: Shape = event(&[&Mapping::of(&[
    may("branches", &NAME_OR_NAMES),
    may("branches-ignore", &NAME_OR_NAMES),
    may("tags", &NAME_OR_NAMES),
    may("tags-ignore", &NAME_OR_NAMES),
    may("paths", &NAME_OR_NAMES),
    may("paths-ignore", &NAME_OR_NAMES),
])]);
static REGISTRY_PACKAGE: Shape = event(&[&Mapping::of(&[may("types", &types(&["published", "updated"]))])]);
static RELEASE: Shape = event(&[&Mapping::of(&[may(
    "types",
    &types(&["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"]),
)])]);
static WATCH: Shape = event(&[&Mapping::of(&[may("types", &types(&["started"]))])]);
static WORKFLOW_RUN: Shape = event(&[&Mapping::of(&[
    may("types", &types(&["requested", "completed", "in_progress"])),
    may("workflows", &NAME_OR_NAMES),
    may("branches", &NAME_OR_NAMES),
    may("branches-ignore", &NAME_OR_NAMES),
])]);
static REPOSITORY_DISPATCH: Shape = event(&[&Mapping::of(&[may("types", &NAMES)])]);
static SCHEDULE: Shape = Shape::list(&TIME);
static TIME: Shape = Shape::map(&[&Mapping::of(&[must("cron", &NAME), may("timezone", &NAME)])]);

static WORKFLOW_CALL: Shape =
    event(&[&Mapping::of(&[may("inputs", &CALL_INPUTS), may("secrets", &CALL_SECRETS), may("outputs", &CALL_OUTPUTS)])]);
static CALL_INPUTS: Shape = Shape::map(&[&Mapping::named(&CALL_INPUT)]);
static CALL_INPUT: Shape = Shape::map(&[&Mapping::of(&[
    may("description", &TEXT),
    must("type", &Shape::word(&["string", "boolean", "number"])),
    may("required", &BOOLEAN),
    may("default", &CALL_DEFAULT),
])]);
static CALL_DEFAULT: Shape = Shape::text().or_boolean().or_number().seeing(&places::INPUT_DEFAULT);
static CALL_SECRETS: Shape = Shape::map(&[&Mapping::named(&CALL_SECRET)]);
static CALL_SECRET: Shape = event(&[&Mapping::of(&[may("description", &TEXT), may("required", &BOOLEAN)])]);
static CALL_OUTPUTS: Shape = Shape::map(&[&Mapping::named(&CALL_OUTPUT)]);
static CALL_OUTPUT: Shape = Shape::map(&[&Mapping::of(&[may("description", &TEXT), must("value", &CALL_OUTPUT_VALUE)])]);
static CALL_OUTPUT_VALUE: Shape = Shape::text().seeing(&places::WORKFLOW_OUTPUT);

static WORKFLOW_DISPATCH: Shape = event(&[&Mapping::of(&[may("inputs", &DISPATCH_INPUTS)])]);
static DISPATCH_INPUTS: Shape = Shape::map(&[&Mapping::named(&DISPATCH_INPUT)]);
static DISPATCH_INPUT: Shape = Shape::map(&[&Mapping::of(&[
    may("description", &TEXT),
    may("type", &Shape::word(&["string", "boolean", "number", "environment", "choice"])),
    may("required", &BOOLEAN),
    may("default", &SCALAR),
    may("options", &Shape::list(&TEXT)),
])]);
