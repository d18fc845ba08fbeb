//! Goal: exactly the paths of RFC 5280 §6 are proved, and the nearest thing to each is not.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::*;
use crate::asn1;
use crate::issue::{
    self,
    sample::{Counter, Country, NOW},
};
use crate::key::{Ephemeral, SigningKey, sha256};
use crate::oid;
use crate::x509::forge::{Actor, Forged};

fn leaf(country: &Country) -> Certificate {
    let key = Ephemeral::generate(&country.random).unwrap();
    let params = country.one_signature_params(key.public_key(), sha256(b"attributes"));
    issue::one_signature(&params, country.ca_issuer()).unwrap()
}

fn document(
    leaf: &Certificate,
    candidates: &[Certificate],
    root: &Certificate,
    at: Instant,
) -> Result<Path, PathError> {
    validate(leaf, candidates, root, at, Usage::DocumentSigning)
}

#[test]
fn a_person_leads_to_the_root_within_fifteen_minutes_to_the_second() {
    let country = Country::new(300);
    let leaf = leaf(&country);
    let candidates = [country.tsa.clone(), country.ca.clone()];
    let at = |at| document(&leaf, &candidates, &country.root, at);
    let path = at(leaf.not_before()).unwrap();
    assert_eq!(path.chain(), [leaf.clone(), country.ca.clone(), country.root.clone()]);
    assert_eq!(path.intermediates().collect::<Vec<_>>(), [&country.ca]);
    assert!(path.asserts(oid::POLICY_ONE_SIGNATURE) && path.asserts(oid::POLICY_SANDBOX));
    assert!(!path.asserts(oid::POLICY_TIME_STAMP));
    assert_eq!(at(leaf.not_before().plus_seconds(-1)), Err(PathError::NotYetValid { depth: 0 }));
    assert_eq!(at(leaf.not_after()).map(drop), Ok(()));
    // The last second lasts until its end.
    assert_eq!(at(Instant::from_micros(leaf.not_after().micros() + 999_999)).map(drop), Ok(()));
    assert_eq!(at(leaf.not_after().plus_seconds(1)), Err(PathError::Expired { depth: 0 }));
    assert_eq!(PathError::Expired { depth: 0 }.sub_indication(), "OUT_OF_BOUNDS_NO_POE");
}

#[test]
fn golden_samples_validate_at_their_time() {
    let read = |der: &[u8]| Certificate::read(der).unwrap();
    let root = read(include_bytes!("../x509/golden/root.der"));
    let one = read(include_bytes!("../x509/golden/oneshot-ca-g1.der"));
    let signing = read(include_bytes!("../x509/golden/signing-ca-g1.der"));
    let tsa = read(include_bytes!("../x509/golden/tsa-ca-g1.der"));
    let person = read(include_bytes!("../x509/golden/citizen_sign_osc.der"));
    let long = read(include_bytes!("../x509/golden/citizen_sign_longterm.der"));
    let unit = read(include_bytes!("../x509/golden/tsu.der"));
    let at = Instant::from_seconds(1_795_403_700);
    let candidates = [one, signing, tsa];
    assert_eq!(document(&person, &candidates, &root, at).map(drop), Ok(()));
    assert_eq!(document(&long, &candidates, &root, at).map(drop), Ok(()));
    assert_eq!(validate(&unit, &candidates, &root, at, Usage::TimeStamping).map(drop), Ok(()));
    assert_eq!(
        document(&person, &candidates, &root, at.plus_seconds(900)),
        Err(PathError::Expired { depth: 0 })
    );
}

