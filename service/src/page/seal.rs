//! The seals of a verdict: the shape says it, colour only repeats it.
//!
//! In a template: `{{ service::page::Seal::Whole }}`, inside an element of class `genuine`, `unsure` or `not-genuine`
//! (the whole banner, or the seal's own tile by [`Seal::tile`]).

use std::fmt;

use super::Markup;

/// A seal, white on the colour of its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// Whole, with a tick.
    Whole,
    /// Unfinished, with a question mark.
    Unfinished,
    /// Broken, with a cross.
    Broken,
}

impl Seal {
    /// The class that colours a banner or a tile with this seal.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Whole => "genuine",
            Self::Unfinished => "unsure",
            Self::Broken => "not-genuine",
        }
    }

    /// The seal as a small tile in its own colour, for a line in the margin: `<p class="seal-row">{{ tile }} words</p>`.
    #[must_use]
    pub fn tile(self) -> Markup {
        Markup::trusted(self.draw(&format!("seal {}", self.class())))
    }

    /// The place where a seal would stand: a dashed line, and an arrow into it. A file is dropped there.
    #[must_use]
    pub fn place() -> Markup {
        Markup::trusted(format!(
            "<svg width=\"104\" height=\"104\" viewBox=\"0 0 150 150\" aria-hidden=\"true\" focusable=\"false\" \
             fill=\"none\" stroke=\"currentColor\"><path d=\"{WHOLE}\" stroke-width=\"3\" stroke-dasharray=\"9 7\"/>\
             <path d=\"M75 48V98M53 76L75 98L97 76\" stroke-width=\"6\"/></svg>"
        ))
    }

    fn draw(self, class: &str) -> String {
        let inside = match self {
            Self::Whole => format!(
                "<path d=\"{WHOLE}\"/><circle class=\"cut\" cx=\"75\" cy=\"75\" r=\"55\" stroke-width=\"2.5\"/>\
                 <path class=\"cut\" d=\"M50 78L68 96L102 58\" stroke-width=\"11\"/>"
            ),
            Self::Unfinished => format!(
                "<path class=\"line\" d=\"{UNFINISHED}\" stroke-width=\"7\"/>\
                 <path class=\"line\" d=\"M128 62A55 55 0 1 1 99 25.5\" stroke-width=\"2.5\"/>\
                 <path class=\"line\" d=\"M57 59Q58 45 76 45Q94 45 94 61Q94 71 84 77Q76 82 76 93\" stroke-width=\"10\"/>\
                 <circle cx=\"76\" cy=\"107\" r=\"7\"/>"
            ),
            Self::Broken => format!(
                "<path d=\"{LEFT}\" transform=\"translate(3 6) scale(.92) rotate(-4 75 140)\"/>\
                 <path d=\"{RIGHT}\" transform=\"translate(9 6) scale(.92) rotate(5 75 140)\"/>\
                 <path class=\"cut\" d=\"M52 55L98 101M98 55L52 101\" stroke-width=\"12\"/>"
            ),
        };
        format!(
            "<svg class=\"{class}\" viewBox=\"0 0 150 150\" aria-hidden=\"true\" focusable=\"false\">{inside}</svg>"
        )
    }
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.draw("seal"))
    }
}

impl askama::filters::HtmlSafe for Seal {}

/// Sixteen scallops, r = 67 + 5 cos 16t.
const WHOLE: &str = "M75 3C79.7 3 83.1 13.4 87.1 14.2C91.1 15 98.2 6.7 102.6 8.5C106.9 10.3 106.1 21.2 109.4 23.4\
     C112.8 25.7 122.6 20.8 125.9 24.1C129.2 27.4 124.3 37.2 126.6 40.6C128.8 43.9 139.7 43.1 141.5 47.4\
     C143.3 51.8 135 58.9 135.8 62.9C136.6 66.9 147 70.3 147 75C147 79.7 136.6 83.1 135.8 87.1\
     C135 91.1 143.3 98.2 141.5 102.6C139.7 106.9 128.8 106.1 126.6 109.4C124.3 112.8 129.2 122.6 125.9 125.9\
     C122.6 129.2 112.8 124.3 109.4 126.6C106.1 128.8 106.9 139.7 102.6 141.5C98.2 143.3 91.1 135 87.1 135.8\
     C83.1 136.6 79.7 147 75 147C70.3 147 66.9 136.6 62.9 135.8C58.9 135 51.8 143.3 47.4 141.5\
     C43.1 139.7 43.9 128.8 40.6 126.6C37.2 124.3 27.4 129.2 24.1 125.9C20.8 122.6 25.7 112.8 23.4 109.4\
     C21.2 106.1 10.3 106.9 8.5 102.6C6.7 98.2 15 91.1 14.2 87.1C13.4 83.1 3 79.7 3 75\
     C3 70.3 13.4 66.9 14.2 62.9C15 58.9 6.7 51.8 8.5 47.4C10.3 43.1 21.2 43.9 23.4 40.6\
     C25.7 37.2 20.8 27.4 24.1 24.1C27.4 20.8 37.2 25.7 40.6 23.4C43.9 21.2 43.1 10.3 47.4 8.5\
     C51.8 6.7 58.9 15 62.9 14.2C66.9 13.4 70.3 3 75 3Z";

