//! `/desk/cases/NUMBER/birth-date`.

use std::sync::Arc;

use axum::response::Response;
use pki_core::time::Instant;

use super::{Answered, Desk, InHand, Sheet, at, step};
use crate::app::App;
use crate::app::desk;
use crate::pages::desk::BirthDate;
use crate::pages::{Problems, rendered};
use crate::store::cases::CaseRow;
use crate::store::officers::OfficerRow;

/// `YYYY-MM-DD` of a real day, not before 1900 (the oldest person alive was born later) and not in the future.
fn real_date(day: &str, month: &str, year: &str, now: Instant) -> Option<String> {
    if year.len() != 4 {
        return None;
    }
    let (day, month, year) = (day.parse::<u8>().ok()?, month.parse::<u8>().ok()?, year.parse::<i32>().ok()?);
    let month = time::Month::try_from(month).ok()?;
    let date = time::Date::from_calendar_date(year, month, day).ok()?;
    let today = time::OffsetDateTime::from_unix_timestamp(now.seconds()).ok()?.date();
    let known = (1900..).contains(&year) && date <= today;
    known.then(|| format!("{year:04}-{:02}-{day:02}", u8::from(month)))
}

pub(in crate::http) async fn page(InHand { desk, row }: InHand) -> Response {
    let recorded = row.answers.birth_date.clone().unwrap_or_default();
    let mut parts = recorded.splitn(3, '-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let typed = [day, month, year].map(Option::unwrap_or_default);
    show(&desk, &row, typed, &Problems::default())
}

fn show(desk: &Desk, case: &CaseRow, [day, month, year]: [&str; 3], problems: &Problems) -> Response {
    let t = desk.http.texts();
    let main = rendered(&BirthDate { t, csrf: &desk.csrf(), day, month, year, problems });
    desk.page(Sheet {
        title: t.say("birth-title"),
        main: &main,
        case: Some(case),
        step: Some("step-birth-date"),
        back: Some((at(&case.number, "other-names"), "step-other-names")),
        wrong: !problems.is_empty(),
        ..Sheet::default()
    })
}

pub(in crate::http) async fn answer(Answered { desk, row, form }: Answered) -> Response {
    let typed = ["day", "month", "year"].map(|name| form.one(name).unwrap_or_default().trim());
    let [day, month, year] = typed;
    let Some(date) = real_date(day, month, year, desk.http.now()) else {
        let mut problems = Problems::default();
        problems.add(desk.http.texts(), "day", "birth-wrong");
        return show(&desk, &row, typed, &problems);
    };
    let (number, next) = (row.number.clone(), at(&row.number, "identity"));
    let work = |app: Arc<App>, officer: OfficerRow| async move {
        desk::answer_birth_date(&app, &officer, &number, &date).await
    };
    let done = step!(desk.run(work).await);
    desk.then(done, &next)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Real days in the past only: today is one, tomorrow and 29 February 2027 are none.
    #[test]
    fn a_birth_date_is_a_real_day_in_the_past() {
        let now = Instant::from_seconds(1_809_525_900); // 5 May 2027
        let date = |day, month, year| real_date(day, month, year, now);
        assert_eq!(date("4", "3", "1990").as_deref(), Some("1990-03-04"));
        assert_eq!(date("5", "5", "2027").as_deref(), Some("2027-05-05"));
        assert_eq!(date("6", "5", "2027"), None);
        assert_eq!(date("29", "2", "2024").as_deref(), Some("2024-02-29"));
        assert_eq!(date("29", "2", "2027"), None);
        assert_eq!(date("1", "1", "1899"), None);
        assert_eq!(date("1", "1", "90"), None);
        assert_eq!(date("", "1", "1990"), None);
    }
}
