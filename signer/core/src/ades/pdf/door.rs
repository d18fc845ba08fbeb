//! The door before signing: a document that shows the same to everyone, today and tomorrow, and does nothing.
//!
//! Not refused: objects that nothing refers to. A later increment could call them up, but our verifier allows no
//! increment that touches the document, and many ordinary writers leave such objects behind.

use super::document::{Annotation, Page};
use super::object::{Dictionary, Object};
use super::{Pdf, Refusal};

/// A document that may be signed. Only [`Pdf::signable`] makes one.
#[derive(Debug)]
pub struct Signable<'p, 'a> {
    pdf: &'p Pdf<'a>,
    pages: Vec<Page<'p>>,
}

/// Action types that do more than go to a page of this document or to a web address (ISO 32000-1 table 198).
const ACTIONS: [&str; 16] = [
    "Launch",
    "GoToR",
    "GoToE",
    "Thread",
    "Sound",
    "Movie",
    "Hide",
    "Named",
    "SubmitForm",
    "ResetForm",
    "ImportData",
    "SetOCGState",
    "Rendition",
    "Trans",
    "GoTo3DView",
    "RichMediaExecute",
];

/// `/F` bits of an annotation (table 165): Invisible, Hidden, NoView, ToggleNoView.
const HIDDEN: i64 = 1 | 2 | 32 | 256;

impl<'p, 'a> Signable<'p, 'a> {
    /// The file.
    #[must_use]
    pub const fn pdf(&self) -> &'p Pdf<'a> {
        self.pdf
    }

    /// Its pages; there is at least one.
    #[must_use]
    pub fn pages(&self) -> &[Page<'p>] {
        &self.pages
    }
}

impl<'a> Pdf<'a> {
    /// Whether this document may be signed.
    ///
    /// # Errors
    /// The first thing that can show something else to someone else, or run.
    pub fn signable(&self) -> Result<Signable<'_, 'a>, Refusal> {
        let pages = self.pages()?;
        for (_, object) in self.objects() {
            self.still(object)?;
        }
        let catalog = self.catalog_at(self.revisions().len())?;
        if catalog.has("Perms") {
            return Err(Refusal::Certified);
        }
        self.layers(catalog)?;
        // The form must be readable in one way; its fields are seen through their widgets.
        self.fields_at(self.revisions().len())?;
        for page in &pages {
            for annotation in self.annotations(page)? {
                self.fixed(&annotation)?;
            }
        }
        Ok(Signable { pdf: self, pages })
    }

    /// Looks into every dictionary of an object, however deep.
    fn still(&self, object: &Object) -> Result<(), Refusal> {
        if let Object::Array(items) = object {
            return items.iter().try_for_each(|item| self.still(item));
        }
        let Some(dictionary) = object.dictionary() else { return Ok(()) };
        self.still_dictionary(dictionary)?;
        dictionary.iter().try_for_each(|(_, value)| self.still(value))
    }

    fn still_dictionary(&self, dictionary: &Dictionary) -> Result<(), Refusal> {
        if dictionary.has("JS") || dictionary.has("JavaScript") || dictionary.is("S", "JavaScript") {
            return Err(Refusal::Script);
        }
        if dictionary.has("XFA") {
            return Err(Refusal::Xfa);
        }
        // A structure element (§14.7.2) also has /S; one that calls itself "Launch" is refused with the rest.
        if dictionary.has("AA") || ACTIONS.iter().any(|action| dictionary.is("S", action)) {
            return Err(Refusal::Action);
        }
        if let Some(open) = dictionary.get("OpenAction") {
            match self.resolve(open) {
                Object::Array(_) | Object::Null => {}
                Object::Dictionary(action) if action.is("S", "GoTo") => {}
                Object::Dictionary(action) if action.is("S", "JavaScript") => return Err(Refusal::Script),
                _ => return Err(Refusal::Action),
            }
        }
        if ["EmbeddedFiles", "EF", "AF", "Collection"].iter().any(|key| dictionary.has(key)) {
            return Err(Refusal::EmbeddedFile);
        }
        if ["Alternates", "OPI", "AlternatePresentations"].iter().any(|key| dictionary.has(key)) {
            return Err(Refusal::Alternates);
        }
        if crypt_filter(dictionary) {
            return Err(Refusal::Encrypted);
        }
        match dictionary.get("UserUnit").map(|unit| self.resolve(unit)) {
            None | Some(Object::Null | Object::Integer(1)) => {}
            Some(Object::Real(written)) if written.parse() == Ok(1.0f64) => {}
            Some(_) => return Err(Refusal::UserUnit),
        }
        match dictionary.get("NeedAppearances").map(|needed| self.resolve(needed)) {
            None | Some(Object::Null | Object::Boolean(false)) => Ok(()),
            Some(_) => Err(Refusal::NoAppearance),
        }
    }

