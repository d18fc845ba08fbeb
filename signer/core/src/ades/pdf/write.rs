//! Objects to octets, and the increment that appends them (ISO 32000-1 §7.5.6). The octets before it never change.

use std::collections::BTreeMap;

use pki_core::key::hash_parts;

use super::object::{Dictionary, Name, Object, Reference, Text};
use super::{CrossReference, Pdf, Refusal};

/// What will be appended to a file.
#[derive(Debug)]
pub struct Increment<'p, 'a> {
    pdf: &'p Pdf<'a>,
    objects: BTreeMap<Reference, Vec<u8>>,
    next: u32,
}

/// A file with its increment, and where the bodies of the new objects begin in it.
#[derive(Debug)]
pub(in crate::ades) struct Written {
    pub(in crate::ades) bytes: Vec<u8>,
    pub(in crate::ades) bodies: BTreeMap<Reference, usize>,
}

impl<'p, 'a> Increment<'p, 'a> {
    /// An empty increment to a file.
    ///
    /// # Errors
    /// Never for a file that was read.
    pub fn new(pdf: &'p Pdf<'a>) -> Result<Self, Refusal> {
        let size = pdf.trailer()?.integer("Size").and_then(|size| u32::try_from(size).ok());
        let next = size.ok_or(Refusal::TooManyObjects)?;
        Ok(Self { pdf, objects: BTreeMap::new(), next })
    }

    /// A number that no object has.
    pub const fn reserve(&mut self) -> Reference {
        let reference = Reference { number: self.next, generation: 0 };
        self.next = self.next.saturating_add(1);
        reference
    }

    /// Adds or replaces an object. A stream needs [`put_stream`](Self::put_stream), for its data.
    pub fn put(&mut self, reference: Reference, object: &Object) {
        let mut body = Vec::new();
        write(object, &mut body);
        self.put_body(reference, body);
    }

    /// Adds a stream without a filter.
    pub fn put_stream(&mut self, reference: Reference, dictionary: Dictionary, data: &[u8]) {
        let length = i64::try_from(data.len()).unwrap_or(i64::MAX);
        let mut body = Vec::new();
        write_dictionary(&dictionary.with("Length", Object::Integer(length)), &mut body);
        body.extend_from_slice(b"\nstream\n");
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.put_body(reference, body);
    }

    /// Adds an object as its octets.
    pub(in crate::ades) fn put_body(&mut self, reference: Reference, body: Vec<u8>) {
        self.objects.insert(reference, body);
    }

    /// The whole file, with the increment in the style of cross-reference that the file has: readers fail on a mix.
    ///
    /// # Errors
    /// When the file would become larger than [`super::SIZE_MAX`].
    pub(in crate::ades) fn write(mut self) -> Result<Written, Refusal> {
        let newest = self.pdf.revisions().last().ok_or(Refusal::NoEnd)?;
        let mut bytes = self.pdf.bytes().to_vec();
        // A file may end right after %%EOF; PDF/A (ISO 19005-1 §6.1.9) wants the next object on a new line.
        if newest.eof() == newest.end() {
            bytes.push(b'\n');
        }
        let mut offsets: BTreeMap<Reference, usize> = BTreeMap::new();
        let mut bodies = BTreeMap::new();
        for (reference, body) in &self.objects {
            offsets.insert(*reference, bytes.len());
            bytes
                .extend_from_slice(format!("{} {} obj\n", reference.number, reference.generation).as_bytes());
            bodies.insert(*reference, bytes.len());
            bytes.extend_from_slice(body);
            bytes.extend_from_slice(b"\nendobj\n");
        }
        let section = bytes.len();
        match newest.style() {
            CrossReference::Table => self.table(&mut bytes, &offsets, newest.section())?,
            CrossReference::Stream => self.stream(&mut bytes, offsets, newest.section())?,
        }
        bytes.extend_from_slice(format!("startxref\n{section}\n%%EOF\n").as_bytes());
        if bytes.len() > super::SIZE_MAX { Err(Refusal::TooLarge) } else { Ok(Written { bytes, bodies }) }
    }

    /// What both styles say of the file. `/ID` keeps its first half; the second is of the octets before the trailer.
    fn trailer(&self, bytes: &[u8], previous: usize) -> Result<Dictionary, Refusal> {
        let old = self.pdf.trailer()?;
        let hash = hash_parts(&[bytes]);
        let fresh = hash.as_bytes().get(..16).unwrap_or_default().to_vec();
        let fresh = Object::Text(Text { bytes: fresh, hexadecimal: true });
        let first = match old.get("ID").map(|id| self.pdf.resolve(id)).and_then(Object::array) {
            Some([first, _]) => first.clone(),
            _ => fresh.clone(),
        };
        let mut trailer = Dictionary::new()
            .with("Size", Object::Integer(i64::from(self.next)))
            .with("Root", self.pdf.root()?.into());
        if let Some(info) = old.reference("Info") {
            trailer.set("Info", info.into());
        }
        let previous = i64::try_from(previous).unwrap_or(i64::MAX);
        Ok(trailer.with("ID", Object::Array(vec![first, fresh])).with("Prev", Object::Integer(previous)))
    }

