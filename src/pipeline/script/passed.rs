//! Which gates are passed over, by the commands that ran on the paths with either answer to a question.

use super::run::Runner;
use super::tags::{Ran, Reply, Tags};
use super::test::Topic;
use super::{About, PassedOver, Weight};

/// A question with the answer under which something may not run.
struct Side<'a> {
    /// What ran on the paths with this answer, and with the other one.
    here: Vec<&'a Ran>,
    there: Vec<&'a Ran>,
}

/// Of the tags of all paths that end well.
pub(super) fn found(runner: &Runner<'_>, good: Vec<Tags>) -> Vec<PassedOver> {
    let mut found = Vec::new();
    for (number, question) in runner.questions.iter().enumerate() {
        let answers = match question.topic {
            Topic::Presence => [Some((Reply::Missing, Reply::There, About::Presence)), None],
            Topic::Value => {
                [Some((Reply::Missing, Reply::There, About::ValueDoesNot)), Some((Reply::There, Reply::Missing, About::ValueHolds))]
            }
        };
        for (answer, other, about) in answers.into_iter().flatten() {
            let under = |answer| good.iter().filter_map(|tags| tags.labels.get(&Some((number, answer)))).collect();
            let side = Side { here: under(answer), there: under(other) };
            if about != About::Presence && side.runs_something_instead(runner) {
                continue;
            }
            for (_, gate) in runner.watched.iter().enumerate().filter(|(at, gate)| gate.weight == Weight::Gate && side.passes_over(*at)) {
                let (asked, asked_line) = (question.text.clone(), question.line);
                found.push(PassedOver { line: gate.line, command: gate.shown.clone(), asked, asked_line, about });
            }
        }
    }
    found.sort();
    found
}

impl Side<'_> {
    fn passes_over(&self, gate: usize) -> bool {
        let without = |ran: &[&Ran]| ran.iter().any(|ran| !ran.all.contains(&gate));
        without(&self.here) && (!without(&self.there) || only(&self.there, &self.here, gate))
    }

    /// `pytest -v` in place of `pytest`.
    fn runs_something_instead(&self, runner: &Runner<'_>) -> bool {
        let gates = runner.watched.iter().enumerate().filter(|(_, gate)| gate.weight == Weight::Gate);
        gates.into_iter().any(|(gate, _)| only(&self.here, &self.there, gate))
    }
}

/// Whether a command runs on some of the first, and on none of the others.
fn only(these: &[&Ran], those: &[&Ran], gate: usize) -> bool {
    let with = |ran: &[&Ran]| ran.iter().any(|ran| ran.some.contains(&gate));
    with(these) && !with(those)
}
