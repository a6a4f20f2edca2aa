//! What each runner does. All of it ends by itself within a minute, whatever becomes of the test.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::supervise::stage::own_program;

/// How long a runner and all that it starts may live.
const LIFE: Duration = Duration::from_secs(50);

/// A tick that a test could want; anything else is no test.
const TICKS: std::ops::RangeInclusive<u64> = 1..=10_000;

/// How long a link of a chain lives.
const LINK: Duration = Duration::from_millis(20);

/// Why a runner could not do what it is for.
type Fault = Box<dyn std::error::Error>;

/// What a runner does until its end, and the exit code that it ends with.
type Act = fn(&mut Runner) -> Result<u8, Fault>;

/// The runners, and after them the processes that they start.
const ACTS: &[(&str, Act)] = &[
    ("good", obey),
    ("good-slow-start", start_slowly),
    ("good-busy", keep_busy),
    ("good-child", end_a_child),
    ("ignores", ignore),
    ("every-second-tick", look_at_every_second),
    ("leaves-daemon", leave_a_daemon),
    ("exits-1", |runner| obey(runner).map(|_| 1)),
    ("exits-early", exit_early),
    ("swallows-exit", swallow),
    ("traceback", write_a_traceback),
    ("holds-pipe", leave_the_pipe_held),
    ("works-on", work_on),
    ("ignores-sigterm", ignore_everything),
    ("fork-chain", leave_a_chain),
    ("helper", rest_for_good),
    ("daemon-starter", start_a_daemon),
    ("daemon", rest_for_good),
    ("pipe-holder", rest_for_good),
    ("link", link),
];

/// A runner at work.
struct Runner {
    name: &'static str,
    flag: PathBuf,
    tick: Duration,
    begun: Instant,
    /// How long it may live from then on.
    left: Duration,
    units: usize,
    /// When its next tick begins.
    next: Instant,
}

/// Whether there is one of this name.
#[cfg(test)]
pub(super) fn is_runner(name: &str) -> bool {
    ACTS.iter().any(|(known, _)| *known == name)
}

/// Is the runner that the arguments name: `NAME FLAG TICK_MS`, and for what a runner starts how many milliseconds it may live. Its exit
/// code; `None`, and nothing is done, where they name none.
pub(crate) fn become_runner(args: &[OsString]) -> Option<u8> {
    let [name, flag, tick, rest @ ..] = args else { return None };
    let (name, act) = ACTS.iter().find(|(known, _)| name == known)?;
    let number = |arg: &OsString| arg.to_str()?.parse::<u64>().ok();
    let tick = number(tick).filter(|tick| TICKS.contains(tick)).map(Duration::from_millis)?;
    let left = match rest {
        [] => LIFE,
        [left] => number(left).map(Duration::from_millis)?.min(LIFE),
        [_, _, ..] => return None,
    };
    let begun = Instant::now();
    end_after(left).ok()?;
    let mut runner = Runner { name, flag: flag.into(), tick, begun, left, units: 0, next: begun };
    // A runner that cannot do its part must not pass for one that did.
    Some(act(&mut runner).unwrap_or(99))
}

/// Has this process killed when its life is over, be it stuck in a write that nobody reads or deaf to every signal.
fn end_after(left: Duration) -> std::io::Result<()> {
    let watch = move || {
        std::thread::sleep(left);
        // Nobody may forbid it.
        let _ended = rustix::process::kill_process(rustix::process::getpid(), Signal::KILL);
    };
    std::thread::Builder::new().spawn(watch).map(drop)
}

impl Runner {
    /// Whether there is anything at the flag's path, a link to nothing included.
    fn sees_flag(&self) -> bool {
        self.flag.symlink_metadata().is_ok()
    }

    /// Does a unit of work, and says whose it is.
    fn unit(&mut self) {
        self.units += 1;
        say(&format!("beat {} of {}\n", self.units, self.name));
    }

    /// Waits for its next tick; one that it came too late for is left out.
    fn rest(&mut self) {
        self.next += self.tick;
        let now = Instant::now();
        match self.next.checked_duration_since(now) {
            Some(left) => std::thread::sleep(left),
            None => self.next = now,
        }
    }

