//! Plans that were made: a memo and nothing else. Keys hold the unique stamp of the module, which
//! changes with it and with what its org is, so entries are never wrong, only forgotten when there
//! are too many.

use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use lean_string::LeanString;
use parking_lot::RwLock;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHasher};

use super::plan::{Detail, Plan, RecordForm};
use crate::ids::Id;
use crate::version::ApiVersion;

/// Plans of so many shards, so that readers do not meet at one lock.
const SHARDS: usize = 16;
/// Plans of a shard.
const MOST: usize = 64;

type PlanShard = RwLock<FxHashMap<u64, Vec<(OwnedKey, Arc<Plan>)>>>;
static PLANS: [PlanShard; SHARDS] =
    [const { RwLock::new(FxHashMap::with_hasher(FxBuildHasher)) }; SHARDS];

/// A plan is the same for all requests that agree in these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PlanKey<'a> {
    /// That of the module.
    pub(super) stamp: u64,
    pub(super) version: ApiVersion,
    pub(super) detail: Detail,
    /// The parameter `fields`.
    pub(super) fields: Option<&'a str>,
    /// The names of values that are not the record's, with commas between them.
    pub(super) gaps: Option<&'a str>,
    pub(super) form: RecordForm,
    /// The name of the user's time zone.
    pub(super) tz: Option<&'a str>,
    /// The profile of the user who asks: fields may be hidden from it.
    pub(super) profile: Option<Id>,
    /// That user, if what is shown depends on him alone.
    pub(super) caller: Option<Id>,
}

/// A key that outlives its request: the texts of its own, and the rest without them.
#[derive(Debug)]
struct OwnedKey {
    fields: Option<LeanString>,
    gaps: Option<LeanString>,
    tz: Option<LeanString>,
    rest: PlanKey<'static>,
}

impl OwnedKey {
    fn of(key: &PlanKey<'_>) -> Self {
        Self {
            fields: key.fields.map(LeanString::from),
            gaps: key.gaps.map(LeanString::from),
            tz: key.tz.map(LeanString::from),
            rest: PlanKey {
                fields: None,
                gaps: None,
                tz: None,
                ..*key
            },
        }
    }

    fn is(&self, key: &PlanKey<'_>) -> bool {
        let own = PlanKey {
            fields: self.fields.as_deref(),
            gaps: self.gaps.as_deref(),
            tz: self.tz.as_deref(),
            ..self.rest
        };
        own == *key
    }
}

/// The plan under a key, made by `build` if it is not known. Finding one allocates nothing.
pub(super) fn plan(key: &PlanKey<'_>, build: impl FnOnce() -> Plan) -> Arc<Plan> {
    let mut hasher = FxHasher::default();
    key.hash(&mut hasher);
    let hash = hasher.finish();
    #[allow(clippy::cast_possible_truncation, reason = "a few bits are asked for")]
    let shard = &PLANS[hash as usize % SHARDS];
    if let Some(known) = shard.read().get(&hash)
        && let Some((_, plan)) = known.iter().find(|(known, _)| known.is(key))
    {
        return Arc::clone(plan);
    }
    let plan = Arc::new(build());
    let mut plans = shard.write();
    if plans.len() >= MOST {
        plans.clear();
    }
    let entry = (OwnedKey::of(key), Arc::clone(&plan));
    plans.entry(hash).or_default().push(entry);
    plan
}
