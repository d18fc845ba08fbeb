//! Every rule of the profiles, checked on the very bytes that are about to be signed. Only [`certificate`] makes a
//! [`Linted`], and only a [`Linted`] is signed.

use const_oid::ObjectIdentifier;
use x509_cert::certificate::TbsCertificateInner;
use x509_cert::name::Name;

use super::draft::Draft;
use super::{ONE_SIGNATURE_LIFE_SECONDS_MAX, ONE_SIGNATURE_LIFE_SECONDS_MIN, Profile, Purpose, profile};
use crate::bytes;
use crate::key::{Algorithm, sha256};
use crate::oid;
use crate::x509::{Certificate, oids};

/// The rule that the bytes break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lint {
    /// Not a canonical TBSCertificate.
    #[error("the bytes to be signed are not a TBSCertificate")]
    Unreadable,
    /// 16 octets, first in 0x40..=0x7f, as asked for.
    #[error("the serial number is not 16 octets with the first between 0x40 and 0x7f")]
    Serial,
    /// ecdsa-with-SHA256 or -SHA384 of the issuer's key, parameters absent (RFC 5758 §3.2).
    #[error("the signature algorithm is not that of the issuer's key, without parameters")]
    Algorithm,
    /// notAfter = notBefore + life - 1 s, whole seconds.
    #[error("the validity is not the life asked for, both ends included")]
    Validity,
    /// The life breaks the profile's limits.
    #[error("the life is shorter or longer than the profile allows")]
    Life,
    /// Ends after its issuer or begins before it.
    #[error("the certificate would live outside its issuer's life")]
    OutlivesIssuer,
    /// The issuer name is not, byte for byte, the subject name of the issuer's certificate.
    #[error("the issuer name is not the issuer's subject name byte for byte")]
    IssuerName,
    /// Order, number, types or lengths of the subject's attributes.
    #[error("the subject name is not in the form of the profile")]
    SubjectName,
    /// The subject's key is not the one asked for, or of a kind that the profile does not know.
    #[error("the certified key is not one that the profile allows")]
    SubjectKey,
    /// The subject has the issuer's own key.
    #[error("the certified key is the issuer's own")]
    IssuersKey,
    /// An extension is missing.
    #[error("the extension {0} is missing")]
    Missing(ObjectIdentifier),
    /// An extension is there that the profile does not have.
    #[error("the extension {0} does not belong in this profile")]
    Unwanted(ObjectIdentifier),
    /// An extension stands twice.
    #[error("the extension {0} stands twice")]
    Twice(ObjectIdentifier),
    /// Critical where the profile says no, or the other way round.
    #[error("the criticality of the extension {0} is not the profile's")]
    Criticality(ObjectIdentifier),
    /// The value is not the profile's.
    #[error("the value of the extension {0} is not the profile's")]
    Value(ObjectIdentifier),
    /// An address that is not http (RFC 5280 §8: https would need what it is there to check).
    #[error("the address in the extension {0} is not an http address")]
    Address(ObjectIdentifier),
    /// A sandbox whose issuer does not say so, or the other way round.
    #[error("the sandbox mark of the certificate and the name of the issuer disagree")]
    Sandbox,
    /// The issuer is not an authority for this profile.
    #[error("this authority does not issue this profile")]
    Purpose,
    /// The list to be signed breaks a rule.
    #[error("the revocation list is not in the form of the profile: {0}")]
    Crl(&'static str),
}

/// Bytes that passed every lint of their profile.
pub(super) struct Linted(Vec<u8>);

