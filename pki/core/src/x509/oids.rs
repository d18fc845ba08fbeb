//! Object identifiers of X.509, in one place (values: `docs/formats.md` and the profiles).

use const_oid::ObjectIdentifier;

macro_rules! oids {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $($(#[$doc])* pub const $name: ObjectIdentifier = ObjectIdentifier::new_unwrap($value);)*
    };
}

oids! {
    /// countryName.
    COUNTRY = "2.5.4.6";
    /// organizationName.
    ORGANIZATION = "2.5.4.10";
    /// organizationIdentifier.
    ORGANIZATION_IDENTIFIER = "2.5.4.97";
    /// commonName.
    COMMON_NAME = "2.5.4.3";
    /// surname.
    SURNAME = "2.5.4.4";
    /// givenName.
    GIVEN_NAME = "2.5.4.42";
    /// serialNumber.
    SERIAL_NUMBER = "2.5.4.5";
    /// pseudonym.
    PSEUDONYM = "2.5.4.65";
    /// subjectKeyIdentifier (RFC 5280 §4.2.1.2).
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    /// keyUsage (RFC 5280 §4.2.1.3).
    KEY_USAGE = "2.5.29.15";
    /// privateKeyUsagePeriod (RFC 3280 §4.2.1.4).
    PRIVATE_KEY_USAGE_PERIOD = "2.5.29.16";
    /// subjectAltName (RFC 5280 §4.2.1.6).
    SUBJECT_ALT_NAME = "2.5.29.17";
    /// basicConstraints (RFC 5280 §4.2.1.9).
    BASIC_CONSTRAINTS = "2.5.29.19";
    /// cRLNumber (RFC 5280 §5.2.3).
    CRL_NUMBER = "2.5.29.20";
    /// reasonCode (RFC 5280 §5.3.1).
    REASON_CODE = "2.5.29.21";
    /// invalidityDate (RFC 5280 §5.3.2).
    INVALIDITY_DATE = "2.5.29.24";
    /// issuingDistributionPoint (RFC 5280 §5.2.5).
    ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    /// nameConstraints (RFC 5280 §4.2.1.10).
    NAME_CONSTRAINTS = "2.5.29.30";
    /// cRLDistributionPoints (RFC 5280 §4.2.1.13).
    CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    /// certificatePolicies (RFC 5280 §4.2.1.4).
    CERTIFICATE_POLICIES = "2.5.29.32";
    /// anyPolicy.
    ANY_POLICY = "2.5.29.32.0";
    /// policyMappings (RFC 5280 §4.2.1.5).
    POLICY_MAPPINGS = "2.5.29.33";
    /// authorityKeyIdentifier (RFC 5280 §4.2.1.1).
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    /// policyConstraints (RFC 5280 §4.2.1.11).
    POLICY_CONSTRAINTS = "2.5.29.36";
    /// extKeyUsage (RFC 5280 §4.2.1.12).
    EXTENDED_KEY_USAGE = "2.5.29.37";
    /// freshestCRL (RFC 5280 §4.2.1.15).
    FRESHEST_CRL = "2.5.29.46";
    /// inhibitAnyPolicy (RFC 5280 §4.2.1.14).
    INHIBIT_ANY_POLICY = "2.5.29.54";
    /// noRevAvail (RFC 9608).
    NO_REV_AVAIL = "2.5.29.56";
    /// expiredCertsOnCRL (X.509).
    EXPIRED_CERTS_ON_CRL = "2.5.29.60";
    /// authorityInfoAccess (RFC 5280 §4.2.2.1).
    AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    /// qcStatements (RFC 3739 §3.2.6).
    QC_STATEMENTS = "1.3.6.1.5.5.7.1.3";
    /// signedDocumentBinding. A draft's number (draft-ietf-lamps-one-signature-certs), so it stands here alone.
    SIGNED_DOCUMENT_BINDING = "1.3.6.1.5.5.7.1.37";
    /// ext-etsi-valassured-ST-certs (EN 319 412-1).
    VALIDITY_ASSURED = "0.4.0.194121.2.1";
    /// ocsp, an access method.
    ACCESS_OCSP = "1.3.6.1.5.5.7.48.1";
    /// caIssuers, an access method.
    ACCESS_CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
    /// Extended key usage: timeStamping.
    TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
    /// Extended key usage: OCSPSigning. Never in an authority.
    OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    /// Extended key usage: documentSigning (RFC 9336).
    DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36";
    /// anyExtendedKeyUsage.
    ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";
}
