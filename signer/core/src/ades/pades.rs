//! PAdES (EN 319 142-1) as two increments: the signature, then the validation data of level B-LT.
//!
//! [`prepare`] lays out the signature's increment with a hole for the CMS and gives the digest of everything but the
//! hole; the CMS is made elsewhere ([`pki_core::cms`]); [`Prepared::finish`] fills the hole. The octets that were shown
//! are a prefix of what is signed, and what is signed is a prefix of the finished file. Nothing here knows a key.

use std::ops::Range;

use pki_core::bytes::Hash;
use pki_core::cms::{CmsError, SignedData};
use pki_core::key::{hash_parts, sha256};
use pki_core::oid;
use pki_core::time::Instant;

use super::pdf::{Dictionary, Increment, Object, Pdf, Reference, Refusal, Signable, hexadecimal};
use super::signature::{FrameError, claimed};

/// Room for the CMS beside the evidence: time-stamp, three certificates, attributes (measured 2.7 KB with small
/// certificates), so that an RSA chain of a foreign authority fits as well (`signatures.md` §18.9).
const ROOM_BESIDE_EVIDENCE: usize = 8 * 1024;
/// Evidence is rounded up to this, so that the size of a file does not tell how many officers stand in it.
const EVIDENCE_STEP: usize = 4 * 1024;
/// Certificates and lists in one DSS. Ours has five and four.
pub const DSS_ENTRIES_MAX: usize = 200;

/// ByteRange as it is laid out before its numbers are known: `[0 a b c]`, ten digits at most each, padded with spaces.
const BYTE_RANGE_WIDTH: usize = 36;

/// Why a signature was not put into a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PadesError {
    /// The file cannot be read, or became too large.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The CMS does not fit into the hole that was left for it; nothing was written.
    #[error("the signature has {needed} octets and the hole in the file {room}")]
    TooSmall {
        /// What the CMS has.
        needed: usize,
        /// What the hole has.
        room: usize,
    },
    /// A DSS that is not one, or one with too many entries.
    #[error("the validation data in the file cannot be read")]
    BrokenDss,
    /// There is no signature in the file, so there is no evidence.
    #[error("the file has no signature")]
    NoSignature,
    /// The last signature does not stand where it says.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The last signature cannot be read, or has no evidence.
    #[error(transparent)]
    Cms(#[from] CmsError),
}

/// What a signature's increment needs beside the document.
#[derive(Clone, Copy, Debug)]
pub struct PrepareParams<'a> {
    /// Goes into `/M`; the CMS has no signing-time attribute (EN 319 142-1 §6.3 forbids it in baseline signatures).
    pub signing_time: Instant,
    /// Octets of DER(Evidence); the hole is as large as this and everything else needs.
    pub evidence_len: usize,
    /// What a screen reader says at the field (`/TU`, ISO 32000-1 table 220).
    pub field_title: &'a str,
}

/// A file with a hole where the CMS will stand.
#[derive(Clone, Debug)]
pub struct Prepared {
    file: Vec<u8>,
    /// From `<` to after `>`.
    hole: Range<usize>,
}

/// Lays out the signature's increment.
///
/// # Errors
/// A file that cannot take one more field, or would become too large.
pub fn prepare(document: &Signable<'_, '_>, params: &PrepareParams<'_>) -> Result<Prepared, PadesError> {
    let pdf = document.pdf();
    let page = document.pages().first().ok_or(Refusal::NoPage)?;
    let mut increment = Increment::new(pdf)?;
    let signature = increment.reserve();
    let field = increment.reserve();
    let room = room(params.evidence_len);
    let (body, byte_range, contents) = signature_body(params.signing_time, room);
    increment.put_body(signature, body);
    increment.put(field, &field_object(&field_name(pdf)?, params.field_title, page.reference, signature));
    add_to_page(pdf, &mut increment, page.reference, page.dictionary, field)?;
    add_to_form(pdf, &mut increment, field)?;
    let written = increment.write()?;
    let start = *written.bodies.get(&signature).ok_or(Refusal::NoEnd)?;
    let mut file = written.bytes;
    let hole = start + contents..start + contents + 2 * room + 2;
    let numbers = format!("[0 {} {} {}]", hole.start, hole.end, file.len() - hole.end);
    let at = start + byte_range;
    if let Some(place) = file.get_mut(at..at + numbers.len()) {
        place.copy_from_slice(numbers.as_bytes());
    }
    Ok(Prepared { file, hole })
}

