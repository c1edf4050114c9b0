//! A persistent, counted, ordered map.
//!
//! A copy-on-write B+ tree whose branches know how many entries, and how many *visible* entries,
//! lie below them. Cloning shares everything; a change copies one path. Beside the usual map
//! operations it answers "which entry stands at position n" in logarithmic time, so a page deep
//! in a list costs what the first one costs. No published persistent map offers that, which is
//! why this one is ours; it is checked against `BTreeMap` by a property test.

use std::ops::Bound;
use std::sync::Arc;

/// Entries of a leaf, children of a branch. A change copies one path, and with each copied node
/// touches all it points to: small nodes make writes cheap, and scans hardly slower.
const CAPACITY: usize = 16;
const MINIMUM: usize = CAPACITY / 4;

/// Whether an entry counts for positions: a converted lead is stored but not listed.
pub trait Visible {
    /// True if the entry takes a position in lists.
    fn visible(&self) -> bool;
}

impl Visible for () {
    fn visible(&self) -> bool {
        true
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    all: usize,
    visible: usize,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.all += other.all;
        self.visible += other.visible;
    }
}

#[derive(Debug)]
enum Node<K, V> {
    Leaf {
        entries: Vec<(K, V)>,
        visible: usize,
    },
    /// `children[i]` holds the keys from `keys[i]` on.
    Branch {
        keys: Vec<K>,
        children: Vec<Arc<Self>>,
        count: Count,
    },
}

impl<K: Clone, V: Clone> Clone for Node<K, V> {
    fn clone(&self) -> Self {
        match self {
            Self::Leaf { entries, visible } => {
                let mut copy = Vec::with_capacity(CAPACITY);
                copy.extend_from_slice(entries);
                Self::Leaf {
                    entries: copy,
                    visible: *visible,
                }
            }
            Self::Branch {
                keys,
                children,
                count,
            } => Self::Branch {
                keys: keys.clone(),
                children: children.clone(),
                count: *count,
            },
        }
    }
}

/// The map. `K` is small and cheap to copy.
#[derive(Debug)]
pub struct Tree<K, V> {
    root: Arc<Node<K, V>>,
}

impl<K, V> Clone for Tree<K, V> {
    fn clone(&self) -> Self {
        Self {
            root: Arc::clone(&self.root),
        }
    }
}

impl<K, V> Default for Tree<K, V> {
    fn default() -> Self {
        Self {
            root: Arc::new(Node::Leaf {
                entries: Vec::new(),
                visible: 0,
            }),
        }
    }
}