#[test]
fn the_issuer_is_missing_another_or_a_namesake() {
    let country = Country::new(301);
    let leaf = leaf(&country);
    let at = leaf.not_before();
    assert_eq!(document(&leaf, &[], &country.root, at), Err(PathError::NoIssuer { depth: 0 }));
    let only_tsa = [country.tsa.clone()];
    assert_eq!(document(&leaf, &only_tsa, &country.root, at), Err(PathError::NoIssuer { depth: 0 }));
    // Another country of the same name, with other keys: key identifiers already say so.
    let stranger = Country::new(302);
    let namesake = [stranger.ca.clone()];
    assert_eq!(document(&leaf, &namesake, &country.root, at), Err(PathError::NoIssuer { depth: 0 }));
    assert_eq!(
        document(&leaf, std::slice::from_ref(&country.ca), &stranger.root, at),
        Err(PathError::NoIssuer { depth: 1 })
    );
    // Both there: the right one is found whatever the order.
    for candidates in [[stranger.ca.clone(), country.ca.clone()], [country.ca.clone(), stranger.ca.clone()]] {
        assert_eq!(document(&leaf, &candidates, &country.root, at).map(drop), Ok(()));
    }
    assert_eq!(PathError::NoIssuer { depth: 1 }.sub_indication(), "NO_CERTIFICATE_CHAIN_FOUND");
}

/// Root, authority, leaf, and what goes wrong with them.
struct Family {
    root: Actor,
    middle: Actor,
    lower: Actor,
    person: Actor,
}

impl Family {
    fn new(seed: u64) -> Self {
        let random = Counter::new(seed);
        let actor = |name| Actor::new(name, &random);
        Self { root: actor("root"), middle: actor("middle"), lower: actor("lower"), person: actor("person") }
    }

    fn check(&self, root: &Forged, middle: &Forged, leaf: &Forged) -> Result<(), PathError> {
        let root = root.signed(&self.root, &self.root);
        let middle = middle.signed(&self.middle, &self.root);
        let leaf = leaf.signed(&self.person, &self.middle);
        document(&leaf, &[middle], &root, NOW).map(drop)
    }

    /// With an authority more.
    fn check_long(
        &self,
        root: &Forged,
        middle: &Forged,
        lower: &Forged,
        leaf: &Forged,
    ) -> Result<(), PathError> {
        let root = root.signed(&self.root, &self.root);
        let candidates = [middle.signed(&self.middle, &self.root), lower.signed(&self.lower, &self.middle)];
        let leaf = leaf.signed(&self.person, &self.lower);
        document(&leaf, &candidates, &root, NOW).map(drop)
    }
}

#[test]
fn rfc5280_6_1_3_signatures_by_the_wrong_key() {
    let family = Family::new(303);
    let root = Forged::authority(None).signed(&family.root, &family.root);
    let middle = Forged::authority(None).signed(&family.middle, &family.root);
    // The middle's name and key identifier, the lower's key.
    let impostor = Actor { name: "middle", key: Family::new(304).lower.key };
    let named = asn1::sequence(&[&asn1::tlv(0x80, &family.middle.key.public_key().key_identifier())]);
    let leaf =
        Forged::leaf().with(oids::AUTHORITY_KEY_IDENTIFIER, false, &named).signed(&family.person, &impostor);
    assert_eq!(document(&leaf, &[middle], &root, NOW), Err(PathError::Signature { depth: 0 }));
    let no_authority = Forged::leaf().signed(&family.root, &family.root);
    assert_eq!(document(&leaf, &[], &no_authority, NOW), Err(PathError::Root));
}

#[test]
fn rfc5280_6_1_4_k_n_only_authorities_certify() {
    let family = Family::new(306);
    let root = Forged::authority(None);
    assert_eq!(family.check(&root, &Forged::authority(None), &Forged::leaf()), Ok(()));
    let refused = Err(PathError::NotAnAuthority { depth: 1 });
    assert_eq!(family.check(&root, &Forged::leaf(), &Forged::leaf()), refused);
    let not_ca = Forged::leaf().with(oids::BASIC_CONSTRAINTS, true, &[0x30, 0]);
    assert_eq!(family.check(&root, &not_ca, &Forged::leaf()), refused);
    let signs_lists = Forged::authority(None).with(oids::KEY_USAGE, true, &[3, 2, 1, 2]);
    assert_eq!(family.check(&root, &signs_lists, &Forged::leaf()), refused);
    // §6.1.4 (n): only a key usage that is there can forbid.
    let mut silent = Forged::authority(None);
    silent.extensions.retain(|(id, ..)| *id != oids::KEY_USAGE);
    assert_eq!(family.check(&root, &silent, &Forged::leaf()), Ok(()));
    // And an authority does not sign documents.
    assert_eq!(
        family.check(&root, &Forged::authority(None), &Forged::authority(None)),
        Err(PathError::Usage)
    );
}

