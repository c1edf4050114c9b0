use super::*;
use crate::query::coql::{CoqlNode, Position};
use proptest::prelude::*;

fn show(node: &CoqlNode) -> String {
    let join =
        |parts: &[CoqlNode], word: &str| parts.iter().map(show).collect::<Vec<_>>().join(word);
    match node {
        CoqlNode::All(parts) => format!("[{}]", join(parts, " & ")),
        CoqlNode::Any(parts) => format!("[{}]", join(parts, " | ")),
        CoqlNode::Condition(c) => {
            format!("{} {} {:?}", c.name, c.operator.as_str(), c.values)
        }
    }
}

fn filter(text: &str, rules: CoqlRules) -> Result<String, Unreadable> {
    parse(&format!("select id from Leads where {text}"), rules).map(|q| show(&q.filter))
}

#[test]
fn conditions() {
    for (text, tree) in [
        ("Last_Name = 'Boyle'", r#"Last_Name = ["Boyle"]"#),
        ("Last_Name='O''Neil'", r#"Last_Name = ["O'Neil"]"#),
        (r#"'Last_Name' != "a ""b""""#, r#"Last_Name != ["a \"b\""]"#),
        (r"A = 'a\b\'", r#"A = ["a\\b\\"]"#),
        (
            "Created_Time>=2020-01-01T00:00:00+05:30",
            r#"Created_Time >= ["2020-01-01T00:00:00+05:30"]"#,
        ),
        ("id IN (1, '2',3)", r#"id in ["1", "2", "3"]"#),
        ("A not like '%x%'", r#"A not like ["%x%"]"#),
        (
            "A not between 1 and 2 and B is not null",
            r#"[A not between ["1", "2"] & B is not null []]"#,
        ),
        (
            "(A = 1 and (B = 2 or C = 3))",
            r#"[A = ["1"] & [B = ["2"] | C = ["3"]]]"#,
        ),
        ("((A = 1) and (B < -2.5))", r#"[A = ["1"] & B < ["-2.5"]]"#),
        (
            "'What_Id->Leads.Last_Name' = Rao",
            r#"What_Id->Leads.Last_Name = ["Rao"]"#,
        ),
        (
            "!Leads.Owner.role.id is null",
            "!Leads.Owner.role.id is null []",
        ),
        ("A!=1", r#"A != ["1"]"#),
    ] {
        assert_eq!(
            filter(text, CoqlRules::default()).as_deref(),
            Ok(tree),
            "{text}"
        );
    }
}

#[test]
fn more_than_two_operands_want_brackets() {
    let chain = "A = 1 or B = 2 and C = 3";
    assert_eq!(
        filter(chain, CoqlRules::default()),
        Err(Unreadable::At(
            Position {
                line: 1,
                column: 43
            },
            "and".into()
        ))
    );
    let rules = CoqlRules { plain_chains: true };
    assert_eq!(
        filter(chain, rules).as_deref(),
        Ok(r#"[A = ["1"] | [B = ["2"] & C = ["3"]]]"#)
    );
}

#[test]
fn clauses() {
    let query = parse(
        "SELECT Last_Name as 'Name', COUNT(id), SUM(Amount) as total\nFROM Leads#12 WHERE id is not null \
         GROUP BY Last_Name, City ORDER BY Last_Name desc, City ASC, COUNT(id) LIMIT 20, 10",
        CoqlRules::default(),
    )
    .expect("a query");
    let keys: Vec<String> = query.columns.iter().map(|item| item.term.key()).collect();
    assert_eq!(keys, ["Last_Name", "COUNT(id)", "SUM(Amount)"]);
    assert_eq!(query.columns[0].alias.as_deref(), Some("Name"));
    assert_eq!(query.module, "Leads#12");
    assert_eq!(query.group_by, ["Last_Name", "City"]);
    let order: Vec<bool> = query.order_by.iter().map(|(_, up)| *up).collect();
    assert_eq!(order, [false, true, true]);
    assert_eq!((query.limit, query.offset), (Some(10), Some(20)));
    let query = parse(
        "select id from Leads where id is null limit 5 offset 7",
        CoqlRules::default(),
    );
    assert_eq!(query.map(|q| (q.limit, q.offset)), Ok((Some(5), Some(7))));
}

#[test]
fn unreadable_texts() {
    let at = |line, column, near: &str| Unreadable::At(Position { line, column }, near.into());
    for (text, error) in [
        ("", at(1, 1, "")),
        ("update Leads set A = 1", Unreadable::NotSupported),
        ("select", at(1, 7, "")),
        ("select from Leads", at(1, 8, "from")),
        ("select id", Unreadable::Missing("from")),
        ("select id from", at(1, 15, "")),
        ("select id from Leads", Unreadable::Missing("where")),
        (
            "select id from Leads order by id",
            Unreadable::Missing("where"),
        ),
        ("select id from Leads\n where", at(2, 7, "")),
        ("select id from Leads where A", at(1, 29, "")),
        ("select id from Leads where A ==1", at(1, 31, "=")),
        ("select id from Leads where A = ", at(1, 32, "")),
        ("select id from Leads where (A = 1", at(1, 34, "")),
        ("select id from Leads where A = 1)", at(1, 33, ")")),
        ("select id from Leads where A in 1", at(1, 33, "1")),
        ("select id from Leads where A in ()", at(1, 34, ")")),
        ("select id from Leads where A between 1", at(1, 39, "")),
        ("select id from Leads where A is 1", at(1, 33, "1")),
        (
            "select id from Leads where not A = 1",
            Unreadable::Operator("not".into()),
        ),
        (
            "select id from Leads where A not 1",
            Unreadable::Operator("not".into()),
        ),
        ("select id from Leads where A = 'x", at(1, 32, "'x")),
        ("select id,, A from Leads where A = 1", at(1, 11, ",")),
        (
            "select id as '' from Leads where A = 1",
            Unreadable::NoAlias("id".into()),
        ),
        (
            "select id from Leads where A = 1 limit x",
            Unreadable::Limit("x".into()),
        ),
        (
            "select id from Leads where A = 1 limit 0",
            Unreadable::NoLimit,
        ),
        (
            "select id from Leads where A = 1 limit -1",
            Unreadable::NoLimit,
        ),
        (
            "select id from Leads where A = 1 limit 1 offset -1",
            Unreadable::Offset("-1".into()),
        ),
        (
            "select id from Leads where A = 1 limit 1 limit 2",
            at(1, 42, "limit"),
        ),
        ("select SUM(A from Leads where A = 1", at(1, 14, "from")),
    ] {
        assert_eq!(parse(text, CoqlRules::default()), Err(error), "{text}");
    }
    let deep = format!("select id from Leads where {}", "(".repeat(100_000));
    assert!(parse(&deep, CoqlRules::default()).is_err());
}

proptest! {
    #[test]
    fn no_text_panics(text in r"(select|from|where|and|or|in|\(|\)|'|,|=|[A-z ]){0,40}|\PC{0,60}") {
        let _ = parse(&text, CoqlRules::default());
    }
}
