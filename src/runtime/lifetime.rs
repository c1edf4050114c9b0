//! Lifetimes: of rules of faults, and of orgs that nobody uses.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde_json::Value as Json;

use super::clock::Clock;

/// How long something lives. It counts on the org's clock and on the machine's alike, and ends by
/// whichever comes first: under a clock that stands still things end all the same, and a clock that
/// is moved on ends them at once.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime {
    length: Duration,
    since: Instant,
    since_shown: i64,
}

impl Lifetime {
    /// A life that begins now.
    #[must_use]
    pub fn new(length: Duration, clock: &Clock) -> Self {
        Self {
            length,
            since: Instant::now(),
            since_shown: clock.now(),
        }
    }

    /// How long it is in all.
    #[must_use]
    pub const fn length(&self) -> Duration {
        self.length
    }

    /// Lets it begin again.
    pub fn renew(&mut self, clock: &Clock) {
        *self = Self::new(self.length, clock);
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_over(&self, clock: &Clock) -> bool {
        let shown = clock.now().saturating_sub(self.since_shown);
        let shown = Duration::from_secs(u64::try_from(shown).unwrap_or(0));
        self.since.elapsed() >= self.length || (shown >= self.length && !shown.is_zero())
    }
}

/// The longest that a length of time may be.
pub const LONGEST: SignedDuration = SignedDuration::from_secs(9_999_999_999);

/// Lengths of time as texts, as a regular expression of JSON schemas.
#[cfg(feature = "admin")]
pub const ISO_8601: &str = "^P([0-9]{1,4}W|([0-9]{1,3}W)?[0-9]{1,4}D|([0-9]{1,3}W)?([0-9]{1,4}D)?\
    T([0-9]{1,5}H|([0-9]{1,5}H)?[0-9]{1,5}M|([0-9]{1,5}H)?([0-9]{1,5}M)?[0-9]{1,9}S)|T[0-9]{10}S)$";

/// The JSON form of a length of time that is not negative, for its schema.
#[cfg(feature = "admin")]
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
pub enum LengthForm {
    /// Seconds.
    Seconds(#[schemars(range(min = 0, max = LONGEST.as_secs()))] f64),
    /// An ISO 8601 duration.
    Text(#[schemars(regex(pattern = ISO_8601))] String),
}

/// Reads a length of time: seconds as a number, or an ISO 8601 duration (`PT1H`, `P2D`; a day has
/// 24 hours). `None` if it is neither, or longer than three hundred years.
#[must_use]
pub fn parse_duration(value: &Json) -> Option<SignedDuration> {
    let length = match value {
        Json::Number(number) => SignedDuration::try_from_secs_f64(number.as_f64()?).ok(),
        Json::String(text) => {
            let span: Span = text.parse().ok()?;
            if span.get_years() != 0 || span.get_months() != 0 {
                return None;
            }
            // weeks and days are fixed lengths here, years and months are none
            span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
        }
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    };
    length.filter(|length| (-LONGEST..=LONGEST).contains(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn durations() {
        for (value, seconds) in [
            (json!(90), Some(90.0)),
            (json!(0.5), Some(0.5)),
            (json!("PT1H"), Some(3600.0)),
            (json!("PT1M30S"), Some(90.0)),
            (json!("P1D"), Some(86_400.0)),
            (json!("P1W"), Some(604_800.0)),
            (json!("-PT1M"), Some(-60.0)),
            (json!("P1Y"), None),
            (json!("an hour"), None),
            (json!("1970-01-01"), None),
            (json!(1e300), None),
            (json!(true), None),
        ] {
            let read = parse_duration(&value).map(|d| d.as_secs_f64());
            assert_eq!(read, seconds, "{value}");
        }
    }

    #[test]
    fn a_life_ends_on_either_clock() {
        let clock = Clock::fixed(1_000);
        let mut life = Lifetime::new(Duration::from_secs(60), &clock);
        assert!(!life.is_over(&clock));
        clock.advance(60).expect("in range");
        assert!(life.is_over(&clock));
        life.renew(&clock);
        assert!(!life.is_over(&clock));
        let short = Lifetime::new(Duration::ZERO, &clock);
        assert!(short.is_over(&clock));
    }
}
