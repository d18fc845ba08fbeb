//! A small reader of our own pages: forms, links, meta refresh, text. It reads what a person's browser would act upon, and
//! nothing else; it is no general HTML parser (tags that a browser would imply are not).

use std::collections::BTreeMap;

/// What a browser could do with a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// `<title>`.
    pub title: String,
    /// The first `<h1>`.
    pub heading: String,
    /// In the order of the page.
    pub forms: Vec<Form>,
    /// In the order of the page.
    pub links: Vec<Link>,
    /// Where `<meta http-equiv="refresh">` leads, and after how many seconds; without an address it is this page.
    pub refresh: Option<(u32, Option<String>)>,
    /// Whether something on it waits (`data-waits`): the script of a browser looks at the page again.
    pub waits: bool,
    /// All text between tags, white space folded.
    pub text: String,
}

/// `<a href>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As written.
    pub href: String,
    /// White space folded.
    pub text: String,
}

/// The passkey step of a form (`data-passkey`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    /// `navigator.credentials.get`
    Get,
    /// `navigator.credentials.create`
    Create,
}

/// `<form>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// As written; empty means this page.
    pub action: String,
    /// `post` or `get`, lower case.
    pub method: String,
    /// `multipart/form-data`, or empty for url-encoded.
    pub enctype: String,
    /// `id`, or empty.
    pub id: String,
    /// What `data-passkey` asks for.
    pub passkey: Option<Ceremony>,
    /// `data-options`, entities decoded.
    pub options: Option<String>,
    /// `data-without-user-handle`: the script leaves the handle out of the answer.
    pub without_user_handle: bool,
    /// What would be sent, in the order of the page, without buttons and unticked boxes.
    pub fields: Vec<(String, String)>,
    /// Every name that can be filled: of a field, a box, a list, a file.
    pub names: Vec<String>,
    /// Radio buttons and boxes (name, value), and the values of lists.
    pub choices: Vec<(String, String)>,
    /// Submit buttons: name (may be empty), value, words on it.
    pub buttons: Vec<Button>,
}

/// A submit button.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Button {
    /// May be empty.
    pub name: String,
    /// Sent with the name.
    pub value: String,
    /// What a person reads on it.
    pub words: String,
    /// `formaction`, where it has one.
    pub action: Option<String>,
}

impl Page {
    /// Reads a page.
    #[must_use]
    pub fn read(html: &str) -> Self {
        let mut reader = Reader::default();
        let mut rest = html;
        while !rest.is_empty() {
            rest = reader.step(rest);
        }
        reader.finish()
    }

    /// The first form with this passkey step.
    #[must_use]
    pub fn passkey_form(&self, ceremony: Ceremony) -> Option<&Form> {
        self.forms.iter().find(|form| form.passkey == Some(ceremony))
    }

    /// The first form whose action (without query) ends so.
    #[must_use]
    pub fn form_to(&self, action_end: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.action.split('?').next().unwrap_or_default().ends_with(action_end))
    }

    /// The first form that holds a field of this name.
    #[must_use]
    pub fn form_with(&self, name: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.names.iter().any(|known| known == name))
    }

    /// The first link whose address contains this.
    #[must_use]
    pub fn link_to(&self, part: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.href.contains(part))
    }
}

impl Form {
    /// The value of a field.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Writes into a field, ticks a box or chooses in a list, as a person would. False where the form has no such field, or
    /// offers a choice that does not hold this value.
    #[must_use]
    pub fn fill(&mut self, name: &str, value: &str) -> bool {
        let offered: Vec<_> = self.choices.iter().filter(|(known, _)| known == name).collect();
        if !self.names.iter().any(|known| known == name)
            || (!offered.is_empty() && !offered.iter().any(|(_, known)| known == value))
        {
            return false;
        }
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        true
    }

    /// What is sent when this button is pressed.
    #[must_use]
    pub fn pressed(&self, button: Option<&Button>) -> Vec<(String, String)> {
        let mut fields = self.fields.clone();
        if let Some(button) = button.filter(|button| !button.name.is_empty()) {
            fields.push((button.name.clone(), button.value.clone()));
        }
        fields
    }
}

