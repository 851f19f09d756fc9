//! From bytes to text: which encoding a table is in, and what is no text at all.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, GBK, UTF_8};

use super::Refusable;
use super::blocks;
use super::cell::is_blank;
use super::table::{Fit, TextRows, place};
use crate::finding::{Arg, Code, Finding, Place};

/// A text, and the encoding where it was guessed.
#[derive(Debug)]
pub(crate) struct Decoded<'b> {
    pub(crate) text: Cow<'b, str>,
    pub(crate) guessed: Option<&'static str>,
}

/// How well a text's header is understood, which decides between two readings of the same bytes.
pub(crate) type Judge<'a> = &'a dyn Fn(&str) -> Fit;

/// Reads bytes as text: by their byte order mark, as strict UTF-8, else as GB18030 or Big5; `forced` overrides.
///
/// # Errors
/// The finding that refuses the file: it is empty, a workbook, binary, or damaged.
pub(crate) fn decode<'b>(
    file: &str,
    bytes: &'b [u8],
    forced: Option<&'static Encoding>,
    judge: Judge,
) -> Refusable<Decoded<'b>> {
    if let Some(format) = workbook(bytes) {
        let finding = Finding::new(Code::WorkbookNotText).arg("format", format);
        return Err(finding.place(place(file, None, None)).into());
    }
    // PDF is no text but in its first line.
    let first = bytes.get(..bytes.len().min(5)).unwrap_or_default();
    if let Some((zh, en)) = str::from_utf8(first).ok().and_then(markup) {
        return Err(not_a_table(file, zh, en));
    }
    let decoded = match (forced, Encoding::for_bom(bytes)) {
        (Some(encoding), mark) => {
            let skip = mark.filter(|(marked, _)| *marked == encoding).map_or(0, |(_, length)| length);
            known(file, bytes, skip, encoding)
        }
        (None, Some((encoding, length))) => known(file, bytes, length, encoding),
        (None, None) => guess(file, bytes, judge),
    }?;
    if decoded.text.chars().all(is_blank) {
        return Err(Finding::new(Code::EmptyFile).place(place(file, None, None)).into());
    }
    let text = decoded.text.as_ref();
    if let Some((zh, en)) = markup(text) {
        return Err(not_a_table(file, zh, en));
    }
    if let Some((before, _)) = text.split_once('\0') {
        return Err(unreadable(file, Some(before), NUL));
    }
    // A replacement character is a character that an earlier program could not read.
    if let Some((before, _)) = text.split_once(char::REPLACEMENT_CHARACTER) {
        let reason = ("有已经损坏的字符（U+FFFD）", "a character that was damaged before (U+FFFD)");
        return Err(unreadable(file, Some(before), reason));
    }
    Ok(decoded)
}

/// The head of a large text, by which the rest is read.
#[derive(Debug)]
pub(crate) struct Head<'b> {
    pub(crate) text: Cow<'b, str>,
    /// UTF-8 or GB18030: in both, a byte that ends a line or a cell or marks a quotation does so wherever it stands.
    pub(crate) encoding: &'static Encoding,
    /// Its name where it was guessed.
    pub(crate) guessed: Option<&'static str>,
    /// Bytes of the file that it is read from, with those of a mark.
    bytes: &'b [u8],
}

impl Head<'_> {
    /// How many bytes of the file it is read from.
    pub(crate) fn length(&self) -> usize {
        self.bytes.len()
    }

    /// How many bytes of the file stand before the last so many of the text; `None` where that is not known.
    pub(crate) fn bytes_before(&self, left: usize) -> Option<usize> {
        if self.encoding == UTF_8 {
            return self.bytes.len().checked_sub(left);
        }
        // Behind as many line ends.
        let before = self.text.len().checked_sub(left).and_then(|end| self.text.get(..end))?;
        let lines = before.ends_with('\n').then(|| before.matches('\n').count())?;
        memchr::memchr_iter(b'\n', self.bytes).nth(lines.checked_sub(1)?).map(|at| at + 1)
    }
}

