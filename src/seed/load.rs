//! From what seeds say to an org: everything checked, all or nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use ecow::EcoString;
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json, json};

use super::format::{Document, Found, Located};
use super::{Problem, SeedError, unknown};
use crate::error::{ApiError, Wording};
use crate::ids::{Id, IdPrefix};
use crate::ops::input::Mode;
use crate::ops::write::{self, Place};
use crate::runtime::auth::{Grant, Tokens};
use crate::schema::builtin;
use crate::schema::spec::{FieldSpec, ModuleSpec};
use crate::schema::{Features, Kind, Module, Schema};
use crate::store::{OrgInfo, OrgState, Record, Setting, Tables, Tree, Tx, User, unique};
use crate::value::time;
use crate::version::ApiVersion;

/// What a seed does not say.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The time at which the org comes into being, in seconds since 1970.
    pub now: i64,
    /// What chance depends on: the prefix of ids, where the seed does not give one.
    pub rng_seed: u64,
}

/// Keys of `org` that are settings of the double, not keys of an answer.
const SETTINGS: [&str; 9] = [
    "id_prefix",
    "era",
    "address",
    "features",
    "next_ids",
    "exact_text_equals",
    "hidden_keys",
    "coql_plain_chains",
    "search_index_lag",
];
/// What `features` may name; declarations ask for them with `when`.
const FEATURES: [&str; 13] = [
    "2017_org",
    "2025_org",
    "co_owner",
    "feeds",
    "gdpr",
    "layouts",
    "multi_currency",
    "pipelines",
    "review_process",
    "salesiq",
    "sharing",
    "territories",
    "wizards",
];
const ERAS: [u16; 4] = [2018, 2020, 2023, 2026];
/// Tails of ids from here on are given to records.
const FIRST_TAIL: u64 = 5_000_001;

/// Builds an org from the seeds in a document.
///
/// # Errors
/// Every problem of the document; nothing is loaded then.
pub fn build(document: &Document, options: Options) -> Result<OrgState, SeedError> {
    let mut loader = Loader {
        document,
        options,
        problems: Vec::new(),
        labels: FxHashMap::default(),
    };
    let state = loader.run();
    match state {
        Some(state) if loader.problems.is_empty() => Ok(state),
        _ => {
            loader.problems.dedup();
            Err(SeedError(loader.problems))
        }
    }
}

