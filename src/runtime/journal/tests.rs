use bytestring::ByteString;
use serde_json::json;

use super::*;

fn whole(body: &[u8]) -> Body {
    Body::of(Bytes::copy_from_slice(body), body.len())
}

pub(super) fn entry(operation: &'static str, body: &str) -> Note {
    let entry = Entry {
        id: 0,
        time: 0,
        org: "default".into(),
        label: LeanString::new(),
        operation,
        method: "POST".into(),
        path: "/crm/v8/Leads".into(),
        module: "Leads".into(),
        query: ByteString::new(),
        headers: "authorization: Bearer 1000.7f6f2ccdb23f2abb7b69278e947c01c6\nx-request-id: r1\n"
            .into(),
        request: whole(body.as_bytes()),
        status: 201,
        response_headers: Vec::new(),
        response: Body::default(),
        duration: Duration::from_micros(5),
        faults: Vec::new(),
        connection: None,
        violations: vec![Violation {
            rule: "x",
            severity: Severity::Info,
            path: "$".into(),
            message: String::new(),
            advice: "",
        }],
    };
    Note {
        entry,
        version: "v8",
    }
}

#[test]
fn the_ring_forgets_the_oldest_and_counts_all() {
    let journal = Journal::new(3);
    for n in 0..5 {
        journal.note(entry("records.insert", &format!("{{\"n\":{n}}}")));
    }
    let ids: Vec<u64> = journal.entries().iter().map(|e| e.id).collect();
    assert_eq!(ids, [3, 4, 5]);
    assert_eq!(journal.size(), (3, 2));
    let counts = journal.counts();
    assert_eq!(
        counts[&("records.insert", "v8", 201)],
        Count {
            times: 5,
            micros: 25
        }
    );
    assert_eq!(journal.violations().len(), 5);
    assert_eq!(journal.broken()["x"], (Severity::Info, 5));
    assert!(journal.get(2).is_none() && journal.get(4).is_some());
    journal.clear();
    journal.note(entry("records.insert", ""));
    assert_eq!(journal.entries()[0].id, 6);
}

#[test]
fn long_bodies_are_cut_and_secrets_taken_out() {
    let long = vec![b'x'; LONGEST_REQUEST + 1];
    let part = Body::part(&long, LONGEST_REQUEST);
    assert_eq!(part.len(), LONGEST_REQUEST);
    let long = Body::of(Bytes::copy_from_slice(part), long.len());
    assert_eq!(long.cut_from, Some(LONGEST_REQUEST + 1));
    let journal = Journal::new(1);
    journal.note(entry("records.insert", "{\"n\":1}"));
    let shown = journal.entries()[0].json();
    assert_eq!(
        shown["request_headers"]["authorization"],
        "Bearer 1000.7f6f…"
    );
    assert_eq!(shown["request_id"], "r1");
    assert_eq!(shown["request"]["n"], 1);
}

#[test]
fn near_misses_tell_what_is_lacking() {
    let journal = Journal::new(10);
    journal.note(entry(
        "records.insert",
        r#"{"data":[{"Email":"a@example.com"}]}"#,
    ));
    journal.note(entry(
        "records.upsert",
        r#"{"data":[{"Email":"b@example.com"}]}"#,
    ));
    let pattern: Pattern = serde_json::from_value(json!({
        "operation": "records.upsert", "body": {"data": [{"Email": "a@example.com"}]}
    }))
    .expect("a pattern");
    assert!(journal.matching(&pattern, 0).is_empty());
    let misses = journal.near_misses(&pattern, 0);
    assert_eq!(misses.len(), 2);
    assert_eq!(misses[0].0.id, 2);
    assert_eq!(misses[0].1[0].path, "$.body.data[0].Email");
}

#[test]
fn all_that_is_kept_counts() {
    const LARGE: usize = 100 << 10;
    let large = || "x".repeat(LARGE);
    let fill: [fn(&mut Entry, String); 6] = [
        |entry, large| entry.headers = large.into(),
        |entry, large| entry.query = large.into(),
        |entry, large| entry.path = large.into(),
        |entry, large| entry.request = whole(large.as_bytes()),
        |entry, large| entry.response_headers = vec![("x".to_owned(), large)],
        |entry, large| entry.violations[0].message = large,
    ];
    for (n, fill) in fill.into_iter().enumerate() {
        let journal = Journal::new(1_000);
        for _ in 0..300 {
            let mut note = entry("records.insert", "");
            fill(&mut note.entry, large());
            journal.note(note);
        }
        let (kept, dropped) = journal.size();
        assert!(kept * LARGE <= BUDGET && dropped > 0, "{n}: {kept} entries");
    }
    // who wants very many has room for them
    let journal = Journal::new(100_000);
    for _ in 0..40_000 {
        journal.note(entry("records.insert", ""));
    }
    assert_eq!(journal.size(), (40_000, 0));
}
