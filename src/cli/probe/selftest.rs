//! `gate probe kill-flag --selftest`: runners of which it is known what is wrong with them are judged on this very machine. The tester is tested.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};

use super::trials::{Bench, Done, Listener};
use crate::cli::Global;
use crate::cli::explain::machine;
use crate::cli::outputs::{self, CannotTell};
use crate::exit::Exit;
use crate::probes::kill_flag::{Fault, Held, Promise, Settings, told_unsure};
use crate::shown::counted;
use crate::supervise::runners::{Expected, Known, RUNNERS, command, swapped};
use crate::supervise::trial::{Event, Facts, Form, Heartbeat, Holder, Moment, Order, Runner};
use crate::world::disk::Fresh;
use crate::world::{Out, RelPath, World};

/// How often the shipped runners look.
const TICK: Duration = Duration::from_millis(200);
/// How many of them are on trial at a time.
const AT_A_TIME: usize = 8;
/// Trials at random moments of each: half of them meet a runner that looks at every second tick before the tick at which it does not.
const MOMENTS: usize = 8;
const FLAG: &str = "kill.flag";
/// The seed: the same trials on every machine.
const SEED: u64 = 7;

/// How often the harness is measured.
const CALIBRATIONS: usize = 5;
/// How often the runner looks by which that is done.
const SHORT: Duration = Duration::from_millis(1);

struct Silent;

impl Listener for Silent {
    fn begins(&self, _order: &Order, _flag: &Path) {}
    fn heard(&self, _order: &Order, _flag: &Path, _event: &Event) {}
    fn over(&self, _held: &Held, _mark: &str, _done_of: (usize, usize)) {}
}

/// What was found of one runner.
struct Row {
    known: Known,
    found: BTreeSet<Expected>,
    unsure: Option<String>,
}

/// Judges every shipped runner; of two that are swapped, as `good=ignores,exits-1=works-on`, each runs in the other's place.
pub(in crate::cli) fn run(swap: Option<&str>, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    if global.format.is_some() || !global.output.is_empty() || global.plan {
        bail!("the self-test has no `--format`, `--output` or `--plan`");
    }
    let exchange = |table: Vec<Known>, pair: &str| {
        let two = pair.split_once('=').and_then(|(a, b)| swapped(&table, a, b));
        two.with_context(|| format!("`{pair}` are no two runners of the self-test, as good=ignores"))
    };
    let table = swap.into_iter().flat_map(|pairs| pairs.split(',')).try_fold(RUNNERS.to_vec(), exchange)?;
    let machine = machine(global)?;
    let holder =
        Holder::begin(&format!("selftest-{}", machine.process_id())).map_err(|error| CannotTell(format!("nothing was run: {error}")))?;
    let overhead = overhead(&holder).map_err(CannotTell)?;
    let rows = rows(table, &holder, overhead)?;
    if let Some(signal) = holder.interrupted() {
        out.warn("nothing was judged: the self-test was interrupted; its trials were ended\n");
        return Ok(u8::try_from(128 + signal).map_or(Exit::CannotTell, Exit::Passed));
    }
    let (wrong, unsure) = (rows.iter().filter(|row| row.is_wrong()).count(), rows.iter().filter(|row| row.unsure.is_some()).count());
    outputs::print(&page(&rows, global, (wrong, unsure)), out)?;
    Ok(match (wrong, unsure) {
        (1.., _) => Exit::Wrong,
        (0, 1..) => Exit::CannotTell,
        (0, 0) => Exit::Fine,
    })
}

impl Row {
    fn is_wrong(&self) -> bool {
        self.unsure.is_none() && !self.known.is_met(&self.found)
    }
}

fn page(rows: &[Row], global: &Global, (wrong, unsure): (usize, usize)) -> String {
    let mut page = String::new();
    if !global.quiet {
        page.push_str("gate probe kill-flag --selftest\n\n");
        rows.iter().for_each(|row| page.push_str(&line(row)));
        page.push('\n');
    }
    let right = rows.len() - wrong - unsure;
    let runners = counted(rows.len(), "runner", "runners");
    page.push_str(&match (wrong, unsure) {
        (0, 0) => format!("FINE  {runners}, each judged as it must be\n"),
        (0, _) => format!("CANNOT TELL  {right} of {runners} judged as they must be, of {unsure} nothing can be said\n"),
        (_, _) => format!("WRONG  {right} of {runners} judged as they must be: do not believe what this gate measures here\n"),
    });
    page
}

fn line(row: &Row) -> String {
    let names = |found: &BTreeSet<Expected>| {
        let names: Vec<&str> = found.iter().map(|found| found.name()).collect();
        if names.is_empty() { Expected::Fine.name().to_owned() } else { names.join(", ") }
    };
    let (sign, found) = match (&row.unsure, row.is_wrong()) {
        (Some(why), _) => ("?", format!("cannot tell: {why}")),
        (None, true) => ("✗", format!("found: {}; expected: {}", names(&row.found), row.known.must.name())),
        (None, false) => ("✓", names(&row.found)),
    };
    format!("  {sign} {:<18}{}\n                      → {found}\n", row.known.name, row.known.does)
}

