//! Channels as answers show them.

use serde_json::{Value as Json, json};

use super::item::{WITH_CONDITIONS, WITH_VALUES};
use crate::api::endpoint::VersionedKey;
use crate::api::settings::{Object, field_reference};
use crate::schema::Module;
use crate::settings::channel::{
    CHANNEL_ID, CONDITIONS, Channel, EVENTS, EXPIRY, FIELDS, FieldSelection, NOTIFY_URL, RELATED,
    TOKEN, USERS, VALUES,
};
use crate::store::OrgState;
use crate::value::time;
use crate::version::ApiVersion;

/// Keys that not every version has.
const KEYS: &[VersionedKey] = &[(VALUES, WITH_VALUES), (CONDITIONS, WITH_CONDITIONS)];

/// The name of what a channel watches.
fn name(module: Option<&Module>) -> &str {
    module.map_or(USERS, Module::api_name)
}

fn resource_id(module: Option<&Module>) -> Json {
    // no answer about users is known
    module.map_or(Json::Null, |module| module.id.json())
}

fn expiry(channel: Channel<'_>, state: &OrgState) -> Json {
    time::format_datetime(channel.expiry(), &state.time_zone).into()
}

/// A channel in what a write tells of it; the end only as long as it lasts.
pub(super) fn event(channel: Channel<'_>, state: &OrgState, lasts: bool) -> Json {
    let module = channel.module(state);
    let mut shown = Object::default();
    if lasts {
        shown = shown.put(EXPIRY, expiry(channel, state));
    }
    let shown = shown
        .put("resource_uri", Channel::resource_uri(name(module)))
        .put("resource_id", resource_id(module))
        .put("resource_name", name(module))
        .put(CHANNEL_ID, channel.channel_id());
    shown.into()
}

/// A channel in what is told of its end.
pub(super) fn ended(channel: Channel<'_>, state: &OrgState) -> Json {
    let module = channel.module(state);
    json!({
        "resource_uri": Channel::resource_uri(name(module)),
        "resource_id": resource_id(module),
        CHANNEL_ID: channel.channel_id(),
    })
}

/// A channel in a list.
pub(super) fn whole(channel: Channel<'_>, state: &OrgState, version: ApiVersion) -> Json {
    let module = channel.module(state);
    let fields = channel
        .fields()
        .map_or(Json::Null, |fields| json!({name(module): fields}));
    let events = channel.events().into_iter();
    let events: Vec<String> = events
        .map(|event| format!("{}.{}", name(module), event.as_str()))
        .collect();
    Object::default()
        .put(RELATED, channel.hears_of_related())
        .put(EXPIRY, expiry(channel, state))
        .put(VALUES, channel.returns_values())
        .put("resource_uri", Channel::resource_uri(name(module)))
        .put("resource_id", resource_id(module))
        .put(NOTIFY_URL, channel.notify_url())
        .put("resource_name", name(module))
        .put(FIELDS, fields)
        .put(CONDITIONS, conditions(channel, module, version))
        .put(CHANNEL_ID, channel.channel_id())
        .put(EVENTS, events)
        .put(TOKEN, channel.token())
        .shown(&[KEYS], version)
}

fn conditions(channel: Channel<'_>, module: Option<&Module>, version: ApiVersion) -> Json {
    let conditions = channel.conditions();
    let Some(module) = module.filter(|_| !conditions.is_empty()) else {
        return Json::Null;
    };
    let one = |condition: &FieldSelection| {
        json!({
            "field_selection": selection(condition, module, version),
            "module": {"api_name": module.api_name(), "id": module.id.json()},
            "type": "field_selection",
        })
    };
    conditions.iter().map(one).collect()
}

fn selection(shown: &FieldSelection, module: &Module, version: ApiVersion) -> Json {
    match shown {
        FieldSelection::Field(name) if version.selected_fields_have_groups() => json!({
            "field": field_reference(module, name),
            "group_operator": null,
            "group": null,
        }),
        FieldSelection::Field(name) => json!({"field": field_reference(module, name)}),
        FieldSelection::Group { and, items } => {
            let items = items.iter().map(|item| selection(item, module, version));
            let items: Vec<Json> = items.collect();
            json!({"group_operator": if *and { "and" } else { "or" }, "group": items})
        }
    }
}
