//! What the control plane costs: forks, snapshots and resets by the size of the org, many forks at
//! once, and the journal. `cargo bench --bench control`.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

#[path = "common/load.rs"]
#[allow(dead_code, reason = "another bench uses the rest")]
mod load;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use load::{load, request};
use serde_json::{Value as Json, json};
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::world::World;
use zoho_crm_mock::{Builder, MockServer};

fn main() {
    // `cargo test --benches` only wants to know that it builds
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    // `cargo bench --bench control -- journal` measures that alone
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    for (name, measure) in [
        ("forks", forks as fn()),
        ("journal", journal),
        ("sizes", sizes),
    ] {
        if wanted.as_ref().is_none_or(|wanted| name == wanted) {
            measure();
        }
    }
}

fn lead(n: usize) -> Json {
    json!({
        "Last_Name": format!("Last {n}"), "First_Name": format!("First {}", n % 1000),
        "Company": format!("Company {}", n % 5000), "Email": format!("lead{n}@example.com"),
        "Phone": format!("555-{n:07}"), "Lead_Source": "Cold Call", "City": "Pune",
        "Annual_Revenue": n, "No_of_Employees": n % 500,
    })
}

fn world(leads: usize, journal: usize) -> World {
    let leads: Vec<Json> = (0..leads).map(lead).collect();
    Builder::default()
        .journal(journal)
        .seed_json(&json!({"Leads": leads}))
        .build_world()
        .expect("a world")
}

fn ask(world: &World, token: &str, verb: &str, target: &str, body: &[u8]) -> u16 {
    let headers = vec![
        ("host".to_owned(), "127.0.0.1:8080".to_owned()),
        ("user-agent".to_owned(), "bench".to_owned()),
        (
            "authorization".to_owned(),
            format!("Zoho-oauthtoken {token}"),
        ),
        ("content-type".to_owned(), "application/json".to_owned()),
    ];
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    dispatch(
        world,
        &Request::new(verb, path, query, &headers, Some(body)),
    )
    .status
}

/// Microseconds that something takes, the median of some runs.
fn micros(runs: usize, mut run: impl FnMut(usize)) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|n| {
            let before = Instant::now();
            run(n);
            before.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

/// Forks, snapshots, restores and resets of a small and of a large org.
fn sizes() {
    println!(
        "{:<44} {:>12} {:>12} {:>7}",
        "", "100 Leads", "1,000,000", "ratio"
    );
    let small = world(100, 1000);
    let large = world(1_000_000, 1000);
    let change = json!({"data": [lead(7)]}).to_string();
    for (name, call) in [
        (
            "fork",
            (|world: &World, n: usize| {
                let name = format!("fork {n}");
                let org = world.default_org();
                world
                    .fork("default", org, Some(&name), None)
                    .expect("an org");
            }) as fn(&World, usize),
        ),
        ("snapshot", |world, n| {
            assert!(world.default_org().snapshot(&format!("s{n}")));
        }),
        ("restore", |world, n| {
            assert!(world.default_org().restore(&format!("s{n}")));
        }),
        ("reset", |world, _| world.default_org().reset()),
    ] {
        let mut measured = Vec::new();
        for world in [&small, &large] {
            measured.push(micros(101, |n| {
                // so that there is something to go back from
                ask(world, "x", "POST", "/crm/v8/Leads", change.as_bytes());
                let before = Instant::now();
                call(world, n);
                std::hint::black_box(before.elapsed());
            }));
            let insert = micros(101, |_| {
                ask(world, "x", "POST", "/crm/v8/Leads", change.as_bytes());
            });
            let last = measured.len() - 1;
            measured[last] = (measured[last] - insert).max(0.1);
        }
        println!(
            "{name:<44} {:>9.1} µs {:>9.1} µs {:>7.2}",
            measured[0],
            measured[1],
            measured[1] / measured[0]
        );
    }
}

/// What this process takes, in bytes.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) * 1024.0
}

/// Many forks of one org held at once, each with an insert of its own.
fn forks() {
    const FORKS: usize = 10_000;
    let change = json!({"data": [lead(7)]}).to_string();
    let empty = resident();
    let world = world(10_000, 1000);
    // what loading has freed would hide what forks take
    let base = resident();
    let mut padding: Vec<Vec<u8>> = Vec::new();
    while resident() < base + 8e6 {
        padding.extend((0..64).map(|n| vec![n; 1024]));
    }
    let before = resident();
    let started = Instant::now();
    let mut tokens = Vec::with_capacity(FORKS);
    for _ in 0..FORKS {
        let (_, credentials) = world
            .fork("seed", world.default_org(), None, None)
            .expect("an org");
        tokens.push(credentials.access_token);
    }
    for token in &tokens {
        let status = ask(&world, token, "POST", "/crm/v8/Leads", change.as_bytes());
        assert_eq!(status, 201);
    }
    println!(
        "10,000 forks of 10,000 Leads, one insert each: {:.0} MB over {:.0} MB, goal 500 MB; in {:.2} s",
        (resident() - before) / 1e6,
        (base - empty) / 1e6,
        started.elapsed().as_secs_f64()
    );
    drop(padding);
}

/// Requests a second over HTTP with the journal and without, in turns.
fn journal() {
    println!(
        "{:<44} {:>12} {:>12} {:>7} {:>5}",
        "journal, over HTTP", "without /s", "with /s", "ratio", "goal"
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let leads: Vec<Json> = (0..10_000).map(lead).collect();
    let start = |journal: usize| {
        let builder = MockServer::builder().journal(journal);
        let builder = builder.seed_json(&json!({"Leads": leads}));
        runtime.block_on(builder.start()).expect("a server")
    };
    let (with, without) = (start(1000), start(0));
    let address = |server: &MockServer| -> SocketAddr {
        let address = server.url().trim_start_matches("http://");
        address.parse().expect("an address")
    };
    let insert = json!({"data": [lead(7)]}).to_string();
    let first = {
        let state = with.state();
        let module = state.schema.module("Leads").expect("a module");
        let mut rows = state.table(module).rows().iter();
        rows.next().expect("a record").0.to_string()
    };
    for (name, verb, target, body) in [
        (
            "get one record (v2, whole)",
            "GET",
            format!("/crm/v2/Leads/{first}"),
            "",
        ),
        (
            "page of 200 full Leads (v2)",
            "GET",
            "/crm/v2/Leads".to_owned(),
            "",
        ),
        (
            "search: Email equals (v8)",
            "GET",
            "/crm/v8/Leads/search?criteria=(Email:equals:lead777@example.com)".to_owned(),
            "",
        ),
        (
            "insert of one Lead (v8)",
            "POST",
            "/crm/v8/Leads".to_owned(),
            insert.as_str(),
        ),
    ] {
        let request = request(verb, &target, body);
        let rate = |server: &MockServer| {
            let (count, time) = load(address(server), &request, Duration::from_millis(700));
            count as f64 / time.as_secs_f64()
        };
        rate(&without);
        rate(&with);
        let mut rounds: Vec<(f64, f64)> = (0..7).map(|_| (rate(&without), rate(&with))).collect();
        rounds.sort_by(|a, b| (a.1 / a.0).total_cmp(&(b.1 / b.0)));
        let (bare, noted) = rounds[rounds.len() / 2];
        println!(
            "{name:<44} {bare:>12.0} {noted:>12.0} {:>7.2} {:>5.2}",
            noted / bare,
            0.90
        );
    }
}
