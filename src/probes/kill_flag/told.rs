//! The report for a person, as plain lines of at most 80 columns.

use std::time::Duration;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::judged::{is_moment, phase_of};
use super::power::Power;
use super::{Fault, Judged, Lacking, Promise, Remark, Report, TickSeen, TrialKind, TrialRecord, Unsure, Verdict, strip};
use crate::shown::{counted, shell_line, shown};
use crate::supervise::trial::{Ending, Form, Left};

/// The columns of a terminal that nobody made wider.
const WIDTH: usize = 80;
/// Where the words begin, behind a sign and a name.
const INDENT: usize = 18;
/// How many faults are told one by one.
const TOLD: usize = 12;

/// The whole report, a line each.
pub(crate) fn told(report: &Report, judged: &Judged<'_>) -> Vec<String> {
    let commit = report.git_commit.as_ref().map_or_else(String::new, |id| format!(" · {}", shown(&id.chars().take(7).collect::<String>())));
    let mut page = Page { lines: vec![format!("gate probe kill-flag{commit}"), String::new()] };
    page.row(("·", "runner"), &shown(&shell_line(&report.command)));
    if let Some(processes) = processes(report) {
        page.row(("·", "processes"), &processes);
    }
    page.row(("·", "limit"), &limit(&report.promise()));
    if report.promise().is_lax() {
        page.row(("!", "grace"), "as long as a tick or longer: a runner that looks at every second tick may pass");
    } else if report.promise().hides(judged.observed) {
        page.row(("!", "limit"), "two observed ticks or longer: a runner that looks at every second tick may pass");
    }
    page.moments(judged);
    page.tick(&report.promise(), judged);
    page.others(judged);
    page.trials(judged);
    for lacking in &judged.lacking {
        page.row(("?", "report"), &told_lacking(*lacking));
    }
    page.lines.push(String::new());
    if !judged.is_wrong() && judged.power.moments > 0 {
        page.add(2, &power(&judged.power));
    }
    page.add(2, &format!("same trials again: --seed {}", report.seed));
    page.lines.push(String::new());
    page.lines.push(last(judged));
    page.lines
}

/// The processes that the command had become after three ticks, where it is more than one: the first is waited for, and may only be a wrapper
/// around the runner.
fn processes(report: &Report) -> Option<String> {
    let running = report.trials.iter().find(|trial| trial.kind == TrialKind::Control).map(|control| control.running.as_slice())?;
    let names: Vec<String> = running.iter().map(|process| shown(&process.command)).collect();
    (names.len() > 1).then(|| names.join(" · "))
}

fn limit(promise: &Promise) -> String {
    let (tick, grace, overhead) = (time(promise.tick), time(promise.grace), time(promise.overhead));
    format!("{} after the flag: tick {tick}, grace {grace}, gate's own part {overhead}", time(promise.limit(TrialKind::BusyTick)))
}

/// The text as it grows.
struct Page {
    lines: Vec<String>,
}

impl Page {
    /// A sign, a name, and words beside it.
    fn row(&mut self, (sign, name): (&str, &str), words: &str) {
        let start = format!("  {sign} {name}");
        let room = INDENT.saturating_sub(start.width()).max(1);
        for (i, line) in wrapped(words, WIDTH - INDENT).into_iter().enumerate() {
            let before = if i == 0 { format!("{start}{}", " ".repeat(room)) } else { " ".repeat(INDENT) };
            self.lines.push(format!("{before}{line}"));
        }
    }

    fn add(&mut self, indent: usize, words: &str) {
        self.lines.extend(wrapped(words, WIDTH - indent).into_iter().map(|line| format!("{}{line}", " ".repeat(indent))));
    }

    fn moments(&mut self, judged: &Judged<'_>) {
        let of_moments = || judged.trials.iter().filter(|(trial, _)| is_moment(trial.kind));
        let count = of_moments().count();
        if count == 0 {
            return;
        }
        let is_wrong = of_moments().any(|(_, verdict)| !verdict.faults.is_empty());
        let is_unsure = of_moments().any(|(_, verdict)| verdict.unsure.is_some());
        let sign = if is_wrong {
            "✗"
        } else if is_unsure {
            "?"
        } else {
            "✓"
        };
        self.row((sign, &counted(count, "moment", "moments")), &strip(judged));
        if let Some(spread) = judged.spread {
            let worst = spread.worst;
            let (p50, p95, max) = (time(spread.p50), time(spread.p95), time(worst.latency));
            let never = of_moments().filter(|(_, verdict)| verdict.faults.contains(&Fault::Alive)).count();
            let never = if never > 0 { format!(" · {never} never") } else { String::new() };
            let spread = format!("p50 {p50} · p95 {p95} · max {max} at phase {:.2} (trial {}){never}", worst.phase, worst.number);
            self.add(INDENT, &spread);
        }
    }

