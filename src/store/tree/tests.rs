use std::ops::Bound;

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
    let mut finder = tree.finder();
    for key in (0..620).chain((0..620).rev().step_by(7)) {
        assert_eq!(finder.find(&key), model.get(&key), "{key}");
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
