//! Ana signs a page; then everything that can be wrong with the file is made wrong, one thing at a time.

use pki_core::act::{ActError, Evidence, EvidenceError};
use pki_core::cms::CmsError;

use super::country::{Country, Dials, NOW};
use super::*;
use crate::ades::pades::without_evidence;
use crate::ades::pdf::samples::{append, last_section, page, page_and, stream};

/// When a stranger checks: an hour later, when the signer's certificate has long ended.
const LATER: Instant = NOW.plus_seconds(3600);

fn verdict(file: &[u8], country: &Country) -> (Verdict, Option<Finding>) {
    let report = validate(file, &country.anchors(), LATER);
    (report.verdict(), report.reason().cloned())
}

#[test]
fn en319102_1_5_5_a_signed_file_is_genuine_from_the_root_alone() {
    let country = Country::new();
    let file = country.sign(&page(), &Dials::default());
    for at in [NOW.plus_seconds(2), LATER, NOW.plus_seconds(4 * 365 * 86_400)] {
        let report = validate(&file, &country.anchors(), at);
        assert_eq!(report.verdict(), Verdict::Genuine, "{:#?}", report.contents);
        let [signature] = report.signatures() else { panic!("one signature") };
        assert_eq!(signature.level, Some(Level::Lt));
        assert_eq!(signature.claimed_at, Some(NOW));
        assert_eq!(signature.proved_at, Some(NOW.plus_seconds(1)));
        let signer = signature.signer.as_ref().unwrap();
        assert_eq!((signer.name.as_str(), signer.vouched, signer.sandbox), ("Ana Lucía Vidal", true, true));
        let act = signature.act.as_ref().unwrap();
        assert_eq!((act.requester_name.as_str(), act.receipt.as_str()), ("Open Assembly", "R26-0000-ZZZZ"));
        assert_eq!(act.assurance, Assurance::Sandbox);
        let steps: Vec<&str> = signature.checks.iter().map(|check| check.step.clause()).collect();
        assert_eq!(
            steps,
            [
                "EN 319 102-1 5.2.2",
                "EN 319 102-1 5.2.3",
                "EN 319 102-1 5.2.7",
                "EN 319 102-1 5.4",
                "EN 319 102-1 5.2.6",
                "EN 319 102-1 5.2.5",
                "EN 319 102-1 5.2.8",
                "docs/formats.md 1",
                "ISO 32000-1 12.8.1",
                "EN 319 102-1 5.2.4",
            ]
        );
    }
    let bundle = Anchors::read(&country.bundle()).unwrap();
    assert_eq!(bundle.roots(), country.anchors().roots());
}

#[test]
fn every_bit_counts() {
    // Small: the hole is made for no evidence, which still leaves room for it, and no certificate stands twice.
    let country = Country::quick();
    let dials = Dials { evidence_len: Some(0), dss_certificates: false, ..Dials::default() };
    let file = country.sign(&page(), &dials);
    let genuine = validate(&file, &country.anchors(), LATER);
    assert_eq!(genuine.verdict(), Verdict::Genuine);
    let covered = genuine.signatures()[0].covers.unwrap();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (country, file, genuine) = (&country, &file, &genuine);
            scope.spawn(move || {
                let anchors = country.anchors();
                let mut flipped = file.clone();
                for at in (thread..file.len()).step_by(threads) {
                    for bit in 0..8 {
                        flipped[at] ^= 1 << bit;
                        let report = validate(&flipped, &anchors, LATER);
                        flipped[at] ^= 1 << bit;
                        if report.verdict() != Verdict::Genuine {
                            continue;
                        }
                        assert!(at >= covered, "octet {at} of the signed revision, bit {bit}");
                        assert_eq!(report.contents, genuine.contents, "octet {at}, bit {bit}");
                    }
                }
            });
        }
    });
}

#[test]
fn a_file_without_a_signature_confirms_nothing() {
    let country = Country::new();
    assert_eq!(verdict(&page(), &country), (Verdict::CannotBeConfirmed, Some(Finding::NoSignature)));
    let (not_genuine, reason) = verdict(b"hello", &country);
    assert_eq!((not_genuine, reason), (Verdict::NotGenuine, Some(Finding::NotAPdf)));
}

#[test]
fn the_document_may_not_change() {
    let country = Country::new();
    let file = country.sign(&page(), &Dials::default());
    let at = file.windows(10).position(|window| window == b"A proposal").unwrap();
    let mut changed = file.clone();
    changed[at] = b'B';
    assert_eq!(
        verdict(&changed, &country),
        (Verdict::NotGenuine, Some(Finding::Document(CmsError::DigestMismatch)))
    );
}