impl<K: Ord + Clone, V: Clone + Visible> Tree<K, V> {
    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.root.count().all
    }

    /// How many visible entries there are.
    #[must_use]
    pub fn visible_len(&self) -> usize {
        self.root.count().visible
    }

    /// True if there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        let mut node = &*self.root;
        loop {
            match node {
                Node::Leaf { entries, .. } => {
                    return entries
                        .binary_search_by(|(k, _)| k.cmp(key))
                        .ok()
                        .map(|i| &entries[i].1);
                }
                Node::Branch { keys, children, .. } => node = &children[child_of(keys, key)],
            }
        }
    }

    /// How many visible entries have a key below `key`.
    #[must_use]
    pub fn visible_below(&self, key: &K) -> usize {
        self.visible_while(|k| k < key)
    }

    /// How many visible entries stand before the first whose key does not pass `before`, which
    /// no key behind that one may pass.
    pub fn visible_while(&self, before: impl Fn(&K) -> bool) -> usize {
        let mut node = &*self.root;
        let mut found = 0;
        loop {
            match node {
                Node::Leaf { entries, .. } => {
                    let passing = entries.iter().take_while(|(k, _)| before(k));
                    return found + passing.filter(|(_, v)| v.visible()).count();
                }
                Node::Branch { keys, children, .. } => {
                    let at = keys.partition_point(&before).saturating_sub(1);
                    found += children[..at]
                        .iter()
                        .map(|c| c.count().visible)
                        .sum::<usize>();
                    node = &children[at];
                }
            }
        }
    }

    /// Puts `value` under `key`, and returns what stood there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (previous, split) = Arc::make_mut(&mut self.root).insert(key, value);
        if let Some((_, right)) = split {
            let left = Arc::clone(&self.root);
            let keys = vec![left.first_key(), right.first_key()]
                .into_iter()
                .flatten()
                .collect();
            let mut count = left.count();
            count.add(right.count());
            self.root = Arc::new(Node::Branch {
                keys,
                children: vec![left, right],
                count,
            });
        }
        previous
    }

    /// A map of entries that ascend by key.
    #[must_use]
    pub fn from_sorted(entries: Vec<(K, V)>) -> Self {
        let mut entries = entries.into_iter().peekable();
        let mut level: Vec<Arc<Node<K, V>>> = Vec::new();
        while entries.peek().is_some() {
            let mut leaf = Node::Leaf {
                entries: entries.by_ref().take(CAPACITY).collect(),
                visible: 0,
            };
            leaf.recount();
            level.push(Arc::new(leaf));
        }
        while level.len() > 1 {
            let mut nodes = level.into_iter().peekable();
            let mut above = Vec::new();
            while nodes.peek().is_some() {
                let children: Vec<_> = nodes.by_ref().take(CAPACITY).collect();
                let mut branch = Node::Branch {
                    keys: children.iter().filter_map(|c| c.first_key()).collect(),
                    children,
                    count: Count::default(),
                };
                branch.recount();
                above.push(Arc::new(branch));
            }
            level = above;
        }
        match level.pop() {
            Some(root) => Self { root },
            None => Self::default(),
        }
    }

    /// The map with these entries, which ascend by key, in place of those with their keys.
    #[must_use]
    pub fn with_all(&self, more: Vec<(K, V)>) -> Self {
        if self.is_empty() {
            return Self::from_sorted(more);
        }
        let mut all = Vec::with_capacity(self.len() + more.len());
        let mut old = self.iter().peekable();
        for (key, value) in more {
            while let Some((k, v)) = old.next_if(|(k, _)| **k < key) {
                all.push((k.clone(), v.clone()));
            }
            old.next_if(|(k, _)| **k == key);
            all.push((key, value));
        }
        all.extend(old.map(|(k, v)| (k.clone(), v.clone())));
        Self::from_sorted(all)
    }

    /// Takes the entry under `key` out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.get(key)?;
        let removed = Arc::make_mut(&mut self.root).remove(key);
        if let Node::Branch { children, .. } = &*self.root
            && children.len() == 1
        {
            self.root = Arc::clone(&children[0]);
        }
        removed
    }

    /// Ascending iteration over a range of keys.
    pub fn range<'a>(&'a self, from: Bound<&K>) -> Iter<'a, K, V> {
        let mut iter = Iter {
            stack: Vec::with_capacity(4),
            leaf: [].iter(),
            reverse: false,
        };
        let mut node = &*self.root;
        loop {
            match node {
                Node::Leaf { entries, .. } => {
                    let at = match from {
                        Bound::Unbounded => 0,
                        Bound::Included(key) => entries.partition_point(|(k, _)| k < key),
                        Bound::Excluded(key) => entries.partition_point(|(k, _)| k <= key),
                    };
                    iter.leaf = entries[at..].iter();
                    return iter;
                }
                Node::Branch { keys, children, .. } => {
                    let at = match from {
                        Bound::Unbounded => 0,
                        Bound::Included(key) | Bound::Excluded(key) => child_of(keys, key),
                    };
                    iter.stack.push(children[at + 1..].iter());
                    node = &children[at];
                }
            }
        }
    }

    /// Ascending iteration over everything.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.range(Bound::Unbounded)
    }

    /// Iteration over the visible and invisible entries, from that visible entry on which has
    /// `position` visible ones before it in the direction of travel.
    #[must_use]
    pub fn from_position(&self, position: usize, reverse: bool) -> Iter<'_, K, V> {
        let mut iter = Iter {
            stack: Vec::with_capacity(4),
            leaf: [].iter(),
            reverse,
        };
        let mut skip = position;
        let mut node = &*self.root;
        loop {
            match node {
                Node::Leaf { entries, .. } => {
                    let mut at = 0;
                    while at < entries.len() {
                        let index = if reverse { entries.len() - 1 - at } else { at };
                        if entries[index].1.visible() {
                            if skip == 0 {
                                break;
                            }
                            skip -= 1;
                        }
                        at += 1;
                    }
                    iter.leaf = if reverse {
                        entries[..entries.len() - at].iter()
                    } else {
                        entries[at..].iter()
                    };
                    return iter;
                }
                Node::Branch { children, .. } => {
                    let mut at = 0;
                    while at + 1 < children.len() {
                        let index = if reverse { children.len() - 1 - at } else { at };
                        let below = children[index].count().visible;
                        if skip < below {
                            break;
                        }
                        skip -= below;
                        at += 1;
                    }
                    let index = if reverse { children.len() - 1 - at } else { at };
                    iter.stack.push(if reverse {
                        children[..index].iter()
                    } else {
                        children[index + 1..].iter()
                    });
                    node = &children[index];
                }
            }
        }
    }
}