/// Where text goes while a tag is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Into {
    Title,
    Heading,
    Link,
    Button,
    Area,
    Option,
}

#[derive(Default)]
struct Reader {
    page: Page,
    form: Option<Form>,
    open: Vec<(Into, String)>,
    area: String,
    list: Option<OpenList>,
    /// Whether the button that is open submits its form.
    submits: bool,
}

/// A `<select>` while it is open.
#[derive(Default)]
struct OpenList {
    name: String,
    first: Option<String>,
    chosen: Option<String>,
    /// `value` of the option that is open; `None` where its text is its value.
    value: Option<String>,
    selected: bool,
}

impl Reader {
    /// Takes one token off the front.
    fn step<'a>(&mut self, html: &'a str) -> &'a str {
        if let Some(comment) = html.strip_prefix("<!--") {
            return comment.split_once("-->").map_or("", |(_, rest)| rest);
        }
        let opens_tag =
            html.as_bytes().get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || b"/!".contains(byte));
        if html.starts_with('<') && opens_tag {
            let (name, attributes, rest) = tag(html.get(1..).unwrap_or_default());
            return self.tag(&name, attributes, rest);
        }
        let end =
            html.char_indices().skip(1).find(|(_, letter)| *letter == '<').map_or(html.len(), |(at, _)| at);
        let (text, rest) = html.split_at(end);
        let text = entities(text);
        self.page.text.push_str(&text);
        for (_, open) in &mut self.open {
            open.push_str(&text);
        }
        rest
    }

    fn tag<'a>(&mut self, name: &str, attributes: BTreeMap<String, String>, rest: &'a str) -> &'a str {
        let of = |key: &str| attributes.get(key).cloned().unwrap_or_default();
        self.page.waits |= attributes.contains_key("data-waits");
        match name {
            "script" | "style" => {
                let end = format!("</{name}");
                return rest.find(&end).and_then(|at| rest.get(at..)).unwrap_or_default();
            }
            "title" => self.open.push((Into::Title, String::new())),
            "/title" => self.page.title = self.close(Into::Title),
            "h1" => self.open.push((Into::Heading, String::new())),
            "/h1" => {
                let text = self.close(Into::Heading);
                if self.page.heading.is_empty() {
                    self.page.heading = text;
                }
            }
            "meta" if of("http-equiv").eq_ignore_ascii_case("refresh") => {
                self.page.refresh = refresh(&of("content"))
            }
            "a" if attributes.contains_key("href") => {
                self.page.links.push(Link { href: of("href"), text: String::new() });
                self.open.push((Into::Link, String::new()));
            }
            "/a" => {
                let text = self.close(Into::Link);
                if let Some(link) = self.page.links.last_mut() {
                    link.text = text;
                }
            }
            "form" => self.form = Some(form(&attributes)),
            "/form" => self.page.forms.extend(self.form.take()),
            _ => self.field(name, &attributes),
        }
        rest
    }

    /// The tags that belong to a form.
    fn field(&mut self, name: &str, attributes: &BTreeMap<String, String>) {
        let of = |key: &str| attributes.get(key).cloned().unwrap_or_default();
        match name {
            "button" => {
                self.submits = matches!(of("type").as_str(), "" | "submit");
                self.open.push((Into::Button, String::new()));
            }
            "/button" => {
                let words = self.close(Into::Button);
                if self.submits
                    && let Some(button) = self.form.as_mut().and_then(|form| form.buttons.last_mut())
                {
                    button.words = words;
                }
            }
            "textarea" => {
                self.area = of("name");
                self.open.push((Into::Area, String::new()));
            }
            "/textarea" => {
                let value = self.close(Into::Area);
                let name = std::mem::take(&mut self.area);
                self.add(name, Some(value));
            }
            "select" => self.list = Some(OpenList { name: of("name"), ..OpenList::default() }),
            "option" => {
                self.option_ends();
                if let Some(list) = &mut self.list {
                    list.value = attributes.get("value").cloned();
                    list.selected = attributes.contains_key("selected");
                    self.open.push((Into::Option, String::new()));
                }
            }
            "/option" => self.option_ends(),
            "/select" => {
                self.option_ends();
                if let Some(list) = self.list.take() {
                    self.add(list.name, list.chosen.or(list.first));
                }
            }
            _ => {}
        }
        let Some(form) = &mut self.form else { return };
        match (name, of("type").to_ascii_lowercase().as_str()) {
            ("button", "" | "submit") | ("input", "submit") => form.buttons.push(Button {
                name: of("name"),
                value: of("value"),
                words: of("value"),
                action: attributes.get("formaction").cloned(),
            }),
            ("input", "radio" | "checkbox") => {
                let value = attributes.get("value").cloned().unwrap_or_else(|| "on".to_owned());
                form.choices.push((of("name"), value.clone()));
                let ticked = attributes.contains_key("checked").then_some(value);
                self.add(of("name"), ticked);
            }
            ("input", "button" | "reset" | "image") => {}
            ("input", "file") => self.add(of("name"), None),
            ("input", _) => self.add(of("name"), Some(of("value"))),
            _ => {}
        }
    }

    fn option_ends(&mut self) {
        if !self.open.iter().any(|(kind, _)| *kind == Into::Option) {
            return;
        }
        let text = self.close(Into::Option);
        let Some(list) = &mut self.list else { return };
        let value = list.value.take().unwrap_or(text);
        if list.selected {
            list.chosen = Some(value.clone());
        }
        list.first.get_or_insert_with(|| value.clone());
        if let Some(form) = &mut self.form {
            form.choices.push((list.name.clone(), value));
        }
    }

    fn add(&mut self, name: String, value: Option<String>) {
        let Some(form) = &mut self.form else { return };
        if name.is_empty() {
            return;
        }
        form.names.push(name.clone());
        form.fields.extend(value.map(|value| (name, value)));
    }

    fn close(&mut self, kind: Into) -> String {
        let found = self.open.iter().rposition(|(open, _)| *open == kind);
        found.map(|at| folded(&self.open.remove(at).1)).unwrap_or_default()
    }

    fn finish(mut self) -> Page {
        self.page.forms.extend(self.form.take());
        self.page.text = folded(&self.page.text);
        self.page
    }
}

