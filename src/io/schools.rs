//! The school table: rows to schools.

mod batch;
#[cfg(feature = "xlsx")]
mod sheets;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use encoding_rs::Encoding;

use super::Refusable;
use super::blocks::{self, Buffer, Sink, Source, Writing, holds_header_rows};
use super::cell::{self, NumberError, Seen, bare, trim};
use super::decode::{self, decode, is_workbook};
use super::delimited::{refused_number, row_length};
use super::folder::{self, Folder};
use super::header::{Header, Names, Slot};
use super::lines::PlainBatch;
use super::table::{Body, Cells, Layout, Origin, Row, TextRows, Unclosed, is_total_or_remark, place};
use crate::error::Error;
use crate::finding::{Arg, Code, Finding};
use crate::model::{
    Area, Builder, DataSet, Field, FieldKind, Row as SchoolRow, SchoolKind, SourceFile, Sponsor, Stage,
    is_county_code,
};
use crate::numeric::Decimal;
use crate::parallel::{each, in_ranges, on_threads, threads_of};

/// Reads school tables (学校基础数据表): CSV and its kin, in any encoding and with any header in use.
///
/// A file that cannot be used is refused with all that is wrong with it; a doubtful cell is missing from then
/// on and told in [`DataSet::findings`].
///
/// # Examples
/// ```
/// use junheng::read_schools;
///
/// let table = "区县代码,学校标识码,学校类别,小学在校生数,教学仪器设备值（万元）\n\
///              210102,2121000001,小学,\"1,200\",84.75\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let school = data.counties().next().unwrap().schools().next().unwrap();
/// assert_eq!(school.value(junheng::model::Field::EquipmentValue), Some("847500".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "学校基础数据表")]
pub fn read_schools() -> SchoolReader {
    SchoolReader::default()
}

/// The usual least length of a text in bytes that several threads read.
const WORTH_A_THREAD: usize = 1 << 20;
/// Fewer files than this to a thread are not worth one.
const FILES_WORTH_A_THREAD: usize = 2;

/// How school tables are read.
#[derive(Clone, Debug, Default)]
pub struct SchoolReader {
    encoding: Option<&'static Encoding>,
    threads: Option<NonZeroUsize>,
}

impl SchoolReader {
    /// The encoding of the files (`utf-8`, `gb18030`, `utf-16le` …), instead of the one detected.
    ///
    /// # Errors
    /// A label that no encoding has.
    pub fn encoding(mut self, label: &str) -> Result<Self, Error> {
        self.encoding = Some(super::encoding(label)?);
        Ok(self)
    }

    /// How many threads read a large file; unless this says otherwise, as many as there are in the pool of `rayon` that
    /// calls. The result is the same whatever their number.
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Reads one file.
    ///
    /// # Errors
    /// As [`from_paths`](Self::from_paths).
    pub fn from_path(&self, path: impl AsRef<Path>) -> Result<DataSet, Error> {
        self.from_paths([path])
    }

    /// Reads several files as one data set: a province in pieces, the years of a panel. Each thread holds one at a time, of a
    /// large one in UTF-8 or GB18030 a few blocks only. Of a folder all tables in it are read, in the order of their names:
    /// that is how the forms of schools come in.
    ///
    /// # Errors
    /// A file that cannot be opened; or, in one [`ErrorKind::Input`](crate::ErrorKind::Input), all that makes
    /// the files unusable: no text or no rows, no header, a column twice, a required column missing, an unknown
    /// kind, a school code twice in a year, a school in two counties. Of more than 100 000 problems the first are
    /// told, and how many there are beside.
    pub fn from_paths<P: AsRef<Path>>(&self, paths: impl IntoIterator<Item = P>) -> Result<DataSet, Error> {
        let (mut reading, mut tables) = (Reading::new(self), Vec::new());
        for path in paths {
            let path = path.as_ref();
            let folder = if path.is_dir() { folder::tables(path)? } else { Folder::of_one(path) };
            folder.refused.into_iter().for_each(|finding| reading.builder.refuse(finding));
            folder.notes.into_iter().for_each(|finding| reading.builder.note(finding));
            tables.extend(folder.tables);
        }
        reading.add_files(&tables)?;
        reading.finish()
    }

    /// Reads bytes; `name` stands for the file in messages, and its extension helps to find the separator.
    ///
    /// # Errors
    /// As [`from_paths`](Self::from_paths).
    pub fn from_bytes(&self, name: &str, bytes: &[u8]) -> Result<DataSet, Error> {
        self.from_sources([(name, bytes)])
    }

    /// Reads several named pieces of bytes as one data set.
    ///
    /// # Errors
    /// As [`from_paths`](Self::from_paths).
    pub fn from_sources<N: AsRef<str>, B: AsRef<[u8]>>(
        &self,
        sources: impl IntoIterator<Item = (N, B)>,
    ) -> Result<DataSet, Error> {
        let mut reading = Reading::new(self);
        for (name, bytes) in sources {
            let (name, bytes) = (name.as_ref(), bytes.as_ref());
            if reading.add_blocks(name, &bytes).is_none() {
                reading.add(name, bytes);
            }
        }
        reading.finish()
    }
}

