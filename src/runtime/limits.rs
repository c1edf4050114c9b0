//! Zoho's limits on how much may be asked: API credits a day, calls at once, and a plain rate.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::error::Code;

/// An edition of Zoho CRM, as far as limits go (Zoho's page on API limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// 5,000 credits, 5 calls at once.
    Free,
    /// 50,000 credits and 250 for each user, at most 100,000; 10 calls at once.
    Standard,
    /// 50,000 credits and 500 for each user, at most 3 million; 15 calls at once.
    Professional,
    /// 50,000 credits and 1,000 for each user, at most 5 million; 20 calls at once.
    Enterprise,
    /// 50,000 credits and 2,000 for each user; 25 calls at once.
    Ultimate,
}

impl Edition {
    /// Every edition, smallest first.
    pub const ALL: [Self; 5] = [
        Self::Free,
        Self::Standard,
        Self::Professional,
        Self::Enterprise,
        Self::Ultimate,
    ];

    /// The word of the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Standard => "standard",
            Self::Professional => "professional",
            Self::Enterprise => "enterprise",
            Self::Ultimate => "ultimate",
        }
    }

    /// Reads the word of the command line.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|edition| edition.as_str().eq_ignore_ascii_case(text))
    }

    /// Credits that an org has for 24 hours, by the number of its users.
    #[must_use]
    pub const fn credits(self, users: u64) -> u64 {
        let (base, each, most) = match self {
            Self::Free => (5_000, 0, 5_000),
            Self::Standard => (50_000, 250, 100_000),
            Self::Professional => (50_000, 500, 3_000_000),
            Self::Enterprise => (50_000, 1_000, 5_000_000),
            Self::Ultimate => (50_000, 2_000, u64::MAX),
        };
        let all: u64 = base + users.saturating_mul(each);
        if all < most { all } else { most }
    }

    /// Calls that may be under way at once.
    #[must_use]
    pub const fn concurrency(self) -> usize {
        match self {
            Self::Free => 5,
            Self::Standard => 10,
            Self::Professional => 15,
            Self::Enterprise => 20,
            Self::Ultimate => 25,
        }
    }
}

/// Heavy calls that may be under way at once, in every edition.
const HEAVY_AT_ONCE: usize = 10;
/// Seconds after which the credits of a call are free again: 24 hours.
const DAY: i64 = 86_400;

/// How many calls are let through within a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Calls within the span.
    pub calls: usize,
    /// The length of the span, in seconds.
    pub seconds: i64,
}

impl std::str::FromStr for Rate {
    type Err = String;

    /// Reads `10` (calls a second) or `100/60` (calls in so many seconds).
    fn from_str(text: &str) -> Result<Self, String> {
        let (calls, seconds) = text.split_once('/').unwrap_or((text, "1"));
        let rate = Self {
            calls: calls.trim().parse().unwrap_or(0),
            seconds: seconds.trim().parse().unwrap_or(0),
        };
        if rate.calls == 0 || rate.seconds <= 0 {
            return Err("a rate is a number of calls, or calls/seconds (100/60)".into());
        }
        Ok(rate)
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.calls, self.seconds)
    }
}

/// Which limits are in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limited {
    /// Credits and concurrency of this edition.
    pub edition: Option<Edition>,
    /// A number of credits in place of the edition's.
    pub credits: Option<u64>,
    /// Calls at once, in place of the edition's.
    pub concurrency: Option<usize>,
    /// A plain rate.
    pub rate: Option<Rate>,
}

impl Limited {
    fn any(&self) -> bool {
        *self != Self::default()
    }

    fn credits(&self, users: u64) -> Option<u64> {
        self.credits
            .or(self.edition.map(|edition| edition.credits(users)))
    }

    fn concurrency(&self) -> Option<usize> {
        self.concurrency.or(self.edition.map(Edition::concurrency))
    }
}

#[derive(Debug, Default)]
struct Used {
    /// Credits by the minute in which they were spent: minutes since 1970 and credits.
    spent: VecDeque<(i64, u64)>,
    total: u64,
    /// When the calls of the rate's span came.
    calls: VecDeque<i64>,
    under_way: usize,
    heavy: usize,
    refused: u64,
}

