//! `docker run image cmd`, `docker compose exec service cmd`, …: the command that runs in a container, where it is clear which word that is.

use super::{Words, base};

/// Options that take the next word.
#[rustfmt::skip] // a line a family
const VALUED: [&str; 52] = [
    "-v", "--volume", "--mount", "--tmpfs", "--volumes-from", "-w", "--workdir",
    "-e", "--env", "--env-file", "-u", "--user", "--group-add", "--userns",
    "-p", "--publish", "--expose", "--network", "--net", "--network-alias", "--add-host", "--link", "--dns", "-h", "--hostname", "--ip",
    "--name", "-l", "--label", "--cidfile", "--entrypoint", "--platform", "--pull", "--restart", "--runtime", "--log-driver",
    "-m", "--memory", "--cpus", "--shm-size", "--ulimit", "--gpus", "--device", "--ipc", "--pid", "--cap-add", "--cap-drop", "--security-opt",
    "-f", "--file", "--profile", "--index",
];
/// Options that stand alone. One that detaches is none of them: what runs then is not waited for.
#[rustfmt::skip] // a line a family
const ALONE: [&str; 17] = [
    "--rm", "--init", "--privileged", "--read-only", "--publish-all", "--interactive", "--tty", "--no-healthcheck", "--quiet",
    "--no-deps", "--service-ports", "--build", "--no-TTY", "--use-aliases", "--remove-orphans", "--quiet-pull", "--oom-kill-disable",
];
/// Letters that stand alone, in any number behind one `-`.
const LETTERS: &str = "itTPq";

/// What runs in the container.
pub(super) fn inner(words: &Words) -> Option<Vec<Option<String>>> {
    let mut at = match base(words.first()?.as_deref()?) {
        "docker" | "podman" | "nerdctl" => match words.get(1)?.as_deref()? {
            "container" => 2,
            "compose" => behind_options(words, 2)?.0,
            _ => 1,
        },
        "docker-compose" | "podman-compose" => behind_options(words, 1)?.0,
        _ => return None,
    };
    if !["run", "exec"].contains(&words.get(at)?.as_deref()?) {
        return None;
    }
    let (image, entrypoint) = behind_options(words, at + 1)?;
    at = image + 1;
    let rest = words.get(at..)?.iter().cloned();
    let run: Vec<Option<String>> = entrypoint.into_iter().chain(rest).collect();
    // A command that begins with `-` is arguments of a program that only the image knows.
    run.first().is_some_and(|first| first.as_deref().is_none_or(|first| !first.starts_with('-'))).then_some(run)
}

/// Where the first word stands that is no option, and the program that is set in place of that of the image.
fn behind_options(words: &Words, from: usize) -> Option<(usize, Option<Option<String>>)> {
    let (mut at, mut entrypoint) = (from, None);
    while let Some(Some(word)) = words.get(at).filter(|word| word.as_deref().is_some_and(|word| word.starts_with('-'))) {
        if let Some(program) = word.strip_prefix("--entrypoint=") {
            entrypoint = Some(Some(program.to_owned()));
        } else if word == "--entrypoint" {
            entrypoint = words.get(at + 1).cloned();
        }
        let takes_next = VALUED.contains(&word.as_str());
        let short = word.strip_prefix('-').filter(|short| !short.starts_with('-'));
        let has_value = || word.contains('=') || short.is_some_and(|_| word.get(..2).is_some_and(|start| VALUED.contains(&start)));
        let alone = || ALONE.contains(&word.as_str()) || short.is_some_and(|short| short.chars().all(|letter| LETTERS.contains(letter)));
        if !takes_next && !alone() && !has_value() {
            return None;
        }
        at += 1 + usize::from(takes_next);
    }
    Some((at, entrypoint))
}
