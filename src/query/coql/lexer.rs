//! Splitting a query into tokens with their positions.

/// A position in a text. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The kind and the content of a token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// A keyword, a name or a value without quotes.
    Word(String),
    /// A name or a value in quotes, without the quotes.
    Quoted(String),
    /// One of `( ) , = != < <= > >= *`.
    Symbol(&'static str),
    /// The rest of a text whose quote is never closed.
    Unknown(String),
    /// The end of the text.
    End,
}

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) at: Position,
}

impl Token {
    /// Whether the token is a keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(&self.kind, TokenKind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// The token as error messages show it.
    pub(super) fn shown(&self) -> String {
        match &self.kind {
            TokenKind::Word(text) | TokenKind::Quoted(text) | TokenKind::Unknown(text) => {
                text.clone()
            }
            TokenKind::Symbol(symbol) => (*symbol).to_owned(),
            TokenKind::End => String::new(),
        }
    }
}

/// Symbols, longer ones before their prefixes.
const SYMBOLS: [&str; 9] = ["!=", "<=", ">=", "=", "<", ">", "(", ")", ","];

/// Splits a text into tokens; the last one is the end.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut at = Position { line: 1, column: 1 };
    loop {
        let trimmed = rest.trim_start();
        advance(&mut at, &rest[..rest.len() - trimmed.len()]);
        rest = trimmed;
        let (kind, length) = next(rest);
        let end = kind == TokenKind::End;
        tokens.push(Token { kind, at });
        if end {
            return tokens;
        }
        advance(&mut at, &rest[..length]);
        rest = &rest[length..];
    }
}

fn advance(at: &mut Position, passed: &str) {
    for c in passed.chars() {
        if c == '\n' {
            at.line += 1;
            at.column = 1;
        } else {
            at.column += 1;
        }
    }
}

/// The token at the start of a text, and its length in bytes.
fn next(rest: &str) -> (TokenKind, usize) {
    let Some(first) = rest.chars().next() else {
        return (TokenKind::End, 0);
    };
    if matches!(first, '\'' | '"') {
        return quoted(rest, first);
    }
    if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        return (TokenKind::Symbol(symbol), symbol.len());
    }
    let length = word(rest);
    (TokenKind::Word(rest[..length].to_owned()), length)
}

/// The length of a word, which ends before a blank, a quote or a symbol. `->` within a name and the
/// `!` before the name of a module are parts of the word.
fn word(rest: &str) -> usize {
    let mut before = ' ';
    for (at, c) in rest.char_indices() {
        let arrow = c == '>' && before == '-';
        let ends = c.is_whitespace() || matches!(c, '\'' | '"' | '(' | ')' | ',' | '=' | '<' | '>');
        if (ends && !arrow) || (at > 0 && rest[at..].starts_with("!=")) {
            return at;
        }
        before = c;
    }
    rest.len()
}

fn quoted(rest: &str, quote: char) -> (TokenKind, usize) {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            text.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            text.push(quote);
        } else {
            return (TokenKind::Quoted(text), at + c.len_utf8());
        }
    }
    (TokenKind::Unknown(rest.to_owned()), rest.len())
}
