//! What the contract costs by the size of a request: the ratio of one with sixteen times the
//! parameters, keys or items to sixteen small ones. 1 is linear, 16 quadratic.
//! `cargo bench --bench contract`.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::time::{Duration, Instant};

use zoho_crm_mock::Builder;
use zoho_crm_mock::store::OrgState;

#[path = "common/mistakes.rs"]
mod mistakes;
use mistakes::{SORTS, judging};

/// How long it takes to judge a request some times.
fn cost(sent: &(&str, String, String), state: &OrgState, times: usize) -> Duration {
    judging(sent, state, |judge| {
        let started = Instant::now();
        for _ in 0..times {
            let told = judge();
            assert!((1..30).contains(&told), "{told}");
        }
        started.elapsed()
    })
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
