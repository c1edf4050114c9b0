//! How much later an answer comes.

use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::ChaCha12Rng;
use serde::{Deserialize, Serialize};

/// A length of time in milliseconds that may be drawn by lot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(
    untagged,
    expecting = "delay_ms is a number of milliseconds, {min, max} or {median, sigma}"
)]
pub enum Delay {
    /// Always the same.
    Fixed(f64),
    /// Anywhere between two lengths, each as likely as the other.
    Even(Even),
    /// Around a median, with a long tail, as networks have it.
    LogNormal(LogNormal),
}

/// See [`Delay::Even`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Even {
    /// The shortest, in milliseconds.
    pub min: f64,
    /// The longest, in milliseconds.
    pub max: f64,
}

/// See [`Delay::LogNormal`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LogNormal {
    /// The median, in milliseconds.
    pub median: f64,
    /// The deviation of the logarithm, from 0 to 10.
    pub sigma: f64,
}

/// The longest delay, in milliseconds: an hour.
const LONGEST: f64 = 3_600_000.0;

impl Delay {
    /// Whether it can be waited for: no part is negative or longer than an hour, and what is least
    /// is not more than what is most.
    pub(super) fn is_sane(&self) -> bool {
        let fits = |ms: f64| (0.0..=LONGEST).contains(&ms);
        match self {
            Self::Fixed(ms) => fits(*ms),
            Self::Even(even) => fits(even.min) && fits(even.max) && even.min <= even.max,
            Self::LogNormal(log) => fits(log.median) && (0.0..=10.0).contains(&log.sigma),
        }
    }

    pub(super) fn draw(&self, rng: &mut ChaCha12Rng) -> Duration {
        let ms = match self {
            Self::Fixed(ms) => *ms,
            Self::Even(even) => even.min + (even.max - even.min) * rng.random::<f64>(),
            Self::LogNormal(log) => {
                // Box and Muller
                let (a, b): (f64, f64) = (rng.random(), rng.random());
                let normal = (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos();
                log.median * (log.sigma * normal).exp()
            }
        };
        Duration::from_secs_f64(ms.clamp(0.0, LONGEST) / 1000.0)
    }
}
