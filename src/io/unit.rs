//! Units as people write them, in headers and behind numbers.

use crate::finding::Arg;
use crate::model::Unit;

/// How a unit is written (normalised), what it may count, and the power of ten that leads to the unit held.
/// Those that count nothing are known so that a column in them is refused instead of overlooked.
const WRITTEN: &[(&str, &[Unit], u8)] = {
    use Unit::*;
    &[
        ("元", &[Yuan], 0),
        ("人民币元", &[Yuan], 0),
        ("yuan", &[Yuan], 0),
        ("千元", &[Yuan], 3),
        ("万元", &[Yuan], 4),
        ("人民币万元", &[Yuan], 4),
        ("百万元", &[Yuan], 6),
        ("亿元", &[Yuan], 8),
        ("平方米", &[SquareMetres], 0),
        ("平米", &[SquareMetres], 0),
        ("m2", &[SquareMetres], 0),
        ("sqm", &[SquareMetres], 0),
        ("万平方米", &[SquareMetres], 4),
        ("人", &[Pupils, Persons], 0),
        ("名", &[Pupils, Persons], 0),
        ("位", &[Persons], 0),
        ("万人", &[Pupils, Persons], 4),
        ("个", &[Classes, Rooms, Places], 0),
        ("份", &[Sheets], 0),
        ("班", &[Classes], 0),
        ("个班", &[Classes], 0),
        ("间", &[Rooms], 0),
        ("台", &[Sets], 0),
        ("套", &[Sets], 0),
        ("台套", &[Sets], 0),
        ("台(套)", &[Sets], 0),
        ("册", &[Volumes], 0),
        ("本", &[Volumes], 0),
        ("万册", &[Volumes], 4),
        ("pupils", &[Pupils], 0),
        ("persons", &[Persons], 0),
        ("classes", &[Classes], 0),
        ("rooms", &[Rooms], 0),
        ("places", &[Places], 0),
        ("sheets", &[Sheets], 0),
        ("sets", &[Sets], 0),
        ("volumes", &[Volumes], 0),
        ("年", &[None], 0),
        ("万", &[], 0),
        ("千", &[], 0),
        ("亿", &[], 0),
        ("美元", &[], 0),
        ("亩", &[], 0),
        ("公顷", &[], 0),
        ("平方公里", &[], 0),
        ("平方千米", &[], 0),
        ("米", &[], 0),
        ("m", &[], 0),
        ("学时", &[], 0),
        ("小时", &[], 0),
        ("%", &[Percent], 0),
        ("‰", &[], 0),
    ]
};

/// The power of ten from a written unit to the one held, where it fits.
pub(super) fn power(unit: Unit, written: &str) -> Option<u8> {
    WRITTEN.iter().find(|(text, fits, _)| *text == written && fits.contains(&unit)).map(|(_, _, p)| *p)
}

/// Whether a text is a unit at all, fitting or not.
pub(super) fn is_unit(written: &str) -> bool {
    WRITTEN.iter().any(|(text, ..)| *text == written)
}

/// Every way a text can be cut into something and a unit.
pub(super) fn suffixes(text: &str) -> impl Iterator<Item = (&str, &'static str)> {
    WRITTEN.iter().filter_map(move |(unit, ..)| Some((text.strip_suffix(unit)?, *unit)))
}

/// The units a column may be written in, for people.
pub(super) fn expected(unit: Unit) -> Arg {
    match unit {
        Unit::None => Arg::names("不带单位", "no unit"),
        Unit::Yuan => Arg::names("元或万元", "yuan (元) or ten thousand yuan (万元)"),
        unit => Arg::names(unit.zh(), format!("{} ({})", unit.id(), unit.zh())),
    }
}
