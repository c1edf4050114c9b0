//! Parsing the conditions of a query.

use super::{DEEPEST, Parser};
use crate::query::coql::lexer::TokenKind;
use crate::query::coql::{CoqlCondition, CoqlNode, Operator, Unreadable};

impl Parser {
    /// Parses the operands within one pair of brackets, or of the whole clause.
    pub(super) fn level(&mut self, depth: usize) -> Result<CoqlNode, Unreadable> {
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
        let any = any.into_iter().map(|all| joined(all, CoqlNode::All));
        Ok(joined(any.collect(), CoqlNode::Any))
    }

    fn operand(&mut self, depth: usize) -> Result<CoqlNode, Unreadable> {
        if self.takes_symbol("(") {
            let node = self.level(depth + 1)?;
            self.expect_symbol(")")?;
            return Ok(node);
        }
        self.condition().map(CoqlNode::Condition)
    }

    fn condition(&mut self) -> Result<CoqlCondition, Unreadable> {
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
        Ok(CoqlCondition {
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

    /// Parses a value, which may be quoted.
    fn value(&mut self) -> Result<String, Unreadable> {
        match &self.peek().kind {
            TokenKind::Quoted(text) | TokenKind::Word(text) => {
                let text = text.clone();
                self.at += 1;
                Ok(text)
            }
            _ => Err(self.unexpected()),
        }
    }
}

/// Joins nodes, of which there is at least one; a single one stays as it is.
fn joined(mut nodes: Vec<CoqlNode>, join: fn(Vec<CoqlNode>) -> CoqlNode) -> CoqlNode {
    if nodes.len() == 1 {
        nodes.remove(0)
    } else {
        join(nodes)
    }
}
