//! Signatures that must not be made: no touch, a touch over something else, somebody else's request; and what a certificate
//! authority does for nobody.

use anyhow::{Context as _, Result, ensure};

use super::{elsewhere, passkey_faults, refused};
use crate::browserless::{Arrived, Browser};
use crate::country::Board;
use crate::html::Ceremony;
use crate::passkey::Fault;
use crate::report::Report;
use crate::walk::{agency, enrol, soon};

/// Two people, and two statements that the first of them has not signed yet.
struct Scene {
    board: Board,
    person: Browser,
    other: Browser,
    proposals: Vec<String>,
    first: Arrived,
    second: Arrived,
}

pub(super) async fn run(
    report: &mut Report,
    board: &Board,
    people: [&Browser; 2],
    (officer, case): (&mut Browser, &str),
) {
    let Some(mut scene) = report.check("sign.scene", scene(board, people).await) else { return };
    report.check("sign.no-touch", scene.no_touch().await);
    for (id, fault) in passkey_faults() {
        report.check(&format!("sign.passkey.{id}"), scene.passkey_fault(fault).await);
    }
    report.check("sign.touch-of-another-person", scene.touch_of_another().await);
    report.check("sign.touch-for-another-request", scene.touch_for_another_request().await);
    report.check("sign.request-of-another-person", scene.request_of_another().await);
    report.check("sign.file-without-session", scene.file_without_session().await);
    report.check("sign.certificate-without-pass", certificate_without_pass(&scene.board).await);
    report.check("sign.request-without-token", request_without_token(&scene.board).await);
    report.check("sign.suspended-before-the-touch", scene.suspended(officer, case).await);
    report.check("sign.touch-used-twice", scene.touch_used_twice().await);
}

async fn scene(board: &Board, people: [&Browser; 2]) -> Result<Scene> {
    let [person, other] = people.map(elsewhere);
    let (mut person, other) = (person?, other?);
    let proposals = agency::proposals(&mut person, board).await?;
    let [first, second, ..] = proposals.as_slice() else { anyhow::bail!("fewer than two proposals") };
    let first = ordered(&mut person, board, first).await?;
    let second = ordered(&mut person, board, second).await?;
    Ok(Scene { board: board.clone(), person, other, proposals, first, second })
}

/// A statement that waits at the signer: the page that shows it.
async fn ordered(person: &mut Browser, board: &Board, proposal: &str) -> Result<Arrived> {
    let here = board.agency.join(&format!("/proposals/{proposal}/support"))?;
    let arrived = person.open(here.as_str()).await?;
    let statement = agency::until(person, board, arrived, |at| at.url.path() == here.path()).await?;
    agency::to_the_signer(person, board, &statement).await
}

impl Scene {
    /// The passkey page of a request, loaded anew.
    async fn accept(&mut self, second: bool) -> Result<Arrived> {
        let reading = if second { &self.second } else { &self.first };
        let reading = self.person.open(reading.url.as_str()).await?.ok()?;
        agency::to_accept(&mut self.person, &reading).await
    }

    /// A valid session but no assertion.
    async fn no_touch(&mut self) -> Result<()> {
        let page = self.accept(false).await?.page();
        let form = page.passkey_form(Ceremony::Get).context("no passkey form")?;
        refused(&self.person.submit(form, form.buttons.first()).await?)
    }

    async fn passkey_fault(&mut self, fault: Fault) -> Result<()> {
        let page = self.accept(false).await?.page();
        self.person.device.fault = fault;
        let answered = self.person.passkey(&page, Ceremony::Get).await;
        self.person.device.fault = Fault::default();
        refused(&answered?)
    }

    /// The other person's device answers this person's page, under this person's credential id.
    async fn touch_of_another(&mut self) -> Result<()> {
        let page = self.accept(false).await?.page();
        let own = self.person.device.clone();
        let mut device = self.other.device.clone();
        device.fault = Fault { credential_id: own.credential_id().map(<[u8]>::to_vec), ..Fault::default() };
        let form = page.passkey_form(Ceremony::Get).context("no passkey form")?;
        let options: serde_json::Value =
            serde_json::from_str(form.options.as_deref().context("no options")?)?;
        let mut options = options;
        // The page allows the person's credential only; the thief's device does not mind.
        if let Some(public_key) = options.get_mut("publicKey").and_then(serde_json::Value::as_object_mut) {
            public_key.remove("allowCredentials");
        }
        let answer = device.get(&options.to_string(), &self.board.signer)?;
        let mut form = form.clone();
        ensure!(form.fill("credential", &answer), "no field for the answer");
        refused(&self.person.submit(&form, form.buttons.first()).await?)
    }