    fn tick(&mut self, promise: &Promise, judged: &Judged<'_>) {
        let declared = time(promise.tick);
        match judged.tick {
            TickSeen::NotObserved => self.row(("!", "tick"), "not observed: without a heartbeat the declared one is taken on trust"),
            TickSeen::TooFew => self.row(("!", "tick"), "not observed: there were too few heartbeats"),
            TickSeen::AsDeclared => {
                let seen = judged.observed.map(time).unwrap_or_default();
                self.row(("✓", "tick"), &format!("{seen} observed, {declared} declared"));
            }
            TickSeen::Differs(seen) => self.row(("✗", "tick"), &format!("{} observed, {declared} declared", time(seen))),
        }
    }

    /// The kinds of trials beside the moments in which nothing was met.
    fn others(&mut self, judged: &Judged<'_>) {
        let fine = |(trial, verdict): &&(&TrialRecord, Verdict)| {
            !is_moment(trial.kind) && verdict.faults.is_empty() && verdict.unsure.is_none() && verdict.remark.is_none()
        };
        let names: Vec<String> = judged.trials.iter().filter(fine).map(|(trial, _)| name(trial.kind)).collect();
        if !names.is_empty() {
            self.row(("✓", &counted(names.len(), "other", "others")), &names.join(", "));
        }
    }

    /// What was met, trial by trial.
    fn trials(&mut self, judged: &Judged<'_>) {
        let met: Vec<(&str, String)> = judged.trials.iter().flat_map(|(trial, verdict)| met(trial, verdict)).collect();
        for (sign, line) in met.iter().take(TOLD) {
            for (i, part) in wrapped(line, WIDTH - 4).into_iter().enumerate() {
                self.lines.push(if i == 0 { format!("  {sign} {part}") } else { format!("    {part}") });
            }
        }
        if met.len() > TOLD {
            self.lines.push(format!("    … and {} more", met.len() - TOLD));
        }
    }
}

/// The lines of one trial, each with its sign.
fn met(trial: &TrialRecord, verdict: &Verdict) -> Vec<(&'static str, String)> {
    let who = who(trial);
    let sign = if verdict.is_wrong() { "✗" } else { "!" };
    let faults = verdict.faults.iter().map(|fault| (sign, format!("{who}: {}", told_fault(fault, verdict))));
    let unsure = verdict.unsure.iter().map(|unsure| ("?", format!("{who}: {}", told_unsure(unsure))));
    let remark = verdict.remark.iter().map(|remark| ("·", format!("{who}: {}", told_remark(*remark))));
    faults.chain(unsure).chain(remark).collect()
}

/// `trial 7 (phase 0.83 of the tick)`.
pub(crate) fn who(trial: &TrialRecord) -> String {
    format!("trial {} ({})", trial.number, name(trial.kind))
}

fn name(kind: TrialKind) -> String {
    match (kind, phase_of(kind)) {
        (_, Some(phase)) => format!("phase {phase:.2} of the tick"),
        (TrialKind::Control, None) => "no flag".to_owned(),
        (TrialKind::BeforeStart, None) => "flag before the start".to_owned(),
        (TrialKind::ColdStart | TrialKind::Moment { .. }, None) => "flag during the start".to_owned(),
        (TrialKind::BusyTick, None) => "flag right after a tick".to_owned(),
        (TrialKind::Removed, None) => "flag removed again".to_owned(),
        (TrialKind::Odd(form), None) => format!("flag as {}", form_name(form)),
    }
}

fn form_name(form: Form) -> &'static str {
    match form {
        Form::Empty => "an empty file",
        Form::Text => "a file with text",
        Form::Folder => "a folder",
        Form::Symlink => "a link",
        Form::Dangling => "a link to nothing",
        Form::Unreadable => "an unreadable file",
    }
}

/// A fault in words, without the trial.
pub(crate) fn told_fault(fault: &Fault, verdict: &Verdict) -> String {
    let limit = time(verdict.limit);
    match fault {
        Fault::Late { .. } => format!("gone {} after the flag, limit {limit}", verdict.latency.map(time).unwrap_or_default()),
        Fault::Alive => format!("still there after the flag until gate ended it, limit {limit}"),
        Fault::WorkedOn { beats } => format!("worked on: {} after the flag", counted(*beats, "heartbeat", "heartbeats")),
        Fault::BadExit(code) => format!("ended with exit code {code}"),
        Fault::Signalled(signal) => format!("ended by signal {signal}"),
        Fault::Traceback(text) => format!("ended with a traceback: {}", shown(text.lines().last().unwrap_or_default())),
        Fault::LeftBehind(left) => format!("left {} behind: {}", counted(left.len(), "process", "processes"), named(left)),
        Fault::Crashed { after, ending } => format!("ended without a flag, {} after its start{}", time(*after), told_ending(ending)),
        Fault::NotStarted(why) => format!("could not be started: {}", shown(why)),
        Fault::NeverTicked { beats: 0 } => "no heartbeat was seen".to_owned(),
        Fault::NeverTicked { beats } => format!("only {} seen, more were waited for", counted(*beats, "heartbeat was", "heartbeats were")),
        Fault::OddIgnored(form) => format!("goes on, for {} is no flag to it", form_name(*form)),
    }
}

