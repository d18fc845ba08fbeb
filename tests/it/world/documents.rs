//! PDFs for agencies to ask with: one page that may be signed, and each neighbour of it that may not.

fn file(objects: &[&str], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, body) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }
    let at = out.len();
    let size = objects.len() + 1;
    out.extend_from_slice(table.as_bytes());
    out.extend_from_slice(
        format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{at}\n%%EOF\n").as_bytes(),
    );
    out
}

fn with(catalog: &str, more: &[&str], trailer: &str) -> Vec<u8> {
    let text = "BT /F1 24 Tf 72 720 Td (I support this proposal.) Tj ET";
    let content = format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len());
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>");
    let mut objects = vec![
        catalog.as_str(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        content.as_str(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ];
    objects.extend(more);
    file(&objects, trailer)
}

pub(crate) fn page() -> Vec<u8> {
    with("", &[], "")
}

pub(crate) fn encrypted() -> Vec<u8> {
    let dictionary = "<< /Filter /Standard /V 1 /R 2 /O (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) \
                      /U (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb) /P -4 >>";
    with("", &[dictionary], "/Encrypt 6 0 R /ID [<00> <00>]")
}

/// A classic table and a stream for newer readers, which may say something else.
pub(crate) fn hybrid() -> Vec<u8> {
    with("", &[], "/XRefStm 15")
}

pub(crate) fn with_script() -> Vec<u8> {
    let script = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";
    with("/Names << /JavaScript << /Names [(a) 6 0 R] >> >>", &[script], "")
}

pub(crate) fn with_open_action() -> Vec<u8> {
    with("/OpenAction 6 0 R", &["<< /S /Launch /F (calc.exe) >>"], "")
}

pub(crate) fn with_xfa() -> Vec<u8> {
    with("/AcroForm << /Fields [] /XFA 6 0 R >>", &["<< /Length 6 >>\nstream\n<xdp/>\nendstream"], "")
}

pub(crate) fn with_file() -> Vec<u8> {
    let names = "/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>";
    let file = "<< /Type /EmbeddedFile /Length 1 >>\nstream\nx\nendstream";
    with(names, &["<< /Type /Filespec /F (a) /EF << /F 7 0 R >> >>", file], "")
}

/// The last line is missing.
pub(crate) fn cut() -> Vec<u8> {
    let mut whole = page();
    whole.truncate(whole.len() - 40);
    whole
}

/// The same page in a font that looks different on each device: neither in the file nor one that every reader has.
pub(crate) fn undrawable() -> Vec<u8> {
    let mut file = page();
    let at = file.windows(10).position(|window| window == b"/Helvetica").unwrap();
    file.splice(at..at + 10, *b"/Palatinos");
    file
}