/// The head of a file that [`decode`] reads by the same encoding whatever follows, if it can be read so at all. The head
/// must hold all rows that a header is searched in.
pub(crate) fn head<'b>(bytes: &'b [u8], forced: Option<&'static Encoding>, judge: Judge) -> Option<Head<'b>> {
    if workbook(bytes).is_some() {
        return None;
    }
    let marked = Encoding::for_bom(bytes);
    let bytes = bytes.get(..memchr::memrchr(b'\n', bytes)? + 1)?;
    let utf8 = |skip| {
        let text = blocks::plain(bytes.get(skip..)?)?.into();
        Some(Head { text, encoding: UTF_8, guessed: None, bytes })
    };
    let gb18030 = |guessed| {
        let text = strict(GB18030, bytes).ok().filter(|text| blocks::plain(text.as_bytes()).is_some())?;
        Some(Head { text, encoding: GB18030, guessed, bytes })
    };
    let head = match (forced, marked) {
        (_, Some((encoding, length))) => {
            let is_utf8 = encoding == UTF_8 && forced.is_none_or(|forced| forced == UTF_8);
            is_utf8.then(|| utf8(length))?
        }
        (Some(forced), None) if forced == UTF_8 => utf8(0),
        (Some(forced), None) if forced == GB18030 || forced == GBK => gb18030(None),
        (Some(_), None) => None,
        // The same as `guess`, but for all that it takes a second look at.
        (None, None) => match utf8(0) {
            // Bytes beyond ASCII may be GBK that happens to be UTF-8: not where one of them is Chinese so, and not where
            // the header is ASCII, which is the same in both.
            Some(head) => Some(head).filter(|head| head.text.is_ascii() || head.text.chars().any(is_cjk)),
            None => {
                let prefix = strict(UTF_8, bytes).err()?;
                let is_damaged = prefix.chars().any(is_cjk) && judge(&prefix).known > 0;
                let of_gb18030 = || gb18030(Some(label(GB18030))).filter(|head| judge(&head.text).complete);
                if is_damaged { None } else { of_gb18030() }
            }
        },
    };
    head.filter(|head| markup(&head.text).is_none())
}

const NUL: (&str, &str) = (
    "有 NUL 字节，是二进制文件或没有 BOM 的 UTF-16",
    "it holds NUL bytes, as binary files and UTF-16 without a byte order mark do",
);

/// Whether bytes begin as workbooks do, whatever the name of their file.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    workbook(bytes).is_some()
}

/// The kind of markup that a text is: what web systems write and call a workbook.
fn markup(text: &str) -> Option<(&'static str, &'static str)> {
    let head: String = text.chars().skip_while(|c| is_blank(*c)).take(2000).collect();
    let head = head.to_ascii_lowercase();
    let begins = |tags: &[&str]| tags.iter().any(|tag| head.starts_with(tag));
    let is_page = begins(&["<!doctype html", "<html", "<head", "<meta", "<body", "<table", "<style", "<div"]);
    if is_page || (head.starts_with("<?xml") && head.contains("<html")) {
        Some(("网页（HTML）", "a web page (HTML)"))
    } else if begins(&["<?xml", "<workbook", "<uof"]) {
        Some(("XML 文件", "an XML file"))
    } else if begins(&["%pdf-"]) {
        Some(("PDF 文件", "a PDF file"))
    } else if begins(&["{\\rtf"]) {
        Some(("RTF 文档", "an RTF document"))
    } else {
        None
    }
}

/// The kind of workbook that bytes begin as.
fn workbook(bytes: &[u8]) -> Option<&'static str> {
    const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    const OPEN_DOCUMENT: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument";
    if bytes.starts_with(OLE) {
        return Some("XLS/ET");
    }
    // A zip archive; OpenDocument names itself in its first entry, behind 30 bytes.
    bytes.starts_with(b"PK\x03\x04").then(|| match bytes.get(30..) {
        Some(entry) if entry.starts_with(OPEN_DOCUMENT) => "ODS",
        _ => "XLSX",
    })
}

fn known<'b>(
    file: &str,
    bytes: &'b [u8],
    skip: usize,
    encoding: &'static Encoding,
) -> Refusable<Decoded<'b>> {
    let text = strict(encoding, bytes.get(skip..).unwrap_or_default())
        .map_err(|prefix| malformed(file, &prefix, encoding))?;
    Ok(Decoded { text, guessed: None })
}

