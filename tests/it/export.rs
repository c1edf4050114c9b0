//! What is exported loads again to an equal org.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::runtime::auth::{AuthMode, Tokens};
use zoho_crm_mock::runtime::clock::Clock;
use zoho_crm_mock::schema::View;
use zoho_crm_mock::seed::{self, Document, Options, embedded};
use zoho_crm_mock::store::{OrgState, Record};
use zoho_crm_mock::value::time;
use zoho_crm_mock::world::{Settings, World};

use crate::support::{send, send_bytes};

const NOW: &str = "2026-11-16T09:00:00Z";
/// Another time and another chance than those of the org: a reload may not depend on them.
const LATER: Options = Options {
    now: 1_800_000_000,
    rng_seed: 77,
};

pub(crate) fn reload(text: &[u8]) -> OrgState {
    let (mut document, mut problems) = (Document::default(), Vec::new());
    let text = std::str::from_utf8(text).expect("UTF-8");
    document.add_file(
        "export.json",
        &"export.json".into(),
        text.into(),
        &mut problems,
    );
    assert_eq!(problems, []);
    seed::build(&document, LATER).unwrap_or_else(|e| panic!("{e}"))
}

pub(crate) fn world_of(state: OrgState) -> World {
    let now = time::parse_datetime(NOW).expect("a date-time");
    World::new(
        state,
        Tokens::new(0),
        Clock::fixed(now),
        Settings {
            auth: AuthMode::Off,
            ..Settings::default()
        },
    )
}

/// A record with all that it holds, to the last bit.
fn whole(record: &Record) -> String {
    format!(
        "{:?}",
        (
            record.id,
            (record.owner, record.created_by, record.modified_by),
            (record.created_time, record.modified_time),
            record.converted,
            record.values(),
        )
    )
}

fn views(views: &[View]) -> Vec<(zoho_crm_mock::ids::Id, zoho_crm_mock::schema::ViewSpec)> {
    let plain = views.iter().map(|view| {
        let mut spec = view.spec.clone();
        // where the id came from
        spec.id = None;
        (view.id, spec)
    });
    plain.collect()
}

/// Two orgs are equal, field by field.
pub(crate) fn assert_same(a: &OrgState, b: &OrgState) {
    let (i, j) = (&a.info, &b.info);
    assert_eq!(i.attributes, j.attributes);
    assert_eq!((i.prefix, i.era), (j.prefix, j.era));
    assert_eq!(i.features, j.features);
    assert_eq!(i.hidden_keys, j.hidden_keys);
    assert_eq!(i.time_zone, j.time_zone);
    assert_eq!(
        (i.coql_plain_chains, i.search_lag, i.exact_text_equals),
        (j.coql_plain_chains, j.search_lag, j.exact_text_equals)
    );
    assert_eq!(a.schema.declared(), b.schema.declared());
    assert_eq!(a.schema.modules().len(), b.schema.modules().len());
    for (m, n) in a.schema.modules().zip(b.schema.modules()) {
        assert_eq!((m.api_name(), m.id, m.no), (n.api_name(), n.id, n.no));
        assert_eq!(m.spec.module_name, n.spec.module_name);
        assert_eq!(views(&m.views), views(&n.views), "{}", m.api_name());
        assert_eq!(m.fields.len(), n.fields.len());
        for (f, g) in m.fields.iter().zip(&n.fields) {
            assert_eq!((f.api_name(), f.id, &f.kind), (g.api_name(), g.id, &g.kind));
        }
        let (s, t) = (a.table(m), b.table(n));
        assert_eq!(s.rows().len(), t.rows().len(), "{}", m.api_name());
        assert_eq!(s.rows().visible_len(), t.rows().visible_len());
        for ((_, x), (_, y)) in s.rows().iter().zip(t.rows().iter()) {
            assert_eq!(whole(x), whole(y), "{}", m.api_name());
        }
        assert_eq!(s.deleted().len(), t.deleted().len());
        for ((k, x), (l, y)) in s.deleted().iter().zip(t.deleted().iter()) {
            assert_eq!((k, whole(&x.record)), (l, whole(&y.record)));
            assert_eq!(
                (&x.display_name, x.deleted_by, x.deleted_time),
                (&y.display_name, y.deleted_by, y.deleted_time)
            );
        }
    }
    assert!(a.users.iter().eq(b.users.iter()));
    assert_eq!(a.settings, b.settings);
    assert_eq!(a.current_user, b.current_user);
    assert_eq!(a.time_zone, b.time_zone);
    assert_eq!(a.next_tail, b.next_tail);
    assert_eq!(a.next_ids, b.next_ids);
}

