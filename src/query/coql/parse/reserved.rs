//! Words that are names in quotes alone.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// The words of the grammar.
const KEYWORDS: [&str; 9] = [
    "select", "from", "where", "group", "order", "by", "limit", "offset", "as",
];

/// The other words that SQL reserves. Zoho's frequent questions have `External` for an example of
/// "SQL reserved keywords" and no list; assumed are the words that SQL-92 and SQL:2003 both
/// reserve, of which it is one.
const OF_SQL: &str = "add all allocate alter and any are asc at authorization begin between both \
    case cast char character check close collate column commit connect constraint continue \
    corresponding create cross current current_date current_time current_timestamp current_user \
    cursor date day deallocate dec decimal declare default delete desc describe disconnect \
    distinct double drop else end escape except exec execute exists external false fetch float \
    for foreign full get global grant having hour identity immediate in indicator inner input \
    insensitive insert int integer intersect interval into is join language leading left like \
    local match minute module month national natural nchar no not null numeric of on only open \
    or outer output overlaps precision prepare primary procedure real references revoke right \
    rollback rows scroll second session_user set smallint some sql sqlstate system_user table \
    then time timestamp timezone_hour timezone_minute to trailing translation true union unique \
    unknown update user using value values varchar varying when whenever with year";

/// Whether a word is one of the grammar.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|k| word.eq_ignore_ascii_case(k))
}

/// Whether a word is reserved.
pub(super) fn is_reserved(word: &str) -> bool {
    static WORDS: LazyLock<FxHashSet<&str>> =
        LazyLock::new(|| OF_SQL.split_whitespace().chain(KEYWORDS).collect());
    WORDS.contains(word.to_ascii_lowercase().as_str())
}
