//! Tables for spreadsheets that know no UTF-8.

use std::io;

use encoding_rs::GB18030;

/// Writes in GB18030 what is written to it in UTF-8 (国标编码), without a byte order mark.
///
/// GB18030 has all of Unicode but one sign for private use (U+E5E5), which is refused; nothing is ever replaced. Eighteen
/// others for private use, by which older editions of GB18030 wrote characters, become those characters.
///
/// # Examples
/// ```
/// use junheng::report::{Gb18030, write_table};
///
/// let mut bytes = Vec::new();
/// let mut out = Gb18030::new(&mut bytes);
/// write_table(&["学校"], [["㐂小"]], &mut out)?;
/// out.finish()?;
/// assert_eq!(bytes, b"\xD1\xA7\xD0\xA3\r\n\x81\x39\xEF\x31\xD0\xA1\r\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "国标编码")]
#[derive(Debug)]
pub struct Gb18030<W: io::Write> {
    out: W,
    /// The bytes of a character of which not all were written yet.
    cut: Vec<u8>,
    begun: bool,
}

impl<W: io::Write> Gb18030<W> {
    /// Begins a text.
    pub fn new(out: W) -> Self {
        Gb18030 { out, cut: Vec::new(), begun: false }
    }

    /// Ends the text and gives back what it was written to.
    ///
    /// # Errors
    /// A character of which a part is lacking; those of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        if !self.cut.is_empty() {
            return Err(not_text());
        }
        self.out.flush()?;
        Ok(self.out)
    }

    fn encode(&mut self, text: &str) -> io::Result<()> {
        let text = if self.begun { text } else { text.strip_prefix('\u{feff}').unwrap_or(text) };
        self.begun = true;
        let (bytes, _, lossy) = GB18030.encode(text);
        if lossy {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "U+E5E5 cannot be written in GB18030"));
        }
        self.out.write_all(&bytes)
    }
}

fn not_text() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "what is written is not UTF-8")
}

impl<W: io::Write> io::Write for Gb18030<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A character may come in two writes.
        let mut whole = std::mem::take(&mut self.cut);
        whole.extend_from_slice(bytes);
        let end = match std::str::from_utf8(&whole) {
            Ok(_) => whole.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return Err(not_text()),
        };
        let (text, cut) = whole.split_at(end);
        self.cut = cut.to_vec();
        if !text.is_empty() {
            self.encode(std::str::from_utf8(text).map_err(|_| not_text())?)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn encoded(text: &str, piece: usize) -> io::Result<Vec<u8>> {
        let mut out = Gb18030::new(Vec::new());
        text.as_bytes().chunks(piece).try_for_each(|piece| out.write_all(piece))?;
        out.finish()
    }

    #[test]
    fn every_character_but_one_comes_back_in_whatever_pieces_it_was_written() {
        let all: String = ('\u{0}'..=char::MAX).filter(|c| !matches!(c, '\u{E5E5}' | '\u{FEFF}')).collect();
        let whole = encoded(&all, usize::MAX).expect("all can be written");
        let back = GB18030.decode_without_bom_handling(&whole).0;
        // What older editions kept in the private area comes back as the character that it is today.
        let moved: Vec<_> = all.chars().zip(back.chars()).filter(|(before, now)| before != now).collect();
        let private = moved
            .iter()
            .filter(|(before, now)| ('\u{E78D}'..='\u{E864}').contains(before) && *now >= '\u{9FB4}');
        assert_eq!((moved.len(), private.count(), back.chars().count()), (18, 18, all.chars().count()));
        for piece in [1, 7, 4096] {
            assert!(encoded(&all, piece).expect("all can be written") == whole, "{piece}");
        }
        let refused = encoded("一\u{E5E5}", 3).expect_err("no such character");
        assert_eq!(refused.to_string(), "U+E5E5 cannot be written in GB18030");
    }

    #[test]
    fn the_mark_of_utf_8_is_left_out_and_what_is_no_text_is_refused() {
        assert_eq!(encoded("\u{feff}a\u{feff}b", 2).expect("text").first(), Some(&b'a'));
        assert_eq!(encoded("", 1).expect("text"), b"");
        assert!(Gb18030::new(Vec::new()).write(b"\xff").is_err());
        let mut out = Gb18030::new(Vec::new());
        out.write_all(b"\xe5\xad").expect("the rest may come");
        assert!(out.finish().is_err());
    }
}
