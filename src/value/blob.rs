//! Bytes that records and jobs point to: files, photos, results.
//!
//! Bytes are named by their SHA-256, so that what is stored twice is held once, and are shared by
//! all orgs of a server and by all that was kept of them. A [`Blob`] is a handle: records and jobs
//! hold it, and the bytes go with the last handle, so what is stored is what is referenced.

use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

/// The bytes that all blobs of a server may take, unless said otherwise: 1 GiB.
pub const BUDGET: u64 = 1 << 30;

/// The SHA-256 of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId([u8; 32]);

impl BlobId {
    /// The id of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl BlobId {
    /// Reads what [`fmt::Display`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let mut id = [0; 32];
        if digits.len() != id.len() * 2 {
            return None;
        }
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(id))
    }
}

impl fmt::Display for BlobId {
    /// 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// There is no room for more bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{wanted} bytes more than the {used} in use would exceed the {most} that files may take")]
pub struct BudgetSpent {
    /// How many bytes were to be stored.
    pub wanted: u64,
    /// How many are.
    pub used: u64,
    /// How many may be.
    pub most: u64,
}

/// The bytes of all orgs of a server.
#[derive(Debug)]
struct Pool {
    inner: Mutex<KnownBlob>,
}

#[derive(Debug)]
struct KnownBlob {
    blobs: FxHashMap<BlobId, Weak<HeldBytes>>,
    used: u64,
    most: u64,
}

/// Bytes that somebody holds.
struct HeldBytes {
    id: BlobId,
    bytes: Bytes,
    pool: Arc<Pool>,
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        let mut known = self.pool.inner.lock();
        known.used = known.used.saturating_sub(length(&self.bytes));
        // the same bytes may have been stored anew meanwhile
        if let Entry::Occupied(entry) = known.blobs.entry(self.id)
            && entry.get().strong_count() == 0
        {
            entry.remove();
        }
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Some bytes, which are kept as long as there is a handle. Copies are handles of the same bytes.
#[derive(Clone)]
pub struct Blob(Arc<HeldBytes>);

impl Blob {
    /// Their id.
    #[must_use]
    pub fn id(&self) -> BlobId {
        self.0.id
    }

    /// The bytes; they are not copied.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        self.0.bytes.clone()
    }

    /// How many bytes they are.
    #[must_use]
    pub fn size(&self) -> u64 {
        length(&self.0.bytes)
    }
}

impl PartialEq for Blob {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Blob {}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({}, {} bytes)", self.id(), self.size())
    }
}

/// Where blobs are made. The states of a server share one place, with one budget.
#[derive(Clone, Debug)]
pub struct Blobs(Arc<Pool>);

impl Default for Blobs {
    /// No blobs, and a budget of its own.
    fn default() -> Self {
        Self(Arc::new(Pool {
            inner: Mutex::new(KnownBlob {
                blobs: FxHashMap::default(),
                used: 0,
                most: BUDGET,
            }),
        }))
    }
}

impl Blobs {
    /// Keeps some bytes: those that are kept already take no room. It reads all of them, so it is
    /// called before a transaction and not within.
    ///
    /// # Errors
    /// If all bytes would take more than they may.
    pub fn put(&self, bytes: Bytes) -> Result<Blob, BudgetSpent> {
        let id = BlobId::of(&bytes);
        self.put_known(id, bytes)
    }

    /// The same for bytes whose id has been worked out: [`BlobId::of`] them.
    ///
    /// # Errors
    /// If all bytes would take more than they may.
    pub fn put_known(&self, id: BlobId, bytes: Bytes) -> Result<Blob, BudgetSpent> {
        let wanted = length(&bytes);
        let mut known = self.0.inner.lock();
        if let Some(held) = known.blobs.get(&id).and_then(Weak::upgrade) {
            return Ok(Blob(held));
        }
        let (used, most) = (known.used, known.most);
        let after = used.checked_add(wanted).filter(|after| *after <= most);
        known.used = after.ok_or(BudgetSpent { wanted, used, most })?;
        let pool = Arc::clone(&self.0);
        let held = Arc::new(HeldBytes { id, bytes, pool });
        known.blobs.insert(id, Arc::downgrade(&held));
        Ok(Blob(held))
    }

    /// The bytes that are in use by all states that share the budget.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.0.inner.lock().used
    }

    /// The bytes that all states that share the budget may use.
    #[must_use]
    pub fn budget(&self) -> u64 {
        self.0.inner.lock().most
    }

    /// Sets how many bytes all states that share the budget may use. What is stored stays.
    pub fn set_budget(&self, most: u64) {
        self.0.inner.lock().most = most;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    #[test]
    fn ids_are_those_of_sha_256() {
        assert_eq!(
            BlobId::of(b"abc").to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn bytes_are_kept_once_and_go_with_their_last_handle() {
        let blobs = Blobs::default();
        let a = blobs.put(bytes("hello")).expect("room");
        let again = blobs.put(bytes("hello")).expect("room");
        assert_eq!((&a, a.bytes(), blobs.used()), (&again, bytes("hello"), 5));
        drop(a);
        assert_eq!((again.bytes(), blobs.used()), (bytes("hello"), 5));
        drop(again);
        assert_eq!(blobs.used(), 0);
        assert!(blobs.0.inner.lock().blobs.is_empty());
    }

    #[test]
    fn the_budget_is_one_for_all_copies() {
        let blobs = Blobs::default();
        blobs.set_budget(8);
        let fork = blobs.clone();
        let a = blobs.put(bytes("hello")).expect("room");
        let spent = BudgetSpent {
            wanted: 4,
            used: 5,
            most: 8,
        };
        assert_eq!(fork.put(bytes("four")), Err(spent));
        let same = fork.put(bytes("hello")).expect("kept already");
        let more = fork.put(bytes("123")).expect("room");
        drop(a);
        assert!(fork.put(bytes("1234")).is_err(), "the fork holds it");
        drop(same);
        let last = fork.put(bytes("1234")).expect("room");
        assert_eq!((blobs.used(), more.size(), last.size()), (7, 3, 4));
    }

    #[test]
    fn threads_share_a_budget() {
        let blobs = Blobs::default();
        blobs.set_budget(64);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for n in 0..500u32 {
                        let blob = blobs.put(Bytes::copy_from_slice(&(n % 7).to_le_bytes()));
                        let blob = blob.expect("at most 4 times 4 bytes are in use");
                        assert!(blob.size() == 4 && blobs.used() <= 64);
                    }
                });
            }
        });
        assert_eq!(blobs.used(), 0);
        assert!(blobs.0.inner.lock().blobs.is_empty());
    }
}
