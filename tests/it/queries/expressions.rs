//! Random expressions, of what each language can say.

use rand::RngExt as _;
use rand::rngs::ChaCha12Rng;
use serde_json::Value as Json;

use super::records::{FIELDS, Type, value};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Op {
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
pub(super) enum Node {
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
pub(super) enum Language {
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
            // nobody can ask for what is not empty
            Op::Empty => !not,
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

pub(super) fn node(rng: &mut ChaCha12Rng, language: Language, depth: u32) -> Node {
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
