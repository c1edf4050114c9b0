//! Generated records: valid in every module, related, and the same on every run.

use std::collections::BTreeMap;
use std::process::{Command, Output};

use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::ids::Id;
use zoho_crm_mock::ops::input::Mode;
use zoho_crm_mock::ops::write::{self, Place};
use zoho_crm_mock::schema::{DataType, Kind, Schema};
use zoho_crm_mock::seed::generate::{
    GenerateError, Generator, Locale, REFERENCE, Settings, Wanted,
};
use zoho_crm_mock::seed::{Document, Options, build};
use zoho_crm_mock::store::{OrgState, Tx};
use zoho_crm_mock::value::time;
use zoho_crm_mock::version::ApiVersion;

use crate::support::{BINARY, send};

const OPTIONS: Options = Options {
    now: REFERENCE,
    rng_seed: 0,
};

fn settings(rng_seed: u64) -> Settings {
    Settings {
        rng_seed,
        locale: Locale::default(),
        now: REFERENCE,
    }
}

fn document(seeds: &[&str], inline: &Json) -> Document {
    let (mut document, mut problems) = (Document::default(), Vec::new());
    for seed in seeds {
        document.add(seed, &mut problems);
    }
    if !inline.is_null() {
        let file = "seed.json";
        document.add_file(file, &file.into(), inline.to_string().into(), &mut problems);
    }
    assert_eq!(problems, []);
    document
}

fn wanted(counts: &[(&str, u64)]) -> Wanted {
    let mut wanted = Wanted::default();
    for (module, count) in counts {
        wanted.add(*module, *count);
    }
    wanted
}

fn json_text(generator: &Generator) -> String {
    let mut out = Vec::new();
    generator
        .write_json(&mut out, &mut |_| {})
        .expect("a Vec takes it");
    String::from_utf8(out).expect("UTF-8")
}

/// The seed that is generated, as text.
fn generate(document: &Document, counts: &[(&str, u64)], settings: Settings) -> String {
    let generator = Generator::new(document, OPTIONS, &wanted(counts), settings);
    json_text(&generator.unwrap_or_else(|e| panic!("{counts:?}: {e}")))
}

