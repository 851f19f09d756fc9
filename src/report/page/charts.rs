//! The pictures: dots, bars, bands of cells and curves, as SVG in the page.
//!
//! Each has a title and a sentence that says what it shows; a table of the same figures stands beside it. What colour
//! says is said by shape as well. Hatching is drawn line by line, as a pattern would have to be referred to.

use std::fmt;

use super::escape::Text;
use super::level::Level;
use super::scale::{Px, Scale, reach, tick};
use super::{Page, glyph};
use crate::assess::Verdict;

/// Pictures are so wide, which is what a phone has; on a wider page several stand side by side.
const WIDTH: f64 = 340.0;

/// A figure of one school or county.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dot<'a> {
    pub(super) label: &'a str,
    pub(super) value: f64,
    pub(super) level: Level,
}

/// What figures are held against.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) label: String,
    pub(super) value: f64,
    pub(super) dashed: bool,
}

/// A coefficient and its limit.
#[derive(Clone, Debug)]
pub(super) struct Bar<'a> {
    pub(super) label: &'a str,
    pub(super) value: Option<f64>,
    pub(super) shown: String,
    pub(super) limit: Option<f64>,
    pub(super) verdict: Option<Verdict>,
}

/// One school or county in a band of cells.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) title: String,
    pub(super) levels: Vec<Level>,
}

impl Page<'_, '_> {
    /// Opens a figure with a picture of this height; `told` says in words what it shows.
    fn open_figure(&mut self, caption: &str, told: &str, width: f64, height: f64) -> fmt::Result {
        let id = self.next_figure();
        write!(
            self.out,
            "<figure><figcaption>{0}</figcaption>\
             <svg viewBox=\"0 0 {1} {2}\" role=\"img\" aria-labelledby=\"t{id}\" aria-describedby=\"d{id}\">\
             <title id=\"t{id}\">{0}</title><desc id=\"d{id}\">{3}</desc>",
            Text(caption),
            Px(width),
            Px(height),
            Text(told)
        )
    }

    fn close_figure(&mut self, told: &str) -> fmt::Result {
        write!(self.out, "</svg><p class=\"told\">{}</p></figure>", Text(told))
    }

