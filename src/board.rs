//! What `chancery up` shows when the country is open: a board for people, or one line of JSON for programs.
//!
//! Eight ANSI colours on a terminal, none elsewhere or with `NO_COLOR`; three columns where there is room for them, one
//! where there is not. It shows only what is: a link that has been used is not offered again.

use std::io::Write;
use std::time::Duration;

use pki_core::time::Instant;
use serde::Serialize;

use chancery::country::Root;

use crate::terminal::{Ink, date, hang};

/// The three houses, one person, open from the right: in Braille dots.
const MARK: [&str; 6] =
    ["⠀⠀⣠⠴⠒⠛⠛⠒⠦⣄⠀⠀", "⢀⡞⠁⣠⠖⠛⠛⠲⣄⠈⢳⡀", "⣼⠀⣼⠁⢀⣴⣦⡀⠈⠃⠀⠃", "⢻⠀⢻⡀⠈⠻⠟⠁⢀⡄⠀⡄", "⠈⢧⡀⠙⠦⣤⣤⠴⠋⢀⡼⠁", "⠀⠀⠙⠲⠤⣤⣤⠤⠖⠋⠀⠀"];

/// What the board tells.
pub(crate) struct Board<'a> {
    /// The identity provider.
    pub(crate) idp: String,
    /// The signing service.
    pub(crate) signer: String,
    /// The authorities.
    pub(crate) pki: String,
    /// The sample agency.
    pub(crate) agency: String,
    /// Where trust starts.
    pub(crate) root: &'a Root,
    /// Links that make a passkey.
    pub(crate) links: Vec<Link>,
    /// The data directory as the operator would write it.
    pub(crate) data: String,
    /// How long it took to open.
    pub(crate) ready: Duration,
}

/// A link that makes a passkey.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Link {
    /// `officer` or `person`.
    pub(crate) role: &'static str,
    /// Whose it is.
    pub(crate) name: String,
    /// The link.
    pub(crate) url: String,
    /// What makes this one worth trying.
    #[serde(skip)]
    pub(crate) what: &'static str,
    /// Whether it has been used.
    #[serde(skip)]
    pub(crate) used: bool,
    /// It works until then.
    #[serde(skip)]
    pub(crate) until: Instant,
}

#[derive(Serialize)]
struct Line<'a> {
    idp: &'a str,
    signer: &'a str,
    pki: &'a str,
    agency: &'a str,
    root: LineRoot<'a>,
    enrol: &'a [Link],
}

#[derive(Serialize)]
struct LineRoot<'a> {
    file: &'a std::path::Path,
    sha256: &'a str,
}

