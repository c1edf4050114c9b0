//! Every way of asking for records against an evaluator that knows nothing of the library.
//!
//! Random records, random expressions: each expression is written as a criteria, as COQL and as a
//! list of conditions, and each time the ids must be those that the plain evaluator below finds
//! by looking at the JSON. Between the questions records are changed and deleted, so that indexes
//! answer which have to be kept up.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rand::rngs::ChaCha12Rng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::value::time;
use zoho_crm_mock::world::World;

use crate::support::send;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Type {
    Text,
    Picklist,
    Multi,
    Number,
    Flag,
    Date,
    Moment,
    Lookup,
    User,
}

#[rustfmt::skip]
const FIELDS: [(&str, Type); 11] = [
    ("Last_Name", Type::Text), ("City", Type::Text), ("Color", Type::Picklist),
    ("Languages", Type::Multi), ("Number_1", Type::Number), ("Budget", Type::Number),
    ("Is_Vip", Type::Flag), ("Birth_Date", Type::Date), ("Next_Call", Type::Moment),
    ("Related_Contact", Type::Lookup), ("Owner", Type::User),
];

const TEXTS: [&str; 12] = [
    "Austin",
    "AUSTIN",
    "Boston",
    "Zürich",
    "zürich",
    "San José",
    "Burns,B",
    "a(b)c",
    "Bo",
    "in",
    "Austin Nord",
    "x\\y",
];
const COLORS: [&str; 3] = ["Red", "Green", "Blue"];
const LANGUAGES: [&str; 3] = ["English", "German", "French"];
const DATES: [&str; 5] = [
    "1980-01-15",
    "1985-05-20",
    "1990-09-10",
    "1999-12-31",
    "2000-02-29",
];
const MOMENTS: [&str; 5] = [
    "2026-12-01T10:00:00+00:00",
    "2026-12-01T12:00:00+02:00",
    "2026-12-02T00:00:00+05:30",
    "2026-12-03T23:59:59+00:00",
    "2026-12-04T10:00:00-08:00",
];
const CONTACTS: [&str; 3] = [
    "5725767000000510001",
    "5725767000000510002",
    "5725767000000510003",
];
const USERS: [&str; 3] = [
    "5725767000000411001",
    "5725767000000411002",
    "5725767000000411003",
];

fn pick<'l>(rng: &mut ChaCha12Rng, list: &[&'l str]) -> &'l str {
    list[rng.random_range(0..list.len())]
}

/// A value of a field, or none.
fn value(rng: &mut ChaCha12Rng, field: &str, kind: Type) -> Json {
    let may_be_empty = !matches!(field, "Last_Name" | "Owner" | "Is_Vip");
    if may_be_empty && rng.random_range(0..5) == 0 {
        return Json::Null;
    }
    match kind {
        Type::Text => pick(rng, &TEXTS).into(),
        Type::Picklist => pick(rng, &COLORS).into(),
        Type::Multi => {
            let from = rng.random_range(0..3);
            LANGUAGES[from..rng.random_range(from + 1..=3)]
                .to_vec()
                .into()
        }
        Type::Number if field == "Budget" => (f64::from(rng.random_range(-4..20)) / 4.0).into(),
        Type::Number => rng.random_range(-3..20).into(),
        Type::Flag => rng.random_bool(0.5).into(),
        Type::Date => pick(rng, &DATES).into(),
        Type::Moment => pick(rng, &MOMENTS).into(),
        Type::Lookup => pick(rng, &CONTACTS).into(),
        Type::User => pick(rng, &USERS).into(),
    }
}

fn record(rng: &mut ChaCha12Rng) -> Map<String, Json> {
    FIELDS
        .iter()
        .map(|(field, kind)| ((*field).to_owned(), value(rng, field, *kind)))
        .collect()
}

