//! A subscription as a client sends it.

use serde_json::{Map, Value as Json};

use super::condition::{ConditionReader, ModuleCondition};
use crate::api::call::Call;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::Module;
use crate::settings::channel::{
    CHANNEL_ID, CONDITIONS, ChannelEvent, EVENTS, EXPIRY, FIELDS, LONGEST_TOKEN, LONGEST_URL,
    MODULE, NOTIFY_URL, OWNER, RELATED, TOKEN, USERS, VALUES, is_channel_id,
};
use crate::store::OrgState;
use crate::value::time;
use crate::version::{ApiVersion, Versions};

/// The versions in which a client can ask for values (pages; tables of the SDKs).
pub(super) const WITH_VALUES: Versions = Versions::since(ApiVersion::V2_1);
/// The versions that know conditions (pages).
pub(super) const WITH_CONDITIONS: Versions = Versions::since(ApiVersion::V6);

/// How long a channel lasts that does not say it, in seconds (pages).
pub(super) const USUAL: i64 = 3_600;

/// Standard modules that can be watched (page of v7); custom ones can, too.
const WATCHED: [&str; 20] = [
    "Leads",
    "Accounts",
    "Contacts",
    "Deals",
    "Campaigns",
    "Tasks",
    "Cases",
    "Events",
    "Calls",
    "Solutions",
    "Products",
    "Vendors",
    "Price_Books",
    "Quotes",
    "Sales_Orders",
    "Purchase_Orders",
    "Invoices",
    "Appointments__s",
    "Appointments_Rescheduled_History__s",
    "Services__s",
];

/// What is watched: a module, or none for users.
pub(super) type Watched = Option<Id>;

/// A subscription as it was read: what it does not speak of is none.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) channel: String,
    /// By what is watched, in the order in which they were named.
    pub(super) events: Option<Vec<(Watched, Vec<ChannelEvent>)>>,
    /// `_delete_events`: the events are those to be told no more.
    pub(super) removes: bool,
    url: Option<String>,
    token: Option<Json>,
    expiry: Option<i64>,
    values: Option<bool>,
    related: Option<bool>,
    conditions: Option<Vec<ModuleCondition>>,
    fields: Option<Vec<(Id, Vec<String>)>>,
}

/// What a call asks of its subscriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All that a channel needs.
    Whole,
    /// What is to change.
    Changes,
}

/// Reads subscriptions.
pub(super) struct Reader<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) state: &'a OrgState,
    pub(super) spot: Spot,
    pub(super) asked: Asked,
}

