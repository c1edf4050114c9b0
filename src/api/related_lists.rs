//! `GET /settings/related_lists`: the lists below a record.

use serde_json::Value as Json;

use super::call::Call;
use super::endpoint::{BodyKind, Endpoint, Param, ParamKind};
use super::param;
use super::settings::{self, Key, Object};
use crate::error::{ApiError, Kind};
use crate::request::Method;
use crate::response::Response;
use crate::schema::{Module, RelatedList, in_range};
use crate::store::OrgState;
use crate::version::ApiVersion::{self, V2, V2_1, V5, V7, V8};
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "related_lists.list",
        method: Method::Get,
        path: "/crm/{v}/settings/related_lists",
        versions: Versions::ALL,
        scope: "settings.related_lists.READ",
        body: BodyKind::None,
        params: &[
            param::MODULE,
            LAYOUT_ID,
            Param::new("status")
                .of(ParamKind::Words(STATUSES))
                .since(V8),
        ],
        outcomes: &[200, 204, 400],
        summary: "The related lists of a module",
        handler: list,
    },
    Endpoint {
        id: "related_lists.get",
        method: Method::Get,
        path: "/crm/{v}/settings/related_lists/{id}",
        versions: Versions::ALL,
        scope: "settings.related_lists.READ",
        body: BodyKind::None,
        params: &[param::MODULE, LAYOUT_ID],
        outcomes: &[200, 204, 400],
        summary: "A related list of a module",
        handler: get,
    },
];

/// Keys of a related list that not every version has (captures of v2 and v7; between, assumed).
const KEYS: &[Key] = &[
    ("visible", Versions::until(V2)),
    ("sequence_number", Versions::since(V2_1)),
    ("action", Versions::since(V2_1)),
    ("customize_sort", Versions::since(V5)),
    ("customize_fields", Versions::since(V5)),
    ("customize_display_label", Versions::since(V5)),
    ("status", Versions::since(V7)),
];

/// `layout_id`: the layout whose lists are shown.
const LAYOUT_ID: Param = Param::new("layout_id")
    .of(ParamKind::Id)
    .since(ApiVersion::V3);

/// Words of `status`.
const STATUSES: &[&str] = &["visible", "user_hidden", "scheduled_for_deletion"];

/// `GET /settings/related_lists?module=`: the lists that the version has, by sequence.
fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = module(call, &state)?;
    let statuses = if call.version.related_lists_take_status() {
        settings::words(call, "status", STATUSES)?
    } else {
        None
    };
    let asked = |list: &&RelatedList| {
        exists(list, call.version) && statuses.as_ref().is_none_or(|s| s.contains(&status(list)))
    };
    let mut lists: Vec<&RelatedList> = module.related_lists.iter().filter(asked).collect();
    lists.sort_by_key(|list| list.spec.sequence_number);
    let items = lists.into_iter();
    let items = items
        .map(|l| object(&state, module, l, call.version))
        .collect();
    Ok(settings::list("related_lists", items))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = module(call, &state)?;
    let id = call.path_id("id")?;
    let list = module.related_lists.iter();
    match list
        .filter(|l| exists(l, call.version))
        .find(|l| l.id == id)
    {
        Some(list) => Ok(settings::list(
            "related_lists",
            vec![object(&state, module, list, call.version)],
        )),
        None => settings::unknown_id(call),
    }
}

/// The module asked for; errors name the parameter in versions that do (v8 description).
fn module<'s>(call: &Call<'_>, state: &'s OrgState) -> Result<&'s Module, ApiError> {
    let names = call.version.related_lists_name_the_param();
    let unsupported = if names {
        Kind::RelatedListsNotSupported
    } else {
        Kind::ModuleNotSupportedForApi
    };
    match settings::module(call, state, unsupported) {
        Ok(module) => Ok(module),
        Err(error) if names && error.kind != Kind::RequiredParamMissing => {
            Err(error.with("param_name", "module"))
        }
        Err(error) => Err(error),
    }
}

fn exists(list: &RelatedList, version: ApiVersion) -> bool {
    in_range(list.spec.since, list.spec.until, version)
}

fn status(list: &RelatedList) -> &str {
    list.spec.status.as_deref().unwrap_or("visible")
}

