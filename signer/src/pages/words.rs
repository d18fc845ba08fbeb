//! The words of a page of a document, as HTML: headings one level below those of our own page, lists as lists, tables as
//! tables, and marked as not drawn what is not drawn.
//!
//! What comes in was written by the author of a foreign file: it is escaped, and its headings never skip a level, whatever
//! the file does, because those who listen walk from heading to heading.

use service::i18n::Texts;
use service::page::{Markup, escape};

use crate::render::aid::{Aid, Begins, Block, Kind, Notes, Voice};

/// Our page has `h1`, and `h2` above the document.
const LEVEL_ABOVE: u8 = 2;

/// A page in words.
pub(super) struct Words {
    /// What the words are, and what must be known of them.
    pub(super) about: String,
    /// In a language that the page does not know, unless the author named one.
    pub(super) text: Markup,
}

/// The words of a page, where it has any.
pub(super) fn of(texts: &Texts, aid: &Aid) -> Option<Words> {
    if aid.blocks.is_empty() && !aid.notes.unsaid {
        return None;
    }
    let mut html = Html { texts, out: String::new(), level: LEVEL_ABOVE };
    let mut rest = aid.blocks.as_slice();
    while let Some((first, after)) = rest.split_first() {
        rest = match first.kind {
            Kind::Item(_) => html.list(rest),
            Kind::Cell { .. } => html.table(first, after),
            _ => {
                html.block(first);
                after
            }
        };
    }
    Some(Words { about: about(texts, aid.notes), text: Markup::trusted(html.out) })
}

fn about(texts: &Texts, notes: Notes) -> String {
    let order = match notes {
        Notes { tagged: true, .. } => "read-text-tagged",
        Notes { untrusted: true, .. } => "read-text-untrusted",
        _ => "read-text-drawn",
    };
    let lines = [
        ("read-text-aid", true),
        (order, true),
        ("read-text-unsaid", notes.unsaid),
        ("read-text-cut", notes.cut),
    ];
    lines.iter().filter(|(_, holds)| *holds).map(|(key, _)| texts.say(key)).collect::<Vec<_>>().join(" ")
}

struct Html<'a> {
    texts: &'a Texts,
    out: String,
    /// The last heading's.
    level: u8,
}

impl Html<'_> {
    fn block(&mut self, block: &Block) {
        match block.kind {
            Kind::Heading(level) => {
                // Never more than one deeper than the last, and HTML has no more than six.
                self.level = level.saturating_add(LEVEL_ABOVE).min(self.level + 1).clamp(LEVEL_ABOVE + 1, 6);
                let tag = format!("h{}", self.level);
                self.element(&tag, "", block);
            }
            Kind::Outside => {
                let words = self.ours(&self.texts.say("read-text-outside"));
                self.out.push_str(&format!("<p>{words}</p>"));
            }
            _ => self.element("p", "", block),
        }
    }

    /// Lines at the front, each list inside the line that it belongs to; gives what follows.
    fn list<'b>(&mut self, mut rest: &'b [Block]) -> &'b [Block] {
        let mut open = 0;
        while let Some((item, after)) = rest.split_first()
            && let Kind::Item(depth) = item.kind
        {
            // A line can be one list deeper than the one before, and no more: HTML has no list right in a list.
            let depth = depth.clamp(1, open + 1);
            if depth > open {
                self.out.push_str("<ul>");
            } else {
                self.out.push_str("</li>");
                (depth..open).for_each(|_| self.out.push_str("</ul></li>"));
            }
            open = depth;
            let words = self.words(item);
            self.out.push_str(&format!("<li><span{}>{words}</span>", attributes(item)));
            rest = after;
        }
        (0..open).for_each(|_| self.out.push_str("</li></ul>"));
        rest
    }

    /// A table that begins with this cell; gives what follows it.
    fn table<'b>(&mut self, first: &Block, after: &'b [Block]) -> &'b [Block] {
        let goes_on =
            |block: &&Block| matches!(block.kind, Kind::Cell { begins: Begins::Row | Begins::Cell, .. });
        let cells = after.iter().take_while(goes_on).count();
        let (inside, rest) = after.split_at_checked(cells).unwrap_or((after, &[]));
        let mut rows: Vec<Vec<&Block>> = vec![vec![first]];
        for cell in inside {
            match (cell.kind, rows.last_mut()) {
                (Kind::Cell { begins: Begins::Cell, .. }, Some(row)) => row.push(cell),
                _ => rows.push(vec![cell]),
            }
        }
        self.out.push_str("<table>");
        for row in rows {
            // A row of nothing but heads speaks of the columns below it.
            let scope =
                if row.iter().all(|cell| is_head(cell)) { " scope=\"col\"" } else { " scope=\"row\"" };
            self.out.push_str("<tr>");
            for cell in row {
                match is_head(cell) {
                    true => self.element("th", scope, cell),
                    false => self.element("td", "", cell),
                }
            }
            self.out.push_str("</tr>");
        }
        self.out.push_str("</table>");
        rest
    }

    fn element(&mut self, tag: &str, scope: &str, block: &Block) {
        let (words, attributes) = (self.words(block), attributes(block));
        self.out.push_str(&format!("<{tag}{scope}{attributes}>{words}</{tag}>"));
    }

    /// What we say ourselves, inside what the author says: in our language, and told apart by its letters.
    fn ours(&self, words: &str) -> String {
        let (lang, dir) = (escape(self.texts.lang()), self.texts.dir());
        format!("<i lang=\"{lang}\" dir=\"{dir}\">{}</i>", escape(words))
    }

    /// What is drawn as it is, and the rest with its sentence.
    fn words(&self, block: &Block) -> String {
        let mut out = String::new();
        for span in &block.spans {
            let key = match span.voice {
                Voice::Drawn => {
                    out.push_str(&escape(&span.words));
                    continue;
                }
                Voice::Author => "read-text-author",
                Voice::Hidden => "read-text-hidden",
            };
            let said = self.texts.say_with(key, &[("words", span.words.trim())]);
            let gap = if out.is_empty() || out.ends_with(char::is_whitespace) { "" } else { " " };
            out.push_str(&format!("{gap}{} ", self.ours(&format!("[{said}]"))));
        }
        out.truncate(out.trim_end().len());
        out
    }
}