fn seed(leads: &BTreeMap<u64, Map<String, Json>>) -> Json {
    let leads: Vec<Json> = leads
        .iter()
        .map(|(id, lead)| {
            let mut lead = lead.clone();
            lead.insert("id".into(), id.to_string().into());
            lead.retain(|_, value| !value.is_null());
            Json::Object(lead)
        })
        .collect();
    let users: Vec<Json> = USERS
        .iter()
        .zip(1..)
        .map(|(id, n)| {
            json!({"id": id, "last_name": format!("User {n}"), "email": format!("u{n}@example.com"),
                   "current": n == 1, "time_zone": "UTC"})
        })
        .collect();
    let contacts = CONTACTS.iter().zip(1..);
    let contacts: Vec<Json> = contacts
        .map(|(id, n)| json!({"id": id, "Last_Name": format!("Contact {n}")}))
        .collect();
    json!({
        "org": {"id_prefix": "5725767", "time_zone": "UTC"},
        "users": users,
        "fields": {"Leads": [
            {"api_name": "Color", "field_label": "Color", "data_type": "picklist", "pick_list": COLORS},
            {"api_name": "Languages", "field_label": "Languages", "data_type": "multiselectpicklist", "pick_list": LANGUAGES},
            {"api_name": "Number_1", "field_label": "Number 1", "data_type": "integer", "length": 9},
            {"api_name": "Budget", "field_label": "Budget", "data_type": "currency", "length": 16, "decimal_place": 2},
            {"api_name": "Is_Vip", "field_label": "Is Vip", "data_type": "boolean"},
            {"api_name": "Birth_Date", "field_label": "Birth Date", "data_type": "date"},
            {"api_name": "Next_Call", "field_label": "Next Call", "data_type": "datetime"},
            {"api_name": "Related_Contact", "field_label": "Related Contact", "data_type": "lookup", "lookup": {"module": "Contacts"}},
        ]},
        "Contacts": contacts,
        "Leads": leads,
    })
}

// ---- expressions and their plain evaluation ------------------------------------------------

#[derive(Clone, Copy, Debug, PartialEq)]
enum Op {
    /// The whole value.
    Is,
    /// One of several.
    In,
    /// A part of a text.
    Part,
    /// The beginning of a text.
    Begin,
    /// The end of a text.
    End,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Between,
    Empty,
}

#[derive(Clone, Debug)]
enum Node {
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Leaf {
        field: usize,
        op: Op,
        not: bool,
        values: Vec<String>,
    },
}

/// How a language is written, and what it can say.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Language {
    Criteria,
    Coql,
    Conditions,
}

fn leaf(rng: &mut ChaCha12Rng, language: Language) -> Node {
    loop {
        let field = rng.random_range(0..FIELDS.len());
        let (name, kind) = FIELDS[field];
        let ops = [
            Op::Is,
            Op::In,
            Op::Part,
            Op::Begin,
            Op::End,
            Op::Less,
            Op::LessEqual,
            Op::Greater,
            Op::GreaterEqual,
            Op::Between,
            Op::Empty,
        ];
        let op = ops[rng.random_range(0..ops.len())];
        let not = rng.random_bool(0.3);
        if !can_say(language, kind, op, not) {
            continue;
        }
        let amount = match op {
            Op::Empty => 0,
            Op::In => rng.random_range(1..4),
            Op::Between => 2,
            _ => 1,
        };
        let values = (0..amount).map(|_| {
            loop {
                let value = match (kind, value(rng, name, kind)) {
                    (_, Json::Null) => continue,
                    (Type::Multi, Json::Array(list)) => list[0].as_str().expect("text").to_owned(),
                    (_, Json::String(text)) => text,
                    (_, other) => other.to_string(),
                };
                // a part of a text, and any case
                let chars: Vec<char> = value.chars().collect();
                let part = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
                let middle = chars.len().div_ceil(2);
                break match op {
                    Op::Begin => part(0, middle),
                    Op::End => part(chars.len() - middle, chars.len()),
                    Op::Part => part(chars.len() / 4, chars.len() / 4 + middle),
                    _ if kind == Type::Text && rng.random_bool(0.3) => value.to_uppercase(),
                    _ => value,
                };
            }
        });
        let values = values.collect();
        return Node::Leaf {
            field,
            op,
            not,
            values,
        };
    }
}

