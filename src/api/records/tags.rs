//! `/crm/{version}/{module}/actions/add_tags` and `remove_tags`, and the same of one record: tags by
//! their names in the query until v3, as objects in the body from v3 on.

use lean_string::LeanString;
use serde_json::{Map, Value as Json, json};

use super::common::{ROOT, id_list, listed, writable};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::credits;
use crate::api::endpoint::{
    BodyKind, BodySpec, Credits, Endpoint, EndpointBuilder, Param, ParamKind, VersionedKey,
};
use crate::api::param;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message, Row};
use crate::ids::Id;
use crate::ops::input::Mode;
use crate::ops::tags::{Tagging, WantedTag, retag};
use crate::ops::write::RecordPlace;
use crate::response::Response;
use crate::schema::Module;
use crate::settings::tagging::{
    MOST_OF_RECORD, NO_TAGS, TOO_MANY_TAGS, check_tag, has_room, names_of, tag_field,
};
use crate::store::setting::{COLOUR, TAGS};
use crate::store::{OrgState, Tx};
use crate::value::{fold, order};
use crate::version::ApiVersion::{V2_1, V3};
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[
    &ADD,
    &ADD_MANY,
    &REMOVE,
    &REMOVE_MANY,
    &ADD_NAMES,
    &ADD_NAMES_MANY,
    &REMOVE_NAMES,
    &REMOVE_NAMES_MANY,
];

const TAG_KEYS: &[VersionedKey] = &[("tags", Versions::ALL)];
const ADD_KEYS: &[VersionedKey] = &[("over_write", Versions::ALL)];
const ID_KEYS: &[VersionedKey] = &[("ids", Versions::ALL)];
static ADD_BODY: BodySpec = BodySpec::object(&[TAG_KEYS, ADD_KEYS, ID_KEYS]).optional();
static REMOVE_BODY: BodySpec = BodySpec::object(&[TAG_KEYS, ID_KEYS]).optional();

const TAG_NAMES: Param = Param::new("tag_names");
const OVER_WRITE: Param = Param::new("over_write").of(ParamKind::Boolean);
/// `tag_names` of the version whose page has a body, and whose SDK parameters.
const NAMES_OF_V3: Param = Param {
    versions: Versions::between(V3, V3),
    ..TAG_NAMES
};

const ONE: &str = "/crm/{v}/{module}/{id}/actions/add_tags";
const MANY: &str = "/crm/{v}/{module}/actions/add_tags";
const REMOVE_ONE: &str = "/crm/{v}/{module}/{id}/actions/remove_tags";
const REMOVE_FROM_MANY: &str = "/crm/{v}/{module}/actions/remove_tags";

const fn row(id: &'static str, path: &'static str) -> EndpointBuilder {
    Endpoint::post(id, path)
        .scope("modules.{module}.UPDATE")
        .costs(Credits::By(credits::of_tagged))
        .outcomes(&[200, 202, 207, 400])
}

pub(crate) static ADD: Endpoint = row("record_tags.add", ONE)
    .since(V3)
    .params(&[NAMES_OF_V3, OVER_WRITE])
    .composite_freely()
    .body(&ADD_BODY)
    .does("Give a record tags", |call| one(call, true));

pub(crate) static ADD_MANY: Endpoint = row("record_tags.add_many", MANY)
    .since(V3)
    .params(&[NAMES_OF_V3, OVER_WRITE, param::IDS])
    .body(&ADD_BODY)
    .does("Give up to 500 records tags", |call| many(call, true));

pub(crate) static REMOVE: Endpoint = row("record_tags.remove", REMOVE_ONE)
    .since(V3)
    .params(&[NAMES_OF_V3])
    .composite_freely()
    .body(&REMOVE_BODY)
    .does("Take tags from a record", |call| one(call, false));

pub(crate) static REMOVE_MANY: Endpoint = row("record_tags.remove_many", REMOVE_FROM_MANY)
    .since(V3)
    .params(&[NAMES_OF_V3, param::IDS])
    .body(&REMOVE_BODY)
    .does("Take tags from up to 500 records", |call| many(call, false));