#[test]
fn rfc5280_4_2_1_1_keys_are_identified() {
    let family = Family::new(318);
    let (ca, leaf) = (Forged::authority(None), Forged::leaf());
    let without = |forged: &Forged, id| Forged { without: vec![id], ..forged.clone() };
    let (own, above) = (oids::SUBJECT_KEY_IDENTIFIER, oids::AUTHORITY_KEY_IDENTIFIER);
    assert_eq!(family.check(&without(&ca, above), &ca, &without(&leaf, own)), Ok(()));
    let refused = |depth| Err(PathError::KeyIdentifier { depth });
    assert_eq!(family.check(&ca, &ca, &without(&leaf, above)), refused(0));
    assert_eq!(family.check(&ca, &without(&ca, above), &leaf), refused(1));
    assert_eq!(family.check(&ca, &without(&ca, own), &leaf), refused(1));
    assert_eq!(family.check(&without(&ca, own), &ca, &leaf), refused(2));
}

#[test]
fn rfc5280_6_1_4_l_m_path_length() {
    let family = Family::new(307);
    let leaf = Forged::leaf();
    let check = |root, middle, lower| {
        family.check_long(
            &Forged::authority(root),
            &Forged::authority(middle),
            &Forged::authority(lower),
            &leaf,
        )
    };
    assert_eq!(check(None, None, None), Ok(()));
    assert_eq!(check(None, Some(1), Some(0)), Ok(()));
    assert_eq!(check(Some(2), Some(1), Some(0)), Ok(()));
    assert_eq!(check(None, Some(0), None), Err(PathError::TooLong { depth: 2 }));
    assert_eq!(check(Some(1), None, None), Err(PathError::TooLong { depth: 2 }));
    assert_eq!(check(Some(0), None, None), Err(PathError::TooLong { depth: 3 }));
    // An authority may not give itself more than it was given.
    assert_eq!(check(Some(1), Some(5), None), Err(PathError::TooLong { depth: 2 }));
    let short = family.check(&Forged::authority(Some(1)), &Forged::authority(Some(0)), &leaf);
    assert_eq!(short, Ok(()));
}

#[test]
fn rfc5280_6_1_3_a_2_every_certificate_is_valid_at_the_time() {
    let family = Family::new(308);
    let later = |mut forged: Forged| {
        forged.not_before = NOW.plus_seconds(1);
        forged
    };
    let over = |mut forged: Forged| {
        (forged.not_before, forged.not_after) = (NOW.plus_seconds(-10), NOW.plus_seconds(-1));
        forged
    };
    let (ca, leaf) = (|| Forged::authority(None), Forged::leaf);
    assert_eq!(family.check(&later(ca()), &ca(), &leaf()), Err(PathError::NotYetValid { depth: 2 }));
    assert_eq!(family.check(&ca(), &later(ca()), &leaf()), Err(PathError::NotYetValid { depth: 1 }));
    assert_eq!(family.check(&ca(), &ca(), &later(leaf())), Err(PathError::NotYetValid { depth: 0 }));
    assert_eq!(family.check(&over(ca()), &ca(), &leaf()), Err(PathError::Expired { depth: 2 }));
    assert_eq!(family.check(&ca(), &over(ca()), &leaf()), Err(PathError::Expired { depth: 1 }));
    assert_eq!(family.check(&ca(), &ca(), &over(leaf())), Err(PathError::Expired { depth: 0 }));
    let mut last = leaf();
    (last.not_before, last.not_after) = (NOW.plus_seconds(-10), NOW);
    assert_eq!(family.check(&ca(), &ca(), &last), Ok(()));
}