/// Bytes without a mark.
fn guess<'b>(file: &str, bytes: &'b [u8], judge: Judge) -> Refusable<Decoded<'b>> {
    if bytes.contains(&0) {
        let before = bytes.split(|b| *b == 0).next().unwrap_or_default();
        return Err(unreadable(file, str::from_utf8(before).ok(), NUL));
    }
    match strict(UTF_8, bytes) {
        Ok(text) => {
            // 学校 and 小学 in GBK are valid UTF-8 (ѧУ, Сѧ): where nothing else speaks for UTF-8, the reading
            // whose header is known wins.
            if has_two_byte_letters_only(&text)
                && let Ok(other) = strict(GB18030, bytes)
                && judge(&other) > judge(&text)
            {
                return Ok(Decoded { text: other, guessed: Some(label(GB18030)) });
            }
            Ok(Decoded { text, guessed: None })
        }
        // Chinese before the first bad byte: this is UTF-8, damaged, and must not be read as something else.
        Err(prefix) if prefix.chars().any(is_cjk) && judge(&prefix).known > 0 => {
            Err(malformed(file, &prefix, UTF_8))
        }
        Err(_) => {
            let (text, encoding) =
                chinese(bytes, judge).map_err(|prefix| malformed(file, &prefix, GB18030))?;
            Ok(Decoded { text, guessed: Some(label(encoding)) })
        }
    }
}

/// Reads bytes as GB18030 or Big5: the one whose header is known, else the one that looks likelier.
fn chinese<'b>(bytes: &'b [u8], judge: Judge) -> Result<(Cow<'b, str>, &'static Encoding), Cow<'b, str>> {
    let simplified = strict(GB18030, bytes);
    if simplified.as_ref().is_ok_and(|text| judge(text).complete) {
        return simplified.map(|text| (text, GB18030));
    }
    let Ok(traditional) = strict(BIG5, bytes) else { return simplified.map(|text| (text, GB18030)) };
    let Ok(simplified) = simplified else { return Ok((traditional, BIG5)) };
    let likelier = || {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        detector.guess(Some(b"cn"), Utf8Detection::Deny) == BIG5
    };
    let (a, b) = (judge(&simplified), judge(&traditional));
    if b > a || (b == a && likelier()) { Ok((traditional, BIG5)) } else { Ok((simplified, GB18030)) }
}

fn is_cjk(c: char) -> bool {
    c >= '\u{2E80}'
}

fn has_two_byte_letters_only(text: &str) -> bool {
    !text.is_ascii() && !text.chars().any(is_cjk) && text.chars().any(|c| ('\u{80}'..='\u{7FF}').contains(&c))
}

/// The text, or what there is of it before the first malformed bytes.
fn strict<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> Result<Cow<'b, str>, Cow<'b, str>> {
    // GB18030 holds all that GBK does and reads it the same way.
    let encoding = if encoding == GBK { GB18030 } else { encoding };
    if encoding == UTF_8 {
        return match str::from_utf8(bytes) {
            Ok(text) => Ok(text.into()),
            Err(e) => {
                let valid = bytes.get(..e.valid_up_to()).unwrap_or_default();
                Err(str::from_utf8(valid).unwrap_or_default().into())
            }
        };
    }
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{FEFF}')),
            text if text.starts_with('\u{FEFF}') => text.trim_start_matches('\u{FEFF}').to_owned().into(),
            text => text,
        });
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut prefix = String::with_capacity(room.unwrap_or(bytes.len()));
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut prefix, true);
    debug_assert!(matches!(result, DecoderResult::Malformed(..)));
    Err(prefix.into())
}

/// The name of an encoding as it is usually written.
fn label(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 || encoding == GBK { "GB18030" } else { encoding.name() }
}

fn not_a_table(file: &str, zh: &'static str, en: &'static str) -> Box<Finding> {
    Finding::new(Code::NotATable).arg("format", Arg::names(zh, en)).place(place(file, None, None)).into()
}

fn malformed(file: &str, prefix: &str, encoding: &'static Encoding) -> Box<Finding> {
    let name = label(encoding);
    let (zh, en) = (format!("此处的字节不是 {name}"), format!("the bytes here are no {name}"));
    unreadable(file, Some(prefix), (&zh, &en))
}

fn unreadable(file: &str, prefix: Option<&str>, (zh, en): (&str, &str)) -> Box<Finding> {
    let place = prefix.map_or_else(|| place(file, None, None), |prefix| end_of(file, prefix));
    Finding::new(Code::Unreadable).arg("reason", Arg::names(zh.to_owned(), en.to_owned())).place(place).into()
}

