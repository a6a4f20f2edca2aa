//! The trials that are on, written down while they are: a gate that was killed can say nothing any more, and the next one reads it here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::supervise::trial::{Inode, Process};

/// Where it lies, below the root.
pub(crate) const PATH: &str = ".gate/trials.jsonl";
/// The largest one that is read.
pub(crate) const LIMIT: u64 = 64 << 20;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Note {
    /// Of the trial.
    pub(crate) mark: String,
    /// Of the boot in which the processes ran: in another, their numbers are other processes'.
    pub(crate) boot: String,
    pub(crate) what: What,
}

/// What is noted of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    /// It begins; its flag will be there: the absolute path.
    Begins(String),
    Runs(Process),
    /// gate made the flag there: its absolute path.
    Flag(String, Inode),
    /// Nothing of it is left.
    Over,
}

/// A trial that was on when its gate ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Remains {
    pub(crate) mark: String,
    /// None: it ran before the machine was started anew.
    pub(crate) runner: Option<Process>,
    pub(crate) flags: Vec<(String, Inode)>,
}

impl Note {
    /// The line, with its end.
    pub(crate) fn line(&self) -> String {
        serde_json::to_string(self).map(|line| line + "\n").unwrap_or_default()
    }
}

/// The trials that are not over, and how many lines say nothing: a gate that is killed may leave half of one.
pub(crate) fn remains(text: &str, boot: &str) -> (Vec<Remains>, usize) {
    let mut open: BTreeMap<String, Remains> = BTreeMap::new();
    let mut torn = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let Ok(note) = serde_json::from_str::<Note>(line) else {
            torn += 1;
            continue;
        };
        let entry = open.entry(note.mark.clone()).or_insert_with(|| Remains { mark: note.mark.clone(), ..Remains::default() });
        match note.what {
            What::Begins(_) => {}
            What::Runs(process) => entry.runner = Some(process).filter(|_| note.boot == boot),
            What::Flag(path, inode) => entry.flags.push((path, inode)),
            What::Over => drop(open.remove(&note.mark)),
        }
    }
    (open.into_values().collect(), torn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(mark: &str, what: What) -> Note {
        Note { mark: mark.to_owned(), boot: "b".to_owned(), what }
    }

    fn text() -> String {
        let runner = Process { pid: 7, started: 42 };
        let inode = Inode { device: 1, number: 2, born: None };
        let notes = [
            note("m-1", What::Runs(runner)),
            note("m-2", What::Runs(Process { pid: 8, started: 43 })),
            note("m-1", What::Flag("/r/kill.flag".to_owned(), inode)),
            note("m-2", What::Over),
        ];
        notes.iter().map(Note::line).collect()
    }

    #[test]
    fn what_is_not_over_remains_with_its_processes_and_flags() {
        let (open, torn) = remains(&text(), "b");
        assert_eq!((open.len(), torn, open[0].mark.as_str()), (1, 0, "m-1"));
        assert_eq!(open[0].runner, Some(Process { pid: 7, started: 42 }));
        assert_eq!(open[0].flags, [("/r/kill.flag".to_owned(), Inode { device: 1, number: 2, born: None })]);
    }

    #[test]
    fn after_another_boot_a_number_is_nobodys() {
        assert_eq!(remains(&text(), "c").0[0].runner, None);
    }

    #[test]
    fn cut_anywhere_it_loses_no_more_than_its_last_line() {
        let whole = text();
        for cut in 0..whole.len() {
            let (open, torn) = remains(&whole[..cut], "b");
            let lines = whole[..cut].matches('\n').count();
            assert!(torn <= 1, "{cut}");
            assert_eq!(
                open.iter().any(|open| open.mark == "m-1"),
                lines >= 1 || serde_json::from_str::<Note>(&whole[..cut]).is_ok(),
                "{cut}"
            );
        }
    }
}
