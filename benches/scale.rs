//! What depends on the number of records, and what does not; start-up and memory.
//!
//! Times are those of a whole request in process (routing, query, rendering), without a socket.
//! `cargo bench --bench scale`; with `-- --related` the related lists only.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::runtime::auth::AuthMode;
use zoho_crm_mock::world::World;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|arg| arg == "--test") {
        return;
    }
    // this program is also the bare one that start-up is compared with
    if arguments.iter().any(|arg| arg == "--bare") {
        return bare();
    }
    let folder = tempfile::tempdir().expect("a folder");
    related(folder.path());
    if arguments.iter().any(|arg| arg == "--related") {
        return;
    }
    start_up();
    let large = csv(folder.path(), 1_000_000);
    memory(&large);
    lookups(folder.path(), &large);
}

/// A CSV file of Leads with twelve filled fields.
fn csv(folder: &Path, count: usize) -> PathBuf {
    let folder = folder.join(count.to_string());
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("Leads.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("a file"));
    writeln!(
        file,
        "Last_Name,First_Name,Company,Email,Phone,Lead_Source,Lead_Status,City,State,Country,Annual_Revenue,No_of_Employees"
    )
    .expect("written");
    for n in 0..count {
        writeln!(
            file,
            "Last {n},First {},Company {},lead{n}@example.com,555-{n:07},Cold Call,{},Pune,Maharashtra,India,{}.5,{}",
            n % 1000,
            n % 5000,
            ["Contacted", "Not Contacted"][n % 2],
            n,
            n % 500
        )
        .expect("written");
    }
    path
}

// ---- start-up and memory -------------------------------------------------------------------

fn bare() {
    actix_web::rt::System::new().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        println!(
            "listening on http://{}",
            listener.local_addr().expect("an address")
        );
        let app =
            || App::new().default_service(web::to(|| async { HttpResponse::Ok().body("{}") }));
        let server = HttpServer::new(app)
            .workers(2)
            .listen(listener)
            .expect("listening");
        server.run().await.expect("served");
    });
}

fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_zoho-crm-mock"))
}

/// Starts a program, and waits for its first answer.
fn first_answer(command: &mut Command) -> (Duration, Child, u16) {
    let started = Instant::now();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("its output"))
        .read_line(&mut line)
        .expect("a line");
    let port: u16 = line
        .trim()
        .rsplit(':')
        .next()
        .and_then(|p| p.parse().ok())
        .expect("a port");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream
        .write_all(b"GET /crm/v2/Leads?per_page=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    (started.elapsed(), child, port)
}

fn stop(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}

fn start_up() {
    let own = std::env::current_exe().expect("this program");
    let (mut bare_times, mut mock_times, mut tls_times) = (Vec::new(), Vec::new(), Vec::new());
    let folder = tempfile::tempdir().expect("a folder");
    let authority = || {
        let mut command = Command::new(binary());
        command.args(["serve", "--port", "0", "--workers", "2", "--ca-dir"]);
        command.arg(folder.path());
        command
    };
    // it is made by the first one
    stop(first_answer(&mut authority()).1);
    for _ in 0..21 {
        let (time, child, _) = first_answer(Command::new(&own).arg("--bare"));
        bare_times.push(time);
        stop(child);
        let (time, child, _) =
            first_answer(Command::new(binary()).args(["serve", "--port", "0", "--workers", "2"]));
        mock_times.push(time);
        stop(child);
        let (time, child, _) = first_answer(&mut authority());
        tls_times.push(time);
        stop(child);
    }
    bare_times.sort();
    mock_times.sort();
    tls_times.sort();
    let (bare, mock, tls) = (bare_times[10], mock_times[10], tls_times[10]);
    println!(
        "start to first answer: bare {bare:.1?}, default seed {mock:.1?}, ratio {:.2} (goal 1.20)",
        mock.as_secs_f64() / bare.as_secs_f64()
    );
    println!("with an authority that is there: {tls:.1?} (goal: 5 ms more)");
    let (_, child, _) =
        first_answer(Command::new(binary()).args(["serve", "--port", "0", "--workers", "2"]));
    println!(
        "resident then: {:.1} MiB (goal 10)",
        resident(child.id()) as f64 / 1048576.0
    );
    stop(child);
}

/// Resident bytes of a process; 0 where the system does not tell.
fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").trim().parse::<u64>().ok())
        .unwrap_or(0)
        * 1024
}

fn memory(seed: &Path) {
    let seed = seed.display().to_string();
    let started = Instant::now();
    let (_, child, _) =
        first_answer(Command::new(binary()).args(["serve", "--port", "0", "--seed", &seed]));
    println!(
        "1,000,000 Leads of 12 fields: loaded in {:.1?}, resident {:.2} GB (goal 1.0)",
        started.elapsed(),
        resident(child.id()) as f64 / 1e9
    );
    stop(child);
}

// ---- lookups, scans and pages --------------------------------------------------------------

fn world(seed: &Path) -> World {
    let builder = Builder::default()
        .seed(seed.display().to_string())
        .auth(AuthMode::Off);
    builder
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("a world")
}

fn ask(world: &World, target: &str) -> usize {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<(String, String)> = Vec::new();
    let request = Request::new("GET", path, query, &headers, None);
    let response = dispatch(world, &request);
    assert!(
        matches!(response.status, 200 | 204),
        "{target}: {}",
        String::from_utf8_lossy(&response.body)
    );
    response.body.len()
}

