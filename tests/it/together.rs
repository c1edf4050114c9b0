//! What hangs on records stays consistent whatever is done, in any order: relations agree on both sides
//! and with their counts, nothing is lost between the live records and the recycle bin, files are kept
//! as long as something holds them, and no longer.

mod fitting;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::ids::Id;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::world::World;

use fitting::{assert_files, assert_nothing_is_lost, assert_related, related};

use crate::export::{assert_same, check};
use crate::support::send;

/// Related lists that show the same pairs from both sides.
const PAIRS: [[&str; 4]; 7] = [
    ["Campaigns", "Leads", "Leads", "Campaigns"],
    ["Campaigns", "Contacts", "Contacts", "Campaigns"],
    ["Products", "Leads", "Leads", "Products"],
    ["Products", "Contacts", "Contacts", "Products"],
    ["Products", "Accounts", "Accounts", "Products"],
    ["Products", "Deals", "Deals", "Products"],
    ["Products", "Price_Books", "Price_Books", "Products"],
];
/// Related lists that show children, with their lookups.
const CHILDREN: [[&str; 4]; 6] = [
    ["Accounts", "Contacts", "Contacts", "Account_Name"],
    ["Accounts", "Deals", "Deals", "Account_Name"],
    ["Leads", "Notes", "Notes", "Parent_Id"],
    ["Contacts", "Notes", "Notes", "Parent_Id"],
    ["Deals", "Notes", "Notes", "Parent_Id"],
    ["Leads", "Attachments", "Attachments", "Parent_Id"],
];
const MODULES: [&str; 7] = [
    "Leads",
    "Contacts",
    "Accounts",
    "Deals",
    "Campaigns",
    "Products",
    "Price_Books",
];

/// A request, of numbers that mean something else in each org.
#[derive(Clone, Debug)]
struct Deed {
    what: u8,
    which: usize,
    other: usize,
    text: String,
}

fn deed() -> impl Strategy<Value = Deed> {
    (0u8..26, 0usize..64, 0usize..64, "[a-z]{1,6}").prop_map(|(what, which, other, text)| Deed {
        what,
        which,
        other,
        text,
    })
}

fn world() -> World {
    let seed = json!({
        "org": {"id_prefix": "5725767", "time_zone": "UTC"},
        "users": [
            {"id": "5725767000000411001", "first_name": "Ada", "last_name": "Vogt", "email": "ada@example.com"},
            {"id": "5725767000000411002", "first_name": "Ben", "last_name": "Rao", "email": "ben@example.com", "role": "Manager", "profile": "Standard"},
        ],
        "data_sharing": [{"module": "Leads", "share_type": "private"}],
        "record_locking_configurations": {"Leads": [{"lock_type": "manual"}]},
        "Accounts": [{"Account_Name": "Harbour"}, {"Account_Name": "Boats"}],
        "Contacts": [{"Last_Name": "Okafor", "Account_Name": {"name": "Harbour"}}, {"Last_Name": "Twin"}],
        "Leads": [{"Last_Name": "Rao", "Company": "Rao"}, {"Last_Name": "Lund", "Company": "Lund"}],
        "Deals": [{"Deal_Name": "Hull", "Stage": "Qualification", "Closing_Date": "2027-01-01"}],
        "Campaigns": [{"Campaign_Name": "Spring"}],
        "Products": [{"Product_Name": "Oar"}],
        "Price_Books": [{"Price_Book_Name": "Retail", "Pricing_Details": [{"from_range": 1, "to_range": 9, "discount": 5}]}],
    });
    let builder = Builder::default()
        .seed_json(&seed)
        .now("2026-11-16T09:00:00Z");
    builder.build_world().expect("the seed")
}

/// The ids of a module's records, converted ones left out.
fn live(state: &OrgState, module: &str) -> Vec<Id> {
    let module = state.schema.module(module).expect("a module");
    let rows = state.table(module).rows().iter();
    let rows = rows.filter(|(_, record)| !record.converted);
    rows.map(|(id, _)| *id).collect()
}

/// The id of some record of a module; one of no record where there is none.
fn nth(state: &OrgState, module: &str, n: usize) -> String {
    let ids = live(state, module);
    let id = ids.get(n % ids.len().max(1)).copied();
    id.unwrap_or(Id(1)).to_string()
}

/// Something in the recycle bin.
fn binned(state: &OrgState, n: usize) -> String {
    let modules = state.schema.modules();
    let all: Vec<Id> = modules
        .flat_map(|module| state.table(module).deleted().iter())
        .filter(|(_, entry)| !entry.gone)
        .map(|(_, entry)| entry.record.id)
        .collect();
    let id = all.get(n % all.len().max(1)).copied();
    id.unwrap_or(Id(1)).to_string()
}

