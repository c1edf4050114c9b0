//! Coverage of some of the operations: nobody calls all of them.

use wildmatch::WildMatch;

use super::{Coverage, percent};
use crate::api::endpoint::Endpoint;
use crate::api::endpoints;
use crate::words::nearest;

/// The names of operations, in which `*` stands for anything.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationNames(WildMatch);

impl std::str::FromStr for OperationNames {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = Self(WildMatch::new(text));
        if endpoints().any(|row| names.0.matches(row.id)) {
            return Ok(names);
        }
        let near = nearest(text, endpoints().map(|row| row.id));
        let near = near.map(|near| format!("; did you mean \"{near}\"?"));
        Err(format!(
            "no operation is called so, as some are by records.*{}",
            near.unwrap_or_default()
        ))
    }
}

impl Coverage {
    /// Leaves nothing but operations with one of some names.
    pub fn keep_only(&mut self, names: &[OperationNames]) {
        let is_named = |id: &str| names.iter().any(|it| it.0.matches(id));
        self.not_exercised.retain(|id| is_named(id));
        self.outcomes.missing.retain(|it| is_named(&it.operation));
        self.outcomes
            .undeclared
            .retain(|it| is_named(&it.operation));
        let declared = |rows: &[&Endpoint]| rows.iter().map(|row| row.outcomes.len()).sum();
        let mut rows: Vec<&Endpoint> = endpoints().filter(|row| is_named(row.id)).collect();
        self.operations = rows.len();
        self.outcomes.declared = declared(&rows);
        rows.retain(|row| !self.not_exercised.iter().any(|id| id == row.id));
        self.exercised = rows.len();
        let missing = self.outcomes.missing.len();
        self.outcomes.seen = usize::saturating_sub(declared(&rows), missing);
        self.percent = percent(self.exercised, self.operations);
    }
}
