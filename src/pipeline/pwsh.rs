//! Scripts of PowerShell, which is what a step on Windows is run by: GitHub asks for the exit code of the last command only.

use super::invocations::Invocation;
use super::known::gates::weigh;
use super::script::Weight;

/// A setting that lets every failed program end the script.
const ENDS: &str = "$psnativecommanduseerroractionpreference";
/// What a script says that looks at an exit code itself.
const LOOKS: &[&str] = &["lastexitcode", "$?", "-erroraction", "||", "&&"];

/// The commands that judge, and whose failure a later command hides.
pub(crate) fn hidden(script: &str) -> Vec<Invocation> {
    let lines: Vec<(usize, &str)> =
        script.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).collect();
    let says = |line: &str, what: &[&str]| what.iter().any(|word| line.to_lowercase().contains(word));
    let mut found = Vec::new();
    for (at, (number, line)) in lines.iter().enumerate() {
        if says(line, &[ENDS]) {
            break;
        }
        let words: Vec<Option<String>> =
            line.trim_start_matches("& ").split_whitespace().map(|word| Some(word.trim_matches(['"', '\'']).to_owned())).collect();
        let is_judged = weigh(&words) == Weight::Gate && !says(line, LOOKS);
        let is_looked_at = lines.get(at + 1).is_none_or(|(_, next)| says(next, &["lastexitcode", "$?"]));
        if is_judged && !is_looked_at {
            found.push(Invocation { line: number + 1, words, variables: Vec::new() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(script: &str) -> Vec<usize> {
        hidden(script).iter().map(|one| one.line).collect()
    }

    #[test]
    fn only_the_last_command_counts() {
        assert_eq!(lines("cargo test\ncargo build"), [1]);
        assert_eq!(lines("# tests\n\n& pytest -q\nWrite-Host done"), [3]);
        assert!(lines("cargo test").is_empty());
        assert!(lines("Write-Host now\ncargo test").is_empty());
    }

    #[test]
    fn a_script_that_looks_itself_is_fine() {
        assert!(lines("cargo test\nif ($LASTEXITCODE -ne 0) { exit 1 }\nWrite-Host done").is_empty());
        assert!(lines("$PSNativeCommandUseErrorActionPreference = $true\ncargo test\nWrite-Host done").is_empty());
        assert!(lines("cargo test || exit 1\nWrite-Host done").is_empty());
    }
}
