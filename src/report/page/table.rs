//! Tables and lists of a page.

use std::fmt;

use super::Page;
use super::escape::Text;
use crate::assess::CountyResult;
use crate::finding::{Finding, Severity};
use crate::lang::Lang;
use crate::report::document::{Align, Block, Cell, Table, Tone, told};

/// More findings of one severity than this are counted, not listed.
const LISTED: usize = 200;
/// Texts of more characters than this wrap.
const SHORT: usize = 14;

/// Name, code and year of a county.
pub(super) fn county_title(county: CountyResult<'_>, lang: Lang) -> String {
    // Schools whose county code cannot be read may be of several counties.
    let unknown = lang.pick("（区县代码缺失）", "(county code missing)");
    let code = if county.code().is_empty() { unknown } else { county.code() };
    let mut title = [county.name(), code].join(" ").trim().to_owned();
    if let Some(year) = county.year() {
        title += &lang.pick(format!(" {year} 年"), format!(", {year}"));
    }
    title
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "met",
        Tone::Bad => "not_met",
        Tone::Open => "undetermined",
        Tone::Faint => "faint",
    }
}

impl Page<'_, '_> {
    /// Blocks that are laid out for all formats.
    pub(super) fn blocks(&mut self, blocks: &[Block]) -> fmt::Result {
        for block in blocks {
            match block {
                Block::Heading(level, text) => self.heading(*level, text)?,
                Block::Line(text, of) => {
                    write!(self.out, "<p class=\"{}\">{}</p>", tone(*of), Text(text))?;
                }
                Block::List(items) => self.list(items)?,
                Block::Table(table) => self.table(table)?,
            }
        }
        Ok(())
    }

    pub(super) fn list<S: AsRef<str>>(&mut self, items: impl IntoIterator<Item = S>) -> fmt::Result {
        self.out.write_str("<ul>")?;
        for item in items {
            write!(self.out, "<li>{}</li>", Text(item.as_ref()))?;
        }
        self.out.write_str("</ul>")
    }

    fn table(&mut self, table: &Table) -> fmt::Result {
        self.open_table("", table.header.iter().map(|(name, align)| (name.as_str(), *align)))?;
        for row in &table.rows {
            self.out.write_str("<tr>")?;
            for (cell, (_, align)) in row.iter().zip(&table.header) {
                self.cell(cell, *align)?;
            }
            self.out.write_str("</tr>")?;
        }
        self.close_table()
    }

    pub(super) fn cell(&mut self, cell: &Cell, align: Align) -> fmt::Result {
        let class = tone(cell.tone);
        // On a phone a long text needs a width below which it does not shrink; its table scrolls instead.
        let kind = match align {
            Align::Right if cell.text.chars().count() <= SHORT => "n ",
            _ if cell.text.chars().count() > SHORT => "wide ",
            _ => "",
        };
        write!(self.out, "<td class=\"{kind}{class}\">{}</td>", Text(&cell.text))
    }

    /// A cell with a figure as it is printed and, where that is not all of it, the exact one as its title.
    pub(super) fn number(&mut self, printed: Option<&str>, exact: Option<f64>, class: &str) -> fmt::Result {
        let Some(printed) = printed else {
            return write!(self.out, "<td class=\"n {class}\">—</td>");
        };
        let class = if printed.chars().count() > SHORT { format!("wide {class}") } else { class.to_owned() };
        match exact.map(|exact| exact.to_string()).filter(|exact| exact != printed) {
            Some(exact) => {
                write!(self.out, "<td class=\"n {class}\" title=\"{exact}\">{}</td>", Text(printed))
            }
            None => write!(self.out, "<td class=\"n {class}\">{}</td>", Text(printed)),
        }
    }

    /// Opens a table that scrolls by itself where the page is narrow; `class` says what it can do.
    pub(super) fn open_table<'t>(
        &mut self,
        class: &str,
        header: impl IntoIterator<Item = (&'t str, Align)>,
    ) -> fmt::Result {
        write!(self.out, "<div class=\"scroll\" tabindex=\"0\"><table class=\"{class}\"><thead><tr>")?;
        for (name, align) in header {
            let number = if align == Align::Right { " class=\"n\"" } else { "" };
            write!(self.out, "<th scope=\"col\"{number}>{}</th>", Text(name))?;
        }
        self.out.write_str("</tr></thead><tbody>\n")
    }

    pub(super) fn close_table(&mut self) -> fmt::Result {
        self.out.write_str("</tbody></table></div>\n")
    }

    /// What a table can be filtered by; of no use without the script, which shows it.
    pub(super) fn filter(&mut self, verdicts: bool) -> fmt::Result {
        let find = self.t("查找名称或代码", "find a name or code");
        write!(self.out, "<form class=\"filter\" hidden><label>{find} <input type=\"search\"></label>")?;
        if verdicts {
            let which = self.t("判定", "verdict");
            let (all, met) = (self.t("全部", "all"), self.t("达标", "met"));
            let (not_met, open) = (self.t("未达标", "not met"), self.t("无法判定", "undetermined"));
            write!(
                self.out,
                " <label>{which} <select><option value=\"\">{all}</option><option value=\"met\">{met}</option>\
                 <option value=\"not_met\">{not_met}</option><option value=\"undetermined\">{open}</option>\
                 </select></label>"
            )?;
        }
        self.out.write_str(" <output></output></form>")
    }

    pub(super) fn findings_of_data(&mut self) -> fmt::Result {
        let findings = self.assessment.findings();
        if findings.is_empty() {
            return Ok(());
        }
        self.heading(2, self.t("关于全部数据", "On the data as a whole"))?;
        self.findings(findings)
    }

    /// Findings by severity, each list closed until it is asked for.
    pub(super) fn findings(&mut self, findings: &[Finding]) -> fmt::Result {
        let lang = self.lang;
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let these: Vec<_> = findings.iter().filter(|f| f.severity() == severity).collect();
            if these.is_empty() {
                continue;
            }
            let (name, count) = (severity.name(lang), these.len());
            let open = if severity == Severity::Error { " open" } else { "" };
            let summary = lang.pick(format!("{name} {count} 条"), format!("{name}: {count}"));
            write!(self.out, "<details{open}><summary>{}</summary>", Text(&summary))?;
            self.list(these.iter().take(LISTED).map(|finding| told(finding, lang)))?;
            if let Some(rest) = count.checked_sub(LISTED).filter(|rest| *rest > 0) {
                let text = lang.pick(
                    format!("……另有 {rest} 条（JSON 列出全部）"),
                    format!("… and {rest} more (JSON lists all)"),
                );
                self.line(&text)?;
            }
            self.out.write_str("</details>")?;
        }
        Ok(())
    }
}
