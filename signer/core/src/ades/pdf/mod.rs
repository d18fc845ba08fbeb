//! A strict reader of PDF (ISO 32000-1), for files that will be signed or verified.
//!
//! Lenient readers repair broken files, each in its own way, and so show different documents. This one repairs
//! nothing: the whole file is accounted for, octet by octet, revision by revision, and whatever two readers could read
//! in two ways is a [`Refusal`]. It reads structure only and decodes no page content. Octets come in; nothing goes out.

mod document;
mod door;
mod flate;
mod lex;
mod object;
mod refusal;
#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
pub(crate) mod samples;
#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests;
mod write;
mod xref;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use self::lex::Lexer;
use self::xref::{Entry, Section, Sections};

pub use self::document::{Annotation, Field, Page};
pub use self::door::Signable;
pub use self::object::{Dictionary, Name, Object, Reference, Stream, Text};
pub use self::refusal::Refusal;
#[cfg(test)]
pub(crate) use self::write::write as write_object;
pub use self::write::{Increment, hexadecimal};
pub use self::xref::CrossReference;

/// Largest file. Agencies send at most 20 MiB (`docs/formats.md` §3); a signed file may be a little larger.
pub const SIZE_MAX: usize = 24 << 20;
/// Arrays and dictionaries inside one another. Real documents stay below 20.
pub const DEPTH_MAX: usize = 64;
/// Revisions: each signature adds two or three, and at most twenty people sign one file.
pub const REVISIONS_MAX: usize = 100;
/// Objects, over all revisions. A book of ten thousand pages has less than a hundred thousand.
pub const OBJECTS_MAX: usize = 500_000;
/// Values (numbers, names, strings, arrays, dictionaries), over all revisions: what bounds the memory of a reader. A
/// tagged document of a thousand pages has less than a million.
pub const VALUES_MAX: usize = 3_000_000;
/// All object streams together, decompressed. They hold structure, not content.
const DECODED_MAX: usize = 64 << 20;
/// Pages.
pub const PAGES_MAX: usize = 10_000;

/// A file that was read to its last octet.
#[derive(Debug)]
pub struct Pdf<'a> {
    bytes: &'a [u8],
    revisions: Vec<Revision>,
    /// For each object number, the revisions that define or free it.
    history: BTreeMap<u32, Vec<usize>>,
    values: usize,
    decoded: usize,
}

/// What one save added to the file.
#[derive(Debug)]
pub struct Revision {
    start: usize,
    eof: usize,
    end: usize,
    section: usize,
    style: CrossReference,
    objects: BTreeMap<u32, Placed>,
    structure: BTreeSet<u32>,
    freed: BTreeSet<u32>,
    trailer: Dictionary,
}

/// An object and where it stands.
#[derive(Debug)]
pub struct Placed {
    /// Its generation.
    pub generation: u16,
    /// Itself.
    pub object: Object,
    /// From `12 0 obj` to `endobj`; `None` for an object inside an object stream.
    pub octets: Option<Range<usize>>,
}

impl Revision {
    /// Its first octet: the end of the revision before.
    #[must_use]
    pub const fn start(&self) -> usize {
        self.start
    }

    /// After its `%%EOF`, without an end of line.
    #[must_use]
    pub const fn eof(&self) -> usize {
        self.eof
    }

    /// After its `%%EOF` and the end of line that may follow: where the next revision begins.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.end
    }

    /// Where its cross-reference begins.
    #[must_use]
    pub const fn section(&self) -> usize {
        self.section
    }

    /// How it says where its objects are.
    #[must_use]
    pub const fn style(&self) -> CrossReference {
        self.style
    }

    /// Its trailer, or the dictionary of its cross-reference stream.
    #[must_use]
    pub const fn trailer(&self) -> &Dictionary {
        &self.trailer
    }

    /// What it adds or replaces, without its object streams and its cross-reference stream (whose numbers nothing
    /// else may ever have).
    pub fn objects(&self) -> impl Iterator<Item = (Reference, &Placed)> {
        self.objects
            .iter()
            .filter(|(number, _)| !self.structure.contains(number))
            .map(|(number, placed)| (Reference { number: *number, generation: placed.generation }, placed))
    }

    /// Whether it takes any object away, or holds object streams. No increment of ours does.
    #[must_use]
    pub fn frees_or_compresses(&self) -> bool {
        let streams = self.structure.iter().filter_map(|number| self.objects.get(number));
        self.freed.iter().any(|number| *number != 0)
            || self.objects.values().any(|placed| placed.octets.is_none())
            || streams.map(|placed| &placed.object).any(is_object_stream)
    }
}

