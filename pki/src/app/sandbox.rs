//! A sandbox has a registrar and an officer who are programs, and a small cast of people with links ready to open.
//!
//! Links of people bind by the slip alone, approved by the software officer; each works once, for fourteen days, and
//! is renewed when it has run out unused. A country outside a sandbox has none of this.

use std::sync::Arc;

use pki_core::bytes::write;
use pki_core::enrolment::software::{Post, SoftwareApprover};
use pki_core::enrolment::{FieldKind, FieldPart, OfficerGrant, tag};
use pki_core::key::{SigningKey, SoftKey};
use pki_core::time::Instant;

use super::{App, Fault, desk, names, officer, registry};
use crate::store::cases::{self, At, Name, NewRecord, Stage};
use crate::store::officers::{self as officer_rows, OfficerLink};
use crate::store::players::{self, PlayerLink};

/// A link works for fourteen days (formats.md §4, binding `slip`).
const LINK_SECONDS: i64 = 14 * 24 * 3600;

/// What the software officer's desk is called wherever an approval is shown.
const SOFTWARE_DESK: &str = "Sandbox desk (software)";

/// The two programs.
pub(crate) struct Sandbox {
    pub(crate) registrar: SoftwareApprover<SharedKey>,
    pub(crate) officer_key: SharedKey,
}

/// A key that several approvers share.
#[derive(Clone)]
pub(crate) struct SharedKey(Arc<SoftKey>);

impl SharedKey {
    pub(crate) fn new(key: SoftKey) -> Self {
        Self(Arc::new(key))
    }
}

impl SigningKey for SharedKey {
    fn public_key(&self) -> &pki_core::key::PublicKey {
        self.0.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<pki_core::key::Signature, pki_core::key::KeyError> {
        self.0.sign(message)
    }
}

/// Somebody in the cast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Player {
    /// Stays the same from start to start.
    pub id: &'static str,
    /// As the board shows them.
    pub name: &'static str,
    /// What their link makes of them.
    pub role: Role,
}

/// What a link makes of a player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A registration officer at a desk.
    Officer {
        /// Where they work.
        desk: &'static str,
    },
    /// A person.
    Person {
        /// Given and family name, each with kind and script (ISO 15924).
        names: &'static [(FieldKind, &'static str, &'static str, &'static str)],
        /// `YYYY-MM-DD`.
        birth_date: &'static str,
    },
}

/// A link to give away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// `officer` or `person`.
    pub role: &'static str,
    /// As the board shows them.
    pub name: &'static str,
    /// The link.
    pub url: String,
    /// Whether it has made a passkey already.
    pub used: bool,
    /// It works until then.
    pub expires_at: Instant,
}

/// The cast of `chancery up`: a registration officer, an adult, someone whose name is written in two scripts, and
/// someone who will be suspended.
#[must_use]
pub const fn cast() -> [Player; 4] {
    const MIRA: &[(FieldKind, &str, &str, &str)] = &[(FieldKind::Official, "Latn", "Mira", "Lindqvist")];
    const AMINA: &[(FieldKind, &str, &str, &str)] = &[
        (FieldKind::Official, "Latn", "Amina", "El Haddad"),
        (FieldKind::Transliterated, "Arab", "أمينة", "الحداد"),
    ];
    const JONAS: &[(FieldKind, &str, &str, &str)] = &[(FieldKind::Official, "Latn", "Jonas", "Weiler")];
    [
        Player { id: "tomas", name: "Tomas Berg", role: Role::Officer { desk: "Desk 3, Harbour Street" } },
        Player {
            id: "mira",
            name: "Mira Lindqvist",
            role: Role::Person { names: MIRA, birth_date: "1988-05-14" },
        },
        Player {
            id: "amina",
            name: "Amina El Haddad",
            role: Role::Person { names: AMINA, birth_date: "1990-03-04" },
        },
        Player {
            id: "jonas",
            name: "Jonas Weiler",
            role: Role::Person { names: JONAS, birth_date: "1975-11-30" },
        },
    ]
}

/// Gives each player a link that works, or the one that they have used.
pub(crate) async fn offer(app: &App, cast: &[Player]) -> Result<Vec<Offer>, Fault> {
    let sandbox = app.sandbox.as_ref().ok_or(Fault::Missing("a sandbox"))?;
    let officer = software_officer(app, sandbox).await?;
    let mut offers = Vec::new();
    for player in cast {
        let known = match app.store.player(player.id).await? {
            Some(link) => standing(app, player, &link).await?,
            None => None,
        };
        offers.push(match known {
            Some(offer) => offer,
            None => renew(app, player, &officer).await?,
        });
    }
    Ok(offers)
}

