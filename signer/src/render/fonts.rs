//! Every font must be in the file, or be one of the fourteen that every reader has: the drawing library puts another one
//! in its place and says nothing, and each reader puts in a different one.

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object};

use super::frame::Undrawable;

/// ISO 32000-1 §9.6.2.2.
const STANDARD: [&str; 14] = [
    "Courier",
    "Courier-Bold",
    "Courier-BoldOblique",
    "Courier-Oblique",
    "Helvetica",
    "Helvetica-Bold",
    "Helvetica-BoldOblique",
    "Helvetica-Oblique",
    "Symbol",
    "Times-Bold",
    "Times-BoldItalic",
    "Times-Italic",
    "Times-Roman",
    "ZapfDingbats",
];

/// The strict reader came before, with a limit of its own; this one is for direct objects inside one another.
const DEPTH_MAX: usize = 64;

/// Looks at every font dictionary of the file.
pub(super) fn all_present(pdf: &Pdf) -> Result<(), Undrawable> {
    for object in pdf.objects() {
        look(&object, 0)?;
    }
    Ok(())
}

/// Follows no reference: what is referred to is an object of its own.
fn look(object: &Object<'_>, depth: usize) -> Result<(), Undrawable> {
    if depth > DEPTH_MAX {
        return Err(Undrawable::Unreadable);
    }
    match object {
        Object::Dict(dict) => look_into(dict, depth),
        Object::Stream(stream) => look_into(stream.dict(), depth),
        Object::Array(array) => look_through(array, depth),
        _ => Ok(()),
    }
}

fn look_into(dict: &Dict<'_>, depth: usize) -> Result<(), Undrawable> {
    font(dict)?;
    for (_, value) in dict.entries() {
        if let MaybeRef::NotRef(value) = value {
            look(&value, depth + 1)?;
        }
    }
    Ok(())
}

fn look_through(array: &Array<'_>, depth: usize) -> Result<(), Undrawable> {
    for value in array.raw_iter() {
        if let MaybeRef::NotRef(value) = value {
            look(&value, depth + 1)?;
        }
    }
    Ok(())
}

fn font(dict: &Dict<'_>) -> Result<(), Undrawable> {
    let Some(base) = dict.get::<Name<'_>>("BaseFont") else { return Ok(()) };
    let kind = dict.get::<Name<'_>>("Subtype");
    let may_be_standard = match kind.as_ref().map(Name::as_str) {
        Some("Type1" | "MMType1" | "TrueType") => true,
        Some("CIDFontType0" | "CIDFontType2") => false,
        _ => return Ok(()),
    };
    let descriptor = dict.get::<Dict<'_>>("FontDescriptor").unwrap_or_else(Dict::empty);
    let present = ["FontFile", "FontFile2", "FontFile3"].into_iter().any(|key| descriptor.contains_key(key));
    if present || (may_be_standard && STANDARD.contains(&base.as_str())) {
        Ok(())
    } else {
        Err(Undrawable::FontMissing)
    }
}
