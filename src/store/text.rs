//! The texts that records were last rendered to, as many as the budget has room for.
//!
//! A record holds a token, not its text, so that any text can be taken back to make room for
//! others: the clock's hand goes over the texts and takes those that were not read since it last
//! came by. A text that is replaced, and that of a record that is gone, gives its room back at once.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::Mutex;

/// The bytes all texts of the process may take together.
const BUDGET: usize = 96 << 20;
/// Texts are spread over so many locks.
const SHARDS: usize = 1 << SHARD_BITS;
const SHARD_BITS: u32 = 4;
const SLOT_BITS: u32 = 28;

static TEXTS: Texts = Texts::new(BUDGET);

/// The JSON of a record, kept as long as nothing that shows in it changes and there is room.
///
/// A text is found under the plan by which it was rendered and the epoch of the names that it
/// holds; both are unique in the process, so forks of an org may share records without mixing
/// them up.
#[derive(Debug, Default)]
pub struct Rendered(AtomicU64);

impl Rendered {
    /// Appends the text to `out` if it is kept for this plan and epoch.
    pub fn copy_to(&self, plan: u64, epoch: u64, out: &mut Vec<u8>) -> bool {
        let token = self.0.load(Ordering::Relaxed);
        token != 0 && TEXTS.copy(token, plan, epoch, out)
    }

    /// Keeps a text in place of the one before.
    pub fn keep(&self, plan: u64, epoch: u64, bytes: &[u8]) {
        TEXTS.forget(self.0.swap(0, Ordering::Relaxed));
        let token = TEXTS.keep(plan, epoch, bytes);
        // another thread may have kept one meanwhile
        TEXTS.forget(self.0.swap(token, Ordering::Relaxed));
    }
}

impl Clone for Rendered {
    /// A copy is about to be changed: it starts without.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Drop for Rendered {
    fn drop(&mut self) {
        TEXTS.forget(*self.0.get_mut());
    }
}

/// Texts by token. A token is the shard, the slot in it, and how often the slot was used.
#[derive(Debug)]
struct Texts {
    shards: [Mutex<Shard>; SHARDS],
    next: AtomicUsize,
    /// Bytes of a shard.
    most: usize,
}

#[derive(Debug)]
struct Shard {
    slots: Vec<TextSlot>,
    free: Vec<u32>,
    hand: usize,
    bytes: usize,
}

#[derive(Debug)]
struct TextSlot {
    /// Counted up when the text goes: tokens of earlier texts lead nowhere.
    uses: u32,
    text: Option<Text>,
}

#[derive(Debug)]
struct Text {
    plan: u64,
    epoch: u64,
    bytes: Box<[u8]>,
    /// It was read since the hand came by.
    read: bool,
}

impl Text {
    fn size(&self) -> usize {
        self.bytes.len() + size_of::<TextSlot>()
    }
}

impl Texts {
    const fn new(budget: usize) -> Self {
        Self {
            shards: [const { Mutex::new(Shard::new()) }; SHARDS],
            next: AtomicUsize::new(0),
            most: budget / SHARDS,
        }
    }

    fn shard(&self, token: u64) -> &Mutex<Shard> {
        #[allow(clippy::cast_possible_truncation, reason = "a few bits are asked for")]
        &self.shards[token as usize % SHARDS]
    }

    fn copy(&self, token: u64, plan: u64, epoch: u64, out: &mut Vec<u8>) -> bool {
        let mut shard = self.shard(token).lock();
        let text = shard.slot(token).and_then(|slot| slot.text.as_mut());
        match text {
            Some(text) if text.plan == plan && text.epoch == epoch => {
                text.read = true;
                out.extend_from_slice(&text.bytes);
                true
            }
            _ => false,
        }
    }

    /// The token of a new text; 0 if it is not kept, being too large.
    fn keep(&self, plan: u64, epoch: u64, bytes: &[u8]) -> u64 {
        let text = Text {
            plan,
            epoch,
            bytes: bytes.into(),
            read: false,
        };
        if text.size() > self.most / 8 {
            return 0;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed) % SHARDS;
        let mut shard = self.shards[at].lock();
        shard.make_room(self.most - text.size());
        shard.put(text, at as u64)
    }

    /// Gives the room of a text back, if it is still there.
    fn forget(&self, token: u64) {
        if token != 0 {
            let mut shard = self.shard(token).lock();
            if shard.slot(token).is_some() {
                shard.take(place(token));
            }
        }
    }
}

/// The slot that a token names.
fn place(token: u64) -> usize {
    usize::try_from((token >> SHARD_BITS) & ((1 << SLOT_BITS) - 1)).unwrap_or(usize::MAX)
}

