//! Enrolment at the registration authority: an officer's first passkey, a case at the desk, a person's passkey, the officer's
//! confirmation; and an order that suspends a person.

use anyhow::{Context as _, Result, ensure};

use crate::browserless::{Arrived, Browser};
use crate::country::{Board, EnrolmentLink};
use crate::html::{Ceremony, Form};

/// Whom an officer enrols.
#[derive(Clone, Copy)]
pub struct Newcomer<'a> {
    /// Given name, as typed.
    pub given: &'a str,
    /// Family name, as typed.
    pub family: &'a str,
    /// ISO 15924.
    pub script: &'a str,
    /// Day, month, year.
    pub born: [&'a str; 3],
}

/// A case that has become a slip.
#[derive(Clone, Debug)]
pub struct Slip {
    /// `K26-XXXX-XXXX`.
    pub case: String,
    /// `XXXX-XXXX-XXXX-XXXX`.
    pub code: String,
}

/// Makes the passkey that an enrolment link is for.
///
/// # Errors
/// When the page on the way is not what it should be.
pub async fn take_link(browser: &mut Browser, link: &EnrolmentLink) -> Result<Arrived> {
    let arrived = browser.open(link.url.as_str()).await?.ok()?;
    let page = arrived.page();
    ensure!(page.text.contains(&link.name), "the page does not say whose passkey it is: {}", arrived.said());
    browser.passkey(&page, Ceremony::Create).await?.ok()
}

/// An officer signs in at the desk.
///
/// # Errors
/// When the desk does not open.
pub async fn officer_signs_in(browser: &mut Browser, board: &Board) -> Result<Arrived> {
    let arrived = browser.open(board.pki.join("/desk/sign-in")?.as_str()).await?.ok()?;
    let arrived = browser.passkey(&arrived.page(), Ceremony::Get).await?.ok()?;
    ensure!(arrived.url.path() == "/desk", "the desk did not open: {}", arrived.said());
    Ok(arrived)
}

/// From the next person to a record that waits for the officer's approval.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn record(browser: &mut Browser, board: &Board, newcomer: Newcomer<'_>) -> Result<Arrived> {
    let desk = browser.open(board.pki.join("/desk")?.as_str()).await?.ok()?;
    let arrived = press(browser, &desk, "/desk/cases", &[]).await?;
    let names = [("given", newcomer.given), ("family", newcomer.family), ("script", newcomer.script)];
    let arrived = press(browser, &arrived, "", &names).await?;
    let arrived = press(browser, &arrived, "", &[("another", "no")]).await?;
    let [day, month, year] = newcomer.born;
    let arrived = press(browser, &arrived, "", &[("day", day), ("month", month), ("year", year)]).await?;
    let checks = [("document", "passport"), ("ending", "7KX2"), ("photo", "same")];
    let arrived = press(browser, &arrived, "", &checks).await?;
    ensure!(arrived.url.path().ends_with("/answers"), "not at the answers: {}", arrived.said());
    ensure!(
        arrived.page().text.contains(newcomer.family),
        "the answers do not show the name: {}",
        arrived.said()
    );
    press(browser, &arrived, "", &[]).await
}

/// The officer approves the record with the passkey and gets the slip.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn approve(browser: &mut Browser, record: &Arrived) -> Result<Slip> {
    let arrived = browser.passkey(&record.page(), Ceremony::Get).await?.ok()?;
    let page = arrived.page();
    let code = slip_code(&page.text).with_context(|| format!("no slip: {}", arrived.said()))?;
    Ok(Slip { case: case_number(&arrived)?, code })
}

/// The person types the code and makes the passkey. Answers the page that waits for the officer.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn person_makes_passkey(browser: &mut Browser, board: &Board, slip: &Slip) -> Result<Arrived> {
    let arrived = browser.open(board.pki.join("/enrol")?.as_str()).await?.ok()?;
    // As people type: small letters, and no hyphens.
    let typed = slip.code.to_lowercase().replace('-', " ");
    let arrived = press(browser, &arrived, "/enrol", &[("code", &typed)]).await?;
    let arrived = browser.passkey(&arrived.page(), Ceremony::Create).await?.ok()?;
    ensure!(arrived.reloads(), "the page does not wait for the officer: {}", arrived.said());
    Ok(arrived)
}

/// The officer sees the same key as the person does, and confirms it.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn confirm(browser: &mut Browser, board: &Board, slip: &Slip, waiting: &Arrived) -> Result<()> {
    let arrived =
        browser.open(board.pki.join(&format!("/desk/cases/{}", slip.case))?.as_str()).await?.ok()?;
    let page = arrived.page();
    let fingerprint =
        fingerprint(&waiting.page().text).with_context(|| format!("no fingerprint: {}", waiting.said()))?;
    ensure!(page.text.contains(&fingerprint), "the officer does not see {fingerprint}: {}", arrived.said());
    browser.passkey(&page, Ceremony::Get).await?.ok()?;
    Ok(())
}