fn is_object_stream(object: &Object) -> bool {
    object.dictionary().is_some_and(|dictionary| dictionary.is("Type", "ObjStm"))
}

impl<'a> Pdf<'a> {
    /// Reads a whole file.
    ///
    /// # Errors
    /// The first thing in it that is not strict.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        if bytes.len() > SIZE_MAX {
            return Err(Refusal::TooLarge);
        }
        let body = header(bytes)?;
        let mut pdf = Self { bytes, revisions: Vec::new(), history: BTreeMap::new(), values: 0, decoded: 0 };
        let sections = xref::revisions(bytes)?;
        for group in sections {
            let start = pdf.revisions.last().map_or(0, |revision| revision.end);
            pdf.read_revision(group, start, start.max(body))?;
        }
        if pdf.object(pdf.root()?).and_then(Object::dictionary).is_none_or(|root| !root.is("Type", "Catalog"))
        {
            return Err(Refusal::NoCatalog);
        }
        Ok(pdf)
    }

    /// The file.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// All revisions, oldest first.
    #[must_use]
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// An object as the newest revision has it.
    #[must_use]
    pub fn object(&self, reference: Reference) -> Option<&Object> {
        self.object_at(self.revisions.len(), reference)
    }

    /// An object as it was after the first `count` revisions.
    #[must_use]
    pub fn object_at(&self, count: usize, reference: Reference) -> Option<&Object> {
        let last = self.history.get(&reference.number)?.iter().rfind(|revision| **revision < count)?;
        let placed = self.revisions.get(*last)?.objects.get(&reference.number)?;
        Some(&placed.object).filter(|_| placed.generation == reference.generation)
    }

    /// Whether one of the first `count` revisions has, or had, an object with this number.
    #[must_use]
    pub fn knows(&self, count: usize, number: u32) -> bool {
        let first = self.history.get(&number).and_then(|revisions| revisions.first());
        number != 0 && first.is_some_and(|revision| *revision < count)
    }

    /// Follows a reference, as it was after the first `count` revisions. A reference to nothing is `null`.
    #[must_use]
    pub fn resolve_at<'o>(&'o self, count: usize, object: &'o Object) -> &'o Object {
        let mut object = object;
        // A reference to a reference is refused by the loop's end, not followed for ever.
        for _ in 0..4 {
            match object {
                Object::Reference(reference) => {
                    object = self.object_at(count, *reference).unwrap_or(&Object::Null);
                }
                other => return other,
            }
        }
        &Object::Null
    }

    /// Follows a reference in the newest revision.
    #[must_use]
    pub fn resolve<'o>(&'o self, object: &'o Object) -> &'o Object {
        self.resolve_at(self.revisions.len(), object)
    }

    /// The newest trailer.
    ///
    /// # Errors
    /// Never for a file that was read; there is always a revision.
    pub fn trailer(&self) -> Result<&Dictionary, Refusal> {
        self.revisions.last().map(|revision| &revision.trailer).ok_or(Refusal::NoEnd)
    }

    /// The catalog's reference.
    ///
    /// # Errors
    /// When the trailer names none.
    pub fn root(&self) -> Result<Reference, Refusal> {
        self.trailer()?.reference("Root").ok_or(Refusal::NoCatalog)
    }

    /// The catalog as it was after the first `count` revisions.
    ///
    /// # Errors
    /// When there is none.
    pub fn catalog_at(&self, count: usize) -> Result<&Dictionary, Refusal> {
        let trailer = self.revisions.get(count.wrapping_sub(1)).map(|revision| &revision.trailer);
        let root = trailer.and_then(|trailer| trailer.reference("Root")).ok_or(Refusal::NoCatalog)?;
        self.object_at(count, root).and_then(Object::dictionary).ok_or(Refusal::NoCatalog)
    }

    /// Where in the file the value of a key stands, for a dictionary that is an object of its own.
    #[must_use]
    pub fn octets_of(&self, placed: &Placed, key: &str) -> Option<Range<usize>> {
        let octets = placed.octets.clone()?;
        let mut lexer = Lexer::new(self.bytes, octets.start, octets.end);
        lexer.object_head().ok()?;
        lexer.skip_space().ok()?;
        lexer.value_of(key).ok()?
    }

    /// Every object of the newest view.
    pub fn objects(&self) -> impl Iterator<Item = (Reference, &Object)> {
        let mut view: BTreeMap<u32, Option<(Reference, &Object)>> = BTreeMap::new();
        for revision in self.revisions.iter().rev() {
            for (number, placed) in &revision.objects {
                let reference = Reference { number: *number, generation: placed.generation };
                view.entry(*number).or_insert(Some((reference, &placed.object)));
            }
            for number in &revision.freed {
                view.entry(*number).or_insert(None);
            }
        }
        view.into_values().flatten()
    }

    fn read_revision(&mut self, group: Sections, start: usize, body: usize) -> Result<(), Refusal> {
        let range = body..group.end;
        let mut reading = Reading::new(self, &range, &group)?;
        reading.object_streams()?;
        reading.plain_objects()?;
        let structure = reading.structure(&group)?;
        let Reading { objects, pieces, freed, values, decoded, .. } = reading;
        account(self.bytes, &range, pieces, &group.sections)?;
        let Some(newest) = group.sections.into_iter().next() else { return Err(Refusal::NoEnd) };
        let index = self.revisions.len();
        for number in objects.keys().chain(&freed) {
            self.history.entry(*number).or_default().push(index);
        }
        (self.values, self.decoded) = (values, decoded);
        self.revisions.push(Revision {
            start,
            eof: group.eof,
            end: group.end,
            section: newest.at,
            style: newest.kind,
            objects,
            structure,
            freed,
            trailer: newest.trailer,
        });
        Ok(())
    }
}

