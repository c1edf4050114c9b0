//! What a client reads it can write back unchanged: every module of the default org, every data type,
//! every version.

mod whole;

use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::schema::DataType;
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

use crate::support::send;

/// Keys that tell of the write itself.
const MOVED: [&str; 4] = [
    "Modified_Time",
    "Modified_By",
    "Last_Activity_Time",
    "Change_Log_Time__s",
];

fn read(world: &World, path: &str) -> Map<String, Json> {
    let (status, body) = send(world, "GET", path, None);
    assert_eq!(status, 200, "{path}: {body}");
    let mut record = body["data"][0].as_object().expect("a record").clone();
    record.retain(|key, _| !MOVED.contains(&key.as_str()));
    record
}

/// Writes a record as it was read, and adds what is another then.
fn write_back(world: &World, path: &str, what: &str, wrong: &mut Vec<String>) {
    let before = read(world, path);
    let body = json!({"data": [before]});
    let (status, answer) = send(world, "PUT", path, Some(&body));
    if status != 200 {
        wrong.push(format!("{what}: {status} {answer}"));
        return;
    }
    let after = read(world, path);
    for (key, value) in &before {
        if after.get(key) != Some(value) {
            let now = after.get(key);
            wrong.push(format!("{what}: {key} was {value}, is {now:?}"));
        }
    }
}

/// What a client may write in a field of a type; none for types that are computed, or that only
/// fields of standard modules have, whose records the other test writes.
fn values(data_type: DataType) -> Vec<Json> {
    let contact = "5725767000000510001";
    let user = "5725767000000411001";
    match data_type {
        DataType::Text | DataType::Textarea => vec![json!("Ünïcode \"quoted\" \\ 'x' <b>")],
        DataType::Email => vec![json!("o'neil+tag@sub.example.com")],
        DataType::Phone => vec![json!("+1 (541) 555-0110"), json!("555.0110 x12")],
        DataType::Website => vec![
            json!("https://www.example.com/a?b=c#d"),
            json!("example.org"),
        ],
        // the display value, the actual one, and what is not listed
        DataType::Picklist => vec![json!("East"), json!("IN_East"), json!("Mars")],
        DataType::MultiSelectPicklist => vec![json!(["East", "West"]), json!(["IN_East", "Mars"])],
        DataType::Integer => vec![json!(-12), json!(999_999_999)],
        DataType::BigInt => vec![json!("123456789012345678")],
        DataType::Double | DataType::Percent | DataType::Currency => vec![json!(12.5), json!(-3)],
        DataType::Boolean => vec![json!(true), json!(false)],
        DataType::Date => vec![json!("2024-02-29")],
        DataType::DateTime => vec![
            json!("2026-06-01T13:00:00+01:00"),
            json!("2026-06-01T13:00:00Z"),
            json!("2026-06-01T13:00:00"),
        ],
        DataType::Lookup => vec![json!({"id": contact}), json!(contact)],
        DataType::UserLookup => vec![json!({"id": user})],
        _ => Vec::new(),
    }
}

fn typed() -> World {
    let fields = DataType::ALL.into_iter().filter(|t| !values(*t).is_empty());
    let fields = fields.map(|data_type| {
        let word = data_type.as_str();
        let mut field =
            json!({"api_name": format!("T_{word}"), "field_label": word, "data_type": word});
        match data_type {
            DataType::Picklist | DataType::MultiSelectPicklist => {
                let east = json!({"display_value": "East", "actual_value": "IN_East"});
                field["pick_list"] = json!([east, "West"]);
            }
            DataType::Lookup => field["lookup"] = json!({"module": "Contacts"}),
            _ => {}
        }
        field
    });
    let fields: Vec<Json> = fields.collect();
    let seed = json!({
        "org": {"id_prefix": "5725767", "time_zone": "Asia/Kolkata"},
        "users": [{"id": "5725767000000411001", "first_name": "Patricia", "last_name": "Boyle", "email": "p@example.com"}],
        "modules": [{"api_name": "Things", "plural_label": "Things", "singular_label": "Thing"}],
        "fields": {"Leads": fields, "Deals": fields, "Things": fields},
        "Contacts": [{"id": "5725767000000510001", "Last_Name": "Carter"}],
        "Leads": [], "Deals": [], "Things": [],
    });
    let world = Builder::default()
        .seed_json(&seed)
        .now("2026-11-16T09:00:00Z")
        .build_world();
    world.expect("the seed")
}

#[test]
fn values_of_every_type() {
    let world = typed();
    let mut wrong = Vec::new();
    for version in ApiVersion::ALL {
        for module in ["Leads", "Deals", "Things"] {
            for data_type in DataType::ALL {
                for value in values(data_type) {
                    let key = format!("T_{}", data_type.as_str());
                    let what = format!("{version} {module} {key} {value}");
                    let record = json!({"Last_Name": "x", "Deal_Name": "x", "Stage": "Qualification",
                        "Name": "x", &key: value});
                    let target = format!("/crm/{version}/{module}");
                    let (status, body) =
                        send(&world, "POST", &target, Some(&json!({"data": [record]})));
                    assert_eq!(status, 201, "{what}: {body}");
                    let id = body["data"][0]["details"]["id"].as_str().expect("an id");
                    let path = format!("{target}/{id}");
                    write_back(&world, &path, &what, &mut wrong);
                    let kept = &read(&world, &path)[&key];
                    // times are shown in the caller's zone, lookups with names
                    let whole = !matches!(value, Json::Object(_))
                        && !matches!(data_type, DataType::DateTime | DataType::Lookup);
                    if whole && kept.as_f64() != value.as_f64()
                        || whole && !value.is_number() && *kept != value
                    {
                        wrong.push(format!("{what}: reads {kept}"));
                    }
                    // and what was read makes another record alike
                    let copy = json!({"data": [read(&world, &path)]});
                    let (status, body) = send(&world, "POST", &target, Some(&copy));
                    assert_eq!(status, 201, "{what}: {body}");
                    let id = body["data"][0]["details"]["id"].as_str().expect("an id");
                    let copied = &read(&world, &format!("{target}/{id}"))[&key];
                    if copied != kept {
                        wrong.push(format!("{what}: copied as {copied}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
