//! For each accept its nearest reject, with the exact reason.

use super::samples::*;
use super::*;

fn read(file: &[u8]) -> Result<usize, Refusal> {
    let pdf = Pdf::read(file)?;
    pdf.pages().map(|pages| pages.len())
}

fn door(file: &[u8]) -> Result<(), Refusal> {
    Pdf::read(file)?.signable().map(|_| ())
}

fn replaced(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "offsets must stay");
    let at = file.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    let mut file = file.to_vec();
    file[at..at + to.len()].copy_from_slice(to.as_bytes());
    file
}

#[test]
fn iso32000_7_5_a_whole_file_is_read_in_both_styles() {
    assert_eq!(read(&page()), Ok(1));
    let file = compressed(&MEMBERS, &[1, 2, 3]);
    assert_eq!(read(&file), Ok(1));
    assert_eq!(Pdf::read(&file).unwrap().revisions()[0].style(), CrossReference::Stream);
    assert_eq!(door(&page()), Ok(()));
    assert_eq!(door(&file), Ok(()));
}

#[test]
fn iso32000_7_5_2_the_frame_is_exact() {
    let file = page();
    assert_eq!(read(&[b"\n", file.as_slice()].concat()), Err(Refusal::NoHeader));
    assert_eq!(read(&replaced(&file, "%PDF-1.7", "%PDF-1.8")), Err(Refusal::NoHeader));
    assert_eq!(read(&[file.as_slice(), b"\n"].concat()), Err(Refusal::BytesAfterEnd));
    assert_eq!(
        read(
            &[file.as_slice(), b"junk that is longer than the end of a file, so that it is not in sight"]
                .concat()
        ),
        Err(Refusal::BytesAfterEnd)
    );
    assert_eq!(read(&file[..file.len() - 1]), Ok(1), "no end of line after the end");
    assert_eq!(read(&file[..file.len() - 2]), Err(Refusal::NoEnd));
    assert_eq!(read(&file[..file.len() / 2]), Err(Refusal::NoEnd));
    assert_eq!(read(b""), Err(Refusal::NoHeader));
}

#[test]
fn iso32000_7_5_4_nothing_is_repaired() {
    let file = page();
    let section = last_section(&file);
    let wrong = replaced(&file, &format!("startxref\n{section}"), &format!("startxref\n{}", section + 1));
    assert_eq!(
        read(&wrong),
        Err(Refusal::BrokenCrossReference {
            at: section + 1,
            why: "neither a table nor a stream stands there"
        })
    );
    let empty_line = String::from_utf8_lossy(&file[section..]).replace("trailer", "\ntrailer");
    assert_eq!(read(&[&file[..section], empty_line.as_bytes()].concat()), Ok(1));
    let narrow = replaced(&file, "00000 n \n", "00000 n\n ");
    assert!(matches!(
        read(&narrow),
        Err(Refusal::BrokenCrossReference { why: "an entry is not as it must be", .. })
    ));
    assert!(matches!(
        read(&replaced(&file, "/Size 8", "/Size 5")),
        Err(Refusal::BrokenCrossReference { why: "/Size is missing or too small", .. })
    ));
    assert_eq!(
        read(&replaced(&file, "4 0 obj", "9 0 obj")),
        Err(Refusal::Malformed {
            at: file.windows(7).position(|window| window == b"4 0 obj").unwrap(),
            why: "another object stands there"
        })
    );
}

#[test]
fn readers_that_differ_see_nothing_here() {
    let with = |trailer: &str| {
        let mut file = page();
        let previous = last_section(&file);
        append(&mut file, &[(5, "<< /Type /Font >>")], Some(previous), trailer);
        read(&file)
    };
    assert_eq!(with(""), Ok(1));
    assert_eq!(with("/XRefStm 9"), Err(Refusal::Hybrid));
    assert_eq!(with("/Encrypt 5 0 R"), Err(Refusal::Encrypted));
    assert!(matches!(with("/Size 9"), Err(Refusal::DuplicateKey { .. })));
    assert_eq!(
        read(&page_and(5, "<< /A 1 /A 2 >>"))
            .map_err(|refusal| matches!(refusal, Refusal::DuplicateKey { .. })),
        Err(true)
    );
    let nul = replaced(&page(), "<< /Type /Font", "<<\0/Type /Font");
    assert!(matches!(read(&nul), Err(Refusal::NulAsSpace { .. })));
}

