//! Expressions as criteria, as COQL and as a list of conditions.

use serde_json::{Value as Json, json};

use super::expressions::{Node, Op};
use super::records::FIELDS;

pub(super) fn criteria(node: &Node) -> String {
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

pub(super) fn coql(node: &Node) -> String {
    let quoted = |value: &String| format!("'{}'", value.replace('\'', "''"));
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

pub(super) fn conditions(node: &Node) -> Json {
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
