//! The author's reading order: the structure tree of a tagged file (ISO 32000-1 §14.7 and §14.8), planned page by page.
//!
//! The tree says which stretches of a page (marked content, by number) belong to which heading, paragraph, line of a list
//! or cell, and in which order. It draws nothing, so it can lie: what a page shows is never left out because of it (the
//! text follows in `text.rs`), and a tree that two readers could follow in two ways is not followed at all.

use std::collections::{HashMap, HashSet};

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{self, Array, Dict, MaybeRef, Name, Object, ObjectIdentifier};

use super::aid::{Begins, ITEM_DEPTH_MAX, Kind, is_language};

/// Elements of a tree: 300 pages with 300 each. A page of small print has fewer.
const NODES_MAX: usize = 100_000;
/// Elements inside one another. A web page that was printed has 20 to 50.
const DEPTH_MAX: usize = 120;
/// Steps from a name of the author's own to one of the standard: one, or two where a program renames for another.
const ROLES_MAX: usize = 8;
/// One description of a picture; a longer one is cut, and says so.
const WORDS_MAX: usize = 2_000;
/// All descriptions of a file, because each may be read again for each page that it touches.
const ALL_WORDS_MAX: usize = 200_000;

/// Why a tree is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Untrusted {
    /// An element is inside itself, or has two parents.
    NotATree,
    /// The same stretch of a page has two places.
    TwoPlaces,
    /// A role leads in a circle, or on and on.
    Role,
    /// Deeper, larger or wordier than any document.
    TooMuch,
    /// A stretch inside a drawing that is used on pages has numbers of its own, which a page cannot tell apart.
    Elsewhere,
}

/// What stands on each page, in order.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pages: HashMap<ObjectIdentifier, Vec<Planned>>,
}

impl Plan {
    pub(super) fn page(&self, page: Option<ObjectIdentifier>) -> &[Planned] {
        page.and_then(|page| self.pages.get(&page)).map_or(&[], Vec::as_slice)
    }
}

/// One block of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) kind: Kind,
    pub(super) language: Option<String>,
    pub(super) pieces: Vec<Piece>,
    /// The element that it came from, and the table.
    element: usize,
    table: Option<usize>,
}

/// Of what a block is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A stretch of the page.
    Content(i32),
    /// A paragraph of the same block begins.
    Break,
    /// Here begins what a later piece speaks of.
    Open,
    /// The label of a line ends.
    Label,
    /// What the author says in place of everything since [`Piece::Open`].
    Words(String),
}

/// What the author says; nothing, if the file is not tagged.
///
/// # Errors
/// When it cannot be followed. The document is then read as it is drawn.
pub(super) fn plan(pdf: &Pdf) -> Result<Option<Plan>, Untrusted> {
    let xref = pdf.xref();
    let Some(catalog) = xref.get::<Dict<'_>>(xref.root_id()) else { return Ok(None) };
    let Some(tree) = catalog.get::<Dict<'_>>("StructTreeRoot") else { return Ok(None) };
    let roles = tree.get::<Dict<'_>>("RoleMap").unwrap_or_default();
    let mut walk = Walk {
        pdf,
        roles,
        seen: HashSet::new(),
        placed: HashSet::new(),
        nodes: 0,
        words: 0,
        around: Vec::new(),
        row: None,
        irregular: HashSet::new(),
        plan: Plan::default(),
    };
    let context = Context { language: language(&catalog), ..Context::default() };
    walk.children(&tree, &context)?;
    Ok(Some(walk.plan))
}

/// Where in the tree we are.
#[derive(Clone, Default)]
struct Context {
    depth: usize,
    /// The element whose block is being filled, what that is, and its language.
    element: usize,
    kind: Kind,
    language: Option<String>,
    page: Option<ObjectIdentifier>,
    /// Lists around.
    lists: u8,
    /// Sections around, for headings without a number.
    sections: u8,
    /// Inside a paragraph, a heading, a line or a cell: what has no name of its own is a part of it.
    inside: Inside,
    /// The table around.
    table: Option<usize>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Section,
    Block,
    Cell,
}