#[test]
fn every_octet_belongs_to_something() {
    // An object that no cross-reference names.
    let mut file = b"%PDF-1.7\n".to_vec();
    file.extend_from_slice(b"9 0 obj\n<< /Hidden true >>\nendobj\n");
    let hidden = file.len();
    let mut objects = Vec::new();
    for (number, body) in MEMBERS {
        objects.push((number, file.len()));
        file.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }
    let mut listed = file.clone();
    table(&mut file, &objects, None, "");
    assert_eq!(read(&file), Err(Refusal::Unaccounted { at: 9 }));
    objects.push((9, 9));
    table(&mut listed, &objects, None, "");
    assert_eq!(read(&listed), Ok(1));
    // The same octets as two objects.
    let twice = replaced(&listed, &format!("{hidden:010}"), "0000000009");
    assert!(matches!(read(&twice), Err(Refusal::Malformed { at: 9, .. })));
}

#[test]
fn an_object_stands_once_in_a_revision_and_stays_in_it() {
    let mut file = page();
    let previous = last_section(&file);
    let font = file.windows(7).position(|window| window == b"5 0 obj").unwrap();
    let mut again = file.clone();
    let offset = again.len();
    again.extend_from_slice(b"5 0 obj\nnull\nendobj\n");
    table(&mut again, &[(5, offset), (5, offset)], Some(previous), "");
    assert_eq!(read(&again), Err(Refusal::DuplicateObject { number: 5 }));
    // Shadow attack by reference: a later revision calls up octets of an earlier one.
    table(&mut file, &[(5, font)], Some(previous), "");
    assert_eq!(read(&file), Err(Refusal::ForeignRevision { number: 5 }));
}

#[test]
fn objects_may_not_overlap() {
    let inner = "4 0 obj\nnull\nendobj";
    let file = page_and(5, &stream(inner));
    let at = file.windows(inner.len()).position(|window| window == inner.as_bytes()).unwrap();
    let old = file.windows(8).position(|window| window == b"4 0 obj\n").unwrap();
    let overlapping = replaced(&file, &format!("{old:010}"), &format!("{at:010}"));
    assert_eq!(read(&file), Ok(1));
    assert_eq!(read(&overlapping), Err(Refusal::Unaccounted { at: old }));
    let both = {
        let mut file = file[..last_section(&file)].to_vec();
        let offset = |word: &[u8]| file.windows(word.len()).position(|window| window == word).unwrap();
        let mut entries: Vec<(u32, usize)> =
            (1..=5).map(|number| (number, offset(format!("{number} 0 obj\n").as_bytes()))).collect();
        let inner = "7 0 obj\nnull\nendobj";
        file = replaced(&file, "4 0 obj\nnull\nendobj", inner);
        entries.push((7, at));
        table(&mut file, &entries, None, "");
        file
    };
    assert_eq!(read(&both), Err(Refusal::Overlap { at }));
}

#[test]
fn iso32000_7_5_7_an_object_stream_holds_what_is_named() {
    let mut members = MEMBERS.to_vec();
    members.push((5, "(hidden)"));
    assert_eq!(read(&compressed(&members, &[1, 2, 3, 5])), Ok(1));
    assert!(matches!(
        read(&compressed(&members, &[1, 2, 3])),
        Err(Refusal::BadStream { why: "its objects are not those that the cross-reference names", .. })
    ));
}

#[test]
fn content_cannot_hide_behind_structure() {
    // An increment whose cross-reference stream takes the number of the page's content.
    let file = compressed(&MEMBERS, &[1, 2, 3]);
    let hiding = |number: u32| {
        let mut file = file.clone();
        let (previous, section) = (last_section(&file), file.len());
        let dictionary =
            format!("/Type /XRef /W [1 4 2] /Index [] /Size 12 /Root 1 0 R /Prev {previous} /Length 0");
        file.extend_from_slice(
            format!("{number} 0 obj\n<< {dictionary} >>\nstream\n\nendstream\nendobj\nstartxref\n{section}\n%%EOF\n")
                .as_bytes(),
        );
        read(&file)
    };
    assert_eq!(hiding(11), Ok(1));
    assert_eq!(hiding(4), Err(Refusal::DuplicateObject { number: 4 }));
    assert_eq!(hiding(6), Err(Refusal::DuplicateObject { number: 6 }));
}

