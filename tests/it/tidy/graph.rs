//! Which file uses which.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, sources};

/// The files of the crate, and for each of them those that it uses.
pub(super) struct Graph {
    pub(super) files: &'static [Source],
    /// By position of the file: position of the other, with the lines where it is named.
    pub(super) uses: Vec<BTreeMap<usize, Vec<usize>>>,
}

impl Graph {
    /// Resolves every path of the sources to the file that holds the innermost module it names.
    pub(super) fn new() -> Self {
        let files = sources();
        let mut holders: BTreeMap<&[String], usize> = BTreeMap::new();
        for (at, file) in files.iter().enumerate() {
            let modules = file.inline.iter().chain([&file.module]);
            holders.extend(modules.map(|module| (module.as_slice(), at)));
        }
        let uses = files.iter().enumerate().map(|(own, file)| {
            let mut uses: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for reference in &file.references {
                let path = reference.path.as_slice();
                let held = (0..=path.len()).rev().find_map(|n| holders.get(&path[..n]));
                if let Some(used) = held.copied().filter(|used| *used != own) {
                    uses.entry(used).or_default().push(reference.line);
                }
            }
            uses
        });
        Self {
            files,
            uses: uses.collect(),
        }
    }

    /// Files that use each other, directly or through others: the strongly connected components
    /// of more than one file.
    pub(super) fn circles(&self) -> Vec<BTreeSet<usize>> {
        let edges: Vec<Vec<usize>> = self
            .uses
            .iter()
            .map(|u| u.keys().copied().collect())
            .collect();
        let mut circles = components(&edges);
        circles.retain(|circle| circle.len() > 1);
        circles
    }
}

/// Strongly connected components, by Tarjan's algorithm.
fn components(edges: &[Vec<usize>]) -> Vec<BTreeSet<usize>> {
    struct Walk<'e> {
        edges: &'e [Vec<usize>],
        /// The number of each node that was reached, and the lowest number that it leads back to.
        numbers: Vec<Option<(usize, usize)>>,
        reached: usize,
        open: Vec<usize>,
        found: Vec<BTreeSet<usize>>,
    }

    impl Walk<'_> {
        fn from(&mut self, node: usize) -> usize {
            let number = self.reached;
            self.reached += 1;
            self.open.push(node);
            self.numbers[node] = Some((number, number));
            let mut lowest = number;
            for next in &self.edges[node] {
                match self.numbers[*next] {
                    None => lowest = lowest.min(self.from(*next)),
                    Some((other, _)) if self.open.contains(next) => lowest = lowest.min(other),
                    Some(_) => {}
                }
            }
            self.numbers[node] = Some((number, lowest));
            if lowest == number {
                let start = self.open.iter().position(|open| *open == node);
                let circle = self.open.split_off(start.unwrap_or_default());
                self.found.push(circle.into_iter().collect());
            }
            lowest
        }
    }

    let mut walk = Walk {
        edges,
        numbers: vec![None; edges.len()],
        reached: 0,
        open: Vec::new(),
        found: Vec::new(),
    };
    for node in 0..edges.len() {
        if walk.numbers[node].is_none() {
            walk.from(node);
        }
    }
    walk.found
}

#[test]
fn circles_are_found() {
    // 0 → 1 → 2 → 0 → 3 → 4 → 3, and 5 alone
    let edges = [vec![1, 3], vec![2], vec![0], vec![4], vec![3], vec![5]];
    let mut found: Vec<Vec<usize>> = components(&edges)
        .into_iter()
        .map(|circle| circle.into_iter().collect())
        .collect();
    found.sort();
    assert_eq!(found, [vec![0, 1, 2], vec![3, 4], vec![5]]);
}