#[test]
fn nothing_may_follow_the_end() {
    let country = Country::new();
    let file = country.sign(&page(), &Dials::default());
    for tail in [&b"\n"[..], b" ", b"%", b"<html>"] {
        let longer = [&file, tail].concat();
        let (verdict, reason) = verdict(&longer, &country);
        assert_eq!(verdict, Verdict::NotGenuine);
        assert_eq!(reason, Some(Finding::Unreadable(Refusal::BytesAfterEnd)));
    }
    let shorter = &file[..file.len() - 200];
    assert_eq!(verdict(shorter, &country).0, Verdict::NotGenuine);
}

#[test]
fn text_or_a_note_added_later_is_not_genuine() {
    let country = Country::new();
    let file = country.sign(&page(), &Dials::default());
    let id = {
        let text = String::from_utf8_lossy(&file).into_owned();
        let at = text.rfind("/ID").unwrap();
        text[at..=at + text[at..].find(']').unwrap()].to_owned()
    };
    let field = file.windows(10).rposition(|window| window == b"/FT /Sig /").unwrap();
    assert!(field > 0);
    let save = |objects: &[(u32, &str)]| {
        let mut changed = file.clone();
        append(&mut changed, objects, Some(last_section(&file)), &id);
        verdict(&changed, &country)
    };
    let text = stream("BT /F1 24 Tf 72 700 Td (I give my house away) Tj ET");
    assert_eq!(
        save(&[(4, &text)]),
        (Verdict::NotGenuine, Some(Finding::ChangedAfter(Change::ValidationData)))
    );
    let note = "<< /Type /Annot /Subtype /FreeText /Rect [0 0 99 99] /AP << /N 4 0 R >> >>";
    let page =
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [9 0 R 30 0 R] >>";
    assert_eq!(save(&[(3, page), (30, note)]).0, Verdict::NotGenuine);
    // The whole form taken away: the signature is still found, and missed.
    let (verdict, reason) = save(&[(1, "<< /Type /Catalog /Pages 2 0 R >>")]);
    assert_eq!(verdict, Verdict::NotGenuine);
    assert_eq!(reason, Some(Finding::Frame(crate::ades::signature::FrameError::Orphaned)));
}

#[test]
fn evidence_taken_out_cannot_be_confirmed_and_nothing_else_changes() {
    let country = Country::new();
    let file = country.sign(&page(), &Dials::default());
    let copy = without_evidence(&file).unwrap();
    assert_eq!(copy.len(), file.len());
    let report = validate(&copy, &country.anchors(), LATER);
    assert_eq!(report.verdict(), Verdict::CannotBeConfirmed);
    assert_eq!(report.reason(), Some(&Finding::EvidenceMissing));
    let open = report.signatures()[0].checks.iter().filter(|check| check.outcome != Outcome::Passed).count();
    assert_eq!(open, 1, "all else is as before");
    assert_eq!(report.signatures()[0].act, None);
    assert!(without_evidence(&copy).is_err(), "there is nothing more to take out");
}

#[test]
fn evidence_of_another_file_is_not_genuine() {
    let country = Country::new();
    let other = page_and(4, &stream("BT (Another proposal) Tj ET"));
    let file = country.sign(&page(), &Dials { shown: Some(other), ..Dials::default() });
    let (verdict, reason) = verdict(&file, &country);
    assert_eq!((verdict, reason), (Verdict::NotGenuine, Some(Finding::OtherLength)));
    // The same length, so that only the hash differs.
    let twin = page_and(4, &stream("BT /F1 24 Tf 72 720 Td (B proposal) Tj ET"));
    assert_eq!(twin.len(), page_and(4, &stream("BT /F1 24 Tf 72 720 Td (A proposal) Tj ET")).len());
    let shown = page_and(4, &stream("BT /F1 24 Tf 72 720 Td (A proposal) Tj ET"));
    let file = country.sign(&twin, &Dials { shown: Some(shown), ..Dials::default() });
    let reason = self::verdict(&file, &country).1;
    assert_eq!(reason, Some(Finding::Evidence(EvidenceError::Document(ActError::OtherDocument))));
}