/// A cell while its row is read: an empty one has a page only because its neighbours have.
struct Cell {
    header: bool,
    language: Option<String>,
    pieces: Vec<(ObjectIdentifier, Piece)>,
}

/// Words of the author or a label: opened on each page where something stands inside.
struct Around {
    close: Piece,
    pages: Vec<ObjectIdentifier>,
}

struct Walk<'a> {
    pdf: &'a Pdf,
    roles: Dict<'a>,
    /// Objects that have their place.
    seen: HashSet<ObjectIdentifier>,
    /// Stretches that have theirs.
    placed: HashSet<(ObjectIdentifier, i32)>,
    nodes: usize,
    words: usize,
    around: Vec<Around>,
    /// The cells of the row that is being read.
    row: Option<Vec<Cell>>,
    /// The table whose cells span others, so that its heads cannot be told from its columns.
    irregular: HashSet<usize>,
    plan: Plan,
}

impl<'a> Walk<'a> {
    fn children(&mut self, element: &Dict<'a>, context: &Context) -> Result<(), Untrusted> {
        element.get_raw::<Object<'_>>("K").map_or(Ok(()), |kid| self.kid(kid, context))
    }

    fn kid(&mut self, kid: MaybeRef<Object<'a>>, context: &Context) -> Result<(), Untrusted> {
        self.nodes += 1;
        if self.nodes > NODES_MAX || context.depth > DEPTH_MAX {
            return Err(Untrusted::TooMuch);
        }
        let object = match kid {
            MaybeRef::NotRef(object) => Some(object),
            MaybeRef::Ref(reference) => {
                // ISO 32000-1 §14.7.2: each element has one parent, /P.
                if !self.seen.insert(reference.into()) {
                    return Err(Untrusted::NotATree);
                }
                self.pdf.xref().get::<Object<'_>>(reference.into())
            }
        };
        let deeper = Context { depth: context.depth + 1, ..context.clone() };
        match object {
            Some(Object::Number(number)) => {
                self.content(deeper.page, Object::Number(number).into_i32(), context)
            }
            Some(Object::Array(kids)) => kids.raw_iter().try_for_each(|kid| self.kid(kid, &deeper)),
            Some(Object::Dict(node)) => self.node(&node, deeper),
            _ => Ok(()),
        }
    }

