//! Pages of the person with a slip.

use askama::Template;
use service::i18n::Texts;
use service::page::{Icon, Markup};

use super::{Plate, Problems};

/// Where a code is typed.
#[derive(Template)]
#[template(path = "enrol-code.html")]
pub(crate) struct TypeCode<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    pub(crate) code: &'a str,
    pub(crate) problems: &'a Problems,
}

/// The slip's page: whose identity this is, and the button that makes the passkey.
#[derive(Template)]
#[template(path = "enrol.html")]
pub(crate) struct MakePasskey<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) case_number: &'a str,
    /// The greeting.
    pub(crate) hello: Option<Markup>,
    pub(crate) names: &'a [Plate],
    /// What the device shows, in a sentence.
    pub(crate) shows: Markup,
    /// Whether an officer sits opposite and confirms.
    pub(crate) desk: bool,
    pub(crate) form: String,
}

/// Why, in the margin.
#[derive(Template)]
#[template(path = "enrol-notes.html")]
pub(crate) struct MakePasskeyNotes<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) address: &'a str,
}

/// Where the code stands, in the margin.
#[derive(Template)]
#[template(path = "enrol-code-notes.html")]
pub(crate) struct TypeCodeNotes<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) address: &'a str,
}

/// What comes next, in the margin.
#[derive(Template)]
#[template(path = "made-notes.html")]
pub(crate) struct PasskeyMadeNotes<'a> {
    pub(crate) t: &'a Texts,
    /// Whether the officer has not confirmed yet.
    pub(crate) waiting: bool,
}

/// The passkey was made.
#[derive(Template)]
#[template(path = "made.html")]
pub(crate) struct PasskeyMade<'a> {
    pub(crate) t: &'a Texts,
    /// To compare with the officer's screen, while the officer has not confirmed.
    pub(crate) waiting: Option<Vec<&'a str>>,
    /// To look again.
    pub(crate) again: &'a str,
}