fn records(text: &str) -> BTreeMap<String, Vec<Json>> {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// Loads generated records behind the seed that they are for.
fn load(document: &Document, text: &str) -> OrgState {
    let (mut document, mut problems) = (document.clone(), Vec::new());
    let file = "generated.json";
    document.add_file(file, &file.into(), text.into(), &mut problems);
    assert_eq!(problems, []);
    build(&document, OPTIONS).unwrap_or_else(|e| panic!("{e}"))
}

/// Every module that clients make records of.
fn creatable(schema: &Schema) -> Vec<&str> {
    let modules = schema.modules();
    modules
        .filter(|m| m.spec.creatable && m.has_records(ApiVersion::LATEST))
        .map(|m| m.api_name())
        .collect()
}

fn label(value: &Json, ids: &BTreeMap<String, Id>) -> Json {
    match value {
        Json::String(text) => match ids.get(text) {
            Some(id) => id.json(),
            None => value.clone(),
        },
        Json::Array(items) => items.iter().map(|item| label(item, ids)).collect(),
        Json::Object(object) => {
            let pairs = object.iter().map(|(k, v)| (k.clone(), label(v, ids)));
            Json::Object(pairs.collect())
        }
        _ => value.clone(),
    }
}

/// Inserts generated records as a client would, one after another.
fn insert_all(document: &Document, text: &str) {
    let state = build(document, OPTIONS).expect("a good seed");
    let schema = state.schema.clone();
    let mut tx = Tx::new(state, REFERENCE);
    let mut ids = BTreeMap::new();
    // in the order of the file: what is pointed to comes first
    let modules: Map<String, Json> = serde_json::from_str(text).expect("JSON");
    for (name, records) in &modules {
        let module = schema.module(name).expect("a module");
        for record in records.as_array().expect("a list") {
            let mut json = label(record, &ids).as_object().cloned().expect("an object");
            let own = json.shift_remove("id");
            let place = Place {
                version: ApiVersion::LATEST,
                index: 0,
                key: None,
                mode: Mode::Insert,
            };
            let id = write::insert(&mut tx, module, &json, place)
                .unwrap_or_else(|e| panic!("{name}: {e:?}: {record}"));
            if let Some(Json::String(own)) = own {
                ids.insert(own, id);
            }
        }
    }
}

/// A module with a field of every type, mandatory or unique as a row of the table says.
fn every_type(system_mandatory: bool, unique: bool) -> Json {
    let fields = DataType::ALL
        .into_iter()
        .filter(|t| *t != DataType::Subform);
    let fields = fields.map(|data_type| {
        let mut field = json!({
            "api_name": format!("F_{}", data_type.as_str()), "field_label": data_type.as_str(),
            "data_type": data_type.as_str(), "system_mandatory": system_mandatory,
        });
        if system_mandatory && data_type.is_computed() {
            field["system_mandatory"] = false.into();
        }
        match data_type {
            DataType::Picklist | DataType::MultiSelectPicklist => {
                let list: Vec<String> = (0..40).map(|n| format!("Value {n}")).collect();
                field["pick_list"] = list.into();
            }
            DataType::Lookup | DataType::MultiSelectLookup => {
                field["lookup"] = json!({"module": "Accounts"});
            }
            DataType::Formula => field["formula"] = json!({"return_type": "integer"}),
            _ => {}
        }
        // a list of two values has room for no more, and 6 users are not 40 either
        let many = !matches!(
            data_type,
            DataType::Boolean | DataType::OwnerLookup | DataType::UserLookup
        );
        field["unique"] = (unique && many && !data_type.is_computed()).into();
        field
    });
    let mut fields: Vec<Json> = fields.collect();
    for (name, data_type, length) in [
        ("Short", "text", 2),
        ("Tiny", "integer", 2),
        ("Address", "email", 14),
    ] {
        fields.push(json!({
            "api_name": name, "field_label": name, "data_type": data_type, "length": length,
            "unique": unique, "system_mandatory": system_mandatory,
        }));
    }
    fields.push(json!({"api_name": "Price", "field_label": "Price", "data_type": "currency", "decimal_place": 0, "length": 3}));
    fields.push(json!({"api_name": "Lines", "field_label": "Lines", "data_type": "subform", "subform": "Lines__x", "system_mandatory": system_mandatory}));
    json!({
        "users": [{"id": "#ann", "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"},
                  {"first_name": "Bo", "last_name": "Ode", "email": "bo@example.com"},
                  {"first_name": "Gone", "last_name": "Away", "email": "gone@example.com", "status": "deleted"}],
        "modules": [
            {"api_name": "Lines__x", "singular_label": "Line", "plural_label": "Lines", "generated_type": "subform", "creatable": false,
             "fields": [{"api_name": "Amount", "field_label": "Amount", "data_type": "currency", "system_mandatory": true},
                        {"api_name": "When", "field_label": "When", "data_type": "datetime"},
                        {"api_name": "Product", "field_label": "Product", "data_type": "lookup", "lookup": {"module": "Products"}, "system_mandatory": true}]},
            {"api_name": "Things", "singular_label": "Thing", "plural_label": "Things", "fields": fields}],
        "Things": [],
    })
}

#[test]
fn every_module_loads_and_passes_the_checks_of_an_insert() {
    let document = document(&[], &Json::Null);
    let schema = build(&document, OPTIONS)
        .expect("an empty org")
        .schema
        .clone();
    let modules = creatable(&schema);
    assert!(modules.len() > 15, "{modules:?}");
    let counts: Vec<(&str, u64)> = modules.iter().map(|name| (*name, 25)).collect();
    for (rng_seed, locale) in (0..).zip(Locale::all()) {
        let settings = Settings {
            locale,
            ..settings(rng_seed)
        };
        let text = generate(&document, &counts, settings);
        let found = records(&text);
        assert!(found.len() == modules.len() && found.values().all(|list| list.len() == 25));
        load(&document, &text);
        insert_all(&document, &text);
    }
}

#[test]
fn each_module_alone_loads_or_says_what_it_needs() {
    let document = document(&[], &Json::Null);
    let schema = build(&document, OPTIONS)
        .expect("an empty org")
        .schema
        .clone();
    let mut refused = Vec::new();
    for name in creatable(&schema) {
        match Generator::new(&document, OPTIONS, &wanted(&[(name, 20)]), settings(1)) {
            Ok(generator) => {
                let text = json_text(&generator);
                load(&document, &text);
                insert_all(&document, &text);
            }
            Err(error) => {
                let mut more: Vec<(&str, u64)> =
                    error.to_add().into_iter().map(|m| (m, 5)).collect();
                assert!(!more.is_empty(), "{name}: {error}");
                more.push((name, 20));
                load(&document, &generate(&document, &more, settings(1)));
                refused.push(format!("{error}"));
            }
        }
    }
    assert_eq!(
        refused,
        [
            "Quotes (Quoted_Items.Product_Name) needs records of Products",
            "Sales_Orders (Ordered_Items.Product_Name) needs records of Products",
            "Purchase_Orders (Vendor_Name) needs records of Vendors; Purchase_Orders (Purchase_Items.Product_Name) needs records of Products",
            "Invoices (Invoiced_Items.Product_Name) needs records of Products",
            "Notes (Parent_Id) needs records of one of Leads, Contacts, Accounts, Deals, Tasks, Events, Calls, Products, Quotes, Sales_Orders, Purchase_Orders, Invoices, Campaigns, Vendors, Price_Books, Cases, Solutions",
        ]
    );
}

#[test]
fn orgs_of_other_kinds() {
    let features = json!([
        "2017_org",
        "co_owner",
        "gdpr",
        "layouts",
        "multi_currency",
        "pipelines",
        "salesiq",
        "territories",
        "wizards"
    ]);
    for org in [
        json!({"org": {"address": "composite", "time_zone": "Asia/Kolkata"}}),
        json!({"org": {"era": 2018}}),
        json!({"org": {"features": features, "time_zone": "America/Los_Angeles"}}),
    ] {
        let document = document(&[], &org);
        let schema = build(&document, OPTIONS).expect("an org").schema.clone();
        let counts: Vec<(&str, u64)> = creatable(&schema).into_iter().map(|n| (n, 12)).collect();
        for rng_seed in 0..3 {
            let text = generate(&document, &counts, settings(rng_seed));
            load(&document, &text);
            insert_all(&document, &text);
        }
    }
}

#[test]
fn custom_modules_of_every_type() {
    for (mandatory, unique) in [(false, false), (true, false), (false, true), (true, true)] {
        let document = document(&[], &every_type(mandatory, unique));
        let counts = [("Things", 36), ("Accounts", 40), ("Products", 3)];
        for rng_seed in 0..4 {
            let text = generate(&document, &counts, settings(rng_seed));
            let state = load(&document, &text);
            insert_all(&document, &text);
            let module = state.schema.module("Things").expect("the module");
            let things = &records(&text)["Things"];
            for field in module.fields.iter().filter(|f| f.spec.custom_field) {
                let given: Vec<&Json> = things
                    .iter()
                    .filter_map(|t| t.get(field.api_name()))
                    .collect();
                let name = field.api_name();
                if field.spec.system_mandatory {
                    assert_eq!(given.len(), things.len(), "{name}");
                }
                let structured = field.kind == Kind::Raw;
                let image = field.spec.data_type == DataType::ProfileImage;
                let computed = field.spec.data_type == DataType::AutoNumber;
                assert!(
                    !given.is_empty() || structured || image || computed,
                    "{name} is always empty"
                );
            }
        }
    }
}

#[test]
fn unique_values_keep_clear_of_those_of_the_seed() {
    let mut seed = every_type(false, true);
    let document = document(&[], &seed);
    let counts = [("Things", 30), ("Accounts", 40), ("Products", 3)];
    let first = records(&generate(&document, &counts, settings(0)));
    // the same records once more, behind those of the first run
    for (module, list) in first {
        seed[module] = list.into();
    }
    let document = self::document(&[], &seed);
    let text = generate(&document, &[("Things", 30)], settings(0));
    let text = text.replace("#Things-", "#More-");
    load(&document, &text);
}

#[test]
fn no_room_for_unique_values() {
    let seed = json!({"fields": {"Leads": [
        {"api_name": "Code", "field_label": "Code", "data_type": "text", "length": 1, "unique": true, "system_mandatory": true}]}});
    let document = document(&[], &seed);
    let generator = |count| {
        Generator::new(
            &document,
            OPTIONS,
            &wanted(&[("Leads", count)]),
            settings(0),
        )
    };
    load(
        &document,
        &json_text(&generator(36).expect("36 digits and letters")),
    );
    let error = generator(37).expect_err("no 37th").to_string();
    assert_eq!(
        error,
        "Code of Leads is unique and mandatory, and has no room for 37 values"
    );
}

const RELATED: [(&str, u64); 10] = [
    ("Accounts", 20),
    ("Contacts", 60),
    ("Deals", 80),
    ("Products", 10),
    ("Quotes", 40),
    ("Sales_Orders", 40),
    ("Invoices", 40),
    ("Cases", 40),
    ("Tasks", 60),
    ("Leads", 20),
];

#[test]
fn records_belong_together() {
    let document = document(&[], &Json::Null);
    let found = records(&generate(&document, &RELATED, settings(3)));
    let by_label: BTreeMap<&str, &Json> = found
        .values()
        .flatten()
        .filter_map(|record| Some((record["id"].as_str()?, record)))
        .collect();
    let behind = |record: &Json, field: &str| record[field].as_str().map(|label| by_label[label]);
    for contact in &found["Contacts"] {
        let account = behind(contact, "Account_Name").expect("an account");
        let site = |field: &str| account[field].as_str().map(str::to_owned);
        assert_eq!(
            contact["Mailing_City"].as_str(),
            site("Billing_City").as_deref()
        );
        if let (Some(email), Some(website)) =
            (contact["Email"].as_str(), account["Website"].as_str())
        {
            let domain = website.strip_prefix("https://www.").expect("a website");
            assert!(
                email.ends_with(domain) && domain.ends_with(".example"),
                "{email}"
            );
        }
        assert!(contact["Created_Time"].as_str() >= account["Created_Time"].as_str());
    }
    for (module, field) in [
        ("Deals", "Contact_Name"),
        ("Quotes", "Contact_Name"),
        ("Sales_Orders", "Contact_Name"),
        ("Invoices", "Contact_Name"),
        ("Cases", "Related_To"),
    ] {
        for record in &found[module] {
            let contact = behind(record, field).expect("a contact");
            assert_eq!(record["Account_Name"], contact["Account_Name"], "{record}");
        }
    }
    for order in &found["Sales_Orders"] {
        let quote = behind(order, "Quote_Name").expect("a quote");
        assert_eq!(order["Deal_Name"], quote["Deal_Name"]);
        for item in order["Ordered_Items"].as_array().expect("rows") {
            assert_eq!(
                item["List_Price"],
                behind(item, "Product_Name").expect("a product")["Unit_Price"]
            );
        }
    }
    let mut modules = BTreeMap::new();
    for task in &found["Tasks"] {
        let what = behind(task, "What_Id").expect("a record");
        let module = task["$se_module"].as_str().expect("its module");
        *modules.entry(module).or_insert(0) += 1;
        assert!(
            task["What_Id"]
                .as_str()
                .expect("a label")
                .starts_with(&format!("#{module}-"))
        );
        match module {
            "Deals" => assert_eq!(task["Who_Id"], what["Contact_Name"]),
            "Leads" => assert_eq!(task["Who_Id"], Json::Null),
            "Accounts" => {
                let contact = behind(task, "Who_Id").expect("a contact");
                assert_eq!(contact["Account_Name"], task["What_Id"]);
            }
            _ => {}
        }
    }
    assert!(modules.len() > 4, "{modules:?}");
}

#[test]
fn values_agree_with_one_another() {
    let document = document(&[], &Json::Null);
    let counts = [
        ("Accounts", 30),
        ("Deals", 300),
        ("Calls", 200),
        ("Events", 100),
    ];
    let found = records(&generate(&document, &counts, settings(0)));
    let today = time::format_date(time::day_of(REFERENCE, &jiff_utc()));
    let mut closed = 0;
    for deal in &found["Deals"] {
        let (stage, date) = (
            deal["Stage"].as_str().expect("a stage"),
            deal["Closing_Date"].as_str(),
        );
        let over = stage.starts_with("Closed");
        closed += usize::from(over);
        assert!(
            if over {
                date <= Some(&today)
            } else {
                date >= Some(&today)
            },
            "{deal}"
        );
        let probability = match stage {
            "Closed Won" => Some(100),
            _ if over => Some(0),
            "Negotiation/Review" => Some(90),
            _ => None,
        };
        assert!(
            probability.is_none_or(|p| deal["Probability"] == p),
            "{deal}"
        );
        assert!(over || deal["Reason_For_Loss__s"].is_null());
    }
    assert!((30..270).contains(&closed), "{closed}");
    for call in &found["Calls"] {
        let planned = call["Outgoing_Call_Status"] == "Scheduled";
        assert_eq!(
            call["Call_Duration"].is_null(),
            planned || call["Call_Type"] == "Missed"
        );
    }
    for event in &found["Events"] {
        assert!(event["Start_DateTime"].as_str() < event["End_DateTime"].as_str());
    }
}

fn jiff_utc() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::UTC
}

