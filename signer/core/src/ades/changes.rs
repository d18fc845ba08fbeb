//! What one save did to a file: put in a signature, put in validation data, or anything else.
//!
//! The two allowed saves are described exactly, object by object and key by key (`docs/formats.md`, EN 319 142-1
//! §6.3); everything that is not described is a [`Change`]. Other validators look at what a change does and decide
//! whether it is harmless; this one lets through only what we write, because nothing else belongs into a finished file.

use std::collections::BTreeSet;

use super::pades::{DSS_ENTRIES_MAX, esic};
use super::pdf::{Dictionary, Field, Object, Pdf, Placed, Reference, Refusal, Revision};

/// An allowed save.
#[derive(Debug)]
pub enum Save<'p> {
    /// One new signature field with its signature.
    Signature(Signed<'p>),
    /// Certificates and revocation lists.
    ValidationData,
}

/// A signature as it stands in its revision.
#[derive(Debug)]
pub struct Signed<'p> {
    /// The field.
    pub field: Reference,
    /// The signature dictionary.
    pub reference: Reference,
    /// Its entries.
    pub dictionary: &'p Dictionary,
    /// Its octets in the file.
    pub placed: &'p Placed,
}

/// Why a save is not an allowed one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Change {
    /// The file as it was then cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Refusal),
    /// Objects were taken away or packed into object streams.
    #[error("objects were taken away or packed")]
    Structure,
    /// The trailer says something new.
    #[error("the trailer says something new")]
    Trailer,
    /// The catalog has a new, changed or missing entry.
    #[error("the catalog was changed at /{0}")]
    Catalog(String),
    /// The form has a new, changed or missing entry.
    #[error("the form was changed at /{0}")]
    Form(String),
    /// More than one field was added, or fields were taken away or moved.
    #[error("fields of the form were changed")]
    Fields,
    /// A page has a new, changed or missing entry.
    #[error("a page was changed at /{0}")]
    Page(String),
    /// The annotations of a page were changed beyond the one invisible widget.
    #[error("the annotations of a page were changed")]
    Annotations,
    /// The new field is not the invisible one that a signature needs.
    #[error("the field of the signature is not an invisible one")]
    Widget,
    /// The signature dictionary has entries that it must not have, or lacks some.
    #[error("the signature dictionary is not of the right form")]
    SignatureDictionary,
    /// The validation data is not of the right form.
    #[error("the validation data is not of the right form")]
    ValidationData,
    /// An object that has no business in this save.
    #[error("object {number} was added or replaced")]
    Object {
        /// Object number.
        number: u32,
    },
}

/// Looks at the save that made revision `index` (0 is the original, and no save).
///
/// # Errors
/// The first difference that the two allowed saves do not have.
pub fn classify<'p>(pdf: &'p Pdf<'_>, index: usize) -> Result<Save<'p>, Change> {
    let before = index.checked_sub(1).and_then(|older| pdf.revisions().get(older));
    let (Some(before), Some(revision)) = (before, pdf.revisions().get(index)) else {
        return Err(Change::Structure);
    };
    if revision.frees_or_compresses() || revision.style() != before.style() {
        return Err(Change::Structure);
    }
    trailer(before.trailer(), revision.trailer())?;
    let comparison = Comparison { pdf, count: index, revision };
    let (old, new) = (pdf.fields_at(index)?, pdf.fields_at(index + 1)?);
    let kept = old.len() <= new.len() && old.iter().zip(&new).all(|(a, b)| a.reference == b.reference);
    match new.get(old.len()..) {
        Some([]) if kept => comparison.validation_data().map(|()| Save::ValidationData),
        Some([field]) if kept => comparison.signature(field).map(Save::Signature),
        _ => Err(Change::Fields),
    }
}

/// ISO 32000-1 §7.5.5: the same catalog, the same information, the same first half of `/ID`.
fn trailer(old: &Dictionary, new: &Dictionary) -> Result<(), Change> {
    const KNOWN: [&str; 9] = ["Size", "Root", "Info", "ID", "Prev", "Type", "W", "Index", "Length"];
    let known = new.iter().all(|(key, _)| KNOWN.iter().any(|known| *key == **known));
    let same = ["Root", "Info"].iter().all(|key| old.get(key) == new.get(key));
    let first =
        |trailer: &Dictionary| trailer.get("ID").and_then(Object::array).and_then(|id| id.first().cloned());
    let id = old.get("ID").and_then(Object::array).is_none() || first(old) == first(new);
    if known && same && id { Ok(()) } else { Err(Change::Trailer) }
}

/// The first key, in either, that is not in `except` and has not the same value in both.
fn difference(old: &Dictionary, new: &Dictionary, except: &[&str]) -> Option<String> {
    let (old, new) = (old.sorted(), new.sorted());
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    keys.into_iter()
        .filter(|key| old.get(*key) != new.get(*key))
        .map(|key| String::from_utf8_lossy(&key.0).into_owned())
        .find(|key| !except.contains(&key.as_str()))
}

