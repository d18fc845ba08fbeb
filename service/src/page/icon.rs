//! The icons and the mark: a 24 grid, 2 px strokes, square ends, no fill.
//!
//! In a template: `{{ service::page::Icon::Key }}`. They are pictures beside words, hidden from screen readers.

use std::fmt;

/// An icon, written as inline SVG in the colour of the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A key: passkey, sign in.
    Key,
    /// A phone.
    Phone,
    /// A laptop.
    Laptop,
    /// A security key.
    SecurityKey,
    /// A public building: a desk, a town hall, an agency without a logo.
    Building,
    /// A phone crossed out: a lost device.
    NoPhone,
    /// A globe: languages.
    Globe,
    /// Back; turns around in right-to-left.
    Back,
    /// On; turns around in right-to-left.
    On,
    /// A printer.
    Print,
    /// Download.
    Download,
    /// A document.
    Document,
    /// A pen: to sign.
    Pen,
    /// Two people: for someone else.
    People,
    /// One person.
    Person,
    /// A clock: time, history, not yet.
    Clock,
    /// A shield with a tick: official, proved.
    Shield,
    /// A triangle: take care.
    Warning,
    /// An octagon: a problem.
    Stop,
    /// A tick.
    Check,
    /// A cross.
    Cross,
    /// An eye: view.
    Eye,
    /// Two letters: large print.
    Letters,
    /// A speech bubble: talk to someone.
    Talk,
    /// A bookmark: keep for later.
    Bookmark,
    /// A bell.
    Bell,
    /// A place on a map.
    Place,
    /// A closed lock: stays with you.
    Lock,
    /// Two arrows in a ring: synced, again.
    Again,
    /// A phone with a lock: only on this device.
    OnlyHere,
}

impl Icon {
    /// The path data, and the circles that stand in it as arcs.
    const fn path(self) -> &'static str {
        match self {
            Self::Key => "M2 12a5 5 0 1 0 10 0a5 5 0 1 0-10 0M12 12H23V17M18 12V16M6.5 12H7.5",
            Self::Phone => "M6 2H18V22H6ZM10 18H14",
            Self::Laptop => "M5 4H19V16H5ZM1 20H23",
            Self::SecurityKey => "M2 8H15V16H2ZM15 10H22V14H15M6 12H8",
            Self::Building => "M2 9L12 3L22 9ZM5 9V18M10 9V18M14 9V18M19 9V18M3 18H21M1 21H23",
            Self::NoPhone => "M6 5V22H18V17M9 2H18V12M10 18H13M3 3L21 21",
            Self::Globe => {
                "M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0ZM2 12H22M12 2C6.5 7 6.5 17 12 22C17.5 17 17.5 7 12 2"
            }
            Self::Back => "M22 12H3M11 4L3 12L11 20",
            Self::On => "M2 12H21M13 4L21 12L13 20",
            Self::Print => "M7 8V2H17V8M7 17H3V8H21V17H17M7 14H17V22H7Z",
            Self::Download => "M12 2V17M5 10L12 17L19 10M3 21H21",
            Self::Document => "M5 2H14L19 7V22H5ZM13 2V8H19M8 12H16M8 16H16",
            Self::Pen => {
                "M3 21L6 10L13 6L18 11L14 18ZM3 21L10 14M14 5L17 2L22 7L19 10M10 12.5a1.5 1.5 0 1 0 .1 0"
            }
            Self::People => {
                "M5 7a4 4 0 1 0 8 0a4 4 0 1 0-8 0M2 21V19Q2 14 9 14Q16 14 16 19V21M16 3.2A4 4 0 0 1 16 10.8M18.5 14.5Q22 15.5 22 19V21"
            }
            Self::Person => "M8 7a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4 21V19Q4 14 12 14Q20 14 20 19V21",
            Self::Clock => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0ZM12 6V12L16 15",
            Self::Shield => "M12 2L20 5V11Q20 18 12 22Q4 18 4 11V5ZM8 11.5L11 14.5L16 9",
            Self::Warning => "M12 3L22 21H2ZM12 9V15M12 17V19",
            Self::Stop => "M8 2H16L22 8V16L16 22H8L2 16V8ZM12 7V13M12 15V17",
            Self::Check => "M3 13L9 19L21 6",
            Self::Cross => "M4 4L20 20M20 4L4 20",
            Self::Eye => "M1 12Q6 5 12 5Q18 5 23 12Q18 19 12 19Q6 19 1 12ZM9 12a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
            Self::Letters => "M1 20L7.5 4L14 20M3.5 14H11.5M14 20L18.5 10L23 20M15.5 17H21.5",
            Self::Talk => "M2 3H22V17H11L6 22V17H2ZM6 8H18M6 12H14",
            Self::Bookmark => "M5 2H19V22L12 15L5 22Z",
            Self::Bell => "M3 18H21L18 14V9A6 6 0 0 0 6 9V14ZM9 22H15",
            Self::Place => {
                "M12 22C8 17 5 13 5 9a7 7 0 0 1 14 0C19 13 16 17 12 22ZM9.5 9a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0"
            }
            Self::Lock => "M4 10H20V21H4ZM8 10V6A4 4 0 0 1 16 6V10",
            Self::Again => "M3 10A9 9 0 0 1 20 7M20 2V8H14M21 14A9 9 0 0 1 4 17M4 22V16H10",
            Self::OnlyHere => "M6 2H18V22H6ZM9 11H15V16H9ZM10 11V9A2 2 0 0 1 14 9V11",
        }
    }

    /// Whether it points along the line, so that it turns around with the script.
    const fn flips(self) -> bool {
        matches!(self, Self::Back | Self::On | Self::Key)
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = if self.flips() { "icon flips" } else { "icon" };
        write!(
            f,
            "<svg class=\"{class}\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{}\"/></svg>",
            self.path()
        )
    }
}

impl askama::filters::HtmlSafe for Icon {}

/// The mark: two rings and a disc, a straight way in from the right, in the colour of the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark;

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "<svg class=\"mark\" viewBox=\"0 0 48 48\" aria-hidden=\"true\" focusable=\"false\" fill=\"none\" \
             stroke=\"currentColor\" stroke-width=\"3.8\"><path d=\"M45.3 19.4A21.8 21.8 0 1 0 45.3 28.6M37.9 19.2A14.7 14.7 0 1 0 37.9 28.8\"/>\
             <circle cx=\"24\" cy=\"24\" r=\"6.2\" fill=\"currentColor\" stroke=\"none\"/></svg>",
        )
    }
}

impl askama::filters::HtmlSafe for Mark {}