/// Sends a file as the part `file` of a form.
fn send_file(world: &World, target: &str, name: &str, bytes: &[u8]) -> u16 {
    let mut body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let headers = vec![
        ("authorization".to_owned(), "Zoho-oauthtoken x".to_owned()),
        (
            "content-type".to_owned(),
            "multipart/form-data; boundary=b".to_owned(),
        ),
    ];
    let request = Request::new("POST", target, "", &headers, Some(&body));
    dispatch(world, &request).status
}

/// A PNG of one pixel.
const PHOTO: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0, 0xc9, 0xfe, 0x92, 0xef, 0, 0, 0, 0, b'I',
    b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// A new record of a module.
fn fresh(deed: &Deed, state: &OrgState, module: &str) -> Json {
    let account = json!({"id": nth(state, "Accounts", deed.other)});
    match module {
        "Leads" => json!({"Last_Name": deed.text, "Company": deed.text}),
        "Contacts" => json!({"Last_Name": deed.text, "Account_Name": account}),
        "Accounts" => json!({"Account_Name": deed.text}),
        "Deals" => {
            json!({"Deal_Name": deed.text, "Stage": "Qualification", "Closing_Date": "2027-01-01", "Account_Name": account})
        }
        "Campaigns" => json!({"Campaign_Name": deed.text}),
        "Products" => json!({"Product_Name": deed.text}),
        _ => {
            json!({"Price_Book_Name": deed.text, "Pricing_Model": "Flat", "Pricing_Details": [{"from_range": 1, "to_range": 9, "discount": 5}]})
        }
    }
}

/// A request: its method, its target below the version, and its body or null.
type Sent = (&'static str, String, Json);

/// Does what a deed stands for; gives the status.
fn run(world: &World, deed: &Deed) -> u16 {
    let state = &*world.default_org().read();
    if let Some((target, name, bytes)) = file_of(deed, state) {
        return send_file(world, &format!("/crm/v8/{target}"), name, bytes);
    }
    let sent = addition(deed, state)
        .or_else(|| relation(deed, state, world))
        .or_else(|| action(deed, state));
    let (method, target, body) = sent.unwrap_or_else(|| removal(deed, state));
    let body = (!body.is_null()).then_some(&body);
    let (status, answer) = send(world, method, &format!("/crm/v8/{target}"), body);
    assert!(status < 500, "{method} {target}: {answer}");
    status
}

/// A file, and where it goes.
fn file_of<'d>(deed: &'d Deed, state: &OrgState) -> Option<(String, &'static str, &'d [u8])> {
    let Deed {
        what,
        which,
        other,
        text,
    } = deed;
    let module = MODULES[which % MODULES.len()];
    let one = |module: &str| nth(state, module, *other);
    Some(match what {
        4 => (
            format!("{module}/{}/Attachments", one(module)),
            "a.txt",
            text.as_bytes(),
        ),
        5 => (
            format!("Notes/{}/Attachments", one("Notes")),
            "b.txt",
            text.as_bytes(),
        ),
        6 => {
            let module = ["Leads", "Contacts", "Accounts", "Products"][which % 4];
            (format!("{module}/{}/photo", one(module)), "p.png", PHOTO)
        }
        _ => return None,
    })
}

/// A record, a note, a task.
fn addition(deed: &Deed, state: &OrgState) -> Option<Sent> {
    let Deed {
        what,
        which,
        other,
        text,
    } = deed;
    let module = MODULES[which % MODULES.len()];
    let one = |module: &str| nth(state, module, *other);
    let data = |item: Json| json!({"data": [item]});
    Some(match what {
        0..=2 => ("POST", module.to_owned(), data(fresh(deed, state, module))),
        3 => (
            "POST",
            format!("{module}/{}/Notes", one(module)),
            data(json!({"Note_Content": text})),
        ),
        25 => (
            "POST",
            "Tasks".to_owned(),
            data(
                json!({"Subject": text, "What_Id": {"id": one("Accounts")}, "$se_module": "Accounts"}),
            ),
        ),
        _ => return None,
    })
}

/// A pair of records that is made or taken apart.
fn relation(deed: &Deed, state: &OrgState, world: &World) -> Option<Sent> {
    let Deed {
        what, which, other, ..
    } = deed;
    let one = |module: &str| nth(state, module, *other);
    let data = |item: Json| json!({"data": [item]});
    Some(match what {
        7..=9 => {
            let [near, list, far, _] = PAIRS[which % PAIRS.len()];
            let item = match near {
                "Products" if far == "Price_Books" => json!({"id": one(far), "list_price": 7}),
                _ => json!({"id": one(far)}),
            };
            (
                "PUT",
                format!("{near}/{}/{list}", nth(state, near, which / 7)),
                data(item),
            )
        }
        10 => {
            let [near, list, _, _] = PAIRS[which % PAIRS.len()];
            let near_id = live(state, near)
                .into_iter()
                .find(|id| !related(world, near, *id, list).is_empty());
            let near_id = near_id.unwrap_or(Id(1));
            let far_id = match near_id {
                Id(1) => Id(1),
                id => related(world, near, id, list).pop_first().unwrap_or(Id(1)),
            };
            (
                "DELETE",
                format!("{near}/{near_id}/{list}/{far_id}"),
                Json::Null,
            )
        }
        _ => return None,
    })
}