#[test]
fn evidence_that_was_changed_is_not_genuine_in_the_right_point() {
    let country = Country::new();
    let point = |forge: fn(&mut Evidence)| {
        let file = country.sign(&page(), &Dials { forge, ..Dials::default() });
        match verdict(&file, &country) {
            (Verdict::NotGenuine, Some(Finding::Evidence(error))) => error.point(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(point(|evidence| evidence.charter.tbs.serial += 1), 1);
    assert_eq!(point(|evidence| evidence.officers[0].officer.desk.push('x')), 2);
    assert_eq!(point(|evidence| evidence.statement.tbs.record.slip = sha256(b"x")), 3);
    assert_eq!(point(|evidence| evidence.statement.tbs.created = NOW.generalized()), 4);
    assert_eq!(point(|evidence| evidence.request.request_id = pki_core::bytes::Id::new([1; 16])), 5);
    assert_eq!(point(|evidence| evidence.particulars.purpose.push('x')), 7);
}

#[test]
fn another_root_cannot_be_confirmed() {
    let (country, other) = (Country::new(), Country::new());
    let file = country.sign(&page(), &Dials::default());
    let report = validate(&file, &other.anchors(), LATER);
    assert_eq!(report.verdict(), Verdict::CannotBeConfirmed, "{:#?}", report.contents);
    assert!(matches!(report.reason(), Some(Finding::UnknownRoot(_))));
    assert_eq!(report.reason().unwrap().sub_indication(), "NO_CERTIFICATE_CHAIN_FOUND");
    assert!(!report.signatures()[0].signer.as_ref().unwrap().vouched);
    let mut both = other.anchors();
    both.add(country.anchors());
    assert_eq!(validate(&file, &both, LATER).verdict(), Verdict::Genuine);
    assert_eq!(validate(&file, &Anchors::default(), LATER).verdict(), Verdict::CannotBeConfirmed);
}

#[test]
fn en319102_1_5_4_time_is_proved_or_not() {
    let country = Country::new();
    let with = |dials: Dials, at: Instant| {
        let report = validate(&country.sign(&page(), &dials), &country.anchors(), at);
        (report.verdict(), report.reason().map(Finding::key))
    };
    let open = |key| (Verdict::CannotBeConfirmed, Some(key));
    assert_eq!(with(Dials { stamped_at: None, ..Dials::default() }, NOW), open("no-time-stamp"));
    // Stamped in the last second of the certificate's life, and one second later.
    let last = NOW.plus_seconds(899);
    assert_eq!(with(Dials { stamped_at: Some(last), ..Dials::default() }, LATER), (Verdict::Genuine, None));
    let late = Dials { stamped_at: Some(last.plus_seconds(1)), ..Dials::default() };
    assert_eq!(with(late, LATER), open("chain"));
    // Stamped before the certificate began: proved to be false.
    let early = Dials { stamped_at: Some(NOW.plus_seconds(-1)), ..Dials::default() };
    assert_eq!(with(early, LATER), (Verdict::NotGenuine, Some("too-early")));
    // The certificate begins at another second than the signing time.
    let other = Dials { not_before: NOW.plus_seconds(-1), ..Dials::default() };
    assert_eq!(with(other, LATER), open("signing-time"));
    // A clock of the one who checks that is a minute behind, and a second more.
    assert_eq!(with(Dials::default(), NOW.plus_seconds(-59)), (Verdict::Genuine, None));
    assert_eq!(with(Dials::default(), NOW.plus_seconds(-60)), open("time-stamp-in-future"));
    // The unit's certificate ends after five years, to the second.
    let end = country.unit.certificate.not_after();
    assert_eq!(with(Dials::default(), end), (Verdict::Genuine, None));
    assert_eq!(with(Dials::default(), end.plus_seconds(1)), open("time-stamp-ended"));
}

#[test]
fn a_time_stamp_of_another_signature_is_not_genuine() {
    let country = Country::new();
    let file = country.sign(&page(), &Dials { stamped_at: None, dss: false, ..Dials::default() });
    let pdf = Pdf::read(&file).unwrap();
    let framed = claimed(&pdf).unwrap()[0].frame(&pdf).unwrap();
    let signed = pki_core::cms::SignedData::read_padded(&framed.space).unwrap();
    let token = country.stamp(b"another signature", NOW.plus_seconds(1));
    let stamped = signed.with_unsigned(pki_core::cms::oids::SIGNATURE_TIME_STAMP, &token).unwrap();
    let mut other = file.clone();
    let digits = crate::ades::pdf::hexadecimal(stamped.der());
    other[framed.hole.start + 1..][..digits.len()].copy_from_slice(&digits);
    let (verdict, reason) = verdict(&other, &country);
    assert_eq!(verdict, Verdict::NotGenuine);
    assert_eq!(reason, Some(Finding::TimeStamp(pki_core::tsp::TokenError::OtherImprint)));
}

#[test]
fn validation_data_must_be_whole_and_used() {
    let country = Country::new();
    let bare = country.sign(&page(), &Dials { dss: false, ..Dials::default() });
    let certificates = country.certificates();
    let with = |certificates: &[Vec<u8>], crls: &[Vec<u8>]| {
        let file = crate::ades::pades::add_dss(&bare, certificates, crls).unwrap();
        let report = validate(&file, &country.anchors(), LATER);
        (report.verdict(), report.reason().map(Finding::key))
    };
    let open = |key| (Verdict::CannotBeConfirmed, Some(key));
    assert_eq!(with(&certificates, &country.crls), (Verdict::Genuine, None));
    // The certificates stand in the signatures as well.
    assert_eq!(with(&[], &country.crls), (Verdict::Genuine, None));
    assert_eq!(with(&certificates, &[]), open("time-stamp-revocation"));
    assert_eq!(with(&certificates, &country.crls[..1]), open("time-stamp-revocation"));
    assert_eq!(with(&certificates, &country.crls[1..]), open("time-stamp-revocation"));
    assert_eq!(with(&[b"x".to_vec()], &country.crls), open("time-stamp-revocation"));
    let stranger = Country::new();
    let more = [certificates.clone(), vec![stranger.issuing.certificate.der().to_vec()]].concat();
    assert_eq!(with(&more, &country.crls), open("stray"));
    let lists = [country.crls.clone(), stranger.crls].concat();
    assert_eq!(with(&certificates, &lists), open("stray"));
}

#[test]
fn two_people_sign_one_file_and_each_is_reported() {
    let country = Country::new();
    let once = country.sign(&page(), &Dials::default());
    let twice = country.sign(&once, &Dials::default());
    let report = validate(&twice, &country.anchors(), LATER);
    assert_eq!(report.verdict(), Verdict::Genuine, "{:#?}", report.contents);
    let [first, second] = report.signatures() else { panic!("two signatures") };
    assert!(first.covers < second.covers);
    assert_eq!(second.act.as_ref().unwrap().size as usize, once.len());
    // The first stays what it is when the second is not confirmed.
    let copy = without_evidence(&twice).unwrap();
    let report = validate(&copy, &country.anchors(), LATER);
    assert_eq!(report.verdict(), Verdict::CannotBeConfirmed);
    let verdicts: Vec<Verdict> = report.signatures().iter().map(SignatureReport::verdict).collect();
    assert_eq!(verdicts, [Verdict::Genuine, Verdict::CannotBeConfirmed]);
}

#[test]
fn a_document_without_a_last_line_is_the_one_that_was_shown() {
    let country = Country::new();
    let mut document = page();
    document.pop();
    let file = country.sign(&document, &Dials::default());
    assert_eq!(verdict(&file, &country), (Verdict::Genuine, None));
    assert_eq!(
        validate(&file, &country.anchors(), LATER).signatures()[0].act.as_ref().unwrap().size as usize,
        document.len()
    );
}

#[test]
fn roots_are_read_from_a_bundle_from_der_and_from_pem() {
    let country = Country::new();
    let der = country.root.certificate.der();
    assert_eq!(Anchors::read(der).unwrap().roots().len(), 1);
    let line_ending = der::pem::LineEnding::LF;
    let pem = der::pem::encode_string("CERTIFICATE", line_ending, der).unwrap();
    assert_eq!(Anchors::read(pem.as_bytes()).unwrap().roots(), country.anchors().roots());
    let leaf = country.issuing.certificate.der();
    assert_eq!(Anchors::read(leaf).unwrap_err(), AnchorsError::NotARoot);
    let key = der::pem::encode_string("PRIVATE KEY", line_ending, der).unwrap();
    assert!(matches!(Anchors::read(key.as_bytes()), Err(AnchorsError::Unknown(_))));
    assert!(matches!(Anchors::read(b"root"), Err(AnchorsError::Unknown(_))));
}
/// Made once, on 2026-11-18, by a country that no longer exists: what was genuine then is genuine for ever.
#[test]
fn a_file_of_the_first_day_stays_genuine() {
    let file = include_bytes!("golden/signed.pdf");
    let anchors = Anchors::read(include_bytes!("golden/bundle.der")).unwrap();
    for years in [0, 1, 4] {
        let report = validate(file, &anchors, LATER.plus_seconds(years * 365 * 86_400));
        assert_eq!(report.verdict(), Verdict::Genuine, "{years} years later: {:#?}", report.contents);
    }
    let copy = without_evidence(file).unwrap();
    assert_eq!(validate(&copy, &anchors, LATER).reason(), Some(&Finding::EvidenceMissing));
}