    /// A good assertion for another request of the same person.
    async fn touch_for_another_request(&mut self) -> Result<()> {
        let other = self.accept(true).await?.page();
        let for_other = self.person.with_credential(&other, Ceremony::Get)?;
        let answer = for_other.value("credential").context("no answer")?.to_owned();
        let page = self.accept(false).await?.page();
        let mut form = page.passkey_form(Ceremony::Get).context("no passkey form")?.clone();
        ensure!(form.fill("credential", &answer), "no field for the answer");
        refused(&self.person.submit(&form, form.buttons.first()).await?)
    }

    /// Signed in as oneself, one sees one's own requests only.
    async fn request_of_another(&mut self) -> Result<()> {
        let first = self.first.url.clone();
        let arrived = self.other.open(first.as_str()).await?;
        let answered =
            agency::until(&mut self.other, &self.board, arrived, |here| here.url.origin() == first.origin())
                .await?;
        answered.refused(404)?;
        Ok(())
    }

    /// The address of a request or its file is no capability.
    async fn file_without_session(&self) -> Result<()> {
        for path in ["", "/document", "/pages/1", "/signed", "/accept"] {
            let address = format!("{}{path}", self.first.url.as_str().trim_end_matches('/'));
            let answered = elsewhere(&self.person)?.open(&address).await?;
            ensure!(answered.url.origin() == self.board.idp.origin(), "shown to nobody: {}", answered.said());
        }
        Ok(())
    }

    /// The officer stops the person's identity while the page with the passkey step is open.
    async fn suspended(&mut self, officer: &mut Browser, case: &str) -> Result<()> {
        let page = self.accept(false).await?.page();
        let form = self.person.with_credential(&page, Ceremony::Get)?;
        enrol::set_status(officer, &self.board, case, "suspended").await?;
        let answered = self.person.submit(&form, form.buttons.first()).await;
        enrol::set_status(officer, &self.board, case, "active").await?;
        answered?.refused(403)?;
        // Nothing was signed: the request is still open, and its page asks for the passkey again.
        let page = soon(async || self.accept(false).await).await?.page();
        ensure!(
            page.passkey_form(Ceremony::Get).is_some(),
            "the request is not open any more: {}",
            page.text
        );
        Ok(())
    }

    /// The form with a good touch, sent twice: one signature, and the second answer leads to the same receipt.
    async fn touch_used_twice(&mut self) -> Result<()> {
        let page = self.accept(false).await?.page();
        let form = self.person.with_credential(&page, Ceremony::Get)?;
        let mut twin = self.person.clone();
        let (one, two) = tokio::join!(
            self.person.submit(&form, form.buttons.first()),
            twin.submit(&form, form.buttons.first())
        );
        let (one, two) = (one?, two?);
        ensure!(
            one.status.is_success() || two.status.is_success(),
            "nobody signed: {} {}",
            one.said(),
            two.said()
        );
        let delivered = |here: &Arrived| here.page().link_to("/without-evidence").is_some();
        let first = self.first.url.clone();
        let arrived = self.person.open(first.as_str()).await?;
        let receipt = agency::until(&mut self.person, &self.board, arrived, delivered).await?;
        let [signed, _] = agency::files(&mut self.person, &receipt).await?;
        let arrived = twin.open(first.as_str()).await?;
        let receipt = agency::until(&mut twin, &self.board, arrived, delivered).await?;
        let [again, _] = agency::files(&mut twin, &receipt).await?;
        ensure!(signed == again, "two signed files for one touch");
        // The same touch once more, a while later: refused or led to the receipt, never a second file.
        let late = twin.submit(&form, form.buttons.first()).await?;
        ensure!(!late.status.is_server_error(), "a late repetition breaks something: {}", late.said());
        let counted = agency::back(
            &mut self.person,
            &self.board,
            self.proposals.first().context("no proposal")?,
            &receipt,
        );
        ensure!(counted.await? == signed, "the agency has another file");
        Ok(())
    }
}

/// Certificates are for the signer's house pass only.
async fn certificate_without_pass(board: &Board) -> Result<()> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    for path in ["/certificates", "/certificates/abandon"] {
        let answer = client.post(board.pki.join(path)?).body(vec![0x30, 0x00]).send().await?;
        ensure!(answer.status() == 401, "{path} answered {}", answer.status());
    }
    Ok(())
}

async fn request_without_token(board: &Board) -> Result<()> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let form = reqwest::multipart::Form::new().text("request", "x.y.z").text("document", "%PDF-1.7");
    let answer = client.post(board.signer.join("/v1/requests")?).multipart(form).send().await?;
    ensure!(answer.status() == 401, "answered {}", answer.status());
    Ok(())
}