#[test]
fn rfc5280_6_1_4_o_critical_and_unknown_is_refused() {
    let family = Family::new(309);
    let unknown = const_oid::ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.99");
    let (ca, leaf) = (Forged::authority(None), Forged::leaf());
    let refused = |depth| Err(PathError::UnknownCritical { depth, extension: unknown });
    assert_eq!(family.check(&ca, &ca, &leaf.clone().with(unknown, false, &[5, 0])), Ok(()));
    assert_eq!(family.check(&ca, &ca, &leaf.clone().with(unknown, true, &[5, 0])), refused(0));
    assert_eq!(family.check(&ca, &ca.clone().with(unknown, true, &[5, 0]), &leaf), refused(1));
    assert_eq!(family.check(&ca.clone().with(unknown, true, &[5, 0]), &ca, &leaf), refused(2));
    // Policy constraints are not evaluated here, so they are not passed over either.
    let constrained = ca.clone().with(oids::POLICY_CONSTRAINTS, true, &[0x30, 3, 0x80, 1, 0]);
    let policy = Err(PathError::UnknownCritical { depth: 1, extension: oids::POLICY_CONSTRAINTS });
    assert_eq!(family.check(&ca, &constrained, &leaf), policy);
}

fn dns(name: &str) -> Vec<u8> {
    asn1::tlv(0x82, name.as_bytes())
}

fn ip(octets: &[u8]) -> Vec<u8> {
    asn1::tlv(0x87, octets)
}

fn excluded(bases: &[Vec<u8>]) -> Vec<u8> {
    subtrees(0xa1, bases)
}

fn subtrees(tag: u8, bases: &[Vec<u8>]) -> Vec<u8> {
    let each: Vec<Vec<u8>> = bases.iter().map(|base| asn1::sequence(&[base])).collect();
    asn1::sequence(&[&asn1::tlv(tag, &each.concat())])
}

#[test]
fn rfc5280_4_2_1_10_an_authority_for_people_cannot_certify_servers() {
    let family = Family::new(310);
    let ca = Forged::authority(None);
    let constrained =
        ca.clone().with(oids::NAME_CONSTRAINTS, true, &excluded(&[dns(""), ip(&[0; 8]), ip(&[0; 32])]));
    let named = |names: &[Vec<u8>]| {
        let leaf =
            Forged::leaf().with(oids::SUBJECT_ALT_NAME, false, &asn1::tlv(asn1::SEQUENCE, &names.concat()));
        family.check(&ca, &constrained, &leaf)
    };
    assert_eq!(family.check(&ca, &constrained, &Forged::leaf()), Ok(()));
    let refused = Err(PathError::NameExcluded { depth: 0 });
    assert_eq!(named(&[dns("www.example.com")]), refused);
    assert_eq!(named(&[ip(&[192, 0, 2, 1])]), refused);
    assert_eq!(named(&[ip(&[1; 16])]), refused);
    let mail = asn1::tlv(0x81, b"ana@example.com");
    assert_eq!(named(std::slice::from_ref(&mail)), Ok(()));
    assert_eq!(named(&[mail, dns("a.example")]), refused);
    // The constraint of an authority binds all below it, not only its children.
    let server =
        Forged::leaf().with(oids::SUBJECT_ALT_NAME, false, &asn1::sequence(&[&dns("www.example.com")]));
    assert_eq!(family.check_long(&ca, &constrained, &ca, &server), refused);
    assert_eq!(family.check_long(&ca, &ca, &ca, &server), Ok(()));
}