/// A data set in the making.
struct Reading {
    encoding: Option<&'static Encoding>,
    threads: Option<NonZeroUsize>,
    /// A text shorter than this many bytes is read by one thread.
    worth_a_thread: usize,
    /// Bytes in which a file that is read in blocks must have its header, and bytes of a block.
    head: usize,
    block: usize,
    /// Bytes of the longest piece of such a file that a thread reads at a time.
    share: usize,
    names: Names<Field>,
    builder: Builder,
    /// What concerns a column or an encoding is told once, however many files share it.
    once: BTreeMap<(&'static str, String), Finding>,
}

impl Reading {
    fn new(reader: &SchoolReader) -> Self {
        Reading {
            encoding: reader.encoding,
            threads: reader.threads,
            worth_a_thread: WORTH_A_THREAD,
            head: blocks::HEAD,
            block: blocks::BLOCK,
            share: blocks::SHARE,
            names: Names::new(),
            builder: DataSet::builder().on_threads(reader.threads),
            once: BTreeMap::new(),
        }
    }

    /// Reads files, in their order: texts that are worth it each by all threads, others side by side.
    fn add_files(&mut self, files: &[PathBuf]) -> Result<(), Error> {
        // Of a single file nothing need be known first.
        let is_alone = |file: &PathBuf| files.len() == 1 || self.is_worth_all_threads(file);
        let alone: Vec<bool> = files.iter().map(is_alone).collect();
        let mut left = files;
        for stretch in alone.chunk_by(|one, next| !one && !next) {
            let (files, others) = left.split_at(stretch.len());
            left = others;
            if let [file] = files {
                self.add_file(file)?;
                continue;
            }
            let read = |range: Range<usize>| {
                let mut part = self.part();
                files.get(range).unwrap_or_default().iter().try_for_each(|file| part.add_file(file))?;
                Ok(part)
            };
            let parts = in_ranges(files.len(), FILES_WORTH_A_THREAD, self.threads, read);
            parts.into_iter().try_for_each(|part| part.map(|part| self.append(part)))?;
        }
        Ok(())
    }

    /// Whether a file is a text that is read in pieces; one that cannot be opened is none.
    fn is_worth_all_threads(&self, file: &Path) -> bool {
        let Ok(mut file) = File::open(file) else { return false };
        let is_long = file.metadata().is_ok_and(|data| data.len() >= self.worth_a_thread as u64);
        is_long && blocks::read_range(&mut file, 0..512).is_ok_and(|head| !is_workbook(&head))
    }

    fn add_file(&mut self, path: &Path) -> Result<(), Error> {
        let name = path.display().to_string();
        if self.add_blocks(&name, &path).is_none() {
            self.add(&name, &super::read_file(path)?);
        }
        Ok(())
    }

    /// The same with nothing read, for one thread.
    fn part(&self) -> Self {
        let Reading { encoding, worth_a_thread, head, block, share, .. } = *self;
        let builder = DataSet::builder().on_threads(NonZeroUsize::new(1));
        let (names, once) = (Names::new(), BTreeMap::new());
        Reading {
            encoding,
            threads: NonZeroUsize::new(1),
            worth_a_thread,
            head,
            block,
            share,
            names,
            builder,
            once,
        }
    }

    /// Takes what another has read behind what this one has.
    fn append(&mut self, other: Reading) {
        self.builder.append_files(other.builder);
        other.once.into_iter().for_each(|((_, key), finding)| self.note_once(&key, finding));
    }

    fn add(&mut self, file: &str, bytes: &[u8]) {
        if let Err(finding) = self.read(file, bytes) {
            self.builder.refuse(*finding);
        }
    }

    fn finish(mut self) -> Result<DataSet, Error> {
        self.once.into_values().for_each(|finding| self.builder.note(finding));
        self.builder.finish()
    }

    /// Keeps the finding of the first place, so that the order of the files does not matter.
    fn note_once(&mut self, key: &str, finding: Finding) {
        let kept = self.once.entry((finding.code().id(), key.to_owned())).or_insert_with(|| finding.clone());
        if finding.found_at() < kept.found_at() {
            *kept = finding;
        }
    }

    fn note_guessed(&mut self, file: &str, encoding: &'static str) {
        let finding = Finding::new(Code::EncodingGuessed).arg("encoding", encoding);
        self.note_once(encoding, finding.place(place(file, None, None)));
    }

    fn read(&mut self, file: &str, bytes: &[u8]) -> Refusable<()> {
        #[cfg(feature = "xlsx")]
        if is_workbook(bytes) {
            return self.read_workbook(file, bytes);
        }
        let names = &self.names;
        let judge = |row: &Row| names.fit(row, &Field::REQUIRED);
        let decoded = decode(file, bytes, self.encoding, &|text| Layout::of(file, text, &judge).fit)?;
        let body = Body::of(file, &decoded.text, &judge)?;
        let mut header = Header::read(file, &body.header, names);
        if let Some(encoding) = decoded.guessed {
            self.note_guessed(file, encoding);
        }
        let number = self.begin(file, &body.header, &mut header);
        let (any, unnamed) = self.read_rows(file, number, &header, body.rows)?;
        self.end(file, body.header.number, any, unnamed)
    }

