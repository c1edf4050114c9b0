//! Requests with very many mistakes: the benchmark of the contract and its test send the same ones.

use std::fmt::Write as _;

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
pub(crate) type Sort = (&'static str, fn(usize) -> (&'static str, String, String));

/// Sorts of mistakes, by name.
pub(crate) const SORTS: &[Sort] = &[
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

/// Gives `ask` what judges a request (its method, target and body) and tells how many mistakes are
/// told.
pub(crate) fn judging<T>(
    (method, target, body): &(&str, String, String),
    state: &OrgState,
    ask: impl FnOnce(&dyn Fn() -> usize) -> T,
) -> T {
    let media = if body.starts_with('{') {
        "application/json"
    } else {
        "application/x-www-form-urlencoded"
    };
    let headers = vec![("content-type".to_owned(), media.to_owned())];
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request::new(method, path, query, &headers, Some(body.as_bytes()));
    let parsed = ParsedRequest::read(&request, &state.schema);
    assert!(parsed.endpoint().is_some(), "{method} {path}");
    ask(&|| judge(&parsed.judged(&request, state, 0)).len())
}
