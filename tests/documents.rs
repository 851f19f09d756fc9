//! The documents say what the code does: every name they must have is there, and every test they refer to exists.

use std::fs;
use std::path::Path;

use junheng::model::{CountyField, Field, Stage};
use junheng::{Code, Indicator, Item, Part, Standard};

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Those of the names that a document does not have between backticks.
fn absent<'a>(document: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let text = text(document);
    names.into_iter().filter(|name| !text.contains(&format!("`{name}`"))).collect()
}

const GUIDES: [&str; 2] = ["docs/guide.md", "docs/guide.zh.md"];

/// Standards that ship, alone and with each of the overlays.
fn shipped() -> Vec<Standard> {
    let overlaid = |id| Standard::open(&format!("quality-2017+{id}")).expect("a shipped overlay");
    Standard::built_in().iter().cloned().chain(Standard::shipped_overlays().map(overlaid)).collect()
}

/// The row of a table that begins with this name.
fn row(document: &str, name: &str) -> String {
    let begins = format!("| `{name}` |");
    let found = text(document).lines().rfind(|line| line.starts_with(&begins)).map(str::to_owned);
    found.unwrap_or_else(|| panic!("{document} has no row {name}"))
}

#[test]
fn both_guides_list_every_column_with_its_chinese_header() {
    let schools = Field::ALL.iter().map(|f| (f.id(), f.zh()));
    let counties = CountyField::ALL.iter().map(|f| (f.id(), f.zh()));
    for guide in GUIDES {
        let whole = text(guide);
        let listed = |(id, zh): &(&str, &str)| {
            let (id, zh) = (format!("| `{id}` |"), format!("| {zh} |"));
            whole.lines().any(|line| line.contains(&id) && line.contains(&zh))
        };
        let without: Vec<_> =
            schools.clone().chain(counties.clone()).filter(|names| !listed(names)).collect();
        assert!(without.is_empty(), "{guide}: no row with both names of {without:?}");
    }
}

#[test]
fn the_guide_says_of_every_county_column_which_items_look_at_it() {
    let guide = text("docs/guide.md");
    for field in CountyField::ALL.iter().filter(|f| !f.items().is_empty()) {
        let names = format!("| `{}` | {} |", field.id(), field.zh());
        let row = guide.lines().find(|line| line.starts_with(&names)).unwrap_or_else(|| panic!("{field}"));
        let said: Vec<&str> = row.split('|').rev().nth(1).unwrap_or_default().split_whitespace().collect();
        assert_eq!(said.iter().map(|id| id.trim_matches('`')).collect::<Vec<_>>(), field.items(), "{row}");
    }
}

#[test]
fn the_guides_name_every_overlay_part_and_table_of_the_form() {
    for guide in GUIDES {
        assert_eq!(absent(guide, Standard::shipped_overlays()), [""; 0], "{guide}");
        assert_eq!(
            absent(guide, ["I", "II-1", "II-2", "III", "IV", "V", "VI", "school"]),
            [""; 0],
            "{guide}"
        );
    }
    assert_eq!(absent("docs/guide.md", Part::ALL.iter().map(|p| p.id())), [""; 0]);
}

#[test]
fn the_standards_file_of_the_guide_is_valid() {
    let guide = text("docs/guide.md");
    let file = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    let standard = Standard::from_toml("my-city.toml", file).expect("valid");
    let size = standard.item("g04").and_then(|item| item.parameter("max_pupils")).expect("known");
    let most = size.in_force(Stage::Primary, None, "210102").and_then(|v| v.value(Stage::Primary));
    assert_eq!(most.map(|m| m.to_string()).as_deref(), Some("1800"));
    assert!(standard.item("veto_evening_classes").is_some());
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
    let items = standards.iter().flat_map(|s| s.items());
    let procedures = items.clone().map(|i| i.procedure().id());
    let of_items = items.flat_map(|i| i.clauses()).map(|c| c.id());
    let names = Indicator::ALL.iter().map(|i| i.id()).chain(reasons).chain(clauses).chain(options);
    let names = names.chain(procedures).chain(of_items).chain(Standard::shipped_overlays());
    assert_eq!(absent("docs/method.md", names), [""; 0]);
}

/// The numbers an item is judged by, in their newest state.
fn figures(item: &Item) -> Vec<String> {
    let newest = |stage: Stage| {
        let values = item.parameters().iter().filter_map(move |p| p.in_force(stage, None, "210102"));
        values.filter_map(move |v| v.value(stage)).map(|v| v.to_string())
    };
    Stage::COMPULSORY.into_iter().flat_map(newest).collect()
}

