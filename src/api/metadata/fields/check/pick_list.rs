//! The values of a picklist.

use serde_json::{Map, Value as Json};

use super::{Checked, Draft};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{DataType, PickValue, value_tail};

/// The value that every picklist begins with (captures of v7 and v8).
const NONE: &str = "-None-";
/// The longest value (page on global picklists).
const LONGEST: usize = 120;

const KEY: &str = "pick_list_values";

impl Draft<'_> {
    pub(super) fn pick_list(&mut self) -> Checked {
        let list = matches!(
            self.data_type,
            DataType::Picklist | DataType::MultiSelectPicklist
        );
        let (values, global) = (self.given(KEY), self.object("global_picklist")?);
        match (values, global) {
            (None, None) if list && self.is_new() => {
                let expected: Vec<Json> = [KEY, "global_picklist"]
                    .map(|key| self.spot.place(key))
                    .into();
                let error = ApiError::new(Code::PICK_LIST_EXPECTED);
                return Err(error.with("expected_fields", expected));
            }
            (None, None) => return self.sorted_anew(),
            (Some(_), None) | (None, Some(_)) if !list => {
                let key = if values.is_some() {
                    KEY
                } else {
                    "global_picklist"
                };
                // an empty list is what fields of other types show
                if values.and_then(Json::as_array).is_some_and(Vec::is_empty) {
                    return Ok(());
                }
                return Err(self.dependent(Code::FIELD_DEPENDENT, key, "data_type"));
            }
            (Some(_), Some(_)) => {
                let due: Vec<Json> = [KEY, "global_picklist"]
                    .map(|key| self.spot.place(key))
                    .into();
                let error = ApiError::new(Code::PICK_LIST_AMBIGUITY);
                return Err(error.with("ambiguity_due_to", due));
            }
            // there are no global picklists, so no id is one of them
            (None, Some(global)) => {
                let at = "global_picklist.id";
                let kind = match global.get("id") {
                    None | Some(Json::Null) => Code::MANDATORY_NOT_FOUND,
                    Some(_) => Code::UNKNOWN_SETTING,
                };
                return Err(self.error(kind, at));
            }
            (Some(_), None) => {}
        }
        let items = values.and_then(Json::as_array);
        let items = items.ok_or_else(|| self.of_type("jsonarray", KEY))?;
        if items.is_empty() && self.is_new() {
            let error = ApiError::new(Code::INVALID_DATA).with("minimum_length", 1);
            return Err(self.error(error, KEY));
        }
        let mut values = self.held();
        for (n, item) in items.iter().enumerate() {
            self.value(item, &format!("{KEY}[{n}]"), &mut values)?;
        }
        self.declare(values);
        Ok(())
    }

    /// The values that the field has, each with an id of its own: it must not change when others
    /// come and go.
    fn held(&self) -> Vec<PickValue> {
        match self.existing {
            Some(field) => {
                let values = field.pick_list.iter().enumerate();
                let held = values.map(|(n, value)| PickValue {
                    id: Some(value_tail(self.module.no, field.no, n, value)),
                    ..value.clone()
                });
                held.collect()
            }
            None if self.data_type == DataType::Picklist => vec![PickValue {
                display_value: NONE.into(),
                actual_value: NONE.into(),
                ..PickValue::default()
            }],
            None => Vec::new(),
        }
    }

    /// Adds, changes or takes out one value.
    fn value(&self, item: &Json, path: &str, values: &mut Vec<PickValue>) -> Checked {
        let item = item
            .as_object()
            .ok_or_else(|| self.of_type("jsonobject", path))?;
        let display = self.text_of(item, path, "display_value")?.map(str::trim);
        let actual = self.text_of(item, path, "actual_value")?.map(str::trim);
        let known = self.position(item, path, actual, values)?;
        if item.get("_delete").is_some_and(|delete| *delete != false) {
            let Some(at) = known else {
                return Err(self.error(Code::UNKNOWN_SETTING, &format!("{path}.id")));
            };
            if values[at].actual_value == NONE {
                return Err(self.error(Code::PICK_VALUE_FIXED, &format!("{path}._delete")));
            }
            values.remove(at);
            return Ok(());
        }
        let at = format!("{path}.display_value");
        let display = match (display.filter(|text| !text.is_empty()), known) {
            (Some(text), _) => text.to_owned(),
            (None, Some(known)) => values[known].display_value.to_string(),
            (None, None) => return Err(self.error(Code::MANDATORY_NOT_FOUND, &at)),
        };
        let actual = actual.filter(|text| !text.is_empty());
        for (text, key) in [
            (Some(display.as_str()), "display_value"),
            (actual, "actual_value"),
        ] {
            if text.is_some_and(|text| text.chars().count() > LONGEST) {
                return Err(self.too_long(LONGEST, &format!("{path}.{key}")));
            }
        }
        let colour = self.text_of(item, path, "colour_code")?;
        let same = |(n, value): (usize, &PickValue)| {
            Some(n) != known && value.display_value.eq_ignore_ascii_case(&display)
        };
        if values.iter().enumerate().any(same) {
            return Err(self.error(Code::DUPLICATE_DATA, &at));
        }
        match known {
            Some(known) => {
                values[known].display_value = display.as_str().into();
                if let Some(colour) = colour {
                    values[known].colour_code = Some(colour.into());
                }
            }
            None => {
                let actual = actual.unwrap_or(&display);
                if values.iter().any(|value| value.actual_value == actual) {
                    return Err(self.error(Code::DUPLICATE_DATA, &format!("{path}.actual_value")));
                }
                values.push(PickValue {
                    display_value: display.as_str().into(),
                    actual_value: actual.into(),
                    colour_code: colour.map(Into::into),
                    ..PickValue::default()
                });
            }
        }
        Ok(())
    }

    /// The value that an item means: by its id, else by the stored value, in a field that is
    /// changed.
    fn position(
        &self,
        item: &Map<String, Json>,
        path: &str,
        actual: Option<&str>,
        values: &[PickValue],
    ) -> Result<Option<usize>, ApiError> {
        if self.is_new() {
            return Ok(None);
        }
        let prefix = self.state.info.prefix;
        if let Some(id) = item.get("id").filter(|id| !id.is_null()) {
            let id = Id::from_json(id);
            let mut ids = values
                .iter()
                .map(|value| value.id.map(|tail| prefix.id(tail)));
            let at = ids.position(|known| known.is_some() && known == id);
            let unknown = || self.error(Code::UNKNOWN_SETTING, &format!("{path}.id"));
            return at.map(Some).ok_or_else(unknown);
        }
        let named = |actual: &str| values.iter().position(|v| v.actual_value == actual);
        Ok(actual.and_then(named))
    }

    /// Writes the values in their order: the one they came in, or that of the alphabet.
    fn declare(&mut self, mut values: Vec<PickValue>) {
        const SORTED: &str = "pick_list_values_sorted_lexically";
        let own = self
            .existing
            .map(|field| field.spec.pick_list_values_sorted_lexically);
        let sorted = self.said.get(SORTED).and_then(Json::as_bool);
        if sorted.or(own).unwrap_or_default() {
            values.sort_by_key(|value| {
                let display = value.display_value.to_lowercase();
                (value.actual_value != NONE, display)
            });
            for value in &mut values {
                value.sequence_number = None;
            }
        }
        let list = serde_json::to_value(&values).unwrap_or_default();
        self.put("pick_list", list);
    }

    /// A field that is only told to be in another order.
    fn sorted_anew(&mut self) -> Checked {
        let sorted = self.given("pick_list_values_sorted_lexically").is_some();
        if sorted
            && self
                .existing
                .is_some_and(|field| !field.pick_list.is_empty())
        {
            let values = self.held();
            self.declare(values);
        }
        Ok(())
    }
}
