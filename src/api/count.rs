//! `/crm/{version}/{module}/actions/count`: how many records there are.

use serde_json::json;

use super::call::Call;
use super::endpoint::{BodyKind, Endpoint};
use super::param;
use super::search::{BY, expression};
use crate::error::{ApiError, Kind};
use crate::ids::Id;
use crate::query::expr::Expr;
use crate::query::plan::{Converted, Query};
use crate::query::view::view_expr;
use crate::request::Method;
use crate::response::Response;
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[Endpoint {
    id: "records.count",
    method: Method::Get,
    path: "/crm/{v}/{module}/actions/count",
    versions: Versions::since(ApiVersion::V2_1),
    scope: "modules.{module}.READ",
    body: BodyKind::None,
    params: &[
        param::CRITERIA,
        param::EMAIL,
        param::PHONE,
        param::WORD,
        param::CVID.since(ApiVersion::V7),
    ],
    outcomes: &[200, 400],
    summary: "How many records a module has, or how many meet a condition",
    handler: count,
}];

fn count(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    if module.generated_type() == "subform" || module.generated_type() == "field_tracker" {
        return Err(Kind::CountNotSupported.into());
    }
    let view = call
        .param("cvid")
        .filter(|_| call.version.count_takes_view());
    let (expr, converted) = match view {
        Some(_) if BY.iter().any(|name| call.param(name).is_some()) => {
            return Err(Kind::CountAmbiguity.into());
        }
        Some(view) => {
            let bad = || ApiError::new(Kind::InvalidParam).with("param_name", "cvid");
            let id = Id::parse(view).map_err(|_| bad())?;
            let view = module.views.iter().find(|v| v.id == id).ok_or_else(bad)?;
            (view_expr(view, module, &state, call.now), Converted::Both)
        }
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
