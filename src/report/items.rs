//! The parts of a standard beside the resources, laid out for people.

use super::document::{Align, Block, Cell, Table, Tone, column};
use crate::assess::{CountyResult, ItemResult, Obstacle, Verdict, beyond_units};
use crate::lang::Lang;
use crate::model::{SchoolRow, Unit};
use crate::numeric::{Decimal, Ratio};
use crate::standards::Part;

/// The verdict on each part, in one line.
pub(super) fn parts(county: CountyResult<'_>, lang: Lang) -> Block {
    let told = Part::ALL.into_iter().filter_map(|part| {
        let verdict = county.part_verdict(part)?;
        Some(lang.pick(
            format!("{}{}", part.name(lang), verdict.name(lang)),
            format!("{} {}", part.name(lang), verdict.name(lang)),
        ))
    });
    Block::Line(told.collect::<Vec<_>>().join(lang.pick("，", ", ")), Tone::Plain)
}

/// All items with their figures; nothing where the standard has none.
pub(super) fn items(county: CountyResult<'_>, lang: Lang) -> Vec<Block> {
    let rows: Vec<Vec<Cell>> = county.items().map(|item| row(item, lang).into()).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let name = |zh, en, align| column(lang, zh, en, align);
    let header = vec![
        name("编号", "id", Align::Left),
        name("内容", "item", Align::Left),
        name("数值", "value", Align::Right),
        name("要求", "required", Align::Right),
        name("未达到的学校", "schools that fail", Align::Right),
        name("判定", "verdict", Align::Left),
        name("依据", "source", Align::Left),
    ];
    let title = lang
        .pick("政府保障、教育质量、社会认可度与一票否决", "Government support, quality, recognition, vetoes");
    vec![Block::Heading(2, title.to_owned()), Block::Table(Table { header, rows })]
}

/// Id, content, value, requirement, schools that fail, verdict and source of an item.
pub(super) fn row(item: ItemResult<'_>, lang: Lang) -> [Cell; 7] {
    let figures = |own: Option<Ratio>, of_parts: &dyn Fn() -> Vec<String>, unit: Unit, sign: &str| match own {
        Some(value) => figure(value, unit, sign, lang),
        None => of_parts().join(lang.pick("；", "; ")),
    };
    let of_parts = |value: bool| {
        let parts = item.parts().filter_map(|part| {
            let number = if value { part.value() } else { part.requirement() }?;
            let sign = if value { "" } else { part.direction().sign() };
            Some(format!("{} {}", part.name(lang), figure(number, part.unit(), sign, lang)))
        });
        parts.collect::<Vec<_>>()
    };
    let failing = item.failing().count();
    [
        Cell::plain(item.id().to_owned()),
        Cell::plain(item.title(lang).to_owned()),
        Cell::plain(figures(item.value(), &|| of_parts(true), item.unit(), "")),
        Cell::plain(figures(item.requirement(), &|| of_parts(false), item.unit(), item.direction().sign())),
        Cell::plain(if failing > 0 { failing.to_string() } else { String::new() }),
        Cell::verdict(Some(item.verdict()), lang),
        Cell::faint(item.citation().to_string()),
    ]
}

/// A figure as it is printed, with its sign and unit.
pub(super) fn figure(value: Ratio, unit: Unit, sign: &str, lang: Lang) -> String {
    let text = value.to_f64().to_string();
    // A quotient without end is shown to four places; a verdict never rests on them.
    let short = if text.len() > 10 { value.to_fixed(4) } else { text };
    let sign = if sign.is_empty() { String::new() } else { format!("{sign} ") };
    format!("{sign}{short}{}", unit.suffix(lang))
}

/// What stands between the county and its recognition; single units have a table of their own.
pub(super) fn obstacles(county: CountyResult<'_>, lang: Lang) -> Vec<Block> {
    let all = beyond_units(county);
    if all.is_empty() {
        return Vec::new();
    }
    let title = lang.pick(
        "离认定还差什么（各单位的资源配置见上表）",
        "What stands between this county and recognition (single units are above)",
    );
    let mut blocks = vec![Block::Heading(2, title.to_owned())];
    let (failed, open): (Vec<_>, Vec<_>) = all.iter().partition(|o| o.verdict() == Verdict::NotMet);
    if !failed.is_empty() {
        let name = |zh, en, align| column(lang, zh, en, align);
        let header = vec![
            name("部分", "part", Align::Left),
            name("学校", "school", Align::Left),
            name("内容", "what", Align::Left),
            name("现为", "is", Align::Right),
            name("应", "required", Align::Right),
            name("相差", "off by", Align::Right),
            name("依据", "source", Align::Left),
        ];
        blocks.push(Block::Table(Table { header, rows: failed.iter().map(|o| obstacle(o, lang)).collect() }));
    }
    if !open.is_empty() {
        let count = open.len();
        let mut names: Vec<&str> = open.iter().map(|o| o.what(lang)).collect();
        names.dedup();
        let names = names.join(lang.pick("；", "; "));
        let text = lang.pick(
            format!("缺数据或佐证而无法判定的 {count} 条：{names}"),
            format!("{count} undetermined for want of data or attestation: {names}"),
        );
        blocks.push(Block::Line(text, Tone::Open));
    }
    blocks
}

fn obstacle(obstacle: &Obstacle<'_>, lang: Lang) -> Vec<Cell> {
    let school = obstacle.school().map_or("", SchoolRow::label);
    let off = obstacle.shortfall().or(obstacle.distance().map(Decimal::abs));
    vec![
        Cell::plain(obstacle.part().name(lang).to_owned()),
        Cell::plain(school.to_owned()),
        Cell::plain(obstacle.what(lang).to_owned()),
        Cell::plain(obstacle.value().map_or(String::new(), |v| short(v).to_owned())),
        Cell::plain(obstacle.requirement().unwrap_or_default().to_owned()),
        Cell::plain(off.map_or(String::new(), |off| off.to_string())),
        Cell::faint(obstacle.citation().map_or(String::new(), |c| c.to_string())),
    ]
}

/// As many digits of a figure as a reader can use; its distance has the rest.
fn short(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, decimals)) if decimals.len() > 6 => text.get(..whole.len() + 7).unwrap_or(text),
        _ => text,
    }
}