impl<K, V> Tree<K, V> {
    /// Iteration over everything, in either direction.
    #[must_use]
    pub fn in_order(&self, reverse: bool) -> Iter<'_, K, V> {
        let root = std::slice::from_ref(&self.root);
        Iter {
            stack: vec![root.iter()],
            leaf: [].iter(),
            reverse,
        }
    }
}

/// Iteration over entries; made by [`Tree::range`], [`Tree::iter`] and [`Tree::from_position`].
#[derive(Debug)]
pub struct Iter<'a, K, V> {
    stack: Vec<std::slice::Iter<'a, Arc<Node<K, V>>>>,
    leaf: std::slice::Iter<'a, (K, V)>,
    reverse: bool,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = if self.reverse {
                self.leaf.next_back()
            } else {
                self.leaf.next()
            };
            if let Some((key, value)) = entry {
                return Some((key, value));
            }
            // climb to the next sibling, then down to its first leaf
            let mut node = loop {
                let level = self.stack.last_mut()?;
                match if self.reverse {
                    level.next_back()
                } else {
                    level.next()
                } {
                    Some(child) => break &**child,
                    None => {
                        self.stack.pop();
                    }
                }
            };
            loop {
                match node {
                    Node::Leaf { entries, .. } => {
                        self.leaf = entries.iter();
                        break;
                    }
                    Node::Branch { children, .. } => {
                        let mut level = children.iter();
                        let child = if self.reverse {
                            level.next_back()
                        } else {
                            level.next()
                        };
                        self.stack.push(level);
                        match child {
                            Some(child) => node = child,
                            None => break,
                        }
                    }
                }
            }
        }
    }
}

fn child_of<K: Ord>(keys: &[K], key: &K) -> usize {
    keys.partition_point(|k| k <= key).saturating_sub(1)
}

impl<K: Ord + Clone, V: Clone + Visible> Node<K, V> {
    fn count(&self) -> Count {
        match self {
            Self::Leaf { entries, visible } => Count {
                all: entries.len(),
                visible: *visible,
            },
            Self::Branch { count, .. } => *count,
        }
    }

    fn width(&self) -> usize {
        match self {
            Self::Leaf { entries, .. } => entries.len(),
            Self::Branch { children, .. } => children.len(),
        }
    }

    fn first_key(&self) -> Option<K> {
        match self {
            Self::Leaf { entries, .. } => entries.first().map(|(k, _)| k.clone()),
            Self::Branch { keys, .. } => keys.first().cloned(),
        }
    }

    fn recount(&mut self) {
        match self {
            Self::Leaf { entries, visible } => {
                *visible = entries.iter().filter(|(_, v)| v.visible()).count()
            }
            Self::Branch {
                children, count, ..
            } => {
                *count = Count::default();
                for child in children {
                    count.add(child.count());
                }
            }
        }
    }

