//! A registry in a scratch folder, with a clock that is set, seeded randomness, and authenticators made of software.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

pub(crate) mod authenticator;
mod certify;
mod enrolment;
mod officers;
mod shelves;

use std::sync::Arc;

use pki_core::bytes::{Hash, read};
use pki_core::enrolment::{FieldKind, FieldPart, OfficerGrant, SlipCode};
use pki_core::feed::{Audience, Event, Follower, News, Reading, SignedFeedEntry, officers_needed};
use pki_core::jose::jwk::PublicJwk;
use pki_core::key::{SigningKey as _, SoftKey};
use pki_core::time::Instant;
use service::db::Db;
use service::skeleton::Env;
use service::testing::{FakeClock, Scratch, SeededRandom};

use super::feed::PageWish;
use super::{App, desk, feed, lists, officer, person, sandbox, session};
use crate::ceremony::{FoundParams, found};
use crate::config::Config;
use crate::store::MIGRATIONS;
use crate::store::cases::{Identity, Name, Stage};
use crate::store::officers::OfficerRow;
use authenticator::Authenticator;

pub(crate) const ORIGIN: &str = "http://localhost:8402";
pub(crate) const SIGNING_ORIGIN: &str = "http://localhost:8401";
pub(crate) const NOW: Instant = Instant::from_seconds(1_795_500_000);

/// A country with its registry, closed to the outside.
pub(crate) struct World {
    pub(crate) clock: FakeClock,
    pub(crate) app: Arc<App>,
    pub(crate) env: Env,
    pub(crate) config: Config,
    /// Keys of the other houses' passes.
    pub(crate) idp_house: Arc<SoftKey>,
    pub(crate) signer_house: Arc<SoftKey>,
    pub(crate) scratch: Scratch,
}

fn secret(path: &std::path::Path, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, bytes).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

impl World {
    pub(crate) async fn new() -> Self {
        let (scratch, random) = (Scratch::new().unwrap(), SeededRandom::new(11));
        let dir = scratch.path();
        found(&FoundParams {
            dir,
            country_code: "XX",
            organization: "Republic of Velmara SANDBOX",
            short_name: "Velmara",
            rp_id: "localhost",
            idp_origin: "http://localhost:8400",
            signer_origin: SIGNING_ORIGIN,
            registry_origin: ORIGIN,
            now: NOW,
            random: &random,
        })
        .unwrap();
        let key = || Arc::new(SoftKey::generate_p256(&random).unwrap());
        let (own, idp_house, signer_house) = (key(), key(), key());
        secret(&dir.join("keys/pki-house.der"), own.pkcs8());
        secret(&dir.join("keys/pki-cookie.key"), &[9; 32]);
        let jwk = |key: &SoftKey| PublicJwk::of(key.public_key()).unwrap().to_json().to_string();
        let text = include_str!("pki.toml")
            .replace("DIR", &dir.to_string_lossy())
            .replace("IDP_JWK", &jwk(&idp_house))
            .replace("SIGNER_JWK", &jwk(&signer_house));
        std::fs::write(dir.join("pki.toml"), text).unwrap();
        let config = Config::read(&dir.join("pki.toml")).unwrap();
        let clock = FakeClock::at(NOW);
        let env = Env { clock: Arc::new(clock.clone()), random: Arc::new(SeededRandom::new(12)) };
        let db = Db::open(&config.file.database.url, MIGRATIONS).await.unwrap();
        let app = Arc::new(crate::start::app(&config, &env, db).unwrap());
        feed::begin(&app).await.unwrap();
        lists::renew_all(&app).await.unwrap();
        Self { clock, app, env, config, idp_house, signer_house, scratch }
    }

    /// The officer's link of the cast.
    pub(crate) async fn officer_link(&self) -> SlipCode {
        let offers = sandbox::offer(&self.app, &sandbox::cast()).await.unwrap();
        code(&offers.iter().find(|offer| offer.role == "officer").unwrap().url)
    }

    /// An officer in office, with the passkey.
    pub(crate) async fn officer(&self) -> (OfficerRow, Authenticator) {
        let link = self.officer_link().await;
        let mut passkey = Authenticator::new(21);
        let invitation = officer::invite(&self.app, &link).await.unwrap();
        let made = passkey.make(&invitation.ceremony.options, ORIGIN);
        officer::accept(&self.app, &link, &invitation.ceremony.sealed, &made).await.unwrap();
        let row = self.app.store.officer_by_credential(passkey.credential_id()).await.unwrap().unwrap();
        (row, passkey)
    }

    /// The slip of somebody in the cast, bound by itself.
    pub(crate) async fn sandbox_slip(&self, name: &str) -> SlipCode {
        let offers = sandbox::offer(&self.app, &sandbox::cast()).await.unwrap();
        code(&offers.iter().find(|offer| offer.name.starts_with(name)).unwrap().url)
    }

