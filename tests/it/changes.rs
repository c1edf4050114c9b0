//! What a store tells of its changes.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::store::change::RecordEvent;
use zoho_crm_mock::store::{Change, OrgState, Published};
use zoho_crm_mock::world::World;

use crate::support::send;

/// The changes of what was published, in short.
fn told(published: &Published) -> Vec<&'static str> {
    let Published::Changes { changes, .. } = published else {
        return vec!["replaced"];
    };
    let told = changes.iter().map(|change| match change {
        Change::Record(change) => match &change.event {
            RecordEvent::Created(_) => "created",
            RecordEvent::Updated { .. } => "updated",
            RecordEvent::Deleted(_) => "deleted",
            RecordEvent::Removed(_) => "removed",
        },
        Change::User { before: None, .. } => "user created",
        Change::User { .. } => "user",
        Change::Setting {
            family: "tags",
            before: None,
            ..
        } => "tag created",
        Change::Setting { after: None, .. } => "setting deleted",
        Change::Setting { .. } => "setting",
        Change::Metadata(_) => "metadata",
    });
    told.collect()
}

fn ask(world: &World, method: &str, target: &str, body: Json) -> Json {
    let body = Some(body).filter(|body| !body.is_null());
    send(world, method, target, body.as_ref()).1
}

/// A user that can be added to an org.
fn user(state: &OrgState) -> Json {
    let first = |family: &str| {
        let setting = state.settings_of(family).iter().next();
        setting.map(|setting| setting.id.to_string())
    };
    json!({"users": [{"first_name": "A", "last_name": "B", "email": "a@example.com",
        "role": first("roles"), "profile": first("profiles")}]})
}

#[test]
fn every_write_is_told_once_it_is_published() {
    let world = Builder::default().empty().build_world().expect("empty");
    let org = world.default_org();
    let leads = |names: &[&str]| {
        let items = names.iter().map(|name| json!({"Last_Name": name}));
        json!({"data": items.collect::<Json>()})
    };
    // nobody listens yet
    ask(&world, "POST", "/crm/v8/Leads", leads(&["before"]));
    let mut heard = org.store.listen();
    let mut expect = |what: &str, expected: &[&[&str]]| {
        let published: Vec<_> = heard.heard().collect();
        let told: Vec<_> = published.iter().map(|published| told(published)).collect();
        assert_eq!(told, expected, "{what}");
    };
    let made = ask(&world, "POST", "/crm/v8/Leads", leads(&["a", "b"]));
    let id = made["data"][0]["details"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    expect("one request, two records", &[&["created", "created"]]);
    ask(
        &world,
        "POST",
        "/crm/v8/Leads",
        json!({"data": [{"Company": "no name"}]}),
    );
    expect("a record that fails", &[]);
    ask(
        &world,
        "POST",
        "/crm/v8/Leads",
        json!({"data": [{"Company": "x"}, {"Last_Name": "c"}]}),
    );
    expect("one of two fails", &[&["created"]]);
    let path = format!("/crm/v8/Leads/{id}");
    ask(
        &world,
        "PUT",
        &path,
        json!({"data": [{"City": "Pune", "Tag": [{"name": "new"}]}]}),
    );
    expect("an update with a new tag", &[&["tag created", "updated"]]);
    ask(&world, "DELETE", &path, Json::Null);
    expect("a deletion", &[&["deleted"]]);
    ask(&world, "GET", "/crm/v8/Leads?fields=City", Json::Null);
    expect("a read", &[]);
    ask(
        &world,
        "POST",
        "/__admin/seed",
        json!({"Leads": [{"Last_Name": "seeded"}]}),
    );
    expect("a seed", &[&["replaced"]]);
    ask(
        &world,
        "POST",
        "/__admin/seed",
        json!({"Leads": [{"Last_Name": 7}]}),
    );
    expect("a seed that is refused", &[]);
    ask(&world, "POST", "/__admin/reset", Json::Null);
    expect("a reset", &[&["replaced"]]);
    let user = user(&org.read());
    ask(&world, "POST", "/crm/v8/users", user);
    expect("a user", &[&["user created"]]);
    // a fork has listeners of its own
    let fork = world.fork("default", org, None, None).expect("a fork").0;
    let written = fork.write(|tx| {
        let module = Arc::clone(tx.state().schema.module("Leads").expect("Leads"));
        tx.delete(&module, zoho_crm_mock::ids::Id(1));
        Ok::<(), ()>(())
    });
    assert_eq!(written, Ok(()));
    expect("another org", &[]);
}

/// The order is that of publication, whoever writes: each change begins where the last one ended.
#[test]
fn changes_are_told_in_the_order_in_which_they_were_published() {
    let seed = json!({"Leads": [{"id": "5725767000000100001", "Last_Name": "x"}]});
    let world = Builder::default()
        .seed_json(&seed)
        .build_world()
        .expect("a world");
    let store = &world.default_org().store;
    let mut heard = store.listen();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let world = &world;
            scope.spawn(move || {
                for n in 0..50 {
                    let city = json!({"data": [{"City": format!("{thread} {n}")}]});
                    ask(world, "PUT", "/crm/v8/Leads/5725767000000100001", city);
                }
            });
        }
    });
    let mut last: Option<Arc<_>> = None;
    let mut count = 0;
    for published in heard.heard() {
        let Published::Changes { changes, .. } = &*published else {
            panic!("{published:?}");
        };
        for change in changes {
            let Change::Record(change) = change else {
                panic!("{change:?}");
            };
            let RecordEvent::Updated { before, after } = &change.event else {
                panic!("{change:?}");
            };
            assert!(last.as_ref().is_none_or(|last| Arc::ptr_eq(last, before)));
            last = Some(Arc::clone(after));
            count += 1;
        }
    }
    assert_eq!(count, 200);
    // a listener that has gone is forgotten
    drop(heard);
    ask(
        &world,
        "DELETE",
        "/crm/v8/Leads/5725767000000100001",
        Json::Null,
    );
}
