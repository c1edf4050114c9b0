//! Whole records and each of their fields: every module of the default seed, and records that have
//! rows, links, participants, reminders, repeats, tags and custom fields of every data type.

use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::schema::DataType;
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

use super::MOVED;
use crate::support::send;

/// Later than every record of the default seed.
const NOW: &str = "2026-12-24T09:00:00Z";

/// How many records of a module are written, and of how many the fields one by one.
const WHOLE: usize = 20;
const SINGLY: usize = 1;

fn read(world: &World, path: &str) -> Map<String, Json> {
    let (status, body) = send(world, "GET", path, None);
    assert_eq!(status, 200, "{path}: {body}");
    body["data"][0].as_object().expect("a record").clone()
}

/// What two readings have to share: all but what tells of the write, in rows too.
fn lasting(value: &Json) -> Json {
    match value {
        Json::Object(object) => {
            let kept = object
                .iter()
                .filter(|(key, _)| !MOVED.contains(&key.as_str()));
            Json::Object(
                kept.map(|(key, value)| (key.clone(), lasting(value)))
                    .collect(),
            )
        }
        Json::Array(list) => list.iter().map(lasting).collect(),
        other => other.clone(),
    }
}

/// What a record is in a version, by keys that name it.
fn seen(world: &World, path: &str, version: &str) -> Map<String, Json> {
    let own = path.split('/').nth(2).expect("a version");
    let record = read(world, &path.replacen(own, version, 1)).into_iter();
    let lasts = record.filter(|(key, _)| !MOVED.contains(&&**key));
    lasts
        .map(|(key, value)| (format!("{version}.{key}"), lasting(&value)))
        .collect()
}

/// What it is in versions that have another form of some values.
fn elsewhere(world: &World, path: &str) -> Map<String, Json> {
    let mut both = seen(world, path, "v3");
    both.extend(seen(world, path, "v8"));
    both
}

/// The keys in which two readings differ, and what they have there.
fn differences<'a>(
    before: &'a Map<String, Json>,
    after: &'a Map<String, Json>,
) -> impl Iterator<Item = (&'a str, &'a Json, &'a Json)> {
    let keys = before
        .keys()
        .chain(after.keys().filter(|key| !before.contains_key(*key)));
    let values = keys.map(|key| (&**key, before.get(key), after.get(key)));
    let shown =
        values.map(|(key, old, new)| (key, old.unwrap_or(&Json::Null), new.unwrap_or(&Json::Null)));
    shown.filter(|(key, old, new)| {
        old != new || before.contains_key(*key) != after.contains_key(*key)
    })
}

/// A record that is written over and over.
struct Trip<'a> {
    world: &'a World,
    path: &'a str,
    version: &'a str,
    seen: Map<String, Json>,
    elsewhere: Map<String, Json>,
}

impl<'a> Trip<'a> {
    fn new(world: &'a World, path: &'a str, version: &'a str) -> Self {
        Self {
            world,
            path,
            version,
            seen: seen(world, path, version),
            elsewhere: elsewhere(world, path),
        }
    }

    /// Writes what was read of the record, all or a part, and tells what is another then.
    fn write(&mut self, part: &Json, what: &str, wrong: &mut Vec<String>) {
        let body = json!({"data": [part]});
        let (status, answer) = send(self.world, "PUT", self.path, Some(&body));
        if status != 200 || answer["data"][0]["code"] != "SUCCESS" {
            wrong.push(format!("{what}: {status} {answer}"));
            return;
        }
        let after = seen(self.world, self.path, self.version);
        for (key, old, new) in differences(&self.seen, &after) {
            wrong.push(format!("{what}: {key} was {old}, is {new}"));
        }
        self.seen = after;
    }

    /// Tells what is another in other versions since the last time.
    fn compare(&mut self, what: &str, wrong: &mut Vec<String>) {
        let after = elsewhere(self.world, self.path);
        for (key, old, new) in differences(&self.elsewhere, &after) {
            wrong.push(format!("{what}: {key} was {old}, is {new}"));
        }
        self.elsewhere = after;
    }
}

