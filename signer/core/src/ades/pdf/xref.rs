//! Cross-reference sections (ISO 32000-1 §7.5.4, §7.5.8): from the last `startxref` back through `/Prev`, grouped
//! into revisions. Every entry is taken literally; nothing is repaired.

use std::collections::{BTreeMap, BTreeSet};

use super::flate::decode;
use super::lex::{Indirect, Lexer, is_space};
use super::object::{Dictionary, Object, Reference};
use super::{OBJECTS_MAX, REVISIONS_MAX, Refusal};

/// Where an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Free,
    At { offset: usize, generation: u16 },
    In { container: u32, index: u32 },
}

/// How a revision says where its objects are. An increment continues in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrossReference {
    /// `xref` and `trailer`.
    Table,
    /// A stream.
    Stream,
}

/// One section with what follows it up to `%%EOF`.
pub(super) struct Section {
    pub(super) at: usize,
    /// What `startxref` after it says; some writers leave it out after a first-page section.
    declared: Option<usize>,
    pub(super) kind: CrossReference,
    /// The number of the cross-reference stream's own object.
    pub(super) own: Option<Reference>,
    pub(super) entries: BTreeMap<u32, Entry>,
    pub(super) trailer: Dictionary,
    previous: Option<usize>,
    /// After `%%EOF`, without its end of line.
    pub(super) eof: usize,
    /// With its end of line.
    pub(super) end: usize,
}

/// The sections of one revision: one, or two where the first revision is linearised (ISO 32000-1 annex F).
pub(super) struct Sections {
    /// The section that speaks last first.
    pub(super) sections: Vec<Section>,
    pub(super) eof: usize,
    pub(super) end: usize,
}

/// Largest decoded cross-reference stream: sixteen octets for each object, and a predictor's octet.
const DECODED_MAX: usize = 17 * OBJECTS_MAX;

fn broken(at: usize, why: &'static str) -> Refusal {
    Refusal::BrokenCrossReference { at, why }
}

/// All revisions, oldest first.
pub(super) fn revisions(bytes: &[u8]) -> Result<Vec<Sections>, Refusal> {
    let start = last_startxref(bytes)?;
    let mut newest_first: Vec<Section> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = Some(start);
    let mut entries = 0;
    while let Some(at) = next {
        if !seen.insert(at) {
            return Err(broken(at, "it refers back to itself"));
        }
        if newest_first.len() > REVISIONS_MAX {
            return Err(Refusal::TooManyRevisions);
        }
        let section = section(bytes, at)?;
        entries += section.entries.len();
        if entries > OBJECTS_MAX {
            return Err(Refusal::TooManyObjects);
        }
        next = section.previous;
        newest_first.push(section);
    }
    group(newest_first)
}

/// `startxref`, a number, `%%EOF`, at most one end of line, and then nothing.
fn last_startxref(bytes: &[u8]) -> Result<usize, Refusal> {
    // 9 + 2 + 10 + 2 + 5 + 2 octets are needed; some writers put a little white space between.
    let from = bytes.len().saturating_sub(64);
    let tail = bytes.get(from..).unwrap_or_default();
    let word = b"startxref";
    let Some(position) = tail.windows(word.len()).rposition(|window| window == word) else {
        // The end may be there, with something behind it.
        let eof = bytes.windows(5).any(|window| window == b"%%EOF");
        return Err(if eof { Refusal::BytesAfterEnd } else { Refusal::NoEnd });
    };
    let mut lexer = Lexer::new(bytes, from + position, bytes.len());
    let start = startxref(&mut lexer).map_err(|_| Refusal::NoEnd)?;
    lexer.end_of_line();
    if lexer.position() == bytes.len() { Ok(start) } else { Err(Refusal::BytesAfterEnd) }
}

/// Ends right after `%%EOF`.
fn startxref(lexer: &mut Lexer<'_>) -> Result<usize, Refusal> {
    let at = lexer.position();
    lexer.keyword("startxref")?;
    spaces(lexer);
    let value = lexer.unsigned()?;
    spaces(lexer);
    if !lexer.take(b"%%EOF") {
        return Err(broken(at, "%%EOF does not follow startxref"));
    }
    usize::try_from(value).map_err(|_| broken(at, "it points out of the file"))
}

fn spaces(lexer: &mut Lexer<'_>) {
    while lexer.peek().is_some_and(is_space) {
        lexer.seek(lexer.position() + 1);
    }
}

