//! The score of a county government's work, for people and programs.

use serde::Serialize;

use super::document::{Align, Block, Cell, Table, Tone, column};
use crate::assess::{CountyResult, ScoreEntry, ScoreResult};
use crate::lang::Lang;
use crate::model::Answer;
use crate::numeric::Decimal;

/// Every item of the scoring table with its answer and points; nothing where the county was not scored.
pub(super) fn score(county: CountyResult<'_>, lang: Lang) -> Vec<Block> {
    let Some(score) = county.score() else { return Vec::new() };
    let pass = score.item().requirement().map_or(String::new(), |pass| pass.to_f64().to_string());
    let found = match score.total() {
        Some(total) => total.to_string(),
        None => lang.pick(
            format!("{} 至 {}", score.least(), score.most()),
            format!("{} to {}", score.least(), score.most()),
        ),
    };
    let of = score.table().total();
    let text = lang.pick(
        format!("{}：{found} 分，共 {of} 分，应不低于 {pass} 分", score.table().title(lang)),
        format!("{}: {found} of {of} points, at least {pass} required", score.table().title(lang)),
    );
    let name = |zh, en, align| column(lang, zh, en, align);
    let header = vec![
        name("编号", "id", Align::Left),
        name("方面", "aspect", Align::Left),
        name("项目", "item", Align::Left),
        name("答案", "answer", Align::Right),
        name("得分", "points", Align::Right),
        name("分值", "of", Align::Right),
    ];
    let rows = score.entries().map(|entry| row(entry, lang)).collect();
    let title = lang.pick("县级政府工作评分", "Score of the county government's work");
    vec![
        Block::Heading(2, title.to_owned()),
        Block::Line(text, score.verdict().into()),
        Block::Table(Table { header, rows }),
    ]
}

fn row(entry: ScoreEntry<'_>, lang: Lang) -> Vec<Cell> {
    let item = entry.item();
    let answer = entry.answer().map(|answer| match answer {
        Answer::Yes(yes) => if yes { lang.pick("是", "yes") } else { lang.pick("否", "no") }.to_owned(),
        figure => figure.to_string(),
    });
    let short = entry.points().is_some_and(|points| points < item.points());
    let points = Cell::value(entry.points());
    vec![
        Cell::plain(item.id()),
        Cell::plain(item.aspect().name(lang)),
        Cell::plain(item.title(lang)),
        Cell::value(answer),
        if short { Cell { tone: Tone::Bad, ..points } } else { points },
        Cell::plain(item.points().to_string()),
    ]
}

/// The score as JSON.
#[derive(Serialize)]
pub(super) struct ScoreJson<'a> {
    table: &'a str,
    example: bool,
    of: f64,
    total: Option<f64>,
    least: f64,
    most: f64,
    entries: Vec<EntryJson<'a>>,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    item: &'a str,
    aspect: &'static str,
    answer: Option<AnswerJson>,
    points: Option<f64>,
    of: f64,
}

#[derive(Serialize)]
#[serde(untagged)]
enum AnswerJson {
    Yes(bool),
    Figure(f64),
}

impl<'a> From<ScoreResult<'a>> for ScoreJson<'a> {
    fn from(score: ScoreResult<'a>) -> Self {
        let table = score.table();
        let entry = |entry: ScoreEntry<'a>| EntryJson {
            item: entry.item().id(),
            aspect: entry.item().aspect().id(),
            answer: entry.answer().map(|answer| match answer {
                Answer::Yes(yes) => AnswerJson::Yes(yes),
                Answer::Points(figure) | Answer::Percent(figure) => AnswerJson::Figure(figure.to_f64()),
            }),
            points: entry.points().map(Decimal::to_f64),
            of: entry.item().points().to_f64(),
        };
        ScoreJson {
            table: table.id(),
            example: table.is_example(),
            of: table.total().to_f64(),
            total: score.total().map(Decimal::to_f64),
            least: score.least().to_f64(),
            most: score.most().to_f64(),
            entries: score.entries().map(entry).collect(),
        }
    }
}