#[test]
fn rfc5280_4_2_1_10_subtrees_are_compared_by_label_and_mask() {
    let family = Family::new(311);
    let ca = Forged::authority(None);
    let check = |constraints: &[u8], name: &[u8]| {
        let authority = ca.clone().with(oids::NAME_CONSTRAINTS, true, constraints);
        let leaf = Forged::leaf().with(oids::SUBJECT_ALT_NAME, false, &asn1::sequence(&[name]));
        family.check(&ca, &authority, &leaf)
    };
    let refused = Err(PathError::NameExcluded { depth: 0 });
    let example = excluded(&[dns("example.com")]);
    assert_eq!(check(&example, &dns("example.com")), refused);
    assert_eq!(check(&example, &dns("A.EXAMPLE.com")), refused);
    assert_eq!(check(&example, &dns("badexample.com")), Ok(()));
    assert_eq!(check(&example, &dns("example.com.org")), Ok(()));
    let net = excluded(&[ip(&[192, 0, 2, 0, 255, 255, 255, 0])]);
    assert_eq!(check(&net, &ip(&[192, 0, 2, 255])), refused);
    assert_eq!(check(&net, &ip(&[192, 0, 3, 0])), Ok(()));
    let permitted = subtrees(0xa0, &[dns("example.com"), dns("example.org")]);
    assert_eq!(check(&permitted, &dns("a.example.org")), Ok(()));
    assert_eq!(check(&permitted, &dns("a.example.net")), refused);
    assert_eq!(check(&permitted, &ip(&[192, 0, 2, 1])), Ok(()));
    // A wildcard that could stand for an excluded name is excluded; one that could not is not.
    let one_host = excluded(&[dns("www.example.com")]);
    assert_eq!(check(&one_host, &dns("*.example.com")), refused);
    assert_eq!(check(&one_host, &dns("*.example.org")), Ok(()));
    // Mailboxes: a host, a domain with a leading dot, one mailbox.
    let mail = |text: &str| asn1::tlv(0x81, text.as_bytes());
    let host = excluded(&[mail("example.com")]);
    assert_eq!(check(&host, &mail("ana@EXAMPLE.com")), refused);
    assert_eq!(check(&host, &mail("ana@a.example.com")), Ok(()));
    assert_eq!(check(&host, &dns("example.com")), Ok(()));
    assert_eq!(check(&excluded(&[mail(".example.com")]), &mail("ana@a.example.com")), refused);
    assert_eq!(check(&excluded(&[mail("ana@example.com")]), &mail("ana@example.com")), refused);
    assert_eq!(check(&excluded(&[mail("ana@example.com")]), &mail("Ana@example.com")), Ok(()));
    // The subject is a directory name.
    let person = asn1::tlv(0xa4, &crate::x509::forge::name("person"));
    let nobody = asn1::tlv(0xa4, &crate::x509::forge::name("nobody"));
    assert_eq!(check(&excluded(std::slice::from_ref(&person)), &dns("a.example")), refused);
    assert_eq!(check(&excluded(std::slice::from_ref(&nobody)), &dns("a.example")), Ok(()));
    assert_eq!(check(&subtrees(0xa0, &[person]), &dns("a.example")), Ok(()));
    assert_eq!(check(&subtrees(0xa0, &[nobody]), &dns("a.example")), refused);
    // Kinds and forms that are not evaluated bind all names of their kind, and no others.
    let uri = asn1::tlv(0x86, b"http://example.com/");
    assert_eq!(check(&excluded(std::slice::from_ref(&uri)), &uri), refused);
    assert_eq!(check(&excluded(std::slice::from_ref(&uri)), &dns("example.org")), Ok(()));
    assert_eq!(check(&excluded(&[dns(".example.com")]), &dns("example.org")), refused);
}

#[test]
fn rfc9608_no_rev_avail_stands_alone_and_never_in_an_authority() {
    let family = Family::new(312);
    let ca = Forged::authority(None);
    let exempt = Forged::leaf().with(oids::NO_REV_AVAIL, false, &[5, 0]);
    assert_eq!(family.check(&ca, &ca, &exempt), Ok(()));
    let refused = |depth| Err(PathError::NoRevAvailContradicted { depth });
    let point = asn1::sequence(&[&asn1::sequence(&[&asn1::tlv(
        0xa0,
        &asn1::tlv(0xa0, &asn1::tlv(0x86, b"http://a/")),
    )])]);
    assert_eq!(
        family.check(&ca, &ca, &exempt.clone().with(oids::CRL_DISTRIBUTION_POINTS, false, &point)),
        refused(0)
    );
    assert_eq!(family.check(&ca, &ca, &exempt.clone().with(oids::FRESHEST_CRL, false, &point)), refused(0));
    let ocsp =
        asn1::sequence(&[&asn1::sequence(&[&asn1::oid(oids::ACCESS_OCSP), &asn1::tlv(0x86, b"http://a/")])]);
    assert_eq!(family.check(&ca, &ca, &exempt.with(oids::AUTHORITY_INFO_ACCESS, false, &ocsp)), refused(0));
    assert_eq!(
        family.check(&ca, &ca.clone().with(oids::NO_REV_AVAIL, false, &[5, 0]), &Forged::leaf()),
        refused(1)
    );
}