/// An action on records.
fn action(deed: &Deed, state: &OrgState) -> Option<Sent> {
    let Deed {
        what,
        which,
        other,
        text,
    } = deed;
    let module = MODULES[which % MODULES.len()];
    let one = |module: &str| nth(state, module, *other);
    let data = |item: Json| json!({"data": [item]});
    Some(match what {
        11 => (
            "POST",
            format!("{module}/{}/actions/add_tags", one(module)),
            json!({"tags": [{"name": text}]}),
        ),
        12 => (
            "POST",
            format!("{module}/{}/actions/clone", one(module)),
            Json::Null,
        ),
        13 => {
            let child = json!({"id": one("Contacts"), "_fields": [{"api_name": "Last_Name"}]});
            let merge = json!({"merge": [{"data": [child], "master_record_fields": [{"api_name": "Email"}]}]});
            let master = nth(state, "Contacts", *which);
            ("POST", format!("Contacts/{master}/actions/merge"), merge)
        }
        14 => (
            "POST",
            format!("Leads/{}/actions/convert", one("Leads")),
            data(json!({"overwrite": true})),
        ),
        15 => (
            "POST",
            format!("{module}/{}/actions/change_owner", one(module)),
            json!({"owner": {"id": "5725767000000411002"}}),
        ),
        16 => (
            "POST",
            format!("Leads/{}/actions/share", one("Leads")),
            json!({"share": [{"shared_with": {"id": "5725767000000411002", "type": "users"}, "permission": "read_only", "type": "private"}]}),
        ),
        17 => (
            "POST",
            format!("Leads/{}/Locking_Information__s", one("Leads")),
            data(json!({"Locked_Reason__s": text})),
        ),
        _ => return None,
    })
}

/// Something that goes, comes back, or goes for good.
fn removal(deed: &Deed, state: &OrgState) -> Sent {
    let Deed {
        what, which, other, ..
    } = deed;
    let module = MODULES[which % MODULES.len()];
    let one = |module: &str| nth(state, module, *other);
    match what {
        18..=20 => (
            "DELETE",
            format!("{module}?ids={}", one(module)),
            Json::Null,
        ),
        21 | 22 => (
            "POST",
            format!(
                "settings/recycle_bin/{}/actions/restore",
                binned(state, *which)
            ),
            Json::Null,
        ),
        23 => (
            "DELETE",
            format!("settings/recycle_bin/{}", binned(state, *which)),
            Json::Null,
        ),
        _ => {
            let part = ["Notes", "Attachments"][which % 2];
            ("DELETE", format!("{part}?ids={}", one(part)), Json::Null)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn everything_fits_together(
        before in prop::collection::vec(deed(), 1..50),
        after in prop::collection::vec(deed(), 0..15),
    ) {
        let world = world();
        let org = world.default_org();
        let mut made = BTreeSet::new();
        for deed in &before {
            run(&world, deed);
            assert_nothing_is_lost(&org.read(), &mut made);
        }
        assert_related(&world);
        assert_files(&org.read());
        // an export loaded again is equal, and so is a snapshot after more was done
        check(&org.read());
        assert!(org.snapshot("midway"));
        let midway = org.read();
        for deed in &after {
            run(&world, deed);
        }
        assert_related(&world);
        assert!(org.restore("midway"));
        assert_same(&midway, &org.read());
        drop(midway);
        assert!(org.forget("midway"));
        assert_files(&org.read());
        assert_related(&world);
    }
}

/// Most deeds do something, in some org.
#[test]
fn deeds_are_done() {
    let world = world();
    let mut done = BTreeMap::new();
    for round in 0..4 {
        for what in 0..26 {
            let deed = Deed {
                what,
                which: usize::from(what) + round * 5,
                other: round,
                text: format!("t{what}x{round}"),
            };
            let good = run(&world, &deed) < 300;
            *done.entry(what).or_insert(false) |= good;
        }
    }
    let idle: Vec<u8> = done
        .into_iter()
        .filter(|(_, good)| !good)
        .map(|(what, _)| what)
        .collect();
    assert_eq!(idle, Vec::<u8>::new());
}
