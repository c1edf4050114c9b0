//! The clock of an org, the only one that its requests see.

use parking_lot::RwLock;

/// How a clock goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShownTime {
    /// The machine's time, plus this number of seconds.
    Running { ahead: i64 },
    /// Always the same time.
    Frozen(i64),
}

/// The time that requests see, in whole seconds since 1970, as on the wire.
#[derive(Debug)]
pub struct Clock(RwLock<State>);

#[derive(Clone, Copy, Debug)]
struct State {
    shown: ShownTime,
    /// Seconds by which it was moved in all.
    moved: i64,
}

/// Times that Zoho's date-times can name, in seconds since 1970: up to the year 9998, so that every
/// time zone has a date for them.
const TIMES: std::ops::RangeInclusive<i64> = 0..=253_370_764_799;

/// A time outside of what a clock can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a clock shows times from 1970 to 9998")]
pub struct OutOfRange;

impl Clock {
    /// A clock that shows the machine's time.
    #[must_use]
    pub const fn real() -> Self {
        Self::showing(ShownTime::Running { ahead: 0 })
    }

    /// A clock that stands still.
    #[must_use]
    pub const fn fixed(seconds: i64) -> Self {
        Self::showing(ShownTime::Frozen(seconds))
    }

    const fn showing(shown: ShownTime) -> Self {
        Self(RwLock::new(State { shown, moved: 0 }))
    }

    /// A new clock that shows the same time and goes on like this one.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self::showing(self.0.read().shown)
    }

    /// The time, in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.0.read().shown.now()
    }

    /// Seconds by which the clock was moved on in all, less those by which it was moved back.
    #[must_use]
    pub fn moved(&self) -> i64 {
        self.0.read().moved
    }

    /// The time in seconds since 1970, and whether it stands still.
    #[must_use]
    pub fn shows(&self) -> (i64, bool) {
        let shown = self.0.read().shown;
        (shown.now(), matches!(shown, ShownTime::Frozen(_)))
    }

    /// Sets the clock, stops it or lets it run; what is not given stays.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn set(&self, now: Option<i64>, frozen: Option<bool>) -> Result<(), OutOfRange> {
        let mut state = self.0.write();
        let before = state.shown.now();
        let at = now.unwrap_or(before);
        let frozen = frozen.unwrap_or(matches!(state.shown, ShownTime::Frozen(_)));
        state.shown = ShownTime::at(at, frozen)?;
        state.moved += at - before;
        Ok(())
    }

    /// Moves the clock on by a number of seconds; a negative one moves it back.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn advance(&self, seconds: i64) -> Result<(), OutOfRange> {
        let mut state = self.0.write();
        let at = state.shown.now().checked_add(seconds).ok_or(OutOfRange)?;
        state.shown = ShownTime::at(at, matches!(state.shown, ShownTime::Frozen(_)))?;
        state.moved += seconds;
        Ok(())
    }
}

impl ShownTime {
    fn at(seconds: i64, frozen: bool) -> Result<Self, OutOfRange> {
        if !TIMES.contains(&seconds) {
            return Err(OutOfRange);
        }
        Ok(if frozen {
            Self::Frozen(seconds)
        } else {
            Self::Running {
                ahead: seconds - machine(),
            }
        })
    }

    fn now(self) -> i64 {
        match self {
            Self::Frozen(seconds) => seconds,
            Self::Running { ahead } => machine().saturating_add(ahead),
        }
    }
}

/// The machine's time, in seconds since 1970.
fn machine() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_it_is_moved() {
        let clock = Clock::fixed(1_000);
        assert_eq!(clock.shows(), (1_000, true));
        clock.advance(3_600).expect("in range");
        assert_eq!(clock.shows(), (4_600, true));
        clock.advance(-600).expect("in range");
        assert_eq!(clock.now(), 4_000);
        assert_eq!(clock.set(Some(-1), None), Err(OutOfRange));
        assert_eq!(clock.advance(i64::MAX), Err(OutOfRange));
        assert_eq!(clock.now(), 4_000);
    }

    #[test]
    fn a_running_clock_keeps_its_distance() {
        let clock = Clock::real();
        let start = clock.now();
        clock.advance(86_400).expect("in range");
        assert!((86_400..86_402).contains(&(clock.now() - start)));
        clock.set(None, Some(true)).expect("in range");
        let (stopped, frozen) = clock.shows();
        assert!(frozen);
        clock.set(Some(stopped), Some(false)).expect("in range");
        assert!((0..2).contains(&(clock.now() - stopped)));
        assert!(!clock.shows().1);
    }
}
