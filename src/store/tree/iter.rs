//! Iteration over the map, in either direction.

use std::sync::Arc;

use super::node::TreeNode;

/// Iteration over entries; made by [`Tree::range`](super::Tree::range), [`Tree::iter`](super::Tree::iter) and
/// [`Tree::from_position`](super::Tree::from_position).
#[derive(Debug)]
pub struct Iter<'a, K, V> {
    pub(super) stack: Vec<std::slice::Iter<'a, Arc<TreeNode<K, V>>>>,
    pub(super) leaf: std::slice::Iter<'a, (K, V)>,
    pub(super) reverse: bool,
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
                    TreeNode::Leaf { entries, .. } => {
                        self.leaf = entries.iter();
                        break;
                    }
                    TreeNode::Branch { children, .. } => {
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