    /// Tells what the header has to say, and begins the file; its number.
    fn begin<'a>(&mut self, origin: impl Into<Origin<'a>>, row: &Row, header: &mut Header<Field>) -> u16 {
        let origin = origin.into();
        for finding in std::mem::take(&mut header.findings) {
            if finding.code() == Code::DuplicateColumn {
                self.builder.refuse(finding);
            } else {
                let typed = finding.value_found().unwrap_or_default().to_owned();
                self.note_once(&typed, finding);
            }
        }
        for finding in missing_columns(origin, row, header) {
            self.builder.refuse(finding);
        }
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let stands = |index| match origin.form {
            None => number(index),
            Some(form) => form.rows.get(index).copied().unwrap_or(0),
        };
        let columns = header.slots.iter().map(|s| (s.column, stands(s.index))).collect();
        self.builder.add_file(SourceFile {
            name: origin.file.into(),
            sheet: origin.sheet.map(Into::into),
            columns,
            form: origin.form.map(|form| number(form.value)),
        })
    }

    /// Tells what only all rows together show.
    fn end<'a>(
        &mut self,
        origin: impl Into<Origin<'a>>,
        header: u32,
        any: bool,
        unnamed: Option<usize>,
    ) -> Refusable<()> {
        let origin = origin.into();
        if let Some(index) = unnamed {
            let finding = Finding::new(Code::UnknownColumn)
                .value("")
                .arg("value", Arg::names("（没有列名）", "without a name"))
                .place(place(origin, Some(header), Some(index)));
            self.note_once("", finding);
        }
        if any { Ok(()) } else { Err(Finding::new(Code::NoRows).place(place(origin, None, None)).into()) }
    }

    /// Reads a large file in blocks, in pieces side by side; `None`, and nothing done, where it must be read as a whole.
    fn add_blocks(&mut self, file: &str, source: &impl Source) -> Option<()> {
        let mut reader = source.open().ok()?;
        let length = reader.seek(SeekFrom::End(0)).ok()?;
        let head = blocks::read_range(&mut reader, 0..self.head as u64).ok()?;
        if (head.len() as u64) == length {
            return None;
        }
        let names = &self.names;
        let judge = |row: &Row| names.fit(row, &Field::REQUIRED);
        let head = decode::head(&head, self.encoding, &|text| Layout::of(file, text, &judge).fit)
            .filter(|head| holds_header_rows(&head.text))?;
        let body = Body::of(file, &head.text, &judge).ok()?;
        let mut header = Header::read(file, &body.header, names);
        let left = body.rows.bytes_left();
        let start = head.bytes_before(left)? as u64;
        let threads = if length - start < self.worth_a_thread as u64 { 1 } else { threads_of(self.threads) };
        let shares = match threads {
            1 => Vec::new(),
            _ => blocks::shares(usize::try_from(length - start).ok()?, self.share, threads),
        };
        let places = shares.iter().skip(1).map(|share| start + share.start as u64);
        let pieces = blocks::pieces(&mut reader, start..length, places).ok()?;
        let number = self.builder.next_file();
        let writing = Writing { separator: body.rows.separator(), encoding: head.encoding };
        // Rows are about as long as those in the head.
        let behind = head.length() - start as usize;
        let in_head = head.text.get(head.text.len() - left..).map_or(0, |rows| rows.matches('\n').count());
        let with_room = |range: Range<u64>| {
            let rows = (range.end - range.start) as f64 / behind.max(1) as f64 * in_head as f64 * 1.05;
            let mut builder = DataSet::builder().on_threads(NonZeroUsize::new(1));
            builder.expect(rows as usize, header.slots.iter().map(|slot| slot.column));
            builder
        };
        let read = |reader: &mut _, piece: Range<u64>, buffer: &mut Buffer, mut builder: Builder| {
            let above = if piece.start == start { body.header.number } else { 0 };
            let mut schools = SchoolRows::new(file, number, &header, &mut builder);
            let buffer = (self.block, buffer);
            let rows = blocks::read_piece(reader, piece, writing, buffer, above, &mut schools)?;
            let (any, unnamed) = (schools.any, schools.unnamed);
            Some(PieceRead { builder, rows, any, unnamed })
        };
        let joint = if let [whole] = &*pieces {
            let piece = read(&mut reader, whole.clone(), &mut Buffer::default(), with_room(whole.clone()))?;
            Joint { any: piece.any, unnamed: piece.unnamed, ..Joint::new(piece.builder) }
        } else {
            let joint = Mutex::new(Joint::new(with_room(start..length)));
            let threads = threads.min(pieces.len());
            let waiting = Mutex::new(Waiting::default());
            let next = AtomicUsize::new(0);
            let work = || {
                let (mut reader, mut buffer) = (source.open().ok()?, Buffer::default());
                let take = || {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    Some((at, pieces.get(at)?))
                };
                while let Some((at, piece)) = take() {
                    let spare = waiting.lock().ok()?.spare.pop();
                    let builder = spare.unwrap_or_else(|| with_room(piece.clone()));
                    let Some(piece) = read(&mut reader, piece.clone(), &mut buffer, builder) else {
                        // Nobody need begin another.
                        next.store(pieces.len(), Ordering::Relaxed);
                        return None;
                    };
                    let left = waiting.lock().ok()?.leave(at, piece);
                    // Whoever is adding pieces comes to this one, or it is added with a later one; but memory is not left
                    // lying about without bounds.
                    let joint = if left / 2 <= threads { joint.try_lock().ok() } else { joint.lock().ok() };
                    if let Some(mut joint) = joint {
                        joint.add(&waiting)?;
                    }
                }
                Some(())
            };
            let done = on_threads(threads, work);
            let done: Option<()> = done.into_iter().collect();
            let mut joint = done.and_then(|()| joint.into_inner().ok())?;
            joint.add(&waiting)?;
            joint
        };
        if let Some(encoding) = head.guessed {
            self.note_guessed(file, encoding);
        }
        self.begin(file, &body.header, &mut header);
        self.builder.append(joint.whole, 0);
        if let Err(finding) = self.end(file, body.header.number, joint.any, joint.unnamed) {
            self.builder.refuse(*finding);
        }
        Some(())
    }
}