impl Shard {
    const fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            hand: 0,
            bytes: 0,
        }
    }

    /// The slot of a token, if the text is still the one that it stands for.
    fn slot(&mut self, token: u64) -> Option<&mut TextSlot> {
        let slot = self.slots.get_mut(place(token))?;
        (u64::from(slot.uses) == token >> (SHARD_BITS + SLOT_BITS)).then_some(slot)
    }

    fn put(&mut self, text: Text, shard: u64) -> u64 {
        let size = text.size();
        let at = match self.free.pop() {
            Some(at) => at,
            None => match u32::try_from(self.slots.len()) {
                Ok(at) if at < 1 << SLOT_BITS => {
                    let uses = 1;
                    self.slots.push(TextSlot { uses, text: None });
                    at
                }
                _ => return 0,
            },
        };
        let slot = &mut self.slots[at as usize];
        slot.text = Some(text);
        self.bytes += size;
        u64::from(slot.uses) << (SHARD_BITS + SLOT_BITS) | u64::from(at) << SHARD_BITS | shard
    }

    fn take(&mut self, at: usize) {
        let slot = &mut self.slots[at];
        if let Some(text) = slot.text.take() {
            self.bytes -= text.size();
            slot.uses = slot.uses.checked_add(1).unwrap_or(1);
            self.free.extend(u32::try_from(at));
        }
    }

    /// Takes texts until the others have no more than so many bytes.
    fn make_room(&mut self, most: usize) {
        while self.bytes > most {
            self.hand = (self.hand + 1) % self.slots.len();
            match &mut self.slots[self.hand].text {
                Some(text) if text.read => text.read = false,
                Some(_) => self.take(self.hand),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(texts: &Texts) -> usize {
        texts.shards.iter().map(|shard| shard.lock().bytes).sum()
    }

    fn reads(texts: &Texts, token: u64, plan: u64, epoch: u64) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        texts.copy(token, plan, epoch, &mut out).then_some(out)
    }

    #[test]
    fn a_text_is_found_by_plan_and_epoch_until_it_is_forgotten() {
        let texts = Texts::new(1 << 20);
        let (a, b) = (texts.keep(1, 2, b"a"), texts.keep(1, 2, b"b"));
        assert_eq!(reads(&texts, a, 1, 2).as_deref(), Some(&b"a"[..]));
        assert_eq!(reads(&texts, b, 1, 2).as_deref(), Some(&b"b"[..]));
        assert_eq!(reads(&texts, a, 1, 3), None);
        assert_eq!(reads(&texts, a, 2, 2), None);
        texts.forget(a);
        assert_eq!(reads(&texts, a, 1, 2), None);
        // its slot is used again, and its token leads nowhere all the same
        let more: Vec<u64> = (0..SHARDS).map(|_| texts.keep(1, 2, b"c")).collect();
        assert!(more.iter().any(|token| place(*token) == place(a)));
        assert_eq!(reads(&texts, a, 1, 2), None);
        texts.forget(a);
        more.iter()
            .chain([&b])
            .for_each(|token| texts.forget(*token));
        assert_eq!(bytes(&texts), 0);
    }

    #[test]
    fn the_budget_holds_and_what_is_read_stays() {
        let texts = Texts::new(1 << 20);
        let text = [b'x'; 1000];
        let hot: Vec<u64> = (0..100).map(|_| texts.keep(1, 1, &text)).collect();
        let mut last = 0;
        for n in 0..100_000 {
            last = texts.keep(1, 1, &text);
            let read = hot[n % hot.len()];
            assert!(reads(&texts, read, 1, 1).is_some(), "at {n}");
            assert!(bytes(&texts) <= 1 << 20);
        }
        assert!(reads(&texts, last, 1, 1).is_some());
        assert_eq!(texts.keep(1, 1, &[b'x'; 1 << 16]), 0, "larger than is kept");
    }

    /// A text that is replaced makes room for the one in its place: pages whose texts fit the budget
    /// stay, however often they are rendered anew.
    #[test]
    fn replacing_texts_takes_no_room() {
        let records: Vec<Rendered> = (0..500).map(|_| Rendered::default()).collect();
        let text = [b'x'; 500];
        for epoch in 1..2_000 {
            records
                .iter()
                .for_each(|record| record.keep(1, epoch, &text));
        }
        let kept = records
            .iter()
            .filter(|r| r.copy_to(1, 1_999, &mut Vec::new()));
        assert_eq!(kept.count(), records.len());
    }
}
