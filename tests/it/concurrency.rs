//! Many clients at once, against a model of what each of them must see.
//!
//! Each test takes a second; `TRUTH_SECONDS=60 cargo test --test it concurrency` lets them go on for
//! longer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand::rngs::ChaCha12Rng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::world::World;

use crate::support::send;

/// Until when the clients go on.
fn end() -> Instant {
    let seconds = std::env::var("TRUTH_SECONDS").ok();
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(1);
    let end = Instant::now().checked_add(Duration::from_secs(seconds));
    end.expect("a time that can be told")
}

fn ask(world: &World, method: &str, target: &str, body: &Json) -> Json {
    let body = Some(body).filter(|body| !body.is_null());
    let (status, answer) = send(world, method, target, body);
    assert!(status < 400, "{method} {target}: {status} {answer}");
    answer
}

fn ids(answer: &Json) -> Vec<String> {
    let rows = answer["data"].as_array().into_iter().flatten();
    rows.map(|row| row["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// Inserts leads; gives their ids.
fn insert(world: &World, names: &[String]) -> Vec<String> {
    let leads = names.iter().map(|name| {
        json!({"Last_Name": name, "Email": format!("{name}@x.example"), "Phone": "1", "Mobile": "1"})
    });
    let answer = ask(
        world,
        "POST",
        "/crm/v8/Leads",
        &json!({"data": leads.collect::<Vec<_>>()}),
    );
    let rows = answer["data"].as_array().expect("rows").iter();
    rows.map(|row| row["details"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// What is known of all clients' leads.
#[derive(Default)]
struct Model {
    /// Every id that was ever given.
    given: Mutex<BTreeSet<String>>,
    /// Leads that are there, by id; those whose deletion has begun are not among them.
    alive: Mutex<BTreeMap<String, String>>,
    /// Leads whose deletion has been acknowledged.
    gone: Mutex<BTreeSet<String>>,
}

impl Model {
    /// A client that inserts, changes and deletes leads of its own, and looks for them by every way
    /// there is.
    fn write(&self, world: &World, number: u64, until: Instant) {
        let mut chance = ChaCha12Rng::seed_from_u64(number);
        let mut mine: Vec<String> = Vec::new();
        let mut n = 0;
        while Instant::now() < until {
            let lot: f64 = chance.random();
            if lot < 0.5 || mine.is_empty() {
                let count = [1, 1, 3, 20][chance.random_range(0..4)];
                let names: Vec<String> =
                    (0..count).map(|i| format!("w{number}n{}", n + i)).collect();
                n += count;
                for (id, name) in insert(world, &names).into_iter().zip(names) {
                    assert!(
                        self.given.lock().expect("locked").insert(id.clone()),
                        "{id} is given twice"
                    );
                    self.alive.lock().expect("locked").insert(id.clone(), name);
                    mine.push(id);
                }
            } else if lot < 0.75 {
                let id = mine.swap_remove(chance.random_range(0..mine.len()));
                self.alive.lock().expect("locked").remove(&id);
                let path = format!("/crm/v8/Leads/{id}");
                ask(world, "DELETE", &path, &Json::Null);
                self.gone.lock().expect("locked").insert(id);
                assert_eq!(send(world, "GET", &path, None).0, 204, "{path} was deleted");
            } else {
                let id = &mine[chance.random_range(0..mine.len())];
                let name = self.alive.lock().expect("locked")[id].clone();
                change(world, id, &name, &chance.random::<u32>().to_string());
            }
        }
    }

    /// A client that walks over all pages: what was there before and is there after it must be met,
    /// once, and what was gone before must not.
    fn walk(&self, world: &World, until: Instant) {
        while Instant::now() < until {
            let before: BTreeSet<String> =
                self.alive.lock().expect("locked").keys().cloned().collect();
            let gone = self.gone.lock().expect("locked").clone();
            let mut met = BTreeSet::new();
            let mut next = String::new();
            loop {
                let page = format!("/crm/v8/Leads?fields=Phone,Mobile&per_page=50{next}");
                let page = ask(world, "GET", &page, &Json::Null);
                for row in page["data"].as_array().into_iter().flatten() {
                    assert_eq!(row["Phone"], row["Mobile"], "a torn record");
                }
                for id in ids(&page) {
                    assert!(met.insert(id.clone()), "{id} is met twice");
                    assert!(!gone.contains(&id), "{id} was deleted before");
                }
                match page["info"]["next_page_token"].as_str() {
                    Some(token) => next = format!("&page_token={token}"),
                    None => break,
                }
            }
            let after = self.alive.lock().expect("locked");
            let missed = before
                .iter()
                .find(|id| after.contains_key(*id) && !met.contains(*id));
            assert_eq!(missed, None, "a lead that was there all the time");
        }
    }
}

/// Changes a lead, which search and COQL know at once.
fn change(world: &World, id: &str, name: &str, value: &str) {
    let body = json!({"data": [{"Phone": value, "Mobile": value}]});
    ask(world, "PUT", &format!("/crm/v8/Leads/{id}"), &body);
    let read = ask(
        world,
        "GET",
        &format!("/crm/v8/Leads/{id}?fields=Phone"),
        &Json::Null,
    );
    assert_eq!(read["data"][0]["Phone"], value);
    let found = format!("/crm/v8/Leads/search?email={name}@x.example&fields=Email");
    assert_eq!(
        ids(&ask(world, "GET", &found, &Json::Null)),
        [id],
        "{found}"
    );
    let query = format!("select id from Leads where Phone = '{value}' and Last_Name = '{name}'");
    let found = ask(
        world,
        "POST",
        "/crm/v8/coql",
        &json!({"select_query": query}),
    );
    assert_eq!(ids(&found), [id], "{query}");
}

#[test]
fn nothing_is_lost_torn_or_met_twice() {
    let world = Builder::default().empty().build_world().expect("a world");
    let model = Model::default();
    let until = end();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (world, model) = (&world, &model);
            scope.spawn(move || model.write(world, number, until));
        }
        scope.spawn(|| model.walk(&world, until));
        scope.spawn(|| model.walk(&world, until));
    });
    let alive = model.alive.into_inner().expect("no panic");
    let count = ask(&world, "GET", "/crm/v8/Leads/actions/count", &Json::Null);
    assert_eq!(count["count"], alive.len());
    let journal = world.default_org().journal.entries();
    let consecutive = journal.windows(2).all(|pair| pair[0].id + 1 == pair[1].id);
    assert!(consecutive, "numbers of the journal");
}

#[test]
fn batches_are_seen_whole() {
    let world = Builder::default().empty().build_world().expect("a world");
    let names: Vec<String> = (0..20).map(|n| format!("group{n}")).collect();
    let group = insert(&world, &names);
    let until = end();
    let (written, over) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while Instant::now() < until {
                let value = written.fetch_add(1, Ordering::AcqRel).to_string();
                let rows = group
                    .iter()
                    .map(|id| json!({"id": id, "Phone": value, "Mobile": value}));
                let body = json!({"data": rows.collect::<Vec<_>>()});
                ask(&world, "PUT", "/crm/v8/Leads", &body);
            }
            over.store(true, Ordering::Release);
        });
        for _ in 0..2 {
            scope.spawn(|| {
                let list = format!("/crm/v8/Leads?fields=Phone,Mobile&ids={}", group.join(","));
                while !over.load(Ordering::Acquire) {
                    let rows = ask(&world, "GET", &list, &Json::Null);
                    let rows = rows["data"].as_array().expect("rows");
                    let values: BTreeSet<String> = rows
                        .iter()
                        .map(|row| format!("{} {}", row["Phone"], row["Mobile"]))
                        .collect();
                    assert_eq!(values.len(), 1, "a torn batch: {values:?}");
                }
            });
        }
    });
    assert!(written.load(Ordering::Acquire) > 1);
}

