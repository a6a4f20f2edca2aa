//! Scanners that are told to accept what they find, or to write down what they will accept.

use super::{Words, action_name, has_option, operands, program};
use crate::formats::workflow::{At, Templated};

/// Options with which a scanner ends with 0 whatever it finds: program, option.
const LENIENT: &[(&str, &str)] = &[
    ("bandit", "--exit-zero"),
    ("flake8", "--exit-zero"),
    ("pylint", "--exit-zero"),
    ("ruff", "--exit-zero"),
    ("checkov", "--soft-fail"),
    ("checkov", "-s"),
    ("tfsec", "--soft-fail"),
    ("tfsec", "-s"),
    ("gosec", "-no-fail"),
    ("rubocop", "--fail-level=fatal"),
    ("brakeman", "--no-exit-on-warn"),
    ("eslint", "--no-error-on-unmatched-pattern"),
    ("golangci-lint", "--issues-exit-code=0"),
    ("trivy", "--exit-code=0"),
    ("gitleaks", "--exit-code=0"),
    ("kics", "--ignore-on-exit=all"),
    ("hadolint", "--no-fail"),
    ("psalm", "--no-error-exit-code"),
    ("mypy", "--exit-zero"),
];

/// Options whose value 0 does the same: `trivy --exit-code 0`.
const EXIT_CODES: &[(&str, &str)] = &[("trivy", "--exit-code"), ("gitleaks", "--exit-code"), ("golangci-lint", "--issues-exit-code")];

/// Options with which a scanner writes its own baseline.
const BASELINES: &[(&str, &str)] = &[
    ("semgrep", "--write-baseline"),
    ("detekt", "--create-baseline"),
    ("psalm", "--set-baseline"),
    ("psalm", "--update-baseline"),
    ("phpstan", "--generate-baseline"),
    ("checkov", "--create-baseline"),
    ("rubocop", "--auto-gen-config"),
    ("rubocop", "--regenerate-todo"),
    ("eslint", "--suppress-all"),
    ("eslint", "--suppress-rule"),
    ("basedpyright", "--writebaseline"),
    ("brakeman", "-I"),
    ("knip", "--update-baseline"),
    ("betterer", "--update"),
];

/// Scanners that end with 0 whatever they find unless one of these options is given: program, its first operands, the options.
const UNLESS: &[(&str, &[&str], &[&str])] = &[
    ("trivy", &["fs", "filesystem", "image", "repo", "repository", "config", "rootfs", "sbom", "k8s", "vm"], &["--exit-code"]),
    ("grype", &[], &["--fail-on", "-f"]),
    ("semgrep", &["scan"], &["--error"]),
];

/// The same of actions: a part of their name, the input that is needed.
const UNLESS_GIVEN: &[(&str, &str)] = &[("aquasecurity/trivy-action", "exit-code")];

/// What a scanner would need to fail at all.
fn missing_option(words: &Words, program: &str) -> Option<String> {
    let operands = operands(words);
    let (_, _, options) = UNLESS.iter().find(|(own, first, _)| {
        *own == program && (operands.first().is_some_and(|operand| first.contains(operand)) || first.is_empty() && !operands.is_empty())
    })?;
    let unknown = words.iter().any(Option::is_none);
    let given = options.iter().any(|option| has_option(words, option));
    (!given && !unknown).then(|| format!("without `{}` it always does", options[0]))
}

/// The option with which a scanner is told to end with 0 whatever it finds.
pub(crate) fn lenient(words: &Words) -> Option<String> {
    let program = module_or_program(words)?;
    let option =
        LENIENT.iter().find(|(own, option)| *own == program && has_option_or_value(words, option)).map(|(_, option)| format!("`{option}`"));
    option.or_else(|| missing_option(words, program)).or_else(|| {
        let zero = |option: &str| words.windows(2).any(|pair| pair[0].as_deref() == Some(option) && pair[1].as_deref() == Some("0"));
        EXIT_CODES.iter().find(|(own, option)| *own == program && zero(option)).map(|(_, option)| format!("`{option} 0`"))
    })
}

