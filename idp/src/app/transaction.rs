//! One authorization, from the arrival of the browser to the answer that it takes home.
//!
//! The request is a row that its client pushed; each step looks again at what is there and asks the core what comes
//! next. The answer is written once: the grant's primary key is the transaction.

use idp_core::authorize::{self, Answer, Refusal, Request};
use idp_core::client::{Client, Clients};
use idp_core::consent::Consent;
use idp_core::event::{Event, What};
use idp_core::fault::{ErrorCode, Fault};
use idp_core::grant::{self, Fulfilled, Next, Ready, Situation};
use idp_core::id_token::Hint;
use idp_core::parameters::Parameters;
use idp_core::pushed::Row;
use idp_core::secret::SessionSecret;
use idp_core::session::Session;
use idp_core::subject::{Person, Subject};
use pki_core::bytes::Hash;
use service::clock::Instant;

use super::{App, Broken, feed, session};
use crate::store::{StoreError, consents, grants, pushed};

/// Why the browser sees a page of ours instead of the next step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PageError {
    /// The request is not one, or not any more.
    #[error(transparent)]
    Request(#[from] Fault),
    /// There is no such request, or not any more; whoever the browser says to come from is registered.
    #[error("a request of {client} is unknown or over")]
    Over {
        /// Who may have asked.
        client: String,
    },
    /// The request was one, and its time is over.
    #[error("the request of {client} has run out")]
    RunOut {
        /// Who asked.
        client: String,
        /// When.
        asked: Instant,
        /// In which languages it wanted the person to be spoken to.
        locales: Option<String>,
    },
    /// The registry has been silent for too long.
    #[error("the registry cannot be heard")]
    Stale,
    /// Ours.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        Self::Broken(Broken::Store(error))
    }
}

/// A transaction that is open.
pub(crate) struct Transaction {
    pub(crate) id: Hash,
    pub(crate) request: Request,
    begun: Instant,
    client: String,
}

/// What the browser sees next.
pub(crate) enum Step {
    /// The person shows their passkey.
    SignIn,
    /// The person is asked.
    AskConsent {
        /// For what.
        asked: Consent,
        /// With their values.
        person: Box<Person>,
    },
    /// The browser takes this answer to the agency.
    Leave(String),
}

impl Transaction {
    /// Who asks. A registration that was taken away meanwhile ends the transaction.
    pub(crate) fn client<'a>(&self, clients: &'a Clients) -> Result<&'a Client, PageError> {
        clients.find(&self.client).ok_or(PageError::Request(authorize::UNKNOWN_REQUEST_URI))
    }
}

/// The browser arrives: finds the pushed request of `/authorize` and starts its half hour.
pub(crate) async fn open(app: &App, query: &Parameters) -> Result<Transaction, PageError> {
    let now = app.now();
    let opening = authorize::open(query, &app.clients)?;
    let id = opening.request_uri.hash();
    let row = app.store.pushed(&id).await?.filter(|row| row.client == opening.client.id().as_str());
    let mut row = row.ok_or_else(|| over(opening.client))?;
    if row.shown.is_none() {
        let applied = app.store.apply(pushed::show(&id, now)).await?;
        if applied.touched("pushed.show") == 0 {
            // Too late, or the same browser twice at once: the row says which.
            return resume(app, &id).await;
        }
        row.shown = Some(now);
    }
    begun(app, row)
}

fn over(client: &Client) -> PageError {
    PageError::Over { client: client.id().as_str().to_owned() }
}

/// Whoever holds the name of a request that has run out may know who asked, and begin there again.
fn run_out(row: Row, clients: &Clients) -> PageError {
    let request = row.request(clients).ok();
    let locales = request.and_then(|request| request.ui_locales().map(str::to_owned));
    PageError::RunOut { client: row.client, asked: row.pushed, locales }
}

/// The browser comes back to a transaction of its own cookie.
pub(crate) async fn resume(app: &App, id: &Hash) -> Result<Transaction, PageError> {
    let unknown = PageError::Request(authorize::UNKNOWN_REQUEST_URI);
    begun(app, app.store.pushed(id).await?.ok_or(unknown)?)
}

fn begun(app: &App, row: Row) -> Result<Transaction, PageError> {
    let Some(begun) = row.shown.filter(|_| row.is_open(app.now())) else {
        return Err(run_out(row, &app.clients));
    };
    match row.request(&app.clients) {
        Ok(request) => Ok(Transaction { id: row.id, request, begun, client: row.client }),
        // The registration was changed after the push: nothing in the row is certain any more.
        Err(Refusal::Page(fault)) => Err(PageError::Request(fault)),
        Err(Refusal::Redirect(answer)) => {
            Err(PageError::Request(answer.fault().unwrap_or(authorize::UNKNOWN_REQUEST_URI)))
        }
    }
}

