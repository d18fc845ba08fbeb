//! Whether code speaks a word.

/// A plain word is found as a whole identifier that no path leads to (`ring::..` counts, `rustls::crypto::ring` does not);
/// a word that starts with a quote is looked for at the beginning of string literals, in any case; anything else is looked
/// for as it stands.
pub(super) fn speaks(code: &str, word: &str) -> bool {
    if word.starts_with('"') {
        return code.to_ascii_lowercase().contains(&word.to_ascii_lowercase());
    }
    let plain = word.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    code.match_indices(word).any(|(at, _)| {
        if !plain {
            return true;
        }
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let crate_name = word.chars().all(|letter| !letter.is_uppercase());
        let whole = !before.is_some_and(in_word) && !after.is_some_and(in_word);
        // A crate is spoken of at the root of a path; a type wherever its name stands.
        whole
            && (!crate_name
                || (!code[..at].ends_with("::") && used_as_a_crate(&code[..at], &code[at + word.len()..])))
    })
}

/// `ring::x` or `use ring`, and no variable or field that happens to have the name.
fn used_as_a_crate(before: &str, after: &str) -> bool {
    after.starts_with("::")
        || after.starts_with('(')
        || before.ends_with("use ")
        || before.ends_with("extern crate ")
}

fn in_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[test]
fn words_are_whole() {
    assert!(speaks("use ring::digest;", "ring"));
    assert!(speaks("ring::digest::x()", "ring"));
    assert!(!speaks("rustls::crypto::ring::default_provider()", "ring"));
    assert!(!speaks("string::x; let ring = 1;", "ring"));
    assert!(speaks("x: &Person,", "Person"));
    assert!(speaks("crate::Person::new()", "Person"));
    assert!(!speaks("PersonalTouch", "Person"));
    assert!(speaks("Sql::new(\"select x\")", "\"SELECT "));
    assert!(!speaks("// please SELECT one", "\"SELECT "));
    assert!(speaks("x.await?", ".await"));
}
