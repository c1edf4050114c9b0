//! The conditions by which entries are found: JSON, joined by `AND` alone (v7 and v8 pages).

use serde_json::{Map, Value as Json};

use super::common::FILTERS;
use crate::api::call::Call;
use crate::error::{ApiError, Code, place};
use crate::ids::Id;
use crate::store::OrgState;
use crate::store::bin::{BinComparator, BinCondition, BinField, BinOperand};
use crate::value::{fold, time};
use crate::version::ApiVersion;

/// Conditions that one group has at most.
const MOST: usize = 10;

const FIELDS: [(&str, BinField); 5] = [
    ("display_name", BinField::DisplayName),
    ("module", BinField::Module),
    ("deleted_by", BinField::DeletedBy),
    ("deleted_time", BinField::DeletedTime),
    // named by the v7 description alone
    ("owner", BinField::Owner),
];

const COMPARATORS: [(&str, BinComparator); 8] = [
    ("equal", BinComparator::Equal),
    ("not_equal", BinComparator::NotEqual),
    ("contains", BinComparator::Contains),
    ("not_contains", BinComparator::NotContains),
    ("starts_with", BinComparator::StartsWith),
    ("ends_with", BinComparator::EndsWith),
    ("greater_than", BinComparator::GreaterThan),
    ("less_than", BinComparator::LessThan),
];

/// The conditions of the parameter `filters`; none without it.
///
/// # Errors
/// What is wrong with them, with their place and the parameter.
pub(super) fn of_param(call: &Call<'_>, state: &OrgState) -> Result<Vec<BinCondition>, ApiError> {
    let Some(text) = call.get(FILTERS) else {
        return Ok(Vec::new());
    };
    let filters: Json = serde_json::from_str(text).unwrap_or_default();
    let read = FilterReader {
        state,
        version: call.version,
        path: "$",
    };
    let read = read.read(&filters);
    read.map_err(|error| error.with("param_name", FILTERS.name))
}

/// The conditions of the key `filters` of the body.
///
/// # Errors
/// What is wrong with them, with their place.
pub(super) fn of_body(
    call: &Call<'_>,
    state: &OrgState,
    filters: &Json,
) -> Result<Vec<BinCondition>, ApiError> {
    let read = FilterReader {
        state,
        version: call.version,
        path: "$.filters",
    };
    read.read(filters)
}

struct FilterReader<'a> {
    state: &'a OrgState,
    version: ApiVersion,
    path: &'static str,
}

