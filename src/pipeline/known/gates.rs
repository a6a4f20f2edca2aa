//! Commands whose failure is the point of running them: tests, linters, scanners, builds, and the project's own scripts.

use super::super::script::Weight;
use super::{Commands, Words, action_name, has_option, names_one_of, operands, program};

/// Programs, with the first operands where only these judge.
#[rustfmt::skip] // a line a family
static JUDGING: Commands = Commands::new(&[
    "gate promote|check|run|probe|aggregate|readmes|lockfiles|run-hashes|promotion-only",
    "pytest|py.test|tox|nox|nose2|coverage|hypothesis|behave|robot|locust",
    "mypy|pyright|basedpyright|pyre|pytype|ruff|flake8|pylint|pyflakes|pycodestyle|pydocstyle|black|isort|vulture|ty",
    "bandit|safety|pip-audit|semgrep|gitleaks|trufflehog|detect-secrets|trivy|grype|snyk|checkov|tfsec|tflint|terrascan|kics|osv-scanner|codeql|zizmor|scorecard|dependency-check|clamscan|nuclei|zap-baseline.py",
    "jest|vitest|mocha|ava|karma|jasmine|cypress|playwright|testcafe|tap|c8|nyc|eslint|tsc|stylelint|biome|oxlint|prettier|xo|standard|knip|depcheck|attw|publint|size-limit|htmlhint",
    "npm|pnpm|yarn|bun test|t|audit", "deno test|lint|check|bench",
    "cargo test|t|nextest|clippy|check|c|build|b|fmt|audit|deny|vet|miri|hack|llvm-cov|tarpaulin|mutants|semver-checks|doc|bench|machete|udeps|outdated",
    "cargo-audit|cargo-deny|cargo-nextest|rustfmt|clippy-driver",
    "go test|vet|build", "gotestsum|golangci-lint|staticcheck|gosec|govulncheck|revive|errcheck|gofmt|gofumpt|ginkgo",
    "rspec|rubocop|brakeman|bundle-audit|bundler-audit|cucumber|standardrb|sorbet|steep|reek",
    "phpunit|pest|phpstan|psalm|phpcs|php-cs-fixer|infection|rector", "composer validate|audit|test|check-platform-reqs",
    "mix test|credo|dialyzer|sobelow|format|compile|check", "rebar3 eunit|ct|dialyzer|proper",
    "dotnet test|build|format", "mvn|mvnw|gradle|gradlew|sbt|lein|ant", "ktlint|detekt|checkstyle|pmd|spotbugs",
    "swift test|build", "xcodebuild|swiftlint|swiftformat", "flutter|dart test|analyze|format",
    "ctest|cppcheck|clang-tidy|clang-format|cpplint|valgrind|bazel|bazelisk|buck2|ninja|meson|cmake",
    "stack|cabal test|build|bench", "hlint|zig|nimble|dune|opam|crystal|v",
    "shellcheck|shfmt|bats|shellspec|hadolint|dockle|actionlint|yamllint|markdownlint|markdownlint-cli2|vale|codespell|typos|lychee|taplo|dotenv-linter|editorconfig-checker|reuse|commitlint|gitlint|jsonlint|check-jsonschema|ajv",
    "buf lint|breaking|build", "oasdiff|spectral|redocly|vacuum|conftest|kubeconform|kubeval|kube-linter|kube-score|polaris|pluto|datree|regula",
    "opa test|check|eval", "helm lint|template|test", "terraform|tofu validate|plan|fmt|test", "packer validate", "ansible-lint|molecule|inspec|goss|container-structure-test",
    "pre-commit|prek|lefthook|husky|lint-staged|megalinter|mega-linter-runner|super-linter",
    "k6|artillery|newman|hurl|dredd|schemathesis|restler|pact|lighthouse|lhci|pa11y|backstop",
    "great_expectations|dbt test|build|compile", "sqlfluff|sqlmesh|soda", "nix build|flake", "cosign verify|verify-attestation|verify-blob", "slsa-verifier|gh attestation",
]);

