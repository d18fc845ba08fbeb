//! Pages of the officer at the desk.

use askama::Template;
use service::i18n::Texts;
use service::page::{Icon, Markup, Tag, Tagged};

use super::{Plate, Problems, rendered};

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Done,
    Now,
    Next,
}

impl Progress {
    const fn key(self) -> &'static str {
        match self {
            Self::Done => "step-done",
            Self::Now => "step-now",
            Self::Next => "step-next",
        }
    }

    const fn look(self) -> Tagged {
        match self {
            Self::Done => Tagged::Done,
            Self::Now => Tagged::Now,
            Self::Next => Tagged::Plain,
        }
    }
}

/// The steps of a case, in order.
pub(crate) const STEPS: [&str; 7] = [
    "step-names",
    "step-other-names",
    "step-birth-date",
    "step-identity",
    "step-approve",
    "step-slip",
    "step-confirm",
];

/// The line above the heading: which of the seven steps this is.
pub(crate) fn place(t: &Texts, step: &str) -> String {
    let number = STEPS.iter().position(|known| *known == step).map_or(0, |index| index + 1);
    t.say_with("steps-place", &[("number", &number.to_string()), ("count", &STEPS.len().to_string())])
}

/// The margin of a case: what to ask the person now, why, and the seven steps with what was recorded.
#[derive(Template)]
#[template(path = "desk-notes.html")]
pub(crate) struct Notes<'a> {
    pub(crate) t: &'a Texts,
    /// `step-names` ..
    now: &'static str,
    pub(crate) names: Vec<Plate>,
    pub(crate) steps: Vec<Step>,
}

/// One of the seven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) key: &'static str,
    pub(crate) progress: Progress,
    /// What was recorded there.
    pub(crate) recorded: Option<Markup>,
}

impl<'a> Notes<'a> {
    /// All before `now` are done, and so is what was recorded before somebody went back.
    pub(crate) fn at(
        t: &'a Texts,
        now: &'static str,
        names: Vec<Plate>,
        recorded: impl Fn(&str) -> Option<Markup>,
    ) -> Self {
        let place = STEPS.iter().position(|step| *step == now).unwrap_or(STEPS.len());
        let steps = STEPS.into_iter().enumerate().map(|(index, key)| {
            let recorded = recorded(key);
            let progress = match index.cmp(&place) {
                std::cmp::Ordering::Less => Progress::Done,
                std::cmp::Ordering::Equal => Progress::Now,
                std::cmp::Ordering::Greater if recorded.is_some() => Progress::Done,
                std::cmp::Ordering::Greater => Progress::Next,
            };
            Step { key, progress, recorded }
        });
        let steps = steps.collect();
        Self { t, now, names, steps }
    }

    /// What to say to the person, where there is something to ask.
    fn ask(&self) -> Option<String> {
        let key = match self.now {
            "step-names" => "ask-names",
            "step-other-names" => "ask-other-names",
            "step-birth-date" => "ask-birth-date",
            "step-identity" => "ask-identity",
            "step-approve" => "ask-approve",
            "step-confirm" => "ask-confirm",
            _ => return None,
        };
        Some(self.t.say(key))
    }

    /// Whether the person looks at the names now.
    fn shows_names(&self) -> bool {
        self.now == "step-approve"
    }

    fn tag(&self, step: &Step) -> String {
        let words = self.t.say(step.progress.key());
        rendered(&Tag { look: step.progress.look(), words: &words })
    }
}

/// The margin between two people.
#[derive(Template)]
#[template(path = "desk-home-notes.html")]
pub(crate) struct HomeNotes<'a> {
    pub(crate) t: &'a Texts,
}

/// The margin of an enrolled person.
#[derive(Template)]
#[template(path = "desk-person-notes.html")]
pub(crate) struct PersonNotes<'a> {
    pub(crate) t: &'a Texts,
}

/// The margin where officers sign in.
#[derive(Template)]
#[template(path = "desk-sign-in-notes.html")]
pub(crate) struct SignInNotes<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) rp_id: &'a str,
}

/// An officer signs in.
#[derive(Template)]
#[template(path = "desk-sign-in.html")]
pub(crate) struct SignIn<'a> {
    pub(crate) t: &'a Texts,
    /// Whether a passkey has just been made.
    pub(crate) welcome: bool,
    pub(crate) form: String,
}

/// An officer's link: the passkey is made here.
#[derive(Template)]
#[template(path = "desk-enrol.html")]
pub(crate) struct OfficerInvitation<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) name: &'a str,
    pub(crate) desk: &'a str,
    /// What the device shows, in a sentence.
    pub(crate) shows: Markup,
    pub(crate) form: String,
}

/// The margin of an officer's link.
#[derive(Template)]
#[template(path = "desk-enrol-notes.html")]
pub(crate) struct OfficerInvitationNotes<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) address: &'a str,
}

/// The desk between two people.
#[derive(Template)]
#[template(path = "desk-home.html")]
pub(crate) struct DeskHome<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    /// The case in hand.
    pub(crate) open: Option<&'a str>,
    pub(crate) number: &'a str,
    pub(crate) problems: &'a Problems,
}

/// Names as the document prints them.
#[derive(Template)]
#[template(path = "desk-names.html")]
pub(crate) struct Names<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    pub(crate) typed: &'a TypedName,
    pub(crate) problems: &'a Problems,
}

