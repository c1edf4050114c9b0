//! With the seed `documented`, documented requests get the documented answers.
//!
//! The documented samples show values that are asserted here key by key; times are the same
//! instants in Zoho's own form, and beside the documented keys Zoho's v2 has more.

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::world::World;

use crate::support::send;

fn world(seed: &str) -> World {
    Builder::default()
        .seed(seed)
        .now("2023-05-15T14:30:45Z")
        .build_world()
        .expect("the seed")
}

/// Every key of `documented` is in `got` with its value.
fn holds(documented: &Json, got: &Json, path: &str) {
    match (documented, got) {
        (Json::Object(documented), Json::Object(got)) => {
            for (key, value) in documented {
                let inner = got
                    .get(key)
                    .unwrap_or_else(|| panic!("{path}: no key {key} in {got:?}"));
                holds(value, inner, &format!("{path}.{key}"));
            }
        }
        (Json::Array(documented), Json::Array(got)) => {
            assert_eq!(documented.len(), got.len(), "{path}");
            for (n, (documented, got)) in documented.iter().zip(got).enumerate() {
                holds(documented, got, &format!("{path}[{n}]"));
            }
        }
        _ => assert_eq!(documented, got, "{path}"),
    }
}

#[test]
fn delete_contacts() {
    let (status, body) = send(
        &world("documented"),
        "DELETE",
        "/crm/v2/Contacts?ids=3000000001234,3000000005678,3000000009012",
        None,
    );
    assert_eq!(status, 202);
    assert_eq!(
        body,
        json!({"data": [
            {"code": "SUCCESS", "details": {"id": "3000000001234"}, "message": "record deleted", "status": "success"},
            {"code": "SUCCESS", "details": {"id": "3000000005678"}, "message": "record deleted", "status": "success"},
            {"code": "INVALID_DATA", "details": {"id": "3000000009012"}, "message": "Record does not exist", "status": "error"},
        ]})
    );
}

#[test]
fn organization() {
    for seed in ["documented", "documented/get_organization"] {
        let (status, body) = send(&world(seed), "GET", "/crm/v2/org", None);
        assert_eq!(status, 200);
        holds(
            &json!({"org": [{
                "zia_portal_id": "12345", "zip": "94105", "mobile": "+1 (415) 555-1234", "street": "123 Main St",
                "license_details": {"paid_expiry": false, "users_license_purchased": 50, "trial_type": "PROFESSIONAL",
                    "trial_expiry": false, "paid": true, "paid_type": "ANNUAL"},
                "currency_symbol": "$", "iso_code": "USD", "zgid": "67890", "currency_locale": "en_US",
                "photo_id": "abcdef123456", "city": "San Francisco", "company_name": "Acme Corporation",
                "phone": "+1 (415) 555-5678", "alias": "acme", "currency": "USD", "state": "CA",
                "primary_zuid": "zuid123456", "country_code": "US", "country": "United States",
                "privacy_settings": true, "gapps_enabled": true, "website": "https://www.acmecorp.com",
                "id": "org123456", "mc_status": true, "description": "Leading provider of innovative solutions",
                "fax": "+1 (415) 555-9876", "employee_count": "1000-5000", "time_zone": "America/Los_Angeles",
                "primary_email": "info@acmecorp.com",
            }]}),
            &body,
            "$",
        );
    }
}