/// `old` and one item more.
fn appended(old: Option<&[Object]>, new: Option<&[Object]>, item: Reference) -> bool {
    new.and_then(<[Object]>::split_last)
        .is_some_and(|(last, rest)| *last == Object::from(item) && rest == old.unwrap_or_default())
}

/// What stands where nothing stands.
static NOTHING: Dictionary = Dictionary::new();

struct Comparison<'p, 'a> {
    pdf: &'p Pdf<'a>,
    /// Revisions before the save.
    count: usize,
    revision: &'p Revision,
}

impl<'p> Comparison<'p, '_> {
    fn old_catalog(&self) -> Result<&'p Dictionary, Change> {
        Ok(self.pdf.catalog_at(self.count)?)
    }

    fn new_catalog(&self) -> Result<&'p Dictionary, Change> {
        Ok(self.pdf.catalog_at(self.count + 1)?)
    }

    fn before<'o>(&self, object: Option<&'o Object>) -> Option<&'o Object>
    where
        'p: 'o,
    {
        object.map(|object| self.pdf.resolve_at(self.count, object)).filter(|object| **object != Object::Null)
    }

    fn after<'o>(&self, object: Option<&'o Object>) -> Option<&'o Object>
    where
        'p: 'o,
    {
        object
            .map(|object| self.pdf.resolve_at(self.count + 1, object))
            .filter(|object| **object != Object::Null)
    }

    /// An object that this save adds, under a number that was never used.
    fn fresh(&self, reference: Reference) -> Option<&'p Placed> {
        let placed = self.revision.objects().find(|(own, _)| *own == reference).map(|(_, placed)| placed);
        placed.filter(|_| reference.generation == 0 && !self.pdf.knows(self.count, reference.number))
    }

    /// Every object of the save must be one of `allowed`.
    fn only(&self, allowed: &BTreeSet<Reference>) -> Result<(), Change> {
        match self.revision.objects().find(|(reference, _)| !allowed.contains(reference)) {
            Some((reference, _)) => Err(Change::Object { number: reference.number }),
            None => Ok(()),
        }
    }

    fn signature(&self, field: &Field<'p>) -> Result<Signed<'p>, Change> {
        let mut allowed = BTreeSet::from([field.reference]);
        let signed = self.field(field)?;
        allowed.insert(signed.reference);
        self.catalog_and_form(field.reference, &mut allowed)?;
        self.page(field, &mut allowed)?;
        self.only(&allowed)?;
        Ok(signed)
    }

    /// The field and the signature dictionary, exactly as they are written.
    fn field(&self, field: &Field<'p>) -> Result<Signed<'p>, Change> {
        const FIELD: [&str; 9] = ["Type", "Subtype", "FT", "T", "TU", "V", "P", "F", "Rect"];
        const SIGNATURE: [&str; 6] = ["Type", "Filter", "SubFilter", "M", "ByteRange", "Contents"];
        let exactly = |dictionary: &Dictionary, keys: &[&str]| {
            dictionary.len() == keys.len() && keys.iter().all(|key| dictionary.has(key))
        };
        let widget = field.dictionary;
        let invisible = widget.get("Rect").and_then(Object::array)
            == Some(&[0, 0, 0, 0].map(Object::Integer)[..])
            && widget.integer("F") == Some(132)
            && widget.is("Type", "Annot")
            && widget.is("Subtype", "Widget")
            && widget.is("FT", "Sig");
        let value = widget.reference("V").and_then(|value| self.fresh(value).map(|placed| (value, placed)));
        let (Some((reference, placed)), Some(_)) = (value, self.fresh(field.reference)) else {
            return Err(Change::Widget);
        };
        if !invisible || !exactly(widget, &FIELD) {
            return Err(Change::Widget);
        }
        let Object::Dictionary(dictionary) = &placed.object else { return Err(Change::SignatureDictionary) };
        let form = dictionary.is("Type", "Sig")
            && dictionary.is("Filter", "Adobe.PPKLite")
            && dictionary.is("SubFilter", "ETSI.CAdES.detached");
        if !form || !exactly(dictionary, &SIGNATURE) {
            return Err(Change::SignatureDictionary);
        }
        Ok(Signed { field: field.reference, reference, dictionary, placed })
    }

    fn catalog_and_form(&self, field: Reference, allowed: &mut BTreeSet<Reference>) -> Result<(), Change> {
        let (old, new) = (self.old_catalog()?, self.new_catalog()?);
        if let Some(key) = difference(old, new, &["AcroForm", "Extensions"]) {
            return Err(Change::Catalog(key));
        }
        // What else the extensions say stays.
        let said = |object: Option<&'p Object>| object.and_then(Object::dictionary);
        let before = said(self.before(old.get("Extensions"))).unwrap_or(&NOTHING);
        let after = said(self.after(new.get("Extensions"))).unwrap_or(&NOTHING);
        if difference(before, after, &["ESIC"]).is_some() || after.get("ESIC") != Some(&esic()) {
            return Err(Change::Catalog("Extensions".into()));
        }
        allowed.extend(self.revision.trailer().reference("Root"));
        let form_place = old.get("AcroForm").and_then(Object::reference);
        if form_place.is_some() && new.get("AcroForm") != old.get("AcroForm") {
            return Err(Change::Catalog("AcroForm".into()));
        }
        allowed.extend(form_place);
        let before = said(self.before(old.get("AcroForm"))).unwrap_or(&NOTHING);
        let after = said(self.after(new.get("AcroForm"))).ok_or(Change::Fields)?;
        if let Some(key) = difference(before, after, &["Fields", "SigFlags"]) {
            return Err(Change::Form(key));
        }
        if after.integer("SigFlags") != Some(3) {
            return Err(Change::Form("SigFlags".into()));
        }
        let place = before.get("Fields").and_then(Object::reference);
        if place.is_some() && before.get("Fields") != after.get("Fields") {
            return Err(Change::Fields);
        }
        allowed.extend(place);
        let items = |object: Option<&'p Object>| object.and_then(Object::array);
        if appended(items(self.before(before.get("Fields"))), items(self.after(after.get("Fields"))), field) {
            Ok(())
        } else {
            Err(Change::Fields)
        }
    }

    fn page(&self, field: &Field<'p>, allowed: &mut BTreeSet<Reference>) -> Result<(), Change> {
        let page = field.dictionary.reference("P").ok_or(Change::Widget)?;
        let find = |count: usize| -> Result<&'p Dictionary, Change> {
            let pages = self.pdf.pages_at(count)?;
            pages
                .into_iter()
                .find(|own| own.reference == page)
                .map(|own| own.dictionary)
                .ok_or(Change::Widget)
        };
        let (old, new) = (find(self.count)?, find(self.count + 1)?);
        if let Some(key) = difference(old, new, &["Annots", "Tabs"]) {
            return Err(Change::Page(key));
        }
        let tabs = old.get("Tabs") == new.get("Tabs") || (!old.has("Tabs") && new.is("Tabs", "S"));
        if !tabs {
            return Err(Change::Page("Tabs".into()));
        }
        let place = old.get("Annots").and_then(Object::reference);
        if place.is_some() && old.get("Annots") != new.get("Annots") {
            return Err(Change::Annotations);
        }
        allowed.extend(place);
        allowed.insert(page);
        let items = |object: Option<&'p Object>| object.and_then(Object::array);
        if appended(
            items(self.before(old.get("Annots"))),
            items(self.after(new.get("Annots"))),
            field.reference,
        ) {
            Ok(())
        } else {
            Err(Change::Annotations)
        }
    }

    /// Only `/DSS` of the catalog changes; what stood in it stays, and what is new is a stream of DER without filter.
    fn validation_data(&self) -> Result<(), Change> {
        let (old, new) = (self.old_catalog()?, self.new_catalog()?);
        if let Some(key) = difference(old, new, &["DSS"]) {
            return Err(Change::Catalog(key));
        }
        let place = new.get("DSS").and_then(Object::reference).ok_or(Change::ValidationData)?;
        let Some(Object::Dictionary(dss)) = self.fresh(place).map(|placed| &placed.object) else {
            return Err(Change::ValidationData);
        };
        let known = dss.iter().all(|(key, _)| *key == *"Type" || *key == *"Certs" || *key == *"CRLs");
        if !known || !dss.is("Type", "DSS") {
            return Err(Change::ValidationData);
        }
        let before = self.before(old.get("DSS")).and_then(Object::dictionary).unwrap_or(&NOTHING);
        let mut allowed = BTreeSet::from([place]);
        allowed.extend(self.revision.trailer().reference("Root"));
        for key in ["Certs", "CRLs"] {
            let stood = self.before(before.get(key)).and_then(Object::array).unwrap_or_default();
            let stands = dss.get(key).map_or(Some(&[][..]), Object::array).ok_or(Change::ValidationData)?;
            let added = stands.strip_prefix(stood).ok_or(Change::ValidationData)?;
            if stands.len() > DSS_ENTRIES_MAX {
                return Err(Change::ValidationData);
            }
            for item in added {
                let stream = item.reference().ok_or(Change::ValidationData)?;
                let placed = self.fresh(stream).ok_or(Change::ValidationData)?;
                let plain = matches!(&placed.object, Object::Stream(stream)
                    if stream.dictionary.len() == 1 && stream.dictionary.integer("Length").is_some());
                if !plain || !allowed.insert(stream) {
                    return Err(Change::ValidationData);
                }
            }
        }
        self.only(&allowed)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests;
