//! Files that use each other stay few, and stay together.

use std::fmt::Write as _;

use super::graph::Graph;
use super::source::Source;
use crate::known;

/// The most files of a circle.
const MOST: usize = 3;

/// A row of the table of operations leads to code that takes a call, and a call knows its row; a key of
/// a family may lead to another family.
const INHERENT: &[&str] = &[
    "api/call.rs api/endpoint.rs",
    "settings/family.rs settings/key.rs",
];

/// Circles that are larger, or of files that are no parts of one of them.
const CIRCLES: &[&str] = &[];

/// A circle is a file and parts of it, which lie in its folder: `coql.rs` and `coql/parse.rs`.
#[test]
fn circles_are_small_and_stay_in_one_place() {
    let graph = Graph::new();
    let mut found = Vec::new();
    let mut ties = String::new();
    for circle in graph.circles() {
        let files = || circle.iter().map(|at| &graph.files[*at]);
        let names = files()
            .map(|file| file.path.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        let whole = |part: &Source| files().all(|file| file.module.starts_with(&part.module));
        if INHERENT.contains(&names.as_str()) || (circle.len() <= MOST && files().any(whole)) {
            continue;
        }
        found.push(names);
        for own in &circle {
            for (used, lines) in graph.uses[*own]
                .iter()
                .filter(|(used, _)| circle.contains(used))
            {
                let (own, used) = (&graph.files[*own].path, &graph.files[*used].path);
                let _ = writeln!(ties, "{own}:{} uses {used}", lines[0]);
            }
        }
    }
    known::compare(
        &format!("circles are small and stay in one place; what ties the others:\n{ties}"),
        CIRCLES,
        found,
    );
}
