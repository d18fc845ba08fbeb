//! Step 2, deciding: the page with the passkey step, and the page where somebody says no.

use askama::Template;
use service::i18n::Texts;
use service::page::{
    Fingerprint, Icon, Markup, Mend, Requester, Site, Summary, TintedBox, Tone, error_summary,
};

use super::{about_effect, date, rendered, row, strong, strong_row};
use crate::app::view::{Offer, Seen};

/// Accept, Not now, or Refuse.
#[derive(Template)]
#[template(path = "accept.html")]
pub(crate) struct AcceptView<'a> {
    texts: &'a Texts,
    requester: String,
    late: Option<TintedBox<'a>>,
    purpose: &'a str,
    facts: String,
    fingerprint: String,
    warning: String,
    here: String,
    keeps: String,
    options: &'a str,
    showing: String,
    csrf: String,
}

impl<'a> AcceptView<'a> {
    pub(crate) fn new(site: &'a Site, seen: &'a Seen<'_>, offer: &'a Offer, csrf: String) -> Self {
        let texts = &*site.texts;
        let here = format!("/sign/{}", seen.row.id.hex());
        let agency = seen.agency.name.as_str();
        let mut signer = strong_row(texts, "label-as", &offer.name);
        signer.second = Some(texts.say("for-yourself"));
        let mut document = row(texts, "label-document", &seen.words.title);
        document.second = Some(texts.count("pages", seen.row.shown.pages.into()));
        document.change =
            Some((here.clone(), texts.say("accept-read-again"), texts.say("accept-read-again-what")));
        let mut facts = vec![signer, document, row(texts, "label-to", agency)];
        facts.extend(about_effect(site));
        let asks = texts.say("accept-asks");
        let warning = TintedBox {
            tone: Tone::Warn,
            icon: Icon::Key,
            words: strong(texts, "accept-passkey", &[("sign", &texts.say("accept-passkey-sign"))]),
            second: None,
        };
        let until = date(texts, seen.row.expires_at);
        Self {
            texts,
            requester: Requester { name: agency, parent: Some(&asks), logo: None }.to_string(),
            late: None,
            purpose: &seen.words.purpose,
            facts: Summary(&facts).to_string(),
            fingerprint: Fingerprint::new(&texts.say("fingerprint"), &seen.row.shown.sha256, None)
                .to_string(),
            warning: warning.to_string(),
            here,
            keeps: texts.say_with("accept-keeps", &[("date", &until), ("agency", agency)]),
            options: &offer.options,
            showing: offer.showing.hex(),
            csrf,
        }
    }

    /// The same page for somebody whose last one stood open for too long.
    pub(crate) fn late(mut self, is_late: bool) -> Self {
        self.late = is_late.then(|| about_time(self.texts, "accept-late"));
        self
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

/// What became of a page that stood open for longer than it lives.
fn about_time<'a>(texts: &Texts, key: &str) -> TintedBox<'a> {
    TintedBox { tone: Tone::Plain, icon: Icon::Clock, words: strong(texts, key, &[]), second: None }
}

/// Saying no, with or without a reason.
#[derive(Template)]
#[template(path = "refuse.html")]
pub(crate) struct RefuseView<'a> {
    texts: &'a Texts,
    problems: Markup,
    kept: Option<TintedBox<'a>>,
    wrong: Option<String>,
    lead: Markup,
    hint: String,
    reason: &'a str,
    here: String,
    csrf: String,
}

impl<'a> RefuseView<'a> {
    pub(crate) fn new(texts: &'a Texts, seen: &'a Seen<'_>, csrf: String) -> Self {
        let agency = seen.agency.name.as_str();
        Self {
            texts,
            problems: Markup::trusted(String::new()),
            kept: None,
            wrong: None,
            lead: strong(texts, "refuse-lead", &[("title", &seen.words.title)]),
            hint: texts.say_with("refuse-hint", &[("agency", agency)]),
            reason: "",
            here: format!("/sign/{}", seen.row.id.hex()),
            csrf,
        }
    }

    /// The same form for somebody who wrote this for so long that their session was over.
    pub(crate) fn kept(mut self, reason: &'a str) -> Self {
        self.kept = Some(about_time(self.texts, "refuse-kept"));
        self.reason = reason;
        self
    }

    /// The same form with what was written, which is too long.
    pub(crate) fn too_long(mut self, reason: &'a str) -> Self {
        let text = self.texts.say("refuse-mend");
        self.problems = Markup::trusted(error_summary(self.texts, &[Mend { field: "reason", text: &text }]));
        self.wrong = Some(text);
        self.reason = reason;
        self
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}