/// What became of the rows of a piece that was read in blocks.
struct PieceRead {
    builder: Builder,
    /// The number of its last row.
    rows: u32,
    any: bool,
    unnamed: Option<usize>,
}

/// The pieces of a file, put together in their order, whichever is read first.
///
/// Each is moved while it is still near the processor: so the whole is written once, and nothing is held twice.
struct Joint {
    whole: Builder,
    any: bool,
    unnamed: Option<usize>,
    /// How many pieces are put together, and how many rows they have.
    pieces: usize,
    rows: u32,
}

/// What readers leave for one another, without waiting for a piece to be added.
#[derive(Default)]
struct Waiting {
    /// Pieces that are read and not added, by their places.
    pieces: BTreeMap<usize, PieceRead>,
    /// Builders with room that nobody uses.
    spare: Vec<Builder>,
}

impl Waiting {
    /// Leaves a piece by its place; how many wait.
    fn leave(&mut self, at: usize, piece: PieceRead) -> usize {
        self.pieces.insert(at, piece);
        self.pieces.len()
    }
}

impl Joint {
    fn new(whole: Builder) -> Self {
        Joint { whole, any: false, unnamed: None, pieces: 0, rows: 0 }
    }

    /// Adds the pieces that wait, as far as those before them are there.
    fn add(&mut self, waiting: &Mutex<Waiting>) -> Option<()> {
        let next = |at| Some(waiting.lock().ok()?.pieces.remove(&at));
        while let Some(mut piece) = next(self.pieces)? {
            self.whole.take_all(&mut piece.builder, self.rows);
            self.any |= piece.any;
            self.unnamed = self.unnamed.or(piece.unnamed);
            self.pieces += 1;
            self.rows = self.rows.saturating_add(piece.rows);
            waiting.lock().ok()?.spare.push(piece.builder);
        }
        Some(())
    }
}

/// What became of the rows of a piece.
struct Piece<'t> {
    builder: Builder,
    any: bool,
    unnamed: Option<usize>,
    /// Where it ended, or the quotation mark that is never closed.
    end: Result<TextRows<'t>, Unclosed>,
}

impl Reading {
    /// Reads rows, in pieces side by side where there are many; whether there was any, and the first column
    /// without a name that holds something.
    fn read_rows(
        &mut self,
        file: &str,
        number: u16,
        header: &Header<Field>,
        rows: TextRows<'_>,
    ) -> Refusable<(bool, Option<usize>)> {
        let read = |rows| read_piece(file, number, header, rows);
        let count = if rows.bytes_left() < self.worth_a_thread { 1 } else { threads_of(self.threads) };
        let found = each(rows.pieces(count), read);
        let (mut any, mut unnamed, mut before) = (false, None, 0);
        let mut pieces = found.into_iter();
        while let Some(piece) = pieces.next() {
            any |= piece.any;
            unnamed = unnamed.or(piece.unnamed);
            self.builder.append(piece.builder, before);
            let end = piece.end.map_err(|unclosed| unclosed.below(before).finding(file))?;
            before += end.number();
            if !end.ended_at_cut() || (pieces.len() == 0 && !end.is_at_end()) {
                // The next piece began inside a cell: the rest is read in one.
                pieces = vec![read(end.beyond())].into_iter();
            }
        }
        Ok((any, unnamed))
    }
}

/// Reads the rows of a piece into a builder of its own.
fn read_piece<'t>(file: &str, number: u16, header: &Header<Field>, mut rows: TextRows<'t>) -> Piece<'t> {
    let mut builder = DataSet::builder();
    let mut schools = SchoolRows::new(file, number, header, &mut builder);
    let mut unclosed = None;
    let mut row = Row::default();
    while let Some(read) = rows.read(&mut row) {
        match read {
            Ok(()) => schools.read(&row),
            Err(found) => unclosed = Some(found),
        }
    }
    let (any, unnamed) = (schools.any, schools.unnamed);
    Piece { builder, any, unnamed, end: unclosed.map_or(Ok(rows), Err) }
}

/// Required columns that a header lacks.
fn missing_columns(origin: Origin<'_>, row: &Row, header: &Header<Field>) -> Vec<Finding> {
    let finding = |field: Field, zh: Vec<&str>, en: Vec<&str>| {
        Finding::new(Code::MissingColumn)
            .column(field)
            .arg("names", Arg::names(zh.join("、"), en.join(", ")))
            .place(place(origin, Some(row.number), None))
    };
    let missing = Field::REQUIRED.into_iter().filter(|field| header.slot(*field).is_none());
    let mut out: Vec<Finding> = missing
        .map(|field| {
            let with = |name| [&[name], field.aliases()].concat();
            finding(field, with(field.id()), with(field.zh()))
        })
        .collect();
    let pupils = Stage::ALL.map(Field::students);
    if pupils.iter().all(|field| header.slot(*field).is_none()) {
        let [primary, junior] = Stage::COMPULSORY.map(Field::students);
        let either = Arg::names(
            format!("{}”或“{}", primary.zh(), junior.zh()),
            format!("{} or {}", primary.id(), junior.id()),
        );
        let names = finding(primary, vec![primary.id(), junior.id()], vec![primary.zh(), junior.zh()]);
        out.push(names.arg("column", either));
    }
    out
}

