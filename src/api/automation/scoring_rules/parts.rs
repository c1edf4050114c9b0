//! The parts of a scoring rule: criteria on fields and signals, each with what it is worth.

use serde_json::{Map, Value as Json, json};

use crate::api::spot::Spot;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::view;
use crate::schema::Module;
use crate::settings::scoring::{is_people, module_of};
use crate::store::{Setting, Tx};

/// A list of parts, and the key of what they are about.
#[derive(Clone, Copy, Debug)]
struct RulePartList {
    key: &'static str,
    about: &'static str,
}

const FIELD_RULES: RulePartList = RulePartList {
    key: "field_rules",
    about: "criteria",
};
const SIGNAL_RULES: RulePartList = RulePartList {
    key: "signal_rules",
    about: "signal",
};
const LISTS: [RulePartList; 2] = [FIELD_RULES, SIGNAL_RULES];

/// What is said of a new rule, with its parts as they are kept. What names no module is refused by the
/// family.
pub(super) fn of_new(
    tx: &mut Tx,
    spot: Spot,
    said: &Map<String, Json>,
) -> Result<Map<String, Json>, ApiError> {
    let state = tx.state();
    let name = said.get("module").and_then(|module| module.get("api_name"));
    let name = name.and_then(Json::as_str).unwrap_or_default();
    let Some(module) = state.schema.module(name).cloned() else {
        return Ok(said.clone());
    };
    let any = |list: RulePartList| {
        let parts = said.get(list.key).and_then(Json::as_array);
        parts.is_some_and(|parts| !parts.is_empty())
    };
    let places = |lists: &[RulePartList]| {
        let places = lists.iter().map(|list| spot.place(list.key));
        Json::Array(places.collect())
    };
    if is_people(&module) {
        if !any(FIELD_RULES) && !any(SIGNAL_RULES) {
            return Err(
                ApiError::new(Code::SCORING_RULES_EXPECTED).with("expected_fields", places(&LISTS))
            );
        }
    } else if !any(FIELD_RULES) {
        return Err(ApiError::new(Code::FIELD_RULES_EXPECTED)
            .with("expected_fields", places(&[FIELD_RULES])));
    }
    with_parts(tx, spot, &module, None, said)
}

/// What is said of a rule that is there, with its parts as they are kept.
pub(super) fn of_change(
    tx: &mut Tx,
    spot: Spot,
    old: &Setting,
    said: &Map<String, Json>,
) -> Result<Map<String, Json>, ApiError> {
    let schema = std::sync::Arc::clone(&tx.state().schema);
    match module_of(&schema, old) {
        Some(module) => with_parts(tx, spot, module, Some(old), said),
        None => Ok(said.clone()),
    }
}

/// The attributes of a copy: its parts have ids of their own.
pub(super) fn with_new_ids(tx: &mut Tx, mut said: Map<String, Json>) -> Map<String, Json> {
    for list in LISTS {
        let parts = said.get_mut(list.key).and_then(Json::as_array_mut);
        for part in parts.into_iter().flatten() {
            if let Some(part) = part.as_object_mut() {
                part.insert("id".to_owned(), tx.next_id().json());
            }
        }
    }
    said
}

fn with_parts(
    tx: &mut Tx,
    spot: Spot,
    module: &Module,
    old: Option<&Setting>,
    said: &Map<String, Json>,
) -> Result<Map<String, Json>, ApiError> {
    let mut result = said.clone();
    for list in LISTS {
        let Some(parts) = said.get(list.key).filter(|parts| !parts.is_null()) else {
            continue;
        };
        let parts = parts.as_array().ok_or_else(|| {
            spot.about(Code::AUTOMATION_TYPE, list.key)
                .with("expected_data_type", "jsonarray")
        })?;
        let reader = RulePartReader {
            spot,
            module,
            list,
            kept: old
                .and_then(|old| old.attributes.get(list.key))
                .and_then(Json::as_array),
        };
        result.insert(list.key.to_owned(), reader.read(tx, parts)?.into());
    }
    Ok(result)
}

/// Reads one list of parts.
struct RulePartReader<'a> {
    spot: Spot,
    module: &'a Module,
    list: RulePartList,
    /// Those that the rule has.
    kept: Option<&'a Vec<Json>>,
}

