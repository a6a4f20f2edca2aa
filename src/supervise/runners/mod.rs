//! The runners that gate ships to test its own tester: some obey a kill flag, each of the others breaks it in one way. What must be
//! found of each is written down here, and how each works in `act`.

mod act;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::time::Duration;

pub(crate) use act::become_runner;

/// The hidden first argument that makes gate a runner: `__runner NAME FLAG TICK_MS`.
pub(crate) const ARGUMENT: &str = "__runner";

/// What can be found of a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Expected {
    /// Nothing: it obeys.
    Fine,
    /// It ended by itself, but too late.
    Late,
    /// It was still there when nobody waited any longer.
    Alive,
    /// Something that it had started was still there after its end.
    LeftBehind,
    /// It ended with an exit code that is no good end.
    BadExit,
    /// It ended although there was no flag.
    Crashed,
    /// Nothing was heard of it under its name.
    Unheard,
    /// It wrote a traceback.
    Traceback,
    /// It did more than one unit of work after the flag.
    WorkedOn,
}

impl Expected {
    /// In words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fine => "nothing",
            Self::Late => "late",
            Self::Alive => "never gone",
            Self::LeftBehind => "left something behind",
            Self::BadExit => "a bad end",
            Self::Crashed => "ended without a flag",
            Self::Unheard => "never heard under its name",
            Self::Traceback => "a traceback",
            Self::WorkedOn => "worked on",
        }
    }
}

/// The command line of a runner that looks for this flag so often.
///
/// # Errors
/// gate's own program cannot be found.
pub(crate) fn command(runs: &str, flag: &str, tick: Duration) -> io::Result<Vec<OsString>> {
    let program = super::stage::own_program()?;
    let words = [ARGUMENT.to_owned(), runs.to_owned(), flag.to_owned(), tick.as_millis().to_string()];
    Ok(std::iter::once(program).chain(words.map(OsString::from)).collect())
}

/// A runner of which it is known what must be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// The runner that is started: the one of this name, but where a test has swapped two.
    pub(crate) runs: &'static str,
    /// What it does, in a line.
    pub(crate) does: &'static str,
    /// What must be found over all its trials.
    pub(crate) must: Expected,
    /// What may be found beside it: the same fault, seen from another side.
    pub(crate) may: &'static [Expected],
}

impl Known {
    const fn new(name: &'static str, does: &'static str, must: Expected) -> Self {
        Self { name, runs: name, does, must, may: &[] }
    }

    /// What its units of work look like, and those of no other runner: nobody is judged in its place.
    pub(crate) fn heartbeat(&self) -> String {
        format!("^beat [0-9]+ of {}$", self.name)
    }

    /// Whether all its trials together found what must be found, and nothing that may not. Found nothing at all, it is fine.
    pub(crate) fn is_met(&self, found: &BTreeSet<Expected>) -> bool {
        let found: BTreeSet<Expected> = found.iter().copied().filter(|found| *found != Fine).collect();
        let must = if self.must == Fine { found.is_empty() } else { found.contains(&self.must) };
        must && found.iter().all(|found| *found == self.must || self.may.contains(found))
    }
}

use Expected::{Alive, BadExit, Crashed, Fine, Late, LeftBehind, Traceback, WorkedOn};

/// Every runner that is shipped, the good ones first.
pub(crate) static RUNNERS: &[Known] = &[
    Known::new("good", "looks every tick and exits 0", Fine),
    Known::new("good-slow-start", "starts for three ticks, and looks before its first unit", Fine),
    Known::new("good-busy", "works for most of every tick", Fine),
    Known::new("good-child", "ends its helper process, and waits for it, before it exits", Fine),
    Known { may: &[Late, WorkedOn], ..Known::new("ignores", "never looks", Alive) },
    Known { may: &[WorkedOn], ..Known::new("every-second-tick", "looks at every second tick only", Late) },
    Known::new("leaves-daemon", "starts a daemon in a session of its own, and leaves it", LeftBehind),
    Known::new("exits-1", "sees the flag and exits 1", BadExit),
    Known::new("exits-early", "ends after its first unit, without a flag", Crashed),
    Known { may: &[Late, WorkedOn], ..Known::new("swallows-exit", "sees the flag, says that it stops, and goes on", Alive) },
    Known::new("traceback", "writes a Python traceback and exits 0", Traceback),
    Known::new("holds-pipe", "leaves a child that keeps its standard output open", LeftBehind),
    Known { may: &[Late], ..Known::new("works-on", "sees the flag and does three more units", WorkedOn) },
    Known { may: &[Late, WorkedOn], ..Known::new("ignores-sigterm", "ignores the flag and SIGTERM", Alive) },
    Known::new("fork-chain", "leaves processes each of which starts the next and ends", LeftBehind),
];

