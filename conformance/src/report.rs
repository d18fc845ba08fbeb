//! What is printed: one line per check, and the count that the last line tells.

use std::fmt::Display;
use std::io::Write;

use anyhow::Result;

/// The results of one run.
pub struct Report {
    name: String,
    part: String,
    out: Box<dyn Write + Send>,
    /// Checks that held.
    pub passed: usize,
    /// Checks that did not.
    pub failed: usize,
}

impl Report {
    /// A report that is written there, line by line.
    #[must_use]
    pub fn to(out: Box<dyn Write + Send>) -> Self {
        Self { name: String::new(), part: String::new(), out, passed: 0, failed: 0 }
    }

    /// From here on, lines belong to this name.
    pub fn begin(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        self.part.clear();
    }

    /// From here on, ids carry this prefix (the same steps against another way of running).
    pub fn part(&mut self, part: &str) {
        self.part = if part.is_empty() { String::new() } else { format!("{part}.") };
    }

    /// Prints one result and hands the value on; what follows may need it.
    pub fn check<T>(&mut self, id: &str, result: Result<T>) -> Option<T> {
        self.check_saying(id, result.map(|value| (value, String::new())))
    }

    /// The same, with a detail worth reading beside the `ok`.
    pub fn check_saying<T, D: Display>(&mut self, id: &str, result: Result<(T, D)>) -> Option<T> {
        let (line, value) = match result {
            Ok((value, detail)) => {
                self.passed += 1;
                (format!("ok {}", one_line(&detail.to_string())), Some(value))
            }
            Err(error) => {
                self.failed += 1;
                (format!("FAILED {}", one_line(&format!("{error:#}"))), None)
            }
        };
        let line = format!("{} {}{id} {line}", self.name, self.part);
        // A reader that has gone away does not change the verdict.
        _ = writeln!(self.out, "{}", line.trim_end());
        value
    }

    /// A check that cannot even be tried because an earlier one failed. It counts as failed: nothing is skipped.
    pub fn not_reached(&mut self, id: &str) {
        self.check::<()>(id, Err(anyhow::anyhow!("not reached")));
    }
}

/// A page with many faults tells all of them; what a broken page says instead has an end.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(6_000).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// Written to by the report, read by the test.
    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn one_line_a_check_and_what_is_not_reached_counts_as_failed() {
        let paper = Paper::default();
        let mut report = Report::to(Box::new(paper.clone()));
        report.begin("walk");
        report.part("up");
        assert_eq!(report.check("a", Ok(7)), Some(7));
        assert_eq!(report.check::<u8>("b", Err(anyhow::anyhow!("two\nlines"))), None);
        report.part("");
        report.not_reached("c");
        assert_eq!((report.passed, report.failed), (1, 2));
        let written = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        assert_eq!(written, "walk up.a ok\nwalk up.b FAILED two lines\nwalk c FAILED not reached\n");
    }
}