#[test]
fn forks_see_neither_more_nor_less() {
    let world = Builder::default().empty().build_world().expect("a world");
    let until = end();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut written = 0_usize;
            while Instant::now() < until {
                insert(&world, &[format!("a{written}"), format!("b{written}")]);
                written += 2;
            }
            written
        });
        scope.spawn(|| {
            for n in 0.. {
                if Instant::now() >= until {
                    break;
                }
                let name = format!("fork{n}");
                ask(
                    &world,
                    "POST",
                    "/__admin/orgs",
                    &json!({"name": name, "from": "default"}),
                );
                let here = format!("/__org/{name}/crm/v8/Leads");
                let count = |at: &str| {
                    let count = ask(&world, "GET", &format!("{at}/actions/count"), &Json::Null);
                    count["count"].as_u64().expect("a number")
                };
                let before = count(&here);
                assert_eq!(before % 2, 0, "a batch was cut in two");
                let lead = json!({"data": [{"Last_Name": "of the fork"}]});
                ask(&world, "POST", &here, &lead);
                assert_eq!(count(&here), before + 1, "what others write");
                send(&world, "DELETE", &format!("/__admin/orgs/{name}"), None);
            }
        });
        let written = writer.join().expect("no panic");
        let count = ask(&world, "GET", "/crm/v8/Leads/actions/count", &Json::Null);
        assert_eq!(count["count"], written, "what forks write");
    });
}

#[test]
fn a_restore_is_before_or_after_a_write() {
    let world = Builder::default().empty().build_world().expect("a world");
    let restore = "/__admin/snapshots/nothing/restore";
    ask(
        &world,
        "POST",
        "/__admin/snapshots",
        &json!({"name": "nothing"}),
    );
    let until = end();
    std::thread::scope(|scope| {
        for number in 0..3 {
            let world = &world;
            scope.spawn(move || {
                let mut n = 0;
                while Instant::now() < until {
                    insert(world, &[format!("r{number}n{n}"), format!("s{number}n{n}")]);
                    n += 1;
                }
            });
        }
        scope.spawn(|| {
            while Instant::now() < until {
                let count = ask(&world, "GET", "/crm/v8/Leads/actions/count", &Json::Null);
                let count = count["count"].as_u64().expect("a number");
                assert_eq!(count % 2, 0, "half a batch is there");
            }
        });
        scope.spawn(|| {
            while Instant::now() < until {
                ask(&world, "POST", restore, &Json::Null);
                std::thread::sleep(Duration::from_millis(1));
            }
        });
    });
    ask(&world, "POST", restore, &Json::Null);
    assert_eq!(send(&world, "GET", "/crm/v8/Leads?fields=id", None).0, 204);
    // and what was inserted before is nowhere: the same leads can be inserted again
    insert(&world, &["r0n0".to_owned()]);
    let found = "/crm/v8/Leads/search?email=r0n0@x.example&fields=Email";
    assert_eq!(ids(&ask(&world, "GET", found, &Json::Null)).len(), 1);
}
