//! `/actions/watch`: who wants to be told of changes. What is told, and how, is in `ops::notify` and
//! `server::notifier`.

mod condition;
mod item;
mod shown;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::batch::Batch;
use super::call::Call;
use super::endpoint::{BodySpec, Endpoint, Items, Param};
use super::paging::{Page, PageInfo};
use super::param;
use crate::error::{ApiError, Code, Item, Message};
use crate::response::Response;
use crate::settings::channel::{self, Channel, ChannelEvent};
use crate::store::{Setting, Tx};
use crate::value::order::write_sorted;
use item::{Asked, Reader, Subscription, Watched};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &ENABLE, &REPLACE, &UPDATE, &DISABLE];

/// Root key of bodies.
const ROOT: &str = channel::FAMILY;

/// Subscriptions that one call takes (assumed).
const MOST: usize = 100;
/// Modules that all channels of a user may watch together. That there is a limit is in the tables of
/// v2; the number is assumed.
const MOST_CHANNELS: usize = 1_000;

static BODY: BodySpec = BodySpec::list(ROOT, MOST, Items::Own);

const CHANNEL_ID: Param = Param::new("channel_id");
const CHANNEL_IDS: Param = Param::new("channel_ids").required();
const MODULE: Param = Param {
    required: crate::version::Versions::NONE,
    ..param::MODULE
};

pub(crate) static LIST: Endpoint = Endpoint::get("watch.list", "/crm/{v}/actions/watch")
    .scope("notifications.READ")
    .params(&[CHANNEL_ID, MODULE, param::PAGE, param::PER_PAGE])
    .composite(25)
    .outcomes(&[200, 204, 400])
    .does("The channels of the caller", list);

pub(crate) static ENABLE: Endpoint = Endpoint::post("watch.enable", "/crm/{v}/actions/watch")
    .scope("notifications.CREATE")
    .body(&BODY)
    .composite(1)
    .outcomes(&[201, 202, 207, 400])
    .does("Have changes of modules told to an address", enable);

pub(crate) static REPLACE: Endpoint = Endpoint::put("watch.replace", "/crm/{v}/actions/watch")
    .scope("notifications.UPDATE")
    .body(&BODY)
    .composite(1)
    .outcomes(&[200, 202, 207, 400])
    .does("Say anew what a channel tells", replace);

pub(crate) static UPDATE: Endpoint = Endpoint::patch("watch.update", "/crm/{v}/actions/watch")
    .scope("notifications.UPDATE")
    .body(&BODY)
    .composite(1)
    .outcomes(&[200, 202, 207, 400])
    .does("Change what a channel tells, or take events away", update);

pub(crate) static DISABLE: Endpoint = Endpoint::delete("watch.disable", "/crm/{v}/actions/watch")
    .scope("notifications.DELETE")
    .params(&[CHANNEL_IDS])
    .composite_freely()
    .outcomes(&[200, 202, 207, 400])
    .does("End channels", disable);

const SUBSCRIBED: Message =
    Message::new("Successfully subscribed for actions-watch of the given module");
const UPDATED: Message = Message::new("Successfully updated the subscribe details");
const REMOVED: Message = Message::new("Successfully removed the subscribe details");
const ENDED: Message = Message::new("Successfully un-subscribed from actions-watch");

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let page = Page::plain(call)?;
    let module = match call.get(MODULE) {
        None => None,
        Some(name) => Some(state.schema.module(name).ok_or(Code::INVALID_MODULE)?),
    };
    let mut found: Vec<Channel<'_>> = Channel::own(&state, call.now).collect();
    if let Some(channel) = call.get(CHANNEL_ID) {
        found.retain(|known| known.channel_id() == channel);
        if found.is_empty() {
            let refused = ApiError::new(Code::NOT_SUBSCRIBED);
            let batch = Batch::new(call, ROOT, 200).refused_with(400);
            return Ok(batch.answer(&[refused.into()]));
        }
    }
    found.retain(|known| module.is_none_or(|module| known.module_id() == Some(module.id)));
    let mut found = found.split_off(page.skip.min(found.len()));
    let more = page.cut(&mut found);
    if found.is_empty() {
        return Ok(Response::no_content());
    }
    let shown = found.iter();
    let shown: Vec<Json> = shown
        .map(|channel| shown::whole(*channel, &state, call.version))
        .collect();
    let info = PageInfo {
        page: &page,
        count: shown.len(),
        more,
        last: None,
        sort_by: "",
        sort_order: "",
    };
    Ok(Response::json(
        200,
        json!({ROOT: shown, "info": info.plain()}),
    ))
}

