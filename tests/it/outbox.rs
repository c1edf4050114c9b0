//! What the server sends to others.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::sync::oneshot;
use zoho_crm_mock::MockServer;
use zoho_crm_mock::request::Method;
use zoho_crm_mock::runtime::outgoing::{Address, Outgoing, Retries};
use zoho_crm_mock::server::outbox::{Delivery, Outbox, Unsent};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

/// A request as it arrived: its head in lower case, and its body.
type Arrived = (String, String);

/// Reads one request.
fn read(stream: &TcpStream) -> Arrived {
    let mut reader = BufReader::new(stream);
    let (mut head, mut line) = (String::new(), String::new());
    while reader.read_line(&mut line).expect("a line") > 2 {
        head.push_str(&line.to_lowercase());
        line.clear();
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.expect("a length").parse().expect("a number")];
    reader.read_exact(&mut body).expect("the body");
    (head, String::from_utf8(body).expect("text"))
}

/// Takes connections and gives each the next of these answers, the last one again and again; one
/// that is empty is none, and the connection stays open.
fn host_on(listener: TcpListener, answers: &[&'static str]) -> Receiver<Arrived> {
    let (sender, arrived) = channel();
    let answers = answers.to_vec();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for n in 0.. {
            let Ok((mut stream, _)) = listener.accept() else {
                return;
            };
            if sender.send(read(&stream)).is_err() {
                return;
            }
            let answer = answers.get(n).or(answers.last()).expect("an answer");
            if answer.is_empty() {
                open.push(stream);
            } else {
                stream.write_all(answer.as_bytes()).expect("written");
            }
        }
    });
    arrived
}

