//! Open Assembly, a sample relying party built on public crates only.
mod clock;
mod content;
mod oidc;
mod outbound;
mod secret;
mod statement;
