//! The jobs of a workflow and of those that it calls, and what each of them needs.

use std::collections::BTreeMap;
use std::fmt;

use crate::formats::workflow::{Action, Job, Work, Workflow};
use crate::shown::shown;

use super::read_once::Scripts;
use super::task::{Task, given, tasks, with_defaults};
use super::value::Value;

/// How many workflows deep calls are followed, as GitHub does.
const CALLS: usize = 10;
/// How many jobs a graph may have, with all that it calls.
const JOBS: usize = 1_000;

/// Everything that was read, by its path.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    pub(crate) workflows: BTreeMap<String, Workflow>,
    /// By the folder that `uses: ./…` names, without the `./`.
    pub(crate) actions: BTreeMap<String, (String, Action)>,
    /// The scripts of their steps.
    pub(crate) scripts: Scripts,
}

/// The jobs that one workflow starts.
#[derive(Debug)]
pub(crate) struct Graph<'w> {
    /// The path of the workflow.
    pub(crate) file: &'w str,
    pub(crate) workflow: &'w Workflow,
    pub(crate) nodes: Vec<Node<'w>>,
    /// Each job begins after all that it needs has ended; a job that calls ends after those that it called.
    pub(crate) order: Vec<Moment>,
    /// What could not be followed.
    pub(crate) lost: Vec<Lost>,
}

/// A job begins, or has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Begin(usize),
    End(usize),
}

/// A job in a graph.
#[derive(Debug)]
pub(crate) struct Node<'w> {
    /// The path of the workflow that it stands in.
    pub(crate) file: &'w str,
    pub(crate) workflow: &'w Workflow,
    pub(crate) job: &'w Job,
    /// What it needs, as numbers of nodes.
    pub(crate) needs: Vec<usize>,
    /// All that it needs, directly or not.
    pub(crate) ancestors: Vec<usize>,
    /// The job whose `uses:` called its workflow.
    pub(crate) caller: Option<usize>,
    /// The jobs of the workflow that it calls.
    pub(crate) inner: Vec<usize>,
    /// What the caller gives it as `inputs`.
    pub(crate) inputs: Value,
    pub(crate) tasks: Vec<Task<'w>>,
    /// It calls a workflow that was not read.
    pub(crate) is_remote: bool,
}

/// A call or an action that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) job: String,
    pub(crate) what: LostWhat,
}

/// Why a call was not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LostWhat {
    /// A workflow of another repository.
    Remote(String),
    /// A local workflow or action that is not there, or was refused.
    Missing(String),
    /// It has no `workflow_call`.
    NotCallable(String),
    /// It calls itself, by way of these.
    Circle(String),
    TooDeep,
    /// More jobs than are followed.
    TooMany,
    /// More steps than are followed.
    TooManySteps,
}

impl Lost {
    /// Whether it is a workflow of another repository.
    pub(crate) fn is_remote(&self) -> bool {
        matches!(self.what, LostWhat::Remote(_))
    }

    /// Whether it is there, and was not looked at for its size.
    pub(crate) fn is_too_large(&self) -> bool {
        matches!(self.what, LostWhat::TooMany | LostWhat::TooManySteps)
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            LostWhat::Remote(uses) => write!(f, "`{}` is a workflow of another repository, and gate reads only this one", shown(uses)),
            LostWhat::Missing(uses) => write!(f, "`{}` is not among the promoted files, or is refused", shown(uses)),
            LostWhat::NotCallable(uses) => write!(f, "`{}` has no `on: workflow_call`, so it cannot be called", shown(uses)),
            LostWhat::Circle(path) => write!(f, "it calls itself: {}", shown(path)),
            LostWhat::TooDeep => f.write_str("calls are nested deeper than GitHub allows"),
            LostWhat::TooMany => write!(f, "there are more than {JOBS} jobs, with all that are called, and gate looks at no more"),
            LostWhat::TooManySteps => f.write_str("there are more steps than gate looks at, with those of local actions"),
        }
    }
}

impl<'w> Graph<'w> {
    /// The graph that a workflow starts.
    pub(crate) fn of((file, workflow): (&'w str, &'w Workflow), definitions: &'w Definitions) -> Self {
        let graph = Self { file, workflow, nodes: Vec::new(), order: Vec::new(), lost: Vec::new() };
        let mut building = Building { definitions, graph, path: Vec::new() };
        building.level((file, workflow), None, &Value::Unknown);
        building.graph
    }

    /// The node of a job by its id in any case: of those beside another first, else of the workflow itself.
    pub(crate) fn job(&self, id: &str, beside: usize) -> Option<usize> {
        let at =
            |caller: Option<usize>| self.nodes.iter().position(|node| node.caller == caller && node.job.id.value.eq_ignore_ascii_case(id));
        at(self.nodes[beside].caller).or_else(|| at(None))
    }

    /// What a job is called in the output: `caller / job` for one that was called.
    pub(crate) fn label(&self, at: usize) -> String {
        let node = &self.nodes[at];
        match node.caller {
            Some(caller) => format!("{} / {}", self.label(caller), node.job.id.value),
            None => node.job.id.value.clone(),
        }
    }

