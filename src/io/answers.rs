//! A county's answers to a scoring table, from a table of four columns.

use std::collections::BTreeMap;
use std::path::Path;

use super::cell::{Seen, bare, boolean, number, year};
use super::delimited::{Table, TableColumn, TableReader, read_table};
use super::header::normal;
use crate::error::{Error, ErrorKind};
use crate::finding::{Arg, Code, Finding, Place, Severity};
use crate::lang::Lang;
use crate::model::{Answer, CountyError, Field, ScoreAnswers, ScoreSheet, Unit, is_county_code};
use crate::standards::{ScoreItem, ScoreRule, ScoreTable};

/// Headers of the columns that only such a table has.
const ITEM: [&str; 4] = ["item", "项目", "项目编号", "指标"];
const ANSWER: [&str; 4] = ["answer", "答案", "得分", "结果"];

/// Reads the answers to a scoring table (评分答案): one row an item, with the columns `county_code`, `year` (optional),
/// `item` and `answer`.
///
/// An answer is what the item asks for: points, yes or no, or a percentage (`94.9` or `94.9%`). A blank, or a mark such
/// as `—`, is no answer. Whatever cannot be used refuses the file, every cell with its place.
///
/// # Examples
/// ```
/// use junheng::{Lang, ScoreTable, io::read_answers, model::Answer};
///
/// let table = ScoreTable::example();
/// let file = "区县代码,年度,项目,答案\n210102,2023,b01,是\n210102,2023,b03,78.5%\n210102,2023,b04,—\n";
/// let answers = read_answers(&table).from_bytes("answers.csv", file.as_bytes())?;
/// let sheet = answers.get("210102", Some(2023)).unwrap();
/// assert_eq!(sheet.answer("b03"), Some(Answer::Percent("78.5".parse().unwrap())));
/// assert_eq!(sheet.answer("b04"), None);
///
/// let error = read_answers(&table).from_bytes("answers.csv", b"county_code,item,answer\n210102,b04,6.5\n").unwrap_err();
/// assert_eq!(
///     error.describe(Lang::En),
///     "answers.csv row 2 column C: the answer 6.5 to the item b04 cannot be used; expected points from 0 to 6 with at \
///      most 9 decimals (error)"
/// );
/// # Ok::<(), junheng::Error>(())
/// ```
pub fn read_answers(table: &ScoreTable) -> AnswerReader {
    AnswerReader { table: table.clone(), reader: read_table() }
}

/// How answers to a scoring table are read.
#[derive(Clone, Debug)]
pub struct AnswerReader {
    table: ScoreTable,
    reader: TableReader,
}

impl AnswerReader {
    /// The encoding of the file, instead of the one detected.
    ///
    /// # Errors
    /// A label that no encoding has.
    pub fn encoding(mut self, label: &str) -> Result<Self, Error> {
        self.reader = self.reader.encoding(label)?;
        Ok(self)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, and everything that makes its answers unusable.
    pub fn from_path(&self, path: impl AsRef<Path>) -> Result<ScoreAnswers, Error> {
        let path = path.as_ref();
        self.from_bytes(&path.display().to_string(), &super::read_file(path)?)
    }

    /// Reads bytes; `name` stands for the file in messages.
    ///
    /// # Errors
    /// Everything that makes the answers unusable: a missing column, a malformed code or year, an item that the table
    /// does not have or that is answered twice, an answer of another kind or beyond its range.
    pub fn from_bytes(&self, name: &str, bytes: &[u8]) -> Result<ScoreAnswers, Error> {
        let typed = self.reader.from_bytes(name, bytes)?;
        let mut findings = typed.findings().to_vec();
        let code = column(&typed, &names_of(Field::CountyCode), true, &mut findings);
        let year = column(&typed, &names_of(Field::Year), false, &mut findings);
        let item = column(&typed, &ITEM, true, &mut findings);
        let answer = column(&typed, &ANSWER, true, &mut findings);
        let mut sheets = Sheets::default();
        if let (Some(code), Some(item), Some(answer)) = (code, item, answer) {
            let columns = Columns { code, year, item, answer };
            for row in 0..typed.rows().len() {
                columns.read(row, &self.table, &mut sheets, &mut findings);
            }
        }
        // The causes of refusal first, each kind in the order in which a reader comes upon it.
        findings.sort_by(|a, b| (a.severity(), a.found_at()).cmp(&(b.severity(), b.found_at())));
        if findings.iter().any(|finding| finding.severity() == Severity::Error) {
            return Err(Error::new(ErrorKind::Input(findings)));
        }
        // Every answer is valid and stands once: `Columns::read` has seen to that.
        let answers = sheets.made().map_err(|error| Error::argument(error.to_string(), error.to_string()))?;
        Ok(answers.with_findings(findings))
    }
}

/// The answers read so far by county and year (0 where none is given), and where each stands.
#[derive(Default)]
struct Sheets {
    answers: BTreeMap<(String, u16), Vec<(String, Answer)>>,
    places: BTreeMap<(String, u16, String), Option<Place>>,
}

impl Sheets {
    fn made(self) -> Result<ScoreAnswers, CountyError> {
        let sheet = |((code, year), answers): ((String, u16), Vec<(String, Answer)>)| {
            let sheet = ScoreSheet::new(&code)?;
            let sheet = if year == 0 { sheet } else { sheet.with_year(year)? };
            answers.into_iter().try_fold(sheet, |sheet, (item, answer)| sheet.with(&item, answer))
        };
        ScoreAnswers::new(self.answers.into_iter().map(sheet).collect::<Result<Vec<_>, _>>()?)
    }
}

struct Columns<'t> {
    code: TableColumn<'t>,
    year: Option<TableColumn<'t>>,
    item: TableColumn<'t>,
    answer: TableColumn<'t>,
}

