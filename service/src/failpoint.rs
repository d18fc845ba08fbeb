//! Named places where a test kills the process, so that recovery is tried between any two effects.
//!
//! Armed by the environment, and only in builds with debug assertions:
//! - `CHANCERY_FAILPOINT=NAME` aborts at the first hit of `NAME`, `NAME#3` at the third;
//! - `CHANCERY_FAILPOINT_TRACE=FILE` appends each name that is passed, so that a test can loop over all of them.
//!
//! In a release build [`hit`] is empty.

#[cfg(debug_assertions)]
use std::sync::{LazyLock, Mutex};

/// A place where the process may be told to die. Returns at once in all other cases.
#[cfg(not(debug_assertions))]
#[inline]
pub const fn hit(_name: &str) {}

/// A place where the process may be told to die. Returns at once in all other cases.
#[cfg(debug_assertions)]
pub fn hit(name: &str) {
    if let Some(trace) = &SET.trace {
        use std::io::Write as _;
        let file = std::fs::OpenOptions::new().create(true).append(true).open(trace);
        if let Ok(mut file) = file
            && let Err(error) = writeln!(file, "{name}")
        {
            tracing::warn!(%error, "the failpoint trace could not be written");
        }
    }
    if let Some((armed, left)) = &SET.armed
        && armed == name
    {
        let mut left = left.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *left = left.saturating_sub(1);
        if *left == 0 {
            die();
        }
    }
}

/// Not `exit`: no destructor runs, no buffer is flushed, as if the power had gone.
#[cfg(debug_assertions)]
fn die() -> ! {
    std::process::abort()
}

#[cfg(debug_assertions)]
struct Armed {
    armed: Option<(String, Mutex<u32>)>,
    trace: Option<std::path::PathBuf>,
}

#[cfg(debug_assertions)]
static SET: LazyLock<Armed> = LazyLock::new(|| Armed {
    armed: std::env::var("CHANCERY_FAILPOINT").ok().map(|text| {
        let (name, count) = text.rsplit_once('#').unwrap_or((&text, "1"));
        (name.to_owned(), Mutex::new(count.parse().unwrap_or(1)))
    }),
    trace: std::env::var_os("CHANCERY_FAILPOINT_TRACE").map(Into::into),
});
