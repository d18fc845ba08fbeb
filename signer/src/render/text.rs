//! The text of a page in the order of its content, as an aid beside the pictures: for screen readers, large print and
//! search. It can differ from the pixels (hidden text, a false ToUnicode table), which the page says.

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{BezPath, Point, Rect};
use unicode_bidi::{BidiInfo, Level};
use unicode_normalization::UnicodeNormalization as _;

/// A page of small print has 6,000 characters; beyond this it is no page of a document.
const CHARACTERS_MAX: usize = 200_000;

/// Glyphs are drawn in thousandths of the font's size (ISO 32000-1 §9.2.4).
const UNITS_PER_EM: f64 = 1000.0;

/// The text of a page, a line per line; empty where there is none.
pub(super) fn of<'a>(page: &'a Page<'a>, settings: &InterpreterSettings) -> String {
    let (width, height) = page.render_dimensions();
    let cache = InterpreterCache::new();
    let transform = hayro::hayro_interpret::util::TransformExt::to_kurbo(&page.initial_transform(true));
    let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut context = Context::new(transform, area, &cache, page.xref(), settings.clone());
    let mut reader = Reader::default();
    interpret_page(page, &mut context, &mut reader);
    reader.finish()
}

/// A device that draws nothing and writes down what it is told to draw.
#[derive(Default)]
struct Reader {
    lines: Vec<String>,
    line: String,
    characters: usize,
    /// Where the last glyph began, and how high text was there.
    last: Option<(Point, f64)>,
}

impl Reader {
    fn glyph(&mut self, at: Point, size: f64, text: &str) {
        if self.characters > CHARACTERS_MAX {
            return;
        }
        self.characters += text.chars().count();
        if let Some((before, before_size)) = self.last {
            let height = size.max(before_size).max(1.0);
            let (dx, dy) = (at.x - before.x, at.y - before.y);
            if dy.abs() > height * 0.5 {
                self.end_line();
                // More than a line and a half down is a new paragraph.
                if dy > height * 1.9 {
                    self.lines.push(String::new());
                }
            } else if dx.abs() > height * 1.6 && !self.line.ends_with(' ') && !self.line.is_empty() {
                // A jump further than any letter is wide, without a space in the file: a column or a tab.
                self.line.push(' ');
            }
        }
        self.line.push_str(text);
        self.last = Some((at, size));
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.lines.push(logical(line.trim_end()));
    }

    fn finish(mut self) -> String {
        self.end_line();
        let mut text = self.lines.join("\n");
        while text.contains("\n\n\n") {
            text = text.replace("\n\n\n", "\n\n");
        }
        text.trim_matches('\n').to_owned()
    }
}

/// Right-to-left text stands in a file from left to right, as it is drawn; people and programs read it in its own order.
fn logical(line: &str) -> String {
    let clean: String = line.chars().filter(|character| !character.is_control()).collect();
    let bidi = BidiInfo::new(&clean, None);
    if !bidi.has_rtl() {
        return clean;
    }
    // Reordering what is in visual order, under the direction that most of its letters have, gives the logical order.
    let level_at = |(at, _): &(usize, char)| bidi.levels.get(*at).is_some_and(Level::is_rtl);
    let right = clean.char_indices().filter(level_at).count();
    let level = if 2 * right > clean.chars().count() { Level::rtl() } else { Level::ltr() };
    let visual = BidiInfo::new(&clean, Some(level));
    let line = visual.paragraphs.first().map(|line| visual.reorder_line(line, line.range.clone()));
    line.map_or_else(|| clean.clone(), |line| letters(&line))
}

/// Shapes of letters as they are joined on paper become the letters themselves, after their order was mended: a ligature
/// holds its letters in their own order. Nothing else is touched (`m²` is not `m2`).
fn letters(line: &str) -> String {
    line.chars()
        .flat_map(|character| match character {
            // Arabic presentation forms A and B.
            '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' => one(character).nfkc().collect::<Vec<_>>(),
            other => vec![other],
        })
        .collect()
}

fn one(character: char) -> std::iter::Once<char> {
    std::iter::once(character)
}

impl<'a> Device<'a> for Reader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            let transform = props.transform * glyph.transform();
            let [_, _, c, d, ..] = transform.as_coeffs();
            let size = c.hypot(d) * UNITS_PER_EM;
            let at = transform.translation().to_point();
            match glyph.as_unicode() {
                Some(BfString::Char(character)) => self.glyph(at, size, character.encode_utf8(&mut [0; 4])),
                Some(BfString::String(text)) => self.glyph(at, size, &text),
                // A glyph that says nothing is seen and not read.
                None => {}
            }
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_left_to_right_stays_as_it_is() {
        assert_eq!(logical("m² of 3\u{7} (Ána)"), "m² of 3 (Ána)");
    }

    #[test]
    fn text_from_right_to_left_gets_its_own_order() {
        // As drawn: the last letter first; the number stays a number.
        assert_eq!(logical("118 مالس"), "سلام 118");
        // And joined shapes become letters: lam-alef in one glyph.
        assert_eq!(logical("م\u{fefb}س"), "سلام");
        assert_eq!(logical("Amina \u{5dd}\u{5d5}\u{5dc}\u{5e9}"), "Amina \u{5e9}\u{5dc}\u{5d5}\u{5dd}");
    }
}
