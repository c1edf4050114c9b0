//! Files that use each other stay few, and stay together.

use std::fmt::Write as _;

use super::graph::Graph;
use super::source::Source;
use crate::known;

/// The most files of a circle.
const MOST: usize = 3;

/// A row of the table of operations leads to code that takes a call, and a call knows its row.
const INHERENT: &str = "api/call.rs api/endpoint.rs";

/// Circles that are larger, or of files that are no parts of one of them.
const CIRCLES: &[&str] = &[
    "admin/error.rs admin/row.rs",
    "api.rs api/call.rs api/convert.rs api/coql.rs api/count.rs api/deleted.rs api/endpoint.rs api/fields.rs api/fields/object.rs api/layouts.rs api/mass_actions.rs api/modules.rs api/modules/object.rs api/oauth.rs api/org.rs api/paging.rs api/profiles.rs api/records.rs api/records/read.rs api/records/write.rs api/related_lists.rs api/roles.rs api/router.rs api/search.rs api/settings.rs api/users.rs api/users/write.rs api/views.rs api/views/object.rs api/views/write.rs connector.rs connector/convert.rs connector/input.rs connector/lists.rs connector/operation.rs connector/org.rs connector/output.rs connector/platform.rs connector/records.rs connector/search.rs contract.rs contract/answer.rs contract/body.rs contract/criteria.rs contract/headers.rs contract/history.rs contract/params.rs contract/path.rs contract/records.rs contract/rules.rs contract/values.rs world.rs world/org.rs",
    "cli.rs cli/check.rs cli/env.rs cli/generate.rs cli/serve.rs cli/verify.rs",
    "schema.rs schema/builtin.rs schema/declared.rs schema/spec.rs version.rs",
    "seed.rs seed/format.rs seed/format/read.rs seed/load.rs seed/load/tokens.rs",
    "seed/generate/distinct.rs seed/generate/value.rs",
    "seed/generate/facts.rs seed/generate/home.rs",
    "store.rs store/index.rs store/index/order.rs store/table.rs store/tx.rs",
];

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
        if names == INHERENT || (circle.len() <= MOST && files().any(whole)) {
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
