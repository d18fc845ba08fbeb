//! What the child says, in frames: a kind, a length, the bytes. A stream without its end frame is a death, and a death
//! is a refusal.

use super::Page;

/// The hidden command under which the program is a child.
pub const CHILD_COMMAND: &str = "__render";

/// Why a document cannot be shown as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undrawable {
    /// The drawing library cannot read it, though the strict reader could.
    #[error("the document cannot be drawn")]
    Unreadable,
    /// A font that is neither embedded nor one of the fourteen that every reader has.
    #[error("the document uses a font that it does not contain")]
    FontMissing,
    /// A font, an image or an appearance that the library warns about.
    #[error("a part of the document cannot be drawn")]
    PartMissing,
    /// More than 300 pages.
    #[error("the document has too many pages")]
    TooManyPages,
    /// A page larger than what a screen can show.
    #[error("a page of the document is too large")]
    PageTooLarge,
    /// It took the child's memory, time or output.
    #[error("the document takes too much to draw")]
    TooHeavy,
}

const ALL: [Undrawable; 6] = [
    Undrawable::Unreadable,
    Undrawable::FontMissing,
    Undrawable::PartMissing,
    Undrawable::TooManyPages,
    Undrawable::PageTooLarge,
    Undrawable::TooHeavy,
];

/// One word of the child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A page.
    Page(Page),
    /// The document is refused; nothing follows.
    Refused(Undrawable),
    /// All pages were said; their number again.
    End(u32),
}

const PAGE: u8 = 1;
const REFUSED: u8 = 2;
const END: u8 = 3;

impl Frame {
    pub(super) fn write(&self) -> Vec<u8> {
        let (kind, payload) = match self {
            Self::Page(page) => {
                let mut payload = Vec::with_capacity(page.png.len() + page.text.len() + 12);
                payload.extend(page.width.to_be_bytes());
                payload.extend(page.height.to_be_bytes());
                payload.extend(u32::try_from(page.text.len()).unwrap_or(u32::MAX).to_be_bytes());
                payload.extend(page.text.as_bytes());
                payload.extend(&page.png);
                (PAGE, payload)
            }
            Self::Refused(why) => {
                let code = ALL.iter().position(|one| one == why).and_then(|index| u8::try_from(index).ok());
                (REFUSED, vec![code.unwrap_or(0)])
            }
            Self::End(pages) => (END, pages.to_be_bytes().to_vec()),
        };
        let mut out = vec![kind];
        out.extend(u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend(payload);
        out
    }

    /// The frame at the front, and what follows it.
    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (kind, bytes) = bytes.split_first()?;
        let (payload, rest) = counted(bytes)?;
        let frame = match *kind {
            PAGE => {
                let (width, bytes) = number(payload)?;
                let (height, bytes) = number(bytes)?;
                let (text, png) = counted(bytes)?;
                let text = std::str::from_utf8(text).ok()?.to_owned();
                Self::Page(Page { width, height, png: png.to_vec(), text })
            }
            REFUSED => Self::Refused(*ALL.get(usize::from(*payload.first()?))?),
            END => Self::End(number(payload)?.0),
            _ => return None,
        };
        Some((frame, rest))
    }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*head), rest))
}

fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = number(bytes)?;
    rest.split_at_checked(usize::try_from(length).ok()?)
}

/// All pages, if the child said so to its end.
pub(super) fn pages(mut output: &[u8]) -> Result<Vec<Page>, Undrawable> {
    let mut pages = Vec::new();
    loop {
        match Frame::read(output) {
            Some((Frame::Page(page), rest)) => {
                pages.push(page);
                output = rest;
            }
            Some((Frame::Refused(why), _)) => return Err(why),
            Some((Frame::End(count), [])) if usize::try_from(count) == Ok(pages.len()) && count > 0 => {
                return Ok(pages);
            }
            // Cut off, or not our words at all: it died.
            _ => return Err(Undrawable::TooHeavy),
        }
    }
}
