//! The report page as text: it says what the JSON says, refers to nothing outside itself, and lets no name be markup.
//! `tests/browser.rs` holds the same page against a real browser.
#![cfg(feature = "html")]
#![allow(clippy::unwrap_used)] // A test that fails here fails by itself.

mod snapshot;

use std::path::Path;

use junheng::model::{DataSet, Field, School, SchoolKind};
use junheng::report::{Json, write_page};
use junheng::{Assessment, Assessor, Lang, Standard, read_counties, read_schools};
use serde_json::Value;
use snapshot::snapshot;

fn page(assessment: &Assessment, lang: Lang) -> String {
    let mut page = String::new();
    write_page(assessment, lang, &mut page).unwrap();
    page
}

fn json(assessment: &Assessment) -> Value {
    serde_json::to_value(Json::new(assessment, Lang::Zh)).unwrap()
}

fn fixture(standard: Standard) -> Assessment {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/county");
    let counties = read_counties().from_path(folder.join("county.csv")).unwrap();
    let data = read_schools().from_path(folder.join("schools.csv")).unwrap();
    Assessor::new(standard).county_data(counties).assess(&data).unwrap()
}

/// A county of schools with these names.
fn named(county: &str, names: &[&str]) -> Assessment {
    let mut builder = DataSet::builder();
    for (number, name) in names.iter().enumerate() {
        let school = School::new("210102", &format!("{number:03}"), SchoolKind::Primary).unwrap();
        let school = school.with_name(name).with_county_name(county);
        let school = school.with_count(Field::StudentsPrimary, 500).unwrap();
        builder.push(&school.with_count(Field::MultimediaClassrooms, 10 + number as u32).unwrap());
    }
    Assessor::new(Standard::quality_2017()).assess(&builder.finish().unwrap()).unwrap()
}

/// What a page says, tag by tag: its elements' texts, without style, script and pictures.
fn text(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, from)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, after) = from.split_once('>').unwrap();
        let name = tag.split_whitespace().next().unwrap_or_default();
        let line = ["/tr", "/p", "/li", "/summary", "/h1", "/h2", "/h3", "/div", "/figcaption", "/title"];
        if line.contains(&name) {
            out.push('\n');
        } else if name == "/td" || name == "/th" {
            out.push_str(" | ");
        } else if name == "/dt" {
            out.push_str(": ");
        }
        rest = if ["style", "script", "svg"].contains(&name) {
            after.split_once(&format!("</{name}>")).unwrap().1
        } else {
            after
        };
    }
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn the_pages_of_the_county_fixture_say_what_they_said() {
    for (name, standard, lang) in [
        ("page.whole.zh.txt", Standard::quality_2017(), Lang::Zh),
        ("page.basic.en.txt", Standard::basic_2012(), Lang::En),
    ] {
        let said = text(&page(&fixture(standard), lang));
        snapshot(name, &said);
    }
}

/// The cells of a table's body, each with its class, title and text.
fn rows(table: &str) -> Vec<Vec<(String, Option<f64>)>> {
    let rows = table.split("<tr").skip(2).map(|row| row.split("</tr>").next().unwrap());
    let cell = |cell: &str| {
        let (tag, text) = cell.split_once('>').unwrap();
        let title = tag.split("title=\"").nth(1).and_then(|rest| rest.split('"').next());
        let text = text.split('<').next().unwrap();
        (text.to_owned(), title.unwrap_or(text).parse().ok())
    };
    rows.map(|row| row.split("<td").skip(1).map(cell).collect()).collect()
}

#[test]
fn every_figure_is_that_of_the_json() {
    for standard in [Standard::quality_2017(), Standard::basic_2012()] {
        let assessment = fixture(standard);
        let (page, json) = (page(&assessment, Lang::En), json(&assessment));
        let stages = json["counties"][0]["stages"].as_array().unwrap();
        let schools = page.split("<table class=\"schools\">").skip(1);
        let coefficients = page.split("<table class=\"coefficients\">").skip(1);
        assert_eq!(schools.clone().count(), 2);
        for ((stage, schools), coefficients) in stages.iter().zip(schools).zip(coefficients) {
            let variation = stage["variation"].as_array().unwrap();
            let end = |table: &str| table.split("</table>").next().unwrap().to_owned();
            let shown = rows(&end(schools));
            let units = stage["unit_results"].as_array().unwrap();
            assert_eq!(shown.len(), units.len());
            for (row, unit) in shown.iter().zip(units) {
                assert_eq!(row[0].0, unit["school_code"]);
                assert_eq!(row[1].1.map(|n| n as u64), unit["students"].as_u64());
                let values =
                    variation.iter().map(|v| unit["values"][v["indicator"].as_str().unwrap()].as_f64());
                let cells: Vec<_> = row[row.len() - variation.len()..].iter().map(|cell| cell.1).collect();
                assert_eq!(cells, values.collect::<Vec<_>>(), "{}", unit["school_code"]);
            }
            let shown = rows(&end(coefficients));
            for (row, found) in shown.iter().zip(variation) {
                let [.., mean, cv, _, _] = &row[..] else { panic!("{row:?}") };
                assert_eq!((mean.1, cv.1), (found["mean"].as_f64(), found["cv"].as_f64()));
            }
            let composite = shown.last().unwrap();
            assert_eq!(composite[composite.len() - 3].1, stage["composite_cv"].as_f64());
        }
        for item in json["counties"][0]["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap();
            let row = page.split(&format!("<tr id=\"c0-{id}\" data-verdict=\"")).nth(1).unwrap();
            assert_eq!(row.split('"').next(), item["verdict"].as_str(), "{id}");
        }
    }
}

