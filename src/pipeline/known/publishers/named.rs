//! Tasks, scripts and files whose name says that they publish.

use super::super::{Call, MANIFESTS, RUNNERS, Words, behind, candidates, files_run, names_one_of, targets};

/// Parts of a name that say that it publishes.
const SAYING: &[&str] = &[
    "deploy",
    "deployer",
    "deployment",
    "deployments",
    "deploys",
    "publish",
    "publisher",
    "publishes",
    "publishing",
    "release",
    "releaser",
    "releases",
    "rollout",
    "ship",
    "upload",
    "uploader",
];

/// Parts of a name that say that it does not, whatever else it says.
const DENYING: &[&str] = &[
    "artifact",
    "artifacts",
    "changelog",
    "check",
    "checker",
    "checks",
    "codecov",
    "comment",
    "coverage",
    "download",
    "downloader",
    "dry",
    "dryrun",
    "e2e",
    "fetch",
    "find",
    "get",
    "info",
    "latest",
    "lint",
    "linter",
    "log",
    "logs",
    "notes",
    "plan",
    "preview",
    "report",
    "reporter",
    "reports",
    "results",
    "sarif",
    "setup",
    "test",
    "testing",
    "tests",
    "validate",
    "validation",
    "validator",
    "verification",
    "verify",
    "version",
    "wait",
];

/// Whether a name says that what it stands for publishes: `check-release-notes` does not, `check-and-release` does.
pub(super) fn says(name: &str) -> bool {
    names_one_of(name, SAYING) && (!names_one_of(name, DENYING) || names_one_of(name, &["and", "then"]))
}

fn file_says(path: &str) -> bool {
    says(path.rsplit(['/', '\\']).next().unwrap_or(path))
}

/// `make release`, `npm run deploy`, `./scripts/deploy.sh`, `python publish.py`.
pub(super) fn is_named_so(call: &Call<'_>, words: &Words) -> bool {
    let program = call.program;
    if call.is_module {
        return says(program);
    }
    if RUNNERS.contains(&program) || program == "fastlane" || program == "fab" {
        return targets(call).into_iter().any(says);
    }
    if let Some(files) = files_run(call) {
        return files.into_iter().any(file_says);
    }
    if MANIFESTS.contains(&program) || program == "go" || program == "dotnet" {
        let named = behind(call.rest, &["run", "run-script", "xtask", "task"]);
        let direct = match program {
            "yarn" | "poe" => candidates(call.rest),
            _ => Vec::new(),
        };
        let workspace = behind(call.rest, &["workspace"]).filter(|_| program == "yarn").and_then(|rest| rest.get(1..)).map(candidates);
        let mut direct = direct.into_iter().chain(workspace.unwrap_or_default());
        return named.is_some_and(|rest| candidates(rest).into_iter().any(file_says)) || direct.any(says);
    }
    words.first().and_then(Option::as_deref).is_some_and(|first| first.contains(['/', '\\']) && !first.starts_with('@') && file_says(first))
}

/// Options of these programs that take the next word.
const VALUED: &[&str] = &[
    "-D",
    "-I",
    "-P",
    "-T",
    "-b",
    "-c",
    "-f",
    "-gs",
    "-p",
    "-pl",
    "-s",
    "-x",
    "--activate-profiles",
    "--build-file",
    "--exclude-task",
    "--file",
    "--init-script",
    "--project-dir",
    "--projects",
    "--settings",
    "--settings-file",
];

/// Whether one of the tasks of a build publishes.
pub(super) fn runs_a_publishing_task(call: &Call<'_>) -> bool {
    let is_value = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| call.rest.get(at)).and_then(Option::as_deref);
        before.is_some_and(|before| VALUED.contains(&before))
    };
    let mut tasks = call.rest.iter().enumerate().filter(|(at, _)| !is_value(*at)).filter_map(|(_, word)| word.as_deref());
    match call.program {
        "gradle" | "gradlew" => tasks.filter(|word| !word.starts_with('-')).any(of_gradle) || call.has("--publishImage"),
        "mvn" | "mvnw" => !call.has("-Dmaven.deploy.skip") && tasks.filter(|word| !word.starts_with('-')).any(of_maven),
        "sbt" => tasks.flat_map(|word| word.split([';', ' ', '/'])).any(of_sbt),
        // The aliases of Clojure stand in its options: `-X:deploy`.
        _ => tasks.any(says),
    }
}

/// `wagon:upload`, `jib:build`, `deploy`.
fn of_maven(task: &str) -> bool {
    let (plugin, goal) = task.rsplit_once(':').unwrap_or(("", task));
    let plugin = plugin.trim_end_matches("-maven-plugin");
    match goal {
        "build" => plugin.ends_with("jib") || plugin.contains("jib-maven-plugin:"),
        "prepare" | "perform" => plugin.contains("release"),
        "push" => plugin.contains("docker") || plugin.contains("scm"),
        _ => says(goal),
    }
}

fn of_gradle(task: &str) -> bool {
    let name = task.rsplit(':').next().unwrap_or(task).to_ascii_lowercase();
    let judges = ["test", "check", "lint", "validate", "verify"].iter().any(|start| name.starts_with(start));
    let starts = ["deploy", "upload", "closeandrelease", "jreleaserfullrelease", "jreleaserrelease", "jreleaserdeploy", "jreleaserupload"];
    let publishes = name.contains("publish") && !name.contains("mavenlocal");
    !judges
        && (publishes
            || ["release", "jib", "bintrayupload", "appengine"].contains(&name.as_str())
            || starts.iter().any(|start| name.starts_with(start)))
        || name.starts_with("appdistributionupload")
}

fn of_sbt(task: &str) -> bool {
    let name = task.trim_start_matches('+').to_ascii_lowercase();
    let is_local = name.contains("local") || name.ends_with("m2");
    name.starts_with("publish") && !is_local && name != "publish/skip"
        || ["release", "ci-release", "sonatyperelease", "sonatypebundlerelease", "deploy"].contains(&name.as_str())
}