fn can_say(language: Language, kind: Type, op: Op, not: bool) -> bool {
    let texts = matches!(kind, Type::Text | Type::Picklist | Type::Multi);
    let ordered = matches!(kind, Type::Number | Type::Date | Type::Moment);
    let range = matches!(
        op,
        Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual | Op::Between
    );
    match language {
        // `equals` on a text is about its parts there
        Language::Criteria => match op {
            Op::Is => kind != Type::Text,
            Op::Part => kind == Type::Text,
            Op::In => !not && kind != Type::Flag,
            Op::Begin => !not && matches!(kind, Type::Text | Type::Multi),
            Op::End => false,
            Op::Empty => true,
            _ => !not && ordered,
        },
        Language::Coql => match op {
            Op::Is => !(kind == Type::Flag && not) && kind != Type::Multi,
            Op::In | Op::Empty => kind != Type::Flag,
            Op::Part => texts,
            Op::Begin | Op::End => texts && !not,
            Op::Between => ordered,
            _ => ordered && !not,
        },
        Language::Conditions => match op {
            Op::Is | Op::In | Op::Empty => true,
            Op::Part | Op::Begin | Op::End => texts || kind == Type::Date,
            Op::Between => ordered || kind == Type::Text,
            _ => range && !not && (ordered || kind == Type::Text),
        },
    }
}

fn node(rng: &mut ChaCha12Rng, language: Language, depth: u32) -> Node {
    // a list of conditions is flat
    if depth == 0 || language == Language::Conditions || rng.random_bool(0.35) {
        return leaf(rng, language);
    }
    let a = Box::new(node(rng, language, depth - 1));
    let b = Box::new(node(rng, language, depth - 1));
    if rng.random_bool(0.5) {
        Node::And(a, b)
    } else {
        Node::Or(a, b)
    }
}

impl Node {
    fn holds(&self, record: &Map<String, Json>) -> bool {
        match self {
            Self::And(a, b) => a.holds(record) && b.holds(record),
            Self::Or(a, b) => a.holds(record) || b.holds(record),
            Self::Leaf {
                field,
                op,
                not,
                values,
            } => {
                let (name, kind) = FIELDS[*field];
                let found = record.get(name).unwrap_or(&Json::Null);
                says(found, kind, *op, values) != *not
            }
        }
    }
}

fn says(found: &Json, kind: Type, op: Op, values: &[String]) -> bool {
    let items: Vec<&Json> = match found {
        Json::Null => Vec::new(),
        Json::Array(items) => items.iter().collect(),
        other => vec![other],
    };
    let lower = |text: &str| text.to_lowercase();
    let text = |item: &Json| lower(item.as_str().unwrap_or(&item.to_string()));
    let any = |test: &dyn Fn(&Json) -> bool| items.iter().any(|item| test(item));
    match op {
        Op::Empty => items.is_empty(),
        Op::Is | Op::In => values
            .iter()
            .any(|value| any(&|item| order(item, value, kind).is_eq())),
        Op::Part => any(&|item| text(item).contains(&lower(&values[0]))),
        Op::Begin => any(&|item| text(item).starts_with(&lower(&values[0]))),
        Op::End => any(&|item| text(item).ends_with(&lower(&values[0]))),
        Op::Less => any(&|item| order(item, &values[0], kind).is_lt()),
        Op::LessEqual => any(&|item| order(item, &values[0], kind).is_le()),
        Op::Greater => any(&|item| order(item, &values[0], kind).is_gt()),
        Op::GreaterEqual => any(&|item| order(item, &values[0], kind).is_ge()),
        Op::Between => any(&|item| {
            order(item, &values[0], kind).is_ge() && order(item, &values[1], kind).is_le()
        }),
    }
}

/// How a value of a record compares with a literal.
fn order(item: &Json, value: &str, kind: Type) -> Ordering {
    match kind {
        Type::Number => {
            let number = item.as_f64().expect("a number");
            number.total_cmp(&value.parse().expect("a number"))
        }
        Type::Moment => {
            let instant = |text: &str| time::parse_datetime(text).expect("a time");
            instant(item.as_str().expect("text")).cmp(&instant(value))
        }
        Type::Flag => item.to_string().as_str().cmp(value),
        _ => {
            let text = item.as_str().expect("text").to_lowercase();
            text.cmp(&value.to_lowercase())
        }
    }
}

