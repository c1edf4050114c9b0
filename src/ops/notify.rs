//! What channels are told of a publication: one notification for each call, module, operation and
//! channel (a client's note on live batches of August 2026).
//!
//! It is worked out behind the write, from what the write has changed and what it came to, so a write
//! costs the same whoever watches.

mod net;

use std::sync::Arc;

use ecow::EcoString;
use serde_json::{Map, Value as Json, json};

use crate::ids::Id;
use crate::render::{self, Detail};
use crate::schema::{Module, ModuleNo};
use crate::settings::channel::{Channel, ChannelEvent, USERS};
use crate::store::{Change, OrgState, Record};
use crate::version::ApiVersion;
use net::Net;

/// Records that one notification is about at most: as many as a call can write. That larger jobs are
/// told in such parts is assumed.
const MOST_IDS: usize = 100;

/// What is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// The channel.
    pub channel: String,
    /// The module.
    pub module: String,
    /// What was done.
    pub operation: &'static str,
    /// The address, as the client gave it.
    pub url: String,
    /// The body.
    pub body: Json,
}

/// What was done in a publication.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// What came of it.
    pub state: &'a OrgState,
    /// When, in seconds since 1970.
    pub at: i64,
    /// By whom.
    pub by: Id,
    /// The changes.
    pub changes: &'a [Change],
}

/// A record, or a user, that something was done to.
struct Affected {
    id: Id,
    /// The fields that were changed or given.
    fields: Vec<EcoString>,
    /// It was something that belongs to it.
    related: bool,
    shown: ShownValues,
}

/// What values are told of.
enum ShownValues {
    Record(Arc<Record>),
    /// Of a user, and of a record that is gone: as they stand.
    Values(Map<String, Json>),
}

/// What was done alike to records of a module; no module for users.
struct Group {
    module: Option<ModuleNo>,
    event: ChannelEvent,
    affected: Vec<Affected>,
}

