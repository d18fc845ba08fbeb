//! From glyphs with their places to lines and words: where a line ends, where a space was left out, and in which order
//! right-to-left text is read.

use hayro::kurbo::Point;
use unicode_bidi::{BidiInfo, Level};
use unicode_normalization::UnicodeNormalization as _;

use super::aid::{Span, Voice};

/// One glyph.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub(super) at: Point,
    /// How high text is there.
    pub(super) size: f64,
    pub(super) text: String,
    /// It lies on the page and is not drawn.
    pub(super) hidden: bool,
}

/// What the end of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// It stays, and a wide space begins a paragraph: nothing else tells them.
    Stay,
    /// It is a space: the block is one paragraph.
    Flow,
}

/// What is written down, block by block or line by line.
pub(super) struct Lines {
    ends: Ends,
    paragraphs: Vec<Vec<Span>>,
    spans: Vec<Span>,
    line: String,
    hidden: bool,
    /// What was drawn in this block, letter by letter, and where in it something was opened.
    letters: String,
    opened: Vec<usize>,
    /// Where the last glyph began, and how high text was there.
    last: Option<(Point, f64)>,
}

impl Lines {
    pub(super) const fn new(ends: Ends) -> Self {
        Self {
            ends,
            paragraphs: Vec::new(),
            spans: Vec::new(),
            line: String::new(),
            hidden: false,
            letters: String::new(),
            opened: Vec::new(),
            last: None,
        }
    }

    pub(super) fn glyph(&mut self, glyph: &Glyph) {
        if self.hidden != glyph.hidden {
            self.put_line();
            self.hidden = glyph.hidden;
        }
        if let Some((before, before_size)) = self.last {
            let height = glyph.size.max(before_size).max(1.0);
            let (dx, dy) = (glyph.at.x - before.x, glyph.at.y - before.y);
            if dy.abs() > height * 0.5 {
                // More than a line and a half down is a new paragraph.
                self.end_line(dy > height * 1.9);
            } else if dx.abs() > height * 1.6 {
                // A jump further than any letter is wide, without a space in the file: a column or a tab.
                self.space();
            }
        }
        self.line.push_str(&glyph.text);
        self.letters.push_str(&glyph.text);
        self.last = Some((glyph.at, glyph.size));
    }

    fn end_line(&mut self, paragraph: bool) {
        match self.ends {
            Ends::Flow if self.line.ends_with(SOFT_HYPHEN) => {
                self.line.pop();
                self.put_line();
            }
            // Each line is put into its own order before it is joined.
            Ends::Flow => {
                self.put_line();
                if let Some(span) =
                    self.spans.last_mut().filter(|span| !span.words.ends_with(char::is_whitespace))
                {
                    span.words.push(' ');
                }
            }
            Ends::Stay => {
                self.put_line();
                if paragraph {
                    self.put_paragraph();
                } else {
                    self.break_line();
                }
            }
        }
    }

    fn space(&mut self) {
        let before = self.line.chars().next_back().or_else(|| self.spans.last()?.words.chars().next_back());
        if before.is_some_and(|letter| !letter.is_whitespace()) {
            self.line.push(' ');
        }
    }

    /// A new line inside a block.
    pub(super) fn end(&mut self) {
        self.put_line();
        self.break_line();
        self.last = None;
    }

    fn break_line(&mut self) {
        if let Some(span) = self.spans.last_mut().filter(|span| !span.words.ends_with('\n')) {
            span.words.truncate(span.words.trim_end().len());
            span.words.push('\n');
        }
    }

    /// From here on, until [`words`](Self::words) or [`label`](Self::label).
    pub(super) fn open(&mut self) {
        self.opened.push(self.letters.len());
    }

    fn since_opened(&mut self) -> &str {
        let from = self.opened.pop().unwrap_or(self.letters.len());
        self.letters.get(from..).unwrap_or_default()
    }

    /// A sign in front of a line of a list is not read: the list that the page makes of the lines has its own. In front of
    /// a note it is the note's.
    pub(super) fn label(&mut self, in_list: bool) {
        let label = self.since_opened().to_owned();
        let mut letters = label.trim().chars();
        let sign = match (letters.next(), letters.next()) {
            (None, None) => true,
            (Some(sign), None) => is_bullet(sign),
            _ => false,
        };
        if in_list && sign && self.line.ends_with(&label) {
            self.line.truncate(self.line.len() - label.len());
        } else {
            self.space();
        }
    }

    /// What the author says of what was drawn since it was opened. Where both say the same, once is enough.
    pub(super) fn words(&mut self, words: &str) {
        let drawn = self.since_opened();
        if !same(drawn, words) && !same(&logical(drawn), words) {
            self.put_line();
            self.spans.push(Span { voice: Voice::Author, words: words.to_owned() });
        }
    }

    fn put_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let words = logical(&line);
        let voice = if self.hidden { Voice::Hidden } else { Voice::Drawn };
        match self.spans.last_mut().filter(|span| span.voice == voice) {
            Some(span) => span.words.push_str(&words),
            None if words.trim().is_empty() => {}
            None => self.spans.push(Span { voice, words }),
        }
    }

    fn put_paragraph(&mut self) {
        let mut spans = std::mem::take(&mut self.spans);
        if let Some(first) = spans.first_mut() {
            first.words.drain(..first.words.len() - first.words.trim_start().len());
        }
        if let Some(last) = spans.last_mut() {
            last.words.truncate(last.words.trim_end().len());
        }
        spans.retain(|span| !span.words.trim().is_empty());
        if !spans.is_empty() {
            self.paragraphs.push(spans);
        }
        self.letters.clear();
        self.opened.clear();
    }

    /// All paragraphs; of a block that flows, at most one.
    pub(super) fn paragraphs(mut self) -> Vec<Vec<Span>> {
        self.put_line();
        self.put_paragraph();
        self.paragraphs
    }
}

const SOFT_HYPHEN: char = '\u{ad}';

/// Signs that begin the lines of a list and say nothing themselves.
const fn is_bullet(sign: char) -> bool {
    matches!(
        sign,
        '•' | '‣'
            | '◦'
            | '▪'
            | '▫'
            | '■'
            | '□'
            | '●'
            | '○'
            | '–'
            | '—'
            | '-'
            | '*'
            | '·'
            | '\u{f0b7}'
            | '\u{f0a7}'
    )
}

/// Whether words say what is drawn: joined letters are their letters, a hyphen where a line ends is a soft one, and
/// spaces do not count.
fn same(drawn: &str, words: &str) -> bool {
    let plain = |text: &str| {
        text.nfkc()
            .filter(|letter| !letter.is_whitespace())
            .map(|letter| if letter == SOFT_HYPHEN { '-' } else { letter })
            .collect::<String>()
    };
    plain(drawn) == plain(words)
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