#[test]
fn a_certificate_is_for_its_use() {
    let country = Country::new(313);
    let person = leaf(&country);
    let candidates = [country.ca.clone(), country.tsa.clone()];
    let check = |leaf: &Certificate, usage| {
        validate(leaf, &candidates, &country.root, NOW.plus_seconds(3600), usage).map(drop)
    };
    assert_eq!(check(&person, Usage::DocumentSigning), Ok(()));
    assert_eq!(check(&country.tsu, Usage::TimeStamping), Ok(()));
    assert_eq!(check(&person, Usage::TimeStamping), Err(PathError::Usage));
    assert_eq!(check(&country.tsu, Usage::DocumentSigning), Err(PathError::Usage));
    assert_eq!(check(&country.ca, Usage::DocumentSigning), Err(PathError::Usage));

    let family = Family::new(314);
    let ca = Forged::authority(None);
    let both = asn1::sequence(&[&asn1::oid(oids::TIME_STAMPING), &asn1::oid(oids::DOCUMENT_SIGNING)]);
    let stamping = asn1::sequence(&[&asn1::oid(oids::TIME_STAMPING)]);
    let unit = |critical, usage: &[u8]| {
        let root = ca.signed(&family.root, &family.root);
        let leaf = Forged::leaf().with(oids::KEY_USAGE, true, &[3, 2, 7, 0x80]).with(
            oids::EXTENDED_KEY_USAGE,
            critical,
            usage,
        );
        validate(&leaf.signed(&family.person, &family.root), &[], &root, NOW, Usage::TimeStamping).map(drop)
    };
    assert_eq!(unit(true, &stamping), Ok(()));
    assert_eq!(unit(false, &stamping), Err(PathError::Usage));
    assert_eq!(unit(true, &both), Err(PathError::Usage));
    // An authority limited to something else, or one that could sign OCSP answers.
    let limited = |purposes: &[u8]| {
        family.check(&ca, &ca.clone().with(oids::EXTENDED_KEY_USAGE, false, purposes), &Forged::leaf())
    };
    assert_eq!(limited(&both), Ok(()));
    assert_eq!(limited(&stamping), Err(PathError::AuthorityUsage { depth: 1 }));
    let dangerous = asn1::sequence(&[&asn1::oid(oids::DOCUMENT_SIGNING), &asn1::oid(oids::OCSP_SIGNING)]);
    assert_eq!(limited(&dangerous), Err(PathError::AuthorityUsage { depth: 1 }));
}

#[test]
fn pathological_meshes_end_at_the_budget() {
    let country = Country::new(315);
    let person = leaf(&country);
    let many = vec![country.tsa.clone(); CANDIDATES_MAX + 1];
    assert_eq!(document(&person, &many, &country.root, NOW), Err(PathError::TooManyCandidates));
    // Authorities under two names that certify each other, none by the root: every order would be a path.
    let random = Counter::new(316);
    let authorities: Vec<Actor> = (0..8).map(|_| Actor::new("mesh", &random)).collect();
    let mesh: Vec<Certificate> = authorities
        .iter()
        .flat_map(|subject| authorities.iter().map(|issuer| Forged::authority(None).signed(subject, issuer)))
        .collect();
    let leaf = Forged::leaf().signed(&Actor::new("person", &random), authorities.first().unwrap());
    let result = document(&leaf, &mesh, &country.root, NOW);
    assert_eq!(result, Err(PathError::TooManySignatures));
}

#[test]
fn a_second_chain_is_found_when_the_first_has_expired() {
    // AddTrust 2020: two certificates of one authority, the first expired.
    let family = Family::new(317);
    let root = Forged::authority(None).signed(&family.root, &family.root);
    let mut expired = Forged::authority(None);
    (expired.not_before, expired.not_after) = (NOW.plus_seconds(-10), NOW.plus_seconds(-1));
    let expired = expired.signed(&family.middle, &family.root);
    let valid = Forged::authority(None).signed(&family.middle, &family.root);
    let leaf = Forged::leaf().signed(&family.person, &family.middle);
    assert_eq!(document(&leaf, &[expired.clone(), valid], &root, NOW).map(drop), Ok(()));
    assert_eq!(document(&leaf, &[expired], &root, NOW), Err(PathError::Expired { depth: 1 }));
}