/// A whole enrolment at the desk. Answers the slip; the person's device holds the passkey.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn at_the_desk(
    officer: &mut Browser,
    person: &mut Browser,
    board: &Board,
    newcomer: Newcomer<'_>,
) -> Result<Slip> {
    let recorded = record(officer, board, newcomer).await?;
    let slip = approve(officer, &recorded).await?;
    let waiting = person_makes_passkey(person, board, &slip).await?;
    confirm(officer, board, &slip, &waiting).await?;
    let made = person.open(waiting.url.as_str()).await?.ok()?;
    ensure!(!made.reloads(), "the person still waits: {}", made.said());
    Ok(slip)
}

/// Suspends or reinstates a person by case number.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn set_status(browser: &mut Browser, board: &Board, case: &str, status: &str) -> Result<()> {
    let desk = browser.open(board.pki.join("/desk")?.as_str()).await?.ok()?;
    // As people say it: without hyphens.
    let found = press(browser, &desk, "/desk/find", &[("number", &case.replace('-', " "))]).await?;
    let page = found.page();
    let form = page.forms.iter().find(|form| form.value("status") == Some(status));
    let form = form.with_context(|| format!("no way to {status}: {}", found.said()))?;
    let order = browser.submit(form, form.buttons.first()).await?.ok()?;
    let done = browser.passkey(&order.page(), Ceremony::Get).await?.ok()?;
    ensure!(done.url.path().ends_with(case), "the order did not end at the person: {}", done.said());
    Ok(())
}

/// Fills the form whose action ends so (empty: the page's own form) and presses its first button.
///
/// # Errors
/// When there is no such form or field, or the answer is a refusal.
pub async fn press(
    browser: &mut Browser,
    at: &Arrived,
    action: &str,
    fill: &[(&str, &str)],
) -> Result<Arrived> {
    let page = at.page();
    let fits = |form: &&Form| {
        let named = if action.is_empty() { form.action.is_empty() } else { form.action.ends_with(action) };
        named
            && form.passkey.is_none()
            && fill.iter().all(|(name, _)| form.names.iter().any(|known| known == name))
    };
    let form = page
        .forms
        .iter()
        .find(fits)
        .with_context(|| format!("no form for {action:?} {fill:?}: {}", at.said()))?;
    let mut form = form.clone();
    for (name, value) in fill {
        ensure!(form.fill(name, value), "the form does not take {name} = {value}: {}", at.said());
    }
    let before = at.url.clone();
    let arrived = browser.submit(&form, form.buttons.first()).await?.ok()?;
    ensure!(action == "/desk/find" || arrived.url != before, "the form came back: {}", arrived.said());
    Ok(arrived)
}

fn case_number(arrived: &Arrived) -> Result<String> {
    let number = arrived.url.path_segments().and_then(|mut parts| parts.find(|part| part.starts_with('K')));
    Ok(number.with_context(|| format!("no case in {}", arrived.url))?.to_owned())
}

/// Four groups of four letters and digits, as a slip prints them, with hyphens or spaces between.
fn slip_code(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split(|letter: char| letter.is_whitespace() || letter == '-').collect();
    let is_group = |group: &&str| {
        group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    };
    groups.windows(4).find(|four| four.iter().all(is_group)).map(|four| four.join("-"))
}

/// Four groups of four hexadecimal characters, as both sides read them to each other.
fn fingerprint(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_group = |word: &&str| word.len() == 4 && word.chars().all(|letter| letter.is_ascii_hexdigit());
    words.windows(4).find(|four| four.iter().all(is_group)).map(|four| four.join(" "))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_four_groups_however_they_stand() {
        for text in ["Code 7QKM-2M9D-0000-Z3T4 good once", "Case K26-CWF3-DE50 Code 7QKM 2M9D 0000 Z3T4 good"]
        {
            assert_eq!(super::slip_code(text).as_deref(), Some("7QKM-2M9D-0000-Z3T4"));
        }
        assert_eq!(super::slip_code("Case K26-CWF3-DE50, 7QKM 2M9D 0000 good"), None);
    }

    #[test]
    fn a_fingerprint_is_four_groups() {
        let text = "Your key is 01ab 23CD 4567 89ef now";
        assert_eq!(super::fingerprint(text).as_deref(), Some("01ab 23CD 4567 89ef"));
        assert_eq!(super::fingerprint("01ab 23cd 4567"), None);
    }
}
