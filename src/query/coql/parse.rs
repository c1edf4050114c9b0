//! From tokens to a query.

use super::lexer::{Kind, Token, tokens};
use super::{Condition, Item, Node, Operator, Query, Rules, Term, Unreadable};

/// How deep brackets may be nested: a guard, far beyond the conditions that a query may have.
const DEEPEST: usize = 64;

/// Words that end a list of columns or a clause, and are no names without quotes.
const KEYWORDS: [&str; 9] = [
    "select", "from", "where", "group", "order", "by", "limit", "offset", "as",
];

/// Reads a query.
///
/// # Errors
/// Where and why the text is none.
pub fn parse(text: &str, rules: Rules) -> Result<Query, Unreadable> {
    Parser {
        tokens: tokens(text),
        at: 0,
        rules,
    }
    .query()
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    rules: Rules,
}

impl Parser {
    fn peek(&self) -> &Token {
        // the last token is the end, and is never passed
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn unexpected(&self) -> Unreadable {
        Unreadable::At(self.peek().at, self.peek().shown())
    }

    /// Takes a keyword if it comes next.
    fn takes(&mut self, keyword: &str) -> bool {
        let is = self.peek().is(keyword);
        self.at += usize::from(is);
        is
    }

    /// Takes a symbol if it comes next.
    fn takes_symbol(&mut self, symbol: &str) -> bool {
        let is = matches!(self.peek().kind, Kind::Symbol(s) if s == symbol);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, keyword: &str) -> Result<(), Unreadable> {
        if self.takes(keyword) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn expect_symbol(&mut self, symbol: &str) -> Result<(), Unreadable> {
        if self.takes_symbol(symbol) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn query(&mut self) -> Result<Query, Unreadable> {
        if !self.takes("select") {
            return Err(match self.peek().kind {
                // other statements exist, but not here
                Kind::Word(_) => Unreadable::NotSupported,
                _ => self.unexpected(),
            });
        }
        let columns = self.list(Self::item)?;
        if !self.takes("from") {
            return Err(match self.peek().kind {
                Kind::End => Unreadable::Missing("from"),
                _ => self.unexpected(),
            });
        }
        let module = self.name()?;
        if !self.takes("where") {
            let next = self.peek();
            let absent = next.kind == Kind::End
                || ["group", "order", "limit", "offset"]
                    .iter()
                    .any(|word| next.is(word));
            return Err(if absent {
                Unreadable::Missing("where")
            } else {
                self.unexpected()
            });
        }
        let filter = self.level(0)?;
        let mut group_by = Vec::new();
        if self.takes("group") {
            self.expect("by")?;
            group_by = self.list(Self::name)?;
        }
        let mut order_by = Vec::new();
        if self.takes("order") {
            self.expect("by")?;
            order_by = self.list(Self::key)?;
        }
        let (limit, offset) = self.limits()?;
        if self.peek().kind != Kind::End {
            return Err(self.unexpected());
        }
        Ok(Query {
            columns,
            module,
            filter,
            group_by,
            order_by,
            limit,
            offset,
        })
    }

    fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, Unreadable>,
    ) -> Result<Vec<T>, Unreadable> {
        let mut items = vec![item(self)?];
        while self.takes_symbol(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// A name, in quotes or not.
    fn name(&mut self) -> Result<String, Unreadable> {
        match &self.peek().kind {
            Kind::Quoted(text) if !text.trim().is_empty() => {
                let text = text.trim().to_owned();
                self.at += 1;
                Ok(text)
            }
            Kind::Word(word) if !KEYWORDS.iter().any(|k| word.eq_ignore_ascii_case(k)) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn item(&mut self) -> Result<Item, Unreadable> {
        let term = self.term()?;
        let mut alias = None;
        if self.takes("as") {
            if matches!(&self.peek().kind, Kind::Quoted(text) if text.trim().is_empty()) {
                return Err(Unreadable::NoAlias(term.key()));
            }
            alias = Some(self.name()?);
        }
        Ok(Item { term, alias })
    }

    fn term(&mut self) -> Result<Term, Unreadable> {
        let quoted = matches!(self.peek().kind, Kind::Quoted(_));
        let name = self.name()?;
        if quoted || !self.takes_symbol("(") {
            return Ok(Term::Name(name));
        }
        let argument = match &self.peek().kind {
            Kind::Word(word) if word == "*" => {
                self.at += 1;
                None
            }
            _ => Some(self.name()?),
        };
        self.expect_symbol(")")?;
        Ok(Term::Function(name, argument))
    }

    fn key(&mut self) -> Result<(Term, bool), Unreadable> {
        let term = self.term()?;
        let descending = self.takes("desc");
        if !descending {
            self.takes("asc");
        }
        Ok((term, !descending))
    }

    /// Operands of one pair of brackets, or of the clause itself.
    fn level(&mut self, depth: usize) -> Result<Node, Unreadable> {
        if depth > DEEPEST {
            return Err(self.unexpected());
        }
        let mut operands = 1;
        // disjunction of conjunctions: `and` binds tighter
        let mut any = vec![vec![self.operand(depth)?]];
        loop {
            let connective = self.at;
            let or = self.peek().is("or");
            if !or && !self.peek().is("and") {
                break;
            }
            self.at += 1;
            operands += 1;
            if operands > 2 && !self.rules.plain_chains {
                self.at = connective;
                return Err(self.unexpected());
            }
            let operand = self.operand(depth)?;
            match any.last_mut() {
                Some(all) if !or => all.push(operand),
                _ => any.push(vec![operand]),
            }
        }
        let mut any: Vec<Node> = any
            .into_iter()
            .map(|mut all| {
                if all.len() == 1 {
                    all.remove(0)
                } else {
                    Node::All(all)
                }
            })
            .collect();
        Ok(if any.len() == 1 {
            any.remove(0)
        } else {
            Node::Any(any)
        })
    }

    fn operand(&mut self, depth: usize) -> Result<Node, Unreadable> {
        if self.takes_symbol("(") {
            let node = self.level(depth + 1)?;
            self.expect_symbol(")")?;
            return Ok(node);
        }
        self.condition().map(Node::Condition)
    }

    fn condition(&mut self) -> Result<Condition, Unreadable> {
        if self.peek().is("not") {
            return Err(Unreadable::Operator(self.peek().shown()));
        }
        let name = self.name()?;
        let operator = self.operator()?;
        let values = match operator {
            Operator::IsNull | Operator::IsNotNull => Vec::new(),
            Operator::In | Operator::NotIn => {
                self.expect_symbol("(")?;
                let values = self.list(Self::value)?;
                self.expect_symbol(")")?;
                values
            }
            Operator::Between | Operator::NotBetween => {
                let from = self.value()?;
                self.expect("and")?;
                vec![from, self.value()?]
            }
            Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessEqual
            | Operator::Greater
            | Operator::GreaterEqual
            | Operator::Like
            | Operator::NotLike => vec![self.value()?],
        };
        Ok(Condition {
            name,
            operator,
            values,
        })
    }

    fn operator(&mut self) -> Result<Operator, Unreadable> {
        let symbols = [
            ("=", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessEqual),
            (">=", Operator::GreaterEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        for (symbol, operator) in symbols {
            if self.takes_symbol(symbol) {
                return Ok(operator);
            }
        }
        if self.takes("is") {
            let not = self.takes("not");
            self.expect("null")?;
            return Ok(if not {
                Operator::IsNotNull
            } else {
                Operator::IsNull
            });
        }
        let not = self.takes("not");
        let words = [
            ("in", Operator::In, Operator::NotIn),
            ("like", Operator::Like, Operator::NotLike),
            ("between", Operator::Between, Operator::NotBetween),
        ];
        for (word, plain, negated) in words {
            if self.takes(word) {
                return Ok(if not { negated } else { plain });
            }
        }
        Err(if not {
            Unreadable::Operator("not".into())
        } else {
            self.unexpected()
        })
    }

    /// A value, in quotes or not.
    fn value(&mut self) -> Result<String, Unreadable> {
        match &self.peek().kind {
            Kind::Quoted(text) | Kind::Word(text) => {
                let text = text.clone();
                self.at += 1;
                Ok(text)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn limits(&mut self) -> Result<(Option<usize>, Option<usize>), Unreadable> {
        let (mut limit, mut offset) = (None, None);
        if self.takes("limit") {
            let first = self.number(Unreadable::Limit)?;
            if self.takes_symbol(",") {
                // limit offset, count
                limit = Some(self.number(Unreadable::Limit)?);
                offset = Some(first);
            } else {
                limit = Some(first);
            }
            if limit == Some(0) {
                return Err(Unreadable::NoLimit);
            }
        }
        if offset.is_none() && self.takes("offset") {
            offset = Some(self.number(Unreadable::Offset)?);
        }
        Ok((limit, offset))
    }

    fn number(&mut self, wrong: fn(String) -> Unreadable) -> Result<usize, Unreadable> {
        let token = self.next();
        match &token.kind {
            Kind::Word(text) | Kind::Quoted(text) => match text.trim().parse::<i64>() {
                Ok(number) if number >= 0 => Ok(usize::try_from(number).unwrap_or(usize::MAX)),
                // a limit below one is told apart from one that is no number
                Ok(_) if wrong(String::new()) == Unreadable::Limit(String::new()) => {
                    Err(Unreadable::NoLimit)
                }
                _ => Err(wrong(text.clone())),
            },
            _ => Err(Unreadable::At(token.at, token.shown())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::coql::Position;
    use proptest::prelude::*;

    fn show(node: &Node) -> String {
        let join =
            |parts: &[Node], word: &str| parts.iter().map(show).collect::<Vec<_>>().join(word);
        match node {
            Node::All(parts) => format!("[{}]", join(parts, " & ")),
            Node::Any(parts) => format!("[{}]", join(parts, " | ")),
            Node::Condition(c) => {
                format!("{} {} {:?}", c.name, c.operator.as_str(), c.values)
            }
        }
    }

    fn filter(text: &str, rules: Rules) -> Result<String, Unreadable> {
        parse(&format!("select id from Leads where {text}"), rules).map(|q| show(&q.filter))
    }

    #[test]
    fn conditions() {
        for (text, tree) in [
            ("Last_Name = 'Boyle'", r#"Last_Name = ["Boyle"]"#),
            ("Last_Name='O\\'Neil'", r#"Last_Name = ["O'Neil"]"#),
            (
                "'Last_Name' != \"a \\\"b\\\"\"",
                r#"Last_Name != ["a \"b\""]"#,
            ),
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
                filter(text, Rules::default()).as_deref(),
                Ok(tree),
                "{text}"
            );
        }
    }

    #[test]
    fn more_than_two_operands_want_brackets() {
        let chain = "A = 1 or B = 2 and C = 3";
        assert_eq!(
            filter(chain, Rules::default()),
            Err(Unreadable::At(
                Position {
                    line: 1,
                    column: 43
                },
                "and".into()
            ))
        );
        let rules = Rules { plain_chains: true };
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
            Rules::default(),
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
            Rules::default(),
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
            assert_eq!(parse(text, Rules::default()), Err(error), "{text}");
        }
        let deep = format!("select id from Leads where {}", "(".repeat(100_000));
        assert!(parse(&deep, Rules::default()).is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in r"(select|from|where|and|or|in|\(|\)|'|,|=|[A-z ]){0,40}|\PC{0,60}") {
            let _ = parse(&text, Rules::default());
        }
    }
}
