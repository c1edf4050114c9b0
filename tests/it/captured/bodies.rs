//! Captures of whole bodies, or of parts that were printed whole.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::{Case, also, case, check, read, write};

pub(super) const BODIES: &[Case] = &[
    case(
        "contacts_2026",
        "GET /crm/v2/Contacts/7328395000000687002",
        "data.0",
    ),
    also(
        "contacts_2026_list",
        "contacts_2026",
        "GET /crm/v2/Contacts",
        "data.0",
    ),
    case(
        "accounts_2026",
        "GET /crm/v2/Accounts/7328395000000710005",
        "data.0",
    ),
    also(
        "accounts_2026_list",
        "accounts_2026",
        "GET /crm/v2/Accounts",
        "data.0",
    ),
    case(
        "deals_2026",
        "GET /crm/v2/Deals/7328395000000710007",
        "data.0",
    ),
    also(
        "deals_2026_list",
        "deals_2026",
        "GET /crm/v2/Deals",
        "data.0",
    ),
    case(
        "tasks_2026",
        "GET /crm/v2/Tasks/7328395000000686005",
        "data.0",
    ),
    also(
        "tasks_2026_list",
        "tasks_2026",
        "GET /crm/v2/Tasks",
        "data.0",
    ),
    case(
        "events_2026",
        "GET /crm/v2/Events/7328395000000688001",
        "data.0",
    ),
    also(
        "events_2026_list",
        "events_2026",
        "GET /crm/v2/Events",
        "data.0",
    ),
    case(
        "calls_2026",
        "GET /crm/v2/Calls/7328395000000680317",
        "data.0",
    ),
    also(
        "calls_2026_list",
        "calls_2026",
        "GET /crm/v2/Calls",
        "data.0",
    ),
    case(
        "leads_2023",
        "GET /crm/v2/Leads/4970762000000335415",
        "data.0",
    ),
    also(
        "leads_2023_list",
        "leads_2023",
        "GET /crm/v2/Leads",
        "data.0",
    ),
    case(
        "products_2024",
        "GET /crm/v2/Products/4876876000000574001",
        "data.0",
    ),
    case(
        "quotes_2018",
        "GET /crm/v2/Quotes/3187579000000153739",
        "data.0",
    ),
    case(
        "quote_row_2023",
        "GET /crm/v2/Quotes/5344455000005509041",
        "data.0.Product_Details.0",
    ),
    case("user_2026", "GET /crm/v2/users?type=CurrentUser", "users.0"),
    also(
        "user_2026_by_id",
        "user_2026",
        "GET /crm/v2/users/7328395000000605001",
        "users.0",
    ),
    also(
        "users_info_2026",
        "user_2026",
        "GET /crm/v2/users?type=AllUsers",
        "info",
    ),
    case(
        "user_v7",
        "GET /crm/v7/users/5725767000000411001",
        "users.0",
    ),
    also(
        "user_v8",
        "user_v7",
        "GET /crm/v8/users/5725767000000411001",
        "users.0",
    ),
    case("org_v7", "GET /crm/v7/org", ""),
    also("org_v8", "org_v7", "GET /crm/v8/org", ""),
    case(
        "profile_administrator_v8",
        "GET /crm/v8/settings/profiles",
        "profiles.0",
    ),
    also(
        "profile_standard_v8",
        "profile_administrator_v8",
        "GET /crm/v8/settings/profiles",
        "profiles.1",
    ),
    case("role_manager_v3", "GET /crm/v3/settings/roles", "roles.1"),
    case(
        "module_v7",
        "GET /crm/v7/settings/modules",
        "modules.@api_name=Leads",
    ),
    case(
        "field_v8",
        "GET /crm/v8/settings/fields/4832675000000000555?module=Leads",
        "",
    ),
    case(
        "view_v7",
        "GET /crm/v7/settings/custom_views?module=Leads",
        "custom_views.@name=All Open Leads",
    ),
    case(
        "related_list_v7",
        "GET /crm/v7/settings/related_lists/2276164000000002730?module=Leads",
        "related_lists.0",
    ),
    also(
        "related_list_v8",
        "related_list_v7",
        "GET /crm/v8/settings/related_lists/2276164000000002730?module=Leads",
        "related_lists.0",
    ),
    also(
        "views_info_v7",
        "view_v7",
        "GET /crm/v7/settings/custom_views?module=Leads",
        "info",
    ),
    also(
        "layout_profile_v7",
        "layout_v7",
        "GET /crm/v7/settings/layouts/2276164000000095055?module=Leads",
        "layouts.0.profiles.0",
    ),
    also(
        "layout_actions_v7",
        "layout_v7",
        "GET /crm/v7/settings/layouts/2276164000000095055?module=Leads",
        "layouts.0.actions_allowed",
    ),
    case("records_info_2026", "GET /crm/v2/Leads", "info"),
    case("records_info_2023", "GET /crm/v2/Leads", "info"),
    write(
        "insert_v2",
        "POST /crm/v2/Leads",
        r#"{"data":[{"Last_Name":"Rao"}]}"#,
        "2022-11-11T18:13:51+05:30",
        "",
    ),
    write(
        "upsert",
        "POST /crm/v2/Leads/upsert",
        r#"{"data":[{"Last_Name":"Rao","Email":"rao@example.com"},{"Last_Name":"Das"}],"duplicate_check_fields":["Email"]}"#,
        "2020-10-14T10:31:43+05:30",
        "",
    ),
    write(
        "delete_v2",
        "DELETE /crm/v2/Leads?ids=410405000002264040",
        r#""#,
        "2018-01-01T00:00:00Z",
        "",
    ),
    case(
        "attachment_v8",
        "GET /crm/v8/Attachments/2876819000001935002?fields=Owner,Modified_Time,File_Name,$field_states,Created_Time,Size,Parent_Id,$editable,$file_id,$type,$se_module,Modified_By,$state,id,Created_By",
        "data.0",
    ),
    also(
        "attachment_link_v8",
        "attachment_v8",
        "GET /crm/v8/Attachments/2876819000001935003?fields=Owner,Modified_Time,File_Name,$field_states,Created_Time,Size,Parent_Id,$editable,$file_id,$type,$se_module,Modified_By,$state,id,Created_By,$link_url",
        "data.0",
    ),
    case(
        "note_parent_v8",
        "GET /crm/v8/Notes/1043386000020244003",
        "data.0.Parent_Id",
    ),
    also(
        "note_owner_v8",
        "note_parent_v8",
        "GET /crm/v8/Notes/1043386000020244003",
        "data.0.Owner",
    ),
    also(
        "note_files_v8",
        "note_parent_v8",
        "GET /crm/v8/Notes/1043386000020244003",
        "data.0.$attachments",
    ),
    write(
        "deleted_v2",
        "DELETE /crm/v2/Products/410888000000099071; GET /crm/v2/Products/deleted",
        r#""#,
        "2015-06-19T11:19:38+05:30",
        "data.0",
    ),
    write(
        "update_v2",
        "PUT /crm/v2/Leads/1929333000099290066",
        r#"{"data":[{"Company":"Acme"}]}"#,
        "2022-11-12T09:00:00+05:30",
        "",
    ),
    case(
        "unknown_module_v7",
        "GET /crm/v7/settings/fields?module=Nope",
        "",
    ),
];

