//! The law of identity: who may ask, how sure we are, what was consented to, what is handed out.
//!
//! Pure: `now` and randomness are arguments, nothing is read or written. Values come in from the shell (`idp`) as
//! parsed parameters and rows; decisions go back as values: a page, a redirect, rows to write. This crate never
//! learns how a row is kept or what HTTP looks like, and it never hands out a decision that its own checks did not
//! make: [`authn::Proof`], [`grant::Ready`] and [`client_auth::AuthenticatedClient`] have no public constructor.

#![warn(missing_docs)]

pub mod assurance;
pub mod authn;
pub mod authorize;
pub mod claims;
pub mod client;
pub mod client_auth;
pub mod consent;
pub mod discovery;
pub mod event;
pub mod fault;
pub mod grant;
pub mod id_token;
pub mod introspection;
pub mod logout;
pub mod parameters;
pub mod pkce;
pub mod pushed;
pub mod secret;
pub mod session;
pub mod subject;
pub mod token;
pub mod userinfo;
pub mod words;

#[cfg(test)]
mod testing;