    fn table(
        &self,
        bytes: &mut Vec<u8>,
        offsets: &BTreeMap<Reference, usize>,
        previous: usize,
    ) -> Result<(), Refusal> {
        let trailer = self.trailer(bytes, previous)?;
        bytes.extend_from_slice(b"xref\n");
        let references: Vec<Reference> = offsets.keys().copied().collect();
        for (first, count) in runs(&references) {
            bytes.extend_from_slice(format!("{first} {count}\n").as_bytes());
            for (reference, offset) in offsets {
                if (first..first + count).contains(&reference.number) {
                    let entry = format!("{offset:010} {:05} n \n", reference.generation);
                    bytes.extend_from_slice(entry.as_bytes());
                }
            }
        }
        bytes.extend_from_slice(b"trailer\n");
        write_dictionary(&trailer, bytes);
        bytes.push(b'\n');
        Ok(())
    }

    fn stream(
        &mut self,
        bytes: &mut Vec<u8>,
        mut offsets: BTreeMap<Reference, usize>,
        previous: usize,
    ) -> Result<(), Refusal> {
        let own = self.reserve();
        offsets.insert(own, bytes.len());
        let references: Vec<Reference> = offsets.keys().copied().collect();
        let number = |value: u32| Object::Integer(i64::from(value));
        let index =
            runs(&references).into_iter().flat_map(|(first, count)| [number(first), number(count)]).collect();
        let mut data = Vec::new();
        for (reference, offset) in &offsets {
            data.push(1);
            data.extend_from_slice(&u32::try_from(*offset).map_err(|_| Refusal::TooLarge)?.to_be_bytes());
            data.extend_from_slice(&reference.generation.to_be_bytes());
        }
        let widths = [1, 4, 2].map(Object::Integer).to_vec();
        let dictionary = Dictionary::new()
            .with("Type", Object::name("XRef"))
            .with("W", Object::Array(widths))
            .with("Index", Object::Array(index));
        let mut dictionary =
            self.trailer(bytes, previous)?.iter().fold(dictionary, |dictionary, (key, value)| {
                dictionary.with(&String::from_utf8_lossy(&key.0), value.clone())
            });
        dictionary.set("Length", Object::Integer(i64::try_from(data.len()).unwrap_or(i64::MAX)));
        bytes.extend_from_slice(format!("{} 0 obj\n", own.number).as_bytes());
        write_dictionary(&dictionary, bytes);
        bytes.extend_from_slice(b"\nstream\n");
        bytes.extend_from_slice(&data);
        bytes.extend_from_slice(b"\nendstream\nendobj\n");
        Ok(())
    }
}

/// Consecutive object numbers as (first, count).
fn runs(references: &[Reference]) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for reference in references {
        match runs.last_mut() {
            Some((first, count)) if *first + *count == reference.number => *count += 1,
            _ => runs.push((reference.number, 1)),
        }
    }
    runs
}

/// Octets as lower-case hexadecimal digits: the only form that our `/Contents` may have.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + value - 10 };
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// An object. A stream gives its dictionary only.
pub(crate) fn write(object: &Object, out: &mut Vec<u8>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Object::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Real(written) => out.extend_from_slice(written.as_bytes()),
        Object::Name(name) => write_name(name, out),
        Object::Text(text) => write_text(text, out),
        Object::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(dictionary, out),
        Object::Stream(stream) => write_dictionary(&stream.dictionary, out),
        Object::Reference(reference) => {
            out.extend_from_slice(format!("{} {} R", reference.number, reference.generation).as_bytes());
        }
    }
}

fn write_dictionary(dictionary: &Dictionary, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<<");
    for (key, value) in dictionary.iter() {
        out.push(b' ');
        write_name(key, out);
        out.push(b' ');
        write(value, out);
    }
    out.extend_from_slice(b" >>");
}

/// ISO 32000-1 §7.3.5: what is not a printable regular character is escaped.
fn write_name(name: &Name, out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in &name.0 {
        if byte.is_ascii_alphanumeric() || b"_-+.:;,!?*@&=$~^'\"|`\\".contains(byte) {
            out.push(*byte);
        } else {
            out.push(b'#');
            out.extend_from_slice(&hexadecimal(&[*byte]));
        }
    }
}

fn write_text(text: &Text, out: &mut Vec<u8>) {
    if text.hexadecimal {
        out.push(b'<');
        out.extend_from_slice(&hexadecimal(&text.bytes));
        out.push(b'>');
        return;
    }
    out.push(b'(');
    for byte in &text.bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\n' => out.extend_from_slice(b"\\n"),
            _ => out.push(*byte),
        }
    }
    out.push(b')');
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::super::lex::Lexer;
    use super::*;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let source =
            b"<< /A#20#2f [1 -2 4.50 true null 7 0 R (a\\(b\\\\\\r\\n\xff) <00ff>] /B << /C /D >> >>";
        let object = Lexer::new(source, 0, source.len()).object(0).unwrap();
        let mut written = Vec::new();
        write(&object, &mut written);
        assert_eq!(Lexer::new(&written, 0, written.len()).object(0).unwrap(), object);
    }
}
