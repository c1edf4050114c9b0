//! Chance that depends on nothing but where it is asked.
//!
//! Every value has a stream of its own, which is found from the seed, the module, the field and
//! the number of the record. So a value of any record can be worked out again without the others,
//! and a field more, or a record more of another module, changes nothing else.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng as _};

/// The streams of one field of one module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream(u64);

impl Stream {
    /// The streams that a seed and names lead to.
    pub(super) fn new(seed: u64, names: &[&str]) -> Self {
        // FNV-1a, with a byte that no name has between the names
        let mut hash = 0xcbf2_9ce4_8422_2325 ^ mix(seed);
        for name in names {
            for byte in name.bytes().chain([0xff]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Self(mix(hash))
    }

    /// The stream of one record.
    pub(super) fn at(self, index: u64) -> Chance {
        let own = mix(self.0 ^ mix(index));
        Chance(Xoshiro256PlusPlus::seed_from_u64(own))
    }
}

/// The last step of splitmix64: neighbours come out far apart.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One stream.
#[derive(Clone, Debug)]
pub(super) struct Chance(Xoshiro256PlusPlus);

impl Chance {
    /// A number below `end`; 0 where that is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        if end == 0 {
            0
        } else {
            self.0.random_range(0..end)
        }
    }

    /// A number between two, both included; `low` where they are the wrong way round.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            low
        } else {
            self.0.random_range(low..=high)
        }
    }

    /// True in so many of a million cases.
    pub(super) fn millionths(&mut self, share: u32) -> bool {
        share >= 1_000_000 || (share > 0 && self.0.random_range(0..1_000_000) < share)
    }

    /// One of a list.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        if list.is_empty() {
            return None;
        }
        list.get(self.0.random_range(0..list.len()))
    }

    /// Appends a pattern: `#` is a digit, `^` one from 1 on, everything else itself.
    pub(super) fn digits(&mut self, pattern: &str, out: &mut String) {
        self.pattern(pattern, false, out);
    }

    /// Appends a pattern: `#` is a digit, `^` one from 1 on, `A` a letter, everything else itself.
    pub(super) fn code(&mut self, pattern: &str, out: &mut String) {
        self.pattern(pattern, true, out);
    }

    fn pattern(&mut self, pattern: &str, letters: bool, out: &mut String) {
        // a draw is good for several characters
        let mut rest = 0;
        for c in pattern.chars() {
            let (first, choices) = match c {
                '#' => (b'0', 10),
                '^' => (b'1', 9),
                'A' if letters => (b'A', 26),
                c => {
                    out.push(c);
                    continue;
                }
            };
            if rest < 1_000_000 {
                rest = self.0.random_range(0..u64::MAX);
            }
            let offset = u8::try_from(rest % choices).unwrap_or_default();
            out.push(char::from(first + offset));
            rest /= choices;
        }
    }

    /// A number between two of the size that people write: two or three digits, then zeros.
    /// Small ones are as likely as large ones.
    pub(super) fn amount(&mut self, low: i64, high: i64) -> i64 {
        if low < 0 || high / 20 < low.max(1) {
            return self.between(low, high);
        }
        let size = |number: i64| i64::from(number.max(1).ilog10());
        for _ in 0..8 {
            let zeros = u32::try_from(self.between(size(low), size(high)) - 2).unwrap_or(0);
            let number = self.between(100, 999).saturating_mul(10i64.pow(zeros));
            if (low..=high).contains(&number) {
                return number;
            }
        }
        self.between(low, high)
    }
}

/// A share as a number of millionths.
pub(super) fn millionths(share: f64) -> u32 {
    // shares are between 0 and 1: there is nothing to lose
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 1,000,000"
    )]
    let number = (share.clamp(0.0, 1.0) * 1_000_000.0).round() as u32;
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_depend_on_all_they_are_made_of() {
        let first = |stream: Stream, index| stream.at(index).below(1 << 60);
        let base = first(Stream::new(1, &["Leads", "Email"]), 7);
        assert_eq!(base, first(Stream::new(1, &["Leads", "Email"]), 7));
        assert_ne!(base, first(Stream::new(2, &["Leads", "Email"]), 7));
        assert_ne!(base, first(Stream::new(1, &["Leads", "Phone"]), 7));
        assert_ne!(base, first(Stream::new(1, &["LeadsE", "mail"]), 7));
        assert_ne!(base, first(Stream::new(1, &["Leads", "Email"]), 8));
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut chance = Stream::new(0, &["x"]).at(0);
        for (low, high) in [(0, 0), (5, 5000), (-3, 3), (2, 9), (1, 999_999), (7, 3)] {
            for _ in 0..200 {
                let number = chance.amount(low, high);
                assert!(
                    number >= low && number <= high.max(low),
                    "{low} {high}: {number}"
                );
            }
        }
        assert_eq!(chance.below(0), 0);
        assert_eq!(chance.pick::<u8>(&[]), None);
        assert!(chance.millionths(1_000_000) && !chance.millionths(0));
    }

    #[test]
    fn patterns() {
        let mut chance = Stream::new(0, &["x"]).at(0);
        let (mut digits, mut code) = (String::new(), String::new());
        chance.digits("A-^## x", &mut digits);
        chance.code("AA-####", &mut code);
        let bytes = digits.as_bytes();
        assert!(
            digits.starts_with("A-") && digits.ends_with(" x"),
            "{digits}"
        );
        assert!(bytes[2] != b'0' && bytes[2..5].iter().all(u8::is_ascii_digit));
        let (letters, number) = code.split_once('-').expect("a dash");
        assert!(letters.bytes().all(|b| b.is_ascii_uppercase()), "{code}");
        assert!(number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()));
    }
}
