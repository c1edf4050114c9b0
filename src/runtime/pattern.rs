//! Patterns that requests are compared with: those of faults, and of questions to the journal.

mod compare;
mod names;

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value as Json};
use wildmatch::WildMatch;

use compare::{compare, lacks};
pub use names::Names;

use super::given::given;
use crate::request::Params;

/// Values that a pattern may hold. For each item of a list a body is searched for one like it.
const MOST_VALUES: usize = 1_000;

/// What a request is compared by.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The operation's name; empty if there is none of that address.
    pub operation: &'a str,
    /// The method's token.
    pub method: &'a str,
    /// The path.
    pub path: &'a str,
    /// The query string.
    pub query: &'a str,
    /// The module in the path; empty without one.
    pub module: &'a str,
    /// The version in the path; empty without one.
    pub version: &'a str,
    /// The status of the answer, if there is one yet.
    pub status: Option<u16>,
    /// The body as it came.
    pub body: &'a [u8],
    json: OnceLock<Json>,
}

impl<'a> Facts<'a> {
    /// The facts of a request that has not been answered.
    #[must_use]
    pub fn new(
        operation: &'a str,
        method: &'a str,
        path: &'a str,
        query: &'a str,
        body: &'a [u8],
    ) -> Self {
        let mut segments = path.split('/').skip(1);
        let crm = segments.next() == Some("crm");
        let version = segments.next().filter(|_| crm).unwrap_or_default();
        Self {
            operation,
            method,
            path,
            query,
            module: "",
            version,
            status: None,
            body,
            json: OnceLock::new(),
        }
    }

    /// Adds the module in the path.
    #[must_use]
    pub fn module(mut self, module: &'a str) -> Self {
        self.module = module;
        self
    }

    /// Adds the status of the answer.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The body as JSON; that of a form as an object of texts; null if it is neither.
    pub fn json(&self) -> &Json {
        self.json.get_or_init(|| body_json(self.body))
    }
}

/// A body as JSON; that of a form as an object of texts; null if it is neither.
#[must_use]
pub fn body_json(body: &[u8]) -> Json {
    match serde_json::from_slice(body) {
        Ok(json) => json,
        Err(_) if body.contains(&b'=') && body.is_ascii() => object(&Params::parse(body)),
        Err(_) => Json::Null,
    }
}

/// Parameters as an object; those given several times as a list.
#[must_use]
pub fn object(params: &Params) -> Json {
    let mut object = Map::new();
    for (name, value) in params.iter() {
        match object.get_mut(name) {
            None => {
                object.insert(name.to_owned(), value.into());
            }
            Some(Json::Array(all)) => all.push(value.into()),
            Some(one) => *one = Json::Array(vec![one.take(), value.into()]),
        }
    }
    Json::Object(object)
}

/// A status, or all of a hundred (`4xx`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statuses {
    /// This status.
    One(u16),
    /// Every status that begins with this digit.
    Class(u16),
}

impl Statuses {
    /// Reads `429` or `4xx`. `None` for what no answer has: answers have statuses from 200 to 599.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(class) = text.strip_suffix("xx") {
            let class = class.parse().ok().filter(|c| (2..=5).contains(c));
            return class.map(Self::Class);
        }
        let status = text.parse().ok().filter(|s| (200..=599).contains(s));
        status.map(Self::One)
    }

    fn hold(self, status: u16) -> bool {
        match self {
            Self::One(one) => one == status,
            Self::Class(class) => status / 100 == class,
        }
    }
}

impl Serialize for Statuses {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(status) => serializer.serialize_u16(*status),
            Self::Class(class) => serializer.collect_str(&format_args!("{class}xx")),
        }
    }
}

impl<'de> Deserialize<'de> for Statuses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Json::deserialize(deserializer)?;
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        Self::parse(&text).ok_or_else(|| {
            let told = format!("status is a number from 200 to 599, or like 4xx, not {text}");
            serde::de::Error::custom(told)
        })
    }
}