/// The same line, with a piece missing.
const UNFINISHED: &str = "M144 70.2C149 74.3 144.8 79.4 139.5 83C134.3 86.6 137.1 90.7 140.3 96.4\
     C143.5 102.1 138.5 105.7 132.2 107C125.8 108.3 126.1 112.6 127.1 119.2C128 125.7 122.7 127.8 116.2 126.5\
     C109.7 125.2 107.9 128.6 106.4 135.1C104.8 141.6 99.4 142.4 93.9 138.7C88.3 135 85.2 136.5 81.3 142\
     C77.5 147.5 72.2 147.2 68.4 141.6C64.6 136.1 61.4 135.3 55.8 139C50.1 142.7 45 141.2 43.5 134.6\
     C42.1 128.1 39.9 125.3 33.4 126.6C26.8 127.9 21.9 125.3 23 118.7C24.1 112.1 23.8 108.2 17.4 106.9\
     C11 105.6 6.6 101.7 9.9 96C13.3 90.3 15.4 86.4 10.1 82.8C4.8 79.2 1.2 74 6.3 69.9\
     C11.4 65.8 15.8 63.1 12.4 57.8C9 52.6 6.8 46.1 12.9 44.2C19 42.2 24.8 41.8 23.8 35.8\
     C22.8 29.8 22.6 22.5 28.8 22.7C35.1 23 41.2 25.4 42.6 19.7C44.1 14 46.2 6.5 51.8 8.8\
     C57.4 11.1 62.4 16.4 65.9 12C69.4 7.6 74.2 0.7 78.5 4.6C82.9 8.5 85.4 15.9 90.2 13.5\
     C95 11.1 102.2 5.9 104.9 10.8";

/// The halves of a broken seal.
const LEFT: &str = "M75 146C70.4 146 67 135.6 63.1 134.8C59.2 134 52.1 142.4 47.8 140.6C43.5 138.8 44.4 127.9 41.1 125.7\
     C37.8 123.5 28.1 128.5 24.8 125.2C21.5 121.9 26.5 112.2 24.3 108.9C22.1 105.6 11.2 106.5 9.4 102.2\
     C7.6 97.9 16 90.8 15.2 86.9C14.4 83 4 79.6 4 75C4 70.4 14.4 67 15.2 63.1C16 59.2 7.6 52.1 9.4 47.8\
     C11.2 43.5 22.1 44.4 24.3 41.1C26.5 37.8 21.5 28.1 24.8 24.8C28.1 21.5 37.8 26.5 41.1 24.3\
     C44.4 22.1 43.5 11.2 47.8 9.4C52.1 7.6 59.2 16 63.1 15.2C67 14.4 70.4 4 75 4L80 34L66 62L84 90L70 116Z";
const RIGHT: &str = "M75 4C79.6 4 83 14.4 86.9 15.2C90.8 16 97.9 7.6 102.2 9.4C106.5 11.2 105.6 22.1 108.9 24.3\
     C112.2 26.5 121.9 21.5 125.2 24.8C128.5 28.1 123.5 37.8 125.7 41.1C127.9 44.4 138.8 43.5 140.6 47.8\
     C142.4 52.1 134 59.2 134.8 63.1C135.6 67 146 70.4 146 75C146 79.6 135.6 83 134.8 86.9\
     C134 90.8 142.4 97.9 140.6 102.2C138.8 106.5 127.9 105.6 125.7 108.9C123.5 112.2 128.5 121.9 125.2 125.2\
     C121.9 128.5 112.2 123.5 108.9 125.7C105.6 127.9 106.5 138.8 102.2 140.6C97.9 142.4 90.8 134 86.9 134.8\
     C83 135.6 79.6 146 75 146L70 116L84 90L66 62L80 34Z";
