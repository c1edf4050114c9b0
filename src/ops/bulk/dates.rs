//! Dates in the form that a column has: `MM/dd/yyyy HH:mm`.

use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use crate::value::time;

/// A pattern of dates as Java writes it, in the words of `strftime`. None if it is no pattern.
fn translated(pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            // text within quotes stands for itself
            for quoted in letters.by_ref().take_while(|c| *c != '\'') {
                push(&mut out, quoted);
            }
            continue;
        }
        if !letter.is_ascii_alphabetic() {
            push(&mut out, letter);
            continue;
        }
        let mut times = 1;
        while letters.next_if_eq(&letter).is_some() {
            times += 1;
        }
        out.push_str(match (letter, times) {
            ('y', 2) => "%y",
            ('y', 1 | 4) => "%Y",
            ('M', 1 | 2) => "%m",
            ('M', 3) => "%b",
            ('M', 4) => "%B",
            ('d', 1 | 2) => "%d",
            ('H', 1 | 2) => "%H",
            ('h', 1 | 2) => "%I",
            ('m', 1 | 2) => "%M",
            ('s', 1 | 2) => "%S",
            ('a', 1) => "%p",
            ('E', 1..=3) => "%a",
            ('E', 4) => "%A",
            ('X', 3) => "%:z",
            ('Z' | 'X', _) => "%z",
            ('T', 1) => "T",
            _ => return None,
        });
    }
    (!out.is_empty()).then_some(out)
}

fn push(out: &mut String, letter: char) {
    if letter == '%' {
        out.push('%');
    }
    out.push(letter);
}

/// Whether a text is a pattern of dates.
#[must_use]
pub(super) fn is_pattern(text: &str) -> bool {
    translated(text).is_some()
}

/// The date that a text is by a pattern, in the form of bodies.
#[must_use]
pub(super) fn date(text: &str, pattern: &str) -> Option<String> {
    let parsed = strtime::parse(translated(pattern)?, text.trim()).ok()?;
    Some(parsed.to_date().ok()?.to_string())
}

/// The instant that a text is by a pattern, in the form of bodies. Without an offset it is one of
/// `zone`; without a time it is the start of the day.
#[must_use]
pub(super) fn instant(text: &str, pattern: &str, zone: &TimeZone) -> Option<String> {
    let parsed = strtime::parse(translated(pattern)?, text.trim()).ok()?;
    let at = match parsed.offset() {
        Some(_) => parsed.to_timestamp().ok()?,
        None => {
            let date = parsed.to_date().ok()?;
            let time = parsed.to_time().unwrap_or_default();
            zone.to_timestamp(date.to_datetime(time)).ok()?
        }
    };
    Some(time::format_datetime(at.as_second(), zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_java() {
        for (text, pattern, expected) in [
            ("12/31/2026", "MM/dd/yyyy", "2026-12-31"),
            ("1.2.26", "d.M.yy", "2026-02-01"),
            ("03 Nov 2026", "dd MMM yyyy", "2026-11-03"),
            ("2026-11-03 at 5", "yyyy-MM-dd 'at' H", "2026-11-03"),
        ] {
            assert_eq!(date(text, pattern).as_deref(), Some(expected), "{pattern}");
        }
        for (text, pattern, expected) in [
            (
                "31-12-2026 17:05:09",
                "dd-MM-yyyy HH:mm:ss",
                "2026-12-31T17:05:09+00:00",
            ),
            (
                "12/31/2026 05:05 PM",
                "MM/dd/yyyy hh:mm a",
                "2026-12-31T17:05:00+00:00",
            ),
            (
                "2026-12-31T17:05:09+05:30",
                "yyyy-MM-dd'T'HH:mm:ssXXX",
                "2026-12-31T11:35:09+00:00",
            ),
            ("12/31/2026", "MM/dd/yyyy", "2026-12-31T00:00:00+00:00"),
        ] {
            let read = instant(text, pattern, &TimeZone::UTC);
            assert_eq!(read.as_deref(), Some(expected), "{pattern}");
        }
        assert_eq!(date("31/12/2026", "MM/dd/yyyy"), None);
        assert!(!is_pattern("") && !is_pattern("wwww") && is_pattern("yyyy/MM/dd"));
    }
}
