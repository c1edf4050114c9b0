//! Tags and the records that have them agree, whatever is done with either; texts of notes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::seed;
use zoho_crm_mock::world::World;

use crate::support::{seed_of_scenarios, send};

/// What is done: with which names, and to which of the leads.
#[derive(Clone, Debug)]
enum Step {
    Add(usize, Vec<usize>, bool),
    Remove(usize, Vec<usize>),
    Write(usize, Vec<usize>),
    Rename(usize, usize),
    Merge(usize, usize),
    Delete(usize),
    MassDelete(usize, usize),
    DeleteLead(usize),
    Clone(usize),
}

const NAMES: [&str; 6] = ["Hot", "Cold", "ümlaut", "Expo 2026", "x", "VIP"];

fn step() -> impl Strategy<Value = Step> {
    let name = || 0..NAMES.len();
    let names = || prop::collection::vec(0..NAMES.len(), 1..4);
    let lead = || 0_usize..12;
    prop_oneof![
        4 => (lead(), names(), any::<bool>()).prop_map(|(lead, names, over)| Step::Add(lead, names, over)),
        2 => (lead(), names()).prop_map(|(lead, names)| Step::Remove(lead, names)),
        2 => (lead(), names()).prop_map(|(lead, names)| Step::Write(lead, names)),
        1 => (name(), name()).prop_map(|(old, new)| Step::Rename(old, new)),
        1 => (name(), name()).prop_map(|(kept, gone)| Step::Merge(kept, gone)),
        1 => name().prop_map(Step::Delete),
        1 => (name(), name()).prop_map(|(one, two)| Step::MassDelete(one, two)),
        1 => lead().prop_map(Step::DeleteLead),
        1 => lead().prop_map(Step::Clone),
    ]
}

/// Tags as clients name them.
fn objects(names: &[usize]) -> Json {
    let names = names.iter().map(|name| json!({"name": NAMES[*name]}));
    names.collect()
}

/// An org, and what it should have: tags by record.
struct TagModel {
    world: World,
    leads: BTreeMap<String, BTreeSet<&'static str>>,
    tags: BTreeSet<&'static str>,
}

impl TagModel {
    fn new() -> Self {
        let leads: Vec<Json> = (0..4)
            .map(|n| json!({"Last_Name": format!("L{n}")}))
            .collect();
        let world = Builder::default()
            .seed_json(&json!({"org": {"id_prefix": "5725767"}, "Leads": leads}))
            .now("2026-11-16T09:00:00Z")
            .build_world()
            .expect("the seed");
        let mut model = Self {
            world,
            leads: BTreeMap::new(),
            tags: BTreeSet::new(),
        };
        for lead in model.listed() {
            let id = lead["id"].as_str().expect("an id").to_owned();
            model.leads.insert(id, BTreeSet::new());
        }
        model
    }

    fn send(&self, method: &str, target: &str, body: &Json) -> (u16, Json) {
        let body = (!body.is_null()).then_some(body);
        send(&self.world, method, &format!("/crm/v8/{target}"), body)
    }

    fn listed(&self) -> Vec<Json> {
        let (_, body) = self.send("GET", "Leads?fields=Tag", &Json::Null);
        body["data"].as_array().cloned().unwrap_or_default()
    }

    /// The tags that there are, by name.
    fn known(&self) -> BTreeMap<String, String> {
        let (_, body) = self.send("GET", "settings/tags?module=Leads", &Json::Null);
        let tags = body["tags"].as_array().expect("tags").iter();
        let text = |tag: &Json, key: &str| tag[key].as_str().expect("a text").to_owned();
        tags.map(|tag| (text(tag, "name"), text(tag, "id")))
            .collect()
    }

    fn lead(&self, at: usize) -> Option<String> {
        let many = self.leads.len().max(1);
        self.leads.keys().nth(at % many).cloned()
    }

    fn gone(&mut self, name: &'static str) {
        self.tags.remove(name);
        for tags in self.leads.values_mut() {
            tags.remove(name);
        }
    }

    fn run(&mut self, step: &Step) {
        match step {
            Step::Add(lead, names, over) => self.add(*lead, names, *over),
            Step::Remove(lead, names) => self.remove(*lead, names),
            Step::Write(lead, names) => self.write(*lead, names),
            Step::Rename(old, new) => self.rename(*old, *new),
            Step::Merge(kept, gone) => self.merge(*kept, *gone),
            Step::Delete(name) => self.delete(*name),
            Step::MassDelete(one, two) => self.mass_delete(*one, *two),
            Step::DeleteLead(lead) => self.delete_lead(*lead),
            Step::Clone(lead) => self.clone_lead(*lead),
        }
    }

    /// The id of the tag with a name.
    fn tag(&self, name: usize) -> Option<String> {
        self.known().remove(NAMES[name])
    }

    fn done(&self, expected: u16, method: &str, target: &str, body: &Json) -> Json {
        let (status, answer) = self.send(method, target, body);
        assert_eq!(status, expected, "{method} {target} {body}: {answer}");
        answer
    }

    fn add(&mut self, lead: usize, names: &[usize], over: bool) {
        let Some(lead) = self.lead(lead) else { return };
        let body = json!({"tags": objects(names), "over_write": over, "ids": [lead]});
        self.done(200, "POST", "Leads/actions/add_tags", &body);
        let tags = self.leads.entry(lead).or_default();
        if over {
            tags.clear();
        }
        tags.extend(names.iter().map(|name| NAMES[*name]));
        self.tags.extend(names.iter().map(|name| NAMES[*name]));
    }

    fn remove(&mut self, lead: usize, names: &[usize]) {
        let Some(lead) = self.lead(lead) else { return };
        let target = format!("Leads/{lead}/actions/remove_tags");
        self.done(200, "POST", &target, &json!({"tags": objects(names)}));
        let tags = self.leads.entry(lead).or_default();
        tags.retain(|tag| !names.iter().any(|name| NAMES[*name] == *tag));
    }

