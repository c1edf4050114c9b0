//! Words of messages.

use crate::version::Versions;
use crate::words::nearest;

/// A range of versions in words.
pub(super) fn span(versions: Versions) -> String {
    let (first, last) = (versions.first(), versions.last());
    if versions == Versions::since(first) {
        format!("{first} and later")
    } else if first == last {
        format!("{first} alone")
    } else {
        format!("{first} to {last}")
    }
}

/// A name or value that a client sent, short enough for a message.
pub(super) fn short(text: &str) -> &str {
    const MOST: usize = 120;
    text.char_indices()
        .nth(MOST)
        .map_or(text, |(end, _)| &text[..end])
}

/// `; did you mean "…"?`, if some known name is like a name. Names may be a client's: long ones are
/// compared by their beginning, and of very many the first alone.
pub(super) fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    const MOST_KNOWN: usize = 1_000;
    let known = known.into_iter().take(MOST_KNOWN).map(short);
    match nearest(short(name), known) {
        Some(near) => format!("; did you mean \"{near}\"?"),
        None => String::new(),
    }
}