impl Told<'_> {
    /// Tells what the channels of the org are to be told, in order and one by one: all of a large job
    /// would take much memory at once.
    pub fn notifications(&self, tell: &mut dyn FnMut(Notification)) {
        let live = Channel::all(self.state).filter(|channel| channel.is_live(self.at));
        let channels: Vec<Channel<'_>> = live.collect();
        if channels.is_empty() {
            return;
        }
        for group in self.groups() {
            for channel in &channels {
                self.tell(*channel, &group, tell);
            }
        }
    }

    fn tell(&self, channel: Channel<'_>, group: &Group, tell: &mut dyn FnMut(Notification)) {
        let module = group.module.map(|no| &**self.state.schema.module_at(no));
        if channel.module_id() != module.map(|module| module.id)
            || !channel.events().contains(&group.event)
        {
            return;
        }
        let wanted = |one: &&Affected| match group.event {
            ChannelEvent::Edit if one.related => {
                channel.hears_of_related() && channel.takes_any_field()
            }
            ChannelEvent::Edit => channel.means(&one.fields),
            ChannelEvent::Create | ChannelEvent::Delete => true,
        };
        let affected: Vec<&Affected> = group.affected.iter().filter(wanted).collect();
        for part in affected.chunks(MOST_IDS) {
            tell(Notification {
                channel: channel.channel_id().to_owned(),
                module: module.map_or(USERS, Module::api_name).to_owned(),
                operation: group.event.operation(),
                url: channel.notify_url().to_owned(),
                body: self.body(channel, module, group.event, part),
            });
        }
    }

    /// The body, its keys in the recorded order (2025).
    fn body(
        &self,
        channel: Channel<'_>,
        module: Option<&Module>,
        event: ChannelEvent,
        affected: &[&Affected],
    ) -> Json {
        let name = module.map_or(USERS, Module::api_name);
        let mut body = Map::new();
        let mut put = |key: &str, value: Json| body.insert(key.to_owned(), value);
        put("server_time", self.at.saturating_mul(1_000).into());
        if channel.returns_values() {
            let values = affected.iter().map(|one| {
                let values = self.values(module, one);
                json!({"record_id": one.id.json(), "values": values})
            });
            put("affected_values", values.collect());
        }
        put("query_params", query_params(channel.notify_url()));
        put("module", name.into());
        put("resource_uri", Channel::resource_uri(name).into());
        put("ids", affected.iter().map(|one| one.id.json()).collect());
        // of what is new nothing is listed, unless values are (page of v7; the latter is assumed)
        let listed = event != ChannelEvent::Create || channel.returns_values();
        let fields = affected.iter().filter(|one| listed && !one.related);
        let fields = fields.map(|one| {
            let names: Vec<&str> = one.fields.iter().map(EcoString::as_str).collect();
            json!({one.id.to_string(): names})
        });
        put("affected_fields", fields.collect());
        put("operation", event.operation().into());
        put("channel_id", channel.channel_id().into());
        put("token", channel.token().into());
        Json::Object(body)
    }

    /// The values of the fields, as the record API shows them.
    fn values(&self, module: Option<&Module>, one: &Affected) -> Json {
        let shown = match (&one.shown, module) {
            (ShownValues::Record(record), Some(module)) => {
                let version = ApiVersion::LATEST;
                let plan = render::plan(self.state, module, version, Detail::Single, None);
                let mut text = Vec::with_capacity(2_048);
                plan.write(record, module, self.state, &mut text);
                serde_json::from_slice(&text).unwrap_or_default()
            }
            (ShownValues::Values(values), _) => values.clone(),
            (ShownValues::Record(_), None) => Map::new(),
        };
        let fields = one.fields.iter();
        let values = fields.filter_map(|name| {
            let value = shown.get(name.as_str())?;
            Some((name.to_string(), value.clone()))
        });
        Json::Object(values.collect())
    }

    /// What was done, put together by module and operation.
    fn groups(&self) -> Vec<Group> {
        let net = Net::of(self.changes);
        let mut groups: Vec<Group> = Vec::new();
        let mut add = |module: Option<ModuleNo>, event: ChannelEvent, one: Affected| {
            let alike = |group: &&mut Group| group.module == module && group.event == event;
            match groups.iter_mut().find(alike) {
                Some(group) => group.affected.push(one),
                None => groups.push(Group {
                    module,
                    event,
                    affected: vec![one],
                }),
            }
        };
        for record in net.records() {
            let module = self.state.schema.module_at(record.module);
            if let Some(event) = record.event(module) {
                let (fields, shown) = self.fields_of(event, module, record);
                let one = Affected {
                    id: record.id,
                    fields,
                    related: false,
                    shown,
                };
                add(Some(record.module), event, one);
            }
            for (parents, id) in record.parents(module) {
                let Some(parent) = self.state.tables.get(parents).get(id) else {
                    continue;
                };
                if net.says(parents, id, self.state) {
                    continue;
                }
                let one = Affected {
                    id,
                    fields: Vec::new(),
                    related: true,
                    shown: ShownValues::Record(Arc::clone(parent)),
                };
                add(Some(parents), ChannelEvent::Edit, one);
            }
        }
        for (id, event, fields, values) in net.users() {
            let one = Affected {
                id,
                fields,
                related: false,
                shown: ShownValues::Values(values),
            };
            add(None, event, one);
        }
        groups
    }

    /// The fields that are told of, and their values.
    fn fields_of(
        &self,
        event: ChannelEvent,
        module: &Module,
        record: &net::NetRecord,
    ) -> (Vec<EcoString>, ShownValues) {
        match (event, &record.after, &record.before) {
            (ChannelEvent::Create, Some(after), _) => (
                net::given(after, module),
                ShownValues::Record(Arc::clone(after)),
            ),
            (ChannelEvent::Edit, Some(after), Some(before)) => {
                let changed = net::changed(before, after, module);
                (changed, ShownValues::Record(Arc::clone(after)))
            }
            _ => self.deletion(),
        }
    }

    /// What is told of a record that is gone (recorded 2025): who did it, and a raw status.
    fn deletion(&self) -> (Vec<EcoString>, ShownValues) {
        let user = self.state.users.get(&self.by);
        let email = user.and_then(|user| user.text("email"));
        let by = json!({
            "name": self.state.user_name(self.by),
            "id": self.by.json(),
            "email": email,
        });
        let mut values = Map::new();
        values.insert("Modified_By".to_owned(), by);
        values.insert("Record_Status__s".to_owned(), 0.into());
        let fields = values.keys().map(|key| key.as_str().into()).collect();
        (fields, ShownValues::Values(values))
    }
}

/// The query of an address as an object of texts.
fn query_params(url: &str) -> Json {
    let url = url.split('#').next().unwrap_or_default();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let params = form_urlencoded::parse(query.as_bytes());
    let params = params.map(|(name, value)| (name.into_owned(), Json::from(value)));
    Json::Object(params.collect())
}