/// What clients see of an org under some versions.
fn assert_answers_alike(a: &World, b: &World, versions: &[&str]) {
    let mut targets = Vec::new();
    for v in versions {
        for settings in ["modules", "roles", "profiles"] {
            targets.push(format!("/crm/{v}/settings/{settings}"));
        }
        for kind in ["AllUsers", "DeletedUsers", "CurrentUser"] {
            targets.push(format!("/crm/{v}/users?type={kind}"));
        }
        targets.push(format!("/crm/{v}/org"));
        for module in ["Leads", "Contacts", "Rentals"] {
            for settings in ["fields", "layouts", "related_lists", "custom_views"] {
                targets.push(format!("/crm/{v}/settings/{settings}?module={module}"));
            }
        }
        let state = a.default_org().read();
        for module in state.schema.modules() {
            let name = module.api_name();
            if !module.fields.is_empty() {
                targets.push(format!(
                    "/crm/{v}/{name}?converted=both&fields=id,Owner,Tag"
                ));
                targets.push(format!("/crm/{v}/{name}/deleted"));
                let records = state.table(module).rows().iter();
                targets.extend(records.map(|(id, _)| format!("/crm/{v}/{name}/{id}")));
            }
        }
    }
    for target in targets {
        let (one, other) = (
            send_bytes(a, "GET", &target, b""),
            send_bytes(b, "GET", &target, b""),
        );
        assert_eq!(
            (one.0, String::from_utf8_lossy(&one.1)),
            (other.0, String::from_utf8_lossy(&other.1)),
            "{target}"
        );
    }
}

pub(crate) fn check(state: &OrgState) -> OrgState {
    let text = seed::export(state);
    let again = reload(&text);
    assert_same(state, &again);
    assert_eq!(
        String::from_utf8_lossy(&text),
        String::from_utf8_lossy(&seed::export(&again))
    );
    again
}

