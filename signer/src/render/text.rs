//! The text of a page, as an aid beside the picture: for screen readers, large print and search.
//!
//! It says what is drawn, in the author's order where the file has one that can be followed, else in the order of drawing.
//! An order cannot leave anything out: what it does not name is read after it. An author's words for something
//! (`ActualText`, `Alt`) never stand in place of what is drawn: where they say something else, they follow it and are
//! marked as the author's; what lies on the page and is not drawn is marked too. It can still differ from the pixels (white
//! on white, a false ToUnicode table), which the page says.

use std::collections::HashMap;

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::object::Dict;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{BezPath, Point, Rect};

use super::aid::{Aid, Block, Kind};
use super::lines::{Ends, Glyph, Lines};
use super::structure::{self, Piece, Plan, Planned, Untrusted};

/// A page of small print has 6,000 characters; beyond this it is no page of a document, and the text says that it is cut.
const CHARACTERS_MAX: usize = 200_000;
/// Marked content inside marked content: a span in a paragraph in a layer is three.
const MARKS_MAX: usize = 1_000;
/// Glyphs are drawn in thousandths of the font's size (ISO 32000-1 §9.2.4).
const UNITS_PER_EM: f64 = 1000.0;

/// The text of a page, as [`Aid`] writes it; empty where there is none.
pub(super) fn of<'a>(
    page: &'a Page<'a>,
    settings: &InterpreterSettings,
    plan: Result<Option<&Plan>, &Untrusted>,
) -> String {
    let (width, height) = page.render_dimensions();
    let cache = InterpreterCache::new();
    let transform = hayro::hayro_interpret::util::TransformExt::to_kurbo(&page.initial_transform(true));
    let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut context = Context::new(transform, area, &cache, page.xref(), settings.clone());
    let mut reader = Reader::default();
    interpret_page(page, &mut context, &mut reader);
    reader.aid(page, plan).write()
}

/// What is said on a page, in the order of drawing.
#[derive(Debug)]
enum Said {
    Glyph(Glyph),
    Open,
    Words(String),
}

/// A stretch under one mark.
#[derive(Debug)]
struct Stretch {
    mark: Option<i32>,
    said: Vec<Said>,
}

/// A mark that is open.
struct Mark {
    number: Option<i32>,
    words: Option<String>,
}

/// A device that draws nothing and writes down what it is told to draw.
#[derive(Default)]
struct Reader {
    stretches: Vec<Stretch>,
    marks: Vec<Mark>,
    /// Marks that are open and too many to be remembered.
    beyond: usize,
    /// Numbers that were given; a number that was given twice belongs to no one place (ISO 32000-1 §14.7.4.2).
    numbers: HashMap<i32, u32>,
    characters: usize,
    unsaid: bool,
    cut: bool,
}

impl Reader {
    fn say(&mut self, said: Said) {
        let mark = self.marks.last().and_then(|mark| mark.number);
        match self.stretches.last_mut().filter(|stretch| stretch.mark == mark) {
            Some(stretch) => stretch.said.push(said),
            None => self.stretches.push(Stretch { mark, said: vec![said] }),
        }
    }

    fn glyph(&mut self, at: Point, size: f64, text: &str, hidden: bool) {
        let text: String = text.chars().filter(|letter| structure::is_said(*letter)).collect();
        self.characters += text.chars().count().max(1);
        if self.characters > CHARACTERS_MAX {
            self.cut = true;
        } else {
            self.say(Said::Glyph(Glyph { at, size, text, hidden }));
        }
    }

    fn aid(&self, page: &Page<'_>, plan: Result<Option<&Plan>, &Untrusted>) -> Aid {
        let mut aid = Aid::default();
        aid.notes.unsaid = self.unsaid;
        aid.notes.cut = self.cut;
        let twice = self.numbers.values().any(|times| *times > 1);
        match plan {
            Ok(Some(plan)) if !twice => {
                aid.notes.tagged = true;
                aid.blocks = self.planned(plan.page(page.raw().obj_id()));
                return aid;
            }
            Ok(None) => {}
            Ok(Some(_)) | Err(_) => aid.notes.untrusted = true,
        }
        aid.blocks = drawn(self.stretches.iter());
        aid
    }

