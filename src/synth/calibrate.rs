//! Bringing the mean and the coefficient of a county to a target.

use super::targets::Target;

/// One unit of an indicator: its rate is the logarithm of the amount per pupil.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    /// Pupils among whom the amount is shared, weighted where stages share it.
    pub(super) base: f64,
    /// Pupils of the stage.
    pub(super) pupils: f64,
    /// Its standard draw.
    pub(super) z: f64,
    /// The rate: given where the unit is fixed, found where it is not.
    pub(super) rate: f64,
    /// Whether the rate is settled already (a school of both stages).
    pub(super) fixed: bool,
    /// Whether the unit is in the scope of the coefficient.
    pub(super) counted: bool,
    /// The most it may have.
    pub(super) cap: f64,
}

/// The amount that a rate comes to, in whole steps.
pub(super) fn amount(rate: f64, base: f64, step: f64) -> f64 {
    (rate.exp() * base / step).round() * step
}

/// Rates `a + b·z` of lognormal form such that the pupil-weighted mean and coefficient of the counted units, after
/// rounding and caps, come as near to the target as twenty corrections bring them.
pub(super) fn fit(units: &mut [Unit], target: Target, step: f64) {
    let log_spread = |cv: f64| (1.0 + cv * cv).ln().sqrt();
    let centre = target.mean.ln();
    let mut b = log_spread(target.cv);
    let mut a = centre - b * b / 2.0;
    // Rates stay between a sixth and twelve times the mean: no school is beyond belief.
    let rate = |a: f64, b: f64, z: f64| (a + b * z).clamp(centre - 1.8, centre + 2.5);
    let mut best = (f64::INFINITY, a, b);
    for _ in 0..20 {
        for unit in units.iter_mut().filter(|u| !u.fixed) {
            unit.rate = rate(a, b, unit.z);
        }
        let Some(found) = moments(units, step) else { break };
        let miss = (found.mean / target.mean - 1.0).abs() + (found.cv - target.cv).abs();
        if miss < best.0 {
            best = (miss, a, b);
        }
        if miss < 1e-4 {
            break;
        }
        a += (target.mean / found.mean).ln();
        b = (b * (log_spread(target.cv) / log_spread(found.cv).max(1e-6)).clamp(0.5, 2.0)).clamp(1e-3, 3.0);
    }
    for unit in units.iter_mut().filter(|u| !u.fixed) {
        unit.rate = rate(best.1, best.2, unit.z);
    }
}

fn moments(units: &[Unit], step: f64) -> Option<Target> {
    let value = |u: &Unit| amount(u.rate, u.base, step).min(u.cap) / u.base;
    let counted = || units.iter().filter(|u| u.counted);
    let total: f64 = counted().map(|u| u.pupils).sum();
    let mean = counted().map(|u| u.pupils * value(u)).sum::<f64>() / total;
    let square = counted().map(|u| u.pupils * (value(u) - mean).powi(2)).sum::<f64>() / total;
    (mean > 0.0).then(|| Target { mean, cv: square.sqrt() / mean })
}
