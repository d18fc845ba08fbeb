//! Crockford's base 32, as people read it aloud: no `U`, and `O`, `I`, `L` are heard as `0`, `1`, `1`.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Five bits a character, first bits first; `bytes` holds a multiple of five bytes here, so nothing is padded.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            let index = usize::try_from((bits >> held) & 31).unwrap_or(0);
            text.push(ALPHABET.get(index).copied().map_or('0', char::from));
        }
        bits &= (1 << held) - 1;
    }
    text
}

/// One character as it was meant, upper case; `None` where it is none of the alphabet.
pub(crate) fn heard(character: char) -> Option<char> {
    let upper = character.to_ascii_uppercase();
    let meant = match upper {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    u8::try_from(meant).ok().filter(|byte| ALPHABET.contains(byte)).map(char::from)
}

/// The characters as they were meant, hyphens and spaces left out; `None` unless there are exactly `count`.
pub(crate) fn heard_all(text: &str, count: usize) -> Option<String> {
    // Each character may be followed by one separator; longer input is not typed by a person.
    if text.len() > 4 * count {
        return None;
    }
    let meant: Option<String> =
        text.chars().filter(|character| !matches!(character, '-' | ' ')).map(heard).collect();
    meant.filter(|meant| meant.len() == count)
}

/// Groups of four with hyphens.
pub(crate) fn grouped(text: &str) -> String {
    let mut out = String::new();
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            out.push('-');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_bytes_are_sixteen_characters() {
        assert_eq!(encode(&[0; 10]), "0000000000000000");
        assert_eq!(encode(&[0xff; 10]), "ZZZZZZZZZZZZZZZZ");
        assert_eq!(encode(b"foobar1234"), "CSQPYRK1E8RK4CSM");
    }

    #[test]
    fn what_is_misheard_is_mended_and_what_is_no_letter_refused() {
        assert_eq!(heard_all("oil0-abcd", 8).as_deref(), Some("0110ABCD"));
        assert_eq!(heard_all("oil0-abcu", 8), None);
        assert_eq!(heard_all("oil0-abc", 8), None);
        assert_eq!(grouped("0110ABCD"), "0110-ABCD");
    }
}
