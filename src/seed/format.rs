//! Reading seeds: folders, JSON, YAML and CSV files, and the seeds in the binary.
//!
//! Records are not parsed here, only found: a file of a million records is held as its text and
//! a list of places.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::{Problem, embedded};

/// An object of a seed with the place it came from.
#[derive(Clone, Debug)]
pub struct Located {
    /// The object.
    pub object: Map<String, Json>,
    /// Its file.
    pub file: Arc<str>,
    /// Its path in the file.
    pub path: String,
}

/// The records that one file holds of one module.
#[derive(Clone, Debug)]
pub struct Records {
    /// The module's API name.
    pub module: String,
    /// The file.
    pub file: Arc<str>,
    /// The path of the list in the file (`$` or `$.Leads`).
    pub path: String,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    /// A text, and where in it each record stands.
    Json(Arc<str>, Vec<(usize, usize)>),
    /// Column names, the text, and how many rows it has.
    Csv {
        columns: Vec<String>,
        text: Arc<str>,
        rows: usize,
    },
}

/// A record as found: JSON as it stands, or texts still to be typed by their fields.
#[derive(Clone, Debug)]
pub enum Found {
    /// An object.
    Json(Map<String, Json>),
    /// Texts by column; empty cells are left out.
    Cells(Vec<(String, String)>),
}

impl Records {
    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Json(_, places) => places.len(),
            Content::Csv { rows, .. } => *rows,
        }
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The records, one after another; for one that is no object, why.
    #[must_use]
    pub fn iter(&self) -> Box<dyn Iterator<Item = Result<Found, String>> + '_> {
        match &self.content {
            Content::Json(text, places) => Box::new(places.iter().map(|(from, to)| {
                serde_json::from_str(&text[*from..*to])
                    .map(Found::Json)
                    .map_err(|_| "a record must be an object".into())
            })),
            Content::Csv { columns, text, .. } => {
                let rows = csv_reader(text).into_records();
                Box::new(rows.map(|row| {
                    let row = row.map_err(|e| format!("not valid CSV: {e}"))?;
                    let named = columns
                        .iter()
                        .zip(&row)
                        .filter(|(_, cell)| !cell.is_empty());
                    Ok(Found::Cells(
                        named
                            .map(|(name, cell)| (name.clone(), cell.to_owned()))
                            .collect(),
                    ))
                }))
            }
        }
    }

    /// What each record says its id is; for one that is no object, why.
    #[must_use]
    pub fn ids(&self) -> Box<dyn Iterator<Item = Result<Option<Json>, String>> + '_> {
        #[derive(Deserialize)]
        struct OnlyId {
            id: Option<Json>,
        }
        match &self.content {
            Content::Json(text, places) => Box::new(places.iter().map(|(from, to)| {
                serde_json::from_str(&text[*from..*to])
                    .map(|OnlyId { id }| id)
                    .map_err(|_| "a record must be an object".into())
            })),
            Content::Csv { columns, .. } if !columns.iter().any(|name| name == "id") => {
                Box::new(std::iter::repeat_n(Ok(None), self.len()))
            }
            Content::Csv { .. } => Box::new(self.iter().map(|found| match found? {
                Found::Cells(cells) => {
                    let id = cells.into_iter().find(|(name, _)| name == "id");
                    Ok(id.map(|(_, id)| Json::String(id)))
                }
                Found::Json(mut object) => Ok(object.shift_remove("id")),
            })),
        }
    }

    /// The path of a record in its file.
    #[must_use]
    pub fn path_of(&self, index: usize) -> String {
        match self.content {
            Content::Json(..) => format!("{}[{index}]", self.path),
            // the header is row 1
            Content::Csv { .. } => format!("row {}", index + 2),
        }
    }
}

/// Everything that the given seeds say, one after another.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Keys of the org, later ones winning.
    pub org: Map<String, Json>,
    /// Where the org's keys came from, last.
    pub org_file: Option<Arc<str>>,
    /// Users.
    pub users: Vec<Located>,
    /// Roles.
    pub roles: Vec<Located>,
    /// Profiles.
    pub profiles: Vec<Located>,
    /// Custom modules, and changes to standard ones.
    pub modules: Vec<Located>,
    /// Fields by module: custom ones, and changes to standard ones.
    pub fields: Vec<(String, Located)>,
    /// Clients and tokens.
    pub oauth: Vec<Located>,
    /// Records.
    pub records: Vec<Records>,
}

/// The parts of a seed that are not records, by the key or file name they have.
const PARTS: [&str; 7] = [
    "org", "users", "roles", "profiles", "modules", "fields", "oauth",
];

impl Document {
    /// Adds a seed: the name of one in the binary, or a path.
    pub fn add(&mut self, source: &str, problems: &mut Vec<Problem>) {
        if let Some(files) = embedded::find(source) {
            for (name, text) in files {
                self.add_file(
                    name,
                    &Arc::from(format!("{source}/{name}")),
                    Arc::from(*text),
                    problems,
                );
            }
            return;
        }
        let path = Path::new(source);
        if path.is_dir() {
            self.add_folder(path, problems);
        } else if path.is_file() {
            self.read(path, problems);
        } else {
            let reason = super::unknown("seed", source, embedded::names());
            problems.push(Problem {
                file: source.to_owned(),
                path: "$".into(),
                reason: format!("no such file or folder, and {reason}"),
            });
        }
    }