/// `%PDF-1.0` to `%PDF-1.7` or `%PDF-2.0` at octet 0, alone on its line. Gives the octet after it.
fn header(bytes: &[u8]) -> Result<usize, Refusal> {
    let version = bytes.get(5..8).unwrap_or_default();
    let known = matches!(version, [b'1', b'.', b'0'..=b'7'] | [b'2', b'.', b'0']);
    if !bytes.starts_with(b"%PDF-") || !known || !matches!(bytes.get(8), Some(b'\r' | b'\n')) {
        return Err(Refusal::NoHeader);
    }
    Ok(8)
}

/// One revision while its objects are read.
struct Reading<'r, 'a> {
    pdf: &'r Pdf<'a>,
    range: &'r Range<usize>,
    entries: BTreeMap<u32, Entry>,
    objects: BTreeMap<u32, Placed>,
    pieces: Vec<Range<usize>>,
    freed: BTreeSet<u32>,
    /// Over all revisions so far.
    values: usize,
    decoded: usize,
}

impl<'r, 'a> Reading<'r, 'a> {
    /// Joins the entries of the sections and checks that each points into this revision.
    fn new(pdf: &'r Pdf<'a>, range: &'r Range<usize>, group: &Sections) -> Result<Self, Refusal> {
        let mut entries = BTreeMap::new();
        // The section that speaks last speaks over the other.
        for (number, entry) in group.sections.iter().rev().flat_map(|section| &section.entries) {
            if entries.insert(*number, *entry).is_some_and(|old| old != Entry::Free && *entry != Entry::Free)
            {
                return Err(Refusal::DuplicateObject { number: *number });
            }
        }
        for (number, entry) in &entries {
            match entry {
                Entry::At { offset, .. } if !range.contains(offset) => {
                    return Err(Refusal::ForeignRevision { number: *number });
                }
                Entry::In { container, .. } if !matches!(entries.get(container), Some(Entry::At { .. })) => {
                    return Err(Refusal::ForeignRevision { number: *number });
                }
                _ => {}
            }
        }
        let freed =
            entries.iter().filter(|(_, entry)| **entry == Entry::Free).map(|(number, _)| *number).collect();
        let (objects, pieces, values, decoded) = (BTreeMap::new(), Vec::new(), pdf.values, pdf.decoded);
        Ok(Self { pdf, range, entries, objects, pieces, freed, values, decoded })
    }

