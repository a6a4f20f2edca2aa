//! Scanners that are told to accept what they find, or to write down what they will accept.

use super::gates::{is_build, weigh};
use super::{Call, Words, action_name};
use crate::formats::workflow::{At, Templated};
use crate::pipeline::script::Weight;

/// Options with which a scanner ends with 0 whatever it finds: program, option; with its value where it has one.
const LENIENT: &[(&str, &str)] = &[
    ("bandit", "--exit-zero"),
    ("brakeman", "--no-exit-on-warn"),
    ("checkov", "--soft-fail"),
    ("checkov", "-s"),
    ("flake8", "--exit-zero"),
    ("gitleaks", "--exit-code 0"),
    ("golangci-lint", "--issues-exit-code 0"),
    ("gosec", "-no-fail"),
    ("gosec", "--no-fail"),
    ("govulncheck", "-format json"),
    ("govulncheck", "-format sarif"),
    ("govulncheck", "-json"),
    ("hadolint", "--no-fail"),
    ("kics", "--ignore-on-exit all"),
    ("kics", "--ignore-on-exit results"),
    ("make", "--ignore-errors"),
    ("mvn", "--fail-never"),
    ("mvn", "-Dmaven.test.failure.ignore"),
    ("mvn", "-fn"),
    ("mvnw", "--fail-never"),
    ("mvnw", "-Dmaven.test.failure.ignore"),
    ("mvnw", "-fn"),
    ("npm", "--audit-level none"),
    ("phpmd", "--ignore-violations-on-exit"),
    ("pip-audit", "--dry-run"),
    ("psalm", "--no-error-exit-code"),
    ("pylint", "--exit-zero"),
    ("pytest", "--co"),
    ("pytest", "--collect-only"),
    ("rubocop", "--fail-level F"),
    ("rubocop", "--fail-level fatal"),
    ("ruff", "--exit-zero"),
    ("ruff", "-e"),
    ("safety", "--continue-on-error"),
    ("semgrep", "--no-error"),
    ("tflint", "--force"),
    ("tfsec", "--soft-fail"),
    ("tfsec", "-s"),
    ("trivy", "--exit-code 0"),
    ("vale", "--no-exit"),
];

/// Options with which a scanner writes its own baseline.
const BASELINES: &[(&str, &str)] = &[
    ("basedpyright", "--writebaseline"),
    ("betterer", "--update"),
    ("betterer", "-u"),
    ("brakeman", "-I"),
    ("checkov", "--create-baseline"),
    ("detekt", "--create-baseline"),
    ("detekt", "-cb"),
    ("eslint", "--suppress-all"),
    ("eslint", "--suppress-rule"),
    ("phpstan", "--generate-baseline"),
    ("phpstan", "-b"),
    ("psalm", "--set-baseline"),
    ("psalm", "--update-baseline"),
    ("rubocop", "--auto-gen-config"),
    ("rubocop", "--regenerate-todo"),
];

/// A scanner that ends with 0 whatever it finds unless it is told otherwise.
struct Mild {
    program: &'static str,
    /// Its first operands; empty: any but none.
    first: &'static [&'static str],
    /// Options with which it fails, the one to name first.
    unless: &'static [&'static str],
    /// Options that name a configuration, which may say so too.
    configured: &'static [&'static str],
}

