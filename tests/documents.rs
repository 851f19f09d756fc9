//! The documents say what the code does: every name they must have is there, and every test they refer to exists.

use std::fs;
use std::path::Path;

use junheng::model::Field;
use junheng::{Code, Indicator, Standard};

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Those of the names that a document does not have between backticks.
fn absent<'a>(document: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let text = text(document);
    names.into_iter().filter(|name| !text.contains(&format!("`{name}`"))).collect()
}

#[test]
fn both_guides_list_every_column_with_its_chinese_header() {
    for guide in ["docs/guide.md", "docs/guide.zh.md"] {
        assert_eq!(absent(guide, Field::ALL.iter().map(|f| f.id())), [""; 0], "{guide}");
        let lines = text(guide);
        let row = |field: &Field| {
            let (id, zh) = (format!("| `{}` |", field.id()), format!("| {} |", field.zh()));
            lines.lines().any(|line| line.contains(&id) && line.contains(&zh))
        };
        let without: Vec<_> = Field::ALL.iter().filter(|field| !row(field)).collect();
        assert!(without.is_empty(), "{guide}: no row with both names of {without:?}");
    }
}

#[test]
fn both_guides_say_of_the_same_columns_that_blank_means_none() {
    for (guide, said) in [("docs/guide.md", "blank: none |"), ("docs/guide.zh.md", "空白即没有 |")] {
        let text = text(guide);
        for field in Field::ALL {
            let id = format!("`{}` |", field.id());
            let row = text
                .lines()
                .find(|line| line.starts_with('|') && line.contains(&id))
                .unwrap_or_else(|| panic!("no row of {field}"));
            assert_eq!(row.contains(said), field.blank_means_none(), "{guide}: {row}");
        }
    }
}

#[test]
fn the_guide_lists_every_code_in_the_column_of_its_severity() {
    assert_eq!(absent("docs/guide.md", Code::ALL.iter().map(|c| c.id())), [""; 0]);
    let guide = text("docs/guide.md");
    let table = guide.lines().skip_while(|l| *l != "| about | errors | warnings | notes |").skip(2);
    for row in table.take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').collect();
        assert_eq!(cells.len(), 6, "{row}");
        for (severity, cell) in ["error", "warning", "note"].iter().zip(&cells[2..5]) {
            for id in cell.split_whitespace().map(|word| word.trim_matches('`')) {
                let code = Code::from_id(id).unwrap_or_else(|| panic!("no code is called {id}"));
                assert_eq!(code.severity().id(), *severity, "{id}");
            }
        }
    }
}

#[test]
fn the_method_names_every_indicator_reason_and_clause() {
    let standards = Standard::built_in();
    let reasons = standards.iter().flat_map(|s| s.exclusions()).map(|e| e.reason());
    let clauses = standards.iter().flat_map(|s| s.clauses()).map(|c| c.id());
    let options = standards.iter().flat_map(|s| s.options()).map(|o| o.name());
    let names = Indicator::ALL.iter().map(|i| i.id()).chain(reasons).chain(clauses).chain(options);
    assert_eq!(absent("docs/method.md", names), [""; 0]);
}

#[test]
fn tests_that_the_method_refers_to_exist() {
    let method = text("docs/method.md");
    let mut found = 0;
    for (path, name) in method.split('`').filter_map(|piece| piece.split_once(".rs::")) {
        found += 1;
        let source = text(&format!("{path}.rs"));
        assert!(source.contains(&format!("fn {name}(")), "there is no test {name} in {path}.rs");
    }
    assert!(found > 10, "only {found} references");
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    for (folder, name) in [
        ("", "README.md"),
        ("docs/", "guide.md"),
        ("docs/", "guide.zh.md"),
        ("docs/", "method.md"),
        ("docs/", "design.md"),
        ("docs/", "changelog.md"),
        ("docs/", "measurements.md"),
    ] {
        let document = format!("{folder}{name}");
        let whole = text(&document);
        let inline = whole.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let defined = whole.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "));
        for target in inline.chain(defined.map(|(_, target)| target)) {
            if target.starts_with("https://") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let linked = text(&format!("{folder}{file}"));
            let slug = |heading: &str| heading.trim().to_lowercase().replace(' ', "-");
            let heading = |line: &str| line.starts_with('#') && slug(line.trim_start_matches('#')) == anchor;
            assert!(anchor.is_empty() || linked.lines().any(heading), "{document}: {target}");
        }
    }
}

#[cfg(feature = "cli")]
#[test]
fn the_results_shown_are_those_of_the_county_fixture() {
    for (document, lang) in [("README.md", "zh"), ("docs/guide.md", "en"), ("docs/guide.zh.md", "zh")] {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_junheng"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["assess", "fixtures/county/schools.csv", "--lang", lang])
            .output()
            .expect("the program runs");
        let document = text(document);
        let shown =
            document.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
        let printed = String::from_utf8(run.stdout).expect("UTF-8");
        let lines = shown.lines().count();
        assert_eq!(printed.lines().take(lines).collect::<Vec<_>>(), shown.lines().collect::<Vec<_>>());
    }
}
