//! The grammar of `criteria`:
//!
//! ```text
//! criteria  = condition | any
//! any       = all { "or" all }
//! all       = primary { "and" primary }
//! primary   = "(" any ")" | "(" condition ")"
//! condition = field ":" operator ":" value
//! ```
//!
//! `and` binds tighter than `or`; both are case-insensitive and need no blanks around them. Within a
//! value a backslash escapes `(`, `)`, `,` and itself. A condition is split at its first two colons,
//! so date-times need no escape (Zoho's page on search).

use crate::error::{ApiError, Code};

/// Conditions that a criteria may have. Zoho's page says 10, its error message 15.
pub const MOST_CONDITIONS: usize = 15;
const DEEPEST: usize = 64;

/// A criteria as written: names and raw values.
pub type CriteriaNode = super::node::Node<CriteriaCondition>;

/// A comparison as written.
#[derive(Clone, Debug, PartialEq)]
pub struct CriteriaCondition {
    /// API name of the field.
    pub field: String,
    /// The operator's word.
    pub operator: String,
    /// The value with its escapes; see [`CriteriaCondition::single`] and [`CriteriaCondition::values`].
    pub value: String,
}

impl CriteriaCondition {
    /// The value without its escapes.
    #[must_use]
    pub fn single(&self) -> String {
        unescape(&self.value)
    }

    /// The values that unescaped commas separate, without their escapes.
    #[must_use]
    pub fn values(&self) -> Vec<String> {
        let mut values = vec![String::new()];
        let mut escaped = false;
        for c in self.value.chars() {
            match c {
                ',' if !escaped => values.push(String::new()),
                c => {
                    if let Some(last) = values.last_mut() {
                        last.push(c);
                    }
                }
            }
            escaped = c == '\\' && !escaped;
        }
        values.iter().map(|v| unescape(v)).collect()
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&next)) if matches!(next, '(' | ')' | ',' | '\\') => {
                out.push(next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

/// Reads a criteria.
///
/// # Errors
/// `INVALID_QUERY` with a reason, or `CRITERIA_LIMIT_EXCEEDED`.
pub fn parse(text: &str) -> Result<CriteriaNode, ApiError> {
    let text = text.trim();
    let mut parser = Parser {
        rest: text,
        conditions: 0,
    };
    let node = if text.starts_with('(') {
        let node = parser.any(0)?;
        parser.skip_blanks();
        if !parser.rest.is_empty() {
            return Err(malformed());
        }
        node
    } else {
        parser.condition(text)?
    };
    if parser.conditions > MOST_CONDITIONS {
        return Err(Code::CRITERIA_LIMIT.into());
    }
    Ok(node)
}

/// The reason is ours: no recorded answer shows one for a malformed text.
fn malformed() -> ApiError {
    ApiError::new(Code::INVALID_QUERY).with("reason", "invalid query formed")
}

struct Parser<'a> {
    rest: &'a str,
    conditions: usize,
}

impl Parser<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Consumes a word if it comes next and ends before a blank or a bracket.
    fn word(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let Some((head, tail)) = self.rest.split_at_checked(word.len()) else {
            return false;
        };
        let ends = tail.starts_with(|c: char| c == '(' || c.is_whitespace());
        if head.eq_ignore_ascii_case(word) && ends {
            self.rest = tail;
            return true;
        }
        false
    }

    fn any(&mut self, depth: usize) -> Result<CriteriaNode, ApiError> {
        let mut parts = vec![self.all(depth)?];
        while self.word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            CriteriaNode::Any(parts)
        })
    }

    fn all(&mut self, depth: usize) -> Result<CriteriaNode, ApiError> {
        let mut parts = vec![self.primary(depth)?];
        while self.word("and") {
            parts.push(self.primary(depth)?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            CriteriaNode::All(parts)
        })
    }

    fn primary(&mut self, depth: usize) -> Result<CriteriaNode, ApiError> {
        self.skip_blanks();
        if depth > DEEPEST {
            return Err(malformed());
        }
        self.rest = self.rest.strip_prefix('(').ok_or_else(malformed)?;
        if self.rest.trim_start().starts_with('(') {
            let node = self.any(depth + 1)?;
            self.skip_blanks();
            self.rest = self.rest.strip_prefix(')').ok_or_else(malformed)?;
            return Ok(node);
        }
        let end = closing(self.rest).ok_or_else(malformed)?;
        let (inner, tail) = self.rest.split_at(end);
        self.rest = &tail[1..];
        self.condition(inner)
    }

    fn condition(&mut self, text: &str) -> Result<CriteriaNode, ApiError> {
        self.conditions += 1;
        if self.conditions > MOST_CONDITIONS {
            return Err(Code::CRITERIA_LIMIT.into());
        }
        let mut parts = text.splitn(3, ':');
        let mut next = || parts.next().ok_or_else(malformed);
        let (field, operator, value) = (next()?.trim(), next()?.trim(), next()?);
        if field.is_empty() || operator.is_empty() {
            return Err(malformed());
        }
        Ok(CriteriaNode::Condition(CriteriaCondition {
            field: field.to_owned(),
            operator: operator.to_owned(),
            value: value.to_owned(),
        }))
    }
}