/// A writing of a name as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TypedName {
    pub(crate) given: String,
    pub(crate) family: String,
    pub(crate) single: String,
    pub(crate) script: String,
    /// Only where the kind is asked.
    pub(crate) kind: String,
}

/// Scripts that the desk offers (ISO 15924), the commonest of the world first.
pub(crate) const SCRIPTS: [&str; 16] = [
    "Latn", "Arab", "Hans", "Hant", "Cyrl", "Deva", "Beng", "Grek", "Hebr", "Jpan", "Kore", "Thai", "Geor",
    "Armn", "Ethi", "Taml",
];

/// Kinds that another writing may have.
pub(crate) const KINDS: [&str; 3] = ["transliterated", "previous", "preferred"];

/// Another writing of the name.
#[derive(Template)]
#[template(path = "desk-other-names.html")]
pub(crate) struct OtherNames<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    /// Recorded so far: kind key, name.
    pub(crate) recorded: Vec<(String, Plate)>,
    pub(crate) another: &'a str,
    pub(crate) typed: &'a TypedName,
    pub(crate) problems: &'a Problems,
}

/// The birth date.
#[derive(Template)]
#[template(path = "desk-birth-date.html")]
pub(crate) struct BirthDate<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    pub(crate) day: &'a str,
    pub(crate) month: &'a str,
    pub(crate) year: &'a str,
    pub(crate) problems: &'a Problems,
}

/// Documents that an officer may be shown.
pub(crate) const DOCUMENTS: [&str; 4] = ["passport", "identity-card", "residence-permit", "other"];

/// How the officer made sure.
#[derive(Template)]
#[template(path = "desk-identity.html")]
pub(crate) struct IdentityCheck<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    pub(crate) number: &'a str,
    /// Kind key, name: what must stand in the document.
    pub(crate) names: Vec<(String, Plate)>,
    /// Spelled; empty while nobody has recorded it.
    pub(crate) birth_date: String,
    pub(crate) document: &'a str,
    pub(crate) ending: &'a str,
    pub(crate) photo: &'a str,
    pub(crate) problems: &'a Problems,
}

/// Everything once more, before it is approved.
#[derive(Template)]
#[template(path = "desk-answers.html")]
pub(crate) struct Answers<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    pub(crate) number: &'a str,
    /// Kind key, name.
    pub(crate) names: Vec<(String, Plate)>,
    pub(crate) birth_date: String,
    pub(crate) document: String,
    pub(crate) ending: &'a str,
    pub(crate) problems: &'a Problems,
}

/// The officer's passkey over the record.
#[derive(Template)]
#[template(path = "desk-approve.html")]
pub(crate) struct Approve<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    pub(crate) number: &'a str,
    pub(crate) name: Plate,
    pub(crate) form: String,
}

/// The slip, on the screen and on paper.
#[derive(Template)]
#[template(path = "desk-slip.html")]
pub(crate) struct Slip<'a> {
    pub(crate) t: &'a Texts,
    /// Mark, country, date and case.
    pub(crate) head: String,
    /// The heading, which calls the person by name.
    pub(crate) title: Markup,
    pub(crate) number: &'a str,
    pub(crate) names: &'a [Plate],
    /// Four groups of four.
    pub(crate) code: Vec<String>,
    /// The address with the code in it, for a camera.
    pub(crate) square: Option<Markup>,
    /// Where the code is typed.
    pub(crate) address: Markup,
    pub(crate) until: String,
    /// What was looked at: a sentence.
    pub(crate) did: String,
    pub(crate) ending: &'a str,
    pub(crate) desk: &'a str,
    pub(crate) officer: &'a str,
}

/// What an officer does with a slip; not on paper.
#[derive(Template)]
#[template(path = "desk-slip-below.html")]
pub(crate) struct SlipBelow<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    pub(crate) number: &'a str,
}

/// The person's passkey has arrived.
#[derive(Template)]
#[template(path = "desk-confirm.html")]
pub(crate) struct Confirm<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    pub(crate) number: &'a str,
    /// Four groups of four.
    pub(crate) fingerprint: Vec<&'a str>,
    /// Whether the passkey may be copied to other devices of the person.
    pub(crate) synced: bool,
    pub(crate) form: String,
}

/// An enrolled person, by case number: status, and what can be done. No name is shown.
#[derive(Template)]
#[template(path = "desk-person.html")]
pub(crate) struct Person<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) csrf: &'a str,
    pub(crate) number: &'a str,
    /// `active`, `suspended`, `revoked`, `deceased`.
    pub(crate) status: &'static str,
    pub(crate) since: String,
    pub(crate) enrolled: String,
}

impl Person<'_> {
    fn status_key(&self) -> &'static str {
        match self.status {
            "active" => "status-active",
            "suspended" => "status-suspended",
            "revoked" => "status-revoked",
            _ => "status-deceased",
        }
    }
}

/// The officer's passkey over an order.
#[derive(Template)]
#[template(path = "desk-order.html")]
pub(crate) struct Order<'a> {
    pub(crate) t: &'a Texts,
    pub(crate) number: &'a str,
    /// `suspended` or `active`.
    pub(crate) to: &'static str,
    pub(crate) form: String,
}

impl Order<'_> {
    fn title_key(&self) -> &'static str {
        if self.to == "active" { "order-active-title" } else { "order-suspended-title" }
    }

    fn what_key(&self) -> &'static str {
        if self.to == "active" { "order-active-what" } else { "order-suspended-what" }
    }
}
