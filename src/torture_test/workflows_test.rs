//! The round of workflows: whatever is done to one, the whole kind comes to an answer, soon, and names lines that are there.

use std::time::{Duration, Instant};

use super::{Dice, rounds};
use crate::check::{Outcome, Sample, Shared};
use crate::checks::KINDS;
use crate::config::{Options, Text};
use crate::formats::{dockerfile, shell};
use crate::world::fake::Fake;
use crate::world::{Cx, World};

/// Far above what one takes.
const SOON: Duration = Duration::from_secs(20);

/// What a workflow is made of, and what is no part of one.
const PIECES: &[&str] = &[
    "\n",
    "\n  ",
    "\n    ",
    "\n      - ",
    "\n        ",
    "- run: ",
    "uses: ./.github/workflows/ci.yml",
    "uses: ./.github/workflows/release.yml",
    "uses: ./",
    "needs: ",
    "needs: [promote, smoke]\n",
    "if: always()\n",
    "if: ",
    "continue-on-error: true\n",
    "continue-on-error: ${{ matrix.x }}\n",
    "strategy: {matrix: {x: [true, false]}}\n",
    "strategy: {matrix: '${{ fromJSON(needs.smoke.outputs.x) }}'}\n",
    "on: workflow_call\n",
    "on: {workflow_run: {workflows: [ci]}}\n",
    "concurrency: {group: x, cancel-in-progress: true}\n",
    "permissions: write-all\n",
    "environment: production\n",
    "${{ needs.*.result }}",
    "${{ contains(needs.*.result, 'failure') }}",
    "${{ ",
    " }}",
    "failure() || ",
    "!cancelled() && ",
    "((((((((",
    "))))",
    "'",
    "\"",
    " || true",
    " | tee log",
    "set +e\n",
    "exit 0\n",
    "if [ -f x ]; then ",
    "; fi",
    "for r in $R; do test $r = success; done",
    "$(",
    "<<E\n",
    " &",
    "gh release create v1",
    "shell: bash {0}\n",
    "&a ",
    "*a",
    "<<: *a",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "|\n",
    "# ",
    "---\n",
    "\t",
    "\r\n",
    "\u{feff}",
    "\u{2028}",
    "\0",
    "\u{1b}[31m",
    "::error::",
    "##[x]",
    "é",
];

const DOCKERFILE: &[&str] = &[
    "FROM x AS y\n",
    "FROM y\n",
    "RUN ",
    "RUN [\"a\", ",
    "\"]\n",
    "<<E\n",
    "E\n",
    "\\\n",
    "`\n",
    "# escape=`\n",
    "SHELL [\"bash\", \"-c\"]\n",
    "ENV A=",
    "ARG A\n",
    "${A:-",
    "$A",
    "}",
    "--mount=type=x ",
    "COPY --from=y ",
    "pip install x",
    " && ",
    " || true",
    "'",
    "\"",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "é",
];

/// Some letters lost, and some pieces put in.
fn changed(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..dice.below(5) {
        let at = dice.below(letters.len() + 1);
        let end = (at + dice.below(12) * dice.below(2)).min(letters.len());
        letters.splice(at..end, PIECES[dice.below(PIECES.len())].chars());
    }
    letters.into_iter().collect()
}

/// The files of an example, changed.
fn files(dice: &mut Dice) -> Vec<(&'static str, String)> {
    let kind = KINDS.iter().find(|kind| kind.name == "promotion-only").unwrap();
    let examples: Vec<_> = kind.examples.iter().flat_map(|group| group.iter()).collect();
    let example = examples[dice.below(examples.len())];
    let texts = example.files.iter().filter_map(|(path, sample)| Some((*path, sample.text()?)));
    texts.map(|(path, text)| (path, changed(dice, &text))).collect()
}

fn judge(files: &[(&'static str, String)]) -> Outcome {
    let kind = KINDS.iter().find(|kind| kind.name == "promotion-only").unwrap();
    let none = Text::new(String::new(), String::new());
    let check = (kind.load)(Options::parse(&none).unwrap(), &Shared::default()).unwrap();
    // The fake world wants texts that live for ever.
    let samples: Vec<(&str, Sample)> =
        files.iter().map(|(path, text)| (*path, Sample::Text(Box::leak(text.clone().into_boxed_str())))).collect();
    let world = Fake::new(&samples);
    check.run(&Cx::new(&world as &dyn World)).unwrap_or_else(|trouble| panic!("{trouble:?} for {files:?}"))
}

#[test]
fn torture_workflows_come_to_an_answer_with_lines_that_exist() {
    let mut dice = Dice(0x0f10_35ab_1e0d_d500);
    // One of them is as much work as many of the others.
    for _ in 0..(rounds() / 10).max(100) {
        let files = files(&mut dice);
        let begun = Instant::now();
        let outcome = judge(&files);
        assert!(begun.elapsed() < SOON, "{:?} for {files:?}", begun.elapsed());
        let met = outcome.findings.iter().map(|found| &found.0.place).chain(outcome.troubles.iter().map(|trouble| &trouble.0.place));
        for place in met {
            let text = files.iter().find(|(path, _)| *path == place.path).map_or("", |(_, text)| text);
            let lines = text.lines().count().max(1) + text.matches(['\r', '\u{85}', '\u{2028}']).count() + 1;
            assert!(place.line.is_none_or(|line| (1..=lines).contains(&line)), "{place:?} for {files:?}");
        }
    }
}

#[test]
fn torture_scripts_and_dockerfiles_are_read_or_refused_where_they_stand() {
    let mut dice = Dice(0x0d0c_5e11_0dd5_eed5);
    for _ in 0..rounds() {
        let (script, built) = (dice.text(PIECES, 30), dice.text(DOCKERFILE, 30));
        for (text, fault) in [(&script, shell::parse(&script).err()), (&built, dockerfile::parse(&built).err())] {
            let lines = text.lines().count().max(1) + text.matches('\r').count() + 1;
            assert!(fault.is_none_or(|fault| (1..=lines).contains(&fault.line)), "{text:?}");
        }
    }
}