/// Modules that `python -m` runs to judge.
const MODULES: &[&str] = &[
    "pytest",
    "unittest",
    "nose2",
    "tox",
    "nox",
    "mypy",
    "pyright",
    "ruff",
    "flake8",
    "pylint",
    "bandit",
    "pip_audit",
    "safety",
    "coverage",
    "doctest",
    "compileall",
    "black",
    "isort",
    "pre_commit",
    "behave",
    "robot",
    "build",
];

/// Parts of the name of a script or a target that say that it judges.
const SAYING: &[&str] = &[
    "test",
    "tests",
    "testing",
    "unittest",
    "unittests",
    "lint",
    "linter",
    "lints",
    "check",
    "checks",
    "checker",
    "smoke",
    "verify",
    "verification",
    "validate",
    "validation",
    "validator",
    "scan",
    "scanner",
    "audit",
    "e2e",
    "integration",
    "gate",
    "gates",
    "promote",
    "ci",
    "typecheck",
    "coverage",
    "spec",
    "specs",
    "unit",
    "regression",
    "acceptance",
    "conformance",
    "sanity",
    "security",
    "compliance",
    "preflight",
    "qa",
    "build",
    "compile",
];

/// Programs that run targets or scripts by name.
const RUNNERS: &[&str] =
    &["make", "gmake", "just", "task", "rake", "invoke", "inv", "mage", "mise", "nx", "turbo", "lerna", "moon", "doit", "scons"];

/// Programs that run a file.
const INTERPRETERS: &[&str] = &[
    "bash", "sh", "zsh", "dash", "ksh", "python", "python3", "pypy3", "node", "ruby", "perl", "php", "Rscript", "julia", "tsx", "ts-node",
    "lua", "pwsh",
];

/// Folders whose programs are not the project's own.
const ELSEWHERE: &[&str] = &["/usr/", "/bin/", "/sbin/", "/opt/", "/etc/", "~/", "$HOME/"];

/// What a failure of this command would say.
pub(crate) fn weigh(words: &Words) -> Weight {
    let Some(program) = program(words) else { return Weight::Other };
    let first = words.first().and_then(Option::as_deref).unwrap_or_default();
    if is_harmless_form(program, words) {
        return Weight::Other;
    }
    if JUDGING.has(words) {
        return Weight::Gate;
    }
    let operands = operands(words);
    if is_python(program) && words.get(1).and_then(Option::as_deref) == Some("-m") {
        let module = words.get(2).and_then(Option::as_deref).unwrap_or_default();
        return if MODULES.contains(&module.split('.').next().unwrap_or_default()) { Weight::Gate } else { Weight::Other };
    }
    if RUNNERS.contains(&program)
        || (["npm", "pnpm", "yarn", "bun", "deno", "composer", "poe", "hatch", "pdm", "rye", "cargo"].contains(&program)
            && runs_script(program, &operands))
    {
        return if operands.iter().any(|target| names_one_of(target, SAYING)) { Weight::Gate } else { Weight::Script };
    }
    if INTERPRETERS.contains(&program) || program.starts_with("python3.") {
        return operands
            .first()
            .filter(|_| !has_option(words, "-c") && !has_option(words, "-e"))
            .map_or(Weight::Other, |file| by_name(file));
    }
    if first.contains('/') && !ELSEWHERE.iter().any(|folder| first.starts_with(folder)) {
        return by_name(first);
    }
    Weight::Other
}

fn is_python(program: &str) -> bool {
    program == "python" || program == "python3" || program.starts_with("python3.")
}

/// `npm run x`, `cargo xtask`, `yarn x`.
fn runs_script(program: &str, operands: &[&str]) -> bool {
    match operands.first() {
        Some(&"run" | &"run-script" | &"xtask" | &"make") => true,
        Some(first) => program == "yarn" && names_one_of(first, SAYING) || program == "poe",
        None => false,
    }
}

