//! Bulk reads and bulk writes beyond single requests: hostile zips, states that are kept in the
//! middle, what is told at the end, pages of many records.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter};
use serde_json::{Value as Json, json};
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::ops::bulk::{Archive, ArchiveFault};
use zoho_crm_mock::request::Request;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::store::job::JobWork;
use zoho_crm_mock::world::World;
use zoho_crm_mock::{Builder, MockServer};

use crate::support::{send, send_bytes};

/// A zip with a file that `write` writes.
fn zip(name: &str, write: impl FnOnce(&mut dyn std::io::Write)) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    let file = archive.new_file(name);
    let file = file.compression_method(CompressionMethod::DEFLATE);
    let (mut entry, config) = file.start().expect("a file");
    let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::fast()));
    write(&mut writer);
    let (encoder, descriptor) = writer.finish().expect("memory");
    encoder.finish().expect("memory");
    entry.finish(descriptor).expect("memory");
    archive.finish().expect("memory")
}

/// Where the central directory begins.
fn directory(zip: &[u8]) -> usize {
    let mut windows = zip.windows(4);
    windows
        .rposition(|bytes| bytes == b"PK\x01\x02")
        .expect("a directory")
}

/// Uploads a zip; gives status and answer.
fn upload(world: &World, zip: &[u8]) -> (u16, Json) {
    let (_, org) = send(world, "GET", "/crm/v8/org", None);
    let zgid = org["org"][0]["zgid"].as_str().expect("a number");
    let mut body =
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\n"
            .to_vec();
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
    let response = dispatch(world, &request);
    let json = serde_json::from_slice(&response.body).expect("JSON");
    (response.status, json)
}

fn world() -> World {
    Builder::default().empty().build_world().expect("a world")
}

fn leads(rows: usize) -> Vec<u8> {
    zip("Leads.csv", |file| {
        writeln!(file, "Last_Name,Company").expect("memory");
        for n in 0..rows {
            writeln!(file, "Name {n},Acme").expect("memory");
        }
    })
}

fn insert(file: &Json, module: &str) -> Json {
    let resource = json!({"type": "data", "module": {"api_name": module}, "file_id": file});
    json!({"operation": "insert", "resource": [resource]})
}

fn count(state: &OrgState, module: &str) -> usize {
    let module = state.schema.module(module).expect("a module");
    state.table(module).rows().len()
}

#[test]
fn a_bomb_is_refused_by_what_it_says_of_itself() {
    let bomb = zip("Leads.csv", |file| {
        writeln!(file, "Last_Name").expect("memory");
        let zeroes = vec![b'0'; 1 << 20];
        for _ in 0..64 {
            file.write_all(&zeroes).expect("memory");
        }
    });
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let (status, answer) = upload(&world(), &bomb);
    assert_eq!((status, &answer["code"]), (400, &json!("FILE_TOO_LARGE")));
}

/// A directory that lies about sizes does not help: what comes out is counted.
#[test]
fn a_bomb_that_lies_is_stopped_while_it_is_read() {
    let mut bomb = zip("Leads.csv", |file| {
        writeln!(file, "Last_Name\nRao").expect("memory");
        let rows = "0\n".repeat(1 << 19);
        for _ in 0..64 {
            file.write_all(rows.as_bytes()).expect("memory");
        }
    });
    let at = directory(&bomb) + 24;
    bomb[at..at + 4].copy_from_slice(&(1_u32 << 20).to_le_bytes());
    let world = world();
    let (status, answer) = upload(&world, &bomb);
    assert_eq!(status, 200, "{answer}");
    let order = insert(&answer["details"]["file_id"], "Leads");
    let (status, answer) = send(&world, "POST", "/crm/bulk/v8/write", Some(&order));
    assert_eq!(status, 201, "{answer}");
    let id = answer["details"]["id"].as_str().expect("an id");
    let (_, job) = send(&world, "GET", &format!("/crm/bulk/v8/write/{id}"), None);
    assert_eq!(
        (&job["status"], &job["resource"][0]["status"]),
        (&json!("FAILED"), &json!("FAILED"))
    );
    assert_eq!(count(&world.default_org().read(), "Leads"), 0);
}

