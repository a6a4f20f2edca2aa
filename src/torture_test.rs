//! Generated nonsense for everything that reads strangers' bytes. `GATE_TORTURE=n` sets the rounds; `ci/torture` runs many.

mod formats;
mod records;
mod workflows_test;

use std::collections::BTreeMap;

use crate::check::{Outcome, Sample};
use crate::checks::KINDS;
use crate::checks::readmes::{Gap, Readmes};
use crate::config::{self, Faults, Text};
use crate::formats::{markdown, plain};
use crate::plan::{self, Asked, PlanError};
use crate::report::render::wrap;
use crate::shown::{shell_word, shown, shown_bytes};
use crate::world::fake::Fake;
use crate::world::{Cx, RelPath, World};

fn rounds() -> usize {
    std::env::var("GATE_TORTURE").ok().and_then(|n| n.parse().ok()).unwrap_or(400)
}

/// xorshift: the same nonsense on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n.max(1) as u64).unwrap_or(0)
    }

    fn text(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most)).map(|_| pieces[self.below(pieces.len())]).collect()
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| self.below(256) as u8).collect()
    }
}

const MARKDOWN: &[&str] = &[
    "\n",
    "\n\n",
    "\r\n",
    "# ",
    "## ",
    "Purpose",
    "Entrypoints",
    "Do-not-touch",
    ":",
    ": ",
    "**",
    "__",
    "- ",
    "* ",
    "  ",
    "    ",
    "\t",
    "> ",
    "|",
    "|---|",
    "```",
    "~~~",
    "`",
    "``",
    "<!--",
    "-->",
    "<h2>",
    "</h2>",
    "<pre>",
    "</pre>",
    "[x](",
    "](../../y)",
    ")",
    "]",
    "[",
    "a/b.rs",
    "*.py",
    "word",
    "TODO",
    "…",
    "日本",
    "\u{feff}",
    "\u{202e}",
    "---\n",
    "===\n",
    "1. ",
    "\\",
    "&amp;",
    "<",
    ">",
    "{#id}",
    "[^1]",
    "[^1]: ",
    "https://x.example",
    "é",
    "\0",
    "\u{1b}[31m",
];

const TOML: &[&str] = &[
    "\n",
    "version = 1\n",
    "[check.readmes]\n",
    "[check.a]\n",
    "kind = \"readmes\"\n",
    "mode = \"guided\"\n",
    "folders = [",
    "]",
    "\"*\"",
    ",",
    "=",
    "\"",
    "'''",
    "[",
    "[[",
    "]]\n",
    "{",
    "}",
    "levels = { missing = \"warn\" }\n",
    "allow-empty = \"x\"\n",
    "sections = [\"a\"]\n",
    "git",
    ".timeout",
    " = \"1s\"\n",
    "[promotion]\n",
    "5",
    "true",
    "é",
    "\u{feff}",
    "# c\n",
    "\t",
    "1979-05-27",
    "\\u0000",
    "exclude",
    "check",
    "\r\n",
    "a.b.c = 1\n",
    "inf",
    "0x",
];

fn run(text: &str) -> Outcome {
    // The samples of examples are static; a test may leak.
    let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let world = Fake::new(&[("a/README.md", Sample::Text(text)), ("a/b.rs", Sample::Text(""))]);
    match crate::check::Check::run(&Readmes::default(), &Cx::new(&world as &dyn World)) {
        Ok(outcome) => outcome,
        Err(trouble) => panic!("{trouble:?}"),
    }
}

fn falls_short(outcome: &Outcome) -> bool {
    outcome.findings.iter().any(|f| f.0.rule.level == crate::check::Level::Block)
}

