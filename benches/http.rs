//! Throughput over HTTP, as ratios to a bare actix-web handler that returns the same bytes.
//!
//! Both servers run in this process with the same number of workers, and are loaded in turns by
//! the same generator: blocking connections that send one prepared request after another. What
//! is reported is the median of the rounds' ratios. `cargo bench --bench http`.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::net::SocketAddr;

#[path = "common/bare.rs"]
mod bare;
#[path = "common/load.rs"]
mod load;

use serde_json::{Value as Json, json};
use zoho_crm_mock::{Builder, MockServer};

use bare::bare_server;
use load::{Connection, load, request, request_of};

const ROUNDS: usize = 7;

fn main() {
    // `cargo test --benches` only wants to know that it builds
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    println!(
        "{:<44} {:>10} {:>10} {:>7} {:>7}",
        "", "bare /s", "mock /s", "ratio", "goal"
    );
    let leads: Vec<Json> = (0..100_000).map(lead).collect();
    let start = |builder: Builder| {
        runtime
            .block_on(builder.workers(bare::WORKERS).start())
            .expect("a server")
    };
    let crm = start(MockServer::builder().seed_json(&json!({"Leads": leads})));
    let address: SocketAddr = crm
        .url()
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    let newest = first_id(address);

    let get = |path: &str| request("GET", path, "");
    compare(
        "get one record (v2, whole)",
        0.80,
        address,
        &get(&format!("/crm/v2/Leads/{newest}")),
    );
    compare(
        "page of 200 full Leads (v2)",
        0.75,
        address,
        &get("/crm/v2/Leads"),
    );
    compare(
        "page of 200, three fields (v8)",
        0.0,
        address,
        &get("/crm/v8/Leads?fields=Last_Name,Email,Company"),
    );
    compare(
        "search: Email equals, 100,000 Leads (v8)",
        0.70,
        address,
        &get("/crm/v8/Leads/search?criteria=(Email:equals:lead77777@example.com)"),
    );
    compare(
        "search: Lead_Status in a page of 200 (v8)",
        0.0,
        address,
        &get("/crm/v8/Leads/search?criteria=(Lead_Status:equals:Contacted)"),
    );
    let body = json!({"data": [{"Last_Name": "Rao", "Company": "Zylker", "Email": "rao@example.com",
        "Phone": "555-0100", "Lead_Source": "Cold Call", "City": "Pune"}]});
    compare(
        "insert of one Lead (v8)",
        0.60,
        address,
        &request("POST", "/crm/v8/Leads", &body.to_string()),
    );
    compare(
        "download of 1 MB (v8)",
        0.80,
        address,
        &get(&attached(address, &newest)),
    );
    related(&start);
    watched(&start);
}

/// A page of related records, as a ratio to the same page of a list: 100,000 Contacts of one account,
/// all of them in one campaign.
fn related(start: &dyn Fn(Builder) -> MockServer) {
    const NAMES: [&str; 3] = [
        "200 of 100,000 children, to a list (v8)",
        "200 of 100,000 pairs, to a list (v8)",
        "the same with a key of the pair (v8)",
    ];
    if !NAMES.iter().any(|name| is_wanted(name)) {
        return;
    }
    let id = |base: u64, n: u64| format!("4242424{:012}", base + n);
    let (account, campaign) = (id(900_000, 0), id(800_000, 0));
    let numbers = 0..100_000_u64;
    let contacts = numbers.clone().map(|n| {
        json!({"id": id(1_000_000, n), "Last_Name": format!("C{n}"),
            "Email": format!("c{n}@example.com"), "Account_Name": {"id": account}})
    });
    let members = numbers.map(|n| {
        json!({"Campaign": {"id": campaign}, "Contact": {"id": id(1_000_000, n)},
            "Member_Status": "Sent"})
    });
    let seed = json!({
        "org": {"id_prefix": "4242424"},
        "Accounts": [{"id": account, "Account_Name": "A"}],
        "Campaigns": [{"id": campaign, "Campaign_Name": "X"}],
        "Contacts": contacts.collect::<Json>(),
        "Campaigns_X_Contacts": members.collect::<Json>(),
    });
    let crm = start(MockServer::builder().seed_json(&seed));
    let url = crm.url().trim_start_matches("http://");
    let address: SocketAddr = url.parse().expect("an address");
    let fields = "fields=Last_Name,Email,Account_Name,Owner,Created_Time";
    let get = |path: String| request("GET", &path, "");
    let list = get(format!("/crm/v8/Contacts?{fields}"));
    let children = format!("/crm/v8/Accounts/{account}/Contacts?{fields}");
    let pairs = format!("/crm/v8/Campaigns/{campaign}/Contacts?{fields}");
    let with_key = format!("{pairs},Member_Status");
    for (name, path) in NAMES.into_iter().zip([children, pairs, with_key]) {
        let page = get(path);
        if is_wanted(name) {
            let mut rounds: Vec<(f64, f64)> = Vec::new();
            for _ in 0..ROUNDS {
                rounds.push((load(address, &list), load(address, &page)));
            }
            report(name, 0.80, rounds);
        }
    }
}

