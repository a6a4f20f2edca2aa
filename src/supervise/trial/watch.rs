//! The keeper's watch over one trial: heartbeats come, the flag is made at its moment, the runner ends or is ended.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use regex_automata::meta::Regex;
use rustix::event::{PollFd, PollFlags};
use rustix::process::Signal;

use super::super::signals::Signals;
use super::super::tree::Tree;
use super::super::{How, timespec};
use super::flag::Flag;
use super::output::{Lines, trace};
use super::{BEATS, Ending, Event, Facts, Heartbeat, Left, Moment, Order};

/// How long the watch sleeps at the most while it waits for an end: how late it wakes tells how well it measures.
const SLICE: Duration = Duration::from_millis(5);
/// How often a file of heartbeats is looked at.
const LOOK: Duration = Duration::from_millis(1);
/// How often it is looked who is there.
const LOOKS: usize = 10;
/// How long processes are killed before they are said to survive.
const HARD: Duration = Duration::from_secs(10);

/// Where heartbeats come from.
pub(super) enum Beats {
    None,
    Stdout(Regex),
    File { name: String, state: Option<State> },
}

/// What of a file tells that it was written.
type State = (u64, u64, i64, i64);

/// One trial on its way.
pub(super) struct Watch<'a> {
    pub(super) order: &'a Order,
    pub(super) path: &'a Path,
    pub(super) flag: Option<Flag>,
    pub(super) beats: Beats,
    pub(super) stdout: Lines,
    pub(super) stderr: Lines,
    pub(super) begun: Instant,
    pub(super) facts: Facts,
    pub(super) tell: &'a mut dyn FnMut(Event),
    /// The flag was removed then, and comes back.
    pub(super) removed: Option<Instant>,
}

/// What is due next.
enum Due {
    /// Make the flag; not before this moment.
    Flag(Instant),
    Remove(Instant),
    /// The time is over: the runner is ended.
    End(Instant),
}

