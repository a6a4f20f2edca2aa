//! Which trials are held: the moments at which the flag is made, and what else is asked of a runner. The same seed and settings make the same trials.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::supervise::trial::{Form, Moment, Order};

/// One trial, before it is held.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trial {
    /// From 1; the control is the first.
    pub(crate) number: usize,
    pub(crate) kind: TrialKind,
    /// Its mark is told apart from those of other trials of this seed only: whoever holds it adds what makes it unique on the machine.
    pub(crate) order: Order,
}

/// What a trial asks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum TrialKind {
    /// Without a flag the runner is alive after some ticks.
    Control,
    /// A flag that is there first is obeyed without a unit of work.
    BeforeStart,
    /// A flag at a random moment: the share of a tick after a tick, from 0 to below 1, in millionths.
    Moment { phase: f64 },
    /// A flag between the start and the first tick.
    ColdStart,
    /// A flag right behind a heartbeat, while a unit of work is on.
    BusyTick,
    /// A flag that goes away within a tick, and comes again.
    Removed,
    /// A flag that is no empty file.
    Odd(Form),
}

/// What the control showed of a runner that has a heartbeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// How long after the start the first heartbeat came.
    pub(crate) first_beat: Option<Duration>,
}

impl Seen {
    /// From the heartbeats of the control, in microseconds after the start.
    pub(crate) fn of(beats_us: &[u64]) -> Self {
        Self { first_beat: beats_us.first().map(|beat| Duration::from_micros(*beat)) }
    }
}

/// The heartbeats that the control is watched for: the first may stand at the start, so that three ticks are surely over.
const CONTROL_BEATS: usize = 5;

/// Phases are written down in so many parts of a tick.
const PARTS: f64 = 1_000_000.0;

/// The forms that a flag may have beside an empty file.
const ODD: [Form; 5] = [Form::Text, Form::Folder, Form::Symlink, Form::Dangling, Form::Unreadable];

/// The first trial: without a flag.
pub(crate) fn control(settings: &Settings) -> Trial {
    let moment = match settings.heartbeat {
        Some(_) => Moment::Never(CONTROL_BEATS, settings.startup.saturating_add(settings.tick.saturating_mul(8))),
        None => Moment::Never(CONTROL_BEATS, settings.tick.saturating_mul(5)),
    };
    Trial { number: 1, kind: TrialKind::Control, order: order(settings, 1, moment) }
}

/// All further trials, in the order of their numbers.
pub(crate) fn others(settings: &Settings, seed: u64, seen: &Seen) -> Vec<Trial> {
    let mut dice = Dice(seed);
    let mut kinds = vec![(TrialKind::BeforeStart, Moment::BeforeStart)];
    let moments = phases(settings.trials, &mut dice).into_iter();
    kinds.extend(moments.map(|(tick, phase)| (TrialKind::Moment { phase }, behind(settings, tick, settings.tick.mul_f64(phase)))));
    let cold = seen.first_beat.unwrap_or(settings.tick / 2).mul_f64(0.05 + 0.9 * dice.share());
    kinds.push((TrialKind::ColdStart, Moment::AfterStart(cold)));
    // Nobody knows when a runner without a heartbeat is busy.
    if settings.heartbeat.is_some() {
        kinds.push((TrialKind::BusyTick, behind(settings, 2, Duration::ZERO)));
    }
    kinds.push((TrialKind::Removed, behind(settings, 2, settings.tick.mul_f64(dice.share()))));
    kinds.extend(ODD.map(|form| (TrialKind::Odd(form), behind(settings, 2, settings.tick.mul_f64(dice.share())))));
    (2..).zip(kinds).map(|(number, (kind, moment))| Trial { number, kind, order: of_kind(settings, number, (kind, moment)) }).collect()
}

fn of_kind(settings: &Settings, number: usize, (kind, moment): (TrialKind, Moment)) -> Order {
    let plain = order(settings, number, moment);
    match kind {
        TrialKind::Control | TrialKind::Moment { .. } | TrialKind::BusyTick => plain,
        TrialKind::BeforeStart | TrialKind::ColdStart => {
            let patience = plain.patience.saturating_add(settings.startup);
            Order { patience, ..plain }
        }
        TrialKind::Removed => Order { removed: Some((settings.tick / 4, settings.tick.saturating_mul(2))), ..plain },
        TrialKind::Odd(form) => Order { form, ..plain },
    }
}

/// A moment so long behind a tick: a heartbeat where there is one. Else the runner gets two ticks to start.
fn behind(settings: &Settings, tick: usize, after: Duration) -> Moment {
    match settings.heartbeat {
        Some(_) => Moment::AfterBeat(tick, after),
        None => Moment::AfterStart(settings.tick.saturating_mul(u32::try_from(tick).unwrap_or(2) + 2).saturating_add(after)),
    }
}

fn order(settings: &Settings, number: usize, moment: Moment) -> Order {
    // Long enough to tell a late runner from one that never ends.
    let limit = settings.tick.saturating_mul(3).saturating_add(settings.grace.saturating_mul(2));
    Order {
        mark: format!("kill-flag-{number}"),
        moment,
        form: Form::Empty,
        removed: None,
        heartbeat: settings.heartbeat.clone(),
        startup: settings.startup,
        patience: limit.saturating_add(Duration::from_millis(500)),
        grace: settings.grace,
    }
}

