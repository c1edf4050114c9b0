//! The addresses of orgs and of the control plane, and who may use them.

use serde_json::json;
use zoho_crm_mock::MockServer;

use super::{call, start};

/// A token opens no other org's address, and an address no org to another's token.
#[test]
fn addresses_and_tokens_agree() {
    let world = MockServer::builder()
        .empty()
        .build_world()
        .expect("a world");
    let fork = |name: &str| {
        let (_, credentials) = world
            .fork("seed", world.default_org(), Some(name), None)
            .expect("an org");
        credentials.access_token
    };
    let (a, _b) = (fork("a"), fork("b"));
    let ask = |path: &str| {
        let headers = vec![("authorization".to_owned(), format!("Bearer {a}"))];
        let request = zoho_crm_mock::request::Request::new("GET", path, "", &headers, Some(b""));
        zoho_crm_mock::dispatch::dispatch(&world, &request).status
    };
    assert_eq!(ask("/crm/v8/Leads/actions/count"), 200);
    assert_eq!(ask("/__org/a/crm/v8/Leads/actions/count"), 200);
    assert_eq!(ask("/__org/b/crm/v8/Leads/actions/count"), 401);
    assert_eq!(ask("/__org/default/crm/v8/Leads/actions/count"), 401);
}

#[tokio::test]
async fn without_a_control_plane_its_addresses_are_unknown() {
    let crm = start(MockServer::builder().empty().no_admin()).await;
    for path in [
        "/__admin/health",
        "/__admin/reset",
        "/__org/default/__admin/health",
    ] {
        let (status, body) = call("GET", &format!("{}{path}", crm.url()), "x", None)
            .await
            .expect("an answer");
        assert_eq!(
            (status, &body["code"]),
            (404, &json!("INVALID_URL_PATTERN"))
        );
    }
}
