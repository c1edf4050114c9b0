//! Requests that change an org in every way, of numbers that mean something else in each.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::world::World;

use crate::support::send_bytes;

/// A request, of numbers that mean something else in each org.
#[derive(Clone, Debug)]
pub(super) struct Op {
    pub(super) what: u8,
    pub(super) which: usize,
    pub(super) number: i64,
    pub(super) text: String,
    pub(super) version: &'static str,
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let version = prop::sample::select(vec!["v2", "v2.1", "v5", "v8"]);
    let text = prop_oneof![
        "[a-z]{1,6}",
        "#[a-z]{1,3}",
        "\\PC{0,20}",
        "[\"\\\\\n\u{7f}é]{1,6}"
    ];
    (0u8..16, 0usize..1000, any::<i64>(), text, version).prop_map(
        |(what, which, number, text, version)| Op {
            what,
            which,
            number,
            text,
            version,
        },
    )
}

pub(super) const MODULES: [&str; 14] = [
    "Leads", "Contacts", "Accounts", "Deals", "Tasks", "Events", "Calls", "Products", "Quotes",
    "Notes", "Cases", "Invoices", "Rentals", "Berths",
];

/// The id of one of the settings of a family.
fn nth_of(state: &OrgState, family: &str, n: usize) -> String {
    let settings = state.settings_of(family);
    let setting = settings.iter().nth(n % settings.len()).expect("some");
    setting.id.to_string()
}

/// The id of some record of a module.
fn nth(state: &OrgState, module: &str, n: usize) -> String {
    let module = state.schema.module(module).expect("a module");
    let rows = state.table(module).rows();
    let id = rows
        .iter()
        .nth(n % rows.len().max(1))
        .map(|(id, _)| id.to_string());
    id.unwrap_or_else(|| "1".into())
}

fn body(op: &Op, module: &str, state: &OrgState) -> Json {
    let id = |module: &str| json!({"id": nth(state, module, op.which)});
    let (n, text) = (op.number, &op.text);
    let small = n % 100_000;
    match module {
        "Leads" => {
            json!({"Last_Name": format!("L{}", op.which), "Company": text, "T_text": text, "Email": format!("x{small}@example.com"),
            "T_bigint": (n % 1_000_000_000_000_000_000).to_string(), "T_double": small as f64 / 1000.0, "T_boolean": n % 2 == 0,
            "T_multi": if n % 3 == 0 { json!(["A", text]) } else { Json::Null }, "T_date": format!("20{:02}-02-{:02}", n.rem_euclid(100), n.rem_euclid(28) + 1),
            "T_datetime": "2026-05-06T07:08:09+05:30", "T_lookup": id("Contacts"), "T_unique": (n % 7).to_string(),
            "Lead_Source": text, "Tag": [{"name": format!("t{}", n % 5)}]})
        }
        "Contacts" => {
            json!({"Last_Name": text, "Account_Name": if n % 2 == 0 { json!({"name": text}) } else { id("Accounts") }, "Email": format!("c{small}@example.com")})
        }
        "Accounts" => {
            json!({"Account_Name": text, "Annual_Revenue": small as f64 / 100.0, "Parent_Account": id("Accounts"), "Tag": [{"name": text}]})
        }
        "Deals" => {
            json!({"Deal_Name": text, "Stage": (["Qualification", "Closed Won", "Odd"][op.which % 3]), "Amount": small as f64 / 100.0, "Contact_Name": id("Contacts"), "Closing_Date": "2026-12-01"})
        }
        "Tasks" => {
            json!({"Subject": text, "Status": (["Completed", "Deferred"][op.which % 2]), "What_Id": id("Accounts"), "$se_module": "Accounts", "Who_Id": id("Contacts")})
        }
        "Events" => {
            json!({"Event_Title": text, "Start_DateTime": "2026-05-06T07:08:09+05:30", "End_DateTime": "2026-05-06T08:08:09+05:30", "Participants": [{"type": "email", "participant": "a@b.co"}]})
        }
        "Calls" => {
            json!({"Subject": text, "Call_Type": "Inbound", "Call_Start_Time": "2026-05-06T07:08:09+05:30", "Call_Duration": "03:04"})
        }
        "Products" => json!({"Product_Name": text, "Unit_Price": small as f64 / 100.0}),
        "Quotes" | "Invoices" => {
            let items = if module == "Quotes" {
                "Quoted_Items"
            } else {
                "Invoiced_Items"
            };
            let items = if op.version == "v2" || op.version == "v2.1" {
                "Product_Details"
            } else {
                items
            };
            let product = if items == "Product_Details" {
                "product"
            } else {
                "Product_Name"
            };
            let quantity = if items == "Product_Details" {
                "quantity"
            } else {
                "Quantity"
            };
            json!({"Subject": text, "Adjustment": small as f64 / 100.0, "Discount": "10%",
                items: [{product: id("Products"), quantity: 1 + n.rem_euclid(9), "Discount": "3%"}]})
        }
        "Notes" => {
            json!({"Note_Title": text, "Note_Content": text, "Parent_Id": {"id": nth(state, "Leads", op.which), "module": {"api_name": "Leads"}}, "se_module": "Leads"})
        }
        "Cases" => {
            json!({"Subject": text, "Case_Origin": "Web", "Status": "New", "Add_Comment": text})
        }
        "Rentals" => {
            json!({"Name": text, "Berth": id("Berths"), "Lines": [{"Name": text, "Days": n % 100, "Boat": id("Products")}]})
        }
        _ => json!({"Name": text}),
    }
}

