//! The HTTP edge: the one place that knows actix.
//!
//! One catch-all service hands every request to [`crate::dispatch`]; routing, versions and errors
//! are not actix's business here.

use std::net::TcpListener;
use std::sync::{Arc, LazyLock};

use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http, web};

use crate::dispatch::dispatch;
use crate::request::{Headers, Method, Request};
use crate::response::Response;
use crate::world::World;

/// The largest body that is read, in bytes; JSON bodies of Zoho's end at 10 MB.
pub const LARGEST_BODY: usize = 10 << 20;

/// Headers that Zoho sends with every answer (recorded 2023 to 2025); those that only a browser
/// session has are left out.
static FIXED: LazyLock<Vec<(HeaderName, HeaderValue)>> = LazyLock::new(|| {
    [
        (
            "cache-control",
            "no-store, no-cache, must-revalidate, private",
        ),
        ("pragma", "no-cache"),
        ("expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("x-content-type-options", "nosniff"),
        ("server", "ZGS"),
    ]
    .map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    })
    .to_vec()
});

struct ActixHeaders<'a>(&'a HeaderMap);

impl Headers for ActixHeaders<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|value| value.to_str().ok())
    }
}

/// In an org with more records than this a question can take tens of milliseconds, and making an
/// index for it longer; they are answered on threads of their own, so that a worker's other
/// connections do not wait. For smaller orgs the way there would cost more than the answer.
const LARGE_ORG: usize = 200_000;

async fn handle(
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
    world: web::Data<World>,
) -> HttpResponse {
    let body = body.ok();
    if world.org.read().tables.records() <= LARGE_ORG {
        return to_actix(answer(
            &world,
            request.method(),
            request.uri(),
            request.headers(),
            body.as_deref(),
        ));
    }
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let headers = request.headers().clone();
    let answered =
        web::block(move || answer(&world, &method, &uri, &headers, body.as_deref())).await;
    answered.map_or_else(|_| HttpResponse::InternalServerError().finish(), to_actix)
}

fn answer(
    world: &World,
    method: &http::Method,
    uri: &http::Uri,
    headers: &HeaderMap,
    body: Option<&[u8]>,
) -> Response {
    let request = Request {
        method: Method::parse(method.as_str()),
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        headers: &ActixHeaders(headers),
        body,
    };
    dispatch(world, &request)
}

fn to_actix(response: Response) -> HttpResponse {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::with_body(status, response.body);
    let headers = answer.headers_mut();
    for (name, value) in FIXED.iter() {
        headers.insert(name.clone(), value.clone());
    }
    if let Some(content_type) = response.content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let disposition = HeaderValue::from_static("attachment; filename=response.json");
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    for (name, value) in response.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    answer.map_into_boxed_body()
}

/// Starts a server on a listening socket. It runs when the result is awaited, and stops by its
/// handle; it takes no signals.
///
/// # Errors
/// If the socket cannot be used.
pub fn serve(world: Arc<World>, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    let world = web::Data::from(world);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::clone(&world))
            .app_data(web::PayloadConfig::new(LARGEST_BODY))
            .default_service(web::to(handle))
    });
    Ok(server
        .workers(workers.max(1))
        .disable_signals()
        .shutdown_timeout(5)
        .listen(listener)?
        .run())
}
