//! What the loading of a seed depends on besides the seed.

/// What a seed does not say.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The time at which the org comes into being, or is added to, in seconds since 1970.
    pub now: i64,
    /// What chance depends on: the prefix of ids, where the seed does not give one.
    pub rng_seed: u64,
}
