//! `notification_condition`: the fields that a change has to be about.

use serde_json::{Map, Value as Json};

use crate::api::spot::Spot;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::Module;
use crate::settings::channel::{CONDITIONS, FieldSelection};
use crate::store::OrgState;

/// The fields that all of a condition may name (pages of v6 to v8).
const MOST_FIELDS: usize = 10;
/// The parts of a group (page of v7).
const MOST_PARTS: usize = 2;
/// The one type of conditions.
const FIELD_SELECTION: &str = "field_selection";

/// A condition, and the module that it is about.
pub(super) type ModuleCondition = (Id, FieldSelection);

/// Reads conditions; errors are told in the words of the v8 description.
pub(super) struct ConditionReader<'a> {
    pub(super) state: &'a OrgState,
    pub(super) spot: Spot,
}

/// A condition while it is read.
struct Selecting<'m> {
    module: &'m Module,
    /// The fields that were named so far.
    fields: usize,
}

impl ConditionReader<'_> {
    fn invalid(&self, path: &str) -> ApiError {
        self.spot.about(Code::INVALID_DATA, path)
    }

    fn of_type(&self, path: &str, expected: &str) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        self.spot.about(error, path)
    }

    fn missing(&self, path: &str) -> ApiError {
        self.spot.about(Code::MANDATORY_NOT_FOUND, path)
    }

    /// Reads the array.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(&self, given: &Json) -> Result<Vec<ModuleCondition>, ApiError> {
        let given = given.as_array().ok_or_else(|| self.invalid(CONDITIONS))?;
        let each = given.iter().enumerate();
        each.map(|(n, one)| self.condition(one, &format!("{CONDITIONS}[{n}]")))
            .collect()
    }

    fn condition(&self, given: &Json, path: &str) -> Result<ModuleCondition, ApiError> {
        let given = given.as_object();
        let given = given.ok_or_else(|| self.of_type(path, "jsonobject"))?;
        let at = |key: &str| format!("{path}.{key}");
        match given.get("type") {
            None | Some(Json::Null) => return Err(self.missing(&at("type"))),
            Some(Json::String(kind)) if kind == FIELD_SELECTION => {}
            Some(Json::String(_)) => {
                let error = ApiError::new(Code::INVALID_DATA);
                let error = error.with("supported_values", vec![FIELD_SELECTION]);
                return Err(self.spot.about(error, &at("type")));
            }
            Some(_) => return Err(self.of_type(&at("type"), "text")),
        }
        let module = self.module(given, &at("module"))?;
        let Some(selection) = given.get(FIELD_SELECTION).filter(|it| !it.is_null()) else {
            let error = ApiError::new(Code::CONDITION_INCOMPLETE);
            let error = self.spot.about(error, &at(FIELD_SELECTION));
            return Err(error.with("dependee", self.spot.place(&at("type"))));
        };
        let mut selecting = Selecting { module, fields: 0 };
        let path = at(FIELD_SELECTION);
        let selection = self.selection(selection, &path, &mut selecting)?;
        if selecting.fields > MOST_FIELDS {
            let error = ApiError::new(Code::INVALID_DATA).with("maximum_length", MOST_FIELDS);
            return Err(self.spot.about(error, &path));
        }
        Ok((module.id, selection))
    }

    fn module(&self, given: &Map<String, Json>, path: &str) -> Result<&Module, ApiError> {
        let at = |key: &str| format!("{path}.{key}");
        let module = match given.get("module") {
            None | Some(Json::Null) => return Err(self.missing(path)),
            Some(module) => module.as_object(),
        };
        let module = module.ok_or_else(|| self.of_type(path, "jsonobject"))?;
        let text = |key: &str| match module.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(self.of_type(&at(key), "string")),
        };
        let (name, id) = (text("api_name")?, text("id")?);
        let modules = || self.state.schema.modules().map(|module| &**module);
        let named = name.map(|name| modules().find(|module| module.api_name() == name));
        let known = id.map(|id| modules().find(|module| module.id.to_string() == id));
        match (named, known) {
            (None, None) => {
                let places = ["api_name", "id"].map(|key| self.spot.place(&at(key)));
                Err(ApiError::new(Code::CONDITION_MODULE_MISSING)
                    .with("expected_fields", places.to_vec()))
            }
            (Some(None), _) => Err(self.invalid(&at("api_name"))),
            (_, Some(None)) => Err(self.invalid(&at("id"))),
            (Some(Some(one)), Some(Some(other))) if one.id != other.id => {
                let places = ["api_name", "id"].map(|key| self.spot.place(&at(key)));
                Err(ApiError::new(Code::CONDITION_MODULE_AMBIGUOUS)
                    .with("ambiguity_due_to", places.to_vec()))
            }
            (Some(Some(module)), _) | (None, Some(Some(module))) => Ok(module),
        }
    }

    /// A field, or a group of fields and groups.
    fn selection(
        &self,
        given: &Json,
        path: &str,
        selecting: &mut Selecting<'_>,
    ) -> Result<FieldSelection, ApiError> {
        let given = given.as_object();
        let given = given.ok_or_else(|| self.of_type(path, "jsonobject"))?;
        let at = |key: &str| format!("{path}.{key}");
        let known = |key: &str| given.get(key).filter(|value| !value.is_null());
        if let Some(field) = known("field") {
            selecting.fields += 1;
            return self.field(field, &at("field"), selecting.module);
        }
        let operator = known("group_operator");
        let Some(group) = known("group") else {
            return Err(self.missing(&at("field")));
        };
        let operator = operator.ok_or_else(|| self.missing(&at("group_operator")))?;
        let operator = operator.as_str();
        let operator = operator.ok_or_else(|| self.of_type(&at("group_operator"), "text"))?;
        if !["or", "and"].contains(&operator) {
            let error = ApiError::new(Code::INVALID_DATA);
            let error = error.with("supported_values", vec!["or", "and"]);
            return Err(self.spot.about(error, &at("group_operator")));
        }
        let path = at("group");
        let items = group.as_array();
        let items = items.ok_or_else(|| self.of_type(&path, "jsonarray"))?;
        let limit = match items.len() {
            0 => Some(("minimum_length", 1)),
            1..=MOST_PARTS => None,
            _ => Some(("maximum_length", MOST_PARTS)),
        };
        if let Some((detail, length)) = limit {
            let error = ApiError::new(Code::INVALID_DATA).with(detail, length);
            return Err(self.spot.about(error, &path));
        }
        let items = items.iter().enumerate();
        let items = items.map(|(n, item)| self.selection(item, &format!("{path}[{n}]"), selecting));
        Ok(FieldSelection::Group {
            and: operator == "and",
            items: items.collect::<Result<_, _>>()?,
        })
    }

    fn field(&self, given: &Json, path: &str, module: &Module) -> Result<FieldSelection, ApiError> {
        let given = given.as_object();
        let given = given.ok_or_else(|| self.of_type(path, "jsonobject"))?;
        let at = |key: &str| format!("{path}.{key}");
        let name = match given.get("api_name").filter(|name| !name.is_null()) {
            Some(name) => {
                let name = name.as_str();
                Some(name.ok_or_else(|| self.of_type(&at("api_name"), "string"))?)
            }
            None => None,
        };
        let field = match (name, given.get("id").filter(|id| !id.is_null())) {
            (None, None) => return Err(self.missing(&at("api_name"))),
            (Some(name), _) => module
                .field(name)
                .ok_or_else(|| self.invalid(&at("api_name"))),
            (None, Some(id)) => {
                let id = Id::from_json(id);
                let field = module.fields.iter().find(|field| Some(field.id) == id);
                field.ok_or_else(|| self.invalid(&at("id")))
            }
        }?;
        Ok(FieldSelection::Field(field.api_name().into()))
    }
}
