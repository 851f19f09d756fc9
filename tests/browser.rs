//! The report page as its readers meet it, in a real browser: it is quiet, it keeps to itself, it works by click, it
//! fits a phone, and it says what the JSON says.
//!
//! Without Chromium and chromedriver these tests say so and pass. `JUNHENG_PICTURES=1` keeps pictures of every page
//! in `target/tmp/browser`, and the times of opening in the output (`--nocapture`).
#![cfg(all(feature = "html", feature = "synth"))]
#![allow(clippy::unwrap_used)] // A test that fails here fails by itself.

mod webdriver;

use std::fs;
use std::path::{Path, PathBuf};

use junheng::report::{Json, write_page};
use junheng::synth::Synth;
use junheng::{Assessment, Assessor, Lang, Standard, read_counties, read_schools};
use serde_json::{Value, json};
use webdriver::Browser;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A browser, or word that there is none.
fn browser(name: &str) -> Option<(Browser, PathBuf)> {
    let folder = folder(name);
    let browser = Browser::start(&folder);
    if browser.is_none() {
        eprintln!(
            "SKIPPED: {name} needs chromium and chromedriver (apt-get install chromium chromium-driver)"
        );
    }
    Some((browser?, folder))
}

/// A result, as JSON and as a page in a file.
struct Made {
    json: Value,
    file: PathBuf,
}

fn made(assessment: &Assessment, lang: Lang, file: PathBuf) -> Made {
    let mut page = String::new();
    write_page(assessment, lang, &mut page).unwrap();
    fs::write(&file, &page).unwrap();
    Made { json: serde_json::to_value(Json::new(assessment, lang)).unwrap(), file }
}

fn fixture() -> Assessment {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/county");
    let counties = read_counties().from_path(root.join("county.csv")).unwrap();
    let data = read_schools().from_path(root.join("schools.csv")).unwrap();
    Assessor::new(Standard::quality_2017()).county_data(counties).assess(&data).unwrap()
}

fn of(synth: &Synth, standard: Standard) -> Assessment {
    Assessor::new(standard).assess(&synth.data_set().unwrap()).unwrap()
}

/// Nothing on the console, and no request but for the file itself.
fn is_quiet(browser: &Browser, page: &Made) {
    let said: Vec<_> = browser.log("browser");
    assert!(said.is_empty(), "{}: {said:?}", page.file.display());
    let own = format!("file://{}", page.file.display());
    for entry in browser.log("performance") {
        let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
        let message = &message["message"];
        if message["method"] == "Network.requestWillBeSent" {
            let url = message["params"]["request"]["url"].as_str().unwrap();
            assert!(url == own || url.starts_with("data:,"), "{}: {url}", page.file.display());
        }
    }
}

/// Texts whose colour is too near to that of what lies behind them (WCAG 2.2, 1.4.3).
const FAINT: &str = r#"
const parse = (text) => { const n = text.match(/[\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
const light = (c) => {
  const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c[3] > 0) return c;
  }
  return [255, 255, 255, 1];
};
const found = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let seen = 0;
while (walker.nextNode() && seen < 4000) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || element.closest("script,title,desc")) continue;
  seen++;
  const style = getComputedStyle(element);
  const text = parse(element.closest("svg") ? style.fill : style.color).slice(0, 3);
  const [a, b] = [light(text), light(behind(element).slice(0, 3))];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 4.5) found.add(`${contrast.toFixed(2)} ${element.tagName}.${element.getAttribute("class")}: ${walker.currentNode.data.slice(0, 30)}`);
}
return [...found];
"#;

/// What runs out of the page or of its picture.
const OUTSIDE: &str = r#"
const found = [];
if (document.documentElement.scrollWidth > innerWidth) {
  found.push(`the page is ${document.documentElement.scrollWidth} wide`);
}
for (const text of [...document.querySelectorAll("figure svg text")].slice(0, 3000)) {
  const [t, s] = [text.getBoundingClientRect(), text.ownerSVGElement.getBoundingClientRect()];
  if (t.left < s.left - 1 || t.right > s.right + 1 || t.bottom > s.bottom + 1) found.push(text.textContent);
}
return found;
"#;