fn form(attributes: &BTreeMap<String, String>) -> Form {
    let of = |key: &str| attributes.get(key).cloned().unwrap_or_default();
    Form {
        action: of("action"),
        method: of("method").to_ascii_lowercase(),
        enctype: of("enctype"),
        id: of("id"),
        passkey: match of("data-passkey").as_str() {
            "get" => Some(Ceremony::Get),
            "create" => Some(Ceremony::Create),
            _ => None,
        },
        options: attributes.get("data-options").cloned(),
        without_user_handle: attributes.contains_key("data-without-user-handle"),
        ..Form::default()
    }
}

/// One tag after its `<`: its name (with the slash of an end tag), its attributes, what follows.
fn tag(html: &str) -> (String, BTreeMap<String, String>, &str) {
    let name_end = html.find(|letter: char| letter.is_whitespace() || letter == '>').unwrap_or(html.len());
    let (name, mut rest) = html.split_at(name_end);
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (name.trim_end_matches('/').to_ascii_lowercase(), attributes, after);
        }
        if rest.is_empty() {
            return (name.to_ascii_lowercase(), attributes, rest);
        }
        let key_end =
            rest.find(|c: char| c.is_whitespace() || "=>/".contains(c)).unwrap_or(rest.len()).max(1);
        let (key, after) = rest.split_at_checked(key_end).unwrap_or((rest, ""));
        let after_key = after.trim_start();
        let (value, after) = match after_key.strip_prefix('=') {
            None => (String::new(), after),
            Some(after) => attribute_value(after.trim_start()),
        };
        attributes.insert(key.to_ascii_lowercase(), value);
        rest = after;
    }
}

fn attribute_value(html: &str) -> (String, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = html.strip_prefix(quote) {
            let (value, rest) = quoted.split_once(quote).unwrap_or((quoted, ""));
            return (entities(value), rest);
        }
    }
    let end = html.find(|letter: char| letter.is_whitespace() || letter == '>').unwrap_or(html.len());
    let (value, rest) = html.split_at(end);
    (entities(value), rest)
}