#[test]
fn the_same_bytes_on_every_run() {
    let document = document(&["default"], &Json::Null);
    let text = generate(&document, &RELATED, settings(1));
    let mut reversed = RELATED;
    reversed.reverse();
    assert_eq!(text, generate(&document, &reversed, settings(1)));
    assert_ne!(text, generate(&document, &RELATED, settings(2)));
    let german = Settings {
        locale: "de".parse().expect("a locale"),
        ..settings(1)
    };
    assert_ne!(text, generate(&document, &RELATED, german));
}

/// One number more of one module, or a field more: all else stays.
#[test]
fn records_do_not_depend_on_others() {
    let plain = document(&[], &Json::Null);
    let few = records(&generate(
        &plain,
        &[("Leads", 20), ("Accounts", 10)],
        settings(1),
    ));
    let many = records(&generate(
        &plain,
        &[("Leads", 50), ("Accounts", 10)],
        settings(1),
    ));
    assert_eq!(few["Accounts"], many["Accounts"]);
    assert_eq!(few["Leads"], many["Leads"][..20]);
    let field = json!({"fields": {"Leads": [{"api_name": "Size", "field_label": "Size", "data_type": "picklist", "pick_list": ["S", "M"]}]}});
    let mut wider = records(&generate(
        &document(&[], &field),
        &[("Leads", 20)],
        settings(1),
    ));
    let leads = wider.get_mut("Leads").expect("leads");
    let sizes = leads
        .iter_mut()
        .filter_map(|lead| lead.as_object_mut()?.shift_remove("Size"));
    assert!(sizes.count() > 5);
    assert_eq!(*leads, few["Leads"]);
}