/// What comes next for a browser with this cookie. `accepted`: the person has just agreed to what they were asked.
pub(crate) async fn step(
    app: &App,
    transaction: &Transaction,
    secret: Option<&SessionSecret>,
    accepted: bool,
) -> Result<Step, PageError> {
    let found = session::resume(app, secret, app.now()).await?;
    let who = found.as_ref().map(|(session, person)| Who { session, person });
    step_of(app, transaction, who, accepted).await
}

/// A session with its person.
#[derive(Clone, Copy)]
pub(crate) struct Who<'a> {
    pub(crate) session: &'a Session,
    pub(crate) person: &'a Person,
}

/// What comes next for this person, or for nobody.
pub(crate) async fn step_of(
    app: &App,
    transaction: &Transaction,
    who: Option<Who<'_>>,
    accepted: bool,
) -> Result<Step, PageError> {
    let now = app.now();
    if !feed::is_fresh(app, now).await? {
        return Err(PageError::Stale);
    }
    let client = transaction.client(&app.clients)?;
    let (session, person) = who.map(|who| (who.session, who.person)).unzip();
    let hinted = match hint(app, transaction, client) {
        Ok(hinted) => hinted,
        Err(fault) => return end(app, transaction, client, transaction.request.refuse(fault), now).await,
    };
    let subject = person.and_then(|person| Subject::at(client, person, &app.pairwise));
    let remembered = match &subject {
        Some(subject) => app.store.consent(client.id(), subject).await?,
        None => None,
    };
    let situation = Situation {
        request: &transaction.request,
        client,
        begun: transaction.begun,
        session,
        person,
        remembered: remembered.as_ref(),
        hinted: hinted.as_ref(),
        pairwise: &app.pairwise,
        now,
    };
    match if accepted { situation.accepted() } else { situation.next() } {
        Next::SignIn => Ok(Step::SignIn),
        Next::AskConsent(asked) => match person {
            Some(person) => Ok(Step::AskConsent { asked, person: Box::new(person.clone()) }),
            None => Ok(Step::SignIn),
        },
        Next::Ready(ready) => fulfil(app, transaction, ready, now).await,
        Next::Refuse(answer) => end(app, transaction, client, answer, now).await,
    }
}

/// The person refuses, or goes back without signing in.
pub(crate) async fn refuse(app: &App, transaction: &Transaction) -> Result<Step, PageError> {
    let client = transaction.client(&app.clients)?;
    end(app, transaction, client, grant::refused_by_person(&transaction.request), app.now()).await
}

fn hint(app: &App, transaction: &Transaction, client: &Client) -> Result<Option<Subject>, Fault> {
    let Some(text) = transaction.request.id_token_hint() else { return Ok(None) };
    Hint::read(text, &app.issuer, app.token_key.public_key())
        .filter(|hint| hint.client == client.id().as_str())
        .map(|hint| Some(hint.subject))
        .ok_or(Fault::new(ErrorCode::InvalidRequest, "id_token_hint is not a token of ours for this client"))
}

async fn fulfil(
    app: &App,
    transaction: &Transaction,
    ready: Ready<'_>,
    now: Instant,
) -> Result<Step, PageError> {
    let done: Fulfilled = ready.fulfil(transaction.id, &*app.random, now).map_err(Broken::Seal)?;
    let mut plan = grants::grant(&done.row).then(pushed::answer(&transaction.id, now));
    if let Some(consent) = &done.remember {
        plan = plan.then(consents::remember(&done.row.client, &done.row.subject, consent, now));
    }
    let plan = plan.then(app.event(&done.event, now).map_err(Broken::Random)?);
    apply_once(app, plan, transaction).await?;
    Ok(Step::Leave(done.answer.url(&app.issuer)))
}

async fn end(
    app: &App,
    transaction: &Transaction,
    client: &Client,
    answer: Answer,
    now: Instant,
) -> Result<Step, PageError> {
    let event = Event::at(What::Refused, client.id().clone(), None);
    let plan = pushed::answer(&transaction.id, now).then(app.event(&event, now).map_err(Broken::Random)?);
    apply_once(app, plan, transaction).await?;
    Ok(Step::Leave(answer.url(&app.issuer)))
}

// Whoever comes second finds the transaction answered.
async fn apply_once(app: &App, plan: service::db::Plan, transaction: &Transaction) -> Result<(), PageError> {
    match app.store.apply(plan).await {
        Ok(_) => Ok(()),
        Err(error) if error.exists("grants.grant") || error.lost("pushed.answer") => {
            Err(over(transaction.client(&app.clients)?))
        }
        Err(error) => Err(error.into()),
    }
}
