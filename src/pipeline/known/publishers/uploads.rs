//! Commands that send something to another machine, by what they are given.

use super::super::{Call, Words};

/// Parts of an address to which something is published.
const PUBLISHING: &[&str] = &["releases", "packages", "upload", "registry", "publish", "deploy", "dispatches", "git/refs"];
/// Parts of an address where only people or reports are told.
const TELLING: &[&str] =
    &["hooks.slack.com", "slack.com/api", "discord.com/api", "discordapp.com", "webhook.office", "codecov", "coveralls", "sentry.io"];
/// Options of curl and wget that take the next word and name no address, beside those that send something.
const VALUED: &[&str] = &[
    "-A",
    "-H",
    "-O",
    "-b",
    "-c",
    "-d",
    "-e",
    "-F",
    "-m",
    "-o",
    "-u",
    "-w",
    "-x",
    "--cert",
    "--connect-timeout",
    "--header",
    "--key",
    "--max-time",
    "--output",
    "--password",
    "--retry",
    "--user",
    "--user-agent",
    "--write-out",
    "--method",
    "-X",
    "--request",
];
/// Options that send something.
const SENDING: &[&str] = &[
    "--data",
    "--data-ascii",
    "--data-binary",
    "--data-raw",
    "--data-urlencode",
    "--form",
    "--form-string",
    "--json",
    "--post-data",
    "--post-file",
    "--body-file",
    "--body-data",
];
/// What `gh api` changes.
const CHANGED: &[&str] = &["releases", "deployments", "dispatches", "git/refs", "git/tags", "merges", "merge", "packages", "contents"];

/// Options of ssh that take the next word.
const OF_SSH: &[&str] =
    &["-B", "-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-p", "-Q", "-R", "-S", "-W", "-w"];

/// Whether a command copies something to another machine, or runs something there.
pub(super) fn copies_away(call: &Call<'_>) -> bool {
    let last = || call.rest.iter().rev().find(|word| !word.as_deref().is_some_and(|word| word.starts_with('-')));
    let is_last = |is_there: fn(&str) -> bool| last().is_some_and(|to| to.as_deref().is_none_or(is_there)) && call.rest.len() > 1;
    let is_remote = |to: &str| to.contains(':');
    match call.program {
        "aws" => call.begins(&["s3", "cp|mv|sync|rm|rb"]) && is_to_bucket(call),
        "gsutil" => call.begins(&["cp|mv|rsync|rm"]) && is_last(|to| to.starts_with("gs://")),
        "gcloud" => call.begins(&["storage", "cp|mv|rsync|rm"]) && is_last(|to| to.starts_with("gs://")),
        "s3cmd" => call.begins(&["put|sync|del|mv|cp"]) && is_last(|to| to.starts_with("s3://")),
        "s5cmd" => call.begins(&["cp|mv|sync|rm|run"]) && is_last(|to| to.starts_with("s3://")),
        "azcopy" => call.begins(&["copy|cp|sync"]) && is_last(|to| to.starts_with("https://")),
        "rclone" => call.begins(&["copy|copyto|move|moveto|sync"]) && is_last(is_remote),
        "rsync" | "scp" => is_last(is_remote),
        "ssh" | "mosh" | "plink" => runs_elsewhere(call.rest),
        _ => false,
    }
}

/// Whether the second of the two paths of `aws s3 cp` is a bucket, or the one of `rm`.
fn is_to_bucket(call: &Call<'_>) -> bool {
    const BARE: &[&str] = &[
        "--delete",
        "--recursive",
        "--quiet",
        "--only-show-errors",
        "--no-progress",
        "--follow-symlinks",
        "--no-follow-symlinks",
        "--size-only",
        "--exact-timestamps",
        "--debug",
        "--force",
    ];
    let start = call.rest.iter().position(|word| word.as_deref() == Some("s3")).map_or(0, |at| at + 1);
    let mut paths: Vec<Option<&str>> = Vec::new();
    let mut is_value = false;
    for word in call.rest.iter().skip(start) {
        match word.as_deref() {
            Some(word) if word.starts_with("--") => is_value = !word.contains('=') && !BARE.contains(&word),
            _ if is_value => is_value = false,
            path => paths.push(path),
        }
    }
    let is_bucket = |path: &Option<&str>| path.is_none_or(|path| path.starts_with("s3://"));
    match paths.as_slice() {
        [Some("rm" | "rb"), path, ..] => is_bucket(path),
        // From a bucket to somewhere: most likely here.
        [_, from, None, ..] => !from.is_some_and(|from| from.starts_with("s3://")),
        [_, _, to, ..] => is_bucket(to),
        _ => false,
    }
}

/// Whether ssh is given a host and a command, or a host and a script to read.
fn runs_elsewhere(words: &Words) -> bool {
    let mut is_value = false;
    let mut host = None;
    for word in words {
        match word.as_deref() {
            _ if std::mem::take(&mut is_value) => {}
            // A tunnel, a question, and a test of the connection run nothing.
            Some("-N" | "-V" | "-Q" | "-G" | "-fN" | "-nNT" | "-fNT" | "-NT" | "-Nf") => return false,
            Some(word) if word.starts_with('-') => is_value = OF_SSH.contains(&word),
            word => {
                host = Some(word);
                break;
            }
        }
    }
    host.is_some_and(|host| !host.is_some_and(|host| host.contains("git@")))
}

