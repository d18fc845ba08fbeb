//! Enrolments that must not happen: codes that are unknown or used, passkeys and approvals that are not honest, doors without a
//! key.

use anyhow::{Context as _, Result, ensure};

use super::{passkey_faults, refused};
use crate::browserless::Browser;
use crate::country::{Board, EnrolmentLink};
use crate::html::Ceremony;
use crate::passkey::Fault;
use crate::report::Report;
use crate::walk::{NEWCOMER, enrol};

pub(super) async fn run(report: &mut Report, board: &Board, officer: &mut Browser) {
    report.check("enrol.unknown-code", unknown_code(board).await);
    for (id, fault) in passkey_faults() {
        // A registration carries no signature of its own (attestation none), and no other person's credential.
        if id != "broken-signature" {
            report.check(&format!("enrol.passkey.{id}"), passkey_fault(board, fault).await);
        }
    }
    report.check("enrol.slip-used-twice", slip_used_twice(board).await);
    report.check("enrol.same-answer-twice", same_answer_twice(board).await);
    report.check("enrol.person-at-the-desk", person_at_the_desk(board).await);
    report.check("enrol.desk-without-session", desk_without_session(board).await);
    report.check("enrol.feed-without-pass", feed_without_pass(board).await);
    report.check("enrol.approval", approvals(officer, board).await);
    report.check("enrol.confirmation", confirmations(officer, board).await);
    report.check("enrol.form-of-another-session", form_of_another_session(officer, board).await);
}

/// The last person of the board; other rejects here take the first two.
fn link(board: &Board) -> Result<&EnrolmentLink> {
    board.enrol.iter().rfind(|link| link.role == "person").context("no link for a person")
}

async fn unknown_code(board: &Board) -> Result<()> {
    let mut nobody = Browser::new()?;
    nobody.open(board.pki.join("/enrol/0000-0000-0000-0000")?.as_str()).await?.refused(404)?;
    // Looking at a link, however often, does not use it up.
    for _ in 0..3 {
        nobody.open(link(board)?.url.as_str()).await?.ok()?;
    }
    Ok(())
}

async fn passkey_fault(board: &Board, fault: Fault) -> Result<()> {
    let mut person = Browser::new()?;
    person.device.fault = fault;
    let arrived = person.open(link(board)?.url.as_str()).await?.ok()?;
    refused(&person.passkey(&arrived.page(), Ceremony::Create).await?)
}

async fn slip_used_twice(board: &Board) -> Result<()> {
    let mut person = Browser::new()?;
    // Each dishonest answer above left the slip as it was.
    enrol::take_link(&mut person, link(board)?).await?;
    Browser::new()?.open(link(board)?.url.as_str()).await?.refused(410)?;
    Ok(())
}

/// The form of a passkey that has been made, sent once more by the same browser, and by another one.
async fn same_answer_twice(board: &Board) -> Result<()> {
    let link = board.enrol.iter().find(|link| link.role == "person").context("no link for a person")?;
    let mut person = Browser::new()?;
    let arrived = person.open(link.url.as_str()).await?.ok()?;
    let form = person.with_credential(&arrived.page(), Ceremony::Create)?;
    let mut twin = person.clone();
    person.submit(&form, form.buttons.first()).await?.ok()?;
    refused(&twin.submit(&form, form.buttons.first()).await?)
}

/// A person's passkey, good as it is, opens no desk.
async fn person_at_the_desk(board: &Board) -> Result<()> {
    let link = board.enrol.iter().filter(|link| link.role == "person").nth(1).context("no second person")?;
    let mut person = Browser::new()?;
    enrol::take_link(&mut person, link).await?;
    let arrived = person.open(board.pki.join("/desk/sign-in")?.as_str()).await?.ok()?;
    person.passkey(&arrived.page(), Ceremony::Get).await?.refused(403)?;
    Ok(())
}

async fn desk_without_session(board: &Board) -> Result<()> {
    let arrived = Browser::new()?.open(board.pki.join("/desk")?.as_str()).await?;
    ensure!(arrived.page().form_to("/desk/cases").is_none(), "the desk is open: {}", arrived.said());
    let one = board.pki.join("/desk/cases/K26-0000-0000")?;
    let arrived = Browser::new()?.open(one.as_str()).await?;
    ensure!(arrived.url.path() == "/desk/sign-in", "a case without a session: {}", arrived.said());
    Ok(())
}

async fn feed_without_pass(board: &Board) -> Result<()> {
    Browser::new()?.peek(&board.pki.join("/feed/idp?after=0&wait=0")?).await?.refused(401)?;
    Ok(())
}

/// None of the dishonest answers approves a record; the honest one does.
async fn approvals(officer: &mut Browser, board: &Board) -> Result<()> {
    let record = enrol::record(officer, board, NEWCOMER).await?;
    every_fault_but_not_honesty(officer, record.url.as_str()).await?;
    let record = officer.open(record.url.as_str()).await?.ok()?;
    let slip = enrol::approve(officer, &record).await?;
    // No person came: the officer closes the case, and its slip is worth nothing any more.
    let case = officer.open(board.pki.join(&format!("/desk/cases/{}", slip.case))?.as_str()).await?.ok()?;
    enrol::press(officer, &case, "/close", &[]).await?;
    Browser::new()?.open(board.pki.join(&format!("/enrol/{}", slip.code))?.as_str()).await?.refused(410)?;
    Ok(())
}

/// None of the dishonest answers binds a passkey to a record; the honest one does.
async fn confirmations(officer: &mut Browser, board: &Board) -> Result<()> {
    let record = enrol::record(officer, board, NEWCOMER).await?;
    let slip = enrol::approve(officer, &record).await?;
    let mut person = Browser::new()?;
    let waiting = enrol::person_makes_passkey(&mut person, board, &slip).await?;
    let case = board.pki.join(&format!("/desk/cases/{}", slip.case))?;
    every_fault_but_not_honesty(officer, case.as_str()).await?;
    let still = person.open(waiting.url.as_str()).await?.ok()?;
    ensure!(still.reloads(), "a dishonest confirmation counted: {}", still.said());
    enrol::confirm(officer, board, &slip, &waiting).await
}

async fn every_fault_but_not_honesty(officer: &mut Browser, page: &str) -> Result<()> {
    for (id, fault) in passkey_faults() {
        let arrived = officer.open(page).await?.ok()?;
        officer.device.fault = fault;
        let answered = officer.passkey(&arrived.page(), Ceremony::Get).await;
        officer.device.fault = Fault::default();
        refused(&answered?).with_context(|| id.to_owned())?;
    }
    Ok(())
}

/// A token of one browser's page is worthless in another session.
async fn form_of_another_session(officer: &mut Browser, board: &Board) -> Result<()> {
    let foreign = Browser::new()?.open(board.pki.join("/enrol")?.as_str()).await?.ok()?.page();
    let token = foreign.form_with("csrf").and_then(|form| form.value("csrf")).context("no token")?.to_owned();
    let desk = officer.open(board.pki.join("/desk")?.as_str()).await?.ok()?.page();
    let mut form = desk.form_to("/desk/cases").context("no form for the next person")?.clone();
    ensure!(form.fill("csrf", &token), "the form has no token");
    officer.submit(&form, form.buttons.first()).await?.refused(403)?;
    Ok(())
}