/// The median time of a request.
fn time(world: &World, target: &str) -> Duration {
    ask(world, target);
    let mut times: Vec<Duration> = (0..51)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(ask(world, target));
            started.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn lookups(folder: &Path, large: &Path) {
    let small = world(&csv(folder, 1_000));
    let large = world(large);
    println!(
        "\n{:<52} {:>10} {:>12} {:>7}",
        "", "1,000", "1,000,000", "ratio"
    );
    for (name, target) in [
        (
            "email=",
            "/crm/v7/Leads/search?email=lead777@example.com&fields=Email",
        ),
        (
            "id:equals",
            "/crm/v7/Leads/search?criteria=(id:equals:1)&fields=Email",
        ),
        (
            "Email:equals",
            "/crm/v7/Leads/search?criteria=(Email:equals:lead777@example.com)&fields=Email",
        ),
        (
            "Last_Name:equals",
            "/crm/v7/Leads/search?criteria=(Last_Name:equals:Last 777)&fields=Email&per_page=1",
        ),
        (
            "Annual_Revenue:equals",
            "/crm/v7/Leads/search?criteria=(Annual_Revenue:equals:777.5)&fields=Email",
        ),
        ("page 1 of 200", "/crm/v2/Leads?fields=Email"),
        ("actions/count", "/crm/v7/Leads/actions/count"),
    ] {
        let target = target.replace(' ', "%20");
        let (a, b) = (time(&small, &target), time(&large, &target));
        println!(
            "{name:<52} {a:>10.1?} {b:>12.1?} {:>7.2}",
            b.as_secs_f64() / a.as_secs_f64()
        );
    }
    let first = time(&large, "/crm/v2/Leads?fields=Email&page=1");
    let deep = time(&large, "/crm/v2/Leads?fields=Email&page=500");
    println!(
        "page 500 of 1,000,000: {deep:.1?}, page 1: {first:.1?}, ratio {:.2}",
        deep.as_secs_f64() / first.as_secs_f64()
    );
    for (name, criteria) in [
        (
            "scan: Annual_Revenue:greater_than",
            "(Annual_Revenue:greater_than:99999999)",
        ),
        ("scan: Company:starts_with", "(Company:starts_with:zzz)"),
        (
            "scan: Company:equals (3 letters, any part)",
            "(Company:equals:zzz)",
        ),
    ] {
        let target = format!("/crm/v7/Leads/actions/count?criteria={criteria}");
        let started = Instant::now();
        // a third question would be answered by an index
        for _ in 0..2 {
            ask(&large, &target);
        }
        let each = started.elapsed() / 2;
        println!(
            "{name}: {:.1} million records a second (goal 5)",
            1.0 / each.as_secs_f64()
        );
    }
}

// ---- related lists -------------------------------------------------------------------------

/// 120,000 Contacts: 100,000 of one account, and all of these in one campaign.
fn relations(folder: &Path) -> PathBuf {
    let path = folder.join("related.json");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("a file"));
    let id = |base: u64, n: u64| format!("4242424{:012}", base + n);
    let (account, other, campaign) = (id(900_000, 0), id(900_000, 1), id(800_000, 0));
    let rows = |count: u64, row: &dyn Fn(u64) -> String| {
        let rows: Vec<String> = (0..count).map(row).collect();
        rows.join(",")
    };
    let contacts = rows(120_000, &|n| {
        let account = if n % 6 == 5 { &other } else { &account };
        let contact = id(1_000_000, n);
        format!(
            r#"{{"id":"{contact}","Last_Name":"C{n}","Email":"c{n}@example.com","Account_Name":{{"id":"{account}"}}}}"#
        )
    });
    let members = rows(100_000, &|n| {
        let contact = id(1_000_000, n);
        format!(
            r#"{{"Campaign":{{"id":"{campaign}"}},"Contact":{{"id":"{contact}"}},"Member_Status":"Sent"}}"#
        )
    });
    write!(
        file,
        r#"{{"org":{{"id_prefix":"4242424"}},"Accounts":[{{"id":"{account}","Account_Name":"A"}},{{"id":"{other}","Account_Name":"B"}}],"Campaigns":[{{"id":"{campaign}","Campaign_Name":"X"}}],"Contacts":[{contacts}],"Campaigns_X_Contacts":[{members}]}}"#
    )
    .expect("written");
    file.flush().expect("written");
    path
}

/// A page of a list, and the same page of related lists; asked in turn, so that what else the
/// machine does slows all of them.
fn related(folder: &Path) {
    let world = world(&relations(folder));
    let fields = "fields=Last_Name,Email,Account_Name,Owner,Created_Time";
    let list = format!("/crm/v8/Contacts?{fields}");
    let account = "/crm/v8/Accounts/4242424000000900000/Contacts";
    let campaign = "/crm/v8/Campaigns/4242424000000800000/Contacts";
    for (name, page) in [
        ("200 of 100,000 children", format!("{account}?{fields}")),
        ("200 of 100,000 pairs", format!("{campaign}?{fields}")),
        (
            "200 of 100,000 pairs with a key of their own",
            format!("{campaign}?{fields},Member_Status"),
        ),
    ] {
        let (mut plain, mut through) = (Vec::new(), Vec::new());
        for _ in 0..15 {
            plain.push(time(&world, &list));
            through.push(time(&world, &page));
        }
        plain.sort();
        through.sort();
        let (plain, through) = (plain[7], through[7]);
        println!(
            "{name}: {through:.1?}, the page by list: {plain:.1?}, ratio {:.2} (goal 0.80)",
            plain.as_secs_f64() / through.as_secs_f64()
        );
    }
}