    /// Inserts below; a node that grew too wide gives its right part (with its first key) back.
    #[allow(
        clippy::type_complexity,
        reason = "private, and the two halves have no better name"
    )]
    fn insert(&mut self, key: K, value: V) -> (Option<V>, Option<(K, Arc<Self>)>) {
        match self {
            Self::Leaf { entries, visible } => {
                let shows = usize::from(value.visible());
                match entries.binary_search_by(|(k, _)| k.cmp(&key)) {
                    Ok(at) => {
                        let old = std::mem::replace(&mut entries[at].1, value);
                        *visible = *visible + shows - usize::from(old.visible());
                        (Some(old), None)
                    }
                    Err(at) if entries.len() < CAPACITY => {
                        if entries.capacity() == entries.len() {
                            entries.reserve_exact(
                                (entries.len().max(4)).min(CAPACITY - entries.len()),
                            );
                        }
                        entries.insert(at, (key, value));
                        *visible += shows;
                        (None, None)
                    }
                    Err(at) => {
                        // ids mostly grow: at the right edge keep the full leaf and start a new one
                        let cut = if at == entries.len() {
                            at
                        } else {
                            CAPACITY / 2
                        };
                        let mut right = entries.split_off(cut);
                        if at < cut || (at == cut && cut < CAPACITY) {
                            entries.insert(at, (key, value));
                        } else {
                            right.insert(at - cut, (key, value));
                        }
                        self.recount();
                        let mut right = Self::Leaf {
                            entries: right,
                            visible: 0,
                        };
                        right.recount();
                        let first = right.first_key();
                        (None, first.map(|first| (first, Arc::new(right))))
                    }
                }
            }
            Self::Branch {
                keys,
                children,
                count,
            } => {
                let at = child_of(keys, &key);
                let before = children[at].count();
                if key < keys[at] {
                    keys[at] = key.clone();
                }
                let (old, split) = Arc::make_mut(&mut children[at]).insert(key, value);
                let mut after = children[at].count();
                if let Some((first, right)) = split {
                    after.add(right.count());
                    keys.insert(at + 1, first);
                    children.insert(at + 1, right);
                }
                count.all = count.all - before.all + after.all;
                count.visible = count.visible - before.visible + after.visible;
                if children.len() <= CAPACITY {
                    return (old, None);
                }
                let cut = if at + 2 >= children.len() {
                    children.len() - 2
                } else {
                    children.len() / 2
                };
                let mut right = Self::Branch {
                    keys: keys.split_off(cut),
                    children: children.split_off(cut),
                    count: Count::default(),
                };
                right.recount();
                self.recount();
                let first = right.first_key();
                (old, first.map(|first| (first, Arc::new(right))))
            }
        }
    }

    /// Takes out a key that is known to be there.
    fn remove(&mut self, key: &K) -> Option<V> {
        match self {
            Self::Leaf { entries, visible } => {
                let at = entries.binary_search_by(|(k, _)| k.cmp(key)).ok()?;
                let (_, old) = entries.remove(at);
                *visible -= usize::from(old.visible());
                Some(old)
            }
            Self::Branch { keys, children, .. } => {
                let at = child_of(keys, key);
                let old = Arc::make_mut(&mut children[at]).remove(key);
                if children[at].width() == 0 {
                    keys.remove(at);
                    children.remove(at);
                } else {
                    if let Some(first) = children[at].first_key() {
                        keys[at] = first;
                    }
                    if children[at].width() < MINIMUM {
                        let left = if at + 1 < children.len() {
                            at
                        } else {
                            at.saturating_sub(1)
                        };
                        merge(keys, children, left);
                    }
                }
                self.recount();
                old
            }
        }
    }
}

