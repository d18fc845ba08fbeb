//! Universal forgery and signature wrapping (Mladenov et al., CCS 2019): every frame but the exact one is refused.

use pki_core::time::Instant;

use super::super::pades::{PrepareParams, prepare};
use super::super::pdf::samples::{append, last_section, page};
use super::*;

fn signed() -> Vec<u8> {
    let file = page();
    let pdf = Pdf::read(&file).unwrap();
    let params = PrepareParams {
        signing_time: Instant::from_seconds(1_795_000_000),
        evidence_len: 0,
        field_title: "S",
    };
    prepare(&pdf.signable().unwrap(), &params).unwrap().finish(&[0xab; 10]).unwrap()
}

fn frame(file: &[u8]) -> Result<(Range<usize>, usize), FrameError> {
    let pdf = Pdf::read(file).unwrap();
    let [claim] = &claimed(&pdf).unwrap()[..] else { panic!("one signature") };
    claim.frame(&pdf).map(|framed| (framed.hole, framed.end))
}

/// The file with another byte range of the same width.
fn with_range(range: impl FnOnce([usize; 3]) -> String) -> Vec<u8> {
    let mut file = signed();
    let (hole, end) = frame(&file).unwrap();
    let key = file.windows(10).position(|window| window == b"/ByteRange").unwrap();
    let at = key + file[key..].iter().position(|byte| *byte == b'[').unwrap();
    let old = format!("[0 {} {} {}]", hole.start, hole.end, end - hole.end);
    assert!(file[at..].starts_with(old.as_bytes()));
    let new = range([hole.start, hole.end, end - hole.end]);
    file[at..at + old.len()].fill(b' ');
    file[at..at + new.len()].copy_from_slice(new.as_bytes());
    file
}

#[test]
fn iso32000_12_8_1_the_frame_is_exact() {
    let file = signed();
    let (hole, end) = frame(&file).unwrap();
    assert_eq!((file[hole.start], file[hole.end - 1], end), (b'<', b'>', file.len()));
    let ranged = |range: fn([usize; 3]) -> String| frame(&with_range(range)).map(|_| ());
    assert_eq!(ranged(|[a, b, c]| format!("[0 {a} {b} {c}]")), Ok(()));
    assert_eq!(ranged(|[a, b, c]| format!("[1 {a} {b} {c}]")), Err(FrameError::ByteRange));
    assert_eq!(ranged(|[a, b, _]| format!("[0 {a} {b}]")), Err(FrameError::ByteRange));
    assert_eq!(ranged(|[a, b, _]| format!("[0 {a} {b} -1]")), Err(FrameError::ByteRange));
    assert_eq!(ranged(|_| "null".into()), Err(FrameError::ByteRange));
    assert_eq!(ranged(|[a, b, c]| format!("[0 {} {b} {c}]", a + 1)), Err(FrameError::Contents));
    assert_eq!(ranged(|[a, b, c]| format!("[0 {a} {} {c}]", b - 1)), Err(FrameError::Contents));
    assert_eq!(ranged(|[a, b, c]| format!("[0 {a} {b} {}]", c - 2)), Err(FrameError::Coverage));
    // Without the last end of line the revision is whole as well.
    assert_eq!(ranged(|[a, b, c]| format!("[0 {a} {b} {}]", c - 1)), Ok(()));
}

#[test]
fn hexadecimal_digits_are_in_lower_case() {
    let mut file = signed();
    let at = frame(&file).unwrap().0.start + 1;
    assert_eq!(&file[at..at + 2], b"ab");
    file[at] = b'A';
    assert_eq!(frame(&file), Err(FrameError::Contents));
    file[at] = b' ';
    file[at + 1] = b' ';
    assert_eq!(frame(&file), Err(FrameError::Contents), "white space inside");
}

#[test]
fn a_signature_without_contents_is_none() {
    let mut file = signed();
    let at = file.windows(11).rposition(|window| window == b"/Contents <").unwrap();
    file[at..at + 9].copy_from_slice(b"/contents");
    assert_eq!(frame(&file), Err(FrameError::Contents));
}

#[test]
fn a_signature_that_no_field_leads_to_is_found_and_missed() {
    let file = signed();
    let pdf = Pdf::read(&file).unwrap();
    let claim = &claimed(&pdf).unwrap()[0];
    let mut replaced = file.clone();
    append(&mut replaced, &[(claim.reference.number, "<< /Type /Sig >>")], Some(last_section(&file)), "");
    let pdf = Pdf::read(&replaced).unwrap();
    let frames: Vec<Result<(), FrameError>> =
        claimed(&pdf).unwrap().iter().map(|claim| claim.frame(&pdf).map(|_| ())).collect();
    assert_eq!(frames, [Err(FrameError::Orphaned), Err(FrameError::ByteRange)]);
}
