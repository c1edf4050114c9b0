//! Who may do what, after any sequence of shares, locks, territories and new owners.

mod reach;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::seed::export;
use zoho_crm_mock::world::World;

use crate::support::seed_of_scenarios;

const LEADS: [&str; 5] = [
    "5725767000000500001",
    "5725767000000500002",
    "5725767000000500003",
    "5725767000000500004",
    "5725767000000500005",
];
const TOKENS: [&str; 5] = ["administrator", "mara", "ben", "zoe", "sam"];
const RECIPIENTS: [(&str, &str); 6] = [
    ("users", "5725767000000411003"),
    ("users", "5725767000000411004"),
    ("users", "5725767000000411005"),
    ("roles", "5725767000000100002"),
    ("groups", "5725767000000120001"),
    ("groups", "5725767000000120002"),
];
const TERRITORIES: [&str; 3] = [
    "5725767000000130001",
    "5725767000000130002",
    "5725767000000130003",
];

fn world() -> World {
    Builder::default()
        .seed(seed_of_scenarios("rights"))
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed")
}

fn send(world: &World, token: &str, method: &str, target: &str, body: &Json) -> (u16, Json) {
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = vec![(
        "authorization".to_owned(),
        format!("Zoho-oauthtoken {token}"),
    )];
    let request = Request::new(method, path, query, &headers, Some(text.as_bytes()));
    let response = dispatch(world, &request);
    let json = serde_json::from_slice(&response.body).unwrap_or_default();
    (response.status, json)
}

