//! Decoding of cross-reference streams and object streams: Flate and PNG predictors only (ISO 32000-1 §7.4.4).
//! Content streams are never decoded here; whoever draws the page does that.

use std::io::Read as _;

use super::Refusal;
use super::object::{Dictionary, Object};

/// The decoded data of a stream that belongs to the file's structure, of at most `limit` octets.
pub(super) fn decode(
    dictionary: &Dictionary,
    data: &[u8],
    at: usize,
    limit: usize,
) -> Result<Vec<u8>, Refusal> {
    let bad = |why| Refusal::BadStream { at, why };
    let one = |object: Option<&Object>| match object {
        Some(Object::Array(items)) if items.len() == 1 => items.first().cloned(),
        other => other.cloned(),
    };
    match one(dictionary.get("Filter")) {
        None if data.len() > limit => return Err(bad("it is too large")),
        None => return Ok(data.to_vec()),
        Some(Object::Name(filter)) if filter == *"FlateDecode" => {}
        Some(_) => return Err(bad("only FlateDecode is read here")),
    }
    let mut decoder = flate2::read::ZlibDecoder::new(data);
    let mut decoded = Vec::new();
    let length = decoder.by_ref().take(limit as u64 + 1).read_to_end(&mut decoded);
    match length {
        Err(_) => return Err(bad("the data is not deflated")),
        Ok(_) if decoded.len() > limit => return Err(bad("it decompresses to too much")),
        Ok(_) => {}
    }
    // Some writers count the end of line before `endstream` into /Length; anything else behind the data is hidden.
    let used = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
    if data.get(used..).is_none_or(|rest| !rest.iter().all(|byte| matches!(byte, b'\r' | b'\n'))) {
        return Err(bad("something follows the compressed data"));
    }
    match one(dictionary.get("DecodeParms")) {
        None | Some(Object::Null) => Ok(decoded),
        Some(Object::Dictionary(parameters)) => unpredict(&parameters, decoded).map_err(bad),
        Some(_) => Err(bad("its parameters cannot be read")),
    }
}

/// ISO 32000-1 §7.4.4.4 with one component of eight bits, as structure streams have it.
fn unpredict(parameters: &Dictionary, data: Vec<u8>) -> Result<Vec<u8>, &'static str> {
    let number = |key, default| match parameters.get(key) {
        None => Ok(default),
        Some(Object::Integer(value)) => Ok(*value),
        Some(_) => Err("its parameters cannot be read"),
    };
    match number("Predictor", 1)? {
        1 => return Ok(data),
        10..=15 => {}
        _ => return Err("its predictor is not read here"),
    }
    if number("Colors", 1)? != 1 || number("BitsPerComponent", 8)? != 8 {
        return Err("its predictor is not read here");
    }
    let columns = usize::try_from(number("Columns", 1)?).unwrap_or(0);
    if columns == 0 || columns > 1024 || !data.len().is_multiple_of(columns + 1) {
        return Err("its rows are not whole");
    }
    let mut above = vec![0u8; columns];
    let mut out = Vec::with_capacity(data.len());
    for row in data.chunks_exact(columns + 1) {
        let Some((filter, row)) = row.split_first() else { break };
        let mut current = Vec::with_capacity(columns);
        let (mut left, mut corner) = (0u8, 0u8);
        for (byte, up) in row.iter().zip(&above) {
            let predicted = match filter {
                0 => 0,
                1 => left,
                2 => *up,
                3 => u8::try_from(u16::midpoint(u16::from(left), u16::from(*up))).unwrap_or(0),
                4 => paeth(left, *up, corner),
                _ => return Err("a row has an unknown predictor"),
            };
            left = byte.wrapping_add(predicted);
            corner = *up;
            current.push(left);
        }
        out.extend_from_slice(&current);
        above = current;
    }
    Ok(out)
}

/// PNG specification, filter type 4.
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let estimate = a + b - c;
    let (to_a, to_b, to_c) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        up
    } else {
        corner
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn dictionary() -> Dictionary {
        Dictionary::new().with("Filter", Object::name("FlateDecode"))
    }

    #[test]
    fn iso32000_7_4_4_rows_are_unpredicted() {
        let parameters =
            Dictionary::new().with("Predictor", Object::Integer(12)).with("Columns", Object::Integer(3));
        let stream = dictionary().with("DecodeParms", Object::Dictionary(parameters));
        let rows = [0, 1, 2, 3, 2, 1, 1, 1, 1, 5, 1, 1, 4, 1, 1, 1, 3, 2, 2, 2];
        let decoded = decode(&stream, &deflated(&rows), 0, 100).unwrap();
        assert_eq!(decoded, [1, 2, 3, 2, 3, 4, 5, 6, 7, 6, 7, 8, 5, 8, 10]);
    }

    #[test]
    fn nothing_hides_behind_the_data_and_bombs_end() {
        let mut data = deflated(b"abc");
        data.push(b'\n');
        assert_eq!(decode(&dictionary(), &data, 9, 3), Ok(b"abc".to_vec()));
        data.push(b'x');
        let hidden = Refusal::BadStream { at: 9, why: "something follows the compressed data" };
        assert_eq!(decode(&dictionary(), &data, 9, 3), Err(hidden));
        let bomb = deflated(&vec![0; 1 << 20]);
        assert!(decode(&dictionary(), &bomb, 9, 1 << 20).is_ok());
        assert_eq!(
            decode(&dictionary(), &bomb, 9, (1 << 20) - 1),
            Err(Refusal::BadStream { at: 9, why: "it decompresses to too much" })
        );
        let lzw = Dictionary::new().with("Filter", Object::name("LZWDecode"));
        assert_eq!(
            decode(&lzw, b"", 9, 9),
            Err(Refusal::BadStream { at: 9, why: "only FlateDecode is read here" })
        );
    }
}