pub(crate) static ADD_NAMES: Endpoint = row("record_tags.add_names", ONE)
    .until(V2_1)
    .params(&[TAG_NAMES.required(), OVER_WRITE])
    .composite_freely()
    .does("Give a record tags by their names", |call| one(call, true));

pub(crate) static ADD_NAMES_MANY: Endpoint = row("record_tags.add_names_many", MANY)
    .until(V2_1)
    .params(&[TAG_NAMES.required(), OVER_WRITE, param::IDS.required()])
    .does("Give up to 500 records tags by their names", |call| {
        many(call, true)
    });

pub(crate) static REMOVE_NAMES: Endpoint = row("record_tags.remove_names", REMOVE_ONE)
    .until(V2_1)
    .params(&[TAG_NAMES.required()])
    .composite_freely()
    .does("Take tags from a record by their names", |call| {
        one(call, false)
    });

pub(crate) static REMOVE_NAMES_MANY: Endpoint =
    row("record_tags.remove_names_many", REMOVE_FROM_MANY)
        .until(V2_1)
        .params(&[TAG_NAMES.required(), param::IDS.required()])
        .does("Take tags from up to 500 records by their names", |call| {
            many(call, false)
        });

/// Records that one call takes (pages of all versions).
const MOST_IDS: usize = 500;

const UPDATED: Message = Message::new("tags updated successfully");
/// As the v8 description writes it about tags in a body.
const INVALID_TAG: Code = Code::of(&Row::invalid("Invalid data"));
/// The wording is assumed, from other keys of which one is enough.
const NO_TAG: Code = Code::of(&Row::new(
    "EXPECTED_FIELD_MISSING",
    400,
    "should contain either id or name",
));

fn one(call: &Call<'_>, add: bool) -> Result<Response, ApiError> {
    let module = writable(call, |module| tag_field(module).is_some())?;
    let id = call.path_id("id")?;
    Ok(match TagRequest::of(call, &module, add)? {
        Ok(request) => request.run(call, &module, &[(call.path("id").to_owned(), Some(id))])?,
        Err(refused) => refused,
    })
}

fn many(call: &Call<'_>, add: bool) -> Result<Response, ApiError> {
    let module = writable(call, |module| tag_field(module).is_some())?;
    Ok(match TagRequest::of(call, &module, add)? {
        Ok(request) => request.run(call, &module, &ids(call)?)?,
        Err(refused) => refused,
    })
}

/// Whether the call says what it wants in its query.
fn speaks_by_query(call: &Call<'_>) -> bool {
    let has_body = call.endpoint.body.kind != BodyKind::None;
    !has_body || (call.body.is_null() && call.get(TAG_NAMES).is_some())
}

/// The ids that the call names, in its body or its query.
///
/// # Errors
/// Those of a parameter or a key that is missing, and of too many ids.
fn ids(call: &Call<'_>) -> Result<Vec<(String, Option<Id>)>, ApiError> {
    let queried = call
        .get(param::IDS)
        .filter(|_| call.body.get("ids").is_none());
    if let Some(ids) = queried {
        if listed(ids).count() > MOST_IDS {
            return Err(ApiError::new(Code::LIMIT_EXCEEDED)
                .with("limit", MOST_IDS)
                .with("param_name", param::IDS.name));
        }
        let ids = id_list(ids).map(|(text, id)| (text.to_owned(), id));
        return Ok(ids.collect());
    }
    if speaks_by_query(call) {
        return Err(missing(call, param::IDS));
    }
    let ids = call.array("ids", MOST_IDS)?.iter();
    let text = |id: &Json| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    Ok(ids.map(|id| (text(id), Id::from_json(id))).collect())
}

fn missing(call: &Call<'_>, param: Param) -> ApiError {
    ApiError::new(Code::REQUIRED_PARAM_MISSING).with(call.version.record_param_key(), param.name)
}

/// What is to be done with the tags of records.
struct TagRequest {
    tags: Vec<WantedTag>,
    how: Tagging,
}

