//! The modules of the crate stand in one order, in which each uses only what stands before it.

use std::collections::BTreeMap;

use super::graph::Graph;
use crate::known;

/// Low to high.
pub(super) const ORDER: &[&str] = &[
    "words",
    "hosts",
    "cases",
    "ids",
    "value",
    "version",
    "schema",
    "error",
    "store",
    "settings",
    "query",
    "render",
    "ops",
    "request",
    "runtime",
    "response",
    "seed",
    "world",
    "api",
    "contract",
    "control",
    "admin",
    "dispatch",
    "authority",
    "server",
    "mock",
    "cli",
];

/// Modules that use what stands behind them.
const UPWARD: &[&str] = &[];

#[test]
fn modules_use_what_stands_before_them() {
    let graph = Graph::new();
    let mut upward: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
    let mut seen = Vec::new();
    for (at, file) in graph.files.iter().enumerate() {
        // the root of the crate names all of them
        let Some(module) = file.module.first() else {
            continue;
        };
        let layer = |module: &str| {
            let layer = ORDER.iter().position(|other| *other == module);
            layer.unwrap_or_else(|| panic!("{module} has no place in the order"))
        };
        let own = layer(module);
        seen.push(own);
        for (used, lines) in &graph.uses[at] {
            let used = graph.files[*used]
                .module
                .first()
                .map(|module| layer(module));
            if let Some(used) = used.filter(|used| *used > own) {
                let places = lines.iter().map(|line| format!("{}:{line}", file.path));
                upward.entry((own, used)).or_default().extend(places);
            }
        }
    }
    for (layer, module) in ORDER.iter().enumerate() {
        assert!(seen.contains(&layer), "{module} is no module");
    }
    let places: String = upward
        .iter()
        .map(|((own, used), places)| {
            format!(
                "\n{} uses {}: {}",
                ORDER[*own],
                ORDER[*used],
                places.join(" ")
            )
        })
        .collect();
    let pairs = upward.keys();
    known::compare(
        &format!("a module uses what stands before it:{places}"),
        UPWARD,
        pairs.map(|(own, used)| format!("{} uses {}", ORDER[*own], ORDER[*used])),
    );
}