/// The clients, codes and tokens of a document's `oauth` parts.
#[must_use]
pub fn tokens(document: &Document, options: Options) -> Tokens {
    let mut tokens = Tokens::new(options.rng_seed);
    for part in &document.oauth {
        let list = |key: &str| {
            part.object
                .get(key)
                .and_then(Json::as_array)
                .into_iter()
                .flatten()
        };
        let text = |object: &Json, key: &str| {
            object
                .get(key)
                .and_then(Json::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        for client in list("clients") {
            let uris = client
                .get("redirect_uris")
                .and_then(Json::as_array)
                .into_iter()
                .flatten();
            let uris = uris.filter_map(Json::as_str).map(str::to_owned).collect();
            tokens.register(
                &text(client, "client_id"),
                client.get("client_secret").and_then(Json::as_str),
                uris,
            );
        }
        for token in list("refresh_tokens") {
            tokens.adopt_refresh(
                &text(token, "refresh_token"),
                &text(token, "client_id"),
                &text(token, "scope"),
            );
        }
        for code in list("codes") {
            let grant = Grant {
                client: text(code, "client_id"),
                redirect_uri: text(code, "redirect_uri"),
                scopes: text(code, "scope"),
                offline: text(code, "access_type") != "online",
                // a seeded code lives until it is used
                expires: i64::MAX,
            };
            tokens.adopt_grant(&text(code, "code"), grant);
        }
    }
    tokens
}

struct Loader<'a> {
    document: &'a Document,
    options: Options,
    problems: Vec<Problem>,
    labels: FxHashMap<String, Id>,
}

impl Loader<'_> {
    fn problem(&mut self, at: &Located, key: &str, reason: impl Into<String>) {
        let path = if key.is_empty() {
            at.path.clone()
        } else {
            format!("{}.{key}", at.path)
        };
        self.problems.push(Problem {
            file: at.file.to_string(),
            path,
            reason: reason.into(),
        });
    }

    fn org_problem(&mut self, key: &str, reason: impl Into<String>) {
        let file = self
            .document
            .org_file
            .as_deref()
            .unwrap_or("seed")
            .to_owned();
        self.problems.push(Problem {
            file,
            path: format!("$.org.{key}"),
            reason: reason.into(),
        });
    }

    fn run(&mut self) -> Option<OrgState> {
        let info = self.info();
        let schema = self.schema(&info)?;
        let tables = Tables::new(schema.modules().len());
        let state = OrgState {
            info: Arc::new(info),
            schema: Arc::new(schema),
            tables,
            users: Tree::default(),
            roles: Arc::default(),
            profiles: Arc::default(),
            tags: Arc::default(),
            current_user: Id(0),
            time_zone: TimeZone::UTC,
            next_tail: FIRST_TAIL,
            next_ids: Arc::default(),
            jobs: Arc::default(),
            names_epoch: unique(),
        };
        let mut tx = Tx::new(state, self.options.now);
        self.settings(&mut tx);
        self.users(&mut tx);
        self.next_ids(&mut tx);
        self.records(&mut tx);
        Some(tx.into_state())
    }

    fn info(&mut self) -> OrgInfo {
        let org = &self.document.org;
        let text = |key: &str| org.get(key).and_then(Json::as_str).map(str::to_owned);
        let prefix = match org
            .get("id_prefix")
            .map(|p| p.as_str().map_or_else(|| p.to_string(), str::to_owned))
        {
            None => IdPrefix::from_seed(self.options.rng_seed),
            Some(digits) => IdPrefix::parse(&digits).unwrap_or_else(|_| {
                self.org_problem(
                    "id_prefix",
                    "must be a number of at most seven digits, up to 9223371",
                );
                IdPrefix::from_seed(0)
            }),
        };
        let era = match org
            .get("era")
            .map(|e| e.as_str().map_or_else(|| e.to_string(), str::to_owned))
        {
            None => 2026,
            Some(era) => era
                .parse()
                .ok()
                .filter(|year| ERAS.contains(year))
                .unwrap_or_else(|| {
                    self.org_problem("era", "must be one of 2018, 2020, 2023, 2026");
                    2026
                }),
        };
        let given = org
            .get("features")
            .map_or(&[][..], |list| list.as_array().map_or(&[], Vec::as_slice));
        let mut features: Vec<EcoString> = Vec::new();
        for feature in given {
            match feature.as_str() {
                Some(name) if FEATURES.contains(&name) => features.push(name.into()),
                name => {
                    let name = name.map_or_else(|| feature.to_string(), str::to_owned);
                    self.org_problem("features", unknown("feature", &name, FEATURES));
                }
            }
        }
        if era >= 2026 {
            features.push("2025_org".into());
        }
        match text("address").as_deref() {
            None | Some("classic") => features.push("classic_address".into()),
            Some("composite") => features.push("composite_address".into()),
            Some(_) => self.org_problem("address", "must be classic or composite"),
        }
        let zone = text("time_zone").unwrap_or_else(|| "UTC".into());
        let time_zone = TimeZone::get(&zone).unwrap_or_else(|_| {
            self.org_problem("time_zone", format!("unknown time zone \"{zone}\""));
            TimeZone::UTC
        });
        let hidden = org.get("hidden_keys").map(Json::as_array);
        if hidden == Some(None) {
            self.org_problem("hidden_keys", "must be a list of keys");
        }
        let hidden = hidden.flatten().into_iter().flatten();
        let hidden_keys = hidden.filter_map(|key| key.as_str().map(EcoString::from));
        let hidden_keys: Vec<EcoString> = hidden_keys.collect();
        let lag = org.get("search_index_lag").map(Json::as_i64);
        if matches!(lag, Some(None | Some(..0))) {
            self.org_problem("search_index_lag", "must be a number of seconds");
        }
        let attributes = org
            .iter()
            .filter(|(key, _)| !SETTINGS.contains(&key.as_str()));
        OrgInfo {
            attributes: attributes.map(|(k, v)| (k.clone(), v.clone())).collect(),
            prefix,
            era,
            features,
            hidden_keys,
            time_zone,
            stamp: unique(),
            coql_plain_chains: org.get("coql_plain_chains") == Some(&Json::Bool(true)),
            search_lag: lag.flatten().unwrap_or(0).max(0),
            exact_text_equals: org.get("exact_text_equals") == Some(&Json::Bool(true)),
        }
    }

    fn schema(&mut self, info: &OrgInfo) -> Option<Schema> {
        self.check_declarations();
        if !self.problems.is_empty() {
            return None;
        }
        let patches = self.document.patches();
        let fail = |loader: &mut Self, (module, reason): (String, String)| {
            let at = loader
                .document
                .modules
                .iter()
                .chain(loader.document.fields.iter().map(|(_, f)| f))
                .next();
            let file = at.map_or("seed", |at| &at.file).to_owned();
            loader.problems.push(Problem {
                file,
                path: format!("module {module}"),
                reason,
            });
            None
        };
        let mut specs = match builtin::modules(&patches) {
            Ok(specs) => specs,
            Err(error) => return fail(self, error),
        };
        for (name, patch) in patches
            .iter()
            .filter(|(name, patch)| builtin::is_custom(name, patch))
        {
            let label = |key: &str| patch.get(key).and_then(Json::as_str).unwrap_or(name);
            let mut json = builtin::custom_module(label("singular_label"), label("plural_label"));
            builtin::merge_module(&mut json, patch);
            let number = specs.len();
            json["api_name"] = name.as_str().into();
            if json.get("module_name").is_none() {
                json["module_name"] = format!("CustomModule{number}").into();
            }
            match serde_json::from_value::<ModuleSpec>(json) {
                Ok(spec) => specs.push(spec),
                Err(error) => return fail(self, (name.clone(), error.to_string())),
            }
        }
        let shared = match builtin::pick_lists() {
            Ok(shared) => shared,
            Err(error) => return fail(self, ("picklists".into(), error.to_string())),
        };
        Some(Schema::build(
            specs,
            &shared,
            info.prefix,
            &Features {
                on: info.features.clone(),
            },
        ))
    }

    /// Each declared module and field by itself, so that a problem is named by its place.
    fn check_declarations(&mut self) {
        let document = self.document;
        for module in &document.modules {
            if module
                .object
                .get("api_name")
                .and_then(Json::as_str)
                .is_none_or(str::is_empty)
            {
                self.problem(module, "api_name", "a module needs an api_name");
            } else if let Err(error) =
                serde_json::from_value::<ModuleSpec>(Json::Object(module.object.clone()))
            {
                self.problem(module, "", error.to_string());
            }
        }
        let mut known: Vec<&str> = builtin::names().collect();
        known.extend(
            document
                .modules
                .iter()
                .filter_map(|m| m.object.get("api_name")?.as_str()),
        );
        let exists = |name: &str| builtin::is_standard(name) || known.contains(&name);
        for (module, field) in &document.fields {
            if !exists(module) {
                self.problem(field, "", unknown("module", module, known.iter().copied()));
            }
            if field
                .object
                .get("api_name")
                .and_then(Json::as_str)
                .is_none_or(str::is_empty)
            {
                self.problem(field, "api_name", "a field needs an api_name");
                continue;
            }
            match serde_json::from_value::<FieldSpec>(Json::Object(field.object.clone())) {
                Err(error) => self.problem(field, "", error.to_string()),
                Ok(spec) => {
                    let target = spec.lookup.map(|l| l.module).or(spec.subform);
                    if let Some(target) = target
                        && target != "se_module"
                        && !exists(&target)
                    {
                        self.problem(
                            field,
                            "lookup",
                            unknown("module", &target, known.iter().copied()),
                        );
                    }
                }
            }
        }
    }

    fn settings(&mut self, tx: &mut Tx) {
        for (stock, seeded, add, replace) in [
            (
                builtin::roles(),
                &self.document.roles,
                Tx::add_role as fn(&mut Tx, Setting),
                Tx::replace_role as fn(&mut Tx, Id, Setting),
            ),
            (
                builtin::profiles(),
                &self.document.profiles,
                Tx::add_profile,
                Tx::replace_profile,
            ),
        ] {
            for object in stock.unwrap_or_default() {
                let id = object
                    .get("id")
                    .and_then(Json::as_u64)
                    .map_or(Id(0), |tail| tx.state().info.prefix.id(tail));
                add(tx, setting(id, object));
            }
            for at in seeded {
                let name = at
                    .object
                    .get("name")
                    .and_then(Json::as_str)
                    .unwrap_or_default()
                    .to_owned();
                if name.is_empty() {
                    self.problem(at, "name", "a name is needed");
                    continue;
                }
                let existing = {
                    let state = tx.state();
                    let list = if std::ptr::eq(seeded, &self.document.roles) {
                        &state.roles
                    } else {
                        &state.profiles
                    };
                    list.iter().find(|s| s.name == name.as_str()).cloned()
                };
                let given = at.object.get("id").and_then(Id::from_json);
                match existing {
                    // a change to a stock one, under its own id unless another is given
                    Some(old) => {
                        let mut object = old.attributes.clone();
                        object.extend(at.object.clone());
                        let id = given.unwrap_or(old.id);
                        replace(tx, old.id, setting(id, object));
                    }
                    None => {
                        let id = given.unwrap_or_else(|| tx.next_id());
                        add(tx, setting(id, at.object.clone()));
                    }
                }
            }
        }
    }

    fn users(&mut self, tx: &mut Tx) {
        let document = self.document;
        let mut users: Vec<(Id, &Located)> = Vec::new();
        for at in &document.users {
            let id = self.identify(at.object.get("id"), || tx.next_id());
            match id {
                Ok(id) => users.push((id, at)),
                Err(reason) => self.problem(at, "id", reason),
            }
        }
        let mut current = None;
        for (id, at) in &users {
            let mut attributes = at.object.clone();
            let role = self.reference(tx, at, "role", "CEO");
            let profile = self.reference(tx, at, "profile", "Administrator");
            for key in ["id", "role", "profile", "current"] {
                attributes.shift_remove(key);
            }
            let times = ["created_time", "Modified_Time"].map(|key| {
                attributes
                    .shift_remove(key)
                    .map_or(Ok(self.options.now), |value| {
                        value.as_str().and_then(time::parse_datetime).ok_or(key)
                    })
            });
            let by = ["created_by", "Modified_By"].map(|key| {
                let given = attributes.shift_remove(key);
                let given = given.as_ref().map(|v| v.get("id").unwrap_or(v));
                match given {
                    None => Ok(*id),
                    Some(value) => self.user_id(value).ok_or(key),
                }
            });
            for key in times.iter().filter_map(|t| t.err()) {
                self.problem(at, key, "must be a date-time with an offset");
            }
            for key in by.iter().filter_map(|t| t.err()) {
                self.problem(at, key, "no such user");
            }
            if let Some(zone) = attributes
                .get("time_zone")
                .and_then(Json::as_str)
                .map(str::to_owned)
                && TimeZone::get(&zone).is_err()
            {
                self.problem(at, "time_zone", format!("unknown time zone \"{zone}\""));
            }
            if at.object.get("current") == Some(&Json::Bool(true)) {
                current = Some(*id);
            }
            tx.put_user(User {
                id: *id,
                attributes,
                role,
                profile,
                created_time: times[0].unwrap_or(self.options.now),
                modified_time: times[1].unwrap_or(self.options.now),
                created_by: by[0].unwrap_or(*id),
                modified_by: by[1].unwrap_or(*id),
            });
        }
        let active = users.iter().find(|(_, at)| {
            at.object
                .get("status")
                .and_then(Json::as_str)
                .unwrap_or("active")
                == "active"
        });
        match current
            .or(active.map(|(id, _)| *id))
            .or(users.first().map(|(id, _)| *id))
        {
            Some(id) => tx.set_current_user(id),
            None => self.first_user(tx),
        }
    }

    /// The user of an org that names none.
    fn first_user(&mut self, tx: &mut Tx) {
        const TAIL: u64 = 326_001;
        let prefix = tx.state().info.prefix;
        let id = prefix.id(TAIL);
        let zone = self
            .document
            .org
            .get("time_zone")
            .cloned()
            .unwrap_or_else(|| "UTC".into());
        let attributes = json!({
            "first_name": "Admin", "last_name": "User", "email": "admin@example.com",
            "status": "active", "confirm": true, "time_zone": zone,
        });
        let Json::Object(attributes) = attributes else {
            return;
        };
        tx.put_user(User {
            id,
            attributes,
            role: Some(prefix.id(26_005)),
            profile: Some(prefix.id(26_011)),
            created_time: self.options.now,
            modified_time: self.options.now,
            created_by: id,
            modified_by: id,
        });
        tx.set_current_user(id);
    }

    /// A declared id, a labelled one, or a new one.
    fn identify(&mut self, given: Option<&Json>, fresh: impl FnOnce() -> Id) -> Result<Id, String> {
        match given {
            None | Some(Json::Null) => Ok(fresh()),
            Some(Json::String(label)) if label.starts_with('#') => {
                if self.labels.contains_key(label) {
                    return Err(format!("the label {label} is used twice"));
                }
                let id = fresh();
                self.labels.insert(label.clone(), id);
                Ok(id)
            }
            Some(value) => Id::from_json(value).filter(|id| id.0 > 0).ok_or_else(|| {
                format!("an id is a string of up to 19 digits or a #label, not {value}")
            }),
        }
    }

    fn user_id(&self, value: &Json) -> Option<Id> {
        match value.as_str() {
            Some(label) if label.starts_with('#') => self.labels.get(label).copied(),
            _ => Id::from_json(value),
        }
    }

    /// The role or profile of a user: by name, by id, or as an object, which may bring a new one.
    fn reference(&mut self, tx: &mut Tx, at: &Located, key: &str, default: &str) -> Option<Id> {
        let list = |tx: &Tx| {
            if key == "role" {
                Arc::clone(&tx.state().roles)
            } else {
                Arc::clone(&tx.state().profiles)
            }
        };
        let known = list(tx);
        let by_name = |name: &str| known.iter().find(|s| s.name == name).map(|s| s.id);
        match at.object.get(key) {
            None | Some(Json::Null) => by_name(default),
            Some(Json::String(name)) if Id::parse(name).is_err() => {
                let found = by_name(name);
                if found.is_none() {
                    self.problem(
                        at,
                        key,
                        unknown(key, name, known.iter().map(|s| s.name.as_str())),
                    );
                }
                found
            }
            Some(value) => {
                let id = Id::from_json(value.get("id").unwrap_or(value));
                let name = value.get("name").and_then(Json::as_str);
                match (id, name) {
                    (Some(id), _) if known.iter().any(|s| s.id == id) => Some(id),
                    (Some(id), Some(name)) => {
                        let object = Map::from_iter([("name".to_owned(), Json::from(name))]);
                        if key == "role" {
                            tx.add_role(setting(id, object))
                        } else {
                            tx.add_profile(setting(id, object))
                        }
                        Some(id)
                    }
                    (None, Some(name)) if by_name(name).is_some() => by_name(name),
                    _ => {
                        self.problem(at, key, format!("no such {key}"));
                        None
                    }
                }
            }
        }
    }

    fn next_ids(&mut self, tx: &mut Tx) {
        let Some(next) = self.document.org.get("next_ids").and_then(Json::as_object) else {
            return;
        };
        let schema = Arc::clone(&tx.state().schema);
        for (name, id) in next {
            match (schema.module(name), Id::from_json(id)) {
                (Some(module), Some(id)) => tx.set_next_id(module, id),
                (None, _) => {
                    self.org_problem("next_ids", unknown("module", name, module_names(&schema)))
                }
                (_, None) => self.org_problem("next_ids", format!("{id} is no id")),
            }
        }
    }

    /// Two rounds: ids and labels of all records first, so that records may point to later ones.
    fn records(&mut self, tx: &mut Tx) {
        let document = self.document;
        let schema = Arc::clone(&tx.state().schema);
        let mut ids: Vec<Vec<Id>> = Vec::with_capacity(document.records.len());
        for records in &document.records {
            let Some(module) = schema
                .module(&records.module)
                .filter(|m| !m.fields.is_empty())
            else {
                self.problems.push(Problem {
                    file: records.file.to_string(),
                    path: records.path.clone(),
                    reason: unknown("module", &records.module, module_names(&schema)),
                });
                ids.push(Vec::new());
                continue;
            };
            let mut own = Vec::with_capacity(records.len());
            for (index, given) in records.ids().enumerate() {
                let given = given.unwrap_or_else(|reason| {
                    self.record_problem(records, index, "", reason);
                    None
                });
                match self.identify(given.as_ref(), || tx.next_record_id(module)) {
                    Ok(id) if tx.state().table(module).get(id).is_some() => {
                        self.record_problem(
                            records,
                            index,
                            ".id",
                            format!("another record of {} has the id {id}", records.module),
                        );
                        own.push(Id(0));
                    }
                    Ok(id) => {
                        // holds the place until the record itself is read
                        tx.put(module, Record::new(id, tx.user(), tx.now(), Vec::new()));
                        own.push(id);
                    }
                    Err(reason) => {
                        self.record_problem(records, index, ".id", reason);
                        own.push(Id(0));
                    }
                }
            }
            ids.push(own);
        }
        for (records, own) in document.records.iter().zip(ids) {
            let Some(module) = schema.module(&records.module) else {
                continue;
            };
            let found = own.into_iter().zip(records.iter()).enumerate();
            for (index, (id, found)) in found.filter(|(_, (id, _))| id.0 > 0) {
                let object = match found {
                    Ok(Found::Json(object)) => object,
                    Ok(Found::Cells(cells)) => typed(cells, module),
                    Err(_) => continue,
                };
                self.record(tx, module, records, index, id, object);
            }
        }
    }

    fn record_problem(
        &mut self,
        records: &super::format::Records,
        index: usize,
        key: &str,
        reason: impl Into<String>,
    ) {
        let path = format!("{}{key}", records.path_of(index));
        self.problems.push(Problem {
            file: records.file.to_string(),
            path,
            reason: reason.into(),
        });
    }

    fn record(
        &mut self,
        tx: &mut Tx,
        module: &Module,
        records: &super::format::Records,
        index: usize,
        id: Id,
        mut object: Map<String, Json>,
    ) {
        let before = self.problems.len();
        for key in object.keys() {
            let special = key.starts_with('$')
                || matches!(
                    key.as_str(),
                    "se_module" | "Product_Details" | "Outbound_Call_Status"
                );
            if !special && module.field(key).is_none() {
                let known = module.fields.iter().map(|f| f.api_name());
                self.record_problem(
                    records,
                    index,
                    &format!(".{key}"),
                    unknown("field", key, known),
                );
            }
        }
        for (key, value) in &mut object {
            let Some(field) = module.field(key) else {
                continue;
            };
            if matches!(
                field.kind,
                Kind::Lookup(_) | Kind::User | Kind::Rows(_) | Kind::Raw
            ) && let Err(label) = self.resolve(value, !matches!(field.kind, Kind::Raw))
            {
                let reason = unknown("label", &label, self.labels.keys().map(String::as_str));
                self.record_problem(records, index, &format!(".{key}"), reason);
            }
        }
        if self.problems.len() > before {
            return;
        }
        object.insert("id".into(), id.json());
        let place = Place {
            version: ApiVersion::LATEST,
            index,
            key: None,
            mode: Mode::Seed,
        };
        if let Err(errors) = write::insert(tx, module, &object, place) {
            for error in errors {
                let (key, reason) = describe(&error, index);
                self.record_problem(records, index, &key, reason);
            }
        }
    }

    /// Puts ids in place of labels. Gives back the label that nothing has.
    fn resolve(&self, value: &mut Json, strict: bool) -> Result<(), String> {
        match value {
            Json::String(text) if text.starts_with('#') => match self.labels.get(text.as_str()) {
                Some(id) => *value = id.json(),
                None if strict => return Err(text.clone()),
                None => {}
            },
            // in rows and objects a text may begin with # for other reasons
            Json::Array(items) => items
                .iter_mut()
                .try_for_each(|item| self.resolve(item, false))?,
            Json::Object(object) => object
                .values_mut()
                .try_for_each(|inner| self.resolve(inner, false))?,
            _ => {}
        }
        Ok(())
    }
}

