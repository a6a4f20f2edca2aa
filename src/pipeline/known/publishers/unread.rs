//! What a script of another language than the shell's, or one that could not be read, says that it publishes.

use super::uploads::is_published_to;
use super::{publishes, uploads};

/// A line of a script that publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// From 1, in the script.
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// Words with which Python and JavaScript run a command.
const RUNNING: &[&str] =
    &["subprocess", "os.system", "os.popen", "check_call", "execsync", "exec(", "spawn", "sh(", "system(", "execa", "$`", "run("];
/// Words with which they send something.
const SENDING: &[&str] = &["requests.post", "requests.put", "httpx.post", "httpx.put", "axios.post", "axios.put", "fetch("];
/// Commands of PowerShell that publish.
const CMDLETS: &[&str] =
    &["publish-module", "publish-psresource", "publish-script", "publish-azwebapp", "publish-azvmdscconfiguration", "set-azwebapp"];

/// The lines that publish, of a script for this `shell:`.
pub(crate) fn said(script: &str, shell: Option<&str>) -> Vec<Said> {
    let name = shell.and_then(|shell| shell.split_whitespace().next()).map(|name| name.rsplit('/').next().unwrap_or(name));
    let is_code = name.is_some_and(|name| ["python", "python3", "node", "ruby", "perl", "deno", "bun"].contains(&name));
    let mut found = Vec::new();
    for (at, line) in script.lines().map(str::trim).enumerate() {
        if line.is_empty() || line.starts_with('#') || line.starts_with("//") || line.starts_with("::") {
            continue;
        }
        if if is_code { code_publishes(line) } else { line_publishes(line) } {
            found.push(Said { line: at + 1, what: line.to_owned() });
        }
    }
    found
}

/// A line of PowerShell, or of a script that nobody could read: its commands by their words.
fn line_publishes(line: &str) -> bool {
    line.split([';', '|', '&', '{', '}']).any(|command| {
        let words = split(command);
        let name = words.first().and_then(Option::as_deref).unwrap_or_default().to_ascii_lowercase();
        let is_sent = || {
            let text = command.to_ascii_lowercase();
            let is_method = text.contains("-method post") || text.contains("-method put") || text.contains("-method patch");
            is_method && is_published_to(command)
        };
        match name.as_str() {
            "invoke-webrequest" | "invoke-restmethod" | "iwr" | "irm" => is_sent(),
            name if CMDLETS.contains(&name) => true,
            _ => publishes(&words) || uploads(&words, || command.to_owned()),
        }
    })
}

/// A line of code that runs a command or sends something: by what stands between quotes.
fn code_publishes(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    if SENDING.iter().any(|name| lower.contains(name)) {
        return quoted(line).iter().any(|text| is_published_to(text));
    }
    if !RUNNING.iter().any(|name| lower.contains(name)) {
        return false;
    }
    let texts = quoted(line);
    let as_words: Vec<Option<String>> = texts.iter().flat_map(|text| split(text)).collect();
    publishes(&as_words) || texts.iter().any(|text| line_publishes(text))
}

fn split(command: &str) -> Vec<Option<String>> {
    let plain = |word: &str| word.trim_matches(['"', '\'', '`', '(', ')', ',']).to_owned();
    command
        .split_whitespace()
        .map(plain)
        .filter(|word| !word.is_empty())
        .map(|word| Some(word).filter(|word| !word.starts_with('$')))
        .collect()
}

/// The texts between quotes of a line.
fn quoted(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<(char, String)> = None;
    for c in line.chars() {
        match &mut open {
            None if ['"', '\'', '`'].contains(&c) => open = Some((c, String::new())),
            None => {}
            Some((quote, _)) if *quote == c => found.extend(open.take().map(|(_, text)| text)),
            Some((_, text)) => text.push(c),
        }
    }
    found
}