/// Joins `children[left]` with its right neighbour if both fit into one node.
fn merge<K: Ord + Clone, V: Clone + Visible>(
    keys: &mut Vec<K>,
    children: &mut Vec<Arc<Node<K, V>>>,
    left: usize,
) {
    if left + 1 >= children.len() || children[left].width() + children[left + 1].width() > CAPACITY
    {
        return;
    }
    keys.remove(left + 1);
    let right = children.remove(left + 1);
    let target = Arc::make_mut(&mut children[left]);
    match (&mut *target, &*right) {
        (Node::Leaf { entries, .. }, Node::Leaf { entries: more, .. }) => {
            entries.extend_from_slice(more)
        }
        (
            Node::Branch { keys, children, .. },
            Node::Branch {
                keys: more_keys,
                children: more,
                ..
            },
        ) => {
            keys.extend_from_slice(more_keys);
            children.extend_from_slice(more);
        }
        // siblings are of one height
        (Node::Leaf { .. }, Node::Branch { .. }) | (Node::Branch { .. }, Node::Leaf { .. }) => {}
    }
    target.recount();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, PartialEq)]
    struct Entry(u32, bool);
    impl Visible for Entry {
        fn visible(&self) -> bool {
            self.1
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u16, u32, bool),
        Remove(u16),
        /// So many entries at once, from a key on and so far apart.
        Many(u16, u16, u16),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        prop::collection::vec(
            prop_oneof![
                3 => (0..600u16, any::<u32>(), any::<bool>()).prop_map(|(k, v, s)| Step::Insert(k, v, s)),
                2 => (0..600u16).prop_map(Step::Remove),
                1 => (0..600u16, 1..9u16, 0..70u16).prop_map(|(k, by, n)| Step::Many(k, by, n)),
            ],
            0..3000,
        )
    }

    fn check(tree: &Tree<u16, Entry>, model: &BTreeMap<u16, Entry>) {
        assert_eq!(tree.len(), model.len());
        assert!(tree.iter().eq(model.iter()));
        let shown: Vec<u16> = model.iter().filter(|(_, e)| e.1).map(|(k, _)| *k).collect();
        assert_eq!(tree.visible_len(), shown.len());
        for position in [
            0,
            1,
            shown.len() / 2,
            shown.len().saturating_sub(1),
            shown.len() + 3,
        ] {
            let up = tree
                .from_position(position, false)
                .filter(|(_, e)| e.1)
                .map(|(k, _)| *k);
            assert!(
                up.eq(shown.iter().copied().skip(position)),
                "from {position}"
            );
            let down = tree
                .from_position(position, true)
                .filter(|(_, e)| e.1)
                .map(|(k, _)| *k);
            assert!(
                down.eq(shown.iter().rev().copied().skip(position)),
                "down from {position}"
            );
        }
        for from in [0, 77, 300, 599, 700] {
            assert!(tree.range(Bound::Included(&from)).eq(model.range(from..)));
            assert_eq!(
                tree.visible_below(&from),
                model.range(..from).filter(|(_, e)| e.1).count()
            );
            assert!(
                tree.range(Bound::Excluded(&from))
                    .eq(model.range((Bound::Excluded(from), Bound::Unbounded)))
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn behaves_like_a_btree_map(steps in steps()) {
            let mut tree = Tree::default();
            let mut model = BTreeMap::new();
            let mut kept: Option<(Tree<u16, Entry>, BTreeMap<u16, Entry>)> = None;
            for (n, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Insert(k, v, s) => prop_assert_eq!(tree.insert(k, Entry(v, s)), model.insert(k, Entry(v, s))),
                    Step::Remove(k) => prop_assert_eq!(tree.remove(&k), model.remove(&k)),
                    Step::Many(from, by, count) => {
                        let keys = (0..count).map(|i| from + i * by);
                        let many = keys.map(|k| (k, Entry(u32::from(by), k % 3 == 0)));
                        let many: Vec<_> = many.collect();
                        model.extend(many.clone());
                        tree = tree.with_all(many);
                    }
                }
                if n == 500 {
                    kept = Some((tree.clone(), model.clone()));
                }
            }
            check(&tree, &model);
            // an older copy has not noticed anything
            if let Some((tree, model)) = kept {
                check(&tree, &model);
            }
        }
    }

    #[test]
    fn ascending_inserts_fill_the_leaves() {
        let mut tree = Tree::default();
        for k in 0..100_000u64 {
            tree.insert(k, ());
        }
        assert_eq!(tree.len(), 100_000);
        assert_eq!(
            tree.from_position(70_000, true).next().map(|(k, ())| *k),
            Some(29_999)
        );
    }
}