    /// A sandbox person with a passkey; gives the statement's hash too.
    pub(crate) async fn sandbox_person(&self, name: &str) -> (Authenticator, Hash) {
        let slip = self.sandbox_slip(name).await;
        let mut passkey = Authenticator::new(31);
        let invitation = person::invite(&self.app, &slip).await.unwrap();
        let made = passkey.make(&invitation.ceremony.options, ORIGIN);
        person::accept(&self.app, &slip, &invitation.ceremony.sealed, &made).await.unwrap();
        let person = self.app.store.person_of_case(&invitation.case_number).await.unwrap().unwrap();
        (passkey, person.statement)
    }

    /// A case up to the officer's approval: number and slip.
    pub(crate) async fn approved_case(
        &self,
        officer: &OfficerRow,
        passkey: &Authenticator,
    ) -> (String, SlipCode) {
        let number = self.recorded_case(officer).await;
        let Stage::Recorded(recorded) = self.stage(&number).await else { unreachable!("it was recorded") };
        let options = self.app.approval_options(officer, &desk::record_challenge(&recorded));
        let answer = passkey.answer(&options, ORIGIN);
        desk::approve(&self.app, officer, &number, &answer).await.unwrap();
        (number, desk::slip_code(&self.app, &recorded).unwrap())
    }

    /// A case whose record waits for an approval.
    pub(crate) async fn recorded_case(&self, officer: &OfficerRow) -> String {
        let number = desk::open(&self.app, officer).await.unwrap();
        desk::answer_names(&self.app, officer, &number, &names()).await.unwrap();
        desk::answer_birth_date(&self.app, officer, &number, "1990-03-04").await.unwrap();
        let identity =
            Identity { document: "passport".to_owned(), ending: "4471".to_owned(), photo: "same".to_owned() };
        desk::answer_identity(&self.app, officer, &number, &identity).await.unwrap();
        desk::make_record(&self.app, officer, &number).await.unwrap();
        number
    }

    pub(crate) async fn stage(&self, number: &str) -> Stage {
        self.app.store.case(number).await.unwrap().unwrap().stage
    }

    /// Everything that a house hears, checked from the root as that house checks it.
    pub(crate) async fn hears(&self, audience: Audience) -> Vec<News> {
        feed::seal_all(&self.app).await.unwrap();
        let page = feed::page(&self.app, PageWish { audience, after: 0, wait: 0 }).await.unwrap();
        let (mut follower, mut grants, mut news) = (Follower::new(), Vec::<OfficerGrant>::new(), Vec::new());
        for signed in entries(&page) {
            let charter = self.app.trust.charter();
            let needed = officers_needed(&signed);
            assert!(needed.iter().all(|hash| grants.iter().any(|grant| grant.officer.hash() == *hash)));
            let reading = Reading { audience, charter, officers: &grants, now: self.app.now() };
            let accepted = follower.accept(&signed, &reading).unwrap();
            if let Event::Officer(grant) = &signed.entry.event {
                grants.push(grant.clone());
            }
            follower = accepted.next;
            news.push(accepted.news);
        }
        news
    }
}

/// A page of a feed is DER after DER.
pub(crate) fn entries(page: &[u8]) -> Vec<SignedFeedEntry> {
    let (mut entries, mut rest) = (Vec::new(), page);
    while !rest.is_empty() {
        let header = <der::Header as der::Decode>::from_der_partial(rest).unwrap();
        let length = rest.len() - header.1.len() + usize::try_from(header.0.length()).unwrap();
        let (one, tail) = rest.split_at(length);
        entries.push(read("SignedFeedEntry", one).unwrap());
        rest = tail;
    }
    entries
}

fn code(url: &str) -> SlipCode {
    SlipCode::parse(url.rsplit('/').next().unwrap()).unwrap()
}

/// Amina, in two scripts.
pub(crate) fn names() -> Vec<Name> {
    let name = |part, kind, script: &str, value: &str| Name {
        part,
        kind,
        script: script.to_owned(),
        value: value.to_owned(),
    };
    vec![
        name(FieldPart::Given, FieldKind::Official, "Latn", "Amina"),
        name(FieldPart::Family, FieldKind::Official, "Latn", "El Haddad"),
        name(FieldPart::Given, FieldKind::Transliterated, "Arab", "أمينة"),
    ]
}

/// A session of an officer who signed in with the passkey.
pub(crate) async fn signed_in(
    world: &World,
    passkey: &Authenticator,
) -> Result<[u8; 32], session::SignInError> {
    let ceremony = session::begin(&world.app).unwrap();
    let answer = passkey.answer(&ceremony.options, ORIGIN);
    session::sign_in(&world.app, &ceremony.sealed, &answer).await
}
