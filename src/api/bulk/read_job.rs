//! A bulk read as it is shown.

use serde_json::{Map, Value as Json, json};

use crate::api::paging::Token;
use crate::ids::Id;
use crate::store::OrgState;
use crate::store::bulk::{BulkRead, Exported};
use crate::store::index::hash_text;
use crate::store::job::{Job, JobResult};
use crate::value::time::format_datetime;

/// A user as jobs show it.
pub(super) fn user(state: &OrgState, id: Id) -> Json {
    json!({"id": id.json(), "name": state.user_name(id)})
}

/// What a token of a query is bound to: all of it but the page.
pub(super) fn bound_to(query: &Map<String, Json>) -> u64 {
    let keys = query.iter();
    let keys = keys.filter(|(key, _)| !matches!(key.as_str(), "page" | "page_token"));
    keys.fold(0, |hash: u64, (key, value)| {
        let value = hash_text(&value.to_string());
        hash.wrapping_add(hash_text(key).rotate_left(17) ^ value)
    })
}

/// A job as it is shown.
pub(super) fn described(job: &Job, read: &BulkRead, state: &OrgState, url: &str) -> Json {
    let version = read.order.version;
    let module = state.schema.module_at(read.module);
    let mut query = read.query.clone();
    query.retain(|key, value| !value.is_null() && key != "file_type");
    let name = module.api_name();
    let named = if version.bulk_modules_are_objects() {
        json!({"id": module.id.json(), "api_name": name})
    } else {
        name.into()
    };
    query.insert("module".to_owned(), named);
    if !query.contains_key("page_token") {
        query.insert("page".to_owned(), read.page.into());
    }
    let mut shown = Map::new();
    for (key, value) in [
        ("id", job.id.json()),
        ("operation", "read".into()),
        ("state", job.status().as_str().into()),
        ("query", query.into()),
        ("created_by", user(state, read.order.by)),
        (
            "created_time",
            format_datetime(job.created, &state.time_zone).into(),
        ),
        ("file_type", read.form.as_str().into()),
    ] {
        shown.insert(key.to_owned(), value);
    }
    if let Some(JobResult::BulkRead(Some(exported))) = &job.result {
        shown.insert("result".to_owned(), exported_json(job, read, exported, url));
    }
    shown.into()
}

fn exported_json(job: &Job, read: &BulkRead, exported: &Exported, url: &str) -> Json {
    let mut result = json!({
        "page": read.page,
        "count": exported.count,
        "download_url": url,
        "per_page": read.form.per_page(),
        "more_records": exported.more,
    });
    if let Some(last) = exported.last.filter(|_| exported.more)
        && read.order.version.bulk_has_page_tokens()
    {
        let token = Token::behind(last, read.page + 1, job.created, bound_to(&read.query));
        result["next_page_token"] = token.into();
    }
    result
}

/// What is posted of the end of a job: what its details are, with the id under `job_id` (assumed).
pub(super) fn told(job: &Job, read: &BulkRead, state: &OrgState) -> Json {
    let order = &read.order;
    let url = format!(
        "{}/crm/bulk/{}/read/{}/result",
        order.prefix, order.version, job.id
    );
    let mut told = described(job, read, state, &url);
    if let Json::Object(told) = &mut told
        && let Some(id) = told.shift_remove("id")
    {
        told.insert("job_id".to_owned(), id);
    }
    told
}
