//! From the bodies of Zoho's API to the forms of the documented samples.

use serde_json::{Map, Value as Json, json};

use crate::api::paging::MOST_PER_PAGE;
use crate::schema::{Module, Storage};
use crate::store::OrgState;

/// `2023-05-15T14:30:45+00:00` without the colon in the offset, as records of the samples have it.
fn plain_offset(value: &mut Json) {
    if let Json::String(text) = value
        && text.len() == "2023-05-15T14:30:45+00:00".len()
        && text.as_bytes()[22] == b':'
    {
        text.remove(22);
    }
}

/// Records: times without a colon in the offset, tags by their names.
pub(super) fn records(body: &mut Json, module: &Module, state: &OrgState) {
    for record in items(body, "data").filter_map(Json::as_object_mut) {
        one(record, module, state);
    }
}

fn one(record: &mut Map<String, Json>, module: &Module, state: &OrgState) {
    let detail = record.get_mut("$converted_detail");
    detail
        .and_then(|detail| detail.get_mut("convert_date"))
        .into_iter()
        .for_each(plain_offset);
    for field in &module.fields {
        let Some(value) = record.get_mut(field.api_name()) else {
            continue;
        };
        match &field.kind {
            Storage::DateTime => plain_offset(value),
            Storage::Tags => {
                for tag in value.as_array_mut().into_iter().flatten() {
                    if let Some(name) = tag.get_mut("name").map(Json::take) {
                        *tag = name;
                    }
                }
            }
            Storage::Rows(Some(rows)) => {
                let rows = state.schema.module_at(*rows);
                let all = value.as_array_mut().into_iter().flatten();
                for row in all.filter_map(Json::as_object_mut) {
                    one(row, rows, state);
                }
            }
            _ => {}
        }
    }
}

/// Items of a write: times without a colon in the offset.
pub(super) fn written(body: &mut Json) {
    for item in items(body, "data") {
        let details = item.get_mut("details").and_then(Json::as_object_mut);
        for (key, value) in details.into_iter().flatten() {
            if matches!(key.as_str(), "Created_Time" | "Modified_Time") {
                plain_offset(value);
            }
        }
    }
}

/// Users: times in UTC end with `Z`.
pub(super) fn users(body: &mut Json) {
    for user in items(body, "users") {
        for key in ["created_time", "Modified_Time"] {
            if let Some(Json::String(text)) = user.get_mut(key)
                && let Some(start) = text.strip_suffix("+00:00")
            {
                *text = format!("{start}Z");
            }
        }
    }
}

/// A list with the documented keys of `info`; one without items where Zoho's side has none.
pub(super) fn list(body: Json, root: &str, page: usize, per_page: usize) -> Json {
    let mut body = match body {
        Json::Null => json!({
            root: [],
            "info": {"per_page": per_page.min(MOST_PER_PAGE), "count": 0, "page": page, "more_records": false},
        }),
        body => body,
    };
    if let Some(info) = body.get_mut("info").and_then(Json::as_object_mut) {
        const SHOWN: [&str; 4] = ["per_page", "count", "page", "more_records"];
        info.retain(|key, _| SHOWN.contains(&key.as_str()));
    }
    body
}

fn items<'b>(body: &'b mut Json, root: &str) -> impl Iterator<Item = &'b mut Json> {
    let items = body.get_mut(root).and_then(Json::as_array_mut);
    items.into_iter().flatten()
}
