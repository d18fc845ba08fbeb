//! What is drawn, what is refused, and a child that dies while drawing.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::draw::each_page;
use super::frame::Frame;
use super::*;

/// A document of one page that every reader accepts.
pub(crate) fn document() -> Vec<u8> {
    pdf(A4, HELVETICA, TWO_LINES)
}

/// A tagged document of many pages, each under its own heading.
pub(crate) fn long_document(pages: usize) -> Vec<u8> {
    let content = |page: usize| {
        format!(
            "/H2 <</MCID 0>> BDC BT /F 12 Tf 20 250 Td (Part {page}) Tj ET EMC \
             /P <</MCID 1>> BDC BT /F 12 Tf 20 200 Td (What part {page} says.) Tj ET EMC"
        )
    };
    let contents: Vec<String> = (1..=pages).map(content).collect();
    let parts = (0..pages).map(|page| {
        let object = super::structure::tests::page_object(page);
        format!("<</S/H2/Pg {object} 0 R/K 0>><</S/P/Pg {object} 0 R/K 1>>")
    });
    let tree = format!("<</Type/StructTreeRoot/K[{}]>>", parts.collect::<String>());
    let contents: Vec<&str> = contents.iter().map(String::as_str).collect();
    super::structure::tests::tagged(&contents, &[&tree])
}

/// The same with other words.
pub(crate) fn with_text(words: &str) -> Vec<u8> {
    pdf(A4, HELVETICA, &format!("BT /F 12 Tf 72 770 Td ({words}) Tj ET"))
}

/// What a child would say of a document.
pub(crate) fn said_of(document: Vec<u8>) -> Vec<u8> {
    let pages = drawn(document).unwrap();
    let end = Frame::End(u32::try_from(pages.len()).unwrap()).write();
    pages.into_iter().flat_map(|page| Frame::Page(page).write()).chain(end).collect()
}

/// A document of one page: these resources, this content, with a whole cross-reference table.
fn pdf(media_box: &str, resources: &str, content: &str) -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox{media_box}/Resources<<{resources}>>/Contents 4 0 R>>"),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
    ];
    file(&objects)
}

/// Objects from 1 on, of which the first is the catalog.
pub(super) fn file(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let xref = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(
        format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1).bytes(),
    );
    out
}

const A4: &str = "[0 0 595 842]";
const HELVETICA: &str = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>";
const TWO_LINES: &str = "BT /F 12 Tf 72 770 Td (I support this) Tj 0 -14 Td (proposal.) Tj ET";

fn drawn(document: Vec<u8>) -> Result<Vec<Page>, Undrawable> {
    let mut pages = Vec::new();
    each_page(document, Asked::Pages, |page| {
        pages.push(page);
        true
    })?;
    Ok(pages)
}

#[test]
fn a_page_becomes_a_grey_picture_and_its_text() {
    let pages = drawn(pdf(A4, HELVETICA, TWO_LINES)).unwrap();
    let [page] = pages.as_slice() else { unreachable!("one page") };
    assert_eq!((page.width, page.height), (909, 1286));
    assert_eq!(page.text, "I support this\nproposal.");
    let decoder = png::Decoder::new(std::io::Cursor::new(&page.png));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (909, 1286));
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Grayscale, png::BitDepth::Four));
    assert!(pixels.contains(&0xff) && pixels.contains(&0x00), "black on white");
    assert_eq!(drawn(pdf(A4, HELVETICA, TWO_LINES)).unwrap(), pages, "the same on the same machine");
}

#[test]
fn a_coloured_page_keeps_its_colours_and_a_page_without_text_has_none() {
    let pages = drawn(pdf(A4, "", "1 0 0 rg 100 100 200 200 re f")).unwrap();
    let [page] = pages.as_slice() else { unreachable!("one page") };
    assert_eq!(page.text, "");
    let reader = png::Decoder::new(std::io::Cursor::new(&page.png)).read_info().unwrap();
    assert_eq!(reader.info().color_type, png::ColorType::Rgb);
}

/// Words that somebody made as pale as can be are still other than white; white itself is white.
#[test]
fn the_palest_grey_is_not_white() {
    for (grey, expected) in [("0.999", 0xff), ("0.99", 0xee), ("0", 0x00)] {
        let pages = drawn(pdf("[0 0 72 72]", "", &format!("{grey} g 0 0 72 72 re f"))).unwrap();
        let mut reader =
            png::Decoder::new(std::io::Cursor::new(&pages.first().unwrap().png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert!(pixels.iter().all(|pair| *pair == expected), "{grey}: {pixels:?}");
    }
}

#[test]
fn what_cannot_be_drawn_for_certain_is_refused() {
    let font = HELVETICA.replace("Helvetica", "VelmaraGrotesk");
    assert_eq!(drawn(pdf(A4, &font, TWO_LINES)), Err(Undrawable::FontMissing));
    assert_eq!(drawn(pdf("[0 0 1000000000 842]", HELVETICA, TWO_LINES)), Err(Undrawable::PageTooLarge));
    assert_eq!(drawn(pdf("[0 0 2600 2600]", HELVETICA, TWO_LINES)), Err(Undrawable::PageTooLarge));
    assert!(drawn(pdf("[0 0 1850 1850]", HELVETICA, TWO_LINES)).is_ok());
    assert_eq!(drawn(b"%PDF-1.7 and nothing more".to_vec()), Err(Undrawable::Unreadable));
}

#[test]
fn frames_come_back_whole_or_not_at_all() {
    let page = Page { width: 1, height: 2, png: vec![9; 300], text: "größer".to_owned() };
    let said = [Frame::Page(page.clone()).write(), Frame::Page(page.clone()).write(), Frame::End(2).write()]
        .concat();
    assert_eq!(frame::pages(&said), Ok(vec![page.clone(), page.clone()]));
    for end in 0..said.len() {
        assert_eq!(frame::pages(said.get(..end).unwrap()), Err(Undrawable::TooHeavy), "cut at {end}");
    }
    let wrong = [Frame::Page(page.clone()).write(), Frame::End(2).write()].concat();
    assert_eq!(frame::pages(&wrong), Err(Undrawable::TooHeavy));
    let more = [said.as_slice(), &[0]].concat();
    assert_eq!(frame::pages(&more), Err(Undrawable::TooHeavy));
    let refused = [Frame::Page(page).write(), Frame::Refused(Undrawable::FontMissing).write()].concat();
    assert_eq!(frame::pages(&refused), Err(Undrawable::FontMissing));
}

/// A child that answers nothing, or is no child at all, is a refusal or an alarm and never an empty document.
#[tokio::test]
async fn a_child_that_dies_refuses_the_document() {
    let silent = Renderer::new(PathBuf::from("/bin/true")).draw(b"%PDF").await;
    assert_eq!(silent, Err(RenderError::Refused(Undrawable::TooHeavy)));
    let missing = Renderer::new(PathBuf::from("/nowhere/at/all")).draw(b"%PDF").await;
    assert!(matches!(missing, Err(RenderError::Program(_))));
}