#[test]
fn records_of_the_seed_are_pointed_to() {
    let document = document(&["default"], &Json::Null);
    let text = generate(&document, &[("Deals", 40), ("Notes", 20)], settings(0));
    let state = load(&document, &text);
    let (deals, contacts) = (
        state.schema.module("Deals").expect("deals"),
        state.schema.module("Contacts").expect("contacts"),
    );
    let mut owners = BTreeMap::new();
    let made = records(&text)["Deals"].len();
    for (_, deal) in state.table(deals).rows().in_order(true).take(made + 20) {
        let contact = deal.by_name("Contact_Name", deals);
        if let zoho_crm_mock::value::Value::Lookup(_, id) = contact {
            let contact = state.table(contacts).get(id).expect("a contact");
            let theirs = contact.by_name("Account_Name", contacts);
            assert_eq!(deal.by_name("Account_Name", deals), theirs);
        }
        *owners.entry(deal.owner).or_insert(0) += 1;
    }
    assert!(owners.len() > 3, "{owners:?}");
}

/// People of a company in the seed live and write where the seed says that it is.
#[test]
fn companies_of_the_seed_keep_their_address() {
    let seed = json!({"Accounts": [{
        "Account_Name": "Harbour Club", "Website": "https://www.harbour.example/club", "Phone": "040 12345",
        "Billing_Street": "1 Quay", "Billing_City": "Hamburg", "Billing_Country": "Germany"}]});
    let found = records(&generate(
        &document(&[], &seed),
        &[("Contacts", 20)],
        settings(0),
    ));
    for contact in &found["Contacts"] {
        assert_eq!(
            (&contact["Mailing_Street"], &contact["Mailing_City"]),
            (&json!("1 Quay"), &json!("Hamburg"))
        );
        assert_eq!(
            (&contact["Mailing_Country"], &contact["Mailing_State"]),
            (&json!("Germany"), &Json::Null)
        );
        let ends = |field: &str, part: &str| {
            contact[field]
                .as_str()
                .is_none_or(|text| text.contains(part))
        };
        assert!(
            ends("Email", "@harbour.example") && ends("Phone", "040 123"),
            "{contact}"
        );
    }
}