/// Whether a command sends something to an address that says that it publishes. The text is that of the command as it is written, where an address
/// of which a part is not known can still be read.
pub(crate) fn uploads(words: &Words, text: impl FnOnce() -> String) -> bool {
    let Some(call) = Call::of(words) else { return false };
    match call.program {
        "curl" | "curlie" => is_put(&call) || sends(&call) && is_published_to(&text()),
        "wget" | "http" | "https" | "xh" => sends(&call) && is_published_to(&text()),
        "gh" | "hub" | "glab" => call.begins(&["api"]) && changes(&call, &text()),
        _ => false,
    }
}

fn is_put(call: &Call<'_>) -> bool {
    let is =
        |word: &str| word == "--upload-file" || word.starts_with("--upload-file=") || word.starts_with("-T") || word.starts_with("-sT");
    call.rest.iter().flatten().any(|word| is(word))
}

fn method<'w>(call: &Call<'w>) -> Option<&'w str> {
    let glued = || {
        call.rest
            .iter()
            .flatten()
            .find_map(|word| word.strip_prefix("-X").or_else(|| word.strip_prefix("-sX")).filter(|rest| !rest.is_empty()))
    };
    let spaced = || {
        call.rest.windows(2).find_map(|pair| {
            let option = pair[0].as_deref()?;
            let is_method = !option.starts_with("--") && option.starts_with('-') && option.ends_with('X');
            if is_method { pair[1].as_deref() } else { None }
        })
    };
    let named = call.rest.iter().flatten().map(String::as_str).find(|word| ["POST", "PUT", "PATCH", "DELETE"].contains(word));
    call.value_of(&["-X", "--request", "--method"]).or_else(spaced).or_else(glued).or(named)
}

fn sends(call: &Call<'_>) -> bool {
    match method(call) {
        Some(method) => ["POST", "PUT", "PATCH"].contains(&method.to_ascii_uppercase().as_str()),
        None => {
            let is_data = |word: &str| {
                SENDING.iter().any(|option| word == *option || word.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')))
            };
            let is_short =
                |word: &str| !word.starts_with("--") && (word.starts_with("-d") || word.starts_with("-F") || word.starts_with("-sd"));
            let has_get = call.has("-G") || call.has("--get");
            !has_get && call.rest.iter().flatten().any(|word| is_data(word) || call.program.starts_with("curl") && is_short(word))
        }
    }
}

/// A text with `$` in the place of every `${{ … }}`, which has blanks in it.
fn without_expressions(text: &str) -> String {
    let mut parts = text.split("${{");
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        left.push('$');
        left.push_str(part.split_once("}}").map_or(part, |(_, rest)| rest));
    }
    left
}

/// The words of a text that name an address, as they are written.
fn addresses(text: &str) -> impl Iterator<Item = String> {
    let text = without_expressions(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_value = |at: usize| {
        at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|before| VALUED.contains(before) || SENDING.contains(before))
    };
    let plain = |word: &str| word.trim_matches(['"', '\'', '\\', '(', ')', ',', ';']).to_ascii_lowercase();
    let found: Vec<String> = words
        .iter()
        .enumerate()
        .filter(|(at, _)| !is_value(*at))
        .map(|(_, word)| plain(word.strip_prefix("--url=").unwrap_or(word)))
        .filter(|word| word.starts_with("http://") || word.starts_with("https://") || word.starts_with('$'))
        .collect();
    found.into_iter()
}

/// Whether a text names an address to which something is published.
pub(super) fn is_published_to(text: &str) -> bool {
    let all: Vec<String> = addresses(text).collect();
    let is_told =
        |address: &String| TELLING.iter().any(|part| address.contains(part)) || address.contains("slack") || address.contains("discord");
    !all.iter().any(is_told) && all.iter().any(|address| PUBLISHING.iter().any(|part| address.contains(part)))
}

/// Whether `gh api` changes something that others take.
fn changes(call: &Call<'_>, text: &str) -> bool {
    let is_field = |word: &str| {
        ["-f", "-F", "--field", "--raw-field", "--input"].iter().any(|option| word == *option || word.starts_with(&format!("{option}=")))
    };
    let writes = match method(call) {
        Some(method) => !method.eq_ignore_ascii_case("GET") && !method.eq_ignore_ascii_case("HEAD"),
        None => call.rest.iter().flatten().any(|word| is_field(word)),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_value =
        |at: usize| at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|before| before.starts_with('-') && *before != "--paginate");
    let is_path = |word: &str| {
        word.trim_matches(['"', '\'']).split(['/', '?']).any(|part| CHANGED.contains(&part))
            || word.contains("/git/refs")
            || word.contains("/git/tags")
    };
    writes && words.iter().enumerate().any(|(at, word)| (!is_value(at) || word.contains("repos/")) && word.contains('/') && is_path(word))
}