impl Prepared {
    /// SHA-256 over everything but the hole: the message digest of the CMS.
    #[must_use]
    pub fn digest(&self) -> Hash {
        let before = self.file.get(..self.hole.start).unwrap_or_default();
        let after = self.file.get(self.hole.end..).unwrap_or_default();
        hash_parts(&[before, after])
    }

    /// The largest CMS that fits.
    #[must_use]
    pub const fn room(&self) -> usize {
        (self.hole.end - self.hole.start - 2) / 2
    }

    /// The signed file.
    ///
    /// # Errors
    /// [`PadesError::TooSmall`]; a CMS is never cut.
    pub fn finish(self, cms: &[u8]) -> Result<Vec<u8>, PadesError> {
        let room = self.room();
        let mut file = self.file;
        fill(&mut file, &self.hole, room, cms)?;
        Ok(file)
    }
}

/// Writes a CMS into its hole; the rest of the hole becomes zeros.
fn fill(file: &mut [u8], hole: &Range<usize>, room: usize, cms: &[u8]) -> Result<(), PadesError> {
    if cms.len() > room {
        return Err(PadesError::TooSmall { needed: cms.len(), room });
    }
    let mut digits = hexadecimal(cms);
    digits.resize(2 * room, b'0');
    if let Some(place) = file.get_mut(hole.start + 1..hole.end - 1) {
        place.copy_from_slice(&digits);
    }
    Ok(())
}

/// Evidence rounded up to 4 KiB, plus 8 KiB.
const fn room(evidence_len: usize) -> usize {
    evidence_len.next_multiple_of(EVIDENCE_STEP) + ROOM_BESIDE_EVIDENCE
}

/// The signature dictionary (EN 319 142-1 §6.3; `/Cert` and `/Reason` are forbidden beside our attributes), where the
/// array of `/ByteRange` and the string of `/Contents` begin in it.
fn signature_body(signing_time: Instant, room: usize) -> (Vec<u8>, usize, usize) {
    let mut body = format!(
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M ({})\n/ByteRange ",
        pdf_date(signing_time)
    )
    .into_bytes();
    let byte_range = body.len();
    body.resize(byte_range + BYTE_RANGE_WIDTH, b' ');
    body.extend_from_slice(b"\n/Contents ");
    let contents = body.len();
    body.push(b'<');
    body.resize(contents + 1 + 2 * room, b'0');
    body.extend_from_slice(b"> >>");
    (body, byte_range, contents)
}

/// `D:YYYYMMDDHHmmSSZ` (ISO 32000-1 §7.9.4).
#[must_use]
pub fn pdf_date(at: Instant) -> String {
    let time = at.generalized().to_date_time();
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}Z",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minutes(),
        time.seconds()
    )
}

/// `Signature1`, or the first number that no field has.
fn field_name(pdf: &Pdf<'_>) -> Result<String, PadesError> {
    let fields = pdf.fields_at(pdf.revisions().len())?;
    let taken = |name: &str| fields.iter().any(|field| field.name == name.as_bytes());
    let name = (1..=fields.len() + 1).map(|number| format!("Signature{number}")).find(|name| !taken(name));
    Ok(name.unwrap_or_else(|| String::from("Signature")))
}