impl TagRequest {
    /// Reads the call; gives the answer about tags that cannot be.
    fn of(call: &Call<'_>, module: &Module, add: bool) -> Result<Result<Self, Response>, ApiError> {
        let state = call.read();
        let how = match (add, over_write(call, add)?) {
            (false, _) => Tagging::Remove,
            (true, true) => Tagging::Replace,
            (true, false) => Tagging::Add,
        };
        let read = if speaks_by_query(call) {
            let names = call
                .get(TAG_NAMES)
                .ok_or_else(|| missing(call, TAG_NAMES))?;
            let tags = listed(names).map(|name| WantedTag {
                name: name.into(),
                colour: None,
            });
            tags.map(Ok).collect()
        } else {
            let tags = call.array("tags", MOST_OF_RECORD)?.iter().enumerate();
            let tags = tags.map(|(n, tag)| wanted(call, &state, module, tag, n));
            tags.collect::<Result<Vec<_>, ApiError>>()?
        };
        let mut errors: Vec<Item> = Vec::new();
        let mut tags = Vec::with_capacity(read.len());
        for (n, tag) in read.into_iter().enumerate() {
            let checked = tag.and_then(|tag| match how {
                Tagging::Remove => Ok(tag),
                Tagging::Add | Tagging::Replace => creatable(call, &state, module, tag, n),
            });
            match checked {
                Ok(tag) => tags.push(tag),
                Err(error) => errors.push(error.into()),
            }
        }
        if errors.is_empty() && how != Tagging::Remove {
            let room = has_room(&state, module.no, new_tags(&state, module, &tags));
            errors.extend((!room).then(|| ApiError::new(TOO_MANY_TAGS).into()));
        }
        if errors.is_empty() {
            return Ok(Ok(Self { tags, how }));
        }
        let status = Code::INVALID_DATA.status();
        let body = Item::write_all("tags", &errors, call.wording);
        Ok(Err(Response::bytes(status, body)))
    }

    /// Does it to some records.
    fn run(
        &self,
        call: &Call<'_>,
        module: &Module,
        ids: &[(String, Option<Id>)],
    ) -> Result<Response, ApiError> {
        let batch = Batch::new(call, ROOT, 200);
        let items = batch.run(ids, |tx, (text, id), index| {
            let record = id.and_then(|id| tx.state().table(module).get(id).cloned());
            let unknown = || vec![ApiError::new(Code::INVALID_DATA).with("id", text.as_str())];
            let record = record.ok_or_else(unknown)?;
            let place = RecordPlace {
                version: call.version,
                index,
                key: None,
                mode: Mode::Update,
            };
            retag(tx, module, &record, &self.tags, self.how, place)?;
            Ok(Item::success(UPDATED, details(call, tx, module, record.id)))
        })?;
        let locked = |item: &&Item| match item {
            Item::Error(error) => error.kind.code() == Code::RECORD_LOCKED.code(),
            Item::Success { .. } => false,
        };
        let locked = items.iter().filter(locked).count();
        let done = items.iter().filter(|item| item.is_success()).count();
        let named = ids.iter().map(|(text, _)| text.as_str());
        let answer = batch.answer_by_ids(items, named, Code::RECORD_LOCKED);
        Ok(with_counts(call, &answer, done, locked))
    }
}

/// `over_write` of the body or the query.
fn over_write(call: &Call<'_>, add: bool) -> Result<bool, ApiError> {
    if !add {
        return Ok(false);
    }
    match call.body.get("over_write").filter(|given| !given.is_null()) {
        Some(Json::Bool(on)) => Ok(*on),
        Some(_) => {
            let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "boolean");
            Err(Spot::body(call.version).about(error, "over_write"))
        }
        None => match call.get(OVER_WRITE) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiError::new(Code::INVALID_PARAM).with("param_name", OVER_WRITE.name)),
        },
    }
}