/// The cell in which a text ends. The separator is that which cuts its last row most often: the header may
/// not have been reached yet.
fn end_of(file: &str, prefix: &str) -> Option<Place> {
    // The last cell may be blank so far, and the last row too.
    let text = format!("{prefix}.");
    let last = |separator| {
        let mut end = (1, 0);
        for row in TextRows::new(&text, separator) {
            end = match row {
                Ok(row) => (row.number, row.cells.len().saturating_sub(1)),
                Err(unclosed) => unclosed.cell(),
            };
        }
        end
    };
    let ends = b",\t;".map(last);
    let (row, column) = ends.into_iter().max_by_key(|(row, column)| (*column, *row)).unwrap_or((1, 0));
    place(file, Some(row), Some(column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    /// Knows a header by the word 学校.
    fn judge(text: &str) -> Fit {
        Fit { complete: text.contains("学校"), known: text.matches("学校").count() }
    }

    fn read(bytes: &[u8]) -> Result<(String, Option<&'static str>), String> {
        decode("a.csv", bytes, None, &judge)
            .map(|d| (d.text.into_owned(), d.guessed))
            .map_err(|f| format!("{} {}", f.code(), f.describe(Lang::En)))
    }

    #[test]
    fn gbk_that_happens_to_be_utf8_is_read_by_its_header() {
        // 学校 in GBK is D1 A7 D0 A3, which is valid UTF-8 for ѧУ.
        let bytes = b"\xD1\xA7\xD0\xA3,books\n1,2\n";
        assert_eq!(str::from_utf8(bytes), Ok("ѧУ,books\n1,2\n"));
        assert_eq!(read(bytes), Ok(("学校,books\n1,2\n".to_owned(), Some("GB18030"))));
        // The same letters where nothing speaks for GBK, and an accent, stay as they are.
        assert_eq!(read("café,m²\n".as_bytes()), Ok(("café,m²\n".to_owned(), None)));
    }

    /// The text of a head, its encoding as far as it was guessed, and where its second line begins in the file.
    fn head_of(
        bytes: &[u8],
        forced: Option<&'static Encoding>,
    ) -> Option<(String, Option<&'static str>, usize)> {
        let head = head(bytes, forced, &judge)?;
        let left = head.text.split_once('\n').map_or(0, |(_, behind)| behind.len());
        Some((head.text.to_string(), head.guessed, head.bytes_before(left)?))
    }

    #[test]
    fn a_head_tells_the_encoding_where_nothing_behind_it_could() {
        let gbk = |text: &str| GB18030.encode(text).0.into_owned();
        let (text, length) = ("学校,书籍\n一小,2\n", gbk("学校,书籍\n").len());
        let told = |guessed| Some((text.to_owned(), guessed, length));
        // What stands behind the last line end may be half a character.
        assert_eq!(head_of(&gbk("学校,书籍\n一小,2\n二"), None), told(Some("GB18030")));
        for forced in [GB18030, GBK] {
            assert_eq!(head_of(&gbk(text), Some(forced)), told(None));
        }
        // A mark is no part of the text, and is one of the file.
        let marked = gbk(&format!("\u{feff}{text}"));
        assert_eq!(head_of(&marked, Some(GBK)), Some((text.to_owned(), None, length + 4)));
        let utf8 = "学校,书籍\n".len();
        assert_eq!(head_of(text.as_bytes(), None), Some((text.to_owned(), None, utf8)));
        let marked = format!("\u{feff}{text}");
        for forced in [None, Some(UTF_8)] {
            assert_eq!(head_of(marked.as_bytes(), forced), Some((text.to_owned(), None, utf8 + 3)));
        }
    }

    #[test]
    fn a_head_that_leaves_doubt_is_none() {
        let gbk = |text: &str| GB18030.encode(text).0.into_owned();
        for (bytes, forced) in [
            // Happens to be UTF-8; its header is not known; it may be UTF-8 that is damaged; it is damaged in both.
            (b"\xD1\xA7\xD0\xA3,books\n1,2\n".to_vec(), None),
            (gbk("图书\n二小\n"), None),
            (["学校\n".as_bytes(), b"\xFF\n"].concat(), None),
            ([gbk("学校\n"), b"\xFF\n".to_vec()].concat(), None),
            ([gbk("学校\n"), b"\xFF\n".to_vec()].concat(), Some(GBK)),
            // What no table holds, in what is no UTF-8.
            (gbk("学校\n二小\0\n"), None),
            (gbk("学校\n\u{FFFD}\n"), Some(GB18030)),
            (gbk("<table>学校\n二小\n"), None),
            (b"PK\x03\x04\n".to_vec(), Some(GBK)),
            // Another mark, another encoding, no line.
            ("\u{feff}学校\n".as_bytes().to_vec(), Some(GB18030)),
            (b"\xFE\xFF\n".to_vec(), Some(UTF_8)),
            (BIG5.encode("學校\n").0.into_owned(), Some(BIG5)),
            (gbk("学校"), None),
        ] {
            assert_eq!(head_of(&bytes, forced), None, "{bytes:?} {forced:?}");
        }
        // Behind a line end that is no byte of it, nothing tells how long the header is in the file.
        assert!(head(&gbk("学校\r二小\n"), None, &judge).is_some_and(|head| head.bytes_before(7).is_none()));
    }

    #[test]
    fn marks_are_obeyed_and_taken_off() {
        let utf16 = |big: bool| -> Vec<u8> {
            let units = "\u{feff}学校,1\n".encode_utf16();
            units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        for bytes in [utf16(false), utf16(true), "\u{feff}学校,1\n".as_bytes().to_vec()] {
            assert_eq!(read(&bytes), Ok(("学校,1\n".to_owned(), None)));
        }
    }

    #[test]
    fn big5_is_told_from_gb18030_by_the_header() {
        let (bytes, ..) = BIG5.encode("學校標識碼,學校類別\n");
        let judge = |text: &str| Fit { complete: false, known: text.matches("學校").count() };
        let decoded = decode("a.csv", &bytes, None, &judge).expect("text");
        assert_eq!((decoded.text.as_ref(), decoded.guessed), ("學校標識碼,學校類別\n", Some("Big5")));
    }

    #[test]
    fn workbooks_and_markup_are_no_text() {
        let told = |bytes: &[u8]| read(bytes).expect_err("no text");
        assert_eq!(
            told(b"PK\x03\x04 and so on"),
            "workbook_not_text a.csv: this is a workbook (XLSX), not a text table; save it as \"CSV UTF-8\" first (error)"
        );
        let html = told("\u{feff} <TABLE><tr><td>学校</td></tr></TABLE>".as_bytes());
        assert!(html.starts_with("not_a_table a.csv: this is a web page (HTML), neither"), "{html}");
        assert!(told(b"%PDF-1.7\n%\xE2\xE3\0").starts_with("not_a_table a.csv: this is a PDF file"));
        assert!(told(b"<?xml version=\"1.0\"?>").starts_with("not_a_table a.csv: this is an XML file"));
    }

    #[test]
    fn damage_is_told_with_its_cell() {
        let mut bytes = "学校,books\n一小,2\n二小,".as_bytes().to_vec();
        bytes.push(0xE4);
        let message = read(&bytes).expect_err("damaged");
        assert!(
            message.starts_with(
                "unreadable a.csv row 3 column B: not readable as text: the bytes here are no UTF-8;"
            ),
            "{message}"
        );
        let (gbk, ..) = GB18030.encode("学校名称,x\n一小,2\n");
        let message = read(&[&gbk, &b"\xFF\xFF"[..]].concat()).expect_err("damaged");
        assert!(
            message.starts_with(
                "unreadable a.csv row 3 column A: not readable as text: the bytes here are no GB18030;"
            ),
            "{message}"
        );
        let message = read("学校\n1,\u{FFFD}\n".as_bytes()).expect_err("damaged");
        assert!(
            message.starts_with(
                "unreadable a.csv row 2 column B: not readable as text: a character that was damaged"
            ),
            "{message}"
        );
    }

    #[test]
    fn what_is_no_text_is_named() {
        let code = |bytes: &[u8]| read(bytes).expect_err("no text");
        assert!(code(b"PK\x03\x04....").contains("this is a workbook (XLSX)"));
        let ods = [&b"PK\x03\x04"[..], &[0; 26], b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"]
            .concat();
        assert!(code(&ods).contains("this is a workbook (ODS)"));
        assert!(code(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").contains("this is a workbook (XLS/ET)"));
        assert!(
            code(b"a,b\n1,\0")
                .starts_with("unreadable a.csv row 2 column B: not readable as text: it holds NUL")
        );
        for bytes in [&b""[..], b"\xEF\xBB\xBF", b" \r\n\xE3\x80\x80\n"] {
            assert!(code(bytes).starts_with("empty_file a.csv: the file is empty;"));
        }
    }
}