impl FilterReader<'_> {
    fn read(&self, filters: &Json) -> Result<Vec<BinCondition>, ApiError> {
        let Some(object) = filters.as_object() else {
            let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
            // a parameter that is no JSON at all has no place in it
            return Err(match self.path {
                "$" => error,
                path => error.about(self.version, FILTERS.name, path),
            });
        };
        let given = |key: &str| object.get(key).filter(|value| !value.is_null());
        match (given("group"), given("group_operator")) {
            (None, Some(_)) => Err(ApiError::new(Code::BIN_EXPECTED_GROUP)
                .with("dependee", self.place("", "group_operator"))
                .with("expected_fields", vec![self.place("", "group")])),
            (None, None) => Ok(vec![self.condition(object, "")?]),
            (Some(group), operator) => {
                let operator = operator.map_or("AND", |it| it.as_str().unwrap_or_default());
                if !operator.eq_ignore_ascii_case("and") {
                    return Err(self.about(Code::BIN_OPERATOR, "", "group_operator"));
                }
                let group = group.as_array().filter(|group| !group.is_empty());
                let group = group.ok_or_else(|| {
                    self.about(Code::INVALID_DATA, "", "group")
                        .with("expected_data_type", "jsonarray")
                })?;
                if group.len() > MOST {
                    return Err(ApiError::new(Code::BIN_CRITERIA_LIMIT).with("limit", MOST));
                }
                let items = group.iter().enumerate().map(|(n, item)| {
                    let below = format!(".group[{n}]");
                    match item.as_object() {
                        Some(item) => self.condition(item, &below),
                        None => Err(ApiError::new(Code::INVALID_DATA)
                            .with("expected_data_type", "jsonobject")
                            .about(self.version, "group", format_args!("{}{below}", self.path))),
                    }
                });
                items.collect()
            }
        }
    }

    fn path(&self, below: &str, key: &str) -> String {
        format!("{}{below}.{key}", self.path)
    }

    fn place(&self, below: &str, key: &str) -> Json {
        place(self.version, key, self.path(below, key))
    }

    fn about(&self, code: Code, below: &str, key: &str) -> ApiError {
        ApiError::new(code).about(self.version, key, self.path(below, key))
    }

    fn condition(&self, object: &Map<String, Json>, below: &str) -> Result<BinCondition, ApiError> {
        let given = |key: &str| object.get(key).filter(|value| !value.is_null());
        let Some(field) = given("field") else {
            let expected = vec![self.place(below, "field"), self.place(below, "group")];
            return Err(ApiError::new(Code::BIN_EXPECTED_FIELD).with("expected_fields", expected));
        };
        let needed = |key: &str| {
            given(key).ok_or_else(|| {
                self.about(Code::BIN_DEPENDENT_MISSING, below, key)
                    .with("dependee", self.place(below, "field"))
            })
        };
        let name = field.get("api_name").unwrap_or(field).as_str();
        let field = FIELDS.iter().find(|(known, _)| Some(*known) == name);
        let Some((_, field)) = field.copied() else {
            let below = format!("{below}.field");
            return Err(self.about(Code::BIN_FIELD, &below, "api_name"));
        };
        let word = needed("comparator")?.as_str();
        let comparator = COMPARATORS.iter().find(|(known, _)| Some(*known) == word);
        let comparator = comparator.filter(|(_, comparator)| fits(field, *comparator));
        let Some((_, comparator)) = comparator.copied() else {
            return Err(self.about(Code::BIN_COMPARATOR, below, "comparator"));
        };
        let value = needed("value")?;
        let operand = self.operand(field, comparator, value);
        let operand = operand.ok_or_else(|| self.about(Code::INVALID_DATA, below, "value"))?;
        Ok(BinCondition {
            field,
            comparator,
            operand,
        })
    }

    /// A value: a text, or an object that names what it means by its id or name.
    fn operand(
        &self,
        field: BinField,
        comparator: BinComparator,
        value: &Json,
    ) -> Option<BinOperand> {
        let part = |keys: &[&str]| keys.iter().find_map(|key| value.get(*key));
        let text = value
            .as_str()
            .or_else(|| part(&["name", "api_name"])?.as_str());
        let id = part(&["id"]).and_then(Id::from_json);
        Some(match field {
            BinField::DisplayName => BinOperand::Text(fold(value.as_str()?).into()),
            BinField::DeletedTime => BinOperand::Time(time::parse_datetime(value.as_str()?)?),
            BinField::Module => {
                let mut modules = self.state.schema.modules();
                let meant = |m: &&std::sync::Arc<crate::schema::Module>| {
                    id.map_or(Some(m.api_name()) == text, |id| m.id == id)
                };
                BinOperand::Module(modules.find(meant)?.no)
            }
            BinField::DeletedBy | BinField::Owner => match id {
                Some(id) if is_plain(comparator) => BinOperand::User(id),
                _ => BinOperand::Text(fold(text?).into()),
            },
        })
    }
}

fn is_plain(comparator: BinComparator) -> bool {
    matches!(comparator, BinComparator::Equal | BinComparator::NotEqual)
}

/// Whether a field is compared in a way.
fn fits(field: BinField, comparator: BinComparator) -> bool {
    let later = matches!(
        comparator,
        BinComparator::GreaterThan | BinComparator::LessThan
    );
    is_plain(comparator)
        || match field {
            BinField::Module => false,
            BinField::DeletedTime => later,
            BinField::DisplayName | BinField::DeletedBy | BinField::Owner => !later,
        }
}