/// How a scanner writes its own baseline.
pub(crate) fn own_baseline(words: &Words) -> Option<String> {
    let program = module_or_program(words)?;
    if program == "detect-secrets"
        && operands(words).first() == Some(&"scan")
        && !has_option(words, "--baseline")
        && !has_option(words, "--list-all-plugins")
    {
        return Some("without `--baseline` it makes a new one".to_owned());
    }
    if program == "bandit" && has_output(words, "baseline") || program == "gitleaks" && has_output(words, "baseline") {
        return Some("it writes the baseline".to_owned());
    }
    BASELINES.iter().find(|(own, option)| *own == program && has_option(words, option)).map(|(_, option)| format!("`{option}`"))
}

/// Whether a report is written to a file whose name says so.
fn has_output(words: &Words, name: &str) -> bool {
    let takes = |option: &str| ["-o", "--output", "-r", "--report-path"].contains(&option);
    words.windows(2).any(|pair| pair[0].as_deref().is_some_and(takes) && pair[1].as_deref().is_some_and(|file| file.contains(name)))
}

fn module_or_program(words: &Words) -> Option<&str> {
    let program = program(words)?;
    if program.starts_with("python") && words.get(1)?.as_deref() == Some("-m") {
        return words.get(2)?.as_deref();
    }
    Some(program)
}

fn has_option_or_value(words: &Words, option: &str) -> bool {
    words.iter().skip(1).flatten().any(|word| word == option)
}

/// Inputs with which a scanner's action accepts what it finds: a part of its name, the input, its value.
const INPUTS: &[(&str, &str, &str)] = &[
    ("trivy", "exit-code", "0"),
    ("checkov", "soft_fail", "true"),
    ("tfsec", "soft_fail", "true"),
    ("grype", "fail-build", "false"),
    ("scan-action", "fail-build", "false"),
    ("hadolint", "no-fail", "true"),
    ("snyk", "continue-on-error", "true"),
    ("gitleaks", "fail", "false"),
    ("dependency-review", "warn-only", "true"),
    ("golangci-lint", "args", "--issues-exit-code=0"),
    ("kics", "ignore_on_exit", "all"),
    ("bandit", "exit_zero", "true"),
];

/// The input with which a scanner's action accepts what it finds.
pub(crate) fn lenient_action(uses: &str, with: &[(At<String>, Templated)]) -> Option<String> {
    let name = action_name(uses);
    let given =
        |key: &str| with.iter().find(|(own, _)| own.value.eq_ignore_ascii_case(key)).map(|(_, value)| value.source.trim().to_owned());
    let met = |(part, input, value): &&(&str, &str, &str)| name.contains(part) && given(input).is_some_and(|given| given.contains(value));
    let without = UNLESS_GIVEN.iter().find(|(part, input)| name.contains(part) && given(input).is_none());
    let without = without.map(|(_, input)| format!("without `{input}` it always is"));
    INPUTS.iter().find(met).map(|(_, input, value)| format!("`{input}: {value}`")).or(without)
}

#[cfg(test)]
mod tests {
    use super::super::words;
    use super::*;

    #[test]
    fn a_scanner_that_accepts_what_it_finds() {
        assert_eq!(lenient(&words("bandit -r . --exit-zero")).as_deref(), Some("`--exit-zero`"));
        assert_eq!(lenient(&words("trivy fs --exit-code 0 .")).as_deref(), Some("`--exit-code 0`"));
        assert_eq!(lenient(&words("python -m bandit -r . --exit-zero")).as_deref(), Some("`--exit-zero`"));
        assert!(lenient(&words("trivy fs .")).is_some() && lenient(&words("trivy fs ?")).is_none());
        assert!(lenient(&words("bandit -r .")).is_none() && lenient(&words("trivy fs --exit-code 1 .")).is_none());
    }

    #[test]
    fn a_scanner_that_writes_its_own_baseline() {
        assert!(own_baseline(&words("phpstan analyse --generate-baseline")).is_some());
        assert!(own_baseline(&words("bandit -r . -f json -o baseline.json")).is_some());
        assert!(own_baseline(&words("detect-secrets scan")).is_some());
        assert!(own_baseline(&words("bandit -r . -b baseline.json")).is_none());
    }
}