/// Both schemes on a phone and on a wide screen; pictures of what was seen, where they are asked for.
fn is_seen(browser: &Browser, page: &Made, folder: &Path) {
    for (width, height) in [(390, 844), (1440, 900)] {
        for scheme in ["light", "dark"] {
            browser.look(width, height, scheme);
            browser.open(&page.file);
            let what = format!("{} {width} {scheme}", page.file.display());
            assert_eq!(browser.run(OUTSIDE), json!([]), "{what}");
            assert_eq!(browser.run(FAINT), json!([]), "{what}");
            let back = browser.run("return getComputedStyle(document.documentElement).backgroundColor");
            assert_eq!(back, if scheme == "dark" { "rgb(20, 24, 28)" } else { "rgb(255, 255, 255)" });
            is_quiet(browser, page);
            if std::env::var_os("JUNHENG_PICTURES").is_some() {
                let tall =
                    browser.run("return document.documentElement.scrollHeight").as_u64().unwrap() as u32;
                let slice = if width < 600 { 1600 } else { 1800 };
                for part in 0..tall.div_ceil(slice).min(8) {
                    let file = folder.join(format!("{width}-{scheme}-{part}.png"));
                    browser.picture(&file, part * slice, width, slice.min(tall - part * slice));
                }
            }
        }
    }
}

/// Every figure of the tables of schools and of coefficients, each cell's exact one where it has it.
const FIGURES: &str = r#"
const exact = (cell) => { const t = cell.title || cell.textContent; return t === "—" ? null : t; };
const rows = (table) => [...table.tBodies[0].rows];
return {
  coefficients: [...document.querySelectorAll("table.coefficients")].map((t) => rows(t).map((r) => exact(r.querySelector(".cv")))),
  schools: [...document.querySelectorAll("table.schools")].map((t) => rows(t).map((r) => ({
    code: r.cells[1].textContent,
    verdict: r.dataset.verdict,
    values: [...r.querySelectorAll("td.l0,td.l1,td.l2,td.l3,td.lx")].map(exact),
  }))),
};
"#;

fn says_what_the_json_says(browser: &Browser, page: &Made) {
    let shown = browser.run(FIGURES);
    let stages: Vec<&Value> = page.json["counties"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|county| county["stages"].as_array().unwrap())
        .filter(|stage| stage["units"] != 0)
        .collect();
    assert_eq!(shown["schools"].as_array().unwrap().len(), stages.len());
    for (place, stage) in stages.into_iter().enumerate() {
        let indicators: Vec<&str> =
            stage["variation"].as_array().unwrap().iter().map(|v| v["indicator"].as_str().unwrap()).collect();
        let cvs = stage["variation"].as_array().unwrap().iter().map(|v| v["cv"].clone());
        let cvs: Vec<Option<f64>> = cvs.chain([stage["composite_cv"].clone()]).map(|v| v.as_f64()).collect();
        // As texts: a JSON reader may be off by the last bit, and the page is not to be.
        let figures = |value: &Value| -> Vec<Option<f64>> {
            value.as_array().unwrap().iter().map(|v| v.as_str().map(|v| v.parse().unwrap())).collect()
        };
        assert_eq!(figures(&shown["coefficients"][place]), cvs);
        let units = stage["unit_results"].as_array().unwrap();
        let rows = shown["schools"][place].as_array().unwrap();
        assert_eq!(rows.len(), units.len());
        for (row, unit) in rows.iter().zip(units) {
            assert_eq!(row["code"], unit["school_code"]);
            assert_eq!(row["verdict"].as_str().filter(|v| !v.is_empty()), unit["verdict"].as_str());
            let values: Vec<_> = indicators.iter().map(|i| unit["values"][i].as_f64()).collect();
            assert_eq!(figures(&row["values"]), values, "{}", unit["school_code"]);
        }
    }
}

