//! What a person sees who opens the server in a browser: where everything is.

use std::fmt::Write as _;

use crate::request::Request;
use crate::response::Response;
use crate::world::World;

/// What browsers ask for by themselves.
const ICON: &str = "/favicon.ico";

/// The addresses that are worth a look, and what is there.
const LINKS: &[(&str, &str)] = &[
    ("/__admin/health", "is it well, and what does it hold"),
    (
        "/__admin/connections",
        "settings and programs that reach it",
    ),
    ("/__admin/requests", "what was asked of it"),
    (
        "/__admin/contract",
        "what of that Zoho would refuse, and what to do",
    ),
    ("/__admin/openapi.json", "its control plane"),
];

/// The answer to a browser that a person has sent here, or that looks for an icon. It is no request of
/// a program under test: nobody else hears of it.
pub(super) fn page(world: &World, request: &Request<'_>) -> Option<Response> {
    if request.verb != "GET" || !request.prefix.is_empty() {
        return None;
    }
    let takes_pages = || {
        let accepted = request.headers.get("accept");
        accepted.is_some_and(|accepted| accepted.contains("text/html"))
    };
    match request.path {
        ICON => Some(Response::empty(204)),
        "/" if takes_pages() => {
            let open = cfg!(feature = "admin") && world.settings.admin && request.to_control;
            Some(html(open))
        }
        _ => None,
    }
}

fn html(with_control: bool) -> Response {
    let mut html = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>zoho-crm-mock</title>\n\
         <h1>zoho-crm-mock</h1>\n",
    );
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(
        html,
        "<p>Version {version} of a local double of the Zoho CRM REST API. Programs find it under \
         <code>/crm/v8</code> (and v2 to v7), and its accounts server under <code>/oauth/v2</code>.</p>"
    );
    if with_control {
        html.push_str("<ul>\n");
        for (path, what) in LINKS {
            let _ = writeln!(html, "<li><a href=\"{path}\">{path}</a>: {what}</li>");
        }
        html.push_str("</ul>\n");
    }
    html.push_str("</html>\n");
    let page = Response {
        status: 200,
        body: html.into(),
        content_type: Some("text/html;charset=UTF-8"),
        ..Response::default()
    };
    page.header("Content-Security-Policy", "default-src 'none'")
}