/// What a request must have. Keys that are not given do not matter; an empty pattern fits every request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Pattern {
    /// The operation (`records.upsert`); `*` stands for anything.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The method, in any case of letters.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path; `*` stands for anything.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The module in the path; `*` stands for anything.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The version in the path (`v8`); `*` stands for anything.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The status of the answer, or all of a hundred (`4xx`).
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "admin", schemars(with = "Option<StatusesForm>"))]
    pub status: Option<Statuses>,
    /// Parameters of the query that must be there.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(
        feature = "admin",
        schemars(with = "std::collections::BTreeMap<String, QueryForm>")
    )]
    pub query: Map<String, Json>,
    /// What the JSON body must hold: these keys, and for a list some item like each of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Json>,
}

/// The JSON form of [`Statuses`], for its schema.
#[cfg(feature = "admin")]
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is only described")]
enum StatusesForm {
    Status(#[schemars(range(min = 200, max = 599))] u16),
    Class(#[schemars(regex(pattern = "^[2-5]xx$"))] String),
}

/// The JSON form of a parameter, for its schema: one value, or several.
#[cfg(feature = "admin")]
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is only described")]
enum QueryForm {
    One(QueryText),
    Many(Vec<QueryText>),
}

/// A text, or what is taken for the text that it is in a query.
#[cfg(feature = "admin")]
#[derive(schemars::JsonSchema)]
#[schemars(extend("type" = ["string", "number", "boolean"]))]
#[expect(dead_code, reason = "it is only described")]
struct QueryText(Json);

/// Where a request is not as expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The place (`$.body.data[0].Email`).
    pub path: String,
    /// What was expected.
    pub expected: Json,
    /// What is there, if there is anything.
    pub actual: Option<Json>,
}

impl Pattern {
    /// Reads a pattern. Numbers and truths among the parameters are taken for the texts that a
    /// query has of them.
    ///
    /// # Errors
    /// A sentence that says what is no pattern about it.
    pub fn read(json: &Json) -> Result<Self, String> {
        let mut pattern = Self::deserialize(json).map_err(|error| error.to_string())?;
        if pattern.body.as_ref().map_or(0, size) + pattern.query.len() > MOST_VALUES {
            return Err(format!("a pattern holds {MOST_VALUES} values at most"));
        }
        for value in pattern.query.values_mut() {
            match value {
                Json::Array(all) => all.iter_mut().for_each(as_in_a_query),
                one => as_in_a_query(one),
            }
        }
        Ok(pattern)
    }

