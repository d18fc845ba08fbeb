//! Octets to objects (ISO 32000-1 §7.2, §7.3), in the one way that every reader shares. Whatever readers are known
//! to read differently is a [`Refusal`].

use super::object::{Dictionary, Name, Object, Reference, Stream, Text};
use super::{DEPTH_MAX, Refusal, VALUES_MAX};

/// Words that readers which repair broken files look for. A comment must not contain them.
const STRUCTURE: [&[u8]; 5] = [b"obj", b"stream", b"xref", b"trailer", b"EOF"];

/// A position in octets.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    values: usize,
}

/// How an object begins: `12 0 obj`.
pub(super) struct Indirect {
    pub(super) reference: Reference,
    pub(super) object: Object,
    pub(super) end: usize,
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0x0c)
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte) && byte != 0
}

const fn hex_value(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

impl<'a> Lexer<'a> {
    /// Reads `bytes` from `at` and never past `end`.
    pub(super) fn new(bytes: &'a [u8], at: usize, end: usize) -> Self {
        Self { bytes, at, end: end.min(bytes.len()), values: 0 }
    }

    pub(super) const fn position(&self) -> usize {
        self.at
    }

    /// How many values were read.
    pub(super) const fn values(&self) -> usize {
        self.values
    }

    pub(super) const fn seek(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        let at = self.at.checked_add(ahead)?;
        if at < self.end { self.bytes.get(at).copied() } else { None }
    }

    fn malformed<T>(&self, why: &'static str) -> Result<T, Refusal> {
        Err(Refusal::Malformed { at: self.at, why })
    }

    /// Takes these octets if they stand here.
    pub(super) fn take(&mut self, word: &[u8]) -> bool {
        let rest = self.bytes.get(self.at..self.end).unwrap_or_default();
        let stands = rest.starts_with(word);
        if stands {
            self.at += word.len();
        }
        stands
    }

    /// Takes a word that must stand here and end here.
    pub(super) fn keyword(&mut self, word: &'static str) -> Result<(), Refusal> {
        if !self.take(word.as_bytes()) {
            return self.malformed("another word is expected");
        }
        match self.peek() {
            Some(byte) if is_regular(byte) => self.malformed("the word goes on"),
            _ => Ok(()),
        }
    }

    /// White space and comments.
    pub(super) fn skip_space(&mut self) -> Result<(), Refusal> {
        while let Some(byte) = self.peek() {
            match byte {
                0 => return Err(Refusal::NulAsSpace { at: self.at }),
                b'%' => self.skip_comment()?,
                byte if is_space(byte) => self.at += 1,
                _ => break,
            }
        }
        Ok(())
    }

    fn skip_comment(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        while let Some(byte) = self.peek()
            && !matches!(byte, b'\n' | b'\r')
        {
            self.at += 1;
        }
        let comment = self.bytes.get(start..self.at).unwrap_or_default();
        let suspicious =
            STRUCTURE.iter().any(|word| comment.windows(word.len()).any(|window| window == *word));
        if suspicious { Err(Refusal::CommentLooksLikeStructure { at: start }) } else { Ok(()) }
    }

    /// LF, CR LF, or CR alone. `false` when there is none.
    pub(super) fn end_of_line(&mut self) -> bool {
        self.take(b"\r\n") || self.take(b"\n") || self.take(b"\r")
    }

    /// Decimal digits without sign, at most ten of them (what a cross-reference holds).
    pub(super) fn unsigned(&mut self) -> Result<u64, Refusal> {
        let start = self.at;
        let mut value = 0u64;
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            if self.at - start == 10 {
                return self.malformed("a number is too long");
            }
            value = value * 10 + u64::from(byte - b'0');
            self.at += 1;
        }
        if self.at == start { self.malformed("a number is expected") } else { Ok(value) }
    }

    /// Any direct object.
    pub(super) fn object(&mut self, depth: usize) -> Result<Object, Refusal> {
        if depth > DEPTH_MAX {
            return Err(Refusal::TooDeep { at: self.at });
        }
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(Refusal::TooManyObjects);
        }
        match self.peek() {
            Some(b'/') => self.name().map(Object::Name),
            Some(b'(') => self.literal().map(Object::Text),
            Some(b'[') => self.array(depth),
            Some(b'<') if self.peek_at(1) == Some(b'<') => self.dictionary(depth).map(Object::Dictionary),
            Some(b'<') => self.hexadecimal().map(Object::Text),
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => self.number_or_reference(),
            Some(b't') => self.keyword("true").map(|()| Object::Boolean(true)),
            Some(b'f') => self.keyword("false").map(|()| Object::Boolean(false)),
            Some(b'n') => self.keyword("null").map(|()| Object::Null),
            _ => self.malformed("an object is expected"),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Object, Refusal> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space()?;
            if self.take(b"]") {
                return Ok(Object::Array(items));
            }
            items.push(self.object(depth + 1)?);
        }
    }

    /// `<<...>>`, each key once (two readers would take two values).
    pub(super) fn dictionary(&mut self, depth: usize) -> Result<Dictionary, Refusal> {
        let start = self.at;
        if !self.take(b"<<") {
            return self.malformed("a dictionary is expected");
        }
        let mut entries = Vec::new();
        loop {
            self.skip_space()?;
            if self.take(b">>") {
                return Dictionary::from_entries(entries).ok_or(Refusal::DuplicateKey { at: start });
            }
            let key = self.name()?;
            self.skip_space()?;
            entries.push((key, self.object(depth + 1)?));
        }
    }

    /// Where the value of a key of a dictionary stands; the lexer stands at the dictionary.
    pub(super) fn value_of(&mut self, key: &str) -> Result<Option<std::ops::Range<usize>>, Refusal> {
        if !self.take(b"<<") {
            return self.malformed("a dictionary is expected");
        }
        loop {
            self.skip_space()?;
            if self.take(b">>") {
                return Ok(None);
            }
            let name = self.name()?;
            self.skip_space()?;
            let start = self.at;
            // The dictionary was read before, so a hexadecimal string is known to be one and to end.
            if self.peek() == Some(b'<') && self.peek_at(1) != Some(b'<') {
                let rest = self.bytes.get(start..self.end).unwrap_or_default();
                self.at = start + rest.iter().position(|byte| *byte == b'>').unwrap_or_default() + 1;
            } else {
                self.object(0)?;
            }
            if name == *key {
                return Ok(Some(start..self.at));
            }
        }
    }

    fn name(&mut self) -> Result<Name, Refusal> {
        if !self.take(b"/") {
            return self.malformed("a name is expected");
        }
        let mut bytes = Vec::new();
        while let Some(byte) = self.peek() {
            if !is_regular(byte) {
                break;
            }
            self.at += 1;
            if byte != b'#' {
                bytes.push(byte);
                continue;
            }
            let digits = (self.peek_at(0).and_then(hex_value), self.peek_at(1).and_then(hex_value));
            match digits {
                (Some(high), Some(low)) if (high, low) != (0, 0) => bytes.push(high * 16 + low),
                _ => return self.malformed("a name has a broken escape"),
            }
            self.at += 2;
        }
        Ok(Name(bytes))
    }

    fn number_or_reference(&mut self) -> Result<Object, Refusal> {
        let start = self.at;
        if matches!(self.peek(), Some(b'+' | b'-')) {
            self.at += 1;
        }
        let (mut digits, mut points) = (0usize, 0usize);
        while let Some(byte) = self.peek() {
            match byte {
                b'0'..=b'9' => digits += 1,
                b'.' => points += 1,
                byte if is_regular(byte) => return self.malformed("a number has other characters in it"),
                _ => break,
            }
            self.at += 1;
        }
        if digits == 0 || digits > 64 || points > 1 {
            return self.malformed("this is not a number");
        }
        let written = self.bytes.get(start..self.at).unwrap_or_default();
        let written = std::str::from_utf8(written).unwrap_or_default();
        if points == 1 {
            return Ok(Object::Real(written.to_owned()));
        }
        let Ok(value) = written.parse::<i64>() else {
            return Err(Refusal::Malformed { at: start, why: "a number is out of range" });
        };
        Ok(self.reference_after(value, written).unwrap_or(Object::Integer(value)))
    }

    /// `G R` after a number: then both were a reference.
    fn reference_after(&mut self, first: i64, written: &str) -> Option<Object> {
        let number = u32::try_from(first).ok().filter(|_| !written.starts_with('+'))?;
        let mut ahead = self.clone();
        let spaced = |lexer: &mut Self| {
            let start = lexer.at;
            while lexer.peek().is_some_and(is_space) {
                lexer.at += 1;
            }
            lexer.at > start
        };
        if !spaced(&mut ahead) {
            return None;
        }
        let generation = u16::try_from(ahead.unsigned().ok()?).ok()?;
        if !spaced(&mut ahead) || ahead.keyword("R").is_err() {
            return None;
        }
        self.at = ahead.at;
        Some(Object::Reference(Reference { number, generation }))
    }

    fn hexadecimal(&mut self) -> Result<Text, Refusal> {
        let start = self.at + 1;
        let rest = self.bytes.get(start..self.end).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| *byte == b'>') else {
            return self.malformed("a string does not end");
        };
        let digits = rest.get(..length).unwrap_or_default();
        let mut bytes = Vec::with_capacity(length / 2);
        let mut high = None;
        for (offset, byte) in digits.iter().enumerate() {
            match (hex_value(*byte), high) {
                (Some(value), None) => high = Some(value),
                (Some(value), Some(first)) => {
                    bytes.push(first * 16 + value);
                    high = None;
                }
                (None, _) if is_space(*byte) => {}
                (None, _) if *byte == 0 => return Err(Refusal::NulAsSpace { at: start + offset }),
                (None, _) => {
                    let why = "a hexadecimal string has another character in it";
                    return Err(Refusal::Malformed { at: start + offset, why });
                }
            }
        }
        self.at = start + length + 1;
        if high.is_some() {
            return self.malformed("a hexadecimal string has half an octet");
        }
        Ok(Text { bytes, hexadecimal: true })
    }

    fn literal(&mut self) -> Result<Text, Refusal> {
        self.at += 1;
        let mut bytes = Vec::new();
        let mut open = 1usize;
        loop {
            let Some(byte) = self.peek() else { return self.malformed("a string does not end") };
            self.at += 1;
            match byte {
                b'(' => {
                    open += 1;
                    bytes.push(byte);
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(Text { bytes, hexadecimal: false });
                    }
                    bytes.push(byte);
                }
                b'\\' => self.escape(&mut bytes)?,
                b'\r' => {
                    self.take(b"\n");
                    bytes.push(b'\n');
                }
                _ => bytes.push(byte),
            }
        }
    }

    /// ISO 32000-1 §7.3.4.2, table 3.
    fn escape(&mut self, bytes: &mut Vec<u8>) -> Result<(), Refusal> {
        let Some(byte) = self.peek() else { return self.malformed("a string does not end") };
        match byte {
            b'0'..=b'7' => {
                let mut value = 0u32;
                for _ in 0..3 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                match u8::try_from(value) {
                    Ok(value) => bytes.push(value),
                    Err(_) => return self.malformed("an escape is out of range"),
                }
                return Ok(());
            }
            b'\r' | b'\n' => {
                self.end_of_line();
                return Ok(());
            }
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'b' => bytes.push(8),
            b'f' => bytes.push(0x0c),
            // The solidus before any other character is ignored.
            _ => bytes.push(byte),
        }
        self.at += 1;
        Ok(())
    }

    /// `12 0 obj` ... `endobj`. `length` resolves a stream's indirect `/Length`.
    pub(super) fn indirect(
        &mut self,
        length: &mut dyn FnMut(Reference) -> Option<usize>,
    ) -> Result<Indirect, Refusal> {
        let reference = self.object_head()?;
        self.skip_space()?;
        let start = self.at;
        let mut object = self.object(0)?;
        self.skip_space()?;
        if self.take(b"stream") {
            let Object::Dictionary(dictionary) = object else {
                return Err(Refusal::Malformed { at: start, why: "a stream has no dictionary" });
            };
            object = Object::Stream(self.stream(dictionary, length)?);
            self.skip_space()?;
        }
        self.keyword("endobj")?;
        Ok(Indirect { reference, object, end: self.at })
    }

    /// `12 0 obj`.
    pub(super) fn object_head(&mut self) -> Result<Reference, Refusal> {
        let number = self.unsigned()?;
        self.space_once()?;
        let generation = self.unsigned()?;
        self.space_once()?;
        self.keyword("obj")?;
        match (u32::try_from(number), u16::try_from(generation)) {
            (Ok(number), Ok(generation)) => Ok(Reference { number, generation }),
            _ => self.malformed("an object number is out of range"),
        }
    }

    fn space_once(&mut self) -> Result<(), Refusal> {
        if self.peek().is_some_and(is_space) {
            self.skip_space()
        } else {
            self.malformed("a space is expected")
        }
    }

    /// ISO 32000-1 §7.3.8.1: `stream`, CR LF or LF, exactly `/Length` octets, an end of line, `endstream`.
    fn stream(
        &mut self,
        dictionary: Dictionary,
        length: &mut dyn FnMut(Reference) -> Option<usize>,
    ) -> Result<Stream, Refusal> {
        if !self.take(b"\r\n") && !self.take(b"\n") {
            return self.malformed("a stream does not begin on its own line");
        }
        let length = match dictionary.get("Length") {
            Some(Object::Integer(value)) => usize::try_from(*value).ok(),
            Some(Object::Reference(reference)) => length(*reference),
            _ => None,
        };
        let start = self.at;
        let Some(end) = length.and_then(|length| start.checked_add(length)).filter(|end| *end <= self.end)
        else {
            return self.malformed("a stream has no length, or a wrong one");
        };
        self.at = end;
        self.end_of_line();
        self.keyword("endstream")?;
        Ok(Stream { dictionary, data: start..end })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Object, Refusal> {
        Lexer::new(text, 0, text.len()).object(0)
    }

    #[test]
    fn iso32000_7_3_every_kind_of_object_is_read() {
        let object =
            read(b"<< /A#20b [1 -2 +3 4.50 -.5 true false null 7 0 R (a(b)\\)\\101\\\nc) <0aFF>] >>")
                .unwrap();
        let items = object.dictionary().unwrap().get("A b").unwrap().array().unwrap();
        assert_eq!(
            items,
            &[
                Object::Integer(1),
                Object::Integer(-2),
                Object::Integer(3),
                Object::Real("4.50".into()),
                Object::Real("-.5".into()),
                Object::Boolean(true),
                Object::Boolean(false),
                Object::Null,
                Object::Reference(Reference { number: 7, generation: 0 }),
                Object::text(b"a(b))Ac"),
                Object::Text(Text { bytes: vec![0x0a, 0xff], hexadecimal: true }),
            ]
        );
    }

    #[test]
    fn what_readers_read_differently_is_refused() {
        let malformed = |at, why| Err(Refusal::Malformed { at, why });
        assert_eq!(read(b"<</A 1/A 2>>"), Err(Refusal::DuplicateKey { at: 0 }));
        assert_eq!(read(b"[1\x002]"), Err(Refusal::NulAsSpace { at: 2 }));
        assert_eq!(read(b"<0a\x00>"), Err(Refusal::NulAsSpace { at: 3 }));
        assert_eq!(read(b"<0a1>"), malformed(5, "a hexadecimal string has half an octet"));
        assert_eq!(read(b"<0g>"), malformed(2, "a hexadecimal string has another character in it"));
        assert_eq!(read(b"/A#4"), malformed(3, "a name has a broken escape"));
        assert_eq!(read(b"/A#00"), malformed(3, "a name has a broken escape"));
        assert_eq!(read(b"1.2.3"), malformed(5, "this is not a number"));
        assert_eq!(read(b"--5"), malformed(1, "a number has other characters in it"));
        assert_eq!(read(b"1e5"), malformed(1, "a number has other characters in it"));
        assert_eq!(read(b"99999999999999999999"), malformed(0, "a number is out of range"));
        assert_eq!(read(b"(\\8)"), Ok(Object::text(b"8")));
        assert_eq!(read(b"(\\777)"), malformed(5, "an escape is out of range"));
        assert_eq!(read(b"(a"), malformed(2, "a string does not end"));
        assert_eq!(read(b"truex"), malformed(4, "the word goes on"));
        assert_eq!(read(b"[1 % endobj\n]"), Err(Refusal::CommentLooksLikeStructure { at: 3 }));
        assert_eq!(read(b"[1 % a word\n]"), Ok(Object::Array(vec![Object::Integer(1)])));
    }

    #[test]
    fn nesting_has_an_end() {
        let nested = |depth: usize| [b"[".repeat(depth), b"]".repeat(depth)].concat();
        assert!(read(&nested(DEPTH_MAX + 1)).is_ok());
        assert_eq!(read(&nested(DEPTH_MAX + 2)), Err(Refusal::TooDeep { at: DEPTH_MAX + 1 }));
    }

    #[test]
    fn a_stream_is_exactly_as_long_as_it_says() {
        let object = |text: &[u8]| {
            Lexer::new(text, 0, text.len()).indirect(&mut |_| None).map(|indirect| indirect.object)
        };
        let stream = object(b"4 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj").unwrap();
        assert!(matches!(stream, Object::Stream(Stream { data, .. }) if data == (29..32)));
        assert_eq!(
            object(b"4 0 obj\n<</Length 2>>\nstream\nabc\nendstream\nendobj"),
            Err(Refusal::Malformed { at: 31, why: "another word is expected" })
        );
        assert_eq!(
            object(b"4 0 obj\n<</Length 3>>\nstream\rabc\nendstream\nendobj"),
            Err(Refusal::Malformed { at: 28, why: "a stream does not begin on its own line" })
        );
    }
}
