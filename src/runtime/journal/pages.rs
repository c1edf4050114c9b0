//! Where the journal keeps what was said: pages that are filled one after the other.
//!
//! An entry has half a dozen texts of all sizes, which live as long as it stays in the ring. Each in
//! an allocation of its own leaves the heap in pieces: with orgs that come and go it grew by half in
//! half an hour. Pages are of few sizes, and go as a whole.

use bytes::{Bytes, BytesMut};

/// A page is of so many bytes at least …
const SMALLEST: usize = 4 << 10;
/// … and of so many at most.
const LARGEST: usize = 256 << 10;
/// What takes more than this part of a page has one of its own.
const PART: usize = 4;

/// The page that is being filled.
#[derive(Debug, Default)]
pub(super) struct Pages {
    page: BytesMut,
    /// What was taken so far, in bytes: an org that says little has small pages.
    taken: usize,
}

impl Pages {
    /// Room for so many bytes.
    pub(super) fn room(&mut self, bytes: usize) -> BytesMut {
        let left = self.page.capacity();
        if bytes > left {
            let page = self.taken.clamp(SMALLEST, LARGEST).next_power_of_two();
            self.taken = self.taken.saturating_add(bytes);
            if bytes > page / PART {
                return BytesMut::with_capacity(bytes);
            }
            self.page = BytesMut::with_capacity(page);
            return self.page.split_off(self.page.capacity() - bytes);
        }
        self.taken = self.taken.saturating_add(bytes);
        self.page.split_off(left - bytes)
    }
}

/// Writes parts into a room one after the other.
pub(super) fn fill<const N: usize>(mut room: BytesMut, parts: [&[u8]; N]) -> [Bytes; N] {
    parts.map(|part| {
        room.extend_from_slice(part);
        room.split().freeze()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A journal of many entries takes few allocations, and each part reads as it was written.
    #[test]
    fn parts_lie_side_by_side_and_read_as_written() {
        let mut pages = Pages::default();
        let mut kept = Vec::new();
        for n in 0..5_000_usize {
            let long = vec![b'x'; n % 700];
            let parts: [&[u8]; 3] = [b"GET", &long, b""];
            let room = pages.room(parts.iter().map(|part| part.len()).sum());
            assert!(room.is_empty() && room.capacity() >= long.len() + 3);
            kept.push(fill(room, parts));
        }
        for (n, [first, second, third]) in kept.iter().enumerate() {
            assert_eq!(&first[..], b"GET");
            assert!(second.len() == n % 700 && second.iter().all(|byte| *byte == b'x'));
            assert!(third.is_empty());
        }
        // neighbours stand in one page, the later before the earlier
        let neighbours = kept.windows(2).filter(|pair| {
            let [[_, later, _], [earlier, ..]] = [&pair[1], &pair[0]];
            later.as_ptr_range().end == earlier.as_ptr()
        });
        assert!(neighbours.count() > 4_900);
    }

    /// What is large does not drive half a page away.
    #[test]
    fn what_is_large_has_a_page_of_its_own() {
        let mut pages = Pages::default();
        drop(pages.room(10));
        let left = pages.page.capacity();
        let large = pages.room(1 << 20);
        assert_eq!((large.capacity(), pages.page.capacity()), (1 << 20, left));
    }
}
