//! What channels are told of a publication: one notification for each call, module, operation and
//! channel (a client's note on live batches of August 2026).
//!
//! It is worked out behind the write, from what the write has changed and what it came to, so a write
//! costs the same whoever watches.

mod net;

use std::cell::OnceCell;
use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Map, Value as Json, json};

use crate::ids::Id;
use crate::render::{self, Detail};
use crate::schema::{Module, ModuleNo};
use crate::settings::channel::{Channel, ChannelEvent, USERS};
use crate::store::{Change, OrgState, Record};
use crate::value;
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
    /// The body, as JSON.
    pub body: Vec<u8>,
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
    fields: Vec<LeanString>,
    /// It was something that belongs to it.
    related: bool,
    shown: ShownValues,
    /// Pieces of bodies, which are the same for every channel.
    fields_text: OnceCell<Vec<u8>>,
    values_text: OnceCell<Vec<u8>>,
}

impl Affected {
    fn new(id: Id, fields: Vec<LeanString>, related: bool, shown: ShownValues) -> Self {
        Self {
            id,
            fields,
            related,
            shown,
            fields_text: OnceCell::new(),
            values_text: OnceCell::new(),
        }
    }
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
    ) -> Vec<u8> {
        let name = module.map_or(USERS, Module::api_name);
        let mut body = Vec::with_capacity(512);
        body.extend_from_slice(b"{\"server_time\":");
        body.extend_from_slice(self.at.saturating_mul(1_000).to_string().as_bytes());
        if channel.returns_values() {
            body.extend_from_slice(b",\"affected_values\":");
            let values = affected.iter().map(|one| self.values_text(module, one));
            write_list(&mut body, values);
        }
        body.extend_from_slice(b",\"query_params\":");
        value::write_json(&mut body, &query_params(channel.notify_url()));
        write_text(&mut body, "module", name);
        write_text(&mut body, "resource_uri", &Channel::resource_uri(name));
        body.extend_from_slice(b",\"ids\":");
        let ids = affected.iter().map(|one| format!("\"{}\"", one.id));
        write_list(&mut body, ids);
        // of what is new nothing is listed, unless values are (page of v7; the latter is assumed)
        let listed = event != ChannelEvent::Create || channel.returns_values();
        let fields = affected.iter().filter(|one| listed && !one.related);
        body.extend_from_slice(b",\"affected_fields\":");
        write_list(&mut body, fields.map(|one| fields_text(one)));
        write_text(&mut body, "operation", event.operation());
        body.extend_from_slice(b",\"channel_id\":");
        value::write_json(&mut body, &channel.channel_id().into());
        body.extend_from_slice(b",\"token\":");
        value::write_json(&mut body, &channel.token().into());
        body.push(b'}');
        body
    }

    fn values_text<'o>(&self, module: Option<&Module>, one: &'o Affected) -> &'o [u8] {
        one.values_text.get_or_init(|| {
            let values = json!({"record_id": one.id.json(), "values": self.values(module, one)});
            let mut text = Vec::new();
            value::write_json(&mut text, &values);
            text
        })
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
                let one = Affected::new(record.id, fields, false, shown);
                add(Some(record.module), event, one);
            }
            for (parents, id) in record.parents(module) {
                let Some(parent) = self.state.tables.get(parents).get(id) else {
                    continue;
                };
                if net.says(parents, id, self.state) {
                    continue;
                }
                let shown = ShownValues::Record(Arc::clone(parent));
                let one = Affected::new(id, Vec::new(), true, shown);
                add(Some(parents), ChannelEvent::Edit, one);
            }
        }
        for (id, event, fields, values) in net.users() {
            let one = Affected::new(id, fields, false, ShownValues::Values(values));
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
    ) -> (Vec<LeanString>, ShownValues) {
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
    fn deletion(&self) -> (Vec<LeanString>, ShownValues) {
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

/// The fields of one that is affected, under its id.
fn fields_text(one: &Affected) -> &[u8] {
    one.fields_text.get_or_init(|| {
        let names: Vec<&str> = one.fields.iter().map(LeanString::as_str).collect();
        let mut text = Vec::new();
        value::write_json(&mut text, &json!({one.id.to_string(): names}));
        text
    })
}

fn write_list<T: AsRef<[u8]>>(body: &mut Vec<u8>, items: impl Iterator<Item = T>) {
    body.push(b'[');
    for (n, item) in items.enumerate() {
        if n > 0 {
            body.push(b',');
        }
        body.extend_from_slice(item.as_ref());
    }
    body.push(b']');
}

fn write_text(body: &mut Vec<u8>, key: &str, text: &str) {
    body.push(b',');
    value::write_string(body, key);
    body.push(b':');
    value::write_string(body, text);
}

/// The query of an address as an object of texts.
fn query_params(url: &str) -> Json {
    let url = url.split('#').next().unwrap_or_default();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let params = form_urlencoded::parse(query.as_bytes());
    let params = params.map(|(name, value)| (name.into_owned(), Json::from(value)));
    Json::Object(params.collect())
}
