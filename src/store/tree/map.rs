//! The map itself.

use std::ops::Bound;
use std::sync::Arc;

use super::iter::Iter;
use super::node::{CAPACITY, Extent, TreeNode, child_of};
use super::visible::Visible;

/// The map. `K` is small and cheap to copy.
#[derive(Debug)]
pub struct Tree<K, V> {
    root: Arc<TreeNode<K, V>>,
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
            root: Arc::new(TreeNode::Leaf {
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
        let leaf = self.leaf(key);
        place(leaf, key).map(|at| &leaf[at].1)
    }

    /// Finds values of many keys, at little cost where one key stands near the one before.
    #[must_use]
    pub fn finder(&self) -> Finder<'_, K, V> {
        Finder {
            tree: self,
            leaf: &[],
            at: 0,
        }
    }

    /// The entries of the leaf in which `key` stands if it is there.
    fn leaf(&self, key: &K) -> &[(K, V)] {
        let mut node = &*self.root;
        loop {
            match node {
                TreeNode::Leaf { entries, .. } => return entries,
                TreeNode::Branch { keys, children, .. } => node = &children[child_of(keys, key)],
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
                TreeNode::Leaf { entries, .. } => {
                    let passing = entries.iter().take_while(|(k, _)| before(k));
                    return found + passing.filter(|(_, v)| v.visible()).count();
                }
                TreeNode::Branch { keys, children, .. } => {
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
            self.root = Arc::new(TreeNode::Branch {
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
        let mut level: Vec<Arc<TreeNode<K, V>>> = Vec::new();
        while entries.peek().is_some() {
            let mut leaf = TreeNode::Leaf {
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
                let mut branch = TreeNode::Branch {
                    keys: children.iter().filter_map(|c| c.first_key()).collect(),
                    children,
                    count: Extent::default(),
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
        if let TreeNode::Branch { children, .. } = &*self.root
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
                TreeNode::Leaf { entries, .. } => {
                    let at = match from {
                        Bound::Unbounded => 0,
                        Bound::Included(key) => entries.partition_point(|(k, _)| k < key),
                        Bound::Excluded(key) => entries.partition_point(|(k, _)| k <= key),
                    };
                    iter.leaf = entries[at..].iter();
                    return iter;
                }
                TreeNode::Branch { keys, children, .. } => {
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
                TreeNode::Leaf { entries, .. } => {
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
                TreeNode::Branch { children, .. } => {
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

/// Where a key stands in a leaf.
fn place<K: Ord, V>(leaf: &[(K, V)], key: &K) -> Option<usize> {
    leaf.binary_search_by(|(k, _)| k.cmp(key)).ok()
}

/// What [`Tree::finder`] gives: it remembers where the last key stood.
#[derive(Debug)]
pub struct Finder<'a, K, V> {
    tree: &'a Tree<K, V>,
    leaf: &'a [(K, V)],
    at: usize,
}

impl<'a, K: Ord + Clone, V: Clone + Visible> Finder<'a, K, V> {
    /// The value under `key`.
    pub fn find(&mut self, key: &K) -> Option<&'a V> {
        /// Keys on either side that are looked at one by one, which a processor foresees.
        const NEAR: usize = 2;
        let near = self.at.saturating_sub(NEAR)..self.leaf.len().min(self.at + NEAR + 1);
        for at in near.rev() {
            if self.leaf[at].0 == *key {
                self.at = at;
                return Some(&self.leaf[at].1);
            }
        }
        let here = match self.leaf {
            [(first, _), .., (last, _)] => first <= key && key <= last,
            _ => false,
        };
        if !here {
            self.leaf = self.tree.leaf(key);
        }
        self.at = place(self.leaf, key)?;
        Some(&self.leaf[self.at].1)
    }
}
