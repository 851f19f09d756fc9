//! Values per pupil against plausible bands, which shows a unit that was mixed up.

use super::limits::{Band, Limits};
use crate::finding::{Arg, Code, Finding};
use crate::model::{SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio, pow10};

pub(super) fn check(school: SchoolRow<'_>, limits: &Limits, out: &mut Vec<Finding>) {
    // The bands are wide: pupils of a stage that are missing are no reason not to look.
    let pupils: i64 = Stage::ALL.iter().filter_map(|s| school.students(*s).and_then(Decimal::whole)).sum();
    for band in &limits.per_pupil {
        let Some(value) = school.value(band.field) else { continue };
        let (mantissa, scale) = value.parts();
        let Some(per_pupil) = Ratio::new(mantissa.into(), pow10(scale) * i128::from(pupils)) else {
            continue;
        };
        if band.holds(per_pupil) {
            continue;
        }
        let finding = school.finding(Code::ImplausiblePerPupil, Some(band.field)).value(value);
        out.push(
            finding
                .arg("per_pupil", &band.shown(per_pupil))
                .arg("low", &band.low)
                .arg("high", &band.high)
                .arg("likely", band.likely(per_pupil)),
        );
    }
}

impl Band {
    fn holds(&self, per_pupil: Ratio) -> bool {
        per_pupil.cmp_decimal(self.low).is_ge() && per_pupil.cmp_decimal(self.high).is_le()
    }

    /// Rounded half up to two decimals, or to as many as show that it is outside.
    fn shown(&self, per_pupil: Ratio) -> String {
        let outside = |digits: &u8| per_pupil.round_half_up(*digits).is_none_or(|r| !self.holds(r.into()));
        per_pupil.to_fixed((2..17).find(outside).unwrap_or(17))
    }

    /// The unit that would explain the value, where one does.
    fn likely(&self, per_pupil: Ratio) -> Arg {
        let too_low = per_pupil.cmp_decimal(self.low).is_lt();
        let (num, den) = per_pupil.parts();
        let explained = self.unit.as_ref().filter(|unit| {
            let factor = pow10(unit.factor);
            let shifted = if too_low { Ratio::new(num * factor, den) } else { Ratio::new(num, den * factor) };
            shifted.is_some_and(|value| self.holds(value))
        });
        match explained {
            Some(unit) if too_low => Arg::names(
                format!("像是按{}填写、按{}读入", unit.large, unit.small),
                format!("it looks typed in {} and read as {}", unit.large_en, unit.small_en),
            ),
            Some(unit) => Arg::names(
                format!("像是按{}填写、按{}读入", unit.small, unit.large),
                format!("it looks typed in {} and read as {}", unit.small_en, unit.large_en),
            ),
            None => Arg::names("请核对数值、单位和学生数", "check the value, its unit and the pupils"),
        }
    }
}
