//! The text of a page as an aid beside its picture: blocks in an order, in one string.
//!
//! The string is what is kept and what the evidence holds a digest of (formats.md §1, "the text shown"), so headings,
//! lists and tables are in it, not beside it. It is written by the child and read by the page; ASCII gave signs for this,
//! and the text itself has none of them, because control characters draw nothing and are left out:
//!
//! ```text
//! SOH ! notes STX           first, where there is something to say of the whole page
//! SOH kind ; language STX   before a block that is more than a paragraph, or whose language is known
//! SO a words SI             words of the author that the page does not show; SO h for words that lie hidden on it
//! ```
//!
//! An empty line ends a block. Text without any of this is paragraphs, so that what an older version kept reads well.

/// A page in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Aid {
    pub(crate) notes: Notes,
    pub(crate) blocks: Vec<Block>,
}

/// What must be said of the text as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four sentences, each said or not")]
pub(crate) struct Notes {
    /// Order and headings are the author's.
    pub(crate) tagged: bool,
    /// The author gave an order that contradicts itself: this is the order of drawing.
    pub(crate) untrusted: bool,
    /// Signs are drawn of which the file does not say which letters they are.
    pub(crate) unsaid: bool,
    /// The text goes on.
    pub(crate) cut: bool,
}

/// What a block is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Paragraph,
    /// 1 to 6, as the document counts.
    Heading(u8),
    /// A line of a list, 1 for the outermost.
    Item(u8),
    /// A cell of a table.
    Cell { begins: Begins, header: bool },
    /// Here the author's order ends. What follows is on the page too: page numbers, and whatever was left out.
    Outside,
}

/// What begins with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begins {
    Table,
    Row,
    Cell,
}

/// One block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: Kind,
    /// A language tag, where the file names one.
    pub(crate) language: Option<String>,
    pub(crate) spans: Vec<Span>,
}

/// Words of one voice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) voice: Voice,
    pub(crate) words: String,
}

/// Where words come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    /// They are drawn.
    Drawn,
    /// The author gives them for a picture, or in place of what is drawn.
    Author,
    /// They lie on the page and are not drawn, as behind a scan.
    Hidden,
}

const HEAD: char = '\u{1}';
const BODY: char = '\u{2}';
const OUT: char = '\u{e}';
const IN: char = '\u{f}';
const BETWEEN: &str = "\n\n";
/// Notes and their words.
const TAGGED: &str = "tagged";
const UNTRUSTED: &str = "untrusted";
const UNSAID: &str = "unsaid";
const CUT: &str = "cut";

impl Block {
    /// Whether it says anything. An empty cell keeps its column.
    pub(super) fn is_worth_a_place(&self) -> bool {
        !self.spans.is_empty() || matches!(self.kind, Kind::Cell { .. } | Kind::Outside)
    }

    fn write(&self, out: &mut String) {
        if self.kind != Kind::Paragraph || self.language.is_some() {
            out.push(HEAD);
            out.push_str(&self.kind.sign());
            if let Some(language) = &self.language {
                out.push(';');
                out.push_str(language);
            }
            out.push(BODY);
        }
        for span in &self.spans {
            let voice = match span.voice {
                Voice::Drawn => None,
                Voice::Author => Some('a'),
                Voice::Hidden => Some('h'),
            };
            if let Some(voice) = voice {
                out.extend([OUT, voice]);
            }
            out.push_str(&span.words);
            out.extend(voice.map(|_| IN));
        }
    }

    fn read(chunk: &str) -> Self {
        let (head, body) = headed(chunk);
        let (sign, language) = head.split_once(';').map_or((head, None), |(sign, tag)| (sign, Some(tag)));
        Self {
            kind: Kind::of_sign(sign),
            language: language.filter(|tag| is_language(tag)).map(str::to_owned),
            spans: spans(body),
        }
    }
}

impl Kind {
    fn sign(self) -> String {
        match self {
            Self::Paragraph => "p".to_owned(),
            Self::Heading(level) => format!("h{level}"),
            Self::Item(depth) => format!("i{depth}"),
            Self::Cell { begins, header } => {
                let begins = match begins {
                    Begins::Table => "t",
                    Begins::Row => "r",
                    Begins::Cell => "c",
                };
                format!("{begins}{}", if header { "h" } else { "d" })
            }
            Self::Outside => "o".to_owned(),
        }
    }

    fn of_sign(sign: &str) -> Self {
        let mut letters = sign.chars();
        let (first, second) = (letters.next(), letters.next());
        let number = |most: u8| {
            second.and_then(|digit| digit.to_digit(10)?.try_into().ok()).unwrap_or(1).clamp(1, most)
        };
        let header = second == Some('h');
        match first {
            Some('h') => Self::Heading(number(6)),
            Some('i') => Self::Item(number(ITEM_DEPTH_MAX)),
            Some('t') => Self::Cell { begins: Begins::Table, header },
            Some('r') => Self::Cell { begins: Begins::Row, header },
            Some('c') => Self::Cell { begins: Begins::Cell, header },
            Some('o') => Self::Outside,
            _ => Self::Paragraph,
        }
    }
}

/// Lists inside lists: nobody who listens follows a seventh.
pub(super) const ITEM_DEPTH_MAX: u8 = 6;

