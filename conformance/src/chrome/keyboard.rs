//! Hands on a keyboard: every step by keys, from where the focus is.
//!
//! `Tab` leads to whatever is to be pressed or filled; what has the focus must show it and must not be covered. Each page
//! that is worked on is walked through once from its beginning: the first stop is the link that skips to the content, and
//! the last one lets the keyboard go. The window in which a file is chosen belongs to the system and not to the page: the keys
//! lead to the field, and the driver gives the file.

use anyhow::{Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::{Chrome, HEIGHT, Without};

/// More stops than any page of ours has.
const STOPS_MAX: usize = 80;
/// The screen of somebody at a desk: what has the focus must be scrolled to.
const WIDTH: i64 = 1200;
/// More choices than any group or list of ours has.
const CHOICES_MAX: usize = 20;
/// `Input.dispatchKeyEvent`, bit field of modifiers.
const CONTROL: u8 = 2;

/// What has the focus. See `stop.js`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stop {
    /// For people.
    pub(crate) what: String,
    /// Whether it is the link that skips to the content.
    pub(crate) skips: bool,
    /// Whether it shows that it has the focus, and is not covered.
    pub(crate) seen: bool,
    /// Whether it is the element that was asked for.
    pub(crate) wanted: bool,
    /// Which key presses it.
    key: Presses,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Presses {
    Enter,
    Space,
}

/// A key of the keyboard, as the DevTools protocol names it.
pub(crate) struct Key<'a> {
    key: &'a str,
    code: &'a str,
    number: u32,
    text: Option<&'a str>,
}

/// Leads to the next stop.
pub(crate) const TAB: Key<'_> = Key { key: "Tab", code: "Tab", number: 9, text: None };
const SPACE: Key<'_> = Key { key: " ", code: "Space", number: 32, text: Some(" ") };
const DOWN: Key<'_> = Key { key: "ArrowDown", code: "ArrowDown", number: 40, text: None };
/// Presses a link or a button.
pub(crate) const ENTER: Key<'_> = Key { key: "Enter", code: "Enter", number: 13, text: Some("\r") };

