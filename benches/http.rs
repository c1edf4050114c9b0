//! What requests cost over HTTP, beside a bare actix-web handler that sends the same headers and bytes.
//!
//! Both servers are processes of their own with two workers, and are loaded in turns by one thread
//! with sixteen connections. What is reported is the median of the rounds' ratios, and the CPU time
//! of the server a request, which says more where a machine is busy.
//!
//! `cargo bench --bench http` measures everything, `-- insert` what has that in its name, and
//! `-- --quick` one short round of each, which finds errors and no more.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

#[path = "common/bare.rs"]
mod bare;
#[path = "common/load.rs"]
mod load;

use serde_json::{Value as Json, json};

use bare::Process;
use load::{ask, load, load_by_tls, request, request_of};
use rustls::pki_types::CertificateDer;
use tokio_rustls::TlsConnector;
use zoho_crm_mock::authority::Authority;

/// The prefix of the ids of the default seed.
const PREFIX: &str = "5843104";

/// What is measured of a request.
struct Row {
    name: &'static str,
    goal: f64,
    request: Vec<u8>,
}

/// How long it is measured.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    lasts: Duration,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, file] = arguments.as_slice()
        && flag == "--bare"
    {
        return bare::serve(Path::new(file));
    }
    // `cargo test --benches` only wants to know that it builds
    if arguments.iter().any(|arg| arg == "--test") {
        return;
    }
    let effort = if arguments.iter().any(|arg| arg == "--quick") {
        Effort {
            rounds: 1,
            lasts: Duration::from_millis(50),
        }
    } else {
        Effort {
            rounds: 7,
            lasts: Duration::from_millis(700),
        }
    };
    let folder = tempfile::tempdir().expect("a folder");
    println!(
        "{:<44} {:>9} {:>9} {:>6} {:>6} {:>9} {:>9}",
        "", "bare /s", "mock /s", "ratio", "goal", "bare µs", "mock µs"
    );
    for row in rows().into_iter().chain(other_rows()) {
        if is_wanted(row.name) {
            // writes leave nothing behind for the next row
            beside_bare(&row, &with_leads(folder.path()), folder.path(), effort);
        }
    }
    download(folder.path(), effort);
    related(folder.path(), effort);
    watched(folder.path(), effort);
    secured(folder.path(), effort);
}

