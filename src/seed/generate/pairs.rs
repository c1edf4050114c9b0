//! Records of linking modules: each pairs two others, and no two pair the same ones.

use super::chance::Stream;

/// All pairs of two pools in an order that mixes them. The pair of any record is found from its
/// number alone.
#[derive(Debug)]
pub(super) struct Pairing {
    /// The places of the two lookups among those of the module.
    slots: (usize, usize),
    pools: (u64, u64),
    /// Goes through all pairs: it has no divisor in common with their number.
    step: u64,
    start: u64,
    /// Pairs that the seed has, ascending.
    taken: Vec<u64>,
}

impl Pairing {
    pub(super) fn new(
        slots: (usize, usize),
        pools: (u64, u64),
        stream: Stream,
        mut taken: Vec<u64>,
    ) -> Self {
        taken.sort_unstable();
        taken.dedup();
        let mut pairing = Self {
            slots,
            pools,
            step: 1,
            start: 0,
            taken,
        };
        let all = pairing.all();
        let mut chance = stream.at(0);
        pairing.start = chance.below(all);
        // a step of about a third or more, so that neighbours share nothing
        let wish = (all / 3).saturating_add(chance.below((all / 3).max(1)));
        let mut steps = wish.max(1)..=all.max(1);
        pairing.step = steps.find(|step| divisor(*step, all) == 1).unwrap_or(1);
        pairing
    }

    fn all(&self) -> u64 {
        self.pools.0.saturating_mul(self.pools.1)
    }

    /// How many records can pair different ones.
    pub(super) fn room(&self) -> u64 {
        self.all().saturating_sub(self.taken.len() as u64)
    }

    /// Where the two lookups of a record lead: to which record of their pools.
    pub(super) fn at(&self, index: u64) -> [(usize, u64); 2] {
        let mut pair = self.place(index);
        // a number that falls on a pair of the seed takes one from behind those that records need
        while let Ok(rank) = self.taken.binary_search(&pair) {
            pair = self.place(self.room().saturating_add(rank as u64));
        }
        let width = self.pools.1.max(1);
        [(self.slots.0, pair / width), (self.slots.1, pair % width)]
    }

    /// The pair at a place in the order.
    fn place(&self, number: u64) -> u64 {
        let all = u128::from(self.all().max(1));
        let pair = u128::from(number) * u128::from(self.step) + u128::from(self.start);
        u64::try_from(pair % all).unwrap_or_default()
    }
}

fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_pair_once_and_none_of_the_seed() {
        for (pools, taken) in [
            ((1, 1), vec![]),
            ((3, 4), vec![]),
            ((3, 4), vec![0, 5, 11]),
            ((7, 6), vec![41, 40, 3]),
            ((100, 3), (0..150).collect()),
        ] {
            let stream = Stream::new(7, &["pairs"]);
            let pairing = Pairing::new((0, 1), pools, stream, taken.clone());
            let pairs: BTreeSet<u64> = (0..pairing.room())
                .map(|index| {
                    let [(_, a), (_, b)] = pairing.at(index);
                    assert!(a < pools.0 && b < pools.1);
                    a * pools.1 + b
                })
                .collect();
            assert_eq!(pairs.len() as u64, pairing.room(), "{pools:?}");
            assert!(taken.iter().all(|pair| !pairs.contains(pair)));
        }
    }
}
