//! What a person at a terminal sees while the checks run: one line on stderr, gone when they are done.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::engine::Event;
use crate::world::{Out, Stream};

/// Before this time nothing is shown: a line that only flashes disturbs.
const QUIET: Duration = Duration::from_millis(300);

pub(super) struct Progress<'a, 'o, 't> {
    out: &'a Mutex<&'o mut (dyn Out + 't)>,
    begun: Instant,
    enabled: bool,
}

impl<'a, 'o, 't> Progress<'a, 'o, 't> {
    pub(super) fn new(out: &'a Mutex<&'o mut (dyn Out + 't)>) -> Self {
        let enabled = out.lock().is_ok_and(|out| out.screen(Stream::Err).terminal);
        Self { out, begun: Instant::now(), enabled }
    }

    pub(super) fn tell(&self, event: &Event<'_>) {
        if !self.enabled || self.begun.elapsed() < QUIET {
            return;
        }
        let seconds = self.begun.elapsed().as_secs_f32();
        self.line(&match event {
            Event::Started { name } => format!("{name} … {seconds:.1} s"),
            Event::Done { done, of } => format!("{done} of {of} checks … {seconds:.1} s"),
        });
    }

    fn line(&self, text: &str) {
        if let Ok(mut out) = self.out.lock() {
            out.warn(&format!("\r\u{1b}[K{text}"));
        }
    }
}

impl Drop for Progress<'_, '_, '_> {
    fn drop(&mut self) {
        if self.enabled && self.begun.elapsed() >= QUIET {
            self.line("");
        }
    }
}
