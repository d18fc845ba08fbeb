//! PDFs made in code, for tests: right ones, and each wrong one as an edit of a right one.

use std::fmt::Write as _;

/// One page of text with a classic cross-reference table. `edit` changes the objects before they are laid out.
pub(crate) fn page_with(edit: impl FnOnce(&mut Vec<(u32, String)>)) -> Vec<u8> {
    let mut objects: Vec<(u32, String)> = vec![
        (1, "<< /Type /Catalog /Pages 2 0 R >>".into()),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into()),
        (
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
             /Resources << /Font << /F1 5 0 R >> >> >>"
                .into(),
        ),
        (4, stream("BT /F1 24 Tf 72 720 Td (A proposal) Tj ET")),
        (5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into()),
    ];
    edit(&mut objects);
    let objects: Vec<(u32, &str)> = objects.iter().map(|(number, body)| (*number, body.as_str())).collect();
    let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    append(&mut file, &objects, None, "");
    file
}

/// One page of text.
pub(crate) fn page() -> Vec<u8> {
    page_with(|_| {})
}

/// One page, with the body of one object replaced or added.
pub(crate) fn page_and(number: u32, body: &str) -> Vec<u8> {
    page_with(|objects| {
        objects.retain(|(old, _)| *old != number);
        objects.push((number, body.into()));
    })
}

/// One page whose catalog has more in it, and one more object.
pub(crate) fn catalog_with(entries: &str, extra: &str) -> Vec<u8> {
    page_with(|objects| {
        objects[0].1 = format!("<< /Type /Catalog /Pages 2 0 R {entries} >>");
        objects.push((6, extra.into()));
    })
}

/// One page with one annotation.
pub(crate) fn annotated(annotation: &str) -> Vec<u8> {
    page_with(|objects| {
        objects[2].1 = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [6 0 R] >>".into();
        objects.push((6, annotation.into()));
        objects.push((7, stream("")));
    })
}

pub(crate) fn stream(data: &str) -> String {
    format!("<< /Length {} >>\nstream\n{data}\nendstream", data.len())
}

/// Appends objects with a table, as one more save of the file.
pub(crate) fn append(file: &mut Vec<u8>, objects: &[(u32, &str)], previous: Option<usize>, trailer: &str) {
    let mut entries = Vec::new();
    for (number, body) in objects {
        entries.push((*number, file.len()));
        file.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }
    table(file, &entries, previous, trailer);
}

/// A table with exactly these entries, and the end of the file.
pub(crate) fn table(file: &mut Vec<u8>, entries: &[(u32, usize)], previous: Option<usize>, trailer: &str) {
    let section = file.len();
    let mut text = String::from("xref\n");
    if previous.is_none() {
        text.push_str("0 1\n0000000000 65535 f \n");
    }
    for (number, offset) in entries {
        write!(text, "{number} 1\n{offset:010} 00000 n \n").unwrap();
    }
    let size = entries.iter().map(|(number, _)| number + 1).max().unwrap_or(0).max(8);
    write!(text, "trailer\n<< /Size {size} /Root 1 0 R {trailer}").unwrap();
    if let Some(previous) = previous {
        write!(text, " /Prev {previous}").unwrap();
    }
    write!(text, " >>\nstartxref\n{section}\n%%EOF\n").unwrap();
    file.extend_from_slice(text.as_bytes());
}

/// Where the last cross-reference of a file begins, as its end says.
pub(crate) fn last_section(file: &[u8]) -> usize {
    let text = String::from_utf8_lossy(&file[file.len() - 40..]).into_owned();
    text.split("startxref").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap()
}

/// The same page with a cross-reference stream and its dictionaries in an object stream. `listed` are the members
/// that the cross-reference names.
pub(crate) fn compressed(members: &[(u32, &str)], listed: &[u32]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = vec![(4u32, file.len())];
    file.extend_from_slice(format!("4 0 obj\n{}\nendobj\n", stream("BT ET")).as_bytes());
    let (mut head, mut body) = (String::new(), String::new());
    for (number, text) in members {
        write!(head, "{number} {} ", body.len()).unwrap();
        write!(body, "{text} ").unwrap();
    }
    offsets.push((6, file.len()));
    let data = format!("{head}{body}");
    let dictionary =
        format!("/Type /ObjStm /N {} /First {} /Length {}", members.len(), head.len(), data.len());
    file.extend_from_slice(
        format!("6 0 obj\n<< {dictionary} >>\nstream\n{data}\nendstream\nendobj\n").as_bytes(),
    );
    let section = file.len();
    offsets.push((7, section));
    let mut rows: Vec<(u32, [u8; 7])> = vec![(0, [0; 7])];
    for (number, offset) in offsets {
        let offset = u32::try_from(offset).unwrap().to_be_bytes();
        rows.push((number, [1, offset[0], offset[1], offset[2], offset[3], 0, 0]));
    }
    for (index, (number, _)) in members.iter().enumerate().filter(|(_, (number, _))| listed.contains(number))
    {
        rows.push((*number, [2, 0, 0, 0, 6, 0, u8::try_from(index).unwrap()]));
    }
    rows.sort_unstable();
    let index: String = rows.iter().map(|(number, _)| format!("{number} 1 ")).collect();
    let data: Vec<u8> = rows.iter().flat_map(|(_, row)| *row).collect();
    let dictionary =
        format!("/Type /XRef /W [1 4 2] /Index [{index}] /Size 8 /Root 1 0 R /Length {}", data.len());
    file.extend_from_slice(format!("7 0 obj\n<< {dictionary} >>\nstream\n").as_bytes());
    file.extend_from_slice(&data);
    file.extend_from_slice(format!("\nendstream\nendobj\nstartxref\n{section}\n%%EOF\n").as_bytes());
    file
}

/// The members of [`compressed`] that make one page.
pub(crate) const MEMBERS: [(u32, &str); 3] = [
    (1, "<< /Type /Catalog /Pages 2 0 R >>"),
    (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
    (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"),
];