fn section(bytes: &[u8], at: usize) -> Result<Section, Refusal> {
    if at >= bytes.len() {
        return Err(broken(at, "it points out of the file"));
    }
    let mut lexer = Lexer::new(bytes, at, bytes.len());
    let mut section =
        if lexer.take(b"xref") { table(&mut lexer, at)? } else { stream(bytes, &mut lexer, at)? };
    if section.trailer.has("XRefStm") {
        return Err(Refusal::Hybrid);
    }
    if section.trailer.has("Encrypt") {
        return Err(Refusal::Encrypted);
    }
    section.previous = match section.trailer.get("Prev") {
        None => None,
        Some(Object::Integer(value)) => {
            Some(usize::try_from(*value).map_err(|_| broken(at, "/Prev points out of the file"))?)
        }
        Some(_) => return Err(broken(at, "/Prev is not a number")),
    };
    // ISO 32000-1 table 15: no object number reaches /Size.
    let size = section.trailer.integer("Size").and_then(|size| u32::try_from(size).ok());
    let highest = section.entries.keys().next_back().copied().unwrap_or(0);
    if size.is_none_or(|size| highest >= size) {
        return Err(broken(at, "/Size is missing or too small"));
    }
    section.eof = lexer.position();
    section.end = section.eof;
    spaces(&mut lexer);
    // The number itself, and whether it may be missing, is checked where the revision is known: `group`.
    if lexer.peek() == Some(b's') {
        section.declared = Some(startxref(&mut lexer)?);
        section.eof = lexer.position();
        lexer.end_of_line();
        section.end = lexer.position();
    }
    Ok(section)
}

/// §7.5.4: entries of exactly twenty octets.
fn table(lexer: &mut Lexer<'_>, at: usize) -> Result<Section, Refusal> {
    let mut entries = BTreeMap::new();
    spaces(lexer);
    while lexer.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        let first = lexer.unsigned()?;
        if !lexer.take(b" ") {
            return Err(broken(lexer.position(), "a subsection has no count"));
        }
        let count = lexer.unsigned()?;
        spaces(lexer);
        if count > OBJECTS_MAX as u64 || entries.len() as u64 + count > OBJECTS_MAX as u64 {
            return Err(Refusal::TooManyObjects);
        }
        for number in first..first + count {
            let number = u32::try_from(number).map_err(|_| broken(at, "an object number is out of range"))?;
            let entry = table_entry(lexer)?;
            if entries.insert(number, entry).is_some() {
                return Err(Refusal::DuplicateObject { number });
            }
        }
        // Some writers leave a line empty before the trailer.
        spaces(lexer);
    }
    if !lexer.take(b"trailer") {
        return Err(broken(lexer.position(), "the trailer is missing"));
    }
    lexer.skip_space()?;
    let trailer = lexer.dictionary(0)?;
    Ok(Section {
        at,
        declared: None,
        kind: CrossReference::Table,
        own: None,
        entries,
        trailer,
        previous: None,
        eof: 0,
        end: 0,
    })
}

fn table_entry(lexer: &mut Lexer<'_>) -> Result<Entry, Refusal> {
    let at = lexer.position();
    let bad = || broken(at, "an entry is not as it must be");
    let offset = lexer.unsigned().map_err(|_| bad())?;
    let spaced = lexer.position() == at + 10 && lexer.take(b" ");
    let generation = lexer.unsigned().map_err(|_| bad())?;
    if !spaced || lexer.position() != at + 16 {
        return Err(bad());
    }
    let used = if lexer.take(b" n") {
        true
    } else if lexer.take(b" f") {
        false
    } else {
        return Err(bad());
    };
    if !(lexer.take(b" \n") || lexer.take(b" \r") || lexer.take(b"\r\n")) {
        return Err(bad());
    }
    let generation = u16::try_from(generation).map_err(|_| bad())?;
    let offset = usize::try_from(offset).map_err(|_| bad())?;
    Ok(if used { Entry::At { offset, generation } } else { Entry::Free })
}

/// §7.5.8.
fn stream(bytes: &[u8], lexer: &mut Lexer<'_>, at: usize) -> Result<Section, Refusal> {
    let Indirect { reference, object, .. } =
        lexer.indirect(&mut |_| None).map_err(|refusal| match refusal {
            Refusal::Malformed { .. } => broken(at, "neither a table nor a stream stands there"),
            other => other,
        })?;
    let Object::Stream(stream) = object else {
        return Err(broken(at, "neither a table nor a stream stands there"));
    };
    if !stream.dictionary.is("Type", "XRef") {
        return Err(broken(at, "the stream is not a cross-reference"));
    }
    let data = decode(&stream.dictionary, bytes.get(stream.data).unwrap_or_default(), at, DECODED_MAX)?;
    let entries = stream_entries(&stream.dictionary, &data, at)?;
    Ok(Section {
        at,
        declared: None,
        kind: CrossReference::Stream,
        own: Some(reference),
        entries,
        trailer: stream.dictionary,
        previous: None,
        eof: 0,
        end: 0,
    })
}

