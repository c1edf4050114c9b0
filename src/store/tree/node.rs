//! The nodes of the map.

use std::sync::Arc;

use super::visible::Visible;

/// Entries of a leaf, children of a branch. A change copies one path, and with each copied node
/// touches all it points to: small nodes make writes cheap, and scans hardly slower.
pub(super) const CAPACITY: usize = 16;
const MINIMUM: usize = CAPACITY / 4;

/// How many entries lie below a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) all: usize,
    pub(super) visible: usize,
}

impl Extent {
    pub(super) fn add(&mut self, other: Self) {
        self.all += other.all;
        self.visible += other.visible;
    }
}

/// A part of the map: entries, or nodes of one height.
#[derive(Debug)]
pub(super) enum TreeNode<K, V> {
    Leaf {
        entries: Vec<(K, V)>,
        visible: usize,
    },
    /// `children[i]` holds the keys from `keys[i]` on.
    Branch {
        keys: Vec<K>,
        children: Vec<Arc<Self>>,
        count: Extent,
    },
}

impl<K: Clone, V: Clone> Clone for TreeNode<K, V> {
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

/// What an insertion gives back: the value that stood there, and the right part of a node that
/// grew too wide, with its first key.
pub(super) type Inserted<K, V> = (Option<V>, Option<(K, Arc<TreeNode<K, V>>)>);

/// Which child holds a key.
pub(super) fn child_of<K: Ord>(keys: &[K], key: &K) -> usize {
    keys.partition_point(|k| k <= key).saturating_sub(1)
}

impl<K: Ord + Clone, V: Clone + Visible> TreeNode<K, V> {
    pub(super) fn count(&self) -> Extent {
        match self {
            Self::Leaf { entries, visible } => Extent {
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

    pub(super) fn first_key(&self) -> Option<K> {
        match self {
            Self::Leaf { entries, .. } => entries.first().map(|(k, _)| k.clone()),
            Self::Branch { keys, .. } => keys.first().cloned(),
        }
    }

    pub(super) fn recount(&mut self) {
        match self {
            Self::Leaf { entries, visible } => {
                *visible = entries.iter().filter(|(_, v)| v.visible()).count()
            }
            Self::Branch {
                children, count, ..
            } => {
                *count = Extent::default();
                for child in children {
                    count.add(child.count());
                }
            }
        }
    }

    /// Inserts below; a node that grew too wide gives its right part back.
    pub(super) fn insert(&mut self, key: K, value: V) -> Inserted<K, V> {
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
                        let right = split_leaf(entries, at, (key, value));
                        self.recount();
                        (None, Self::right_part(right))
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
                // as for leaves: what is added at the right edge leaves a node behind that is full
                let cut = if at + 2 >= children.len() {
                    children.len() - 2
                } else {
                    children.len() / 2
                };
                let right = Self::Branch {
                    keys: keys.split_off(cut),
                    children: children.split_off(cut),
                    count: Extent::default(),
                };
                self.recount();
                (old, Self::right_part(right))
            }
        }
    }

    /// The right part of a node that was split, counted.
    fn right_part(mut node: Self) -> Option<(K, Arc<Self>)> {
        node.recount();
        node.first_key().map(|first| (first, Arc::new(node)))
    }

    /// Takes out a key that is known to be there.
    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
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

/// Puts an entry at its place `at` into a full leaf, and gives the right part of what comes out.
fn split_leaf<K, V>(entries: &mut Vec<(K, V)>, at: usize, entry: (K, V)) -> TreeNode<K, V> {
    // ids mostly grow: at the right edge keep the full leaf and start a new one
    let cut = if at == entries.len() {
        at
    } else {
        CAPACITY / 2
    };
    let mut right = entries.split_off(cut);
    if at < cut || (at == cut && cut < CAPACITY) {
        entries.insert(at, entry);
    } else {
        right.insert(at - cut, entry);
    }
    TreeNode::Leaf {
        entries: right,
        visible: 0,
    }
}

/// Joins `children[left]` with its right neighbour if both fit into one node.
fn merge<K: Ord + Clone, V: Clone + Visible>(
    keys: &mut Vec<K>,
    children: &mut Vec<Arc<TreeNode<K, V>>>,
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
        (TreeNode::Leaf { entries, .. }, TreeNode::Leaf { entries: more, .. }) => {
            entries.extend_from_slice(more)
        }
        (
            TreeNode::Branch { keys, children, .. },
            TreeNode::Branch {
                keys: more_keys,
                children: more,
                ..
            },
        ) => {
            keys.extend_from_slice(more_keys);
            children.extend_from_slice(more);
        }
        // siblings are of one height
        (TreeNode::Leaf { .. }, TreeNode::Branch { .. })
        | (TreeNode::Branch { .. }, TreeNode::Leaf { .. }) => {}
    }
    target.recount();
}
