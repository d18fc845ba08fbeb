//! The statement of support: a PDF that a person reads, signs and keeps, and that a screen reader reads aloud.
//! Tagged (PDF/UA-1 and PDF/A-2a, which krilla checks while it writes), with title, language, headings and outline, and
//! nothing that acts: no script, no form, no link, no embedded file. The same facts always give the same bytes.
//! It must not learn how the person signs. Data: a proposal, a name and a time in, bytes out.

use std::num::NonZeroU16;

use krilla::SerializeSettings;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::{ContentTag, SpanTag, Tag, TagGroup, TagTree};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use time::OffsetDateTime;

use crate::clock;
use crate::content::Proposal;

/// Noto Sans, under the Open Font License (`assets/fonts/OFL.txt`). Latin, Greek, Cyrillic.
const REGULAR: &[u8] = include_bytes!("../assets/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../assets/fonts/NotoSans-Bold.ttf");

/// A4 in points, with margins of 25 mm.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 70.87;
const LANGUAGE: &str = "en";

/// Why no statement could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StatementError {
    /// The typeface has no shape for this character.
    #[error("the typeface lacks the character {0:?}")]
    Character(char),
    /// The shipped typeface cannot be read.
    #[error("the typeface cannot be read")]
    Typeface,
    /// krilla refused to write the document.
    #[error("the document cannot be written: {0}")]
    Writing(String),
}

/// What a statement says.
pub(crate) struct Statement<'a> {
    pub(crate) proposal: &'a Proposal,
    /// `None` when no form of the name can be drawn; the signature names the person in any case.
    pub(crate) name: Option<&'a str>,
    /// The statement's own number, so that two statements never have the same bytes.
    pub(crate) number: &'a str,
    /// Seconds since 1970.
    pub(crate) made: i64,
}

/// The first of `names` that can be drawn.
pub(crate) fn drawable(names: &[String]) -> Option<&str> {
    let face = Face::load(REGULAR).ok()?;
    names.iter().map(String::as_str).find(|name| face.shape(name, 1.0).is_ok())
}

/// A paragraph or heading before it is laid out.
struct Block {
    /// 0 for a paragraph.
    heading: u16,
    text: String,
}

impl Block {
    fn size(&self) -> f32 {
        match self.heading {
            1 => 24.0,
            2 => 15.0,
            _ => 11.5,
        }
    }

    fn space_before(&self) -> f32 {
        match self.heading {
            1 => 0.0,
            2 => 22.0,
            _ => 8.0,
        }
    }
}

/// A line on its page.
struct Line {
    block: usize,
    page: usize,
    baseline: f32,
    text: String,
}

/// Makes the PDF.
pub(crate) fn make(statement: &Statement<'_>) -> Result<Vec<u8>, StatementError> {
    let faces = Faces { regular: Face::load(REGULAR)?, bold: Face::load(BOLD)? };
    let blocks = blocks(statement);
    let lines = lay_out(&blocks, &faces)?;
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .with_archival_validator(Archival::A2_A)
        .finish()
        .map_err(|error| StatementError::Writing(format!("{error:?}")))?;
    let mut document =
        krilla::Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let marks = draw(&mut document, &blocks, &lines, &faces)?;
    document.set_tag_tree(tag_tree(&blocks, marks)?);
    document.set_outline(outline(&blocks, &lines));
    document.set_metadata(metadata(statement));
    let mut bytes = document.finish().map_err(|error| StatementError::Writing(format!("{error:?}")))?;
    // A revision that a signature will be appended to ends with a line end after %%EOF.
    if bytes.last() != Some(&b'\n') {
        bytes.push(b'\n');
    }
    Ok(bytes)
}

fn blocks(statement: &Statement<'_>) -> Vec<Block> {
    let proposal = statement.proposal;
    let heading = |level, text: &str| Block { heading: level, text: text.to_owned() };
    let paragraph = |text: String| Block { heading: 0, text };
    let who = match statement.name {
        Some(name) => format!("I am {name}."),
        None => "I am the person whom the signature of this document names.".to_owned(),
    };
    vec![
        heading(1, "Statement of support"),
        paragraph("To the Parliament of Velmara, through Open Assembly.".to_owned()),
        heading(2, &format!("Proposal {}: {}", proposal.number, proposal.title)),
        paragraph(proposal.summary.clone()),
        heading(2, "What I say"),
        paragraph(format!("{who} I support this proposal. I ask Parliament {}", proposal.request)),
        paragraph(
            "My support counts once. I can take it back at any time until Parliament debates the proposal."
                .to_owned(),
        ),
        heading(2, "What happens with this statement"),
        paragraph(
            "Open Assembly keeps the signed statement until Parliament has decided whether to debate. It counts \
             statements and hands the list of names to the Speaker of Parliament. It publishes the number of people, \
             never a name."
                .to_owned(),
        ),
        paragraph(format!(
            "Made by Open Assembly on {}. Statement {}.",
            clock::written(statement.made),
            statement.number
        )),
    ]
}

