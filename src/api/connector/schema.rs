//! JSON Schemas of inputs and outputs, from their parts.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

/// The draft that the schemas are written in.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// A form of texts: how schemas write it, and which texts have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum InputPattern {
    /// Not blank.
    #[serde(rename = r"\S")]
    Visible,
    /// An id.
    #[serde(rename = r"^\s*[0-9]+\s*$")]
    Id,
    /// A positive number of at most nine digits.
    #[serde(rename = "^0*[1-9][0-9]{0,8}$")]
    Count,
    /// A decimal number.
    #[serde(rename = r"^-?[0-9]+(\.[0-9]+)?$")]
    Decimal,
    /// An API name, which begins with a capital.
    #[serde(rename = "^[A-Z]")]
    ApiName,
}

impl InputPattern {
    /// Whether a text has the form.
    pub(super) fn fits(self, text: &str) -> bool {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match self {
            Self::Visible => text.contains(|c| !is_blank(c)),
            Self::Id => is_number(text.trim_matches(is_blank)),
            Self::Count => {
                let digits = text.trim_start_matches('0');
                is_number(digits) && digits.len() <= 9
            }
            Self::Decimal => {
                let text = text.strip_prefix('-').unwrap_or(text);
                let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
                is_number(whole) && is_number(fraction)
            }
            Self::ApiName => text.starts_with(|c: char| c.is_ascii_uppercase()),
        }
    }
}

impl fmt::Display for InputPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// What `\s` means in a schema, as in JavaScript.
fn is_blank(c: char) -> bool {
    c == '\u{feff}' || c.is_whitespace() && c != '\u{85}'
}

/// An object under construction.
#[derive(Debug, Default)]
pub(super) struct Shape {
    properties: Map<String, Json>,
    required: Vec<&'static str>,
    advanced: Vec<&'static str>,
}

impl Shape {
    /// A property that must be there.
    pub(super) fn required(mut self, name: &'static str, schema: Json) -> Self {
        self.required.push(name);
        self.optional(name, schema)
    }

    /// A property that may be there.
    pub(super) fn optional(mut self, name: &'static str, schema: Json) -> Self {
        self.properties.insert(name.to_owned(), schema);
        self
    }

    /// A property that few people need.
    pub(super) fn advanced(mut self, name: &'static str, schema: Json) -> Self {
        self.advanced.push(name);
        self.optional(name, schema)
    }

    /// `page` and `per_page`, with a sentence on how many there are on a page.
    pub(super) fn paged(self, sizes: &str) -> Self {
        let page = described(count(), "Page", "The page; 1 unless given.");
        self.optional("page", page)
            .optional("per_page", described(count(), "Per page", sizes))
    }

    /// An object with at least these properties.
    pub(super) fn open(self) -> Json {
        let mut schema = json!({"type": "object", "properties": self.properties});
        // an empty list is no valid `required` in older drafts
        if !self.required.is_empty() {
            schema["required"] = self.required.into();
        }
        schema
    }

    /// An object that has these properties and no others.
    pub(super) fn closed(self) -> Json {
        let advanced = self.advanced.clone();
        let mut schema = self.open();
        schema["additionalProperties"] = false.into();
        schema["advanced"] = advanced.into();
        schema
    }

    /// The whole schema of an input.
    pub(super) fn input(self) -> Json {
        let mut schema = self.closed();
        schema["$schema"] = DRAFT.into();
        schema
    }

    /// The whole schema of an output.
    pub(super) fn output(self) -> Json {
        let mut schema = self.open();
        schema["$schema"] = DRAFT.into();
        schema
    }
}

/// The input of an operation that takes nothing.
pub(super) fn nothing() -> Json {
    Shape::default().input()
}

/// The input of an operation on a module as a whole.
pub(super) fn of_module() -> Shape {
    Shape::default().required("module_name", module_name())
}

/// A part of a schema with a title and a sentence.
pub(super) fn described(mut schema: Json, title: &str, description: &str) -> Json {
    schema["title"] = title.into();
    schema["description"] = description.into();
    schema
}

