//! The eight kinds of objects (ISO 32000-1 §7.3), as values. Numbers with a fraction keep the digits that the file
//! has, so that writing an object again changes nothing in it.

use std::collections::BTreeMap;
use std::ops::Range;

/// `12 0 R`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// Object number.
    pub number: u32,
    /// Generation number.
    pub generation: u16,
}

/// A name without its solidus, escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub Vec<u8>);

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

/// A string and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its octets.
    pub bytes: Vec<u8>,
    /// `<...>` and not `(...)`.
    pub hexadecimal: bool,
}

/// A dictionary in the order of the file; keys are unique.
#[derive(Clone, Debug, Default)]
pub struct Dictionary(Vec<(Name, Object)>);

/// A dictionary and the octets of the file that follow it, as they stand there (not decoded).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Its dictionary.
    pub dictionary: Dictionary,
    /// Where its data is.
    pub data: Range<usize>,
}

/// Any object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// `null`.
    Null,
    /// `true`, `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, as written.
    Real(String),
    /// `/Name`.
    Name(Name),
    /// `(text)`, `<hex>`.
    Text(Text),
    /// `[...]`.
    Array(Vec<Object>),
    /// `<<...>>`.
    Dictionary(Dictionary),
    /// `12 0 R`.
    Reference(Reference),
    /// A dictionary with data.
    Stream(Stream),
}

impl Dictionary {
    /// Without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Object> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Whether the key is there.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The value of a key where it is a name.
    #[must_use]
    pub fn name(&self, key: &str) -> Option<&Name> {
        match self.get(key) {
            Some(Object::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// Whether the value of a key is this name.
    #[must_use]
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.name(key).is_some_and(|name| name == value)
    }

    /// The value of a key where it is a whole number.
    #[must_use]
    pub fn integer(&self, key: &str) -> Option<i64> {
        match self.get(key) {
            Some(Object::Integer(value)) => Some(*value),
            _ => None,
        }
    }

    /// The value of a key where it is a reference.
    #[must_use]
    pub fn reference(&self, key: &str) -> Option<Reference> {
        match self.get(key) {
            Some(Object::Reference(reference)) => Some(*reference),
            _ => None,
        }
    }

    /// Sets a key, in place where it exists.
    pub fn set(&mut self, key: &str, value: Object) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((Name::from(key), value)),
        }
    }

    /// With one more key.
    #[must_use]
    pub fn with(mut self, key: &str, value: Object) -> Self {
        self.set(key, value);
        self
    }

    /// Keys and values in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &Object)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// How many entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// From entries in the order of the file. `None` where a key stands twice.
    pub(super) fn from_entries(entries: Vec<(Name, Object)>) -> Option<Self> {
        let mut keys: Vec<&Name> = entries.iter().map(|(name, _)| name).collect();
        keys.sort_unstable();
        let unique = keys.windows(2).all(|pair| pair.first() != pair.last());
        unique.then_some(Self(entries))
    }

    /// By key, for comparisons: a file may hold dictionaries of any size.
    pub(crate) fn sorted(&self) -> BTreeMap<&Name, &Object> {
        self.0.iter().map(|(name, value)| (name, value)).collect()
    }
}

/// The order of entries means nothing (ISO 32000-1 §7.3.7).
impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || (self.0.len() == other.0.len() && self.sorted() == other.sorted())
    }
}

impl Eq for Dictionary {}

impl Object {
    /// A name.
    #[must_use]
    pub fn name(text: &str) -> Self {
        Self::Name(Name::from(text))
    }

    /// A literal string.
    #[must_use]
    pub fn text(bytes: &[u8]) -> Self {
        Self::Text(Text { bytes: bytes.to_vec(), hexadecimal: false })
    }

    /// The dictionary of a dictionary or of a stream.
    #[must_use]
    pub const fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            Self::Stream(stream) => Some(&stream.dictionary),
            _ => None,
        }
    }

    /// The items of an array.
    #[must_use]
    pub fn array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The reference.
    #[must_use]
    pub const fn reference(&self) -> Option<Reference> {
        match self {
            Self::Reference(reference) => Some(*reference),
            _ => None,
        }
    }
}

impl From<Reference> for Object {
    fn from(reference: Reference) -> Self {
        Self::Reference(reference)
    }
}

impl From<i64> for Object {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}
