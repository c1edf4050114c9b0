//! Who may see, write and share a field, and what its values must be among others.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::{Checked, Draft};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{DataType, Field};
use crate::settings::families::profiles::PROFILES;
use crate::value::{Value, fold};

/// Unique fields that a module may have.
const MOST_UNIQUE: usize = 2;
/// What a profile may do with a field.
const PERMISSIONS: &[&str] = &["read_write", "read_only", "hidden"];
/// The feature of an org with privacy settings.
const PRIVACY: &str = "gdpr";

impl Draft<'_> {
    /// `{"case_sensitive": false}`, with `_disable` to take it back; or a boolean.
    pub(super) fn unique(&mut self) -> Checked {
        const KEY: &str = "unique";
        let on = match self.given(KEY) {
            None => return Ok(()),
            Some(Json::Bool(on)) => *on,
            Some(Json::Object(unique)) if unique.contains_key("_disable") => {
                unique["_disable"].as_bool() == Some(false)
            }
            Some(Json::Object(unique)) if unique.is_empty() && !self.is_new() => return Ok(()),
            Some(Json::Object(unique)) => match unique.get("case_sensitive") {
                Some(Json::Bool(false)) => true,
                None | Some(Json::Null) => {
                    return Err(self.error(Code::MANDATORY_NOT_FOUND, "unique.case_sensitive"));
                }
                Some(Json::Bool(true)) => {
                    return Err(self.of_words(vec![false], "unique.case_sensitive"));
                }
                Some(_) => return Err(self.of_type("boolean", "unique.case_sensitive")),
            },
            Some(_) => return Err(self.of_type("jsonobject", KEY)),
        };
        if on {
            if !self.allows.is_some_and(|row| row.unique) {
                return Err(self.not_unique());
            }
            let own = self.existing.map(|field| field.no);
            let others = self.module.unique.iter().filter(|no| Some(**no) != own);
            let custom = others.filter(|no| self.module.field_at(**no).spec.custom_field);
            if custom.count() >= MOST_UNIQUE {
                return Err(self.limit(MOST_UNIQUE, KEY));
            }
            if self.existing.is_some_and(|field| self.repeats(field)) {
                return Err(self.error(Code::DUPLICATE_DATA, KEY));
            }
        }
        self.put(KEY, on);
        Ok(())
    }

    /// Whether two records have the same value in a field.
    fn repeats(&self, field: &Field) -> bool {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut records = self.state.table(self.module).rows().iter();
        records.any(|(_, record)| match record.stored(field.no) {
            None => false,
            Some(Value::Text(text)) => !seen.insert(fold(text)),
            Some(other) => !seen.insert(format!("{other:?}")),
        })
    }

    /// `LIMIT_EXCEEDED` for want of room for one more.
    pub(super) fn limit(&self, limit: usize, key: &str) -> ApiError {
        let due = Json::Array(vec![self.spot.place(key)]);
        let error = ApiError::new(Code::LIMIT_EXCEEDED).with("limit", limit);
        error.with("limit_due_to", due)
    }

    pub(super) fn profiles(&mut self) -> Checked {
        const KEY: &str = "profiles";
        let Some(given) = self.given(KEY) else {
            return Ok(());
        };
        let items = given
            .as_array()
            .ok_or_else(|| self.of_type("jsonarray", KEY))?;
        let old = self.existing.map(|field| field.spec.profiles.as_slice());
        let mut profiles: Map<String, Json> = old
            .unwrap_or_default()
            .iter()
            .map(|p| (p.id.to_string(), p.permission_type.as_str().into()))
            .collect();
        for (n, item) in items.iter().enumerate() {
            let path = format!("{KEY}[{n}]");
            let object = item
                .as_object()
                .ok_or_else(|| self.of_type("jsonobject", &path))?;
            let id = object.get("id").filter(|id| !id.is_null());
            let at = format!("{path}.id");
            let id = id.ok_or_else(|| self.error(Code::MANDATORY_NOT_FOUND, &at))?;
            let id = Id::from_json(id);
            let known = id.filter(|id| PROFILES.of(self.state).get(*id).is_some());
            let id = known.ok_or_else(|| self.error(Code::UNKNOWN_SETTING, &at))?;
            let word = self.needed_text(object, &path, "permission_type")?;
            if !PERMISSIONS.contains(&word) {
                return Err(self.of_words(PERMISSIONS, &format!("{path}.permission_type")));
            }
            profiles.insert(id.to_string(), word.into());
        }
        let profiles = profiles.into_iter();
        let list: Vec<Json> = profiles
            .map(|(id, word)| json!({"id": id, "permission_type": word}))
            .collect();
        self.put(KEY, list);
        Ok(())
    }

    /// A field for the ids of another application: a text, once and for all.
    pub(super) fn external(&mut self) -> Checked {
        const KEY: &str = "external";
        let Some(external) = self.object(KEY)? else {
            return Ok(());
        };
        if !self.is_new() {
            return Err(self.error(Code::EXTERNAL_FIXED, KEY));
        }
        if self.module.api_name() == "Calls" {
            return Err(self.error(Code::EXTERNAL_NOT_ALLOWED, KEY));
        }
        if self.data_type != DataType::Text {
            return Err(self.dependent(Code::FIELD_DEPENDENT, KEY, "data_type"));
        }
        let kind = self.needed_text(external, KEY, "type")?;
        if !matches!(kind, "user" | "org") {
            return Err(self.of_words(vec!["user", "org"], "external.type"));
        }
        let show = match external.get("show") {
            None | Some(Json::Null) => false,
            Some(Json::Bool(show)) => *show,
            Some(_) => return Err(self.of_type("boolean", "external.show")),
        };
        let external = json!({"type": kind, "show": show});
        self.put(KEY, external);
        Ok(())
    }

    pub(super) fn crypt(&mut self) -> Checked {
        const KEY: &str = "crypt";
        let Some(crypt) = self.object(KEY)? else {
            return Ok(());
        };
        let crypt = match self.needed_text(crypt, KEY, "mode")? {
            "decryption" => Json::Null,
            "encryption" if self.allows.is_some_and(|row| row.crypt) => {
                json!({"mode": "encryption", "status": 1})
            }
            "encryption" => return Err(self.error(Code::CRYPT_NOT_SUPPORTED, KEY)),
            _ => return Err(self.of_words(vec!["encryption", "decryption"], "crypt.mode")),
        };
        self.put(KEY, crypt);
        Ok(())
    }

    /// Personal and health data, in orgs with privacy settings.
    pub(super) fn private(&mut self) -> Checked {
        const KEY: &str = "private";
        const HEALTH: &str = "hipaa_compliance_enabled";
        let enabled = self.state.info.features.iter().any(|f| f == PRIVACY);
        if let Some(on) = self.flag(HEALTH)? {
            if on && !enabled {
                return Err(self.error(Code::HIPAA_NOT_ALLOWED, HEALTH));
            }
            self.put(HEALTH, on);
        }
        if self.said.get(KEY).is_some_and(Json::is_null) {
            self.put(KEY, Json::Null);
        }
        let Some(private) = self.object(KEY)? else {
            return Ok(());
        };
        if !enabled {
            return Err(self.error(Code::PRIVATE_NOT_ALLOWED, KEY));
        }
        let kind = self.needed_text(private, KEY, "type")?;
        if !matches!(kind, "Low" | "High") {
            return Err(self.of_words(vec!["Low", "High"], "private.type"));
        }
        let flag = |key: &str, or: bool| match private.get(key) {
            None | Some(Json::Null) => Ok(or),
            Some(Json::Bool(on)) => Ok(*on),
            Some(_) => Err(self.of_type("boolean", &format!("{KEY}.{key}"))),
        };
        let (restricted, export) = (flag("restricted", false)?, flag("export", true)?);
        let private = json!({"restricted": restricted, "type": kind, "export": export});
        self.put(KEY, private);
        Ok(())
    }

    /// Whether the user whom a record names gets to see it.
    pub(super) fn sharing(&mut self) -> Checked {
        const KEY: &str = "sharing_properties";
        const WORDS: &[&str] = &["full-access", "read-write", "read-only"];
        let Some(sharing) = self.object(KEY)? else {
            return Ok(());
        };
        if self.data_type != DataType::UserLookup {
            return Err(self.dependent(Code::FIELD_DEPENDENT, KEY, "data_type"));
        }
        let at = format!("{KEY}.share_preference_enabled");
        let enabled = match sharing.get("share_preference_enabled") {
            None | Some(Json::Null) => return Err(self.error(Code::MANDATORY_NOT_FOUND, &at)),
            Some(Json::Bool(enabled)) => *enabled,
            Some(_) => return Err(self.of_type("boolean", &at)),
        };
        let permission = self.needed_text(sharing, KEY, "share_permission")?;
        if !WORDS.contains(&permission) {
            return Err(self.of_words(WORDS, &format!("{KEY}.share_permission")));
        }
        let sharing = json!({"share_preference_enabled": enabled, "share_permission": permission});
        self.put(KEY, sharing);
        Ok(())
    }
}