    /// A job, all that it needs, all that those call, and the jobs that called them.
    pub(crate) fn rests_on(&self, at: usize) -> Vec<usize> {
        let mut is_found = vec![false; self.nodes.len()];
        let mut open = vec![at];
        while let Some(next) = open.pop() {
            if !std::mem::replace(&mut is_found[next], true) {
                let node = &self.nodes[next];
                open.extend(node.needs.iter().chain(&node.inner).chain(&node.caller));
            }
        }
        (0..self.nodes.len()).filter(|at| is_found[*at]).collect()
    }

    /// A job, and all that it calls.
    pub(crate) fn within(&self, at: usize) -> Vec<usize> {
        let inside = |other: &usize| std::iter::successors(Some(*other), |at| self.nodes[*at].caller).any(|caller| caller == at);
        (0..self.nodes.len()).filter(inside).collect()
    }
}

struct Building<'w> {
    definitions: &'w Definitions,
    graph: Graph<'w>,
    /// The workflows that are being called.
    path: Vec<&'w str>,
}

impl<'w> Building<'w> {
    /// Adds the jobs of one workflow, each after what it needs.
    fn level(&mut self, (file, workflow): (&'w str, &'w Workflow), caller: Option<usize>, inputs: &Value) -> Vec<usize> {
        self.path.push(file);
        if self.graph.nodes.len() + workflow.jobs.len() > JOBS {
            self.graph.lost.push(Lost { file: file.to_owned(), line: 1, job: String::new(), what: LostWhat::TooMany });
        }
        let mut at: BTreeMap<String, usize> = BTreeMap::new();
        let room = JOBS.saturating_sub(self.graph.nodes.len());
        let mut waiting: Vec<&'w Job> = workflow.jobs.iter().take(room).collect();
        while !waiting.is_empty() {
            let ready = |job: &&&'w Job| job.needs.iter().all(|need| at.contains_key(&need.value.to_lowercase()));
            // The reader has refused cycles and unknown needs.
            let Some(job) = waiting.iter().find(ready).copied() else { break };
            waiting.retain(|other| !std::ptr::eq(*other, job));
            let needs: Vec<usize> = job.needs.iter().filter_map(|need| at.get(&need.value.to_lowercase()).copied()).collect();
            let mut ancestors: Vec<usize> = needs.iter().flat_map(|need| self.graph.nodes[*need].ancestors.iter().copied()).collect();
            ancestors.extend(&needs);
            ancestors.sort_unstable();
            ancestors.dedup();
            let node = Node {
                file,
                workflow,
                job,
                needs,
                ancestors,
                caller,
                inner: Vec::new(),
                inputs: inputs.clone(),
                tasks: Vec::new(),
                is_remote: false,
            };
            at.insert(job.id.value.to_lowercase(), self.add(node));
        }
        self.path.pop();
        at.into_values().collect()
    }

    fn add(&mut self, node: Node<'w>) -> usize {
        let (at, file, job) = (self.graph.nodes.len(), node.file, node.job);
        self.graph.nodes.push(node);
        self.graph.order.push(Moment::Begin(at));
        match &job.work {
            Work::Steps(steps) => {
                let (workflow, inputs) = (self.graph.nodes[at].workflow, self.graph.nodes[at].inputs.clone());
                let shell = job.defaults.shell.as_ref().or(workflow.defaults.shell.as_ref()).map(|shell| shell.value.as_str());
                let (tasks, lost) = tasks((file, shell), steps, &inputs, self.definitions);
                self.graph.nodes[at].tasks = tasks;
                self.graph.lost.extend(lost.into_iter().map(|lost| Lost { job: job.id.value.clone(), ..lost }));
            }
            Work::Call { workflow, with } => {
                let inputs = given(with);
                match self.called(&workflow.value) {
                    Ok((file, called)) => {
                        let inputs = with_defaults(inputs, called.triggers.iter().flat_map(|trigger| &trigger.inputs));
                        self.graph.nodes[at].inner = self.level((file, called), Some(at), &inputs);
                    }
                    Err(what) => {
                        self.graph.nodes[at].is_remote = true;
                        self.graph.lost.push(Lost { file: file.to_owned(), line: workflow.line, job: job.id.value.clone(), what });
                    }
                }
            }
        }
        self.graph.order.push(Moment::End(at));
        at
    }

    /// The workflow that `uses:` names.
    fn called(&self, uses: &str) -> Result<(&'w str, &'w Workflow), LostWhat> {
        let Some(path) = uses.strip_prefix("./") else { return Err(LostWhat::Remote(uses.to_owned())) };
        let missing = || LostWhat::Missing(uses.to_owned());
        let (file, workflow) = self.definitions.workflows.get_key_value(path).ok_or_else(missing)?;
        if self.path.contains(&file.as_str()) {
            let circle: Vec<&str> = self.path.iter().copied().skip_while(|one| one != file).chain([file.as_str()]).collect();
            return Err(LostWhat::Circle(circle.join(" → ")));
        }
        if self.path.len() >= CALLS {
            return Err(LostWhat::TooDeep);
        }
        if self.graph.nodes.len() + workflow.jobs.len() > JOBS {
            return Err(LostWhat::TooMany);
        }
        if !workflow.triggers.iter().any(|trigger| trigger.event.value == "workflow_call") {
            return Err(LostWhat::NotCallable(uses.to_owned()));
        }
        Ok((file, workflow))
    }
}
