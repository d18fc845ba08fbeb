//! Whatever else a save does is seen, by name.

use super::super::pades::{PrepareParams, add_dss, prepare};
use super::super::pdf::samples::*;
use super::*;
use pki_core::time::Instant;

fn signed() -> Vec<u8> {
    let file = page();
    let pdf = Pdf::read(&file).unwrap();
    let params = PrepareParams {
        signing_time: Instant::from_seconds(1_795_000_000),
        evidence_len: 1,
        field_title: "S",
    };
    prepare(&pdf.signable().unwrap(), &params).unwrap().finish(&[1; 10]).unwrap()
}

/// What a save with these objects is, on a signed file.
fn save(objects: &[(u32, &str)], trailer: &str) -> Result<(), Change> {
    let mut file = signed();
    let previous = last_section(&file);
    let id = {
        let text = String::from_utf8_lossy(&file).into_owned();
        let at = text.rfind("/ID").unwrap();
        text[at..at + text[at..].find(']').unwrap() + 1].to_owned()
    };
    append(&mut file, objects, Some(previous), &format!("{id} {trailer}"));
    let pdf = Pdf::read(&file)?;
    classify(&pdf, 2).map(|_| ())
}

/// The catalog of the signed file, with something else in it.
fn catalog(entries: &str) -> String {
    let file = signed();
    let pdf = Pdf::read(&file).unwrap();
    let mut written = Vec::new();
    super::super::pdf::write_object(&Object::Dictionary(pdf.catalog_at(2).unwrap().clone()), &mut written);
    let text = String::from_utf8(written).unwrap();
    format!("{} {entries} >>", text.strip_suffix(">>").unwrap())
}

#[test]
fn nothing_but_validation_data_and_signatures() {
    let dss = catalog("/DSS 20 0 R");
    let good = [
        (1, dss.as_str()),
        (20, "<< /Type /DSS /Certs [21 0 R] >>"),
        (21, "<< /Length 1 >>\nstream\nx\nendstream"),
    ];
    assert_eq!(save(&good, ""), Ok(()));
    // Text: the content of the page, or another content.
    assert_eq!(
        save(&[good[0], good[1], good[2], (4, "<< /Length 1 >>\nstream\nx\nendstream")], ""),
        Err(Change::Object { number: 4 })
    );
    assert_eq!(save(&[good[0], good[1], good[2], (30, "null")], ""), Err(Change::Object { number: 30 }));
    let other_page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 21 0 R >>";
    assert_eq!(save(&[good[0], good[1], good[2], (3, other_page)], ""), Err(Change::Object { number: 3 }));
    assert_eq!(save(&[(4, "<< /Length 1 >>\nstream\nx\nendstream")], ""), Err(Change::ValidationData));
    // An empty save says nothing and is not ours either.
    assert_eq!(save(&[], ""), Err(Change::ValidationData));
    assert_eq!(save(&good, "/Info 20 0 R"), Err(Change::Trailer));
    assert_eq!(save(&good, "/Else 1"), Err(Change::Trailer));
    let language = catalog("/DSS 20 0 R /Lang (en)");
    assert_eq!(save(&[(1, &language), good[1], good[2]], ""), Err(Change::Catalog("Lang".into())));
    let action = catalog("/DSS 20 0 R /OpenAction [3 0 R /Fit]");
    assert_eq!(save(&[(1, &action), good[1], good[2]], ""), Err(Change::Catalog("OpenAction".into())));
}

