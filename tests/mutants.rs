//! gate's own workflow, broken in one place at a time: each break is met by its rule, and the workflow as it is by none.

mod support;

use std::collections::BTreeSet;

use support::{Failed, Sandbox, repository_root};

const CI: &str = ".github/workflows/ci.yml";

/// A break: what it does, the pieces of the text that it replaces (the first occurrence of each), and the rule that has to be met.
struct Mutant {
    name: &'static str,
    edits: &'static [(&'static str, &'static str)],
    rule: &'static str,
}

const fn mutant(name: &'static str, edits: &'static [(&'static str, &'static str)], rule: &'static str) -> Mutant {
    Mutant { name, edits, rule }
}

const SMOKE_STEP: &str = "      - run: ./ci/check\n";
const PROMOTE_STEP: &str = "      - run: cargo run --locked --quiet -- promote\n";
const GUARD: &str = "          for result in $RESULTS; do test \"$result\" = success; done\n";

#[rustfmt::skip] // a mutant a line
const MUTANTS: &[Mutant] = &[
    mutant("smoke may fail", &[("  smoke:\n", "  smoke:\n    continue-on-error: true\n")], "continue-on-error"),
    mutant("smoke may fail, by an expression", &[("  smoke:\n", "  smoke:\n    continue-on-error: ${{ github.ref != 'refs/heads/main' }}\n")], "continue-on-error"),
    mutant("promote may fail", &[("  promote:\n", "  promote:\n    continue-on-error: true\n")], "continue-on-error"),
    mutant("a step of smoke may fail", &[(SMOKE_STEP, "      - run: ./ci/check\n        continue-on-error: true\n")], "continue-on-error"),
    mutant("the step of promote may fail", &[(PROMOTE_STEP, "      - run: cargo run --locked --quiet -- promote\n        continue-on-error: true\n")], "continue-on-error"),
    mutant("the look at the results may fail", &[("      - name: every needed job succeeded\n", "      - name: every needed job succeeded\n        continue-on-error: true\n")], "runs-anyway"),
    mutant("promote needs nothing", &[("  promote:\n    needs: smoke\n", "  promote:\n")], "nothing-required"),
    mutant("promote needs only what may fail", &[("  promote:\n    needs: smoke\n", "  promote:\n    needs: security\n")], "continue-on-error"),
    mutant("nobody looks at the results", &[(GUARD, "")], "runs-anyway"),
    mutant("a failed look at the results is thrown away", &[(GUARD, "          for result in $RESULTS; do test \"$result\" = success; done || true\n")], "runs-anyway"),
    mutant("only a failure is looked for", &[(GUARD, "          for result in $RESULTS; do test \"$result\" != failure; done\n")], "runs-anyway"),
    mutant("one good result is enough", &[(GUARD, "          for result in $RESULTS; do test \"$result\" = success && exit 0; done\n"), ("needs: smoke\n    # It must", "needs: [smoke, advisory]\n    # It must")], "runs-anyway"),
    mutant("the look at the results only after a failure", &[("        if: always()\n        env:\n", "        if: failure()\n        env:\n")], "runs-anyway"),
    mutant("the look at the results never", &[("        if: always()\n        env:\n", "        if: ${{ false }}\n        env:\n")], "runs-anyway"),
    mutant("the look at the results in the background", &[("; do test \"$result\" = success; done\n", "; do test \"$result\" = success; done &\n")], "runs-anyway"),
    mutant("promote is skipped when smoke fails", &[("    if: always()\n    runs-on: ubuntu-latest\n    timeout-minutes: 30\n    steps:\n", "    runs-on: ubuntu-latest\n    timeout-minutes: 30\n    steps:\n")], "skipped-passes"),
    mutant("promote runs only by accident", &[("    if: always()\n    runs-on: ubuntu-latest\n    timeout-minutes: 30\n    steps:\n", "    if: |\n      ${{ always() }}\n    runs-on: ubuntu-latest\n    timeout-minutes: 30\n    steps:\n")], "always-true"),
    mutant("promote never runs", &[("    if: always()\n    runs-on: ubuntu-latest\n    timeout-minutes: 30\n    steps:\n", "    if: github.event_name == 'release'\n    runs-on: ubuntu-latest\n    timeout-minutes: 30\n    steps:\n")], "never-true"),
    mutant("smoke is thrown away", &[("./ci/check\n", "./ci/check || true\n")], "laundered"),
    mutant("smoke is thrown away with a word", &[("./ci/check\n", "./ci/check || echo failed\n")], "laundered"),
    mutant("smoke ends well in any case", &[(SMOKE_STEP, "      - run: |\n          set +e\n          ./ci/check\n          echo done\n")], "laundered"),
    mutant("smoke into a pipe", &[("./ci/check\n", "./ci/check | tee log\n")], "laundered"),
    mutant("smoke in the background", &[("./ci/check\n", "./ci/check &\n")], "laundered"),
    mutant("smoke as a question", &[(SMOKE_STEP, "      - run: if ! ./ci/check; then echo failed; fi\n")], "laundered"),
    mutant("smoke in a shell that does not mind", &[(SMOKE_STEP, "      - run: |\n          ./ci/check\n          echo done\n        shell: bash {0}\n")], "laundered"),
    mutant("promote is thrown away", &[("-- promote\n", "-- promote || true\n")], "laundered"),
    mutant("promote where there is a file", &[(PROMOTE_STEP, "      - run: if [ -f reports/run.json ]; then cargo run --locked --quiet -- promote; fi\n")], "fail-open"),
    mutant("smoke where there is a tool", &[(SMOKE_STEP, "      - run: |\n          command -v cargo || exit 0\n          ./ci/check\n")], "fail-open"),
    mutant("smoke where there are files", &[(SMOKE_STEP, "      - run: ./ci/check\n        if: hashFiles('tests/**') != ''\n")], "fail-open"),
    mutant("promote was renamed", &[("  promote:\n", "  decide:\n")], "no-promote"),
    mutant("a second promote", &[("  security:\n", "  Release:\n    name: promote\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n  security:\n")], "ambiguous"),
    mutant("a second publisher", &[("  security:\n", "  publish:\n    runs-on: ubuntu-latest\n    steps:\n      - run: cargo publish --locked\n  security:\n")], "publishes-past-promote"),
    mutant("a publisher after smoke alone", &[("      - run: ./ci/torture short\n", "      - run: ./ci/torture short\n      - run: gh release create v1\n")], "publishes-past-promote"),
    mutant("a publisher behind promote, in any case", &[("  security:\n", "  publish:\n    needs: promote\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: cargo publish --locked\n  security:\n")], "publishes-past-promote"),
    mutant("a publisher in promote, before it decides", &[(PROMOTE_STEP, "      - run: docker push ghcr.example/gate\n      - run: cargo run --locked --quiet -- promote\n")], "publishes-past-promote"),
    mutant("a publisher on a button", &[("  merge_group:\n", "  merge_group:\n  workflow_dispatch:\n"), ("  security:\n", "  publish:\n    if: github.event_name == 'workflow_dispatch'\n    runs-on: ubuntu-latest\n    steps:\n      - run: cargo publish --locked\n  security:\n")], "entry-past-promote"),
    mutant("the token may write", &[("permissions:\n  contents: read\n", "permissions:\n  contents: write\n")], "publish-rights"),
    mutant("a newer run cancels promote", &[("cancel-in-progress: false", "cancel-in-progress: true")], "cancel-in-progress"),
    mutant("one group for all", &[("group: ci-${{ github.event.pull_request.number || github.sha }}", "group: ci")], "shared-group"),
    mutant("a filter over paths", &[("  pull_request:\n", "  pull_request:\n    paths-ignore: [docs/**]\n")], "path-filter"),
    mutant("a bypass for all", &[("permissions:\n", "env:\n  BYPASS_SMOKE: 1\n\npermissions:\n")], "bypass"),
    mutant("a bypass in a script", &[(SMOKE_STEP, "      - run: BYPASS_SMOKE=1 ./ci/check\n")], "bypass"),
    mutant("a stranger's code", &[("  pull_request:\n", "  pull_request_target:\n"), ("          fetch-depth: 0\n", "          fetch-depth: 0\n          ref: ${{ github.event.pull_request.head.sha }}\n")], "pull-request-target"),
    mutant("a scanner that writes its baseline", &[(SMOKE_STEP, "      - run: ./ci/check\n      - run: detect-secrets scan --baseline .secrets.baseline\n")], "own-baseline"),
    mutant("a scanner that finds nothing", &[(SMOKE_STEP, "      - run: ./ci/check\n      - run: bandit -r . --exit-zero\n")], "lenient-scanner"),
    mutant("smoke does nothing", &[("./ci/check\n      - run: ./ci/torture short\n", "echo fine\n"), ("      - run: cargo run --locked --quiet -- run\n", "")], "cannot-fail"),
    mutant("smoke is somebody else's", &[("  smoke:\n", "  smoke:\n    uses: octo/flows/.github/workflows/smoke.yml@v1\n  old:\n")], "remote-workflow"),
    mutant("smoke is not there", &[("  smoke:\n", "  smoke:\n    uses: ./.github/workflows/smoke.yml\n  old:\n")], "lost-call"),
    mutant("yes for true", &[("cancel-in-progress: false", "cancel-in-progress: no")], "refused"),
    mutant("a job that needs itself", &[("  promote:\n    needs: smoke\n", "  promote:\n    needs: [smoke, promote]\n")], "refused"),
];