fn rows() -> Vec<Row> {
    let get = |path: &str| request("GET", path, "");
    let lead = lead(7).to_string();
    let body = |lead: &str| format!(r#"{{"data":[{lead}]}}"#);
    let row = |name, goal, request| Row {
        name,
        goal,
        request,
    };
    let update = json!({"data": [{"Company": "Zylker", "Phone": "555-0199"}]}).to_string();
    let upsert = json!({"data": [lead_of(77, "Zylker")], "duplicate_check_fields": ["Email"]});
    vec![
        row(
            "get one record (v2, whole)",
            0.92,
            get(&format!("/crm/v2/Leads/{}", id(500))),
        ),
        row(
            "page of 200 full Leads (v2)",
            0.90,
            get("/crm/v2/Leads?per_page=200"),
        ),
        row(
            "page of 200, fifteen fields (v8)",
            0.85,
            get(
                "/crm/v8/Leads?per_page=200&fields=Last_Name,First_Name,Company,Email,Phone,\
                 Lead_Source,Lead_Status,City,State,Country,Annual_Revenue,No_of_Employees,Owner,\
                 Created_Time,Modified_Time",
            ),
        ),
        row(
            "search by e-mail (v8)",
            0.85,
            get("/crm/v8/Leads/search?email=lead777@example.com"),
        ),
        row(
            "search: Email equals (v8)",
            0.0,
            get("/crm/v8/Leads/search?criteria=(Email:equals:lead777@example.com)"),
        ),
        row(
            "insert of one Lead (v8)",
            0.75,
            request("POST", "/crm/v8/Leads", &body(&lead)),
        ),
        row(
            "update of one Lead (v8)",
            0.75,
            request("PUT", &format!("/crm/v8/Leads/{}", id(500)), &update),
        ),
        row(
            "upsert of one Lead (v8)",
            0.70,
            request("POST", "/crm/v8/Leads/upsert", &upsert.to_string()),
        ),
    ]
}

/// Requests of other surfaces, and answers that are no records.
fn other_rows() -> Vec<Row> {
    let get = |path: &str| request("GET", path, "");
    let row = |name, goal, request| Row {
        name,
        goal,
        request,
    };
    let post = |path: &str, body: &Json| request("POST", path, &body.to_string());
    let coql = |query: &str| post("/crm/v8/coql", &json!({"select_query": query}));
    vec![
        row(
            "COQL, one row (v8)",
            0.75,
            coql("select Last_Name, Company from Leads where Email = 'lead777@example.com'"),
        ),
        row(
            "COQL, 200 rows (v8)",
            0.60,
            coql("select Last_Name, Company, Email from Leads where id is not null limit 200"),
        ),
        row(
            "fields (v8)",
            0.85,
            get("/crm/v8/settings/fields?module=Leads"),
        ),
        row("modules (v8)", 0.85, get("/crm/v8/settings/modules")),
        row(
            "get_record of the connector",
            0.70,
            request(
                "POST",
                "/operations/get_record",
                &json!({"module_name": "Leads", "record_id": id(500)}).to_string(),
            ),
        ),
        row(
            "list_records of the connector, 100",
            0.0,
            request(
                "POST",
                "/operations/list_records",
                &json!({"module_name": "Leads", "per_page": 100}).to_string(),
            ),
        ),
        row(
            "token",
            0.70,
            request_of(
                "POST",
                "/oauth/v2/token",
                "application/x-www-form-urlencoded",
                "grant_type=refresh_token&refresh_token=1000.r&client_id=1000.c&client_secret=s",
            ),
        ),
    ]
}

fn lead(number: usize) -> Json {
    lead_of(number, &format!("Company {}", number % 50))
}

fn lead_of(number: usize, company: &str) -> Json {
    json!({
        "Last_Name": format!("Last {number}"), "First_Name": format!("First {}", number % 100),
        "Company": company, "Email": format!("lead{number}@example.com"),
        "Phone": format!("555-{number:07}"), "Lead_Source": "Cold Call",
        "Lead_Status": (["Contacted", "Not Contacted"][number % 2]),
        "City": "Pune", "State": "Maharashtra", "Country": "India",
        "Annual_Revenue": number as f64 * 1.5, "No_of_Employees": number % 500,
    })
}

fn id(number: usize) -> String {
    format!("{PREFIX}{:012}", 9_000_000 + number)
}

/// The server with a seed.
fn mock(folder: &Path, seed: &Json) -> Process {
    let file = folder.join("seed.json");
    std::fs::write(&file, seed.to_string()).expect("written");
    let workers = bare::WORKERS.to_string();
    Process::start(
        Command::new(env!("CARGO_BIN_EXE_zoho-crm-mock"))
            .args([
                "serve",
                "--port",
                "0",
                "--workers",
                &workers,
                "--seed",
                "default",
            ])
            .arg("--ca-dir")
            .arg(folder.join("ca"))
            .arg("--seed")
            .arg(file),
    )
}

/// The default seed and 1,000 Leads.
fn with_leads(folder: &Path) -> Process {
    let leads = (0..1_000).map(|number| {
        let mut lead = lead(number);
        lead["id"] = id(number).into();
        lead
    });
    mock(folder, &json!({"Leads": leads.collect::<Json>()}))
}

/// Whether something is to be measured: `cargo bench --bench http -- insert` measures that alone.
fn is_wanted(name: &str) -> bool {
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    wanted.is_none_or(|wanted| name.contains(&wanted))
}

/// Requests a second, and the CPU time of the server for each in microseconds.
fn measured(server: &Process, load: impl FnOnce() -> (u64, Duration)) -> (f64, Option<f64>) {
    let before = server.cpu();
    let (count, time) = load();
    let spent = server
        .cpu()
        .zip(before)
        .map(|(after, before)| after - before);
    (
        count as f64 / time.as_secs_f64(),
        spent.map(|spent| spent / count.max(1) as f64),
    )
}

/// Measures a request beside a bare server with the same answer.
fn beside_bare(row: &Row, mock: &Process, folder: &Path, effort: Effort) {
    let answer = ask(mock.address, &row.request);
    let shown = String::from_utf8_lossy(&answer.body);
    assert!(
        answer.status < 300,
        "{}: {} {shown}",
        row.name,
        answer.status
    );
    let bare = bare::start(&answer, folder);
    compare(
        row.name,
        row.goal,
        (&bare, &row.request),
        (mock, &row.request),
        effort,
    );
}

/// A server, and what it is asked.
type Side<'s> = (&'s Process, &'s [u8]);

/// Loads two servers in turns, and prints the median of the ratios.
fn compare(name: &str, goal: f64, bare: Side<'_>, mock: Side<'_>, effort: Effort) {
    compare_by(name, goal, bare, mock, effort, load);
}

/// The same, with a load of its own for the second server.
fn compare_by(
    name: &str,
    goal: f64,
    bare: Side<'_>,
    mock: Side<'_>,
    effort: Effort,
    by: impl Fn(SocketAddr, &[u8], Duration) -> (u64, Duration),
) {
    let lasts = effort.lasts;
    let mut rounds = Vec::new();
    for _ in 0..effort.rounds {
        let bare = measured(bare.0, || load(bare.0.address, bare.1, lasts));
        rounds.push((bare, measured(mock.0, || by(mock.0.address, mock.1, lasts))));
    }
    rounds.sort_by(|a, b| (a.1.0 / a.0.0).total_cmp(&(b.1.0 / b.0.0)));
    let ((bare, bare_cpu), (mock, mock_cpu)) = rounds[rounds.len() / 2];
    let shown = |cpu: Option<f64>| cpu.map_or_else(String::new, |cpu| format!("{cpu:.1}"));
    println!(
        "{name:<44} {bare:>9.0} {mock:>9.0} {:>6.2} {goal:>6.2} {:>9} {:>9}",
        mock / bare,
        shown(bare_cpu),
        shown(mock_cpu)
    );
}

/// A file of 1 MB that is attached to a Lead.
fn download(folder: &Path, effort: Effort) {
    const NAME: &str = "download of 1 MB (v8)";
    if !is_wanted(NAME) {
        return;
    }
    let mock = with_leads(folder);
    let path = format!("/crm/v8/Leads/{}/Attachments", id(500));
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n{}\r\n--b--\r\n",
        "x".repeat(1_000_000)
    );
    let form = request_of("POST", &path, "multipart/form-data; boundary=b", &body);
    let body: Json = serde_json::from_slice(&ask(mock.address, &form).body).expect("JSON");
    let file = body["data"][0]["details"]["id"].as_str().expect("an id");
    let row = Row {
        name: NAME,
        goal: 0.80,
        request: request("GET", &format!("{path}/{file}"), ""),
    };
    beside_bare(&row, &mock, folder, effort);
}

