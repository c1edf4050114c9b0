//! The conditions by which a timeline is narrowed: JSON, joined by `AND` (page of v7).

use serde_json::Value as Json;

use super::FILTERS;
use crate::api::call::Call;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::store::OrgState;
use crate::store::timeline::TimelineEntry;
use crate::value::time;

/// A condition.
enum Condition {
    /// The module of the record is one of these.
    Module(Vec<String>),
    /// It came about by one of these ways.
    Source(Vec<String>),
    /// It happened between two times, both included.
    Time(i64, i64),
    /// One of these users did it.
    User(Vec<Id>),
}

/// Conditions that all must hold.
pub(super) struct Filter(Vec<Condition>);

impl Filter {
    /// Whether an entry meets all conditions.
    pub(super) fn admits(&self, state: &OrgState, entry: &TimelineEntry) -> bool {
        self.0.iter().all(|condition| match condition {
            Condition::Module(names) => {
                let module = state.schema.module_at(entry.record.0);
                names.iter().any(|name| name == module.api_name())
            }
            Condition::Source(words) => words.iter().any(|word| word == entry.source.as_str()),
            Condition::Time(from, to) => (*from..=*to).contains(&entry.time),
            Condition::User(ids) => ids.contains(&entry.by),
        })
    }
}

/// The conditions of a call; none without the parameter.
///
/// # Errors
/// `INVALID_DATA` for what is no condition (description of v8).
pub(super) fn of(call: &Call<'_>) -> Result<Filter, ApiError> {
    let Some(text) = call.get(FILTERS) else {
        return Ok(Filter(Vec::new()));
    };
    let read = serde_json::from_str(text).ok();
    let read = read.and_then(|filters: Json| read_all(&filters));
    read.map(Filter)
        .ok_or_else(|| ApiError::new(Code::TIMELINE_FILTER).with("param_name", FILTERS.name))
}

fn read_all(filters: &Json) -> Option<Vec<Condition>> {
    let Some(group) = filters.get("group") else {
        return Some(vec![condition(filters)?]);
    };
    let operator = filters.get("group_operator")?.as_str()?;
    if !operator.eq_ignore_ascii_case("and") {
        return None;
    }
    group.as_array()?.iter().map(condition).collect()
}

fn condition(json: &Json) -> Option<Condition> {
    let field = json.get("field")?.get("api_name")?.as_str()?;
    let comparator = json.get("comparator")?.as_str()?;
    let value = json.get("value")?;
    if field == "audited_time" {
        let [from, to] = value.as_array()?.as_slice() else {
            return None;
        };
        let time = |value: &Json| time::parse_datetime(value.as_str()?);
        return (comparator == "between").then_some(Condition::Time(time(from)?, time(to)?));
    }
    let values = match comparator {
        "equal" => vec![value],
        "in" => value.as_array()?.iter().collect(),
        _ => return None,
    };
    let texts = || -> Option<Vec<String>> {
        let texts = values.iter().map(|value| value.as_str().map(str::to_owned));
        texts.collect()
    };
    Some(match field {
        "record.module.api_name" => Condition::Module(texts()?),
        "source" => Condition::Source(texts()?),
        "done_by.id" => {
            let ids = values.iter().map(|value| Id::from_json(value));
            Condition::User(ids.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}
