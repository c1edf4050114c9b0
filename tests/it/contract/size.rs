//! Requests with very many mistakes.

#[path = "../../../benches/common/mistakes.rs"]
mod mistakes;
use mistakes::{SORTS, judging};

/// However many mistakes a request makes, few are told, and those are the first. What that costs is
/// shown by `cargo bench --bench contract`.
#[test]
fn of_many_mistakes_the_first_are_told() {
    let world = super::world("default");
    let state = world.default_org().read();
    for (what, request) in SORTS {
        for count in [100, 10_000] {
            let told = judging(&request(count), &state, |judge| judge());
            assert!((1..30).contains(&told), "{what}: {told}");
        }
    }
}
