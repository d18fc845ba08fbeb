//! The order of a tagged file, of our own and of a foreign program's, and each way in which a tree can be no tree.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use hayro::hayro_syntax::Pdf;

use super::*;
use crate::render::Asked;
use crate::render::aid::{Aid, Block, Kind, Voice};
use crate::render::draw::each_page;

/// Two pages that Chromium made of `golden/lease.html`: headings, a list in a list, a table, a picture, German words.
const LEASE: &[u8] = include_bytes!("../golden/lease.pdf");

/// A tagged file of our own: `pages` are their contents, `elements` come after the pages, and the first element is the root
/// of the tree, object [`ROOT`].
pub(in crate::render) fn tagged(pages: &[&str], elements: &[&str]) -> Vec<u8> {
    let first = 5 + 2 * pages.len();
    let kids: Vec<String> = (0..pages.len()).map(|page| format!("{} 0 R", page_object(page))).collect();
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R/StructTreeRoot {ROOT} 0 R/MarkInfo<</Marked true>>/Lang(en)>>"),
        format!("<</Type/Pages/Kids[{}]/Count {}>>", kids.join(" "), pages.len()),
        elements.first().unwrap().to_string(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
    ];
    for (page, content) in pages.iter().enumerate() {
        let contents = page_object(page) + 1;
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F 4 0 R>>>>/Contents {contents} 0 R>>"
        ));
        objects.push(format!("<</Length {}>>stream\n{content}\nendstream", content.len()));
    }
    assert_eq!(objects.len() + 1, first);
    objects.extend(elements.iter().skip(1).map(|element| (*element).to_owned()));
    crate::render::tests::file(&objects)
}

/// The root of the tree, and where the elements after it begin on a file of one page.
const ROOT: usize = 3;

pub(in crate::render) const fn page_object(page: usize) -> usize {
    5 + 2 * page
}

/// Two lines, the lower one first: 0 is drawn at the bottom, 1 at the top.
const UPSIDE_DOWN: &str = "/P <</MCID 0>> BDC BT /F 12 Tf 20 100 Td (below) Tj ET EMC \
     /P <</MCID 1>> BDC BT /F 12 Tf 20 200 Td (above) Tj ET EMC";

fn aids(document: Vec<u8>) -> Vec<Aid> {
    let mut pages = Vec::new();
    each_page(document, Asked::Words, |page| {
        pages.push(Aid::read(&page.text));
        true
    })
    .unwrap();
    pages
}

/// The only page of a file of our own.
fn aid(content: &str, elements: &[&str]) -> Aid {
    aids(tagged(&[content], elements)).remove(0)
}

fn untrusted(content: &str, elements: &[&str]) -> Option<Untrusted> {
    let document = tagged(&[content], elements);
    let refused = plan(&Pdf::new(document.clone()).unwrap()).err();
    let aid = aids(document).remove(0);
    assert_eq!((aid.notes.untrusted, aid.notes.tagged), (refused.is_some(), refused.is_none()));
    assert!(refused.is_none() || words(&aid) == ["below\nabove"], "nothing is lost: {aid:?}");
    refused
}

/// Kind and words of each block, what is not drawn in its brackets.
fn read(aid: &Aid) -> Vec<(Kind, String)> {
    let span = |span: &crate::render::aid::Span| match span.voice {
        Voice::Drawn => span.words.clone(),
        Voice::Author => format!("[author: {}]", span.words),
        Voice::Hidden => format!("[hidden: {}]", span.words),
    };
    aid.blocks.iter().map(|block| (block.kind, block.spans.iter().map(span).collect())).collect()
}

fn words(aid: &Aid) -> Vec<String> {
    read(aid).into_iter().map(|(_, words)| words).collect()
}