fn metadata(statement: &Statement<'_>) -> Metadata {
    let mut metadata = Metadata::new()
        .title(format!(
            "Statement of support for proposal {}: {}",
            statement.proposal.number, statement.proposal.title
        ))
        .language(LANGUAGE.to_owned())
        .authors(vec!["Open Assembly".to_owned()])
        .creator("Open Assembly".to_owned())
        .document_id(statement.number.to_owned());
    if let Ok(made) = OffsetDateTime::from_unix_timestamp(statement.made) {
        metadata = metadata.creation_date(
            DateTime::new(u16::try_from(made.year()).unwrap_or(0))
                .month(made.month().into())
                .day(made.day())
                .hour(made.hour())
                .minute(made.minute())
                .second(made.second())
                .utc_offset_hour(0)
                .utc_offset_minute(0),
        );
    }
    metadata
}

/// A typeface for measuring and for drawing.
struct Face {
    font: Font,
    measured: FontRef<'static>,
}

struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    fn of(&self, block: &Block) -> &Face {
        if block.heading == 0 { &self.regular } else { &self.bold }
    }
}

impl Face {
    fn load(bytes: &'static [u8]) -> Result<Face, StatementError> {
        Ok(Face {
            font: Font::new(bytes.into(), 0).ok_or(StatementError::Typeface)?,
            measured: FontRef::new(bytes).map_err(|_| StatementError::Typeface)?,
        })
    }

    /// One glyph for each character: right for Latin, Greek and Cyrillic, which need no shaping.
    fn shape(&self, text: &str, size: f32) -> Result<Vec<KrillaGlyph>, StatementError> {
        let charmap = self.measured.charmap();
        let metrics = self.measured.glyph_metrics(Size::unscaled(), LocationRef::default());
        let units = self.font.units_per_em();
        text.char_indices()
            .map(|(start, character)| {
                let glyph = charmap.map(character).ok_or(StatementError::Character(character))?;
                let advance =
                    metrics.advance_width(glyph).ok_or(StatementError::Character(character))? / units;
                Ok(KrillaGlyph::new(
                    GlyphId::new(glyph.to_u32()),
                    advance * size,
                    0.0,
                    0.0,
                    0.0,
                    start..start + character.len_utf8(),
                    None,
                ))
            })
            .collect()
    }

    fn width(&self, text: &str, size: f32) -> Result<f32, StatementError> {
        Ok(self.shape(text, size)?.iter().map(|glyph| glyph.x_advance).sum())
    }
}

/// Breaks blocks into lines between words, and lines into pages. Every line but the last of a block keeps its space,
/// so that words stay apart for those who do not see the line end.
fn lay_out(blocks: &[Block], faces: &Faces) -> Result<Vec<Line>, StatementError> {
    let mut lines: Vec<Line> = Vec::new();
    let (mut page, mut baseline) = (0, MARGIN);
    for (block_index, block) in blocks.iter().enumerate() {
        let (face, size) = (faces.of(block), block.size());
        baseline += block.space_before();
        for text in wrap(&block.text, face, size)? {
            baseline += size * 1.4;
            // A heading never stands alone at the foot of a page.
            let company = if block.heading > 0 { 40.0 } else { 0.0 };
            if baseline + company > HEIGHT - MARGIN {
                page += 1;
                baseline = MARGIN + size * 1.4;
            }
            lines.push(Line { block: block_index, page, baseline, text });
        }
    }
    Ok(lines)
}

fn wrap(text: &str, face: &Face, size: f32) -> Result<Vec<String>, StatementError> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in text.split_whitespace() {
        let longer = if current.is_empty() { word.to_owned() } else { format!("{current} {word}") };
        if current.is_empty() || face.width(&longer, size)? <= WIDTH - 2.0 * MARGIN {
            current = longer;
        } else {
            current.push(' ');
            lines.push(std::mem::replace(&mut current, word.to_owned()));
        }
    }
    lines.push(current);
    Ok(lines)
}

/// Draws every line and answers its mark, with the block it belongs to.
fn draw(
    document: &mut krilla::Document,
    blocks: &[Block],
    lines: &[Line],
    faces: &Faces,
) -> Result<Vec<(usize, krilla::tagging::Identifier)>, StatementError> {
    let mut marks = Vec::with_capacity(lines.len());
    let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(StatementError::Typeface)?;
    for page_lines in lines.chunk_by(|one, next| one.page == next.page) {
        let mut page = document.start_page_with(settings.clone());
        let mut surface = page.surface();
        for line in page_lines {
            let Some(block) = blocks.get(line.block) else { continue };
            let face = faces.of(block);
            // krilla scales advances by the size it draws at, so shape at size one.
            let glyphs = face.shape(&line.text, 1.0)?;
            let mark = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            surface.draw_glyphs(
                Point::from_xy(MARGIN, line.baseline),
                &glyphs,
                face.font.clone(),
                &line.text,
                block.size(),
                false,
            );
            surface.end_tagged();
            marks.push((line.block, mark));
        }
        surface.finish();
        page.finish();
    }
    Ok(marks)
}

