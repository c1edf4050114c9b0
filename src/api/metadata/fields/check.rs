//! What a client says of a field, checked, and written as a declaration.
//!
//! Each property is a function that looks at its keys and adds to the declaration what they come to.
//! Keys that no property has are ignored, as Zoho does (`system_mandatory` was reported to be taken
//! without effect).

mod kind;
mod pick_list;
mod rights;

use serde_json::{Map, Value as Json, json};

pub(super) use kind::operands;

use super::names;
use super::types::{Length, Tooltip, Type};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Wording};
use crate::schema::{DataType, Field, Module};
use crate::store::OrgState;

/// A field as a client describes it, on its way to a declaration.
pub(super) struct Draft<'a> {
    pub(super) state: &'a OrgState,
    pub(super) module: &'a Module,
    /// What the client says.
    pub(super) said: &'a Map<String, Json>,
    /// Where it stands in the body.
    pub(super) spot: Spot,
    /// The field that is changed; none for a new one.
    pub(super) existing: Option<&'a Field>,
    pub(super) data_type: DataType,
    /// What the type allows; nothing is known of types that cannot be made.
    pub(super) allows: Option<&'static Type>,
    pub(super) now: i64,
    /// The declaration so far.
    pub(super) declared: Map<String, Json>,
}

type Checked = Result<(), ApiError>;

/// The longest label (assumed: samples on Zoho's pages have more than the 25 that its description of
/// v8 allows).
const LONGEST_LABEL: usize = 50;

