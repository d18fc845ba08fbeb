//! Step 3 and every other end: the act while it runs, the receipt, and a request that was refused or ran out of time.

use askama::Template;
use pki_core::time::Instant;
use service::i18n::Texts;
use service::ornament::rosette;
use service::page::{Fingerprint, Icon, Markup, Site, Summary, Tag, Tagged, TitleBlock};

use super::{about_effect, date, rendered, row, strong, strong_row, when, when_second};
use crate::app::sweep::KEEP_SECONDS;
use crate::app::view::{Seen, Signed};
use crate::store::requests::State;

/// A signature usually takes less than a second. After so long the page says that it is not yet lost.
const LONG_SECONDS: i64 = 20;

/// The steps of an act, each with the state in which it is being done.
const STEPS: [(State, &str); 4] = [
    (State::Approved, "running-certificate"),
    (State::Certified, "running-signature"),
    (State::Signed, "running-time"),
    (State::Stamped, "running-file"),
];

/// The act runs. The page's script looks how far it is; without one, a link does.
#[derive(Template)]
#[template(path = "running.html")]
pub(crate) struct RunningView<'a> {
    texts: &'a Texts,
    lead: Markup,
    steps: Vec<(String, String)>,
    /// Changes with what the page shows: its script looks for that.
    waits: String,
    long: bool,
    here: String,
}

impl<'a> RunningView<'a> {
    pub(crate) fn new(texts: &'a Texts, seen: &Seen<'_>, now: Instant) -> Self {
        let at = STEPS.iter().position(|(state, _)| *state == seen.row.state);
        let tag = |look, key: &str| Tag { look, words: &texts.say(key) }.to_string();
        let step = |(index, (_, key)): (usize, &(State, &str))| {
            let tag = match at.map(|at| index.cmp(&at)) {
                Some(std::cmp::Ordering::Less) => tag(Tagged::Done, "running-done"),
                Some(std::cmp::Ordering::Equal) => tag(Tagged::Now, "running-now"),
                _ => tag(Tagged::Plain, "running-next"),
            };
            (texts.say(key), tag)
        };
        let long = now.seconds_since(seen.row.state_at) >= LONG_SECONDS;
        let approved = (texts.say("running-approved"), tag(Tagged::Done, "running-done"));
        Self {
            texts,
            lead: strong(texts, "running-lead", &[("title", &seen.words.title)]),
            steps: std::iter::once(approved).chain(STEPS.iter().enumerate().map(step)).collect(),
            waits: format!("{}{}", seen.row.state.word(), if long { "-long" } else { "" }),
            long,
            here: format!("/sign/{}", seen.row.id.hex()),
        }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

/// The receipt.
#[derive(Template)]
#[template(path = "receipt.html")]
pub(crate) struct ReceiptView<'a> {
    texts: &'a Texts,
    title_block: String,
    tag: String,
    receipt: &'a str,
    rosette: Markup,
    facts: String,
    fingerprint: String,
    here: String,
    next: Vec<String>,
    return_to: String,
    back: String,
}

impl<'a> ReceiptView<'a> {
    pub(crate) fn new(site: &'a Site, seen: &'a Seen<'_>, signed: &'a Signed, now: Instant) -> Self {
        let texts = &*site.texts;
        let receipt = seen.row.receipt.as_str();
        let mut signer = strong_row(texts, "label-by", &signed.name);
        signer.second = Some(texts.say("for-yourself"));
        let mut at = row(texts, "label-on", &when_second(texts, signed.at));
        at.second = Some(texts.say("receipt-time"));
        let mut document = row(texts, "label-document", &seen.words.title);
        document.second = Some(texts.count("pages", seen.row.shown.pages.into()));
        let mut facts = vec![signer, at, document, row(texts, "label-given", &seen.agency.name)];
        facts.extend(about_effect(site));
        let address = site.base_url.at("/verify");
        let address = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest).to_owned();
        let printed = [address, when(texts, now)];
        Self {
            texts,
            title_block: TitleBlock { site, lines: &printed }.to_string(),
            tag: Tag { look: Tagged::Done, words: &texts.say("receipt-tag") }.to_string(),
            receipt,
            rosette: rosette(receipt),
            facts: Summary(&facts).to_string(),
            fingerprint: Fingerprint::new(&texts.say("fingerprint"), &seen.row.shown.sha256, None)
                .to_string(),
            here: format!("/sign/{}", seen.row.id.hex()),
            next: next(texts, seen),
            return_to: texts.say_with("return-to", &[("agency", &seen.agency.name)]),
            back: back(seen),
        }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

/// What happens next, as far as this house knows it.
fn next(texts: &Texts, seen: &Seen<'_>) -> Vec<String> {
    let agency = ("agency", seen.agency.name.as_str());
    let [fetched, kept] = match seen.row.fetched_at {
        None => [texts.say_with("receipt-next-fetches", &[agency]), texts.say("receipt-next-kept")],
        Some(at) => [
            texts.say_with("receipt-next-fetched", &[agency, ("date", &date(texts, at))]),
            texts.say_with(
                "receipt-next-kept-until",
                &[("date", &date(texts, at.plus_seconds(KEEP_SECONDS)))],
            ),
        ],
    };
    vec![fetched, kept, texts.say("receipt-next-check")]
}

/// The registered address of the agency, with the request's id and nothing else (formats.md §3).
fn back(seen: &Seen<'_>) -> String {
    format!("{}?request_id={}", seen.words.return_uri, seen.row.id.hex())
}

/// A request that was refused or ran out of time.
#[derive(Template)]
#[template(path = "ended.html")]
pub(crate) struct EndedView<'a> {
    texts: &'a Texts,
    heading: String,
    happened: String,
    todo: String,
    facts: String,
    return_to: String,
    back: String,
}

impl<'a> EndedView<'a> {
    pub(crate) fn new(texts: &'a Texts, seen: &'a Seen<'_>) -> Self {
        let refused = seen.row.state == State::Refused;
        let (key, on) = if refused {
            ("ended-refused", seen.row.state_at)
        } else {
            ("ended-expired", seen.row.expires_at)
        };
        let agency = ("agency", seen.agency.name.as_str());
        let say = |part: &str| texts.say_with(&format!("{key}{part}"), &[agency]);
        let mut facts =
            vec![row(texts, "label-document", &seen.words.title), row(texts, "label-from", agency.1)];
        facts.push(row(texts, &format!("{key}-on"), &when(texts, on)));
        facts.extend(seen.row.reason.as_ref().map(|reason| row(texts, "label-reason", reason)));
        Self {
            texts,
            heading: texts.say(key),
            happened: say("-text"),
            todo: say("-todo"),
            facts: Summary(&facts).to_string(),
            return_to: say("-return"),
            back: back(seen),
        }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}