/// A page of related records, beside the same page of a list: 100,000 Contacts of one account, all of
/// them in one campaign.
fn related(folder: &Path, effort: Effort) {
    const NAMES: [&str; 3] = [
        "200 of 100,000 children, to a list (v8)",
        "200 of 100,000 pairs, to a list (v8)",
        "the same with a key of the pair (v8)",
    ];
    if !NAMES.iter().any(|name| is_wanted(name)) {
        return;
    }
    let id = |base: u64, n: u64| format!("{PREFIX}{:012}", base + n);
    let (account, campaign) = (id(7_900_000, 0), id(7_800_000, 0));
    // a short look is for errors alone
    let numbers = 0..if effort.rounds > 1 {
        100_000_u64
    } else {
        1_000
    };
    let contacts = numbers.clone().map(|n| {
        json!({"id": id(8_000_000, n), "Last_Name": format!("C{n}"),
            "Email": format!("c{n}@example.com"), "Account_Name": {"id": account}})
    });
    let members = numbers.map(|n| {
        json!({"Campaign": {"id": campaign}, "Contact": {"id": id(8_000_000, n)},
            "Member_Status": "Sent"})
    });
    let seed = json!({
        "Accounts": [{"id": account, "Account_Name": "A"}],
        "Campaigns": [{"id": campaign, "Campaign_Name": "X"}],
        "Contacts": contacts.collect::<Json>(),
        "Campaigns_X_Contacts": members.collect::<Json>(),
    });
    let mock = mock(folder, &seed);
    let fields = "fields=Last_Name,Email,Account_Name,Owner,Created_Time";
    let get = |path: String| request("GET", &path, "");
    let list = get(format!("/crm/v8/Contacts?{fields}"));
    let children = format!("/crm/v8/Accounts/{account}/Contacts?{fields}");
    let pairs = format!("/crm/v8/Campaigns/{campaign}/Contacts?{fields}");
    let with_key = format!("{pairs},Member_Status");
    for (name, path) in NAMES.into_iter().zip([children, pairs, with_key]) {
        if is_wanted(name) {
            compare(name, 0.80, (&mock, &list), (&mock, &get(path)), effort);
        }
    }
}