#[test]
fn owners_are_active_users() {
    let document = document(&[], &every_type(false, false));
    let state = build(&document, OPTIONS).expect("a seed");
    let found = records(&generate(&document, &[("Leads", 50)], settings(0)));
    let mut names: Vec<String> = found["Leads"]
        .iter()
        .map(|lead| {
            state.user_name(Id::parse(lead["Owner"].as_str().expect("an owner")).expect("an id"))
        })
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names, ["Ann Lee", "Bo Ode"]);
}

#[test]
fn csv_says_what_json_says() {
    let document = document(&[], &every_type(false, false));
    let counts = [
        ("Things", 30),
        ("Accounts", 10),
        ("Products", 5),
        ("Leads", 20),
        ("Quotes", 10),
        ("Tasks", 20),
        ("Price_Books", 5),
        ("Calls", 10),
    ];
    let generator =
        Generator::new(&document, OPTIONS, &wanted(&counts), settings(5)).expect("good");
    let (mut from_csv, mut problems) = (document.clone(), Vec::new());
    for module in generator.modules() {
        let (mut text, mut done) = (Vec::new(), 0);
        generator
            .write_csv(module, &mut text, &mut |n| done += n)
            .expect("a Vec takes it");
        let text = String::from_utf8(text).expect("UTF-8");
        assert_eq!(
            Some(done),
            counts.iter().find(|(name, _)| *name == module).map(|c| c.1)
        );
        from_csv.add_file(
            &format!("{module}.csv"),
            &module.into(),
            text.into(),
            &mut problems,
        );
    }
    assert_eq!(problems, []);
    let from_csv = build(&from_csv, OPTIONS).unwrap_or_else(|e| panic!("{e}"));
    let from_json = load(&document, &json_text(&generator));
    for (module, _) in counts {
        let module = from_json.schema.module(module).expect("a module");
        let values = |state: &OrgState| -> Vec<String> {
            let rows = state.table(module).rows().iter();
            rows.map(|(_, r)| format!("{} {} {:?}", r.owner, r.created_time, r.values()))
                .collect()
        };
        // rows of subforms have ids of their own, which are the same in both
        assert_eq!(
            values(&from_csv),
            values(&from_json),
            "{}",
            module.api_name()
        );
    }
}