    /// Counts what one object was made of.
    fn count(&mut self, values: usize) -> Result<(), Refusal> {
        self.values += values;
        if self.values > VALUES_MAX { Err(Refusal::TooManyObjects) } else { Ok(()) }
    }

    /// The value of an indirect `/Length`: a plain object of this or an older revision, or one already decompressed.
    fn length(&self, reference: Reference) -> Option<usize> {
        let integer = |object: &Object| match object {
            Object::Integer(value) => usize::try_from(*value).ok(),
            _ => None,
        };
        if let Some(placed) = self.objects.get(&reference.number) {
            return integer(&placed.object).filter(|_| placed.generation == reference.generation);
        }
        match self.entries.get(&reference.number) {
            Some(Entry::At { offset, generation }) if *generation == reference.generation => {
                let mut lexer = Lexer::new(self.pdf.bytes, *offset, self.range.end);
                let indirect = lexer.indirect(&mut |_| None).ok()?;
                integer(&indirect.object).filter(|_| indirect.reference == reference)
            }
            Some(_) => None,
            None => self.pdf.object(reference).and_then(integer),
        }
    }

    /// The numbers of object streams and cross-reference streams. A number is one thing for the whole life of a file:
    /// otherwise content could hide behind structure.
    fn structure(&self, group: &Sections) -> Result<BTreeSet<u32>, Refusal> {
        let mut structure: BTreeSet<u32> = BTreeSet::new();
        for own in group.sections.iter().filter_map(|section| section.own.map(|own| (own, section.at))) {
            let (Reference { number, .. }, at) = own;
            let elsewhere = self
                .objects
                .get(&number)
                .is_some_and(|placed| placed.octets.as_ref().is_none_or(|octets| octets.start != at));
            if elsewhere || !structure.insert(number) {
                return Err(Refusal::DuplicateObject { number });
            }
        }
        let streams = self.objects.iter().filter(|(_, placed)| is_object_stream(&placed.object));
        structure.extend(streams.map(|(number, _)| *number));
        for older in &self.pdf.revisions {
            let reused = structure.iter().find(|number| older.objects.contains_key(number));
            let reused = reused.or_else(|| {
                older
                    .structure
                    .iter()
                    .find(|number| self.objects.contains_key(number) || structure.contains(number))
            });
            if let Some(number) = reused {
                return Err(Refusal::DuplicateObject { number: *number });
            }
        }
        Ok(structure)
    }

    fn place(&mut self, number: u32, offset: usize, generation: u16) -> Result<(), Refusal> {
        if self.objects.contains_key(&number) {
            return Ok(());
        }
        let mut lexer = Lexer::new(self.pdf.bytes, offset, self.range.end);
        let indirect = lexer.indirect(&mut |reference| self.length(reference))?;
        self.count(lexer.values())?;
        if indirect.reference != (Reference { number, generation }) {
            return Err(Refusal::Malformed { at: offset, why: "another object stands there" });
        }
        if let Object::Stream(stream) = &indirect.object
            && stream.dictionary.has("F")
        {
            return Err(Refusal::ExternalStream { number });
        }
        self.pieces.push(offset..indirect.end);
        let placed = Placed { generation, object: indirect.object, octets: Some(offset..indirect.end) };
        self.objects.insert(number, placed);
        Ok(())
    }

    fn plain_objects(&mut self) -> Result<(), Refusal> {
        let plain: Vec<(u32, usize, u16)> = self
            .entries
            .iter()
            .filter_map(|(number, entry)| match entry {
                Entry::At { offset, generation } => Some((*number, *offset, *generation)),
                _ => None,
            })
            .collect();
        plain.into_iter().try_for_each(|(number, offset, generation)| self.place(number, offset, generation))
    }