/// An invisible widget: no area, Print and Locked (`/F 132`), with a text for those who hear the page.
fn field_object(name: &str, title: &str, page: Reference, value: Reference) -> Object {
    let zero = [0, 0, 0, 0].map(Object::Integer).to_vec();
    Object::Dictionary(
        Dictionary::new()
            .with("Type", Object::name("Annot"))
            .with("Subtype", Object::name("Widget"))
            .with("FT", Object::name("Sig"))
            .with("T", Object::text(name.as_bytes()))
            .with("TU", text_string(title))
            .with("V", value.into())
            .with("P", page.into())
            .with("F", Object::Integer(132))
            .with("Rect", Object::Array(zero)),
    )
}

/// ISO 32000-1 §7.9.2.2: ASCII as it is, anything else as UTF-16BE with its mark.
fn text_string(text: &str) -> Object {
    if text.is_ascii() {
        return Object::text(text.as_bytes());
    }
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    let bytes: Vec<u8> = [0xfe, 0xff].into_iter().chain(units).collect();
    Object::text(&bytes)
}

/// The page's `/Annots` gets one more: written into the page, an object of its own, or absent.
fn add_to_page(
    pdf: &Pdf<'_>,
    increment: &mut Increment<'_, '_>,
    page: Reference,
    dictionary: &Dictionary,
    field: Reference,
) -> Result<(), PadesError> {
    let broken = Refusal::BrokenAnnotations("/Annots is not an array");
    let (place, items) = match dictionary.get("Annots") {
        None | Some(Object::Null) => (None, &[][..]),
        Some(Object::Array(items)) => (None, items.as_slice()),
        Some(Object::Reference(place)) => match pdf.object(*place) {
            Some(Object::Array(items)) => (Some(*place), items.as_slice()),
            _ => return Err(broken.into()),
        },
        Some(_) => return Err(broken.into()),
    };
    let items = Object::Array(items.iter().cloned().chain([field.into()]).collect());
    let mut page_with = dictionary.clone();
    match place {
        Some(place) => increment.put(place, &items),
        None => page_with.set("Annots", items),
    }
    // PDF/UA-1 §7.18.3: a tagged page with an annotation says that the structure gives the order.
    let tagged = pdf.catalog_at(pdf.revisions().len())?.has("StructTreeRoot");
    if tagged && !dictionary.has("Tabs") {
        page_with.set("Tabs", Object::name("S"));
    }
    if page_with != *dictionary {
        increment.put(page, &Object::Dictionary(page_with));
    }
    Ok(())
}

/// The form's `/Fields` gets one more and `/SigFlags` becomes 3; the catalog says which extension of PDF this is.
fn add_to_form(pdf: &Pdf<'_>, increment: &mut Increment<'_, '_>, field: Reference) -> Result<(), PadesError> {
    let count = pdf.revisions().len();
    let mut catalog = pdf.catalog_at(count)?.clone();
    let mut form = pdf.form_at(count)?.cloned().unwrap_or_default();
    let broken = Refusal::BrokenForm("/Fields is not an array");
    let (place, items) = match form.get("Fields") {
        None | Some(Object::Null) => (None, Vec::new()),
        Some(Object::Array(items)) => (None, items.clone()),
        Some(Object::Reference(place)) => match pdf.object(*place) {
            Some(Object::Array(items)) => (Some(*place), items.clone()),
            _ => return Err(broken.into()),
        },
        Some(_) => return Err(broken.into()),
    };
    let items = Object::Array(items.into_iter().chain([field.into()]).collect());
    match place {
        Some(place) => increment.put(place, &items),
        None => form.set("Fields", items),
    }
    form.set("SigFlags", Object::Integer(3));
    match catalog.get("AcroForm") {
        Some(Object::Reference(place)) => increment.put(*place, &Object::Dictionary(form)),
        _ => catalog.set("AcroForm", Object::Dictionary(form)),
    }
    catalog.set("Extensions", extensions(pdf, &catalog));
    increment.put(pdf.root()?, &Object::Dictionary(catalog));
    Ok(())
}

fn extensions(pdf: &Pdf<'_>, catalog: &Dictionary) -> Object {
    let old = catalog.get("Extensions").and_then(|extensions| pdf.resolve(extensions).dictionary());
    Object::Dictionary(old.cloned().unwrap_or_default().with("ESIC", esic()))
}