impl Used {
    fn forget(&mut self, now: i64, rate: Option<Rate>) {
        // within a minute of the day is near enough, and keeps the list short
        while let Some((minute, credits)) = self.spent.front().copied()
            && minute * 60 + DAY <= now
        {
            self.spent.pop_front();
            self.total -= credits;
        }
        // a clock that was set back has spent nothing yet
        while let Some((minute, credits)) = self.spent.back().copied()
            && minute * 60 > now
        {
            self.spent.pop_back();
            self.total -= credits;
        }
        let span = rate.map_or(0, |rate| rate.seconds);
        while self
            .calls
            .front()
            .is_some_and(|at| at.saturating_add(span) <= now || *at > now)
        {
            self.calls.pop_front();
        }
    }
}

/// The limits of an org and what of them is used up.
#[derive(Debug)]
pub struct Limits(Arc<Mutex<(Limited, Used)>>);

/// What a call costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Credits.
    pub credits: u64,
    /// Whether it counts among the heavy ones.
    pub heavy: bool,
}

/// A call that is under way; it has ended when this is dropped.
#[derive(Debug)]
pub struct UnderWay {
    limits: Arc<Mutex<(Limited, Used)>>,
    heavy: bool,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let used = &mut self.limits.lock().1;
        used.under_way = used.under_way.saturating_sub(1);
        if self.heavy {
            used.heavy = used.heavy.saturating_sub(1);
        }
    }
}

/// A call that was let through.
#[derive(Debug, Default)]
pub struct Admitted {
    /// To be held until the answer has been sent.
    pub under_way: Option<UnderWay>,
    /// Credits that are left, once half of them are spent (`X-API-CREDITS-REMAINING`).
    pub remaining: Option<u64>,
}

impl Limits {
    /// Limits of which nothing is used yet.
    #[must_use]
    pub fn new(limited: Limited) -> Self {
        Self(Arc::new(Mutex::new((limited, Used::default()))))
    }

    /// The limits in force.
    #[must_use]
    pub fn limited(&self) -> Limited {
        self.0.lock().0
    }

    /// Puts other limits in force. What was used stays used.
    pub fn set(&self, limited: Limited) {
        self.0.lock().0 = limited;
    }

    /// Forgets what was used.
    pub fn reset(&self) {
        let used = &mut self.0.lock().1;
        used.spent.clear();
        used.calls.clear();
        used.total = 0;
        used.refused = 0;
    }

    /// Credits of the last 24 hours: allowed, if there is a limit, and used; and calls refused.
    #[must_use]
    pub fn usage(&self, users: u64, now: i64) -> (Option<u64>, u64, u64) {
        let (limited, used) = &mut *self.0.lock();
        used.forget(now, limited.rate);
        (limited.credits(users), used.total, used.refused)
    }

