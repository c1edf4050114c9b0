//! What two orgs answer to the same reads.

use zoho_crm_mock::world::World;

use crate::support::send_bytes;

/// What clients see of an org under some versions.
pub(super) fn assert_answers_alike(a: &World, b: &World, versions: &[&str]) {
    let mut targets = Vec::new();
    for v in versions {
        for settings in ["modules", "roles", "profiles"] {
            targets.push(format!("/crm/{v}/settings/{settings}"));
        }
        for kind in ["AllUsers", "DeletedUsers", "CurrentUser"] {
            targets.push(format!("/crm/{v}/users?type={kind}"));
        }
        targets.push(format!("/crm/{v}/org"));
        for module in ["Leads", "Contacts", "Rentals"] {
            for settings in ["fields", "layouts", "related_lists", "custom_views"] {
                targets.push(format!("/crm/{v}/settings/{settings}?module={module}"));
            }
        }
        let state = a.default_org().read();
        for module in state.schema.modules() {
            let name = module.api_name();
            if !module.fields.is_empty() {
                targets.push(format!(
                    "/crm/{v}/{name}?converted=both&fields=id,Owner,Tag"
                ));
                targets.push(format!("/crm/{v}/{name}/deleted"));
                let records = state.table(module).rows().iter();
                targets.extend(records.map(|(id, _)| format!("/crm/{v}/{name}/{id}")));
            }
        }
    }
    for target in targets {
        let (one, other) = (
            send_bytes(a, "GET", &target, b""),
            send_bytes(b, "GET", &target, b""),
        );
        assert_eq!(
            (one.0, String::from_utf8_lossy(&one.1)),
            (other.0, String::from_utf8_lossy(&other.1)),
            "{target}"
        );
    }
}