/// Custom modules and fields, one of them with rows, and changes to standard ones.
fn declared() -> Json {
    json!({
        "org": {"id_prefix": "5725767", "era": 2020, "features": ["gdpr", "2025_org"], "address": "composite",
            "hidden_keys": ["$review"], "next_ids": {"Leads": "5725767000000777001"},
            "search_index_lag": 3, "coql_plain_chains": true, "exact_text_equals": true,
            "time_zone": "Asia/Kolkata", "company_name": "#1 in boats"},
        "roles": [{"name": "Skipper", "reporting_to": "CEO"}, {"name": "CEO", "description": "x"}],
        "users": [
            {"id": "#mara", "first_name": "Mara", "email": "mara@example.com", "role": "Skipper", "created_by": "#ben"},
            {"id": "#ben", "first_name": "Ben", "email": "ben@example.com", "current": true, "time_zone": "Europe/Berlin"},
        ],
        "modules": [
            {"api_name": "Rentals", "singular_label": "Rental", "plural_label": "Rentals", "record_keys": {"$berth": "A"},
                "custom_views": [{"name": "All Rentals", "sort_by": "Name"}, {"name": "Mine", "fields": ["Name"]}]},
            {"api_name": "Berths", "singular_label": "Berth", "plural_label": "Berths"},
            {"api_name": "Rental_Lines", "singular_label": "Line", "plural_label": "Lines", "fields": [
                {"api_name": "Days", "field_label": "Days", "data_type": "integer"},
                {"api_name": "Boat", "field_label": "Boat", "data_type": "lookup", "lookup": {"module": "Products"}},
            ]},
            {"api_name": "Projects", "singular_label": "Project", "plural_label": "Projects"},
        ],
        "fields": {
            "Leads": [
                {"api_name": "T_multi", "field_label": "T", "data_type": "multiselectpicklist", "pick_list": ["A", "B", "C"]},
                {"api_name": "T_bigint", "field_label": "T", "data_type": "bigint", "length": 18},
                {"api_name": "T_double", "field_label": "T", "data_type": "double", "length": 16, "decimal_place": 9},
                {"api_name": "T_boolean", "field_label": "T", "data_type": "boolean"},
                {"api_name": "T_date", "field_label": "T", "data_type": "date"},
                {"api_name": "T_datetime", "field_label": "T", "data_type": "datetime"},
                {"api_name": "T_lookup", "field_label": "T", "data_type": "lookup", "lookup": {"module": "Contacts", "relation": "T_leads"}},
                {"api_name": "T_user", "field_label": "T", "data_type": "userlookup"},
                {"api_name": "T_unique", "field_label": "T", "data_type": "text", "unique": true},
                {"api_name": "T_default", "field_label": "T", "data_type": "text", "default": "given"},
                {"api_name": "T_number", "field_label": "T", "data_type": "autonumber"},
                {"api_name": "T_text", "field_label": "T", "data_type": "text"},
                {"api_name": "Company", "system_mandatory": false, "length": 500},
            ],
            "Rentals": [
                {"api_name": "Lines", "field_label": "Lines", "data_type": "subform", "subform": "Rental_Lines"},
                {"api_name": "Berth", "field_label": "Berth", "data_type": "lookup", "lookup": {"module": "Berths"}},
            ],
        },
        "tags": {"Leads": [{"id": "5725767000000999001", "name": "Old", "color_code": "#1DB9B4"}]},
        "Contacts": [{"id": "#carl", "Last_Name": "Carter", "Owner": "#mara"}],
        "Products": [{"id": "#boat", "Product_Name": "Boat", "Unit_Price": 12.5}],
        "Berths": [{"id": "#b", "Name": "A 1"}],
        "Leads": [
            {"Last_Name": "First", "Company": "#none", "T_default": null, "T_text": "", "T_lookup": "#carl",
                "Lead_Source": "Not in the list", "Tag": ["old", {"name": "new", "color_code": "#ffffff"}], "$approved": false,
                "Created_Time": "0000-01-01T00:00:00+12:00", "$converted": true, "T_double": -0.0, "T_bigint": "9007199254740993"},
            {"Last_Name": "Second", "T_unique": "one", "T_multi": ["A", "Z"], "T_double": 0.1, "T_user": "#mara"},
        ],
        "Rentals": [{"Name": "R", "Berth": "#b", "$berth": null, "Lines": [{"Name": "l", "Days": 3, "Boat": "#boat"}, {"Name": "#m"}]}],
        "Quotes": [{"Subject": "Q", "Quoted_Items": [{"Product_Name": "#boat", "Quantity": 3, "Discount": "5%",
            "Line_Tax": [{"name": "VAT", "percentage": 7.7}]}]}],
        "Projects": [{"Name": "P"}],
        "deleted": {"Contacts": [
            {"record": {"id": "#gone", "Last_Name": "Gone"}, "deleted_by": "#mara", "deleted_time": "2026-01-01T00:00:00Z"},
            {"record": {"Last_Name": "Went"}, "display_name": "Other"},
        ]},
        "Deals": [{"Deal_Name": "D", "Stage": "Qualification", "Contact_Name": "#gone", "Amount": 3}],
    })
}