fn host(answers: &[&'static str]) -> (SocketAddr, Receiver<Arrived>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    (address, host_on(listener, answers))
}

fn address(host: SocketAddr) -> Address {
    Address::parse(&format!("http://{host}/hook?channel=7")).expect("an address")
}

fn outgoing(host: SocketAddr, body: impl Into<String>) -> Outgoing {
    Outgoing {
        method: Method::Post,
        address: address(host),
        media_type: "text/plain",
        body: body.into().into(),
    }
}

/// An outbox that is in a hurry, and what ends the runtime of its tasks when it is dropped.
fn outbox(attempts: u32, queue: usize) -> (oneshot::Sender<()>, Outbox) {
    let delivery = Delivery {
        queue,
        bytes: 1 << 20,
        timeout: Duration::from_millis(300),
        retries: Retries {
            attempts,
            first: Duration::from_millis(10),
            factor: 2,
            longest: Duration::from_millis(40),
        },
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let outbox = Outbox::new(runtime.handle().clone(), delivery);
    let (alive, dropped) = oneshot::channel();
    std::thread::spawn(move || runtime.block_on(dropped));
    (alive, outbox)
}

/// The bodies of what arrives next.
fn bodies(arrived: &Receiver<Arrived>, count: usize) -> Vec<String> {
    let next = |_| arrived.recv_timeout(LONG).expect("a request").1;
    (0..count).map(next).collect()
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

#[test]
fn requests_arrive_whole_and_in_order() {
    let (target, arrived) = host(&[OK, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 204 None\r\n\r\n"]);
    let (_alive, outbox) = outbox(1, 100);
    let _registration = outbox.register(&address(target)).expect("registered");
    for n in 0..20 {
        outbox
            .send(outgoing(target, format!("body {n}")))
            .expect("queued");
    }
    let (head, body) = arrived.recv_timeout(LONG).expect("a request");
    for line in [
        "post /hook?channel=7 http/1.1",
        &format!("host: {target}"),
        "content-type: text/plain",
        "content-length: 6",
        "connection: close",
    ] {
        assert!(head.lines().any(|known| known == line), "{line}: {head}");
    }
    assert_eq!(body, "body 0");
    let expected: Vec<String> = (1..20).map(|n| format!("body {n}")).collect();
    assert_eq!(bodies(&arrived, 19), expected);
}

/// Whether a request that meets with an answer is sent again before the next one.
#[test]
fn what_may_be_taken_later_is_sent_again() {
    for (what, answer, again) in [
        ("taken", OK, false),
        ("refused", "HTTP/1.1 400 Bad Request\r\n\r\n", false),
        (
            "elsewhere",
            "HTTP/1.1 302 Found\r\nlocation: /\r\n\r\n",
            false,
        ),
        ("failed", "HTTP/1.1 500 No\r\n\r\n", true),
        (
            "busy",
            "HTTP/1.1 429 No\r\ncontent-length: 5\r\n\r\nlater",
            true,
        ),
        ("no HTTP", "SSH-2.0-OpenSSH\r\n\r\n", true),
        ("cut", "HTTP/1.1 200 O", true),
        ("silent", "", true),
    ] {
        let (target, arrived) = host(&[answer, OK]);
        let (_alive, outbox) = outbox(3, 100);
        let _registration = outbox.register(&address(target)).expect("registered");
        for body in ["a", "b"] {
            outbox.send(outgoing(target, body)).expect("queued");
        }
        let expected: &[&str] = if again { &["a", "a", "b"] } else { &["a", "b"] };
        assert_eq!(bodies(&arrived, expected.len()), expected, "{what}");
    }
}

#[test]
fn what_is_never_taken_is_given_up() {
    let (target, arrived) = host(&["HTTP/1.1 503 No\r\n\r\n"]);
    let (_alive, outbox) = outbox(3, 100);
    let _registration = outbox.register(&address(target)).expect("registered");
    for body in ["a", "b"] {
        outbox.send(outgoing(target, body)).expect("queued");
    }
    assert_eq!(bodies(&arrived, 6), ["a", "a", "a", "b", "b", "b"]);
}

#[test]
fn a_host_that_comes_late_gets_what_waits() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let target = listener.local_addr().expect("an address");
    drop(listener);
    let (_alive, outbox) = outbox(200, 100);
    let _registration = outbox.register(&address(target)).expect("registered");
    for body in ["a", "b"] {
        outbox.send(outgoing(target, body)).expect("queued");
    }
    // long enough to be refused some times
    std::thread::sleep(Duration::from_millis(100));
    let listener = TcpListener::bind(target).expect("the port again");
    assert_eq!(bodies(&host_on(listener, &[OK]), 2), ["a", "b"]);
}

#[test]
fn a_host_that_hangs_fills_its_own_queue() {
    let (hanging, asked) = host(&[""]);
    let (other, arrived) = host(&[OK]);
    let (_alive, outbox) = outbox(u32::MAX, 2);
    let _first = outbox.register(&address(hanging)).expect("registered");
    let _second = outbox.register(&address(other)).expect("registered");
    outbox.send(outgoing(hanging, "a")).expect("queued");
    // once it is under way, two wait behind it
    assert_eq!(bodies(&asked, 1), ["a"]);
    for body in ["b", "c"] {
        outbox.send(outgoing(hanging, body)).expect("queued");
    }
    let full = Unsent::QueueFull(hanging.to_string());
    assert_eq!(outbox.send(outgoing(hanging, "d")), Err(full));
    outbox.send(outgoing(other, "e")).expect("queued");
    assert_eq!(bodies(&arrived, 1), ["e"]);
}

#[test]
fn what_waits_has_a_size() {
    let (hanging, asked) = host(&[""]);
    let (_alive, outbox) = outbox(u32::MAX, 100);
    let _registration = outbox.register(&address(hanging)).expect("registered");
    outbox.send(outgoing(hanging, "a")).expect("queued");
    assert_eq!(bodies(&asked, 1), ["a"]);
    let large = || "x".repeat(400 << 10);
    for _ in 0..2 {
        outbox.send(outgoing(hanging, large())).expect("queued");
    }
    let full = Unsent::QueueFull(hanging.to_string());
    assert_eq!(outbox.send(outgoing(hanging, large())), Err(full));
    outbox.send(outgoing(hanging, "b")).expect("queued");
}

/// Whoever sends is told what became of it, and may end the registration of the host then.
#[test]
fn what_became_of_it_is_told() {
    let down = "HTTP/1.1 503 No\r\n\r\n";
    let (target, _arrived) = host(&[down, OK, down]);
    let (_alive, outbox) = outbox(2, 10);
    let (sender, told) = channel();
    for _ in 0..2 {
        let (sender, registration) = (sender.clone(), outbox.register(&address(target)));
        let sent = outbox.send_then(outgoing(target, "a"), move |fate| {
            drop(registration);
            let status = fate.answer.map(|answer| (answer.status, answer.body));
            sender
                .send((fate.attempts, fate.settled, status))
                .expect("heard");
        });
        sent.expect("queued");
    }
    let next = || told.recv_timeout(LONG).expect("an end");
    assert_eq!(next(), (2, true, Some((200, "{}".into()))));
    assert_eq!(next(), (2, false, Some((503, "".into()))));
    while outbox.send(outgoing(target, "b")).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn nothing_is_sent_to_strangers_nor_after_the_end() {
    let (target, arrived) = host(&[OK]);
    let (_alive, outbox) = outbox(1, 100);
    let stranger = Err(Unsent::NotRegistered(target.to_string()));
    assert_eq!(outbox.send(outgoing(target, "a")), stranger);
    let first = outbox.register(&address(target)).expect("registered");
    let second = outbox.register(&address(target)).expect("registered");
    drop(first);
    outbox
        .send(outgoing(target, "b"))
        .expect("the other registration lives");
    assert_eq!(bodies(&arrived, 1), ["b"]);
    drop(second);
    assert_eq!(outbox.send(outgoing(target, "c")), stranger);
    let _third = outbox.register(&address(target)).expect("registered");
    outbox.stop();
    assert_eq!(outbox.send(outgoing(target, "d")), Err(Unsent::Stopped));
    assert_eq!(
        outbox.register(&address(target)).err(),
        Some(Unsent::Stopped)
    );
    assert!(arrived.recv_timeout(Duration::from_millis(50)).is_err());
}

/// The next change that is posted, without its time and author.
fn told(arrived: &Receiver<Arrived>) -> Json {
    let (_, body) = arrived.recv_timeout(LONG).expect("a change");
    let mut told: Json = serde_json::from_str(&body).expect("JSON");
    let object = told.as_object_mut().expect("an object");
    let change = object.contains_key("changes");
    assert_eq!(object.remove("time").is_some(), change, "{body}");
    assert_eq!(object.remove("by").is_some(), change, "{body}");
    told
}

#[test]
fn changes_of_an_org_are_posted() {
    let (target, arrived) = host(&[OK]);
    let hook = format!("http://{target}/hook");
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let org = crm.fork("seed").expect("a fork");
    let posted = org.post_changes(&hook).expect("posted");
    // that of another org is not
    crm.insert("Leads", &json!({"Last_Name": "Elsewhere"}))
        .expect("a lead");
    let lead = org
        .insert("Leads", &json!({"Last_Name": "Rao"}))
        .expect("a lead");
    let inserted = json!({"about": "record", "module": "Leads", "id": lead.to_string(), "operation": "insert"});
    assert_eq!(
        told(&arrived),
        json!({"org": "org1", "changes": [inserted]})
    );
    let url = format!("{}/crm/v8/Leads/{lead}", org.own_url());
    let client = reqwest::blocking::Client::new();
    let deleted = client
        .delete(url)
        .header("Authorization", "Zoho-oauthtoken any")
        .send();
    assert_eq!(deleted.expect("an answer").status(), 200);
    assert_eq!(told(&arrived)["changes"][0]["operation"], "delete");
    org.reset();
    assert_eq!(told(&arrived), json!({"org": "org1", "replaced": true}));
    drop(posted);
    org.insert("Leads", &json!({"Last_Name": "Ito"}))
        .expect("a lead");
    assert!(arrived.recv_timeout(Duration::from_millis(50)).is_err());
    for refused in [
        "",
        "hook",
        "https://127.0.0.1/",
        "http://me:secret@127.0.0.1/",
    ] {
        assert!(org.post_changes(refused).is_err(), "{refused}");
    }
    let posted = org.post_changes(&hook).expect("posted");
    drop(crm);
    // the server has stopped; what its org does is nobody's business any more
    org.insert("Leads", &json!({"Last_Name": "Late"}))
        .expect("a lead");
    assert!(arrived.recv_timeout(Duration::from_millis(50)).is_err());
    assert!(org.post_changes(&hook).is_err());
    drop(posted);
}