fn stream_entries(dictionary: &Dictionary, data: &[u8], at: usize) -> Result<BTreeMap<u32, Entry>, Refusal> {
    let numbers = |items: &[Object]| -> Option<Vec<u64>> {
        items
            .iter()
            .map(|item| match item {
                Object::Integer(value) => u64::try_from(*value).ok(),
                _ => None,
            })
            .collect()
    };
    let widths = dictionary.get("W").and_then(Object::array).and_then(numbers);
    let Some([kind, second, third]) = widths.and_then(|widths| <[u64; 3]>::try_from(widths).ok()) else {
        return Err(broken(at, "/W is not three numbers"));
    };
    if kind > 1 || second == 0 || second > 8 || third > 8 {
        return Err(broken(at, "/W has widths that are not read here"));
    }
    let size = dictionary.integer("Size").and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
    let index = match dictionary.get("Index") {
        None => vec![0, size],
        Some(object) => object
            .array()
            .and_then(numbers)
            .filter(|index| index.len().is_multiple_of(2))
            .ok_or_else(|| broken(at, "/Index is not pairs of numbers"))?,
    };
    let total =
        index.chunks_exact(2).filter_map(|pair| pair.last()).try_fold(0u64, |sum, n| sum.checked_add(*n));
    let Some(total) = total.filter(|total| *total <= OBJECTS_MAX as u64) else {
        return Err(Refusal::TooManyObjects);
    };
    let row = usize::try_from(kind + second + third).unwrap_or(0);
    if usize::try_from(total).ok().and_then(|total| total.checked_mul(row)) != Some(data.len()) {
        return Err(broken(at, "the stream is not as long as its entries"));
    }
    let mut rows = data.chunks_exact(row);
    let mut entries = BTreeMap::new();
    for pair in index.chunks_exact(2) {
        let [first, count] = pair else { break };
        for number in *first..first.saturating_add(*count) {
            let number = u32::try_from(number).map_err(|_| broken(at, "an object number is out of range"))?;
            let entry = rows.next().and_then(|row| stream_entry(row, kind, second));
            let entry = entry.ok_or_else(|| broken(at, "an entry is not as it must be"))?;
            if entries.insert(number, entry).is_some() {
                return Err(Refusal::DuplicateObject { number });
            }
        }
    }
    Ok(entries)
}

fn stream_entry(row: &[u8], kind: u64, second: u64) -> Option<Entry> {
    let number = |bytes: &[u8]| {
        bytes.iter().try_fold(0u64, |value, byte| {
            value.checked_mul(256).and_then(|value| value.checked_add(u64::from(*byte)))
        })
    };
    let (kind_bytes, rest) = row.split_at_checked(usize::try_from(kind).ok()?)?;
    let (second_bytes, third_bytes) = rest.split_at_checked(usize::try_from(second).ok()?)?;
    let kind = kind_bytes.first().copied().unwrap_or(1);
    let (second, third) = (number(second_bytes)?, number(third_bytes)?);
    match kind {
        0 => Some(Entry::Free),
        1 => {
            Some(Entry::At { offset: usize::try_from(second).ok()?, generation: u16::try_from(third).ok()? })
        }
        2 => Some(Entry::In { container: u32::try_from(second).ok()?, index: u32::try_from(third).ok()? }),
        _ => None,
    }
}

/// Oldest first; the two sections of a linearised first revision together.
fn group(newest_first: Vec<Section>) -> Result<Vec<Sections>, Refusal> {
    let mut revisions: Vec<Sections> = Vec::new();
    let mut rest = newest_first.into_iter().peekable();
    while let Some(section) = rest.next() {
        // Annex F: the first-page section stands first in the file, speaks last, says `startxref 0`
        // or nothing, and refers forward to the main section, which refers to nothing and declares the first.
        let linearised = rest.peek().is_some_and(|main| main.at > section.at);
        let revision = if linearised {
            let Some(main) = rest.next() else { break };
            if main.previous.is_some() || main.declared != Some(section.at) {
                return Err(broken(main.at, "it refers forward"));
            }
            Sections { eof: main.eof, end: main.end, sections: vec![section, main] }
        } else {
            if section.declared != Some(section.at) {
                return Err(broken(section.at, "its own startxref points elsewhere"));
            }
            Sections { eof: section.eof, end: section.end, sections: vec![section] }
        };
        if let Some(newer) = revisions.last()
            && newer.sections.iter().any(|section| section.at < revision.end)
        {
            return Err(broken(revision.end, "two revisions overlap"));
        }
        revisions.push(revision);
    }
    revisions.reverse();
    Ok(revisions)
}

impl Section {
    /// The octets of this section: from its first to its `%%EOF` (a stream's object belongs to it).
    pub(super) const fn piece(&self) -> std::ops::Range<usize> {
        self.at..self.eof
    }
}
