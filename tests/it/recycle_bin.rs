//! Whatever is made, deleted, moved, restored and emptied: what is there, what the bin holds and what
//! is gone for good are together all that was ever made, and nothing is left without its parent.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::value::Value;
use zoho_crm_mock::world::World;

use crate::support::send;

/// A step; a number picks one of the records that were ever made.
#[derive(Clone, Debug)]
enum Step {
    Lead(Option<u8>),
    Contact,
    Note(usize),
    Task(usize, Option<usize>),
    Move(usize, usize),
    Delete(usize),
    Convert(usize),
    Restore(usize),
    RestoreAll,
    Erase(usize),
    EraseFiltered,
    Empty,
    Later,
}

fn step() -> impl Strategy<Value = Step> {
    let any = 0usize..64;
    prop_oneof![
        4 => prop::option::of(0u8..3).prop_map(Step::Lead),
        2 => Just(Step::Contact),
        4 => any.clone().prop_map(Step::Note),
        4 => (any.clone(), prop::option::of(any.clone())).prop_map(|(a, b)| Step::Task(a, b)),
        2 => (any.clone(), any.clone()).prop_map(|(a, b)| Step::Move(a, b)),
        8 => any.clone().prop_map(Step::Delete),
        1 => any.clone().prop_map(Step::Convert),
        6 => any.clone().prop_map(Step::Restore),
        1 => Just(Step::RestoreAll),
        3 => any.prop_map(Step::Erase),
        1 => Just(Step::EraseFiltered),
        1 => Just(Step::Empty),
        1 => Just(Step::Later),
    ]
}

const MODULES: [&str; 6] = ["Leads", "Contacts", "Accounts", "Deals", "Notes", "Tasks"];
const BIN: &str = "/crm/v8/settings/recycle_bin";

struct Run {
    world: World,
    made: BTreeSet<(String, String)>,
}

impl Run {
    fn new() -> Self {
        let seed = json!({
            "org": {"id_prefix": "5725767", "time_zone": "UTC"},
            "fields": {"Leads": [{"api_name": "Once", "field_label": "Once", "data_type": "text", "unique": true}]},
            "Leads": [{"id": "5725767000000500001", "Last_Name": "First", "Company": "C"}],
        });
        let world = Builder::default()
            .seed_json(&seed)
            .now("2026-11-16T09:00:00Z");
        let world = world.build_world().expect("the seed");
        let first = ("Leads".to_owned(), "5725767000000500001".to_owned());
        Self {
            world,
            made: BTreeSet::from([first]),
        }
    }

    fn pick(&self, n: usize) -> (String, String) {
        let all: Vec<_> = self.made.iter().collect();
        all[n % all.len()].clone()
    }

    fn insert(&mut self, module: &str, record: &Json) {
        let path = format!("/crm/v8/{module}");
        let (_, answer) = send(&self.world, "POST", &path, Some(&json!({"data": [record]})));
        if let Some(id) = answer["data"][0]["details"]["id"].as_str()
            && answer["data"][0]["code"] == "SUCCESS"
        {
            let new = self.made.insert((module.to_owned(), id.to_owned()));
            assert!(new, "the id {id} was given twice");
        }
    }