#[test]
fn what_is_encrypted_or_damaged_is_not_taken() {
    let good = leads(3);
    let mut encrypted = good.clone();
    let flags = directory(&good) + 8;
    encrypted[flags] |= 1;
    let open = |zip: &[u8]| Archive::open(zip.to_vec().into()).map(|_| ());
    assert_eq!(open(&encrypted), Err(ArchiveFault::Unsupported));
    let mut other = good.clone();
    other[flags + 2] = 12;
    assert_eq!(open(&other), Err(ArchiveFault::Unsupported));
    for length in 0..good.len() {
        assert!(open(&good[..length]).is_err(), "{length} bytes of it");
    }
    // a byte that is another one may go unnoticed until it is read, and then does not
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        let Ok(archive) = Archive::open(bad.into()) else {
            continue;
        };
        for file in archive.files() {
            let mut text = String::new();
            let read = archive
                .read(&file.name)
                .map(|mut it| it.read_to_string(&mut text));
            if matches!(read, Ok(Ok(_))) {
                assert!(text.ends_with("Name 2,Acme\n"), "byte {at}: {text}");
            }
        }
    }
}

#[test]
fn rows_that_are_too_many_or_too_long_write_nothing() {
    let long = zip("Leads.csv", |file| {
        let cell: String = (0..900_000).map(|n| n.to_string()).collect();
        writeln!(file, "Last_Name,Company\nRao,Acme\nMills,{cell}").expect("memory");
    });
    for (zip, code) in [(leads(25_001), "LIMIT_EXCEEDED"), (long, "FILE_TOO_LARGE")] {
        let world = world();
        let (_, answer) = upload(&world, &zip);
        let order = insert(&answer["details"]["file_id"], "Leads");
        let (status, answer) = send(&world, "POST", "/crm/bulk/v8/write", Some(&order));
        assert_eq!(status, 201, "{answer}");
        let id = answer["details"]["id"].as_str().expect("an id");
        let (_, job) = send(&world, "GET", &format!("/crm/bulk/v8/write/{id}"), None);
        assert_eq!(
            (&job["status"], &job["resource"][0]["code"]),
            (&json!("FAILED"), &json!(code))
        );
        assert_eq!(count(&world.default_org().read(), "Leads"), 0);
    }
}

/// Readers see whole chunks, others may write in between, and a state that was kept in the middle
/// goes on behind what was written, once.
#[test]
fn a_state_from_the_middle_of_a_job_goes_on() {
    const ROWS: usize = 6_000;
    let world = world();
    let (_, answer) = upload(&world, &leads(ROWS));
    let order = insert(&answer["details"]["file_id"], "Leads");
    let org = world.default_org();
    let ended = AtomicBool::new(false);
    let middle = std::thread::scope(|scope| {
        scope.spawn(|| {
            let (status, answer) = send(&world, "POST", "/crm/bulk/v8/write", Some(&order));
            assert_eq!(status, 201, "{answer}");
            ended.store(true, Ordering::SeqCst);
        });
        let mut middle: Option<Arc<OrgState>> = None;
        let mut others = 0;
        while !ended.load(Ordering::SeqCst) {
            let state = org.read();
            let written = state.jobs.open().find_map(|job| match &job.work {
                JobWork::BulkWrite(_, progress) => Some(progress.rows()),
                _ => None,
            });
            if let Some(written) = written.filter(|rows| (1..ROWS).contains(rows)) {
                assert_eq!(count(&state, "Leads"), written);
                middle.get_or_insert(state);
                // somebody else is let in between two chunks
                let account = json!({"data": [{"Account_Name": format!("A{others}")}]});
                let (status, _) = send(&world, "POST", "/crm/v8/Accounts", Some(&account));
                assert_eq!(status, 201);
                others += 1;
            }
        }
        assert_eq!(count(&org.read(), "Accounts"), others);
        middle.expect("a state in between")
    });
    assert_eq!(count(&org.read(), "Leads"), ROWS);
    let written = count(&middle, "Leads");
    assert!(written < ROWS);
    org.store.replace(middle);
    // any request lets the job go on
    send(&world, "GET", "/crm/v8/org", None);
    let state = org.read();
    assert_eq!(count(&state, "Leads"), ROWS);
    assert_eq!(state.jobs.open().count(), 0);
    let leads = state.schema.module("Leads").expect("leads");
    let mut names: Vec<_> = state
        .table(leads)
        .rows()
        .iter()
        .map(|(_, lead)| lead.by_name("Last_Name", leads))
        .collect();
    names.sort_by(|a, b| a.order(b));
    names.dedup();
    assert_eq!(names.len(), ROWS);
    // the bytes of uploads and results go with the states that hold them
    drop(state);
    org.reset();
    assert_eq!(org.read().blobs.used(), 0);
}

