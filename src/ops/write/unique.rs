//! Looking for records by a value, and keeping unique fields unique.

use serde_json::{Value as Json, json};

use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::input::{Draft, RecordReader};
use crate::query::expr::{Expr, Test};
use crate::query::plan::{Converted, Query};
use crate::schema::{Field, Module};
use crate::store::OrgState;
use crate::value::{Value, fold};
use crate::version::DuplicateDetails;

/// The newest record, converted or not, that meets a condition.
#[must_use]
pub fn find(state: &OrgState, module: &Module, expr: &Expr) -> Option<Id> {
    find_other(state, module, expr, None)
}

/// The newest record, converted or not and other than `own`, that meets a condition.
fn find_other(state: &OrgState, module: &Module, expr: &Expr, own: Option<Id>) -> Option<Id> {
    let query = Query {
        state,
        module,
        expr,
        converted: Converted::Both,
        sort: None,
    };
    let found = query.unrestricted(|all| all.page(0, 1 + usize::from(own.is_some())));
    let mut ids = found.iter().map(|record| record.id);
    ids.find(|id| Some(*id) != own)
}

/// The condition that the value of `field` is `value`; `None` for null, lists, rows and structures,
/// which are not compared.
#[must_use]
pub fn equals(field: &Field, value: &Value) -> Option<Expr> {
    Some(Expr::Test(
        field.no,
        match value {
            Value::Null | Value::Rows(_) | Value::Json(_) | Value::List(_) | Value::Files(_) => {
                return None;
            }
            Value::Text(text) => Test::Text(fold(text).into()),
            other => Test::OneOf(vec![other.clone()]),
        },
    ))
}

/// Checks that no other record has a value of the draft in a unique field, or in one of `further`.
/// `own` is the record that is changed.
///
/// # Errors
/// `DUPLICATE_DATA` for each value that another record has.
pub(super) fn check_unique(
    reader: &RecordReader<'_>,
    draft: &Draft,
    own: Option<Id>,
    further: &[&Field],
) -> Result<(), Vec<ApiError>> {
    let mut errors = Vec::new();
    let unique = &reader.module.unique;
    let further = further.iter().filter(|field| !unique.contains(&field.no));
    let fields = unique.iter().map(|no| reader.module.field_at(*no));
    for field in fields.chain(further.copied()) {
        let Some(expr) = draft.value(field.no).and_then(|value| equals(field, value)) else {
            continue;
        };
        if let Some(id) = find_other(reader.state, reader.module, &expr, own) {
            errors.push(duplicate(reader, field.api_name(), id));
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// `DUPLICATE_DATA` about a field, with the details of the record `id` that holds the value
/// already.
fn duplicate(reader: &RecordReader<'_>, api_name: &str, id: Id) -> ApiError {
    let (state, module) = (reader.state, reader.module);
    let error = reader
        .error(Code::DUPLICATE_DATA.into(), api_name)
        .with("id", id.json());
    if reader.version.duplicate_details() == DuplicateDetails::IdOnly {
        return error;
    }
    let owner = state.table(module).get(id).map(|record| record.owner);
    let owner = owner.and_then(|owner| state.users.get(&owner));
    let zuid = owner
        .and_then(|user| user.attributes.get("zuid").cloned())
        .unwrap_or(Json::Null);
    let owner = owner
        .map(|user| json!({"name": user.full_name(), "id": user.id.to_string(), "zuid": zuid}));
    error
        .with(
            "duplicate_record",
            json!({
                "Owner": owner,
                "module": {"api_name": module.api_name(), "id": module.id.to_string()},
                "id": id.to_string(),
            }),
        )
        .with("more_records", false)
}
