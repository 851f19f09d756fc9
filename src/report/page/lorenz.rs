//! The Lorenz curve of an indicator: which share of the amount the pupils with least have.

/// The curve from (0, 0) to (1, 1): pupils with least first, their share of all pupils and of the whole amount.
///
/// Each unit is a value per pupil and its pupils. Empty where there is nothing to share out.
pub(super) fn lorenz(units: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut units = units.to_vec();
    units.sort_by(|a, b| a.0.total_cmp(&b.0));
    let pupils: f64 = units.iter().map(|(_, p)| p).sum();
    let amount: f64 = units.iter().map(|(x, p)| x * p).sum();
    if !(pupils > 0.0 && amount > 0.0) {
        return Vec::new();
    }
    let (mut p, mut a) = (0.0, 0.0);
    let points = units.iter().map(|(value, count)| {
        p += count;
        a += value * count;
        (p / pupils, a / amount)
    });
    std::iter::once((0.0, 0.0)).chain(points).collect()
}

/// What the share of pupils with least has; straight between the points.
pub(super) fn share_of(curve: &[(f64, f64)], least: f64) -> Option<f64> {
    curve.windows(2).find_map(|pair| {
        let [(x0, y0), (x1, y1)] = *pair else { return None };
        (x0 <= least && least <= x1 && x0 < x1).then(|| y0 + (y1 - y0) * (least - x0) / (x1 - x0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pupils_are_the_weights() {
        // 900 pupils with 1 each and 100 with 11 each: nine tenths have 900 of 2000.
        let curve = lorenz(&[(11.0, 100.0), (1.0, 900.0)]);
        assert_eq!(curve, [(0.0, 0.0), (0.9, 0.45), (1.0, 1.0)]);
        assert_eq!(share_of(&curve, 0.45), Some(0.225));
        assert_eq!(share_of(&curve, 1.0), Some(1.0));
    }

    #[test]
    fn equal_schools_lie_on_the_diagonal() {
        let curve = lorenz(&[(2.0, 30.0), (2.0, 10.0)]);
        assert!(curve.iter().all(|(x, y)| (x - y).abs() < 1e-12), "{curve:?}");
    }

    #[test]
    fn nothing_has_no_curve() {
        assert_eq!(lorenz(&[]), []);
        assert_eq!(lorenz(&[(0.0, 10.0)]), []);
        assert_eq!(lorenz(&[(1.0, 0.0)]), []);
        assert_eq!(share_of(&[], 0.5), None);
    }
}
