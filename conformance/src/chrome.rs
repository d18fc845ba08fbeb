//! A real Chromium with a virtual authenticator: one [`Chrome`] is one person at one device.
//!
//! Everything is done as a person would: fields are typed into, buttons are clicked, files are dropped into a file field. What
//! the page says is read from the page. A person may also do without a pointer, or without script.

mod age;
pub(crate) mod keyboard;
mod scriptless;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::process::{Child, Command};

/// A page with several certificates, stamps and writes behind it, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(45);
/// The window of somebody at a desk, on a screen taller than every page: nothing has to be scrolled to before it is clicked.
const WINDOW: &str = "--window-size=1200,4000";
const GLANCE: Duration = Duration::from_millis(100);

/// How much of a page a device shows at once.
const HEIGHT: i64 = 800;

/// A screen that a page is shown on, and what its owner has chosen in its settings (CSS media features with their values).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// In CSS pixels.
    pub width: i64,
    /// `[("prefers-color-scheme", "dark")]`.
    pub wishes: &'static [(&'static str, &'static str)],
}

/// The driver that starts browsers.
pub struct Chromedriver {
    port: u16,
    _process: Child,
}

impl Chromedriver {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// When it is not installed.
    pub fn start() -> Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver does not run: conformance/setup installs it")?;
        Ok(Self { port, _process: process })
    }
}

/// What a person does without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Without {
    Nothing,
    /// Hands on a keyboard.
    Pointer,
    /// Except for a passkey step, which nobody can take without it.
    Script,
}

/// One person's browser.
pub struct Chrome {
    driver: WebDriver,
    authenticator: String,
    without: Without,
}

