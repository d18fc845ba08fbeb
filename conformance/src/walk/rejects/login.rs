//! Logins that must not happen: wrong redirects, codes, keys and assertions at the provider's endpoints; wrong passkey answers
//! on its page.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use url::Url;

use crate::browserless::Browser;
use crate::country::{Board, Country};
use crate::html::Ceremony;
use crate::passkey::Fault as PasskeyFault;
use crate::relying_party::{Fault, Pushed, RelyingParty, stranger_key};
use crate::report::Report;
use crate::walk::agency;

/// How many redeem one code at the same time.
const AT_ONCE: usize = 50;

/// Two people with passkeys, and the agency's place at the provider.
struct Scene {
    board: Board,
    party: Arc<RelyingParty>,
    person: Browser,
    other: Browser,
}

pub(super) async fn run(report: &mut Report, country: &Country, board: &Board, people: [&Browser; 2]) {
    let Some(mut scene) = report.check("login.scene", scene(country, board, people).await) else { return };
    report.check("login.honest", scene.honest().await);
    report.check("login.unregistered-redirect", scene.unregistered_redirect().await);
    report.check("login.not-pushed", scene.not_pushed().await);
    report.check("login.wrong-verifier", scene.wrong_verifier().await);
    report.check("login.wrong-client-key", scene.wrong_client_key().await);
    report.check("login.wrong-dpop-key", scene.wrong_dpop_key().await);
    report.check("login.assertion-used-twice", scene.assertion_used_twice().await);
    report.check("login.code-replayed", scene.code_replayed().await);
    report.check("login.code-redeemed-by-fifty", scene.code_redeemed_by_fifty().await);
    report.check("login.tampered-cookie", scene.tampered_cookie().await);
    for (id, fault) in super::passkey_faults() {
        report.check(&format!("login.passkey.{id}"), scene.passkey_fault(fault).await);
    }
    report.check("login.passkey.of-another-person", scene.credential_of_another().await);
    report.check("login.passkey.replayed", scene.challenge_replayed().await);
}

async fn scene(country: &Country, board: &Board, people: [&Browser; 2]) -> Result<Scene> {
    let [person, other] = people.map(super::elsewhere);
    let redirect_uri = board.agency.join("/callback")?;
    let party = Arc::new(RelyingParty::of_agency(&country.data(), &redirect_uri).await?);
    let mut scene = Scene { board: board.clone(), party, person: person?, other: other? };
    for browser in [&mut scene.person, &mut scene.other] {
        browser.stop_before = Some(board.agency.origin());
    }
    Ok(scene)
}

impl Scene {
    /// A browser that knows nobody, with the device of somebody.
    fn elsewhere(&self, person: &Browser) -> Result<Browser> {
        let mut browser = super::elsewhere(person)?;
        browser.stop_before = Some(self.board.agency.origin());
        Ok(browser)
    }

    /// A pushed request; it must be accepted.
    async fn pushed(&self) -> Result<Pushed> {
        let (answer, pushed) = self.party.push("openid profile", |_| {}).await?;
        pushed.with_context(|| format!("the push was refused: {answer:?}"))
    }

    /// An honest authorization of the person: the request and its code.
    async fn authorized(&mut self) -> Result<(Pushed, String)> {
        let pushed = self.pushed().await?;
        let response = authorize(&mut self.person, &self.board, &pushed.address).await?;
        let code = self.party.code(&pushed, &response)?;
        Ok((pushed, code))
    }

    async fn honest(&mut self) -> Result<()> {
        let (pushed, code) = self.authorized().await?;
        let tokens = self.party.redeem(&pushed, &code, Fault::default()).await?.ok()?;
        let claims = self.party.id_token(&tokens.text("id_token")?, &pushed).await?;
        let token = tokens.text("access_token")?;
        let person = self.party.userinfo(&token, None).await?.ok()?;
        ensure!(person.body.get("sub") == claims.get("sub"), "two subjects: {claims} {}", person.body);
        // RFC 9449 §7.1: the token is worthless with another key.
        let thief = stranger_key()?;
        let stolen = self.party.userinfo(&token, Some(&thief)).await?;
        ensure!(stolen.status == 401, "a stolen token works: {} {}", stolen.status, stolen.body);
        Ok(())
    }

