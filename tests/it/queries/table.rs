//! The table of questions.

use serde_json::json;
use zoho_crm_mock::Builder;

use super::{encoded, ids};
use crate::support::send;

/// `tests/queries/leads.txt`, each line under every version that it names.
#[test]
fn the_table_of_questions() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(root.join("tests/queries/leads.txt")).expect("the table");
    let seed = root.join("tests/scenarios/seeds/basic.json");
    let world = Builder::default()
        .seed(seed.to_str().expect("a path"))
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed");
    let mut wrong = Vec::new();
    let mut lines = 0;
    for line in table.lines().filter(|line| !line.starts_with(';')) {
        let mut parts = line.split(" | ");
        let mut part = || parts.next().unwrap_or_default().trim();
        let (head, question, answer) = (part(), part(), part());
        let (language, versions) = head.split_once(' ').expect("a language and versions");
        let versions = match versions {
            "all" => zoho_crm_mock::version::Versions::ALL,
            range => zoho_crm_mock::version::Versions::parse(range).expect("versions"),
        };
        lines += 1;
        for version in zoho_crm_mock::version::ApiVersion::ALL {
            if !versions.contains(version) {
                continue;
            }
            let (status, body) = if language == "criteria" {
                let query = encoded(question);
                let target = format!("/crm/{version}/Leads/search?fields=id&criteria={query}");
                send(&world, "GET", &target, None)
            } else {
                let query = format!("select id from Leads where {question} order by id desc");
                let body = json!({"select_query": query});
                send(&world, "POST", &format!("/crm/{version}/coql"), Some(&body))
            };
            let got = match body["code"].as_str() {
                Some(code) => format!("!{code} {} {}", body["message"], body["details"]),
                None => {
                    let digits: Vec<String> =
                        ids(&body).iter().map(|id| (id % 10).to_string()).collect();
                    digits.join(" ")
                }
            };
            let fits = match answer.strip_prefix('!') {
                None => got == answer && matches!(status, 200 | 204),
                Some(error) => {
                    let (code, words) = error.split_once(' ').unwrap_or((error, ""));
                    status == 400 && got.starts_with(&format!("!{code} ")) && got.contains(words)
                }
            };
            if !fits {
                wrong.push(format!("{version} {line}\n    got {got}"));
            }
        }
    }
    assert!(lines >= 250, "{lines} lines");
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
