//! Reading objects of families.

use serde_json::json;

use super::*;
use crate::seed::{Document, Options, build};
use crate::settings::key::{API_NAME, Default};
use crate::store::Tx;
use crate::version::ApiVersion::{V2, V8};

static ITEM: &[Key] = &[
    Key::word("kind", &["a", "b"]).mandatory().tells_apart(),
    Key::integer("size", 1, 9).mandatory(),
];
/// A family with keys of kinds that no real one has, or has in this way.
static THINGS: Family = Family::new(
    "things",
    "/settings/things",
    &[
        Key::text("name", 5).mandatory().unique(),
        Key::integer("number", -3, 3),
        Key::words("words", &["x", "y"]),
        Key::text("code", 9).matching(&API_NAME).alias("kode"),
        Key::text("colour", 9).forgets(),
        Key::text("fixed", 9).fixed().or(Default::Text("f")),
        Key::text("late", 9).since(V8),
        Key::text("own", 9).read_only(),
        Key::reference("module", ReferenceTarget::Module),
        Key::list("items", ITEM, 2).merges(),
        Key::object("inner", &[Key::list("items", ITEM, 2)]),
        Key::id(),
    ],
);

fn state() -> OrgState {
    let options = Options {
        now: 0,
        rng_seed: 1,
    };
    build(&Document::default(), options).expect("an org")
}

fn read(said: &Json, old: Option<&Setting>, source: Source) -> Result<Setting, Vec<Refusal>> {
    let state = state();
    let reader = Reader {
        family: &THINGS,
        state: &state,
        source,
        module: None,
    };
    reader.read(said.as_object().expect("an object"), old)
}

fn client(said: &Json) -> Setting {
    read(said, None, Source::Client(V8)).expect("a thing")
}

/// What is said, the place of the refusal, and one of its details.
fn refused() -> Vec<(Json, &'static str, &'static str, Json)> {
    vec![
        (
            json!({"number": 4}),
            "number",
            "range",
            json!({"from": -3, "to": 3}),
        ),
        (
            json!({"number": 1.0}),
            "number",
            "expected_data_type",
            json!("integer"),
        ),
        (
            json!({"name": "abcdef"}),
            "name",
            "maximum_length",
            json!(5),
        ),
        (
            json!({"words": "x"}),
            "words",
            "expected_data_type",
            json!("jsonarray"),
        ),
        (
            json!({"words": ["x", "z"]}),
            "words[1]",
            "supported_values",
            json!(["x", "y"]),
        ),
        (
            json!({"words": ["x", "x"]}),
            "words[1]",
            "supported_values",
            json!(["x", "y"]),
        ),
        (json!({"code": "1"}), "code", "regex", json!(API_NAME.regex)),
        (json!({"kode": "1"}), "code", "regex", json!(API_NAME.regex)),
        (
            json!({"items": {}}),
            "items",
            "expected_data_type",
            json!("jsonarray"),
        ),
        (
            json!({"items": [1]}),
            "items[0]",
            "expected_data_type",
            json!("jsonobject"),
        ),
        (
            json!({"items": [{}, {}, {}]}),
            "items",
            "maximum_length",
            json!(2),
        ),
        (
            json!({"inner": []}),
            "inner",
            "expected_data_type",
            json!("jsonobject"),
        ),
        (
            json!({"inner": {"items": [{"kind": "a", "size": 1}, {"kind": "b", "size": "2"}]}}),
            "inner.items[1].size",
            "expected_data_type",
            json!("integer"),
        ),
    ]
}

#[test]
fn a_refusal_has_a_place_and_a_reason() {
    for (said, path, detail, value) in refused() {
        let mut thing = json!({"name": "a"});
        for (key, value) in said.as_object().expect("an object") {
            thing[key] = value.clone();
        }
        let refusals = read(&thing, None, Source::Client(V8)).expect_err("refused");
        let [refusal] = &refusals[..] else {
            panic!("{said}: {refusals:?}")
        };
        assert_eq!(refusal.path, path, "{said}");
        assert_eq!(refusal.detail(detail), Some(&value), "{said}");
    }
}

