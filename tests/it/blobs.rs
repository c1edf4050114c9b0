//! Bytes in the state of an org.

use bytes::Bytes;
use serde_json::json;
use zoho_crm_mock::Builder;
use zoho_crm_mock::error::{ApiError, Wording};
use zoho_crm_mock::store::blob::{BlobId, BudgetSpent};
use zoho_crm_mock::world::Org;

fn put(org: &Org, bytes: &'static [u8]) -> Result<BlobId, BudgetSpent> {
    org.write(|tx| tx.put_blob(Bytes::from_static(bytes)))
}

fn remove(org: &Org, id: &BlobId) -> bool {
    let removed = org.write(|tx| Ok::<_, ()>(tx.remove_blob(id)));
    removed.expect("nothing fails")
}

#[test]
fn bytes_live_as_long_as_a_state_that_holds_them() {
    let world = Builder::default().empty().build_world().expect("empty");
    let org = world.default_org();
    let used = || org.read().blobs.used();
    let id = put(org, b"a photo").expect("room");
    assert!(org.snapshot("with the photo"));
    let (fork, _) = world
        .fork("default", org, Some("fork"), None)
        .expect("a fork");
    assert!(remove(org, &id));
    assert_eq!(org.read().blobs.get(&id), None);
    assert_eq!(
        fork.read().blobs.get(&id),
        Some(Bytes::from_static(b"a photo"))
    );
    assert_eq!(used(), 7);
    // a change that fails holds nothing
    let failed = org.write(|tx| {
        let id = tx.put_blob(Bytes::from_static(b"never")).expect("room");
        assert!(tx.state().blobs.get(&id).is_some());
        Err::<(), _>("no")
    });
    assert_eq!((failed, used()), (Err("no"), 7));
    assert!(org.restore("with the photo"));
    assert_eq!(org.read().blobs.len(), 1);
    org.reset();
    assert!(org.forget("with the photo"));
    drop(fork);
    assert_eq!(used(), 7, "the fork is still there");
    world.delete("fork").expect("deleted");
    assert_eq!(used(), 0);
}

#[test]
fn the_budget_is_that_of_the_server() {
    let builder = Builder::default().empty().max_file_bytes(10);
    let world = builder.build_world().expect("empty");
    let org = world.default_org();
    let (fork, _) = world.fork("seed", org, None, None).expect("a fork");
    let id = put(&fork, b"12345678").expect("room");
    let spent = BudgetSpent {
        wanted: 3,
        used: 8,
        most: 10,
    };
    assert_eq!(put(org, b"abc"), Err(spent));
    let error = ApiError::from(spent);
    assert_eq!(
        (error.kind.status(), error.json(Wording::Zoho)),
        (
            400,
            json!({"code": "STORAGE_SPACE_EXCEEDED", "details": {"size": 10},
                "message": "Exceeded storage space limit", "status": "error"})
        )
    );
    assert!(put(org, b"12345678").is_ok(), "the same bytes take no room");
    assert!(remove(org, &id) && remove(&fork, &id));
    assert!(put(org, b"abc").is_ok());
}
