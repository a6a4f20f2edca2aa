//! Which job waits for which: every need is there, and no job waits for itself.

use std::collections::HashMap;

use super::reading::{Reading, did_you_mean, shown};
use super::{At, Job};

/// With how many jobs a name that is missing is compared.
const COMPARED: usize = 200;

pub(super) fn check(jobs: &[Job], reading: &mut Reading) {
    // Upper and lower case are one.
    let places: HashMap<String, usize> = jobs.iter().enumerate().map(|(place, job)| (job.id.value.to_ascii_lowercase(), place)).collect();
    let mut edges = vec![Vec::new(); jobs.len()];
    for (job, edges) in jobs.iter().zip(&mut edges) {
        for need in &job.needs {
            match places.get(&need.value.to_ascii_lowercase()) {
                Some(place) => edges.push((*place, need)),
                None if reading.is_full() => {}
                None => {
                    let near = did_you_mean(&need.value, jobs.iter().take(COMPARED).map(|job| job.id.value.as_str()));
                    let (job, missing) = (shown(&job.id.value), shown(&need.value));
                    reading.fault_at(need.line, need.column, format!("`{job}` needs `{missing}`, and there is no such job{near}"));
                }
            }
        }
    }
    let mut state = vec![State::New; jobs.len()];
    for start in 0..jobs.len() {
        walk(start, (jobs, &edges), (&mut state, reading));
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the way that is being walked.
    OnTheWay,
    Done,
}

type Edges<'a> = [Vec<(usize, &'a At<String>)>];

/// Walks all needs of a job in depth, without recursion, and tells the cycles that it meets.
fn walk(start: usize, (jobs, edges): (&[Job], &Edges<'_>), (state, reading): (&mut [State], &mut Reading)) {
    let mut way = vec![(start, 0)];
    if state.get(start) != Some(&State::New) {
        return;
    }
    while let Some((job, next)) = way.last_mut() {
        let (job, edge) = (*job, edges.get(*job).and_then(|edges| edges.get(*next)));
        *next += 1;
        set(state, job, State::OnTheWay);
        match edge {
            None => {
                set(state, job, State::Done);
                way.pop();
            }
            Some((to, need)) => match state.get(*to) {
                Some(State::New) => way.push((*to, 0)),
                Some(State::OnTheWay) if reading.is_full() => {}
                Some(State::OnTheWay) => {
                    let cycle = way.iter().map(|(job, _)| *job).skip_while(|job| job != to).chain([*to]);
                    let names: Vec<String> =
                        cycle.filter_map(|job| jobs.get(job)).map(|job| format!("`{}`", shown(&job.id.value))).collect();
                    reading.fault_at(need.line, need.column, told(&names));
                }
                Some(State::Done) | None => {}
            },
        }
    }
}

fn set(states: &mut [State], place: usize, state: State) {
    if let Some(slot) = states.get_mut(place) {
        *slot = state;
    }
}

/// How many jobs of a cycle are named.
const NAMED: usize = 12;

fn told(names: &[String]) -> String {
    match names {
        [own, _] => format!("{own} needs itself"),
        _ if names.len() > NAMED => format!("the needs are a cycle of {} jobs: {} → …", names.len() - 1, names[..NAMED].join(" → ")),
        _ => format!("the needs are a cycle: {}", names.join(" → ")),
    }
}