/// Orders a bulk read; gives its result, and the text of its file.
fn export(world: &World, order: &Json) -> (Json, String) {
    let (status, answer) = send(world, "POST", "/crm/bulk/v8/read", Some(order));
    assert_eq!(status, 201, "{answer}");
    let id = answer["data"][0]["details"]["id"].as_str().expect("an id");
    let (_, job) = send(world, "GET", &format!("/crm/bulk/v8/read/{id}"), None);
    let (_, zip) = send_bytes(world, "GET", &format!("/crm/bulk/v8/read/{id}/result"), b"");
    let archive = ZipArchive::from_slice(&zip).expect("a zip");
    let file = archive
        .entries()
        .next_entry()
        .expect("a file")
        .expect("one");
    let name = format!(
        "{id}.{}",
        job["data"][0]["file_type"].as_str().expect("a type")
    );
    assert_eq!(file.file_path().as_bytes(), name.as_bytes());
    let entry = archive.get_entry(file.wayfinder()).expect("its content");
    let mut text = String::new();
    let data = flate2::bufread::DeflateDecoder::new(entry.data());
    let read = entry.verifying_reader(data).read_to_string(&mut text);
    read.expect("a text");
    (job["data"][0]["result"].clone(), text)
}

/// What is exported can be written again: every text comes back as it was.
#[test]
fn texts_survive_files_in_both_directions() {
    let texts = [
        "a,b",
        "\"q\" \"\"",
        "two\nlines",
        "Zoë €",
        "  blanks  ",
        "'",
        "${EMPTY}",
        "=1+1",
        "\\",
        ";",
        "1,5",
        "\r\n",
        "null",
        "true",
    ];
    let world = world();
    let file = zip("Leads.csv", |file| {
        let mut table = csv::Writer::from_writer(file);
        table
            .write_record(["Last_Name", "Description"])
            .expect("memory");
        for (n, text) in texts.iter().enumerate() {
            table.write_record([&n.to_string(), *text]).expect("memory");
        }
        table.flush().expect("memory");
    });
    let mut written = file;
    for round in 0..2 {
        let (_, answer) = upload(&world, &written);
        let order = insert(&answer["details"]["file_id"], "Leads");
        let (status, answer) = send(&world, "POST", "/crm/bulk/v8/write", Some(&order));
        assert_eq!(status, 201, "{answer}");
        let leads =
            json!({"module": {"api_name": "Leads"}, "fields": ["Last_Name", "Description"]});
        let (result, text) = export(&world, &json!({"query": leads}));
        assert_eq!(result["count"], json!(texts.len()), "round {round}");
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        for (row, expected) in rows.records().zip(texts) {
            let row = row.expect("a row");
            // a cell of blanks and line feeds alone is empty
            let expected = if expected.trim().is_empty() {
                ""
            } else {
                expected
            };
            assert_eq!(row.get(2), Some(expected), "round {round}");
        }
        world.default_org().reset();
        written = zip("Leads.csv", |file| {
            file.write_all(text.as_bytes()).expect("memory")
        });
    }
}

