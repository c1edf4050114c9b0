//! A part of a file, as the header `Range` asks for it (RFC 9110, section 14).

use std::ops::Range;

use super::Response;

/// What a header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum AskedPart {
    /// Everything: several parts, another unit, or what is no range are ignored, as the RFC allows.
    Whole,
    /// These bytes.
    Bytes(Range<usize>),
    /// Bytes behind the end.
    Beyond,
}

impl AskedPart {
    fn read(header: &str, length: usize) -> Self {
        let Some((unit, range)) = header.split_once('=') else {
            return Self::Whole;
        };
        let Some((first, last)) = range.trim().split_once('-') else {
            return Self::Whole;
        };
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return Self::Whole;
        }
        let bytes = match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(length),
            (Some(first), None) if last.is_empty() => first..length,
            (None, Some(count)) if first.is_empty() => length.saturating_sub(count)..length,
            _ => return Self::Whole,
        };
        if bytes.is_empty() {
            Self::Beyond
        } else {
            Self::Bytes(bytes)
        }
    }
}

/// A number, however large.
fn number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(usize::MAX))
}

impl Response {
    /// The part of a file that a header asks for: 206 with these bytes, which are not copied, and 416
    /// without any if there are none.
    #[must_use]
    pub fn part(mut self, range: &str) -> Self {
        let length = self.body.len();
        match AskedPart::read(range, length) {
            AskedPart::Whole => self,
            AskedPart::Bytes(bytes) => {
                let last = bytes.end.saturating_sub(1);
                let told = format!("bytes {}-{last}/{length}", bytes.start);
                self.status = 206;
                self.body = self.body.slice(bytes);
                self.header("Content-Range", told)
            }
            AskedPart::Beyond => {
                Self::empty(416).header("Content-Range", format!("bytes */{length}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AskedPart::{self, Beyond, Bytes, Whole};

    #[test]
    fn parts_of_ten_bytes() {
        for (header, expected) in [
            ("bytes=0-", Bytes(0..10)),
            ("bytes=2-5", Bytes(2..6)),
            ("Bytes = 2-5", Bytes(2..6)),
            ("bytes=9-9", Bytes(9..10)),
            ("bytes=8-99999999999999999999", Bytes(8..10)),
            ("bytes=-3", Bytes(7..10)),
            ("bytes=-30", Bytes(0..10)),
            ("bytes=10-", Beyond),
            ("bytes=10-12", Beyond),
            ("bytes=99999999999999999999-", Beyond),
            ("bytes=-0", Beyond),
            ("bytes=5-2", Whole),
            ("bytes=0-1,3-4", Whole),
            ("bytes=a-b", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=-", Whole),
            ("bytes=", Whole),
            ("rows=0-1", Whole),
            ("", Whole),
        ] {
            assert_eq!(AskedPart::read(header, 10), expected, "{header}");
        }
        assert_eq!(AskedPart::read("bytes=0-", 0), Beyond);
    }
}