    /// ISO 32000-1 §7.5.7: each object of an object stream must be the one that the cross-reference names, and none
    /// may be there that it does not name.
    fn object_streams(&mut self) -> Result<(), Refusal> {
        let mut members: BTreeMap<u32, BTreeMap<u32, u32>> = BTreeMap::new();
        for (number, entry) in &self.entries {
            if let Entry::In { container, index } = entry
                && members.entry(*container).or_default().insert(*index, *number).is_some()
            {
                return Err(Refusal::DuplicateObject { number: *number });
            }
        }
        for (container, members) in members {
            let Some(Entry::At { offset, generation }) = self.entries.get(&container).copied() else {
                return Err(Refusal::ForeignRevision { number: container });
            };
            self.place(container, offset, generation)?;
            let bad = |why| Refusal::BadStream { at: offset, why };
            let Some(Placed { object: Object::Stream(stream), .. }) = self.objects.get(&container) else {
                return Err(bad("it is not an object stream"));
            };
            if !stream.dictionary.is("Type", "ObjStm") {
                return Err(bad("it is not an object stream"));
            }
            let raw = self.pdf.bytes.get(stream.data.clone()).unwrap_or_default();
            let data = flate::decode(&stream.dictionary, raw, offset, DECODED_MAX - self.decoded)?;
            self.decoded += data.len();
            let (found, values) =
                object_stream(&stream.dictionary, &data).map_err(|refusal| match refusal {
                    Refusal::Malformed { why, .. } => bad(why),
                    other => other,
                })?;
            self.count(values)?;
            let named = members.values().copied();
            if members.len() != found.len() || !named.eq(found.iter().map(|(number, _)| *number)) {
                return Err(bad("its objects are not those that the cross-reference names"));
            }
            for (number, object) in found {
                self.objects.insert(number, Placed { generation: 0, object, octets: None });
            }
        }
        Ok(())
    }
}

/// The objects of a decoded object stream, in its order, and how many values they are made of. Between them is nothing but white space.
fn object_stream(dictionary: &Dictionary, data: &[u8]) -> Result<(Vec<(u32, Object)>, usize), Refusal> {
    let bad = |why| Refusal::BadStream { at: 0, why };
    let number = |key| dictionary.integer(key).and_then(|value| usize::try_from(value).ok());
    let (Some(count), Some(first)) = (number("N"), number("First")) else {
        return Err(bad("/N or /First is missing"));
    };
    if count > OBJECTS_MAX || first > data.len() {
        return Err(bad("/N or /First is out of range"));
    }
    let mut head = Lexer::new(data, 0, first);
    let mut offsets = Vec::new();
    for _ in 0..count {
        head.skip_space()?;
        let number = u32::try_from(head.unsigned()?).map_err(|_| bad("an object number is out of range"))?;
        head.skip_space()?;
        let offset = usize::try_from(head.unsigned()?).map_err(|_| bad("an offset is out of range"))?;
        offsets.push((number, first.saturating_add(offset)));
    }
    head.skip_space()?;
    if head.position() != first {
        return Err(bad("something stands before its objects"));
    }
    let mut objects = Vec::new();
    let mut lexer = Lexer::new(data, first, data.len());
    for (number, offset) in offsets {
        lexer.skip_space()?;
        if lexer.position() != offset {
            return Err(bad("its objects do not follow one another"));
        }
        objects.push((number, lexer.object(0)?));
    }
    lexer.skip_space()?;
    if lexer.position() == data.len() {
        Ok((objects, lexer.values()))
    } else {
        Err(bad("something stands behind its objects"))
    }
}

/// Every octet of the revision belongs to an object, to the cross-reference, or is white space or a comment.
fn account(
    bytes: &[u8],
    range: &Range<usize>,
    mut pieces: Vec<Range<usize>>,
    sections: &[Section],
) -> Result<(), Refusal> {
    for section in sections {
        // A cross-reference stream may list itself.
        pieces.retain(|piece| piece.start != section.at);
        pieces.push(section.piece());
    }
    pieces.sort_by_key(|piece| piece.start);
    let mut lexer = Lexer::new(bytes, range.start, range.end);
    for piece in pieces {
        if piece.start < lexer.position() {
            return Err(Refusal::Overlap { at: piece.start });
        }
        let mut gap = Lexer::new(bytes, lexer.position(), piece.start);
        gap.skip_space()?;
        if gap.position() != piece.start {
            return Err(Refusal::Unaccounted { at: gap.position() });
        }
        lexer.seek(piece.end);
    }
    lexer.skip_space()?;
    if lexer.position() == range.end { Ok(()) } else { Err(Refusal::Unaccounted { at: lexer.position() }) }
}