impl Columns<'_> {
    /// Reads a row; what cannot be used becomes a finding.
    fn read(&self, row: usize, table: &ScoreTable, sheets: &mut Sheets, findings: &mut Vec<Finding>) {
        let before = findings.len();
        let mut refuse = |code, column: &TableColumn<'_>, name: Arg| {
            let finding =
                Finding::new(code).column(name).value(bare(column.cell(row))).place(column.place(row));
            findings.push(finding);
        };
        let code = bare(self.code.cell(row));
        if !is_county_code(code) {
            refuse(Code::MalformedCountyCode, &self.code, Field::CountyCode.into());
        }
        let year = match self.year.as_ref().map(|column| (column, year(column.cell(row)))) {
            Some((_, Some(Seen::Value(year)))) => year,
            None | Some((_, Some(_))) => 0,
            Some((column, None)) => {
                refuse(Code::BadYear, column, Field::Year.into());
                0
            }
        };
        let typed = normal(bare(self.item.cell(row)));
        let Some(item) = table.items().iter().find(|item| normal(item.id()) == typed) else {
            let known: Vec<_> = table.items().iter().map(ScoreItem::id).collect();
            let known = Arg::names(known.join("、"), known.join(", "));
            let finding = Finding::new(Code::UnknownScoreItem).value(bare(self.item.cell(row)));
            findings.push(finding.arg("expected", known).place(self.item.place(row)));
            return;
        };
        let text = self.answer.cell(row);
        let place = self.answer.place(row);
        let answer = match read_answer(item, text) {
            Some(Seen::Value(answer)) if answer.is_valid() && item.score(answer).is_some() => answer,
            Some(Seen::Blank | Seen::Mark) => return,
            _ => return findings.push(bad(item, text, place)),
        };
        if findings.len() > before {
            return;
        }
        let key = (code.to_owned(), year, item.id().to_owned());
        if let Some(other) = sheets.places.get(&key) {
            let other = |lang| other.as_ref().map_or(String::new(), |place| place.describe(lang));
            let finding = Finding::new(Code::RepeatedAnswer).value(item.id()).arg("county", code);
            let finding = finding.arg("other_place", Arg::names(other(Lang::Zh), other(Lang::En)));
            return findings.push(finding.place(place));
        }
        sheets.places.insert(key, place);
        sheets.answers.entry((code.to_owned(), year)).or_default().push((item.id().to_owned(), answer));
    }
}

/// An answer as the item asks for it; `None` where the cell holds something else.
fn read_answer(item: &ScoreItem, text: &str) -> Option<Seen<Answer>> {
    let figure = |unit: [char; 2], answer: fn(crate::Decimal) -> Answer| {
        let digits = bare(text).trim_end_matches(unit);
        match number(digits, Unit::None, 0).ok()? {
            Seen::Value(value) => Some(Seen::Value(answer(value))),
            Seen::Blank if !bare(text).is_empty() => None,
            Seen::Blank => Some(Seen::Blank),
            Seen::Mark => Some(Seen::Mark),
        }
    };
    match item.rule() {
        ScoreRule::Points => figure(['分', '分'], Answer::Points),
        ScoreRule::ShareAtLeast { .. } => figure(['%', '％'], Answer::Percent),
        ScoreRule::Answer { .. } => Some(match boolean(text)? {
            Seen::Value(yes) => Seen::Value(Answer::Yes(yes)),
            Seen::Blank => Seen::Blank,
            Seen::Mark => Seen::Mark,
        }),
    }
}

fn bad(item: &ScoreItem, text: &str, place: Option<Place>) -> Finding {
    let expected = item.expected();
    let finding = Finding::new(Code::BadAnswer).value(bare(text)).arg("item", item.id());
    finding.arg("expected", Arg::names(expected.zh, expected.en)).place(place)
}

fn names_of(field: Field) -> Vec<&'static str> {
    [&[field.id(), field.zh()], field.aliases()].concat()
}

/// The column with one of these names, of which the first is its identifier and the second its Chinese name.
fn column<'t>(
    table: &'t Table,
    names: &[&'static str],
    required: bool,
    findings: &mut Vec<Finding>,
) -> Option<TableColumn<'t>> {
    let known = |typed: &str| names.iter().any(|name| normal(name) == normal(typed));
    let mut found = table.columns().filter(|column| known(column.name()));
    let (first, second) = (found.next(), found.next());
    let called =
        || Arg::names(names.get(1).copied().unwrap_or_default(), names.first().copied().unwrap_or_default());
    if let (Some(first), Some(second)) = (first, second) {
        let place = first.header_place();
        let text = |lang| place.as_ref().map_or(String::new(), |place| place.describe(lang));
        let finding = Finding::new(Code::DuplicateColumn).column(called()).value(second.name());
        let other = Arg::names(text(Lang::Zh), text(Lang::En));
        let finding = finding.arg("other", first.name()).arg("other_place", other);
        findings.push(finding.place(second.header_place()));
        return None;
    }
    if first.is_none() && required {
        let others = |own: usize| {
            let others = names.iter().enumerate().filter(|(place, _)| *place != own).map(|(_, name)| *name);
            others.collect::<Vec<_>>()
        };
        let listed = Arg::names(others(1).join("、"), others(0).join(", "));
        let finding = Finding::new(Code::MissingColumn).column(called()).arg("names", listed);
        findings.push(finding.place(table.header_place()));
    }
    first
}
