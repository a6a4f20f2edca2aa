//! The jobs of every workflow as a drawing needs them: what waits for what, and whose failure blocks whom.

use std::collections::BTreeMap;

use serde::Serialize;

use super::allowing::Judged;
use super::publishing::Publishers;
use super::reading::read;
use super::standing::{Promotion, judge};
use super::{PromotionOnly, goes_by};
use crate::check::{Trouble, listing};
use crate::pipeline::{Assumed, Event, Graph, Green, Node, Results, Truth, continues, course, green, may_begin, quoted};
use crate::world::Cx;

/// A workflow that something starts.
#[derive(Debug, Serialize)]
pub(crate) struct Chart {
    pub(crate) file: String,
    pub(crate) name: Option<String>,
    pub(crate) events: Vec<String>,
    /// Each after what it needs.
    pub(crate) jobs: Vec<ChartJob>,
    pub(crate) edges: Vec<Edge>,
}

/// A job of a chart.
#[derive(Debug, Serialize)]
pub(crate) struct ChartJob {
    /// `caller / job` for one that was called.
    pub(crate) label: String,
    pub(crate) role: Role,
    pub(crate) line: usize,
    /// Its `if:`, on one line.
    pub(crate) condition: Option<String>,
    /// Its failure counts as a success: surely, or for some of its legs.
    pub(crate) may_fail: bool,
    pub(crate) publishes: bool,
}

/// What a job is to the promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    Promote,
    /// Promote rests on it.
    Required,
    /// It waits for promote.
    Behind,
    /// Neither.
    Beside,
}

/// One job waits for another.
#[derive(Debug, Serialize)]
pub(crate) struct Edge {
    /// Numbers of jobs.
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// While the first does not succeed, the second cannot be green.
    pub(crate) blocks: bool,
}

impl PromotionOnly {
    /// A chart of every workflow that this check asks about; and the files that GitHub refuses, or that could not be read, as messages.
    pub(crate) fn charts(&self, cx: &Cx<'_>) -> Result<(Vec<Chart>, Vec<String>), Box<Trouble>> {
        let listing = listing(cx, &super::rules::NO_TREE)?;
        let mut unread = Judged::default();
        let read = read((cx, &listing), self, &|_, workflow, _| Some(workflow), &mut unread);
        let publishers = Publishers::new(&self.publishers);
        let promotions = judge(self, (&read, &publishers), &mut Judged::default());
        let charts = read.asked().map(|(path, workflow)| {
            let promotion = promotions.iter().find(|promotion| promotion.graph.file == path);
            chart(&Graph::of((path, workflow), &read.definitions), promotion, &publishers)
        });
        Ok((charts.filter(|chart| !chart.events.is_empty()).collect(), unread.messages()))
    }
}

impl Chart {
    /// Whether its workflow is the one that is meant: named by its path, or by its name alone.
    pub(crate) fn goes_by(&self, name: &str) -> bool {
        goes_by(&self.file, name)
    }
}

fn chart(graph: &Graph<'_>, promotion: Option<&Promotion<'_>>, publishers: &Publishers<'_>) -> Chart {
    let events = Event::all(graph.workflow);
    let job = |(at, node): (usize, &Node<'_>)| ChartJob {
        label: graph.label(at),
        role: promotion.map_or(Role::Beside, |promotion| role(promotion, at)),
        line: node.job.id.line,
        condition: node.job.condition.as_ref().map(|condition| quoted(&condition.source)),
        may_fail: continues(node) != Truth::No,
        publishes: publishers.does(node),
    };
    let jobs: Vec<ChartJob> = graph.nodes.iter().enumerate().map(job).collect();
    let edges = graph.nodes.iter().enumerate().flat_map(|(to, node)| node.needs.iter().map(move |from| (*from, to)));
    let edges = edges.map(|(from, to)| Edge { from, to, blocks: blocks(graph, &events, (from, to)) });
    Chart {
        file: graph.file.to_owned(),
        name: graph.workflow.name.as_ref().map(|name| name.value.clone()),
        edges: edges.collect(),
        jobs,
        events: events.into_iter().map(|event| event.name).collect(),
    }
}

fn role(promotion: &Promotion<'_>, at: usize) -> Role {
    if at == promotion.promote {
        return Role::Promote;
    }
    if promotion.way.contains(&at) {
        return Role::Required;
    }
    if promotion.graph.nodes[at].ancestors.contains(&promotion.promote) { Role::Behind } else { Role::Beside }
}

/// Whether one job keeps the other from being green by any end but success.
fn blocks(graph: &Graph<'_>, events: &[Event], (from, to): (usize, usize)) -> bool {
    let passes = |event: &Event, end: Results| {
        let assumed = Assumed { event, ended: BTreeMap::from([(from, end)]) };
        course(graph, &assumed).is_some_and(|states| may_begin(&states, to) && green(graph, to, &states, event) != Green::No)
    };
    !events.iter().any(|event| [Results::FAILURE, Results::CANCELLED, Results::SKIPPED].into_iter().any(|end| passes(event, end)))
}