/// RFC 5646 §2.1 in its shape and length; a page must not get a language that is none.
pub(super) fn is_language(tag: &str) -> bool {
    let parts =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (2..=35).contains(&tag.len()) && tag.split('-').all(parts)
}

impl Aid {
    /// In one string; empty where the page has no words at all.
    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        let notes = self.notes;
        let words =
            [(notes.tagged, TAGGED), (notes.untrusted, UNTRUSTED), (notes.unsaid, UNSAID), (notes.cut, CUT)];
        let words: Vec<&str> = words.into_iter().filter(|(said, _)| *said).map(|(_, word)| word).collect();
        let silent = self.blocks.is_empty() && !notes.unsaid;
        if !words.is_empty() && !silent {
            out.extend([HEAD, '!']);
            out.push_str(&words.join(" "));
            out.push(BODY);
        }
        for block in &self.blocks {
            if !out.is_empty() {
                out.push_str(BETWEEN);
            }
            block.write(&mut out);
        }
        out
    }

    /// Whatever stands in the string: there is no text that cannot be read.
    pub(crate) fn read(text: &str) -> Self {
        let mut aid = Self::default();
        for chunk in text.split(BETWEEN) {
            match headed(chunk).0.strip_prefix('!') {
                Some(notes) => aid.notes = Notes::read(notes),
                None => aid.blocks.push(Block::read(chunk)),
            }
        }
        aid.blocks.retain(Block::is_worth_a_place);
        aid
    }
}

impl Notes {
    fn read(words: &str) -> Self {
        let said = |note: &str| words.split(' ').any(|word| word == note);
        Self { tagged: said(TAGGED), untrusted: said(UNTRUSTED), unsaid: said(UNSAID), cut: said(CUT) }
    }
}

/// What stands between `SOH` and `STX`, and what follows.
fn headed(chunk: &str) -> (&str, &str) {
    chunk.strip_prefix(HEAD).and_then(|rest| rest.split_once(BODY)).unwrap_or(("", chunk))
}

fn spans(body: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut say = |voice, words: &str| {
        if !words.trim().is_empty() {
            spans.push(Span { voice, words: words.to_owned() });
        }
    };
    let mut rest = body;
    while let Some((before, after)) = rest.split_once(OUT) {
        say(Voice::Drawn, before);
        let (inside, after) = after.split_once(IN).unwrap_or((after, ""));
        let voice = if inside.starts_with('h') { Voice::Hidden } else { Voice::Author };
        say(voice, inside.get(1..).unwrap_or_default());
        rest = after;
    }
    say(Voice::Drawn, rest);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(kind: Kind, language: Option<&str>, words: &str) -> Block {
        let span = Span { voice: Voice::Drawn, words: words.to_owned() };
        Block { kind, language: language.map(str::to_owned), spans: vec![span] }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut picture = drawn(Kind::Paragraph, None, "A plan ");
        picture.spans.push(Span { voice: Voice::Author, words: "a gate".to_owned() });
        picture.spans.push(Span { voice: Voice::Hidden, words: "scanned\nlines".to_owned() });
        let cell = |begins, header, words| drawn(Kind::Cell { begins, header }, None, words);
        let empty = Block { spans: Vec::new(), ..cell(Begins::Cell, false, "") };
        let aid = Aid {
            notes: Notes { tagged: true, unsaid: true, ..Notes::default() },
            blocks: vec![
                drawn(Kind::Heading(2), Some("de-AT"), "Ende"),
                picture,
                drawn(Kind::Item(1), None, "one"),
                drawn(Kind::Item(2), None, "two"),
                cell(Begins::Table, true, "Year"),
                empty,
                cell(Begins::Row, false, "2027"),
                drawn(Kind::Outside, None, "3"),
            ],
        };
        assert_eq!(Aid::read(&aid.write()), aid);
    }

    /// Text that an older version kept, and text that nobody wrote, are paragraphs and never a mistake.
    #[test]
    fn any_text_is_read() {
        let old = Aid::read("I support this\nproposal.\n\nAna");
        assert_eq!(
            old.blocks,
            [drawn(Kind::Paragraph, None, "I support this\nproposal."), drawn(Kind::Paragraph, None, "Ana")]
        );
        assert_eq!(old.write(), "I support this\nproposal.\n\nAna");
        assert_eq!(Aid::read(""), Aid::default());
        let odd = "\u{1}h9;not a tag\u{2}one\n\n\u{1}two\n\n\u{e}three\n\n\u{1}i0\u{2}\u{e}\u{f}four";
        let kinds: Vec<Kind> = Aid::read(odd).blocks.iter().map(|block| block.kind).collect();
        assert_eq!(kinds, [Kind::Heading(6), Kind::Paragraph, Kind::Paragraph, Kind::Item(1)]);
        assert!(Aid::read(odd).blocks.iter().all(|block| block.language.is_none()));
    }

    #[test]
    fn a_language_is_a_tag_and_nothing_else() {
        assert!(is_language("en") && is_language("zh-Hant-TW"));
        assert!(!is_language("e") && !is_language("en us") && !is_language("en-") && !is_language("\"><b>"));
    }
}
