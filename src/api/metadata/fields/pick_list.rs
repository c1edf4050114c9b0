//! The values of a picklist, as fields and as a list of their own show them.

use serde_json::{Value as Json, json};

use super::keys::VALUE_KEYS;
use super::object::Renderer;
use crate::api::settings::Object;
use crate::ids::Id;
use crate::schema::{Field, PickValue, value_tail};

impl Renderer<'_> {
    /// The values of a picklist.
    pub(super) fn values(&self, field: &Field) -> Json {
        let values = field.pick_list.iter().enumerate();
        values
            .map(|(n, value)| {
                self.value(Object::default(), field, n, value)
                    .shown(&[VALUE_KEYS], self.version)
            })
            .collect()
    }

    /// The values of a picklist, each with the layouts that offer it.
    pub(super) fn values_with_layouts(&self, field: &Field) -> Vec<Json> {
        let layouts = self.layouts(field);
        let values = field.pick_list.iter().enumerate();
        values
            .map(|(n, value)| {
                // a list of values has them in this order (v8 capture)
                let start = Object::default().put("sequence_number", position(n, value));
                self.value(start, field, n, value)
                    .put("layout_associations", layouts.clone())
                    .shown(&[VALUE_KEYS], self.version)
            })
            .collect()
    }

    /// The value's keys in the order of lists of fields, after those that `object` begins with.
    fn value(&self, object: Object, field: &Field, n: usize, value: &PickValue) -> Object {
        object
            .put("display_value", value.display_value.as_str())
            .put("sequence_number", position(n, value))
            .put_some("probability", value.probability)
            .put_some("forecast_category", self.forecast_category(field, value))
            .put_some("deal_category", value.deal_category.as_deref())
            .put("reference_value", value.display_value.as_str())
            .put("colour_code", value.colour_code.as_deref())
            .put_some("forecast_type", value.forecast_type.as_deref())
            .put("maps", json!([]))
            .put("actual_value", value.actual_value.as_str())
            .put("id", self.value_id(field, n, value).json())
            .put("type", "used")
    }

    /// The category of a stage: an object since v4. Before, it is a number, of which only the type
    /// is known: the categories are counted from 1 as stages name them (assumed).
    fn forecast_category(&self, field: &Field, value: &PickValue) -> Option<Json> {
        let mut category = value.forecast_category.as_deref().cloned()?;
        if self.version.stages_number_their_forecast() {
            let mut known: Vec<&Json> = Vec::new();
            let named = field.pick_list.iter();
            for other in named.filter_map(|value| value.forecast_category.as_deref()) {
                if !known.contains(&other) {
                    known.push(other);
                }
            }
            let at = known.iter().position(|known| **known == category)?;
            return Some(json!(at + 1));
        }
        if let Some(id) = category.get_mut("id")
            && let Some(tail) = id.as_u64()
        {
            *id = self.state.info.prefix.id(tail).json();
        }
        Some(category)
    }

    fn value_id(&self, field: &Field, n: usize, value: &PickValue) -> Id {
        let tail = value_tail(self.module.no, field.no, n, value);
        self.state.info.prefix.id(tail)
    }
}

/// A value's place in its list, counted from 1.
fn position(n: usize, value: &PickValue) -> usize {
    let declared = value.sequence_number.and_then(|n| usize::try_from(n).ok());
    declared.unwrap_or(n + 1)
}
