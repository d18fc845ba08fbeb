//! Revocation lists of the authorities that work online: a new one at every start and every day, each newer than any
//! certificate it speaks about. The root's own list comes from the ceremony and lives a year.
//!
//! Nobody can revoke here yet: one-signature certificates end by themselves, and a time-stamping unit is replaced at a
//! ceremony. The lists say so, signed and dated, which is what a verifier needs.

use std::time::Duration;

use pki_core::issue::{CrlParams, Issuer, Scope, crl};
use service::skeleton::Stop;

use super::{App, Authority, Fault};
use crate::store::lists::{self, ListRow};

/// A new list every day, valid for two: a missed day leaves nobody without one.
const RENEWAL_SECONDS: u64 = 24 * 3600;
const LIST_SECONDS: i64 = 48 * 3600;

/// The authorities that sign lists online, by the name in the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListIssuer {
    OneSignature,
    TimeStamp,
}

impl ListIssuer {
    pub(crate) const ALL: [Self; 2] = [Self::OneSignature, Self::TimeStamp];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::OneSignature => "one-signature",
            Self::TimeStamp => "tsa",
        }
    }

    const fn authority(self, app: &App) -> &Authority {
        match self {
            Self::OneSignature => &app.authorities.one_signature,
            Self::TimeStamp => &app.authorities.time_stamp,
        }
    }

    /// RFC 5280 §5.2.5: exactly the address in the certificates. One-signature certificates carry none (they are never
    /// revoked), so their authority's list is not confined to one.
    fn distribution_point(self, app: &App) -> Option<(String, Scope)> {
        match self {
            Self::OneSignature => None,
            Self::TimeStamp => Some((format!("{}/crl/tsa.crl", app.origin), Scope::EndEntities)),
        }
    }
}

/// Signs a new list. Another replica that does so at the same moment is as good.
async fn renew(app: &App, issuer: ListIssuer) -> Result<(), Fault> {
    let now = app.now();
    let number = app.store.newest_list(issuer.name()).await?.map_or(0, |list| list.number).saturating_add(1);
    let authority = issuer.authority(app);
    let params = CrlParams {
        this_update: now,
        next_update: now.plus_seconds(LIST_SECONDS),
        number,
        distribution_point: issuer.distribution_point(app),
        revoked: Vec::new(),
    };
    let list = crl(&params, Issuer::new(&authority.certificate, &authority.key)?)?;
    let row = ListRow {
        number,
        list: list.der().to_vec(),
        this_update: list.this_update(),
        next_update: list.next_update(),
    };
    match app.store.apply(lists::add(issuer.name(), &row)).await {
        Err(error) if !error.exists("list.add") => Err(error.into()),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Signs new lists of all authorities.
pub(crate) async fn renew_all(app: &App) -> Result<(), Fault> {
    for issuer in ListIssuer::ALL {
        renew(app, issuer).await?;
    }
    Ok(())
}

/// Renews every day, for as long as the house runs. The first lists were signed before it opened.
pub(crate) async fn keep_fresh(app: &App, mut stop: Stop) {
    while stop.sleep(Duration::from_secs(RENEWAL_SECONDS)).await {
        if let Err(error) = renew_all(app).await {
            tracing::error!(error = %crate::error_chain(&error), "the revocation lists could not be renewed");
        }
    }
}

/// The newest list of an issuer.
pub(crate) async fn newest(app: &App, issuer: ListIssuer) -> Result<Vec<u8>, Fault> {
    let list = app.store.newest_list(issuer.name()).await?.ok_or(Fault::Missing("a revocation list"))?;
    Ok(list.list)
}