#[test]
fn the_method_has_a_row_for_every_item_with_its_figures_its_rule_and_its_cases() {
    for standard in shipped() {
        for item in standard.items() {
            let row = row("docs/method.md", item.id());
            let national = Standard::built_in().iter().find_map(|s| s.item(item.id()));
            for figure in figures(national.unwrap_or(item)) {
                assert!(
                    row.split(|c: char| !c.is_ascii_digit() && c != '.').any(|w| w == figure),
                    "{figure}: {row}"
                );
            }
            let mut tests = row.split('`').filter(|piece| piece.contains(".rs::"));
            match row.split('`').find(|piece| piece.starts_with("fixtures/cases/")) {
                Some(cases) => {
                    assert!(text(cases).contains(&format!("\nitem = \"{}\"\n", item.id())), "{row}")
                }
                None => assert!(tests.next().is_some(), "neither cases nor a test: {row}"),
            }
            let rule =
                row.split('`').find_map(|piece| piece.strip_prefix("assess::items::")).expect("its rule");
            let (file, function) = rule.split_once("::").expect("a function");
            let source = text(&format!("src/assess/items/{file}.rs"));
            assert!(source.contains(&format!("fn {function}(")), "{row}");
        }
    }
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
fn the_design_has_every_module_and_the_measurements_every_bench() {
    let lib = text("src/lib.rs");
    let modules =
        lib.lines().filter_map(|line| line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod "));
    let modules: Vec<&str> = modules.filter_map(|rest| rest.strip_suffix(';')).collect();
    assert!(modules.contains(&"forms") && modules.contains(&"numeric"), "{modules:?}");
    assert_eq!(absent("docs/design.md", modules), [""; 0]);
    let cargo = text("Cargo.toml");
    let benches = cargo.split("[[bench]]\nname = \"").skip(1).filter_map(|rest| rest.split('"').next());
    assert_eq!(absent("docs/measurements.md", benches), [""; 0]);
}

#[test]
fn files_that_the_method_refers_to_exist() {
    let method = text("docs/method.md");
    let folders = ["fixtures/", "src/", "tests/"];
    let named = method.split('`').filter(|piece| folders.iter().any(|f| piece.starts_with(f)));
    for name in named {
        let path = name.split("::").next().unwrap_or(name);
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists(), "{name}");
    }
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
            let linked = if file.is_empty() { whole.clone() } else { text(&format!("{folder}{file}")) };
            let slug = |heading: &str| heading.trim().to_lowercase().replace(' ', "-");
            let heading = |line: &str| line.starts_with('#') && slug(line.trim_start_matches('#')) == anchor;
            assert!(anchor.is_empty() || linked.lines().any(heading), "{document}: {target}");
        }
    }
}

#[cfg(feature = "cli")]
#[test]
fn the_readme_and_both_guides_have_every_command() {
    let help = |line: &[&str]| {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_junheng")).args(line).output();
        let printed = String::from_utf8(run.expect("the program runs").stdout).expect("UTF-8");
        let commands = printed.lines().skip_while(|line| *line != "Commands:").skip(1);
        let named =
            commands.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
        named.filter(|name| *name != "help").map(str::to_owned).collect::<Vec<_>>()
    };
    let commands = help(&["--help", "--lang", "en"]);
    assert!(commands.contains(&"assess".to_owned()), "{commands:?}");
    let of_standard = help(&["standard", "--help", "--lang", "en"]);
    assert!(of_standard.contains(&"diff".to_owned()), "{of_standard:?}");
    for document in ["README.md", GUIDES[0], GUIDES[1]] {
        let whole = text(document);
        for command in &commands {
            assert!(whole.contains(&format!("`junheng {command}")), "{document}: {command}");
        }
        let row = whole.lines().find(|line| line.contains("| `junheng standard")).expect("a row");
        for command in &of_standard {
            assert!(row.contains(command.as_str()), "{document}: standard {command}");
        }
    }
}

#[cfg(feature = "cli")]
#[test]
fn the_keys_of_the_json_are_those_of_the_guide() {
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_junheng"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["assess", "fixtures/county/schools.csv", "--county-data", "fixtures/county/county.csv"])
        .args(["--format", "json", "--missing", "skip", "--as-of", "2021-12-31"])
        .output()
        .expect("the program runs");
    let json: serde_json::Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let mut keys = std::collections::BTreeSet::new();
    collect(&json, &mut keys);
    // Maps whose keys are identifiers.
    let known = |key: &str| {
        Indicator::ALL.iter().any(|i| i.id() == key)
            || Standard::quality_2017().options().iter().any(|o| o.name() == key)
    };
    let guide = text("docs/guide.md");
    let section =
        guide.split("\n## JSON\n").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a section");
    let said = |key: &str| ["", "[]", "{}"].iter().any(|end| section.contains(&format!("{key}{end}`")));
    let absent: Vec<_> = keys.iter().filter(|key| !known(key) && !said(key)).collect();
    assert!(absent.is_empty(), "{absent:?}");
}

