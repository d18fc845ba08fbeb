//! The time-stamping authority (RFC 3161): a hash comes, the time goes. It needs no pass and keeps nothing.

use pki_core::issue::Serial;
use pki_core::tsp::{Granted, Refusal, Unit, refuse, respond};

use super::App;

/// How exact the operating system's clock is taken to be, until it is measured: the most that EN 319 422 allows.
const ACCURACY_MILLIS: u16 = 1000;

/// Answers a TimeStampReq with a TimeStampResp, whatever came.
pub(crate) fn stamp(app: &App, request: &[u8]) -> Vec<u8> {
    let granted = answer(app, request);
    if let Err(refusal) = &granted.outcome {
        tracing::info!(%refusal, "no time-stamp");
    }
    granted.response
}

fn answer(app: &App, request: &[u8]) -> Granted {
    let authorities = &app.authorities;
    let (unit, chain) = (&authorities.unit, std::slice::from_ref(&authorities.time_stamp.certificate));
    let unit = Unit::new(&unit.certificate, &unit.key, chain, ACCURACY_MILLIS);
    match (unit, Serial::generate(&*app.random)) {
        (Ok(unit), Ok(serial)) => respond(request, &unit, serial, app.now()),
        (Err(_), _) | (_, Err(_)) => refuse(Refusal::SystemFailure),
    }
}
