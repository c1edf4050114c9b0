//! What readers wait beside a writer: one thread inserts without a break, another one asks.
//!
//! Times are those of a whole request in process, with a thread for each core of two. Rates stand
//! beside those of each thread by itself. `cargo bench --bench beside`, and `-- --quick` for a
//! short look that finds errors alone.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::runtime::auth::AuthMode;
use zoho_crm_mock::world::World;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|arg| arg == "--test") {
        return;
    }
    let (sizes, lasts): (&[u64], Duration) = if arguments.iter().any(|arg| arg == "--quick") {
        (&[1_000], Duration::from_millis(50))
    } else {
        (&[1_000, 100_000, 1_000_000], Duration::from_secs(2))
    };
    println!(
        "{:<36} {:>9} {:>9} {:>10} {:>10} {:>10} {:>10}",
        "", "alone /s", "beside /s", "inserts /s", "p50 µs", "p99 µs", "p99.9 µs"
    );
    for size in sizes {
        let builder = Builder::default().auth(AuthMode::Off).empty();
        let world = builder
            .generate("Leads", *size)
            .build_world()
            .expect("a world");
        let id = {
            let state = world.default_org().read();
            let module = state.schema.module("Leads").expect("a module");
            let (id, _) = state.table(module).rows().iter().next().expect("a record");
            id.to_string()
        };
        for (name, target) in [
            ("get", format!("/crm/v8/Leads/{id}")),
            (
                "search by e-mail",
                "/crm/v8/Leads/search?email=beside500@example.com&fields=Email".to_owned(),
            ),
            (
                "sorted by a text, a page of 10",
                "/crm/v2/Leads?fields=Email&sort_by=Company&per_page=10".to_owned(),
            ),
        ] {
            measure(&world, &format!("{name}, {size} Leads"), &target, lasts);
        }
    }
}

fn ask(world: &World, target: &str) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<(String, String)> = Vec::new();
    let answer = dispatch(world, &Request::new("GET", path, query, &headers, None));
    assert!(
        matches!(answer.status, 200 | 204),
        "{target}: {}",
        answer.status
    );
}

fn insert(world: &World, number: u64) {
    let lead = json!({"data": [{"Last_Name": format!("L{number}"), "Company": format!("C{}", number % 977),
        "Email": format!("beside{number}@example.com"), "City": "Pune"}]})
    .to_string();
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let request = Request::new("POST", "/crm/v8/Leads", "", &headers, Some(lead.as_bytes()));
    assert_eq!(dispatch(world, &request).status, 201);
}

/// Asks for a while; gives how long each answer took, sorted.
fn questions(world: &World, target: &str, lasts: Duration) -> Vec<Duration> {
    let started = Instant::now();
    let mut times = Vec::new();
    while started.elapsed() < lasts {
        let asked = Instant::now();
        ask(world, target);
        times.push(asked.elapsed());
    }
    times.sort_unstable();
    times
}

fn measure(world: &World, name: &str, target: &str, lasts: Duration) {
    // what is made for the first question is not what is measured
    ask(world, target);
    ask(world, target);
    let alone = questions(world, target, lasts).len();
    let stop = AtomicBool::new(false);
    let (times, inserts) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut count = 0;
            while !stop.load(Ordering::Relaxed) {
                insert(world, count);
                count += 1;
            }
            count
        });
        let times = questions(world, target, lasts);
        stop.store(true, Ordering::Relaxed);
        (times, writer.join().expect("a writer"))
    });
    let seconds = lasts.as_secs_f64();
    let at = |share: f64| {
        let place = (times.len() as f64 * share) as usize;
        times[place.min(times.len() - 1)].as_secs_f64() * 1e6
    };
    println!(
        "{name:<36} {:>9.0} {:>9.0} {:>10.0} {:>10.1} {:>10.1} {:>10.1}",
        alone as f64 / seconds,
        times.len() as f64 / seconds,
        inserts as f64 / seconds,
        at(0.5),
        at(0.99),
        at(0.999)
    );
}
