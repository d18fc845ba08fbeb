//! Alternative names and the subtrees of name constraints (RFC 5280 §4.2.1.6, §4.2.1.10). Our own certificates carry
//! no alternative names, and our authorities exclude them; this is what makes the exclusion bind.

use der::Encode as _;
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;

/// The kinds of GeneralName.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// otherName.
    Other,
    /// rfc822Name.
    Mail,
    /// dNSName.
    Dns,
    /// directoryName.
    Directory,
    /// ediPartyName.
    EdiParty,
    /// uniformResourceIdentifier.
    Uri,
    /// iPAddress.
    Ip,
    /// registeredID.
    RegisteredId,
}

impl NameKind {
    /// The kind of a name.
    #[must_use]
    pub const fn of(name: &GeneralName) -> Self {
        match name {
            GeneralName::OtherName(_) => Self::Other,
            GeneralName::Rfc822Name(_) => Self::Mail,
            GeneralName::DnsName(_) => Self::Dns,
            GeneralName::DirectoryName(_) => Self::Directory,
            GeneralName::EdiPartyName(_) => Self::EdiParty,
            GeneralName::UniformResourceIdentifier(_) => Self::Uri,
            GeneralName::IpAddress(_) => Self::Ip,
            GeneralName::RegisteredId(_) => Self::RegisteredId,
        }
    }
}

/// One excluded or permitted subtree of nameConstraints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subtree {
    /// A DNS name and all below it, lower case; the empty one is all of them.
    Dns(String),
    /// Address and mask, 4 + 4 or 16 + 16 octets.
    Ip(Vec<u8>),
    /// A mailbox, a host, or a domain with a leading dot.
    Mail(String),
    /// DER of the RDNs that a name must begin with.
    Directory(Vec<Vec<u8>>),
    /// A kind, or a form of a kind, that is not evaluated: a name of that kind below is refused.
    NotEvaluated(NameKind),
}

/// Where a name lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    OtherKind,
    Inside,
    Outside,
    NotEvaluated,
}

pub(super) fn subtrees(wire: Option<Vec<GeneralSubtree>>) -> Vec<Subtree> {
    wire.unwrap_or_default()
        .into_iter()
        .map(|subtree| match &subtree.base {
            // Minimum is always 0 and maximum absent.
            base if subtree.minimum != 0 || subtree.maximum.is_some() => {
                Subtree::NotEvaluated(NameKind::of(base))
            }
            GeneralName::DnsName(name) if name.as_str().is_empty() || dns_name(name.as_str(), false) => {
                Subtree::Dns(name.as_str().to_ascii_lowercase())
            }
            GeneralName::IpAddress(address) if matches!(address.as_bytes().len(), 8 | 32) => {
                Subtree::Ip(address.as_bytes().to_vec())
            }
            GeneralName::Rfc822Name(name) => Subtree::Mail(name.as_str().to_owned()),
            GeneralName::DirectoryName(name) => Subtree::Directory(rdns(name)),
            other => Subtree::NotEvaluated(NameKind::of(other)),
        })
        .collect()
}

pub(crate) fn rdns(name: &Name) -> Vec<Vec<u8>> {
    name.iter_rdn().map(|rdn| rdn.to_der().unwrap_or_default()).collect()
}

/// Whether a name is in the form that its kind demands; kinds that nobody evaluates are let through here and are
/// refused where a constraint speaks about them.
pub(super) fn well_formed(name: &GeneralName) -> bool {
    match name {
        GeneralName::DnsName(name) => dns_name(name.as_str(), true),
        GeneralName::IpAddress(address) => matches!(address.as_bytes().len(), 4 | 16),
        GeneralName::Rfc822Name(name) => name
            .as_str()
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && dns_name(host, false)),
        _ => true,
    }
}

/// RFC 1034 §3.5 as RFC 5280 §4.2.1.6 wants it: letters, digits and hyphens; not an address; a wildcard only as the
/// whole first label.
fn dns_name(name: &str, wildcard: bool) -> bool {
    let host = if wildcard { name.strip_prefix("*.").unwrap_or(name) } else { name };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let address =
        host.rsplit('.').next().is_some_and(|last| last.bytes().all(|octet| octet.is_ascii_digit()));
    host.len() <= 253 && !address && host.split('.').all(label)
}

/// Where a name lies, seen from an excluded (`overlap`) or a permitted subtree: a wildcard that could stand for an
/// excluded name is excluded.
pub(crate) fn verdict(name: &GeneralName, subtree: &Subtree, overlap: bool) -> Verdict {
    let inside = match (name, subtree) {
        (name, Subtree::NotEvaluated(kind)) if NameKind::of(name) == *kind => return Verdict::NotEvaluated,
        (GeneralName::DnsName(name), Subtree::Dns(base)) => dns_within(name.as_str(), base, overlap),
        (GeneralName::IpAddress(address), Subtree::Ip(range)) => {
            let (base, mask) = range.split_at(range.len() / 2);
            let address = address.as_bytes();
            address.len() == base.len()
                && address.iter().zip(base).zip(mask).all(|((octet, base), mask)| octet & mask == base & mask)
        }
        (GeneralName::Rfc822Name(name), Subtree::Mail(base)) => mail_within(name.as_str(), base),
        (GeneralName::DirectoryName(name), Subtree::Directory(base)) => rdns(name).starts_with(base),
        _ => return Verdict::OtherKind,
    };
    if inside { Verdict::Inside } else { Verdict::Outside }
}

fn dns_within(name: &str, base: &str, overlap: bool) -> bool {
    let name = name.to_ascii_lowercase();
    let below = |name: &str, base: &str| {
        base.is_empty() || name.strip_suffix(base).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let reachable = name.strip_prefix("*.").is_some_and(|parent| below(base, parent) && base != parent);
    below(&name, base) || (overlap && reachable)
}

/// A mailbox is itself, a host all its mailboxes, a domain with a leading dot all hosts below it.
fn mail_within(name: &str, base: &str) -> bool {
    let Some((_, host)) = name.rsplit_once('@') else { return false };
    match base.rsplit_once('@') {
        Some((user, base_host)) => {
            name.rsplit_once('@').is_some_and(|(own, _)| own == user) && host.eq_ignore_ascii_case(base_host)
        }
        None if base.starts_with('.') => host.to_ascii_lowercase().ends_with(&base.to_ascii_lowercase()),
        None => host.eq_ignore_ascii_case(base),
    }
}
