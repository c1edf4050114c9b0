//! The texts that are kept of records show the names that others have now.

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::world::World;

use crate::support::{send, send_bytes};

const ACCOUNT: &str = "5725767000000100001";
const CONTACT: &str = "5725767000000100002";
const LEAD: &str = "5725767000000100003";
const PRODUCT: &str = "5725767000000100004";
const QUOTE: &str = "5725767000000100005";
const TASK: &str = "5725767000000100006";
const NOTE: &str = "5725767000000100007";
const USER: &str = "5725767000000411001";

fn world() -> World {
    let seed = json!({
        "users": [{"id": USER, "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"}],
        "Accounts": [{"id": ACCOUNT, "Account_Name": "Zylker"}],
        "Contacts": [{"id": CONTACT, "Last_Name": "Rao", "Account_Name": ACCOUNT}],
        "Leads": [{"id": LEAD, "Last_Name": "Lead", "Company": "C", "Tag": ["VIP"]}],
        "Products": [{"id": PRODUCT, "Product_Name": "Pen", "Product_Code": "P1", "Unit_Price": 5}],
        "Quotes": [{"id": QUOTE, "Subject": "Q", "Account_Name": ACCOUNT,
            "Quoted_Items": [{"Product_Name": PRODUCT, "Quantity": 1}]}],
        "Tasks": [{"id": TASK, "Subject": "T", "What_Id": ACCOUNT, "$se_module": "Accounts"}],
        "Notes": [{"id": NOTE, "Note_Title": "N", "Parent_Id": ACCOUNT, "$se_module": "Accounts"}],
    });
    Builder::default()
        .seed_json(&seed)
        .build_world()
        .expect("a world")
}

const PATHS: [&str; 10] = [
    "/crm/v2/Accounts",
    "/crm/v2/Contacts",
    "/crm/v2/Leads",
    "/crm/v2/Products",
    "/crm/v2/Quotes",
    "/crm/v2/Tasks",
    "/crm/v2/Notes",
    "/crm/v8/Contacts?fields=Last_Name,Account_Name,Owner,Tag",
    "/crm/v8/Tasks?fields=What_Id,Owner",
    "/crm/v8/Quotes/5725767000000100005",
];

fn read(world: &World, path: &str) -> (u16, String) {
    let (status, body) = send_bytes(world, "GET", path, b"");
    (status, String::from_utf8(body).expect("UTF-8"))
}

fn write(world: &World, method: &str, path: &str, body: &Json) {
    let (status, answer) = send(world, method, path, Some(body));
    assert!(status < 300, "{method} {path}: {answer}");
    assert!(
        !answer.to_string().contains("\"error\""),
        "{method} {path}: {answer}"
    );
}

/// A write: its method, its target, its body, and what is seen of it.
type Write = (&'static str, String, Json, &'static str);

fn writes() -> [Write; 9] {
    let data = |value: Json| json!({"data": [value]});
    let record = |module: &str, id: &str| format!("/crm/v8/{module}/{id}");
    [
        (
            "PUT",
            record("Accounts", ACCOUNT),
            data(json!({"Account_Name": "New name"})),
            "New name",
        ),
        (
            "PUT",
            record("Contacts", CONTACT),
            data(json!({"Last_Name": "New contact"})),
            "New contact",
        ),
        (
            "PUT",
            record("Products", PRODUCT),
            data(json!({"Product_Name": "New pen"})),
            "New pen",
        ),
        (
            "PUT",
            record("Products", PRODUCT),
            data(json!({"Product_Code": "NEW-CODE"})),
            "NEW-CODE",
        ),
        (
            "PUT",
            record("Products", PRODUCT),
            data(json!({"Unit_Price": 77.25})),
            "77.25",
        ),
        (
            "PUT",
            record("Products", PRODUCT),
            data(json!({"Qty_in_Stock": 31.5})),
            "31.5",
        ),
        (
            "PUT",
            record("Leads", LEAD),
            data(json!({"Tag": [{"name": "Fresh"}]})),
            "Fresh",
        ),
        (
            "PUT",
            format!("/crm/v8/users/{USER}"),
            json!({"users": [{"id": USER, "last_name": "Newlee"}]}),
            "Newlee",
        ),
        (
            "DELETE",
            format!("/crm/v8/Accounts?ids={ACCOUNT}"),
            Json::Null,
            "",
        ),
    ]
}

/// Whatever is written, what is kept reads as what is rendered anew: an org that was exported and
/// loaded has nothing kept.
#[test]
fn kept_texts_read_as_new_ones() {
    let writes = writes();
    let mut seen = vec![false; writes.len()];
    // a record keeps the text that it was asked for last: each path has a world of its own
    for path in PATHS {
        let world = world();
        read(&world, path);
        for (n, (method, target, body, shown)) in writes.iter().enumerate() {
            write(&world, method, target, body);
            let kept = read(&world, path);
            let (_, export) = send_bytes(&world, "GET", "/__admin/export", b"");
            let export: Json = serde_json::from_slice(&export).expect("an export");
            let again = Builder::default().seed_json(&export).build_world();
            let fresh = read(&again.expect("an export loads"), path);
            assert_eq!(kept, fresh, "{path} after {body}");
            seen[n] |= kept.1.contains(shown);
        }
    }
    assert_eq!(
        seen,
        vec![true; seen.len()],
        "what is written is seen somewhere"
    );
}

/// Forks keep texts of their own for the records that they share.
#[test]
fn a_fork_shows_its_own_names() {
    let world = world();
    let (_, fork) = world
        .fork("seed", world.default_org(), None, None)
        .expect("a fork");
    let send_to = |token: &str, method: &str, path: &str, body: &Json| {
        let headers = vec![(
            "authorization".to_owned(),
            format!("Zoho-oauthtoken {token}"),
        )];
        let body = body.to_string();
        let request = Request::new(method, path, "", &headers, Some(body.as_bytes()));
        let answer = dispatch(&world, &request);
        assert_eq!(answer.status, 200);
        String::from_utf8(answer.body.to_vec()).expect("UTF-8")
    };
    let (own, other) = ("x", fork.access_token.as_str());
    let contacts = |token| send_to(token, "GET", "/crm/v2/Contacts", &Json::Null);
    assert_eq!(contacts(own), contacts(other));
    let path = format!("/crm/v8/Accounts/{ACCOUNT}");
    let renamed = |name: &str| json!({"data": [{"Account_Name": name}]});
    send_to(other, "PUT", &path, &renamed("In the fork"));
    send_to(own, "PUT", &path, &renamed("At home"));
    for _ in 0..2 {
        assert!(contacts(own).contains("At home"));
        assert!(contacts(other).contains("In the fork"));
    }
}
