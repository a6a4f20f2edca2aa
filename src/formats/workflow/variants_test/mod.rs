//! Small changes of a workflow that GitHub takes, each with what becomes of it. GitHub's own parser was asked about every one of
//! them; where the answer here is another one, the row says why.

mod events;
mod jobs;
mod steps;
mod whole;

use super::{parse, parse_action};

/// Where the text of a row stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// The whole workflow.
    Whole,
    /// A key of the workflow.
    Top,
    /// The value of `on`, below it.
    On,
    /// A key of a job with steps.
    Job,
    /// A key of a job that calls a workflow.
    Call,
    /// A key of a step that runs a script.
    Run,
    /// A key of a step that uses an action.
    Uses,
    /// The whole action.
    Action,
}

/// Where, what, and words of the refusal; none: it is accepted.
pub(super) type Row = (Place, &'static str, &'static str);

pub(super) fn rows() -> impl Iterator<Item = Row> {
    [events::ROWS, jobs::ROWS, steps::ROWS, whole::ROWS].into_iter().flatten().copied()
}

/// The text of a file, and its line on which the change begins.
pub(super) fn file((place, change, _): Row) -> (String, usize) {
    let indented = |by: usize| change.lines().map(|line| format!("{:by$}{line}\n", "")).collect::<String>();
    let job = "jobs:\n  a:\n    runs-on: x\n    steps:\n      - run: x\n";
    match place {
        Place::Whole | Place::Action => (change.to_owned(), 1),
        Place::Top => (format!("on: push\n{job}{}", indented(0)), 7),
        Place::On => (format!("on:\n{}{job}", indented(2)), 2),
        Place::Job => (format!("on: push\n{job}{}", indented(4)), 7),
        Place::Call => (format!("on: push\n{job}  b:\n    uses: ./.github/workflows/c.yml\n{}", indented(4)), 9),
        Place::Run => (format!("on: push\n{job}{}", indented(8)), 7),
        Place::Uses => (format!("on: push\n{job}      - uses: a/b@c\n{}", indented(8)), 8),
    }
}

#[test]
fn every_variant_is_read_or_refused_as_its_row_says() {
    let mut wrong = Vec::new();
    for row in rows() {
        let (text, first) = file(row);
        let faults = match row.0 {
            Place::Action => parse_action(&text).err(),
            Place::Whole | Place::Top | Place::On | Place::Job | Place::Call | Place::Run | Place::Uses => parse(&text).err(),
        };
        let told: Vec<String> = faults.iter().flatten().map(ToString::to_string).collect();
        let near = faults.iter().flatten().all(|fault| fault.line + 3 >= first && fault.line <= text.lines().count().max(1));
        let said = if row.2.is_empty() { faults.is_none() } else { told.iter().any(|fault| fault.contains(row.2)) };
        if !said || !near {
            wrong.push(format!("{:?} {:?}: {told:?}, not {:?}", row.0, row.1, row.2));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