/// Writes of an org whose changes ten channels watch, beside those of one without.
fn watched(folder: &Path, effort: Effort) {
    const NAME: &str = "insert with ten channels, to one without (v8)";
    if !is_wanted(NAME) {
        return;
    }
    let (plain, watched) = (with_leads(folder), with_leads(folder));
    let nothing = load::Answer {
        status: 200,
        headers: Vec::new(),
        body: Vec::new(),
    };
    let callee = bare::start(&nothing, folder);
    let channels: Vec<Json> = (0..10)
        .map(|n| {
            json!({"channel_id": n, "events": ["Leads.all"],
                "notify_url": format!("http://{}/hook", callee.address)})
        })
        .collect();
    let body = json!({"watch": channels}).to_string();
    let made = ask(
        watched.address,
        &request("POST", "/crm/v8/actions/watch", &body),
    );
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    let body = json!({"data": [{"Last_Name": "Rao", "Company": "Zylker"}]}).to_string();
    let insert = request("POST", "/crm/v8/Leads", &body);
    compare(NAME, 0.80, (&plain, &insert), (&watched, &insert), effort);
}

/// Requests by TLS, beside the same ones without it; both sides of TLS share the machine.
fn secured(folder: &Path, effort: Effort) {
    const NAME: &str = "get one record by TLS, to plain (v2)";
    if !is_wanted(NAME) {
        return;
    }
    let authority = Authority::open(&folder.join("ca")).expect("an authority");
    let mut roots = rustls::RootCertStore::empty();
    let root = CertificateDer::from(authority.der().to_vec());
    roots.add(root).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let trusting = rustls::ClientConfig::builder_with_provider(provider);
    let trusting = trusting.with_safe_default_protocol_versions();
    let trusting = trusting.expect("versions").with_root_certificates(roots);
    let connector = TlsConnector::from(Arc::new(trusting.with_no_client_auth()));
    let mock = with_leads(folder);
    let get = request("GET", &format!("/crm/v2/Leads/{}", id(500)), "");
    compare_by(
        NAME,
        0.60,
        (&mock, &get),
        (&mock, &get),
        effort,
        |address, get, lasts| load_by_tls(address, &connector, get, lasts),
    );
}
