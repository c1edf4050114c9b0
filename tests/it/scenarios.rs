//! Every scenario, under every version that it names.

use crate::contract::Forgiven;
use crate::scenario::{check, files, parse};

#[test]
fn all_scenarios() {
    let cases: Vec<_> = files().iter().flat_map(|file| parse(file)).collect();
    let mut forgiven = Forgiven::default();
    let ran = check(&cases, &mut |request, state, status| {
        forgiven.look(request, state, status);
    });
    forgiven.compare();
    for (version, count) in ran {
        assert!(count >= 60, "only {count} cases for {version}");
    }
}