/// Every record of every module that a version lists.
fn records(world: &World, version: ApiVersion) -> Vec<(String, Vec<String>)> {
    let (_, body) = send(world, "GET", "/crm/v8/settings/modules", None);
    let modules = body["modules"].as_array().expect("modules").iter();
    let names = modules.filter_map(|module| module["api_name"].as_str().map(str::to_owned));
    names
        .filter_map(|name| {
            let list = format!("/crm/{version}/{name}?fields=id&per_page=200");
            let (status, body) = send(world, "GET", &list, None);
            let data = body["data"].as_array().filter(|_| status == 200)?;
            let paths = data.iter().filter_map(|record| {
                Some(format!("/crm/{version}/{name}/{}", record["id"].as_str()?))
            });
            let paths = paths.collect();
            Some((name, paths))
        })
        .collect()
}

/// How many keys of a record hold something.
fn fullness(record: &Map<String, Json>) -> usize {
    record.values().filter(|value| !is_empty(value)).count()
}

fn is_empty(value: &Json) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// Writes back the fullest records of each module, all that is in them and each field by itself;
/// none that were made before a time. Gives the number of writes.
fn trips(world: &World, version: ApiVersion, since: &str, wrong: &mut Vec<String>) -> usize {
    let mut written = 0;
    for (name, paths) in records(world, version) {
        let all = paths.iter().map(|path| (path, read(world, path)));
        let late = |record: &Map<String, Json>| {
            record["Created_Time"].as_str().unwrap_or_default() >= since
        };
        let mut all: Vec<_> = all.filter(|(_, record)| late(record)).collect();
        all.sort_by_key(|(_, record)| std::cmp::Reverse(fullness(record)));
        for (no, (path, whole)) in all.into_iter().take(WHOLE).enumerate() {
            let what = format!("{version} {name} {no}");
            let mut trip = Trip::new(world, path, version.as_str());
            trip.write(&Json::Object(whole.clone()), &what, wrong);
            trip.compare(&what, wrong);
            written += 1;
            let singly = no < SINGLY || !since.is_empty();
            for (key, value) in whole.into_iter().filter(|_| singly) {
                let what = format!("{what} only {key}");
                trip.write(&json!({key: value}), &what, wrong);
                written += 1;
            }
            trip.compare(&format!("{what} singly"), wrong);
        }
    }
    written
}

/// A custom field of a type, and a value of it; none for types that custom fields do not have.
fn custom(data_type: DataType, module: &str) -> Option<(Json, Json)> {
    let word = data_type.as_str();
    let mut field =
        json!({"api_name": format!("T_{word}"), "field_label": word, "data_type": word});
    let value = match data_type {
        DataType::Text | DataType::Textarea => json!("Ünïcode \"quoted\" \\ 'x' <b>\nline"),
        DataType::Email => json!("o'neil+tag@sub.example.com"),
        DataType::Phone => json!("+1 (541) 555-0110"),
        DataType::Website => json!("https://www.example.com/a?b=c#d"),
        DataType::Picklist => json!("East"),
        DataType::MultiSelectPicklist => json!(["East", "West"]),
        DataType::Integer => json!(-12),
        DataType::BigInt => json!("123456789012345678"),
        DataType::Double | DataType::Percent | DataType::Currency => json!(12.57),
        DataType::Boolean => json!(true),
        DataType::Date => json!("2024-02-29"),
        DataType::DateTime => json!("2026-06-01T13:00:00+01:00"),
        DataType::Lookup => json!("#c_hollis"),
        DataType::UserLookup => json!("#elena"),
        DataType::AutoNumber | DataType::Formula => Json::Null,
        DataType::FileUpload | DataType::ImageUpload => {
            json!([{"File_Id__s": "ab12cd34", "File_Name__s": "file.pdf"}])
        }
        DataType::MultiSelectLookup => json!([{"The_Flat": "#villa"}, {"The_Flat": "#loft"}]),
        DataType::MultiUserLookup => {
            json!([{(format!("T_{word}")): "#elena"}, {(format!("T_{word}")): "#marcus"}])
        }
        DataType::Subform => json!([row(0), row(1), {}]),
        _ => return None,
    };
    match data_type {
        DataType::Picklist | DataType::MultiSelectPicklist => {
            field["pick_list"] =
                json!([{"display_value": "East", "actual_value": "IN_East"}, "West"]);
        }
        DataType::Lookup => field["lookup"] = json!({"module": "Contacts"}),
        DataType::MultiSelectLookup => {
            field["lookup"] =
                json!({"module": "Flats", "linking_module": format!("{module}_X_Flats")});
        }
        DataType::Subform => field["subform"] = json!(format!("{module}_Lines")),
        DataType::Formula => field["formula"] = json!({"return_type": "integer"}),
        _ => {}
    }
    Some((field, value))
}

