//! Ways beside the path of the journey: to first pages, to what people do wrong, to what they decline, and to what is over.

mod after;
mod anybody;
mod desk;
mod guest;

use anyhow::Result;

use super::inspector::Inspector;
use crate::chrome::Chrome;
use crate::people::People;

pub(super) use self::guest::Guest;

/// What a form says when something in it must be mended.
const MEND: &str = ".problems";
/// What a passkey step says when the device did not do it.
const REFUSED: &str = "[data-passkey-error]:not([hidden]), [data-passkey-live][data-state='refused']";

/// Sends the form that has this field.
async fn send(chrome: &Chrome, field: &str) -> Result<()> {
    chrome.press(&format!("form:has([name='{field}']) button")).await
}

impl People<Inspector> {
    /// Sends the form that has this field, empty or wrong as it is, and shows what comes.
    async fn mistake(&self, chrome: &Chrome, field: &str, page: &str) -> Result<()> {
        send(chrome, field).await?;
        chrome.finds(MEND).await?;
        self.seen(chrome, page).await
    }

    /// Opens an address and shows the page.
    async fn opens(&self, chrome: &Chrome, url: &str, page: &str) -> Result<()> {
        chrome.goto(url).await?;
        self.seen(chrome, page).await
    }

    /// Shows the page from right to left, and leaves it as it was.
    async fn in_arabic(&self, chrome: &Chrome, page: &str) -> Result<()> {
        chrome.press("header a[hreflang='ar']").await?;
        chrome.finds("html[dir='rtl']").await?;
        self.seen(chrome, &format!("{page}.ar")).await?;
        chrome.press("header a[hreflang='en']").await?;
        chrome.finds("html[dir='ltr']").await.map(drop)
    }
}