/// A person who listens hears what the picture shows, in the author's order, as a foreign program has written it.
#[test]
fn a_file_of_chromium_is_read_with_its_headings_lists_and_tables() {
    let pages = aids(LEASE.to_vec());
    assert!(
        pages
            .iter()
            .all(|page| page.notes == crate::render::aid::Notes { tagged: true, ..Default::default() })
    );
    let cell = |begins, header| Kind::Cell { begins, header };
    let all: Vec<(Kind, String)> = pages.iter().flat_map(read).collect();
    let expected = [
        (Kind::Heading(1), "Lease of a garden"),
        (
            Kind::Paragraph,
            "Between the Town of Belmonte and the person who signs below. The garden is number 14 in the row by the \
             river, and the lease begins on 1 May 2027.",
        ),
        (Kind::Heading(2), "What you may do"),
        (Kind::Item(1), "Grow what you like, except:"),
        (Kind::Item(2), "trees above 3 m;"),
        (Kind::Item(2), "plants of the list in part 2."),
        (Kind::Item(1), "Put up a hut of at most 6 m²."),
        (Kind::Heading(2), "What you pay"),
        (cell(Begins::Table, true), "Year"),
        (cell(Begins::Cell, true), "Rent"),
        (cell(Begins::Row, true), "First"),
        (cell(Begins::Cell, false), "40 crowns"),
        (cell(Begins::Row, true), "Later"),
        (cell(Begins::Cell, false), "55 crowns"),
        (Kind::Heading(2), "How it ends"),
        (Kind::Item(1), "1. By a letter, three months before."),
        (Kind::Item(1), "2. At once, if the rent is not paid for a year."),
        (Kind::Paragraph, "[author: A plan of the garden: a gate in the north, a well in the middle]"),
        (Kind::Paragraph, "Gerichtsstand ist Belmonte."),
    ];
    assert_eq!(all, expected.map(|(kind, words)| (kind, words.to_owned())));
    let german = pages.last().unwrap().blocks.last().unwrap();
    assert_eq!(german.language.as_deref(), Some("de"));
}

/// The order is the tree's and not that of drawing; a role of the author's own leads to the standard's.
#[test]
fn iso32000_1_14_7_3_a_role_is_followed_to_the_standard() {
    let root = "<</Type/StructTreeRoot/RoleMap<</Big/Bigger/Bigger/H2>>/K 7 0 R>>";
    let document =
        "<</S/Document/K[<</S/Big/Pg 5 0 R/K 1>><</S/P/Pg 5 0 R/K<</Type/MCR/Pg 5 0 R/MCID 0>>>>]>>";
    let aid = aid(UPSIDE_DOWN, &[root, document]);
    assert_eq!(read(&aid), [(Kind::Heading(2), "above".to_owned()), (Kind::Paragraph, "below".to_owned())]);
    assert_eq!(aid.blocks.first().unwrap().language.as_deref(), Some("en"));
}

/// A tree that is no tree is not followed: the text is there, in the order of drawing, and says so.
#[test]
fn iso32000_1_14_7_2_a_cycle_and_a_second_parent_are_refused() {
    let root = "<</Type/StructTreeRoot/K 7 0 R>>";
    let good = "<</S/Div/K 8 0 R>>";
    let leaf = "<</S/P/Pg 5 0 R/K[1 0]>>";
    assert_eq!(untrusted(UPSIDE_DOWN, &[root, good, leaf]), None);
    let back = "<</S/P/Pg 5 0 R/K[1 7 0 R]>>";
    assert_eq!(untrusted(UPSIDE_DOWN, &[root, good, back]), Some(Untrusted::NotATree));
    let twice = "<</S/Div/K[8 0 R 8 0 R]>>";
    assert_eq!(untrusted(UPSIDE_DOWN, &[root, twice, leaf]), Some(Untrusted::NotATree));
    let of_arrays = "[7 0 R]";
    assert_eq!(untrusted(UPSIDE_DOWN, &[root, of_arrays, leaf]), Some(Untrusted::NotATree));
}