    fn write(&self, method: &str, path: &str, body: Option<&Json>) {
        let (status, answer) = send(&self.world, method, path, body);
        assert!(status < 500, "{method} {path}: {answer}");
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Lead(once) => {
                let once = once.map(|n| n.to_string());
                self.insert(
                    "Leads",
                    &json!({"Last_Name": "L", "Company": "C", "Once": once}),
                );
            }
            Step::Contact => self.insert("Contacts", &json!({"Last_Name": "K"})),
            Step::Note(of) => {
                let (module, id) = self.pick(of);
                let parent = json!({"module": {"api_name": module}, "id": id});
                self.insert("Notes", &json!({"Note_Title": "N", "Parent_Id": parent}));
            }
            Step::Task(what, who) => {
                let (module, id) = self.pick(what);
                let mut task = json!({"Subject": "T", "What_Id": id, "$se_module": module});
                if let Some(who) = who {
                    task["Who_Id"] = json!(self.pick(who).1);
                }
                self.insert("Tasks", &task);
            }
            Step::Move(note, to) => {
                let ((module, id), (parent, to)) = (self.pick(note), self.pick(to));
                let parent = json!({"module": {"api_name": parent}, "id": to});
                let body = json!({"data": [{"Parent_Id": parent, "Note_Content": "moved"}]});
                self.write("PUT", &format!("/crm/v8/{module}/{id}"), Some(&body));
            }
            Step::Delete(n) => {
                let (module, id) = self.pick(n);
                self.write("DELETE", &format!("/crm/v8/{module}/{id}"), None);
            }
            Step::Convert(n) => {
                let (_, id) = self.pick(n);
                let path = format!("/crm/v8/Leads/{id}/actions/convert");
                let (_, answer) = send(&self.world, "POST", &path, Some(&json!({"data": [{}]})));
                for module in ["Contacts", "Accounts"] {
                    if let Some(id) = answer["data"][0]["details"][module]["id"].as_str() {
                        self.made.insert((module.to_owned(), id.to_owned()));
                    }
                }
            }
            Step::Restore(n) => {
                let (_, id) = self.pick(n);
                self.write("POST", &format!("{BIN}/{id}/actions/restore"), None);
            }
            Step::RestoreAll => {
                let body = json!({"restore_all_records": true});
                self.write("POST", &format!("{BIN}/actions/restore"), Some(&body));
            }
            Step::Erase(n) => {
                let (_, id) = self.pick(n);
                self.write("DELETE", &format!("{BIN}/{id}"), None);
            }
            Step::EraseFiltered => {
                let filters = "%7B%22field%22%3A%7B%22api_name%22%3A%22module%22%7D%2C%22comparator%22%3A%22equal%22%2C%22value%22%3A%22Tasks%22%7D";
                self.write("DELETE", &format!("{BIN}?filters={filters}"), None);
            }
            Step::Empty => self.write("POST", &format!("{BIN}/actions/empty"), None),
            Step::Later => {
                let clock = &self.world.default_org().clock;
                clock.advance(20 * 86_400).expect("a time");
            }
        }
    }

    fn check(&self) {
        let state = self.world.default_org().read();
        let now = self.world.default_org().clock.now();
        let (mut found, mut listed) = (BTreeSet::new(), 0);
        for name in MODULES {
            let module = state.schema.module(name).expect("the module");
            let table = state.table(module);
            let live = table.rows().iter().map(|(id, _)| *id);
            let binned = table.deleted().iter().map(|((_, id), _)| *id);
            for id in live.chain(binned) {
                let new = found.insert((name.to_owned(), id.to_string()));
                assert!(new, "{name} {id} is there twice");
            }
            for (_, entry) in table.deleted().iter() {
                let root = entry
                    .with
                    .and_then(|(no, id)| state.tables.get(no).deleted_as(id));
                if entry.permanent(now) {
                    continue;
                }
                assert!(
                    entry.with.is_none() || root.is_some(),
                    "{name}: went with nothing"
                );
                let hidden = root.is_some_and(|root| !root.permanent(now));
                listed += usize::from(!hidden);
            }
            parents_are_there(&state, name, now);
        }
        assert_eq!(found, self.made);
        let (_, count) = send(&self.world, "GET", &format!("{BIN}/actions/count"), None);
        assert_eq!(count["count"], listed);
    }
}

/// Every note and every task that is there belongs to a record that is there. One may be written
/// without: a task need not be about anything.
fn parents_are_there(state: &OrgState, name: &str, now: i64) {
    let link = match name {
        "Notes" => "Parent_Id",
        "Tasks" => "What_Id",
        _ => return,
    };
    let module = state.schema.module(name).expect("the module");
    let link = module.field(link).expect("the link").no;
    for (id, record) in state.table(module).rows().iter() {
        if let Some(Value::Lookup(no, parent)) = record.stored(link) {
            let table = state.tables.get(*no);
            // a task may outlive what it was about
            let gone = table
                .deleted_as(*parent)
                .is_some_and(|entry| entry.permanent(now));
            let there = table.get(*parent).is_some() || (gone && name == "Tasks");
            assert!(there, "{name} {id} belongs to {parent}, which is not there");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nothing_is_left_alone(steps in prop::collection::vec(step(), 1..80)) {
        let mut run = Run::new();
        let half = steps.len() / 2;
        for (n, step) in steps.iter().enumerate() {
            if n == half {
                run.world.default_org().snapshot("half");
            }
            run.take(step);
            run.check();
        }
        crate::export::check(&run.world.default_org().read());
        // a snapshot is what it was
        let kept = run.world.default_org().kept("half").expect("it was kept");
        crate::export::check(&kept.state);
    }
}
