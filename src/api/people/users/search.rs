//! `/crm/{version}/Users/search`: users by criteria, e-mail address, phone number or word, like the
//! records of a module.
//!
//! The pages of v2 and v7 list users among the modules that can be searched. Clients of both spell
//! the module in small letters, name the keys that `/users` shows, and read the answer under
//! `users`.

use serde_json::{Value as Json, json};

use super::{ROOT, body, of_type};
use crate::api::call::Call;
use crate::api::paging::{Page, PageInfo};
use crate::api::param;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::criteria::{self, CriteriaCondition, CriteriaNode};
use crate::response::Response;
use crate::store::User;
use crate::value::{contains_folded, equals_folded, fold, starts_with_folded, time};

/// Users that can be reached.
const MOST_HITS: usize = 2000;
/// Values that `in` takes.
const MOST_VALUES: usize = 100;

/// What the values of a key are compared as.
#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Text,
    Flag,
    Reference,
    Moment,
}

impl Sort {
    /// Of a key that can be searched.
    fn of(call: &Call<'_>, key: &str) -> Option<Self> {
        if !body::shows(key, call.version) {
            return None;
        }
        Some(match key {
            "id" | "role" | "profile" | "created_by" | "Modified_By" => Self::Reference,
            "created_time" | "Modified_Time" => Self::Moment,
            "confirm" | "Isonline" | "microsoft" | "sandboxDeveloper" | "personal_account" => {
                Self::Flag
            }
            "theme" | "customize_info" | "territories" | "offset" | "Reporting_To" => return None,
            key if key.contains("hift") => return None,
            _ => Self::Text,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Flag => "boolean",
            Self::Reference => "bigint",
            Self::Moment => "datetime",
        }
    }

    /// Whether values can be compared by an operator (the table of Zoho's page on search).
    fn takes(self, operator: &str) -> bool {
        match operator {
            "equals" | "not_equal" => true,
            "starts_with" => self == Self::Text,
            "in" => self != Self::Flag,
            "greater_than" | "greater_equal" | "less_than" | "less_equal" | "between" => {
                self == Self::Moment
            }
            _ => false,
        }
    }

    /// Whether a value can be one of these.
    fn fits(self, value: &str) -> bool {
        match self {
            Self::Text => !value.trim().is_empty(),
            Self::Flag => matches!(value, "true" | "false"),
            // by its name, too, as the lookups of records
            Self::Reference => !value.trim().is_empty(),
            Self::Moment => time::parse_datetime(value).is_some(),
        }
    }
}

/// A condition that has been checked.
struct Condition {
    key: String,
    sort: Sort,
    operator: String,
    values: Vec<String>,
    /// Whether a text has to be equal as a whole.
    exact: bool,
}

/// What users are looked for by.
enum Wanted {
    All(Vec<Wanted>),
    Any(Vec<Wanted>),
    One(Condition),
    /// Whoever has such an address: a part of it in v8.
    Email(String, bool),
    Phone(String),
    Word(String),
}

pub(super) fn search(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let wanted = wanted(call)?;
    let page = Page::plain(call)?;
    if page.skip.saturating_add(page.per_page) > MOST_HITS {
        return Err(ApiError::new(Code::LIMIT_REACHED).with("limit", MOST_HITS.to_string()));
    }
    let show = |user: &&User| body::user(&state, user, call.version, call.now);
    let users = of_type(call, &state)?;
    let shown = users.iter().map(show);
    let found = shown.filter(|user| wanted.as_ref().is_none_or(|wanted| wanted.is_met(user)));
    let mut found: Vec<Json> = found.skip(page.skip).take(page.wanted()).collect();
    let more = page.cut(&mut found);
    if found.is_empty() {
        return Ok(Response::no_content());
    }
    let info = PageInfo {
        page: &page,
        count: found.len(),
        more,
        last: None,
        sort_by: "id",
        sort_order: "asc",
    };
    if let Some(fields) = call.get(param::FIELDS) {
        let fields: Vec<&str> = fields.split(',').map(str::trim).collect();
        for user in found.iter_mut().filter_map(Json::as_object_mut) {
            user.retain(|key, _| key == "id" || fields.contains(&key.as_str()));
        }
    }
    let mut answer = json!({"info": info.plain()});
    answer[ROOT] = Json::Array(found);
    Ok(Response::json(200, answer))
}

/// What the parameters ask for; the first of them counts. A `type` alone asks for whoever is of it
/// (assumed).
///
/// # Errors
/// Those of the parameter that counts, and that of a call without any.
fn wanted(call: &Call<'_>) -> Result<Option<Wanted>, ApiError> {
    const LEAST_DIGITS: usize = 3;
    const LEAST_LETTERS: usize = 2;
    if let Some(text) = call.get(param::CRITERIA) {
        let node = criteria::parse(text)?;
        let single = matches!(node, CriteriaNode::Condition(_));
        let exact = single && call.version.single_equals_is_exact();
        return checked(call, &node, exact).map(Some);
    }
    if let Some(text) = call.get(param::EMAIL) {
        return Ok(Some(Wanted::Email(fold(text), call.version.search_sorts())));
    }
    if let Some(text) = call.get(param::PHONE) {
        let digits = digits(text);
        if digits.len() < LEAST_DIGITS {
            return Err(ApiError::new(Code::PHONE_TOO_SHORT).with("param_name", "phone"));
        }
        return Ok(Some(Wanted::Phone(digits)));
    }
    if let Some(text) = call.get(param::WORD).map(str::trim) {
        if text.chars().count() < LEAST_LETTERS {
            return Err(ApiError::new(Code::WORD_TOO_SHORT).with("param_name", "word"));
        }
        return Ok(Some(Wanted::Word(fold(text))));
    }
    if call.get(super::SEARCH_TYPE).is_some() {
        return Ok(None);
    }
    let names: Vec<&str> = param::SEARCHES.iter().map(|by| by.name).collect();
    Err(if call.version.search_names_all_missing_params() {
        ApiError::new(Code::EXPECTED_PARAM_MISSING).with("param_names", names)
    } else {
        ApiError::new(Code::MANDATORY_NOT_FOUND).with("api_name", "criteria")
    })
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn checked(call: &Call<'_>, node: &CriteriaNode, exact: bool) -> Result<Wanted, ApiError> {
    let all = |parts: &[CriteriaNode]| {
        let parts = parts.iter().map(|part| checked(call, part, exact));
        parts.collect::<Result<Vec<Wanted>, ApiError>>()
    };
    Ok(match node {
        CriteriaNode::All(parts) => Wanted::All(all(parts)?),
        CriteriaNode::Any(parts) => Wanted::Any(all(parts)?),
        CriteriaNode::Condition(one) => Wanted::One(condition(call, one, exact)?),
    })
}

/// # Errors
/// `INVALID_QUERY`, saying which key, operator or value does not fit.
fn condition(call: &Call<'_>, one: &CriteriaCondition, exact: bool) -> Result<Condition, ApiError> {
    let key = one.field.as_str();
    let invalid = |reason: &str| {
        let error = ApiError::new(Code::INVALID_QUERY).with("reason", reason);
        error.with("api_name", key)
    };
    let sort = Sort::of(call, key);
    let sort = sort.ok_or_else(|| invalid("the field is not available for search"))?;
    if !sort.takes(&one.operator) {
        let error = invalid("invalid operator found");
        return Err(error.with("operator", one.operator.as_str()));
    }
    let several = matches!(one.operator.as_str(), "in" | "between");
    let values = if several {
        one.values()
    } else {
        vec![one.single()]
    };
    if values.len() > MOST_VALUES {
        return Err(ApiError::new(Code::TOO_MANY_IN_VALUES).with("api_name", key));
    }
    let fits = values.iter().all(|value| sort.fits(value));
    if !fits || (one.operator == "between" && values.len() != 2) {
        let error = invalid("invalid value for search").with("value", one.single());
        return Err(error.with("expected_data_type", sort.name()));
    }
    let operator = one.operator.clone();
    let key = key.to_owned();
    Ok(Condition {
        key,
        sort,
        operator,
        values,
        exact,
    })
}

impl Wanted {
    /// Whether a user, as shown, is looked for.
    fn is_met(&self, user: &Json) -> bool {
        let text = |key: &str| user.get(key).and_then(Json::as_str).unwrap_or_default();
        match self {
            Self::All(parts) => parts.iter().all(|part| part.is_met(user)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(user)),
            Self::One(condition) => condition.is_met(user.get(&condition.key)),
            Self::Email(folded, true) => contains_folded(text("email"), folded),
            Self::Email(folded, false) => equals_folded(text("email"), folded),
            Self::Phone(wanted) => ["phone", "mobile"]
                .iter()
                .any(|key| digits(text(key)).contains(wanted)),
            Self::Word(folded) => ["full_name", "alias", "email", "phone", "mobile", "city"]
                .iter()
                .any(|key| contains_folded(text(key), folded)),
        }
    }
}

impl Condition {
    fn is_met(&self, value: Option<&Json>) -> bool {
        let value = value.unwrap_or(&Json::Null);
        let [first, ..] = self.values.as_slice() else {
            return false;
        };
        match self.operator.as_str() {
            "not_equal" => !self.is(value, first),
            "starts_with" => value
                .as_str()
                .is_some_and(|text| starts_with_folded(text, &fold(first))),
            "equals" | "in" => self.values.iter().any(|wanted| self.is(value, wanted)),
            _ => self.lies(value),
        }
    }

    /// Whether a value is the wanted one.
    fn is(&self, value: &Json, wanted: &str) -> bool {
        let text = value.as_str().unwrap_or_default();
        // as in records
        if matches!(wanted.trim(), "null" | "${EMPTY}") {
            return text.is_empty() && !value.is_boolean() && !value.is_object();
        }
        match self.sort {
            Sort::Text if self.exact || self.operator == "in" => equals_folded(text, &fold(wanted)),
            Sort::Text => contains_folded(text, &fold(wanted)),
            Sort::Flag => value.as_bool() == Some(wanted == "true"),
            Sort::Moment => {
                let at = time::parse_datetime(text);
                at.is_some() && at == time::parse_datetime(wanted)
            }
            Sort::Reference => match Id::parse(wanted.trim()) {
                Ok(id) => Id::from_json(value.get("id").unwrap_or(value)) == Some(id),
                Err(_) => value
                    .get("name")
                    .and_then(Json::as_str)
                    .is_some_and(|name| equals_folded(name, &fold(wanted))),
            },
        }
    }

    /// Whether a time lies where it is wanted.
    fn lies(&self, value: &Json) -> bool {
        let at = value.as_str().and_then(time::parse_datetime);
        let mut ends = self
            .values
            .iter()
            .filter_map(|end| time::parse_datetime(end));
        let (Some(at), Some(first)) = (at, ends.next()) else {
            return false;
        };
        match self.operator.as_str() {
            "greater_than" => at > first,
            "greater_equal" => at >= first,
            "less_than" => at < first,
            "less_equal" => at <= first,
            _ => ends
                .next()
                .is_some_and(|second| (first..=second).contains(&at)),
        }
    }
}