fn opening_time(browser: &Browser, page: &Made) {
    browser.look(1440, 900, "light");
    let mut times: Vec<u64> = (0..7)
        .map(|_| {
            browser.open(&page.file);
            let script = "document.body.getBoundingClientRect(); return Math.round(performance.now())";
            browser.run(script).as_u64().unwrap()
        })
        .collect();
    times.sort_unstable();
    let bytes = fs::metadata(&page.file).unwrap().len();
    eprintln!("{}: {bytes} bytes, opened in {} ms (median of {times:?})", page.file.display(), times[3]);
}

#[test]
fn a_county_of_sixty_schools() {
    let Some((browser, folder)) = browser("county") else { return };
    let page = made(&fixture(), Lang::Zh, folder.join("page.html"));
    is_seen(&browser, &page, &folder);
    says_what_the_json_says(&browser, &page);

    // Sorting: by pupils, up and down, in the order of the JSON's figures.
    let pupils = || {
        browser.run("return [...document.querySelectorAll('table.schools')[0].tBodies[0].rows].map(r => Number(r.cells[2].textContent))")
    };
    let mut wanted: Vec<u64> = page.json["counties"][0]["stages"][0]["unit_results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| unit["students"].as_u64().unwrap())
        .collect();
    let button = "table.schools thead th:nth-child(3) button";
    browser.click(button);
    wanted.sort_unstable();
    assert_eq!(pupils(), json!(wanted));
    browser.click(button);
    wanted.reverse();
    assert_eq!(pupils(), json!(wanted));
    // Sorting by an indicator: exact figures, and what is missing last.
    browser.click("table.schools thead th:nth-child(8) button");
    let values = browser.run("return [...document.querySelectorAll('table.schools')[0].tBodies[0].rows].map(r => r.cells[7].title || r.cells[7].textContent)");
    let values: Vec<_> =
        values.as_array().unwrap().iter().map(|v| v.as_str().unwrap().parse::<f64>().ok()).collect();
    assert!(values.is_sorted_by(|a, b| match (a, b) {
        (Some(a), Some(b)) => a <= b,
        (None, Some(_)) => false,
        _ => true,
    }));
    assert_eq!(values.iter().filter(|v| v.is_none()).count(), 1);

    // Filtering: by verdict, then by name as well.
    let shown = || {
        browser.run("return [...document.querySelectorAll('table.schools')[0].tBodies[0].rows].filter(r => !r.hidden).map(r => r.dataset.verdict)")
    };
    let failing = || {
        let units = page.json["counties"][0]["stages"][0]["unit_results"].as_array().unwrap().iter();
        units.filter(|unit| unit["verdict"] == "not_met")
    };
    browser.click(".sortable select option[value=not_met]");
    assert_eq!(shown(), json!(vec!["not_met"; failing().count()]));
    browser.type_into(".sortable input", "2219901002");
    assert_eq!(shown(), json!(["not_met"]));
    assert_eq!(browser.run("return document.querySelector('.sortable output').textContent"), "1 / 41");

    // Explanations: a school's, a coefficient's, an item's and the county's open by click and name the article.
    for closed in [
        "tr[data-verdict=not_met]:not([hidden]) details.why",
        "table.coefficients details.why",
        "table.items details.why",
        "details.tile.part",
    ] {
        let open = format!("return document.querySelector({}).open", json!(closed));
        assert_eq!(browser.run(&open), false, "{closed}");
        browser.click(&format!("{closed} > summary"));
        assert_eq!(browser.run(&open), true, "{closed}");
        let text = browser.run(&format!("return document.querySelector({}).innerText", json!(closed)));
        assert!(text.as_str().unwrap().contains("教督〔2017〕6号 第"), "{closed}: {text}");
    }

    // A dot that is tapped says which school it is.
    browser.click("figure circle.l3");
    let said = browser.run("return document.querySelector('.said').textContent");
    assert_eq!(said, browser.run("return document.querySelector('figure circle.l3').textContent"));
    is_quiet(&browser, &page);

    // Without the script everything is there but sorting and filtering.
    browser.devtools("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    browser.open(&page.file);
    browser.devtools("Emulation.setScriptExecutionDisabled", json!({"value": false}));
    assert_eq!(browser.run("return document.querySelectorAll('.filter:not([hidden]), th button').length"), 0);
    says_what_the_json_says(&browser, &page);
    browser.click("table.items details.why > summary");
    assert_eq!(browser.run("return document.querySelector('table.items details.why').open"), true);

    // On paper: pages of A4, none of them cut at the side.
    browser.open(&page.file);
    let paper = json!({"preferCSSPageSize": true, "printBackground": true});
    let printed = webdriver::decoded(browser.devtools("Page.printToPDF", paper)["data"].as_str().unwrap());
    fs::write(folder.join("page.pdf"), &printed).unwrap();
    let text = String::from_utf8_lossy(&printed);
    assert!(text.starts_with("%PDF") && text.contains("/MediaBox [0 0 594"), "A4 is 595 × 842 points");
}

#[test]
fn the_basic_standard_in_english() {
    let Some((browser, folder)) = browser("basic") else { return };
    let data =
        read_schools().from_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/county/schools.csv"));
    let assessment = Assessor::new(Standard::basic_2012()).assess(&data.unwrap()).unwrap();
    let page = made(&assessment, Lang::En, folder.join("page.html"));
    is_seen(&browser, &page, &folder);
    says_what_the_json_says(&browser, &page);
}

#[test]
fn a_county_of_a_thousand_schools() {
    let Some((browser, folder)) = browser("thousand") else { return };
    let assessment = of(&Synth::county().schools(1000), Standard::quality_2017());
    let page = made(&assessment, Lang::En, folder.join("page.html"));
    is_seen(&browser, &page, &folder);
    says_what_the_json_says(&browser, &page);
    opening_time(&browser, &page);
}

#[test]
fn a_province() {
    let Some((browser, folder)) = browser("province") else { return };
    let page = made(&of(&Synth::province(), Standard::quality_2017()), Lang::Zh, folder.join("page.html"));
    is_seen(&browser, &page, &folder);
    // The table of counties sorts, and leads to what is said of each.
    browser.click("table.counties thead th:nth-child(10) button");
    browser.click("table.counties thead th:nth-child(10) button");
    let worst = browser.run(
        "return [...document.querySelectorAll('table.counties tbody tr')].map(r => Number(r.cells[9].title))",
    );
    let worst: Vec<f64> = worst.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    assert!(worst.len() == 158 && worst.is_sorted_by(|a, b| a >= b));
    browser.click("table.counties tbody tr:first-child a");
    assert_eq!(browser.run("return document.querySelector(':target').open"), true);
    // Every coefficient of every county is that of the JSON.
    let shown = browser.run(
        "return [...document.querySelectorAll('details.county')].map(d => [...d.querySelectorAll('td[title]')].map(c => c.title))",
    );
    for (county, shown) in page.json["counties"].as_array().unwrap().iter().zip(shown.as_array().unwrap()) {
        let stages = county["stages"].as_array().unwrap().iter();
        let cvs = stages.flat_map(|s| {
            let single = s["variation"].as_array().unwrap().iter().map(|v| v["cv"].as_f64());
            single.chain([s["composite_cv"].as_f64()]).collect::<Vec<_>>()
        });
        let shown: Vec<f64> =
            shown.as_array().unwrap().iter().map(|v| v.as_str().unwrap().parse().unwrap()).collect();
        assert_eq!(shown, cvs.flatten().collect::<Vec<_>>(), "{}", county["code"]);
    }
    is_quiet(&browser, &page);
    opening_time(&browser, &page);
}