/// The link that a player has, unless it ran out of time unused.
async fn standing(app: &App, player: &Player, link: &PlayerLink) -> Result<Option<Offer>, Fault> {
    let now = app.now();
    let (code, used, expires_at) = match link {
        PlayerLink::Officer(code) => {
            let link = app.store.officer_link(code).await?.ok_or(Fault::Missing("a player's link"))?;
            (app.slips.of(&link.seed)?, link.used_at.is_some(), link.expires_at)
        }
        PlayerLink::Person(number) => {
            let case = app.store.case(number).await?.ok_or(Fault::Missing("a player's case"))?;
            match case.stage {
                Stage::Approved(approved) => {
                    (desk::slip_code(app, &approved.recorded)?, false, case.expires_at)
                }
                Stage::Enrolled => {
                    let person = app.store.person_of_case(number).await?.ok_or(Fault::Missing("a player"))?;
                    (app.slips.of(&person.signed.tbs.record.record_id)?, true, case.expires_at)
                }
                Stage::Open | Stage::Recorded(_) | Stage::Arrived(_) | Stage::Closed => return Ok(None),
            }
        }
    };
    Ok((used || expires_at > now).then(|| offered(app, player, &code.to_string(), used, expires_at)))
}

fn offered(app: &App, player: &Player, code: &str, used: bool, expires_at: Instant) -> Offer {
    let (role, path) = match player.role {
        Role::Officer { .. } => ("officer", "desk/enrol"),
        Role::Person { .. } => ("person", "enrol"),
    };
    Offer { role, name: player.name, url: format!("{}/{path}/{code}", app.origin), used, expires_at }
}

async fn renew(app: &App, player: &Player, officer: &SoftwareApprover<SharedKey>) -> Result<Offer, Fault> {
    let now = app.now();
    let expires_at = now.plus_seconds(LINK_SECONDS);
    let code = match player.role {
        Role::Officer { desk } => {
            let seed = app.new_id()?;
            let code = app.slips.of(&seed)?;
            let link = OfficerLink {
                code: code.hash(),
                seed,
                name: player.name.to_owned(),
                desk: desk.to_owned(),
                expires_at,
                used_at: None,
            };
            let give = players::give(player.id, &PlayerLink::Officer(link.code));
            app.store.apply(officer_rows::offer(&link, now).then(give)).await?;
            code
        }
        Role::Person { names, birth_date } => {
            let names = typed(names);
            let certified = names::certified_name(&names).map_err(|_| Fault::Missing("a player's name"))?;
            let fields =
                names::fields(&names, birth_date).map_err(|_| Fault::Missing("a player's fields"))?;
            let draft = registry::draft(app, certified, fields, now)?;
            let approval = officer.approve(tag::APPROVE, &draft.der)?;
            let number = desk::case_number(&*app.random, now)?;
            let new = NewRecord {
                der: &draft.der,
                slip: &draft.slip,
                idp_handle: &draft.idp_handle,
                signer_handle: &draft.signer_handle,
                fields: &draft.fields,
            };
            let at = At { number: &number, officer: &officer.officer().hash(), now };
            let give = players::give(player.id, &PlayerLink::Person(number.clone()));
            app.store.apply(cases::offer(at, expires_at, &new, &write(&approval)).then(give)).await?;
            app.slips.of(&draft.record.record_id)?
        }
    };
    Ok(offered(app, player, &code.to_string(), false, expires_at))
}

fn typed(names: &[(FieldKind, &str, &str, &str)]) -> Vec<Name> {
    let one = |part, kind, script: &str, value: &str| Name {
        part,
        kind,
        script: script.to_owned(),
        value: value.to_owned(),
    };
    names
        .iter()
        .flat_map(|(kind, script, given, family)| {
            [one(FieldPart::Given, *kind, script, given), one(FieldPart::Family, *kind, script, family)]
        })
        .collect()
}

/// The software officer, granted by the software registrar when there is none yet.
async fn software_officer(app: &App, sandbox: &Sandbox) -> Result<SoftwareApprover<SharedKey>, Fault> {
    let country = app.trust.charter().tbs();
    let (key, rp_id) = (sandbox.officer_key.clone(), country.rp_id.clone());
    if let Some(row) = app.store.software_officer(key.public_key().spki()).await? {
        return Ok(SoftwareApprover::resume(key, rp_id, row.grant.officer)?);
    }
    let now = app.now();
    let post = Post {
        officer: app.new_id()?,
        desk: SOFTWARE_DESK.to_owned(),
        origin: app.origin.clone(),
        rp_id,
        not_before: now,
        not_after: Instant::from_generalized(&country.not_after),
    };
    let approver = SoftwareApprover::new(key, post)?;
    let granted = approver.officer().clone();
    let approval = sandbox.registrar.approve(tag::OFFICER, &write(&granted))?;
    let grant = OfficerGrant { officer: granted, approvals: vec![approval] };
    let plan = officer::admit(app, grant, SOFTWARE_DESK.to_owned(), None, now)?;
    app.store.apply(plan).await?;
    app.bell.strike();
    Ok(approver)
}