    /// ISO 32000-1 §8.11.4: every layer is on, and no event or configuration changes that.
    fn layers(&self, catalog: &Dictionary) -> Result<(), Refusal> {
        let properties = match catalog.get("OCProperties").map(|properties| self.resolve(properties)) {
            None | Some(Object::Null) => return Ok(()),
            Some(properties) => properties.dictionary().ok_or(Refusal::HiddenLayers)?,
        };
        let default = properties.get("D").and_then(|default| self.resolve(default).dictionary());
        let default = default.ok_or(Refusal::HiddenLayers)?;
        let empty =
            |dictionary: &Dictionary, key: &str| match dictionary.get(key).map(|value| self.resolve(value)) {
                None | Some(Object::Null) => true,
                Some(Object::Array(items)) => items.is_empty(),
                Some(_) => false,
            };
        let on = !default.has("BaseState") || default.is("BaseState", "ON");
        if on && empty(default, "OFF") && empty(default, "AS") && empty(properties, "Configs") {
            Ok(())
        } else {
            Err(Refusal::HiddenLayers)
        }
    }

    /// An annotation must look the same in every reader: its own appearance, and never hidden.
    fn fixed(&self, annotation: &Annotation<'_>) -> Result<(), Refusal> {
        let dictionary = annotation.dictionary;
        match dictionary.name("Subtype").map(|name| name.0.as_slice()) {
            Some(b"Link" | b"Popup") => return Ok(()),
            Some(b"FileAttachment") => return Err(Refusal::EmbeddedFile),
            Some(b"Sound" | b"Movie" | b"Screen" | b"3D" | b"RichMedia") => return Err(Refusal::Media),
            _ => {}
        }
        if dictionary.is("FT", "Sig") && zero_size(dictionary.get("Rect").map(|rect| self.resolve(rect))) {
            return Ok(());
        }
        let normal = dictionary
            .get("AP")
            .and_then(|appearance| self.resolve(appearance).dictionary())
            .and_then(|appearance| appearance.get("N"))
            .map(|normal| self.resolve(normal));
        let shown = match normal {
            Some(Object::Stream(_)) => true,
            // §12.5.5: one appearance per state, and the state is said.
            Some(Object::Dictionary(states)) => {
                let state = dictionary.name("AS");
                // A state without its own appearance ("Off") shows nothing.
                state.is_some_and(|state| state == "Off" || states.iter().any(|(name, _)| name == state))
            }
            _ => false,
        };
        if !shown {
            return Err(Refusal::NoAppearance);
        }
        match dictionary.get("F").map(|flags| self.resolve(flags)) {
            None | Some(Object::Null) => Ok(()),
            Some(Object::Integer(flags)) if flags & HIDDEN == 0 => Ok(()),
            Some(_) => Err(Refusal::HiddenAnnotation),
        }
    }
}

fn crypt_filter(dictionary: &Dictionary) -> bool {
    match dictionary.get("Filter") {
        Some(Object::Name(filter)) => filter == "Crypt",
        Some(Object::Array(filters)) => filters.contains(&Object::name("Crypt")),
        _ => false,
    }
}

/// `[0 0 0 0]`, or any rectangle without area that is written in whole numbers.
fn zero_size(rectangle: Option<&Object>) -> bool {
    match rectangle.and_then(Object::array) {
        Some(
            [Object::Integer(left), Object::Integer(bottom), Object::Integer(right), Object::Integer(top)],
        ) => left == right && bottom == top,
        _ => false,
    }
}