/// One random phase in each of `count` equal parts of the tick, in random order, each with the tick that it lies behind: a part behind the second, the
/// next behind the third, so that a runner that looks at every second tick is met in both, early and late in each.
#[expect(clippy::cast_precision_loss, reason = "there are at most ten thousand")]
fn phases(count: usize, dice: &mut Dice) -> Vec<(usize, f64)> {
    let in_part = |i: usize, share: f64| (((i as f64 + share) / count as f64) * PARTS).floor() / PARTS;
    let mut phases: Vec<(usize, f64)> = (0..count).map(|i| (2 + i % 2, in_part(i, dice.share()))).collect();
    for i in (1..count).rev() {
        phases.swap(i, dice.below(i + 1));
    }
    phases
}

/// splitmix64: the same trials on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below `limit`, which is small: what the remainder prefers cannot be seen.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or(0)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::supervise::trial::Heartbeat;
    use crate::world::RelPath;

    pub(crate) fn settings() -> Settings {
        Settings {
            command: vec!["sh".to_owned(), "runner.sh".to_owned()],
            flag: RelPath::parse("kill.flag").unwrap(),
            tick: Duration::from_millis(200),
            grace: Duration::from_millis(100),
            trials: 20,
            exit_codes: vec![0],
            heartbeat: Some(Heartbeat::Stdout("^tick".to_owned())),
            cwd: RelPath::root(),
            set_env: Vec::new(),
            startup: Duration::from_secs(10),
            parallel: 1,
            report: RelPath::parse("reports/kill-flag.json").unwrap(),
        }
    }

    fn phases_of(trials: &[Trial]) -> Vec<f64> {
        trials.iter().filter_map(|t| if let TrialKind::Moment { phase } = t.kind { Some(phase) } else { None }).collect()
    }

    #[test]
    fn the_same_seed_makes_the_same_trials_and_another_makes_others() {
        let seen = Seen::of(&[30_000, 230_000]);
        assert_eq!(others(&settings(), 7, &seen), others(&settings(), 7, &seen));
        assert_ne!(phases_of(&others(&settings(), 7, &seen)), phases_of(&others(&settings(), 8, &seen)));
        // What the control saw moves the cold start alone.
        assert_eq!(phases_of(&others(&settings(), 7, &seen)), phases_of(&others(&settings(), 7, &Seen::default())));
    }

    #[test]
    fn every_part_of_the_tick_has_one_moment() {
        for trials in [1, 2, 20, 1000, Settings::MOST] {
            let mut phases = phases_of(&others(&Settings { trials, ..settings() }, 42, &Seen::default()));
            assert_eq!(phases.len(), trials);
            assert!(trials < 3 || !phases.is_sorted());
            phases.sort_by(f64::total_cmp);
            for (i, phase) in phases.iter().enumerate() {
                let part = i as f64 / trials as f64;
                assert!(*phase >= part - 1e-6 && *phase < part + 1.0 / trials as f64, "{trials}: {i} {phase}");
            }
        }
    }

    #[test]
    fn both_halves_of_a_tick_are_met_in_both_parities() {
        for seed in 0..100 {
            let trials = others(&settings(), seed, &Seen::default());
            let met = |half: std::ops::Range<f64>, tick| {
                let moments = trials.iter().filter(|t| matches!(t.kind, TrialKind::Moment { phase } if half.contains(&phase)));
                moments.filter(|t| matches!(t.order.moment, Moment::AfterBeat(beat, _) if beat == tick)).count()
            };
            assert_eq!([met(0.0..0.5, 2), met(0.0..0.5, 3), met(0.5..1.0, 2), met(0.5..1.0, 3)], [5; 4], "{seed}");
        }
    }

    #[test]
    fn every_kind_is_held_once() {
        let trials = others(&settings(), 1, &Seen::default());
        assert_eq!(trials.iter().map(|t| t.number).collect::<Vec<_>>(), (2..=30).collect::<Vec<_>>());
        assert_eq!((control(&settings()).number, trials[0].kind), (1, TrialKind::BeforeStart));
        let odd: Vec<Form> = trials.iter().filter(|t| matches!(t.kind, TrialKind::Odd(_))).map(|t| t.order.form).collect();
        assert_eq!(odd, ODD);
    }

    #[test]
    fn no_seed_puts_all_early_moments_into_the_same_tick() {
        for seed in 0..200 {
            let trials = others(&settings(), seed, &Seen::default());
            let early = |n| {
                let is_early = |kind| matches!(kind, TrialKind::Moment { phase } if phase < 0.5);
                trials.iter().filter(|t| is_early(t.kind) && matches!(t.order.moment, Moment::AfterBeat(b, _) if b == n)).count()
            };
            assert_eq!((early(2), early(3)), (5, 5), "{seed}");
        }
    }

    #[test]
    fn without_a_heartbeat_the_moments_count_from_the_start() {
        let settings = Settings { heartbeat: None, ..settings() };
        let trials = others(&settings, 1, &Seen::default());
        for trial in trials.iter().filter(|t| matches!(t.kind, TrialKind::Moment { .. })) {
            let Moment::AfterStart(after) = trial.order.moment else { panic!("{trial:?}") };
            assert!(after >= settings.tick * 4 && after < settings.tick * 6, "{after:?}");
        }
        assert!(!trials.iter().any(|t| t.kind == TrialKind::BusyTick));
    }

    #[test]
    fn a_cold_start_lies_before_the_first_tick_that_was_seen() {
        for seed in 0..100 {
            let trials = others(&settings(), seed, &Seen::of(&[50_000]));
            let cold = trials.iter().find(|t| t.kind == TrialKind::ColdStart).unwrap();
            let Moment::AfterStart(after) = cold.order.moment else { panic!("{cold:?}") };
            assert!(after < Duration::from_millis(50) && after > Duration::ZERO, "{after:?}");
        }
    }
}