/// The types that a subform's rows may have.
fn cells() -> impl Iterator<Item = (Json, Json)> {
    let rows = [
        DataType::MultiSelectLookup,
        DataType::MultiUserLookup,
        DataType::Subform,
        DataType::AutoNumber,
    ];
    let types = DataType::ALL.into_iter().filter(move |t| !rows.contains(t));
    types.filter_map(|data_type| custom(data_type, ""))
}

fn filled(values: impl Iterator<Item = (Json, Json)>) -> Json {
    let values = values.filter(|(_, value)| !value.is_null());
    let named =
        values.filter_map(|(field, value)| Some((field["api_name"].as_str()?.to_owned(), value)));
    Json::Object(named.collect())
}

fn row(no: i32) -> Json {
    let mut row = filled(cells());
    row["T_integer"] = json!(no);
    row
}

/// Values that lead to records and a user who are deleted. No mandatory ones: those are refused when
/// they are empty, whoever empties them.
fn orphan() -> Json {
    json!({
        "Owner": "#leaver", "T_userlookup": "#leaver", "T_lookup": "#gone",
        "T_multiselectlookup": [{"The_Flat": "#gone_flat"}, {"The_Flat": "#loft"}],
        "T_multiuserlookup": [{"T_multiuserlookup": "#leaver"}, {"T_multiuserlookup": "#marcus"}],
        "T_subform": [{"T_lookup": "#gone", "T_userlookup": "#leaver", "T_text": "x"}, {"T_lookup": "#gone"}],
    })
}

/// The modules that have custom fields of every type.
const CUSTOM: [&str; 4] = ["Leads", "Contacts", "Deals", "Things"];