#[cfg(feature = "cli")]
fn collect(value: &serde_json::Value, keys: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => map.iter().for_each(|(key, value)| {
            keys.insert(key.clone());
            collect(value, keys);
        }),
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, keys)),
        _ => {}
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

#[cfg(feature = "cli")]
#[test]
fn an_office_gets_from_the_template_to_the_report_by_the_commands_of_the_guides() {
    let walks = [
        ("docs/guide.zh.md", "\n## 从模板到上报\n", "学校数据", "区县数据"),
        ("docs/guide.md", "\n## From the template to the report\n", "schools", "county"),
    ];
    for (guide, heading, schools, county) in walks {
        let whole = text(guide);
        let chapter =
            whole.split(heading).nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a chapter");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(guide.replace('/', "-"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the test");
        let mut made = Vec::new();
        for block in chapter.split("```").skip(1).step_by(2) {
            if let Some(rows) = block.strip_prefix("csv\n") {
                // The table of explanations is typed as it is shown, under the name that the commands give it.
                fs::write(folder.join(words_of(chapter, "--explanations ")), rows).expect("written");
                continue;
            }
            for line in block.strip_prefix("sh\n").expect("commands").lines() {
                let words: Vec<&str> = line.split(' ').collect();
                assert_eq!(words[0], "junheng", "{line}");
                let run = std::process::Command::new(env!("CARGO_BIN_EXE_junheng"))
                    .current_dir(&folder)
                    .args(&words[1..])
                    .output()
                    .expect("the program runs");
                let told = String::from_utf8_lossy(&run.stderr).into_owned();
                assert_eq!(run.status.code(), Some(0), "{guide}: {line}: {told}");
                if let Some(at) = words.iter().position(|word| *word == "--output") {
                    assert!(folder.join(words[at + 1]).is_file(), "{guide}: {line}");
                    made.push(words[at + 1].to_owned());
                }
                // Filled in and saved as CSV, whose names the next commands say.
                if words[1] == "template" {
                    let (sheet, data, name) = if words.contains(&"county") {
                        (county, "county.csv", words_of(chapter, "--county-data "))
                    } else {
                        (schools, "schools.csv", words_of(chapter, "junheng check "))
                    };
                    let table = typed_into(&folder.join(&made[made.len() - 1]), sheet, data);
                    fs::write(folder.join(name), table).expect("written");
                }
            }
        }
        // The table of problems has the one that is then explained, and the result the explanation.
        let shown = |name: &str| fs::read_to_string(folder.join(name)).expect("text");
        assert!(shown(&made[2]).contains("zero_students"), "{made:?}");
        assert!(shown(&made[4]).contains("今年停止招生"), "{made:?}");
        assert_eq!(made.len(), 8, "{made:?}");
    }
}

/// The word behind others.
#[cfg(feature = "cli")]
fn words_of<'t>(text: &'t str, before: &str) -> &'t str {
    text.split(before).nth(1).and_then(|rest| rest.split([' ', '\n']).next()).expect("a word")
}

/// The county fixture as it is saved from a template: the rows of the sheet, then its own under their headers.
#[cfg(feature = "cli")]
fn typed_into(template: &Path, sheet: &str, data: &str) -> String {
    use calamine::Reader;
    let mut workbook: calamine::Xlsx<_> = calamine::open_workbook(template).expect("a workbook");
    let range = workbook.worksheet_range(sheet).expect("the sheet");
    let quoted = |cell: &str| format!("\"{cell}\"");
    let line = |cells: Vec<String>| cells.join(",") + "\r\n";
    let mut table: String =
        range.rows().map(|row| line(row.iter().map(|cell| quoted(&cell.to_string())).collect())).collect();
    let header = range.rows().next_back().expect("a header").iter().map(|cell| cell.to_string());
    // Without the unit; a name in the fixture is Chinese.
    let chinese = |name: &str| {
        let fields = Field::ALL.iter().map(|f| (f.id(), f.zh()));
        let mut fields = fields.chain(CountyField::ALL.iter().map(|f| (f.id(), f.zh())));
        fields.find(|(id, _)| *id == name).map_or(name.to_owned(), |(_, zh)| zh.to_owned())
    };
    let names: Vec<String> =
        header.map(|cell| chinese(cell.split('\n').next().unwrap_or_default())).collect();
    let fixture = text(&format!("fixtures/county/{data}"));
    let mut lines = fixture.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let known = lines.next().expect("a header");
    for row in lines {
        let cell = |name: &String| {
            let at = known.iter().position(|known| known == name).expect("a column of the fixture");
            quoted(row[at])
        };
        table += &line(names.iter().map(cell).collect());
    }
    table
}