/// More records than a page has are reached by its number and by the token of the page before.
#[test]
fn pages_go_on_by_number_and_by_token() {
    let world = world();
    for part in 0..2 {
        let events = zip("Events.csv", |file| {
            writeln!(file, "Event_Title,Start_DateTime,End_DateTime").expect("memory");
            for n in 0..10_001 {
                let times = "2026-12-01T10:00:00+00:00,2026-12-01T11:00:00+00:00";
                writeln!(file, "E{part}-{n},{times}").expect("memory");
            }
        });
        let (_, answer) = upload(&world, &events);
        let order = insert(&answer["details"]["file_id"], "Events");
        let (status, answer) = send(&world, "POST", "/crm/bulk/v8/write", Some(&order));
        assert_eq!(status, 201, "{answer}");
    }
    let read = |query: Json| export(&world, &json!({"query": query, "file_type": "ics"}));
    let events = json!({"module": {"api_name": "Events"}});
    let (first, text) = read(events.clone());
    assert_eq!(
        (&first["count"], &first["more_records"]),
        (&json!(20_000), &json!(true))
    );
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 20_000);
    let token = &first["next_page_token"];
    for query in [
        json!({"module": {"api_name": "Events"}, "page": 2}),
        json!({"module": {"api_name": "Events"}, "page_token": token}),
    ] {
        let (second, text) = read(query);
        assert_eq!(second["page"], json!(2));
        assert_eq!(
            (&second["count"], &second["more_records"]),
            (&json!(2), &json!(false))
        );
        assert!(text.contains("SUMMARY:E1-9999\r\n") && text.contains("SUMMARY:E1-10000\r\n"));
        assert!(second.get("next_page_token").is_none());
    }
    // a token is bound to its query
    let order = json!({"query": {"module": {"api_name": "Leads"}, "page_token": token}});
    let (status, answer) = send(&world, "POST", "/crm/bulk/v8/read", Some(&order));
    assert_eq!(
        (status, &answer["code"]),
        (400, &json!("QUERY_NOT_SUPPORTED"))
    );
}

/// The end of a job is posted to whoever asked for it, once.
#[test]
fn the_end_of_a_job_is_told() {
    check_told("127.0.0.1", MockServer::builder());
}

/// An address that is none of this machine's by its form, but leads there, is called if it is allowed.
#[cfg(unix)]
#[test]
fn the_end_of_a_job_is_told_to_allowed_hosts() {
    check_told("0.0.0.0", MockServer::builder().allow_callbacks("0.0.0.0"));
}

fn check_told(host: &str, builder: Builder) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let hook = format!("http://{host}:{port}/hook");
    let (sender, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut reader = BufReader::new(stream.try_clone().expect("a copy"));
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).expect("a line") > 2 {
                let lower = line.to_lowercase();
                if let Some(given) = lower.strip_prefix("content-length: ") {
                    length = given.trim().parse().expect("a length");
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                .expect("written");
            let body: Json = serde_json::from_slice(&body).expect("JSON");
            if sender.send(body).is_err() {
                return;
            }
        }
    });
    let crm = builder.empty().start_blocking().expect("a server");
    let client = reqwest::blocking::Client::new();
    let order = json!({
        "callback": {"url": hook, "method": "post"},
        "query": {"module": {"api_name": "Leads"}, "fields": ["Last_Name"]},
    });
    let ordered: Json = client
        .post(format!("{}/crm/bulk/v8/read", crm.url()))
        .header("authorization", "Zoho-oauthtoken x")
        .json(&order)
        .send()
        .and_then(|answer| answer.json())
        .expect("an answer");
    let id = &ordered["data"][0]["details"]["id"];
    let body = told
        .recv_timeout(Duration::from_secs(20))
        .expect("it is told");
    assert_eq!((&body["job_id"], &body["state"]), (id, &json!("COMPLETED")));
    let url = format!("/crm/bulk/v8/read/{}/result", id.as_str().expect("an id"));
    assert_eq!(body["result"]["download_url"], json!(url));
    assert!(told.recv_timeout(Duration::from_millis(200)).is_err());
}