// ---- the languages -------------------------------------------------------------------------

fn criteria(node: &Node) -> String {
    let escaped = |value: &String| {
        let mut text = String::new();
        for c in value.chars() {
            if matches!(c, '(' | ')' | ',' | '\\') {
                text.push('\\');
            }
            text.push(c);
        }
        text
    };
    match node {
        Node::And(a, b) => format!("({}and{})", criteria(a), criteria(b)),
        Node::Or(a, b) => format!("({}or{})", criteria(a), criteria(b)),
        Node::Leaf {
            field,
            op,
            not,
            values,
        } => {
            let word = match (op, not) {
                (Op::Is | Op::Part | Op::Empty, false) => "equals",
                (Op::Is | Op::Part | Op::Empty, true) => "not_equal",
                (Op::In, _) => "in",
                (Op::Begin, _) => "starts_with",
                (Op::Less, _) => "less_than",
                (Op::LessEqual, _) => "less_equal",
                (Op::Greater, _) => "greater_than",
                (Op::GreaterEqual, _) => "greater_equal",
                (Op::Between, _) => "between",
                (Op::End, _) => unreachable!("no criteria says so"),
            };
            let values: Vec<String> = values.iter().map(escaped).collect();
            let values = if *op == Op::Empty {
                "null".into()
            } else {
                values.join(",")
            };
            format!("({}:{word}:{values})", FIELDS[*field].0)
        }
    }
}

fn coql(node: &Node) -> String {
    let quoted = |value: &String| format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
    match node {
        Node::And(a, b) => format!("({} and {})", coql(a), coql(b)),
        Node::Or(a, b) => format!("({} or {})", coql(a), coql(b)),
        Node::Leaf {
            field,
            op,
            not,
            values,
        } => {
            let one = || quoted(&values[0]);
            let like = |pattern: String| {
                format!(
                    "{}like {}",
                    if *not { "not " } else { "" },
                    quoted(&pattern)
                )
            };
            let comparison = match op {
                Op::Is => format!("{} {}", if *not { "!=" } else { "=" }, one()),
                Op::In => {
                    let values: Vec<String> = values.iter().map(quoted).collect();
                    format!(
                        "{}in ({})",
                        if *not { "not " } else { "" },
                        values.join(", ")
                    )
                }
                Op::Part => like(format!("%{}%", values[0])),
                Op::Begin => like(format!("{}%", values[0])),
                Op::End => like(format!("%{}", values[0])),
                Op::Less => format!("< {}", one()),
                Op::LessEqual => format!("<= {}", one()),
                Op::Greater => format!("> {}", one()),
                Op::GreaterEqual => format!(">= {}", one()),
                Op::Between => {
                    let not = if *not { "not " } else { "" };
                    format!("{not}between {} and {}", one(), quoted(&values[1]))
                }
                Op::Empty => format!("is {}null", if *not { "not " } else { "" }),
            };
            format!("{} {comparison}", FIELDS[*field].0)
        }
    }
}

