//! Forms of values that are tolerated, or not.

use crate::value::time;

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeForm {
    /// `2026-11-16T09:00:00+01:00`.
    Documented,
    /// In another form that is read; in which respect.
    Tolerated(&'static str),
    /// Not at all.
    Unreadable,
}

/// How a time is written.
pub(super) fn time_form(text: &str) -> TimeForm {
    // the documented form has a fixed width
    let bytes = text.as_bytes();
    let offset = bytes
        .get(19)
        .is_some_and(|sign| matches!(sign, b'+' | b'-'));
    let plain = bytes.len() == 25 && bytes[10] == b'T' && offset && bytes[22] == b':';
    if time::parse_datetime(text).is_none() {
        TimeForm::Unreadable
    } else if plain {
        TimeForm::Documented
    } else if text.contains('.') {
        TimeForm::Tolerated("has a fraction of a second, which is cut off")
    } else if text.ends_with(['Z', 'z']) {
        TimeForm::Tolerated("has Z for its offset")
    } else if bytes.get(10) == Some(&b' ') {
        TimeForm::Tolerated("has a blank for the T")
    } else if offset {
        TimeForm::Tolerated("has no colon in its offset")
    } else {
        TimeForm::Tolerated("has no seconds")
    }
}

/// Whether a text is a time whose plus has become a blank.
pub(super) fn lost_its_plus(text: &str) -> bool {
    let blank = text.rfind(' ').filter(|at| *at > 10);
    blank.is_some_and(|at| {
        let mut whole = text.to_owned();
        whole.replace_range(at..=at, "+");
        time::parse_datetime(&whole).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_times() {
        for (text, form) in [
            ("2026-11-16T09:00:00+01:00", "documented"),
            ("2026-11-16T09:00:00-08:00", "documented"),
            ("2026-11-16T09:00:00Z", "has Z for its offset"),
            ("2026-11-16T09:00:00+0100", "has no colon in its offset"),
            ("2026-11-16T09:00+01:00", "has no seconds"),
            ("2026-11-16 09:00:00+01:00", "has a blank for the T"),
            (
                "2026-11-16T09:00:00.000+01:00",
                "has a fraction of a second, which is cut off",
            ),
            ("2026-11-16T09:00:00", "unreadable"),
            ("Mon, 16 Nov 2026 09:00:00 GMT", "unreadable"),
            ("", "unreadable"),
        ] {
            let found = match time_form(text) {
                TimeForm::Documented => "documented",
                TimeForm::Tolerated(how) => how,
                TimeForm::Unreadable => "unreadable",
            };
            assert_eq!(found, form, "{text}");
        }
    }

    #[test]
    fn a_plus_that_became_a_blank() {
        assert!(lost_its_plus("2026-11-16T09:00:00 01:00"));
        assert!(!lost_its_plus("2026-11-16T09:00:00+01:00"));
        assert!(!lost_its_plus("2026-11-16 09:00:00"));
    }
}
