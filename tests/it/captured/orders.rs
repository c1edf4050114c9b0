//! Captures of which only the order of keys was printed.

use serde_json::{Map, Value as Json};

use super::{Case, also, case, check, read};

pub(super) const ORDERS: &[Case] = &[
    also(
        "field_v7",
        "field_v8",
        "GET /crm/v7/settings/fields/4832675000000000555?module=Leads",
        "fields.0",
    ),
    also(
        "field_v2",
        "field_v8",
        "GET /crm/v2/settings/fields/4832675000000000555?module=Leads",
        "fields.0",
    ),
    also(
        "module_v2",
        "module_v7",
        "GET /crm/v2/settings/modules",
        "modules.@api_name=Leads",
    ),
    case(
        "layout_v7",
        "GET /crm/v7/settings/layouts?module=Leads",
        "layouts.0",
    ),
    also(
        "layout_section_v7",
        "layout_v7",
        "GET /crm/v7/settings/layouts?module=Leads",
        "layouts.0.sections.0",
    ),
    also(
        "layout_field_v7",
        "layout_v7",
        "GET /crm/v7/settings/layouts?module=Leads",
        "layouts.0.sections.1.fields.1",
    ),
    also(
        "layout_conversion_v7",
        "layout_v7",
        "GET /crm/v7/settings/layouts?module=Leads",
        "layouts.0.convert_mapping.Deals.fields.0",
    ),
    also(
        "view_v8",
        "view_v7",
        "GET /crm/v8/settings/custom_views?module=Leads",
        "custom_views.0",
    ),
    also("org_v2", "org_v7", "GET /crm/v2/org", "org.0"),
    also(
        "org_license_v2",
        "org_v7",
        "GET /crm/v2/org",
        "org.0.license_details",
    ),
    also(
        "role_v4",
        "role_manager_v3",
        "GET /crm/v7/settings/roles",
        "roles.1",
    ),
    case(
        "records_info_v8",
        "GET /crm/v8/Leads?fields=Last_Name&per_page=5",
        "info",
    ),
    case("leads_2020", "GET /crm/v2/Leads", "data.0"),
    case("leads_2026", "GET /crm/v2/Leads", "data.0"),
    case("contacts_2023", "GET /crm/v2/Contacts", "data.0"),
    case("accounts_2023", "GET /crm/v2/Accounts", "data.0"),
    case("deals_2023", "GET /crm/v2/Deals", "data.0"),
    case("calls_2023", "GET /crm/v2/Calls", "data.0"),
    case("accounts_2018", "GET /crm/v2/Accounts", "data.0"),
];

#[test]
fn orders() {
    check(ORDERS, |case, raw| {
        let wanted = read(&format!("{}.keys", case.name));
        let wanted: Vec<&str> = wanted.trim_end().split(", ").collect();
        let got: Map<String, Json> = serde_json::from_str(raw).map_err(|e| e.to_string())?;
        let got: Vec<&str> = got.keys().map(String::as_str).collect();
        if got == wanted {
            Ok(())
        } else {
            let only = |a: &[&str], b: &[&str]| {
                a.iter()
                    .filter(|k| !b.contains(k))
                    .copied()
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            Err(format!(
                "missing: {}; too many: {}\n  wanted {wanted:?}\n  got    {got:?}",
                only(&wanted, &got),
                only(&got, &wanted)
            ))
        }
    });
}
