use serde_json::json;

use super::rules::MOST_ENDED;
use super::*;

fn facts(path: &'static str) -> Facts<'static> {
    Facts::new("records.insert", "POST", path, "", b"").module("Leads")
}

fn names() -> Names {
    Names {
        operations: vec!["records.insert", "records.list"],
        modules: vec!["Leads".into(), "Deals".into()],
    }
}

#[test]
fn rules_fire_when_they_say() {
    let clock = Clock::fixed(1_000);
    for (rule, expected) in [
        (json!({"effect": {"error": "INTERNAL_ERROR"}}), "xxxxxx"),
        (
            json!({"match": {"nth": 2}, "effect": {"error": "INTERNAL_ERROR"}}),
            ".x....",
        ),
        (
            json!({"match": {"nth": [1, 4]}, "effect": {"status": 503}}),
            "x..x..",
        ),
        (json!({"times": 2, "effect": {"status": 503}}), "xx...."),
        (
            json!({"match": {"module": "Deals"}, "effect": {"status": 503}}),
            "......",
        ),
        (
            json!({"match": {"probability": 0}, "effect": {"status": 503}}),
            "......",
        ),
        (
            json!({"match": {"probability": 1}, "effect": {"status": 503}}),
            "xxxxxx",
        ),
    ] {
        let faults = Faults::new(7);
        faults.add(&rule, &names(), &clock).expect("a rule");
        let fired: String = (0..6)
            .map(|_| match faults.hit(&facts("/crm/v8/Leads"), &clock) {
                Some(_) => 'x',
                None => '.',
            })
            .collect();
        assert_eq!(fired, expected, "{rule}");
        let state = faults.get(1, &clock).expect("its state");
        assert_eq!(state.fired, expected.matches('x').count() as u64);
    }
}

#[test]
fn chance_follows_the_seed() {
    let clock = Clock::fixed(0);
    let draw = |seed| -> Vec<bool> {
        let faults = Faults::new(seed);
        let rule =
            json!({"match": {"probability": 0.5}, "effect": {"delay_ms": {"min": 0, "max": 9}}});
        faults.add(&rule, &names(), &clock).expect("a rule");
        (0..64)
            .map(|_| faults.hit(&facts("/"), &clock).is_some())
            .collect()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    let fired = draw(1).iter().filter(|f| **f).count();
    assert!((16..48).contains(&fired), "{fired}");
}

#[test]
fn effects_join_and_rules_end() {
    let clock = Clock::fixed(0);
    let faults = Faults::new(0);
    for rule in [
        json!({"effect": {"delay_ms": 100}}),
        json!({"effect": {"delay_ms": 20, "error": "RECORD_LOCKED"}, "ttl": "PT5S"}),
        json!({"effect": {"status": 500}}),
        json!({"effect": {"record": {"index": [1, 2], "error": "RECORD_LOCKED"}}}),
        json!({"effect": {"connection": "truncate"}}),
    ] {
        faults.add(&rule, &names(), &clock).expect("a rule");
    }
    let hit = faults.hit(&facts("/"), &clock).expect("a hit");
    assert_eq!(hit.rules, [1, 2, 4, 5]);
    assert_eq!(hit.delay, Duration::from_millis(120));
    assert!(matches!(
        hit.answer,
        Some(Planned::Error(Code::RECORD_LOCKED))
    ));
    assert_eq!(hit.record(2), Some(Code::RECORD_LOCKED));
    assert_eq!(hit.record(0), None);
    clock.advance(5).expect("in range");
    let hit = faults.hit(&facts("/"), &clock).expect("a hit");
    assert_eq!(hit.rules, [1, 3, 4, 5]);
    assert!(faults.remove(3) && !faults.remove(3));
    faults.clear();
    assert!(faults.hit(&facts("/"), &clock).is_none());
    let next = faults.add(&json!({"effect": {"status": 500}}), &names(), &clock);
    assert_eq!(next, Ok(6));
}

/// Rules of which no request can be meant.
fn senseless_matches() -> Vec<(Json, &'static str)> {
    vec![
        (
            json!({"match": {"modul": "Leads"}, "effect": {"status": 500}}),
            "unknown field `modul`",
        ),
        (
            json!({"match": {"status": 200}, "effect": {"status": 500}}),
            "no status yet",
        ),
        (
            json!({"match": {"probability": 2}, "effect": {"status": 500}}),
            "between 0 and 1",
        ),
        (
            json!({"match": {"nth": 0}, "effect": {"status": 500}}),
            "counts from 1",
        ),
        (
            json!({"match": {"nth": []}, "effect": {"status": 500}}),
            "counts from 1",
        ),
        (
            json!({"match": {"nth": -1}, "effect": {"status": 500}}),
            "a number from 0 on",
        ),
        (
            json!({"match": {"method": "FOO"}, "effect": {"status": 500}}),
            "the method",
        ),
        (
            json!({"match": {"version": "v9"}, "effect": {"status": 500}}),
            "unknown version \"v9\"",
        ),
    ]
}

/// Rules that would do nothing, or what cannot be done.
fn senseless_effects() -> Vec<(Json, &'static str)> {
    vec![
        (json!([]), "a JSON object"),
        (json!({}), "one of error"),
        (json!({"efect": {}}), "unknown field `efect`"),
        (
            json!({"effect": {"error": "TO_MANY_REQUESTS"}}),
            "did you mean \"TOO_MANY_REQUESTS\"?",
        ),
        (
            json!({"effect": {"error": "X", "status": 500}}),
            "unknown error",
        ),
        (
            json!({"effect": {"error": "INTERNAL_ERROR", "status": 500}}),
            "exclude each other",
        ),
        (json!({"effect": {"body": {}}}), "one of error"),
        (
            json!({"effect": {"delay_ms": 1, "body": {}}}),
            "need a status",
        ),
        (json!({"effect": {"status": 99}}), "between 200 and 599"),
        (json!({"effect": {"delay_ms": -1}}), "up to an hour"),
        (
            json!({"effect": {"delay_ms": {"min": 5, "max": 1}}}),
            "up to an hour",
        ),
        (
            json!({"effect": {"connection": "cut"}}),
            "unknown variant `cut`",
        ),
        (
            json!({"effect": {"record": {"index": 0}}}),
            "missing field `error`",
        ),
        (json!({"effect": {"status": 500}, "ttl": "soon"}), "ttl is"),
        (json!({"effect": {"status": 500}, "ttl": -1}), "ttl is"),
        (json!({"effect": {"status": 500}, "times": 0}), "at least 1"),
        (json!({"effect": {"status": 500}, "ttl": 0}), "ttl is"),
        (
            json!({"effect": {"status": 204, "body": "x"}}),
            "has no body",
        ),
        (
            json!({"effect": {"status": 500, "headers": {"a\r\nb": "c"}}}),
            "cannot be sent",
        ),
        (
            json!({"effect": {"status": 500, "headers": {"Content-Length": "9"}}}),
            "cannot be sent",
        ),
        (json!({"effect": {"delay_ms": {"min": 1}}}), "delay_ms is"),
    ]
}

#[test]
fn what_makes_no_sense_is_refused() {
    let clock = Clock::fixed(0);
    let faults = Faults::new(0);
    let rules = senseless_effects().into_iter().chain(senseless_matches());
    for (rule, part) in rules {
        let refused = faults.add(&rule, &names(), &clock).expect_err("refused");
        assert!(refused.contains(part), "{rule}: {refused}");
    }
    assert!(faults.list(&clock).is_empty());
}

/// Whatever becomes of rules, requests are told rightly whether any may fire.
#[test]
fn requests_know_whether_there_are_rules() {
    let clock = Clock::fixed(0);
    let faults = Faults::new(0);
    let told = |expected: bool| {
        assert_eq!(faults.rules.may_fire(), expected);
        assert_eq!(faults.rules.read().live.is_empty(), !expected);
    };
    let rule = json!({"times": 1, "effect": {"status": 500}});
    let add = || faults.add(&rule, &names(), &clock).expect("a rule");
    told(false);
    let first = add();
    told(true);
    assert!(faults.hit(&facts("/"), &clock).is_some());
    told(false);
    faults.take_back(&[first], &clock);
    told(true);
    assert!(faults.remove(first));
    told(false);
    add();
    add();
    faults.clear();
    told(false);
    add();
    told(true);
}

/// What has ended is shown, but requests do not walk past it.
#[test]
fn rules_that_have_ended_are_out_of_the_way() {
    let clock = Clock::fixed(0);
    let faults = Faults::new(0);
    let add = |rule: Json| faults.add(&rule, &names(), &clock).expect("a rule");
    let spent = add(json!({"times": 1, "effect": {"delay_ms": 1}}));
    let expired = add(json!({"ttl": 5, "effect": {"delay_ms": 1}}));
    assert!(faults.hit(&facts("/"), &clock).is_some());
    clock.advance(5).expect("in range");
    assert!(faults.hit(&facts("/"), &clock).is_none());
    assert!(faults.rules.read().live.is_empty());
    for id in [spent, expired] {
        let shown = faults.get(id, &clock).expect("it is shown");
        assert_eq!((shown.fired, shown.active), (1, false));
    }
    // one that had nothing to do after all fires again
    faults.take_back(&[spent], &clock);
    assert!(faults.hit(&facts("/"), &clock).is_some());
    for _ in 0..MOST_ENDED + 10 {
        add(json!({"times": 1, "effect": {"delay_ms": 1}}));
        assert!(faults.hit(&facts("/"), &clock).is_some());
    }
    let rules = faults.rules.read();
    assert_eq!((rules.live.len(), rules.ended.len()), (0, MOST_ENDED));
    drop(rules);
    assert_eq!(faults.fired(), 1_012);
}
