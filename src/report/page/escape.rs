//! Texts of others in a page: names and notes are data, never markup.

use std::fmt::{self, Write};

/// A text in which nothing is markup, in an element or in a quoted attribute.
///
/// Control characters, and those that turn the direction of the text around them, show as replacement characters:
/// a name cannot hide what follows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(is_special) {
            let (plain, from) = rest.split_at(at);
            f.write_str(plain)?;
            let mut chars = from.chars();
            match chars.next() {
                Some('&') => f.write_str("&amp;")?,
                Some('<') => f.write_str("&lt;")?,
                Some('>') => f.write_str("&gt;")?,
                Some('"') => f.write_str("&quot;")?,
                Some('\'') => f.write_str("&#39;")?,
                Some('\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}') => f.write_char(' ')?,
                _ => f.write_char(char::REPLACEMENT_CHARACTER)?,
            }
            rest = chars.as_str();
        }
        f.write_str(rest)
    }
}

fn is_special(c: char) -> bool {
    match c {
        '&' | '<' | '>' | '"' | '\'' => true,
        '\u{200e}' | '\u{200f}' | '\u{061c}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        // No character of a page at all, in HTML's own words.
        '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_name_is_markup() {
        let told = |text: &str| Text(text).to_string();
        assert_eq!(told("第一小学"), "第一小学");
        assert_eq!(
            told("</script><b a='1' b=\"2\">&"),
            "&lt;/script&gt;&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;"
        );
        assert_eq!(told("a\u{0}b\u{1b}c\u{85}d"), "a\u{fffd}b\u{fffd}c\u{fffd}d");
        assert_eq!(told("a\r\nb\tc\u{2028}d"), "a  b c d");
        assert_eq!(told("a\u{202e}b\u{2066}c\u{200f}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
        assert_eq!(told(""), "");
    }
}
