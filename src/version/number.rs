//! The versions that there are.

use std::fmt;

use ApiVersion::{V2, V2_1, V3, V4, V5, V6, V7, V8};

/// A version of the REST API, as it stands in the path (`/crm/{version}/…`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum ApiVersion {
    V2,
    V2_1,
    V3,
    V4,
    V5,
    V6,
    V7,
    V8,
}

impl ApiVersion {
    /// Every version, oldest first.
    pub const ALL: [Self; 8] = [V2, V2_1, V3, V4, V5, V6, V7, V8];
    /// The oldest version.
    pub const OLDEST: Self = Self::ALL[0];
    /// The newest version.
    pub const LATEST: Self = Self::ALL[Self::ALL.len() - 1];

    /// Reads the path segment (`v2`, `v2.1`, …); anything else is not a version.
    #[must_use]
    pub fn parse(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.as_str() == segment)
    }

    /// The path segment.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            V2 => "v2",
            V2_1 => "v2.1",
            V3 => "v3",
            V4 => "v4",
            V5 => "v5",
            V6 => "v6",
            V7 => "v7",
            V8 => "v8",
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_round_trip() {
        for v in ApiVersion::ALL {
            assert_eq!(ApiVersion::parse(v.as_str()), Some(v));
        }
        for bad in ["v1", "v9", "V2", "v2.0", "", "2"] {
            assert_eq!(ApiVersion::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_oldest_stands_first() {
        assert!(ApiVersion::ALL.is_sorted());
        assert_eq!(ApiVersion::OLDEST, V2);
        assert_eq!(ApiVersion::LATEST, V8);
    }
}