#[test]
fn user() {
    for seed in ["documented", "documented/get_user"] {
        let (status, body) = send(&world(seed), "GET", "/crm/v2/users/3000000123456", None);
        assert_eq!(status, 200);
        let mut body = body;
        // the caller's zone decides the offset; the instants are those of the sample
        for (key, instant) in [
            ("Modified_Time", "2023-05-15T14:30:00-07:00"),
            ("created_time", "2023-01-01T09:00:00-08:00"),
        ] {
            let parse = |text: &str| zoho_crm_mock::value::time::parse_datetime(text);
            assert_eq!(
                parse(body["users"][0][key].as_str().expect("a time")),
                parse(instant),
                "{key}"
            );
            body["users"][0][key] = instant.into();
        }
        holds(
            &json!({"users": [{
                "confirm": true, "zip": "94105", "mobile": "+1 (415) 555-1234", "street": "123 Main St",
                "Modified_Time": "2023-05-15T14:30:00-07:00", "country_locale": "en_US",
                "created_time": "2023-01-01T09:00:00-08:00", "date_format": "MM/dd/yyyy",
                "profile": {"name": "Sales Representative", "id": "4000000789012"}, "time_format": "hh:mm a",
                "city": "San Francisco", "Modified_By": {"name": "Admin User", "id": "3000000987654"},
                "microsoft": false, "created_by": {"name": "System", "id": "3000000000001"},
                "phone": "+1 (415) 555-5678", "alias": "jsmith", "state": "CA", "status": "active", "offset": -7,
                "last_name": "Smith", "role": {"name": "Sales", "id": "5000000123456"}, "zuid": "12345678",
                "country": "United States", "dob": "1985-06-15", "territories": ["West Coast", "Pacific Northwest"],
                "language": "English", "locale": "en_US", "first_name": "John", "website": "https://www.example.com",
                "id": "3000000123456", "full_name": "John Smith", "email": "john.smith@example.com", "Isonline": true,
                "fax": "+1 (415) 555-9876", "time_zone": "America/Los_Angeles",
            }]}),
            &body,
            "$",
        );
    }
}

#[test]
fn record() {
    for seed in ["documented", "documented/get_record"] {
        let (status, body) = send(
            &world(seed),
            "GET",
            "/crm/v2/Leads/3872984000000321001",
            None,
        );
        assert_eq!(status, 200);
        holds(
            &json!({"data": [{
                "Mobile": null, "$currency_symbol": "$", "$process_flow": false, "$converted_detail": {},
                "Street": null, "Modified_Time": "2023-05-15T14:30:00+00:00", "Created_Time": "2023-05-10T09:15:00+00:00",
                "Skype_ID": null, "$approval": {"delegate": false, "approve": false, "reject": false, "resubmit": false},
                "$editable": true, "Zip_Code": null, "City": null,
                "Modified_By": {"name": "John Doe", "id": "3872984000000185001"},
                "Created_By": {"name": "Jane Smith", "id": "3872984000000185002"},
                "Phone": null, "$converted": false, "State": null, "Secondary_Email": null, "Twitter": null,
                "Owner": {"name": "Jane Smith", "id": "3872984000000185002"}, "Last_Activity_Time": null,
                "$followed": true, "Last_Name": "Johnson", "Lead_Status": null, "Country": null, "Designation": null,
                "Salutation": null, "First_Name": null, "Tag": [], "Website": null, "No_of_Employees": 50,
                "id": "3872984000000321001", "Full_Name": "Johnson", "$approved": true, "Annual_Revenue": 1_000_000,
                "Email": null, "Description": null, "Company": null, "Rating": null, "Fax": null, "Industry": null,
                "Lead_Source": null, "Email_Opt_Out": false,
            }]}),
            &body,
            "$",
        );
    }
}

#[test]
fn update_contacts() {
    let changes = json!({"data": [
        {"id": "3890876000000410001", "Last_Name": "Smith", "Email": "john.smith@example.com", "Phone": "+1 (555) 123-4567"},
        {"id": "3890876000000410002", "First_Name": "Jane", "Title": "Marketing Manager"},
    ]});
    for seed in ["documented", "documented/update_records"] {
        let (status, body) = send(&world(seed), "PUT", "/crm/v2/Contacts", Some(&changes));
        assert_eq!(status, 200, "{body}");
        let item = |id: &str, created: &str| {
            json!({"code": "SUCCESS", "details": {
                "Modified_Time": "2023-05-15T14:30:45+00:00",
                "Modified_By": {"name": "John Doe", "id": "3890876000000410003"},
                "Created_Time": created, "id": id,
                "Created_By": {"name": "Jane Smith", "id": "3890876000000410004"},
            }, "message": "Record updated successfully", "status": "success"})
        };
        let first = item("3890876000000410001", "2023-05-10T09:15:30+00:00");
        let second = item("3890876000000410002", "2023-05-11T11:20:15+00:00");
        assert_eq!(body, json!({"data": [first, second]}));
    }
}

#[test]
fn an_id_may_stand_in_two_modules() {
    let world = world("documented");
    let (_, lead) = send(&world, "GET", "/crm/v2/Leads/3000000001235", None);
    assert_eq!(lead["data"][0]["Last_Name"], "Johnson");
    let (status, _) = send(&world, "GET", "/crm/v2/Contacts/3000000001234", None);
    assert_eq!(status, 200);
}
