//! Pages of browsers, and programs of other machines.

use serde_json::json;
use zoho_crm_mock::MockServer;

use super::raw;

/// The status of a request with some headers.
fn status(crm: &MockServer, line: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nAuthorization: Bearer x\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    );
    let told = raw(crm.url(), &request, false);
    told.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// A request line, headers, a body, and the status that is answered.
type Visit<'a> = (&'a str, String, &'a str, &'a str);

fn check(visits: &[Visit<'_>]) {
    let crm = MockServer::start_blocking().expect("a server");
    for (line, headers, body, expected) in visits {
        let found = status(&crm, line, headers, body);
        assert_eq!(found, *expected, "{line} {headers:?}");
    }
    assert_eq!(
        crm.count("Leads").expect("a module"),
        16,
        "nothing was written"
    );
}

const LOCAL: &str = "Host: 127.0.0.1\r\n";
const JSON: &str = "Content-Type: application/json\r\n";
const FOREIGN: &str = "Origin: http://evil.example\r\n";

#[test]
fn a_page_cannot_come_by_a_name_of_its_own() {
    let evil = || "Host: evil.example:80\r\n".to_owned();
    let json = format!("{}{JSON}", evil());
    let zoho = "Host: www.zohoapis.com\r\n".to_owned();
    check(&[
        ("GET /__admin/export", evil(), "", "421"),
        ("PUT /__admin/clock", json, "{\"frozen\":true}", "421"),
        ("GET /crm/v8/org", evil(), "", "421"),
        ("POST /oauth/v2/token", evil(), "", "421"),
        ("GET /__org/default/__admin/export", evil(), "", "421"),
        ("GET /__admin/export", zoho, "", "421"),
    ]);
}

#[test]
fn a_page_of_another_origin_cannot_drive_the_server() {
    let with = |more: &str| format!("{LOCAL}{more}");
    let asks = format!("{FOREIGN}Access-Control-Request-Method: POST\r\n");
    let parts = "Content-Type: multipart/form-data; boundary=x\r\n";
    check(&[
        ("POST /__admin/reset", with(FOREIGN), "", "403"),
        ("POST /__admin/reset", with("Origin: null\r\n"), "", "403"),
        (
            "GET /__admin/export",
            with("Sec-Fetch-Site: cross-site\r\n"),
            "",
            "403",
        ),
        ("OPTIONS /__admin/reset", with(&asks), "", "403"),
        // as a form or a text, which needs no question
        (
            "POST /__admin/orgs",
            with("Content-Type: text/plain\r\n"),
            "{}",
            "415",
        ),
        (
            "POST /__admin/reset",
            with("Content-Type: text/plain\r\n"),
            "",
            "415",
        ),
        ("POST /__admin/seed", with(parts), "{}", "415"),
    ]);
}

#[test]
fn programs_of_the_machine_are_let_in() {
    let with = |more: &str| format!("{LOCAL}{more}");
    let foreign = format!("{FOREIGN}Sec-Fetch-Site: cross-site\r\n");
    let host = |name: &str| format!("Host: {name}\r\n");
    check(&[
        ("GET /__admin/clock", with(""), "", "200"),
        (
            "GET /__admin/clock",
            with("Origin: http://127.0.0.1\r\n"),
            "",
            "200",
        ),
        ("GET /__admin/clock", host("[::1]:8080"), "", "200"),
        ("GET /__admin/clock", host("crm.localhost"), "", "200"),
        ("POST /__admin/orgs", with(JSON), "{}", "201"),
        // Zoho's API is open to pages, as Zoho's is
        ("GET /crm/v8/org", with(&foreign), "", "200"),
        ("GET /crm/v8/org", host("www.zohoapis.eu"), "", "200"),
    ]);
}

#[test]
fn pages_that_are_allowed_read_answers() {
    let builder = MockServer::builder()
        .allow_origin("http://localhost:3000")
        .allow_host("crm");
    let crm = builder.start_blocking().expect("a server");
    let page = "Host: crm:8080\r\nAuthorization: Bearer x\r\nOrigin: http://localhost:3000\r\n";
    for path in ["/__admin/clock", "/crm/v8/org"] {
        let told = raw(
            crm.url(),
            &format!("GET {path} HTTP/1.1\r\n{page}\r\n"),
            false,
        );
        assert!(told.starts_with("HTTP/1.1 200"), "{told}");
        let lower = told.to_ascii_lowercase();
        assert!(
            lower.contains("\r\naccess-control-allow-origin: http://localhost:3000\r\n"),
            "{told}"
        );
        assert!(lower.contains("\r\nvary: origin\r\n"), "{told}");
        let asks = "Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: content-type\r\n";
        let told = raw(
            crm.url(),
            &format!("OPTIONS {path} HTTP/1.1\r\n{page}{asks}\r\n"),
            false,
        );
        assert!(told.starts_with("HTTP/1.1 204"), "{told}");
        let lower = told.to_ascii_lowercase();
        assert!(
            lower.contains("\r\naccess-control-allow-headers: content-type\r\n"),
            "{told}"
        );
    }
    let other = page.replace("3000", "3001");
    let told = raw(
        crm.url(),
        &format!("GET /crm/v8/org HTTP/1.1\r\n{other}\r\n"),
        false,
    );
    assert!(
        !told
            .to_ascii_lowercase()
            .contains("access-control-allow-origin"),
        "{told}"
    );
    let told = raw(
        crm.url(),
        &format!("GET /__admin/clock HTTP/1.1\r\n{other}\r\n"),
        false,
    );
    assert!(told.starts_with("HTTP/1.1 403"), "{told}");
}

#[test]
fn a_control_plane_of_its_own_is_nowhere_else() {
    let server = crate::support::Server::start(&["--empty", "--admin-port", "0"]);
    let told = server.line.split_once(", its control plane on ");
    let (all, control) = (&*server.url, told.expect("two addresses").1);
    let get = |url: &str, path: &str| {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n");
        let told = raw(url, &request, false);
        told.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(get(all, "/__admin/health"), "404");
    assert_eq!(get(control, "/__admin/health"), "200");
    assert_eq!(get(all, "/crm/v8/org"), "200");
}

#[test]
fn bodies_are_as_large_as_their_operation_needs() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let client = reqwest::blocking::Client::new();
    let post = |path: &str, body: String| {
        let request = client.post(format!("{}/__admin/{path}", crm.url()));
        let request = request
            .header("Content-Type", "application/json")
            .body(body);
        request.send().expect("an answer").status().as_u16()
    };
    let blank = |bytes: usize| " ".repeat(bytes);
    assert_eq!(post("orgs", blank(17 << 20)), 413);
    assert_eq!(post("orgs", blank(15 << 20)), 201);
    let seed = json!({"Leads": [{"Last_Name": "Rao"}]}).to_string();
    assert_eq!(post("seed", seed + &blank(17 << 20)), 200);
}