#[test]
fn bodies() {
    check(BODIES, |case, raw| {
        let wanted = read(&format!("{}.body.json", case.name));
        let wanted = wanted.trim_end();
        if raw == wanted {
            return Ok(());
        }
        let same = raw
            .bytes()
            .zip(wanted.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let from = same.saturating_sub(60);
        let part = |text: &str| {
            let bytes = text.as_bytes();
            String::from_utf8_lossy(&bytes[from..bytes.len().min(same + 160)]).into_owned()
        };
        Err(format!(
            "{}\n  wanted …{}\n  got    …{}",
            keys_apart(wanted, raw),
            part(wanted),
            part(raw)
        ))
    });
}

/// Which keys one object has and the other has not.
fn keys_apart(wanted: &str, got: &str) -> String {
    let keys = |text: &str| -> BTreeSet<String> {
        serde_json::from_str::<Map<String, Json>>(text)
            .map(|object| object.into_iter().map(|(key, _)| key).collect())
            .unwrap_or_default()
    };
    let (wanted, got) = (keys(wanted), keys(got));
    let list = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        a.difference(b).cloned().collect::<Vec<_>>().join(" ")
    };
    format!(
        "missing: [{}], too many: [{}]",
        list(&wanted, &got),
        list(&got, &wanted)
    )
}
