//! The examples of kind `promotion-only`: in its documentation, and run as tests.

use crate::check::{Example, Sample};

const CI: &str = ".github/workflows/ci.yml";

const fn one(shows: &'static str, files: &'static [(&'static str, Sample)], meets: &'static [&'static str]) -> Example {
    Example { shows, config: "", run: "", files, meets }
}

const fn with(config: &'static str, example: Example) -> Example {
    Example { config, ..example }
}

/// A promote job that looks at the results of what it needs.
const SOUND: &str = "on: [push, pull_request]\njobs:\n  smoke:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n  promote:\n    needs: smoke\n    \
    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: test \"${{ needs.smoke.result }}\" = success\n      - run: gate promote\n";

/// A promote job that GitHub skips unless all that it needs succeeded, and a job behind it that publishes.
const CHAIN: &str = "on:\n  push:\n    branches: [main]\njobs:\n  smoke:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n  promote:\n    needs: \
    smoke\n    runs-on: ubuntu-latest\n    steps:\n      - run: gate promote\n  publish:\n    needs: promote\n    runs-on: ubuntu-latest\n    steps:\n      - run: \
    twine upload dist/*\n";

macro_rules! sound {
    ($($old:literal => $new:literal),* $(,)?) => { &[(CI, Sample::Altered(SOUND, &[$(($old, $new)),*]))] };
}
macro_rules! chain {
    ($($old:literal => $new:literal),* $(,)?) => { &[(CI, Sample::Altered(CHAIN, &[$(($old, $new)),*]))] };
}

pub(super) const ALL: &[&[Example]] = &[PROMOTE, FAILURES, PUBLISHING, TRIGGERS];

const PROMOTE: &[Example] = &[
    one("promote always runs, and fails unless what it needs succeeded", &[(CI, Sample::Text(SOUND))], &[]),
    one("promote is skipped unless what it needs succeeded, and so is what publishes", &[(CI, Sample::Text(CHAIN))], &[]),
    one(
        "a key that GitHub does not know",
        sound!("    runs-on: ubuntu-latest\n    steps:\n      - run: make" => "    run-on: ubuntu-latest\n    steps:\n      - run: make"),
        &["refused"],
    ),
    one("a promote job that was renamed", sound!("  promote:\n" => "  release-gate:\n"), &["no-promote"]),
    one("no workflow at all", &[("README.md", Sample::Text("a project\n"))], &["no-promote"]),
    one("two workflows that promote", &[(CI, Sample::Text(SOUND)), (".github/workflows/release.yml", Sample::Text(SOUND))], &["ambiguous"]),
    with(
        "workflow = \"ci.yml\"",
        one("one of two is named", &[(CI, Sample::Text(SOUND)), (".github/workflows/release.yml", Sample::Text(SOUND))], &[]),
    ),
    one(
        "promote needs nothing",
        sound!("    needs: smoke\n    if: always()\n" => "", "      - run: test \"${{ needs.smoke.result }}\" = success\n" => ""),
        &["nothing-required"],
    ),
    with(
        "requires = [\"smoke\", \"lint\"]",
        one(
            "a required job that promote does not wait for",
            sound!("  promote:" => "  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make lint\n  promote:"),
            &["not-needed"],
        ),
    ),
    one(
        "`always()`, and nobody looks at the results",
        sound!("      - run: test \"${{ needs.smoke.result }}\" = success\n" => ""),
        &["runs-anyway"],
    ),
    one(
        "a failed smoke test that counts as a success",
        chain!("  smoke:\n" => "  smoke:\n    continue-on-error: true\n"),
        &["continue-on-error"],
    ),
    one(
        "a step of promote that may fail",
        chain!("      - run: gate promote" => "      - run: gate promote\n        continue-on-error: true"),
        &["continue-on-error", "cannot-fail"],
    ),
    one(
        "a called workflow of which no job runs",
        &[
            (
                CI,
                Sample::Altered(
                    CHAIN,
                    &[(
                        "  smoke:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n",
                        "  smoke:\n    uses: ./.github/workflows/test.yml\n",
                    )],
                ),
            ),
            (
                ".github/workflows/test.yml",
                Sample::Text(
                    "on: workflow_call\njobs:\n  unit:\n    if: github.event_name == 'release'\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n",
                ),
            ),
        ],
        &["nothing-ran"],
    ),
    one(
        "a skipped smoke test is good enough",
        sound!("  smoke:\n" => "  smoke:\n    if: github.actor != 'bot'\n", "test \"${{ needs.smoke.result }}\" = success" => "test \"${{ needs.smoke.result }}\" != failure && test \"${{ needs.smoke.result }}\" != cancelled"),
        &["skipped-counts"],
    ),
    one("a required check that is skipped when the smoke test fails", sound!("    if: always()\n" => ""), &["skipped-passes"]),
    one("a smoke test that never runs", chain!("  smoke:\n" => "  smoke:\n    if: false\n"), &["never-true"]),
    one(
        "a line break makes a condition true",
        chain!("  promote:\n" => "  promote:\n    if: |\n      ${{ github.event_name == 'release' }}\n"),
        &["always-true"],
    ),
    one("tests that a condition may skip", chain!("make test" => "make test\n        if: github.actor != 'bot'"), &["may-be-skipped"]),
    one("tests that this event skips", chain!("make test" => "make test\n        if: github.event_name == 'schedule'"), &["nothing-ran"]),
    with(
        "requires = [\"smoke\"]",
        one(
            "a job that blocks and is not required",
            chain!("    needs: smoke" => "    needs: [smoke, slow]", "  promote:" => "  slow:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make slow\n  promote:"),
            &["undeclared-blocker"],
        ),
    ),
    one(
        "an action that looks at the results, and that gate does not know",
        sound!("      - run: test \"${{ needs.smoke.result }}\" = success\n" => "      - uses: octo/all-good@v1\n        with:\n          needs: ${{ toJSON(needs) }}\n"),
        &["unproven"],
    ),
    one(
        "a workflow that is not there",
        chain!("    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n" => "    uses: ./.github/workflows/test.yml\n"),
        &["lost-call"],
    ),
    one(
        "a workflow of another repository",
        chain!("    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n" => "    uses: octo/flows/.github/workflows/test.yml@v1\n"),
        &["remote-workflow"],
    ),
];

const FAILURES: &[Example] = &[
    one("a failure is thrown away", chain!("make test" => "make test || true"), &["laundered", "cannot-fail"]),
    one("a pipe hides a failure", chain!("make test" => "make test | tee log.txt"), &["laundered", "cannot-fail"]),
    one("`shell: bash` sees it", chain!("make test" => "make test | tee log.txt\n        shell: bash"), &[]),
    one("no test where there is no file", chain!("make test" => "if [ -f tests/run.sh ]; then ./tests/run.sh; fi"), &["fail-open"]),
    one("a job in which nothing can fail", chain!("make test" => "echo all good"), &["cannot-fail"]),
    one("a script that gate does not read", chain!("make test" => "import tests\n        shell: python"), &["unread-script"]),
    one("a scanner that writes what it will accept", chain!("make test" => "phpstan analyse --generate-baseline"), &["own-baseline"]),
    one("a scanner that succeeds whatever it finds", chain!("make test" => "bandit -r . --exit-zero"), &["lenient-scanner"]),
    one(
        "a way past the smoke test",
        chain!("      - run: make test" => "      - run: make test\n        env:\n          BYPASS_SMOKE: 1"),
        &["bypass"],
    ),
    one(
        "an environment that nobody can read",
        chain!("      - run: make test" => "      - run: make test\n        env: ${{ fromJSON(vars.SETTINGS) }}"),
        &["unread-env"],
    ),
];

const PUBLISHING: &[Example] = &[
    one("something is published beside promote", chain!("    needs: promote\n" => "    needs: smoke\n"), &["publishes-past-promote"]),
    one(
        "somebody presses a button, and it is published",
        &[
            (CI, Sample::Text(CHAIN)),
            (
                ".github/workflows/hotfix.yml",
                Sample::Text("on: workflow_dispatch\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"),
            ),
        ],
        &["entry-past-promote"],
    ),
    with(
        "publishers = [\"acme ship\"]",
        one(
            "what publishes here",
            chain!("    needs: promote\n" => "", "twine upload dist/*" => "acme ship --now"),
            &["publishes-past-promote"],
        ),
    ),
    with(
        "allow = [{ rule = \"publishes-past-promote\", file = \".github/workflows/ci.yml\", job = \"publish\", reason = \"nightly builds, thrown away\" }]",
        one("what is known and meant", chain!("    needs: promote\n" => ""), &[]),
    ),
    with(
        "allow = [{ rule = \"laundered\", file = \".github/workflows/old.yml\", reason = \"until the move\" }]",
        one("what is allowed and no longer there", chain!(), &["allow-unused"]),
    ),
    one(
        "rights to publish in a job that needs none",
        chain!("  smoke:\n" => "  smoke:\n    permissions:\n      packages: write\n"),
        &["publish-rights"],
    ),
];

const TRIGGERS: &[Example] = &[
    one(
        "a newer run cancels promote",
        sound!("jobs:\n" => "concurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n"),
        &["cancel-in-progress"],
    ),
    one("all commits wait in one group", sound!("jobs:\n" => "concurrency: ci\njobs:\n"), &["shared-group"]),
    one(
        "a filter leaves some pull requests without an answer",
        sound!("on: [push, pull_request]" => "on:\n  pull_request:\n    paths: [src/**]"),
        &["path-filter"],
    ),
    one(
        "a commit that nobody looks at",
        &[
            (CI, Sample::Text(SOUND)),
            (
                ".github/workflows/bump.yml",
                Sample::Text(
                    "on: push\njobs:\n  bump:\n    runs-on: ubuntu-latest\n    steps:\n      - run: git commit -am 'bump [skip ci]'\n",
                ),
            ),
        ],
        &["skips-ci"],
    ),
    one(
        "a merge queue that promote does not run in",
        &[
            (CI, Sample::Text(SOUND)),
            (
                ".github/workflows/queue.yml",
                Sample::Text("on: merge_group\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make lint\n"),
            ),
        ],
        &["merge-queue"],
    ),
    one(
        "a stranger's code decides about itself",
        sound!("[push, pull_request]" => "pull_request_target", "      - run: gate promote" => "      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n      - run: gate promote"),
        &["pull-request-target"],
    ),
    with(
        "workflows = [\".github/workflows/gone.yml\"]",
        one("a glob that asks about nothing", &[(CI, Sample::Text(SOUND))], &["glob-unmatched", "no-promote"]),
    ),
    one(
        "a promotion that waits for somebody to think of it",
        chain!("  push:\n    branches: [main]\n" => "  workflow_dispatch:\n"),
        &["not-started"],
    ),
    with(
        "exclude = [\".github/workflows/old.yml\"]",
        one("a workflow to leave out that is no longer there", &[(CI, Sample::Text(SOUND))], &["exclude-unused"]),
    ),
    one("a workflow that may not be read", &[(CI, Sample::Text(SOUND)), (".github/workflows/locked.yml", Sample::Locked)], &["unreadable"]),
    one("git does not answer", &[(".", Sample::NoTree)], &["no-tree"]),
];
