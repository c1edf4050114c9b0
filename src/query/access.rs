//! The condition that keeps what a user may not see out of every answer.

use super::expr::{Expr, Test};
use crate::schema::{Module, Storage};
use crate::settings::access::{self, Restriction};
use crate::store::OrgState;
use crate::value::Value;

/// What the records of a module have to meet for the current user to see them; none where all may be
/// seen.
#[must_use]
pub fn visible(state: &OrgState, module: &Module) -> Option<Expr> {
    let belongs = access::owning_lookup(state, module);
    let belongs = belongs.map(|field| Expr::Test(field.no, Test::Seen));
    let own = access::restriction(state, module);
    let own = own.map(|restriction| within(module, restriction));
    match (own, belongs) {
        (Some(own), Some(belongs)) => Some(Expr::All(vec![own, belongs])),
        (own, belongs) => own.or(belongs),
    }
}

/// What the records meet that a user sees by himself.
fn within(module: &Module, restriction: Restriction) -> Expr {
    let Restriction {
        owners,
        records,
        parents,
    } = restriction;
    let mut any = Vec::new();
    if let Some(owner) = module.field("Owner") {
        let owners = owners.into_iter().map(Value::User);
        any.push(Expr::Test(owner.no, Test::OneOf(owners.collect())));
    }
    if let Some(id) = module.field("id").filter(|_| !records.is_empty()) {
        let records = records.into_iter();
        let ids = records
            .filter_map(|id| i64::try_from(id.0).ok())
            .map(Value::Int);
        any.push(Expr::Test(id.no, Test::OneOf(ids.collect())));
    }
    for field in &module.fields {
        let Storage::Lookup(target) = field.kind else {
            continue;
        };
        let led_to = parents
            .iter()
            .filter(|(parent, _)| target.is_none_or(|to| to == *parent));
        let led_to: Vec<Value> = led_to
            .map(|(parent, id)| Value::Lookup(*parent, *id))
            .collect();
        if !led_to.is_empty() {
            any.push(Expr::Test(field.no, Test::OneOf(led_to)));
        }
    }
    Expr::Any(any)
}