impl Watch<'_> {
    /// Watches until the runner has ended and nothing of it is left.
    pub(super) fn follow(mut self, mut tree: Tree, signals: Signals) -> Facts {
        self.until_the_end(&mut tree, &signals);
        self.settle(&mut tree, &signals);
        self.facts.all_ended = tree.is_gone();
        if tree.is_gone() {
            drop(tree)
        } else {
            tree.give_up()
        }
        self.facts.interrupted = self.facts.interrupted.or_else(|| signals.release().first().map(|signal| signal.as_raw()));
        self.facts
    }

    /// Until the runner has ended, by itself or because its time is over.
    fn until_the_end(&mut self, tree: &mut Tree, signals: &Signals) {
        loop {
            if let Some(signal) = signals.take().first() {
                self.facts.interrupted = Some(signal.as_raw());
                return;
            }
            if tree.leader_has_ended() {
                self.facts.exited_us = Some(self.micros(Instant::now()));
                tree.reap();
                self.drain();
                self.facts.ending = match tree.leader_ended() {
                    Some(How::Exited(code)) => Ending::Exited(code),
                    Some(How::Signalled(signal)) => Ending::Signalled(signal),
                    Some(How::Alive) | None => Ending::Failed("its end was seen, and how it ended was not".to_owned()),
                };
                return;
            }
            self.read();
            let due = self.due();
            let now = Instant::now();
            let next = match due {
                Due::Flag(at) if now >= at => {
                    if let Err(why) = self.make() {
                        self.facts.ending = Ending::Failed(why);
                        return;
                    }
                    continue;
                }
                Due::Remove(at) if now >= at => {
                    self.flag.take().into_iter().for_each(|flag| drop(flag.remove()));
                    self.removed = Some(now);
                    continue;
                }
                Due::End(at) if now >= at => {
                    if let Moment::Never(..) = self.order.moment {
                        self.facts.running = tree.living().into_iter().map(left).collect();
                    }
                    self.facts.ending = Ending::Outlived;
                    return;
                }
                Due::Flag(at) | Due::Remove(at) | Due::End(at) => at,
            };
            self.pause(next.min(now + self.slice()), tree, signals);
        }
    }

    /// What comes next, and when.
    fn due(&self) -> Due {
        if self.facts.flagged_us.is_some() {
            let since = self.facts.flagged_us.unwrap_or_default();
            return Due::End(self.begun + Duration::from_micros(since) + self.order.patience);
        }
        if let (Some(first), Some((until_removed, until_again))) = (self.facts.first_flagged_us, self.order.removed) {
            return match self.removed {
                None => Due::Remove(self.begun + Duration::from_micros(first) + until_removed),
                Some(at) => Due::Flag(at + until_again),
            };
        }
        let beat = |number: usize| self.facts.beats_us.get(number.saturating_sub(1)).map(|at| self.begun + Duration::from_micros(*at));
        // A runner that ticks no more is waited for as long as for its first tick.
        let patience = || self.facts.beats_us.last().map_or(self.begun, |at| self.begun + Duration::from_micros(*at)) + self.order.startup;
        match self.order.moment {
            Moment::BeforeStart => Due::End(self.begun + self.order.patience),
            Moment::AfterStart(wait) => Due::Flag(self.begun + wait),
            Moment::AfterBeat(number, wait) => beat(number).map_or_else(|| Due::End(patience()), |at| Due::Flag(at + wait)),
            Moment::Never(_, wait) if matches!(self.beats, Beats::None) => Due::End(self.begun + wait),
            Moment::Never(number, _) => beat(number).map_or_else(|| Due::End(patience()), Due::End),
        }
    }

    /// Makes the flag; for good, unless it is to be removed again.
    fn make(&mut self) -> Result<(), String> {
        let flag = Flag::make(self.path, self.order.form, &self.order.mark).map_err(|error| super::no_flag(self.path, &error))?;
        let at = self.micros(Instant::now());
        (self.tell)(Event::Flagged(flag.made));
        // What was complained of before has not ended the runner.
        self.facts.traceback = None;
        match (self.order.removed, self.removed) {
            (Some(_), None) => self.facts.first_flagged_us = Some(at),
            (Some(_), Some(_)) | (None, _) => self.facts.flagged_us = Some(at),
        }
        self.flag = Some(flag);
        Ok(())
    }

    fn slice(&self) -> Duration {
        if matches!(self.beats, Beats::File { .. }) { LOOK } else { SLICE }
    }

    fn micros(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.begun).as_micros()).unwrap_or(u64::MAX)
    }

    /// Reads once what is there.
    fn read(&mut self) -> bool {
        let at = self.micros(Instant::now());
        let Self { beats, stdout, stderr, facts, .. } = self;
        let mut beat = || {
            if facts.beats_us.len() < BEATS {
                facts.beats_us.push(at);
            }
        };
        if let Beats::File { name, state } = beats {
            let now = std::fs::metadata(&*name).ok().map(|found| state_of(&found));
            if now.is_some() && now != *state {
                beat();
            }
            *state = now;
        }
        let printed = stdout.read(&mut |line| {
            if let Beats::Stdout(pattern) = beats
                && pattern.is_match(line)
            {
                beat();
            }
        });
        let complained = stderr.read(&mut |line| {
            if facts.traceback.is_none() {
                facts.traceback = trace(line);
            }
        });
        printed || complained
    }

    /// Reads what the runner left in its pipes, but not for ever: what it left behind may go on printing.
    fn drain(&mut self) {
        let until = Instant::now() + Duration::from_millis(100);
        while self.read() && Instant::now() < until {}
    }

    fn pause(&mut self, until: Instant, tree: &Tree, signals: &Signals) {
        let begun = Instant::now();
        let wait = until.saturating_duration_since(begun);
        let leader = tree.leader_end();
        let pipes = [self.stdout.pipe(), self.stderr.pipe()].into_iter().flatten().chain(signals.pipes());
        let mut fds: Vec<PollFd<'_>> = pipes.map(|pipe| PollFd::new(pipe, PollFlags::IN)).collect();
        fds.extend(leader.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
        let woken = rustix::event::poll(&mut fds, Some(&timespec(wait)));
        if self.facts.flagged_us.is_some() {
            // Also where something woke it: what it then sees may have been there for as long.
            let late = begun.elapsed().saturating_sub(wait);
            self.facts.late_us = self.facts.late_us.max(u64::try_from(late.as_micros()).unwrap_or(u64::MAX));
        }
        match woken {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            // No reason is known; but without it this would be a busy loop.
            Err(_) => std::thread::sleep(LOOK),
        }
    }

    /// What is still there. It was certain before the look: what ends and starts anew faster than it can be named is left behind all the same.
    fn left(tree: &Tree) -> Vec<Left> {
        let named = (0..LOOKS).map(|_| tree.living()).find(|living| !living.is_empty()).unwrap_or_default();
        if named.is_empty() {
            return vec![Left { pid: 0, command: "processes that end faster than they can be named".to_owned(), zombie: false }];
        }
        named.into_iter().map(left).collect()
    }

    /// Lets what is left end by itself for a while, where the runner ended so, and then ends it.
    fn settle(&mut self, tree: &mut Tree, signals: &Signals) {
        tree.reap();
        let ended_itself = matches!(self.facts.ending, Ending::Exited(_) | Ending::Signalled(_)) && self.facts.interrupted.is_none();
        if ended_itself && !self.gone_within(tree, signals, self.order.grace) {
            self.facts.left = Self::left(tree);
        }
        // Nobody needs the flag any more, and what cleans up behind itself should find none of a trial.
        self.flag = None;
        if tree.is_gone() {
            return;
        }
        tree.send(Signal::TERM);
        if self.facts.interrupted.is_some() || !self.gone_within(tree, signals, self.order.grace) {
            let until = Instant::now() + HARD;
            while !tree.is_gone() && Instant::now() < until {
                tree.kill();
                self.gone_within(tree, signals, Duration::from_millis(10));
            }
        }
    }

    /// Waits until nothing is left; false: something is, when the time is over or gate is to end.
    fn gone_within(&mut self, tree: &mut Tree, signals: &Signals, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut wait = Duration::from_micros(200);
        loop {
            tree.reap();
            if tree.is_gone() {
                return true;
            }
            if let Some(signal) = signals.take().first() {
                self.facts.interrupted.get_or_insert(signal.as_raw());
                return false;
            }
            if Instant::now() >= until {
                return false;
            }
            self.drain_once();
            std::thread::sleep(wait.min(until.saturating_duration_since(Instant::now())));
            wait = (wait * 2).min(Duration::from_millis(4));
        }
    }

    /// So that what still prints does not wait for a reader.
    fn drain_once(&mut self) {
        let Self { stdout, stderr, .. } = self;
        stdout.read(&mut |_| {});
        stderr.read(&mut |_| {});
    }
}

fn state_of(found: &Metadata) -> State {
    (found.ino(), found.size(), found.mtime(), found.mtime_nsec())
}

/// How heartbeats come, with the file as it is before the runner starts.
pub(super) fn beats(order: &Order) -> Result<Beats, String> {
    Ok(match &order.heartbeat {
        None => Beats::None,
        Some(Heartbeat::Stdout(text)) => Beats::Stdout(super::output::pattern(text).map_err(|error| error.to_string())?),
        Some(Heartbeat::File(name)) => {
            let state = std::fs::metadata(name).ok().map(|found| state_of(&found));
            Beats::File { name: name.clone(), state }
        }
    })
}

/// A process that is still there, as people know it.
pub(super) fn left(pid: i32) -> Left {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words: Vec<_> = line.split(|byte| *byte == 0).filter(|word| !word.is_empty()).map(String::from_utf8_lossy).collect();
    #[cfg(target_os = "linux")]
    let zombie = super::super::tree::read(pid).is_some_and(|stat| stat.zombie);
    #[cfg(not(target_os = "linux"))]
    let zombie = false;
    Left { pid, command: words.join(" ").chars().take(200).collect(), zombie }
}