fn conditions(node: &Node) -> Json {
    let Node::Leaf {
        field,
        op,
        not,
        values,
    } = node
    else {
        unreachable!("a list of conditions is flat");
    };
    let word = match op {
        Op::Is => "equals",
        Op::In => "in",
        Op::Part => "contains",
        Op::Begin => "starts_with",
        Op::End => "ends_with",
        Op::Less => "less_than",
        Op::LessEqual => "less_equal",
        Op::Greater => "greater_than",
        Op::GreaterEqual => "greater_equal",
        Op::Between => "between",
        Op::Empty => "is_empty",
    };
    let word = match (op, not) {
        (Op::Empty, true) => "is_not_empty".to_owned(),
        (_, true) if word == "equals" => "not_equals".to_owned(),
        (_, true) => format!("not_{word}"),
        (_, false) => word.to_owned(),
    };
    let value: Json = match op {
        Op::In | Op::Between => values.clone().into(),
        Op::Empty => Json::Null,
        _ => values[0].clone().into(),
    };
    json!({"field_name": FIELDS[*field].0, "condition": word, "field_value": value})
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Ids of an answer.
fn ids(body: &Json) -> Vec<u64> {
    let records = body["data"].as_array();
    let ids = records.into_iter().flatten().map(|record| &record["id"]);
    ids.map(|id| id.as_str().expect("an id").parse().expect("a number"))
        .collect()
}

/// Asks in one language, and checks the first page and the number.
fn check(
    world: &World,
    leads: &BTreeMap<u64, Map<String, Json>>,
    rng: &mut ChaCha12Rng,
    language: Language,
) {
    const PAGE: usize = 200;
    let asked = node(rng, language, 3);
    let matching = leads
        .iter()
        .filter(|(_, lead)| asked.holds(lead))
        .map(|(id, _)| *id);
    let mut expected: Vec<u64> = matching.collect();
    let total = expected.len();
    let (text, status, body) = match language {
        Language::Criteria => {
            expected.reverse();
            let text = criteria(&asked);
            let query = encoded(&text);
            let (_, counted) = send(
                world,
                "GET",
                &format!("/crm/v8/Leads/actions/count?criteria={query}"),
                None,
            );
            assert_eq!(counted["count"], total, "{text}");
            let target = format!("/crm/v8/Leads/search?fields=id&criteria={query}");
            let (status, body) = send(world, "GET", &target, None);
            (text, status, body)
        }
        Language::Coql => {
            // any column to sort by, ties by id
            let (sort, _) = FIELDS[rng.random_range(0..3)];
            let descending = rng.random_bool(0.5);
            let key = |id: &u64| {
                let value = leads[id].get(sort).and_then(Json::as_str);
                value.map(str::to_lowercase)
            };
            expected.sort_by(|a, b| {
                let order = key(a).cmp(&key(b)).then(a.cmp(b));
                if descending { order.reverse() } else { order }
            });
            let direction = if descending { "desc" } else { "asc" };
            let text = format!(
                "select id from Leads where {} order by {sort} {direction} limit {PAGE}",
                coql(&asked)
            );
            let body = json!({"select_query": text});
            let (status, body) = send(world, "POST", "/crm/v8/coql", Some(&body));
            (text, status, body)
        }
        Language::Conditions => {
            expected.reverse();
            let list = conditions(&asked);
            let input = json!({"module_name": "Leads", "fields": ["id"], "per_page": PAGE,
                "query": {"criteria_list": [list]}});
            let target = "/operations/search_records";
            let (status, body) = send(world, "POST", target, Some(&input));
            (input.to_string(), status, body)
        }
    };
    assert!(matches!(status, 200 | 204), "{text}: {body}");
    expected.truncate(PAGE);
    assert_eq!(ids(&body), expected, "{text}");
}

/// Changes, adds or deletes a record, here and there.
fn write(world: &World, leads: &mut BTreeMap<u64, Map<String, Json>>, rng: &mut ChaCha12Rng) {
    let keys: Vec<u64> = leads.keys().copied().collect();
    let id = keys[rng.random_range(0..keys.len())];
    match rng.random_range(0..4) {
        0 => {
            let (status, _) = send(world, "DELETE", &format!("/crm/v8/Leads/{id}"), None);
            assert_eq!(status, 200);
            leads.remove(&id);
        }
        1 => {
            let new = record(rng);
            let body = json!({"data": [new]});
            let (status, body) = send(world, "POST", "/crm/v8/Leads", Some(&body));
            assert_eq!(status, 201, "{body}");
            let id = body["data"][0]["details"]["id"].as_str().expect("an id");
            leads.insert(id.parse().expect("a number"), new);
        }
        _ => {
            let (name, kind) = FIELDS[rng.random_range(0..FIELDS.len())];
            let new = value(rng, name, kind);
            let body = json!({"data": [{name: new}]});
            let (status, body) = send(world, "PUT", &format!("/crm/v8/Leads/{id}"), Some(&body));
            assert_eq!(status, 200, "{body}");
            let lead = leads.get_mut(&id).expect("the lead");
            lead.insert(name.to_owned(), new);
        }
    }
}

fn world(rng: &mut ChaCha12Rng, count: u64) -> (World, BTreeMap<u64, Map<String, Json>>) {
    let leads: BTreeMap<u64, Map<String, Json>> = (0..count)
        .map(|n| (5_725_767_000_000_600_000 + n, record(rng)))
        .collect();
    let world = Builder::default()
        .seed_json(&seed(&leads))
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed");
    (world, leads)
}

const LANGUAGES_OF_QUERIES: [Language; 3] =
    [Language::Criteria, Language::Coql, Language::Conditions];

/// 20,000 questions to small orgs.
#[test]
fn no_difference_to_a_plain_evaluator() {
    let mut rng = ChaCha12Rng::seed_from_u64(5);
    for _ in 0..100 {
        let (world, mut leads) = world(&mut rng, 40);
        for n in 0..200 {
            check(&world, &leads, &mut rng, LANGUAGES_OF_QUERIES[n % 3]);
            if n % 10 == 0 {
                write(&world, &mut leads, &mut rng);
            }
        }
    }
}

/// Questions to an org that is large enough for every index to be used, and changed.
#[test]
fn no_difference_where_indexes_answer() {
    let mut rng = ChaCha12Rng::seed_from_u64(6);
    let (world, mut leads) = world(&mut rng, 6_000);
    for n in 0..450 {
        check(&world, &leads, &mut rng, LANGUAGES_OF_QUERIES[n % 3]);
        if n % 3 == 0 {
            write(&world, &mut leads, &mut rng);
        }
    }
    // more writes than an index leaves to be looked at one by one
    for _ in 0..1_500 {
        write(&world, &mut leads, &mut rng);
    }
    for n in 0..150 {
        check(&world, &leads, &mut rng, LANGUAGES_OF_QUERIES[n % 3]);
    }
}

// ---- the table of questions ----------------------------------------------------------------

/// `tests/queries/leads.txt`, each line under every version that it names.
#[test]
fn the_table_of_questions() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(root.join("tests/queries/leads.txt")).expect("the table");
    let seed = root.join("tests/scenarios/seeds/basic.json");
    let world = Builder::default()
        .seed(seed.to_str().expect("a path"))
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed");
    let mut wrong = Vec::new();
    let mut lines = 0;
    for line in table.lines().filter(|line| !line.starts_with(';')) {
        let mut parts = line.split(" | ");
        let mut part = || parts.next().unwrap_or_default().trim();
        let (head, question, answer) = (part(), part(), part());
        let (language, versions) = head.split_once(' ').expect("a language and versions");
        let versions = match versions {
            "all" => zoho_crm_mock::version::Versions::ALL,
            range => zoho_crm_mock::version::Versions::parse(range).expect("versions"),
        };
        lines += 1;
        for version in zoho_crm_mock::version::ApiVersion::ALL {
            if !versions.contains(version) {
                continue;
            }
            let (status, body) = if language == "criteria" {
                let query = encoded(question);
                let target = format!("/crm/{version}/Leads/search?fields=id&criteria={query}");
                send(&world, "GET", &target, None)
            } else {
                let query = format!("select id from Leads where {question} order by id desc");
                let body = json!({"select_query": query});
                send(&world, "POST", &format!("/crm/{version}/coql"), Some(&body))
            };
            let got = match body["code"].as_str() {
                Some(code) => format!("!{code} {} {}", body["message"], body["details"]),
                None => {
                    let digits: Vec<String> =
                        ids(&body).iter().map(|id| (id % 10).to_string()).collect();
                    digits.join(" ")
                }
            };
            let fits = match answer.strip_prefix('!') {
                None => got == answer && matches!(status, 200 | 204),
                Some(error) => {
                    let (code, words) = error.split_once(' ').unwrap_or((error, ""));
                    status == 400 && got.starts_with(&format!("!{code} ")) && got.contains(words)
                }
            };
            if !fits {
                wrong.push(format!("{version} {line}\n    got {got}"));
            }
        }
    }
    assert!(lines >= 250, "{lines} lines");
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
