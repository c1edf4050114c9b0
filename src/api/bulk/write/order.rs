//! Reading what a bulk write is to do.

use serde_json::{Map, Value as Json};

use super::super::common::{module_name, order as order_of};
use crate::api::call::Call;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::bulk::{Archive, TableFault, check_mappings, head, mandatory};
use crate::schema::Module;
use crate::store::OrgState;
use crate::store::bulk::{BulkOperation, BulkResource, BulkWrite, FieldMapping};
use crate::version::ApiVersion;

/// Resources of a job, and files of a resource (v8 description).
const MOST_RESOURCES: usize = 100;
const MOST_FILES: usize = 10;

/// Reads the body of a bulk write.
///
/// # Errors
/// The first thing that is wrong with it.
pub(super) fn read(call: &Call<'_>) -> Result<BulkWrite, ApiError> {
    let nothing = Map::new();
    let body = Part {
        object: call.body.as_object().unwrap_or(&nothing),
        path: "$".to_owned(),
        version: call.version,
    };
    let order = order_of(call)?;
    let operation = body.needed_text("operation")?;
    let operation = BulkOperation::parse(operation).ok_or_else(|| {
        let words = BulkOperation::ALL.map(BulkOperation::as_str);
        body.invalid("operation")
            .with("supported_values", words.to_vec())
    })?;
    let encoding = body.text("character_encoding")?;
    if encoding.is_some_and(|name| !crate::ops::bulk::is_encoding(name)) {
        return Err(body.about(Code::BULK_FORMAT.into(), "character_encoding"));
    }
    let ignore_empty = body.flag("ignore_empty")?;
    let items = body.needed("resource")?.as_array();
    let items = items.ok_or_else(|| body.of_type("resource", "jsonarray"))?;
    if items.is_empty() || items.len() > MOST_RESOURCES {
        let (key, most) = match items.len() {
            0 => ("minimum_length", 1),
            _ => ("maximum_length", MOST_RESOURCES),
        };
        return Err(body.invalid("resource").with(key, most));
    }
    let state = call.read();
    let mut resources: Vec<BulkResource> = Vec::with_capacity(items.len());
    for (n, item) in items.iter().enumerate() {
        let path = format!("$.resource[{n}]");
        let object = item.as_object();
        let object = object.ok_or_else(|| body.of_type("resource", "jsonobject"))?;
        let reader = ResourceReader {
            call,
            state: &state,
            part: Part {
                object,
                path,
                version: call.version,
            },
            operation,
            encoding,
            ignore_empty,
        };
        let resource = reader.read(&resources)?;
        resources.push(resource);
    }
    for (n, resource) in resources.iter().enumerate() {
        let behind = resources.get(n + 1..).unwrap_or_default();
        mandatory(&state.schema, resource, behind, operation, call.version)?;
    }
    Ok(BulkWrite {
        order,
        operation,
        encoding: encoding.map(str::to_owned),
        ignore_empty,
        resources,
    })
}

/// An object of the body, and where it stands.
struct Part<'j> {
    object: &'j Map<String, Json>,
    path: String,
    version: ApiVersion,
}

impl<'j> Part<'j> {
    fn get(&self, key: &str) -> Option<&'j Json> {
        self.object.get(key).filter(|value| !value.is_null())
    }

    fn about(&self, error: ApiError, key: &str) -> ApiError {
        let path = format!("{}.{key}", self.path);
        error.about(self.version, key, path)
    }

    fn invalid(&self, key: &str) -> ApiError {
        self.about(Code::BULK_KEY_VALUE.into(), key)
    }

    fn of_type(&self, key: &str, expected: &str) -> ApiError {
        self.invalid(key).with("expected_data_type", expected)
    }

    /// # Errors
    /// `MISSING_REQUIRED_KEY` with the path to it.
    fn needed(&self, key: &str) -> Result<&'j Json, ApiError> {
        self.get(key).ok_or_else(|| {
            let error = ApiError::new(Code::BULK_KEY).filled(&[key]);
            error.located(self.version, format_args!("{}.{key}", self.path))
        })
    }

    fn needed_text(&self, key: &str) -> Result<&'j str, ApiError> {
        let text = self.needed(key)?.as_str();
        text.ok_or_else(|| self.of_type(key, "string"))
    }

    fn text(&self, key: &str) -> Result<Option<&'j str>, ApiError> {
        let value = self.get(key).map(Json::as_str);
        let text = value.map(|text| text.ok_or_else(|| self.of_type(key, "string")));
        text.transpose()
    }

    fn flag(&self, key: &str) -> Result<Option<bool>, ApiError> {
        let value = self.get(key).map(Json::as_bool);
        let flag = value.map(|flag| flag.ok_or_else(|| self.of_type(key, "boolean")));
        flag.transpose()
    }

    fn number(&self, key: &str) -> Result<Option<usize>, ApiError> {
        let number = |value: &Json| value.as_u64().and_then(|it| usize::try_from(it).ok());
        let value = self.get(key).map(number);
        let number = value.map(|number| number.ok_or_else(|| self.of_type(key, "integer")));
        number.transpose()
    }
}

