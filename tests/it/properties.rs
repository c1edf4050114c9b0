//! What holds for every input: nothing panics, what is sent comes back, writers lose nothing.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::world::World;

use crate::support::{send, send_bytes};

fn world(seed: &Json) -> World {
    Builder::default()
        .seed_json(seed)
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed")
}

/// An org with a custom field of every type that a client can write.
fn typed() -> World {
    world(&json!({
        "org": {"id_prefix": "5725767", "time_zone": "UTC"},
        "fields": {"Leads": [
            {"api_name": "T_text", "field_label": "T text", "data_type": "text", "length": 255},
            {"api_name": "T_textarea", "field_label": "T textarea", "data_type": "textarea", "length": 2000},
            {"api_name": "T_email", "field_label": "T email", "data_type": "email"},
            {"api_name": "T_phone", "field_label": "T phone", "data_type": "phone"},
            {"api_name": "T_website", "field_label": "T website", "data_type": "website"},
            {"api_name": "T_picklist", "field_label": "T picklist", "data_type": "picklist", "pick_list": ["-None-", "A", "B"]},
            {"api_name": "T_multi", "field_label": "T multi", "data_type": "multiselectpicklist", "pick_list": ["A", "B", "C"]},
            {"api_name": "T_integer", "field_label": "T integer", "data_type": "integer", "length": 9},
            {"api_name": "T_bigint", "field_label": "T bigint", "data_type": "bigint", "length": 18},
            {"api_name": "T_double", "field_label": "T double", "data_type": "double", "length": 16, "decimal_place": 9},
            {"api_name": "T_percent", "field_label": "T percent", "data_type": "percent", "length": 5},
            {"api_name": "T_currency", "field_label": "T currency", "data_type": "currency", "length": 16},
            {"api_name": "T_boolean", "field_label": "T boolean", "data_type": "boolean"},
            {"api_name": "T_date", "field_label": "T date", "data_type": "date"},
            {"api_name": "T_datetime", "field_label": "T datetime", "data_type": "datetime"},
            {"api_name": "T_lookup", "field_label": "T lookup", "data_type": "lookup", "lookup": {"module": "Contacts"}},
            {"api_name": "T_user", "field_label": "T user", "data_type": "userlookup"},
        ]},
        "Contacts": [{"id": "5725767000000510001", "First_Name": "Carl", "Last_Name": "Carter"}],
        "Leads": [{"id": "5725767000000500001", "Last_Name": "First"}],
    }))
}