#[test]
fn the_pages_tree_is_a_tree() {
    let pages = |kids: &str, count: u32| {
        read(&page_with(|objects| {
            objects[1].1 = format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>");
        }))
    };
    assert_eq!(pages("3 0 R", 1), Ok(1));
    assert_eq!(pages("3 0 R", 2), Err(Refusal::BrokenPages("a node counts other pages than it has")));
    assert_eq!(pages("3 0 R 3 0 R", 2), Err(Refusal::BrokenPages("it loops or is too deep")));
    assert_eq!(pages("2 0 R", 1), Err(Refusal::BrokenPages("it loops or is too deep")));
    assert_eq!(pages("", 0), Err(Refusal::NoPage));
    assert_eq!(read(&catalog_with("/Type2 /X", "null")), Ok(1));
    assert_eq!(read(&page_and(1, "<< /Pages 2 0 R >>")), Err(Refusal::NoCatalog));
}

#[test]
fn what_runs_is_not_signed() {
    let action = |body: &str| door(&catalog_with("/OpenAction 6 0 R", body));
    assert_eq!(action("[3 0 R /Fit]"), Ok(()));
    assert_eq!(action("<< /S /GoTo /D [3 0 R /Fit] >>"), Ok(()));
    assert_eq!(action("<< /S /URI /URI (https://example.com) >>"), Err(Refusal::Action));
    assert_eq!(action("<< /S /JavaScript /JS (x) >>"), Err(Refusal::Script));
    assert_eq!(action("<< /S /Launch /Win << >> >>"), Err(Refusal::Action));
    assert_eq!(door(&catalog_with("/AA << >>", "null")), Err(Refusal::Action));
    assert_eq!(door(&catalog_with("/Names << /JavaScript 6 0 R >>", "null")), Err(Refusal::Script));
    assert_eq!(door(&catalog_with("/Names << /Dests 6 0 R >>", "<< >>")), Ok(()));
    let link = |action: &str| door(&annotated(&format!("<< /Subtype /Link /Rect [0 0 9 9] /A {action} >>")));
    assert_eq!(link("<< /S /URI /URI (https://example.com) >>"), Ok(()));
    assert_eq!(link("<< /S /SubmitForm >>"), Err(Refusal::Action));
    assert_eq!(link("<< /S /GoTo /D (a) /Next << /S /JavaScript >> >>"), Err(Refusal::Script));
}

#[test]
fn what_can_look_different_is_not_signed() {
    assert_eq!(door(&catalog_with("/AcroForm 6 0 R", "<< /Fields [] >>")), Ok(()));
    assert_eq!(door(&catalog_with("/AcroForm 6 0 R", "<< /Fields [] /XFA [] >>")), Err(Refusal::Xfa));
    assert_eq!(
        door(&catalog_with("/AcroForm 6 0 R", "<< /Fields [] /NeedAppearances true >>")),
        Err(Refusal::NoAppearance)
    );
    assert_eq!(door(&catalog_with("/Perms << >>", "null")), Err(Refusal::Certified));
    assert_eq!(door(&catalog_with("/Names << /EmbeddedFiles 6 0 R >>", "null")), Err(Refusal::EmbeddedFile));
    assert_eq!(door(&catalog_with("/AF [6 0 R]", "null")), Err(Refusal::EmbeddedFile));
    let layers = |default: &str| {
        door(&catalog_with("/OCProperties 6 0 R", &format!("<< /OCGs [] /D << {default} >> >>")))
    };
    assert_eq!(layers("/OFF []"), Ok(()));
    assert_eq!(layers("/OFF [5 0 R]"), Err(Refusal::HiddenLayers));
    assert_eq!(layers("/BaseState /OFF"), Err(Refusal::HiddenLayers));
    assert_eq!(layers("/AS [<< >>]"), Err(Refusal::HiddenLayers));
    let unit = |unit: &str| door(&page_and(3, &format!("<< /Type /Page /Parent 2 0 R /UserUnit {unit} >>")));
    assert_eq!(unit("1"), Ok(()));
    assert_eq!(unit("1.0"), Ok(()));
    assert_eq!(unit("1.1"), Err(Refusal::UserUnit));
    assert_eq!(door(&page_and(5, "<< /Subtype /Image /Alternates [] >>")), Err(Refusal::Alternates));
    let external = "<< /F (elsewhere) /Length 0 >>\nstream\n\nendstream";
    assert_eq!(door(&page_and(4, external)), Err(Refusal::ExternalStream { number: 4 }));
    assert_eq!(
        door(&page_and(4, "<< /Filter [/Crypt] /Length 0 >>\nstream\n\nendstream")),
        Err(Refusal::Encrypted)
    );
}