fn told_ending(ending: &Ending) -> String {
    match ending {
        Ending::Exited(code) => format!(", exit code {code}"),
        Ending::Signalled(signal) => format!(", by signal {signal}"),
        Ending::Outlived | Ending::NotStarted(_) | Ending::Failed(_) => String::new(),
    }
}

/// The first of them, by command and process id.
fn named(left: &[Left]) -> String {
    let one = |left: &Left| format!("`{}` (pid {})", shown(&left.command), left.pid);
    let names: Vec<String> = left.iter().take(3).map(one).collect();
    let more = if left.len() > 3 { ", …" } else { "" };
    format!("{}{more}", names.join(", "))
}

/// Why a trial says nothing, in words.
pub(crate) fn told_unsure(unsure: &Unsure) -> String {
    match unsure {
        Unsure::Interrupted(signal) => format!("says nothing: signal {signal} interrupted it"),
        Unsure::Failed(why) => format!("says nothing: it could not be held: {}", shown(why)),
        Unsure::WokenLate(late) => format!("says nothing: the machine woke gate {} too late to tell", time(*late)),
        Unsure::NotEnded => "processes of it are still there".to_owned(),
        Unsure::NoFlag => "says nothing: the flag was not made".to_owned(),
    }
}

fn told_remark(remark: Remark) -> &'static str {
    match remark {
        Remark::BriefFlagObeyed => "obeyed, though the flag was there for less than a tick",
        Remark::BriefFlagMissed => "not noticed within less than a tick; the second flag was judged",
        Remark::DanglingIgnored => "no flag to this runner",
    }
}

/// What a report lacks, in words.
pub(crate) fn told_lacking(lacking: Lacking) -> String {
    match lacking {
        Lacking::Moments { held, asked } => format!("{held} of {} held", counted(asked, "moment", "moments")),
        Lacking::Trial(kind) => format!("there is no trial with {}", name(kind).replace("no flag", "no flag at all")),
        Lacking::Precision { overhead } => {
            format!("gate's own part is {}: this machine is too busy, or the tick too short, to tell", time(overhead))
        }
    }
}

/// What the moments exclude, in words.
fn power(power: &Power) -> String {
    let moments = counted(power.moments, "moment", "moments");
    format!(
        "None of {moments} was late: with 95 % confidence fewer than {:.1} % of all moments in these ticks, the first ones, are. A runner that is late at half of them would have \
         passed by chance {}, at a quarter {}.",
        power.excluded * 100.0,
        chance(power.half),
        chance(power.quarter)
    )
}

/// `once in 1,048,576 times`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is cut to a billion before")]
fn chance(share: f64) -> String {
    match share {
        share if share < 1e-9 => "less than once in 1,000,000,000 times".to_owned(),
        share if share > 0.5 => format!("{:.0} times in 100", share * 100.0),
        share => format!("once in {}", counted((1.0 / share).round().min(1e9) as usize, "time", "times")),
    }
}

fn last(judged: &Judged<'_>) -> String {
    let (wrong, unsure) = (
        judged.trials.iter().filter(|(_, verdict)| verdict.is_wrong()).count(),
        judged.trials.iter().filter(|(_, verdict)| verdict.unsure.is_some()).count(),
    );
    let trials = counted(judged.trials.len(), "trial", "trials");
    match (judged.is_wrong(), judged.is_unsure()) {
        (true, _) if wrong == 0 => format!("WRONG  the tick differs · {trials}"),
        (true, _) => format!("WRONG  {wrong} of {trials} failed"),
        (false, true) if unsure == 0 => format!("CANNOT TELL  the report is not whole · {trials}"),
        (false, true) => format!("CANNOT TELL  {unsure} of {trials} could not tell"),
        (false, false) => format!("FINE  {trials}"),
    }
}

/// `412 ms`, `1.2 ms`, `5.31 s`.
pub(crate) fn time(span: Duration) -> String {
    let millis = span.as_secs_f64() * 1000.0;
    match millis {
        millis if millis >= 999.5 => format!("{} s", format!("{:.2}", millis / 1000.0).trim_end_matches('0').trim_end_matches('.')),
        millis if millis >= 10.0 || millis.fract() < 0.05 => format!("{millis:.0} ms"),
        millis => format!("{millis:.1} ms"),
    }
}

/// The words in lines of so many columns. A number stays with its unit, and a longer word is broken.
fn wrapped(words: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let glued = words.replace(" ms", "\u{a0}ms").replace(" %", "\u{a0}%");
    for word in glued.split(' ').flat_map(|word| pieces(word, width)) {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines.into_iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

fn pieces(word: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in word.chars() {
        match pieces.last_mut() {
            Some(piece) if piece.width() + c.width().unwrap_or(0) <= width => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    pieces
}