/// The rules that gate meets in a workflow.
fn met(workflow: &str) -> Result<BTreeSet<String>, Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write(CI, workflow)?;
    sandbox.commit("workflow")?;
    let output = sandbox.gate(false)?.args(["promotion-only", "--format", "json"]).output()?;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let rulings = report["checks"][0]["rulings"].as_array().ok_or("no check was asked")?;
    let rule = |ruling: &serde_json::Value| {
        ruling["failure_reason_code"].as_str().and_then(|id| id.strip_prefix("promotion-only/")).map(str::to_owned)
    };
    Ok(rulings.iter().filter_map(rule).collect())
}

fn own() -> Result<String, Failed> {
    Ok(std::fs::read_to_string(repository_root().join(CI))?)
}

#[test]
fn the_workflow_as_it_is_meets_nothing() -> Result<(), Failed> {
    assert_eq!(met(&own()?)?, BTreeSet::new());
    Ok(())
}

#[test]
fn every_mutant_is_caught_by_its_rule() -> Result<(), Failed> {
    let own = own()?;
    let mut missed = Vec::new();
    for Mutant { name, edits, rule } in MUTANTS {
        let mut text = own.clone();
        for (old, new) in *edits {
            assert!(text.contains(old), "{name}: the workflow has no {old:?}");
            text = text.replacen(old, new, 1);
        }
        let met = met(&text)?;
        if !met.contains(*rule) {
            missed.push(format!("{name}: expected {rule}, met {met:?}"));
        }
    }
    assert!(MUTANTS.len() >= 25 && missed.is_empty(), "{} of {} mutants escaped:\n{}", missed.len(), MUTANTS.len(), missed.join("\n"));
    Ok(())
}