impl Draft<'_> {
    /// The properties, in the order in which they are looked at.
    const PROPERTIES: [fn(&mut Self) -> Checked; 20] = [
        Self::unsupported,
        Self::label,
        Self::needed,
        Self::textarea,
        Self::length,
        Self::decimal_place,
        Self::currency,
        Self::auto_number,
        Self::formula,
        Self::lookup,
        Self::pick_list,
        Self::filterable,
        Self::separator,
        Self::unique,
        Self::tooltip,
        Self::profiles,
        Self::external,
        Self::crypt,
        Self::private,
        Self::sharing,
    ];

    /// The declaration of the field, without id and section.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub(super) fn check(mut self) -> Result<Map<String, Json>, ApiError> {
        for property in Self::PROPERTIES {
            property(&mut self)?;
        }
        Ok(self.declared)
    }

    /// An error about a key of the field, or one within (`lookup.module`).
    fn error(&self, error: impl Into<ApiError>, key: &str) -> ApiError {
        self.spot.about(error, key)
    }

    fn of_type(&self, expected: &str, key: &str) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        self.error(error, key)
    }

    fn of_words(&self, supported: impl Into<Json>, key: &str) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("supported_values", supported);
        self.error(error, key)
    }

    /// An error about a key that does not go with another one.
    fn dependent(&self, kind: Code, key: &str, on: &str) -> ApiError {
        let dependee = self.spot.place(on);
        self.error(ApiError::new(kind).with("dependee", dependee), key)
    }

    fn too_long(&self, most: usize, key: &str) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("maximum_length", most);
        self.error(error, key)
    }

    /// A value that is given; null counts as not given.
    fn given(&self, key: &str) -> Option<&Json> {
        self.said.get(key).filter(|value| !value.is_null())
    }

    fn is_new(&self) -> bool {
        self.existing.is_none()
    }

    fn put(&mut self, key: &str, value: impl Into<Json>) {
        self.declared.insert(key.to_owned(), value.into());
    }

    fn flag(&self, key: &str) -> Result<Option<bool>, ApiError> {
        let given = self.given(key);
        let flag = given.map(|value| value.as_bool().ok_or_else(|| self.of_type("boolean", key)));
        flag.transpose()
    }

    fn object(&self, key: &str) -> Result<Option<&Map<String, Json>>, ApiError> {
        let object = self.given(key).map(|value| {
            let object = value.as_object();
            object.ok_or_else(|| self.of_type("jsonobject", key))
        });
        object.transpose()
    }

    /// The text under a key of an object; `path` is the object's.
    fn text_of<'j>(
        &self,
        object: &'j Map<String, Json>,
        path: &str,
        key: &str,
    ) -> Result<Option<&'j str>, ApiError> {
        match object.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.of_type("string", &format!("{path}.{key}"))),
        }
    }

    /// The text under a key that an object must have.
    fn needed_text<'j>(
        &self,
        object: &'j Map<String, Json>,
        path: &str,
        key: &str,
    ) -> Result<&'j str, ApiError> {
        let text = self.text_of(object, path, key)?;
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        text.ok_or_else(|| self.error(Code::MANDATORY_NOT_FOUND, &format!("{path}.{key}")))
    }

    /// What Zoho has and this server does not is refused, since nothing would come of it.
    fn unsupported(&mut self) -> Checked {
        let on = |value: &Json| value.as_bool() != Some(false);
        for key in [
            "history_tracking_enabled",
            "history_tracking",
            "association_details",
        ] {
            if self.given(key).is_some_and(on) {
                return Err(self.error(Code::FEATURE_NOT_SUPPORTED, key));
            }
        }
        Ok(())
    }

    fn label(&mut self) -> Checked {
        const KEY: &str = "field_label";
        let label = match self.said.get(KEY) {
            None if !self.is_new() => return Ok(()),
            None | Some(Json::Null) => return Err(self.error(Code::MANDATORY_NOT_FOUND, KEY)),
            Some(Json::String(label)) if label.trim().is_empty() => {
                return Err(self.error(Code::MANDATORY_NOT_FOUND, KEY));
            }
            Some(Json::String(label)) => label.trim(),
            Some(_) => return Err(self.of_type("string", KEY)),
        };
        if self.existing.is_some_and(|field| !field.spec.custom_field) {
            return Err(self.error(Code::FIELD_LABEL_FIXED, KEY));
        }
        if label.chars().count() > LONGEST_LABEL {
            return Err(self.too_long(LONGEST_LABEL, KEY));
        }
        if names::is_special(label) {
            return Err(self.error(Code::FIELD_LABEL_SPECIAL, KEY));
        }
        if names::is_reserved_label(label) {
            return Err(self.error(Code::FIELD_LABEL_RESERVED, KEY));
        }
        if self.is_new() {
            let name = self.api_name(label)?;
            self.put("api_name", name);
        }
        let own = self.existing.map(|field| field.no);
        let mut others = self.module.fields.iter().filter(|f| Some(f.no) != own);
        let taken = others.any(|field| {
            let spec = &field.spec;
            let shown = spec.display_label.as_ref().unwrap_or(&spec.field_label);
            [&spec.field_label, shown]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(label))
        });
        if taken {
            return Err(self.error(Code::DUPLICATE_DATA, KEY));
        }
        let label = label.to_owned();
        self.put(KEY, label);
        Ok(())
    }

    /// The name that the client gives a new field, else the one that its label makes.
    fn api_name(&self, label: &str) -> Result<String, ApiError> {
        const KEY: &str = "api_name";
        let Some(name) = self.given(KEY) else {
            return Ok(names::of_field(label, self.module));
        };
        let name = name.as_str().ok_or_else(|| self.of_type("string", KEY))?;
        if name.chars().count() > LONGEST_LABEL {
            return Err(self.too_long(LONGEST_LABEL, KEY));
        }
        if !names::is_api_name(name) {
            return Err(self.error(Code::INVALID_DATA, KEY));
        }
        if names::is_reserved_name(name) {
            return Err(self.error(Code::FIELD_NAME_RESERVED, KEY));
        }
        let mut fields = self.module.fields.iter();
        if fields.any(|field| field.api_name().eq_ignore_ascii_case(name)) {
            return Err(self.error(Code::FIELD_NAME_TAKEN, KEY));
        }
        Ok(name.to_owned())
    }

    /// The object without which a new field of the type is not complete.
    fn needed(&mut self) -> Checked {
        let needs = self.allows.and_then(|row| row.needs);
        match needs.filter(|key| self.is_new() && self.given(key).is_none()) {
            Some(key) => Err(self.dependent(Code::FIELD_DEPENDENT_MISSING, key, "data_type")),
            None => Ok(()),
        }
    }

    fn length(&mut self) -> Checked {
        const KEY: &str = "length";
        let rule = self.allows.map_or(Length::Fixed, |row| row.length);
        let Some(given) = self.given(KEY).filter(|_| rule != Length::Fixed) else {
            return Ok(());
        };
        let length = given.as_u64().and_then(|length| u32::try_from(length).ok());
        let length = length.ok_or_else(|| self.of_type("integer", KEY))?;
        let mismatch = |on: &str| self.dependent(Code::FIELD_LENGTH, KEY, on);
        match rule {
            Length::UpTo(most) if (1..=most).contains(&length) => {}
            Length::UpTo(most) => {
                return Err(mismatch("data_type").with("range", json!({"from": 1, "to": most})));
            }
            Length::OneOf(lengths) if lengths.contains(&length) => {}
            Length::OneOf(lengths) => {
                return Err(mismatch("data_type").with("supported_values", lengths));
            }
            // the kind of text area has put it there
            Length::Textarea | Length::Fixed => {
                let own = self.declared.get(KEY).and_then(Json::as_u64);
                let own = own.or_else(|| self.existing?.length().map(u64::from));
                return match own.filter(|own| *own != u64::from(length)) {
                    None => Ok(()),
                    Some(_) if !self.is_new() => Err(self.error(Code::FIELD_PROPERTY_FIXED, KEY)),
                    Some(own) => Err(mismatch("textarea.type").with("supported_values", vec![own])),
                };
            }
        }
        self.put(KEY, length);
        Ok(())
    }

    fn decimal_place(&mut self) -> Checked {
        const KEY: &str = "decimal_place";
        const MOST: u64 = 9;
        let takes = self.allows.is_some_and(|row| row.decimals);
        let Some(given) = self.given(KEY).filter(|_| takes) else {
            return Ok(());
        };
        let places = given.as_u64().ok_or_else(|| self.of_type("integer", KEY))?;
        if places > MOST {
            let error = ApiError::new(Code::INVALID_DATA);
            let error = error.with("range", json!({"from": 0, "to": MOST}));
            return Err(self.error(error, KEY));
        }
        // "the decimal value is less than the provided length"
        let length = self.declared.get("length").and_then(Json::as_u64);
        if length.is_some_and(|length| places >= length) {
            return Err(self.dependent(Code::FIELD_DEPENDENT, KEY, "length"));
        }
        self.put(KEY, places);
        Ok(())
    }

    fn filterable(&mut self) -> Checked {
        const KEY: &str = "filterable";
        let Some(on) = self.flag(KEY)? else {
            return Ok(());
        };
        let text = self
            .declared
            .get("formula")
            .is_some_and(|f| f["return_type"] == "text");
        if text || self.allows.is_some_and(|row| !row.filterable) {
            return Err(self.error(Code::FILTERABLE_NOT_ALLOWED, KEY));
        }
        let own = self.existing.and_then(|field| field.spec.flags.clone());
        let own = own.unwrap_or_else(|| self.data_type.flags().into());
        let mut flags: String = own.chars().filter(|letter| *letter != 'f').collect();
        if on {
            flags.push('f');
        }
        self.put("flags", flags);
        Ok(())
    }

    fn separator(&mut self) -> Checked {
        for key in [
            "separator",
            "number_separator",
            "pick_list_values_sorted_lexically",
            "enable_colour_code",
        ] {
            if let Some(on) = self.flag(key)? {
                self.put(key, on);
            }
        }
        Ok(())
    }

    fn tooltip(&mut self) -> Checked {
        const KEY: &str = "tooltip";
        if self.said.get(KEY).is_some_and(Json::is_null) {
            self.put(KEY, Json::Null);
        }
        let Some(tooltip) = self.object(KEY)? else {
            return Ok(());
        };
        let name = self.needed_text(tooltip, KEY, "name")?;
        let value = self.needed_text(tooltip, KEY, "value")?;
        let (supported, most): (&[&str], usize) =
            match self.allows.map_or(Tooltip::Both, |row| row.tooltip) {
                Tooltip::Both if name == "static_text" => (&["static_text", "info_icon"], 35),
                Tooltip::Both => (&["static_text", "info_icon"], 255),
                Tooltip::Icon => (&["info_icon"], 255),
            };
        if !supported.contains(&name) {
            return Err(self.of_words(supported, "tooltip.name"));
        }
        if value.chars().count() > most {
            return Err(self.too_long(most, "tooltip.value"));
        }
        let tooltip = json!({"name": name, "value": value});
        self.put(KEY, tooltip);
        Ok(())
    }

    /// `NOT_ALLOWED` about a type that is never unique, which names the type.
    fn not_unique(&self) -> ApiError {
        let kind = Code::UNIQUE_NOT_SUPPORTED;
        let message = format!(
            "{} {}",
            kind.message(Wording::Zoho),
            self.data_type.as_str()
        );
        self.error(ApiError::new(kind).saying(message), "unique")
    }
}