#[test]
fn iso32000_1_14_7_4_2_a_stretch_has_one_place() {
    let root = "<</Type/StructTreeRoot/K 7 0 R>>";
    let good = "<</S/Div/Pg 5 0 R/K[<</S/P/K 1>><</S/P/K 0>>]>>";
    assert_eq!(untrusted(UPSIDE_DOWN, &[root, good]), None);
    let twice = "<</S/Div/Pg 5 0 R/K[<</S/P/K 1>><</S/P/K 1>>]>>";
    assert_eq!(untrusted(UPSIDE_DOWN, &[root, twice]), Some(Untrusted::TwoPlaces));
    let stream = "<</S/Div/Pg 5 0 R/K<</Type/MCR/Stm 6 0 R/MCID 1>>>>";
    assert_eq!(untrusted(UPSIDE_DOWN, &[root, stream]), Some(Untrusted::Elsewhere));
}

#[test]
fn a_circle_of_roles_is_refused_where_it_is_used() {
    let circle = "<</Type/StructTreeRoot/RoleMap<</A/B/B/A>>/K 7 0 R>>";
    assert_eq!(untrusted(UPSIDE_DOWN, &[circle, "<</S/P/Pg 5 0 R/K[1 0]>>"]), None);
    assert_eq!(untrusted(UPSIDE_DOWN, &[circle, "<</S/A/Pg 5 0 R/K[1 0]>>"]), Some(Untrusted::Role));
    let own = "<</Type/StructTreeRoot/RoleMap<</A/A>>/K 7 0 R>>";
    assert_eq!(untrusted(UPSIDE_DOWN, &[own, "<</S/A/Pg 5 0 R/K[1 0]>>"]), Some(Untrusted::Role));
}

