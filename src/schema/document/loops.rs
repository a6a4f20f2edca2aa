//! How often and how deep one value is asked about by the schemas of a document: a bound must be there before a validator may run.

use super::places::Places;
use super::references::References;
use crate::schema::{FaultSort, SchemaFault};

/// The most schemas that one value may be asked about, each as often as it is reached.
const MOST_ASKED: u64 = 1_000_000;
/// The most of them within one another.
const DEEPEST: usize = 300;

/// What it takes to ask about one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// The most schemas within one another, references followed.
    pub(super) deepest: usize,
    /// The most schemas in all, each as often as it is reached.
    pub(super) most: u64,
}

/// How far the walk has come with a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    No,
    Open,
    Done,
}

/// Walks from every schema through those that are asked about the same value.
///
/// # Errors
/// A loop that never goes down into the instance, or more than is asked in bounded time.
pub(super) fn reach(places: &Places<'_>, references: &References) -> Result<Reach, SchemaFault> {
    let edges = edges(places, references);
    let mut seen = vec![Seen::No; places.all.len()];
    let mut asked: Vec<(u64, usize)> = vec![(1, 1); places.all.len()];
    for start in 0..places.all.len() {
        let mut open = vec![(start, 0)];
        while let Some((at, next)) = open.pop() {
            if seen[at] == Seen::Done {
                continue;
            }
            seen[at] = Seen::Open;
            match edges[at].get(next) {
                Some(to) if seen[*to] == Seen::Open => return Err(endless(places, &open, (at, *to))),
                Some(to) => open.extend([(at, next + 1), (*to, 0)]),
                None => {
                    let below = edges[at].iter().map(|to| asked[*to]);
                    asked[at] = below.fold((1, 1), |(sum, deep), (more, deeper)| (more.saturating_add(sum), deep.max(deeper + 1)));
                    seen[at] = Seen::Done;
                    if asked[at].0 > MOST_ASKED || asked[at].1 > DEEPEST {
                        return Err(places.fault(at, "", (FaultSort::TooLarge, too_much(asked[at]))));
                    }
                }
            }
        }
    }
    let most = asked.iter().map(|(sum, _)| *sum).max().unwrap_or(1);
    Ok(Reach { deepest: asked.iter().map(|(_, deep)| *deep).max().unwrap_or(1), most })
}

fn too_much((sum, deep): (u64, usize)) -> String {
    if deep > DEEPEST {
        format!("more than {DEEPEST} schemas are asked about one value, each by the one before")
    } else {
        format!(
            "one value would be asked about {} times over; gate goes up to {MOST_ASKED}",
            if sum == u64::MAX { "endlessly many".to_owned() } else { sum.to_string() }
        )
    }
}

fn edges(places: &Places<'_>, references: &References) -> Vec<Vec<usize>> {
    let mut edges: Vec<Vec<usize>> = places.all.iter().map(|place| place.here.clone()).collect();
    for (from, to) in &references.all {
        edges[*from].push(*to);
    }
    for (from, to) in &references.dynamic {
        if !edges[*from].contains(to) {
            edges[*from].push(*to);
        }
    }
    edges
}

/// The fault of a loop, at a schema of it that refers to another.
fn endless(places: &Places<'_>, open: &[(usize, usize)], (last, first): (usize, usize)) -> SchemaFault {
    let begin = open.iter().position(|(at, _)| *at == first).unwrap_or(open.len());
    let mut round = open[begin..].iter().map(|(at, _)| *at).chain([last]);
    let refers =
        |at: &usize| places.all.get(*at).and_then(|place| ["$ref", "$dynamicRef"].into_iter().find(|key| place.node.get(key).is_some()));
    let at = round.find(|at| refers(at).is_some()).unwrap_or(last);
    let to = places.all.get(first).map(|place| place.pointer.clone()).unwrap_or_default();
    let message = format!("the reference comes back to `#{}` without going down into the value, for ever", crate::shown::shown(&to));
    places.fault(at, refers(&at).unwrap_or_default(), (FaultSort::Endless, message))
}