#[test]
fn the_floor_and_the_threshold_are_those_of_the_standard() {
    let overlay = "schema = \"junheng.standard/1\"\nid = \"my-city\"\ntitle = \"市\"\nextends = \"quality-2017\"\n\
        [documents.S]\ntitle = \"市\"\nnumber = \"某教督〔2024〕1号\"\n[[indicator]]\nid = \"multimedia_classrooms\"\n\
        [[indicator.threshold]]\nfrom = \"2018-01-01\"\nprimary = \"3\"\ndocument = \"S\"\n";
    let standard = Standard::from_toml("my-city.toml", overlay).unwrap();
    let page = page(&fixture(standard), Lang::En);
    assert!(page.contains(">required 3</text>") && page.contains(">85% of it: 2.55</text>"));
}

#[test]
fn a_page_refers_to_nothing_outside_itself() {
    for lang in [Lang::Zh, Lang::En] {
        let page = page(&fixture(Standard::quality_2017()), lang);
        for reference in ["http:", "https:", "src=", "url(", "//cdn", "@import", "import(", "fetch(", "xlink"]
        {
            assert!(!page.contains(reference), "{reference}");
        }
        let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        for link in links {
            let id = link.strip_prefix('#').unwrap_or_else(|| panic!("{link}"));
            assert!(page.contains(&format!("id=\"{id}\"")), "{link} leads nowhere");
        }
        let policy =
            page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        // The policy forbids styles and handlers in elements.
        assert!(!page.contains(" style=\"") && !page.contains(" onclick"));
    }
}

#[test]
fn no_name_is_markup() {
    let hostile = [
        "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "<!-- ]]> </svg></table></details>",
        "&lt;b&gt;",
        "a\u{0}\u{8}\u{1b}[31m\u{7f}b",
        "a\u{202e}gnp.exe\u{2066}\u{200f}",
        "</title></style>",
    ];
    for counties in [1, 5] {
        let mut builder = DataSet::builder();
        for (number, name) in hostile.iter().enumerate() {
            for (county, county_name) in hostile.iter().enumerate().take(counties) {
                let code = format!("21010{county}");
                let school =
                    School::new(&code, &format!("{county}{number:03}"), SchoolKind::Primary).unwrap();
                let school = school.with_name(name).with_county_name(county_name);
                builder.push(&school.with_count(Field::StudentsPrimary, 500).unwrap());
            }
        }
        let data = builder.finish().unwrap();
        let assessment = Assessor::new(Standard::quality_2017()).assess(&data).unwrap();
        let page = page(&assessment, Lang::En);
        for tag in ["script", "style", "title>\n", "html", "body", "main"] {
            assert_eq!(page.matches(&format!("</{tag}")).count(), 1, "{tag}");
        }
        for markup in ["<img", "<!--", "<script>alert", "' onmouseover='", "<b>&", "]]>"] {
            assert!(!page.contains(markup), "{markup}");
        }
        // Every element that is opened is closed.
        for tag in ["table", "details", "svg", "figure", "section", "div", "ul", "bdi", "dl", "g"] {
            let opened =
                page.matches(&format!("<{tag} ")).count() + page.matches(&format!("<{tag}>")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
        let odd = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{200f}' | '\u{202e}' | '\u{2066}');
        assert_eq!(page.find(odd), None);
    }
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let once = page(&fixture(Standard::quality_2017()), Lang::Zh);
    assert!(once == page(&fixture(Standard::quality_2017()), Lang::Zh));
    assert!(once.starts_with("<!doctype html>") && once.ends_with("</html>\n"));
}

#[test]
fn nothing_and_little_make_a_page_too() {
    let nothing = read_schools()
        .from_bytes("s.csv", "county_code,school_code,kind,students_primary\n210102,1,小学,0\n".as_bytes());
    let assessment = Assessor::new(Standard::quality_2017()).assess(&nothing.unwrap()).unwrap();
    assert!(page(&assessment, Lang::En).contains("Schools not assessed: 1"));
    // One school has no variation to speak of, and a county without a name is called by its code.
    let page = page(&named("", &["一小"]), Lang::Zh);
    assert!(page.contains("<h1><bdi>210102</bdi></h1>") && page.contains("一小"));
}

#[test]
fn every_picture_has_a_title_and_a_sentence() {
    let page = page(&fixture(Standard::quality_2017()), Lang::Zh);
    let figures = page.split("<figure>").skip(1).map(|rest| rest.split("</figure>").next().unwrap());
    let mut seen = 0;
    for figure in figures {
        seen += 1;
        for part in ["<figcaption>", "role=\"img\"", "<title id=\"t", "<desc id=\"d", "<p class=\"told\">"] {
            let rest = figure.split(part).nth(1).unwrap_or_else(|| panic!("{part}: {figure}"));
            assert!(!rest.starts_with('<'), "{part} is blank");
        }
    }
    // A stage has its bars, its heat map, and a picture of dots and a curve for each of seven indicators.
    assert_eq!(seen, 2 * (1 + 1 + 7 + 7));
}