    /// A process of its own that does `name`, and may live no longer than this one.
    fn start(&self, name: &str, stdout: Stdio) -> std::io::Result<Child> {
        use std::os::unix::process::CommandExt;
        // Its start takes time that nobody counts, so each is charged more than it used.
        let left = self.left.saturating_sub(self.begun.elapsed() * 2 + LINK);
        let mut command = Command::new(own_program()?);
        command.arg0("gate").arg(super::ARGUMENT).arg(name).arg(&self.flag);
        command.arg(self.tick.as_millis().to_string()).arg(left.as_millis().to_string());
        command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::null()).spawn()
    }
}

/// Writes at once. Where nobody reads any more, a runner goes on as if somebody did.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _unread = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn obey(runner: &mut Runner) -> Result<u8, Fault> {
    while !runner.sees_flag() {
        runner.unit();
        runner.rest();
    }
    Ok(0)
}

fn start_slowly(runner: &mut Runner) -> Result<u8, Fault> {
    (0..3).for_each(|_| runner.rest());
    obey(runner)
}

fn keep_busy(runner: &mut Runner) -> Result<u8, Fault> {
    while !runner.sees_flag() {
        runner.unit();
        let done = runner.next + runner.tick.mul_f32(0.7);
        while Instant::now() < done {
            std::hint::spin_loop();
        }
        runner.rest();
    }
    Ok(0)
}

fn end_a_child(runner: &mut Runner) -> Result<u8, Fault> {
    let mut helper = runner.start("helper", Stdio::null())?;
    let code = obey(runner);
    helper.kill()?;
    helper.wait()?;
    code
}

fn ignore(runner: &mut Runner) -> Result<u8, Fault> {
    loop {
        runner.unit();
        runner.rest();
    }
}

fn look_at_every_second(runner: &mut Runner) -> Result<u8, Fault> {
    while !runner.sees_flag() {
        for _ in 0..2 {
            runner.unit();
            runner.rest();
        }
    }
    Ok(0)
}

fn leave_a_daemon(runner: &mut Runner) -> Result<u8, Fault> {
    runner.start("daemon-starter", Stdio::null())?.wait()?;
    obey(runner)
}

fn start_a_daemon(runner: &mut Runner) -> Result<u8, Fault> {
    rustix::process::setsid()?;
    runner.start("daemon", Stdio::null()).map(drop)?;
    Ok(0)
}

fn exit_early(runner: &mut Runner) -> Result<u8, Fault> {
    if !runner.sees_flag() {
        runner.unit();
    }
    Ok(0)
}

fn swallow(runner: &mut Runner) -> Result<u8, Fault> {
    obey(runner)?;
    say("stopping\n");
    ignore(runner)
}

fn write_a_traceback(runner: &mut Runner) -> Result<u8, Fault> {
    let code = obey(runner)?;
    let text = "Traceback (most recent call last):\n  File \"runner.py\", line 12, in <module>\n    main()\nSystemExit: kill.flag\n";
    std::io::stderr().write_all(text.as_bytes())?;
    Ok(code)
}

fn leave_the_pipe_held(runner: &mut Runner) -> Result<u8, Fault> {
    runner.start("pipe-holder", Stdio::inherit()).map(drop)?;
    obey(runner)
}

fn work_on(runner: &mut Runner) -> Result<u8, Fault> {
    obey(runner)?;
    for _ in 0..3 {
        runner.unit();
        std::thread::sleep(runner.tick / 20);
    }
    Ok(0)
}

fn ignore_everything(runner: &mut Runner) -> Result<u8, Fault> {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        signal_hook::flag::register(signal.as_raw(), Arc::new(AtomicBool::new(false)))?;
    }
    ignore(runner)
}

fn leave_a_chain(runner: &mut Runner) -> Result<u8, Fault> {
    // The first link only starts the second, so that nothing of the chain is a child of the runner.
    runner.start("link", Stdio::null())?.wait()?;
    obey(runner)
}

fn link(runner: &mut Runner) -> Result<u8, Fault> {
    std::thread::sleep(LINK);
    if runner.left > LINK * 4 {
        runner.start("link", Stdio::null()).map(drop)?;
    }
    Ok(0)
}

fn rest_for_good(runner: &mut Runner) -> Result<u8, Fault> {
    loop {
        std::thread::sleep(runner.left);
    }
}