impl Chrome {
    /// From now on this person has no pointer, and a screen on which not every page fits.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub(crate) async fn by_keyboard(&mut self) -> Result<()> {
        self.without = Without::Pointer;
        self.resize(WIDTH, HEIGHT).await
    }

    /// Goes to an element and presses it.
    pub(super) async fn press_by_key(&self, css: &str) -> Result<()> {
        let stop = self.reach(css).await?;
        self.strike(match stop.key {
            Presses::Enter => &ENTER,
            Presses::Space => &SPACE,
        })
        .await
    }

    /// Goes to a field and types, or chooses in a list or among buttons with the arrow keys.
    pub(super) async fn fill_by_key(&self, name: &str, value: &str) -> Result<()> {
        let field = self.finds(&format!("[name='{name}']")).await?;
        let kind = field.attr("type").await?.unwrap_or_default();
        if field.tag_name().await? == "select" {
            self.reach(&format!("[name='{name}']")).await?;
            self.choose(&format!("[name='{name}'] option[value='{value}']:checked")).await
        } else if kind == "radio" {
            // One stop for the group: what is chosen in it, or its first.
            let group = format!("[name='{name}']");
            self.reach(&format!(":is({group}:checked, {group}:not(form:has({group}:checked) *))")).await?;
            let choice = format!("[name='{name}'][value='{value}']");
            for _ in 0..CHOICES_MAX {
                if self.stop(&choice).await?.is_some_and(|stop| stop.wanted) {
                    break;
                }
                self.strike(&DOWN).await?;
            }
            if !self.finds(&choice).await?.is_selected().await? {
                self.strike(&SPACE).await?;
            }
            self.is_there(&format!("{choice}:checked")).await
        } else if kind == "checkbox" {
            let choice = format!("[name='{name}'][value='{value}']");
            self.press_by_key(&choice).await?;
            self.is_there(&format!("{choice}:checked")).await
        } else {
            self.reach(&format!("[name='{name}']")).await?;
            self.strike_with(&Key { key: "a", code: "KeyA", number: 65, text: None }, CONTROL).await?;
            for letter in value.chars() {
                let text = letter.to_string();
                self.strike(&Key { key: &text, code: "", number: 0, text: Some(&text) }).await?;
            }
            let typed = field.prop("value").await?.unwrap_or_default();
            ensure!(typed == value, "the field {name} has {typed:?} after typing {value:?}");
            Ok(())
        }
    }

    /// Goes on with `Tab` until the first element of this selector has the focus. A page that was not worked on before is
    /// walked through first.
    pub(crate) async fn reach(&self, css: &str) -> Result<Stop> {
        self.finds(css).await?;
        self.walk_through().await?;
        let mut passed = Vec::new();
        // Where the page ends, the focus leaves it and comes back at its beginning.
        for _ in 0..2 * STOPS_MAX {
            self.strike(&TAB).await?;
            let Some(stop) = self.stop(css).await? else { continue };
            ensure!(stop.seen, "nobody sees that {} has the focus on {}", stop.what, self.here().await?);
            if stop.wanted {
                return Ok(stop);
            }
            passed.push(stop.what);
        }
        bail!("no key leads to `{css}` on {}; they lead to: {}", self.here().await?, passed.join(", "))
    }

    /// What has the focus, if anything on the page has.
    pub(crate) async fn stop(&self, css: &str) -> Result<Option<Stop>> {
        let found = self.script(include_str!("stop.js"), vec![json!(css)]).await?;
        Ok(serde_json::from_value(found)?)
    }

    /// WCAG 2.2, 2.1.2 and 2.4.1: from the beginning of the page through all its stops and out of it again; each is seen, and
    /// the first one skips to the content. Where the page puts the focus somewhere, or its address leads further down, the round
    /// begins there.
    async fn walk_through(&self) -> Result<()> {
        let mark = "const was = document.walked === true; document.walked = true; return was";
        if self.script(mark, Vec::new()).await? == json!(true) {
            return Ok(());
        }
        let begins = self.here().await?.fragment().is_none() && self.stop("main").await?.is_none();
        for number in 0..STOPS_MAX {
            self.strike(&TAB).await?;
            let Some(stop) = self.stop("main").await? else {
                ensure!(number > 0, "{} has no stop for a keyboard", self.here().await?);
                return Ok(());
            };
            let here = self.here().await?;
            ensure!(number > 0 || !begins || stop.skips, "the first stop on {here} is {}", stop.what);
            ensure!(stop.seen, "nobody sees that {} has the focus on {here}", stop.what);
        }
        bail!("{} does not let the keyboard go: {:?}", self.here().await?, self.stop("main").await?)
    }

    /// An arrow key until this is there.
    async fn choose(&self, css: &str) -> Result<()> {
        for _ in 0..CHOICES_MAX {
            if !self.driver.find_all(By::Css(css)).await?.is_empty() {
                return Ok(());
            }
            self.strike(&DOWN).await?;
        }
        bail!("the arrow keys do not lead to `{css}` on {}", self.here().await?)
    }

    async fn is_there(&self, css: &str) -> Result<()> {
        let found = self.driver.find_all(By::Css(css)).await?;
        ensure!(!found.is_empty(), "`{css}` is not there on {}", self.here().await?);
        Ok(())
    }

    /// Presses a key and lets it go.
    pub(crate) async fn strike(&self, key: &Key<'_>) -> Result<()> {
        self.strike_with(key, 0).await
    }

    async fn strike_with(&self, key: &Key<'_>, modifiers: u8) -> Result<()> {
        let mut event = json!({
            "type": if key.text.is_some() { "keyDown" } else { "rawKeyDown" },
            "key": key.key, "code": key.code, "windowsVirtualKeyCode": key.number, "modifiers": modifiers,
        });
        if let (Some(text), Some(event)) = (key.text, event.as_object_mut()) {
            event.insert("text".to_owned(), Value::from(text));
        }
        self.driver.cdp().send_raw("Input.dispatchKeyEvent", event.clone()).await?;
        if let Some(event) = event.as_object_mut() {
            event.insert("type".to_owned(), Value::from("keyUp"));
            event.remove("text");
        }
        self.driver.cdp().send_raw("Input.dispatchKeyEvent", event).await?;
        Ok(())
    }
}
