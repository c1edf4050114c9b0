//! A case put to a server.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::compare::{at, out_of_order, shown, subset};
use super::format::{Case, Expected, Step};

/// A request of a case, as it is sent.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Nothing came back, and why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

/// What answers the requests of a case.
pub trait Target {
    /// Sends a request, and gives its answer.
    ///
    /// # Errors
    /// If there is none.
    fn ask(&mut self, asked: &Asked) -> Result<Answered, Unreachable>;
}

/// What earlier answers had at the places that are saved.
type Saved = BTreeMap<String, Json>;

impl Case {
    /// Asks a target for the case, up to the first step that comes out otherwise: what follows
    /// builds upon it. Gives what differs; nothing if all is as expected. `token` is sent where a
    /// step names none.
    ///
    /// # Errors
    /// If the target does not answer.
    pub fn replay(&self, target: &mut dyn Target, token: &str) -> Result<Vec<String>, Unreachable> {
        let mut saved = Saved::new();
        for (number, step) in (1..).zip(&self.steps) {
            let answer = target.ask(&step.asked(&saved, token))?;
            let found = step.differences(&answer, &mut saved);
            if !found.is_empty() {
                let told = found.into_iter();
                return Ok(told.map(|what| format!("step {number}: {what}")).collect());
            }
        }
        Ok(Vec::new())
    }
}

impl Step {
    fn asked(&self, saved: &Saved, token: &str) -> Asked {
        let mut headers = Vec::new();
        let named = |name: &str| self.headers.keys().any(|n| n.eq_ignore_ascii_case(name));
        if !named("authorization") {
            let value = format!("Zoho-oauthtoken {token}");
            headers.push(("Authorization".to_owned(), value));
        }
        let body = match &self.body {
            None => Vec::new(),
            Some(Json::String(text)) => text_with(text, saved).into_bytes(),
            Some(json) => {
                if !named("content-type") {
                    headers.push(("Content-Type".into(), "application/json".into()));
                }
                filled(json, saved).to_string().into_bytes()
            }
        };
        for (name, value) in &self.headers {
            if let Some(value) = value {
                headers.push((name.clone(), text_with(value, saved)));
            }
        }
        Asked {
            method: self.method.clone(),
            path: text_with(&self.path, saved),
            headers,
            body,
        }
    }

    /// What differs; saves what later steps need.
    fn differences(&self, answer: &Answered, saved: &mut Saved) -> Vec<String> {
        let text = String::from_utf8_lossy(&answer.body);
        let json: Option<Json> = serde_json::from_str(&text).ok();
        let mut found = Vec::new();
        if !self.expect_status.holds(answer.status) {
            let expected = match &self.expect_status {
                Expected::One(status) => status.to_string(),
                Expected::Any(any) => {
                    let any: Vec<String> = any.iter().map(u16::to_string).collect();
                    any.join(" or ")
                }
            };
            let body = shown(json.as_ref().unwrap_or(&Json::from(&*text)));
            found.push(format!(
                "status {}, expected {expected}: {body}",
                answer.status
            ));
        }
        if let Some(expected) = &self.expect_json_subset {
            subset(&filled(expected, saved), json.as_ref(), "$", &mut found);
        }
        let there = |place: &str| json.as_ref().and_then(|json| at(json, place));
        for place in &self.expect_absent {
            if let Some(value) = there(place) {
                found.push(format!("{place}: {}, expected to be absent", shown(value)));
            }
        }
        if let Some(key) = out_of_order(&self.expect_key_order, &text) {
            found.push(format!(
                "the key \"{key}\" does not come where it is expected: {}",
                self.expect_key_order.join(", ")
            ));
        }
        for (name, place) in &self.save {
            match there(place) {
                Some(value) => {
                    saved.insert(name.clone(), value.clone());
                }
                None => found.push(format!("{place}: absent, and needed as {{{name}}}")),
            }
        }
        found
    }
}

/// A text with what was saved in the place of its names.
fn text_with(text: &str, saved: &Saved) -> String {
    let mut text = text.to_owned();
    for (name, value) in saved {
        let name = format!("{{{name}}}");
        if text.contains(&name) {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            text = text.replace(&name, &value);
        }
    }
    text
}

/// JSON with what was saved in the place of its names; a text that is nothing but a name becomes
/// what was saved.
fn filled(json: &Json, saved: &Saved) -> Json {
    match json {
        Json::String(text) => {
            let name = text.strip_prefix('{').and_then(|t| t.strip_suffix('}'));
            match name.and_then(|name| saved.get(name)) {
                Some(value) => value.clone(),
                None => text_with(text, saved).into(),
            }
        }
        Json::Array(items) => items.iter().map(|item| filled(item, saved)).collect(),
        Json::Object(object) => {
            let filled: Map<String, Json> = object
                .iter()
                .map(|(key, value)| (text_with(key, saved), filled(value, saved)))
                .collect();
            Json::Object(filled)
        }
        other => other.clone(),
    }
}