/// Reads each subscription of the body and does something about it.
fn each(
    call: &Call<'_>,
    asked: Asked,
    done: u16,
    write: impl Fn(&mut Tx, &Call<'_>, Subscription) -> Result<Item, ApiError>,
) -> Result<Response, ApiError> {
    let batch = Batch::of_body(call, done);
    let items = batch.write(|tx, said, index| {
        forget_ended(tx);
        let reader = Reader {
            call,
            state: tx.state(),
            spot: batch.spot(index),
            asked,
        };
        let subscription = reader.read(said).map_err(|error| vec![error])?;
        write(tx, call, subscription).map_err(|error| vec![error])
    })?;
    Ok(batch.answer(&items))
}

/// Takes the caller's channels out that have ended.
fn forget_ended(tx: &mut Tx) {
    let (state, now) = (tx.state(), tx.now());
    let mine = Channel::all(state).filter(|it| it.is_of(state.current_user));
    let ended: Vec<_> = mine
        .filter(|it| !it.is_live(now))
        .map(|it| it.0.id)
        .collect();
    for id in ended {
        tx.remove_setting(channel::FAMILY, id);
    }
}

/// What the caller's channel of a number watches so far.
fn watching(tx: &Tx, channel: &str) -> Vec<Arc<Setting>> {
    let own = Channel::own(tx.state(), tx.now());
    let ids: BTreeSet<_> = own
        .filter(|known| known.channel_id() == channel)
        .map(|known| known.0.id)
        .collect();
    let kept = tx.state().settings_of(channel::FAMILY);
    ids.into_iter()
        .filter_map(|id| kept.get(id).cloned())
        .collect()
}

fn of_watched(kept: &[Arc<Setting>], watched: Watched) -> Option<&Arc<Setting>> {
    let mut kept = kept.iter();
    kept.find(|setting| Channel(setting).module_id() == watched)
}

/// Keeps a part of a channel; gives it as it is kept.
fn keep(tx: &mut Tx, old: Option<&Arc<Setting>>, kept: Map<String, Json>) -> Setting {
    let id = old.map_or_else(|| tx.next_id(), |old| old.id);
    let setting = channel::setting(id, kept);
    tx.put_setting(channel::FAMILY, setting.clone());
    setting
}

/// A success that names what is watched.
fn told(tx: &Tx, message: Message, watched: &[Setting], lasts: bool) -> Item {
    let events: Vec<Json> = watched
        .iter()
        .map(|setting| shown::event(Channel(setting), tx.state(), lasts))
        .collect();
    success(message, &json!({"events": events}))
}

fn success(message: Message, details: &Json) -> Item {
    let mut written = Vec::new();
    write_sorted(&mut written, details);
    Item::success(message, written)
}

fn enable(call: &Call<'_>) -> Result<Response, ApiError> {
    each(call, Asked::Whole, 201, |tx, call, subscription| {
        let kept = watching(tx, &subscription.channel);
        let events = subscription.events.as_deref().unwrap_or_default();
        let known = |watched: Watched| of_watched(&kept, watched);
        if !call.version.channels_are_enabled_again()
            && events.iter().any(|(watched, _)| known(*watched).is_some())
        {
            let error = ApiError::new(Code::DUPLICATE_DATA);
            return Err(error.with("api_name", channel::CHANNEL_ID));
        }
        let more = events
            .iter()
            .filter(|(watched, _)| known(*watched).is_none());
        if Channel::own(tx.state(), tx.now()).count() + more.count() > MOST_CHANNELS {
            return Err(ApiError::new(Code::CHANNEL_LIMIT).with("limit", MOST_CHANNELS));
        }
        let mut watched = Vec::new();
        for (target, events) in events {
            let (state, now) = (tx.state(), tx.now());
            let values = subscription.kept(None, *target, Some(events), state, now);
            watched.push(keep(tx, known(*target), values));
        }
        Ok(told(tx, SUBSCRIBED, &watched, true))
    })
}

fn replace(call: &Call<'_>) -> Result<Response, ApiError> {
    each(call, Asked::Whole, 200, |tx, _, subscription| {
        let kept = watching(tx, &subscription.channel);
        if kept.is_empty() {
            return Err(Code::NOT_SUBSCRIBED.into());
        }
        let events = subscription.events.as_deref().unwrap_or_default();
        for old in &kept {
            let stays = |(watched, _): &(Watched, _)| Channel(old).module_id() == *watched;
            if !events.iter().any(stays) {
                tx.remove_setting(channel::FAMILY, old.id);
            }
        }
        let mut watched = Vec::new();
        for (target, events) in events {
            let (state, now) = (tx.state(), tx.now());
            let values = subscription.kept(None, *target, Some(events), state, now);
            watched.push(keep(tx, of_watched(&kept, *target), values));
        }
        Ok(told(tx, SUBSCRIBED, &watched, true))
    })
}

fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    each(call, Asked::Changes, 200, |tx, _, subscription| {
        let kept = watching(tx, &subscription.channel);
        if kept.is_empty() {
            return Err(Code::NOT_SUBSCRIBED.into());
        }
        // without events all that the channel watches is changed (assumed)
        let meant: Vec<(&Arc<Setting>, Option<&[ChannelEvent]>)> = match &subscription.events {
            None => kept.iter().map(|old| (old, None)).collect(),
            Some(events) => {
                let events = events.iter();
                let known = events.map(|(watched, events)| {
                    let old = of_watched(&kept, *watched)?;
                    Some((old, Some(events.as_slice())))
                });
                let known: Option<Vec<_>> = known.collect();
                known.ok_or(Code::MODULE_NOT_SUBSCRIBED)?
            }
        };
        if subscription.removes {
            return Ok(remove(tx, &meant));
        }
        let mut watched = Vec::new();
        for (old, events) in meant {
            let target = Channel(old).module_id();
            let (state, now) = (tx.state(), tx.now());
            let values = subscription.kept(Some(&old.attributes), target, events, state, now);
            watched.push(keep(tx, Some(old), values));
        }
        Ok(told(tx, UPDATED, &watched, true))
    })
}

