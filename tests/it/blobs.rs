//! Bytes in the state of an org.

use bytes::Bytes;
use serde_json::json;
use zoho_crm_mock::Builder;
use zoho_crm_mock::error::{ApiError, Wording};
use zoho_crm_mock::store::Blob;
use zoho_crm_mock::store::blob::BudgetSpent;
use zoho_crm_mock::world::Org;

fn put(org: &Org, bytes: &'static [u8]) -> Result<Blob, BudgetSpent> {
    org.read().blobs.put(Bytes::from_static(bytes))
}

#[test]
fn the_budget_is_that_of_the_server() {
    let builder = Builder::default().empty().max_file_bytes(10);
    let world = builder.build_world().expect("empty");
    let org = world.default_org();
    let (fork, _) = world.fork("seed", org, None, None).expect("a fork");
    let blob = put(&fork, b"12345678").expect("room");
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
    let same = put(org, b"12345678").expect("the same bytes take no room");
    drop((blob, same));
    assert!(put(org, b"abc").is_ok());
}
