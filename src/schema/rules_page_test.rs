//! The table of rules in docs/formats/json-schema.md is made of the cases.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use super::cases_test::{Case, Truth, cases};
use super::samples_test::{Dice, Samples};
use super::{Document, Inclusion, includes};

const BEGIN: &str = "<!-- rules: begin; GATE_BLESS=1 cargo test --lib schema::rules_page -->\n";
const END: &str = "<!-- rules: end -->";

/// A document that is lost: the first that the comparison shows, else the shortest of many.
fn witness(from: &Document, to: &Document, samples: &Samples) -> Option<Value> {
    if let Inclusion::Broken { breaks, .. } = includes(from, to) {
        return breaks.into_iter().next().map(|one| one.witness);
    }
    let mut dice = Dice::new(77);
    let lost = (0..4_000).map(|_| samples.one(&mut dice)).filter(|instance| from.accepts(instance) && to.refuses(instance));
    lost.min_by_key(|instance| (instance.to_string().len(), instance.to_string()))
}

fn row(case: &Case, rule: &str) -> String {
    let (old, new) = case.documents();
    let samples = Samples::of(old.value(), new.value());
    let cell = |truth, from, to| match truth {
        Truth::Holds => "compatible".to_owned(),
        Truth::Breaks => {
            let shown = witness(from, to, &samples).unwrap_or_else(|| panic!("{}: no document is lost", case.name));
            format!("breaking: `{}`", shown.to_string().replace('|', "\\|"))
        }
        Truth::Unknown => "cannot decide".to_owned(),
    };
    format!("| {rule} | {} | {} | {} |\n", cell(case.backward, &old, &new), cell(case.forward, &new, &old), case.name)
}

#[test]
fn the_table_of_rules_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats/json-schema.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    let mut table = "| what changed | backward | forward | case |\n|---|---|---|---|\n".to_owned();
    for case in cases() {
        if let Some(rule) = &case.rule {
            write!(table, "{}", row(&case, &rule.replace('|', "\\|"))).unwrap();
        }
    }
    let fresh = format!("{head}{BEGIN}\n{table}\n{END}{tail}");
    if std::env::var_os("GATE_BLESS").is_some() {
        std::fs::write(&path, &fresh).unwrap();
        return;
    }
    assert!(page == fresh, "docs/formats/json-schema.md is stale: GATE_BLESS=1 cargo test --lib schema::rules_page");
}