/// Makes schools of the rows of one file.
struct SchoolRows<'a> {
    origin: Origin<'a>,
    /// The year of rows that give none: that of the sheet, or 0.
    year: u16,
    /// The file's number in the builder.
    number: u16,
    header: &'a Header<Field>,
    identity: Identity<'a>,
    /// The columns that count things as they are, and the other columns of numbers.
    counts: Vec<Slot<Field>>,
    amounts: Vec<Slot<Field>>,
    /// Those of the row at hand in which there is something else than a plain number.
    odd: Vec<Slot<Field>>,
    /// The columns that are neither numbers nor of the identity.
    others: Vec<(&'a Slot<Field>, FieldKind)>,
    /// It holds the code of the school at hand, blank where that gives none.
    builder: &'a mut Builder,
    /// The school of the row at hand.
    school: SchoolRow,
    /// Its place in the builder, where that has its code and not yet the rest.
    added: Option<usize>,
    /// Those of rows that are read together.
    schools: Vec<SchoolRow>,
    /// Whether there was any school.
    any: bool,
    /// The first column without a name that holds something.
    unnamed: Option<usize>,
}

/// The columns that say which school a row is.
struct Identity<'a> {
    year: Option<&'a Slot<Field>>,
    county_code: Option<&'a Slot<Field>>,
    school_code: Option<&'a Slot<Field>>,
    kind: Option<&'a Slot<Field>>,
    county: Option<&'a Slot<Field>>,
    name: Option<&'a Slot<Field>>,
}

impl<'a> Identity<'a> {
    const FIELDS: [Field; 6] =
        [Field::Year, Field::CountyCode, Field::SchoolCode, Field::Kind, Field::County, Field::SchoolName];

    fn of(header: &'a Header<Field>) -> Self {
        let [year, county_code, school_code, kind, county, name] =
            Self::FIELDS.map(|field| header.slot(field));
        Identity { year, county_code, school_code, kind, county, name }
    }
}

impl Sink for SchoolRows<'_> {
    fn width(&self) -> usize {
        self.header.width
    }

    fn take_batch(&mut self, rows: &PlainBatch<'_>) {
        if !self.read_batch(rows) {
            rows.rows().for_each(|row| self.read(&row));
        }
    }

    fn take(&mut self, row: &impl Cells) {
        self.read(row);
    }
}

impl<'a> SchoolRows<'a> {
    fn new(
        origin: impl Into<Origin<'a>>,
        number: u16,
        header: &'a Header<Field>,
        builder: &'a mut Builder,
    ) -> Self {
        let others = header.slots.iter().filter(|slot| !Identity::FIELDS.contains(&slot.column));
        let (numbers, others): (Vec<_>, Vec<_>) = others.partition(|slot| slot.column.is_numeric());
        let is_count = |slot: &Slot<Field>| slot.column.kind() == FieldKind::Count && slot.power == 0;
        let (counts, amounts) = numbers.into_iter().copied().partition(is_count);
        SchoolRows {
            origin: origin.into(),
            year: 0,
            number,
            header,
            identity: Identity::of(header),
            counts,
            amounts,
            odd: Vec::new(),
            others: others.into_iter().map(|slot| (slot, slot.column.kind())).collect(),
            builder,
            school: SchoolRow::blank(number, 0),
            added: None,
            schools: Vec::new(),
            any: false,
            unnamed: None,
        }
    }

    fn read(&mut self, row: &impl Cells) {
        let Some(code_is_plain) = self.begin(row) else { return };
        let (known, name) = self.read_identity(row, code_is_plain);
        if row.fits(self.header.width) {
            self.read_numbers(row);
            self.read_others(row);
        } else {
            let finding =
                row_length(row, self.header.width).place(place(self.origin, Some(row.number()), None));
            self.builder.note(self.about_school(finding));
        }
        // A row of an unknown kind is refused, and with it the whole table.
        if known {
            self.builder.end(self.school, name);
        } else {
            self.builder.give_up();
        }
    }

    /// Begins the school of a row: whether its code is plain; `None` where the row is no school.
    fn begin(&mut self, row: &impl Cells) -> Option<bool> {
        row.first_filled()?;
        self.school = SchoolRow::blank(self.number, row.number());
        self.school.year = self.year;
        let code = self.identity.school_code.map_or("", |slot| row.cell(slot.index));
        let is_plain = cell::is_plain_code(code);
        if let Some((index, text)) = if is_plain { None } else { self.total_or_remark(row) } {
            let at = place(self.origin, Some(row.number()), Some(index));
            self.builder.note(Finding::new(Code::RowSkipped).value(text).place(at));
            return None;
        }
        self.any = true;
        if self.unnamed.is_none() {
            let filled = |index: &&usize| !trim(row.cell(**index)).is_empty();
            self.unnamed = self.header.unnamed.iter().find(filled).copied();
        }
        Some(is_plain)
    }

