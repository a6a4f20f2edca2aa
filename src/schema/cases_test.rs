//! The cases of `tests/schema-cases`: two schemas each, and what is true of them.

use std::collections::BTreeSet;
use std::path::Path;

use jsonschema::canonical::options;
use serde::Deserialize;
use serde_json::{Value, json};

use super::samples_test::{Dice, Samples};
use super::{Document, Inclusion, includes};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) name: String,
    /// The rule of the public table that it is the witness of.
    pub(super) rule: Option<String>,
    #[serde(default)]
    draft: Edition,
    old: String,
    new: String,
    pub(super) backward: Truth,
    pub(super) forward: Truth,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
enum Edition {
    #[serde(rename = "draft-07")]
    Draft7,
    #[default]
    #[serde(rename = "2020-12")]
    Draft2020,
}

/// What is true, and what a tool that is honest may say where it is hard.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Truth {
    Holds,
    Breaks,
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    case: Vec<Case>,
}

/// All cases, in the order of the files.
pub(super) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema-cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let family: Family = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        family.case
    };
    files.iter().flat_map(read).collect()
}

impl Case {
    pub(super) fn documents(&self) -> (Document, Document) {
        let read = |text: &str| {
            let mut value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", self.name));
            if let (Edition::Draft7, Some(schema)) = (self.draft, value.as_object_mut()) {
                schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
            }
            Document::read(&value.to_string()).unwrap_or_else(|faults| panic!("{}: {faults:?}", self.name))
        };
        (read(&self.old), read(&self.new))
    }

    /// What is wrong with an answer.
    fn mismatch(&self, (from, to): (&Document, &Document), truth: Truth) -> Option<String> {
        let inclusion = includes(from, to);
        let answer = match &inclusion {
            Inclusion::Holds => Truth::Holds,
            Inclusion::Broken { .. } => Truth::Breaks,
            Inclusion::Unknown(_) => Truth::Unknown,
        };
        if let Inclusion::Broken { breaks, .. } = &inclusion {
            let wrong = |witness: &Value| !from.accepts(witness) || !to.refuses(witness);
            if let Some(wrong) = breaks.iter().find(|one| wrong(&one.witness)) {
                return Some(format!("{}: the witness {} of {} is none", self.name, wrong.witness, wrong.at));
            }
            if breaks.is_empty() {
                return Some(format!("{}: broken without a break", self.name));
            }
        }
        (answer != truth).then(|| format!("{}: {answer:?}, and it {truth:?}: {} in {}: {inclusion:?}", self.name, from.value(), to.value()))
    }
}

#[test]
fn the_cases_are_many_and_each_has_a_name_and_two_schemas() {
    let cases = cases();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    let rules: Vec<&str> = cases.iter().filter_map(|case| case.rule.as_deref()).collect();
    assert!(cases.len() >= 250 && rules.len() >= 120, "{} cases, {} rules", cases.len(), rules.len());
    assert_eq!((names.len(), rules.iter().collect::<BTreeSet<_>>().len()), (cases.len(), rules.len()), "a name or a rule stands twice");
    cases.iter().for_each(|case| drop(case.documents()));
}

/// The cases themselves are held against many instances: no instance says that what holds does not, and nearly every break is met by one.
#[test]
fn no_instance_contradicts_a_case() {
    let (mut wrong, mut unmet, mut breaks) = (Vec::new(), Vec::new(), 0);
    for (number, case) in cases().iter().enumerate() {
        let (old, new) = case.documents();
        let samples = Samples::of(old.value(), new.value());
        let mut dice = Dice::new(number as u64 * 7_919 + 1);
        let (mut lost_old, mut lost_new) = (None, None);
        for _ in 0..600 {
            let instance = samples.one(&mut dice);
            match (old.accepts(&instance), new.accepts(&instance)) {
                (true, false) => lost_old = Some(instance),
                (false, true) => lost_new = Some(instance),
                (true, true) | (false, false) => {}
            }
            let met = |truth, lost: &Option<Value>| truth != Truth::Breaks || lost.is_some();
            if met(case.backward, &lost_old) && met(case.forward, &lost_new) && lost_old.is_some() && lost_new.is_some() {
                break;
            }
        }
        for (truth, lost, direction) in [(case.backward, lost_old, "backward"), (case.forward, lost_new, "forward")] {
            breaks += usize::from(truth == Truth::Breaks);
            match (truth, lost) {
                (Truth::Holds, Some(instance)) => wrong.push(format!("{} {direction}: {instance}", case.name)),
                (Truth::Breaks, None) => unmet.push(format!("{} {direction}", case.name)),
                (Truth::Holds, None) | (Truth::Breaks, Some(_)) | (Truth::Unknown, _) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{} do not hold:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unmet.len() * 20 <= breaks, "{} of {breaks} breaks are met by no instance:\n{}", unmet.len(), unmet.join("\n"));
}

#[test]
fn every_case_is_answered_as_it_says() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (old, new) = case.documents();
        wrong.extend(case.mismatch((&old, &new), case.backward).map(|why| format!("backward {why}")));
        wrong.extend(case.mismatch((&new, &old), case.forward).map(|why| format!("forward {why}")));
    }
    assert!(wrong.is_empty(), "{} answers are others:\n{}", wrong.len(), wrong.join("\n"));
}

/// What another prover says, where it is certain. It is an experiment of its makers, so that each difference is one to be looked at.
pub(super) fn other_prover(from: &Document, to: &Document) -> Option<Truth> {
    let canonical = |document: &Document| options().offline().should_validate_formats(false).canonicalize(document.value()).ok();
    let proof = || -> Option<Truth> {
        let rest = canonical(from)?.subtract(&canonical(to)?).ok()?;
        match rest.satisfiability() {
            jsonschema::canonical::Satisfiability::Yes => Some(Truth::Breaks),
            jsonschema::canonical::Satisfiability::No => Some(Truth::Holds),
            jsonschema::canonical::Satisfiability::Unknown => None,
        }
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(proof)).ok().flatten()
}

#[test]
fn another_prover_does_not_contradict_the_cases() {
    let (mut decided, mut other) = (0, Vec::new());
    for case in cases() {
        let (old, new) = case.documents();
        for (from, to, truth, direction) in [(&old, &new, case.backward, "backward"), (&new, &old, case.forward, "forward")] {
            let Some(said) = other_prover(from, to) else { continue };
            decided += 1;
            if truth != Truth::Unknown && said != truth {
                other.push(format!("{} {direction}: {said:?}, and it {truth:?}", case.name));
            }
        }
    }
    assert!(other.is_empty() && decided > 300, "of {decided}, {} are others:\n{}", other.len(), other.join("\n"));
}
