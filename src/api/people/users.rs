//! `/crm/{version}/users`: the users of the org.

mod body;
mod rules;
mod search;
mod shifts;
mod write;

use serde_json::{Value as Json, json};

use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Credits, Endpoint, Items, Param, ParamKind, Reach, Together};
use crate::api::paging::{Page, PageInfo, nothing};
use crate::api::param;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::response::Response;
use crate::settings::families::profiles::PROFILES;
use crate::store::{OrgState, User};
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[
    &LIST,
    &CREATE,
    &UPDATE_MANY,
    &SEARCH,
    &COUNT,
    &GET,
    &UPDATE,
    &DELETE,
];

/// The key of users in bodies.
const ROOT: &str = "users";
/// Users that are written, one a call.
static ONE_USER: BodySpec = BodySpec::list(ROOT, 1, Items::Own);
static USERS: BodySpec =
    BodySpec::list(ROOT, 1, Items::Own).most_by(ApiVersion::max_users_per_update);

pub(crate) static LIST: Endpoint = Endpoint::get("users.list", "/crm/{v}/users")
    .scope("users.READ")
    .params(&[
        TYPE,
        param::PAGE,
        param::PER_PAGE,
        param::IDS.since(ApiVersion::V4),
        TYPE_S,
    ])
    .composite(25)
    .outcomes(&[200, 204, 304, 400])
    .does("Users of the org, by type", list);

pub(crate) static CREATE: Endpoint = Endpoint::post("users.create", "/crm/{v}/users")
    .scope("users.CREATE")
    .body(&ONE_USER)
    .composite(1)
    .outcomes(&[201, 400])
    .does("Invite a user", write::create);

pub(crate) static UPDATE_MANY: Endpoint = Endpoint::put("users.update_many", "/crm/{v}/users")
    .scope("users.UPDATE")
    .body(&USERS)
    .composite(1)
    .outcomes(&[200, 207, 400])
    .does("Update users by the ids in the body", write::update_many);

/// The router takes `Users` for `users` here, since it stands where a module does.
pub(crate) static SEARCH: Endpoint = Endpoint::get("users.search", "/crm/{v}/users/search")
    .scope("modules.users.READ")
    .params(&[
        param::CRITERIA,
        param::EMAIL,
        param::PHONE,
        param::WORD,
        SEARCH_TYPE,
        param::FIELDS,
        param::PAGE,
        param::PER_PAGE,
    ])
    .together(&[Together::First(param::SEARCHES)])
    .reach(Reach::Hits)
    .costs(Credits::Heavy(1))
    .composite(25)
    .outcomes(&[200, 204, 400])
    .does(
        "Users that meet a criteria, or hold an e-mail address, a phone number or a word",
        search::search,
    );

pub(crate) static COUNT: Endpoint = Endpoint::get("users.count", "/crm/{v}/users/actions/count")
    .since(ApiVersion::V6)
    .scope("users.READ")
    .params(&[TYPE])
    .outcomes(&[200, 400])
    .does("How many users there are of a type", count);

pub(crate) static GET: Endpoint = Endpoint::get("users.get", "/crm/{v}/users/{id}")
    .scope("users.READ")
    .composite(25)
    .outcomes(&[200, 204, 400])
    .does("One user", get);

pub(crate) static UPDATE: Endpoint = Endpoint::put("users.update", "/crm/{v}/users/{id}")
    .scope("users.UPDATE")
    .body(&ONE_USER)
    .composite(1)
    .outcomes(&[200, 400])
    .does("Update a user", write::update);

pub(crate) static DELETE: Endpoint = Endpoint::delete("users.delete", "/crm/{v}/users/{id}")
    .scope("users.DELETE")
    .composite(1)
    .outcomes(&[200, 400])
    .does("Delete a user", write::delete);

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
    "ActiveAndDeactive",
]));

/// The same in searches.
const SEARCH_TYPE: Param = TYPE.since(ApiVersion::V7);

/// `type__s`: which sort of account users have.
const TYPE_S: Param = Param::new("type__s")
    .of(ParamKind::Word(&[
        "Regular User",
        "Sandbox Developer User",
        "Team User",
        "Digital Employee",
        "Support User",
        "Client Portal User",
        "System User",
    ]))
    .since(ApiVersion::V8);

/// Whether a user is of a type; none for a type that does not exist.
fn is_of_type(state: &OrgState, user: &User, name: &str) -> Option<bool> {
    let active = user.status() == "active";
    let admin = || {
        let profile = user.profile.and_then(|id| PROFILES.of(state).get(id));
        profile.is_some_and(|profile| profile.name == "Administrator")
    };
    let kind = kind_of(user);
    Some(match name {
        "AllUsers" => true,
        "ActiveUsers" | "AllActiveUsers" => active,
        "DeactiveUsers" => user.status() == "disabled",
        // newest description of v8
        "ActiveAndDeactive" => active || user.status() == "disabled",
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

/// The sort of account that a user has.
fn kind_of(user: &User) -> &str {
    user.text("type__s").unwrap_or("Regular User")
}

/// The users of the type that the call asks for.
fn of_type<'s>(call: &Call<'_>, state: &'s OrgState) -> Result<Vec<&'s User>, ApiError> {
    let kind = call.get(TYPE).unwrap_or("AllUsers");
    let mut found = Vec::new();
    for (_, user) in state.users.iter() {
        match is_of_type(state, user, kind) {
            Some(true) => found.push(&**user),
            Some(false) => {}
            None => return Err(ApiError::new(Code::INVALID_PARAM).with("param_name", "type")),
        }
    }
    Ok(found)
}

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let page = Page::plain(call)?;
    let mut users = of_type(call, &state)?;
    if let Some(kind) = call.get(TYPE_S) {
        if !TYPE_S.kind.words().contains(&kind) {
            return Err(ApiError::new(Code::INVALID_PARAM).with("param_name", TYPE_S.name));
        }
        users.retain(|user| kind_of(user) == kind);
    }
    if let Some(ids) = call.get(param::IDS) {
        let ids: Vec<Id> = ids
            .split(',')
            .filter_map(|id| Id::parse(id.trim()).ok())
            .collect();
        users.retain(|user| ids.contains(&user.id));
    }
    let since = call.if_modified_since();
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
    let shown = PageInfo {
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
    if call.get(TYPE) != Some("CurrentUser") {
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
        None => Err(Code::UNKNOWN_USER_V2.into()),
    }
}