impl RulePartReader<'_> {
    /// Those that the rule will have: what is said of one by its id changes it, or takes it away; the
    /// others are new.
    fn read(&self, tx: &mut Tx, said: &[Json]) -> Result<Vec<Json>, ApiError> {
        let mut result = self.kept.cloned().unwrap_or_default();
        // where each subject stands in the body
        let mut given: Vec<(Json, usize)> = Vec::new();
        for (n, part) in said.iter().enumerate() {
            let part = part.as_object().ok_or_else(|| {
                self.about(Code::AUTOMATION_TYPE, n, None)
                    .with("expected_data_type", "jsonobject")
            })?;
            let place = self.named(&result, part, n)?;
            if let (Some(place), Some(_)) = (place, part.get("_delete")) {
                result.remove(place);
                continue;
            }
            let mut new = match place.and_then(|place| result.get(place)) {
                Some(Json::Object(old)) => old.clone(),
                _ => Map::new(),
            };
            new.insert("score".to_owned(), self.score(part, &new, n)?);
            let subject = self.subject(tx, part, &new, n)?;
            self.check_unique(&result, place, &given, &subject, n)?;
            given.push((subject.clone(), n));
            new.insert(self.list.about.to_owned(), subject);
            match place.and_then(|place| result.get_mut(place)) {
                Some(old) => *old = Json::Object(new),
                None => {
                    new.insert("id".to_owned(), tx.next_id().json());
                    result.push(Json::Object(new));
                }
            }
        }
        Ok(result)
    }

    /// An error about a part, or about a key of it.
    fn about(&self, error: impl Into<ApiError>, n: usize, key: Option<&str>) -> ApiError {
        let list = self.list.key;
        match key {
            Some(key) => self.spot.about(error, &format!("{list}[{n}].{key}")),
            None => self.spot.about(error, &format!("{list}[{n}]")),
        }
    }

    /// The place of the part that is meant by its id.
    fn named(
        &self,
        parts: &[Json],
        said: &Map<String, Json>,
        n: usize,
    ) -> Result<Option<usize>, ApiError> {
        let Some(id) = said.get("id").filter(|id| !id.is_null()) else {
            return Ok(None);
        };
        let id = Id::from_json(id);
        let of = |part: &Json| part.get("id").and_then(Id::from_json);
        let place = parts.iter().position(|part| id.is_some() && of(part) == id);
        let place = place.ok_or_else(|| self.about(Code::RULE_PART_UNKNOWN, n, Some("id")))?;
        Ok(Some(place))
    }

    fn score(
        &self,
        said: &Map<String, Json>,
        old: &Map<String, Json>,
        n: usize,
    ) -> Result<Json, ApiError> {
        let score = said.get("score").or_else(|| old.get("score"));
        let score = score.ok_or_else(|| self.about(Code::MANDATORY_NOT_FOUND, n, Some("score")))?;
        if score.as_i64().is_none() {
            return Err(self
                .about(Code::AUTOMATION_TYPE, n, Some("score"))
                .with("expected_data_type", "integer"));
        }
        Ok(score.clone())
    }

    /// What a part is about, checked.
    fn subject(
        &self,
        tx: &Tx,
        said: &Map<String, Json>,
        old: &Map<String, Json>,
        n: usize,
    ) -> Result<Json, ApiError> {
        let about = self.list.about;
        let Some(given) = said.get(about).filter(|given| !given.is_null()) else {
            let kept = old.get(about).cloned();
            return kept.ok_or_else(|| self.about(Code::MANDATORY_NOT_FOUND, n, Some(about)));
        };
        if about == FIELD_RULES.about {
            let path = format!("{}.{}[{n}].{about}", self.spot, self.list.key);
            return view::check(given, self.module, tx.state(), tx.now(), &path);
        }
        let id = given.get("id").filter(|id| Id::from_json(id).is_some());
        let id = id.ok_or_else(|| self.about(Code::SIGNAL_INVALID, n, Some("signal.id")))?;
        let namespace = given.get("namespace").unwrap_or(&Json::Null);
        Ok(json!({"namespace": namespace, "id": id}))
    }

    /// Refuses a subject that another part of the rule has.
    fn check_unique(
        &self,
        parts: &[Json],
        own: Option<usize>,
        given: &[(Json, usize)],
        subject: &Json,
        n: usize,
    ) -> Result<(), ApiError> {
        let about = self.list.about;
        if let Some((_, first)) = given.iter().find(|(other, _)| other == subject) {
            let first = format!("{}[{first}].{about}", self.list.key);
            return Err(self
                .about(Code::CRITERIA_GIVEN_TWICE, n, Some(about))
                .with("exists_in", self.spot.place(&first)));
        }
        let mut others = parts.iter().enumerate();
        if others.any(|(m, part)| Some(m) != own && part.get(about) == Some(subject)) {
            return Err(self.about(Code::CRITERIA_KNOWN, n, Some(about)));
        }
        Ok(())
    }
}
