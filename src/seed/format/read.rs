//! Reading one file of a seed.

use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::{Document, Located, OfModule, Records};
use crate::seed::Problem;

/// The parts of a seed that are not records, by the key or file name they have.
const PARTS: [&str; 10] = [
    "org", "users", "roles", "profiles", "modules", "fields", "oauth", "views", "tags", "deleted",
];
/// The key by which a file says that it is an export, and in which form.
const EXPORT: &str = "export";
const FORM: u64 = 1;

/// A file on its way into a document.
pub(super) struct Reading<'a> {
    pub(super) document: &'a mut Document,
    pub(super) problems: &'a mut Vec<Problem>,
    pub(super) file: &'a Arc<str>,
    pub(super) text: Arc<str>,
    /// It is an export.
    pub(super) stored: bool,
}

impl Reading<'_> {
    fn fail(&mut self, path: &str, reason: impl Into<String>) {
        self.problems.push(Problem {
            file: self.file.to_string(),
            path: path.to_owned(),
            reason: reason.into(),
        });
    }

    /// Reads a file by its name.
    pub(super) fn file(mut self, name: &str) {
        let base = name.rsplit('/').next().unwrap_or(name);
        let (stem, extension) = base.rsplit_once('.').unwrap_or((base, ""));
        if extension.eq_ignore_ascii_case("csv") {
            match Records::csv(stem, self.file, &self.text) {
                Ok(records) => self.document.records.push(records),
                Err(reason) => self.fail("$", reason),
            }
            return;
        }
        // YAML is read as JSON of the same meaning
        if extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml") {
            match serde_norway::from_str::<Json>(&self.text) {
                Ok(json) => self.text = json.to_string().into(),
                Err(error) => return self.fail("$", format!("not valid YAML: {error}")),
            }
        }
        let text = Arc::clone(&self.text);
        let in_fields = name.starts_with("fields/");
        if text.trim_start().starts_with('[') && !in_fields && !PARTS.contains(&stem) {
            // long files are lists: read in one go
            match Records::json(stem, self.file, "$", &text, &text) {
                Ok(records) => self.document.records.push(records),
                Err(error) => self.fail("$", format!("not valid JSON: {error}")),
            }
            return;
        }
        let raw: &RawValue = match serde_json::from_str(&text) {
            Ok(raw) => raw,
            Err(error) => return self.fail("$", format!("not valid JSON: {error}")),
        };
        if in_fields {
            return self.fields(stem, raw, "$");
        }
        let entries = serde_json::from_str(raw.get());
        // a file may be named like a part and yet be a whole seed
        if PARTS.contains(&stem) && !entries.as_ref().is_ok_and(is_whole) {
            return self.part(stem, raw, "$");
        }
        match entries {
            Ok(Entries(entries)) => self.whole(entries),
            Err(_) => self.fail("$", "a seed file must be an object, or a list of records"),
        }
    }

    /// An object of parts and modules.
    fn whole(&mut self, entries: Vec<(String, &RawValue)>) {
        if let Some((_, form)) = entries.iter().find(|(key, _)| key == EXPORT) {
            if serde_json::from_str::<u64>(form.get()).ok() != Some(FORM) {
                return self.fail(
                    "$.export",
                    format!("must be {FORM}, the form that is known"),
                );
            }
            self.stored = true;
            self.document.exported = true;
        }
        for (key, raw) in entries {
            let path = format!("$.{key}");
            match key.as_str() {
                EXPORT => {}
                "records" => self.modules(raw, &path, |reading, module, raw, path| {
                    let records = reading.records(module, raw, path);
                    reading.document.records.extend(records);
                }),
                part if PARTS.contains(&part) => self.part(part, raw, &path),
                module => {
                    let records = self.records(module, raw, &path);
                    self.document.records.extend(records);
                }
            }
        }
    }

    fn part(&mut self, part: &str, raw: &RawValue, path: &str) {
        match part {
            "fields" => return self.modules(raw, path, Self::fields),
            "deleted" => {
                return self.modules(raw, path, |reading, module, raw, path| {
                    let records = reading.records(module, raw, path);
                    reading.document.deleted.extend(records.map(|mut records| {
                        records.deleted = true;
                        records
                    }));
                });
            }
            "views" | "tags" => {
                let views = part == "views";
                return self.modules(raw, path, |reading, module, raw, path| {
                    let Some(items) = reading.objects(raw, path) else {
                        return;
                    };
                    let list = OfModule {
                        module: module.to_owned(),
                        file: Arc::clone(reading.file),
                        path: path.to_owned(),
                        items,
                    };
                    if views {
                        reading.document.views.push(list);
                    } else {
                        reading.document.tags.push(list);
                    }
                });
            }
            "org" | "oauth" => {
                let Ok(object) = serde_json::from_str::<Map<String, Json>>(raw.get()) else {
                    return self.fail(path, "must be an object");
                };
                if part == "org" {
                    self.document.org.extend(object);
                    self.document.org_file = Some(Arc::clone(self.file));
                } else {
                    let located = self.located(object, path.to_owned());
                    self.document.oauth.push(located);
                }
                return;
            }
            _ => {}
        }
        let Some(items) = self.objects(raw, path) else {
            return;
        };
        match part {
            "users" => self.document.users.extend(items),
            "roles" => self.document.roles.extend(items),
            "profiles" => self.document.profiles.extend(items),
            _ => self.document.modules.extend(items),
        }
    }

    fn located(&self, object: Map<String, Json>, path: String) -> Located {
        Located {
            object,
            file: Arc::clone(self.file),
            path,
            stored: self.stored,
        }
    }

    /// Calls `each` with every module of an object, its value and path.
    fn modules(
        &mut self,
        raw: &RawValue,
        path: &str,
        each: impl Fn(&mut Self, &str, &RawValue, &str),
    ) {
        match serde_json::from_str(raw.get()) {
            Ok(Entries(modules)) => {
                for (module, raw) in modules {
                    each(self, &module, raw, &format!("{path}.{module}"));
                }
            }
            Err(_) => self.fail(path, "must be an object of modules"),
        }
    }

    /// A list of objects.
    fn objects(&mut self, raw: &RawValue, path: &str) -> Option<Vec<Located>> {
        let Ok(items) = serde_json::from_str::<Vec<Json>>(raw.get()) else {
            self.fail(path, "must be a list");
            return None;
        };
        let mut objects = Vec::with_capacity(items.len());
        for (n, item) in items.into_iter().enumerate() {
            let path = format!("{path}[{n}]");
            match item {
                Json::Object(object) => objects.push(self.located(object, path)),
                _ => self.fail(&path, "must be an object"),
            }
        }
        Some(objects)
    }

    fn fields(&mut self, module: &str, raw: &RawValue, path: &str) {
        match serde_json::from_str::<Vec<Map<String, Json>>>(raw.get()) {
            Ok(fields) => {
                for (n, object) in fields.into_iter().enumerate() {
                    let located = self.located(object, format!("{path}[{n}]"));
                    self.document.fields.push((module.to_owned(), located));
                }
            }
            Err(_) => self.fail(path, "must be a list of fields"),
        }
    }

    fn records(&mut self, module: &str, raw: &RawValue, path: &str) -> Option<Records> {
        let (text, list) = (&self.text, raw.get());
        match Records::json(module, self.file, path, text, list) {
            Ok(mut records) => {
                records.stored = self.stored;
                Some(records)
            }
            Err(_) => {
                self.fail(path, format!("the records of {module} must be a list"));
                None
            }
        }
    }
}

/// Whether a text is a seed of several parts, told by their names.
fn is_whole(Entries(entries): &Entries<'_>) -> bool {
    let names = ["records", EXPORT];
    let known = |key: &str| names.contains(&key) || PARTS.contains(&key);
    entries.iter().any(|(key, _)| known(key))
}

/// Keys and raw values of an object, in order.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Entries<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Read)
    }
}
