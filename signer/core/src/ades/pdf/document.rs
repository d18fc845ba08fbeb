//! What the catalog leads to: pages, their annotations, the fields of the form. Loops, miscounts and anything that is
//! not what its place demands are refusals.

use std::collections::BTreeSet;

use super::object::{Dictionary, Name, Object, Reference};
use super::{OBJECTS_MAX, PAGES_MAX, Pdf, Refusal};

/// Nodes above one another in the pages tree or in the form. Real documents stay below ten.
const TREE_DEPTH_MAX: usize = 32;

/// One page.
#[derive(Debug)]
pub struct Page<'p> {
    /// Its object.
    pub reference: Reference,
    /// Its dictionary.
    pub dictionary: &'p Dictionary,
}

/// One annotation of a page.
#[derive(Debug)]
pub struct Annotation<'p> {
    /// Its object, where it is not written into the page.
    pub reference: Option<Reference>,
    /// Its dictionary.
    pub dictionary: &'p Dictionary,
}

/// One field of the form that has no fields below it.
#[derive(Debug)]
pub struct Field<'p> {
    /// Its object.
    pub reference: Reference,
    /// Partial names from the top, joined by full stops (ISO 32000-1 §12.7.3.2).
    pub name: Vec<u8>,
    /// `/FT`, its own or inherited.
    pub kind: Option<&'p Name>,
    /// Its dictionary.
    pub dictionary: &'p Dictionary,
}

impl Field<'_> {
    /// Whether it is a signature field.
    #[must_use]
    pub fn is_signature(&self) -> bool {
        self.kind.is_some_and(|kind| kind == "Sig")
    }
}

impl Pdf<'_> {
    /// All pages in order, as they were after the first `count` revisions.
    ///
    /// # Errors
    /// [`Refusal::BrokenPages`], [`Refusal::TooManyPages`], [`Refusal::NoPage`].
    pub fn pages_at(&self, count: usize) -> Result<Vec<Page<'_>>, Refusal> {
        let root = self.catalog_at(count)?.reference("Pages");
        let root = root.ok_or(Refusal::BrokenPages("the catalog names no pages"))?;
        let mut walk = PagesWalk { pdf: self, count, seen: BTreeSet::new(), pages: Vec::new() };
        walk.node(root, None, 0)?;
        if walk.pages.is_empty() { Err(Refusal::NoPage) } else { Ok(walk.pages) }
    }

    /// All pages in order.
    ///
    /// # Errors
    /// As [`pages_at`](Self::pages_at).
    pub fn pages(&self) -> Result<Vec<Page<'_>>, Refusal> {
        self.pages_at(self.revisions().len())
    }

    /// The annotations of a page.
    ///
    /// # Errors
    /// [`Refusal::BrokenAnnotations`].
    pub fn annotations<'p>(&'p self, page: &Page<'p>) -> Result<Vec<Annotation<'p>>, Refusal> {
        let items = match page.dictionary.get("Annots").map(|annots| self.resolve(annots)) {
            None | Some(Object::Null) => return Ok(Vec::new()),
            Some(Object::Array(items)) => items,
            Some(_) => return Err(Refusal::BrokenAnnotations("/Annots is not an array")),
        };
        let annotation = |item: &'p Object| match self.resolve(item) {
            Object::Dictionary(dictionary) if dictionary.name("Subtype").is_some() => {
                Ok(Annotation { reference: item.reference(), dictionary })
            }
            _ => Err(Refusal::BrokenAnnotations("an item is not an annotation")),
        };
        items.iter().map(annotation).collect()
    }

    /// The form, where there is one, as it was after the first `count` revisions.
    ///
    /// # Errors
    /// [`Refusal::BrokenForm`].
    pub fn form_at(&self, count: usize) -> Result<Option<&Dictionary>, Refusal> {
        match self.catalog_at(count)?.get("AcroForm").map(|form| self.resolve_at(count, form)) {
            None | Some(Object::Null) => Ok(None),
            Some(Object::Dictionary(form)) => Ok(Some(form)),
            Some(_) => Err(Refusal::BrokenForm("/AcroForm is not a dictionary")),
        }
    }

    /// The fields that have no fields below them, as they were after the first `count` revisions.
    ///
    /// # Errors
    /// [`Refusal::BrokenForm`].
    pub fn fields_at(&self, count: usize) -> Result<Vec<Field<'_>>, Refusal> {
        let Some(form) = self.form_at(count)? else { return Ok(Vec::new()) };
        let items = match form.get("Fields").map(|fields| self.resolve_at(count, fields)) {
            None | Some(Object::Null) => return Ok(Vec::new()),
            Some(Object::Array(items)) => items,
            Some(_) => return Err(Refusal::BrokenForm("/Fields is not an array")),
        };
        let mut walk = FieldsWalk { pdf: self, count, seen: BTreeSet::new(), fields: Vec::new() };
        for item in items {
            walk.field(item, &[], None, 0)?;
        }
        let names: BTreeSet<&[u8]> = walk.fields.iter().map(|field| field.name.as_slice()).collect();
        if names.len() != walk.fields.len() {
            return Err(Refusal::BrokenForm("two fields have the same name"));
        }
        Ok(walk.fields)
    }
}