    fn node(&mut self, node: &Dict<'a>, mut context: Context) -> Result<(), Untrusted> {
        if let Some(page) = node.get_ref("Pg") {
            context.page = Some(page.into());
        }
        match node.get::<Name<'_>>("Type").as_ref().map(Name::as_str) {
            // ISO 32000-1 §14.7.4.2, table 324: content of a stream that is not the page's.
            Some("MCR") if node.contains_key("Stm") => Err(Untrusted::Elsewhere),
            Some("MCR") => self.content(context.page, node.get::<i32>("MCID"), &context),
            // An annotation or a field: it is drawn after the page, and read there.
            Some("OBJR") => Ok(()),
            _ => self.element(node, context),
        }
    }

    fn element(&mut self, element: &Dict<'a>, mut context: Context) -> Result<(), Untrusted> {
        context.language = language(element).or(context.language);
        let role = self.role(element)?;
        let words = self.words(element)?;
        let label = (role == Role::Label).then_some(Piece::Label);
        let around = words.map(Piece::Words).or(label);
        let context = self.enter(role, context);
        let bracketed = around.is_some();
        self.around.extend(around.map(|close| Around { close, pages: Vec::new() }));
        let in_cell = context.inside == Inside::Cell;
        match role {
            Role::Table if !in_cell => self.table(element, &context)?,
            Role::Row if self.row.is_none() => self.row(element, &context)?,
            Role::Cell { header } if self.row.is_some() && !in_cell => {
                self.cell(element, &context, header)?
            }
            _ => self.children(element, &context)?,
        }
        if bracketed && let Some(around) = self.around.pop() {
            self.close(around, &context);
        }
        Ok(())
    }

    /// What is around the content of an element of this role.
    fn enter(&mut self, role: Role, mut context: Context) -> Context {
        let (in_section, in_cell) = (context.inside == Inside::Section, context.inside == Inside::Cell);
        match role {
            Role::Section if in_section => {
                context.sections = context.sections.saturating_add(1);
                self.section(context)
            }
            Role::Group if in_section => self.section(context),
            Role::Heading(level) if !in_cell => {
                let level = level.unwrap_or(context.sections.saturating_add(1)).clamp(1, 6);
                self.block(context, Kind::Heading(level))
            }
            Role::Paragraph | Role::Figure if in_section => self.block(context, Kind::Paragraph),
            Role::List => Context { lists: context.lists.saturating_add(1), ..context },
            Role::Item if !in_cell => {
                let depth = context.lists.clamp(1, ITEM_DEPTH_MAX);
                self.block(context, Kind::Item(depth))
            }
            Role::Table if !in_cell => Context { table: Some(self.nodes), ..self.section(context) },
            Role::Paragraph | Role::Heading(_) | Role::Item => {
                self.line_break(&context);
                context
            }
            _ => context,
        }
    }

    /// A context whose content is a block of its own.
    fn block(&self, context: Context, kind: Kind) -> Context {
        Context { kind, element: self.nodes, inside: Inside::Block, ..context }
    }

    /// Content right inside a section is a paragraph of it.
    fn section(&self, context: Context) -> Context {
        Context { kind: Kind::Paragraph, element: self.nodes, inside: Inside::Section, ..context }
    }

    fn table(&mut self, element: &Dict<'a>, context: &Context) -> Result<(), Untrusted> {
        self.children(element, context)?;
        if context.table.is_some_and(|table| self.irregular.contains(&table)) {
            let cells = self.plan.pages.values_mut().flatten();
            for planned in cells.filter(|planned| planned.table == context.table) {
                if let Kind::Cell { header, .. } = &mut planned.kind {
                    *header = false;
                }
            }
        }
        Ok(())
    }

    /// A row goes to each page that one of its cells touches, with all its cells.
    fn row(&mut self, element: &Dict<'a>, context: &Context) -> Result<(), Untrusted> {
        let table = context.table.unwrap_or(self.nodes);
        self.row = Some(Vec::new());
        let read = self.children(element, context);
        let cells = self.row.take().unwrap_or_default();
        read?;
        let mut pages: Vec<ObjectIdentifier> = Vec::new();
        for (page, _) in cells.iter().flat_map(|cell| &cell.pieces) {
            if !pages.contains(page) {
                pages.push(*page);
            }
        }
        for page in pages {
            let planned = self.plan.pages.entry(page).or_default();
            let goes_on = planned.last().is_some_and(|last| last.table == Some(table));
            let mut begins = if goes_on { Begins::Row } else { Begins::Table };
            for cell in &cells {
                let own = cell.pieces.iter().filter(|(on, _)| *on == page).map(|(_, piece)| piece.clone());
                planned.push(Planned {
                    kind: Kind::Cell { begins, header: cell.header },
                    language: cell.language.clone(),
                    pieces: own.collect(),
                    element: self.nodes,
                    table: Some(table),
                });
                begins = Begins::Cell;
            }
        }
        Ok(())
    }

    fn cell(&mut self, element: &Dict<'a>, context: &Context, header: bool) -> Result<(), Untrusted> {
        if spans(element) {
            self.irregular.extend(context.table);
        }
        let cell = Cell { header, language: context.language.clone(), pieces: Vec::new() };
        self.row.get_or_insert_default().push(cell);
        self.children(element, &Context { inside: Inside::Cell, ..context.clone() })
    }

    /// A stretch of a page has its place.
    fn content(
        &mut self,
        page: Option<ObjectIdentifier>,
        number: Option<i32>,
        context: &Context,
    ) -> Result<(), Untrusted> {
        let (Some(page), Some(number)) = (page, number) else { return Ok(()) };
        if !self.placed.insert((page, number)) {
            return Err(Untrusted::TwoPlaces);
        }
        for index in 0..self.around.len() {
            let opened = self.around.get_mut(index).is_some_and(|around| {
                let new = !around.pages.contains(&page);
                if new {
                    around.pages.push(page);
                }
                new
            });
            if opened {
                self.put(page, Piece::Open, context);
            }
        }
        self.put(page, Piece::Content(number), context);
        Ok(())
    }

    /// Words without anything drawn stand on the page that their element names.
    fn close(&mut self, around: Around, context: &Context) {
        let named = around.pages.is_empty().then_some(context.page).flatten();
        for page in around.pages.into_iter().chain(named) {
            self.put(page, around.close.clone(), context);
        }
    }

    /// A new line in the block, on the pages where it has begun.
    fn line_break(&mut self, context: &Context) {
        if let Some(cell) = self.row.as_mut().and_then(|row| row.last_mut()) {
            let last = cell.pieces.last().map(|(page, _)| *page);
            cell.pieces.extend(last.map(|page| (page, Piece::Break)));
        } else if let Some(page) = context.page
            && let Some(planned) = self.plan.pages.get_mut(&page).and_then(|planned| planned.last_mut())
            && planned.element == context.element
        {
            planned.pieces.push(Piece::Break);
        }
    }

    fn put(&mut self, page: ObjectIdentifier, piece: Piece, context: &Context) {
        if let Some(cell) = self.row.as_mut().and_then(|row| row.last_mut()) {
            cell.pieces.push((page, piece));
            return;
        }
        let planned = self.plan.pages.entry(page).or_default();
        if let Some(last) = planned.last_mut().filter(|last| last.element == context.element) {
            last.pieces.push(piece);
            return;
        }
        // A line of a list goes on after the list inside it: it is not a second line.
        let goes_on = planned.iter().any(|one| one.element == context.element);
        let kind = if goes_on { Kind::Paragraph } else { context.kind };
        let language = context.language.clone();
        planned.push(Planned { kind, language, pieces: vec![piece], element: context.element, table: None });
    }

    /// ISO 32000-1 §14.7.3: a name of the author's own leads to one of the standard.
    fn role(&self, element: &Dict<'a>) -> Result<Role, Untrusted> {
        let Some(mut name) = element.get::<Name<'_>>("S") else { return Ok(Role::Part) };
        for _ in 0..ROLES_MAX {
            if let Some(role) = Role::of(name.as_str()) {
                return Ok(role);
            }
            match self.roles.get::<Name<'_>>(name.as_str()) {
                Some(next) => name = next,
                None => return Ok(Role::Part),
            }
        }
        Err(Untrusted::Role)
    }

    /// What the author says in place of what is drawn: a replacement, or the description of a picture (§14.9.3, §14.9.4).
    fn words(&mut self, element: &Dict<'a>) -> Result<Option<String>, Untrusted> {
        let words = words(element);
        self.words += words.as_ref().map_or(0, String::len);
        if self.words > ALL_WORDS_MAX { Err(Untrusted::TooMuch) } else { Ok(words) }
    }
}

