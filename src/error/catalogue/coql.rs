//! COQL.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A query that cannot be read.
    COQL_SYNTAX => "SYNTAX_ERROR", 400, "error occured while parsing the query";
    /// A clause that must be there (recorded).
    COQL_MISSING_CLAUSE => "SYNTAX_ERROR", 400, "missing clause";
    /// Another statement than a select.
    COQL_NOT_SUPPORTED => "SYNTAX_ERROR", 400, "given coql query not supported";
    /// A word that is no comparator.
    COQL_OPERATOR => "SYNTAX_ERROR", 400, "operator not supported";
    /// A limit that is no number.
    COQL_LIMIT => "INVALID_QUERY", 400, "limit given seems to be invalid";
    /// An offset that is no number.
    COQL_OFFSET => "INVALID_QUERY", 400, "offset given seems to be invalid";
    /// A limit of zero or less.
    COQL_NO_LIMIT => "INVALID_DATA", 400, "limit should be greater than 0";
    /// An empty alias.
    COQL_NO_ALIAS => "INVALID_ALIAS", 400, "alias name cannot be an empty string";
    /// An alias that is the name of another column.
    COQL_ALIAS_IS_COLUMN => "INVALID_QUERY", 400, "column name or property name given in select columns without alias name cannot be an alias name for other select columns";
    /// One alias for several columns.
    COQL_DUPLICATE_ALIAS => "DUPLICATE_ALIAS", 400, "same alias cannot refer more than one column";
    /// A column that the module does not have.
    COQL_COLUMN => "INVALID_QUERY", 400, "column given seems to be invalid";
    /// A column that cannot be selected, grouped or sorted by.
    COQL_UNSUPPORTED_COLUMN => "INVALID_QUERY", 400, "unsupported column";
    /// A column that cannot stand in a condition.
    COQL_UNSUPPORTED_CRITERIA => "INVALID_QUERY", 400, "unsupported column in criteria";
    /// A value that its column cannot hold.
    COQL_VALUE => "INVALID_QUERY", 400, "value given seems to be invalid for the column";
    /// A column twice.
    COQL_DUPLICATE_COLUMN => "DUPLICATE_DATA", 400, "duplicate select column";
    /// An aggregate of a column twice.
    COQL_DUPLICATE_AGGREGATE => "DUPLICATE_DATA", 400, "duplicate aggregate function";
    /// The same column twice to group or sort by (the message is assumed).
    COQL_DUPLICATE_CLAUSE => "DUPLICATE_DATA", 400, "duplicate data";
    /// Too many columns.
    COQL_TOO_MANY_COLUMNS => "LIMIT_EXCEEDED", 400, "select columns limit exceeded";
    /// Too many lookups to follow, or one too deep.
    COQL_TOO_MANY_JOINS => "LIMIT_EXCEEDED", 400, "join limit exceeded";
    /// No query.
    COQL_MISSING_QUERY => "MANDATORY_NOT_FOUND", 400, "mandatory key not found";
}