const fn mild(program: &'static str, first: &'static [&'static str], unless: &'static [&'static str]) -> Mild {
    Mild { program, first, unless, configured: &[] }
}

const UNLESS: &[Mild] = &[
    mild("cppcheck", &[], &["--error-exitcode"]),
    mild("dependency-check", &[], &["--failOnCVSS"]),
    mild("dependency-check.sh", &[], &["--failOnCVSS"]),
    mild("docker", &["scout", "cves|quickview"], &["--exit-code", "-e"]),
    mild("flawfinder", &[], &["--error-level"]),
    Mild { configured: &["--config", "-c"], ..mild("grype", &[], &["--fail-on", "-f"]) },
    mild("polaris", &["audit"], &["--set-exit-code-on-danger", "--set-exit-code-below-score"]),
    mild("semgrep", &["scan"], &["--error"]),
    Mild {
        configured: &["--config", "-c"],
        ..mild("trivy", &["config|filesystem|fs|image|k8s|kubernetes|repo|repository|rootfs|sbom|vm"], &["--exit-code"])
    },
    mild("trufflehog", &["docker|filesystem|gcs|git|github|gitlab|s3"], &["--fail"]),
];

/// The same of actions: a part of their name, the input that is needed.
const UNLESS_GIVEN: &[(&str, &str)] = &[("aquasecurity/trivy-action", "exit-code")];

/// What a scanner would need to fail at all.
fn missing_option(call: &Call<'_>) -> Option<String> {
    // Without a subcommand semgrep scans.
    let is_bare_scan = call.program == "semgrep"
        && call.has("--config")
        && !call.begins(&["ci|login|logout|install-semgrep-pro|lsp|publish|show|test|validate"]);
    let mild = UNLESS.iter().find(|mild| {
        mild.program == call.program
            && (is_bare_scan || if mild.first.is_empty() { !call.operands().is_empty() } else { call.begins(mild.first) })
    })?;
    let may_be_given = call.rest.iter().any(Option::is_none) || mild.unless.iter().chain(mild.configured).any(|option| call.has(option));
    let named = mild.unless.first()?;
    (!may_be_given).then(|| format!("without `{named}` that is its default"))
}

/// Whether an option is given; behind a blank stands the value that it has to have.
fn is_given(call: &Call<'_>, option: &str) -> bool {
    match option.split_once(' ') {
        Some((name, value)) => call.value_of(&[name]) == Some(value),
        None => call.has(option) && !call.value_of(&[option]).is_some_and(|_| call.has(&format!("{option}=false"))),
    }
}

/// How a scanner, a runner of tests or of scripts is told to end with 0: a sentence without its subject.
pub(crate) fn lenient(words: &Words) -> Option<String> {
    let call = Call::of(words)?;
    let name = call.program.replace('_', "-");
    let program = if call.is_module { name.as_str() } else { call.program };
    if ["npm", "pnpm", "yarn"].contains(&program) && call.has("--if-present") && weigh(words) == Weight::Gate && !is_build(words) {
        return Some("ends with 0 where there is no such script: `--if-present`".to_owned());
    }
    // `-i` may stand among other letters.
    let is_letter = |word: &String| {
        word.starts_with('-') && !word.starts_with("--") && word.contains('i') && word.chars().skip(1).all(|c| "ikBse".contains(c))
    };
    if ["make", "gmake"].contains(&program) && call.rest.iter().flatten().any(is_letter) {
        return Some("ends with 0 whatever its targets come to: `-i`".to_owned());
    }
    if ["jest", "vitest"].contains(&program) && call.has("--passWithNoTests") && call.operands().is_empty() {
        return Some("ends with 0 where there are no tests: `--passWithNoTests`".to_owned());
    }
    let option = LENIENT.iter().find(|(own, option)| *own == program && is_given(&call, option)).map(|(_, option)| format!("`{option}`"));
    option.or_else(|| missing_option(&call)).map(|how| format!("ends with 0 whatever it finds: {how}"))
}

/// How a scanner writes its own baseline.
pub(crate) fn own_baseline(words: &Words) -> Option<String> {
    let call = Call::of(words)?;
    let name = call.program.replace('_', "-");
    // `scan --baseline` writes into the file what it finds; it is the hook that compares with it.
    let updates = || ["--baseline", "--update"].into_iter().find(|option| call.has(option));
    if name == "detect-secrets" && call.begins(&["scan"]) && !call.has("--list-all-plugins") {
        return updates().map(|option| format!("`{option}` takes what it finds into the file; `detect-secrets-hook --baseline` compares"));
    }
    if ["bandit", "gitleaks"].contains(&name.as_str()) && has_output(words, "baseline") {
        return Some("it writes the baseline".to_owned());
    }
    BASELINES.iter().find(|(own, option)| *own == name && call.has(option)).map(|(_, option)| format!("`{option}`"))
}

/// Whether a report is written to a file whose name says so.
fn has_output(words: &Words, name: &str) -> bool {
    let takes = |option: &str| ["-o", "--output", "-r", "--report-path"].contains(&option);
    words.windows(2).any(|pair| pair[0].as_deref().is_some_and(takes) && pair[1].as_deref().is_some_and(|file| file.contains(name)))
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

    const LENIENT_FORMS: &[&str] = &[
        "python -m bandit -r . --exit-zero",
        "trivy fs .",
        "trivy --cache-dir x image a",
        "trivy image --exit-code=0 a",
        "grype dir:.",
        "semgrep --config auto",
        "semgrep scan --config x .",
        "trufflehog git file://.",
        "rubocop --fail-level fatal",
        "rubocop --fail-level=fatal",
        "kics scan --ignore-on-exit all",
        "make -i test",
        "make -ki test",
        "make --ignore-errors test",
        "npm run test --if-present",
        "pnpm run lint --if-present",
        "pip-audit --dry-run",
        "python -m pytest --collect-only",
        "cppcheck src",
        "govulncheck -format json ./...",
        "mvn -fn verify",
    ];

    const JUDGING_FORMS: &[&str] = &[
        "bandit -r .",
        "trivy fs --exit-code 1 .",
        "trivy fs ?",
        "trivy --config trivy.yaml fs .",
        "grype -c grype.yaml dir:.",
        "grype dir:. --fail-on high",
        "semgrep ci --config x",
        "semgrep --config x --error",
        "semgrep --version",
        "trufflehog git file://. --fail",
        "eslint --no-error-on-unmatched-pattern .",
        "mypy --exit-zero",
        "pytest --exitfirst",
        "eslint --quiet .",
        "terraform plan -detailed-exitcode",
        "npm run build --if-present",
        "make -j test",
        "make -C infra test",
        "mvn -Dmaven.test.failure.ignore=false verify",
        "detect-secrets scan",
    ];

    #[test]
    fn a_scanner_that_accepts_what_it_finds() {
        assert_eq!(lenient(&words("bandit -r . --exit-zero")).as_deref(), Some("ends with 0 whatever it finds: `--exit-zero`"));
        assert_eq!(lenient(&words("trivy fs --exit-code 0 .")).as_deref(), Some("ends with 0 whatever it finds: `--exit-code 0`"));
        for command in LENIENT_FORMS {
            assert!(lenient(&words(command)).is_some(), "{command}");
        }
        for command in JUDGING_FORMS {
            assert!(lenient(&words(command)).is_none(), "{command}");
        }
    }

    #[test]
    fn a_scanner_that_writes_its_own_baseline() {
        for command in [
            "phpstan analyse --generate-baseline",
            "bandit -r . -f json -o baseline.json",
            "detect-secrets scan --baseline .secrets.baseline",
            "detect-secrets -C x scan --update .secrets.baseline",
            "python -m detect_secrets scan --baseline=.secrets.baseline",
        ] {
            assert!(own_baseline(&words(command)).is_some(), "{command}");
        }
        for command in [
            "bandit -r . -b baseline.json",
            "detect-secrets scan",
            "detect-secrets-hook --baseline .secrets.baseline x",
            "detect-secrets audit x",
        ] {
            assert!(own_baseline(&words(command)).is_none(), "{command}");
        }
    }
}
