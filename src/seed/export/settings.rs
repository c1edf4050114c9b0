//! What an org has besides records.

use std::io;

use serde_json::{Map, Value as Json, json};

use super::Writer;
use super::records::write_instant;
use crate::ids::Id;
use crate::seed::load::org::named_features;
use crate::settings::FAMILIES;
use crate::store::{OrgState, Setting, User};
use crate::value::{write_json, write_string};

impl Writer<'_> {
    pub(super) fn settings(&mut self, state: &OrgState) -> io::Result<()> {
        self.org(state);
        self.families(state)?;
        self.list("users", state.users.iter(), |out, (_, user)| {
            write_user(out, user);
        })?;
        self.declarations(state)?;
        self.views(state)
    }

    /// The settings of all families.
    fn families(&mut self, state: &OrgState) -> io::Result<()> {
        for family in FAMILIES {
            let settings = family.of(state);
            if !family.by_module {
                self.list(family.name, settings.iter(), |out, setting| {
                    write_setting(out, setting);
                })?;
                continue;
            }
            self.modules(family.name, |writer| {
                for module in state.schema.modules() {
                    let of_module = settings.of_module(Some(module.no));
                    writer.list(module.api_name(), of_module, |out, setting| {
                        write_setting(out, setting);
                    })?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn org(&mut self, state: &OrgState) {
        let info = &state.info;
        let (features, address) = named_features(info);
        let mut org = Map::new();
        let mut put = |key: &str, value: Json| org.insert(key.to_owned(), value);
        put("id_prefix", info.prefix.digits().into());
        put("era", info.era.into());
        put("address", address.into());
        if !features.is_empty() {
            put("features", features.iter().map(|f| f.as_str()).collect());
        }
        if !info.hidden_keys.is_empty() {
            let keys = info.hidden_keys.iter().map(|key| key.as_str());
            put("hidden_keys", keys.collect());
        }
        if info.search_lag != 0 {
            put("search_index_lag", info.search_lag.into());
        }
        for (key, on) in [
            ("coql_plain_chains", info.coql_plain_chains),
            ("exact_text_equals", info.exact_text_equals),
        ] {
            if on {
                put(key, true.into());
            }
        }
        if state.current().is_some() {
            put("current_user", state.current_user.json());
        }
        put("next_tail", state.next_tail.into());
        if !state.next_ids.is_empty() {
            let ids = state.next_ids.iter().map(|(no, id)| {
                let module = state.schema.module_at(*no);
                (module.api_name().to_owned(), id.json())
            });
            put("next_ids", Json::Object(ids.collect()));
        }
        let mut numbers: Map<String, Json> = Map::new();
        for ((module, no), number) in &*state.next_numbers {
            let module = state.schema.module_at(*module);
            if let Some(field) = module.living(*no) {
                let fields = numbers
                    .entry(module.api_name())
                    .or_insert_with(|| json!({}));
                fields[field.api_name()] = (*number).into();
            }
        }
        if !numbers.is_empty() {
            org.insert("next_numbers".to_owned(), Json::Object(numbers));
        }
        org.extend(info.attributes.iter().map(|(k, v)| (k.clone(), v.clone())));
        self.key("org");
        self.json(&Json::Object(org));
    }

    /// What was declared: modules by themselves, and their fields.
    fn declarations(&mut self, state: &OrgState) -> io::Result<()> {
        let patches = || state.schema.declared().patches();
        self.list("modules", patches(), |out, (_, patch)| {
            let others = patch.iter().filter(|(key, _)| *key != "fields");
            let others = others.map(|(k, v)| (k.clone(), v.clone()));
            write_json(out, &Json::Object(others.collect()));
        })?;
        self.modules("fields", |writer| {
            for (name, patch) in patches() {
                let fields = patch.get("fields").and_then(Json::as_array);
                writer.list(name, fields.into_iter().flatten(), write_json)?;
            }
            Ok(())
        })
    }

    /// The views of modules that have others than those of the binary and of `modules`.
    fn views(&mut self, state: &OrgState) -> io::Result<()> {
        self.modules("views", |writer| {
            for (name, views) in state.schema.declared().views() {
                writer.key(name);
                writer.json(&views.iter().cloned().collect());
            }
            Ok(())
        })
    }
}

/// An object whose first key is an id.
fn open_object(out: &mut Vec<u8>, id: Id) {
    out.extend_from_slice(b"{\"id\":\"");
    id.write(out);
    out.push(b'"');
}

fn write_key(out: &mut Vec<u8>, key: &str) {
    out.push(b',');
    write_string(out, key);
    out.push(b':');
}

fn write_attributes(out: &mut Vec<u8>, attributes: &Map<String, Json>) {
    for (key, value) in attributes {
        write_key(out, key);
        write_json(out, value);
    }
    out.push(b'}');
}

fn write_setting(out: &mut Vec<u8>, setting: &Setting) {
    open_object(out, setting.id);
    write_attributes(out, &setting.attributes);
}

fn write_user(out: &mut Vec<u8>, user: &User) {
    open_object(out, user.id);
    for (key, id) in [
        ("role", user.role),
        ("profile", user.profile),
        ("created_by", Some(user.created_by)),
        ("Modified_By", Some(user.modified_by)),
    ] {
        if let Some(id) = id {
            write_key(out, key);
            out.push(b'"');
            id.write(out);
            out.push(b'"');
        }
    }
    for (key, time) in [
        ("created_time", user.created_time),
        ("Modified_Time", user.modified_time),
    ] {
        write_key(out, key);
        write_instant(out, time);
    }
    write_attributes(out, &user.attributes);
}