/// Takes events away; a module of which none is left is not watched any more.
fn remove(tx: &mut Tx, meant: &[(&Arc<Setting>, Option<&[ChannelEvent]>)]) -> Item {
    let mut watched = Vec::new();
    for (old, gone) in meant {
        let gone = gone.unwrap_or_default();
        let mut left = Channel(old).events();
        left.retain(|event| !gone.contains(event));
        if left.is_empty() {
            tx.remove_setting(channel::FAMILY, old.id);
        } else {
            let mut kept = old.attributes.clone();
            let words = left.iter().map(|event| event.as_str()).collect();
            kept.insert(channel::EVENTS.to_owned(), words);
            keep(tx, Some(old), kept);
        }
        watched.push(Setting::clone(old));
    }
    told(tx, REMOVED, &watched, false)
}

fn disable(call: &Call<'_>) -> Result<Response, ApiError> {
    let ids = call.get(CHANNEL_IDS).ok_or_else(|| {
        ApiError::new(Code::REQUIRED_PARAM_MISSING)
            .with(call.version.settings_param_key(), CHANNEL_IDS.name)
    })?;
    let items = call.write(|tx| {
        forget_ended(tx);
        let mut items: Vec<Item> = Vec::new();
        for (index, id) in ids.split(',').map(str::trim).enumerate() {
            if let Some(fault) = call.fault_of(ROOT, index) {
                items.push(fault.into());
                continue;
            }
            let kept = watching(tx, id);
            if kept.is_empty() {
                items.push(ApiError::new(Code::NOT_SUBSCRIBED).into());
            }
            // an item for each module (page of v7)
            for old in kept {
                tx.remove_setting(channel::FAMILY, old.id);
                items.push(success(ENDED, &shown::ended(Channel(&old), tx.state())));
            }
        }
        Ok(items)
    })?;
    Ok(Batch::new(call, ROOT, 200).answer(&items))
}
