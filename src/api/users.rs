//! `/crm/{version}/users`: the users of the org.

mod body;
mod write;

use serde_json::{Value as Json, json};

use super::call::Call;
use super::endpoint::{BodyKind, Endpoint, Param, ParamKind};
use super::paging::{Page, Shown, nothing};
use super::param;
use crate::error::{ApiError, Kind};
use crate::ids::Id;
use crate::request::Method;
use crate::response::Response;
use crate::store::{OrgState, User};
use crate::value::time;
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "users.list",
        method: Method::Get,
        path: "/crm/{v}/users",
        versions: Versions::ALL,
        scope: "users.READ",
        body: BodyKind::None,
        params: &[
            TYPE,
            param::PAGE,
            param::PER_PAGE,
            param::IDS.since(ApiVersion::V4),
            Param::new("type__s").since(ApiVersion::V8),
        ],
        outcomes: &[200, 204, 304, 400],
        summary: "Users of the org, by type",
        handler: list,
    },
    Endpoint {
        id: "users.create",
        method: Method::Post,
        path: "/crm/{v}/users",
        versions: Versions::ALL,
        scope: "users.CREATE",
        body: BodyKind::Json,
        params: &[],
        outcomes: &[201, 202, 400],
        summary: "Invite a user",
        handler: write::create,
    },
    Endpoint {
        id: "users.update_many",
        method: Method::Put,
        path: "/crm/{v}/users",
        versions: Versions::ALL,
        scope: "users.UPDATE",
        body: BodyKind::Json,
        params: &[],
        outcomes: &[200, 202, 207, 400],
        summary: "Update users by the ids in the body",
        handler: write::update_many,
    },
    Endpoint {
        id: "users.count",
        method: Method::Get,
        path: "/crm/{v}/users/actions/count",
        versions: Versions::since(ApiVersion::V6),
        scope: "users.READ",
        body: BodyKind::None,
        params: &[TYPE],
        outcomes: &[200, 400],
        summary: "How many users there are of a type",
        handler: count,
    },
    Endpoint {
        id: "users.get",
        method: Method::Get,
        path: "/crm/{v}/users/{id}",
        versions: Versions::ALL,
        scope: "users.READ",
        body: BodyKind::None,
        params: &[],
        outcomes: &[200, 204, 400],
        summary: "One user",
        handler: get,
    },
    Endpoint {
        id: "users.update",
        method: Method::Put,
        path: "/crm/{v}/users/{id}",
        versions: Versions::ALL,
        scope: "users.UPDATE",
        body: BodyKind::Json,
        params: &[],
        outcomes: &[200, 202, 400],
        summary: "Update a user",
        handler: write::update,
    },
    Endpoint {
        id: "users.delete",
        method: Method::Delete,
        path: "/crm/{v}/users/{id}",
        versions: Versions::ALL,
        scope: "users.DELETE",
        body: BodyKind::None,
        params: &[],
        outcomes: &[200, 400],
        summary: "Delete a user",
        handler: write::delete,
    },
];

/// `type`, whose words [`is_of_type`] knows.
const TYPE: Param = Param::new("type").of(ParamKind::Word(&[
    "AllUsers",
    "ActiveUsers",
    "AllActiveUsers",
    "DeactiveUsers",
    "ConfirmedUsers",
    "NotConfirmedUsers",
    "DeletedUsers",
    "ActiveConfirmedUsers",
    "AdminUsers",
    "ActiveConfirmedAdmins",
    "CurrentUser",
    "DeveloperUsers",
    "ActiveLiteUser",
]));

/// Whether a user is of a type; none for a type that does not exist.
fn is_of_type(state: &OrgState, user: &User, name: &str) -> Option<bool> {
    let active = user.status() == "active";
    let admin = || {
        user.profile.is_some_and(|id| {
            state
                .profiles
                .iter()
                .any(|p| p.id == id && p.name == "Administrator")
        })
    };
    let kind = user.text("type__s").unwrap_or("Regular User");
    Some(match name {
        "AllUsers" => true,
        "ActiveUsers" | "AllActiveUsers" => active,
        "DeactiveUsers" => user.status() == "disabled",
        "ConfirmedUsers" => user.confirmed(),
        "NotConfirmedUsers" => !user.confirmed(),
        "DeletedUsers" => user.status() == "deleted",
        "ActiveConfirmedUsers" => active && user.confirmed(),
        "AdminUsers" => admin(),
        "ActiveConfirmedAdmins" => active && user.confirmed() && admin(),
        "CurrentUser" => user.id == state.current_user,
        "DeveloperUsers" => kind == "Sandbox Developer User",
        "ActiveLiteUser" => active && matches!(kind, "Team User" | "Lite User"),
        _ => return None,
    })
}

/// The users of the type that the call asks for.
fn of_type<'s>(call: &Call<'_>, state: &'s OrgState) -> Result<Vec<&'s User>, ApiError> {
    let kind = call.param("type").unwrap_or("AllUsers");
    let mut found = Vec::new();
    for (_, user) in state.users.iter() {
        match is_of_type(state, user, kind) {
            Some(true) => found.push(&**user),
            Some(false) => {}
            None => return Err(ApiError::new(Kind::InvalidParam).with("param_name", "type")),
        }
    }
    Ok(found)
}

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let page = Page::plain(call)?;
    let mut users = of_type(call, &state)?;
    if let Some(ids) = call.param("ids").filter(|_| call.version.users_take_ids()) {
        let ids: Vec<Id> = ids
            .split(',')
            .filter_map(|id| Id::parse(id.trim()).ok())
            .collect();
        users.retain(|user| ids.contains(&user.id));
    }
    let since = call
        .request
        .headers
        .get("if-modified-since")
        .and_then(time::parse_datetime);
    if let Some(since) = since {
        users.retain(|user| user.modified_time > since);
    }
    let mut users: Vec<&User> = users
        .into_iter()
        .skip(page.skip)
        .take(page.wanted())
        .collect();
    let more = page.cut(&mut users);
    if users.is_empty() {
        return Ok(nothing(since));
    }
    let shown = Shown {
        page: &page,
        count: users.len(),
        more,
        last: None,
        sort_by: "id",
        sort_order: "asc",
    };
    let items: Vec<Json> = users
        .iter()
        .map(|user| body::user(&state, user, call.version, call.now))
        .collect();
    let mut answer = json!({"users": items});
    if call.param("type") != Some("CurrentUser") {
        answer["info"] = Json::Object(shown.plain());
    }
    Ok(Response::json(200, answer))
}

fn count(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let count = of_type(call, &state)?.len();
    Ok(Response::json(200, json!({"count": count})))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    match state.users.get(&call.path_id("id")?) {
        Some(user) => Ok(Response::json(
            200,
            json!({"users": [body::user(&state, user, call.version, call.now)]}),
        )),
        None if call.version.unknown_user_is_no_content() => Ok(Response::no_content()),
        None => Err(Kind::UnknownUserV2.into()),
    }
}
