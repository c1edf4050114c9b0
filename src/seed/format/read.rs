//! Reading one file of a seed.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::document::{Document, Located, OfFamily, OfModule};
use super::parts::{DELETED, EXPORT, Entries, Items, Part, RECORDS, Whole, is_part};
use super::records::Records;
use super::{is_seed_name, yaml};
use crate::seed::once::{self, named_twice, repeated};
use crate::seed::problem::Problem;
use crate::settings::Family;
use crate::value::blob::BlobId;

/// The form of exports.
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

/// What is wrong with a text that is no JSON.
fn no_json(text: &str, error: &serde_json::Error) -> String {
    if text.trim().is_empty() {
        return "is empty: an object is wanted, or a list of records".to_owned();
    }
    let before = place_of(text, error).and_then(|at| text.get(..at));
    // what has begun with a comma must go on
    let after_comma = before.is_some_and(|text| text.trim_end().ends_with(','));
    let comma = if after_comma {
        "; a comma too many?"
    } else {
        ""
    };
    format!("not valid JSON: {error}{comma}")
}

/// Where an error is found in a text, in bytes.
fn place_of(text: &str, error: &serde_json::Error) -> Option<usize> {
    let above = text
        .split_inclusive('\n')
        .take(error.line().checked_sub(1)?);
    let above: usize = above.map(str::len).sum();
    above.checked_add(error.column())?.checked_sub(1)
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
                Ok(records) => self.table(records),
                Err(reason) => self.fail("$", reason),
            }
            return;
        }
        // YAML is read as JSON of the same meaning
        if extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml") {
            match yaml::read(&self.text) {
                Ok(json) => self.text = json.to_string().into(),
                Err(reason) => return self.fail("$", reason),
            }
        }
        let text = Arc::clone(&self.text);
        let in_fields = name.starts_with("fields/");
        let of_part = in_fields || is_part(stem);
        if text.trim_start().starts_with('[') && !of_part {
            match serde_json::from_str(&text) {
                Ok(items) => self.records(stem, &items, "$", false),
                Err(error) => self.fail("$", no_json(&text, &error)),
            }
            return;
        }
        // a file may be named like a part and yet be a whole seed
        if !in_fields
            && let Ok(whole) = Whole::parse(&text)
            && (!of_part || whole.has_parts())
        {
            return self.whole(whole);
        }
        let raw: &RawValue = match serde_json::from_str(&text) {
            Ok(raw) => raw,
            Err(_) if !extension.is_empty() && !is_seed_name(Path::new(base)) => {
                return self.fail("$", "not a .json, .yaml, .yml or .csv file, and no JSON");
            }
            Err(error) => return self.fail("$", no_json(&text, &error)),
        };
        if in_fields {
            self.fields(stem, raw, "$");
        } else if is_part(stem) {
            self.part(stem, raw, "$");
        } else {
            self.fail("$", "a seed file must be an object, or a list of records");
        }
    }

    /// The records of a CSV file, each column of which must have a name of its own. Those that
    /// spreadsheets leave at the end have none.
    fn table(&mut self, records: Records) {
        let names = records.columns().iter().map(String::as_str);
        let again = repeated(names.filter(|name| !name.is_empty()));
        for name in &again {
            self.fail("row 1", named_twice(name));
        }
        if again.is_empty() {
            self.document.records.push(records);
        }
    }

    /// Tells of the keys that an object has twice.
    fn once<'k>(&mut self, keys: impl IntoIterator<Item = &'k String>, path: &str) {
        for key in repeated(keys.into_iter().map(String::as_str)) {
            self.fail(&format!("{path}.{key}"), named_twice(key));
        }
    }

    /// An object of parts and modules.
    fn whole(&mut self, Whole(parts): Whole<'_>) {
        let export = parts.iter().find(|(key, _)| key == EXPORT);
        if let Some((_, Part::Other(form))) = export {
            if serde_json::from_str::<u64>(form.get()).ok() != Some(FORM) {
                return self.fail(
                    "$.export",
                    format!("must be {FORM}, the form that is known"),
                );
            }
            self.stored = true;
            self.document.exported = true;
        }
        self.once(parts.iter().map(|(key, _)| key), "$");
        for (key, part) in parts {
            let path = format!("$.{key}");
            match part {
                Part::Records(items) => self.records(&key, &items, &path, false),
                Part::Modules(Entries(modules)) => {
                    self.once(modules.iter().map(|(module, _)| module), &path);
                    for (module, items) in modules {
                        let path = format!("{path}.{module}");
                        self.records(&module, &items, &path, key == DELETED);
                    }
                }
                Part::Other(raw) => match key.as_str() {
                    EXPORT => {}
                    RECORDS => self.modules(raw, &path, |reading, module, raw, path| {
                        reading.raw_records(module, raw, path, false);
                    }),
                    part if is_part(part) => self.part(part, raw, &path),
                    module => self.raw_records(module, raw, &path, false),
                },
            }
        }
    }

    fn part(&mut self, part: &str, raw: &RawValue, path: &str) {
        if let Some(family) = crate::settings::family(part) {
            return self.settings(family, raw, path);
        }
        match part {
            "fields" => return self.modules(raw, path, Self::fields),
            DELETED => {
                return self.modules(raw, path, |reading, module, raw, path| {
                    reading.raw_records(module, raw, path, true);
                });
            }
            "views" => {
                return self.modules(raw, path, |reading, module, raw, path| {
                    let Some(items) = reading.objects(raw, path) else {
                        return;
                    };
                    reading.document.views.push(OfModule {
                        module: module.to_owned(),
                        file: Arc::clone(reading.file),
                        path: path.to_owned(),
                        items,
                    });
                });
            }
            "org" | "oauth" | "org_photo" | "blobs" => {
                return match object(raw) {
                    Ok(object) => self.object_part(part, object, path),
                    Err(reason) => self.fail(path, reason),
                };
            }
            _ => {}
        }
        let Some(items) = self.objects(raw, path) else {
            return;
        };
        match part {
            "users" => self.document.users.extend(items),
            "timeline" => self.document.timeline.extend(items),
            "files" => self.document.files.extend(items),
            _ => self.document.modules.extend(items),
        }
    }

    /// A part that is one object.
    fn object_part(&mut self, part: &str, object: Map<String, Json>, path: &str) {
        match part {
            "org" => {
                self.document.org.extend(object);
                self.document.org_file = Some(Arc::clone(self.file));
            }
            "blobs" => self.blobs(&object, path),
            _ => {
                let located = self.located(object, path.to_owned());
                match part {
                    "org_photo" => self.document.org_photo = Some(located),
                    _ => self.document.oauth.push(located),
                }
            }
        }
    }

    /// Bytes by their digest, in Base64.
    fn blobs(&mut self, object: &Map<String, Json>, path: &str) {
        for (digest, text) in object {
            let bytes = text.as_str().and_then(|text| BASE64.decode(text).ok());
            match (BlobId::parse(digest), bytes) {
                (Some(id), Some(bytes)) if BlobId::of(&bytes) == id => {
                    self.document.bytes.insert(id, bytes.into());
                }
                (Some(_), Some(_)) => {
                    self.fail(
                        &format!("{path}.{digest}"),
                        "is not the SHA-256 of the bytes",
                    );
                }
                (None, _) => self.fail(&format!("{path}.{digest}"), "must be a SHA-256"),
                (_, None) => self.fail(&format!("{path}.{digest}"), "must be Base64"),
            }
        }
    }

    /// The settings of a family: a list, one by module, or the one object that there can be.
    fn settings(&mut self, family: &'static Family, raw: &RawValue, path: &str) {
        if family.by_module {
            return self.modules(raw, path, |reading, module, raw, path| {
                reading.settings_of(family, Some(module), raw, path);
            });
        }
        if !family.is_single() || !raw.get().starts_with('{') {
            return self.settings_of(family, None, raw, path);
        }
        match object(raw) {
            Ok(object) => {
                let items = vec![self.located(object, path.to_owned())];
                self.add_settings(family, None, items, path);
            }
            Err(reason) => self.fail(path, reason),
        }
    }

    fn settings_of(
        &mut self,
        family: &'static Family,
        module: Option<&str>,
        raw: &RawValue,
        path: &str,
    ) {
        if let Some(items) = self.objects(raw, path) {
            self.add_settings(family, module, items, path);
        }
    }

    fn add_settings(
        &mut self,
        family: &'static Family,
        module: Option<&str>,
        items: Vec<Located>,
        path: &str,
    ) {
        self.document.settings.push(OfFamily {
            family,
            module: module.map(str::to_owned),
            file: Arc::clone(self.file),
            path: path.to_owned(),
            items,
        });
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
                self.once(modules.iter().map(|(module, _)| module), path);
                for (module, raw) in modules {
                    each(self, &module, raw, &format!("{path}.{module}"));
                }
            }
            Err(_) => self.fail(path, "must be an object of modules"),
        }
    }

    /// A list of objects.
    fn objects(&mut self, raw: &RawValue, path: &str) -> Option<Vec<Located>> {
        let Ok(Items(items)) = serde_json::from_str(raw.get()) else {
            self.fail(path, "must be a list");
            return None;
        };
        let mut objects = Vec::with_capacity(items.len());
        for (n, item) in items.into_iter().enumerate() {
            let path = format!("{path}[{n}]");
            match object(item) {
                Ok(object) => objects.push(self.located(object, path)),
                Err(reason) => self.fail(&path, reason),
            }
        }
        Some(objects)
    }

    fn fields(&mut self, module: &str, raw: &RawValue, path: &str) {
        let Ok(Items(_)) = serde_json::from_str(raw.get()) else {
            return self.fail(path, "must be a list of fields");
        };
        for field in self.objects(raw, path).into_iter().flatten() {
            self.document.fields.push((module.to_owned(), field));
        }
    }

    fn raw_records(&mut self, module: &str, raw: &RawValue, path: &str, deleted: bool) {
        match serde_json::from_str(raw.get()) {
            Ok(items) => self.records(module, &items, path, deleted),
            Err(_) => self.fail(path, format!("the records of {module} must be a list")),
        }
    }

    fn records(&mut self, module: &str, items: &Items<'_>, path: &str, deleted: bool) {
        let mut records = Records::json(module, self.file, path, &self.text, items);
        (records.stored, records.deleted) = (self.stored, deleted);
        if deleted {
            self.document.deleted.push(records);
        } else {
            self.document.records.push(records);
        }
    }
}

/// Reads an object; if that cannot be, why.
fn object(raw: &RawValue) -> Result<Map<String, Json>, String> {
    match once::read(raw.get()) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err("must be an object".into()),
        Err(error) => Err(format!("cannot be read: {error}")),
    }
}