    /// The blocks of the author's order, and after them what it does not name.
    fn planned(&self, planned: &[Planned]) -> Vec<Block> {
        let mut by_number: HashMap<i32, Vec<&Stretch>> = HashMap::new();
        for stretch in &self.stretches {
            if let Some(number) = stretch.mark {
                by_number.entry(number).or_default().push(stretch);
            }
        }
        let mut blocks: Vec<Block> = Vec::new();
        for one in planned {
            let mut lines = Lines::new(Ends::Flow);
            for piece in &one.pieces {
                match piece {
                    Piece::Content(number) => {
                        by_number
                            .remove(number)
                            .into_iter()
                            .flatten()
                            .for_each(|stretch| read(&mut lines, stretch));
                    }
                    Piece::Break => lines.end(),
                    Piece::Open => lines.open(),
                    Piece::Label => lines.label(matches!(one.kind, Kind::Item(_))),
                    Piece::Words(words) => lines.words(words),
                }
            }
            let block = Block {
                kind: one.kind,
                language: one.language.clone(),
                spans: lines.paragraphs().into_iter().flatten().collect(),
            };
            blocks.extend(Some(block).filter(Block::is_worth_a_place));
        }
        let named = |stretch: &&Stretch| stretch.mark.is_some_and(|number| !by_number.contains_key(&number));
        let mut others = drawn(self.stretches.iter().filter(|stretch| !named(stretch)));
        if !others.is_empty() && !blocks.is_empty() {
            others.insert(0, Block { kind: Kind::Outside, ..Block::default() });
        }
        blocks.append(&mut others);
        blocks
    }
}

/// Paragraphs in the order of drawing, told apart by the space between them.
fn drawn<'s>(stretches: impl Iterator<Item = &'s Stretch>) -> Vec<Block> {
    let mut lines = Lines::new(Ends::Stay);
    stretches.for_each(|stretch| read(&mut lines, stretch));
    lines.paragraphs().into_iter().map(|spans| Block { spans, ..Block::default() }).collect()
}

fn read(lines: &mut Lines, stretch: &Stretch) {
    for said in &stretch.said {
        match said {
            Said::Glyph(glyph) => lines.glyph(glyph),
            Said::Open => lines.open(),
            Said::Words(words) => lines.words(words),
        }
    }
}

impl<'a> Device<'a> for Reader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let hidden = matches!(mode, DrawMode::Invisible);
        for glyph in run.glyphs() {
            let transform = props.transform * glyph.transform();
            let [_, _, c, d, ..] = transform.as_coeffs();
            let size = c.hypot(d) * UNITS_PER_EM;
            let at = transform.translation().to_point();
            match glyph.as_unicode() {
                Some(BfString::Char(character)) => {
                    self.glyph(at, size, character.encode_utf8(&mut [0; 4]), hidden)
                }
                Some(BfString::String(text)) => self.glyph(at, size, &text, hidden),
                // A glyph that says nothing is seen and not read.
                None => self.unsaid |= !hidden,
            }
        }
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        if self.marks.len() >= MARKS_MAX {
            self.beyond += 1;
            return;
        }
        let own = properties.and_then(|properties| properties.get::<i32>("MCID"));
        if let Some(number) = own {
            *self.numbers.entry(number).or_default() += 1;
        }
        // What is inside a stretch belongs to it; an artifact belongs to none (ISO 32000-1 §14.8.2.2).
        let around = self.marks.last().and_then(|mark| mark.number).filter(|_| tag != b"Artifact");
        let words = properties.and_then(structure::words).filter(|_| tag != b"Artifact");
        let opens = words.is_some();
        self.marks.push(Mark { number: own.or(around), words });
        if opens {
            self.say(Said::Open);
        }
    }

    fn end_marked_content(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        if let Some(words) = self.marks.last_mut().and_then(|mark| mark.words.take()) {
            self.characters += words.len();
            if self.characters > CHARACTERS_MAX {
                self.cut = true;
            } else {
                self.say(Said::Words(words));
            }
        }
        self.marks.pop();
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
