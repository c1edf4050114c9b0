//! Bulk writes and bulk reads of 200,000 records, and what others notice of them.
//!
//! All is in process, without a socket. `cargo bench --bench bulk`.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::world::World;

/// Files, each with as many rows as one may have.
const FILES: usize = 8;
const ROWS: usize = 25_000;
/// What is promised, on two cores.
const PROMISED: Duration = Duration::from_secs(5);

fn main() {
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let world = Builder::default().empty().build_world().expect("a world");
    let zip = zip();
    let unpacked = FILES * ROWS * 130;
    println!(
        "a zip of {} MB, about {} MB of tables",
        zip.len() >> 20,
        unpacked >> 20
    );
    let file = upload(&world, &zip);
    drop(zip);
    let before = resident();
    let resource = json!({
        "type": "data", "module": {"api_name": "Leads"}, "file_id": file,
        "file_names": (0..FILES).map(|n| format!("Leads{n}.csv")).collect::<Vec<_>>(),
    });
    let order = json!({"operation": "insert", "resource": [resource]});
    let job = beside(&world, "bulk write", || {
        send(&world, "POST", "/crm/bulk/v8/write", &order)
    });
    let id = job["details"]["id"].as_str().expect("an id");
    let done = send(
        &world,
        "GET",
        &format!("/crm/bulk/v8/write/{id}"),
        &Json::Null,
    );
    let added = &done["resource"][0]["file"]["added_count"];
    assert_eq!(added, &json!(FILES * ROWS), "{done}");
    println!(
        "memory: {} MB more, records and result included",
        resident().saturating_sub(before) >> 20
    );

    let before = resident();
    let order = json!({"query": {"module": {"api_name": "Leads"}}});
    let job = beside(&world, "bulk read", || {
        send(&world, "POST", "/crm/bulk/v8/read", &order)
    });
    let id = job["data"][0]["details"]["id"].as_str().expect("an id");
    let done = send(
        &world,
        "GET",
        &format!("/crm/bulk/v8/read/{id}"),
        &Json::Null,
    );
    assert_eq!(done["data"][0]["result"]["count"], json!(FILES * ROWS));
    println!(
        "memory: {} MB more, the result included",
        resident().saturating_sub(before) >> 20
    );
}

/// Runs a job while others read and write, and tells how long each took.
fn beside<T>(world: &World, what: &str, job: impl FnOnce() -> T) -> T {
    let ended = AtomicBool::new(false);
    let others = |run: &dyn Fn()| {
        let (mut worst, mut count) = (Duration::ZERO, 0);
        while !ended.load(Ordering::Relaxed) {
            let started = Instant::now();
            run();
            worst = worst.max(started.elapsed());
            count += 1;
            std::thread::sleep(Duration::from_millis(5));
        }
        (worst, count)
    };
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            others(&|| {
                send(
                    world,
                    "GET",
                    "/crm/v8/Accounts?fields=Account_Name",
                    &Json::Null,
                );
            })
        });
        let writer = scope.spawn(|| {
            let account = json!({"data": [{"Account_Name": "Acme"}]});
            others(&|| {
                send(world, "POST", "/crm/v8/Accounts", &account);
            })
        });
        let started = Instant::now();
        let outcome = job();
        let took = started.elapsed();
        ended.store(true, Ordering::Relaxed);
        println!(
            "{what} of {} records: {took:.2?}, {:.2} of what is promised",
            FILES * ROWS,
            took.as_secs_f64() / PROMISED.as_secs_f64()
        );
        for (who, others) in [("reader", reader), ("writer", writer)] {
            let (worst, count) = others.join().expect("it runs");
            println!("  a {who} beside it: {count} requests, the longest {worst:.2?}");
        }
        outcome
    })
}

/// Tables of Leads with twelve filled fields.
fn zip() -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for k in 0..FILES {
        let name = format!("Leads{k}.csv");
        let file = archive.new_file(name.as_str());
        let file = file.compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().expect("a file");
        let mut out = config.wrap(DeflateEncoder::new(&mut entry, Compression::fast()));
        writeln!(
            out,
            "Last_Name,First_Name,Company,Email,Phone,Lead_Source,Lead_Status,City,State,Country,Annual_Revenue,No_of_Employees"
        )
        .expect("memory");
        for n in k * ROWS..(k + 1) * ROWS {
            writeln!(
                out,
                "Last {n},First {},Company {},lead{n}@example.com,555-{n:07},Cold Call,{},Pune,Maharashtra,India,{n}.5,{}",
                n % 1000,
                n % 5000,
                ["Contacted", "Not Contacted"][n % 2],
                n % 500
            )
            .expect("memory");
        }
        let (encoder, descriptor) = out.finish().expect("memory");
        encoder.finish().expect("memory");
        entry.finish(descriptor).expect("memory");
    }
    archive.finish().expect("memory")
}

fn upload(world: &World, zip: &[u8]) -> Json {
    let org = send(world, "GET", "/crm/v8/org", &Json::Null);
    let zgid = org["org"][0]["zgid"].as_str().expect("a number");
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\n";
    let mut body = head.as_bytes().to_vec();
    body.extend_from_slice(zip);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let headers = vec![
        ("authorization".to_owned(), "Zoho-oauthtoken x".to_owned()),
        (
            "content-type".to_owned(),
            "multipart/form-data; boundary=x".to_owned(),
        ),
        ("feature".to_owned(), "bulk-write".to_owned()),
        ("x-crm-org".to_owned(), zgid.to_owned()),
    ];
    let request = Request::new("POST", "/crm/v8/upload", "", &headers, Some(&body));
    let answer: Json = serde_json::from_slice(&dispatch(world, &request).body).expect("JSON");
    answer["details"]["file_id"].clone()
}

fn send(world: &World, method: &str, target: &str, body: &Json) -> Json {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = vec![("authorization".to_owned(), "Zoho-oauthtoken x".to_owned())];
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let request = Request::new(method, path, query, &headers, Some(text.as_bytes()));
    let answer = dispatch(world, &request);
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

/// Bytes of this process in memory; 0 where that cannot be asked.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
    kilobytes.unwrap_or(0_usize) << 10
}
