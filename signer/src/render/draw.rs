//! Draws pages at 110 dpi. Anything that the library cannot draw for certain is a refusal, never a blank.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use hayro::hayro_interpret::font::FontQuery;
use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page as PdfPage;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use png::{BitDepth, ColorType, Compression};

use super::frame::Undrawable;
use super::{Asked, Page, fonts, structure, text};

/// A page of A4 becomes 909 by 1286 pixels: readable at the width of the sheet, and 30 KB.
const DOTS_PER_POINT: f32 = 110.0 / 72.0;
/// What a person can still read before signing.
const PAGES_MAX: usize = 300;
/// Documents of so many pages are squeezed as far as it goes, which takes 30 ms a page and saves a tenth; 300 pages would
/// take the child's ten seconds.
const SQUEEZED_MAX: usize = 40;
/// Side of a page in pixels.
const SIDE_MAX: f32 = 4_000.0;
/// Pixels of a page.
const PIXELS_MAX: f32 = 8_000_000.0;

/// Draws all pages, or reads their words, and gives each away as it is done; `give` says whether to go on.
pub(super) fn each_page(
    document: Vec<u8>,
    asked: Asked,
    mut give: impl FnMut(Page) -> bool,
) -> Result<(), Undrawable> {
    let pdf = Pdf::new(document).map_err(|_| Undrawable::Unreadable)?;
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(Undrawable::Unreadable);
    }
    if pages.len() > PAGES_MAX {
        return Err(Undrawable::TooManyPages);
    }
    for page in pages.iter() {
        check_size(page)?;
    }
    fonts::all_present(&pdf)?;
    let plan = structure::plan(&pdf);
    let complaints = Complaints::default();
    let (cache, settings) = (RenderCache::new(), complaints.settings());
    let squeezed = if pages.len() <= SQUEEZED_MAX { Compression::High } else { Compression::Balanced };
    for page in pages.iter() {
        let drawn = match asked {
            Asked::Pages => picture(page, &cache, &settings, squeezed).ok_or(Undrawable::TooHeavy)?,
            Asked::Words => Page { width: 0, height: 0, png: Vec::new(), text: String::new() },
        };
        let text = text::of(page, &settings, plan.as_ref().map(Option::as_ref));
        complaints.none()?;
        if !give(Page { text, ..drawn }) {
            return Err(Undrawable::TooHeavy);
        }
    }
    Ok(())
}

/// A page as it looks, without its words.
fn picture<'a>(
    page: &'a PdfPage<'a>,
    cache: &RenderCache<'a>,
    settings: &InterpreterSettings,
    compression: Compression,
) -> Option<Page> {
    let scale = PixmapSettings { x_scale: DOTS_PER_POINT, y_scale: DOTS_PER_POINT, bg_color: WHITE };
    let pixmap = render(page, cache, settings, &RenderSettings::default(), &scale);
    let png = png(&pixmap, compression)?;
    Some(Page { width: pixmap.width().into(), height: pixmap.height().into(), png, text: String::new() })
}

/// The library panics on a side of 10^9, so this comes before it draws.
fn check_size(page: &PdfPage<'_>) -> Result<(), Undrawable> {
    let (width, height) = page.render_dimensions();
    let (width, height) = (width * DOTS_PER_POINT, height * DOTS_PER_POINT);
    let possible = |side: f32| (1.0..=SIDE_MAX).contains(&side);
    if possible(width) && possible(height) && width * height <= PIXELS_MAX {
        Ok(())
    } else {
        Err(Undrawable::PageTooLarge)
    }
}

/// What the library says while it draws: it goes on silently, we do not.
#[derive(Clone, Default)]
struct Complaints(Arc<AtomicU8>);

const FONT: u8 = 1;
const PART: u8 = 2;

impl Complaints {
    fn settings(&self) -> InterpreterSettings {
        let (fonts, parts) = (self.0.clone(), self.0.clone());
        InterpreterSettings {
            font_resolver: Arc::new(move |query| match query {
                FontQuery::Standard(standard) => Some(standard.get_font_data()),
                // A font that is not in the file looks different on each device, or not at all.
                FontQuery::Fallback(_) => {
                    fonts.fetch_or(FONT, Ordering::Relaxed);
                    None
                }
            }),
            warning_sink: Arc::new(move |warning| {
                let kind = if matches!(warning, InterpreterWarning::UnsupportedFont) { FONT } else { PART };
                parts.fetch_or(kind, Ordering::Relaxed);
            }),
            ..InterpreterSettings::default()
        }
    }

    fn none(&self) -> Result<(), Undrawable> {
        match self.0.load(Ordering::Relaxed) {
            0 => Ok(()),
            found if found & FONT != 0 => Err(Undrawable::FontMissing),
            _ => Err(Undrawable::PartMissing),
        }
    }
}

/// Sixteen greys where the page is grey (a fifth of the octets), RGB otherwise; the background is white, so nothing is
/// transparent. What is not white stays so: a sixteenth is rounded towards black, and no pale line vanishes.
fn png(pixmap: &Pixmap, compression: Compression) -> Option<Vec<u8>> {
    let pixels = pixmap.data_as_u8_slice().as_chunks::<4>().0;
    let grey = pixels.iter().all(|[r, g, b, _]| r == g && g == b);
    let (color, depth, data): (_, _, Vec<u8>) = if grey {
        // 255 is white and 15; everything below is at most 14.
        let sixteenth = |pixel: Option<&[u8; 4]>| pixel.map_or(0, |[r, ..]| *r / 17);
        let pair = |pair: &[[u8; 4]]| sixteenth(pair.first()) << 4 | sixteenth(pair.get(1));
        let rows = pixels.chunks(usize::from(pixmap.width()));
        (ColorType::Grayscale, BitDepth::Four, rows.flat_map(|row| row.chunks(2).map(pair)).collect())
    } else {
        (ColorType::Rgb, BitDepth::Eight, pixels.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect())
    };
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixmap.width().into(), pixmap.height().into());
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(compression);
    // PNG, second edition, §12.8: few bits for each pixel are best left as they are.
    if depth == BitDepth::Four {
        encoder.set_filter(png::Filter::NoFilter);
    }
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&data).ok()?;
    writer.finish().ok()?;
    Some(out)
}
