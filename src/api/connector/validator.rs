//! Inputs against their schemas: the keywords of JSON Schema that [`schema`](super::schema) writes,
//! and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::slice;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value as Json};

use super::schema::InputPattern;

/// Longer values are not repeated in what is said of them.
const LONGEST: usize = 60;

/// A schema, read. What it does not know in one is an error, so that no rule goes unheeded.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Validator {
    #[serde(rename = "type")]
    types: Option<Types>,
    #[serde(rename = "enum")]
    options: Option<Vec<Json>>,
    minimum: Option<u32>,
    maximum: Option<u32>,
    min_length: usize,
    pattern: Option<InputPattern>,
    min_items: usize,
    items: Option<Box<Validator>>,
    required: Vec<String>,
    properties: BTreeMap<String, Validator>,
    pattern_properties: BTreeMap<InputPattern, Validator>,
    additional_properties: Option<bool>,
    any_of: Vec<Validator>,
    one_of: Vec<Validator>,
    // what people read
    #[serde(rename = "$schema")]
    _draft: IgnoredAny,
    #[serde(rename = "title")]
    _title: IgnoredAny,
    #[serde(rename = "description")]
    _description: IgnoredAny,
    #[serde(rename = "advanced")]
    _advanced: IgnoredAny,
}

/// `type`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Types {
    One(TypeName),
    Several(Vec<TypeName>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TypeName {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl TypeName {
    fn of(value: &Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(_) => Self::Boolean,
            Json::Number(_) => Self::Number,
            Json::String(_) => Self::String,
            Json::Array(_) => Self::Array,
            Json::Object(_) => Self::Object,
        }
    }

    fn takes(self, value: &Json) -> bool {
        match self {
            // 2.0 is one
            Self::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            _ => self == Self::of(value),
        }
    }
}

/// As the platform writes them.
impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Something that is wrong with an input.
struct InputFault {
    /// Where, and what.
    text: String,
    /// How deep in the input it lies.
    depth: usize,
    /// A value is of a wrong type.
    is_of_type: bool,
}

impl InputFault {
    fn new(path: &str, reason: impl fmt::Display) -> Self {
        Self {
            text: format!("#{path}: {reason}"),
            depth: path.matches('/').count(),
            is_of_type: false,
        }
    }
}

impl Validator {
    /// Reads a schema.
    ///
    /// # Errors
    /// A keyword, type or pattern that is not known.
    pub(super) fn of(schema: &Json) -> serde_json::Result<Self> {
        Self::deserialize(schema)
    }

    /// What is wrong with an input, each as place and reason.
    pub(super) fn faults(&self, input: &Json) -> impl Iterator<Item = String> {
        let mut faults = Vec::new();
        self.check(input, &mut String::new(), &mut faults);
        faults.into_iter().map(|fault| fault.text)
    }

    /// Adds what is wrong with the value at a path.
    fn check(&self, value: &Json, path: &mut String, faults: &mut Vec<InputFault>) {
        faults.extend(self.wrong_type(value, path));
        if let Some(options) = &self.options
            && !options.contains(value)
        {
            let reason = format!("{} is not one of {}", shown(value), listed(options));
            faults.push(InputFault::new(path, reason));
        }
        match value {
            Json::Number(_) => self.check_number(value, path, faults),
            Json::String(text) => self.check_text(text, value, path, faults),
            Json::Array(items) => self.check_array(items, value, path, faults),
            Json::Object(members) => self.check_object(members, path, faults),
            Json::Null | Json::Bool(_) => {}
        }
        let firsts = self.any_of.iter().map(|one| one.first(value, path));
        // one without a fault will do
        let firsts: Option<Vec<InputFault>> = firsts.collect();
        faults.extend(firsts.and_then(meant));
        let firsts = self.one_of.iter().map(|one| one.first(value, path));
        let (right, wrong): (Vec<_>, Vec<_>) = firsts.partition(Option::is_none);
        match right.len() {
            0 => faults.extend(meant(wrong.into_iter().flatten().collect())),
            1 => {}
            _ => {
                let reason = "only one of several keys is permitted";
                faults.push(InputFault::new(path, reason));
            }
        }
    }

    /// The first thing that is wrong with a value.
    fn first(&self, value: &Json, path: &mut String) -> Option<InputFault> {
        let mut faults = Vec::new();
        self.check(value, path, &mut faults);
        faults.into_iter().next()
    }

    fn wrong_type(&self, value: &Json, path: &str) -> Option<InputFault> {
        let types = match self.types.as_ref()? {
            Types::One(name) => slice::from_ref(name),
            Types::Several(names) => names,
        };
        if types.iter().any(|name| name.takes(value)) {
            return None;
        }
        let types: BTreeSet<&TypeName> = types.iter().collect();
        let types: Vec<String> = types.into_iter().map(TypeName::to_string).collect();
        let found = TypeName::of(value);
        let reason = format!("expected type: {}, found: {found}", types.join(" or "));
        Some(InputFault {
            is_of_type: true,
            ..InputFault::new(path, reason)
        })
    }

    fn check_number(&self, value: &Json, path: &str, faults: &mut Vec<InputFault>) {
        let number = value.as_f64().unwrap_or_default();
        if let Some(least) = self.minimum.filter(|least| number < f64::from(*least)) {
            let reason = format!("{} is less than the minimum of {least}", shown(value));
            faults.push(InputFault::new(path, reason));
        }
        if let Some(most) = self.maximum.filter(|most| number > f64::from(*most)) {
            let reason = format!("{} is greater than the maximum of {most}", shown(value));
            faults.push(InputFault::new(path, reason));
        }
    }

    fn check_text(&self, text: &str, value: &Json, path: &str, faults: &mut Vec<InputFault>) {
        let least = self.min_length;
        if text.chars().take(least).count() < least {
            let few = counted(least, "character");
            let reason = format!("{} is shorter than {few}", shown(value));
            faults.push(InputFault::new(path, reason));
        }
        if let Some(pattern) = self.pattern.filter(|pattern| !pattern.fits(text)) {
            let reason = format!("{} does not match \"{pattern}\"", shown(value));
            faults.push(InputFault::new(path, reason));
        }
    }

    fn check_array(
        &self,
        items: &[Json],
        value: &Json,
        path: &mut String,
        faults: &mut Vec<InputFault>,
    ) {
        let least = self.min_items;
        if items.len() < least {
            let few = counted(least, "item");
            let reason = format!("{} has less than {few}", shown(value));
            faults.push(InputFault::new(path, reason));
        }
        if let Some(schema) = &self.items {
            for (n, item) in items.iter().enumerate() {
                at(path, &n.to_string(), |path| {
                    schema.check(item, path, faults)
                });
            }
        }
    }

    fn check_object(
        &self,
        members: &Map<String, Json>,
        path: &mut String,
        faults: &mut Vec<InputFault>,
    ) {
        let closed = self.additional_properties == Some(false);
        let missing = self.required.iter();
        let missing = missing.filter(|key| !members.contains_key(key.as_str()));
        let missing: Vec<InputFault> = missing
            .map(|key| InputFault::new(path, format!("required key [{key}] not found")))
            .collect();
        // one key alone is missed at the end, several are at the beginning
        let alone = closed && self.required.len() == 1 && self.pattern_properties.is_empty();
        let (before, after) = if alone {
            (Vec::new(), missing)
        } else {
            (missing, Vec::new())
        };
        faults.extend(before);
        let mut unknown = Vec::new();
        for (key, value) in members {
            let named = self.properties.get(key).into_iter();
            let patterns = self.pattern_properties.iter();
            let fitting = patterns.filter(|(pattern, _)| pattern.fits(key));
            let mut known = false;
            for schema in named.chain(fitting.map(|(_, schema)| schema)) {
                known = true;
                let step = key.replace('~', "~0").replace('/', "~1");
                at(path, &step, |path| schema.check(value, path, faults));
            }
            if closed && !known {
                unknown.push(key.as_str());
            }
        }
        if !unknown.is_empty() {
            let unknown = unknown.join(", ");
            let reason = format!("extraneous key [{unknown}] is not permitted");
            faults.push(InputFault::new(path, reason));
        }
        faults.extend(after);
    }
}

/// Goes a step deeper into the input.
fn at(path: &mut String, step: &str, check: impl FnOnce(&mut String)) {
    let end = path.len();
    path.push('/');
    path.push_str(step);
    check(path);
    path.truncate(end);
}

/// Of the faults of alternatives, the one that lies deepest: the alternative that it belongs to is the
/// one that was meant. Of equals the last that is no wrong type.
fn meant(firsts: Vec<InputFault>) -> Option<InputFault> {
    let firsts = firsts.into_iter();
    firsts.max_by_key(|fault| (fault.depth, !fault.is_of_type))
}

/// A value as it is repeated.
fn shown(value: &Json) -> String {
    let text = value.to_string();
    if text.len() > LONGEST {
        return "value".to_owned();
    }
    text
}

fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// Words of a choice: up to three, or two of more.
fn listed(options: &[Json]) -> String {
    let words = |options: &[Json]| {
        let words: Vec<String> = options.iter().map(Json::to_string).collect();
        words.join(", ")
    };
    match options {
        [] => String::new(),
        [only] => only.to_string(),
        [first, second, _, _, ..] => {
            let others = options.len().saturating_sub(2);
            format!("{first}, {second} or {others} other candidates")
        }
        [firsts @ .., last] => format!("{} or {last}", words(firsts)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::table::operations;
    use super::*;

    #[test]
    fn every_input_schema_is_read() {
        for operation in operations() {
            let read = Validator::of(&(operation.input)());
            assert!(read.is_ok(), "{}: {read:?}", operation.name);
        }
    }

    #[test]
    fn what_is_not_known_in_a_schema_is_refused() {
        for schema in [
            json!({"maxLength": 3}),
            json!({"pattern": "^[a-z]+$"}),
            json!({"patternProperties": {"^[a-z]+$": {}}}),
            json!({"type": "text"}),
            json!({"type": ["string", "text"]}),
            json!({"minimum": -1}),
            json!({"additionalProperties": {}}),
            json!({"items": [{}]}),
            json!({"properties": {"name": {"format": "email"}}}),
            json!({"anyOf": [{}, {"const": 1}]}),
        ] {
            assert!(Validator::of(&schema).is_err(), "{schema}");
        }
    }
}