#[test]
fn validation_data_is_plain() {
    let dss = catalog("/DSS 20 0 R");
    let with =
        |dictionary: &str, stream: &str| save(&[(1, dss.as_str()), (20, dictionary), (21, stream)], "");
    let plain = "<< /Length 1 >>\nstream\nx\nendstream";
    assert_eq!(with("<< /Type /DSS /CRLs [21 0 R] >>", plain), Ok(()));
    assert_eq!(with("<< /Type /DSS /VRI << >> /CRLs [21 0 R] >>", plain), Err(Change::ValidationData));
    assert_eq!(with("<< /CRLs [21 0 R] >>", plain), Err(Change::ValidationData));
    assert_eq!(with("<< /Type /DSS /CRLs [21 0 R 21 0 R] >>", plain), Err(Change::ValidationData));
    assert_eq!(with("<< /Type /DSS /CRLs [4 0 R] >>", plain), Err(Change::ValidationData));
    assert_eq!(with("<< /Type /DSS >>", plain), Err(Change::Object { number: 21 }));
    assert_eq!(
        with("<< /Type /DSS /CRLs [21 0 R] >>", "<< /X 1 /Length 1 >>\nstream\nx\nendstream"),
        Err(Change::ValidationData)
    );
}

#[test]
fn older_validation_data_stays() {
    let file = add_dss(&signed(), &[b"one".to_vec()], &[]).unwrap();
    let pdf = Pdf::read(&file).unwrap();
    let dss = pdf.catalog_at(3).unwrap().reference("DSS").unwrap();
    let mut without = file.clone();
    let previous = last_section(&file);
    let text = String::from_utf8_lossy(&file).into_owned();
    let id = &text[text.rfind("/ID").unwrap()..];
    let id = id[..=id.find(']').unwrap()].to_owned();
    let mut written = Vec::new();
    let mut other = pdf.catalog_at(3).unwrap().clone();
    other.set("DSS", Reference { number: dss.number + 5, generation: 0 }.into());
    super::super::pdf::write_object(&Object::Dictionary(other), &mut written);
    let catalog = String::from_utf8(written).unwrap();
    append(&mut without, &[(1, &catalog), (dss.number + 5, "<< /Type /DSS >>")], Some(previous), &id);
    let pdf = Pdf::read(&without).unwrap();
    assert_eq!(classify(&pdf, 3).map(|_| ()), Err(Change::ValidationData));
}

#[test]
fn an_annotation_after_signing_is_seen() {
    let file = signed();
    let pdf = Pdf::read(&file).unwrap();
    let field = pdf.fields_at(2).unwrap()[0].reference;
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> /Annots [{} 0 R 20 0 R] >>",
        field.number
    );
    let note = "<< /Type /Annot /Subtype /FreeText /Rect [0 0 99 99] /AP << /N 4 0 R >> >>";
    assert_eq!(save(&[(3, &page), (20, note)], ""), Err(Change::ValidationData));
    // The same as an unsigned signature field on top of the text.
    let form =
        catalog("").replace(&format!("[{} 0 R]", field.number), &format!("[{} 0 R 20 0 R]", field.number));
    let widget = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (x) /TU (x) /V 21 0 R /P 3 0 R /F 132 /Rect [0 0 9 9] >>";
    assert_eq!(
        save(&[(1, &form), (3, &page), (20, widget), (21, "<< /Type /Sig >>")], ""),
        Err(Change::Widget)
    );
    let invisible = widget.replace("[0 0 9 9]", "[0 0 0 0]");
    let bare = save(&[(1, &form), (3, &page), (20, &invisible), (21, "<< /Type /Sig >>")], "");
    assert_eq!(bare, Err(Change::SignatureDictionary));
    let signature = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:x) /ByteRange [] /Contents <> >>";
    assert_eq!(save(&[(1, &form), (3, &page), (20, &invisible), (21, signature)], ""), Ok(()));
    let reason = signature.replace("/M (D:x)", "/M (D:x) /Reason (I agree)");
    assert_eq!(
        save(&[(1, &form), (3, &page), (20, &invisible), (21, &reason)], ""),
        Err(Change::SignatureDictionary)
    );
    let moved = page.replace("595 842", "595 800");
    assert_eq!(
        save(&[(1, &form), (3, &moved), (20, &invisible), (21, signature)], ""),
        Err(Change::Page("MediaBox".into()))
    );
    // The first signature's own field, moved.
    let first = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /F 132 /Rect [0 0 9 9] >>";
    assert_eq!(
        save(&[(1, &form), (3, &page), (20, &invisible), (21, signature), (field.number, first)], ""),
        Err(Change::Object { number: field.number })
    );
}
