//! The parts of a field's object that depend on the field alone.

use serde_json::{Map, Value as Json, json};

use super::form::FieldForm;
use super::keys::CUSTOMIZABLE;
use crate::schema::{DataType, Field, Slot};
use crate::version::ApiVersion;

/// What the API and the forms may do. System fields allow nothing (v7 capture), tags everything,
/// subforms nothing although records carry them.
pub(super) fn operations(field: &Field) -> Json {
    let free = field.writable() && field.spec.data_type != DataType::Subform;
    json!({"web_update": free, "api_create": free, "web_create": free, "api_update": free})
}

pub(super) fn customizable(field: &Field) -> Json {
    if field.slot == Slot::Owner {
        json!(["field_of_lookup"])
    } else if is_part_of_name(field) {
        json!(["mandatory", "removal", "add_to_other_layouts"])
    } else if field.writable() {
        json!(CUSTOMIZABLE)
    } else {
        json!([])
    }
}

/// What a parser of e-mails may do: nothing with owners, and no more than make a record with the
/// parts of a name (v8 capture of leads).
pub(super) fn email_parser(field: &Field) -> Json {
    let free = field.writable() && field.slot != Slot::Owner;
    let update = free && !is_part_of_name(field);
    json!({"fields_update_supported": update, "record_operations_supported": free})
}

/// Whether the field is a part of the name of a person: the first name in the captures, assumed for
/// the last.
fn is_part_of_name(field: &Field) -> bool {
    matches!(field.spec.ui_type, Some(27 | 127))
}

/// A number without known meaning: 17 on ids (v8 captures).
pub(super) fn show_type(field: &Field) -> u8 {
    if field.slot == Slot::Id { 17 } else { 7 }
}

pub(super) fn unique(field: &Field) -> Json {
    if field.spec.unique {
        json!({"case_sensitive": false})
    } else {
        json!({})
    }
}

pub(super) fn separator(field: &Field) -> bool {
    let usual = field.spec.custom_field && field.spec.data_type == DataType::Integer;
    field.spec.separator.unwrap_or(usual)
}

pub(super) fn number_separator(field: &Field) -> Option<bool> {
    let formula = field.spec.data_type == DataType::Formula;
    field.spec.number_separator.filter(|_| formula)
}

pub(super) fn view_type(field: &Field) -> Json {
    json!({
        "view": field.view('V'),
        "edit": field.view('E'),
        "quick_create": field.view('Q'),
        "create": field.view('C'),
    })
}

pub(super) fn textarea(field: &Field) -> Option<Json> {
    let kind = field.spec.textarea.as_deref();
    (field.spec.data_type == DataType::Textarea).then(|| json!({"type": kind.unwrap_or("large")}))
}

pub(super) fn permissions(field: &Field, form: FieldForm) -> Option<Json> {
    (form == FieldForm::WithPermissions).then(|| {
        let editable = !field.spec.read_only && !field.spec.field_read_only;
        let hidden = editable && !field.spec.system_mandatory;
        json!({"read_only": editable, "read_write": editable, "hidden": hidden})
    })
}

pub(super) fn sharing(field: &Field) -> Option<Json> {
    (field.spec.data_type == DataType::UserLookup).then(|| {
        let said = field.spec.sharing_properties.as_ref();
        let said = |key: &str| said.and_then(|said| said.get(key)).cloned();
        json!({
            "scheduler_status": "completed",
            "share_permission": said("share_permission").unwrap_or("full-access".into()),
            "share_preference_enabled": said("share_preference_enabled").unwrap_or(true.into()),
        })
    })
}

pub(super) fn currency(field: &Field) -> Json {
    if field.spec.data_type != DataType::Currency {
        return json!({});
    }
    let usual = || json!({"rounding_option": "normal", "precision": field.decimal_place()});
    field
        .spec
        .currency
        .as_deref()
        .cloned()
        .unwrap_or_else(usual)
}

/// What a formula or roll-up returns, if the field is of the type asked for.
pub(super) fn computed(field: &Field, data_type: DataType, version: ApiVersion) -> Json {
    if field.spec.data_type != data_type {
        return json!({});
    }
    let mut parts = match field.spec.formula.as_deref() {
        Some(Json::Object(parts)) => parts.clone(),
        _ => Map::new(),
    };
    // stock formulas tell their expression in v2 alone
    if data_type == DataType::Formula && !field.spec.custom_field && !version.shows_expressions() {
        parts.shift_remove("expression");
    }
    if data_type == DataType::Formula {
        parts.entry("assume_default").or_insert(Json::Bool(false));
    }
    Json::Object(parts)
}

pub(super) fn auto_number(field: &Field) -> Json {
    if field.spec.data_type != DataType::AutoNumber {
        return json!({});
    }
    match &field.spec.auto_number {
        None => json!({"prefix": "", "start_number": 1, "suffix": ""}),
        Some(said) => json!({
            "prefix": said.prefix.as_str(),
            "start_number": said.start_number,
            "suffix": said.suffix.as_str(),
        }),
    }
}

/// Values of these types are rows of their own (v7 capture).
pub(super) fn is_virtual(field: &Field) -> bool {
    matches!(
        field.spec.data_type,
        DataType::Subform | DataType::MultiSelectLookup | DataType::MultiUserLookup
    )
}