impl Reader<'_> {
    fn invalid(&self, path: &str) -> ApiError {
        self.spot.about(Code::INVALID_DATA, path)
    }

    fn of_type(&self, path: &str, expected: &str) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        self.spot.about(error, path)
    }

    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with it first.
    pub(super) fn read(&self, said: &Map<String, Json>) -> Result<Subscription, ApiError> {
        let given = |key: &str| said.get(key).filter(|value| !value.is_null());
        let wanted = |key: &str, wanted: bool| match given(key) {
            None if wanted => Err(self.spot.about(Code::MANDATORY_NOT_FOUND, key)),
            given => Ok(given),
        };
        let in_versions = |key: &str, versions: Versions| {
            given(key).filter(|_| versions.contains(self.call.version))
        };
        let whole = self.asked == Asked::Whole;
        let channel = self.channel(wanted(CHANNEL_ID, true)?.unwrap_or(&Json::Null))?;
        let removes = match given(DELETE_EVENTS).filter(|_| !whole) {
            None => false,
            Some(flag) => flag
                .as_bool()
                .ok_or_else(|| self.of_type(DELETE_EVENTS, "boolean"))?,
        };
        let events = wanted(EVENTS, whole || removes)?;
        let events = events.map(|events| self.events(events)).transpose()?;
        let url = wanted(NOTIFY_URL, whole)?;
        let url = url.map(|url| self.url(url)).transpose()?;
        let conditions = in_versions(CONDITIONS, WITH_CONDITIONS);
        let reader = ConditionReader {
            state: self.state,
            spot: self.spot,
        };
        Ok(Subscription {
            channel,
            events,
            removes,
            url,
            token: self.token(said)?,
            expiry: given(EXPIRY).map(|end| self.expiry(end)).transpose()?,
            values: self.flag(VALUES, in_versions(VALUES, WITH_VALUES))?,
            related: self.flag(RELATED, given(RELATED))?,
            conditions: conditions.map(|given| reader.read(given)).transpose()?,
            fields: given(FIELDS)
                .map(|fields| self.fields(fields))
                .transpose()?,
        })
    }

    /// A number, or a text with one.
    fn channel(&self, given: &Json) -> Result<String, ApiError> {
        let text = match given {
            Json::String(text) => text.clone(),
            Json::Number(number) => number.to_string(),
            _ => String::new(),
        };
        if is_channel_id(&text) {
            Ok(text)
        } else {
            // the type is assumed
            Err(self.of_type(CHANNEL_ID, "bigint"))
        }
    }

    fn events(&self, given: &Json) -> Result<Vec<(Watched, Vec<ChannelEvent>)>, ApiError> {
        let given = given.as_array();
        let given = given.ok_or_else(|| self.of_type(EVENTS, "jsonarray"))?;
        // errors name the key alone (v8 description)
        let unknown = || ApiError::new(Code::INVALID_DATA).with("api_name", EVENTS);
        let mut by_module: Vec<(Watched, Vec<ChannelEvent>)> = Vec::new();
        for event in given {
            let (name, word) = event
                .as_str()
                .and_then(|event| event.rsplit_once('.'))
                .ok_or_else(unknown)?;
            let watched = self.watched(name).ok_or_else(unknown)?;
            let meant = ChannelEvent::meant(word).ok_or_else(unknown)?;
            match by_module.iter_mut().find(|(known, _)| *known == watched) {
                Some((_, events)) => events.extend(meant),
                None => by_module.push((watched, meant)),
            }
        }
        if by_module.is_empty() {
            return Err(unknown());
        }
        for (_, events) in &mut by_module {
            events.sort_unstable();
            events.dedup();
        }
        Ok(by_module)
    }

    fn watched(&self, name: &str) -> Option<Watched> {
        if name == USERS {
            return Some(None);
        }
        let module = self.state.schema.module(name)?;
        let known = WATCHED.contains(&name) || is_custom(module);
        known.then_some(Some(module.id))
    }

    fn url(&self, given: &Json) -> Result<String, ApiError> {
        let url = given.as_str();
        let url = url.ok_or_else(|| self.of_type(NOTIFY_URL, "text"))?;
        if url.chars().count() > LONGEST_URL || !self.call.world.settings.callees.take(url) {
            return Err(self.invalid(NOTIFY_URL));
        }
        Ok(url.to_owned())
    }

    /// The token; null takes away the one that was there.
    fn token(&self, said: &Map<String, Json>) -> Result<Option<Json>, ApiError> {
        match said.get(TOKEN) {
            None => Ok(None),
            Some(Json::Null) => Ok(Some(Json::Null)),
            Some(Json::String(text)) if text.chars().count() > LONGEST_TOKEN => {
                let error = ApiError::new(Code::INVALID_DATA);
                Err(self
                    .spot
                    .about(error.with("maximum_length", LONGEST_TOKEN), TOKEN))
            }
            Some(Json::String(text)) => Ok(Some(text.as_str().into())),
            Some(_) => Err(self.of_type(TOKEN, "text")),
        }
    }

    /// The end, in seconds since 1970; one that is too far away counts as not given (page of v7).
    fn expiry(&self, given: &Json) -> Result<i64, ApiError> {
        let end = given.as_str().and_then(time::parse_datetime);
        let end = end.ok_or_else(|| self.of_type(EXPIRY, "datetime"))?;
        let now = self.call.now;
        if end <= now {
            // that a time in the past is refused is assumed
            return Err(self.invalid(EXPIRY));
        }
        let latest = now.saturating_add(self.call.version.longest_channel());
        Ok(if end > latest {
            now.saturating_add(USUAL)
        } else {
            end
        })
    }

    fn flag(&self, key: &str, given: Option<&Json>) -> Result<Option<bool>, ApiError> {
        let Some(given) = given else { return Ok(None) };
        let flag = given.as_bool();
        flag.map(Some).ok_or_else(|| self.of_type(key, "boolean"))
    }

    /// Names of fields by module.
    fn fields(&self, given: &Json) -> Result<Vec<(Id, Vec<String>)>, ApiError> {
        let given = given.as_object();
        let given = given.ok_or_else(|| self.of_type(FIELDS, "jsonobject"))?;
        let mut by_module = Vec::new();
        for (name, fields) in given {
            let module = self.state.schema.module(name);
            let module = module.ok_or_else(|| self.invalid(FIELDS))?;
            let fields = fields.as_array();
            let fields = fields.ok_or_else(|| self.of_type(FIELDS, "jsonarray"))?;
            let mut names = Vec::new();
            for (n, field) in fields.iter().enumerate() {
                let field = field.as_str().filter(|name| module.field(name).is_some());
                // the path is that of the v8 description
                let field = field.ok_or_else(|| self.invalid(&format!("{FIELDS}[{n}]")))?;
                names.push(field.to_owned());
            }
            by_module.push((module.id, names));
        }
        Ok(by_module)
    }
}

const DELETE_EVENTS: &str = "_delete_events";

fn is_custom(module: &Module) -> bool {
    module.generated_type() == "custom"
}

impl Subscription {
    /// What is kept of a module of the channel: `old` with what is said, or all of it anew.
    pub(super) fn kept(
        &self,
        old: Option<&Map<String, Json>>,
        watched: Watched,
        events: Option<&[ChannelEvent]>,
        state: &OrgState,
        now: i64,
    ) -> Map<String, Json> {
        let mut kept = old.cloned().unwrap_or_default();
        let mut put = |key: &str, value: Option<Json>| {
            if let Some(value) = value {
                kept.insert(key.to_owned(), value);
            }
        };
        put(CHANNEL_ID, Some(self.channel.as_str().into()));
        put(MODULE, watched.map(Id::json));
        let words = |events: &[ChannelEvent]| events.iter().map(|e| e.as_str()).collect();
        put(EVENTS, events.map(words));
        put(NOTIFY_URL, self.url.as_deref().map(Json::from));
        put(TOKEN, self.token.clone());
        let usual = old.is_none().then(|| now.saturating_add(USUAL));
        let end = self.expiry.or(usual);
        put(
            EXPIRY,
            end.map(|end| time::format_datetime(end, &jiff::tz::TimeZone::UTC).into()),
        );
        put(VALUES, self.values.map(Json::from));
        put(RELATED, self.related.map(Json::from));
        let conditions = self.conditions.as_ref().map(|all| {
            let own = all.iter().filter(|(module, _)| Some(*module) == watched);
            let own: Vec<Json> = own.map(|(_, selection)| selection.kept()).collect();
            if own.is_empty() {
                Json::Null
            } else {
                own.into()
            }
        });
        put(CONDITIONS, conditions);
        let fields = self.fields.as_ref().map(|all| {
            let own = all.iter().find(|(module, _)| Some(*module) == watched);
            own.map_or(Json::Null, |(_, names)| names.clone().into())
        });
        put(FIELDS, fields);
        put(OWNER, Some(state.current_user.json()));
        kept
    }
}