prop_compose! {
    fn record()(
        text in "[^\u{0}]{1,80}", area in "\\PC{1,200}", name in "[a-z]{1,12}", phone in "[+]?[0-9]{1,4}( [(][0-9]{2,3}[)])?([ -][0-9]{2,4}){1,3}",
        multi in prop::sample::subsequence(vec!["A", "B", "C"], 1..=3),
        integer in -999_999_999i64..=999_999_999, big in -999_999_999_999_999_999i64..=999_999_999_999_999_999,
        cents in -9_999_999_999i64..=9_999_999_999, fine in -999_999_999i64..=999_999_999,
        percent in 0i64..=99_999, boolean: bool, day in 0i64..40_000, second in 0i64..4_000_000_000,
    ) -> Json {
        let (year, month, day) = zoho_crm_mock::value::time::civil_from_days(day);
        let instant = zoho_crm_mock::value::time::format_datetime(second, &jiff::tz::TimeZone::UTC);
        json!({
            "Last_Name": name, "T_text": text, "T_textarea": area, "T_email": format!("{name}@example.com"),
            "T_phone": phone, "T_website": format!("https://{name}.example"), "T_picklist": "B", "T_multi": multi,
            "T_integer": integer, "T_bigint": big.to_string(), "T_double": fine as f64 / 1e6,
            "T_percent": percent as f64 / 100.0, "T_currency": cents as f64 / 100.0, "T_boolean": boolean,
            "T_date": format!("{year:04}-{month:02}-{day:02}"), "T_datetime": instant,
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn what_is_inserted_is_read(record in record(), v in prop::sample::select(vec!["v2", "v2.1", "v3", "v6", "v8"])) {
        let world = typed();
        let mut sent = record;
        sent["T_lookup"] = json!({"id": "5725767000000510001"});
        let (status, body) = send(&world, "POST", &format!("/crm/{v}/Leads"), Some(&json!({"data": [sent]})));
        prop_assert_eq!(status, 201, "{}", body);
        let id = body["data"][0]["details"]["id"].as_str().expect("an id");
        let (_, read) = send(&world, "GET", &format!("/crm/{v}/Leads/{id}"), None);
        for (key, value) in sent.as_object().expect("a record") {
            let got = &read["data"][0][key];
            match value {
                Json::Number(number) => prop_assert_eq!(number.as_f64(), got.as_f64(), "{}", key),
                Json::Object(lookup) => prop_assert_eq!(&lookup["id"], &got["id"], "{}", key),
                value => prop_assert_eq!(value, got, "{}", key),
            }
        }
    }

    #[test]
    fn a_failed_item_changes_nothing(record in record(), spoiled in 0usize..6) {
        let world = typed();
        let (key, value) = [
            ("T_integer", json!("x")), ("T_date", json!("2024-02-30")), ("T_lookup", json!("1")),
            ("T_email", json!("nope")), ("Owner", json!("12")), ("Last_Name", Json::Null),
        ][spoiled].clone();
        let mut change = record.clone();
        change["id"] = "5725767000000500001".into();
        change["Tag"] = json!([{"name": "spoiled"}]);
        change[key] = value.clone();
        let mut insert = record;
        insert["T_text"] = "to be refused".into();
        insert[key] = value;
        let before = send(&world, "GET", "/crm/v8/Leads/5725767000000500001", None);
        let (status, body) = send(&world, "PUT", "/crm/v8/Leads", Some(&json!({"data": [change]})));
        prop_assert_eq!(status, 400, "{}", body);
        let (status, body) = send(&world, "POST", "/crm/v8/Leads", Some(&json!({"data": [insert, {"Last_Name": "good"}]})));
        prop_assert_eq!(status, 207, "{}", body);
        prop_assert_eq!(before, send(&world, "GET", "/crm/v8/Leads/5725767000000500001", None));
        let (_, count) = send(&world, "GET", "/crm/v8/Leads/actions/count", None);
        prop_assert_eq!(&count["count"], 2);
    }

    #[test]
    fn no_request_gets_a_server_error(
        path in "/crm/(v2|v8|v9|%76)/(Leads|settings|users|Contacts|%4c|\\PC{0,8})(/[a-z0-9%_/.-]{0,20})?",
        query in "([a-z_]{1,12}=[^&#]{0,30}&?){0,3}",
        method in prop::sample::select(vec!["GET", "POST", "PUT", "DELETE", "PATCH", "BREW"]),
        body in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let world = typed();
        let (status, _) = send_bytes(&world, method, &format!("{path}?{query}"), &body);
        prop_assert!(status < 500, "{} {}?{}: {}", method, path, query, status);
    }

    #[test]
    fn no_criteria_gets_a_server_error(
        criteria in prop_oneof![
            "\\PC{0,60}",
            "(\\((Last_Name|Email|id|Created_Time|Annual_Revenue|T_multi|Foo):(equals|in|between|starts_with|less_than|x):[^()]{0,20}\\)(and|or| and |)){1,4}",
        ],
        v in prop::sample::select(vec!["v2", "v7", "v8"]),
    ) {
        let world = typed();
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("criteria", &criteria).finish();
        for target in ["search", "actions/count"] {
            let (status, _) = send_bytes(&world, "GET", &format!("/crm/{v}/Leads/{target}?{query}"), b"");
            prop_assert!(status < 500, "{}", criteria);
        }
    }

    #[test]
    fn no_json_body_gets_a_server_error(value in json_value(), v in prop::sample::select(vec!["v2", "v8"])) {
        let world = typed();
        for (method, target) in [
            ("POST", "Leads"), ("PUT", "Leads"), ("POST", "Leads/upsert"), ("PUT", "Leads/5725767000000500001"),
            ("POST", "Quotes"), ("POST", "Events"), ("POST", "Notes"), ("POST", "users"), ("PUT", "users"),
        ] {
            let key = if target == "users" { "users" } else { "data" };
            for body in [json!({key: [value]}), json!({key: value}), value.clone()] {
                let (status, answer) = send(&world, method, &format!("/crm/{v}/{target}"), Some(&body));
                prop_assert!(status < 500, "{} {}: {} {}", method, target, body, answer);
            }
        }
    }
}

/// JSON whose keys are often those of fields.
/// A number near zero as a JSON text; zero comes with and without a sign.
fn near_zero() -> impl Strategy<Value = String> {
    let zeros = vec!["0", "-0", "0.0", "-0.0", "-0.00", "-0e0", "0E-3"];
    prop_oneof![
        prop::sample::select(zeros).prop_map(str::to_owned),
        (-2i64..=2).prop_map(|cents| (cents as f64 / 100.0).to_string()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Which zero a client writes makes no difference to what finds the record.
    #[test]
    fn numbers_are_found_whatever_sign_their_zero_has(
        stored in near_zero(), asked in near_zero(), way in 0usize..6, field in prop::sample::select(vec!["T_double", "T_currency", "T_percent"]),
    ) {
        const LEAD: &str = "5725767000000500001";
        let world = typed();
        // as text, since a JSON value of serde's would have lost some of the spellings
        let record = format!(r#"{{"id": "{LEAD}", "Last_Name": "First", "{field}": {stored}}}"#);
        let body = format!(r#"{{"data": [{record}]}}"#);
        let mass = format!(r#"{{"data": [{{"{field}": {stored}}}], "ids": ["{LEAD}"], "over_write": true}}"#);
        let seed = format!(r#"{{"Leads": [{{"Last_Name": "Second", "{field}": {stored}}}]}}"#);
        let wrote = match way {
            0 => send_bytes(&world, "POST", "/crm/v2/Leads", body.replace(&format!(r#""id": "{LEAD}", "#), "").as_bytes()),
            1 => send_bytes(&world, "PUT", "/crm/v8/Leads", body.as_bytes()),
            2 => send_bytes(&world, "POST", "/crm/v8/Leads/upsert", body.as_bytes()),
            3 => send_bytes(&world, "POST", "/crm/v8/Leads/actions/mass_update", mass.as_bytes()),
            4 => send_bytes(&world, "POST", "/__admin/seed", seed.as_bytes()),
            // the connector takes numbers as texts
            _ => {
                let input = json!({"module_name": "Leads", "record_id": LEAD, "record": [{"field": field, "value": stored}]});
                send_bytes(&world, "POST", "/operations/update_specific_record", input.to_string().as_bytes())
            }
        };
        prop_assert!(wrote.0 < 300, "{} {}", wrote.0, String::from_utf8_lossy(&wrote.1));
        let (a, b): (f64, f64) = (stored.parse().expect("a number"), asked.parse().expect("a number"));
        for (criteria, coql, holds) in [("equals", "=", a == b), ("greater_equal", ">=", a >= b), ("less_equal", "<=", a <= b), ("less_than", "<", a < b), ("in", "in", a == b)] {
            let found = |(status, body): (u16, Json)| match status {
                200 => Ok(body["data"].as_array().map_or(0, Vec::len)),
                204 => Ok(0),
                _ => Err(body),
            };
            let target = format!("/crm/v8/Leads/search?criteria=({field}:{criteria}:{asked})&fields=id");
            prop_assert_eq!(found(send(&world, "GET", &target, None)), Ok(usize::from(holds)), "{} {}", criteria, asked);
            let value = if criteria == "in" { format!("({asked})") } else { asked.clone() };
            let query = json!({"select_query": format!("select id from Leads where {field} {coql} {value}")});
            prop_assert_eq!(found(send(&world, "POST", "/crm/v8/coql", Some(&query))), Ok(usize::from(holds)), "{} {}", coql, asked);
        }
        let query = json!({"select_query": format!("select {field}, COUNT(id) from Leads where {field} is not null group by {field}")});
        let (_, groups) = send(&world, "POST", "/crm/v8/coql", Some(&query));
        prop_assert_eq!(groups["data"].as_array().map(Vec::len), Some(1));
        let shown = groups["data"][0][field].as_f64().map(f64::is_sign_negative);
        prop_assert_eq!(shown, Some(a < 0.0), "{}", groups);
    }
}

fn json_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        "\\PC{0,12}".prop_map(Json::from),
        prop::sample::select(vec![
            "5725767000000510001",
            "2026-01-01",
            "2026-01-01T00:00:00+00:00",
            "5%",
            "a@b.co"
        ])
        .prop_map(Json::from),
    ];
    let keys = prop::sample::select(vec![
        "Last_Name",
        "Email",
        "Owner",
        "Tag",
        "id",
        "Account_Name",
        "T_multi",
        "T_lookup",
        "Subject",
        "Quoted_Items",
        "Product_Name",
        "Quantity",
        "Discount",
        "Line_Tax",
        "What_Id",
        "$se_module",
        "Parent_Id",
        "Note_Title",
        "Event_Title",
        "Start_DateTime",
        "Participants",
        "name",
        "module",
        "duplicate_check_fields",
        "email",
        "role",
        "profile",
        "first_name",
        "last_name",
        "status",
        "time_zone",
        "$append_values",
        "_delete",
    ]);
    leaf.prop_recursive(4, 48, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((keys.clone(), inner), 0..6).prop_map(|entries| Json::Object(
                entries
                    .into_iter()
                    .map(|(k, v)| (k.to_owned(), v))
                    .collect()
            )),
        ]
    })
}

#[test]
fn concurrent_writers_lose_no_update() {
    const THREADS: usize = 8;
    const EACH: usize = 50;
    let world = Arc::new(typed());
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let world = Arc::clone(&world);
            scope.spawn(move || {
                for n in 0..EACH {
                    let lead = json!({"Last_Name": format!("L{thread}-{n}"), "Email": format!("l{thread}.{n}@example.com")});
                    let (status, body) = send(&world, "POST", "/crm/v8/Leads", Some(&json!({"data": [lead]})));
                    assert_eq!(status, 201, "{body}");
                    let id = body["data"][0]["details"]["id"].as_str().expect("an id").to_owned();
                    let change = json!({"data": [{"City": format!("C{n}")}]});
                    let (status, _) = send(&world, "PUT", &format!("/crm/v8/Leads/{id}"), Some(&change));
                    assert_eq!(status, 200);
                }
            });
        }
    });
    let (_, count) = send(&world, "GET", "/crm/v8/Leads/actions/count", None);
    assert_eq!(count["count"], THREADS * EACH + 1);
    for thread in 0..THREADS {
        for n in 0..EACH {
            let target = format!("/crm/v8/Leads/search?email=l{thread}.{n}@example.com");
            let (status, found) = send(&world, "GET", &target, None);
            assert_eq!(status, 200, "{target}");
            assert_eq!(found["data"][0]["City"], format!("C{n}"));
        }
    }
}

#[test]
fn one_seed_one_answer() {
    let answers = |rng_seed: u64| {
        let world = Builder::default()
            .empty()
            .rng_seed(rng_seed)
            .now("2026-11-16T09:00:00Z")
            .build_world()
            .expect("empty");
        let lead = json!({"data": [{"Last_Name": "Rao"}]});
        let (status, inserted) = send(&world, "POST", "/crm/v8/Leads", Some(&lead));
        assert_eq!(status, 201);
        (inserted, send(&world, "GET", "/crm/v2/Leads", None))
    };
    assert_eq!(answers(7), answers(7));
    assert_ne!(answers(7).0, answers(8).0);
}

/// A page that a token leads to does not shift when records are written in between.
#[test]
fn tokens_survive_writes() {
    let leads: Vec<Json> = (0..25)
        .map(|n| json!({"Last_Name": format!("L{n:02}")}))
        .collect();
    let world = world(&json!({"Leads": leads}));
    let mut seen = Vec::new();
    let mut target = "/crm/v8/Leads?fields=Last_Name&per_page=10".to_owned();
    loop {
        let (status, page) = send(&world, "GET", &target, None);
        assert_eq!(status, 200);
        for record in page["data"].as_array().expect("records") {
            seen.push(record["Last_Name"].as_str().expect("a name").to_owned());
        }
        send(
            &world,
            "POST",
            "/crm/v8/Leads",
            Some(&json!({"data": [{"Last_Name": "new"}, {"Last_Name": "new"}]})),
        );
        let Some(token) = page["info"]["next_page_token"].as_str() else {
            break;
        };
        target = format!("/crm/v8/Leads?fields=Last_Name&per_page=10&page_token={token}");
    }
    let expected: Vec<String> = (0..25).rev().map(|n| format!("L{n:02}")).collect();
    assert_eq!(seen, expected);
}
