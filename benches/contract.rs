//! What the contract costs by the size of a request: the ratio of one with sixteen times the
//! parameters, keys or items to sixteen small ones. 1 is linear, 16 quadratic.
//! `cargo bench --bench contract`.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use zoho_crm_mock::Builder;
use zoho_crm_mock::contract::{ParsedRequest, judge};
use zoho_crm_mock::request::Request;
use zoho_crm_mock::store::OrgState;

/// `0 1 2 …`, each written by a function.
fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    let mut all = String::new();
    for n in 0..count {
        let _ = write!(all, "{}{}", if n > 0 { "," } else { "" }, one(n));
    }
    all
}

/// Method, target and body of a request with so many distinct mistakes of a sort.
type Sort = (&'static str, fn(usize) -> (&'static str, String, String));

const SORTS: &[Sort] = &[
    ("parameters of a form", |count| {
        let form = many(count, |n| format!("name{n}=1")).replace(',', "&");
        ("POST", "/oauth/v2/token".to_owned(), form)
    }),
    ("parameters of a query", |count| {
        let query = many(count, |n| format!("name{n}=1")).replace(',', "&");
        ("GET", format!("/crm/v8/Leads?{query}"), String::new())
    }),
    ("repeated parameters", |count| {
        let query = many(count, |n| format!("name{}=1", n % 2_000)).replace(',', "&");
        ("GET", format!("/crm/v8/Leads?{query}"), String::new())
    }),
    ("names of fields", |count| {
        let fields = many(count, |n| format!("Lead_Name{n}"));
        (
            "GET",
            format!("/crm/v8/Leads?fields={fields}"),
            String::new(),
        )
    }),
    ("ids", |count| {
        let ids = many(count, |n| format!("x{n}"));
        ("DELETE", format!("/crm/v8/Leads?ids={ids}"), String::new())
    }),
    ("keys of a body", |count| {
        let keys = many(count, |n| format!("\"triggers{n}\":1"));
        ("POST", "/crm/v8/Leads".to_owned(), format!("{{{keys}}}"))
    }),
    ("keys of a record", |count| {
        let keys = many(count, |n| format!("\"Last_Name{n}\":1"));
        let body = format!("{{\"data\":[{{{keys}}}]}}");
        ("POST", "/crm/v8/Leads".to_owned(), body)
    }),
    ("records", |count| {
        let records = many(count, |n| {
            format!("{{\"Email\":\"{}@example.com\"}}", n / 2)
        });
        let body = format!("{{\"data\":[{records}],\"trigger\":[]}}");
        ("POST", "/crm/v8/Leads".to_owned(), body)
    }),
    ("words", |count| {
        let words = many(count, |n| format!("\"workflow{n}\""));
        let body = format!("{{\"data\":[{{\"Last_Name\":\"A\"}}],\"trigger\":[{words}]}}");
        ("POST", "/crm/v8/Leads".to_owned(), body)
    }),
    ("fields to check", |count| {
        let names = many(count, |n| format!("\"Email{n}\""));
        let body =
            format!("{{\"data\":[{{\"Last_Name\":\"A\"}}],\"duplicate_check_fields\":[{names}]}}");
        ("POST", "/crm/v8/Leads/upsert".to_owned(), body)
    }),
];

/// How long it takes to judge a request some times.
fn cost(
    (method, target, body): &(&str, String, String),
    state: &OrgState,
    times: usize,
) -> Duration {
    let media = if body.starts_with('{') {
        "application/json"
    } else {
        "application/x-www-form-urlencoded"
    };
    let headers = vec![("content-type".to_owned(), media.to_owned())];
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request::new(method, path, query, &headers, Some(body.as_bytes()));
    let parsed = ParsedRequest::read(&request);
    assert!(parsed.endpoint().is_some(), "{method} {path}");
    let started = Instant::now();
    for _ in 0..times {
        let found = judge(&parsed.judged(&request, state, 0));
        assert!(!found.is_empty() && found.len() < 30, "{}", found.len());
    }
    started.elapsed()
}

fn main() {
    const FEW: usize = 1_250;
    const TIMES: usize = 16;
    const ROUNDS: usize = 5;
    // `cargo test --benches` only wants to know that it builds
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let world = Builder::default().build_world().expect("a world");
    let state = world.default_org().read();
    println!("{:<24} {:>8}", "many of", "ratio");
    for (what, request) in SORTS {
        let (few, many) = (request(FEW), request(FEW * TIMES));
        let mut ratios: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let often = cost(&few, &state, TIMES);
                cost(&many, &state, 1).as_secs_f64() / often.as_secs_f64()
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        println!("{what:<24} {:>8.2}", ratios[ROUNDS / 2]);
    }
}
