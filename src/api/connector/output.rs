//! From the bodies of Zoho's API to the forms of the documented samples.

use serde_json::{Value as Json, json};

use crate::api::paging::MOST_PER_PAGE;

/// `2023-05-15T14:30:45+00:00` without the colon in the offset, as records of the samples have it.
fn plain_offset(value: &mut Json) {
    if let Json::String(text) = value
        && text.len() == "2023-05-15T14:30:45+00:00".len()
        && text.as_bytes()[22] == b':'
    {
        text.remove(22);
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
        Json::Null => none(root, page, per_page),
        body => body,
    };
    if let Some(info) = body.get_mut("info").and_then(Json::as_object_mut) {
        const SHOWN: [&str; 4] = ["per_page", "count", "page", "more_records"];
        info.retain(|key, _| SHOWN.contains(&key.as_str()));
    }
    body
}

/// Records as they are written; a list without any where there are none.
pub(super) fn some_records(body: Vec<u8>, page: usize, per_page: usize) -> Vec<u8> {
    if body.is_empty() {
        return none("data", page, per_page).to_string().into_bytes();
    }
    body
}

fn none(root: &str, page: usize, per_page: usize) -> Json {
    json!({
        root: [],
        "info": {"per_page": per_page.min(MOST_PER_PAGE), "count": 0, "page": page, "more_records": false},
    })
}

fn items<'b>(body: &'b mut Json, root: &str) -> impl Iterator<Item = &'b mut Json> {
    let items = body.get_mut(root).and_then(Json::as_array_mut);
    items.into_iter().flatten()
}
