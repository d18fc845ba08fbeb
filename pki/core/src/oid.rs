//! Object identifiers of our own arc, in one place: a country that has an arc changes one constant.
//!
//! 1.3.6.1.4.1.32473 is the enterprise number for documentation (RFC 5612), until a country configures its own.

use const_oid::ObjectIdentifier;

macro_rules! oids {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $($(#[$doc])* pub const $name: ObjectIdentifier = ObjectIdentifier::new_unwrap($value);)*
    };
}

oids! {
    /// Signed attribute: SHA-256 of DER(Evidence), an OCTET STRING of 32.
    EVIDENCE_HASH = "1.3.6.1.4.1.32473.1.1";
    /// Unsigned attribute: Evidence.
    EVIDENCE = "1.3.6.1.4.1.32473.1.2";
    /// Certificate policy: one-signature, evidence expected.
    POLICY_ONE_SIGNATURE = "1.3.6.1.4.1.32473.2.1";
    /// Certificate policy: time-stamping.
    POLICY_TIME_STAMP = "1.3.6.1.4.1.32473.2.4";
    /// Certificate policy: the key is software, no QCP and no qcStatements.
    POLICY_SOFTWARE_KEY = "1.3.6.1.4.1.32473.2.8";
    /// Certificate policy: sandbox.
    POLICY_SANDBOX = "1.3.6.1.4.1.32473.2.9";
    /// Proofing policy of a record: at a desk, with documents.
    PROOFING_DESK = "1.3.6.1.4.1.32473.3.1";
    /// Proofing policy of a record: sandbox; never a real level.
    PROOFING_SANDBOX = "1.3.6.1.4.1.32473.3.9";
    /// SHA-256 (FIPS 180-4).
    SHA256 = "2.16.840.1.101.3.4.2.1";
    /// ecdsa-with-SHA256 (RFC 5758 §3.2).
    ECDSA_SHA256 = "1.2.840.10045.4.3.2";
}