/// EN 319 142-1 §5.4.1: the developer extension of ETSI, base version 1.7, extension level 1.
pub(super) fn esic() -> Object {
    let level = Dictionary::new().with("BaseVersion", Object::name("1.7"));
    Object::Dictionary(level.with("ExtensionLevel", Object::Integer(1)))
}

/// One more increment with the validation data of level B-LT (EN 319 142-1 §5.4.2): `/DSS` with certificates and
/// revocation lists, each as its DER without a filter. What an older DSS holds stays; nothing stands in it twice.
///
/// # Errors
/// A file that cannot be read, an older DSS that is none, or too many entries.
pub fn add_dss(file: &[u8], certificates: &[Vec<u8>], crls: &[Vec<u8>]) -> Result<Vec<u8>, PadesError> {
    let pdf = Pdf::read(file)?;
    let mut increment = Increment::new(&pdf)?;
    let count = pdf.revisions().len();
    let mut catalog = pdf.catalog_at(count)?.clone();
    let old = match catalog.get("DSS").map(|dss| pdf.resolve(dss)) {
        None | Some(Object::Null) => Dictionary::new(),
        Some(Object::Dictionary(dss)) => dss.clone(),
        Some(_) => return Err(PadesError::BrokenDss),
    };
    let mut dss = old.clone().with("Type", Object::name("DSS"));
    for (key, values) in [("Certs", certificates), ("CRLs", crls)] {
        let mut items = dss_items(&pdf, &old, key)?;
        let mut known: Vec<Hash> = items.iter().filter_map(|item| stream_hash(&pdf, item)).collect();
        for value in values {
            let hash = sha256(value);
            if !known.contains(&hash) {
                known.push(hash);
                let reference = increment.reserve();
                increment.put_stream(reference, Dictionary::new(), value);
                items.push(reference.into());
            }
        }
        if items.len() > DSS_ENTRIES_MAX {
            return Err(PadesError::BrokenDss);
        }
        if !items.is_empty() {
            dss.set(key, Object::Array(items));
        }
    }
    let place = increment.reserve();
    increment.put(place, &Object::Dictionary(dss));
    catalog.set("DSS", place.into());
    increment.put(pdf.root()?, &Object::Dictionary(catalog));
    Ok(increment.write()?.bytes)
}

/// The copy of a signed file that can be published: without the evidence of its last signature, the same octet for
/// octet otherwise. Strangers see no difference; our verifier says Cannot be confirmed. To be made at level B-LT: a later
/// signature or archive time-stamp would cover the evidence (`signatures.md` §18.9).
///
/// # Errors
/// A file without a signature, or whose last signature has no evidence.
pub fn without_evidence(file: &[u8]) -> Result<Vec<u8>, PadesError> {
    let pdf = Pdf::read(file)?;
    let signatures = claimed(&pdf)?;
    let framed = signatures.last().ok_or(PadesError::NoSignature)?.frame(&pdf)?;
    let redacted = SignedData::read_padded(&framed.space)?.without_unsigned(oid::EVIDENCE)?;
    let mut copy = file.to_vec();
    fill(&mut copy, &framed.hole, framed.space.len(), redacted.der())?;
    Ok(copy)
}

fn dss_items(pdf: &Pdf<'_>, dss: &Dictionary, key: &str) -> Result<Vec<Object>, PadesError> {
    match dss.get(key).map(|items| pdf.resolve(items)) {
        None | Some(Object::Null) => Ok(Vec::new()),
        Some(Object::Array(items)) => Ok(items.clone()),
        Some(_) => Err(PadesError::BrokenDss),
    }
}

fn stream_hash(pdf: &Pdf<'_>, item: &Object) -> Option<Hash> {
    match pdf.resolve(item) {
        Object::Stream(stream) => pdf.bytes().get(stream.data.clone()).map(sha256),
        _ => None,
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
mod tests;