fn declared_world() -> World {
    let builder = Builder::default().seed("default").seed_json(&declared());
    builder
        .now(NOW)
        .build_world()
        .unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn the_seeds_of_the_binary() {
    for name in embedded::names() {
        let world = Builder::default().seed(name).now(NOW).build_world();
        let world = world.expect("a good seed");
        check(&world.default_org().read());
    }
    let empty = Builder::default().empty().now(NOW).build_world();
    check(&empty.expect("empty").default_org().read());
}

#[test]
fn custom_modules_fields_and_values() {
    let world = declared_world();
    let state = world.default_org().read();
    let again = check(&state);
    // what the seed says is there to be exported
    let text = String::from_utf8(seed::export(&state)).expect("UTF-8");
    for part in [
        "\"next_tail\":",
        "\"9007199254740993\"",
        "\"T_double\":0,",
        "\"T_text\":\"\"",
        "\"display_name\":\"Other\"",
        "\"$berth\":null",
        "\"Company\":\"#none\"",
        "\"5725767000000777001\"",
    ] {
        assert!(text.contains(part), "{part}");
    }
    let modules = |state: &OrgState| {
        format!(
            "{:?}",
            state
                .schema
                .modules()
                .map(|m| (&m.spec, &m.fields, &m.related_lists, &m.layouts))
                .collect::<Vec<_>>()
        )
    };
    assert_eq!(modules(&state), modules(&again));
    assert_answers_alike(&world, &world_of(again), &["v2", "v8"]);
}

/// A request, of numbers that mean something else in each org.
#[derive(Clone, Debug)]
struct Op {
    what: u8,
    which: usize,
    number: i64,
    text: String,
    version: &'static str,
}

fn op() -> impl Strategy<Value = Op> {
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

/// The id of some record of a module.
/// The id of one of the settings of a family.
fn nth_of(state: &OrgState, family: &str, n: usize) -> String {
    let settings = state.settings_of(family);
    let setting = settings.iter().nth(n % settings.len()).expect("some");
    setting.id.to_string()
}

fn nth(state: &OrgState, module: &str, n: usize) -> String {
    let module = state.schema.module(module).expect("a module");
    let rows = state.table(module).rows();
    let id = rows
        .iter()
        .nth(n % rows.len().max(1))
        .map(|(id, _)| id.to_string());
    id.unwrap_or_else(|| "1".into())
}

const MODULES: [&str; 14] = [
    "Leads", "Contacts", "Accounts", "Deals", "Tasks", "Events", "Calls", "Products", "Quotes",
    "Notes", "Cases", "Invoices", "Rentals", "Berths",
];

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

/// Sends a request to one or two orgs. `state` says what its numbers mean.
fn run(op: &Op, state: &OrgState, worlds: &[&World]) {
    let (v, n) = (op.version, op.which);
    let module = MODULES[n % MODULES.len()];
    let one = |json: Json| json!({"data": [json]});
    let id = || nth(state, module, n / 16);
    let user = || {
        let at = n % state.users.len();
        state
            .users
            .iter()
            .nth(at)
            .map(|(id, _)| id.to_string())
            .expect("a user")
    };
    let view = || {
        let views = &state.schema.module("Leads").expect("Leads").views;
        views[n % views.len()].id.to_string()
    };
    let views = "/crm/v8/settings/custom_views";
    let (method, target, json) = match op.what {
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
        13 => ("DELETE", format!("/crm/{v}/users/{}", user()), Json::Null),
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
    };
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn an_org_that_lived_loads_again(
        before in prop::collection::vec(op(), 0..40),
        after in prop::collection::vec(op(), 0..12),
    ) {
        thread_local! {
            static START: Arc<OrgState> = declared_world().default_org().read();
        }
        let world = world_of(START.with(|state| OrgState::clone(state)));
        for op in &before {
            run(op, &world.default_org().read(), &[&world]);
        }
        let state = world.default_org().read();
        let again = world_of(check(&state));
        assert_answers_alike(&world, &again, &[["v2", "v8"][before.len() % 2]]);
        for op in &after {
            run(op, &world.default_org().read(), &[&world, &again]);
        }
        assert_same(&world.default_org().read(), &again.default_org().read());
    }
}

/// The requests of the property test do what they are meant to.
#[test]
fn operations_succeed() {
    let world = declared_world();
    for what in 0..16u8 {
        for which in 0..MODULES.len() {
            let op = Op {
                what,
                which,
                number: 12_345,
                text: format!("t{what}x{which}"),
                version: "v8",
            };
            run(&op, &world.default_org().read(), &[&world]);
        }
    }
    let state = world.default_org().read();
    let deleted: usize = state
        .schema
        .modules()
        .map(|m| state.table(m).deleted().len())
        .sum();
    assert!(deleted > 10, "{deleted}");
    let leads = state.schema.module("Leads").expect("Leads");
    assert!(
        state
            .table(leads)
            .rows()
            .iter()
            .filter(|(_, lead)| lead.converted)
            .count()
            > 2
    );
    assert!(leads.views.iter().any(|view| !view.spec.made.is_empty()));
    assert!(state.users.len() > 8, "{}", state.users.len());
    for module in MODULES {
        let module = state.schema.module(module).expect("a module");
        let made = state
            .table(module)
            .rows()
            .iter()
            .filter(|(_, r)| r.created_time > 1_763_000_000);
        assert!(made.count() > 1, "{}", module.api_name());
    }
    let again = world_of(check(&state));
    assert_answers_alike(&world, &again, &["v8"]);
    let (status, _) = send(
        &again,
        "POST",
        "/crm/v8/Leads",
        Some(&json!({"data": [{"Last_Name": "x"}]})),
    );
    assert_eq!(status, 201);
}