    /// Dots in order of their values against the lines that matter; `missing` have no value.
    pub(super) fn dots(
        &mut self,
        caption: &str,
        told: &str,
        dots: &[Dot<'_>],
        missing: usize,
        lines: &[Line],
    ) -> fmt::Result {
        const LEFT: f64 = 42.0;
        const RIGHT: f64 = WIDTH - 4.0;
        const TOP: f64 = 36.0;
        const BOTTOM: f64 = 176.0;
        let mut sorted: Vec<&Dot<'_>> = dots.iter().collect();
        sorted.sort_by(|a, b| a.value.total_cmp(&b.value));
        let values: Vec<f64> = sorted.iter().map(|dot| dot.value).collect();
        let y = Scale::new(reach(&values, lines.iter().map(|l| l.value)), BOTTOM, TOP);
        let places = (sorted.len() + missing).max(1) as f64;
        let x = Scale::new(places, LEFT, RIGHT);
        self.open_figure(caption, told, WIDTH, BOTTOM + 6.0)?;
        for tick_at in y.ticks() {
            let at = Px(y.at(tick_at));
            write!(
                self.out,
                "<path class=\"g\" d=\"M{LEFT} {at}H{RIGHT}\"/><text class=\"n\" x=\"{}\" y=\"{}\">{}</text>",
                Px(LEFT - 4.0),
                Px(y.at(tick_at) + 3.5),
                tick(tick_at)
            )?;
        }
        if missing > 0 {
            let from = x.at(sorted.len() as f64);
            self.hatch(from, TOP, RIGHT - from, BOTTOM - TOP)?;
        }
        let mut key = LEFT;
        for line in lines {
            let (class, at) = (if line.dashed { "r d" } else { "r" }, Px(y.at(line.value)));
            write!(
                self.out,
                "<path class=\"{class}\" d=\"M{LEFT} {at}H{RIGHT}M{} 10h20\"/><text x=\"{}\" y=\"14\">{}</text>",
                Px(key),
                Px(key + 24.0),
                Text(&line.label)
            )?;
            key += 150.0;
        }
        let beyond = values.iter().filter(|value| !y.shows(**value)).count();
        if beyond > 0 {
            // They lie on the edge, and it is said how many do.
            write!(self.out, "<text class=\"n\" x=\"{RIGHT}\" y=\"27\">↑ {beyond}</text>")?;
        }
        // Many dots are small ones.
        let radius = if places > 300.0 {
            1.5
        } else if places > 80.0 {
            2.2
        } else {
            3.0
        };
        for (rank, dot) in sorted.iter().enumerate() {
            self.dot(dot, x.at(rank as f64 + 0.5), y.at(dot.value), radius)?;
        }
        self.close_figure(told)
    }

    fn dot(&mut self, dot: &Dot<'_>, x: f64, y: f64, r: f64) -> fmt::Result {
        let class = dot.level.class();
        let (px, py) = (Px(x), Px(y));
        match dot.level {
            Level::Far => {
                let (side, up) = (Px(r * 2.0), Px(r * 2.0));
                write!(
                    self.out,
                    "<path class=\"{class}\" d=\"M{} {}h{side}l-{} {up}z\">",
                    Px(x - r),
                    Px(y - r),
                    Px(r)
                )?;
            }
            Level::Short => {
                let r = Px(r * 1.3);
                write!(
                    self.out,
                    "<path class=\"{class}\" d=\"M{px} {py}m-{r} 0l{r} -{r} {r} {r} -{r} {r}z\">"
                )?;
            }
            _ => write!(self.out, "<circle class=\"{class}\" cx=\"{px}\" cy=\"{py}\" r=\"{}\">", Px(r))?,
        }
        let end = if matches!(dot.level, Level::Far | Level::Short) { "path" } else { "circle" };
        write!(self.out, "<title>{} {}</title></{end}>", Text(dot.label), dot.value)
    }

    /// A field without data.
    fn hatch(&mut self, x: f64, y: f64, width: f64, height: f64) -> fmt::Result {
        write!(
            self.out,
            "<path class=\"lx\" d=\"M{} {}h{}v{}h-{}z",
            Px(x),
            Px(y),
            Px(width),
            Px(height),
            Px(width)
        )?;
        let step = 5.0;
        let mut from = step;
        while from < width + height {
            let (x0, y0) = if from < height { (0.0, from) } else { (from - height, height) };
            let (x1, y1) = if from < width { (from, 0.0) } else { (width, from - width) };
            write!(self.out, "M{} {}L{} {}", Px(x + x0), Px(y + y0), Px(x + x1), Px(y + y1))?;
            from += step;
        }
        self.out.write_str("\"/>")
    }

    /// Coefficients, each a bar against its limit.
    pub(super) fn bars(&mut self, caption: &str, told: &str, bars: &[Bar<'_>]) -> fmt::Result {
        const ROW: f64 = 34.0;
        const LEFT: f64 = 2.0;
        const RIGHT: f64 = WIDTH - 84.0;
        let all = bars.iter().flat_map(|bar| [bar.value, bar.limit]).flatten().fold(0.0, f64::max);
        let x = Scale::new(all * 1.05, LEFT, RIGHT);
        self.open_figure(caption, told, WIDTH, ROW * bars.len() as f64 + 4.0)?;
        for (row, bar) in bars.iter().enumerate() {
            let top = ROW * row as f64;
            write!(self.out, "<text x=\"{LEFT}\" y=\"{}\">{}</text>", Px(top + 12.0), Text(bar.label))?;
            let (y, height) = (top + 17.0, 11.0);
            match bar.value {
                Some(value) => {
                    let class = if bar.verdict == Some(Verdict::NotMet) { "l0" } else { "l3" };
                    let width = Px(x.at(value) - LEFT);
                    write!(
                        self.out,
                        "<path class=\"{class}\" d=\"M{LEFT} {}h{width}v{height}h-{width}z\"><title>{} {value}</title></path>",
                        Px(y),
                        Text(bar.label)
                    )?;
                }
                None => self.hatch(LEFT, y, RIGHT - LEFT, height)?,
            }
            if let Some(limit) = bar.limit {
                write!(
                    self.out,
                    "<path class=\"r\" d=\"M{} {}v{}\"/>",
                    Px(x.at(limit)),
                    Px(y - 3.0),
                    Px(height + 6.0)
                )?;
            }
            let mark = bar.verdict.map_or("", glyph);
            let class = bar.verdict.map_or("", Verdict::id);
            write!(
                self.out,
                "<text class=\"s {class}\" x=\"{}\" y=\"{}\">{} {mark}</text>",
                Px(RIGHT + 8.0),
                Px(y + 9.5),
                Text(&bar.shown)
            )?;
        }
        self.close_figure(told)
    }

    /// Cells by school or county and indicator, in bands one below the other where there are many.
    pub(super) fn bands(
        &mut self,
        caption: &str,
        told: &str,
        rows: &[&str],
        columns: &[Column],
    ) -> fmt::Result {
        const PER_BAND: usize = 54;
        const LEFT: f64 = 16.0;
        const CELL: f64 = 9.0;
        let wide = columns.len().clamp(1, PER_BAND) as f64;
        let width = ((WIDTH - LEFT - 2.0) / wide).min(16.0);
        let band = CELL * rows.len() as f64 + 7.0;
        let bands = columns.len().div_ceil(PER_BAND) as f64;
        self.open_figure(caption, told, WIDTH, band * bands)?;
        for (number, columns) in columns.chunks(PER_BAND).enumerate() {
            let top = band * number as f64 + 3.0;
            for row in 0..rows.len() {
                let y = Px(top + CELL * row as f64 + 7.5);
                write!(self.out, "<text class=\"n\" x=\"{}\" y=\"{y}\">{}</text>", Px(LEFT - 4.0), row + 1)?;
            }
            for (place, column) in columns.iter().enumerate() {
                write!(self.out, "<g><title>{}</title>", Text(&column.title))?;
                self.cells(&column.levels, LEFT + width * place as f64, top, width - 0.6, CELL)?;
                self.out.write_str("</g>")?;
            }
        }
        self.close_figure(told)?;
        self.out.write_str("<ol class=\"rows\">")?;
        for row in rows {
            write!(self.out, "<li>{}</li>", Text(row))?;
        }
        self.out.write_str("</ol>")
    }

    /// The cells of one column: one path a level, and the marks that tell levels apart without colours.
    fn cells(&mut self, levels: &[Level], x: f64, top: f64, width: f64, cell: f64) -> fmt::Result {
        let height = cell - 0.6;
        let (w, h) = (Px(width), Px(height));
        let at = |level: Level| {
            let these = levels.iter().enumerate().filter(move |(_, l)| **l == level);
            these.map(move |(row, _)| top + cell * row as f64)
        };
        for level in Level::ALL {
            if at(level).next().is_none() {
                continue;
            }
            write!(self.out, "<path class=\"{}\" d=\"", level.class())?;
            for y in at(level) {
                write!(self.out, "M{} {}h{w}v{h}h-{w}z", Px(x), Px(y))?;
                if level == Level::Missing {
                    let (half_w, half_h) = (Px(width / 2.0), Px(height / 2.0));
                    write!(
                        self.out,
                        "v{half_h}l{half_w} -{half_h}h{half_w}l-{w} {h}h{half_w}l{half_w} -{half_h}"
                    )?;
                }
            }
            self.out.write_str("\"/>")?;
        }
        let marked = || at(Level::Far).chain(at(Level::Short));
        if marked().next().is_some() {
            self.out.write_str("<path class=\"k\" d=\"")?;
            for y in marked() {
                write!(self.out, "M{} {}l{w} -{h}", Px(x), Px(y + height))?;
            }
            for y in at(Level::Far) {
                write!(self.out, "M{} {}l{w} {h}", Px(x), Px(y))?;
            }
            self.out.write_str("\"/>")?;
        }
        Ok(())
    }

    /// A Lorenz curve under its diagonal.
    pub(super) fn curve(&mut self, caption: &str, told: &str, curve: &[(f64, f64)]) -> fmt::Result {
        const SIDE: f64 = 160.0;
        const EDGE: f64 = 4.0;
        self.open_figure(caption, told, SIDE, SIDE)?;
        let x = Scale::new(1.0, EDGE, SIDE - EDGE);
        let y = Scale::new(1.0, SIDE - EDGE, EDGE);
        let (near, far) = (Px(EDGE), Px(SIDE - EDGE));
        write!(self.out, "<path class=\"g\" d=\"M{near} {near}V{far}H{far}V{near}z\"/>")?;
        if curve.is_empty() {
            self.hatch(EDGE, EDGE, SIDE - 2.0 * EDGE, SIDE - 2.0 * EDGE)?;
        } else {
            self.out.write_str("<path class=\"c\" d=\"")?;
            for (place, (p, a)) in curve.iter().enumerate() {
                let step = if place == 0 { 'M' } else { 'L' };
                write!(self.out, "{step}{} {}", Px(x.at(*p)), Px(y.at(*a)))?;
            }
            self.out.write_str("\"/>")?;
        }
        write!(self.out, "<path class=\"r d\" d=\"M{near} {far}L{far} {near}\"/>")?;
        self.close_figure(told)
    }

    /// What the colours and marks of cells and dots mean.
    pub(super) fn legend(&mut self, names: &[(Level, String)]) -> fmt::Result {
        self.out.write_str("<ul class=\"legend\">")?;
        for (level, name) in names {
            self.out.write_str("<li><svg viewBox=\"0 0 32 12\" aria-hidden=\"true\">")?;
            self.cells(&[*level], 1.0, 1.0, 13.0, 10.6)?;
            if *level != Level::Missing {
                self.dot(&Dot { label: "", value: 0.0, level: *level }, 25.0, 6.0, 3.5)?;
            }
            write!(self.out, "</svg>{}</li>", Text(name))?;
        }
        self.out.write_str("</ul>")
    }
}