    /// Texts in which `*` stands for anything: the key, what is expected, and what is there.
    fn texts<'a>(&'a self, facts: &'a Facts<'_>) -> [(&'static str, Option<&'a str>, &'a str); 4] {
        [
            ("operation", self.operation.as_deref(), facts.operation),
            ("path", self.path.as_deref(), facts.path),
            ("module", self.module.as_deref(), facts.module),
            ("version", self.version.as_deref(), facts.version),
        ]
    }

    /// Whether a request fits.
    #[must_use]
    pub fn fits(&self, facts: &Facts<'_>) -> bool {
        let is_like = |(_, expected, actual): (_, Option<&str>, &str)| {
            expected.is_none_or(|expected| is_like(expected, actual))
        };
        let method = self.method.as_deref();
        let query = || {
            let actual = object(&Params::parse(facts.query.as_bytes()));
            let mut expected = self.query.iter();
            expected.all(|(key, value)| lacks(value, actual.get(key), 1) == 0)
        };
        let body = |expected: &Json| lacks(expected, Some(facts.json()), 1) == 0;
        self.texts(facts).into_iter().all(is_like)
            && method.is_none_or(|method| method.eq_ignore_ascii_case(facts.method))
            && self
                .status
                .is_none_or(|wanted| facts.status.is_some_and(|status| wanted.hold(status)))
            && (self.query.is_empty() || query())
            && self.body.as_ref().is_none_or(body)
    }

    /// Every difference.
    #[must_use]
    pub fn differences(&self, facts: &Facts<'_>) -> Vec<Difference> {
        let mut found = Vec::new();
        for (key, expected, actual) in self.texts(facts) {
            if let Some(expected) = expected
                && !is_like(expected, actual)
            {
                found.push(Difference {
                    path: format!("$.{key}"),
                    expected: expected.into(),
                    actual: Some(actual.into()),
                });
            }
        }
        if let Some(method) = &self.method
            && !method.eq_ignore_ascii_case(facts.method)
        {
            found.push(Difference {
                path: "$.method".into(),
                expected: method.to_ascii_uppercase().into(),
                actual: Some(facts.method.into()),
            });
        }
        if let Some(statuses) = self.status
            && !facts.status.is_some_and(|status| statuses.hold(status))
        {
            let expected = match statuses {
                Statuses::One(status) => status.into(),
                Statuses::Class(class) => format!("{class}xx").into(),
            };
            found.push(Difference {
                path: "$.status".into(),
                expected,
                actual: facts.status.map(Json::from),
            });
        }
        if !self.query.is_empty() {
            let actual = object(&Params::parse(facts.query.as_bytes()));
            let expected = Json::Object(self.query.clone());
            compare(&expected, Some(&actual), "$.query", &mut found);
        }
        if let Some(expected) = &self.body {
            compare(expected, Some(facts.json()), "$.body", &mut found);
        }
        found
    }
}

/// Whether a text is like another, in which `*` stands for anything.
fn is_like(expected: &str, actual: &str) -> bool {
    expected == actual
        || (expected.contains(['*', '?']) && WildMatch::new(expected).matches(actual))
}

/// How many values there are in a value.
fn size(value: &Json) -> usize {
    match value {
        Json::Array(items) => items.iter().map(size).sum::<usize>().saturating_add(1),
        Json::Object(object) => object.values().map(size).sum::<usize>().saturating_add(1),
        _ => 1,
    }
}

/// Makes a number or a truth the text that it is in a query.
fn as_in_a_query(value: &mut Json) {
    if value.is_number() || value.is_boolean() {
        *value = value.to_string().into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differences(pattern: Json, facts: &Facts<'_>) -> Vec<String> {
        let pattern: Pattern = serde_json::from_value(pattern).expect("a pattern");
        let all = pattern.differences(facts);
        assert_eq!(pattern.fits(facts), all.is_empty());
        all.into_iter().map(|d| d.path).collect()
    }

    #[test]
    fn a_request_fits_what_it_holds() {
        let body = json!({"data": [{"Last_Name": "Rao", "Email": "a@example.com"},
            {"Last_Name": "Ito", "Email": "b@example.com", "Age": 7}], "trigger": []})
        .to_string();
        let facts = Facts::new(
            "records.upsert",
            "POST",
            "/crm/v8/Leads/upsert",
            "a=1&b=2&b=3",
            body.as_bytes(),
        );
        let facts = facts.module("Leads").status(201);
        for (pattern, wrong) in [
            (json!({}), vec![]),
            (json!({"operation": "records.*", "method": "post"}), vec![]),
            (json!({"operation": "records.insert"}), vec!["$.operation"]),
            (
                json!({"path": "/crm/*/upsert", "module": "Leads", "version": "v8"}),
                vec![],
            ),
            (json!({"status": "2xx"}), vec![]),
            (json!({"status": 200}), vec!["$.status"]),
            (json!({"query": {"a": "1", "b": ["3"]}}), vec![]),
            (json!({"query": {"c": "1"}}), vec!["$.query.c"]),
            (
                json!({"body": {"data": [{"Email": "b@example.com"}]}}),
                vec![],
            ),
            (
                json!({"body": {"data": [{"Email": "b@example.com", "Age": 7.0}]}}),
                vec![],
            ),
            (
                json!({"body": {"data": [{"Email": "b@example.com", "Last_Name": "Rao"}]}}),
                vec!["$.body.data[0].Email"],
            ),
            (
                json!({"body": {"data": [{"Age": 9007199254740993_u64}]}}),
                vec!["$.body.data[0].Age"],
            ),
            (
                json!({"module": "Contacts", "body": {"data": [{"Email": "c"}], "x": 1}}),
                vec!["$.module", "$.body.data[0].Email", "$.body.x"],
            ),
        ] {
            assert_eq!(differences(pattern.clone(), &facts), wrong, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in [
            json!({"operations": "x"}),
            json!({"status": "many"}),
            json!({"status": 99}),
            json!({"status": "6xx"}),
            json!({"query": 1}),
            json!({"body": {"data": vec![1; MOST_VALUES]}}),
        ] {
            assert!(Pattern::read(&bad).is_err(), "{bad}");
        }
    }
}