/// What a standard structure type means for a list of blocks (ISO 32000-1 §14.8.4, ISO 32000-2 §14.8.4).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Section,
    Group,
    Heading(Option<u8>),
    Paragraph,
    List,
    Item,
    Label,
    Table,
    Row,
    Cell {
        header: bool,
    },
    Figure,
    /// A part of whatever is around it.
    Part,
}

impl Role {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "Sect" | "Art" | "Part" => Self::Section,
            "Document" | "DocumentFragment" | "Div" | "Aside" | "BlockQuote" | "Index" => Self::Group,
            "H" => Self::Heading(None),
            "H1" | "Title" => Self::Heading(Some(1)),
            "H2" => Self::Heading(Some(2)),
            "H3" => Self::Heading(Some(3)),
            "H4" => Self::Heading(Some(4)),
            "H5" => Self::Heading(Some(5)),
            "H6" => Self::Heading(Some(6)),
            "P" | "Note" | "FENote" | "Caption" | "BibEntry" => Self::Paragraph,
            "L" | "TOC" => Self::List,
            "LI" | "TOCI" => Self::Item,
            "Lbl" => Self::Label,
            "Table" => Self::Table,
            "TR" => Self::Row,
            "TH" => Self::Cell { header: true },
            "TD" => Self::Cell { header: false },
            "Figure" | "Formula" => Self::Figure,
            "THead" | "TBody" | "TFoot" | "LBody" | "NonStruct" | "Private" | "Span" | "Quote"
            | "Reference" | "Code" | "Link" | "Annot" | "Form" | "Em" | "Strong" | "Sub" | "Ruby" | "RB"
            | "RT" | "RP" | "Warichu" | "WT" | "WP" | "Artifact" => Self::Part,
            _ => return None,
        })
    }
}