#[test]
fn what_cannot_be_generated() {
    let document = document(&[], &Json::Null);
    let error = |name| {
        Generator::new(&document, OPTIONS, &wanted(&[(name, 1)]), settings(0)).expect_err(name)
    };
    assert_eq!(
        error("Lead").to_string(),
        "unknown module \"Lead\"; did you mean \"Leads\"?"
    );
    for name in ["DealHistory", "Quoted_Items", "Visits", "Activities"] {
        assert!(matches!(error(name), GenerateError::NoRecords(_)), "{name}");
    }
}

#[test]
fn a_server_with_generated_records() {
    let world = zoho_crm_mock::Builder::default()
        .empty()
        .generate("Accounts", 20)
        .generate("Contacts", 30)
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("a world");
    let (_, body) = send(
        &world,
        "GET",
        "/crm/v8/Contacts?fields=Last_Name,Account_Name",
        None,
    );
    let contacts = body["data"].as_array().expect("contacts");
    assert_eq!(contacts.len(), 30);
    assert!(
        contacts
            .iter()
            .all(|c| c["Account_Name"]["name"].is_string())
    );
    let error = zoho_crm_mock::Builder::default()
        .empty()
        .generate("Quotes", 1)
        .build_world();
    assert!(matches!(error, Err(zoho_crm_mock::StartError::Generate(_))));
}