    async fn unregistered_redirect(&self) -> Result<()> {
        let elsewhere = "http://127.0.0.1:8403.example/callback";
        let change = |parameters: &mut Vec<(String, String)>| {
            for (name, value) in parameters {
                if name == "redirect_uri" {
                    elsewhere.clone_into(value);
                }
            }
        };
        let (answer, _) = self.party.push("openid", change).await?;
        answer.refused(400, "invalid_request")
    }

    /// FAPI 2.0 §5.3.2.2: a request that was not pushed is a page, and never a redirect.
    async fn not_pushed(&self) -> Result<()> {
        let mut address = self.party.endpoint("authorization_endpoint")?;
        address
            .query_pairs_mut()
            .append_pair("client_id", &self.party.client_id)
            .append_pair("redirect_uri", &self.party.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", "openid");
        let answered = Browser::new()?.peek(&address).await?;
        answered.refused(400)?;
        let made_up = self.party.address("urn:ietf:params:oauth:request_uri:made-up-and-never-pushed")?;
        Browser::new()?.peek(&made_up).await?.refused(400)?;
        Ok(())
    }

    async fn wrong_verifier(&mut self) -> Result<()> {
        let (pushed, code) = self.authorized().await?;
        let verifier = "a-verifier-of-somebody-else-that-is-long-enough";
        let fault = Fault { verifier: Some(verifier), ..Fault::default() };
        self.party.redeem(&pushed, &code, fault).await?.refused(400, "invalid_grant")
    }

    async fn wrong_client_key(&mut self) -> Result<()> {
        let (pushed, code) = self.authorized().await?;
        let thief = stranger_key()?;
        let fault = Fault { client_key: Some(&thief), ..Fault::default() };
        self.party.redeem(&pushed, &code, fault).await?.refused(401, "invalid_client")?;
        // Nothing is lost: who is really the client still gets the tokens.
        self.party.redeem(&pushed, &code, Fault::default()).await?.ok().map(drop)
    }

    /// RFC 9449 §10: a code that was asked for with `dpop_jkt` is redeemed with that key only.
    async fn wrong_dpop_key(&mut self) -> Result<()> {
        let key = self.party.dpop_thumbprint()?;
        let (answer, pushed) =
            self.party.push("openid profile", |all| all.push(("dpop_jkt".to_owned(), key))).await?;
        let pushed = pushed.with_context(|| format!("the push was refused: {answer:?}"))?;
        let response = authorize(&mut self.person, &self.board, &pushed.address).await?;
        let code = self.party.code(&pushed, &response)?;
        let thief = stranger_key()?;
        let fault = Fault { dpop_key: Some(&thief), ..Fault::default() };
        self.party.redeem(&pushed, &code, fault).await?.refused(400, "invalid_grant")
    }

    async fn assertion_used_twice(&mut self) -> Result<()> {
        let assertion = self.party.own_assertion()?;
        let (pushed, code) = self.authorized().await?;
        let fault = Fault { assertion: Some(&assertion), ..Fault::default() };
        self.party.redeem(&pushed, &code, fault).await?.ok()?;
        let (pushed, code) = self.authorized().await?;
        self.party.redeem(&pushed, &code, fault).await?.refused(401, "invalid_client")
    }

    /// RFC 6749 §4.1.2: used twice, the code fails, and what it gave is taken back.
    async fn code_replayed(&mut self) -> Result<()> {
        let (pushed, code) = self.authorized().await?;
        let token = self.party.redeem(&pushed, &code, Fault::default()).await?.ok()?.text("access_token")?;
        self.party.userinfo(&token, None).await?.ok()?;
        self.party.redeem(&pushed, &code, Fault::default()).await?.refused(400, "invalid_grant")?;
        self.party.userinfo(&token, None).await?.refused(401, "invalid_token")
    }

    async fn code_redeemed_by_fifty(&mut self) -> Result<()> {
        let (pushed, code) = self.authorized().await?;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..AT_ONCE {
            let (party, pushed, code) = (Arc::clone(&self.party), pushed.clone(), code.clone());
            tasks.spawn(async move { party.redeem(&pushed, &code, Fault::default()).await });
        }
        let mut won = 0;
        while let Some(answer) = tasks.join_next().await {
            let answer = answer??;
            if answer.status == 200 {
                won += 1;
            } else {
                answer.refused(400, "invalid_grant")?;
            }
        }
        ensure!(won == 1, "{won} of {AT_ONCE} redeemed one code");
        Ok(())
    }

    async fn tampered_cookie(&mut self) -> Result<()> {
        let address = self.pushed().await?.address;
        let mut nobody = self.elsewhere(&self.person)?;
        let arrived = nobody.open(address.as_str()).await?.ok()?;
        let form = nobody.with_credential(&arrived.page(), Ceremony::Get)?;
        let cookie = nobody.cookie_mut("__Host-idp-transactions").context("no cookie")?;
        let first = if cookie.starts_with('A') { "B" } else { "A" };
        cookie.replace_range(..1, first);
        let answered = nobody.submit(&form, form.buttons.first()).await?;
        super::refused(&answered)
    }

    /// One dishonest answer is refused; the honest one after it works on the same page.
    async fn passkey_fault(&self, fault: PasskeyFault) -> Result<()> {
        let pushed = self.pushed().await?;
        let mut somebody = self.elsewhere(&self.person)?;
        let arrived = somebody.open(pushed.address.as_str()).await?.ok()?;
        somebody.device.fault = fault;
        let form = somebody.with_credential(&arrived.page(), Ceremony::Get)?;
        let answered = somebody.submit(&form, form.buttons.first()).await?;
        super::refused(&answered)?;
        somebody.device.fault = PasskeyFault::default();
        let response = authorize(&mut somebody, &self.board, &self.pushed().await?.address).await?;
        ensure!(
            response.query_pairs().any(|(name, _)| name == "code"),
            "the honest answer was lost: {response}"
        );
        Ok(())
    }

    /// The other person's device names this person's credential.
    async fn credential_of_another(&self) -> Result<()> {
        let victim = self.person.device.credential_id().context("no credential")?.to_vec();
        let mut thief = self.elsewhere(&self.other)?;
        thief.device.fault = PasskeyFault { credential_id: Some(victim), ..PasskeyFault::default() };
        let arrived = thief.open(self.pushed().await?.address.as_str()).await?.ok()?;
        let form = thief.with_credential(&arrived.page(), Ceremony::Get)?;
        let answered = thief.submit(&form, form.buttons.first()).await?;
        super::refused(&answered)
    }

    /// The same answer, sent twice by the same browser.
    async fn challenge_replayed(&self) -> Result<()> {
        let mut somebody = self.elsewhere(&self.person)?;
        let arrived = somebody.open(self.pushed().await?.address.as_str()).await?.ok()?;
        let form = somebody.with_credential(&arrived.page(), Ceremony::Get)?;
        let mut twin = somebody.clone();
        somebody.submit(&form, form.buttons.first()).await?.ok()?;
        let answered = twin.submit(&form, form.buttons.first()).await?;
        super::refused(&answered).context("an answer counted twice")
    }
}

/// Passkey and consent, as far as they are asked for, until the response for the agency, which is not delivered.
async fn authorize(person: &mut Browser, board: &Board, address: &Url) -> Result<Url> {
    let arrived = person.open(address.as_str()).await?;
    let at_agency = |url: &Url| url.origin() == board.agency.origin();
    let arrived =
        agency::until(person, board, arrived, |here| here.way.last().is_some_and(at_agency)).await?;
    arrived.way.last().cloned().context("no way")
}