fn tag_tree(
    blocks: &[Block],
    marks: Vec<(usize, krilla::tagging::Identifier)>,
) -> Result<TagTree, StatementError> {
    let mut groups = blocks
        .iter()
        .map(|block| match NonZeroU16::new(block.heading) {
            Some(level) => TagGroup::new(Tag::Hn(level, Some(block.text.clone()))),
            None => TagGroup::new(Tag::P),
        })
        .collect::<Vec<_>>();
    for (block, mark) in marks {
        groups.get_mut(block).ok_or(StatementError::Typeface)?.push(mark);
    }
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    for group in groups {
        tree.push(group);
    }
    Ok(tree)
}

fn outline(blocks: &[Block], lines: &[Line]) -> Outline {
    let mut outline = Outline::new();
    for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.heading > 0) {
        if let Some(line) = lines.iter().find(|line| line.block == index) {
            let top = Point::from_xy(0.0, line.baseline - block.size());
            outline.push_child(OutlineNode::new(block.text.clone(), XyzDestination::new(line.page, top)));
        }
    }
    outline
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::content::proposals;

    const MADE: i64 = 1_809_439_500;

    fn statement(name: Option<&str>, number: &str) -> Vec<u8> {
        let proposal = proposals().unwrap().remove(0);
        make(&Statement { proposal: &proposal, name, number, made: MADE }).unwrap()
    }

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    /// The text of the page as lopdf, another program, reads it, in one line.
    fn text(bytes: &[u8]) -> String {
        let document = lopdf::Document::load_mem(bytes).unwrap();
        let pages: Vec<u32> = document.get_pages().keys().copied().collect();
        document.extract_text(&pages).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_same_facts_give_the_same_bytes_and_another_number_gives_others() {
        assert_eq!(statement(Some("Mira Okonjo Vale"), "one"), statement(Some("Mira Okonjo Vale"), "one"));
        assert_ne!(statement(Some("Mira Okonjo Vale"), "one"), statement(Some("Mira Okonjo Vale"), "two"));
    }

    #[test]
    fn another_program_reads_who_says_what() {
        let text = text(&statement(Some("Mira Okonjo Vale"), "one"));
        for part in [
            "Statement of support",
            "Proposal 118: Keep the night trains running",
            "I am Mira Okonjo Vale. I support this proposal.",
            "for a trial of three years.",
            "4 May 2027, 14:05 UTC",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }

    #[test]
    fn names_in_greek_and_cyrillic_are_drawn() {
        assert!(text(&statement(Some("Ελένη Жданова-Ōé"), "one")).contains("Ελένη Жданова-Ōé"));
    }

    #[test]
    fn a_name_that_cannot_be_drawn_is_left_to_the_signature() {
        let names = ["მირა".to_owned(), "Mira".to_owned()];
        assert_eq!(drawable(&names), Some("Mira"));
        assert_eq!(drawable(&names[..1]), None);
        assert!(
            text(&statement(None, "one")).contains("the person whom the signature of this document names")
        );
        let proposal = proposals().unwrap().remove(0);
        let refused =
            make(&Statement { proposal: &proposal, name: Some("მირა"), number: "one", made: MADE });
        assert_eq!(refused, Err(StatementError::Character('მ')));
    }

    #[test]
    fn the_document_is_tagged_named_and_inert() {
        let bytes = statement(Some("Mira Okonjo Vale"), "one");
        assert!(bytes.ends_with(b"%%EOF\n"));
        for part in [
            &b"/StructTreeRoot"[..],
            b"/MarkInfo",
            b"/Lang",
            b"/Outlines",
            b"DisplayDocTitle",
            b"/H1",
            b"/H2",
        ] {
            assert!(contains(&bytes, part), "{}", String::from_utf8_lossy(part));
        }
        for part in [
            &b"/JavaScript"[..],
            b"/JS",
            b"/OpenAction",
            b"/AA",
            b"/AcroForm",
            b"/XFA",
            b"/EmbeddedFile",
            b"/ObjStm",
            b"/Annots",
            b"/Encrypt",
        ] {
            assert!(!contains(&bytes, part), "{}", String::from_utf8_lossy(part));
        }
    }

    #[test]
    fn a_long_text_goes_on_on_the_next_page() {
        let mut proposal = proposals().unwrap()[0].clone();
        proposal.request = format!("to listen {}", "and to answer ".repeat(600));
        let bytes = make(&Statement { proposal: &proposal, name: None, number: "one", made: MADE }).unwrap();
        let document = lopdf::Document::load_mem(&bytes).unwrap();
        assert_eq!(document.get_pages().len(), 4);
        assert!(document.extract_text(&[1]).unwrap().contains("to listen"));
        assert!(document.extract_text(&[4]).unwrap().contains("Made by Open Assembly"));
    }
}