/// Whether a cell spans others (ISO 32000-1 §14.8.5.7).
fn spans(cell: &Dict<'_>) -> bool {
    let wide = |attributes: &Dict<'_>| {
        ["ColSpan", "RowSpan"].iter().any(|key| attributes.get::<i32>(key).is_some_and(|number| number > 1))
    };
    let one = cell.get::<Dict<'_>>("A");
    let several = cell.get::<Array<'_>>("A");
    one.is_some_and(|one| wide(&one))
        || several.is_some_and(|several| {
            several.iter::<Object<'_>>().take(8).filter_map(Object::into_dict).any(|one| wide(&one))
        })
}

fn language(dict: &Dict<'_>) -> Option<String> {
    let tag = text(dict.get::<object::String<'_>>("Lang")?.as_bytes());
    is_language(&tag).then_some(tag)
}

/// The author's words in a dictionary: of an element, or of marked content.
pub(super) fn words(dict: &Dict<'_>) -> Option<String> {
    let given = |key: &str| dict.get::<object::String<'_>>(key).map(|words| text(words.as_bytes()));
    let words = given("ActualText").or_else(|| given("Alt"))?;
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(WORDS_MAX) {
        Some((end, _)) => Some(format!("{}…", words.get(..end).unwrap_or_default())),
        None => Some(words).filter(|words| !words.is_empty()),
    }
}

/// A text string (ISO 32000-1 §7.9.2.2) without signs that draw nothing or turn what follows.
fn text(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let (units, _) = rest.as_chunks::<2>();
            char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)))
                .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        // PDFDocEncoding is Latin-1 but for 0x18 to 0x1f and 0x80 to 0x9f, and 0xa0.
        _ => bytes.iter().map(|byte| document_letter(*byte)).collect(),
    };
    text.chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .filter(|letter| is_said(*letter))
        .collect()
}

/// ISO 32000-1 annex D.3, its upper control codes.
fn document_letter(byte: u8) -> char {
    const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const MARKS: [char; 32] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ',
        'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}',
    ];
    let of = |table: &[char], first: u8| table.get(usize::from(byte - first)).copied().unwrap_or('\u{fffd}');
    match byte {
        0x18..=0x1f => of(&ACCENTS, 0x18),
        0x80..=0x9f => of(&MARKS, 0x80),
        0xa0 => '€',
        _ => char::from(byte),
    }
}

/// Control characters say nothing, and marks that turn the direction of what follows (Unicode UAX #9 §2.1 to §2.3)
/// would let a page read otherwise than it looks.
pub(super) fn is_said(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
pub(super) mod tests;
