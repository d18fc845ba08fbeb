//! Name constraints collected from the root down (RFC 5280 §6.1.3 (b), (c), §6.1.4 (g)).

use const_oid::ObjectIdentifier;
use der::asn1::Ia5String;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;

use crate::bytes;
use crate::x509::alternative::{Verdict, verdict};
use crate::x509::{Certificate, Subtree};

/// emailAddress in a subject, to which constraints on rfc822Name apply too.
const EMAIL_ADDRESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1");

#[derive(Default)]
pub(super) struct Constraints {
    excluded: Vec<Subtree>,
    /// One list per authority that has any: a name must be permitted by each.
    permitted: Vec<Vec<Subtree>>,
}

impl Constraints {
    pub(super) fn add(&mut self, authority: &Certificate) {
        let extensions = authority.extensions();
        self.excluded.extend(extensions.excluded.iter().cloned());
        if !extensions.permitted.is_empty() {
            self.permitted.push(extensions.permitted.clone());
        }
    }

    /// `Err` when a name of the certificate is excluded, not permitted, or of a kind whose constraint is not evaluated.
    pub(super) fn check(&self, certificate: &Certificate) -> Result<(), ()> {
        if self.excluded.is_empty() && self.permitted.is_empty() {
            return Ok(());
        }
        for name in names(certificate)? {
            let excluded = self.excluded.iter().any(|subtree| {
                matches!(verdict(&name, subtree, true), Verdict::Inside | Verdict::NotEvaluated)
            });
            if excluded || !self.permitted.iter().all(|list| permits(list, &name)) {
                return Err(());
            }
        }
        Ok(())
    }
}

/// A list that says nothing about a kind permits it.
fn permits(list: &[Subtree], name: &GeneralName) -> bool {
    let verdicts: Vec<Verdict> = list
        .iter()
        .map(|subtree| verdict(name, subtree, false))
        .filter(|verdict| *verdict != Verdict::OtherKind)
        .collect();
    verdicts.is_empty() || verdicts.contains(&Verdict::Inside)
}

/// Alternative names, the subject as a directory name, and mail addresses in the subject.
fn names(certificate: &Certificate) -> Result<Vec<GeneralName>, ()> {
    let mut names = certificate.extensions().alternative_names.clone();
    let subject: Name = bytes::read("Name", certificate.subject_der()).map_err(drop)?;
    if certificate.subject_name().kinds().any(|kind| kind == EMAIL_ADDRESS) {
        let mail = certificate.subject_name().only(EMAIL_ADDRESS).ok_or(())?;
        names.push(GeneralName::Rfc822Name(Ia5String::new(mail).map_err(drop)?));
    }
    if !subject.is_empty() {
        names.push(GeneralName::DirectoryName(subject));
    }
    Ok(names)
}
