//! Texts held against files, for the tests that print.

use std::fs;
use std::path::Path;

/// Holds a text against its file in `tests/snapshots`; `JUNHENG_RENEW=1` writes the file anew.
pub fn snapshot(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    if std::env::var_os("JUNHENG_RENEW").is_some() {
        fs::write(&path, text).expect("a snapshot written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if let Some((at, (new, old))) = text.lines().zip(kept.lines()).enumerate().find(|(_, (a, b))| a != b) {
        panic!("{name} line {}:\n  now    {new}\n  before {old}\nJUNHENG_RENEW=1 renews snapshots", at + 1);
    }
    assert!(text == kept, "{name}: another length or another end of lines; JUNHENG_RENEW=1 renews snapshots");
}
