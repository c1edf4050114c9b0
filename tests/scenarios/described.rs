//! Whether answers fit what Zoho says of them: the shapes of good answers, from its description of v8.
//!
//! `described/shapes.jsonl` has a line for each operation and status: `t` are the types of a value (`s`
//! text, `n` number, `i` integer, `b` boolean, `o` object, `a` list, `*` any), `p` the keys of an
//! object, `i` the items of a list, `r` keys that are always there, `c` the codes with the messages that
//! they come with. A shape that stands in several places has a name. Null fits everything, and keys that
//! are not named are not looked at: the description forgets both.
//!
//! `described/contradicted.txt` names places where answers that are known contradict the description.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value as Json;

/// A shape, or the name of one, or the types of a value.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Shape {
    Text(String),
    Full(Box<FullShape>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct FullShape {
    #[serde(rename = "t")]
    types: String,
    #[serde(rename = "p")]
    keys: BTreeMap<String, Shape>,
    #[serde(rename = "i")]
    items: Option<Shape>,
    #[serde(rename = "r")]
    required: Vec<String>,
    #[serde(rename = "c")]
    codes: BTreeMap<String, Option<Vec<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Line {
    Name {
        name: String,
        shape: Shape,
    },
    Operation {
        method: String,
        path: String,
        status: u16,
        body: Option<Shape>,
    },
}

/// The answers of an operation, by status.
#[derive(Debug)]
struct Operation {
    method: String,
    path: Vec<String>,
    bodies: BTreeMap<u16, Option<Shape>>,
}

#[derive(Debug, Default)]
struct Description {
    names: BTreeMap<String, Shape>,
    operations: Vec<Operation>,
    contradicted: BTreeSet<String>,
}

static DESCRIPTION: LazyLock<Description> = LazyLock::new(|| {
    let mut description = Description::default();
    for line in include_str!("described/shapes.jsonl").lines() {
        match serde_json::from_str(line).expect("a shape") {
            Line::Name { name, shape } => {
                description.names.insert(name, shape);
            }
            Line::Operation {
                method,
                path,
                status,
                body,
            } => description.add(method, &path, status, body),
        }
    }
    let lines = include_str!("described/contradicted.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    description.contradicted = lines.map(str::to_owned).collect();
    description
});

/// How misfits of codes, and of messages, are told.
const CODE: &str = " has the code ";
const MESSAGE: &str = " has a message that does not go with ";

/// Looks at a good answer of v8. Gives what does not fit, a line each.
pub(crate) fn misfits(method: &str, path: &str, status: u16, body: &str) -> Vec<String> {
    let description = &*DESCRIPTION;
    let Some(operation) = description.operation(method, path) else {
        return Vec::new();
    };
    // the description of records lists 200 alone: what else is good looks the same, codes apart
    let documented = operation.bodies.get(&status);
    let has_codes = documented.is_some();
    let Some(Some(shape)) = documented.or_else(|| operation.bodies.get(&200)) else {
        return Vec::new();
    };
    let Ok(body) = serde_json::from_str::<Json>(body) else {
        return Vec::new();
    };
    let mut found = BTreeSet::new();
    description.compare(shape, &body, "$", &mut found);
    let head = format!("{} /{}", operation.method, operation.path.join("/"));
    let found = found.into_iter().map(|misfit| format!("{head} {misfit}"));
    let of_codes = |misfit: &String| misfit.contains(CODE) || misfit.contains(MESSAGE);
    let found = found.filter(|misfit| has_codes || !of_codes(misfit));
    let open = |misfit: &String| !description.contradicted.contains(misfit);
    found.filter(open).collect()
}

impl Description {
    fn add(&mut self, method: String, path: &str, status: u16, body: Option<Shape>) {
        let path: Vec<String> = path.split('/').skip(1).map(str::to_owned).collect();
        let known = self
            .operations
            .iter_mut()
            .find(|known| known.method == method && known.path == path);
        match known {
            Some(known) => {
                known.bodies.insert(status, body);
            }
            None => self.operations.push(Operation {
                method,
                path,
                bodies: BTreeMap::from([(status, body)]),
            }),
        }
    }

    /// The operation that a path means: the one with the fewest variables.
    fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let fits = |operation: &&Operation| {
            let mut pairs = operation.path.iter().zip(&segments);
            operation.method == method
                && operation.path.len() == segments.len()
                && pairs.all(|(known, given)| known == "{}" || known == given)
        };
        let fitting = self.operations.iter().filter(fits);
        fitting.min_by_key(|operation| operation.path.iter().filter(|s| *s == "{}").count())
    }

    fn compare(&self, shape: &Shape, value: &Json, place: &str, found: &mut BTreeSet<String>) {
        let full = match shape {
            Shape::Text(name) if name.starts_with('#') => {
                return self.compare(&self.names[name], value, place, found);
            }
            Shape::Text(types) => {
                if !is_of(types, value) {
                    found.insert(format!("{place} is no {types}"));
                }
                return;
            }
            Shape::Full(full) => full,
        };
        match value {
            Json::Null => {}
            Json::Object(object) if !full.keys.is_empty() => {
                for key in &full.required {
                    if !object.contains_key(key) {
                        found.insert(format!("{place} lacks {key}"));
                    }
                }
                full.compare_code(object, place, found);
                for (key, value) in object {
                    if let Some(shape) = full.keys.get(key) {
                        self.compare(shape, value, &format!("{place}.{key}"), found);
                    }
                }
            }
            Json::Array(items) if full.items.is_some() => {
                for (item, shape) in items.iter().zip(std::iter::repeat(full.items.as_ref())) {
                    if let Some(shape) = shape {
                        self.compare(shape, item, &format!("{place}[]"), found);
                    }
                }
            }
            value if is_of(&full.types, value) => {}
            _ => {
                found.insert(format!("{place} is of another type"));
            }
        }
    }
}

impl FullShape {
    /// A code comes with one of its messages.
    fn compare_code(
        &self,
        object: &serde_json::Map<String, Json>,
        place: &str,
        found: &mut BTreeSet<String>,
    ) {
        let text = |key| object.get(key).and_then(Json::as_str);
        let (Some(code), Some(message)) = (text("code"), text("message")) else {
            return;
        };
        match self.codes.get(code) {
            _ if self.codes.is_empty() => {}
            None => {
                found.insert(format!("{place}{CODE}{code}"));
            }
            Some(Some(messages)) if !messages.iter().any(|known| known == message) => {
                found.insert(format!("{place}{MESSAGE}{code}: {message}"));
            }
            Some(_) => {}
        }
    }
}

fn is_of(types: &str, value: &Json) -> bool {
    types.chars().any(|letter| match letter {
        's' => value.is_string(),
        'n' => value.is_number(),
        'i' => value.is_i64() || value.is_u64(),
        'b' => value.is_boolean(),
        'o' => value.is_object(),
        'a' => value.is_array(),
        _ => true,
    }) || value.is_null()
        || types.is_empty()
}