/// What the name of a file says.
fn by_name(path: &str) -> Weight {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    if names_one_of(name, SAYING) || names_one_of(folder, SAYING) { Weight::Gate } else { Weight::Script }
}

/// Asking a tool for its version or its help judges nothing.
fn is_harmless_form(program: &str, words: &Words) -> bool {
    ["--version", "--help", "-V"].iter().any(|option| has_option(words, option)) && program != "gate"
}

/// Actions that judge, by a part of their name.
const ACTIONS: &[&str] = &[
    "scan",
    "scanner",
    "scanning",
    "lint",
    "linter",
    "test",
    "tests",
    "check",
    "checks",
    "audit",
    "trivy",
    "bandit",
    "codeql",
    "semgrep",
    "gitleaks",
    "trufflehog",
    "snyk",
    "checkov",
    "grype",
    "zizmor",
    "actionlint",
    "shellcheck",
    "hadolint",
    "clippy",
    "mypy",
    "ruff",
    "eslint",
    "pytest",
    "commit",
    "dependency",
    "review",
    "deny",
    "typos",
    "codespell",
    "gate",
    "promote",
    "verify",
    "validate",
    "analyze",
    "sonarcloud",
    "sonarqube",
    "scorecard",
];

/// Whether an action is there to judge.
pub(crate) fn is_judging_action(uses: &str) -> bool {
    let name = action_name(uses);
    // Uploading what a scanner found judges nothing, and neither does anything that GitHub itself keeps for files and tools.
    if name.starts_with("actions/") && name != "actions/dependency-review-action" || name.contains("upload") || name.contains("comment") {
        return false;
    }
    names_one_of(&name, ACTIONS)
}

/// Whether an action only prepares or keeps things: it may fail, and that says nothing of the commit.
pub(crate) fn is_preparing_action(uses: &str) -> bool {
    const PREPARING: &[&str] = &["setup", "cache", "upload", "download", "login", "toolchain", "install", "checkout", "artifact"];
    !is_judging_action(uses) && (action_name(uses).starts_with("actions/") || names_one_of(&action_name(uses), PREPARING))
}

#[cfg(test)]
mod tests {
    use super::super::words;
    use super::*;

    #[test]
    fn what_a_failure_says() {
        for gate in [
            "pytest -q",
            "python -m pytest",
            "python3 -m unittest discover",
            "cargo test --locked",
            "./ci/check",
            "bash scripts/smoke.sh",
            "make test",
            "make -j2 lint",
            "npm test",
            "npm run test:unit",
            "yarn lint",
            "go vet ./...",
            "gate promote --env prod",
            "/usr/bin/bandit -r .",
            "./tests/run.sh",
            "ci/torture short",
            "mvnw verify",
            "cargo xtask ci",
        ] {
            assert_eq!(weigh(&words(gate)), Weight::Gate, "{gate}");
        }
        for script in ["make", "make deploy", "./run.sh", "python tools/gen.py", "npm run dev", "node index.js"] {
            assert_eq!(weigh(&words(script)), Weight::Script, "{script}");
        }
        for other in [
            "rm -rf x",
            "docker rm -f x",
            "echo test",
            "? test",
            "pytest --version",
            "python -c x",
            "python -m http.server",
            "/usr/bin/kill 1",
            "npm ci",
        ] {
            assert_eq!(weigh(&words(other)), Weight::Other, "{other}");
        }
    }

    #[test]
    fn which_actions_judge() {
        assert!(
            ["aquasecurity/trivy-action@v1", "github/codeql-action/analyze@v3", "octo/gate/ci/action@x"]
                .iter()
                .all(|uses| is_judging_action(uses))
        );
        assert!(
            !["actions/checkout@v4", "actions/upload-artifact@v4", "github/codeql-action/upload-sarif@v3"]
                .iter()
                .any(|uses| is_judging_action(uses))
        );
    }
}
