//! Supporting a proposal: a statement is made and kept, the person allows the agency to have it signed, the signature
//! service takes it, and what comes back is checked and counted. Every step can be repeated: the store decides.
//! Data: a person's wish in, a counted support out.

use url::Url;

use crate::assembly::{Assembly, Trouble};
use crate::content::Proposal;
use crate::oidc::{Granted, Wish};
use crate::secret::number;
use crate::signer::{Order, Progress};
use crate::statement::{self, Statement};
use crate::store::{Outcome, Session, StatementRow};
use crate::verifier::Verdict;
use crate::{sign_in, store};

/// Makes the statement and asks the person, at the identity provider, to let the agency have it signed.
pub(crate) async fn begin(
    assembly: &Assembly,
    browser: &str,
    session: &Session,
    proposal: &Proposal,
) -> Result<Url, Trouble> {
    let id = number()?;
    let made = assembly.clock.seconds();
    let name = session.written_name.as_deref();
    let document = statement::make(&Statement { proposal, name, number: &id, made })?;
    let row = StatementRow {
        id,
        proposal: proposal.number,
        subject: session.subject.clone(),
        document,
        request_id: None,
        sign_url: None,
        outcome: None,
    };
    assembly.store.keep_statement(&row, made).await?;
    let wish = Wish { scope: "sign", resource: Some(assembly.signer.audience()) };
    let return_to = format!("/proposals/{}", proposal.slug);
    sign_in::go(assembly, browser, &wish, Some(&row.id), &return_to).await
}

/// Hands the statement to the signature service with the token that the person has just given for it.
pub(crate) async fn order(assembly: &Assembly, id: &str, granted: &Granted) -> Result<Url, Trouble> {
    let row = assembly.store.statement(id).await?.ok_or(Trouble::StaleAttempt)?;
    // The statement names the person who was signed in. If someone else came back, it is not theirs to sign.
    if row.subject != granted.subject {
        return Err(Trouble::OtherPerson);
    }
    let proposal = assembly.numbered(row.proposal)?;
    let order = Order {
        document: &row.document,
        title: &format!("Statement of support: {}", proposal.title),
        purpose: &format!("Support for proposal {}, {}", proposal.number, proposal.title),
        idempotency_key: &row.id,
    };
    let accepted = assembly.signer.order(&assembly.party.sender(), &granted.access_token, &order).await?;
    assembly.store.ordered(&row.id, &accepted.id, accepted.sign_url.as_str()).await?;
    Ok(accepted.sign_url)
}

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// The person has not decided.
    Waiting,
    /// The signature service is still at work.
    Finishing,
    /// It has ended, in one way for ever.
    Ended(Outcome),
}

/// Looks what became of a statement, with a token of the agency's own.
pub(crate) async fn settle(assembly: &Assembly, row: &StatementRow) -> Result<Settled, Trouble> {
    match row.outcome {
        Some(outcome) => Ok(Settled::Ended(outcome)),
        None => settle_with(assembly, row, &agency_token(assembly).await?).await,
    }
}

/// Fetches, checks and counts a statement if it has been signed.
async fn settle_with(assembly: &Assembly, row: &StatementRow, token: &str) -> Result<Settled, Trouble> {
    let Some(request_id) = &row.request_id else {
        return Ok(Settled::Waiting);
    };
    let sender = assembly.party.sender();
    match assembly.signer.progress(&sender, token, request_id).await? {
        Progress::Waiting => return Ok(Settled::Waiting),
        Progress::Finishing => return Ok(Settled::Finishing),
        Progress::Refused => assembly.store.end_statement(&row.id, Outcome::Refused).await?,
        Progress::Expired => assembly.store.end_statement(&row.id, Outcome::Expired).await?,
        Progress::Delivered { receipt } => {
            let signed = assembly.signer.document(&sender, token, request_id).await?;
            if is_acceptable(assembly, row, &signed).await? {
                let now = assembly.clock.seconds();
                let _now_or_before = assembly.store.count(row, &signed, receipt.as_deref(), now).await?;
            } else {
                assembly.store.end_statement(&row.id, Outcome::NotAccepted).await?;
            }
        }
    }
    // Another task may have ended it first, in another way: what is stored is what happened.
    let stored = assembly.store.statement(&row.id).await?.and_then(|row| row.outcome);
    stored.map(Settled::Ended).ok_or(Trouble::NoSuchPage)
}

async fn agency_token(assembly: &Assembly) -> Result<String, Trouble> {
    Ok(assembly.party.machine_token(assembly.signer.audience()).await?)
}

/// The file must be our statement, with a signature appended to it and nothing changed before, and the verifier that the
/// agency chose must find it genuine.
async fn is_acceptable(assembly: &Assembly, row: &StatementRow, signed: &[u8]) -> Result<bool, Trouble> {
    if !signed.starts_with(&row.document) {
        tracing::warn!(statement = row.id, "another document than ours was signed");
        return Ok(false);
    }
    match assembly.verifier.check(signed).await? {
        Verdict::Genuine => Ok(true),
        Verdict::Other(verdict) => {
            tracing::warn!(statement = row.id, verdict, "a signed statement was not accepted");
            Ok(false)
        }
    }
}

/// Settles what people left open by closing the window after signing, and removes what time has ended.
pub(crate) async fn settle_all(assembly: &Assembly) -> Result<(), Trouble> {
    let open = assembly.store.open_statements().await?;
    if !open.is_empty() {
        let token = agency_token(assembly).await?;
        for id in open {
            let Some(row) = assembly.store.statement(&id).await? else { continue };
            if let Err(trouble) = settle_with(assembly, &row, &token).await {
                tracing::warn!(statement = id, error = &trouble as &dyn std::error::Error, "not settled yet");
            }
        }
    }
    let now = assembly.clock.seconds();
    assembly.store.sweep_sessions(now).await?;
    Ok(assembly.store.sweep_statements(now).await?)
}

/// What the person supports, with the proposals.
pub(crate) async fn of<'a>(
    assembly: &'a Assembly,
    session: &Session,
) -> Result<Vec<(&'a Proposal, store::Support)>, Trouble> {
    let supports = assembly.store.supports_of(&session.subject).await?;
    Ok(supports
        .into_iter()
        .filter_map(|support| Some((assembly.numbered(support.proposal).ok()?, support)))
        .collect())
}