impl Board<'_> {
    /// Exactly one line of JSON.
    pub(crate) fn line(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let line = Line {
            idp: &self.idp,
            signer: &self.signer,
            pki: &self.pki,
            agency: &self.agency,
            root: LineRoot { file: &self.root.file, sha256: &self.root.sha256 },
            enrol: &self.links,
        };
        writeln!(out, "{}", serde_json::to_string(&line)?)?;
        out.flush()
    }

    /// The board for people, on lines of this many characters.
    pub(crate) fn show(&self, out: &mut dyn Write, ink: Ink, width: usize) -> std::io::Result<()> {
        let mut sheet = Sheet { ink, width, text: String::from("\n") };
        self.title(&mut sheet);
        self.addresses(&mut sheet);
        self.trust(&mut sheet);
        self.enrolment(&mut sheet);
        self.first_steps(&mut sheet);
        out.write_all(sheet.text.as_bytes())?;
        out.flush()
    }

    fn title(&self, sheet: &mut Sheet) {
        let (ink, seconds) = (sheet.ink, self.ready.as_secs_f32());
        let version = env!("CARGO_PKG_VERSION");
        let beside = sheet.width.saturating_sub(MARK_COLUMNS);
        let words = [
            hang("", &ink.bold_each("The Republic of Velmara is open."), beside),
            hang("", "A whole country in one process, on this machine.", beside),
            hang(
                "",
                &ink.quiet_each(&format!(
                    "Chancery {version}, ready in {seconds:.1} s, data in {}",
                    self.data
                )),
                beside,
            ),
        ]
        .concat();
        // Beside the middle of the mark where there is room, from its top where there is not.
        let start = usize::from(words.lines().count() < MARK.len());
        let rows = (start + words.lines().count()).max(MARK.len());
        for row in 0..rows {
            let mark = MARK.get(row).copied().unwrap_or("            ");
            let words = row.checked_sub(start).and_then(|row| words.lines().nth(row)).unwrap_or_default();
            sheet.line(&format!("  {}   {words}", ink.green(mark)));
        }
    }

    fn addresses(&self, sheet: &mut Sheet) {
        sheet.heading("Addresses", "");
        let desk = format!("{}/desk", self.pki);
        let verify = format!("{}/verify", self.signer);
        for (name, url, what) in [
            ("agency", &self.agency, "Open Assembly: start here"),
            ("identity", &self.idp, "sign in"),
            ("signing", &self.signer, "read, sign"),
            ("verify", &verify, "no account"),
            ("desk", &desk, "officers enrol people"),
            ("trust", &self.pki, "certificates, time-stamps"),
        ] {
            sheet.row(name, url, what);
        }
    }

    fn trust(&self, sheet: &mut Sheet) {
        let about = format!("{}, P-384, until {}, SHA-256", self.root.name, whole(self.root.not_after));
        sheet.heading("Root of trust", &about);
        let groups: Vec<&str> =
            (0..16).filter_map(|group| self.root.sha256.get(4 * group..4 * group + 4)).collect();
        for line in groups.chunks(if sheet.is_narrow() { 4 } else { 8 }) {
            sheet.line(&format!("  {}", line.join("  ")));
        }
        let file = sheet.ink.quiet(&self.root.file.display().to_string());
        sheet.words("  ", &file);
    }

    fn enrolment(&self, sheet: &mut Sheet) {
        let until = self.links.iter().filter(|link| !link.used).map(|link| link.until).min();
        let about = until.map(|until| format!("each works once, until {}", whole(until))).unwrap_or_default();
        sheet.heading("Enrolment links", &about);
        for link in &self.links {
            let first = link.name.split(' ').next().unwrap_or_default();
            if link.used {
                sheet.row(first, "", &format!("{}; has a passkey", link.what));
            } else {
                sheet.row(first, &link.url, link.what);
            }
        }
    }

    fn first_steps(&self, sheet: &mut Sheet) {
        let ink = sheet.ink;
        sheet.heading("What to try first", "");
        let person =
            self.links.iter().find(|link| link.role == "person").map_or("", |link| link.name.as_str());
        let person = person.split(' ').next().unwrap_or_default();
        let verify = format!("chancery verify --trust {} FILE.pdf", self.root.file.display());
        let steps = [
            format!("In Chrome or Firefox, open {}'s link and create a passkey.", ink.bold(person)),
            format!("Go to {}, sign in, read a proposal and support it by signing.", ink.bold("agency")),
            format!("Drop the signed file on {}. Change one byte and drop it again.", ink.bold("verify")),
            format!("Without us: {}", ink.bold_each(&verify)),
        ];
        for (number, step) in (1..).zip(steps) {
            sheet.words(&format!("  {}  ", ink.green(&format!("{number}"))), &step);
        }
        sheet.line("");
        sheet.words("", &ink.each("1;33", "For trying, not for people's real names"));
        sheet.words("  ", &format!("Keys are files in {}, and every certificate says so.", self.data));
        sheet.words(
            "  ",
            &ink.quiet_each("Ctrl-C closes the country. Start again and everything is still there."),
        );
        sheet.line("");
    }
}

/// A date that no line end breaks.
fn whole(day: Instant) -> String {
    date(day).replace(' ', "\u{a0}")
}

/// What the mark takes of a line: two spaces before it, three behind.
const MARK_COLUMNS: usize = 17;
/// Name, address and what is there stand side by side from here on: the longest row of the board.
const SIDE_BY_SIDE: usize = 92;

/// What the board is written on.
struct Sheet {
    ink: Ink,
    width: usize,
    text: String,
}

impl Sheet {
    const fn is_narrow(&self) -> bool {
        self.width < SIDE_BY_SIDE
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn words(&mut self, beginning: &str, words: &str) {
        self.text.push_str(&hang(beginning, words, self.width));
    }

    fn heading(&mut self, title: &str, about: &str) {
        self.line("");
        let words = format!("{} {}", self.ink.heading(title), self.ink.quiet_each(about));
        self.words("", &words);
    }

    /// A name, an address, and what is there: columns by characters, not by colour codes; or one below the other.
    fn row(&mut self, name: &str, url: &str, what: &str) {
        let (ink, narrow) = (self.ink, self.is_narrow());
        let (name_shown, url_shown) = (ink.bold(name), ink.address(url));
        if narrow {
            self.line(&format!("  {name_shown}"));
            if !url.is_empty() {
                self.line(&format!("    {url_shown}"));
            }
            return self.words("    ", &ink.quiet_each(what));
        }
        let gap = " ".repeat(11usize.saturating_sub(name.chars().count()).max(1));
        let space = " ".repeat(54usize.saturating_sub(url.chars().count()).max(2));
        self.line(&format!("  {name_shown}{gap}{url_shown}{space}{}", ink.quiet(what)));
    }
}

impl Ink {
    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn bold_each(self, text: &str) -> String {
        self.each("1", text)
    }

    fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    fn heading(self, text: &str) -> String {
        self.paint("1;32", text)
    }

    fn address(self, text: &str) -> String {
        self.paint("34", text)
    }

    fn quiet(self, text: &str) -> String {
        self.paint("2", text)
    }

    fn quiet_each(self, text: &str) -> String {
        self.each("2", text)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn shown(test: impl FnOnce(&Board<'_>, &mut Vec<u8>)) -> String {
        let root = Root {
            file: "/d/root.pem".into(),
            sha256: "0123456789abcdef".repeat(4),
            not_after: Instant::from_seconds(2_440_540_800),
            name: "Velmara Root 1".to_owned(),
        };
        let link = |role, name: &str, used| Link {
            role,
            name: name.to_owned(),
            url: format!("http://localhost:8402/enrol/{name}").replace(' ', ""),
            what: "somebody",
            used,
            until: Instant::from_seconds(1_800_000_000),
        };
        let board = Board {
            idp: "http://localhost:8400".to_owned(),
            signer: "http://localhost:8401".to_owned(),
            pki: "http://localhost:8402".to_owned(),
            agency: "http://127.0.0.1:8403".to_owned(),
            root: &root,
            links: vec![link("officer", "Tomas Berg", true), link("person", "Mira Lindqvist", false)],
            data: "./d".to_owned(),
            ready: Duration::from_millis(1_440),
        };
        let mut out = Vec::new();
        test(&board, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_line_is_the_interface_and_nothing_else() {
        let line = shown(|board, out| board.line(out).unwrap());
        assert_eq!(line.matches('\n').count(), 1);
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        let hash = "0123456789abcdef".repeat(4);
        let expected = serde_json::json!({
            "idp": "http://localhost:8400", "signer": "http://localhost:8401", "pki": "http://localhost:8402",
            "agency": "http://127.0.0.1:8403", "root": {"file": "/d/root.pem", "sha256": hash},
            "enrol": [
                {"role": "officer", "name": "Tomas Berg", "url": "http://localhost:8402/enrol/TomasBerg"},
                {"role": "person", "name": "Mira Lindqvist", "url": "http://localhost:8402/enrol/MiraLindqvist"},
            ],
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn the_board_offers_no_link_twice_and_has_colour_only_where_wanted() {
        let plain = shown(|board, out| board.show(out, Ink::Plain, 100).unwrap());
        assert!(!plain.contains('\x1b'), "{plain}");
        assert!(plain.contains("/enrol/MiraLindqvist") && !plain.contains("/enrol/TomasBerg"));
        assert!(plain.contains("Velmara Root 1, P-384, until 4\u{a0}May\u{a0}2047, SHA-256"), "{plain}");
        assert!(plain.contains("0123  4567  89ab  cdef  0123  4567  89ab  cdef\n"));
        assert!(plain.contains("each works once, until 15\u{a0}January\u{a0}2027"));
        let colour = shown(|board, out| board.show(out, Ink::Colour, 100).unwrap());
        assert!(colour.contains("\x1b[1;32mAddresses\x1b[0m") && colour.contains("\x1b[34mhttp://"));
    }

    #[test]
    fn on_a_narrow_terminal_everything_stands_below_the_other() {
        let narrow = shown(|board, out| board.show(out, Ink::Plain, 44).unwrap());
        assert!(
            narrow.contains("  Mira\n    http://localhost:8402/enrol/MiraLindqvist\n    somebody\n"),
            "{narrow}"
        );
        assert!(narrow.contains("  0123  4567  89ab  cdef\n"), "{narrow}");
        assert!(
            narrow.contains("  1  In Chrome or Firefox, open Mira's link\n     and create a passkey.\n"),
            "{narrow}"
        );
        let too_long = narrow.lines().find(|line| line.chars().count() > 44 && !line.contains("://"));
        assert_eq!(too_long, None);
    }
}
