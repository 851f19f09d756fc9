//! Findings for people at a terminal, with their places.

use junheng::{Finding, Lang};

use crate::terminal::plain;

/// More findings than this are counted, not listed, on standard error.
const LISTED: usize = 200;

/// One line a finding, up to a limit that is stated.
pub(crate) fn listed<'a>(findings: impl Iterator<Item = &'a Finding>, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = 0;
    for finding in findings {
        if lines.len() < LISTED {
            lines.push(plain(&finding.describe(lang)).into_owned());
        } else {
            rest += 1;
        }
    }
    if rest > 0 {
        lines.push(lang.pick(
            format!("……另有 {rest} 条（只列出前 {LISTED} 条；junheng check 列出全部）"),
            format!("… and {rest} more (the first {LISTED} are listed; junheng check lists all)"),
        ));
    }
    lines
}
