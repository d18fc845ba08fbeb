//! The house of trust, asked with a house pass: certificates, the end of a lost one, the feed; and without one its
//! public parts: time-stamps, certificates of authorities, revocation lists.

use std::time::Duration;

use pki_core::act::{Abandonment, CertificateRequest};
use pki_core::bytes::write;
use pki_core::feed::SignedFeedEntry;
use pki_core::jose::json;
use pki_core::time::Instant;
use service::entropy::Random;
use service::http::egress::{Ask, Egress, EgressError};
use service::pass::{PassError, Passes};

const DER: &str = "application/octet-stream";
/// How much longer than the feed may hold its answer back we wait.
const FEED_GRACE_SECONDS: u64 = 10;
/// 500 entries of 1.6 KB, with room.
const FEED_BYTES_MAX: usize = 4 << 20;
/// Lists and certificates of authorities.
const LIST_BYTES_MAX: usize = 4 << 20;

/// Why the house of trust did not help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PkiError {
    /// No answer.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// No pass could be made.
    #[error(transparent)]
    Pass(#[from] PassError),
    /// The approval was used for another request; the serial number of what it gave.
    #[error("the approval was used before")]
    ApprovalUsed {
        /// Octets of the serial number.
        serial: Vec<u8>,
    },
    /// It is not well (a status of 500 and above); it may be later.
    #[error("the registry answers with status {0}")]
    Unavailable(u16),
    /// A refusal, by the word of its problem (formats.md §3).
    #[error("the registry refused: {0}")]
    Refused(String),
    /// An answer that is none of its.
    #[error("the registry's answer is not understood: {0}")]
    Incompatible(&'static str),
}

/// The house of trust.
pub(crate) struct Pki {
    egress: Egress,
    passes: Passes,
    /// Its name in our configuration, which passes are made out to.
    name: String,
    url: String,
}

impl Pki {
    pub(crate) const fn new(egress: Egress, passes: Passes, name: String, url: String) -> Self {
        Self { egress, passes, name, url }
    }

    /// A certificate for one approved signature, in DER. An identical request gives the identical certificate.
    pub(crate) async fn certify(
        &self,
        request: &CertificateRequest,
        now: Instant,
        random: &dyn Random,
    ) -> Result<Vec<u8>, PkiError> {
        let ask = Ask::post(format!("{}/certificates", self.url), DER, write(request));
        self.post(ask, now, random).await
    }

    /// The key of this certificate is gone.
    pub(crate) async fn abandon(
        &self,
        abandonment: &Abandonment,
        now: Instant,
        random: &dyn Random,
    ) -> Result<(), PkiError> {
        let ask = Ask::post(format!("{}/certificates/abandon", self.url), DER, write(abandonment));
        self.post(ask, now, random).await.map(|_| ())
    }

    async fn post(&self, ask: Ask, now: Instant, random: &dyn Random) -> Result<Vec<u8>, PkiError> {
        let ask = self.passes.put_on(ask, &self.name, now, random)?;
        let answer = self.egress.ask(ask).await?;
        if answer.is_success() { Ok(answer.body) } else { Err(refusal(answer.status, &answer.body)) }
    }

    /// The entries after `after`, or a heartbeat if there are none: what the feed says within `wait_seconds`.
    pub(crate) async fn feed(
        &self,
        after: u64,
        wait_seconds: u64,
        now: Instant,
        random: &dyn Random,
    ) -> Result<Vec<SignedFeedEntry>, PkiError> {
        let url = format!("{}/feed/signer?after={after}&wait={wait_seconds}", self.url);
        let ask = Ask::get(url)
            .at_most(FEED_BYTES_MAX)
            .patience(Duration::from_secs(wait_seconds + FEED_GRACE_SECONDS));
        let ask = self.passes.put_on(ask, &self.name, now, random)?;
        let answer = self.egress.ask(ask).await?;
        if !answer.is_success() {
            return Err(refusal(answer.status, &answer.body));
        }
        concatenated(&answer.body)
    }

    /// Time-stamps (RFC 3161 §3.4): a request goes in, a response comes out.
    pub(crate) async fn stamp(&self, request: &[u8]) -> Result<Vec<u8>, PkiError> {
        let ask = Ask::post(format!("{}/tsa", self.url), "application/timestamp-query", request.to_vec());
        let answer = self.egress.ask(ask).await?;
        if answer.is_success() { Ok(answer.body) } else { Err(refusal(answer.status, &answer.body)) }
    }

    /// A public file that a certificate points to: an authority's certificate or a revocation list.
    pub(crate) async fn public_file(&self, url: &str) -> Result<Vec<u8>, PkiError> {
        let answer = self.egress.ask(Ask::get(url).at_most(LIST_BYTES_MAX)).await?;
        if answer.is_success() { Ok(answer.body) } else { Err(refusal(answer.status, &answer.body)) }
    }
}

fn refusal(status: u16, body: &[u8]) -> PkiError {
    if status >= 500 {
        return PkiError::Unavailable(status);
    }
    let Ok(problem) = json::object(body) else { return PkiError::Refused(format!("status {status}")) };
    let member = |name: &str| problem.get(name).and_then(serde_json::Value::as_str);
    let kind = member("type").unwrap_or("unknown");
    // The serial number stands in `serial`, or is what the detail says.
    let serial = member("serial").or_else(|| member("detail")).and_then(octets);
    match (kind, serial) {
        ("approval-used", Some(serial)) => PkiError::ApprovalUsed { serial },
        ("approval-used", None) => PkiError::Incompatible("approval-used without a serial"),
        _ => PkiError::Refused(kind.to_owned()),
    }
}

/// Hexadecimal of a serial number: at most 20 octets (RFC 5280 §4.1.2.2).
fn octets(hex: &str) -> Option<Vec<u8>> {
    if hex.is_empty() || hex.len() > 40 || !hex.len().is_multiple_of(2) || !hex.is_ascii() {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect()
}

/// Concatenated DER: each entry is one SEQUENCE whose length stands in front.
fn concatenated(mut bytes: &[u8]) -> Result<Vec<SignedFeedEntry>, PkiError> {
    let broken = PkiError::Incompatible("the feed is not concatenated DER");
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let length = whole_length(bytes).ok_or_else(|| broken.clone())?;
        let (one, rest) = bytes.split_at_checked(length).ok_or_else(|| broken.clone())?;
        entries.push(pki_core::bytes::read("SignedFeedEntry", one).map_err(|_| broken.clone())?);
        bytes = rest;
    }
    Ok(entries)
}

/// Header and content of the SEQUENCE at the front (X.690 §8.1.3, definite form).
fn whole_length(bytes: &[u8]) -> Option<usize> {
    let [0x30, first, rest @ ..] = bytes else { return None };
    if *first < 0x80 {
        return Some(2 + usize::from(*first));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return None;
    }
    let length = rest.get(..count)?.iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte));
    Some(2 + count + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_used_approval_names_its_serial() {
        let body = br#"{"type":"approval-used","title":"t","status":409,"serial":"4001ff"}"#;
        assert_eq!(refusal(409, body), PkiError::ApprovalUsed { serial: vec![0x40, 1, 0xff] });
        let without = br#"{"type":"approval-used","title":"t","status":409}"#;
        assert_eq!(refusal(409, without), PkiError::Incompatible("approval-used without a serial"));
        assert_eq!(refusal(409, br#"{"type":"suspended"}"#), PkiError::Refused("suspended".to_owned()));
        assert_eq!(refusal(404, b"<html>"), PkiError::Refused("status 404".to_owned()));
        assert_eq!(refusal(500, body), PkiError::Unavailable(500));
    }

    #[test]
    fn lengths_are_read_in_both_forms_and_never_past_the_end() {
        assert_eq!(whole_length(&[0x30, 5, 0]), Some(7));
        assert_eq!(whole_length(&[0x30, 0x82, 1, 0]), Some(260));
        assert_eq!(whole_length(&[0x30, 0x80]), None);
        assert_eq!(whole_length(&[0x31, 5]), None);
        assert!(concatenated(&[0x30, 5, 0]).is_err());
        assert_eq!(concatenated(&[]), Ok(Vec::new()));
    }
}
