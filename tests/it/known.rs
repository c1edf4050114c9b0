//! What does not meet a rule yet: a list that can only become shorter.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Compares what breaks a rule with the list of what is known to break it.
///
/// A breach that is not in the list is new, and an entry without a breach has been mended and must
/// go. Both fail, with the list as it should stand in the source.
pub(crate) fn compare(rule: &str, known: &[&str], found: impl IntoIterator<Item = String>) {
    let found: BTreeSet<String> = found.into_iter().collect();
    let known: BTreeSet<String> = known.iter().map(|entry| (*entry).to_owned()).collect();
    let mut report = String::new();
    for entry in found.difference(&known) {
        let _ = writeln!(report, "new: {entry}");
    }
    for entry in known.difference(&found) {
        let _ = writeln!(report, "mended, so that the list must lose it: {entry}");
    }
    assert!(
        report.is_empty(),
        "{rule}\n\n{report}\nthe whole list:\n\n{}",
        found.iter().fold(String::new(), |mut list, entry| {
            let _ = writeln!(list, "    {entry:?},");
            list
        })
    );
}

#[test]
fn a_known_breach_passes() {
    compare("", &["a", "b"], ["b".to_owned(), "a".to_owned()]);
}

#[test]
#[should_panic(expected = "new: b")]
fn a_new_breach_fails() {
    compare("", &["a"], ["a".to_owned(), "b".to_owned()]);
}

#[test]
#[should_panic(expected = "must lose it: b")]
fn a_mended_breach_fails() {
    compare("", &["a", "b"], ["a".to_owned()]);
}
