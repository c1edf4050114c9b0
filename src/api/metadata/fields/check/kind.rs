//! What only some data types have: kinds of text area, currencies, auto-numbers, formulas, lookups.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::super::names;
use super::{Checked, Draft};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::view::check as check_criteria;
use crate::schema::{DataType, Module, Storage};

/// Kinds of text area, with their lengths and `ui_type`.
const TEXTAREAS: &[(&str, u32, u32)] = &[
    ("small", 2_000, 110),
    ("large", 32_000, 3),
    ("rich_text", 50_000, 250),
];
/// Auto-numbers that a module may have.
const MOST_NUMBERS: usize = 1;
/// What a formula may return, with the `json_type` of its values.
const RETURNED: &[(&str, &str)] = &[
    ("double", "double"),
    ("currency", "double"),
    ("text", "string"),
    ("date", "string"),
    ("datetime", "string"),
    ("boolean", "boolean"),
];
const ROUNDINGS: &[&str] = &["normal", "round_off", "round_up", "round_down"];

impl Draft<'_> {
    pub(super) fn textarea(&mut self) -> Checked {
        const KEY: &str = "textarea";
        let Some(textarea) = self.object(KEY)? else {
            return Ok(());
        };
        if self.data_type != DataType::Textarea {
            return Err(self.dependent(Code::FIELD_DEPENDENT, KEY, "data_type"));
        }
        let word = self.needed_text(textarea, KEY, "type")?;
        let kind = TEXTAREAS.iter().find(|(known, ..)| *known == word);
        let Some((word, length, ui_type)) = kind else {
            let words: Vec<&str> = TEXTAREAS.iter().map(|(known, ..)| *known).collect();
            return Err(self.of_words(words, "textarea.type"));
        };
        if let Some(field) = self.existing {
            let own = field.spec.textarea.as_deref().unwrap_or("large");
            return if own == *word {
                Ok(())
            } else {
                Err(self.error(Code::FIELD_PROPERTY_FIXED, "textarea.type"))
            };
        }
        self.put(KEY, *word);
        self.put("length", *length);
        self.put("ui_type", *ui_type);
        Ok(())
    }

    pub(super) fn currency(&mut self) -> Checked {
        const KEY: &str = "currency";
        let Some(currency) = self.object(KEY)?.filter(|object| !object.is_empty()) else {
            return Ok(());
        };
        if self.data_type != DataType::Currency {
            return Err(self.dependent(Code::FIELD_DEPENDENT, KEY, "data_type"));
        }
        let rounding = self.needed_text(currency, KEY, "rounding_option")?;
        if !ROUNDINGS.contains(&rounding) {
            return Err(self.of_words(ROUNDINGS, "currency.rounding_option"));
        }
        let places = self.declared.get("decimal_place").and_then(Json::as_u64);
        let own = self.existing.and_then(|field| field.decimal_place());
        let places = places.or(own.map(u64::from)).unwrap_or(2);
        let precision = match currency.get("precision") {
            None | Some(Json::Null) => places,
            // a string in the newer description of v8
            Some(given) => {
                let number = given.as_u64().or_else(|| given.as_str()?.parse().ok());
                number.ok_or_else(|| self.of_type("integer", "currency.precision"))?
            }
        };
        if precision > places {
            return Err(self.dependent(
                Code::FIELD_DEPENDENT,
                "currency.precision",
                "decimal_place",
            ));
        }
        let currency = json!({"rounding_option": rounding, "precision": precision});
        self.put(KEY, currency);
        Ok(())
    }

    pub(super) fn auto_number(&mut self) -> Checked {
        const KEY: &str = "auto_number";
        let Some(given) = self.object(KEY)?.filter(|object| !object.is_empty()) else {
            return Ok(());
        };
        if self.data_type != DataType::AutoNumber {
            return Err(self.dependent(Code::FIELD_DEPENDENT, KEY, "data_type"));
        }
        if self.is_new() {
            let numbered = self.module.numbered.iter();
            let custom = numbered.filter(|no| self.module.field_at(**no).spec.custom_field);
            if custom.count() >= MOST_NUMBERS {
                return Err(self.limit(MOST_NUMBERS, "data_type"));
            }
        }
        let old = self
            .existing
            .and_then(|field| field.spec.auto_number.as_ref());
        let start = match given.get("start_number") {
            None | Some(Json::Null) => old.map(|old| old.start_number),
            Some(start) => {
                let number = start.as_u64();
                Some(number.ok_or_else(|| self.of_type("integer", "auto_number.start_number"))?)
            }
        };
        let start = start
            .ok_or_else(|| self.error(Code::MANDATORY_NOT_FOUND, "auto_number.start_number"))?;
        let part = |key: &str, old: Option<&str>| -> Result<String, ApiError> {
            let text = self.text_of(given, KEY, key)?;
            Ok(text.or(old).unwrap_or_default().to_owned())
        };
        let prefix = part("prefix", old.map(|old| &*old.prefix))?;
        let suffix = part("suffix", old.map(|old| &*old.suffix))?;
        self.put(
            KEY,
            json!({"prefix": prefix, "suffix": suffix, "start_number": start}),
        );
        if self.is_new() {
            self.put("field_read_only", true);
        }
        Ok(())
    }

    pub(super) fn formula(&mut self) -> Checked {
        const KEY: &str = "formula";
        let Some(formula) = self.object(KEY)?.filter(|object| !object.is_empty()) else {
            return Ok(());
        };
        if self.data_type != DataType::Formula {
            return Err(self.dependent(Code::FIELD_DEPENDENT, KEY, "data_type"));
        }
        let old = self.existing.and_then(|field| field.spec.formula.as_ref());
        let old = old.and_then(|formula| formula["return_type"].as_str());
        let word = self.text_of(formula, KEY, "return_type")?;
        let word = word.or(old).unwrap_or("double");
        if old.is_some_and(|old| old != word) {
            return Err(self.error(Code::FORMULA_TYPE_FIXED, "formula.return_type"));
        }
        let Some((word, json_type)) = RETURNED.iter().find(|(known, _)| *known == word) else {
            let words: Vec<&str> = RETURNED.iter().map(|(known, _)| *known).collect();
            return Err(self.of_words(words, "formula.return_type"));
        };
        let expression = self.needed_text(formula, KEY, "expression")?;
        self.expression(expression)?;
        self.put(KEY, json!({"return_type": word, "expression": expression}));
        self.put("json_type", *json_type);
        self.put("read_only", true);
        self.put("field_read_only", true);
        self.put("view", "V---");
        Ok(())
    }

    /// Brackets close, and the fields between `${` and `}` exist. More of a formula is not read.
    fn expression(&self, text: &str) -> Checked {
        const KEY: &str = "formula.expression";
        let mut open: Vec<char> = Vec::new();
        let mut quote = None;
        for c in text.chars() {
            match (quote, c) {
                (Some(end), c) if c == end => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, '(') => open.push(')'),
                (None, '{') => open.push('}'),
                (None, ')' | '}') if open.pop() != Some(c) => {
                    return Err(self.error(Code::FORMULA_BRACES, KEY));
                }
                (None, _) => {}
            }
        }
        if quote.is_some() {
            return Err(self.error(Code::FORMULA_SYNTAX, KEY));
        }
        if !open.is_empty() {
            return Err(self.error(Code::FORMULA_BRACES, KEY));
        }
        let mut names = operands(text);
        match names.find(|name| !self.reads(name)) {
            Some(_) => Err(self.error(Code::FORMULA_FIELD, KEY)),
            None => Ok(()),
        }
    }

    /// Whether a formula may name a field so: by itself, with its module, or behind a lookup.
    fn reads(&self, name: &str) -> bool {
        let module = self.module;
        let Some((first, field)) = name.split_once('.') else {
            return module.field_called(name).is_some();
        };
        let own = [
            &module.spec.api_name,
            &module.spec.singular_label,
            &module.spec.plural_label,
        ];
        if own.iter().any(|known| known.eq_ignore_ascii_case(first)) {
            return module.field_called(field).is_some();
        }
        match module.field_called(first).map(|lookup| &lookup.kind) {
            Some(Storage::Lookup(Some(target))) => {
                let target = self.state.schema.module_at(*target);
                target.field_called(field).is_some()
            }
            _ => false,
        }
    }

    pub(super) fn lookup(&mut self) -> Checked {
        const KEY: &str = "lookup";
        let Some(lookup) = self.object(KEY)?.filter(|object| !object.is_empty()) else {
            return Ok(());
        };
        let at = "lookup.revalidate_filter_during_edit";
        if lookup.get("revalidate_filter_during_edit") == Some(&Json::Bool(true)) {
            return Err(self.error(Code::FEATURE_NOT_SUPPORTED, at));
        }
        match self.data_type {
            DataType::Lookup => {}
            // which users are offered is a matter of forms alone
            DataType::UserLookup => return Ok(()),
            _ => return Err(self.dependent(Code::FIELD_DEPENDENT, KEY, "data_type")),
        }
        let target = self.target(lookup)?;
        let old = self.existing.and_then(|field| field.spec.lookup.as_ref());
        if old.is_some_and(|old| old.module != target.api_name()) {
            return Err(self.error(Code::LOOKUP_MODULE_FIXED, "lookup.module"));
        }
        let label = match (old, lookup.contains_key("display_label")) {
            (Some(old), false) => old.label.as_deref().unwrap_or_default(),
            _ => self.needed_text(lookup, KEY, "display_label")?,
        };
        let relation = match old.and_then(|old| old.relation.as_deref()) {
            Some(relation) => relation.to_owned(),
            None => names::from_label(label, |name| {
                let mut lists = target.related_lists.iter();
                lists.any(|list| list.spec.api_name.eq_ignore_ascii_case(name))
            }),
        };
        let details = match lookup.get("query_details").filter(|given| !given.is_null()) {
            None => old.and_then(|old| old.query_details.clone()),
            Some(given) => self.query_details(given, &target)?,
        };
        let mut declared = json!({"module": target.api_name(), "relation": relation});
        if !label.is_empty() {
            declared["label"] = label.into();
        }
        if let Some(details) = details {
            declared["query_details"] = details;
        }
        // a list that is there keeps its id
        let list = target
            .related_lists
            .iter()
            .find(|l| l.spec.api_name == relation);
        if let Some(list) = list.filter(|_| old.is_some()) {
            declared["id"] = list.id.json();
        }
        self.put(KEY, declared);
        Ok(())
    }

    /// The module that a lookup leads to, by name, by id, or by both.
    fn target(&self, lookup: &Map<String, Json>) -> Result<Arc<Module>, ApiError> {
        const KEY: &str = "lookup.module";
        let schema = &self.state.schema;
        let (name, id) = match lookup.get("module") {
            None | Some(Json::Null) => {
                let old = self.existing.and_then(|field| field.spec.lookup.as_ref());
                let old = old.and_then(|old| schema.module(&old.module));
                return old
                    .cloned()
                    .ok_or_else(|| self.error(Code::MANDATORY_NOT_FOUND, KEY));
            }
            Some(Json::String(name)) => (Some(name.as_str()), None),
            Some(Json::Object(module)) => {
                let name = self.text_of(module, KEY, "api_name")?;
                (name, module.get("id").filter(|id| !id.is_null()))
            }
            Some(_) => return Err(self.of_type("jsonobject", KEY)),
        };
        let at = match (name, lookup.get("module")) {
            (Some(_), Some(Json::Object(_))) => "lookup.module.api_name",
            (None, _) => "lookup.module.id",
            _ => KEY,
        };
        let by_id = id.map(|id| {
            let id = Id::from_json(id);
            id.and_then(|id| schema.modules().find(|module| module.id == id))
        });
        let found = match (name.map(|name| schema.module(name)), by_id) {
            (Some(Some(named)), Some(Some(known))) if named.no != known.no => {
                return Err(self.error(Code::LOOKUP_AMBIGUITY, KEY));
            }
            (Some(Some(_)), Some(None)) => {
                return Err(self.error(Code::UNKNOWN_SETTING, "lookup.module.id"));
            }
            (Some(named), _) => named,
            (None, Some(known)) => known,
            (None, None) => {
                return Err(self.error(Code::MANDATORY_NOT_FOUND, "lookup.module.api_name"));
            }
        };
        let fit = found.filter(|m| m.spec.lookupable && !m.fields.is_empty());
        fit.cloned()
            .ok_or_else(|| self.error(Code::INVALID_DATA, at))
    }

    /// Which records of the target forms offer: criteria over its fields, as views have them.
    fn query_details(&self, given: &Json, target: &Module) -> Result<Option<Json>, ApiError> {
        const KEY: &str = "lookup.query_details";
        let details = given.as_object();
        let details = details.ok_or_else(|| self.of_type("jsonobject", KEY))?;
        if details.is_empty() {
            return Ok(None);
        }
        let at = "lookup.query_details.criteria";
        let criteria = details
            .get("criteria")
            .filter(|criteria| !criteria.is_null());
        let criteria = criteria.ok_or_else(|| self.error(Code::MANDATORY_NOT_FOUND, at))?;
        let path = format!("{}.{at}", self.spot);
        check_criteria(criteria, target, self.state, self.now, &path)?;
        Ok(Some(json!({"criteria": criteria})))
    }
}

/// What stands between `${` and `}` in a formula.
pub(in crate::api::metadata::fields) fn operands(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split("${").skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0.trim()))
}