/// Reads a resource.
struct ResourceReader<'a, 'c> {
    call: &'a Call<'c>,
    state: &'a OrgState,
    part: Part<'a>,
    operation: BulkOperation,
    encoding: Option<&'a str>,
    ignore_empty: Option<bool>,
}

impl ResourceReader<'_, '_> {
    fn read(&self, earlier: &[BulkResource]) -> Result<BulkResource, ApiError> {
        let part = &self.part;
        if part.needed_text("type")? != "data" {
            return Err(part.invalid("type").with("supported_values", vec!["data"]));
        }
        let module = self.module()?;
        let (file_id, archive, files) = self.files()?;
        let mut columns = usize::MAX;
        let mut first = None;
        let zip = Archive::open(archive.bytes()).map_err(TableFault::from)?;
        for file in &files {
            let head = head(&zip, file, self.encoding)?;
            columns = columns.min(head.len());
            first.get_or_insert(head);
        }
        let mappings = match part.get("field_mappings") {
            Some(given) => self.mappings(given)?,
            // columns that have the names of fields are theirs (v8 description)
            None => by_head(module, first.iter().flatten()),
        };
        let own_ignore_empty = part.flag("ignore_empty")?;
        let resource = BulkResource {
            module: module.no,
            file_id,
            archive,
            files,
            files_named: part.get("file_names").is_some(),
            find_by: part.text("find_by")?.map(Into::into),
            ignore_empty: own_ignore_empty.or(self.ignore_empty).unwrap_or(false),
            own_ignore_empty,
            mappings,
        };
        let schema = &self.state.schema;
        check_mappings(schema, module, &resource, earlier, columns, &part.path)?;
        self.check_find_by(module, &resource)?;
        Ok(resource)
    }

    fn module(&self) -> Result<&Module, ApiError> {
        self.part.needed("module")?;
        let name = module_name(self.part.object, self.part.version);
        let name = name.ok_or_else(|| {
            let expected = if self.part.version.bulk_modules_are_objects() {
                "jsonobject"
            } else {
                "string"
            };
            self.part.of_type("module", expected)
        })?;
        let module = self.state.schema.module_meant(name, self.part.version);
        let module = module.filter(|module| module.has_records(self.part.version));
        let module = module.ok_or_else(|| {
            let error = ApiError::new(Code::BULK_MODULE).filled(&[name]);
            error.with("api_name", name)
        })?;
        let operation = match self.operation {
            BulkOperation::Insert => "CREATE",
            BulkOperation::Update => "UPDATE",
            BulkOperation::Upsert => "WRITE",
        };
        self.call.check_module_scope(module.api_name(), operation)?;
        let rows = module.generated_type() == "subform";
        if rows && self.operation != BulkOperation::Insert {
            // assumed: no page says how rows are found
            return Err(self
                .part
                .invalid("module")
                .with("operation", self.operation.as_str()));
        }
        if !rows && !module.spec.creatable {
            let error = ApiError::new(Code::BULK_MODULE).filled(&[name]);
            return Err(error.with("api_name", name));
        }
        Ok(module)
    }

