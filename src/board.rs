//! What `chancery up` shows when the country is open: a board for people, or one line of JSON for programs.
//!
//! Eight ANSI colours on a terminal, none elsewhere or with `NO_COLOR`. It shows only what is: a link that has been used
//! is not offered again.

use std::io::{IsTerminal as _, Write};
use std::time::Duration;

use pki_core::time::Instant;
use serde::Serialize;

use chancery::country::Root;

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

    /// The board for people.
    pub(crate) fn show(&self, out: &mut dyn Write, ink: Ink) -> std::io::Result<()> {
        self.title(out, ink)?;
        self.addresses(out, ink)?;
        self.trust(out, ink)?;
        self.enrolment(out, ink)?;
        self.first_steps(out, ink)?;
        out.flush()
    }

    fn title(&self, out: &mut dyn Write, ink: Ink) -> std::io::Result<()> {
        let seconds = self.ready.as_secs_f32();
        let version = env!("CARGO_PKG_VERSION");
        let beside = [
            String::new(),
            ink.bold("The Republic of Velmara is open."),
            "A whole country in one process, on this machine.".to_owned(),
            ink.quiet(&format!("Chancery {version}, ready in {seconds:.1} s, data in {}", self.data)),
        ];
        writeln!(out)?;
        for (row, mark) in MARK.iter().enumerate() {
            let words = beside.get(row).map_or("", String::as_str);
            let row = format!("  {}   {words}", ink.green(mark));
            writeln!(out, "{}", row.trim_end())?;
        }
        Ok(())
    }

    fn addresses(&self, out: &mut dyn Write, ink: Ink) -> std::io::Result<()> {
        writeln!(out, "\n{}", ink.heading("Addresses"))?;
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
            row(out, ink, name, url, what)?;
        }
        Ok(())
    }

    fn trust(&self, out: &mut dyn Write, ink: Ink) -> std::io::Result<()> {
        let about = format!("{}, P-384, until {}, SHA-256", self.root.name, date(self.root.not_after));
        writeln!(out, "\n{} {}", ink.heading("Root of trust"), ink.quiet(&about))?;
        let groups: Vec<&str> =
            (0..16).filter_map(|group| self.root.sha256.get(4 * group..4 * group + 4)).collect();
        for half in groups.chunks(8) {
            writeln!(out, "  {}", half.join("  "))?;
        }
        writeln!(out, "  {}", ink.quiet(&self.root.file.display().to_string()))
    }

    fn enrolment(&self, out: &mut dyn Write, ink: Ink) -> std::io::Result<()> {
        let until = self.links.iter().filter(|link| !link.used).map(|link| link.until).min();
        let about = until.map(|until| format!("each works once, until {}", date(until))).unwrap_or_default();
        writeln!(out, "\n{} {}", ink.heading("Enrolment links"), ink.quiet(&about))?;
        for link in &self.links {
            let first = link.name.split(' ').next().unwrap_or_default();
            if link.used {
                row(out, ink, first, "", &format!("{}; has a passkey", link.what))?;
            } else {
                row(out, ink, first, &link.url, link.what)?;
            }
        }
        Ok(())
    }

    fn first_steps(&self, out: &mut dyn Write, ink: Ink) -> std::io::Result<()> {
        writeln!(out, "\n{}", ink.heading("What to try first"))?;
        let person =
            self.links.iter().find(|link| link.role == "person").map_or("", |link| link.name.as_str());
        let person = person.split(' ').next().unwrap_or_default();
        let verify = format!("chancery verify --trust {} FILE.pdf", self.root.file.display());
        let steps = [
            format!("In Chrome or Firefox, open {}'s link and create a passkey.", ink.bold(person)),
            format!("Go to {}, sign in, read a proposal and support it by signing.", ink.bold("agency")),
            format!("Drop the signed file on {}. Change one byte and drop it again.", ink.bold("verify")),
            format!("Without us: {}", ink.bold(&verify)),
        ];
        for (number, step) in (1..).zip(steps) {
            writeln!(out, "  {}  {step}", ink.green(&format!("{number}")))?;
        }
        writeln!(out, "\n{}", ink.warning("For trying, not for people's real names"))?;
        writeln!(out, "  Keys are files in {}, and every certificate says so.", self.data)?;
        writeln!(
            out,
            "  {}\n",
            ink.quiet("Ctrl-C closes the country. Start again and everything is still there.")
        )
    }
}

/// A name, an address, and what is there; columns by characters, not by colour codes.
fn row(out: &mut dyn Write, ink: Ink, name: &str, url: &str, what: &str) -> std::io::Result<()> {
    let gap = " ".repeat(11usize.saturating_sub(name.chars().count()).max(1));
    let space = " ".repeat(54usize.saturating_sub(url.chars().count()).max(2));
    writeln!(out, "  {}{gap}{}{space}{}", ink.bold(name), ink.address(url), ink.quiet(what))
}

/// `4 May 2047`.
fn date(instant: Instant) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let date = instant.generalized().to_date_time();
    let month = MONTHS.get(usize::from(date.month()).saturating_sub(1)).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

/// Whether there is colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// The eight ANSI colours.
    Colour,
    /// None.
    Plain,
}

impl Ink {
    /// Colour on a terminal, unless `NO_COLOR` is set to anything or the terminal is dumb.
    pub(crate) fn for_stdout() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if std::io::stdout().is_terminal() && !refused { Self::Colour } else { Self::Plain }
    }

    pub(crate) fn paint(self, code: &str, text: &str) -> String {
        match self {
            Self::Colour if !text.is_empty() => format!("\x1b[{code}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }

    fn bold(self, text: &str) -> String {
        self.paint("1", text)
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

    fn warning(self, text: &str) -> String {
        self.paint("1;33", text)
    }

    fn quiet(self, text: &str) -> String {
        self.paint("2", text)
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
        let plain = shown(|board, out| board.show(out, Ink::Plain).unwrap());
        assert!(!plain.contains('\x1b'), "{plain}");
        assert!(plain.contains("/enrol/MiraLindqvist") && !plain.contains("/enrol/TomasBerg"));
        assert!(plain.contains("Velmara Root 1, P-384, until 4 May 2047, SHA-256"), "{plain}");
        assert!(plain.contains("0123  4567  89ab  cdef  0123  4567  89ab  cdef\n"));
        assert!(plain.contains("each works once, until 15 January 2027"));
        let colour = shown(|board, out| board.show(out, Ink::Colour).unwrap());
        assert!(colour.contains("\x1b[1;32mAddresses\x1b[0m") && colour.contains("\x1b[34mhttp://"));
    }
}
