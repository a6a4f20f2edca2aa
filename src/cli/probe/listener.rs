//! What is told while trials are on: a line for whoever watches, and a note of every process for whoever comes after a gate that was killed.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::trials::Listener;
use crate::cli::Global;
use crate::probes::kill_flag::Held;
use crate::probes::ledger::{Note, PATH, What};
use crate::supervise::trial::{Event, Order, boot};
use crate::world::{Out, Stream};

/// Tells a person at a terminal how far it is, and the ledger what runs.
pub(super) struct Told<'a, 'o, 't> {
    out: &'a Mutex<&'o mut (dyn Out + 't)>,
    ledger: PathBuf,
    boot: String,
    worst: Mutex<Duration>,
    shows: bool,
    /// A note could not be written; said once.
    is_lost: AtomicBool,
}

impl<'a, 'o, 't> Told<'a, 'o, 't> {
    pub(super) fn new(out: &'a Mutex<&'o mut (dyn Out + 't)>, root: &Path, global: &Global) -> Self {
        let shows = !global.quiet && out.lock().is_ok_and(|out| out.screen(Stream::Err).terminal);
        Self { out, ledger: root.join(PATH), boot: boot(), worst: Mutex::default(), shows, is_lost: AtomicBool::new(false) }
    }

    fn note(&self, mark: &str, what: What) {
        let line = Note { mark: mark.to_owned(), boot: self.boot.clone(), what }.line();
        let Ok(mut out) = self.out.lock() else { return };
        // It guards against a kill of gate alone: without it, a trial is a trial all the same.
        if let Err(error) = out.append(&self.ledger, &|_| line.clone())
            && !self.is_lost.swap(true, Ordering::SeqCst)
        {
            out.warn(&format!("warning: `{PATH}` cannot be written: {error}; what a killed gate leaves would not be found again\n"));
        }
    }

    fn line(&self, text: &str) {
        if let (true, Ok(mut out)) = (self.shows, self.out.lock()) {
            out.warn(&format!("\r\u{1b}[K{text}"));
        }
    }
}

impl Listener for Told<'_, '_, '_> {
    fn begins(&self, order: &Order, flag: &Path) {
        self.note(&order.mark, What::Begins(flag.to_string_lossy().into_owned()));
    }

    fn heard(&self, order: &Order, flag: &Path, event: &Event) {
        match event {
            Event::Started { process: Some(process), .. } => self.note(&order.mark, What::Runs(*process)),
            Event::Flagged(made) => self.note(&order.mark, What::Flag(flag.to_string_lossy().into_owned(), *made)),
            Event::Started { process: None, .. } | Event::Over(_) => {}
        }
    }

    fn over(&self, held: &Held, mark: &str, (done, of): (usize, usize)) {
        if held.facts.all_ended {
            self.note(mark, What::Over);
        }
        let latency = held.facts.exited_us.zip(held.facts.flagged_us).map(|(exited, flagged)| exited.saturating_sub(flagged));
        let Ok(mut worst) = self.worst.lock() else { return };
        *worst = (*worst).max(Duration::from_micros(latency.unwrap_or_default()));
        self.line(&format!("trial {done}/{of}, worst so far {} ms", worst.as_millis()));
    }
}

impl Drop for Told<'_, '_, '_> {
    fn drop(&mut self) {
        self.line("");
    }
}
