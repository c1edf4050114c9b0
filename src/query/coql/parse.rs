//! Parsing the clauses of a query; conditions are parsed in `filter`.

mod filter;
mod reserved;

use super::lexer::{Token, TokenKind, tokens};
use super::{CoqlItem, CoqlQuery, CoqlRules, Term, Unreadable};

/// How deep brackets may be nested: a guard, far beyond the conditions that a query may have.
const DEEPEST: usize = 64;

/// Parses a query.
///
/// # Errors
/// The position and the reason if the text is no query.
pub fn parse(text: &str, rules: CoqlRules) -> Result<CoqlQuery, Unreadable> {
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
    rules: CoqlRules,
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

    /// Consumes a keyword if it comes next.
    fn takes(&mut self, keyword: &str) -> bool {
        let is = self.peek().is(keyword);
        self.at += usize::from(is);
        is
    }

    /// Consumes a symbol if it comes next.
    fn takes_symbol(&mut self, symbol: &str) -> bool {
        let is = matches!(self.peek().kind, TokenKind::Symbol(s) if s == symbol);
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

    fn query(&mut self) -> Result<CoqlQuery, Unreadable> {
        if !self.takes("select") {
            return Err(match self.peek().kind {
                // other statements exist, but not here
                TokenKind::Word(_) => Unreadable::NotSupported,
                _ => self.unexpected(),
            });
        }
        let columns = self.list(Self::item)?;
        if !self.takes("from") {
            return Err(match self.peek().kind {
                TokenKind::End => Unreadable::Missing("from"),
                _ => self.unexpected(),
            });
        }
        let module = self.name()?;
        if !self.takes("where") {
            let next = self.peek();
            let absent = next.kind == TokenKind::End
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
        if self.peek().kind != TokenKind::End {
            return Err(self.unexpected());
        }
        Ok(CoqlQuery {
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
            TokenKind::Quoted(text) if !text.trim().is_empty() => {
                let text = text.trim().to_owned();
                self.at += 1;
                Ok(text)
            }
            TokenKind::Word(word) if !self.is_reserved(word) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// Whether a word cannot be a name. Functions have reserved words for names.
    fn is_reserved(&self, word: &str) -> bool {
        let after = self.tokens.get(self.at + 1).map(|token| &token.kind);
        let function = matches!(after, Some(TokenKind::Symbol("(")));
        reserved::is_reserved(word) && (!function || reserved::is_keyword(word))
    }

    fn item(&mut self) -> Result<CoqlItem, Unreadable> {
        let term = self.term()?;
        let mut alias = None;
        if self.takes("as") {
            if matches!(&self.peek().kind, TokenKind::Quoted(text) if text.trim().is_empty()) {
                return Err(Unreadable::NoAlias(term.key()));
            }
            alias = Some(self.name()?);
        }
        Ok(CoqlItem { term, alias })
    }

    fn term(&mut self) -> Result<Term, Unreadable> {
        let quoted = matches!(self.peek().kind, TokenKind::Quoted(_));
        let name = self.name()?;
        if quoted || !self.takes_symbol("(") {
            return Ok(Term::Name(name));
        }
        let argument = match &self.peek().kind {
            TokenKind::Word(word) if word == "*" => {
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
            TokenKind::Word(text) | TokenKind::Quoted(text) => match text.trim().parse::<i64>() {
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
mod tests;