impl Chrome {
    /// A fresh browser with an empty internal authenticator that verifies its user.
    ///
    /// # Errors
    /// When no browser starts.
    pub async fn open(chromedriver: &Chromedriver, downloads: &Path) -> Result<Self> {
        let mut capabilities = DesiredCapabilities::chrome();
        // --no-sandbox: Chromium refuses to run as root otherwise, and CI is root.
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--lang=en",
            WINDOW,
        ] {
            capabilities.add_arg(argument)?;
        }
        capabilities.set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::Severe)?;
        let server = format!("http://127.0.0.1:{}", chromedriver.port);
        let begun = Instant::now();
        let driver = loop {
            match WebDriver::new(&server, capabilities.clone()).await {
                Ok(driver) => break driver,
                Err(error) if begun.elapsed() > PATIENCE => return Err(error).context("no browser started"),
                Err(_) => tokio::time::sleep(GLANCE).await,
            }
        };
        let cdp = driver.cdp();
        cdp.send_raw("WebAuthn.enable", json!({"enableUI": false})).await?;
        let options = json!({"options": {
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true,
        }});
        let added = cdp.send_raw("WebAuthn.addVirtualAuthenticator", options).await?;
        let authenticator =
            added.get("authenticatorId").and_then(|id| id.as_str()).context("no authenticator")?.to_owned();
        cdp.send_raw("Emulation.setScrollbarsHidden", json!({"hidden": true})).await?;
        let chrome = Self { driver, authenticator, without: Without::Nothing };
        chrome.downloads_to(downloads).await?;
        Ok(chrome)
    }

    /// From now on, what is downloaded comes into this folder.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub async fn downloads_to(&self, folder: &Path) -> Result<()> {
        let behavior = json!({"behavior": "allow", "downloadPath": folder});
        self.driver.cdp().send_raw("Page.setDownloadBehavior", behavior).await?;
        Ok(())
    }

    /// Types an address.
    ///
    /// # Errors
    /// When the browser cannot go there.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.driver.goto(url).await.with_context(|| format!("opening {url}"))
    }

    /// Where it stands.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub async fn here(&self) -> Result<url::Url> {
        Ok(url::Url::parse(self.driver.current_url().await?.as_str())?)
    }

    /// The words of the page that can be seen.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub async fn words(&self) -> Result<String> {
        let script = "return document.body ? document.body.innerText : ''";
        Ok(self.driver.execute(script, Vec::new()).await?.json().as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page says this.
    ///
    /// # Errors
    /// When it never does; what it says instead is told.
    pub async fn reads(&self, words: &str) -> Result<()> {
        let begun = Instant::now();
        loop {
            // While a page is being left there is no body to read.
            let seen = self.words().await.unwrap_or_default();
            if seen.to_lowercase().contains(&words.to_lowercase()) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("the page never said \"{words}\"; {} says: {seen}", self.here().await?);
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Waits until an element is there.
    ///
    /// # Errors
    /// When it never is; what the page says instead is told.
    pub async fn finds(&self, css: &str) -> Result<WebElement> {
        let begun = Instant::now();
        loop {
            match self.driver.find(By::Css(css)).await {
                Ok(element) => return Ok(element),
                Err(_) if begun.elapsed() < PATIENCE => tokio::time::sleep(GLANCE).await,
                Err(_) => {
                    bail!("{} never shows `{css}`; it says: {}", self.here().await?, self.words().await?)
                }
            }
        }
    }

    /// Types into a field, or chooses in a list or among buttons.
    ///
    /// # Errors
    /// When there is no such field or choice.
    pub async fn fill(&self, name: &str, value: &str) -> Result<()> {
        if self.without == Without::Pointer {
            return self.fill_by_key(name, value).await;
        }
        let field = self.finds(&format!("[name='{name}']")).await?;
        let kind = field.attr("type").await?.unwrap_or_default();
        if field.tag_name().await? == "select" {
            field.find(By::Css(format!("option[value='{value}']"))).await?.click().await?;
        } else if kind == "radio" || kind == "checkbox" {
            // As people do: on the words, which are larger than the circle.
            let choice = self.finds(&format!("[name='{name}'][value='{value}']")).await?;
            let id = choice.id().await?.with_context(|| format!("the choice {name} = {value} has no id"))?;
            self.press(&format!("label[for='{id}']")).await?;
            ensure!(choice.is_selected().await?, "the choice {name} = {value} is not taken");
        } else if kind == "date" {
            // The keys that a date field takes differ by locale; the value does not.
            let script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))";
            self.driver.execute(script, vec![field.to_json()?, json!(value)]).await?;
        } else {
            field.clear().await?;
            field.send_keys(value).await?;
        }
        Ok(())
    }

    /// Puts a file into the page's file field.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn choose_file(&self, file: &Path) -> Result<()> {
        if self.without == Without::Pointer {
            self.reach("input[type=file]").await?;
        }
        let path = file.to_str().context("the path is not text")?;
        self.finds("input[type=file]").await?.send_keys(path).await?;
        Ok(())
    }

    /// Presses an element. What comes of it is waited for by whoever looks at the page next.
    ///
    /// # Errors
    /// When there is no such element, or it cannot be pressed.
    pub async fn press(&self, css: &str) -> Result<()> {
        match self.without {
            Without::Pointer => self.press_by_key(css).await,
            Without::Script if css.contains("[data-passkey]") => self.passkey_step(css).await,
            Without::Script | Without::Nothing => self.click(css).await,
        }
    }

    async fn click(&self, css: &str) -> Result<()> {
        let begun = Instant::now();
        loop {
            let element = self.finds(css).await?;
            match element.click().await {
                Ok(()) => return Ok(()),
                // The page still moves under the pointer: it has just been loaded or pictured.
                Err(_) if begun.elapsed() < PATIENCE => tokio::time::sleep(GLANCE).await,
                Err(error) => return Err(error).with_context(|| format!("pressing `{css}`")),
            }
        }
    }

    /// How many passkeys the authenticator holds.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub async fn passkeys(&self) -> Result<usize> {
        let held = self
            .driver
            .cdp()
            .send_raw("WebAuthn.getCredentials", json!({"authenticatorId": self.authenticator}))
            .await?;
        Ok(held.get("credentials").and_then(|list| list.as_array()).map_or(0, Vec::len))
    }

    /// From now on the device does (or does not) recognise its user.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub async fn user_is_verified(&self, verified: bool) -> Result<()> {
        let setting = json!({"authenticatorId": self.authenticator, "isUserVerified": verified});
        self.driver.cdp().send_raw("WebAuthn.setUserVerified", setting).await?;
        Ok(())
    }

    /// Runs a script in the page; no policy of the page is asked. It answers with `return`.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script(&self, source: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver.execute(source, arguments).await?.json().clone())
    }

    /// The same for a script that answers later: by a call of its last argument.
    ///
    /// # Errors
    /// When it throws, or never answers.
    pub async fn script_later(&self, source: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver.execute_async(source, arguments).await?.json().clone())
    }

    /// What the browser has complained of since it was asked last.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let log = self.driver.browser_log().await?;
        Ok(log.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
    }

    /// From now on somebody touches the device when it is asked for a passkey, or nobody does.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub async fn somebody_touches(&self, touches: bool) -> Result<()> {
        let setting = json!({"authenticatorId": self.authenticator, "enabled": touches});
        self.driver.cdp().send_raw("WebAuthn.setAutomaticPresenceSimulation", setting).await?;
        Ok(())
    }

    /// A key, pressed and released by hand: `Tab`.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub async fn tab(&self) -> Result<()> {
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
            self.driver.cdp().send_raw("Input.dispatchKeyEvent", key).await?;
        }
        Ok(())
    }

    /// From now on, until [`Chrome::at_its_own`], the page is shown on this device.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub async fn on(&self, device: Device) -> Result<()> {
        self.resize(device.width, HEIGHT).await?;
        let features: Vec<_> =
            device.wishes.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", json!({"features": features})).await?;
        Ok(())
    }

    /// The browser's own window again.
    ///
    /// # Errors
    /// When the browser has gone away.
    pub async fn at_its_own(&self) -> Result<()> {
        self.driver.cdp().send_raw("Emulation.clearDeviceMetricsOverride", json!({})).await?;
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", json!({"features": []})).await?;
        Ok(())
    }

    /// A picture of the whole page (PNG) on the device that it is shown on, this wide.
    ///
    /// # Errors
    /// When the picture cannot be taken.
    pub async fn snapshot(&self, width: i64) -> Result<Vec<u8>> {
        let height = self.script("return document.documentElement.scrollHeight", Vec::new()).await?;
        self.resize(width, height.as_i64().unwrap_or(HEIGHT)).await?;
        let shot = self.driver.cdp().send_raw("Page.captureScreenshot", json!({})).await?;
        self.resize(width, HEIGHT).await?;
        let data = shot.get("data").and_then(|data| data.as_str()).context("no picture")?;
        Ok(BASE64.decode(data)?)
    }

    /// The page on paper (PDF), as people print it: A4 where the page does not say otherwise, no backgrounds.
    ///
    /// # Errors
    /// When it cannot be printed.
    pub async fn printed(&self) -> Result<Vec<u8>> {
        let a4 = json!({"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": true, "printBackground": false});
        let print = self.driver.cdp().send_raw("Page.printToPDF", a4).await?;
        let data = print.get("data").and_then(|data| data.as_str()).context("nothing was printed")?;
        Ok(BASE64.decode(data)?)
    }

    async fn resize(&self, width: i64, height: i64) -> Result<()> {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When it has gone away already.
    pub async fn close(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}

/// Waits for the one file that a browser downloads into an empty folder.
///
/// # Errors
/// When none arrives.
pub async fn downloaded(folder: &Path) -> Result<std::path::PathBuf> {
    let begun = Instant::now();
    loop {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "pdf") {
                return Ok(path);
            }
        }
        ensure!(begun.elapsed() < PATIENCE, "nothing was downloaded");
        tokio::time::sleep(GLANCE).await;
    }
}
