//! A browser whose clock has gone on.
//!
//! Chromium does not start under a false clock, so its own clock stays; what a browser does by the clock is done for it: each
//! cookie is as much nearer to its end as time has passed, and one that has come to it is gone.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use super::Chrome;

/// What a cookie is when it is put back; the browser tells more of it than it takes.
const TAKEN: [&str; 7] = ["name", "value", "path", "secure", "httpOnly", "sameSite", "expires"];

impl Chrome {
    /// So many seconds pass for what this browser keeps.
    pub(crate) async fn grows_older(&self, seconds: i64) -> Result<()> {
        let cdp = self.driver.cdp();
        let kept = cdp.send_raw("Storage.getCookies", json!({})).await?;
        let kept = kept.get("cookies").and_then(Value::as_array).context("no list of cookies")?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs_f64();
        for cookie in kept.iter().filter_map(Value::as_object) {
            // A cookie without an end (-1) stays as long as the window.
            let ends = cookie.get("expires").and_then(Value::as_f64).unwrap_or(-1.0);
            if ends < 0.0 {
                continue;
            }
            let host = cookie.get("domain").and_then(Value::as_str).context("a cookie without a host")?;
            let name = cookie.get("name").and_then(Value::as_str).context("a cookie without a name")?;
            cdp.send_raw("Network.deleteCookies", json!({"name": name, "domain": host})).await?;
            let earlier = ends - f64::from(i32::try_from(seconds)?);
            if earlier > now {
                let mut older: Map<String, Value> = TAKEN
                    .iter()
                    .filter_map(|key| Some(((*key).to_owned(), cookie.get(*key)?.clone())))
                    .collect();
                older.insert("expires".to_owned(), json!(earlier));
                // By an address and not by a domain: these cookies belong to one host alone.
                older.insert("url".to_owned(), json!(format!("https://{host}/")));
                cdp.send_raw("Network.setCookie", Value::Object(older)).await?;
            }
        }
        Ok(())
    }
}