#[test]
fn iso32000_12_5_5_annotations_have_a_fixed_appearance() {
    let note =
        |entries: &str| door(&annotated(&format!("<< /Subtype /FreeText /Rect [0 0 9 9] {entries} >>")));
    assert_eq!(note("/AP << /N 7 0 R >>"), Ok(()));
    assert_eq!(note(""), Err(Refusal::NoAppearance));
    assert_eq!(note("/AP << /N << /On 7 0 R >> >>"), Err(Refusal::NoAppearance));
    assert_eq!(note("/AP << /N << /On 7 0 R >> >> /AS /On"), Ok(()));
    assert_eq!(note("/AP << /N 7 0 R >> /F 4"), Ok(()));
    assert_eq!(note("/AP << /N 7 0 R >> /F 2"), Err(Refusal::HiddenAnnotation));
    assert_eq!(door(&annotated("<< /Subtype /RichMedia >>")), Err(Refusal::Media));
    assert_eq!(door(&annotated("<< /Subtype /FileAttachment >>")), Err(Refusal::EmbeddedFile));
    let signature = |rect: &str| door(&annotated(&format!("<< /Subtype /Widget /FT /Sig /Rect {rect} >>")));
    assert_eq!(signature("[0 0 0 0]"), Ok(()));
    assert_eq!(signature("[0 0 1 1]"), Err(Refusal::NoAppearance));
}

#[test]
fn fields_have_one_name_each() {
    let form = |second: &str| {
        door(&page_with(|objects| {
            objects[0].1 = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 7 0 R] >> >>".into();
            objects.push((6, "<< /FT /Tx /T (one) >>".into()));
            objects.push((7, second.into()));
        }))
    };
    assert_eq!(form("<< /FT /Tx /T (two) >>"), Ok(()));
    assert_eq!(form("<< /FT /Tx /T (one) >>"), Err(Refusal::BrokenForm("two fields have the same name")));
    assert_eq!(form("<< /FT /Tx >>"), Err(Refusal::BrokenForm("a field has no name")));
    assert_eq!(form("<< /T (two) /Kids [7 0 R] >>"), Err(Refusal::BrokenForm("it loops or is too deep")));
}

#[test]
fn a_foreign_writer_is_read() {
    use lopdf::{Document, Object, dictionary};
    for modern in [false, true] {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let page = document.add_object(dictionary! { "Type" => "Page", "Parent" => pages });
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, Object::Dictionary(tree));
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let mut file = Vec::new();
        if modern {
            document.save_modern(&mut file).unwrap();
        } else {
            document.save_to(&mut file).unwrap();
        }
        assert_eq!(door(&file), Ok(()), "modern: {modern}");
    }
}

#[test]
fn a_reader_is_not_worn_out() {
    // As many values as are read, and one more: `<<`, the key's array, and its items.
    let items = |count: usize| page_and(5, &format!("<< /A [{}] >>", "0 ".repeat(count)));
    assert_eq!(read(&items(100_000)), Ok(1));
    assert_eq!(read(&items(VALUES_MAX)), Err(Refusal::TooManyObjects));
    // A dictionary of many keys is read and compared without trying each against each.
    let keys: String = (0..200_000).map(|key| format!("/K{key} 0 ")).collect();
    let file = page_and(5, &format!("<< {keys} >>"));
    let pdf = Pdf::read(&file).unwrap();
    let font = pdf.object(Reference { number: 5, generation: 0 }).unwrap();
    assert_eq!(font, &font.clone());
    let (mut file, entry) = (page(), "0000000000 00000 n \n".repeat(2));
    let section = file.len();
    file.extend_from_slice(format!("xref\n0 {OBJECTS_MAX}\n{entry}").as_bytes());
    file.extend_from_slice(format!("trailer\n<< >>\nstartxref\n{section}\n%%EOF\n").as_bytes());
    assert!(matches!(read(&file), Err(Refusal::BrokenCrossReference { .. })));
}