fn rows(table: Vec<Known>, holder: &Holder, overhead: Duration) -> anyhow::Result<Vec<Row>> {
    let order: Vec<&'static str> = table.iter().map(|known| known.name).collect();
    let (queue, rows) = (Mutex::new(VecDeque::from(table)), Mutex::new(Vec::new()));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front().filter(|_| holder.interrupted().is_none());
    let ended = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                let _ended = Done(&ended);
                while let Some(known) = next() {
                    let row = row(known, holder, overhead);
                    rows.lock().unwrap_or_else(PoisonError::into_inner).push(row);
                }
            });
        }
        holder.hear(&|| ended.load(Ordering::SeqCst) == AT_A_TIME);
    });
    let mut rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect::<anyhow::Result<Vec<Row>>>()?;
    rows.sort_by_key(|row| order.iter().position(|name| *name == row.known.name));
    Ok(rows)
}

/// Holds all trials of one runner.
fn row(known: Known, holder: &Holder, overhead: Duration) -> anyhow::Result<Row> {
    let folder = Fresh::folder().map_err(|error| CannotTell(format!("nothing was run: no temporary folder: {error}")))?;
    let settings = settings(&known)?;
    let mark = format!("selftest-{}", known.name);
    let roots: [PathBuf; 1] = [folder.path().to_owned()];
    let bench = Bench { settings: &settings, holder, roots: &roots, mark: &mark, overhead, listener: &Silent };
    let promise = Promise::of(&settings, overhead);
    let verdicts: Vec<_> = bench.hold_all(SEED).iter().map(|held| promise.judge(held.trial.kind, &held.facts)).collect();
    let found = verdicts.iter().flat_map(|verdict| &verdict.faults).filter_map(expected).collect();
    let unsure = verdicts.iter().find_map(|verdict| verdict.unsure.as_ref()).map(told_unsure);
    Ok(Row { known, found, unsure })
}

fn settings(known: &Known) -> anyhow::Result<Settings> {
    let words = command(known.runs, FLAG, TICK)?;
    let words = words.into_iter().map(|word| word.into_string().ok()).collect::<Option<Vec<String>>>();
    Ok(Settings {
        command: words.context("gate's own path is not UTF-8")?,
        flag: RelPath::parse(FLAG)?,
        tick: TICK,
        grace: TICK / 2,
        trials: MOMENTS,
        exit_codes: vec![0],
        heartbeat: Some(Heartbeat::Stdout(known.heartbeat())),
        cwd: RelPath::root(),
        set_env: Vec::new(),
        startup: Duration::from_secs(5),
        parallel: 1,
        report: RelPath::parse("report.json")?,
    })
}

/// What a fault is in the words of the table. A flag of an odd form that is ignored is no fault that the table speaks of.
fn expected(fault: &Fault) -> Option<Expected> {
    match fault {
        Fault::Late { .. } => Some(Expected::Late),
        Fault::Alive => Some(Expected::Alive),
        Fault::WorkedOn { .. } => Some(Expected::WorkedOn),
        Fault::BadExit(_) | Fault::Signalled(_) => Some(Expected::BadExit),
        Fault::Traceback(_) => Some(Expected::Traceback),
        Fault::LeftBehind(_) => Some(Expected::LeftBehind),
        Fault::Crashed { .. } | Fault::NotStarted(_) => Some(Expected::Crashed),
        Fault::NeverTicked { .. } => Some(Expected::Unheard),
        Fault::OddIgnored(_) => None,
    }
}

/// What the harness adds to a latency: the worst of some trials of a runner that looks every millisecond.
///
/// # Errors
/// It cannot be measured: what cannot judge that runner can judge none.
pub(super) fn overhead(holder: &Holder) -> Result<Duration, String> {
    let fail = |why: String| format!("nothing was run: the harness cannot measure itself: {why}");
    let folder = Fresh::folder().map_err(|error| fail(error.to_string()))?;
    let command = command("good", FLAG, SHORT).map_err(|error| fail(error.to_string()))?;
    let runner = Runner { command: &command, folder: folder.path(), flag: &folder.path().join(FLAG), set_env: &[] };
    let mut worst = Duration::ZERO;
    for number in 0..CALIBRATIONS {
        let order = Order {
            mark: format!("overhead-{number}"),
            moment: Moment::AfterBeat(2, Duration::ZERO),
            form: Form::Empty,
            removed: None,
            heartbeat: Some(Heartbeat::Stdout("^beat ".to_owned())),
            startup: Duration::from_secs(5),
            patience: Duration::from_secs(5),
            grace: Duration::from_secs(1),
        };
        let facts = heard(holder, &order, &runner);
        let latency = facts.exited_us.zip(facts.flagged_us).map(|(exited, flagged)| exited.saturating_sub(flagged));
        let latency = latency.ok_or_else(|| fail(format!("its own runner did not end: {:?}", facts.ending)))?;
        worst = worst.max(Duration::from_micros(latency).saturating_sub(SHORT));
    }
    Ok(worst)
}

/// One trial, while gate's signals are heard.
fn heard(holder: &Holder, order: &Order, runner: &Runner<'_>) -> Facts {
    let ended = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let trial = scope.spawn(|| {
            let _ended = Done(&ended);
            holder.hold(order, runner, &mut |_| {})
        });
        holder.hear(&|| ended.load(Ordering::SeqCst) == 1);
        // A panic of it is passed on.
        trial.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