    /// Charges a call and gives what it must hold while it runs. A call that is refused costs nothing.
    ///
    /// # Errors
    /// `TOO_MANY_REQUESTS`, `LIMIT_EXCEEDED`.
    pub fn admit(
        &self,
        cost: Cost,
        users: impl FnOnce() -> u64,
        now: i64,
    ) -> Result<Admitted, Code> {
        let (limited, used) = &mut *self.0.lock();
        if !limited.any() {
            return Ok(Admitted::default());
        }
        used.forget(now, limited.rate);
        let full = limited.concurrency().is_some_and(|most| {
            used.under_way >= most || (cost.heavy && used.heavy >= HEAVY_AT_ONCE)
        });
        let often = limited
            .rate
            .is_some_and(|rate| used.calls.len() >= rate.calls);
        if full || often {
            used.refused += 1;
            return Err(Code::TOO_MANY_REQUESTS);
        }
        let allowed = limited.credits(users());
        if allowed.is_some_and(|allowed| used.total + cost.credits > allowed) {
            used.refused += 1;
            return Err(Code::CREDITS_SPENT);
        }
        if limited.rate.is_some() {
            used.calls.push_back(now);
        }
        let mut admitted = Admitted::default();
        if let Some(allowed) = allowed {
            let minute = now.div_euclid(60);
            match used.spent.back_mut() {
                Some((last, credits)) if *last == minute => *credits += cost.credits,
                _ => used.spent.push_back((minute, cost.credits)),
            }
            used.total += cost.credits;
            admitted.remaining = (used.total * 2 >= allowed).then(|| allowed - used.total);
        }
        if limited.concurrency().is_some() {
            used.under_way += 1;
            used.heavy += usize::from(cost.heavy);
            admitted.under_way = Some(UnderWay {
                limits: Arc::clone(&self.0),
                heavy: cost.heavy,
            });
        }
        Ok(admitted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Cost = Cost {
        credits: 1,
        heavy: false,
    };

    fn credits(credits: u64) -> Limits {
        Limits::new(Limited {
            credits: Some(credits),
            ..Limited::default()
        })
    }

    #[test]
    fn credits_are_spent_and_come_back_after_a_day() {
        let limits = credits(4);
        let remaining: Vec<Option<u64>> = (0..4)
            .map(|_| limits.admit(ONE, || 1, 60).expect("let through").remaining)
            .collect();
        assert_eq!(remaining, [None, Some(2), Some(1), Some(0)]);
        assert_eq!(limits.admit(ONE, || 1, 60).err(), Some(Code::CREDITS_SPENT));
        assert_eq!(limits.usage(1, 60), (Some(4), 4, 1));
        assert!(limits.admit(ONE, || 1, 60 + DAY - 1).is_err());
        assert!(limits.admit(ONE, || 1, 60 + DAY).is_ok());
    }

    #[test]
    fn a_rate_may_be_for_all_time() {
        let limits = Limits::new(Limited {
            rate: Some(Rate {
                calls: 1,
                seconds: i64::MAX,
            }),
            ..Limited::default()
        });
        assert!(limits.admit(ONE, || 1, 60).is_ok());
        assert!(limits.admit(ONE, || 1, 60 + DAY).is_err());
    }

    #[test]
    fn editions_have_what_zoho_says() {
        for (edition, users, credits, concurrency) in [
            (Edition::Free, 10, 5_000, 5),
            (Edition::Standard, 4, 51_000, 10),
            (Edition::Standard, 400, 100_000, 10),
            (Edition::Professional, 2, 51_000, 15),
            (Edition::Enterprise, 1_000, 1_050_000, 20),
            (Edition::Ultimate, 10, 70_000, 25),
        ] {
            assert_eq!(edition.credits(users), credits);
            assert_eq!(edition.concurrency(), concurrency);
            assert_eq!(Edition::parse(edition.as_str()), Some(edition));
        }
    }

    #[test]
    fn calls_at_once() {
        let limits = Limits::new(Limited {
            concurrency: Some(2),
            ..Limited::default()
        });
        let first = limits.admit(ONE, || 1, 0).expect("let through");
        let second = limits.admit(ONE, || 1, 0).expect("let through");
        assert_eq!(
            limits.admit(ONE, || 1, 0).err(),
            Some(Code::TOO_MANY_REQUESTS)
        );
        drop(first);
        assert!(limits.admit(ONE, || 1, 0).is_ok());
        drop(second);
    }

    #[test]
    fn heavy_calls_at_once() {
        let limits = Limits::new(Limited {
            edition: Some(Edition::Ultimate),
            ..Limited::default()
        });
        let heavy = Cost { heavy: true, ..ONE };
        let held: Vec<Admitted> = (0..10)
            .map(|_| limits.admit(heavy, || 1, 0).expect("let through"))
            .collect();
        assert!(limits.admit(heavy, || 1, 0).is_err());
        assert!(limits.admit(ONE, || 1, 0).is_ok());
        drop(held);
        assert!(limits.admit(heavy, || 1, 0).is_ok());
    }

    #[test]
    fn a_rate() {
        let rate: Rate = "2/10".parse().expect("a rate");
        let limits = Limits::new(Limited {
            rate: Some(rate),
            ..Limited::default()
        });
        let taken: Vec<bool> = [0, 1, 2, 9, 10, 11, 12]
            .iter()
            .map(|now| limits.admit(ONE, || 1, *now).is_ok())
            .collect();
        assert_eq!(taken, [true, true, false, false, true, true, false]);
        for bad in ["", "0", "x", "1/0", "-1", "5/-2"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