/// Records of standard modules with structured fields.
fn activities_and_items() -> Json {
    let rows = json!([
        {"Product_Name": "#p_hr450", "Quantity": 3, "List_Price": 99.5, "Discount": "5%", "Description": "a",
         "Line_Tax": [{"name": "Vat", "percentage": 12.5}]},
        {"Product_Name": "#p_hr450", "Quantity": 1, "List_Price": 10, "Discount": 2.5},
        {"Product_Name": "#p_gw2", "Quantity": 4, "List_Price": 0},
    ]);
    let items = |subform: &str| {
        json!([{"Subject": "x", "Account_Name": "#cascade_water", "Tag": ["north", "sea"], "Adjustment": -1.5,
            "Discount": 3, (subform): rows}])
    };
    let mut orders = items("Purchase_Items");
    let order = orders[0].as_object_mut().expect("an order");
    order.shift_remove("Account_Name");
    order.insert("Vendor_Name".to_owned(), json!("#v_rich"));
    let when =
        json!({"Start_DateTime": "2026-12-09T13:00:00Z", "End_DateTime": "2026-12-09T15:00:00Z"});
    let event = |more: Json| {
        let mut event = when.clone();
        event["Event_Title"] = json!("x");
        for (key, value) in more.as_object().into_iter().flatten() {
            event[key] = value.clone();
        }
        event
    };
    let people = json!([
        {"type": "user", "participant": "#marcus", "invited": true, "status": "accepted"},
        {"type": "contact", "participant": "#c_brandt"},
        {"type": "contact", "participant": "#gone"},
        {"type": "user", "participant": "#leaver"},
        {"type": "email", "participant": "a@example.com", "name": "A"},
        {"type": "email", "Email": "b@example.com"},
    ]);
    json!({
        "Products": [{"Product_Name": "x", "Vendor_Name": "#v_rich", "Tax": ["Vat"], "Tag": ["north"]}],
        "Vendors": [{"id": "#v_rich", "Vendor_Name": "V", "Tag": ["north"]}],
        "Quotes": items("Quoted_Items"), "Sales_Orders": items("Ordered_Items"),
        "Invoices": items("Invoiced_Items"), "Purchase_Orders": orders,
        "Price_Books": [{"Price_Book_Name": "x", "Pricing_Model": "Differential", "Tag": ["north"],
            "Pricing_Details": [{"from_range": 1, "to_range": 5, "discount": 2.5}, {"from_range": 6, "to_range": 9, "discount": 7}]}],
        "Events": [
            event(json!({"Participants": people, "Tag": ["north", "sea"],
                "Remind_At": [{"unit": 15, "period": "minutes"}, {"unit": 1, "period": "days", "time": "10.30"}],
                "Remind_Participants": [{"unit": 1, "period": "hours"}],
                "Recurring_Activity": {"RRULE": "FREQ=DAILY;UNTIL=2026-12-30"}})),
            event(json!({"Remind_At": {"ALARM": "ACTION=EMAIL;TRIGGER=-P15M"}})),
            event(json!({"Remind_At": {"ALARM": "FREQ=NONE;ACTION=POPUP;TRIGGER=DATE-TIME:2026-12-09T10:00:00+00:00"}})),
            event(json!({"All_day": true, "Remind_At": [{"unit": 0, "period": "minutes"}]})),
        ],
        "Tasks": [
            {"Subject": "x", "Due_Date": "2026-12-24", "Remind_At": {"ALARM": "ACTION=EMAIL;TRIGGER=-P1D;TRIGGER_TIME=22:52"},
             "Recurring_Activity": {"RRULE": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=4;DTSTART=2026-12-24"}, "Tag": ["north"]},
            {"Subject": "x", "Due_Date": "2026-12-24", "Remind_At": {"ALARM": "FREQ=NONE;ACTION=EMAIL;TRIGGER=DATE-TIME:2026-12-20T10:00:00+03:00"}},
        ],
        "Calls": [{"Subject": "x", "Call_Type": "Outbound", "Call_Start_Time": "2026-12-29T10:00:00Z", "Call_Duration": "05:10",
            "Reminder": "15 mins", "Tag": ["north"]}],
        "Campaigns": [{"Campaign_Name": "x", "Tag": ["north", "sea"]}],
    })
}

/// The id of the one of a list that is called so.
fn gone(world: &World, path: &str, list: &str, key: &str) -> String {
    let (_, body) = send(world, "GET", path, None);
    let mut all = body[list].as_array().expect("a list").iter();
    let gone = all.find(|one| one[key] == "Gone").expect("one that goes");
    gone["id"].as_str().expect("an id").to_owned()
}

fn remove(world: &World, path: &str) {
    let (status, body) = send(world, "DELETE", path, None);
    assert_eq!(status, 200, "{path}: {body}");
}

/// The default seed and records that have all there is, some of which points to what is gone.
fn rich() -> World {
    let mut seed = json!({
        "modules": [
            {"api_name": "Things", "plural_label": "Things", "singular_label": "Thing"},
            {"api_name": "Flats", "plural_label": "Flats", "singular_label": "Flat"},
        ],
        "fields": {},
        "Flats": [{"id": "#villa", "Name": "Villa"}, {"id": "#loft", "Name": "Loft"}, {"id": "#gone_flat", "Name": "Gone"}],
        "users": [{"id": "#leaver", "first_name": "L", "last_name": "Gone", "email": "l@example.com"}],
    });
    for module in CUSTOM {
        let cells: Vec<Json> = cells().map(|(field, _)| field).collect();
        let fields = || DataType::ALL.into_iter().filter_map(|t| custom(t, module));
        let lines = json!({"api_name": format!("{module}_Lines"), "singular_label": format!("{module} line"),
            "plural_label": format!("{module} lines"), "generated_type": "subform", "fields": cells});
        let links = json!({"api_name": format!("{module}_X_Flats"), "singular_label": format!("{module} flat"),
        "plural_label": format!("{module} flats"), "generated_type": "linking", "fields": [
            {"api_name": "The_Record", "field_label": "The Record", "data_type": "lookup", "lookup": {"module": module}},
            {"api_name": "The_Flat", "field_label": "The Flat", "data_type": "lookup", "lookup": {"module": "Flats"}},
        ]});
        let modules = seed["modules"].as_array_mut().expect("modules");
        modules.extend([lines, links]);
        seed["fields"][module] = fields().map(|(field, _)| field).collect();
        let mut record = filled(fields());
        let named = match module {
            "Leads" | "Contacts" => json!({"Last_Name": "x"}),
            "Deals" => {
                json!({"Deal_Name": "x", "Stage": "Closed Won", "Closing_Date": "2026-10-01", "Amount": 12.5})
            }
            _ => json!({"Name": "x"}),
        };
        for (key, value) in named.as_object().into_iter().flatten() {
            record[key] = value.clone();
        }
        record["Tag"] = json!(["north", "sea"]);
        let mut other = named;
        for (key, value) in orphan().as_object().into_iter().flatten() {
            other[key] = value.clone();
        }
        seed[module] = json!([record, other]);
    }
    let contacts = seed["Contacts"].as_array_mut().expect("contacts");
    contacts.push(json!({"id": "#gone", "Last_Name": "Gone", "Email": "gone@example.com"}));
    for (module, records) in activities_and_items().as_object().into_iter().flatten() {
        seed[module] = records.clone();
    }
    let world = Builder::default()
        .seed("default")
        .seed_json(&seed)
        .now(NOW)
        .build_world()
        .unwrap_or_else(|e| panic!("{e}"));
    for (module, key) in [("Contacts", "Last_Name"), ("Flats", "Name")] {
        let all = format!("/crm/v8/{module}?fields={key}&per_page=200");
        let id = gone(&world, &all, "data", key);
        remove(&world, &format!("/crm/v8/{module}/{id}"));
    }
    let id = gone(&world, "/crm/v8/users?type=AllUsers", "users", "last_name");
    remove(&world, &format!("/crm/v8/users/{id}"));
    world
}

#[test]
fn records_of_the_default_seed() {
    let mut wrong = Vec::new();
    for version in ApiVersion::ALL {
        let world = Builder::default().now(NOW).build_world();
        let world = world.expect("the default seed");
        let written = trips(&world, version, "", &mut wrong);
        assert!(written > 800, "{version}: {written} writes");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn records_that_have_all_there_is() {
    let mut wrong = Vec::new();
    let world = rich();
    for module in CUSTOM {
        let (_, body) = send(
            &world,
            "GET",
            &format!("/crm/v8/{module}?fields=id&per_page=200"),
            None,
        );
        let ids = body["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|it| it["id"].as_str());
        let records = ids.map(|id| read(&world, &format!("/crm/v8/{module}/{id}")));
        let full = records.max_by_key(fullness).expect("a record");
        let empty = full
            .iter()
            .filter(|(key, value)| key.starts_with("T_") && is_empty(value));
        let empty: Vec<_> = empty.map(|(key, _)| &**key).collect();
        assert_eq!(empty, ["T_formula"], "{module}");
    }
    for version in ApiVersion::ALL {
        let written = trips(&rich(), version, "2026-12-23", &mut wrong);
        assert!(written > 800, "{version}: {written} writes");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
