//! Questions of which the plain evaluator knows the answer, and changes between them.

use std::collections::BTreeMap;

use rand::rngs::ChaCha12Rng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::world::World;

use super::expressions::{Language, node};
use super::languages::{conditions, coql, criteria};
use super::records::{FIELDS, record, seed, value};
use super::{encoded, ids};
use crate::support::send;

/// Asks in one language, and checks the first page and the number.
fn check(
    world: &World,
    leads: &BTreeMap<u64, Map<String, Json>>,
    rng: &mut ChaCha12Rng,
    language: Language,
) {
    const PAGE: usize = 200;
    let asked = node(rng, language, 3);
    let matching = leads
        .iter()
        .filter(|(_, lead)| asked.holds(lead))
        .map(|(id, _)| *id);
    let mut expected: Vec<u64> = matching.collect();
    let total = expected.len();
    let (text, status, body) = match language {
        Language::Criteria => {
            expected.reverse();
            let text = criteria(&asked);
            let query = encoded(&text);
            let (_, counted) = send(
                world,
                "GET",
                &format!("/crm/v8/Leads/actions/count?criteria={query}"),
                None,
            );
            assert_eq!(counted["count"], total, "{text}");
            let target = format!("/crm/v8/Leads/search?fields=id&criteria={query}");
            let (status, body) = send(world, "GET", &target, None);
            (text, status, body)
        }
        Language::Coql => {
            // any column to sort by, ties by id
            let (sort, _) = FIELDS[rng.random_range(0..3)];
            let descending = rng.random_bool(0.5);
            let key = |id: &u64| {
                let value = leads[id].get(sort).and_then(Json::as_str);
                value.map(str::to_lowercase)
            };
            expected.sort_by(|a, b| {
                let order = key(a).cmp(&key(b)).then(a.cmp(b));
                if descending { order.reverse() } else { order }
            });
            let direction = if descending { "desc" } else { "asc" };
            let text = format!(
                "select id from Leads where {} order by {sort} {direction} limit {PAGE}",
                coql(&asked)
            );
            let body = json!({"select_query": text});
            let (status, body) = send(world, "POST", "/crm/v8/coql", Some(&body));
            (text, status, body)
        }
        Language::Conditions => {
            expected.reverse();
            let list = conditions(&asked);
            let input = json!({"module_name": "Leads", "fields": ["id"], "per_page": PAGE,
                "query": {"criteria_list": [list]}});
            let target = "/operations/search_records";
            let (status, body) = send(world, "POST", target, Some(&input));
            (input.to_string(), status, body)
        }
    };
    assert!(matches!(status, 200 | 204), "{text}: {body}");
    expected.truncate(PAGE);
    assert_eq!(ids(&body), expected, "{text}");
}

/// Changes, adds or deletes a record, here and there.
fn write(world: &World, leads: &mut BTreeMap<u64, Map<String, Json>>, rng: &mut ChaCha12Rng) {
    let keys: Vec<u64> = leads.keys().copied().collect();
    let id = keys[rng.random_range(0..keys.len())];
    match rng.random_range(0..4) {
        0 => {
            let (status, _) = send(world, "DELETE", &format!("/crm/v8/Leads/{id}"), None);
            assert_eq!(status, 200);
            leads.remove(&id);
        }
        1 => {
            let new = record(rng);
            let body = json!({"data": [new]});
            let (status, body) = send(world, "POST", "/crm/v8/Leads", Some(&body));
            assert_eq!(status, 201, "{body}");
            let id = body["data"][0]["details"]["id"].as_str().expect("an id");
            leads.insert(id.parse().expect("a number"), new);
        }
        _ => {
            let (name, kind) = FIELDS[rng.random_range(0..FIELDS.len())];
            let new = value(rng, name, kind);
            let body = json!({"data": [{name: new}]});
            let (status, body) = send(world, "PUT", &format!("/crm/v8/Leads/{id}"), Some(&body));
            assert_eq!(status, 200, "{body}");
            let lead = leads.get_mut(&id).expect("the lead");
            lead.insert(name.to_owned(), new);
        }
    }
}

fn world(rng: &mut ChaCha12Rng, count: u64) -> (World, BTreeMap<u64, Map<String, Json>>) {
    let leads: BTreeMap<u64, Map<String, Json>> = (0..count)
        .map(|n| (5_725_767_000_000_600_000 + n, record(rng)))
        .collect();
    let world = Builder::default()
        .seed_json(&seed(&leads))
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed");
    (world, leads)
}

const LANGUAGES_OF_QUERIES: [Language; 3] =
    [Language::Criteria, Language::Coql, Language::Conditions];

/// 20,000 questions to small orgs.
#[test]
fn no_difference_to_a_plain_evaluator() {
    let mut rng = ChaCha12Rng::seed_from_u64(5);
    for _ in 0..100 {
        let (world, mut leads) = world(&mut rng, 40);
        for n in 0..200 {
            check(&world, &leads, &mut rng, LANGUAGES_OF_QUERIES[n % 3]);
            if n % 10 == 0 {
                write(&world, &mut leads, &mut rng);
            }
        }
    }
}

/// Questions to an org that is large enough for every index to be used, and changed.
#[test]
fn no_difference_where_indexes_answer() {
    let mut rng = ChaCha12Rng::seed_from_u64(6);
    let (world, mut leads) = world(&mut rng, 6_000);
    for n in 0..450 {
        check(&world, &leads, &mut rng, LANGUAGES_OF_QUERIES[n % 3]);
        if n % 3 == 0 {
            write(&world, &mut leads, &mut rng);
        }
    }
    // more writes than an index leaves to be looked at one by one
    for _ in 0..1_500 {
        write(&world, &mut leads, &mut rng);
    }
    for n in 0..150 {
        check(&world, &leads, &mut rng, LANGUAGES_OF_QUERIES[n % 3]);
    }
}
