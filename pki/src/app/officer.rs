//! An officer gets into office: a link, a passkey made on this origin, a registrar's approval, a grant in every feed.

use der::asn1::OctetString;
use pki_core::bytes::{Id, write};
use pki_core::enrolment::{Officer, OfficerGrant, SlipCode, check_grant, tag};
use pki_core::feed::{Audience, Event};
use pki_core::key::random_hash;
use pki_core::log::LeafKind;
use pki_core::time::Instant;
use service::db::Plan;

use super::passkey::{Made, PasskeyError};
use super::{App, Ceremony, Fault};
use crate::store::officers::{self, OfficerLink, OfficerRow, StoredPasskey};
use crate::store::{feed, leaves};

/// An officer is in office for a year, and not longer than the charter.
const OFFICE_SECONDS: i64 = 365 * 24 * 3600;

/// A link as its page shows it.
pub(crate) struct Invitation {
    pub(crate) name: String,
    pub(crate) desk: String,
    pub(crate) ceremony: Ceremony,
}

/// Why a link or a passkey was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OnboardError {
    /// No such link.
    #[error("no officer's link has this code")]
    Unknown,
    /// It made a passkey before.
    #[error("this link has been used")]
    Used,
    /// Its time is over.
    #[error("this link has run out of time")]
    Expired,
    /// The page stood open too long, or its state was changed.
    #[error("the page is out of date")]
    PageOutOfDate,
    /// This passkey is an officer's already.
    #[error("this passkey is in use")]
    PasskeyInUse,
    /// The passkey's answer was not accepted.
    #[error(transparent)]
    Passkey(PasskeyError),
    /// No registrar works online in this country.
    #[error("no registrar can approve this now")]
    NoRegistrar,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

fn purpose(link: &OfficerLink) -> Vec<u8> {
    [b"officer-passkey/1".as_slice(), link.code.as_bytes()].concat()
}

async fn usable_link(app: &App, code: &SlipCode, now: Instant) -> Result<OfficerLink, OnboardError> {
    let link =
        app.store.officer_link(&code.hash()).await.map_err(Fault::from)?.ok_or(OnboardError::Unknown)?;
    if link.used_at.is_some() {
        return Err(OnboardError::Used);
    }
    if link.expires_at <= now {
        return Err(OnboardError::Expired);
    }
    Ok(link)
}

/// Shows a link and begins the making of a passkey; nothing is written.
pub(crate) async fn invite(app: &App, code: &SlipCode) -> Result<Invitation, OnboardError> {
    let now = app.now();
    let link = usable_link(app, code, now).await?;
    let user = app.new_id().map_err(Fault::from)?;
    let mut begun = app.relying_party.begin_making(user, &link.name).map_err(Fault::Ceremony)?;
    // The user id that the authenticator keeps must be the one that we store: it travels in front of the state.
    begun.state = [user.as_bytes().as_slice(), &begun.state].concat();
    let ceremony = app.seal(&purpose(&link), begun, now)?;
    Ok(Invitation { name: link.name, desk: link.desk, ceremony })
}

/// Takes the passkey, has the registrar approve the officer, and puts the grant into the feeds; the link is used up.
pub(crate) async fn accept(
    app: &App,
    code: &SlipCode,
    sealed: &[u8],
    credential: &str,
) -> Result<(), OnboardError> {
    let now = app.now();
    let link = usable_link(app, code, now).await?;
    let state = app.open(&purpose(&link), sealed, now).ok_or(OnboardError::PageOutOfDate)?;
    let (user, state) = state.split_first_chunk::<16>().ok_or(OnboardError::PageOutOfDate)?;
    let made = app.relying_party.finish_making(credential, state).map_err(OnboardError::Passkey)?;
    let registrar =
        app.sandbox.as_ref().map(|sandbox| &sandbox.registrar).ok_or(OnboardError::NoRegistrar)?;
    let officer = in_office(app, &link, &made, now)?;
    let approval = registrar.approve(tag::OFFICER, &write(&officer)).map_err(Fault::from)?;
    let grant = OfficerGrant { officer, approvals: vec![approval] };
    let passkey =
        StoredPasskey { user_id: Id::new(*user), stored: made.stored, attestation: made.attestation };
    let plan = officers::use_link(&link.code, now).then(admit(app, grant, link.name, Some(passkey), now)?);
    match app.store.apply(plan).await {
        Ok(_) => {
            app.bell.strike();
            Ok(())
        }
        Err(error) if error.lost("officer-link.use") => Err(OnboardError::Used),
        Err(error) if error.exists("officer.insert") => Err(OnboardError::PasskeyInUse),
        Err(error) => Err(Fault::from(error).into()),
    }
}

fn in_office(app: &App, link: &OfficerLink, made: &Made, now: Instant) -> Result<Officer, Fault> {
    let charter_ends = Instant::from_generalized(&app.trust.charter().tbs().not_after);
    Ok(Officer {
        officer: app.new_id()?,
        desk: link.desk.clone(),
        origin: app.origin.clone(),
        credential_id: OctetString::new(made.credential_id.clone())
            .map_err(|_| Fault::Missing("a credential id"))?,
        public_key: made.public_key.info()?,
        not_before: now.generalized(),
        not_after: now.plus_seconds(OFFICE_SECONDS).min(charter_ends).generalized(),
    })
}

/// The plan that puts a granted officer into the table, the log and both feeds. The grant is checked from the root
/// first, as the other houses will.
pub(crate) fn admit(
    app: &App,
    grant: OfficerGrant,
    name: String,
    passkey: Option<StoredPasskey>,
    now: Instant,
) -> Result<Plan, Fault> {
    let checked = check_grant(&grant, app.trust.charter())?;
    let officer = checked.officer();
    let der = write(&grant);
    let row = OfficerRow {
        officer: *checked.hash(),
        name,
        desk: officer.desk.clone(),
        credential_id: officer.credential_id.as_bytes().to_vec(),
        public_key: checked.public_key().clone(),
        passkey,
        not_before: Instant::from_generalized(&officer.not_before),
        not_after: Instant::from_generalized(&officer.not_after),
        grant: grant.clone(),
    };
    let event = Event::Officer(grant);
    Ok(officers::insert(&row, &der)
        .then(leaves::add(LeafKind::Officer, now, &random_hash(&*app.random)?, &der))
        .then(feed::queue(Audience::Idp, &event))
        .then(feed::queue(Audience::Signer, &event)))
}
