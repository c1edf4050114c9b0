//! What the contract costs grows with a request, and no faster: sixteen times the parameters, keys
//! or items take sixteen times as long, or nearly so, and not two hundred and fifty-six times.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use zoho_crm_mock::contract::{Given, judge};
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

/// How long a request takes to be judged, at best.
fn cost((method, target, body): &(&str, String, String), state: &OrgState) -> Duration {
    let headers = vec![(
        "content-type".to_owned(),
        if body.starts_with('{') {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        }
        .to_owned(),
    )];
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request::new(method, path, query, &headers, Some(body.as_bytes()));
    let given = Given::read(&request);
    assert!(given.endpoint().is_some(), "{method} {path}");
    let times = (0..3).map(|_| {
        let started = Instant::now();
        let found = judge(&given.asked(&request, state, 0));
        assert!(!found.is_empty() && found.len() < 30, "{}", found.len());
        started.elapsed()
    });
    times.min().unwrap_or_default()
}

#[test]
fn what_it_costs_grows_with_the_request() {
    const FEW: usize = 2_500;
    const MANY: usize = 16 * FEW;
    /// Between 16, which is linear, and 256, with room for a machine that is busy.
    const MOST: f64 = 80.0;
    let world = super::world("default");
    let state = world.default_org().read();
    for (what, request) in SORTS {
        let few = cost(&request(FEW), &state);
        let many = cost(&request(MANY), &state);
        let ratio = many.as_secs_f64() / few.as_secs_f64().max(0.000_1);
        assert!(
            ratio < MOST,
            "{what}: {FEW} take {few:?}, {MANY} take {many:?}"
        );
    }
}
