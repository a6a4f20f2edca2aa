//! What a number of trials can exclude, and how the latencies are spread.

use std::time::Duration;

/// What so many moments, none of them late, say of all moments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Power {
    pub(crate) moments: usize,
    /// With 95 % confidence a smaller share of all moments is late. One moment in each part of the tick excludes at least as much as moments
    /// anywhere.
    pub(crate) excluded: f64,
    /// How likely a runner that is late at half of all moments would have passed.
    pub(crate) half: f64,
    /// The same at a quarter.
    pub(crate) quarter: f64,
}

impl Power {
    #[expect(clippy::cast_precision_loss, reason = "there are at most ten thousand")]
    pub(crate) fn of(moments: usize) -> Self {
        let n = moments as f64;
        let excluded = if moments == 0 { 1.0 } else { 1.0 - 0.05_f64.powf(1.0 / n) };
        Self { moments, excluded, half: 0.5_f64.powf(n), quarter: 0.75_f64.powf(n) }
    }
}

/// One latency: of which trial, at which phase of the tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) number: usize,
    pub(crate) phase: f64,
    pub(crate) latency: Duration,
}

/// How the latencies of the moments are spread, by nearest rank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) p50: Duration,
    pub(crate) p95: Duration,
    pub(crate) worst: Point,
}

impl Spread {
    /// `None`: there is nothing to spread.
    pub(crate) fn of(points: &[Point]) -> Option<Self> {
        let mut latencies: Vec<Duration> = points.iter().map(|point| point.latency).collect();
        latencies.sort();
        // Of several worst ones the first trial is named.
        let worst = points.iter().rev().max_by_key(|point| point.latency)?;
        Some(Self { p50: rank(&latencies, 50)?, p95: rank(&latencies, 95)?, worst: *worst })
    }
}

/// The smallest that at least so many percent do not exceed.
fn rank(sorted: &[Duration], percent: usize) -> Option<Duration> {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_moments_exclude_what_the_tables_say() {
        let power = Power::of(20);
        assert!((power.excluded - 0.1391).abs() < 1e-4, "{power:?}");
        assert!((power.half * 1_048_576.0 - 1.0).abs() < 1e-9 && (power.quarter - 0.003_171).abs() < 1e-6, "{power:?}");
        assert_eq!(Power::of(0), Power { moments: 0, excluded: 1.0, half: 1.0, quarter: 1.0 });
    }

    #[test]
    fn percentiles_are_latencies_that_were_seen() {
        let point = |n: usize| Point { number: n, phase: 0.0, latency: Duration::from_millis(n as u64) };
        let points: Vec<Point> = (1..=20).map(point).collect();
        let spread = Spread::of(&points).unwrap();
        assert_eq!((spread.p50, spread.p95), (Duration::from_millis(10), Duration::from_millis(19)));
        assert_eq!((spread.worst.number, Spread::of(&points[..1]).unwrap().p95), (20, Duration::from_millis(1)));
        assert_eq!(Spread::of(&[]), None);
    }
}
