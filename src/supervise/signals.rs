//! The signals that gate gets while a run is on: caught, counted, and left to their default again afterwards.

use std::io::{PipeReader, Read};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rustix::process::Signal;
use signal_hook::SigId;

/// The signals that mean "end".
const ENDING: [Signal; 8] = [Signal::HUP, Signal::INT, Signal::QUIT, Signal::TERM, Signal::ALARM, Signal::USR1, Signal::USR2, Signal::XCPU];

/// Whether a signal does what it does by default. The handlers stay for good once they are there, so this has to be true
/// whenever no run is on.
static BY_DEFAULT: AtomicBool = AtomicBool::new(true);

/// The signals that obey `BY_DEFAULT`.
static OBEYING: Mutex<Vec<i32>> = Mutex::new(Vec::new());

/// Whether signals wait though no run is on: what the run left is being written down.
static HELD: AtomicBool = AtomicBool::new(false);

/// The last signal that came, by its number; 0: none.
static LAST: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

/// Keeps signals from ending gate from the end of a run until what it left is written down. Before a run they do what they did.
pub(crate) struct Hold(());

impl Hold {
    /// Begins; a run that comes now hears its signals as ever.
    pub(crate) fn new() -> Self {
        HELD.store(true, Ordering::SeqCst);
        Self(())
    }

    /// Begins, also where no run has been: what is written from now on is written to its end.
    pub(crate) fn from_now_on() -> Self {
        for signal in ENDING.into_iter().filter(|signal| !is_ignored(*signal)) {
            // Where it cannot be caught it ends gate as before.
            let _uncaught = obey(signal);
        }
        let hold = Self::new();
        BY_DEFAULT.store(false, Ordering::SeqCst);
        hold
    }

    /// Whether a signal came that waits now.
    pub(crate) fn is_asked_to_end() -> bool {
        LAST.load(Ordering::SeqCst) > 0
    }

    /// Ends it; the signal that came since the run was over, if one did.
    pub(crate) fn release(self) -> Option<i32> {
        drop(self);
        i32::try_from(LAST.swap(0, Ordering::SeqCst)).ok().filter(|signal| *signal > 0)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        HELD.store(false, Ordering::SeqCst);
        BY_DEFAULT.store(true, Ordering::SeqCst);
    }
}

/// A run is over: signals end gate again, unless they are held.
fn by_default_again() {
    BY_DEFAULT.store(!HELD.load(Ordering::SeqCst), Ordering::SeqCst);
}

/// Signals, caught until this is dropped.
pub(super) struct Signals {
    caught: Vec<Caught>,
    child: Caught,
}

/// One caught signal: each arrival is a byte in its pipe.
struct Caught {
    signal: Signal,
    pipe: PipeReader,
    id: SigId,
}

impl Signals {
    /// Catches what means "end", but for what gate was told to ignore (`nohup`, a background job), and the end of children.
    pub(super) fn catch() -> std::io::Result<Self> {
        let mut signals = Self { caught: Vec::new(), child: Caught::of(Signal::CHILD)? };
        for signal in ENDING {
            if is_ignored(signal) {
                continue;
            }
            obey(signal)?;
            signals.caught.push(Caught::of(signal)?);
        }
        BY_DEFAULT.store(false, Ordering::SeqCst);
        Ok(signals)
    }

    /// What arrived since the last look; a signal stands there as often as it came.
    pub(super) fn take(&self) -> Vec<Signal> {
        self.child.count();
        self.caught.iter().flat_map(|caught| std::iter::repeat_n(caught.signal, caught.count())).collect()
    }

    /// What to poll: it can be read when something arrived.
    pub(super) fn pipes(&self) -> impl Iterator<Item = &PipeReader> {
        self.caught.iter().chain([&self.child]).map(|caught| &caught.pipe)
    }

