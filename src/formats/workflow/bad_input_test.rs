//! Whatever stands in a file, reading it ends soon and well.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

const SOUND: &str = "on:\n  push: {branches: [main]}\n  workflow_dispatch: {inputs: {a: {type: choice, options: [x]}}}\nenv: &e {A: '${{ github.ref }}'}\n\
    jobs:\n  a:\n    runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [x, y], include: [{os: z, n: 1}], exclude: [{os: y}]}}\n    env: *e\n    \
    steps:\n      - uses: a/b@c\n        with: {d: 1}\n      - id: s\n        run: |\n          make ${{ matrix.os }}\n  \
    b:\n    needs: [a]\n    if: always() && needs.a.result == 'success'\n    runs-on: x\n    steps: [{run: x, continue-on-error: true}]\n";
const ACTION: &str = "name: x\ndescription: y\ninputs: {a: {default: b}}\nruns:\n  using: composite\n  steps:\n    - run: |\n        ${{ inputs.a }}\n      shell: bash\n";
const PIECES: &[&str] = &[
    "",
    " ",
    "\n",
    "\n  ",
    ":",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    "\"",
    "&e ",
    "*e",
    "!!str ",
    "|",
    ">",
    "#",
    "~",
    "yes",
    "true",
    "0",
    "${{",
    "}}",
    "${{ x }}",
    "${{ insert }}",
    "\u{0}",
    "\u{1}",
    "\u{85}",
    "\u{2028}",
    "é",
    "\r",
    "\t",
    "<<: ",
    "needs",
    "uses: ",
    "a: ",
    "---\n",
    "%YAML 1.1\n",
];

/// Reads it both ways; every fault has its place in the text.
fn read(text: &str) -> Result<(), TestCaseError> {
    let lines = text.lines().count().max(1) + text.matches(['\r', '\u{85}', '\u{2028}']).count() + 1;
    for faults in [parse(text).err(), parse_action(text).err()].into_iter().flatten() {
        prop_assert!(!faults.is_empty() && faults.len() <= 20);
        prop_assert!(faults.iter().all(|fault| fault.line > 0 && fault.line <= lines && fault.column > 0), "{faults:?}");
    }
    Ok(())
}

fn change(text: &str, changes: &[(usize, usize, usize)]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (at, length, piece) in changes {
        let at = at % (letters.len() + 1);
        let end = (at + length).min(letters.len());
        letters.splice(at..end, PIECES[piece % PIECES.len()].chars());
    }
    letters.into_iter().collect()
}

proptest! {
    #[test]
    fn a_changed_workflow_is_read_or_refused(changes in prop::collection::vec((any::<usize>(), 0_usize..12, any::<usize>()), 0..6)) {
        read(&change(SOUND, &changes))?;
        read(&change(ACTION, &changes))?;
    }

    #[test]
    fn any_pieces_are_read_or_refused(pieces in prop::collection::vec(0..PIECES.len(), 0..40)) {
        read(&pieces.iter().map(|piece| PIECES[*piece]).collect::<String>())?;
    }
}

#[test]
fn the_sound_ones_are_sound() {
    assert_eq!((parse(SOUND).err(), parse_action(ACTION).err()), (None, None));
}

/// Far above what it takes, and far below what it takes where the time grows with the square.
const SOON: Duration = Duration::from_secs(20);

fn first_fault(text: &str) -> String {
    let begun = Instant::now();
    let told = parse(text).map_or_else(|faults| faults[0].message.clone(), |workflow| format!("{} jobs", workflow.jobs.len()));
    assert!(begun.elapsed() < SOON, "{told} took {:?}", begun.elapsed());
    told
}

fn jobs(count: usize, job: impl Fn(usize) -> String) -> String {
    let each: String = (0..count).map(|number| format!("  j{number}: {{runs-on: x, steps: [{{run: x}}], {}}}\n", job(number))).collect();
    format!("on: push\njobs:\n{each}")
}

#[test]
fn many_steps_and_jobs_are_read() {
    let steps = "      - run: echo ${{ github.ref }}\n".repeat(10_000);
    assert_eq!(first_fault(&format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}")), "1 jobs");
    assert_eq!(
        first_fault(&jobs(10_000, |number| format!("needs: [{}]", if number == 0 { String::new() } else { format!("j{}", number - 1) }))),
        "10000 jobs"
    );
}

#[test]
fn many_faults_are_found_soon() {
    let ring = jobs(10_000, |number| format!("needs: j{}", (number + 1) % 10_000));
    assert!(first_fault(&ring).starts_with("the needs are a cycle of 10000 jobs: `j0` → `j1`"));
    assert!(first_fault(&jobs(10_000, |number| format!("needs: k{number}"))).starts_with("`j0` needs `k0`"));
    let all: String = (0..400).map(|number| format!("j{number},")).collect();
    assert!(first_fault(&jobs(400, |_| format!("needs: [{all}]"))).starts_with("`j0` needs itself"));
    assert!(first_fault(&jobs(20_000, |number| format!("nedes{number}: x"))).starts_with("`nedes0` is no key of `j0`"));
    let keys: String = (0..100_000).map(|number| format!("k{number}: x\n")).collect();
    assert!(first_fault(&format!("on: push\n{keys}jobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}\n")).starts_with("`k0` is no key"));
}

#[test]
fn a_large_matrix_is_not_written_out() {
    let matrix =
        |text: &str| first_fault(&format!("on: push\njobs: {{a: {{runs-on: x, steps: [{{run: x}}], strategy: {{matrix: {text}}}}}}}\n"));
    let vectors: String = (0..20_000).map(|number| format!("v{number}: [1],")).collect();
    assert_eq!(matrix(&format!("{{{vectors}}}")), "1 jobs");
    let filters: String = (0..20_000).map(|number| format!("{{v{number}: 1}},")).collect();
    assert_eq!(matrix(&format!("{{v0: [1, 2], include: [{filters}], exclude: [{filters}]}}")), "1 jobs");
    let names: String = (0..1_000).map(|number| format!("{{v{number}: 1}},")).collect();
    let values = "1,".repeat(250);
    assert_eq!(matrix(&format!("{{a: [{values}], include: [{names}]}}")), "1 jobs");
}

#[test]
fn large_texts_and_aliases_end_soon() {
    let script = "          echo ${{ github.ref }} and more\n".repeat(120_000);
    let begin = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n";
    assert!(first_fault(&format!("{begin}{script}")).contains("expressions in one text"));
    assert_eq!(first_fault(&format!("{begin}{}", "          echo\n".repeat(330_000))), "1 jobs");
    assert!(first_fault(&format!("{begin}          {}", "${{ ".repeat(1_200_000))).contains("not closed"));
    let mut laughs = "on: push\nx0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..40 {
        laughs.push_str(&format!("x{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(",")));
    }
    assert!(first_fault(&laughs).contains("more than 250000 values"));
    let deep = format!(
        "on: push\njobs: {{a: {{runs-on: x, strategy: {{matrix: {{a: {}{}}}}}, steps: [{{run: x}}]}}}}\n",
        "[".repeat(100),
        "]".repeat(100)
    );
    assert_eq!(first_fault(&deep), "1 jobs");
}