#[test]
fn torture_markdown_gives_lines_that_exist() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..rounds() {
        let text = dice.text(MARKDOWN, 60);
        let count = text.matches('\n').count() + 1;
        for line in markdown::lines(&text).iter().chain(&plain::lines(&text)) {
            assert!(line.number <= count && line.text.is_char_boundary(line.bold), "{text:?}\n{line:?}");
        }
        let outcome = run(&text);
        let lines = outcome.findings.iter().filter_map(|f| f.0.place.line);
        assert!(lines.into_iter().all(|line| (1..=count).contains(&line)), "{text:?}\n{outcome:?}");
        assert_eq!(outcome.examined.count + outcome.troubles.len(), 1, "{text:?}");
    }
}

#[test]
fn torture_what_is_in_a_fence_never_makes_a_readme_fine() {
    let mut dice = Dice(0x1234_5678_9abc_def1);
    for _ in 0..rounds() {
        let text = dice.text(MARKDOWN, 40).replace(['`', '\0'], "");
        let fenced = format!("# x\n\n``````\n{text}\n``````\n");
        assert!(falls_short(&run(&fenced)), "{fenced:?}");
        let commented = format!("# x\n\n<!--\n{}\n-->\n", text.replace("-->", ""));
        assert!(falls_short(&run(&commented)), "{commented:?}");
    }
}

#[test]
fn torture_what_is_added_keeps_every_byte_and_is_enough() {
    let mut dice = Dice(0xdead_beef_cafe_f00d);
    for _ in 0..rounds() {
        let text: &'static str = Box::leak(dice.text(MARKDOWN, 40).replace('\0', "").into_boxed_str());
        let world = Fake::new(&[("a/README.md", Sample::Text(text))]);
        let gaps = Readmes::default().gaps(&Cx::new(&world as &dyn World), &[], &BTreeMap::new()).unwrap_or_default();
        for gap in gaps {
            let Gap::Write(draft) = gap else { continue };
            assert!(draft.after.starts_with(text), "{text:?}");
            let missing = run(&draft.after).findings.iter().any(|f| f.0.rule.id == "readmes/section-missing");
            assert!(!missing && falls_short(&run(&draft.after)), "{:?}", draft.after);
        }
    }
}

#[test]
fn torture_toml_gives_a_plan_or_faults_with_places() {
    let mut dice = Dice(0x0bad_5eed_0bad_5eed);
    let none = || Text::new(String::new(), String::new());
    let flags = || plan::FlagTexts { own: none(), run: none() };
    let kind = KINDS.iter().find(|k| k.name == "readmes").unwrap();
    for _ in 0..rounds() {
        let text = Text::new("gate.toml".to_owned(), dice.text(TOML, 40));
        let asked = Asked::Kind { kind, name: None, flags: flags() };
        match plan::resolve(config::load(&text), Some(&text), asked) {
            Ok(plan) => drop((plan.to_text(), plan.to_json())),
            Err(PlanError::File(faults)) => {
                let shown = Faults { text: faults.text.clone(), faults: faults.faults.clone() }.render(false);
                assert!(!faults.faults.is_empty() && shown.contains("gate.toml"), "{:?}", text.text);
            }
            Err(error) => panic!("{error} for {:?}", text.text),
        }
    }
}

#[test]
fn torture_no_text_reaches_a_terminal_unescaped() {
    let mut dice = Dice(0x5ca1_ab1e_0ddb_a115);
    let safe = |text: &str| !text.chars().any(char::is_control) && !text.contains("##[");
    for _ in 0..rounds() {
        let (text, bytes) = (dice.text(MARKDOWN, 30) + "##[x]", dice.bytes(30));
        assert!(safe(&shown(&text)) && safe(&shown_bytes(&bytes)) && safe(&shell_word(&text)), "{text:?} {bytes:?}");
        let lines = wrap(&shown(&text), 10, 10);
        assert_eq!(lines.join(" "), shown(&text));
        if let Ok(path) = RelPath::from_bytes(&bytes) {
            assert!(!path.as_str().split('/').any(|part| part == ".." || (part.is_empty() && !path.is_root())), "{bytes:?}");
        }
    }
}
