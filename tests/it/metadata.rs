//! Metadata are edits of one truth: what calls make of it is what its declarations build, and what
//! is exported loads again to an equal org.

mod edits;
mod hostile;
mod kept;

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::schema::{Features, Module, Schema};
use zoho_crm_mock::seed::{self, Document, Options};
use zoho_crm_mock::store::{OrgState, Record};
use zoho_crm_mock::world::World;

use crate::support::send;

const MODULES: [&str; 4] = ["Leads", "Contacts", "Quoted_Items", "Boats"];

fn start() -> World {
    let seed = json!({
        "org": {"id_prefix": "5725767"},
        "users": [{"first_name": "Ann", "email": "ann@example.com", "current": true}],
        "modules": [{"api_name": "Boats", "singular_label": "Boat", "plural_label": "Boats"}],
        "fields": {
            "Leads": [
                {"api_name": "Size", "field_label": "Size", "data_type": "text"},
                {"api_name": "Boat", "field_label": "Boat", "data_type": "lookup",
                    "lookup": {"module": "Boats", "relation": "Leads1"}},
            ],
            "Contacts": [{"api_name": "Boat", "field_label": "Boat", "data_type": "lookup",
                "lookup": {"module": "Boats", "relation": "Contacts1"}}],
        },
        "Boats": [{"id": "#b", "Name": "B"}],
        "Leads": [{"Last_Name": "x", "Size": "XL", "Boat": "#b"}],
    });
    let builder = Builder::default().seed_json(&seed);
    let builder = builder.now("2026-11-16T09:00:00Z");
    builder.build_world().unwrap_or_else(|e| panic!("{e}"))
}

/// What a random call does.
#[derive(Clone, Debug)]
struct Op {
    what: u8,
    module: usize,
    which: usize,
    kind: usize,
}

fn op() -> impl Strategy<Value = Op> {
    (0u8..10, 0..MODULES.len(), 0usize..50, 0usize..14).prop_map(|(what, module, which, kind)| Op {
        what,
        module,
        which,
        kind,
    })
}

/// A field of some type.
fn field(label: &str, kind: usize, which: usize) -> Json {
    let mut field = match kind {
        0 => json!({"data_type": "text", "length": 20 + which}),
        1 => json!({"data_type": "integer"}),
        2 => {
            json!({"data_type": "picklist", "pick_list_values": [{"display_value": "a"}, {"display_value": "b", "actual_value": "B"}]})
        }
        3 => {
            json!({"data_type": "multiselectpicklist", "pick_list_values": [{"display_value": "a"}]})
        }
        4 => {
            json!({"data_type": "lookup", "lookup": {"module": {"api_name": "Boats"}, "display_label": label}})
        }
        5 => {
            json!({"data_type": "autonumber", "auto_number": {"start_number": which, "prefix": "P"}})
        }
        6 => {
            json!({"data_type": "formula", "formula": {"return_type": "text", "expression": "'a'"}})
        }
        7 => json!({"data_type": "boolean"}),
        8 => {
            json!({"data_type": "currency", "currency": {"rounding_option": "normal", "precision": 1}})
        }
        9 => json!({"data_type": "datetime"}),
        10 => json!({"data_type": "textarea", "textarea": {"type": "small"}}),
        11 => json!({"data_type": "userlookup"}),
        12 => json!({"data_type": "bigint"}),
        _ => json!({"data_type": "email", "unique": {"case_sensitive": false}}),
    };
    field["field_label"] = label.into();
    field
}

/// A value that a field takes.
fn value(module: &Module, which: usize, state: &OrgState) -> Json {
    let mut record = json!({"Last_Name": format!("L{which}"), "Name": format!("N{which}")});
    let boats = state.schema.module("Boats").expect("Boats");
    let boat = state
        .table(boats)
        .rows()
        .iter()
        .next()
        .map(|(id, _)| id.to_string());
    for field in module.fields.iter().filter(|f| f.spec.custom_field) {
        record[field.api_name()] = match field.spec.data_type.as_str() {
            "text" | "textarea" => json!(format!("t{which}")),
            "integer" => json!(which),
            "bigint" => json!("9007199254740993"),
            "currency" => json!(1.5),
            "boolean" => json!(which.is_multiple_of(2)),
            "picklist" => json!("b"),
            "multiselectpicklist" => json!(["a"]),
            "datetime" => json!("2026-05-06T07:08:09Z"),
            "email" => json!(format!("a{which}@example.com")),
            "lookup" => json!({"id": boat}),
            _ => Json::Null,
        };
    }
    record
}

fn run(op: &Op, world: &World) {
    let state = world.default_org().read();
    let name = MODULES[op.module];
    let module = state.schema.module(name).expect("a module");
    let fields = format!("/crm/v8/settings/fields?module={name}");
    let views = format!("/crm/v8/settings/custom_views?module={name}");
    let custom: Vec<_> = module
        .fields
        .iter()
        .filter(|f| f.spec.custom_field)
        .collect();
    let some = custom.get(op.which % custom.len().max(1));
    let (method, target, body) = match (op.what, some) {
        (0..=2, _) | (3..=5, None) => {
            let field = field(&format!("F {}", op.which), op.kind, op.which);
            ("POST", fields, json!({"fields": [field]}))
        }
        (3, Some(field)) => {
            let mut change =
                json!({"id": field.id.to_string(), "field_label": format!("G {}", op.kind)});
            if !field.pick_list.is_empty() {
                change["pick_list_values"] = json!([{"display_value": format!("v{}", op.which)}, {"actual_value": "a", "_delete": true}]);
            }
            ("PATCH", fields, json!({"fields": [change]}))
        }
        (4 | 5, Some(field)) => {
            let target = format!("/crm/v8/settings/fields/{}?module={name}", field.id);
            ("DELETE", target, Json::Null)
        }
        (6 | 7, _) => {
            let name = if name == "Quoted_Items" {
                "Leads"
            } else {
                name
            };
            let module = state.schema.module(name).expect("a module");
            let record = value(module, op.which, &state);
            ("POST", format!("/crm/v8/{name}"), json!({"data": [record]}))
        }
        (8, Some(field)) if name != "Quoted_Items" => {
            let view = json!({"name": format!("V {}", op.which), "fields": [{"api_name": field.api_name()}]});
            ("POST", views, json!({"custom_views": [view]}))
        }
        _ => {
            let view = module.views.get(op.which % module.views.len().max(1));
            let id = view.map(|view| view.id.to_string()).unwrap_or_default();
            ("DELETE", format!("{views}&ids={id}"), Json::Null)
        }
    };
    let body = Some(&body).filter(|body| !body.is_null());
    let (status, answer) = send(world, method, &target, body);
    assert!(status < 500, "{method} {target} {answer}");
}

