//! Random requests of files: what lives loads again, answers alike, and holds no bytes too many.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::world::World;

use super::{PNG, form, post};
use crate::export::{check, world_of};
use crate::support::{seed_of_scenarios, send};

const RECORDS: [&str; 5] = [
    "Leads/5725767000000500001",
    "Leads/5725767000000500002",
    "Boats/5725767000000570001",
    "Notes/5725767000000550001",
    "Deals/5725767000000530001",
];

#[derive(Clone, Debug)]
struct Op {
    what: u8,
    which: usize,
    content: Vec<u8>,
    version: &'static str,
}

fn op() -> impl Strategy<Value = Op> {
    let version = prop::sample::select(vec!["v2", "v2.1", "v4", "v5", "v6", "v8"]);
    // few contents, so that files share some
    let content = prop::collection::vec(prop_oneof![Just(b'a'), Just(b'\r'), Just(b'-')], 0..4);
    (0u8..12, 0usize..100, content, version).prop_map(|(what, which, content, version)| Op {
        what,
        which,
        content,
        version,
    })
}

fn attachment(state: &OrgState, n: usize) -> String {
    let module = state.schema.module("Attachments").expect("the module");
    let rows = state.table(module).rows();
    let id = rows.iter().nth(n % rows.len().max(1));
    id.map_or_else(|| "1".into(), |(id, _)| id.to_string())
}

/// Makes the request in each world, whose answers must be alike; gives the answer.
fn run(op: &Op, uploaded: &[String], worlds: &[&World]) -> Json {
    let state = worlds[0].default_org().read();
    let (base, n) = (format!("/crm/{}", op.version), op.which);
    let record = format!("{base}/{}", RECORDS[n % RECORDS.len()]);
    let lead = format!("{base}/{}", RECORDS[n % 2]);
    let picture = [PNG, &op.content].concat();
    let file_key = match op.version {
        "v2" | "v2.1" | "v4" => "file_id",
        _ => "File_Id__s",
    };
    let known = uploaded[n % uploaded.len()].as_str();
    let put = |field: &str, value: Json| {
        let body = json!({"data": [{field: value}]});
        ("PUT", lead.clone(), Some(body), Vec::new())
    };
    let (method, target, body, parts) = match op.what {
        0 | 1 => (
            "POST",
            format!("{record}/Attachments"),
            None,
            form("a é.txt", &op.content),
        ),
        2 => (
            "POST",
            format!("{record}/Attachments?attachmentUrl=https://example.com/{n}"),
            Some(Json::Null),
            Vec::new(),
        ),
        3 => (
            "POST",
            format!("{base}/files"),
            None,
            form("u.png", &picture),
        ),
        4 => (
            "POST",
            format!("{record}/photo"),
            None,
            form("p.png", &picture),
        ),
        5 => ("DELETE", format!("{record}/photo"), None, Vec::new()),
        6 => (
            "POST",
            format!("{base}/org/photo"),
            None,
            form("l.png", &picture),
        ),
        7 => put("Papers", json!([{file_key: known}])),
        8 => put("Pictures", json!([{file_key: known}])),
        9 => put("Papers", json!([])),
        10 => put("Record_Image", json!(known)),
        _ => {
            let id = attachment(&state, n);
            let target = format!("{record}/Attachments/{id}");
            ("DELETE", target, None, Vec::new())
        }
    };
    let mut answers = worlds.iter().map(|world| {
        if parts.is_empty() {
            let body = body.as_ref().filter(|body| !body.is_null());
            send(world, method, &target, body)
        } else {
            let answer = post(world, &target, &parts);
            (answer.status, super::json_of(&answer))
        }
    });
    let first = answers.next().expect("a world");
    for other in answers {
        assert_eq!(first, other, "{method} {target}");
    }
    assert!(first.0 < 500, "{method} {target}: {first:?}");
    first.1
}

fn start() -> OrgState {
    let builder = Builder::default().seed(seed_of_scenarios("files"));
    let world = builder.build_world().expect("the seed");
    OrgState::clone(&world.default_org().read())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn an_org_with_files_lives_and_loads_again(
        before in prop::collection::vec(op(), 0..40),
        after in prop::collection::vec(op(), 0..12),
    ) {
        let world = world_of(start());
        let of_seed = world.default_org().read().blobs.used();
        let mut uploaded: Vec<String> = vec!["offer0001".into(), "bow00003".into()];
        for op in &before {
            let answer = run(op, &uploaded, &[&world]);
            if op.what == 3 {
                let id = answer["data"][0]["details"]["id"].as_str();
                uploaded.push(id.expect("an id").to_owned());
            }
        }
        let state = world.default_org().read();
        let again = world_of(check(&state));
        // besides what lives, only the state that a reset brings back holds bytes
        let (used, living) = (state.blobs.used(), again.default_org().read().blobs.used());
        prop_assert!(living <= used && used <= living + of_seed, "{living} {used} {of_seed}");
        drop(state);
        for op in &after {
            run(op, &uploaded, &[&world, &again]);
        }
        let (state, again) = (world.default_org().read(), again.default_org().read());
        crate::export::assert_same(&state, &again);
    }
}

/// The requests of the property test do what they are meant to.
#[test]
fn operations_succeed() {
    let builder = Builder::default().seed(seed_of_scenarios("files"));
    let world = builder.build_world().expect("the seed");
    let uploaded = vec!["offer0001".to_owned(), "bow00003".to_owned()];
    for (what, which) in [
        (0, 2),
        (2, 0),
        (3, 0),
        (4, 0),
        (5, 0),
        (6, 0),
        (7, 0),
        (8, 1),
        (9, 0),
        (10, 1),
        (11, 1),
    ] {
        for version in ["v2", "v8"] {
            let op = Op {
                what,
                which: which + 10 * usize::from(what == 2 && version == "v8"),
                content: b"a".to_vec(),
                version,
            };
            let answer = run(&op, &uploaded, &[&world]).to_string();
            assert!(
                answer.to_lowercase().contains("\"success\""),
                "{op:?}: {answer}"
            );
        }
    }
}