/// Text that is not empty or blank.
pub(super) fn text() -> Json {
    json!({"type": "string", "minLength": 1, "pattern": InputPattern::Visible})
}

/// An id: digits, as text or number.
pub(super) fn id() -> Json {
    json!({"type": ["string", "integer"], "minimum": 1, "pattern": InputPattern::Id})
}

/// A flag, also as text.
pub(super) fn flag() -> Json {
    json!({"type": ["boolean", "string"], "enum": [true, false, "true", "false"]})
}

/// A positive number of at most nine digits, also as text.
pub(super) fn count() -> Json {
    json!({
        "type": ["integer", "string"], "minimum": 1, "maximum": 999_999_999,
        "pattern": InputPattern::Count,
    })
}

/// `fields` of a list.
pub(super) fn fields() -> Json {
    described(
        json!({"anyOf": [text(), any_list(text())]}),
        "Fields",
        "Fields to show, by API name or label; all unless given.",
    )
}

/// A list of at least one item.
pub(super) fn list(items: Json) -> Json {
    let mut schema = any_list(items);
    schema["minItems"] = 1.into();
    schema
}

/// A list that may be empty.
#[allow(
    clippy::needless_pass_by_value,
    reason = "callers make the schema for this"
)]
pub(super) fn any_list(items: Json) -> Json {
    json!({"type": "array", "items": items})
}

/// `module_name`.
pub(super) fn module_name() -> Json {
    described(
        text(),
        "Module name",
        "API name of the module, or its label.",
    )
}

/// `record_id`.
pub(super) fn record_id() -> Json {
    described(id(), "Record ID", "The id of the record.")
}

/// `trigger`.
pub(super) fn trigger() -> Json {
    let words = json!({
        "type": "string",
        "enum": ["workflow", "approval", "blueprint", "pathfinder", "orchestration"],
    });
    described(
        any_list(words),
        "Trigger",
        "What the write sets off. There is nothing of the kind here to set off.",
    )
}

/// A field with a value, the field under `name` or `field`.
pub(super) fn field_value() -> Json {
    let name = || described(text(), "Field", "API name of the field, or its label.");
    let value = described(
        json!({}),
        "Value",
        "The value; numbers and booleans may be given as text.",
    );
    let mut schema = Shape::default()
        .optional("field", name())
        .optional("name", name())
        .required("value", value)
        .closed();
    schema["oneOf"] = json!([{"required": ["field"]}, {"required": ["name"]}]);
    schema
}

/// `record`.
pub(super) fn record() -> Json {
    let fields = list(field_value());
    described(fields, "Record", "Fields with their values.")
}

/// Records to write: lists of fields with values, or objects with an id and such a list.
pub(super) fn records() -> Json {
    let with_id = Shape::default()
        .required("record_id", record_id())
        .required("properties2", list(field_value()))
        .closed();
    described(
        list(json!({"anyOf": [list(field_value()), with_id]})),
        "Records",
        "The records: lists of fields with values, or objects with record_id and properties2.",
    )
}

/// What a write says of one record.
pub(super) fn written_item() -> Json {
    Shape::default()
        .required("code", json!({"type": "string"}))
        .required("details", json!({"type": "object"}))
        .required("message", json!({"type": "string"}))
        .required("status", json!({"enum": ["success", "error"]}))
        .open()
}

/// The output of a write: an item for each record.
pub(super) fn written() -> Json {
    let items = any_list(written_item());
    Shape::default().required("data", items).output()
}

/// `info` of a list.
pub(super) fn info() -> Json {
    let number = || json!({"type": "integer"});
    Shape::default()
        .required("per_page", number())
        .required("count", number())
        .required("page", number())
        .required("more_records", json!({"type": "boolean"}))
        .open()
}

/// An object with an id, and whatever else.
pub(super) fn with_id() -> Json {
    json!({"type": "object", "required": ["id"]})
}

/// A list of records with `info`.
pub(super) fn record_list() -> Json {
    Shape::default()
        .required("data", any_list(with_id()))
        .required("info", info())
        .output()
}
