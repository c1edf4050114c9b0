//! `/settings/tags/…/actions`: tags are merged, counted, and deleted many at once as a job. All else
//! about tags is a family of settings.

use serde_json::{Value as Json, json};

use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items};
use crate::api::jobs::mass_actions::{JOB_ID, order};
use crate::api::param;
use crate::api::settings::{module_of, setting_written};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message, Row};
use crate::ids::Id;
use crate::ops::jobs;
use crate::response::Response;
use crate::schema::Module;
use crate::settings::families::tags::TAGS;
use crate::settings::tagging::{self, NO_TAGS};
use crate::store::OrgState;
use crate::store::job::{JobKind, JobWork, TagDeletion};
use crate::version::ApiVersion::V7;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&MERGE, &RECORDS_COUNT, &MASS_DELETE, &MASS_DELETE_STATUS];

static MERGE_BODY: BodySpec = BodySpec::list("tags", 1, Items::Own);
static MASS_DELETE_BODY: BodySpec = BodySpec::list("mass_delete", 1, Items::Own);
const MASS_DELETE_PATH: &str = "/crm/{v}/settings/tags/actions/mass_delete";

pub(crate) static MERGE: Endpoint =
    Endpoint::post("tags.merge", "/crm/{v}/settings/tags/{id}/actions/merge")
        .scope("settings.tags.CREATE")
        .body(&MERGE_BODY)
        .composite(1)
        .outcomes(&[200, 400])
        .does(
            "Merges a tag into another one, whose records it gives it",
            merge,
        );

pub(crate) static RECORDS_COUNT: Endpoint = Endpoint::get(
    "tags.records_count",
    "/crm/{v}/settings/tags/{id}/actions/records_count",
)
.scope("settings.tags.READ")
.params(&[param::MODULE])
.outcomes(&[200, 400])
.does("How many records have a tag", records_count);

pub(crate) static MASS_DELETE: Endpoint = Endpoint::post("tags.mass_delete", MASS_DELETE_PATH)
    .since(V7)
    .scope("settings.tags.DELETE")
    .body(&MASS_DELETE_BODY)
    .outcomes(&[202, 400])
    .does("Deletes up to 200 tags of a module, as a job", mass_delete);

pub(crate) static MASS_DELETE_STATUS: Endpoint =
    Endpoint::get("tags.mass_delete_status", MASS_DELETE_PATH)
        .since(V7)
        .scope("settings.tags.READ")
        .params(&[JOB_ID])
        .outcomes(&[200, 400])
        .does("How far a deletion of tags is", mass_delete_status);

/// Tags that one call deletes (pages of v7 and v8).
const MOST_DELETED: usize = 200;

const MERGED: Message = Message::new("tags merged successfully");
/// An id of no tag (SDK tables).
const TAG_UNKNOWN: Code = Code::of(&Row::new("TAG_ID_NOT_FOUND", 400, "invalid tag id"));
const NOT_OF_MODULE: Code = Code::of(&Row::invalid("one of the tags seems not found."));
const AMBIGUOUS_MODULE: Code = Code::of(&Row::new(
    "AMBIGUITY_DURING_PROCESSING",
    400,
    "ambiguous module identifiers",
));
const NO_JOB: Code = Code::of(&Row::invalid("job details not found"));

fn merge(call: &Call<'_>) -> Result<Response, ApiError> {
    let id = call.path_id("id")?;
    let gone = || ApiError::new(NO_TAGS).with("id", call.path("id"));
    if TAGS.of(&call.read()).get(id).is_none() {
        return Err(gone());
    }
    let batch = Batch::of_body(call, 200).answered_alike();
    let items = batch.write(|tx, said, index| {
        let about = |code: Code| vec![batch.spot(index).about(code, "conflict_id")];
        // read within the transaction: another writer may have been faster
        let kept = TAGS.of(tx.state()).get(id).cloned();
        let kept = kept.ok_or_else(|| vec![gone()])?;
        let given = said.get("conflict_id").filter(|given| !given.is_null());
        let given = given.ok_or_else(|| about(Code::MANDATORY_NOT_FOUND))?;
        let other = Id::from_json(given).and_then(|id| TAGS.of(tx.state()).get(id));
        let other = other.filter(|other| other.module == kept.module && other.id != kept.id);
        let other = other.cloned().ok_or_else(|| about(NO_TAGS))?;
        tagging::merge(tx, &kept, &other);
        Ok(setting_written(call, tx, &TAGS, id, MERGED))
    })?;
    Ok(batch.answer(&items))
}