const fn is_head(cell: &Block) -> bool {
    matches!(cell.kind, Kind::Cell { header: true, .. })
}

/// The direction that the words have, and the language that the author named.
fn attributes(block: &Block) -> String {
    let language = block.language.as_ref().map(|tag| format!(" lang=\"{}\"", escape(tag)));
    format!(" dir=\"auto\"{}", language.unwrap_or_default())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::pages::ENGLISH;
    use crate::render::aid::Span;

    fn block(kind: Kind, words: &str) -> Block {
        let span = Span { voice: Voice::Drawn, words: words.to_owned() };
        Block { kind, language: None, spans: vec![span] }
    }

    fn html(blocks: Vec<Block>) -> String {
        let texts = Texts::english(&[ENGLISH]).unwrap();
        let words = of(&texts, &Aid { notes: Notes { tagged: true, ..Notes::default() }, blocks }).unwrap();
        words.text.as_str().replace(" dir=\"auto\"", "")
    }

    #[test]
    fn headings_stand_below_those_of_the_page_and_skip_no_level() {
        let blocks = [3, 1, 4, 2, 6, 6, 6].map(|level| block(Kind::Heading(level), "x")).to_vec();
        let levels: Vec<char> =
            html(blocks).split("<h").skip(1).filter_map(|heading| heading.chars().next()).collect();
        assert_eq!(levels, ['3', '3', '4', '4', '5', '6', '6']);
    }

    #[test]
    fn lists_stand_in_the_lines_that_they_belong_to() {
        let items = [(2, "a"), (3, "b"), (6, "c"), (1, "d"), (1, "e")];
        let blocks = items.map(|(depth, words)| block(Kind::Item(depth), words)).to_vec();
        assert_eq!(
            html(blocks).replace("<span>", "").replace("</span>", ""),
            "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li><li>e</li></ul>"
        );
    }

    #[test]
    fn a_table_has_its_heads() {
        let cell = |begins, header, words| block(Kind::Cell { begins, header }, words);
        let blocks = vec![
            cell(Begins::Table, true, "Year"),
            cell(Begins::Cell, true, "Rent"),
            cell(Begins::Row, true, "2027"),
            cell(Begins::Cell, false, "40"),
            cell(Begins::Table, false, "other"),
        ];
        assert_eq!(
            html(blocks),
            "<table><tr><th scope=\"col\">Year</th><th scope=\"col\">Rent</th></tr>\
             <tr><th scope=\"row\">2027</th><td>40</td></tr></table><table><tr><td>other</td></tr></table>"
        );
    }

    /// The author of the file gets no markup into our page, and no words that pass for what is drawn.
    #[test]
    fn foreign_words_are_escaped_and_marked() {
        let mut one = block(Kind::Paragraph, "<b>40</b>");
        one.language = Some("de".to_owned());
        one.spans.push(Span { voice: Voice::Author, words: "4 & \"no\"".to_owned() });
        assert_eq!(
            html(vec![one, block(Kind::Outside, ""), block(Kind::Paragraph, "3")]),
            "<p lang=\"de\">&lt;b&gt;40&lt;/b&gt; <i lang=\"en\" dir=\"ltr\">[The author’s words, not drawn here: 4 &amp; &quot;no&quot;]</i></p>\
             <p><i lang=\"en\" dir=\"ltr\">Also on this page, outside the order that the author gave:</i></p><p>3</p>"
        );
    }
}