    fn add_folder(&mut self, folder: &Path, problems: &mut Vec<Problem>) {
        let mut files = Vec::new();
        for place in [
            folder.to_path_buf(),
            folder.join("records"),
            folder.join("fields"),
        ] {
            let Ok(entries) = std::fs::read_dir(&place) else {
                continue;
            };
            let mut here: Vec<_> = entries
                .filter_map(Result::ok)
                .map(|e| e.path())
                .filter(|p| p.is_file())
                .collect();
            here.sort();
            files.extend(here.into_iter().filter(|p| known_extension(p)));
        }
        if files.is_empty() {
            problems.push(Problem {
                file: folder.display().to_string(),
                path: "$".into(),
                reason: "the folder holds no JSON, YAML or CSV file".into(),
            });
        }
        for file in files {
            self.read(&file, problems);
        }
    }

    fn read(&mut self, path: &Path, problems: &mut Vec<Problem>) {
        let file: Arc<str> = path.display().to_string().into();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default()
            .to_owned();
        let in_fields = path
            .parent()
            .and_then(Path::file_name)
            .is_some_and(|parent| parent == "fields");
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let name = if in_fields {
                    format!("fields/{name}")
                } else {
                    name
                };
                self.add_file(&name, &file, text.into(), problems);
            }
            Err(error) => problems.push(Problem {
                file: file.to_string(),
                path: "$".into(),
                reason: format!("cannot be read: {error}"),
            }),
        }
    }

    /// Adds a file by its name (`org.json`, `records/Leads.json`, `Leads.csv`, `anything.yaml`)
    /// and text.
    pub fn add_file(
        &mut self,
        name: &str,
        file: &Arc<str>,
        text: Arc<str>,
        problems: &mut Vec<Problem>,
    ) {
        let base = name.rsplit('/').next().unwrap_or(name);
        let (stem, extension) = base.rsplit_once('.').unwrap_or((base, ""));
        let fail = |reason: String| Problem {
            file: file.to_string(),
            path: "$".into(),
            reason,
        };
        if extension.eq_ignore_ascii_case("csv") {
            match read_csv(&text) {
                Ok(content) => self.records.push(Records {
                    module: stem.to_owned(),
                    file: Arc::clone(file),
                    path: "$".into(),
                    content,
                }),
                Err(reason) => problems.push(fail(reason)),
            }
            return;
        }
        // YAML is read as JSON of the same meaning
        let text =
            if extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml") {
                match serde_norway::from_str::<Json>(&text) {
                    Ok(json) => json.to_string().into(),
                    Err(error) => return problems.push(fail(format!("not valid YAML: {error}"))),
                }
            } else {
                text
            };
        let raw: &RawValue = match serde_json::from_str(&text) {
            Ok(raw) => raw,
            Err(error) => return problems.push(fail(format!("not valid JSON: {error}"))),
        };
        if name.starts_with("fields/") {
            return self.fields_of(stem, raw, "$", file, problems);
        }
        // a file may be named like a part and yet be a whole seed
        if PARTS.contains(&stem) && !is_whole(raw) {
            return self.part(stem, raw, "$", file, problems);
        }
        if raw.get().trim_start().starts_with('[') {
            return self.records_of(stem, raw, "$", file, &text, problems);
        }
        let Ok(Entries(entries)) = serde_json::from_str(raw.get()) else {
            return problems.push(fail(
                "a seed file must be an object, or a list of records".into(),
            ));
        };
        for (key, raw) in entries {
            let path = format!("$.{key}");
            match key.as_str() {
                "records" => match serde_json::from_str(raw.get()) {
                    Ok(Entries(modules)) => {
                        for (module, raw) in modules {
                            let path = format!("{path}.{module}");
                            self.records_of(&module, raw, &path, file, &text, problems);
                        }
                    }
                    Err(_) => problems.push(Problem {
                        file: file.to_string(),
                        path,
                        reason: "must be an object of modules".into(),
                    }),
                },
                part if PARTS.contains(&part) => self.part(part, raw, &path, file, problems),
                module => self.records_of(module, raw, &path, file, &text, problems),
            }
        }
    }

    fn part(
        &mut self,
        part: &str,
        raw: &RawValue,
        path: &str,
        file: &Arc<str>,
        problems: &mut Vec<Problem>,
    ) {
        let mut fail = |path: &str, reason: &str| {
            problems.push(Problem {
                file: file.to_string(),
                path: path.to_owned(),
                reason: reason.to_owned(),
            });
        };
        let Ok(value) = serde_json::from_str::<Json>(raw.get()) else {
            return fail(path, "not valid JSON");
        };
        let located = |object: Map<String, Json>, path: String| Located {
            object,
            file: Arc::clone(file),
            path,
        };
        match (part, value) {
            ("org", Json::Object(org)) => {
                self.org.extend(org);
                self.org_file = Some(Arc::clone(file));
            }
            ("oauth", Json::Object(oauth)) => self.oauth.push(located(oauth, path.to_owned())),
            ("fields", Json::Object(modules)) => {
                for (module, fields) in modules {
                    let path = format!("{path}.{module}");
                    match serde_json::value::to_raw_value(&fields) {
                        Ok(raw) => self.fields_of(&module, &raw, &path, file, problems),
                        Err(_) => return,
                    }
                }
            }
            ("org" | "oauth" | "fields", _) => fail(path, "must be an object"),
            (_, Json::Array(items)) => {
                for (n, item) in items.into_iter().enumerate() {
                    let path = format!("{path}[{n}]");
                    let Json::Object(object) = item else {
                        fail(&path, "must be an object");
                        continue;
                    };
                    let object = located(object, path);
                    match part {
                        "users" => self.users.push(object),
                        "roles" => self.roles.push(object),
                        "profiles" => self.profiles.push(object),
                        _ => self.modules.push(object),
                    }
                }
            }
            _ => fail(path, "must be a list"),
        }
    }

    fn fields_of(
        &mut self,
        module: &str,
        raw: &RawValue,
        path: &str,
        file: &Arc<str>,
        problems: &mut Vec<Problem>,
    ) {
        match serde_json::from_str::<Vec<Map<String, Json>>>(raw.get()) {
            Ok(fields) => self
                .fields
                .extend(fields.into_iter().enumerate().map(|(n, object)| {
                    (
                        module.to_owned(),
                        Located {
                            object,
                            file: Arc::clone(file),
                            path: format!("{path}[{n}]"),
                        },
                    )
                })),
            Err(_) => problems.push(Problem {
                file: file.to_string(),
                path: path.to_owned(),
                reason: "must be a list of fields".into(),
            }),
        }
    }

    fn records_of(
        &mut self,
        module: &str,
        raw: &RawValue,
        path: &str,
        file: &Arc<str>,
        text: &Arc<str>,
        problems: &mut Vec<Problem>,
    ) {
        let start = text.as_ptr().addr();
        let Ok(Items(items)) = serde_json::from_str(raw.get()) else {
            return problems.push(Problem {
                file: file.to_string(),
                path: path.to_owned(),
                reason: format!("the records of {module} must be a list"),
            });
        };
        let places = items.iter().map(|item| {
            let from = item.get().as_ptr().addr() - start;
            (from, from + item.get().len())
        });
        self.records.push(Records {
            module: module.to_owned(),
            file: Arc::clone(file),
            path: path.to_owned(),
            content: Content::Json(Arc::clone(text), places.collect()),
        });
    }

    /// Patches by module: what `modules` and `fields` say, merged.
    #[must_use]
    pub fn patches(&self) -> BTreeMap<String, Map<String, Json>> {
        let mut patches: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
        for module in &self.modules {
            if let Some(name) = module.object.get("api_name").and_then(Json::as_str) {
                let mut merged = Json::Object(patches.remove(name).unwrap_or_default());
                crate::schema::builtin::merge_module(&mut merged, &module.object);
                if let Json::Object(merged) = merged {
                    patches.insert(name.to_owned(), merged);
                }
            }
        }
        for (module, field) in &self.fields {
            let patch = patches.entry(module.clone()).or_default();
            let fields = patch
                .entry("fields")
                .or_insert_with(|| Json::Array(Vec::new()));
            if let Json::Array(fields) = fields {
                fields.push(Json::Object(field.object.clone()));
            }
        }
        patches
    }
}

/// Whether a text is a seed of several parts, told by their names.
fn is_whole(raw: &RawValue) -> bool {
    let entries = serde_json::from_str::<Entries<'_>>(raw.get());
    entries.is_ok_and(|Entries(entries)| {
        entries
            .iter()
            .any(|(key, _)| key == "records" || PARTS.contains(&key.as_str()))
    })
}

fn known_extension(path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    ["json", "yaml", "yml", "csv"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

fn csv_reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .trim(csv::Trim::Headers)
        .from_reader(text.as_bytes())
}

fn read_csv(text: &Arc<str>) -> Result<Content, String> {
    let invalid = |error: csv::Error| format!("not valid CSV: {error}");
    let mut reader = csv_reader(text);
    let columns = reader.headers().map_err(invalid)?;
    let columns = columns
        .iter()
        .map(|c| c.trim_start_matches('\u{feff}').to_owned())
        .collect();
    let (mut row, mut rows) = (csv::StringRecord::new(), 0);
    while reader.read_record(&mut row).map_err(invalid)? {
        rows += 1;
    }
    Ok(Content::Csv {
        columns,
        text: Arc::clone(text),
        rows,
    })
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

/// Raw values of an array.
struct Items<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(Read)
    }
}