/// `5; url=/next` (HTML §4.2.5.3).
fn refresh(content: &str) -> Option<(u32, Option<String>)> {
    let (seconds, address) = content.split_once([';', ',']).unwrap_or((content, ""));
    let address = address.trim();
    let address =
        address.get(..4).filter(|head| head.eq_ignore_ascii_case("url=")).and_then(|_| address.get(4..));
    let address = address.map(|address| address.trim_matches(['\'', '"']).to_owned());
    Some((seconds.trim().parse().ok()?, address))
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The entities that our templates write.
fn entities(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let decoded =
            after.split_once(';').and_then(|(name, tail)| entity(name).map(|letter| (letter, tail)));
        match decoded {
            Some((letter, tail)) => {
                out.push(letter);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html><head><title>Sign &amp; go</title>
      <meta http-equiv=refresh content="0; url=http://127.0.0.1:8403/back?a=1&amp;b=2">
      <script>if (a < b) document.write("<form>")</script></head>
      <body><!-- <form action="/commented"> --><h1>Your  <em>page</em></h1>
      <form method="POST" action="/enrol/key" data-passkey="create" data-options='{"publicKey":{"a":"&#34;&#x27;"}}'>
        <input type="hidden" name="csrf" value="t&quot;k"><input name=credential type=hidden value="">
        <label><input type="radio" name="way" value="desk" checked> Desk</label>
        <label><input type="radio" name="way" value="slip"> Slip</label>
        <input type="checkbox" name="sure">
        <select name="script"><option value="Latn">Latin<option value="Cyrl" selected>Cyrillic</select>
        <textarea name="note">one
        two</textarea>
        <button name="do" value="accept">Make the <b>passkey</b></button><button type="button">Other</button>
      </form><a href="/next?x=1&amp;y=2">Go on</a> 1 &lt; 2 <br/></body></html>"#;

    #[test]
    fn what_a_browser_would_act_upon_is_read() {
        let page = Page::read(PAGE);
        assert_eq!(page.title, "Sign & go");
        assert_eq!(page.heading, "Your page");
        assert_eq!(page.refresh, Some((0, Some("http://127.0.0.1:8403/back?a=1&b=2".into()))));
        assert_eq!(page.links, [Link { href: "/next?x=1&y=2".into(), text: "Go on".into() }]);
        assert!(page.text.ends_with("Go on 1 < 2"));
        assert_eq!(page.forms.len(), 1);
        let form = page.passkey_form(Ceremony::Create).unwrap();
        assert_eq!(form.method, "post");
        assert_eq!(
            form.options.as_deref(),
            Some(r#"{"publicKey":{"a":"\"'"}}"#.replace("\\\"", "\"").as_str())
        );
        let sent: Vec<_> = form.pressed(form.buttons.first()).into_iter().collect();
        let sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            sent,
            [
                ("csrf", "t\"k"),
                ("credential", ""),
                ("way", "desk"),
                ("script", "Cyrl"),
                ("note", "one two"),
                ("do", "accept")
            ]
        );
        assert_eq!(form.buttons.len(), 1);
        assert_eq!(form.buttons[0].words, "Make the passkey");
    }

    #[test]
    fn a_person_fills_only_what_is_there() {
        let mut form = Page::read(PAGE).forms.remove(0);
        assert!(form.fill("way", "slip"));
        assert!(!form.fill("way", "post"));
        assert!(!form.fill("nothing", "x"));
        assert!(form.fill("sure", "on"));
        assert_eq!((form.value("way"), form.value("sure")), (Some("slip"), Some("on")));
    }

    #[test]
    fn broken_markup_ends() {
        for html in [
            "<",
            "<a",
            "<a href",
            "<a href=",
            "<a href='",
            "</",
            "<!--",
            "<script>",
            "<a =>",
            "&#xzz; &",
            "<form><input",
        ] {
            assert_eq!(Page::read(html).heading, "");
        }
    }
}
