//! What an org is, besides its data.

use jiff::tz::TimeZone;
use lean_string::LeanString;
use serde_json::{Map, Value as Json};

use crate::ids::IdPrefix;

/// What an org is, besides its data.
#[derive(Clone, Debug)]
pub struct OrgInfo {
    /// The keys of a `/org` answer, as seeded.
    pub attributes: Map<String, Json>,
    /// The prefix of its ids.
    pub prefix: IdPrefix,
    /// The year whose `$` keys its v2 records show: 2018, 2020, 2023 or 2026.
    pub era: u16,
    /// Names that the declarations' `when` may ask for.
    pub features: Vec<LeanString>,
    /// Keys that its answers about itself, its users and its records leave out.
    pub hidden_keys: Vec<LeanString>,
    /// Its time zone.
    pub time_zone: TimeZone,
    /// COQL takes more than two conditions in a row without brackets.
    pub coql_plain_chains: bool,
    /// Seconds until a search sees a new record.
    pub search_lag: i64,
    /// How the index compares text for `equals`: the whole value instead of a part of it.
    pub exact_text_equals: bool,
}

impl OrgInfo {
    /// Whether its answers leave a key out.
    #[must_use]
    pub fn hides(&self, key: &str) -> bool {
        self.hidden_keys.iter().any(|hidden| hidden == key)
    }
}
