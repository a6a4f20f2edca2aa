//! What the failure of a command or an action says.

use super::super::words;
use super::*;

const GATES: &[&str] = &[
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
    "gate check --strict",
    "gate run -- pytest",
    "gate run-hashes",
    "gate aggregate",
    "gate probe",
    "python -W error -m pytest",
    "python3.12 -m pip_audit",
    "npm --prefix web test",
    "npm run --silent test",
    "npm run -w web test",
    "cargo --locked test",
    "bash -e scripts/test.sh",
    "bash -euo pipefail scripts/smoke.sh",
    "pytest@8",
    "detect-secrets-hook --baseline x",
    "dvc repro",
    "python manage.py test",
    "make -C x -j 4 check",
];

const SCRIPTS: &[&str] = &[
    "make",
    "make deploy",
    "./run.sh",
    "python tools/gen.py",
    "npm run dev",
    "node index.js",
    "cargo test --no-run",
    "go test -c ./x",
    "make -C tests all",
];

const OTHERS: &[&str] = &[
    "rm -rf x",
    "docker rm -f x",
    "echo test",
    "? test",
    "pytest --version",
    "python -c x",
    "gate check",
    "gate check --verbose",
    "gate promote --plan",
    "gate run --help",
    "gate run-hashes --version",
    "detect-secrets scan --baseline x",
    "playwright install",
    "pre-commit install",
    "gh attestation download",
    "python -m http.server",
    "/usr/bin/kill 1",
    "npm ci",
];

#[test]
fn what_a_failure_says() {
    for gate in GATES {
        assert_eq!(weigh(&words(gate)), Weight::Gate, "{gate}");
    }
    for script in SCRIPTS {
        assert_eq!(weigh(&words(script)), Weight::Script, "{script}");
    }
    for other in OTHERS {
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
