//! The only clock of the server.

/// The time that requests see, in whole seconds since 1970, as on the wire.
#[derive(Debug)]
pub struct Clock {
    fixed: Option<i64>,
}

impl Clock {
    /// A clock that shows the machine's time.
    #[must_use]
    pub const fn real() -> Self {
        Self { fixed: None }
    }

    /// A clock that stands still.
    #[must_use]
    pub const fn fixed(seconds: i64) -> Self {
        Self {
            fixed: Some(seconds),
        }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.fixed.unwrap_or_else(|| {
            #[expect(clippy::disallowed_methods, reason = "this is the clock")]
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            now.map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX))
        })
    }
}