/// The position of the first closing bracket that is not escaped.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b')' && !escaped {
            return Some(at);
        }
        escaped = byte == b'\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(node: &CriteriaNode) -> String {
        let join = |parts: &[CriteriaNode], word: &str| {
            parts.iter().map(show).collect::<Vec<_>>().join(word)
        };
        match node {
            CriteriaNode::All(parts) => format!("[{}]", join(parts, " & ")),
            CriteriaNode::Any(parts) => format!("[{}]", join(parts, " | ")),
            CriteriaNode::Condition(c) => format!("{} {} {:?}", c.field, c.operator, c.values()),
        }
    }

    #[test]
    fn grammar() {
        for (text, tree) in [
            ("(Last_Name:equals:Rao)", r#"Last_Name equals ["Rao"]"#),
            (
                "Created_Time:between:2020-01-01T00:00:00+00:00,2021-01-01T00:00:00+00:00",
                r#"Created_Time between ["2020-01-01T00:00:00+00:00", "2021-01-01T00:00:00+00:00"]"#,
            ),
            (
                r"((Last_Name:equals:Burns\,B)and(First_Name:starts_with:M))",
                r#"[Last_Name equals ["Burns,B"] & First_Name starts_with ["M"]]"#,
            ),
            (
                "(A:equals:1)or(B:equals:2)and(C:equals:3)",
                r#"[A equals ["1"] | [B equals ["2"] & C equals ["3"]]]"#,
            ),
            (
                "((A:equals:1) OR (B:equals:2)) And (C:in:3,4)",
                r#"[[A equals ["1"] | B equals ["2"]] & C in ["3", "4"]]"#,
            ),
            (r"(A:equals:a\(b\)c\\)", r#"A equals ["a(b)c\\"]"#),
            ("(((A:equals:1)))", r#"A equals ["1"]"#),
        ] {
            assert_eq!(parse(text).map(|n| show(&n)).as_deref(), Ok(tree), "{text}");
        }
    }

    #[test]
    fn malformed_texts() {
        for text in [
            "",
            "(",
            "()",
            "(A)",
            "(A:equals)",
            "(A:equals:1",
            "(A:equals:1))",
            "(A:equals:1)and",
            "(A:equals:1)xor(B:equals:2)",
            "((A:equals:1)(B:equals:2))",
            "::",
            "(:equals:1)",
        ] {
            assert_eq!(
                parse(text).map_err(|e| e.kind),
                Err(Code::INVALID_QUERY),
                "{text}"
            );
        }
        let many = vec!["(A:equals:1)"; 16].join("and");
        assert_eq!(parse(&many).map_err(|e| e.kind), Err(Code::CRITERIA_LIMIT));
        assert!(parse(&"(".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in r"[()a-z:,\\ ]{0,60}|\PC{0,40}") {
            let _ = parse(&text);
        }
    }
}
