//! Where the signatures of a file are and what exactly each covers (ISO 32000-1 §12.8.1, EN 319 142-1 §5.2).
//!
//! The rule is exact, because every gap in it has been an attack: `[0 a b c]`; `[a, b)` is the hexadecimal string of
//! `/Contents` with its angle brackets and nothing else; `b + c` is the end of the revision in which the signature
//! stands. Hexadecimal digits are in lower case, so that no bit of the file can change and mean the same.

use std::ops::Range;

use super::pdf::{Dictionary, Object, Pdf, Placed, Reference, Refusal};

/// A signature whose frame is exact. Nothing says yet that it holds.
#[derive(Debug)]
pub struct Framed<'p> {
    /// Its dictionary's object.
    pub reference: Reference,
    /// Its dictionary.
    pub dictionary: &'p Dictionary,
    /// The revision in which it stands.
    pub revision: usize,
    /// From `<` to after `>`: what it does not cover.
    pub hole: Range<usize>,
    /// The first octet that it does not cover.
    pub end: usize,
    /// What stands in the hole: a CMS and zeros.
    pub space: Vec<u8>,
}

/// Why something that calls itself a signature is not framed as one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// `/ByteRange` is not four numbers, the first of them zero.
    #[error("the signature does not say what it covers")]
    ByteRange,
    /// `/Contents` is not a string of lower-case hexadecimal digits that stands exactly in the gap.
    #[error("the signature does not stand where it says")]
    Contents,
    /// It does not cover its revision to the end.
    #[error("the signature does not cover its revision to the end")]
    Coverage,
    /// Its dictionary was packed into an object stream.
    #[error("the signature is packed")]
    Packed,
    /// No field of the form leads to it any more, or another revision took its place.
    #[error("the signature was taken out of the form")]
    Orphaned,
}

/// Something that calls itself a signature.
#[derive(Debug)]
pub struct Claimed<'p> {
    /// Its dictionary's object.
    pub reference: Reference,
    /// Its dictionary.
    pub dictionary: &'p Dictionary,
    /// The revision in which it stands.
    pub revision: usize,
    placed: &'p Placed,
    in_form: bool,
}

/// Everything in the file, in any revision, that calls itself a signature, in the order of the revisions.
///
/// # Errors
/// A form that cannot be read.
pub fn claimed<'p>(pdf: &'p Pdf<'_>) -> Result<Vec<Claimed<'p>>, Refusal> {
    let fields = pdf.fields_at(pdf.revisions().len())?;
    let values: Vec<Reference> = fields
        .iter()
        .filter(|field| field.is_signature())
        .filter_map(|field| field.dictionary.reference("V"))
        .collect();
    let mut found = Vec::new();
    for (revision, saved) in pdf.revisions().iter().enumerate() {
        for (reference, placed) in saved.objects() {
            let Object::Dictionary(dictionary) = &placed.object else { continue };
            let calls_itself = dictionary.has("ByteRange") || values.contains(&reference);
            if calls_itself {
                let newest = pdf
                    .object(reference)
                    .is_some_and(|object| std::ptr::eq(object, &raw const placed.object));
                let in_form = newest && values.contains(&reference);
                found.push(Claimed { reference, dictionary, revision, placed, in_form });
            }
        }
    }
    Ok(found)
}

impl<'p> Claimed<'p> {
    /// Its exact frame.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn frame(&self, pdf: &Pdf<'_>) -> Result<Framed<'p>, FrameError> {
        if !self.in_form {
            return Err(FrameError::Orphaned);
        }
        let number = |object: &Object| match object {
            Object::Integer(value) => usize::try_from(*value).ok(),
            _ => None,
        };
        let range: Option<Vec<usize>> = self
            .dictionary
            .get("ByteRange")
            .and_then(Object::array)
            .and_then(|items| items.iter().map(number).collect());
        let Some(&[0, start, end, rest]) = range.as_deref() else { return Err(FrameError::ByteRange) };
        if self.placed.octets.is_none() {
            return Err(FrameError::Packed);
        }
        let Some(Object::Text(text)) = self.dictionary.get("Contents") else {
            return Err(FrameError::Contents);
        };
        if pdf.octets_of(self.placed, "Contents") != Some(start..end) || !text.hexadecimal {
            return Err(FrameError::Contents);
        }
        let hole = pdf.bytes().get(start..end).unwrap_or_default();
        let digits = hole.strip_prefix(b"<").and_then(|hole| hole.strip_suffix(b">")).unwrap_or_default();
        let lower = digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        if !lower || digits.is_empty() {
            return Err(FrameError::Contents);
        }
        let covered = end.checked_add(rest);
        match pdf.revisions().get(self.revision) {
            Some(revision) if covered == Some(revision.end()) || covered == Some(revision.eof()) => {
                Ok(Framed {
                    reference: self.reference,
                    dictionary: self.dictionary,
                    revision: self.revision,
                    hole: start..end,
                    end: covered.unwrap_or_default(),
                    space: text.bytes.clone(),
                })
            }
            _ => Err(FrameError::Coverage),
        }
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
