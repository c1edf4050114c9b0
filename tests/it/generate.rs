//! Generated records: valid in every module, related, and the same on every run.

mod command;
mod related;

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::ids::Id;
use zoho_crm_mock::ops::input::Mode;
use zoho_crm_mock::ops::write::{self, RecordPlace};
use zoho_crm_mock::schema::{DataType, Module, Schema, Storage};
use zoho_crm_mock::seed::generate::{
    GenerateError, Generator, GeneratorSettings, Locale, REFERENCE, Wanted,
};
use zoho_crm_mock::seed::{Document, Options, build};
use zoho_crm_mock::store::{OrgState, Tx};
use zoho_crm_mock::value::StoredFile;
use zoho_crm_mock::version::ApiVersion;

const OPTIONS: Options = Options {
    now: REFERENCE,
    rng_seed: 0,
};

fn settings(rng_seed: u64) -> GeneratorSettings {
    GeneratorSettings {
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
fn generate(document: &Document, counts: &[(&str, u64)], settings: GeneratorSettings) -> String {
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
        .filter(|m| m.spec.creatable && !m.spec.read_only && m.has_records(ApiVersion::LATEST))
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
            upload_files(&mut tx, module, &json);
            let place = RecordPlace {
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

/// Uploads the files that a record names: a seed may tell of some that a client has to upload first.
fn upload_files(tx: &mut Tx, module: &Module, record: &Map<String, Json>) {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    for field in &module.fields {
        let value = record.get(field.api_name()).unwrap_or(&Json::Null);
        let id = match field.spec.data_type {
            DataType::FileUpload | DataType::ImageUpload => &value[0]["File_Id__s"],
            DataType::ProfileImage => value,
            _ => continue,
        };
        if let Some(id) = id.as_str() {
            let blob = tx.state().blobs.put(Bytes::from_static(png));
            let mut file = StoredFile::new("file.png", blob.expect("room"));
            file.file_id = id.into();
            tx.put_upload(file);
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
    let counts: Vec<(&str, u64)> = modules.iter().map(|name| (*name, 12)).collect();
    for (rng_seed, locale) in (0..).zip(Locale::all()) {
        let settings = GeneratorSettings {
            locale,
            ..settings(rng_seed)
        };
        let text = generate(&document, &counts, settings);
        let found = records(&text);
        assert!(found.len() == modules.len() && found.values().all(|list| list.len() == 12));
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
                refused.push(format!("{error}"));
                // what is to be added may need something itself
                let (mut counts, mut lacking) = (vec![(name.to_owned(), 20)], Some(error));
                while let Some(error) = lacking {
                    let more = error.to_add();
                    assert!(!more.is_empty(), "{name}: {error}");
                    counts.extend(more.into_iter().map(|m| (m.to_owned(), 5)));
                    let counts: Vec<(&str, u64)> = counts
                        .iter()
                        .map(|(m, count)| (m.as_str(), *count))
                        .collect();
                    let made = Generator::new(&document, OPTIONS, &wanted(&counts), settings(1));
                    lacking = match made {
                        Ok(generator) => {
                            load(&document, &json_text(&generator));
                            None
                        }
                        Err(error) => Some(error),
                    };
                }
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
            "Appointments__s (Appointment_For) needs records of one of Leads, Contacts, Accounts; Appointments__s (Service_Name) needs records of Services__s",
            "Appointments_Rescheduled_History__s (Appointment_Name) needs records of Appointments__s",
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
        for rng_seed in 0..2 {
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
        for rng_seed in 0..2 {
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
                let structured = matches!(
                    field.kind,
                    Storage::Raw | Storage::Files | Storage::Links(_)
                );
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
