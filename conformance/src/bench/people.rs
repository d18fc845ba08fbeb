//! The people who log in and sign: enrolled at the desk by the officer of the board, each with a device and a browser of their own.

use anyhow::{Context as _, Result};

use crate::browserless::Browser;
use crate::country::Country;
use crate::walk::enrol::{self, Newcomer};

/// A browser holds its person's device; a login begins by forgetting all cookies.
pub(super) type People = Vec<Browser>;

/// Enrols so many people, one after the other, as an officer does it.
pub(super) async fn enrol(country: &Country, number: usize) -> Result<People> {
    let board = country.board()?;
    let link = board.enrol.iter().find(|link| link.role == "officer").context("no link for an officer")?;
    let mut officer = Browser::new()?;
    enrol::take_link(&mut officer, link).await?;
    enrol::officer_signs_in(&mut officer, board).await?;
    let mut people = People::with_capacity(number);
    for index in 0..number {
        let family = format!("Example {}", letters(index));
        let newcomer = Newcomer { given: "Noor", family: &family, script: "Latn", born: ["7", "3", "1988"] };
        let mut person = Browser::new()?;
        enrol::at_the_desk(&mut officer, &mut person, board, newcomer)
            .await
            .with_context(|| family.clone())?;
        people.push(person);
    }
    Ok(people)
}

/// `A`, `B`, … `Z`, `BA`, …: names hold no digits.
fn letters(mut index: usize) -> String {
    let mut text = Vec::new();
    loop {
        let letter = u8::try_from(index % 26).unwrap_or_default();
        text.push(char::from(b'A' + letter));
        index /= 26;
        if index == 0 {
            return text.into_iter().rev().collect();
        }
    }
}