/// A tag of the body by its id, which goes before its name (pages of all versions), or its name. The
/// inner error is about the tag alone.
fn wanted(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    tag: &Json,
    index: usize,
) -> Result<Result<WantedTag, ApiError>, ApiError> {
    let body = Spot::body(call.version);
    let at = |key: &str| format!("tags[{index}].{key}");
    let of_type = |expected: &str, path: &str| {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        body.about(error, path)
    };
    if !tag.is_object() {
        return Err(of_type("jsonobject", &format!("tags[{index}]")));
    }
    let text = |key: &str| match tag.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(LeanString::from(text.as_str()))),
        Some(_) => Err(of_type("string", &at(key))),
    };
    let (name, colour) = (text("name")?.filter(|name| !name.is_empty()), text(COLOUR)?);
    if let Some(given) = tag.get("id").filter(|id| !id.is_null()) {
        let known = Id::from_json(given).and_then(|id| state.settings_of(TAGS).get(id));
        let known = known.filter(|known| known.module == Some(module.no));
        return Ok(match known {
            Some(known) => Ok(WantedTag {
                name: known.name.clone(),
                colour,
            }),
            None => Err(body.about(NO_TAGS, &at("id"))),
        });
    }
    match name {
        Some(name) => Ok(Ok(WantedTag { name, colour })),
        None => {
            let keys = ["id", "name"].map(|key| body.place(&at(key)));
            Err(ApiError::new(NO_TAG).with("expected_fields", keys.to_vec()))
        }
    }
}

/// A tag that there is, or can be.
fn creatable(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    tag: WantedTag,
    index: usize,
) -> Result<WantedTag, ApiError> {
    if state.tag(module.no, &tag.name).is_some() {
        return Ok(tag);
    }
    let refused = check_tag(&tag.name, tag.colour.as_deref(), call.version);
    let Err(refusal) = refused else {
        return Ok(tag);
    };
    let code = if refusal.code == Code::INVALID_DATA {
        INVALID_TAG
    } else {
        refusal.code
    };
    let mut error = ApiError::new(code);
    for (key, value) in refusal.details {
        error = error.with(key, value);
    }
    let path = format!("tags[{index}].{}", refusal.path);
    Err(Spot::body(call.version).about(error, &path))
}

/// How many of some tags there are not yet.
fn new_tags(state: &OrgState, module: &Module, tags: &[WantedTag]) -> usize {
    let new = tags
        .iter()
        .filter(|tag| state.tag(module.no, &tag.name).is_none());
    let mut names: Vec<String> = new.map(|tag| fold(&tag.name)).collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}

/// The `details` of a record: all tags that it has by then.
fn details(call: &Call<'_>, tx: &Tx, module: &Module, id: Id) -> Vec<u8> {
    let state = tx.state();
    let record = state.table(module).get(id);
    let names = match (record, tag_field(module)) {
        (Some(record), Some(field)) => names_of(record, field),
        _ => &[],
    };
    let known = names.iter().filter_map(|name| state.tag(module.no, name));
    let objects = call.version.tagged_records_show_objects();
    let tags = known.map(|tag| match objects {
        true => json!({"name": tag.name.as_str(), "id": tag.id.json(), COLOUR: tag.text(COLOUR)}),
        false => tag.name.as_str().into(),
    });
    let mut details = Map::new();
    details.insert("id".to_owned(), id.json());
    if call.version.tagged_records_show_affected_data() {
        details.insert("affected_data".to_owned(), Json::Null);
    }
    details.insert("tags".to_owned(), tags.collect());
    let mut written = Vec::new();
    order::write_sorted(&mut written, &Json::Object(details));
    written
}

/// The answer with how many records were done, and how many were locked.
fn with_counts(call: &Call<'_>, answer: &Response, done: usize, locked: usize) -> Response {
    let mut body: Map<String, Json> = serde_json::from_slice(&answer.body).unwrap_or_default();
    if call.version.tells_of_scheduled_workflows() {
        body.insert("wf_scheduler".to_owned(), false.into());
    }
    body.insert("success_count".to_owned(), done.to_string().into());
    let locked = if call.version.locked_count_is_text() {
        locked.to_string().into()
    } else {
        locked.into()
    };
    body.insert("locked_count".to_owned(), locked);
    Response::json(answer.status, Json::Object(body))
}
