//! Every scenario, under every version that it names.

use crate::scenario::{check, files, parse};

#[test]
fn all_scenarios() {
    let cases: Vec<_> = files().iter().flat_map(|file| parse(file)).collect();
    let ran = check(&cases);
    for (version, count) in ran {
        assert!(count >= 60, "only {count} cases for {version}");
    }
}