    /// From now on signals end gate by default; returns what arrived before.
    pub(super) fn release(self) -> Vec<Signal> {
        LAST.store(0, Ordering::SeqCst);
        by_default_again();
        self.take()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        by_default_again();
        for caught in self.caught.iter().chain([&self.child]) {
            signal_hook::low_level::unregister(caught.id);
        }
    }
}

impl Caught {
    fn of(signal: Signal) -> std::io::Result<Self> {
        let (pipe, writer) = std::io::pipe()?;
        rustix::io::ioctl_fionbio(&pipe, true)?;
        let id = signal_hook::low_level::pipe::register(signal.as_raw(), writer)?;
        Ok(Self { signal, pipe, id })
    }

    fn count(&self) -> usize {
        let (mut pipe, mut bytes, mut count) = (&self.pipe, [0; 64], 0);
        // The pipe does not block; empty, it is an error like any other: nothing more to read.
        while let Ok(some @ 1..) = pipe.read(&mut bytes) {
            count += some;
        }
        count
    }
}

/// Lets a signal obey `BY_DEFAULT`.
fn obey(signal: Signal) -> std::io::Result<()> {
    let mut obeying = OBEYING.lock().unwrap_or_else(PoisonError::into_inner);
    if !obeying.contains(&signal.as_raw()) {
        signal_hook::flag::register_conditional_default(signal.as_raw(), &BY_DEFAULT)?;
        let number = usize::try_from(signal.as_raw()).unwrap_or_default();
        signal_hook::flag::register_usize(signal.as_raw(), Arc::clone(&LAST), number)?;
        obeying.push(signal.as_raw());
    }
    Ok(())
}

/// From now on a write beyond the limit of a file's size fails like one on a full disk, where it ended gate. In a command that
/// gate starts the signal does what it did before.
pub(crate) fn outlive_size_limit() {
    if !is_ignored(Signal::XFSZ) {
        // Without it, gate ends as any program does.
        let _kept = signal_hook::flag::register(Signal::XFSZ.as_raw(), Arc::new(AtomicBool::new(false)));
    }
}

fn is_ignored(signal: Signal) -> bool {
    ignored() & (1_u64 << (signal.as_raw() - 1)) != 0
}

/// The signals that gate was told to ignore, a bit each. Only Linux says so without unsafe code.
#[cfg(target_os = "linux")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
fn ignored() -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    use super::*;

    /// Runs an ignored test as its own process: handlers are for all tests.
    fn alone(inner: &str) -> std::process::Output {
        let name = format!("supervise::signals::tests::{inner}");
        Command::new(std::env::current_exe().unwrap()).args(["--exact", "--ignored", &name]).env("GATE_TEST_ALONE", "1").output().unwrap()
    }

    #[test]
    fn each_arrival_counts_while_caught() {
        let output = alone("alone_it_counts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }

    #[test]
    #[ignore = "`each_arrival_counts_while_caught` runs it"]
    fn alone_it_counts() {
        if std::env::var_os("GATE_TEST_ALONE").is_none() {
            return;
        }
        for _run in 0..2 {
            let signals = Signals::catch().unwrap();
            for signal in [Signal::TERM, Signal::TERM, Signal::HUP] {
                signal_hook::low_level::raise(signal.as_raw()).unwrap();
            }
            assert!(signals.take() == [Signal::HUP, Signal::TERM, Signal::TERM] && signals.take().is_empty());
            signal_hook::low_level::raise(Signal::TERM.as_raw()).unwrap();
            assert!(signals.release() == [Signal::TERM]);
        }
    }

    #[test]
    fn gate_is_not_deaf_afterwards() {
        assert_eq!(alone("alone_it_ends").status.signal(), Some(Signal::TERM.as_raw()));
    }

    #[test]
    #[ignore = "`gate_is_not_deaf_afterwards` runs it"]
    fn alone_it_ends() {
        if std::env::var_os("GATE_TEST_ALONE").is_none() {
            return;
        }
        drop(Signals::catch().unwrap());
        drop(Signals::catch().unwrap().release());
        signal_hook::low_level::raise(Signal::TERM.as_raw()).unwrap();
    }
}
