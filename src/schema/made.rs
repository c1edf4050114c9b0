//! What modules have that an org makes, before their own fields are added.

use serde_json::{Map, Value as Json, json};

fn field(api_name: &str, label: &str, data_type: &str, more: Json) -> Json {
    let mut field = Map::new();
    field.insert("api_name".into(), api_name.into());
    field.insert("field_label".into(), label.into());
    field.insert("data_type".into(), data_type.into());
    if let Json::Object(more) = more {
        field.extend(more);
    }
    Json::Object(field)
}

/// The properties that every custom module has besides its own fields.
pub(super) fn custom_module(singular: &str, plural: &str) -> Json {
    let section = "INF";
    json!({
        "singular_label": singular, "plural_label": plural,
        "generated_type": "custom", "creatable": true, "editable": true, "deletable": true,
        "viewable": true, "api_supported": true, "show_as_tab": true, "quick_create": true,
        "global_search_supported": true, "isBlueprintSupported": true, "lookupable": true,
        "presence_sub_menu": true, "recycle_bin_on_delete": true, "visibility": 1, "status": "visible",
        "display_field": "Name", "duplicate_check_field": "Name",
        "search_layout_fields": ["Name", "Owner"], "related_list_fields": ["Name", "Owner"],
        "layout": {"sections": [{"key": section, "api_name": format!("{singular} Information"),
            "display_label": format!("{singular} Information"), "column_count": 2}]},
        "fields": [
            field("Name", &format!("{singular} Name"), "text", json!({"length": 120, "system_mandatory": true, "view": "VCEQ", "section": section, "sequence": 1})),
            field("Owner", &format!("{singular} Owner"), "ownerlookup", json!({"field_read_only": true, "view": "VCE-", "flags": "sfobw", "section": section, "sequence": 2})),
            field("Email", "Email", "email", json!({"section": section, "sequence": 3})),
            field("Secondary_Email", "Secondary Email", "email", json!({"section": section, "sequence": 4})),
            field("Created_By", "Created By", "ownerlookup", json!({"ui_type": 20, "view": "V---", "flags": "sfobw", "section": section, "sequence": 5})),
            field("Modified_By", "Modified By", "ownerlookup", json!({"ui_type": 20, "view": "V---", "flags": "sfobw", "section": section, "sequence": 6})),
            field("Created_Time", "Created Time", "datetime", json!({"ui_type": 200, "view": "V---", "flags": "sfow", "section": section, "sequence": 7})),
            field("Modified_Time", "Modified Time", "datetime", json!({"ui_type": 200, "view": "V---", "flags": "sfow", "section": section, "sequence": 8})),
            field("Last_Activity_Time", "Last Activity Time", "datetime", json!({"ui_type": 786, "field_read_only": true, "view": "V---", "flags": "sfow", "section": section, "sequence": 9})),
            field("Email_Opt_Out", "Email Opt Out", "boolean", json!({"default": false, "section": section, "sequence": 10})),
            field("Tag", "Tag", "text", json!({"json_type": "jsonarray", "length": 2000, "ui_type": 209, "view": "V---", "flags": "sfw", "section": section, "sequence": 11})),
            field("Record_Image", &format!("{singular} Image"), "profileimage", json!({"view": "VCE-", "flags": ""})),
            field("id", "Record Id", "bigint", json!({"ui_type": 52, "read_only": true, "field_read_only": true, "view": "V---", "flags": "sfow"})),
            field("Locked__s", "Locked", "boolean", json!({"read_only": true, "field_read_only": true, "view": "----", "flags": "sfo", "default": false, "body": "2026", "since": "v5"})),
            field("Unsubscribed_Mode", "Unsubscribed Mode", "picklist", json!({"read_only": true, "field_read_only": true, "view": "V---", "flags": "sfow", "since": "v5", "pick_list": "Unsubscribed_Mode"})),
            field("Unsubscribed_Time", "Unsubscribed Time", "datetime", json!({"read_only": true, "field_read_only": true, "view": "V---", "flags": "sfow", "since": "v5"})),
            field("Record_Status__s", "Record Status", "picklist", json!({"read_only": true, "field_read_only": true, "view": "----", "flags": "f", "default": "Available", "body": "v6", "since": "v6", "pick_list": "Record_Status__s"})),
        ],
        "related_lists": [
            {"sequence_number": 1, "api_name": "Notes", "display_label": "Notes", "module": "Notes", "link": {"field": "Parent_Id"}},
            {"sequence_number": 2, "api_name": "Attachments", "display_label": "Attachments", "module": "Attachments", "link": {"field": "Parent_Id"}},
            {"sequence_number": 3, "api_name": "Emails", "display_label": "Emails", "module": "Emails", "href": null},
            {"sequence_number": 6, "api_name": "Tasks", "display_label": "Open Tasks", "module": "Tasks", "since": "v3", "link": {"field": "What_Id", "part": "open"}},
            {"sequence_number": 7, "api_name": "Events", "display_label": "Open Meetings", "module": "Events", "since": "v3", "link": {"field": "What_Id", "part": "open"}},
            {"sequence_number": 8, "api_name": "Calls", "display_label": "Open Calls", "module": "Calls", "since": "v3", "link": {"field": "What_Id", "part": "open"}},
            {"sequence_number": 9, "api_name": "Tasks_History", "display_label": "Closed Tasks", "module": "Tasks", "since": "v3", "link": {"field": "What_Id", "part": "closed"}},
            {"sequence_number": 10, "api_name": "Events_History", "display_label": "Closed Meetings", "module": "Events", "since": "v3", "link": {"field": "What_Id", "part": "closed"}},
            {"sequence_number": 11, "api_name": "Calls_History", "display_label": "Closed Calls", "module": "Calls", "since": "v3", "link": {"field": "What_Id", "part": "closed"}},
        ],
        "custom_views": [
            {"name": format!("All {plural}"), "system_name": "ALLVIEWS", "default": true, "fields": ["Name", "Owner"]},
            {"name": format!("My {plural}"), "system_name": "MYVIEWS", "fields": ["Name"],
             "criteria": {"field": "Owner", "comparator": "equal", "value": "${CURRENTUSER}"}},
            {"name": format!("Recently Created {plural}"), "system_name": "RECENTLYCREATED", "fields": ["Name", "Owner"],
             "criteria": {"field": "Created_Time", "comparator": "less_equal", "value": "${AGEINDAYS}+31"}},
            {"name": format!("Recently Modified {plural}"), "system_name": "RECENTLYMODIFIED", "fields": ["Name", "Owner"],
             "criteria": {"field": "Modified_Time", "comparator": "less_equal", "value": "${AGEINDAYS}+31"}},
        ],
    })
}