/// Both ends of each limit; the reader does not recurse further than it says.
#[test]
fn deep_and_wide_trees_are_refused() {
    let nest = |depth: usize| {
        let (open, close) = ("<</S/Div/K".repeat(depth), ">>".repeat(depth));
        let leaf = "<</S/P/Pg 5 0 R/K[1 0]>>";
        format!("<</Type/StructTreeRoot/K{open}{leaf}{close}>>")
    };
    // The library itself reads no more than so many direct dictionaries inside one another.
    assert_eq!(untrusted(UPSIDE_DOWN, &[&nest(20)]), None);
    let chain = |length: usize| {
        let mut elements = vec!["<</Type/StructTreeRoot/K 7 0 R>>".to_owned()];
        elements.extend((1..length).map(|index| format!("<</S/Div/K {} 0 R>>", 7 + index)));
        elements.push("<</S/P/Pg 5 0 R/K[1 0]>>".to_owned());
        elements
    };
    let as_str = |elements: &[String]| {
        untrusted(UPSIDE_DOWN, &elements.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(as_str(&chain(DEPTH_MAX - 1)), None);
    assert_eq!(as_str(&chain(DEPTH_MAX + 2)), Some(Untrusted::TooMuch));
    let wide = |kids: usize| format!("<</Type/StructTreeRoot/K[{}]>>", "<</S/P>>".repeat(kids));
    assert_eq!(untrusted(UPSIDE_DOWN, &[&wide(1_000)]), None);
    assert_eq!(untrusted(UPSIDE_DOWN, &[&wide(NODES_MAX)]), Some(Untrusted::TooMuch));
    let wordy = |kids: usize| {
        let figure = format!("<</S/Figure/Alt({})>>", "x".repeat(WORDS_MAX));
        format!("<</Type/StructTreeRoot/K[{}]>>", figure.repeat(kids))
    };
    assert_eq!(untrusted(UPSIDE_DOWN, &[&wordy(ALL_WORDS_MAX / WORDS_MAX)]), None);
    assert_eq!(untrusted(UPSIDE_DOWN, &[&wordy(ALL_WORDS_MAX / WORDS_MAX + 1)]), Some(Untrusted::TooMuch));
}

/// An author who leaves a sentence out of the order, or calls it an artifact, does not silence it.
#[test]
fn what_the_order_does_not_name_is_read_after_it() {
    let content = "/Artifact BMC BT /F 12 Tf 20 280 Td (You owe 9000.) Tj ET EMC \
        /P <</MCID 0>> BDC BT /F 12 Tf 20 200 Td (A gift.) Tj ET EMC \
        /P <</MCID 7>> BDC BT /F 12 Tf 20 150 Td (And a fee.) Tj ET EMC";
    let aid = aid(content, &["<</Type/StructTreeRoot/K<</S/P/Pg 5 0 R/K 0>>>>"]);
    assert_eq!(words(&aid), ["A gift.", "", "You owe 9000.", "And a fee."]);
    assert_eq!(aid.blocks.get(1).unwrap().kind, Kind::Outside);
}

/// Words that stand in place of others are heard as what they are: the author's.
#[test]
fn iso32000_1_14_9_4_replacement_text_replaces_nothing() {
    let root = "<</Type/StructTreeRoot/K 7 0 R>>";
    let says = |actual: &str| {
        let element = format!("<</S/P/Pg 5 0 R/ActualText({actual})/K[1 0]>>");
        words(&aid(UPSIDE_DOWN, &[root, &element]))
    };
    assert_eq!(says("above be\\255low"), ["above below[author: above be\u{ad}low]"]);
    assert_eq!(says("above below"), ["above below"]);
    assert_eq!(says("above  BELOW"), ["above below[author: above BELOW]"]);
    assert_eq!(says("\\377"), ["above below[author: ÿ]"]);
    // On the page itself, around a word that is drawn.
    let content = "/P <</MCID 0>> BDC BT /F 12 Tf 20 200 Td (You owe ) Tj /Span <</ActualText(9)>> BDC (9000) Tj EMC ( now.) Tj ET EMC";
    let tree = "<</Type/StructTreeRoot/K<</S/P/Pg 5 0 R/K 0>>>>";
    assert_eq!(words(&aid(content, &[tree])), ["You owe 9000[author: 9] now."]);
    assert_eq!(words(&aid(&content.replace("(9)", "(9000)"), &[tree])), ["You owe 9000 now."]);
}

/// The sign of a line of a list is the list's own; a number is read, and so is the mark of a note.
#[test]
fn signs_of_lists_are_not_read_and_marks_of_notes_are() {
    let content = "/Lbl <</MCID 0>> BDC BT /F 12 Tf 20 200 Td (*) Tj ET EMC \
        /P <</MCID 1>> BDC BT /F 12 Tf 40 200 Td (a word) Tj ET EMC";
    let read_as = |role: &str, content: &str| {
        let tree =
            format!("<</Type/StructTreeRoot/K<</S/{role}/Pg 5 0 R/K[<</S/Lbl/K 0>><</S/Span/K 1>>]>>>>");
        words(&aid(content, &[&tree]))
    };
    assert_eq!(read_as("LI", content), ["a word"]);
    assert_eq!(read_as("LI", &content.replace('*', "3.")), ["3. a word"]);
    assert_eq!(read_as("Note", content), ["* a word"]);
}

/// A scan with the words behind it is read, and says that they are not drawn.
#[test]
fn hidden_words_are_marked() {
    let content = "BT /F 12 Tf 20 200 Td (seen) Tj 0 -14 Td 3 Tr (unseen) Tj ET";
    let document = tagged(&[content], &["null"]);
    let aid = aids(document).remove(0);
    assert_eq!(words(&aid), ["seen\n[hidden: unseen]"]);
    assert!(!aid.notes.tagged && !aid.notes.untrusted);
}

/// A paragraph and a table that go on on the next page are on both, each with its own part.
#[test]
fn what_goes_over_the_page_stands_on_both() {
    let content = "/P <</MCID 0>> BDC BT /F 12 Tf 20 200 Td (one) Tj ET EMC /P <</MCID 1>> BDC BT /F 12 Tf 20 100 Td (two) Tj ET EMC";
    let mcr =
        |page: usize, number: usize| format!("<</Type/MCR/Pg {} 0 R/MCID {number}>>", page_object(page));
    let root = format!(
        "<</Type/StructTreeRoot/K[<</S/H1/K[{} {}]>><</S/Table/K[<</S/TR/K[<</S/TH/K {}>><</S/TD>>]>>\
         <</S/TR/K[<</S/TD/K {}>>]>>]>>]>>",
        mcr(0, 0),
        mcr(1, 0),
        mcr(0, 1),
        mcr(1, 1)
    );
    let pages = aids(tagged(&[content, content], &[&root]));
    let cell = |begins, header| Kind::Cell { begins, header };
    let said = |kind, words: &str| (kind, words.to_owned());
    let [one, two] = pages.as_slice() else { unreachable!("two pages") };
    assert_eq!(
        read(one),
        [
            said(Kind::Heading(1), "one"),
            said(cell(Begins::Table, true), "two"),
            said(cell(Begins::Cell, false), "")
        ]
    );
    assert_eq!(read(two), [said(Kind::Heading(1), "one"), said(cell(Begins::Table, false), "two")]);
}

/// Whatever stands in a tree, a text comes out: numbers of no page, kids of no kind, strings where names belong.
#[test]
fn nonsense_in_a_tree_says_nothing() {
    for tree in [
        "<</K 99 0 R>>",
        "<</K[(x)/N true null 1.5 -3]>>",
        "<</K<</S(P)/Pg 99 0 R/K 0>>>>",
        "<</RoleMap[1]/K<</S/P/Pg 5 0 R/K<</Type/MCR>>>>>>",
        "<</K<</S/TD/Pg 5 0 R/K<</S/TR/K<</S/LI/K 9>>>>>>>>",
        "<</K<</S/P/Lang(<b>)/Pg 5 0 R/K<</Type/OBJR/Obj 5 0 R>>>>>>",
    ] {
        let aid = aid(UPSIDE_DOWN, &[tree]);
        assert_eq!(words(&aid), ["below\nabove"], "{tree}");
        assert!(aid.blocks.iter().all(|block: &Block| block.language.is_none()), "{tree}");
    }
}

/// Every octet of a tree, changed in three ways: however it lies, whatever is drawn is read, and nothing else as drawn.
#[test]
fn no_tree_hides_what_is_drawn() {
    const TREE: &str = "<</Type/StructTreeRoot/RoleMap<</X/H2>>/K[<</S/X/Pg 5 0 R/K 1/Lang(de)>><</S/L/K<</S/LI/K[\
        <</S/Lbl/ActualText(1)>><</S/LBody/Pg 5 0 R/K<</Type/MCR/Pg 5 0 R/MCID 0>>>>]>>>>]>>";
    let document = tagged(&[UPSIDE_DOWN], &[TREE]);
    let start = document.windows(TREE.len()).position(|part| part == TREE.as_bytes()).unwrap();
    let mut read_in_order = 0;
    for place in start..start + TREE.len() {
        for octet in [b' ', b'0', b'>'] {
            let mut changed = document.clone();
            *changed.get_mut(place).unwrap() = octet;
            let mut pages = Vec::new();
            // A file that is no file any more is refused, which is another room's test.
            let drawn = each_page(changed, Asked::Words, |page| {
                pages.push(Aid::read(&page.text));
                true
            });
            let (Ok(()), [aid]) = (drawn, pages.as_slice()) else { continue };
            let spans = aid.blocks.iter().flat_map(|block| &block.spans);
            let drawn = spans
                .filter(|span| span.voice == Voice::Drawn)
                .flat_map(|span| span.words.split_whitespace());
            let mut drawn: Vec<&str> = drawn.collect();
            read_in_order += usize::from(drawn == ["above", "below"]);
            drawn.sort_unstable();
            assert_eq!(drawn, ["above", "below"], "octet {octet} at {}: {aid:?}", place - start);
        }
    }
    assert!(read_in_order > 100, "{read_in_order}: the tree was not followed");
}
