//! `/crm/{version}/{module}/actions/count`: how many records there are.

use serde_json::json;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Together};
use crate::api::param;
use crate::api::records::search::expression;
use crate::api::records::view;
use crate::error::{ApiError, Code};
use crate::query::expr::Expr;
use crate::query::plan::{Converted, Query};
use crate::query::view::view_expr;
use crate::response::Response;
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&COUNT];

pub(crate) static COUNT: Endpoint =
    Endpoint::get("records.count", "/crm/{v}/{module}/actions/count")
        .since(ApiVersion::V2_1)
        .scope("modules.{module}.READ")
        .params(&[
            param::CRITERIA,
            param::EMAIL,
            param::PHONE,
            param::WORD,
            param::CVID.since(ApiVersion::V7),
        ])
        .together(&[
            Together::First(param::SEARCHES),
            Together::Exclude(param::CVID, param::CRITERIA),
            Together::Exclude(param::CVID, param::EMAIL),
            Together::Exclude(param::CVID, param::PHONE),
            Together::Exclude(param::CVID, param::WORD),
        ])
        .composite_freely()
        .outcomes(&[200, 400])
        .does(
            "How many records a module has, or how many meet a condition",
            count,
        );

fn count(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    if module.generated_type() == "subform" || module.generated_type() == "field_tracker" {
        return Err(Code::COUNT_NOT_SUPPORTED.into());
    }
    let searched = || param::SEARCHES.iter().any(|by| call.get(*by).is_some());
    if call.get(param::CVID).is_some() && searched() {
        return Err(Code::COUNT_AMBIGUITY.into());
    }
    let (expr, converted) = match view(call, module)? {
        Some(view) => (view_expr(view, module, &state, call.now), Converted::Both),
        None => (
            expression(call, module, &state)?.unwrap_or_else(Expr::always),
            Converted::No,
        ),
    };
    let count = Query {
        state: &state,
        module,
        expr: &expr,
        converted,
        sort: None,
    }
    .count();
    Ok(Response::json(200, json!({"count": count})))
}
