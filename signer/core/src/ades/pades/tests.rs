//! The increments, with octets in place of a CMS.

use super::super::changes::{Save, classify};
use super::super::pdf::samples::*;
use super::*;

fn params() -> PrepareParams<'static> {
    PrepareParams {
        signing_time: Instant::from_seconds(1_795_000_000),
        evidence_len: 3000,
        field_title: "Signature",
    }
}

fn prepared(file: &[u8]) -> Prepared {
    let pdf = Pdf::read(file).unwrap();
    prepare(&pdf.signable().unwrap(), &params()).unwrap()
}

/// Every shape of catalog and page that a signature can meet.
fn shapes() -> Vec<(&'static str, Vec<u8>)> {
    let page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]";
    let shape = |catalog: &str, page: &str, extra: &[(u32, &str)]| {
        page_with(|objects| {
            objects[0].1 = format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>");
            objects[2].1 = format!("<< {page} >>");
            objects.retain(|(old, _)| extra.iter().all(|(number, _)| number != old));
            objects.extend(extra.iter().map(|(number, body)| (*number, (*body).to_owned())));
        })
    };
    let annots = format!("{page} /Annots [6 0 R]");
    let annots_place = format!("{page} /Annots 7 0 R");
    let link = (6, "<< /Subtype /Link /Rect [0 0 9 9] >>");
    vec![
        ("nothing there", page_with(|_| {})),
        ("in an object stream", compressed(&MEMBERS, &[1, 2, 3])),
        ("annotations in the page", shape("", &annots, &[link])),
        ("annotations of their own", shape("", &annots_place, &[link, (7, "[6 0 R]")])),
        (
            "a form in the catalog",
            shape("/AcroForm << /Fields [6 0 R] >>", page, &[(6, "<< /FT /Tx /T (a) >>")]),
        ),
        (
            "a form of its own with fields of their own",
            shape(
                "/AcroForm 6 0 R",
                page,
                &[(6, "<< /Fields 7 0 R /DR << >> >>"), (7, "[5 0 R]"), (5, "<< /FT /Tx /T (Signature1) >>")],
            ),
        ),
        ("tagged", shape("/StructTreeRoot 6 0 R", page, &[(6, "<< /Type /StructTreeRoot >>")])),
        ("extended", shape("/Extensions << /ADBE << /BaseVersion /1.7 >> >>", page, &[])),
    ]
}

#[test]
fn en319142_6_3_a_signature_is_one_allowed_save_in_every_shape() {
    for (name, file) in shapes() {
        let signed = prepared(&file).finish(&[0xab; 100]).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(signed.starts_with(&file), "{name}: the octets before stay");
        let pdf = Pdf::read(&signed).unwrap_or_else(|error| panic!("{name}: {error}"));
        let Ok(Save::Signature(save)) = classify(&pdf, 1) else { panic!("{name}: {:?}", classify(&pdf, 1)) };
        let range = save.dictionary.get("ByteRange").and_then(Object::array).unwrap();
        let numbers: Vec<usize> = range
            .iter()
            .map(|item| match item {
                Object::Integer(value) => usize::try_from(*value).unwrap(),
                _ => panic!("{name}: a number"),
            })
            .collect();
        assert_eq!(numbers[0], 0);
        assert_eq!(signed[numbers[1]], b'<');
        assert_eq!(signed[numbers[2] - 1], b'>');
        assert_eq!(numbers[2] + numbers[3], signed.len(), "{name}: to the end");
        assert!(pdf.signable().is_ok(), "{name}: another person may sign after this one");
        let twice = prepared(&signed).finish(&[0xcd; 100]).unwrap();
        let pdf = Pdf::read(&twice).unwrap();
        assert!(matches!(classify(&pdf, 2), Ok(Save::Signature(_))), "{name}: {:?}", classify(&pdf, 2));
    }
}

#[test]
fn a_foreign_reader_sees_the_same_signature() {
    for (name, file) in shapes() {
        let signed = prepared(&file).finish(&[0xab; 100]).unwrap();
        let document = lopdf::Document::load_mem(&signed).unwrap_or_else(|error| panic!("{name}: {error}"));
        let signature = document
            .objects
            .values()
            .filter_map(|object| object.as_dict().ok())
            .find(|dictionary| dictionary.has(b"ByteRange"))
            .unwrap();
        let contents = signature.get(b"Contents").and_then(lopdf::Object::as_str).unwrap();
        assert_eq!(contents.len(), 4096 + 8192, "{name}");
        assert!(contents.starts_with(&[0xab; 100]), "{name}");
        assert_eq!(document.get_pages().len(), 1, "{name}");
    }
}

#[test]
fn a_file_without_a_last_line_gets_one() {
    let mut file = page();
    assert_eq!(file.pop(), Some(b'\n'));
    let signed = prepared(&file).finish(&[1]).unwrap();
    assert!(signed.starts_with(&[file.as_slice(), b"\n"].concat()));
    let pdf = Pdf::read(&signed).unwrap();
    assert!(matches!(classify(&pdf, 1), Ok(Save::Signature(_))));
    assert_eq!(pdf.revisions()[0].eof(), file.len());
}

#[test]
fn the_digest_covers_all_but_the_hole_and_a_cms_is_never_cut() {
    let prepared = prepared(&page());
    let (digest, room, hole) = (prepared.digest(), prepared.room(), prepared.hole.clone());
    assert_eq!(room, 4096 + 8192);
    assert_eq!(
        prepared.clone().finish(&vec![1; room + 1]),
        Err(PadesError::TooSmall { needed: room + 1, room })
    );
    let signed = prepared.finish(&vec![1; room]).unwrap();
    assert_eq!(hash_parts(&[&signed[..hole.start], &signed[hole.end..]]), digest);
}

#[test]
fn en319142_5_4_2_validation_data_is_one_allowed_save_and_is_merged() {
    for (name, file) in shapes() {
        let signed = prepared(&file).finish(&[0xab; 100]).unwrap();
        let first =
            add_dss(&signed, &[b"one".to_vec(), b"two".to_vec(), b"one".to_vec()], &[b"list".to_vec()])
                .unwrap();
        assert!(first.starts_with(&signed));
        let second = add_dss(&first, &[b"two".to_vec(), b"three".to_vec()], &[b"list".to_vec()]).unwrap();
        let pdf = Pdf::read(&second).unwrap();
        assert!(matches!(classify(&pdf, 2), Ok(Save::ValidationData)), "{name}: {:?}", classify(&pdf, 2));
        assert!(matches!(classify(&pdf, 3), Ok(Save::ValidationData)), "{name}: {:?}", classify(&pdf, 3));
        let dss = pdf.resolve(pdf.catalog_at(4).unwrap().get("DSS").unwrap()).dictionary().unwrap();
        assert_eq!(dss.get("Certs").and_then(Object::array).map(<[_]>::len), Some(3), "{name}");
        assert_eq!(dss.get("CRLs").and_then(Object::array).map(<[_]>::len), Some(1), "{name}");
    }
}

#[test]
fn iso32000_7_9_4_dates() {
    assert_eq!(pdf_date(Instant::from_seconds(1_795_000_000)), "D:20261118110640Z");
}