    /// The upload, and the files in it that are meant.
    fn files(&self) -> Result<(String, crate::store::Blob, Vec<String>), ApiError> {
        let part = &self.part;
        let given = part.needed("file_id")?;
        let named = given
            .as_str()
            .map_or_else(|| given.to_string(), str::to_owned);
        let id = Id::parse(&named);
        let id = id.map_err(|_| part.about(Code::BULK_FILE_ID.into(), "file_id"))?;
        let upload = self.state.jobs.upload(id);
        let upload = upload.ok_or_else(|| part.about(Code::BULK_NO_FILE.into(), "file_id"))?;
        let archive = upload.file.clone();
        let zip = Archive::open(archive.bytes()).map_err(TableFault::from)?;
        let known = |name: &str| zip.files().iter().any(|file| file.name == name);
        let Some(names) = part.get("file_names") else {
            let [only] = zip.files() else {
                return Err(part.about(Code::BULK_FILE.into(), "file_names"));
            };
            return Ok((named, archive, vec![only.name.clone()]));
        };
        let names = names
            .as_array()
            .ok_or_else(|| part.of_type("file_names", "jsonarray"))?;
        let mut files: Vec<String> = Vec::new();
        for name in names {
            let name = name
                .as_str()
                .ok_or_else(|| part.of_type("file_names", "string"))?;
            if !known(name) {
                let error = ApiError::from(Code::BULK_NO_FILE).with("file_name", name);
                return Err(part.about(error, "file_names"));
            }
            if !files.iter().any(|known| known == name) {
                files.push(name.to_owned());
            }
        }
        if files.is_empty() || files.len() > MOST_FILES {
            return Err(part
                .invalid("file_names")
                .with("maximum_length", MOST_FILES));
        }
        Ok((named, archive, files))
    }

    fn mappings(&self, given: &Json) -> Result<Vec<FieldMapping>, ApiError> {
        let part = &self.part;
        let items = given.as_array();
        let items = items.ok_or_else(|| part.of_type("field_mappings", "jsonarray"))?;
        let mut mappings: Vec<FieldMapping> = Vec::with_capacity(items.len());
        for (n, item) in items.iter().enumerate() {
            let object = item.as_object();
            let item = Part {
                object: object.ok_or_else(|| part.of_type("field_mappings", "jsonobject"))?,
                path: format!("{}.field_mappings[{n}]", part.path),
                version: part.version,
            };
            let api_name = item.needed_text("api_name")?;
            if mappings.iter().any(|known| known.api_name == api_name) {
                let error = ApiError::new(Code::DUPLICATE_DATA);
                return Err(item.about(error, "api_name"));
            }
            let default = item.get("default_value");
            if default.is_some_and(|default| !default.is_object()) {
                return Err(item.of_type("default_value", "jsonobject"));
            }
            let module = match item.get("module") {
                Some(Json::Object(module)) => module.get("api_name").and_then(Json::as_str),
                _ => item.text("module")?,
            };
            mappings.push(FieldMapping {
                api_name: api_name.into(),
                index: item.number("index")?,
                format: item.text("format")?.map(str::to_owned),
                find_by: item.text("find_by")?.map(Into::into),
                module: module.map(Into::into),
                parent_column: item.number("parent_column_index")?,
                default: default.cloned(),
            });
        }
        Ok(mappings)
    }

    /// Checks by what records are found that are changed.
    fn check_find_by(&self, module: &Module, resource: &BulkResource) -> Result<(), ApiError> {
        let part = &self.part;
        if self.operation == BulkOperation::Insert {
            return Ok(());
        }
        let Some(by) = resource.find_by.as_deref() else {
            let error = ApiError::new(Code::BULK_OTHER_KEY).filled(&["find_by"]);
            return Err(part.about(error, "find_by"));
        };
        if module.field(by).is_none() {
            let error = ApiError::new(Code::BULK_MAPPING).filled(&[by]);
            return Err(part.about(error, "find_by"));
        }
        let mut mappings = resource.mappings.iter();
        if !mappings.any(|mapping| mapping.api_name == by && mapping.index.is_some()) {
            let missing = format!("index for field {by}");
            let error = ApiError::new(Code::BULK_KEY).filled(&[&missing]);
            return Err(part.about(error, "field_mappings"));
        }
        Ok(())
    }
}

/// A mapping for each column that has the name of a field.
fn by_head<'h>(module: &Module, head: impl Iterator<Item = &'h str>) -> Vec<FieldMapping> {
    let columns = head.enumerate();
    let known = columns.filter(|(_, name)| module.field(name).is_some());
    let mappings = known.map(|(index, name)| FieldMapping {
        api_name: name.into(),
        index: Some(index),
        format: None,
        find_by: None,
        module: None,
        parent_column: None,
        default: None,
    });
    mappings.collect()
}