fn object(state: &OrgState, module: &Module, list: &RelatedList, version: ApiVersion) -> Json {
    let spec = &list.spec;
    let related = spec.module.as_deref();
    let related = related.map(|name| settings::module_reference(state, name));
    let derived = || {
        let (module, list) = (module.api_name(), &spec.api_name);
        format!("{module}/{{ENTITYID}}/{list}").into()
    };
    Object::default()
        .put("module", related)
        .put("type", spec.kind.as_deref().unwrap_or("default"))
        .put("sequence_number", spec.sequence_number.to_string())
        .put("display_label", spec.display_label.as_str())
        .put("visible", status(list) == "visible")
        .put("customize_sort", true)
        .put("customize_fields", true)
        .put("api_name", spec.api_name.as_str())
        .put("customize_display_label", false)
        .put(
            "name",
            spec.name.as_ref().unwrap_or(&spec.api_name).as_str(),
        )
        .put("action", Json::Null)
        .put("href", spec.href.clone().unwrap_or_else(derived))
        .put("id", list.id.json())
        .put("status", status(list))
        .finish(&spec.attributes, &[KEYS], version)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::settings::fixture::{PREFIX, get, keys, org, stock};

    #[test]
    fn captured_item() {
        let patches = json!({
            "Notes": {"id": "2276164000000000147"},
            "Leads": {"related_lists": [
                {"api_name": "Notes", "id": "2276164000000002730", "sequence_number": 1},
            ]},
        });
        let state = org("2276164", &patches, &json!({}));
        for version in ["v7", "v8"] {
            let target =
                format!("{version}/settings/related_lists/2276164000000002730?module=Leads");
            let (status, body) = get(state.clone(), &target);
            assert_eq!(status, 200);
            assert_eq!(
                body,
                r#"{"related_lists":[{"module":{"api_name":"Notes","id":"2276164000000000147"},"type":"default","sequence_number":"1","display_label":"Notes","customize_sort":true,"customize_fields":true,"api_name":"Notes","customize_display_label":false,"name":"Notes","action":null,"href":"Leads/{ENTITYID}/Notes","id":"2276164000000002730","status":"visible"}]}"#
            );
        }
    }

    #[test]
    fn captured_keys_of_v2() {
        let (_, body) = get(stock(), "v2/settings/related_lists?module=Contacts");
        let body: Json = serde_json::from_str(&body).unwrap();
        let found = keys(&body["related_lists"][0].to_string());
        let mut found: Vec<&str> = found.split(' ').collect();
        found.sort_unstable();
        let mut known = [
            "display_label",
            "visible",
            "api_name",
            "module",
            "name",
            "id",
            "href",
            "type",
        ];
        known.sort_unstable();
        assert_eq!(found, known);
    }

    #[test]
    fn activities_by_version() {
        let has = |version: &str, name: &str| {
            let target = format!("{version}/settings/related_lists?module=Leads");
            get(stock(), &target)
                .1
                .contains(&format!(r#""api_name":"{name}""#))
        };
        assert!(has("v2", "Activities_History") && !has("v2", "Calls_History"));
        assert!(has("v3", "Calls_History") && !has("v3", "Activities_History"));
    }

    #[test]
    fn statuses() {
        let target = "v8/settings/related_lists?module=Leads&status=user_hidden";
        let (status, body) = get(stock(), target);
        assert_eq!(status, 200);
        assert!(body.contains("Review_Logs") && !body.contains("\"Notes\""));
        let target = "v8/settings/related_lists?module=Leads&status=x";
        assert_eq!(get(stock(), target).0, 400);
    }

    #[test]
    fn refusals() {
        for (target, status, body) in [
            (
                "v8/settings/related_lists",
                400,
                r#"{"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"module"},"message":"One of the expected parameter is missing","status":"error"}"#,
            ),
            (
                "v8/settings/related_lists?module=Home",
                400,
                r#"{"code":"NOT_SUPPORTED","details":{"param_name":"module"},"message":"the given module is not supported for this api","status":"error"}"#,
            ),
            (
                "v8/settings/related_lists?module=Nope",
                400,
                r#"{"code":"INVALID_MODULE","details":{"param_name":"module"},"message":"the module name given seems to be invalid","status":"error"}"#,
            ),
            (
                "v7/settings/related_lists?module=Nope",
                400,
                r#"{"code":"INVALID_MODULE","details":{},"message":"the module name given seems to be invalid","status":"error"}"#,
            ),
            ("v8/settings/related_lists/1?module=Leads", 204, ""),
        ] {
            assert_eq!(
                get(org(PREFIX, &json!({}), &json!({})), target),
                (status, body.to_owned()),
                "{target}"
            );
        }
    }
}