    /// The cell that says that a row is no school: one without a code whose first cell or name is such a word.
    fn total_or_remark<'r>(&self, row: &'r impl Cells) -> Option<(usize, &'r str)> {
        let cell = |slot: Option<&Slot<Field>>| slot.map(|slot| (slot.index, trim(row.cell(slot.index))));
        let code = cell(self.identity.school_code);
        let is_code = |text: &str| {
            !text.is_empty() && !cell::is_missing_mark(&cell::code(text)) && !is_total_or_remark(text)
        };
        if code.is_some_and(|(_, text)| is_code(text)) {
            return None;
        }
        let cells = [row.first_filled(), code, cell(self.identity.name)];
        cells.into_iter().flatten().find(|(_, text)| is_total_or_remark(text))
    }

    /// Reads what says which school it is, whose code may be plain: whether its kind is known, and its name.
    fn read_identity<'r>(&mut self, row: &'r impl Cells, code_is_plain: bool) -> (bool, &'r str) {
        let mut doubts: Vec<(Code, &Slot<Field>)> = Vec::new();
        self.builder.begin("");
        if let Some(slot) = self.identity.year {
            match cell::year(row.cell(slot.index)) {
                Some(Seen::Value(year)) => self.school.year = year,
                Some(Seen::Blank) => {}
                Some(Seen::Mark) => doubts.push((Code::MissingMark, slot)),
                None => doubts.push((Code::BadYear, slot)),
            }
        }
        if let Some(slot) = self.identity.county_code {
            let code = cell::code(row.cell(slot.index));
            if is_county_code(&code) {
                self.school.county_code = self.builder.text(&code);
            } else {
                doubts.push((Code::MalformedCountyCode, slot));
            }
        }
        if let Some(slot) = self.identity.school_code {
            let typed = row.cell(slot.index);
            if code_is_plain {
                self.builder.begin(typed);
            } else {
                let code = cell::code(typed);
                if code.is_empty() || cell::is_missing_mark(&code) {
                    doubts.push((Code::BlankSchoolCode, slot));
                } else if cell::is_number_of_code(&code) {
                    doubts.push((Code::SchoolCodeIsNumber, slot));
                } else {
                    self.builder.begin(&code);
                }
            }
        }
        let mut known = false;
        if let Some(slot) = self.identity.kind {
            match cell::category(row.cell(slot.index), SchoolKind::from_text) {
                Some(Seen::Value(kind)) => (self.school.kind, known) = (kind, true),
                _ => doubts.push((Code::UnknownKind, slot)),
            }
        }
        if let Some(slot) = self.identity.county {
            let text = bare(row.cell(slot.index));
            if cell::is_missing_mark(text) {
                doubts.push((Code::MissingMark, slot));
            } else {
                self.school.region.county_name = self.builder.text(text);
            }
        }
        let mut name = "";
        if let Some(slot) = self.identity.name {
            let text = bare(row.cell(slot.index));
            if cell::is_missing_mark(text) {
                doubts.push((Code::MissingMark, slot));
            } else {
                name = text;
            }
        }
        for (code, slot) in doubts {
            let finding = self.finding(code, slot, row.cell(slot.index));
            if code == Code::UnknownKind {
                let all =
                    |name: fn(SchoolKind) -> &'static str| SchoolKind::ALL.iter().map(move |k| name(*k));
                self.builder
                    .refuse(finding.arg("expected", either(all(SchoolKind::zh), all(SchoolKind::id))));
            } else {
                self.builder.note(finding);
            }
        }
        (known, name)
    }

    /// Reads the cells of all columns of numbers: those that are plain at once, the others behind them.
    #[inline]
    fn read_numbers(&mut self, row: &impl Cells) {
        let SchoolRows { builder, counts, amounts, odd, .. } = self;
        let mut line = builder.line();
        let mut set = |slot: &Slot<Field>, number: Option<i64>| match number {
            Some(number) => line.set(slot.column, number),
            // Most tables leave many columns blank.
            None if row.cell(slot.index).is_empty() => {}
            None => odd.push(*slot),
        };
        for slot in counts.iter() {
            set(slot, row.plain_count(slot.index));
        }
        for slot in amounts.iter() {
            let hundredths = row.plain_hundredths(slot.index, slot.power);
            set(slot, hundredths.and_then(|hundredths| in_sheet(slot.column, hundredths)));
        }
        if !self.odd.is_empty() {
            let mut odd = std::mem::take(&mut self.odd);
            odd.drain(..).for_each(|slot| self.read_odd_number(&slot, row.cell(slot.index)));
            self.odd = odd;
        }
    }

    fn read_odd_number(&mut self, slot: &Slot<Field>, typed: &str) {
        if let Some(value) = self.odd_number(slot, typed) {
            self.builder.set(slot.column, value);
        }
    }

    /// The number of a cell that is not plain.
    fn odd_number(&mut self, slot: &Slot<Field>, typed: &str) -> Option<Decimal> {
        let value = cell::number(typed, slot.column.unit(), slot.power);
        let value = self.figure(slot, typed, value)?;
        self.is_sound(slot, typed, &[value]).then_some(value)
    }

    fn read_others(&mut self, row: &impl Cells) {
        let others = std::mem::take(&mut self.others);
        others.iter().for_each(|(slot, kind)| self.read_cell(slot, *kind, row));
        self.others = others;
    }

    /// Reads a cell that is neither a number nor of the identity.
    fn read_cell(&mut self, slot: &Slot<Field>, kind: FieldKind, row: &impl Cells) {
        let field = slot.column;
        if kind == FieldKind::Text {
            return self.read_text(slot, row);
        }
        let typed = row.cell(slot.index);
        if typed.is_empty() {
            return;
        }
        match kind {
            FieldKind::Count | FieldKind::Amount => {}
            FieldKind::List => {
                let list = cell::list(typed, field.unit(), slot.power);
                if let Some(list) = self.figure(slot, typed, list)
                    && self.is_sound(slot, typed, &list)
                {
                    self.builder.set_list(self.added, field, list);
                }
            }
            FieldKind::Boolean => {
                let value = self.choice(slot, typed, cell::boolean(typed), || {
                    either(["是", "否"].into_iter(), ["yes (是)", "no (否)"].into_iter())
                });
                match field {
                    Field::Boarding => self.school.boarding = value,
                    Field::DenseCityCentre => self.school.dense_city_centre = value,
                    _ => {}
                }
            }
            FieldKind::Category => match field {
                Field::Ownership => {
                    let seen = cell::category(typed, Sponsor::from_text);
                    let all = |name: fn(Sponsor) -> &'static str| Sponsor::ALL.iter().map(move |s| name(*s));
                    self.school.sponsor =
                        self.choice(slot, typed, seen, || either(all(Sponsor::zh), all(Sponsor::id)));
                }
                Field::UrbanRural => {
                    let seen = cell::category(typed, Area::from_text);
                    let all = |name: fn(Area) -> &'static str| Area::ALL.iter().map(move |a| name(*a));
                    self.school.area =
                        self.choice(slot, typed, seen, || either(all(Area::zh), all(Area::id)));
                }
                _ => {}
            },
            FieldKind::Year => {
                if field == Field::FoundedYear {
                    match cell::year(typed) {
                        Some(Seen::Value(year)) => self.school.founded = year,
                        Some(Seen::Blank) => {}
                        Some(Seen::Mark) => self.note(Code::MissingMark, slot, typed),
                        None => self.note(Code::BadYear, slot, typed),
                    }
                }
            }
            FieldKind::Text => {}
        }
    }

    fn read_text(&mut self, slot: &Slot<Field>, row: &impl Cells) {
        let place: fn(&mut SchoolRow) -> &mut u32 = match slot.column {
            Field::Province => |school| &mut school.region.province,
            Field::City => |school| &mut school.region.city,
            Field::Township => |school| &mut school.township,
            Field::Group => |school| &mut school.region.group,
            _ => return,
        };
        let typed = row.cell(slot.index);
        let text = bare(typed);
        if cell::is_missing_mark(text) {
            self.note(Code::MissingMark, slot, typed);
        } else {
            *place(&mut self.school) = self.builder.text(text);
        }
    }

    /// The value of a cell that should hold numbers, or a finding.
    fn figure<T>(
        &mut self,
        slot: &Slot<Field>,
        typed: &str,
        seen: Result<Seen<T>, NumberError>,
    ) -> Option<T> {
        match seen {
            Ok(Seen::Value(value)) => return Some(value),
            Ok(Seen::Blank) => {}
            Ok(Seen::Mark) => self.note(Code::MissingMark, slot, typed),
            Err(error) => {
                let finding = self.finding(error.code(), slot, typed);
                self.builder.note(refused_number(finding, &error, slot.column.unit()));
            }
        }
        None
    }

    /// Whether numbers are zero or more, and whole where things are counted.
    fn is_sound(&mut self, slot: &Slot<Field>, typed: &str, values: &[Decimal]) -> bool {
        let code = if values.iter().any(|v| v.is_negative()) {
            Code::Negative
        } else if slot.column.kind() == FieldKind::Count && values.iter().any(|v| !v.is_whole()) {
            Code::NotWhole
        } else {
            return true;
        };
        self.note(code, slot, typed);
        false
    }

    /// The value of a cell that should hold one of a closed list, or a finding.
    fn choice<T>(
        &mut self,
        slot: &Slot<Field>,
        typed: &str,
        seen: Option<Seen<T>>,
        expected: impl Fn() -> Arg,
    ) -> Option<T> {
        match seen {
            Some(Seen::Value(value)) => return Some(value),
            Some(Seen::Blank) => {}
            Some(Seen::Mark) => self.note(Code::MissingMark, slot, typed),
            None => {
                let finding = self.finding(Code::UnknownCategory, slot, typed);
                self.builder.note(finding.arg("expected", expected()));
            }
        }
        None
    }

    fn note(&mut self, code: Code, slot: &Slot<Field>, typed: &str) {
        let finding = self.finding(code, slot, typed);
        self.builder.note(finding);
    }

    fn finding(&self, code: Code, slot: &Slot<Field>, typed: &str) -> Finding {
        let at = place(self.origin, Some(self.school.line), Some(slot.index));
        self.about_school(Finding::new(code).column(slot.column).value(trim(typed)).place(at))
    }

    fn about_school(&self, finding: Finding) -> Finding {
        let year = (self.school.year != 0).then_some(self.school.year);
        let code = self.added.map_or_else(|| self.builder.code(), |place| self.builder.code_of(place));
        finding.county(self.builder.text_of(self.school.county_code), year).school(code)
    }
}

