//! Bytes that records and jobs point to: files, photos, results.
//!
//! Bytes are named by their SHA-256, so that what is stored twice is held once, and are shared by
//! all orgs of a server and by all that was kept of them. They go when nothing holds them any more:
//! no state in use, no fork, no snapshot.

use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use super::tree::{Tree, Visible};
use crate::error::{ApiError, Code};

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

impl From<BudgetSpent> for ApiError {
    /// `STORAGE_SPACE_EXCEEDED`, with the bytes that there may be.
    fn from(spent: BudgetSpent) -> Self {
        Self::new(Code::STORAGE_SPACE_EXCEEDED).with("size", spent.most)
    }
}

/// The bytes of all orgs of a server.
#[derive(Debug)]
struct Pool {
    inner: Mutex<KnownBlob>,
}

#[derive(Debug)]
struct KnownBlob {
    blobs: FxHashMap<BlobId, Weak<Blob>>,
    used: u64,
    most: u64,
}

/// Bytes that somebody holds.
#[derive(Debug)]
struct Blob {
    id: BlobId,
    bytes: Bytes,
    pool: Arc<Pool>,
}

impl Drop for Blob {
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

impl Pool {
    fn put(self: &Arc<Self>, id: BlobId, bytes: Bytes) -> Result<Arc<Blob>, BudgetSpent> {
        let wanted = length(&bytes);
        let mut known = self.inner.lock();
        if let Some(blob) = known.blobs.get(&id).and_then(Weak::upgrade) {
            return Ok(blob);
        }
        let (used, most) = (known.used, known.most);
        let after = used.checked_add(wanted).filter(|after| *after <= most);
        known.used = after.ok_or(BudgetSpent { wanted, used, most })?;
        let pool = Arc::clone(self);
        let blob = Arc::new(Blob { id, bytes, pool });
        known.blobs.insert(id, Arc::downgrade(&blob));
        Ok(blob)
    }
}

/// The blobs of a state. Copies share them.
#[derive(Clone, Debug)]
pub struct Blobs {
    pool: Arc<Pool>,
    held: Tree<BlobId, Held>,
}

/// A blob, and how many times it was put and not removed.
#[derive(Clone, Debug)]
struct Held {
    blob: Arc<Blob>,
    holders: u32,
}

impl Visible for Held {
    fn visible(&self) -> bool {
        true
    }
}

impl Default for Blobs {
    /// No blobs, and a budget of its own.
    fn default() -> Self {
        Self {
            pool: Arc::new(Pool {
                inner: Mutex::new(KnownBlob {
                    blobs: FxHashMap::default(),
                    used: 0,
                    most: BUDGET,
                }),
            }),
            held: Tree::default(),
        }
    }
}

impl Blobs {
    /// The bytes with an id, if the state holds them.
    #[must_use]
    pub fn get(&self, id: &BlobId) -> Option<Bytes> {
        self.held.get(id).map(|held| held.blob.bytes.clone())
    }

    /// How many different blobs the state holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// The bytes that are in use by all states that share the budget.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.pool.inner.lock().used
    }

    /// Sets how many bytes all states that share the budget may use. What is stored stays.
    pub fn set_budget(&self, most: u64) {
        self.pool.inner.lock().most = most;
    }

    /// Holds some bytes once more.
    pub(super) fn put(&mut self, bytes: Bytes) -> Result<BlobId, BudgetSpent> {
        let id = BlobId::of(&bytes);
        let held = match self.held.get(&id) {
            Some(held) => Held {
                blob: Arc::clone(&held.blob),
                holders: held.holders.saturating_add(1),
            },
            None => Held {
                blob: self.pool.put(id, bytes)?,
                holders: 1,
            },
        };
        self.held.insert(id, held);
        Ok(id)
    }

    /// Holds bytes once less; false if the state does not hold them.
    pub(super) fn remove(&mut self, id: &BlobId) -> bool {
        let Some(held) = self.held.get(id) else {
            return false;
        };
        if held.holders > 1 {
            let held = Held {
                blob: Arc::clone(&held.blob),
                holders: held.holders - 1,
            };
            self.held.insert(*id, held);
        } else {
            self.held.remove(id);
        }
        true
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
    fn bytes_are_held_once_and_go_with_their_last_holder() {
        let mut blobs = Blobs::default();
        let a = blobs.put(bytes("hello")).expect("room");
        assert_eq!(blobs.put(bytes("hello")), Ok(a));
        assert_eq!((blobs.len(), blobs.used()), (1, 5));
        // a snapshot holds what the state no longer does
        let snapshot = blobs.clone();
        assert!(blobs.remove(&a));
        assert_eq!(blobs.get(&a), Some(bytes("hello")));
        assert!(blobs.remove(&a));
        assert_eq!(blobs.get(&a), None);
        assert!(!blobs.remove(&a));
        assert_eq!((snapshot.get(&a), blobs.used()), (Some(bytes("hello")), 5));
        // which finds it again without more room
        let mut fork = blobs.clone();
        assert_eq!(fork.put(bytes("hello")), Ok(a));
        assert_eq!(blobs.used(), 5);
        drop(snapshot);
        assert_eq!(blobs.used(), 5);
        drop(fork);
        assert_eq!(blobs.used(), 0);
        assert!(blobs.pool.inner.lock().blobs.is_empty());
    }

    #[test]
    fn the_budget_is_one_for_all_copies() {
        let mut blobs = Blobs::default();
        blobs.set_budget(8);
        let mut fork = blobs.clone();
        let a = blobs.put(bytes("hello")).expect("room");
        let spent = BudgetSpent {
            wanted: 4,
            used: 5,
            most: 8,
        };
        assert_eq!(fork.put(bytes("four")), Err(spent));
        assert!(fork.is_empty());
        assert!(fork.put(bytes("hello")).is_ok(), "held already");
        assert!(fork.put(bytes("123")).is_ok());
        blobs.remove(&a);
        assert!(fork.put(bytes("1234")).is_err(), "the fork holds it");
        fork.remove(&a);
        assert!(fork.put(bytes("1234")).is_ok());
        assert_eq!(blobs.used(), 7);
    }

    #[test]
    fn threads_share_a_budget() {
        let blobs = Blobs::default();
        blobs.set_budget(64);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for n in 0..500u32 {
                        let mut own = blobs.clone();
                        let id = own.put(Bytes::copy_from_slice(&(n % 7).to_le_bytes()));
                        let id = id.expect("at most 4 times 4 bytes are in use");
                        assert!(own.get(&id).is_some() && own.used() <= 64);
                    }
                });
            }
        });
        assert_eq!(blobs.used(), 0);
        assert!(blobs.pool.inner.lock().blobs.is_empty());
    }
}
