//! Ranges of versions.

use super::number::ApiVersion;

/// A range of versions: from one, until another (both included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    from: ApiVersion,
    until: ApiVersion,
}

impl Versions {
    /// Every version.
    pub const ALL: Self = Self {
        from: ApiVersion::OLDEST,
        until: ApiVersion::LATEST,
    };

    /// No version.
    pub const NONE: Self = Self {
        from: ApiVersion::LATEST,
        until: ApiVersion::OLDEST,
    };

    /// From `version` on.
    #[must_use]
    pub const fn since(version: ApiVersion) -> Self {
        Self {
            from: version,
            until: ApiVersion::LATEST,
        }
    }

    /// Up to `version`.
    #[must_use]
    pub const fn until(version: ApiVersion) -> Self {
        Self {
            from: ApiVersion::OLDEST,
            until: version,
        }
    }

    /// Between two versions, both included.
    #[must_use]
    pub const fn between(from: ApiVersion, until: ApiVersion) -> Self {
        Self { from, until }
    }

    /// As a declaration gives them, which may leave either end out.
    #[must_use]
    pub fn declared(since: Option<ApiVersion>, until: Option<ApiVersion>) -> Self {
        Self {
            from: since.unwrap_or(ApiVersion::OLDEST),
            until: until.unwrap_or(ApiVersion::LATEST),
        }
    }

    /// Whether `version` lies in the range.
    #[must_use]
    pub fn contains(self, version: ApiVersion) -> bool {
        self.from <= version && version <= self.until
    }

    /// The first version of the range.
    #[must_use]
    pub const fn first(self) -> ApiVersion {
        self.from
    }

    /// The last version of the range.
    #[must_use]
    pub const fn last(self) -> ApiVersion {
        self.until
    }

    /// Reads `v2`, `v2-v2.1`, `v3-` or `-v4`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let Some((from, until)) = text.split_once('-') else {
            return ApiVersion::parse(text).map(|v| Self { from: v, until: v });
        };
        let bound = |s: &str, default| {
            if s.is_empty() {
                Some(default)
            } else {
                ApiVersion::parse(s)
            }
        };
        Some(Self {
            from: bound(from, ApiVersion::OLDEST)?,
            until: bound(until, ApiVersion::LATEST)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ApiVersion::{V2, V2_1, V3, V8};
    use super::*;

    #[test]
    fn ranges() {
        assert!(Versions::parse("v2-v2.1").is_some_and(|r| r.contains(V2_1) && !r.contains(V3)));
        assert!(Versions::parse("v3-").is_some_and(|r| r.contains(V8) && !r.contains(V2_1)));
        assert!(Versions::parse("v9").is_none());
        assert!(!Versions::NONE.contains(V2) && !Versions::NONE.contains(V8));
        let declared = Versions::declared(None, Some(V2_1));
        assert!(declared.contains(V2) && declared.contains(V2_1) && !declared.contains(V3));
    }
}