fn run(arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .args(arguments)
        .output()
        .expect("the binary runs")
}

#[test]
fn the_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let output = run(&[
        "generate",
        "--module",
        "Leads=3",
        "--module",
        "Accounts=2,Contacts=4",
    ]);
    assert!(output.status.success() && output.stderr.is_empty());
    let found = records(&String::from_utf8_lossy(&output.stdout));
    let counts: Vec<_> = found
        .iter()
        .map(|(name, list)| (name.as_str(), list.len()))
        .collect();
    assert_eq!(counts, [("Accounts", 2), ("Contacts", 4), ("Leads", 3)]);

    let file = path("crm.json");
    let written = run(&[
        "generate",
        "--module",
        "Contacts=4,Accounts=2,Leads=3",
        "--output",
        &file,
    ]);
    assert!(written.status.success() && written.stdout.is_empty());
    assert_eq!(std::fs::read(&file).expect("the file"), output.stdout);
    let checked = run(&["check", &file]);
    assert_eq!(String::from_utf8_lossy(&checked.stdout), "ok: 9 records\n");

    let csv = run(&[
        "generate", "--module", "Leads=2", "--format", "csv", "--locale", "DE-de",
    ]);
    let text = String::from_utf8_lossy(&csv.stdout);
    assert!(
        text.starts_with("Company,First_Name,") && text.contains("Deutschland"),
        "{text}"
    );
    let several = [
        "generate",
        "--module",
        "Leads=2,Accounts=1",
        "--format",
        "csv",
        "--output",
    ];
    assert!(
        run(&[&several[..], &[&path("tables")]].concat())
            .status
            .success()
    );
    let checked = run(&["check", &path("tables")]);
    assert_eq!(String::from_utf8_lossy(&checked.stdout), "ok: 3 records\n");

    let later = run(&[
        "generate",
        "--module",
        "Leads=3",
        "--now",
        "2030-06-01T00:00:00Z",
    ]);
    let text = String::from_utf8_lossy(&later.stdout);
    assert!(text.contains("2029") && !text.contains("2026-"), "{text}");
}

#[test]
fn refusals_are_one_sentence() {
    for (arguments, part) in [
        (
            &["--module", "Leads=abc"][..],
            "invalid value 'Leads=abc' for '--module <MODULE=N>': \"abc\" is no number of records",
        ),
        (
            &["--module", "Leads"],
            "a module and a number of records, such as Leads=1000",
        ),
        (
            &["--module", "Leeds=5"],
            "unknown module \"Leeds\"; did you mean \"Leads\"?",
        ),
        (&[], "name a module, such as --module Leads=1000"),
        (
            &["--module", "Leads=1", "--locale", "xx"],
            "no such locale; there are en, ar_SA",
        ),
        (
            &["--module", "Leads=1", "--now", "today"],
            "\"today\" is no RFC 3339 date-time",
        ),
        (
            &["--module", "Quotes=1"],
            "Quotes (Quoted_Items.Product_Name) needs records of Products: add --module Products=N",
        ),
        (
            &["--module", "Leads=1,Deals=1", "--format", "csv"],
            "name one with --output",
        ),
        (
            &["--module", "Leads=1", "--output", "/nowhere/x.json"],
            "cannot write /nowhere/x.json",
        ),
        (
            &["--module", "Leads=1", "--seed", "nowhere"],
            "no such file or folder",
        ),
    ] {
        let output = run(&[&["generate"], arguments].concat());
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(
            output.stdout.is_empty() && error.contains(part),
            "{arguments:?}: {error}"
        );
        let lines = error.trim_end().lines().count();
        assert!(
            error.starts_with("zoho-crm-mock: ") && lines <= 2,
            "{error}"
        );
    }
    let output = run(&["serve", "--port", "0", "--empty", "--generate", "Quotes=1"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("add --generate Products=N"), "{error}");
}
