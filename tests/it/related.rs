//! Whatever is related, taken apart, deleted and brought back: both sides of a relation agree, counts
//! are what lists show, no pair leads nowhere, and an export loads again to an equal org.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::ids::Id;
use zoho_crm_mock::ops::recycle_bin;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::value::Value;
use zoho_crm_mock::world::World;

use crate::export;
use crate::support::send;

/// A multi-select lookup, which is a list of its own name.
const SPEAKS: &str = "Speaks";
/// Its linking module.
const LINKING: &str = "Contacts_X_Tongues";
/// A relation: a module and its list, and the same from the other side.
const RELATIONS: [[&str; 4]; 5] = [
    ["Campaigns", "Leads", "Leads", "Campaigns"],
    ["Leads", "Products", "Products", "Leads"],
    ["Products", "Price_Books", "Price_Books", "Products"],
    ["Deals", "Contact_Roles", "Contacts", ""],
    ["Contacts", SPEAKS, "Tongues", "Speakers"],
];
const MODULES: [&str; 7] = [
    "Leads",
    "Campaigns",
    "Products",
    "Price_Books",
    "Deals",
    "Contacts",
    "Tongues",
];
/// Records of each module.
const EACH: usize = 3;

fn id(module: &str, n: usize) -> Id {
    let at = MODULES
        .iter()
        .position(|name| *name == module)
        .expect("a module");
    Id(5_725_767_000_000_700_000 + u64::try_from(at * 10 + n).expect("small"))
}

fn world() -> World {
    let records = |module: &'static str, more: Json| -> Json {
        let records = (0..EACH).map(|n| {
            let mut record = more.clone();
            record["id"] = id(module, n).json();
            record
        });
        records.collect()
    };
    let ranges = json!([{"from_range": 1, "to_range": 9, "discount": 1}]);
    let seed = json!({
        "org": {"id_prefix": "5725767", "time_zone": "UTC"},
        "fields": {"Contacts": [
            {"api_name": SPEAKS, "field_label": "Speaks", "data_type": "multiselectlookup", "lookup": {
                "module": "Tongues", "relation": "Speakers", "label": "Speakers", "linking_module": LINKING,
            }},
        ]},
        "modules": [
            {"api_name": "Tongues", "singular_label": "Tongue", "plural_label": "Tongues"},
            {"api_name": LINKING, "generated_type": "linking", "fields": [
                {"api_name": "Tongue", "field_label": "Tongue", "data_type": "lookup", "lookup": {"module": "Tongues"}},
                {"api_name": "Contact", "field_label": "Contact", "data_type": "lookup", "lookup": {"module": "Contacts"}},
            ]},
        ],
        "Tongues": records("Tongues", json!({"Name": "T"})),
        "Leads": records("Leads", json!({"Last_Name": "L", "Company": "C"})),
        "Campaigns": records("Campaigns", json!({"Campaign_Name": "C"})),
        "Products": records("Products", json!({"Product_Name": "P"})),
        "Price_Books": records("Price_Books", json!({
            "Price_Book_Name": "B", "Pricing_Model": "Flat", "Active": true, "Pricing_Details": ranges,
        })),
        "Deals": records("Deals", json!({"Deal_Name": "D", "Stage": "Qualification", "Closing_Date": "2027-01-01"})),
        "Contacts": records("Contacts", json!({"Last_Name": "C"})),
    });
    let world = Builder::default()
        .seed_json(&seed)
        .now("2026-11-16T09:00:00Z");
    world.build_world().expect("the seed")
}

/// What is done to a relation (its number, and the numbers of two records) or to a record.
#[derive(Clone, Debug)]
enum Step {
    Link(usize, usize, usize, bool),
    Unlink(usize, usize, usize, bool),
    Delete(usize, usize),
    Restore(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let pair = || (0..RELATIONS.len(), 0..EACH, 0..EACH, any::<bool>());
    let record = || (0..MODULES.len(), 0..EACH);
    prop_oneof![
        4 => pair().prop_map(|(r, a, b, back)| Step::Link(r, a, b, back)),
        2 => pair().prop_map(|(r, a, b, back)| Step::Unlink(r, a, b, back)),
        1 => record().prop_map(|(m, n)| Step::Delete(m, n)),
        1 => record().prop_map(|(m, n)| Step::Restore(m, n)),
    ]
}

/// What should be there.
#[derive(Default)]
struct Model {
    pairs: BTreeSet<(usize, usize, usize)>,
    gone: BTreeSet<(&'static str, usize)>,
}

impl Model {
    fn is_there(&self, relation: usize, a: usize, b: usize) -> bool {
        let [first, _, second, _] = RELATIONS[relation];
        !self.gone.contains(&(first, a)) && !self.gone.contains(&(second, b))
    }

