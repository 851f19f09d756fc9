//! A result as one page with pictures, for people: self-contained, for screen, phone and paper.
//!
//! The page refers to nothing outside itself. Its policy lets its own style and script run and nothing else, and
//! without the script it lacks only sorting and filtering.

mod charts;
mod county;
mod digest;
mod escape;
mod level;
mod lorenz;
mod province;
mod scale;
mod stage;
mod table;

use std::fmt;

use escape::Text;

use crate::assess::{Assessment, Explanation, Verdict};
use crate::lang::Lang;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// More counties than this are compared, each in short; no more are shown in full.
const IN_FULL: usize = 3;

/// Writes a result as one HTML page: the verdict first, then what stands in the way, then each stage with its pictures
/// and its schools, the items beside the resources, and what was noticed and left out.
///
/// Up to three counties are shown in full. More are compared with one another, each with its figures in short, and no
/// school is drawn. Figures are those of [`Json`](super::Json): as they are printed, and in full in the title of each
/// cell. All texts are escaped, nothing is loaded from anywhere, and the same result gives the same bytes.
///
/// # Errors
/// Only those of the writer.
///
/// # Examples
/// ```
/// use junheng::{Assessor, Lang, Standard, read_schools, report::write_page};
///
/// let table = "county_code,school_code,school_name,kind,students_primary,multimedia_classrooms\n\
///              210102,1,<b>一小</b>,小学,1000,22\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
/// let mut page = String::new();
/// write_page(&assessment, Lang::En, &mut page).unwrap();
/// assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
/// assert!(page.contains("&lt;b&gt;一小&lt;/b&gt;") && !page.contains("<b>一小"));
/// assert!(page.contains("lacking 1"));
/// # Ok::<(), junheng::Error>(())
/// ```
pub fn write_page(assessment: &Assessment, lang: Lang, out: &mut impl fmt::Write) -> fmt::Result {
    let mut page = Page { assessment, lang, out, figures: 0 };
    page.begin()?;
    let counties = assessment.counties();
    match counties.len() {
        0 => page.line(lang.pick("没有可评估的区县", "There is no county to assess"))?,
        1..=IN_FULL => {
            if counties.len() > 1 {
                page.overview()?;
            }
            for (place, county) in counties.enumerate() {
                page.county(county, place)?;
            }
        }
        _ => page.province()?,
    }
    page.findings_of_data()?;
    page.end()
}

/// A page being written.
struct Page<'a, 'w> {
    assessment: &'a Assessment,
    lang: Lang,
    out: &'w mut dyn fmt::Write,
    /// How many pictures there are so far.
    figures: u32,
}

/// The sign of a verdict, for those who do not see its colour.
fn glyph(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✓",
        Verdict::NotMet => "✗",
        Verdict::Undetermined => "?",
    }
}

impl<'a> Page<'a, '_> {
    fn t(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.lang.pick(zh, en)
    }

    fn next_figure(&mut self) -> u32 {
        self.figures += 1;
        self.figures
    }

    fn begin(&mut self) -> fmt::Result {
        let title = self.title();
        write!(
            self.out,
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; \
             script-src '{}'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
            self.lang.pick("zh-CN", "en"),
            digest::source(STYLE),
            digest::source(SCRIPT),
            Text(&title)
        )
    }

    fn title(&self) -> String {
        let mut counties = self.assessment.counties();
        let what = self.t("义务教育均衡评估", "Balanced compulsory education");
        match (counties.len(), counties.next()) {
            (1, Some(county)) => format!("{} · {what}", table::county_title(county, self.lang)),
            (count, _) => {
                self.lang.pick(format!("{what}：{count} 个区县"), format!("{what}: {count} counties"))
            }
        }
    }

    fn end(&mut self) -> fmt::Result {
        let made = self.t(
            "由 junheng 生成。指着或点按图中的点和格子可看学校与精确值；表中数字的提示是精确值。",
            "Made by junheng. Point at or tap a dot or cell of a picture for its school and exact figure; figures in tables \
             have the exact one as their title.",
        );
        let version = env!("CARGO_PKG_VERSION");
        write!(
            self.out,
            "</main>\n<footer><p>{made} (junheng {version})</p></footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
        )
    }

    fn line(&mut self, text: &str) -> fmt::Result {
        write!(self.out, "<p>{}</p>", Text(text))
    }

    fn heading(&mut self, level: u8, text: &str) -> fmt::Result {
        write!(self.out, "\n<h{level}>{}</h{level}>\n", Text(text))
    }

    /// A verdict with its sign.
    fn verdict(&mut self, verdict: Verdict) -> fmt::Result {
        let (id, name) = (verdict.id(), verdict.name(self.lang));
        write!(self.out, "<span class=\"v {id}\">{} {name}</span>", glyph(verdict))
    }

    /// A verdict that opens its explanation.
    fn opens(&mut self, verdict: Verdict, explanation: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.out.write_str("<details class=\"why\"><summary>")?;
        self.verdict(verdict)?;
        self.out.write_str("</summary><div>")?;
        explanation(self)?;
        self.out.write_str("</div></details>")
    }

    /// Rule, article, numbers, distance.
    fn explanation(&mut self, why: &Explanation) -> fmt::Result {
        let lang = self.lang;
        write!(self.out, "<p>{}", Text(why.rule(lang)))?;
        if let Some(cite) = why.citation() {
            let cite = lang.pick(format!("（{cite}）"), format!(" ({cite})"));
            write!(self.out, "<cite>{}</cite>", Text(&cite))?;
        }
        self.out.write_str("</p><dl>")?;
        for figure in why.figures() {
            self.figure(figure.name(lang), figure.value())?;
        }
        if let Some(distance) = why.distance() {
            self.figure(self.t("距离", "distance"), &distance.to_string())?;
        }
        if let Some(shortfall) = why.shortfall() {
            self.figure(self.t("还缺", "lacking"), &shortfall.to_string())?;
        }
        self.out.write_str("</dl>")
    }

    fn figure(&mut self, name: &str, value: &str) -> fmt::Result {
        write!(self.out, "<div><dt>{}</dt><dd>{}</dd></div>", Text(name), Text(value))
    }
}
