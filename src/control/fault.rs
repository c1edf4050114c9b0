//! Rules of faults, for an org or for all.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{ControlRefusal, names};
use crate::runtime::fault::{Faults, RuleSpec};
use crate::world::{Org, World};

/// A rule that was added.
#[derive(Clone, Debug)]
pub struct AddedFault {
    /// Its number among the rules of the org, or among those for all orgs.
    pub id: u64,
    /// The org whose requests it looks at, and whose clock ends it.
    pub org: Arc<Org>,
    /// Whether it looks at those of all orgs.
    pub everywhere: bool,
}

impl AddedFault {
    /// The rules that it is one of.
    #[must_use]
    pub fn among<'a>(&'a self, world: &'a World) -> &'a Faults {
        if self.everywhere {
            &world.faults
        } else {
            &self.org.faults
        }
    }
}

/// Adds a rule in the form of [`RuleSpec`]. It is for `org`, unless its match names another one, or
/// all by `*`.
///
/// # Errors
/// [`ControlRefusal::Invalid`] if it makes no sense or can never fire, [`ControlRefusal::Unknown`] for an org
/// that does not exist.
pub fn add_fault(world: &World, org: &Arc<Org>, rule: &Json) -> Result<AddedFault, ControlRefusal> {
    let spec = RuleSpec::read(rule).map_err(ControlRefusal::Invalid)?;
    let everywhere = spec.on.org.as_deref() == Some("*");
    let org = match spec.on.org.as_deref() {
        None | Some("*") => Arc::clone(org),
        Some(name) => super::org(world, name)?,
    };
    let names = if everywhere {
        let all = world.orgs();
        names(all.iter().map(|org| &**org))
    } else {
        names([&*org])
    };
    let mut added = AddedFault {
        id: 0,
        org,
        everywhere,
    };
    let id = added.among(world).add(rule, &names, &added.org.clock);
    added.id = id.map_err(ControlRefusal::Invalid)?;
    Ok(added)
}