fn setting(id: Id, mut attributes: Map<String, Json>) -> Setting {
    let name = attributes
        .get("name")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .into();
    attributes.shift_remove("id");
    Setting {
        id,
        name,
        attributes,
    }
}

fn module_names(schema: &Schema) -> impl Iterator<Item = &str> {
    schema
        .modules()
        .filter(|m| !m.fields.is_empty())
        .map(|m| m.api_name())
}

/// An API error as a place within a record and a sentence.
fn describe(error: &ApiError, index: usize) -> (String, String) {
    let path = error
        .details
        .get("json_path")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let key = path
        .strip_prefix(&format!("$.data[{index}]"))
        .unwrap_or_default()
        .to_owned();
    let facts: BTreeMap<&String, &Json> = error
        .details
        .iter()
        .filter(|(k, _)| !matches!(k.as_str(), "json_path" | "api_name"))
        .collect();
    let facts: Vec<String> = facts.iter().map(|(k, v)| format!("{k} {v}")).collect();
    let message = error.kind.message(Wording::Zoho);
    let reason = format!("{} {message}", error.kind.code());
    (
        key,
        if facts.is_empty() {
            reason
        } else {
            format!("{reason} ({})", facts.join(", "))
        },
    )
}

/// Cells of a CSV row as the JSON that their fields expect; what does not fit stays a text, and
/// is refused like one.
fn typed(cells: Vec<(String, String)>, module: &Module) -> Map<String, Json> {
    let value = |name: &str, text: String| -> Json {
        let Some(field) = module.field(name) else {
            return text.into();
        };
        let number = || {
            serde_json::from_str::<serde_json::Number>(text.trim())
                .map(Json::Number)
                .ok()
        };
        match field.kind {
            Kind::Integer | Kind::Double => number().unwrap_or_else(|| text.clone().into()),
            Kind::Boolean => text
                .trim()
                .to_ascii_lowercase()
                .parse::<bool>()
                .map_or_else(|_| text.clone().into(), Json::Bool),
            Kind::MultiPicklist | Kind::Tags => text
                .split(';')
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .collect(),
            Kind::Rows(_) | Kind::Raw => {
                serde_json::from_str(&text).unwrap_or_else(|_| text.clone().into())
            }
            _ => text.into(),
        }
    };
    cells
        .into_iter()
        .map(|(name, text)| {
            let v = value(&name, text);
            (name, v)
        })
        .collect()
}
