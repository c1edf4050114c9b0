//! Searches by phone: the digits count, whatever separates them, and the index follows what is written.

use std::collections::BTreeMap;

use rand::rngs::ChaCha12Rng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;

use super::ids;
use crate::support::send;

/// A number of eight to ten digits of three kinds, so that some parts are common.
fn phone(rng: &mut ChaCha12Rng) -> String {
    let mut text = String::new();
    for at in 0..rng.random_range(8..11) {
        if at % 3 == 2 {
            text.push_str(["", " ", "-", "."][rng.random_range(0..4)]);
        }
        text.push(['1', '2', '5'][rng.random_range(0..3)]);
    }
    text
}

#[test]
fn digits_are_found_in_any_phone_field() {
    let mut rng = ChaCha12Rng::seed_from_u64(7);
    let id = |n: usize| format!("5725767{:012}", 5_000_000 + n);
    let mut known: BTreeMap<u64, [String; 2]> = BTreeMap::new();
    let leads: Vec<Json> = (0..400)
        .map(|n| {
            let phones = [phone(&mut rng), phone(&mut rng)];
            known.insert(id(n).parse().expect("a number"), phones.clone());
            json!({"id": id(n), "Last_Name": "L", "Phone": phones[0], "Mobile": phones[1]})
        })
        .collect();
    let seed = json!({"org": {"id_prefix": "5725767"}, "Leads": leads});
    let world = Builder::default().empty().seed_json(&seed).build_world();
    let world = world.expect("a world");
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    for round in 0..300 {
        let from = known.values().nth(rng.random_range(0..known.len()));
        let all = digits(&from.expect("a lead")[round % 2]);
        let length = rng.random_range(3..=all.len());
        let start = rng.random_range(0..=all.len() - length);
        let asked = &all[start..start + length];
        let target = format!("/crm/v8/Leads/search?phone={asked}&fields=id&per_page=200");
        let (_, body) = send(&world, "GET", &target, None);
        let holds = |phones: &[String; 2]| phones.iter().any(|p| digits(p).contains(asked));
        let mut expected: Vec<u64> = known
            .iter()
            .filter(|(_, phones)| holds(phones))
            .map(|(id, _)| *id)
            .collect();
        expected.reverse();
        expected.truncate(200);
        assert_eq!(ids(&body), expected, "{asked}");
        // another number for one of them
        let changed = *known
            .keys()
            .nth(rng.random_range(0..known.len()))
            .expect("a lead");
        let other = phone(&mut rng);
        let lead = json!({"data": [{"Mobile": other}]});
        let (status, _) = send(
            &world,
            "PUT",
            &format!("/crm/v8/Leads/{changed}"),
            Some(&lead),
        );
        assert_eq!(status, 200);
        known.get_mut(&changed).expect("a lead")[1] = other;
    }
}
