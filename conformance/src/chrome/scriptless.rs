//! A browser that runs no script of a page, except for a passkey step.

use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;

use super::{Chrome, GLANCE, PATIENCE, Without};

/// How a page stands on which a passkey step was begun: left for one that stays, still there, or there with a refusal.
const STANDS: &str = "
    if (document.begun) return document.querySelector('[data-passkey-error]:not([hidden])') ? 'refused' : 'waits';
    const goes_on = document.querySelector(`meta[http-equiv=refresh][content^='0;']`);
    return document.readyState === 'complete' && !goes_on ? 'left' : 'waits';
";

impl Chrome {
    /// From now on no page of this person runs a script, except where a passkey is used.
    pub(crate) async fn without_script(&mut self) -> Result<()> {
        self.without = Without::Script;
        self.script_runs(false).await
    }

    /// WebDriver and the DevTools protocol go on to work; what the page brings does not run.
    async fn script_runs(&self, runs: bool) -> Result<()> {
        let off = json!({"value": !runs});
        self.driver.cdp().send_raw("Emulation.setScriptExecutionDisabled", off).await?;
        Ok(())
    }

    /// The passkey step of a page: first as it is without script, then with it, and the page behind it without again.
    pub(super) async fn passkey_step(&self, css: &str) -> Result<()> {
        self.script_runs(false).await?;
        self.loads_again().await?;
        self.says_what_to_do().await?;
        self.script_runs(true).await?;
        self.loads_again().await?;
        // A browser that knows whose passkey it holds may answer the page by itself, before anything is pressed.
        let begins = "document.begun = document.querySelector(arguments[0]) !== null; return document.begun";
        if self.script(begins, vec![json!(css)]).await? == json!(true) {
            self.click(css).await?;
        }
        let begun = Instant::now();
        loop {
            // While a page is being left there is nothing to ask.
            let stands = self.script(STANDS, Vec::new()).await.unwrap_or_default();
            if stands == "refused" {
                // The page that says so was made by the script.
                return Ok(());
            }
            if stands == "left" {
                break;
            }
            ensure!(begun.elapsed() < PATIENCE, "the passkey step on {} does not end", self.here().await?);
            tokio::time::sleep(GLANCE).await;
        }
        self.script_runs(false).await?;
        self.loads_again().await
    }

    async fn loads_again(&self) -> Result<()> {
        self.goto(self.here().await?.as_str()).await
    }

    /// A sentence that tells what is missing, and nothing to press in vain.
    async fn says_what_to_do(&self) -> Result<()> {
        let here = self.here().await?;
        let told = "return [...document.querySelectorAll('form[data-passkey] noscript')].some((e) => e.innerText.includes('JavaScript'))";
        ensure!(
            self.script(told, Vec::new()).await? == json!(true),
            "{here} does not say that it needs script"
        );
        let dead = "
            const forms = [...document.querySelectorAll('form[data-passkey]')];
            const buttons = forms.flatMap((form) => [...form.elements]).filter((e) => e.localName === 'button');
            return buttons.filter((button) => button.checkVisibility()).map((button) => button.innerText);
        ";
        let dead = self.script(dead, Vec::new()).await?;
        ensure!(dead == json!([]), "{here} has buttons that do nothing without script: {dead}");
        Ok(())
    }
}
