//! What is said of a wrong input is what the crate `jsonschema` finds by the schema that the platform
//! lists, in the platform's words, in the same order and number.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::world::World;

use super::{input, name, operations, post};

const PREFIX: &str = "Connector input validation failed. Schema validation errors";

/// The operations: name, schema of the input, and what the crate makes of it.
static SCHEMAS: LazyLock<Vec<(String, Json, Validator)>> = LazyLock::new(|| {
    let all = operations();
    let schema = |operation: &Json| {
        let schema = operation["inputSchema"].clone();
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        (name(operation).to_owned(), schema, validator)
    };
    all.iter().map(schema).collect()
});

/// What is to be said of an input; none if nothing is wrong with it.
fn expected(validator: &Validator, input: &Json) -> Option<String> {
    let errors = validator.iter_errors(input).zip(1..);
    let errors: Vec<String> = errors
        .map(|(error, n)| {
            let error = innermost(&error);
            format!("{n} - #{}: {}", error.instance_path(), reason(error))
        })
        .collect();
    (!errors.is_empty()).then(|| format!("{PREFIX}: [ {} ]", errors.join(", ")))
}

fn innermost<'e, 'i>(error: &'e ValidationError<'i>) -> &'e ValidationError<'i>
where
    'static: 'i,
{
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return error;
    };
    let firsts = context.iter().filter_map(|errors| errors.first());
    let deepest = firsts.map(innermost).max_by_key(|error| {
        let typed = matches!(error.kind(), ValidationErrorKind::Type { .. });
        (error.instance_path().iter().count(), !typed)
    });
    deepest.unwrap_or(error)
}

fn reason(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            format!("required key [{key}] not found")
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let keys = unexpected.join(", ");
            format!("extraneous key [{keys}] is not permitted")
        }
        ValidationErrorKind::Type { kind } => {
            let expected = match kind {
                TypeKind::Single(kind) => capitalised(&kind.to_string()),
                TypeKind::Multiple(kinds) => {
                    let kinds = kinds.iter().map(|kind| capitalised(&kind.to_string()));
                    kinds.collect::<Vec<_>>().join(" or ")
                }
            };
            let found = match error.instance().as_ref() {
                Json::Null => "Null",
                Json::Bool(_) => "Boolean",
                Json::Number(_) => "Number",
                Json::String(_) => "String",
                Json::Array(_) => "Array",
                Json::Object(_) => "Object",
            };
            format!("expected type: {expected}, found: {found}")
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            "only one of several keys is permitted".to_owned()
        }
        _ if error.instance().to_string().len() > 60 => error.masked().to_string(),
        _ => error.to_string(),
    }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}

/// Sends inputs to an operation; gives those of which something else is said than expected, and how
/// many were wrong.
fn differing(operation: &str, validator: &Validator, inputs: &[Json]) -> (Vec<String>, usize) {
    static WORLD: LazyLock<World> =
        LazyLock::new(|| Builder::default().empty().build_world().expect("a world"));
    let mut wrong = 0;
    let mut differing = Vec::new();
    for input in inputs {
        let expected = expected(validator, input);
        wrong += usize::from(expected.is_some());
        let path = format!("/operations/{operation}");
        let (status, body) = post(&WORLD, "POST", &path, input);
        let message = body["message"].as_str();
        let said = message.filter(|said| said.starts_with(PREFIX));
        if said != expected.as_deref() || status >= 500 || said.is_some() && status != 400 {
            differing.push(format!(
                "{operation} {input}: {status} {said:?}\n not {expected:?}"
            ));
        }
    }
    (differing, wrong)
}

/// Values that are at the edge of what some schema takes, or beyond it.
fn odd_values() -> Vec<Json> {
    let long = "x".repeat(58);
    let nested = (0..100).fold(json!(1), |inner, n| match n % 2 {
        0 => json!([inner]),
        _ => json!({"a": inner}),
    });
    let texts = [
        "",
        " ",
        "\u{a0}\u{feff}",
        "\u{85}",
        "0",
        "1",
        "007",
        " 12 ",
        "\u{feff}12\u{2003}",
        "\u{85}12",
        "12\n",
        "1 2",
        "１２",
        "٣",
        "999999999",
        "0999999999",
        "1000000000",
        "-1",
        "-1.5",
        "1.",
        ".5",
        "1.5.2",
        "--1",
        "true",
        "TRUE",
        "both",
        "asc",
        "any",
        "equals",
        "workflow",
        "é\"\\/\u{1}",
        &long,
        &format!("{long}x"),
    ];
    let numbers = json!([
        0,
        1,
        2.0,
        0.5,
        -1,
        -0.0,
        999_999_999,
        999_999_999.5,
        1_000_000_000,
        u64::MAX,
        i64::MIN,
        1e300,
        3872984000000321001_u64,
    ]);
    let others = json!([
        null, true, false, [], {}, [[]], [{}], [null, 1, "x"], {"no": ["such", "value"]},
        {"field": "Last_Name", "value": 1}, {"name": "Last_Name", "value": null},
        {"field": "a", "name": "b", "value": 1}, {"value": 1}, {"field": " ", "x": 1, "y/z~": 2},
        [{"field": "a", "value": 1}, {"field": "", "value": 1}, 5],
        [[{"field": "a"}], {"record_id": "1"}, {"properties2": []}, [], "x"],
        {"record_id": "x", "properties2": [{}]}, {"Account": {}, "account": 1, "amount": "x"},
    ]);
    let list = |json: Json| json.as_array().cloned().unwrap_or_default();
    let texts = texts.into_iter().map(Json::from);
    texts
        .chain(list(numbers))
        .chain(list(others))
        .chain([nested])
        .collect()
}