/// A request: its method, its target, and its body or null.
type Sent = (&'static str, String, Json);

/// What an operation stands for in an org.
fn request(op: &Op, state: &OrgState) -> Sent {
    let (v, n) = (op.version, op.which);
    let module = MODULES[n % MODULES.len()];
    let one = |json: Json| json!({"data": [json]});
    let id = || nth(state, module, n / 16);
    match op.what {
        0..=4 => (
            "POST",
            format!("/crm/{v}/{module}"),
            one(body(op, module, state)),
        ),
        5 | 6 => (
            "PUT",
            format!("/crm/{v}/{module}/{}", id()),
            one(body(op, module, state)),
        ),
        7 => (
            "POST",
            format!("/crm/{v}/{module}/upsert"),
            one(body(op, module, state)),
        ),
        8 | 9 => (
            "DELETE",
            format!("/crm/{v}/{module}?ids={}", id()),
            Json::Null,
        ),
        10 => {
            let lead = nth(state, "Leads", n);
            let deal = json!({"Deal_Name": op.text, "Stage": "Qualification", "Closing_Date": "2026-12-01"});
            let deal = if v == "v8" {
                json!({"overwrite": true})
            } else {
                json!({"overwrite": true, "Deals": deal})
            };
            (
                "POST",
                format!("/crm/{v}/Leads/{lead}/actions/convert"),
                one(deal),
            )
        }
        11..=13 => of_users(op, state),
        _ => of_views(op, state),
    }
}

/// Adds, changes or deletes a user.
fn of_users(op: &Op, state: &OrgState) -> Sent {
    let (v, n) = (op.version, op.which);
    let user = || {
        let at = n % state.users.len();
        state
            .users
            .iter()
            .nth(at)
            .map(|(id, _)| id.to_string())
            .expect("a user")
    };
    match op.what {
        11 => {
            let user = json!({"last_name": op.text, "first_name": "U", "email": format!("u{n}@example.com"), "current": true,
                "role": nth_of(state, "roles", n), "profile": nth_of(state, "profiles", 0)});
            ("POST", format!("/crm/{v}/users"), json!({"users": [user]}))
        }
        12 => (
            "PUT",
            format!("/crm/{v}/users/{}", user()),
            json!({"users": [{"last_name": op.text, "mobile": null, "status": (["active", "inactive"][n % 2])}]}),
        ),
        _ => ("DELETE", format!("/crm/{v}/users/{}", user()), Json::Null),
    }
}

/// Adds, changes or deletes a custom view.
fn of_views(op: &Op, state: &OrgState) -> Sent {
    let n = op.which;
    let view = || {
        let views = &state.schema.module("Leads").expect("Leads").views;
        views[n % views.len()].id.to_string()
    };
    let views = "/crm/v8/settings/custom_views";
    match op.what {
        14 => match n % 3 {
            0 => (
                "DELETE",
                format!("{views}?module=Leads&ids={}", view()),
                Json::Null,
            ),
            1 => (
                "PUT",
                format!("{views}/{}/actions/change_sort?module=Leads", view()),
                json!({"custom_views": [{"sort_by": {"api_name": "Email"}, "sort_order": "desc"}]}),
            ),
            _ => (
                "PUT",
                format!("{views}/{}?module=Leads", view()),
                json!({"custom_views": [{"name": op.text}]}),
            ),
        },
        _ => {
            let criteria =
                json!({"comparator": "equal", "field": {"api_name": "Email"}, "value": op.text});
            let view = json!({"name": op.text, "criteria": criteria, "fields": [{"api_name": "Email"}], "access_type": "public"});
            (
                "POST",
                format!("{views}?module=Leads"),
                json!({"custom_views": [view]}),
            )
        }
    }
}

/// Sends a request to one or two orgs. `state` says what its numbers mean.
pub(super) fn run(op: &Op, state: &OrgState, worlds: &[&World]) {
    let (method, target, json) = request(op, state);
    let text = if json.is_null() {
        String::new()
    } else {
        json.to_string()
    };
    let answers: Vec<_> = worlds
        .iter()
        .map(|world| send_bytes(world, method, &target, text.as_bytes()))
        .collect();
    for answer in &answers {
        assert!(answer.0 < 500, "{method} {target}");
        assert_eq!(
            (answer.0, String::from_utf8_lossy(&answer.1)),
            (answers[0].0, String::from_utf8_lossy(&answers[0].1)),
            "{method} {target} {text}"
        );
    }
}