/// Something that somebody does.
#[derive(Clone, Debug)]
enum Step {
    Share(usize, usize, bool),
    Revoke(usize),
    Lock(usize),
    Unlock(usize),
    Assign(usize, usize),
    Remove(usize, usize),
    Give(usize, usize),
    Delete(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let lead = 0..LEADS.len();
    prop_oneof![
        4 => (lead.clone(), 0..RECIPIENTS.len(), any::<bool>())
            .prop_map(|(lead, whom, writes)| Step::Share(lead, whom, writes)),
        1 => lead.clone().prop_map(Step::Revoke),
        2 => lead.clone().prop_map(Step::Lock),
        1 => lead.clone().prop_map(Step::Unlock),
        2 => (lead.clone(), 0..TERRITORIES.len()).prop_map(|(lead, t)| Step::Assign(lead, t)),
        1 => (lead.clone(), 0..TERRITORIES.len()).prop_map(|(lead, t)| Step::Remove(lead, t)),
        1 => (lead.clone(), 1..6usize).prop_map(|(lead, user)| Step::Give(lead, user)),
        1 => lead.prop_map(Step::Delete),
    ]
}

/// Does a step as one of the users; whatever comes of it, it is no error of the server.
fn run(world: &World, token: &str, step: &Step) {
    let lead = |n: &usize| format!("/crm/v8/Leads/{}", LEADS[*n]);
    let territory = |n: &usize| json!({"data": [{"Territories": [{"id": TERRITORIES[*n]}]}]});
    let (method, target, body) = match step {
        Step::Share(n, whom, writes) => {
            let (kind, id) = RECIPIENTS[*whom];
            let permission = if *writes { "read_write" } else { "read_only" };
            let entry = json!({"shared_with": {"type": kind, "id": id}, "type": "private",
                "permission": permission});
            (
                "POST",
                lead(n) + "/actions/share",
                json!({"share": [entry]}),
            )
        }
        Step::Revoke(n) => ("DELETE", lead(n) + "/actions/share", Json::Null),
        Step::Lock(n) => {
            let body = json!({"data": [{"Locked_Reason__s": "r"}]});
            ("POST", lead(n) + "/Locking_Information__s", body)
        }
        Step::Unlock(n) => {
            let target = lead(n) + "/Locking_Information__s?fields=id";
            let (_, found) = send(world, token, "GET", &target, &Json::Null);
            let id = found["data"][0]["id"].as_str().unwrap_or("1").to_owned();
            (
                "DELETE",
                lead(n) + "/Locking_Information__s/" + &id,
                Json::Null,
            )
        }
        Step::Assign(n, t) => (
            "POST",
            lead(n) + "/actions/assign_territories",
            territory(t),
        ),
        Step::Remove(n, t) => (
            "POST",
            lead(n) + "/actions/remove_territories",
            territory(t),
        ),
        Step::Give(n, user) => {
            let owner = format!("572576700000041100{user}");
            ("PUT", lead(n), json!({"data": [{"Owner": {"id": owner}}]}))
        }
        Step::Delete(n) => ("DELETE", lead(n), Json::Null),
    };
    let (status, answer) = send(world, token, method, &target, &body);
    assert!(status < 500, "{method} {target}: {answer}");
}

fn ids(answer: &Json) -> Vec<String> {
    let data = answer["data"].as_array().into_iter().flatten();
    let mut ids: Vec<String> = data
        .filter_map(|r| r["id"].as_str())
        .map(str::to_owned)
        .collect();
    ids.sort();
    ids
}

/// What a user lists is what he gets one by one, what he counts and what COQL gives him.
fn check_sight(world: &World, token: &str) {
    let get = |target: &str| send(world, token, "GET", target, &Json::Null);
    let listed = ids(&get("/crm/v8/Leads?fields=Last_Name").1);
    let seen: Vec<&str> = LEADS
        .into_iter()
        .filter(|id| get(&format!("/crm/v8/Leads/{id}?fields=Last_Name")).0 == 200)
        .collect();
    assert_eq!(listed, seen, "{token}");
    let (_, counted) = get("/crm/v8/Leads/actions/count");
    assert_eq!(counted["count"], seen.len(), "{token}");
    let query = json!({"select_query": "select Last_Name from Leads where Last_Name is not null"});
    let (_, found) = send(world, token, "POST", "/crm/v8/coql", &query);
    assert_eq!(ids(&found), seen, "{token}");
    for id in seen {
        let target = format!("/crm/v8/Leads/{id}?fields=$sharing_permission,$editable");
        let (_, shown) = get(&target);
        let level = shown["data"][0]["$sharing_permission"]
            .as_str()
            .unwrap_or_default();
        assert_eq!(
            shown["data"][0]["$editable"],
            level != "read_only",
            "{token} {id}"
        );
    }
}

/// Records say that they are locked as long as they have a lock, and no lock is left behind.
fn check_locks(world: &World) {
    let get = |target: &str| send(world, "administrator", "GET", target, &Json::Null);
    let mut locked = 0;
    for id in LEADS {
        let (status, shown) = get(&format!("/crm/v8/Leads/{id}?fields=Locked__s"));
        if status != 200 {
            continue;
        }
        let (found, _) = get(&format!(
            "/crm/v8/Leads/{id}/Locking_Information__s?fields=id"
        ));
        let says = shown["data"][0]["Locked__s"] == true;
        assert_eq!(found == 200, says, "{id}");
        locked += usize::from(says);
    }
    let locks = ids(&get("/crm/v8/Locking_Information__s?fields=id").1);
    assert_eq!(locks.len(), locked);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_users_see_is_the_same_everywhere(
        steps in prop::collection::vec((0..TOKENS.len(), step()), 1..40),
    ) {
        let world = world();
        let org = world.default_org();
        let half = steps.len() / 2;
        for (n, (token, step)) in steps.iter().enumerate() {
            if n == half {
                assert!(org.snapshot("half"));
            }
            run(&world, TOKENS[*token], step);
        }
        for token in TOKENS {
            check_sight(&world, token);
        }
        check_locks(&world);
        crate::export::check(&org.read());
        let whole = export(&org.kept("half").expect("kept").state);
        assert!(org.restore("half"));
        prop_assert!(export(&org.read()) == whole);
    }
}
