//! What a browser is shown that a person has sent to the server.

use reqwest::blocking::Client;
use serde_json::Value as Json;

use crate::support::Server;

#[test]
fn a_person_finds_everything_and_leaves_no_trace() {
    let server = Server::start(&["--empty"]);
    let get = |path: &str, accept: &str| {
        let request = Client::new().get(format!("{}{path}", server.url));
        let answer = request.header("accept", accept).send();
        answer.expect("an answer")
    };
    let html = "text/html,application/xhtml+xml,*/*;q=0.8";
    let page = get("/", html);
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["content-type"], "text/html;charset=UTF-8");
    let text = page.text().expect("a text");
    let links = text.split("href=\"").skip(1);
    let links: Vec<&str> = links.filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() >= 5, "{text}");
    for link in links {
        assert_eq!(get(link, html).status(), 200, "{link}");
    }
    assert_eq!(get("/favicon.ico", "image/*").status(), 204);
    let json = |path: &str| -> Json { get(path, "*/*").json().expect("JSON") };
    assert_eq!(json("/__admin/requests")["requests"], serde_json::json!([]));
    assert_eq!(
        json("/__admin/contract")["violations"],
        serde_json::json!([])
    );
    // programs are told what Zoho tells them, and it is noted
    assert_eq!(json("/")["code"], "INVALID_URL_PATTERN");
    let noted = json("/__admin/requests");
    assert_eq!(noted["requests"].as_array().map(Vec::len), Some(1));

    let server = Server::start(&["--empty", "--no-admin"]);
    let request = Client::new().get(&server.url).header("accept", html);
    let text = request.send().and_then(|it| it.text()).expect("a page");
    assert!(
        text.contains("/crm/v8") && !text.contains("__admin"),
        "{text}"
    );
}