fn records_count(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let key = TAGS.param_key.unwrap_or(call.version.settings_param_key());
    let module = module_of(call, &state, Code::MODULE_NOT_SUPPORTED_FOR_API, key)?;
    let tag = TAGS.of(&state).get(call.path_id("id")?);
    let tag = tag.filter(|tag| tag.module == Some(module.no));
    let tag = tag.ok_or(TAG_UNKNOWN)?;
    let records = tagging::tagged(&state, module, &tag.name);
    // converted leads are not counted (assumed)
    let count = records.iter().filter(|record| !record.converted).count();
    Ok(Response::json(200, json!({"count": count.to_string()})))
}

fn mass_delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    // the example of an empty list shows no limit
    let items = call
        .items()
        .map_err(|error| error.without("minimum_length"))?;
    let item = items.first().unwrap_or(&Json::Null);
    let (module, tags) = deletion(call, &state, item)?;
    let job = order(
        call,
        JobWork::TagDeletion(TagDeletion {
            module: module.no,
            tags: tags.into(),
        }),
    )?;
    let body = json!({
        "code": "SCHEDULED",
        "details": {"job_id": job.json()},
        "message": "tags scheduled successfully",
        "status": "success",
    });
    Ok(Response::json(202, body))
}

/// The module and the tags that are to be deleted.
///
/// # Errors
/// Those of the newer description of v8.
fn deletion<'s>(
    call: &Call<'_>,
    state: &'s OrgState,
    item: &Json,
) -> Result<(&'s Module, Vec<Id>), ApiError> {
    let spot = Spot::item(call.version, call.root(), 0);
    let of_type = |expected: &str, path: &str| {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        spot.about(error, path)
    };
    if !item.is_object() {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
        return Err(Spot::body(call.version).about(error, "mass_delete[0]"));
    }
    let needed = |object: &Json, key: &str, path: &str| {
        let value = object.get(key).filter(|value| !value.is_null());
        value
            .cloned()
            .ok_or_else(|| spot.about(Code::MANDATORY_NOT_FOUND, path))
    };
    let named = needed(item, "module", "module")?;
    if !named.is_object() {
        return Err(of_type("jsonobject", "module"));
    }
    let id = needed(&named, "id", "module.id")?;
    let api_name = needed(&named, "api_name", "module.api_name")?;
    let invalid = |path: &str| spot.about(Code::INVALID_DATA, path);
    let module = api_name.as_str().and_then(|name| state.schema.module(name));
    let module = module.ok_or_else(|| invalid("module.api_name"))?;
    if Id::from_json(&id) != Some(module.id) {
        let keys = ["id", "api_name"].map(|key| spot.place(&format!("module.{key}")));
        return Err(ApiError::new(AMBIGUOUS_MODULE).with("ambiguity_due_to", keys.to_vec()));
    }
    let tags = needed(item, "tags", "tags")?;
    let tags = tags
        .as_array()
        .ok_or_else(|| of_type("jsonarray", "tags"))?;
    if tags.is_empty() {
        return Err(invalid("tags"));
    }
    if tags.len() > MOST_DELETED {
        let error = ApiError::new(Code::INVALID_DATA).with("maximum_length", MOST_DELETED);
        return Err(spot.about(error, "tags"));
    }
    let mut ids = Vec::with_capacity(tags.len());
    for (n, tag) in tags.iter().enumerate() {
        let path = format!("tags[{n}].id");
        let id = needed(tag, "id", &path)?;
        let tag = Id::from_json(&id).and_then(|id| TAGS.of(state).get(id));
        let tag = tag.ok_or_else(|| spot.about(NO_TAGS, &path))?;
        if tag.module != Some(module.no) {
            return Err(spot.about(NOT_OF_MODULE, &path));
        }
        if !ids.contains(&tag.id) {
            ids.push(tag.id);
        }
    }
    Ok((module, ids))
}

fn mass_delete_status(call: &Call<'_>) -> Result<Response, ApiError> {
    const ROOT: &str = "mass_delete";
    let named = call.get(JOB_ID).ok_or_else(|| {
        ApiError::new(Code::REQUIRED_PARAM_MISSING).with("param_name", JOB_ID.name)
    })?;
    let refused = |code: Code| {
        let item = Item::from(ApiError::new(code).with(JOB_ID.name, named));
        Response::bytes(code.status(), Item::write_all(ROOT, &[item], call.wording))
    };
    let Ok(id) = Id::parse(named) else {
        return Ok(refused(Code::INVALID_DATA));
    };
    call.write(|tx| {
        jobs::poll(tx, id);
        Ok(())
    })?;
    let state = call.read();
    let job = state.jobs.get(id);
    let Some(job) = job.filter(|job| job.work.kind() == JobKind::TagDeletion) else {
        return Ok(refused(NO_JOB));
    };
    let counts = job.counts();
    let body = json!({ROOT: [{
        "job_id": job.id.json(),
        "total_count": counts.total,
        "failed_count": counts.failed,
        "deleted_count": counts.done,
        "status": job.status().as_str(),
    }]});
    Ok(Response::json(200, body))
}