struct PagesWalk<'p, 'a> {
    pdf: &'p Pdf<'a>,
    count: usize,
    seen: BTreeSet<Reference>,
    pages: Vec<Page<'p>>,
}

impl PagesWalk<'_, '_> {
    /// ISO 32000-1 §7.7.3: gives the number of pages below the node.
    fn node(&mut self, at: Reference, parent: Option<Reference>, depth: usize) -> Result<usize, Refusal> {
        if depth > TREE_DEPTH_MAX || !self.seen.insert(at) {
            return Err(Refusal::BrokenPages("it loops or is too deep"));
        }
        let Some(Object::Dictionary(node)) = self.pdf.object_at(self.count, at) else {
            return Err(Refusal::BrokenPages("a node is missing"));
        };
        if node.reference("Parent") != parent {
            return Err(Refusal::BrokenPages("a node names another parent"));
        }
        if node.is("Type", "Page") && !node.has("Kids") {
            if self.pages.len() == PAGES_MAX {
                return Err(Refusal::TooManyPages);
            }
            self.pages.push(Page { reference: at, dictionary: node });
            return Ok(1);
        }
        let kids = node.get("Kids").map(|kids| self.pdf.resolve_at(self.count, kids)).and_then(Object::array);
        let Some(kids) = kids.filter(|_| node.is("Type", "Pages")) else {
            return Err(Refusal::BrokenPages("a node is neither a page nor pages"));
        };
        let mut pages = 0;
        for kid in kids {
            let kid = kid.reference().ok_or(Refusal::BrokenPages("a kid is not a reference"))?;
            pages += self.node(kid, Some(at), depth + 1)?;
        }
        if node.integer("Count").and_then(|count| usize::try_from(count).ok()) == Some(pages) {
            Ok(pages)
        } else {
            Err(Refusal::BrokenPages("a node counts other pages than it has"))
        }
    }
}

struct FieldsWalk<'p, 'a> {
    pdf: &'p Pdf<'a>,
    count: usize,
    seen: BTreeSet<Reference>,
    fields: Vec<Field<'p>>,
}

impl<'p> FieldsWalk<'p, '_> {
    fn field(
        &mut self,
        item: &'p Object,
        above: &[u8],
        kind: Option<&'p Name>,
        depth: usize,
    ) -> Result<(), Refusal> {
        let reference = item.reference().ok_or(Refusal::BrokenForm("a field is not a reference"))?;
        if depth > TREE_DEPTH_MAX || self.seen.len() == OBJECTS_MAX || !self.seen.insert(reference) {
            return Err(Refusal::BrokenForm("it loops or is too deep"));
        }
        let Some(Object::Dictionary(dictionary)) = self.pdf.object_at(self.count, reference) else {
            return Err(Refusal::BrokenForm("a field is missing"));
        };
        let name = match dictionary.get("T") {
            Some(Object::Text(text)) if above.is_empty() => text.bytes.clone(),
            Some(Object::Text(text)) => [above, b".", &text.bytes].concat(),
            None if !above.is_empty() => above.to_vec(),
            _ => return Err(Refusal::BrokenForm("a field has no name")),
        };
        let kind = dictionary.name("FT").or(kind);
        let kids = match dictionary.get("Kids").map(|kids| self.pdf.resolve_at(self.count, kids)) {
            None => &[][..],
            Some(Object::Array(kids)) => kids,
            Some(_) => return Err(Refusal::BrokenForm("/Kids is not an array")),
        };
        // A kid with a name is a field; one without is a widget of this field.
        let named =
            |kid: &&Object| self.pdf.resolve_at(self.count, kid).dictionary().is_some_and(|kid| kid.has("T"));
        let below: Vec<&Object> = kids.iter().filter(named).collect();
        if below.is_empty() {
            self.fields.push(Field { reference, name, kind, dictionary });
            return Ok(());
        }
        if below.len() != kids.len() {
            return Err(Refusal::BrokenForm("fields and widgets are mixed"));
        }
        below.into_iter().try_for_each(|kid| self.field(kid, &name, kind, depth + 1))
    }
}
