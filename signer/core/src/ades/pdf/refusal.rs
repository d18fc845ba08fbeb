//! Why a PDF is not read, or is read but not signed. One variant per reason; the shells own the sentences.

/// Why a file is refused. Positions are octets from the start of the file, for whoever made the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    // --- the frame of the file
    /// Larger than [`super::SIZE_MAX`].
    #[error("the file is larger than any that is read here")]
    TooLarge,
    /// `%PDF-1.x` or `%PDF-2.0` does not stand at octet 0: something else does, or comes before it.
    #[error("the file does not begin with the header of a PDF")]
    NoHeader,
    /// No `startxref`, number and `%%EOF` at the end: the file was cut off, or was never whole.
    #[error("the file does not end as a PDF ends")]
    NoEnd,
    /// Something follows the last `%%EOF`.
    #[error("something follows the end of the PDF")]
    BytesAfterEnd,
    // --- cross-references
    /// A cross-reference table, stream or trailer that does not stand where it should, or not as it should.
    #[error("the cross-reference at octet {at} is broken: {why}")]
    BrokenCrossReference {
        /// Where.
        at: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// `/XRefStm` (ISO 32000-1 §7.5.8.4): two readers would see two documents.
    #[error("the file has a hybrid cross-reference")]
    Hybrid,
    /// `/Encrypt`.
    #[error("the file is encrypted")]
    Encrypted,
    /// More revisions than [`super::REVISIONS_MAX`].
    #[error("the file was changed more often than is read here")]
    TooManyRevisions,
    /// More objects than [`super::OBJECTS_MAX`].
    #[error("the file has more objects than are read here")]
    TooManyObjects,
    // --- objects
    /// Octets that are not the object that should stand there.
    #[error("octet {at} is not what a PDF may have there: {why}")]
    Malformed {
        /// Where.
        at: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// Arrays and dictionaries inside one another, deeper than [`super::DEPTH_MAX`].
    #[error("the object at octet {at} is nested too deeply")]
    TooDeep {
        /// Where.
        at: usize,
    },
    /// A NUL octet as white space: some readers skip it, some do not.
    #[error("a NUL octet stands as white space at octet {at}")]
    NulAsSpace {
        /// Where.
        at: usize,
    },
    /// A comment with words of the file's structure in it, which readers that repair files would obey.
    #[error("the comment at octet {at} looks like structure")]
    CommentLooksLikeStructure {
        /// Where.
        at: usize,
    },
    /// One dictionary has the same key twice.
    #[error("a dictionary has the same key twice, at octet {at}")]
    DuplicateKey {
        /// Where.
        at: usize,
    },
    /// The same object number twice in one revision.
    #[error("object {number} stands twice in one revision")]
    DuplicateObject {
        /// Object number.
        number: u32,
    },
    /// Two objects share octets.
    #[error("two objects overlap at octet {at}")]
    Overlap {
        /// Where the second begins.
        at: usize,
    },
    /// Octets between the objects that are nobody's: an object that no cross-reference names, or junk.
    #[error("something that belongs to no object stands at octet {at}")]
    Unaccounted {
        /// Where.
        at: usize,
    },
    /// An entry of a revision points into another revision.
    #[error("object {number} is taken from another revision")]
    ForeignRevision {
        /// Object number.
        number: u32,
    },
    /// A compressed part that does not decompress, or to more than is allowed.
    #[error("the compressed data at octet {at} cannot be read: {why}")]
    BadStream {
        /// Where its object begins.
        at: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// A stream whose data is in another file (`/F` in its dictionary).
    #[error("object {number} takes its data from another file")]
    ExternalStream {
        /// Object number.
        number: u32,
    },
    // --- the document
    /// No catalog, or one that is not a catalog.
    #[error("the file has no document catalog")]
    NoCatalog,
    /// The pages tree loops, miscounts, or holds something that is not a page.
    #[error("the pages tree is broken: {0}")]
    BrokenPages(&'static str),
    /// More pages than [`super::PAGES_MAX`].
    #[error("the document has more pages than are read here")]
    TooManyPages,
    /// No page at all.
    #[error("the document has no page")]
    NoPage,
    /// `/AcroForm` or a field that cannot be read in one way only.
    #[error("the form of the document is broken: {0}")]
    BrokenForm(&'static str),
    /// `/Annots` that cannot be read in one way only.
    #[error("the annotations of a page are broken: {0}")]
    BrokenAnnotations(&'static str),
    // --- what may not be signed, because it can show something else tomorrow
    /// JavaScript anywhere.
    #[error("the document contains a script")]
    Script,
    /// An action that runs by itself, or that does more than go to a page or a web address.
    #[error("the document contains an action")]
    Action,
    /// An XFA form.
    #[error("the document contains an XFA form")]
    Xfa,
    /// A file inside the file.
    #[error("the document contains another file")]
    EmbeddedFile,
    /// Sound, video, 3D, rich media.
    #[error("the document contains media that play")]
    Media,
    /// Images with alternates, which some readers show instead.
    #[error("the document contains alternatives to what it shows")]
    Alternates,
    /// Layers that can be shown and hidden.
    #[error("the document has layers that are not always shown")]
    HiddenLayers,
    /// A field or an annotation without a fixed appearance, or `/NeedAppearances`.
    #[error("a field or a note has no fixed appearance")]
    NoAppearance,
    /// A field or an annotation that some readers show and some hide.
    #[error("a field or a note is hidden")]
    HiddenAnnotation,
    /// `/UserUnit` other than 1: the size of the page depends on the reader.
    #[error("a page has its own unit of length")]
    UserUnit,
    /// A certified document (`/Perms`): another signature could break what it promises.
    #[error("the document is certified by someone else")]
    Certified,
}