/// The table with the programs of two runners exchanged: what a tester that looks must notice, whichever they are. `None`: it has no runner
/// of such a name.
pub(crate) fn swapped(table: &[Known], a: &str, b: &str) -> Option<Vec<Known>> {
    let program = |name: &str| table.iter().find(|known| known.name == name).map(|known| known.runs);
    let (of_a, of_b) = (program(a)?, program(b)?);
    let exchange = |known: &Known| match known.name {
        name if name == a => Known { runs: of_b, ..*known },
        name if name == b => Known { runs: of_a, ..*known },
        _ => *known,
    };
    Some(table.iter().map(exchange).collect())
}

#[cfg(test)]
mod tests {
    use super::Expected::Unheard;
    use super::*;
    use crate::supervise::trial::pattern;

    fn known(name: &str) -> &'static Known {
        RUNNERS.iter().find(|known| known.name == name).unwrap()
    }

    #[test]
    fn every_runner_has_a_name_of_its_own_and_a_program() {
        let names: BTreeSet<&str> = RUNNERS.iter().map(|known| known.name).collect();
        assert_eq!(names.len(), RUNNERS.len());
        for known in RUNNERS {
            assert!(act::is_runner(known.runs) && known.runs == known.name, "{}", known.name);
        }
    }

    #[test]
    fn everything_that_can_be_found_must_be_found_of_one_of_them() {
        let must: BTreeSet<Expected> = RUNNERS.iter().map(|known| known.must).collect();
        assert_eq!(must, BTreeSet::from([Fine, Late, Alive, LeftBehind, BadExit, Crashed, Traceback, WorkedOn]));
    }

    #[test]
    fn a_good_runner_may_show_nothing_and_a_bad_one_must_show_its_fault() {
        assert!(known("good").is_met(&BTreeSet::new()) && known("good").is_met(&BTreeSet::from([Fine])));
        assert!(!known("good").is_met(&BTreeSet::from([Late])));
        assert!(known("every-second-tick").is_met(&BTreeSet::from([Late, WorkedOn, Fine])));
        assert!(
            !known("every-second-tick").is_met(&BTreeSet::from([Fine])) && !known("every-second-tick").is_met(&BTreeSet::from([WorkedOn]))
        );
        assert!(!known("every-second-tick").is_met(&BTreeSet::from([Late, LeftBehind])));
    }

    #[test]
    fn nobody_is_heard_in_the_place_of_another() {
        for known in RUNNERS {
            let pattern = pattern(&known.heartbeat()).unwrap();
            let heard = |other: &Known| pattern.is_match(format!("beat 3 of {}", other.name).as_str());
            assert!(RUNNERS.iter().all(|other| heard(other) == (other.name == known.name)), "{}", known.name);
            assert!(!known.is_met(&BTreeSet::from([Unheard])), "{}", known.name);
        }
    }

    #[test]
    fn swapping_exchanges_two_programs_and_nothing_else() {
        let table = swapped(RUNNERS, "good", "exits-1").unwrap();
        let program = |name: &str| table.iter().find(|known| known.name == name).unwrap().runs;
        assert_eq!((program("good"), program("exits-1"), program("ignores")), ("exits-1", "good", "ignores"));
        assert_eq!(swapped(&table, "good", "exits-1").unwrap(), RUNNERS);
        assert_eq!(swapped(RUNNERS, "good", "nobody"), None);
    }
}
