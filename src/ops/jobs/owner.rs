//! Another owner for the records of a custom view.

use super::found;
use crate::ids::Id;
use crate::ops::owner::give;
use crate::store::Tx;
use crate::store::job::{MassAction, MassCounts};
use crate::version::ApiVersion;

/// Gives the records of a view to the user that the request names. What is related to them stays
/// where it is (page of v8).
pub(super) fn change(tx: &mut Tx, action: &MassAction) -> MassCounts {
    let (module, found) = found(tx, action);
    let mut counts = MassCounts {
        total: found.len(),
        ..MassCounts::default()
    };
    let owner = action
        .request
        .get("owner")
        .and_then(|owner| owner.get("id"));
    let owner = owner.and_then(Id::from_json);
    // who has left since the job was ordered owns nothing more
    let owner = owner.filter(|id| {
        let user = tx.state().users.get(id);
        user.is_some_and(|user| user.status() == "active")
    });
    for (index, record) in found.iter().enumerate() {
        let given = owner.is_some_and(|owner| {
            give(tx, &module, record, owner, ApiVersion::LATEST, index).is_ok()
        });
        if given {
            counts.done += 1;
        } else {
            counts.failed += 1;
        }
    }
    counts
}