/// Writes of an org whose changes ten channels watch, as a ratio to those of one without.
fn watched(start: &dyn Fn(Builder) -> MockServer) {
    const NAME: &str = "insert of one Lead, ten channels (v8)";
    if !is_wanted(NAME) {
        return;
    }
    let (plain, watched) = (start(MockServer::builder()), start(MockServer::builder()));
    let address = |crm: &MockServer| -> SocketAddr {
        let url = crm.url().trim_start_matches("http://");
        url.parse().expect("an address")
    };
    let (plain, watched) = ((address(&plain), plain), (address(&watched), watched));
    let callee = bare_server(Vec::new());
    let channels: Vec<Json> = (0..10)
        .map(|n| {
            json!({"channel_id": n, "events": ["Leads.all"],
                "notify_url": format!("http://{callee}/hook")})
        })
        .collect();
    let body = json!({"watch": channels}).to_string();
    Connection::open(watched.0).ask(&request("POST", "/crm/v8/actions/watch", &body));
    let body = json!({"data": [{"Last_Name": "Rao", "Company": "Zylker"}]}).to_string();
    let insert = request("POST", "/crm/v8/Leads", &body);
    let mut rounds: Vec<(f64, f64)> = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push((load(plain.0, &insert), load(watched.0, &insert)));
    }
    report(NAME, 0.80, rounds);
}

/// The path of a file of 1 MB that is attached to a Lead.
fn attached(address: SocketAddr, lead: &str) -> String {
    let path = format!("/crm/v8/Leads/{lead}/Attachments");
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n{}\r\n--b--\r\n",
        "x".repeat(1_000_000)
    );
    let form = request_of("POST", &path, "multipart/form-data; boundary=b", &body);
    let answer = Connection::open(address).ask(&form);
    let body: Json = serde_json::from_slice(&answer).expect("JSON");
    let id = body["data"][0]["details"]["id"].as_str().expect("an id");
    format!("{path}/{id}")
}

fn lead(n: usize) -> Json {
    json!({
        "Last_Name": format!("Last {n}"), "First_Name": format!("First {}", n % 1000),
        "Company": format!("Company {}", n % 5000), "Email": format!("lead{n}@example.com"),
        "Phone": format!("555-{:07}", n), "Lead_Source": "Cold Call", "Lead_Status": (["Contacted", "Not Contacted"][n % 2]),
        "City": "Pune", "State": "Maharashtra", "Country": "India", "Annual_Revenue": n as f64 * 1.5,
        "No_of_Employees": n % 500,
    })
}

fn first_id(address: SocketAddr) -> String {
    let answer = Connection::open(address).ask(&request("GET", "/crm/v2/Leads?per_page=1", ""));
    let body: Json = serde_json::from_slice(&answer).expect("JSON");
    body["data"][0]["id"].as_str().expect("an id").to_owned()
}

fn compare(name: &str, goal: f64, mock: SocketAddr, request: &[u8]) {
    if !is_wanted(name) {
        return;
    }
    let bytes = Connection::open(mock).ask(request);
    let bare = bare_server(bytes);
    let mut rounds: Vec<(f64, f64)> = Vec::new();
    load(bare, request);
    load(mock, request);
    for _ in 0..ROUNDS {
        rounds.push((load(bare, request), load(mock, request)));
    }
    report(name, goal, rounds);
}

/// Whether something is to be measured: `cargo bench --bench http -- insert` measures that alone.
fn is_wanted(name: &str) -> bool {
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    wanted.is_none_or(|wanted| name.contains(&wanted))
}

/// Prints the median of the rounds' ratios.
fn report(name: &str, goal: f64, mut rounds: Vec<(f64, f64)>) {
    rounds.sort_by(|a, b| (a.1 / a.0).total_cmp(&(b.1 / b.0)));
    let (bare, mock) = rounds[ROUNDS / 2];
    println!(
        "{name:<44} {bare:>10.0} {mock:>10.0} {:>7.2} {goal:>7.2}",
        mock / bare
    );
}
