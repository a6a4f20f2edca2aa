//! Commands, actions and rights that put something where others take it from.

mod actions;
mod commands;
mod named;
mod unread;
mod uploads;

pub(crate) use actions::{published_by_workflow, publishes_by_action, publishes_only_if};
pub(in crate::pipeline::known) use commands::COMMANDS;
pub(crate) use unread::{Said, said};
pub(crate) use uploads::uploads;

use super::{Call, Words, candidates};
use crate::formats::workflow::Permissions;

/// Options with which a command says what it would do, or what it is.
const QUESTIONS: &[&str] = &["--help", "--version", "--dry-run", "--dryrun", "--dry_run", "--snapshot", "--server-dry-run", "--just-print"];

/// Options that mean the same in one program: the program, its options.
const OWN_QUESTIONS: &[(&str, &[&str])] = &[
    ("ansible", &["--check", "-C", "--list-hosts"]),
    ("ansible-playbook", &["--check", "-C", "--syntax-check", "--list-hosts", "--list-tasks", "--list-tags"]),
    ("aws", &["--generate-cli-skeleton"]),
    ("cdk", &["--no-execute"]),
    ("git", &["-n"]),
    ("goreleaser", &["--skip=publish", "--skip-publish"]),
    ("gradle", &["-m"]),
    ("gradlew", &["-m"]),
    ("just", &["-n", "--list", "-l"]),
    ("lftp", &["-v"]),
    ("make", &["-n", "--question", "-q"]),
    ("np", &["--preview"]),
    ("rake", &["-n", "-T", "-P"]),
    ("rsync", &["-n"]),
    ("sam", &["--no-execute-changeset"]),
    ("semantic-release", &["-d"]),
    ("task", &["-l", "--list"]),
];

/// Whether a command publishes.
pub(crate) fn publishes(words: &Words) -> bool {
    Call::of(words).is_some_and(|call| does_publish(&call, words) && !only_asks(&call))
}

/// Whether a command only says what it would do.
fn only_asks(call: &Call<'_>) -> bool {
    let is_on = |option: &&str| call.has(option) && !call.value_of(&[option]).is_some_and(|value| ["false", "none", "no"].contains(&value));
    QUESTIONS.iter().any(is_on)
        || OWN_QUESTIONS.iter().any(|(program, options)| *program == call.program && options.iter().any(|option| call.has(option)))
        || ["list", "status", "help", "get", "describe", "version", "show"].contains(&call.operands().first().copied().unwrap_or_default())
            && call.operands().len() == 1
}

fn does_publish(call: &Call<'_>, words: &Words) -> bool {
    let builds = ["build|buildx|compose|builder|bake"];
    match call.program {
        "docker" | "podman" | "docker-compose" | "buildah" | "earthly"
            if call.begins(&builds) || ["buildah", "earthly"].contains(&call.program) =>
        {
            pushes(call) || starts_elsewhere(call) || COMMANDS.has_call(call)
        }
        "docker" | "docker-compose" if starts_elsewhere(call) => true,
        "cargo" if call.begins(&["release"]) => call.has("--execute") || call.has("-x"),
        "nix" => call.has("--to") && COMMANDS.has_call(call),
        "forge" if call.begins(&["script"]) => call.has("--broadcast"),
        "goreleaser" => call.begins(&["release"]) || candidates(call.rest).is_empty(),
        "helm" | "ko" if call.has("--push=false") => false,
        "vercel" | "netlify" | "now" => call.has("--prod") || COMMANDS.has_call(call),
        "clojure" | "clj" | "ant" | "gradle" | "gradlew" | "lein" | "mvn" | "mvnw" | "sbt" | "setup.py" => {
            named::runs_a_publishing_task(call)
        }
        "pnpm" | "yarn" | "bundle" => COMMANDS.has_call(call) || runs_a_publisher(call) || named::is_named_so(call, words),
        _ => COMMANDS.has_call(call) || uploads::copies_away(call) || named::is_named_so(call, words),
    }
}

/// A build that ends in a registry.
fn pushes(call: &Call<'_>) -> bool {
    let is_pushed = |to: &str| to.contains("type=registry") || to.contains("push=true");
    let outputs = call.rest.iter().flatten().filter(|word| word.contains("type="));
    call.has("--push") && !call.has("--push=false") || outputs.into_iter().any(|to| is_pushed(to))
}

/// `docker -H ssh://host compose up`.
fn starts_elsewhere(call: &Call<'_>) -> bool {
    let is_elsewhere = ["-H", "--host", "--context", "-c"].iter().any(|option| {
        let before =
            call.rest.iter().take_while(|word| !word.as_deref().is_some_and(|word| ["compose", "run", "service", "up"].contains(&word)));
        before.flatten().any(|word| word == option || word.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')))
    });
    is_elsewhere && (call.begins(&["compose", "up|run|restart|create"]) || call.begins(&["run|up|restart"]))
}

/// `pnpm changeset publish`: these run the programs of the project without another word.
fn runs_a_publisher(call: &Call<'_>) -> bool {
    let first = candidates(call.rest);
    let at = |name: &str| call.rest.iter().position(|word| word.as_deref() == Some(name));
    first.into_iter().filter_map(at).any(|at| call.rest.get(at..).is_some_and(|inner| COMMANDS.has(inner)))
}

/// The rights of a job with which something can be published, or the check that promote reports be forged, as `contents: write`. With `actions:
/// write` a run can be started, and what that publishes is judged itself; with `pull-requests: write` nothing is merged.
pub(crate) fn rights(permissions: &Permissions) -> Vec<String> {
    const GIVING: &[&str] = &["attestations", "checks", "contents", "deployments", "id-token", "packages", "pages", "statuses"];
    match permissions {
        Permissions::ReadAll => Vec::new(),
        Permissions::WriteAll => vec!["write-all".to_owned()],
        Permissions::Each(each) => each
            .iter()
            .filter(|(name, level)| level.value == "write" && GIVING.contains(&name.value.as_str()))
            .map(|(name, level)| format!("{}: {}", name.value, level.value))
            .collect(),
    }
}

#[cfg(test)]
mod publishers_test;
