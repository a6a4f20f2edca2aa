//! The steps of a job as they run: those of local actions in the place of the step that uses them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::formats::expression::Piece;
use crate::formats::workflow::{At, Does, Input, Step, Templated};

use super::graph::{Definitions, Lost, LostWhat};
use super::invocations::Invocation;
use super::known::shells::script_of_action;
use super::read_once::ReadScript;
use super::scripts::text_read;
use super::value::{Text, Value};

/// How many local actions deep steps are followed, as GitHub does.
const ACTIONS: usize = 10;
/// How many steps a job may have, with those of its actions.
const STEPS: usize = 20_000;

/// A step, and the path of the file that it stands in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layer<'w> {
    pub(crate) file: &'w str,
    pub(crate) step: &'w Step,
}

/// A step that does something itself.
#[derive(Debug)]
pub(crate) struct Task<'w> {
    /// The path of the file that it stands in.
    pub(crate) file: &'w str,
    pub(crate) step: &'w Step,
    /// The steps that use the actions it stands in, the outermost first.
    pub(crate) within: Vec<Layer<'w>>,
    /// What the innermost of these, or the caller of the workflow, gives it as `inputs`.
    pub(crate) inputs: Value,
    /// The script of a step that runs one, read; none: it runs none, or one of another language.
    pub(crate) own: Option<Rc<ReadScript>>,
    /// The script that its action is given to run.
    pub(crate) given: Option<Rc<ReadScript>>,
}

impl<'w> Task<'w> {
    /// The step and those around it, the outermost first.
    pub(crate) fn layers(&self) -> impl Iterator<Item = Layer<'w>> {
        self.within.iter().copied().chain([Layer { file: self.file, step: self.step }])
    }

    /// The step of the job itself.
    pub(crate) fn outermost(&self) -> &'w Step {
        self.within.first().map_or(self.step, |layer| layer.step)
    }

    /// The commands of its script, or of the one that its action is given to run.
    pub(crate) fn commands(&self) -> &[Invocation] {
        self.own.as_ref().or(self.given.as_ref()).map(|read| read.commands.as_slice()).unwrap_or_default()
    }
}

/// What `uses:` of a local action names: the folder without `./`.
pub(crate) fn local_action(uses: &str) -> Option<&str> {
    uses.strip_prefix("./").map(|path| path.trim_end_matches('/'))
}

/// The steps of a job, local actions opened; and what could not be opened.
pub(crate) fn tasks<'w>(
    (file, shell): (&'w str, Option<&'w str>),
    steps: &'w [Step],
    inputs: &Value,
    definitions: &'w Definitions,
) -> (Vec<Task<'w>>, Vec<Lost>) {
    let mut opening = Opening { definitions, shell, tasks: Vec::new(), lost: Vec::new(), within: Vec::new(), path: Vec::new() };
    opening.open(file, steps, inputs);
    (opening.tasks, opening.lost)
}

struct Opening<'w> {
    definitions: &'w Definitions,
    /// The shell of the job.
    shell: Option<&'w str>,
    tasks: Vec<Task<'w>>,
    lost: Vec<Lost>,
    within: Vec<Layer<'w>>,
    /// The actions that are being opened.
    path: Vec<&'w str>,
}

impl<'w> Opening<'w> {
    fn open(&mut self, file: &'w str, steps: &'w [Step], inputs: &Value) {
        for step in steps {
            let task = || Task { file, step, within: self.within.clone(), inputs: inputs.clone(), own: None, given: None };
            let (action, with) = match &step.does {
                Does::Uses { action, with } => (action, with),
                Does::Run(run) => {
                    let shell = run.shell.as_ref().map(|shell| shell.value.as_str()).or(self.shell.filter(|_| self.within.is_empty()));
                    let own = text_read(run, shell, inputs).map(|text| self.definitions.scripts.read(&text));
                    self.tasks.push(Task { own, ..task() });
                    continue;
                }
            };
            let Some(folder) = local_action(&action.value) else {
                let given = script_of_action(&action.value, with).map(|script| self.definitions.scripts.read(&script));
                self.tasks.push(Task { given, ..task() });
                continue;
            };
            let lost = |what| Lost { file: file.to_owned(), line: action.line, job: String::new(), what };
            let Some((folder, (path, read))) = self.definitions.actions.get_key_value(folder) else {
                self.tasks.push(task());
                self.lost.push(lost(LostWhat::Missing(action.value.clone())));
                continue;
            };
            let Some(inner) = &read.steps else {
                self.tasks.push(task());
                continue;
            };
            if self.tasks.len() + inner.len() > STEPS {
                self.tasks.push(task());
                self.lost.push(lost(LostWhat::TooManySteps));
                continue;
            }
            if self.path.contains(&folder.as_str()) || self.path.len() >= ACTIONS {
                self.tasks.push(task());
                let circle = self.path.iter().copied().skip_while(|one| one != folder).chain([folder.as_str()]);
                let circle = circle.collect::<Vec<_>>().join(" → ");
                self.lost.push(lost(if self.path.contains(&folder.as_str()) { LostWhat::Circle(circle) } else { LostWhat::TooDeep }));
                continue;
            }
            self.path.push(folder);
            self.within.push(Layer { file, step });
            self.open(path, inner, &with_defaults(given(with), &read.inputs));
            self.within.pop();
            self.path.pop();
        }
    }
}

/// What `with:` gives: texts without expressions are known.
pub(crate) fn given(with: &[(At<String>, Templated)]) -> BTreeMap<String, Value> {
    let value = |text: &Templated| match text.pieces.iter().any(|piece| matches!(piece, Piece::Expression(_))) {
        true => Value::Unknown,
        false => Value::Text(Text::known(&text.source)),
    };
    with.iter().map(|(name, text)| (name.value.to_lowercase(), value(text))).collect()
}

/// The same, with the defaults of what is not given. What it asks for as a boolean is one.
pub(crate) fn with_defaults<'i>(mut given: BTreeMap<String, Value>, inputs: impl IntoIterator<Item = &'i Input>) -> Value {
    for input in inputs {
        let name = input.name.value.to_lowercase();
        let value = given.remove(&name).unwrap_or_else(|| match &input.default {
            Some(default) if default.contains("${{") => Value::Unknown,
            Some(default) => Value::Text(Text::known(default)),
            None => Value::Text(Text::default()),
        });
        let text = if let Value::Text(text) = &value { text.whole() } else { None };
        let value = match (input.kind.as_str(), text.as_deref()) {
            ("boolean", Some("true")) => Value::Bool(true),
            ("boolean", Some("false" | "")) => Value::Bool(false),
            _ => value,
        };
        given.insert(name, value);
    }
    Value::object(given)
}