impl Linted {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

type Tbs = TbsCertificateInner;

/// Checks the bytes to be signed.
pub(super) fn certificate(draft: &Draft, issuer: Option<&Certificate>, tbs: Vec<u8>) -> Result<Linted, Lint> {
    let read: Tbs = bytes::read("TBSCertificate", &tbs).map_err(|_| Lint::Unreadable)?;
    if read.version() != x509_cert::Version::V3 {
        return Err(Lint::Unreadable);
    }
    serial(draft, &read)?;
    algorithm(draft, issuer, &read)?;
    validity(draft, issuer, &read)?;
    names(draft, issuer, &read)?;
    key(draft, issuer, &read)?;
    purpose(draft, issuer)?;
    extensions(draft, issuer, &read)?;
    sandbox(draft, issuer)?;
    Ok(Linted(tbs))
}

fn serial(draft: &Draft, tbs: &Tbs) -> Result<(), Lint> {
    let octets = tbs.serial_number().as_bytes();
    let shaped = octets.len() == 16 && octets.first().is_some_and(|first| (0x40..=0x7f).contains(first));
    if shaped && octets == draft.serial.as_bytes() { Ok(()) } else { Err(Lint::Serial) }
}

fn algorithm(draft: &Draft, issuer: Option<&Certificate>, tbs: &Tbs) -> Result<(), Lint> {
    let signer = issuer.map_or(&draft.public_key, Certificate::public_key);
    let known = matches!(signer.algorithm(), Algorithm::EcdsaP256Sha256 | Algorithm::EcdsaP384Sha384);
    if known && *tbs.signature() == signer.algorithm().identifier() { Ok(()) } else { Err(Lint::Algorithm) }
}

fn validity(draft: &Draft, issuer: Option<&Certificate>, tbs: &Tbs) -> Result<(), Lint> {
    let not_before = crate::x509::instant(&tbs.validity().not_before);
    let not_after = crate::x509::instant(&tbs.validity().not_after);
    if not_before != draft.not_before.whole_second()
        || not_after.seconds_since(not_before) != draft.life_seconds - 1
    {
        return Err(Lint::Validity);
    }
    let allowed = match draft.profile {
        Profile::OneSignature => ONE_SIGNATURE_LIFE_SECONDS_MIN..=ONE_SIGNATURE_LIFE_SECONDS_MAX,
        // A day at least; 25 years at most for a root, the others end with their issuer.
        Profile::Root | Profile::IssuingCa(_) | Profile::TimeStampUnit => 86_400..=25 * 366 * 86_400,
    };
    if !allowed.contains(&draft.life_seconds) {
        return Err(Lint::Life);
    }
    match issuer {
        Some(issuer) if not_before < issuer.not_before() || not_after > issuer.not_after() => {
            Err(Lint::OutlivesIssuer)
        }
        _ => Ok(()),
    }
}

fn names(draft: &Draft, issuer: Option<&Certificate>, tbs: &Tbs) -> Result<(), Lint> {
    let issuer_der = bytes::write(tbs.issuer());
    let expected = issuer.map_or_else(|| bytes::write(tbs.subject()), |issuer| issuer.subject_der().to_vec());
    if issuer_der != expected {
        return Err(Lint::IssuerName);
    }
    let kinds = subject_kinds(tbs.subject()).ok_or(Lint::SubjectName)?;
    let person = draft.profile == Profile::OneSignature;
    let optional =
        if person { vec![oids::SURNAME, oids::GIVEN_NAME] } else { vec![oids::ORGANIZATION_IDENTIFIER] };
    let order = if person {
        vec![oids::COUNTRY, oids::SURNAME, oids::GIVEN_NAME, oids::SERIAL_NUMBER, oids::COMMON_NAME]
    } else {
        vec![oids::COUNTRY, oids::ORGANIZATION, oids::ORGANIZATION_IDENTIFIER, oids::COMMON_NAME]
    };
    let wanted: Vec<ObjectIdentifier> =
        order.into_iter().filter(|kind| kinds.contains(kind) || !optional.contains(kind)).collect();
    if kinds == wanted { Ok(()) } else { Err(Lint::SubjectName) }
}

/// Types of the attributes in their order; `None` for a value of a wrong string type or length (X.520 upper bounds).
fn subject_kinds(name: &Name) -> Option<Vec<ObjectIdentifier>> {
    let mut kinds = Vec::new();
    for rdn in name.iter_rdn() {
        let mut attributes = rdn.iter();
        let (attribute, none) = (attributes.next()?, attributes.next());
        let printable = matches!(attribute.oid, oids::COUNTRY | oids::SERIAL_NUMBER);
        let wanted = if printable { der::Tag::PrintableString } else { der::Tag::Utf8String };
        let text = std::str::from_utf8(attribute.value.value()).ok()?;
        let longest = match attribute.oid {
            oids::COUNTRY => 2,
            oids::SERIAL_NUMBER | oids::COMMON_NAME | oids::ORGANIZATION => 64,
            // X.520 says 64 for surname and givenName too; RFC 5280 appendix A.1 allows names of 32768.
            _ => 200,
        };
        let length = text.chars().count();
        let clean = text == text.trim() && !text.chars().any(char::is_control);
        let letters =
            attribute.oid != oids::COUNTRY || text.chars().all(|letter| letter.is_ascii_uppercase());
        let exact = attribute.oid != oids::COUNTRY || length == 2;
        if none.is_some()
            || der::Tagged::tag(&attribute.value) != wanted
            || !(1..=longest).contains(&length)
            || !(clean && letters && exact)
        {
            return None;
        }
        kinds.push(attribute.oid);
    }
    Some(kinds)
}

fn key(draft: &Draft, issuer: Option<&Certificate>, tbs: &Tbs) -> Result<(), Lint> {
    let certified = bytes::write(tbs.subject_public_key_info());
    let curves: &[Algorithm] = match draft.profile {
        Profile::OneSignature => &[Algorithm::EcdsaP256Sha256],
        _ => &[Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384],
    };
    if certified != draft.public_key.spki() || !curves.contains(&draft.public_key.algorithm()) {
        return Err(Lint::SubjectKey);
    }
    match issuer {
        Some(issuer) if issuer.public_key().spki() == certified => Err(Lint::IssuersKey),
        _ => Ok(()),
    }
}

/// One authority, one purpose (the 2013 and 2014 incidents: national authorities that minted for web servers).
fn purpose(draft: &Draft, issuer: Option<&Certificate>) -> Result<(), Lint> {
    let Some(issuer) = issuer else {
        return if draft.profile == Profile::Root { Ok(()) } else { Err(Lint::Purpose) };
    };
    let constraints = issuer.extensions().basic_constraints;
    let stamps = issuer
        .extensions()
        .extended_key_usage
        .as_ref()
        .is_some_and(|usage| usage.purposes == [oids::TIME_STAMPING]);
    let fits = match draft.profile {
        Profile::Root => false,
        Profile::IssuingCa(_) => {
            issuer.self_issued() && constraints.is_some_and(|c| c.path_length != Some(0))
        }
        Profile::OneSignature => !issuer.self_issued() && issuer.extensions().extended_key_usage.is_none(),
        Profile::TimeStampUnit => !issuer.self_issued() && stamps,
    };
    if fits { Ok(()) } else { Err(Lint::Purpose) }
}

/// What an extension must be.
enum Rule {
    Exactly(Vec<u8>),
    OneOf(Vec<Vec<u8>>),
    Address(fn(&str) -> Vec<u8>),
    Binding,
    KeyPeriod,
}

fn rules(draft: &Draft, issuer: Option<&Certificate>) -> Vec<(ObjectIdentifier, bool, Rule)> {
    let own = sha256(draft.public_key.raw());
    let own = own.as_bytes().get(..20).unwrap_or_default();
    let above =
        issuer.and_then(|issuer| issuer.extensions().subject_key_identifier.clone()).unwrap_or_default();
    let subject_key =
        (oids::SUBJECT_KEY_IDENTIFIER, false, Rule::Exactly(profile::subject_key_identifier(own)));
    let authority_key =
        (oids::AUTHORITY_KEY_IDENTIFIER, false, Rule::Exactly(profile::authority_key_identifier(&above)));
    let usage = |value: &[u8]| (oids::KEY_USAGE, true, Rule::Exactly(value.to_vec()));
    let purposes =
        |critical, purpose| (oids::EXTENDED_KEY_USAGE, critical, Rule::Exactly(profile::purposes(purpose)));
    let policies = |own| {
        let both =
            [false, true].map(|sandbox| profile::policies(&profile::end_entity_policies(own, sandbox)));
        (oids::CERTIFICATE_POLICIES, false, Rule::OneOf(both.to_vec()))
    };
    let access = (oids::AUTHORITY_INFO_ACCESS, false, Rule::Address(profile::ca_issuers));
    let list = (oids::CRL_DISTRIBUTION_POINTS, false, Rule::Address(profile::distribution_point));
    let authority =
        |length| (oids::BASIC_CONSTRAINTS, true, Rule::Exactly(profile::basic_constraints(length)));
    match draft.profile {
        Profile::Root => vec![authority(None), usage(profile::KEY_USAGE_AUTHORITY), subject_key],
        Profile::IssuingCa(purpose) => {
            let any = Rule::Exactly(profile::policies(&[oids::ANY_POLICY]));
            let mut rules = vec![
                authority(Some(0)),
                usage(profile::KEY_USAGE_AUTHORITY),
                subject_key,
                authority_key,
                (oids::CERTIFICATE_POLICIES, false, any),
                access,
                list,
                (oids::NAME_CONSTRAINTS, true, Rule::Exactly(profile::NO_SERVERS.to_vec())),
            ];
            if purpose == Purpose::TimeStamp {
                rules.push(purposes(false, oids::TIME_STAMPING));
            }
            rules
        }
        // RFC 9608 §3 and EN 319 412-1 §5.2: no CRLDP, no freshestCRL, no OCSP address beside these two.
        Profile::OneSignature => vec![
            subject_key,
            authority_key,
            usage(profile::KEY_USAGE_PERSON),
            purposes(false, oids::DOCUMENT_SIGNING),
            policies(oid::POLICY_ONE_SIGNATURE),
            access,
            (oids::VALIDITY_ASSURED, false, Rule::Exactly(crate::asn1::NULL.to_vec())),
            (oids::NO_REV_AVAIL, false, Rule::Exactly(crate::asn1::NULL.to_vec())),
            (oids::SIGNED_DOCUMENT_BINDING, false, Rule::Binding),
        ],
        // RFC 3161 §2.3: critical and alone.
        Profile::TimeStampUnit => vec![
            subject_key,
            authority_key,
            usage(profile::KEY_USAGE_SIGNATURE),
            purposes(true, oids::TIME_STAMPING),
            policies(oid::POLICY_TIME_STAMP),
            access,
            list,
            (oids::PRIVATE_KEY_USAGE_PERIOD, false, Rule::KeyPeriod),
        ],
    }
}

fn extensions(draft: &Draft, issuer: Option<&Certificate>, tbs: &Tbs) -> Result<(), Lint> {
    let present = tbs.extensions().map_or(&[][..], Vec::as_slice);
    let rules = rules(draft, issuer);
    for (index, extension) in present.iter().enumerate() {
        if present.iter().take(index).any(|before| before.extn_id == extension.extn_id) {
            return Err(Lint::Twice(extension.extn_id));
        }
        if !rules.iter().any(|(id, ..)| *id == extension.extn_id) {
            return Err(Lint::Unwanted(extension.extn_id));
        }
    }
    for (id, critical, rule) in rules {
        let found = present.iter().find(|extension| extension.extn_id == id).ok_or(Lint::Missing(id))?;
        if found.critical != critical {
            return Err(Lint::Criticality(id));
        }
        value(id, &rule, found.extn_value.as_bytes(), draft)?;
    }
    Ok(())
}

fn value(id: ObjectIdentifier, rule: &Rule, value: &[u8], draft: &Draft) -> Result<(), Lint> {
    match rule {
        Rule::Exactly(wanted) if value == wanted => Ok(()),
        Rule::OneOf(wanted) if wanted.iter().any(|wanted| value == wanted) => Ok(()),
        Rule::Address(build) => {
            let addresses = crate::x509::addresses(id, value).unwrap_or_default();
            let [address] = addresses.as_slice() else { return Err(Lint::Value(id)) };
            if !http_address(address) {
                return Err(Lint::Address(id));
            }
            if value == build(address) { Ok(()) } else { Err(Lint::Value(id)) }
        }
        Rule::Binding => {
            // 30 36 04 20 || hash || 30 0b || sha256 || 0c 05 "cades"
            let hash = value.get(4..36).and_then(bytes::Hash::from_slice).ok_or(Lint::Value(id))?;
            if value == profile::binding(&hash) && *hash.as_bytes() != [0; 32] {
                Ok(())
            } else {
                Err(Lint::Value(id))
            }
        }
        Rule::KeyPeriod => {
            let period: x509_cert::ext::pkix::PrivateKeyUsagePeriod =
                bytes::read("PrivateKeyUsagePeriod", value).map_err(|_| Lint::Value(id))?;
            let (first, last) = period.not_before.zip(period.not_after).ok_or(Lint::Value(id))?;
            let first = crate::time::Instant::from_generalized(&first);
            let last = crate::time::Instant::from_generalized(&last);
            let within =
                first == draft.not_before.whole_second() && first < last && last <= draft.not_after();
            if within { Ok(()) } else { Err(Lint::Value(id)) }
        }
        Rule::Exactly(_) | Rule::OneOf(_) => Err(Lint::Value(id)),
    }
}

pub(super) fn http_address(address: &str) -> bool {
    address.is_ascii()
        && address.len() <= 200
        && url::Url::parse(address).is_ok_and(|url| {
            url.scheme() == "http"
                && url.host_str().is_some()
                && url.username().is_empty()
                && url.fragment().is_none()
        })
}

/// A sandbox says so in every certificate: the organisation above it ends in SANDBOX exactly where the policy is there.
fn sandbox(draft: &Draft, issuer: Option<&Certificate>) -> Result<(), Lint> {
    if !matches!(draft.profile, Profile::OneSignature | Profile::TimeStampUnit) {
        return Ok(());
    }
    let above = issuer.and_then(|issuer| issuer.subject_name().organization()).unwrap_or_default();
    let marked =
        draft.extensions.iter().find(|extension| extension.id == oids::CERTIFICATE_POLICIES).is_some_and(
            |extension| {
                let mark = crate::asn1::oid(oid::POLICY_SANDBOX);
                extension.value.windows(mark.len()).any(|window| window == mark)
            },
        );
    if marked == above.ends_with("SANDBOX") { Ok(()) } else { Err(Lint::Sandbox) }
}
