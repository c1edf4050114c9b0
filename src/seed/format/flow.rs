//! How deep the brackets of a YAML text stand within each other, without reading it.

/// Where a text stands, as far as brackets are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Where a value may begin.
    Value,
    /// Within a value without quotes, in which brackets mean nothing outside of brackets.
    Plain,
    /// Between quotes of a kind.
    Quoted(u8),
    /// Behind `#`, to the end of the line.
    Comment,
}

/// The line, from 1, on which more than `most` brackets are open. None if there is none. Texts that
/// are no YAML may be told either way: they are refused later.
pub(super) fn too_deep(text: &str, most: usize) -> Option<usize> {
    let (mut place, mut depth, mut line) = (Place::Value, 0_usize, 1_usize);
    // the indentation of the line that a block of text stands under
    let mut block: Option<usize> = None;
    let mut lines = text.split_inclusive('\n');
    for whole in &mut lines {
        let indent = whole.len() - whole.trim_start_matches(' ').len();
        let blank = whole.trim().is_empty();
        if block.is_some_and(|under| blank || indent > under) {
            line += 1;
            continue;
        }
        block = None;
        if depth == 0 && !matches!(place, Place::Quoted(_)) {
            place = Place::Value;
        }
        let bytes = whole.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
            place = match (place, byte) {
                (Place::Quoted(b'"'), b'\\') => {
                    at += 1;
                    place
                }
                (Place::Quoted(quote), byte) if byte == quote => Place::Plain,
                (Place::Quoted(_), _) => place,
                (Place::Comment, b'\n') => Place::Value,
                (Place::Comment, _) => Place::Comment,
                (Place::Value, b'"' | b'\'') => Place::Quoted(byte),
                (_, b'#') if at == 0 || bytes[at - 1].is_ascii_whitespace() => Place::Comment,
                (Place::Value, b'|' | b'>') if depth == 0 => {
                    block = Some(indent);
                    Place::Plain
                }
                (_, b'[' | b'{') if depth > 0 || place == Place::Value => {
                    depth += 1;
                    if depth > most {
                        return Some(line);
                    }
                    Place::Value
                }
                (_, b']' | b'}') if depth > 0 => {
                    depth -= 1;
                    Place::Plain
                }
                (_, b',') if depth > 0 => Place::Value,
                (_, b':' | b'-' | b'?') if next.is_ascii_whitespace() => Place::Value,
                // the name of an anchor and a tag stand before a value
                (Place::Value, b' ' | b'\t' | b'\r' | b'\n') => Place::Value,
                (Place::Value, b'&' | b'!') => {
                    while bytes
                        .get(at + 1)
                        .is_some_and(|byte| !byte.is_ascii_whitespace())
                    {
                        at += 1;
                    }
                    Place::Value
                }
                _ => Place::Plain,
            };
            at += 1;
        }
        line += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_that_mean_something_are_counted() {
        for (text, deep) in [
            ("a: [[[]]]", true),
            ("a: [[]]", false),
            ("- {a: {b: [1]}}", true),
            ("a: &x [[ [1] ]]", true),
            ("a: !t\n  [[[", true),
            ("[\n[\n[", true),
            ("a: ['[', \"[\\\"[\"]", false),
            ("a: '[\n[\n['\nb: [[]]", false),
            ("a: see [1] [2] [3] [[[[", false),
            ("a: x :-[ :-[ :-[ :-[", false),
            ("a: | # text\n  [[[[\n\n  {{{{\nb: 1", false),
            ("a: >-\n  [[[[\nb: [[[]]]", true),
            ("# [[[[\na: [] # [[[[", false),
            ("a: []\nb: []\nc: []\nd: [[]]", false),
            ("a: \"x\"\nb: [[[", true),
        ] {
            assert_eq!(too_deep(text, 2).is_some(), deep, "{text}");
        }
        assert_eq!(too_deep("a: 1\nb:\n  [[[", 2), Some(3));
    }
}