/// What a sheet holds for an amount; `None` of a fraction where something is counted.
fn in_sheet(column: Field, hundredths: i64) -> Option<i64> {
    match column.kind() {
        FieldKind::Count => (hundredths % 100 == 0).then_some(hundredths / 100),
        _ => Some(hundredths),
    }
}

/// A choice of names, in both languages.
fn either<'a>(zh: impl Iterator<Item = &'a str>, en: impl Iterator<Item = &'a str>) -> Arg {
    Arg::names(zh.collect::<Vec<_>>().join("、"), en.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::with_failures_of;
    use crate::lang::Lang;
    use encoding_rs::{GB18030, UTF_8};
    use proptest::prelude::*;

    fn reading(threads: usize) -> Reading {
        let reader = SchoolReader { encoding: None, threads: NonZeroUsize::new(threads) };
        Reading { worth_a_thread: 0, ..Reading::new(&reader) }
    }

    fn seen(text: &[u8], mut reading: Reading) -> Vec<String> {
        reading.add("t.csv", text);
        seen_of(reading)
    }

    /// All that can be seen of a reading: the schools with their places and all that they hold, and every finding with its
    /// place.
    pub(super) fn seen_of(reading: Reading) -> Vec<String> {
        let of_school = |school: crate::model::SchoolRow<'_>| {
            let fields = Field::ALL.iter().map(|field| {
                let held = (school.value(*field), school.text(*field), school.list(*field));
                format!("{held:?}")
            });
            let fields = fields.collect::<Vec<_>>();
            let rest = (school.year(), school.kind(), school.sponsor(), school.area(), school.boarding());
            let pupils = Stage::ALL.map(|stage| school.students(stage));
            let place = (school.place(None), school.name());
            format!("{place:?} {rest:?} {:?} {pupils:?} {fields:?}", school.founded())
        };
        match reading.finish() {
            Err(error) => vec![error.to_string()],
            Ok(data) => {
                let schools = data.counties().flat_map(|county| county.schools());
                let findings = data.findings().iter().map(|finding| finding.describe(Lang::En));
                schools.map(of_school).chain(findings).collect()
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..with_failures_of("tests/regressions/schools.txt") })]

        /// Names with line breaks, quotation marks open and closed, cells too many: wherever the text is cut.
        #[test]
        fn any_number_of_threads_reads_the_same(
            rows in prop::collection::vec(
                prop::sample::select(vec![
                    "210102,#,小学,一小,12", "210102,#,小学,\"二\n小\",x", "210102,#,小学,\"三\r\n\n\"\"小\",1",
                    "", "210102,#,小学,四\"小,7,,", "210102,#,小学,五小,-1,9", "合计,,,,", "210102,#,小学,\"六", "\n\n",
                ]),
                0..12,
            ),
        ) {
            let mut text = "county_code,school_code,kind,school_name,books,students_primary\n".to_owned();
            for (code, row) in rows.iter().enumerate() {
                text += &row.replace('#', &code.to_string());
                text += "\n";
            }
            let one = seen(text.as_bytes(), reading(1));
            for threads in [2, 3, 8] {
                prop_assert_eq!(&seen(text.as_bytes(), reading(threads)), &one);
            }
        }

        /// Blocks of any length, pieces cut anywhere: either the whole text is read instead, or it comes to the same.
        #[test]
        fn blocks_read_the_same_as_the_whole_text(
            rows in prop::collection::vec(
                prop::sample::select(vec![
                    "210102,#,小学,一小,12", "210102,#,小学,一小,12", "210102,#,小学,\"二\n小\",x", "210102,#,小学,\"三\r\n\n\"\"小\",1",
                    "", "210102,#,小学,四\"小,7,,", "210102,#,小学部,五小,-1,9", "合计,,,,", "\n\n", "210102,#,小学,\"六", "七\0", "\u{FFFD}",
                ]),
                1..14,
            ),
            likely in any::<bool>(),
            bom in any::<bool>(),
            (gbk, named) in any::<(bool, bool)>(),
            damage in prop::option::weighted(0.1, any::<prop::sample::Index>()),
            block in 8..200usize,
            share in 20..2000usize,
        ) {
            let mut text = if bom && !gbk { "\u{feff}" } else { "" }.to_owned();
            text += "county_code,school_code,kind,school_name,books,students_primary,,电话\n";
            for code in 0..15 {
                text += &format!("210102,9{code},小学,校,12,1,,\n");
            }
            let encoded = |text: &str| if gbk { GB18030.encode(text).0.into_owned() } else { text.into() };
            let head = encoded(&text).len() + 1;
            // Few texts of many odd rows can be read in blocks.
            for (code, row) in rows.iter().enumerate().filter(|(_, row)| !likely || row.len() < 40) {
                text += &row.replace('#', &code.to_string());
                text += ",,1\r\n";
            }
            let mut bytes = encoded(&text);
            if let Some(place) = damage {
                // No character of either encoding has such a byte.
                bytes.insert(place.index(bytes.len() + 1), 0xFF);
            }
            let encoding = named.then_some(if gbk { GB18030 } else { UTF_8 });
            let one = seen(&bytes, Reading { encoding, ..reading(1) });
            for threads in [1, 2, 3, 8, usize::MAX] {
                let mut reading = Reading { encoding, head, block, share, ..reading(threads) };
                if reading.add_blocks("t.csv", &&*bytes).is_some() {
                    prop_assert!(damage.is_none());
                    prop_assert_eq!(&seen_of(reading), &one);
                } else {
                    let odd = ["\"", "\0", "\u{FFFD}", "\n\n"];
                    let is_odd = damage.is_some() || odd.iter().any(|odd| text.contains(odd));
                    prop_assert!(is_odd || bytes.len() == head - 1, "{}", text);
                }
            }
        }
    }
}