/// A module with all that was built of it; stamps are of this process.
fn whole(module: &Module) -> String {
    let mut module = module.clone();
    module.stamp = 0;
    format!(
        "{:?}",
        (
            (&module.spec, module.no, module.id),
            (&module.fields, module.numbers()),
            (&module.related_lists, &module.views, &module.layouts),
            (
                module.display,
                &module.expected,
                &module.unique,
                &module.numbered
            ),
        )
    )
}

fn assert_same_schema(a: &Schema, b: &Schema) {
    assert_eq!(a.declared(), b.declared());
    assert_eq!(a.modules().len(), b.modules().len());
    for (m, n) in a.modules().zip(b.modules()) {
        assert_eq!(whole(m), whole(n));
    }
}

/// A record without what deleted fields have left.
fn living(module: &Module, record: &Record) -> String {
    let values = record.values().iter();
    let values: Vec<_> = values.filter(|(no, _)| !module.is_grave(*no)).collect();
    format!("{} {} {values:?}", record.id, record.modified_time)
}

const OPTIONS: Options = Options {
    now: 1_800_000_000,
    rng_seed: 77,
};

fn document(text: &str) -> Document {
    let (mut document, mut problems) = (Document::default(), Vec::new());
    document.add_file("x.json", &"x.json".into(), text.into(), &mut problems);
    assert_eq!(problems, []);
    document
}

fn reload(state: &OrgState) -> OrgState {
    let text = String::from_utf8(seed::export(state)).expect("UTF-8");
    seed::build(&document(&text), OPTIONS).unwrap_or_else(|e| panic!("{e}"))
}

fn check(state: &OrgState) {
    let features = Features {
        on: state.info.features.clone(),
    };
    let built = Schema::of(
        state.schema.declared().clone(),
        state.info.prefix,
        &features,
    );
    assert_same_schema(&state.schema, &built.unwrap_or_else(|e| panic!("{e:?}")));
    let again = reload(state);
    assert_same_schema(&state.schema, &again.schema);
    assert_eq!(
        state.next_numbers_of_living(),
        again.next_numbers_of_living()
    );
    for module in state.schema.modules() {
        let records = |state: &OrgState| {
            let rows = state.table(module).rows().iter();
            rows.map(|(_, record)| living(module, record))
                .collect::<Vec<_>>()
        };
        assert_eq!(records(state), records(&again), "{}", module.api_name());
    }
    let text = |state: &OrgState| String::from_utf8(seed::export(state)).expect("UTF-8");
    assert_eq!(text(state), text(&again));
}

/// What is asked of the numbers of auto-numbers.
trait Numbers {
    fn next_numbers_of_living(&self) -> Vec<((u16, u16), u64)>;
}

impl Numbers for OrgState {
    fn next_numbers_of_living(&self) -> Vec<((u16, u16), u64)> {
        let numbers = self.next_numbers.iter().map(|(key, next)| (*key, *next));
        let living = |(module, no): (u16, u16)| self.schema.module_at(module).living(no).is_some();
        numbers.filter(|(key, _)| living(*key)).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn edited_metadata_load_again(ops in prop::collection::vec(op(), 1..30)) {
        let world = start();
        let mut numbers: Vec<(String, String, u16)> = Vec::new();
        for op in &ops {
            run(op, &world);
            let state = world.default_org().read();
            // no number is ever given to another field
            for module in state.schema.modules() {
                for field in module.fields.iter().filter(|f| f.spec.custom_field) {
                    let (name, id) = (module.api_name().to_owned(), field.id.to_string());
                    match numbers.iter().find(|(m, _, no)| *m == name && *no == field.no) {
                        Some((_, known, _)) => prop_assert_eq!(known, &id),
                        None => numbers.push((name, id, field.no)),
                    }
                }
            }
        }
        check(&world.default_org().read());
    }
}

fn create(world: &World, module: &str, field: &Json) -> String {
    let target = format!("/crm/v8/settings/fields?module={module}");
    let (status, answer) = send(world, "POST", &target, Some(&json!({"fields": [field]})));
    assert_eq!(status, 201, "{answer}");
    let id = &answer["fields"][0]["details"]["id"];
    id.as_str().expect("an id").to_owned()
}

/// An edit builds the module that it touches and those that mirror its lookups; all others stay.
#[test]
fn only_what_is_touched_is_built() {
    let world = start();
    let before = world.default_org().read();
    create(&world, "Leads", &field("Mate", 4, 0));
    let after = world.default_org().read();
    for (old, new) in before.schema.modules().zip(after.schema.modules()) {
        let touched = ["Leads", "Boats"].contains(&old.api_name());
        assert_eq!(Arc::ptr_eq(old, new), !touched, "{}", old.api_name());
    }
    check(&after);
}