    fn related(&self, relation: usize, a: usize, b: usize) -> bool {
        self.pairs.contains(&(relation, a, b)) && self.is_there(relation, a, b)
    }
}

/// The path of one side of a relation, and the id of the other.
fn side(relation: usize, a: usize, b: usize, back: bool) -> (String, Json) {
    let [first, list, second, other_list] = RELATIONS[relation];
    let (a, b) = (id(first, a), id(second, b));
    if back && !other_list.is_empty() {
        (format!("/crm/v8/{second}/{b}/{other_list}"), a.json())
    } else {
        (format!("/crm/v8/{first}/{a}/{list}"), b.json())
    }
}

fn restore(world: &World, module: &str, id: Id) {
    let done: Result<(), Infallible> = world.default_org().write(|tx| {
        let module = Arc::clone(tx.state().schema.module(module).expect("a module"));
        let _ = recycle_bin::restore(tx, (module.no, id));
        Ok(())
    });
    done.expect("a restored record");
}

fn run(world: &World, model: &mut Model, step: &Step) {
    match *step {
        Step::Link(r, a, b, back) => {
            let (path, other) = side(r, a, b, back);
            let body = json!({"data": [{"id": other, "list_price": 5}]});
            let (status, answer) = send(world, "PUT", &path, Some(&body));
            assert_eq!(status == 200, model.is_there(r, a, b), "{path}: {answer}");
            if status == 200 {
                model.pairs.insert((r, a, b));
            }
        }
        Step::Unlink(r, a, b, back) => {
            let (path, other) = side(r, a, b, back);
            let other = other.as_str().expect("an id");
            let (status, answer) = send(world, "DELETE", &format!("{path}/{other}"), None);
            assert_eq!(status == 200, model.related(r, a, b), "{path}: {answer}");
            if status == 200 {
                model.pairs.remove(&(r, a, b));
            }
        }
        Step::Delete(m, n) => {
            let module = MODULES[m];
            let path = format!("/crm/v8/{module}/{}", id(module, n));
            let (status, _) = send(world, "DELETE", &path, None);
            assert_eq!(status == 200, model.gone.insert((module, n)));
        }
        Step::Restore(m, n) => {
            restore(world, MODULES[m], id(MODULES[m], n));
            model.gone.remove(&(MODULES[m], n));
        }
    }
}

/// The ids of a list.
fn listed(world: &World, path: &str) -> BTreeSet<String> {
    let (status, body) = send(world, "GET", &format!("{path}?fields=id"), None);
    assert!(status == 200 || status == 204, "{path}: {body}");
    let data = body["data"].as_array().cloned().unwrap_or_default();
    let ids = data
        .iter()
        .map(|record| record["id"].as_str().expect("an id").to_owned());
    ids.collect()
}

/// Both sides of each relation, and their counts.
fn check_lists(world: &World, model: &Model) {
    for (r, [first, list, second, other_list]) in RELATIONS.into_iter().enumerate() {
        let sides = [
            (first, list, second, false),
            (second, other_list, first, true),
        ];
        for (module, list, related, back) in
            sides.into_iter().filter(|(_, list, ..)| !list.is_empty())
        {
            for n in (0..EACH).filter(|n| !model.gone.contains(&(module, *n))) {
                let expected = (0..EACH).filter(|other| match back {
                    false => model.related(r, n, *other),
                    true => model.related(r, *other, n),
                });
                let expected: BTreeSet<String> = expected
                    .map(|other| id(related, other).to_string())
                    .collect();
                let record = format!("/crm/v8/{module}/{}", id(module, n));
                assert_eq!(listed(world, &format!("{record}/{list}")), expected);
                if list == SPEAKS {
                    // it has a name, and no object among the related lists
                    continue;
                }
                let asked =
                    json!({"get_related_records_count": [{"related_list": {"api_name": list}}]});
                let path = format!("{record}/actions/get_related_records_count");
                let (_, counted) = send(world, "POST", &path, Some(&asked));
                let count = &counted["get_related_records_count"][0]["count"];
                assert_eq!(
                    count.as_u64(),
                    u64::try_from(expected.len()).ok(),
                    "{counted}"
                );
            }
        }
    }
}

/// Every pair leads to two records that are there, and each row of a multi-select lookup is one.
fn check_pairs(state: &OrgState, model: &Model) {
    let linking = state.schema.module(LINKING).expect("the module");
    let rows = (0..EACH).flat_map(|a| (0..EACH).map(move |b| (a, b)));
    let rows = rows.filter(|(a, b)| model.related(RELATIONS.len() - 1, *a, *b));
    assert_eq!(state.table(linking).rows().len(), rows.count());
    for through in state
        .schema
        .modules()
        .filter(|module| module.generated_type() == "linking")
    {
        for (_, pair) in state.table(through).rows().iter() {
            let lookups = pair.values().iter().filter_map(|(_, value)| match value {
                Value::Lookup(module, id) => Some((*module, *id)),
                _ => None,
            });
            let lookups: Vec<_> = lookups.collect();
            assert_eq!(lookups.len(), 2, "{}", through.api_name());
            for (module, id) in lookups {
                let table = state.table(state.schema.module_at(module));
                assert!(table.get(id).is_some(), "{}: {id}", through.api_name());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn relations_stay_consistent(steps in prop::collection::vec(step(), 1..24)) {
        let (world, mut model) = (world(), Model::default());
        for step in &steps {
            run(&world, &mut model, step);
        }
        check_lists(&world, &model);
        let state = world.default_org().read();
        check_pairs(&state, &model);
        export::check(&state);
    }
}