/// A read-only field that rows have by themselves.
fn system(api_name: &str, label: &str, data_type: &str, ui_type: u32, flags: &str) -> Json {
    field(
        api_name,
        label,
        data_type,
        json!({"ui_type": ui_type, "read_only": true, "field_read_only": true, "view": "V---", "flags": flags}),
    )
}

/// A module of rows: it has no fields of a tab, only those that tell the row (names recorded; the
/// sample of a single record in the v7 pages).
pub(super) fn row_module(singular: &str, plural: &str, parent: Option<&str>) -> Json {
    let in_layout = |mut field: Json, sequence: u32| {
        field["section"] = "INF".into();
        field["sequence"] = sequence.into();
        field
    };
    let mut parent_id = in_layout(system("Parent_Id", "Parent ID", "lookup", 133, "sfobw"), 1);
    if let Some(parent) = parent {
        parent_id["lookup"] = json!({"module": parent});
    }
    json!({
        "singular_label": singular, "plural_label": plural,
        "generated_type": "subform", "deletable": true, "viewable": true, "api_supported": true,
        "recycle_bin_on_delete": true, "visibility": 2, "status": "visible",
        "parent_module": parent,
        // a layout of its own: another id than the parent's in the same org (samples of v7)
        "layout": {"sections": [{"key": "INF", "api_name": format!("{singular} Information"),
            "display_label": format!("{singular} Information"), "column_count": 2}]},
        "fields": [
            parent_id,
            in_layout(system("Created_Time", "Created Time", "datetime", 200, "sfow"), 2),
            in_layout(system("Modified_Time", "Modified Time", "datetime", 200, "sfow"), 3),
            field("id", "Record Id", "bigint", json!({"ui_type": 52, "read_only": true, "field_read_only": true, "view": "----", "flags": "sfow"})),
        ],
        "related_lists": [],
        "custom_views": [],
    })
}

/// A module that holds the pairs of a multi-select lookup: no name of its own, and the two lookups
/// are its seed's.
pub(super) fn linking_module(singular: &str, plural: &str) -> Json {
    json!({
        "singular_label": singular, "plural_label": plural,
        "generated_type": "linking", "creatable": true, "editable": true, "deletable": true,
        "viewable": true, "api_supported": true, "quick_create": true,
        "recycle_bin_on_delete": true, "visibility": 1, "status": "visible",
        "fields": [
            field("Owner", &format!("{singular} Owner"), "ownerlookup", json!({"field_read_only": true, "view": "VCE-", "flags": "sfobw"})),
            system("Created_By", "Created By", "ownerlookup", 20, "sfobw"),
            system("Modified_By", "Modified By", "ownerlookup", 20, "sfobw"),
            system("Created_Time", "Created Time", "datetime", 200, "sfow"),
            system("Modified_Time", "Modified Time", "datetime", 200, "sfow"),
            field("Tag", "Tag", "text", json!({"json_type": "jsonarray", "length": 2000, "ui_type": 209, "view": "V---", "flags": "sfw"})),
            field("id", "Record Id", "bigint", json!({"ui_type": 52, "read_only": true, "field_read_only": true, "view": "V---", "flags": "sfow"})),
        ],
        "related_lists": [],
        "custom_views": [],
    })
}
