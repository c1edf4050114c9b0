//! COQL, Zoho's query language.
//!
//! ```text
//! query     = "select" item { "," item } "from" module [ "where" level ]
//!             [ "group" "by" name { "," name } ] [ "order" "by" key { "," key } ]
//!             [ "limit" number [ "," number ] ] [ "offset" number ]
//! item      = term [ "as" name ]
//! term      = name | function "(" ( name | "*" ) ")"
//! key       = term [ "asc" | "desc" ]
//! level     = operand [ ( "and" | "or" ) operand ]
//! operand   = "(" level ")" | condition
//! condition = name ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
//!           | name [ "not" ] "in" "(" value { "," value } ")"
//!           | name [ "not" ] "like" value
//!           | name [ "not" ] "between" value "and" value
//!           | name "is" [ "not" ] "null"
//! ```
//!
//! Keywords are case-insensitive. Names and values may be quoted by single or double quotes, in
//! which the same quote is doubled; a backslash is a letter like any other (verified live, August
//! 2026; Zoho's frequent questions). SQL's reserved words are names in quotes alone. A level joins two operands: Zoho answers longer
//! chains with `SYNTAX_ERROR` unless brackets make pairs of them (its page of frequent questions).
//! [`CoqlRules::plain_chains`] allows longer chains, in which `and` binds tighter than `or`.

mod lexer;
mod parse;

pub use lexer::Position;
pub use parse::parse;

use crate::error::{ApiError, Code};

/// Options of the parser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoqlRules {
    /// Allows more than two conditions in a row without brackets.
    pub plain_chains: bool,
}

/// A query as written.
#[derive(Clone, Debug, PartialEq)]
pub struct CoqlQuery {
    /// The columns.
    pub columns: Vec<CoqlItem>,
    /// The module, which may be followed by `#` and the id of a custom view.
    pub module: String,
    /// The condition.
    pub filter: CoqlNode,
    /// Names to group by.
    pub group_by: Vec<String>,
    /// Terms to sort by, each with whether it is ascending.
    pub order_by: Vec<(Term, bool)>,
    /// The number of rows to return at most.
    pub limit: Option<usize>,
    /// The number of rows to skip.
    pub offset: Option<usize>,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct CoqlItem {
    /// Its expression.
    pub term: Term,
    /// Its name in the answer.
    pub alias: Option<String>,
}

/// A column's expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A field, with dots for lookups on the way to it.
    Name(String),
    /// An aggregate function as written, and its field; `None` for `*`.
    Function(String, Option<String>),
}

impl Term {
    /// The key of the column in the answer, unless it has an alias.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Function(function, argument) => {
                format!("{function}({})", argument.as_deref().unwrap_or("*"))
            }
        }
    }
}

/// A condition as written.
pub type CoqlNode = super::node::Node<CoqlCondition>;

/// A comparison as written.
#[derive(Clone, Debug, PartialEq)]
pub struct CoqlCondition {
    /// The field.
    pub name: String,
    /// The comparator.
    pub operator: Operator,
    /// Its operands.
    pub values: Vec<String>,
}

/// A comparator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
    Like,
    NotLike,
    Between,
    NotBetween,
    IsNull,
    IsNotNull,
}

impl Operator {
    /// The operator as it is written in queries.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Like => "like",
            Self::NotLike => "not like",
            Self::Between => "between",
            Self::NotBetween => "not between",
            Self::IsNull => "is null",
            Self::IsNotNull => "is not null",
        }
    }
}

/// Why a text cannot be read as a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Unreadable {
    /// An unexpected token, and its position.
    At(Position, String),
    /// A mandatory clause is absent.
    Missing(&'static str),
    /// A statement other than `select`.
    NotSupported,
    /// `not` without a comparator behind it.
    Operator(String),
    /// A `limit` that is no number.
    Limit(String),
    /// An `offset` that is no number, or negative.
    Offset(String),
    /// A `limit` below 1.
    NoLimit,
    /// A column with an empty alias.
    NoAlias(String),
}

impl From<Unreadable> for ApiError {
    /// Codes, messages and details of the newer v8 description.
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::At(position, near) => Self::new(Code::COQL_SYNTAX)
                .with("line", position.line)
                .with("column", position.column)
                .with("near", near),
            Unreadable::Missing(clause) => {
                Self::new(Code::COQL_MISSING_CLAUSE).with("clause", clause)
            }
            Unreadable::NotSupported => Code::COQL_NOT_SUPPORTED.into(),
            Unreadable::Operator(operator) => {
                Self::new(Code::COQL_OPERATOR).with("operator", operator)
            }
            Unreadable::Limit(limit) => Self::new(Code::COQL_LIMIT).with("limit", limit),
            Unreadable::Offset(offset) => Self::new(Code::COQL_OFFSET).with("offset", offset),
            Unreadable::NoLimit => Code::COQL_NO_LIMIT.into(),
            Unreadable::NoAlias(column) => Self::new(Code::COQL_NO_ALIAS)
                .with("column_name", column)
                .with("alias", ""),
        }
    }
}