#[test]
fn everything_that_is_wrong_is_told() {
    let said = json!({"number": "x", "module": "Nowhere", "items": [{"size": 1}]});
    let refusals = read(&said, None, Source::Client(V8)).expect_err("refused");
    let paths: Vec<&str> = refusals.iter().map(|r| r.path.as_str()).collect();
    assert_eq!(paths, ["name", "number", "module", "items[0].kind"]);
}

#[test]
fn keys_that_a_client_may_not_set_are_passed_over() {
    let said = json!({"name": "a", "late": "l", "own": "o", "fixed": "x", "id": "5", "?": 1});
    let kept = |source| read(&said, None, source).expect("a thing").attributes;
    let keys = |source| kept(source).keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(Source::Client(V2)), "name fixed");
    assert_eq!(keys(Source::Client(V8)), "name fixed late");
    assert_eq!(keys(Source::Seed), "name fixed late own");
}

#[test]
fn a_change_keeps_what_it_does_not_speak_of() {
    let old = client(&json!({"name": "a", "number": 2, "colour": "red", "fixed": "x"}));
    let change = |said: Json| read(&said, Some(&old), Source::Client(V8));
    let new = change(json!({"fixed": "y"})).expect("a thing").attributes;
    assert_eq!((&new["number"], &new["fixed"]), (&json!(2), &json!("x")));
    assert_eq!(new["colour"], Json::Null);
    let emptied = change(json!({"number": null})).expect("a thing").attributes;
    assert_eq!(emptied["number"], Json::Null);
    for empty in [json!(null), json!("")] {
        let refusals = change(json!({ "name": empty })).expect_err("refused");
        assert_eq!(refusals[0].code, Code::MANDATORY_NOT_FOUND);
    }
}

#[test]
fn items_are_told_apart_by_their_keys() {
    let old = client(&json!({"name": "a", "items": [{"kind": "a", "size": 1}]}));
    for (said, kept) in [
        (
            json!([{"kind": "a", "size": 2}]),
            json!([{"kind": "a", "size": 2}]),
        ),
        (
            json!([{"kind": "b", "size": 3}]),
            json!([{"kind": "a", "size": 1}, {"kind": "b", "size": 3}]),
        ),
        (json!([{"kind": "a", "_delete": true}]), json!([])),
        (json!([{"kind": "a", "_delete": null}]), json!([])),
        (
            json!([{"kind": "b", "_delete": true}]),
            json!([{"kind": "a", "size": 1}]),
        ),
        (
            json!([{"kind": "a", "size": 4, "_delete": false}]),
            json!([{"kind": "a", "size": 4}]),
        ),
    ] {
        let new = read(&json!({ "items": said }), Some(&old), Source::Client(V8));
        assert_eq!(new.expect("a thing").attributes["items"], kept, "{said}");
    }
    // a new object has nothing to delete
    let said = json!({"name": "b", "items": [{"kind": "a", "_delete": true}]});
    let refusals = read(&said, None, Source::Client(V8)).expect_err("refused");
    assert_eq!(refusals[0].path, "items[0].size");
}

#[test]
fn a_unique_value_is_held_by_one() {
    let mut tx = Tx::new(state(), 0);
    let one = Setting {
        id: Id(7),
        ..client(&json!({"name": "Ab"}))
    };
    tx.put_setting(THINGS.name, one.clone());
    let reader = Reader {
        family: &THINGS,
        state: tx.state(),
        source: Source::Client(V8),
        module: None,
    };
    let said = json!({"name": "aB"});
    let said = said.as_object().expect("an object");
    let refusals = reader.read(said, None).expect_err("taken");
    assert_eq!(refusals[0].code, Code::DUPLICATE_DATA);
    assert!(reader.read(said, Some(&one)).is_ok(), "its own name");
}