/// A value with something else at each of its places, one at a time.
fn variants(value: &Json, odd: &[Json]) -> Vec<Json> {
    let mut all = odd.to_vec();
    match value {
        Json::Object(members) => {
            for (key, inner) in members {
                let mut less = members.clone();
                less.remove(key);
                all.push(less.into());
                for inner in variants(inner, odd) {
                    let mut other = members.clone();
                    other[key] = inner;
                    all.push(other.into());
                }
            }
            for extra in ["zzz", "a/b~c", "Zeta", "name", "match"] {
                let mut more = members.clone();
                more.insert(extra.to_owned(), json!("any"));
                all.push(more.into());
            }
        }
        Json::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                for inner in variants(inner, odd) {
                    let mut other = items.clone();
                    other[at] = inner;
                    all.push(other.into());
                }
            }
        }
        _ => {}
    }
    all
}

/// An input with every key that the schema names.
fn whole(schema: &Json) -> Json {
    if let Some(one) = schema.get("anyOf").and_then(|all| all.get(0)) {
        return whole(one);
    }
    if let Some(words) = schema.get("enum") {
        return words[0].clone();
    }
    let types = &schema["type"];
    if types == "object" {
        let members = schema["properties"].as_object().expect("members");
        let mut made: Map<String, Json> =
            members.iter().map(|(k, v)| (k.clone(), whole(v))).collect();
        if schema.get("oneOf").is_some() {
            made.remove("name");
        }
        return made.into();
    }
    match types.as_str() {
        Some("array") => json!([whole(&schema["items"])]),
        _ => json!("1"),
    }
}

#[test]
fn at_every_place_errors_are_those_of_the_schema() {
    let odd = odd_values();
    let (mut all, mut wrong, mut bad) = (0, 0, Vec::new());
    for (operation, schema, validator) in SCHEMAS.iter() {
        let good = whole(schema);
        assert_eq!(expected(validator, &good), None, "{operation} {good}");
        for base in [good, input(operation)] {
            let mut inputs = variants(&base, &odd);
            // others are refused before
            inputs.retain(Json::is_object);
            let (differing, faulty) = differing(operation, validator, &inputs);
            all += inputs.len();
            wrong += faulty;
            bad.extend(differing);
        }
    }
    assert!(
        bad.is_empty(),
        "{}:\n{}",
        bad.len(),
        bad[..bad.len().min(5)].join("\n")
    );
    assert!(wrong > 1_000 && all > wrong, "{wrong} of {all}");
}

/// Values that a schema takes, or almost.
fn near(schema: &Json) -> BoxedStrategy<Json> {
    let odd = prop::sample::select(odd_values());
    if let Some(alternatives) = schema.get("anyOf").and_then(Json::as_array) {
        let near = alternatives.iter().map(near);
        return prop_oneof![9 => prop::strategy::Union::new(near), 1 => odd].boxed();
    }
    if let Some(members) = schema.get("properties").and_then(Json::as_object) {
        let mut members: Vec<_> = members.iter().map(|(k, v)| (k.clone(), near(v))).collect();
        for stranger in ["zzz", "Stage", "a/b~c"] {
            members.push((stranger.to_owned(), odd.clone().boxed()));
        }
        let all = members.len();
        let some = prop::sample::subsequence(members, 0..=all).prop_shuffle();
        let object = some.prop_flat_map(|members| {
            let (keys, values): (Vec<String>, Vec<_>) = members.into_iter().unzip();
            values.prop_map(move |values| {
                let members = keys.iter().cloned().zip(values);
                Json::Object(members.collect())
            })
        });
        return prop_oneof![9 => object, 1 => odd].boxed();
    }
    if let Some(items) = schema.get("items") {
        let list = prop::collection::vec(near(items), 0..4).prop_map(Json::from);
        return prop_oneof![9 => list, 1 => odd].boxed();
    }
    match schema.get("enum").and_then(Json::as_array) {
        Some(words) => prop_oneof![prop::sample::select(words.clone()), odd].boxed(),
        None => odd.boxed(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sent_errors_are_those_of_the_schema(
        (at, input) in (0..SCHEMAS.len()).prop_flat_map(|at| (Just(at), near(&SCHEMAS[at].1))),
    ) {
        prop_assume!(input.is_object());
        let (operation, _, validator) = &SCHEMAS[at];
        let (differing, _) = differing(operation, validator, &[input]);
        prop_assert!(differing.is_empty(), "{}", differing.join("\n"));
    }
}

/// Forms of texts mean what the regular expressions mean that schemas write.
#[test]
fn patterns_are_those_of_the_schema() {
    let (operation, _, validator) = &SCHEMAS[SCHEMAS
        .iter()
        .position(|it| it.0 == "convert_lead")
        .expect("it")];
    let letters = [
        "", "0", "9", "-", ".", " ", "\n", "\u{85}", "\u{feff}", "A", "a", "É",
    ];
    let pairs = letters
        .iter()
        .flat_map(|a| letters.iter().map(move |b| format!("{a}{b}")));
    let texts: Vec<String> = pairs
        .flat_map(|pair| letters.iter().map(move |c| format!("{pair}{c}")))
        .collect();
    let inputs: Vec<Json> = texts
        .iter()
        .map(|text| json!({"record_id": text, "data": {"deals": {"amount": text, text.as_str(): 1}}}))
        .collect();
    let (bad, wrong) = differing(operation, validator, &inputs);
    assert!(bad.is_empty() && wrong > 100, "{wrong}: {bad:#?}");
}
