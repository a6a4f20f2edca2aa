//! What the jobs of a workflow and the steps of a composite action run.

use super::Seen;
use super::places::Shelf;
use super::scripts::{Before, Does, Part, Variables, judge, read};
use crate::formats::expression::Piece;
use crate::formats::fault::Fault;
use crate::formats::workflow::{self, At, Does as Step, Env, Job, Run, Step as OfJob, Templated, Work, Workflow};
use crate::pipeline::installers::{Runner, is_asked};
use crate::pipeline::{action_name, invocation, reads_shell};
use crate::shown::shown;

/// Judges every job of a workflow.
pub(super) fn of_workflow(text: &str, shelf: &Shelf<'_>) -> Result<Vec<Seen>, Fault> {
    let workflow = workflow::parse(text).map_err(first)?;
    let mut seen = Vec::new();
    for job in &workflow.jobs {
        let Work::Steps(steps) = &job.work else { continue };
        seen.extend(judge(&parts(steps, &Around::of(job, &workflow), shelf), (Runner::Ci, Before::default()), shelf).0);
    }
    Ok(seen)
}

/// Judges a composite action.
pub(super) fn of_action(text: &str, shelf: &Shelf<'_>) -> Result<Vec<Seen>, Fault> {
    let action = workflow::parse_action(text).map_err(first)?;
    let around = Around { variables: Variables::new(), shell: None, folder: None };
    Ok(action.steps.map(|steps| judge(&parts(&steps, &around, shelf), (Runner::Ci, Before::default()), shelf).0).unwrap_or_default())
}

fn first(faults: Vec<Fault>) -> Fault {
    let refused = |fault: Fault| Fault { message: format!("GitHub refuses it: {}", fault.message), ..fault };
    faults.into_iter().next().map_or_else(|| Fault { line: 1, column: 1, message: "GitHub refuses it".to_owned() }, refused)
}

/// What a job gives its steps.
struct Around<'w> {
    variables: Variables,
    shell: Option<&'w str>,
    folder: Option<&'w str>,
}

impl<'w> Around<'w> {
    fn of(job: &'w Job, workflow: &'w Workflow) -> Self {
        let mut variables = Variables::new();
        [&workflow.env, &job.env].into_iter().for_each(|env| extend(&mut variables, env));
        let first = |of: fn(&workflow::Defaults) -> Option<&At<String>>| {
            of(&job.defaults).or_else(|| of(&workflow.defaults)).map(|at| at.value.as_str())
        };
        Self { variables, shell: first(|own| own.shell.as_ref()), folder: first(|own| own.working_directory.as_ref()) }
    }
}

fn extend(variables: &mut Variables, env: &Env) {
    match env {
        Env::Unknown => drop(variables.insert(String::new(), None)),
        Env::Each(pairs) => {
            let asked = pairs.iter().filter(|(name, _)| is_asked(&name.value));
            variables.extend(asked.map(|(name, value)| (name.value.clone(), known(value))));
        }
    }
}

/// A text in which no expression stands.
fn known(text: &Templated) -> Option<String> {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Expression(_) => None,
    };
    text.pieces.iter().map(piece).collect()
}

/// Where the repository lies, by the last checkout, and where others do.
#[derive(Default)]
struct Checkouts {
    own: String,
    others: Vec<String>,
}

fn parts(steps: &[OfJob], around: &Around<'_>, shelf: &Shelf<'_>) -> Vec<Part> {
    let mut checkouts = Checkouts::default();
    let mut parts = Vec::new();
    for step in steps {
        let mut variables = around.variables.clone();
        extend(&mut variables, &step.env);
        match &step.does {
            Step::Uses { action, with } => {
                checkouts.see(&action.value, with);
                // What keeps the changes of the job counts as a command.
                let name = action_name(&action.value);
                let name = name.rsplit('/').next().unwrap_or_default().to_owned();
                parts.push(Part { does: Does::Runs(invocation(&[name], action.line)), variables, folder: None });
            }
            Step::Run(run) => {
                let own = run.working_directory.as_ref();
                let written = own.map_or_else(|| around.folder.map(str::to_owned), |text| known(text).or_else(|| Some("$".to_owned())));
                match checkouts.place(written.as_deref(), shelf) {
                    Place::Another => {}
                    Place::Here(folder) => parts.push(Part { does: of_run(run, around.shell), variables, folder }),
                }
            }
        }
    }
    parts
}

/// Where a step works.
enum Place {
    /// In a folder of the repository; none: nobody knows.
    Here(Option<String>),
    /// In another repository.
    Another,
}

impl Checkouts {
    fn see(&mut self, action: &str, with: &[(At<String>, Templated)]) {
        if action_name(action) != "actions/checkout" {
            return;
        }
        let given = |name: &str| with.iter().find(|(own, _)| own.value == name).map(|(_, value)| value);
        let path = given("path").and_then(known).unwrap_or_default();
        let path = path.trim_matches('/').trim_start_matches("./").to_owned();
        match given("repository") {
            Some(_) if !path.is_empty() => self.others.push(path),
            Some(_) => {}
            None => self.own = path,
        }
    }

    fn place(&self, written: Option<&str>, shelf: &Shelf<'_>) -> Place {
        let written = written.unwrap_or_default();
        if written.contains(['$', '~']) || written.starts_with('/') {
            return Place::Here(None);
        }
        let parts: Vec<&str> = written.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let folder = parts.join("/");
        let within = |above: &str| match folder.strip_prefix(above) {
            Some("") => Some(String::new()),
            Some(rest) => rest.strip_prefix('/').map(str::to_owned),
            None => None,
        };
        if self.others.iter().any(|other| within(other).is_some()) {
            return Place::Another;
        }
        let folder = if self.own.is_empty() { Some(folder) } else { within(&self.own) };
        Place::Here(folder.filter(|folder| !parts.contains(&"..") && shelf.has_folder(folder)))
    }
}

fn of_run(run: &Run, shell: Option<&str>) -> Does {
    let shell = run.shell.as_ref().map(|shell| shell.value.as_str()).or(shell);
    if !reads_shell(shell) {
        let why = format!("its shell is `{}`", shown(shell.unwrap_or_default()));
        return Does::Unread { line: run.first_line, why, text: run.script.source.clone() };
    }
    let line = |line: usize| if run.line_by_line { run.first_line + line.saturating_sub(1) } else { run.first_line };
    read(&run.script.source, &line)
}
