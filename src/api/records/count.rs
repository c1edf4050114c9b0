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
use crate::schema::{Module, View};
use crate::store::OrgState;
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&COUNT, &COUNT_POSTED];

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

pub(crate) static COUNT_POSTED: Endpoint =
    Endpoint::post("records.count_posted", "/crm/{v}/{module}/actions/count")
        .since(ApiVersion::V8)
        .scope("modules.{module}.READ")
        .params(&[param::CRITERIA, param::EMAIL, param::PHONE, param::WORD])
        .together(&[Together::First(param::SEARCHES)])
        .outcomes(&[200, 400])
        .does(
            "The same by POST, without views (v8 description)",
            count_posted,
        );

fn count_posted(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = countable(call, &state)?;
    counted(call, &state, module, None)
}

fn count(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = countable(call, &state)?;
    if call.get(param::CVID).is_some() {
        let searched = param::SEARCHES.iter().find(|by| call.get(**by).is_some());
        if let Some(by) = searched {
            let names = [param::CVID, *by].map(|param| json!({"param_name": param.name}));
            return Err(ApiError::new(Code::COUNT_AMBIGUITY).with("ambiguity_due_to", &names[..]));
        }
    }
    let view = view(call, module)?;
    counted(call, &state, module, view)
}

/// The module of the path, if its records can be counted.
fn countable<'s>(call: &Call<'_>, state: &'s OrgState) -> Result<&'s Module, ApiError> {
    let module = call.module(state)?;
    if module.generated_type() == "subform" || module.generated_type() == "field_tracker" {
        return Err(Code::COUNT_NOT_SUPPORTED.into());
    }
    Ok(module)
}

/// How many records a view has, or how many meet the condition of the call.
fn counted(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    view: Option<&View>,
) -> Result<Response, ApiError> {
    let (expr, converted) = match view {
        Some(view) => (view_expr(view, module, state, call.now), Converted::Both),
        None => (
            expression(call, module, state)?.unwrap_or_else(Expr::always),
            Converted::No,
        ),
    };
    let query = Query {
        state,
        module,
        expr: &expr,
        converted,
        sort: None,
    };
    Ok(Response::json(200, json!({"count": query.count()})))
}