    fn write(&mut self, lead: usize, names: &[usize]) {
        let Some(lead) = self.lead(lead) else { return };
        let body = json!({"data": [{"Tag": objects(names)}]});
        self.done(200, "PUT", &format!("Leads/{lead}"), &body);
        let written = names.iter().map(|name| NAMES[*name]);
        self.tags.extend(written.clone());
        self.leads.insert(lead, written.collect());
    }

    fn rename(&mut self, old: usize, new: usize) {
        let Some(tag) = self.tag(old) else { return };
        let (from, to) = (NAMES[old], NAMES[new]);
        let target = format!("settings/tags/{tag}?module=Leads");
        let taken = from != to && self.tags.contains(to);
        let expected = if taken { 400 } else { 200 };
        self.done(expected, "PUT", &target, &json!({"tags": [{"name": to}]}));
        if !taken {
            self.tags.remove(from);
            self.tags.insert(to);
            self.replace(from, to);
        }
    }

    fn replace(&mut self, from: &str, to: &'static str) {
        for tags in self.leads.values_mut() {
            if tags.remove(from) {
                tags.insert(to);
            }
        }
    }

    fn merge(&mut self, kept: usize, gone: usize) {
        let (Some(into), Some(from)) = (self.tag(kept), self.tag(gone)) else {
            return;
        };
        let target = format!("settings/tags/{into}/actions/merge");
        let body = json!({"tags": [{"conflict_id": from}]});
        self.done(if kept == gone { 400 } else { 200 }, "POST", &target, &body);
        if kept != gone {
            self.tags.remove(NAMES[gone]);
            self.replace(NAMES[gone], NAMES[kept]);
        }
    }

    fn delete(&mut self, name: usize) {
        let Some(tag) = self.tag(name) else { return };
        self.done(200, "DELETE", &format!("settings/tags/{tag}"), &Json::Null);
        self.gone(NAMES[name]);
    }

    fn mass_delete(&mut self, one: usize, two: usize) {
        let (Some(first), Some(second)) = (self.tag(one), self.tag(two)) else {
            return;
        };
        let module = json!({"api_name": "Leads", "id": "5725767000000002175"});
        let tags = json!([{"id": first}, {"id": second}]);
        let body = json!({"mass_delete": [{"module": module, "tags": tags}]});
        self.done(202, "POST", "settings/tags/actions/mass_delete", &body);
        self.gone(NAMES[one]);
        self.gone(NAMES[two]);
    }

    fn delete_lead(&mut self, lead: usize) {
        let Some(lead) = self.lead(lead) else { return };
        self.done(200, "DELETE", &format!("Leads/{lead}"), &Json::Null);
        self.leads.remove(&lead);
    }

    fn clone_lead(&mut self, lead: usize) {
        let Some(lead) = self.lead(lead) else { return };
        let target = format!("Leads/{lead}/actions/clone");
        let body = self.done(201, "POST", &target, &Json::Null);
        let id = body["data"][0]["details"]["id"].as_str().expect("an id");
        let tags = self.leads[&lead].clone();
        self.leads.insert(id.to_owned(), tags);
    }

    /// Records, tags and counts are what they should be, here and in what is exported.
    fn check(&self) {
        let known = self.known();
        let names: BTreeSet<&str> = known.keys().map(String::as_str).collect();
        assert_eq!(names, self.tags);
        let listed = self.listed();
        assert_eq!(listed.len(), self.leads.len());
        for lead in &listed {
            let shown = lead["Tag"].as_array().expect("tags").iter();
            let shown: Vec<&str> = shown
                .map(|tag| tag["name"].as_str().expect("a name"))
                .collect();
            let set: BTreeSet<&str> = shown.iter().copied().collect();
            assert_eq!(set.len(), shown.len(), "{lead}");
            assert_eq!(
                set,
                self.leads[lead["id"].as_str().expect("an id")],
                "{lead}"
            );
        }
        for (name, id) in &known {
            let target = format!("settings/tags/{id}/actions/records_count?module=Leads");
            let (_, body) = self.send("GET", &target, &Json::Null);
            let have = self
                .leads
                .values()
                .filter(|tags| tags.contains(name.as_str()));
            assert_eq!(body, json!({"count": have.count().to_string()}), "{name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn tags_and_records_agree(steps in prop::collection::vec(step(), 1..40)) {
        let mut model = TagModel::new();
        for step in &steps {
            model.run(step);
        }
        model.check();
        let exported = seed::export(&model.world.default_org().read());
        let again: Json = serde_json::from_slice(&exported).expect("JSON");
        let world = Builder::default()
            .seed_json(&again)
            .now("2026-11-16T09:00:00Z")
            .build_world()
            .expect("the export");
        model.world = world;
        model.check();
    }
}

/// A content is longer than its field says (newer description of v8), to a limit.
#[test]
fn notes_take_long_texts() {
    let world = Builder::default()
        .seed(seed_of_scenarios("notes"))
        .build_world()
        .expect("the seed");
    let parent = json!({"module": {"api_name": "Leads"}, "id": "5725767000000500001"});
    for (letters, status) in [(32_001, 201), (65_535, 201), (65_536, 400)] {
        let note = json!({"Note_Content": "ß".repeat(letters), "Parent_Id": parent});
        let sent = json!({"data": [note]});
        let (got, body) = send(&world, "POST", "/crm/v8/Notes", Some(&sent));
        assert_eq!(got, status, "{body}");
        if status == 400 {
            let details = &body["data"][0]["details"];
            assert_eq!(details["maximum_length"], 65_535, "{body}");
        }
    }
}
