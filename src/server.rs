//! The HTTP edge: the one place that knows actix.
//!
//! It stands on actix-http, the service below actix-web, whose routing and extraction have nothing to
//! do here: one service hands every request to [`crate::dispatch`]; routing, versions and errors
//! are not actix's business here. What an answer says of delays and broken connections is carried
//! out here, and nowhere else.

mod breakage;
pub mod feed;
pub mod outbox;

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use actix_http::body::BoxBody;
use actix_http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_http::{Extensions, HttpMessage as _, HttpService, Method, Payload, StatusCode, Uri};
use actix_rt::net::TcpStream;
use actix_server::{Server, ServerHandle};
use actix_service::fn_service;
use bytes::{Bytes, BytesMut};
use futures_core::Stream as _;
use tokio::runtime::Handle;

#[cfg(feature = "admin")]
use crate::admin;
use crate::dispatch;
use crate::request::{Headers, Request};
use crate::response::Response;
use crate::world::World;
use breakage::Connection;
use outbox::{Delivery, Outbox};

/// The largest body that is read, in bytes; JSON bodies of Zoho's end at 10 MB.
pub const LARGEST_BODY: usize = 10 << 20;
/// The largest body that the control plane reads, in bytes: seeds may be large.
pub const LARGEST_SEED: usize = 2 << 30;

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

    fn each(&self, tell: &mut dyn FnMut(&str, &str)) {
        for (name, value) in self.0 {
            if let Ok(value) = value.to_str() {
                tell(name.as_str(), value);
            }
        }
    }
}

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// How long the head of a request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection may take to end.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// In an org with more records than this a question can take tens of milliseconds, and making an
/// index for it longer; they are answered on threads of their own, so that a worker's other
/// connections do not wait. For smaller orgs the way there would cost more than the answer.
const LARGE_ORG: usize = 200_000;

/// Whether a path is one of the control plane.
#[cfg(feature = "admin")]
fn is_admin(world: &World, path: &str) -> bool {
    world.settings.admin && admin::is_addressed(path)
}

/// There is no control plane.
#[cfg(not(feature = "admin"))]
fn is_admin(_: &World, _: &str) -> bool {
    false
}

/// A request that outlives the task that it came in.
struct Owned {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Option<Bytes>,
}

/// A body, read to its end.
///
/// None if it is longer than `most` bytes, or breaks off.
async fn read(mut payload: Payload, most: usize) -> Option<Bytes> {
    let mut next = async || poll_fn(|context| Pin::new(&mut payload).poll_next(context)).await;
    let first = match next().await {
        None => return Some(Bytes::new()),
        Some(first) => first.ok().filter(|first| first.len() <= most)?,
    };
    // most bodies come in one piece, which is not copied
    let Some(second) = next().await else {
        return Some(first);
    };
    let mut whole = BytesMut::from(&first[..]);
    let mut piece = Some(second);
    while let Some(bytes) = piece {
        let bytes = bytes.ok()?;
        if bytes.len() > most.saturating_sub(whole.len()) {
            return None;
        }
        whole.extend_from_slice(&bytes);
        piece = next().await;
    }
    Some(whole.freeze())
}

async fn handle(
    mut request: actix_http::Request,
    world: Arc<World>,
) -> actix_http::Response<BoxBody> {
    let of_admin = is_admin(&world, request.uri().path());
    let limit = if of_admin { LARGEST_SEED } else { LARGEST_BODY };
    // a body that cannot be read is as none: the answer says so where that matters
    let body = read(request.take_payload(), limit).await;
    let answered = {
        let headers = ActixHeaders(request.headers());
        let given = given(request.method(), request.uri(), &headers, body.as_deref());
        let at_once = !of_admin && dispatch::records_addressed(&world, &given) <= LARGE_ORG;
        at_once.then(|| dispatch::dispatch(&world, &given))
    };
    if let Some(answered) = answered {
        return send(answered, request.conn_data()).await;
    }
    let owned = Arc::new(Owned {
        method: request.method().clone(),
        uri: request.uri().clone(),
        headers: request.headers().clone(),
        body,
    });
    let asked = Instant::now();
    loop {
        let (world, owned) = (Arc::clone(&world), Arc::clone(&owned));
        let answered = actix_rt::task::spawn_blocking(move || {
            let Owned {
                method,
                uri,
                headers,
                body,
            } = &*owned;
            let headers = ActixHeaders(headers);
            dispatch::dispatch(&world, &given(method, uri, &headers, body.as_deref()))
        });
        let Ok(mut answered) = answered.await else {
            return actix_http::Response::internal_server_error();
        };
        let wait = answered.wire.as_mut().and_then(|wire| wire.wait.take());
        let Some(mut wait) = wait else {
            return send(answered, request.conn_data()).await;
        };
        let left = wait.timeout.saturating_sub(asked.elapsed());
        if left.is_zero() {
            return send(answered, request.conn_data()).await;
        }
        // a time that is over is a reason to ask once more, too
        let _ = tokio::time::timeout(left, wait.changes.changed()).await;
    }
}

/// A request as the pipeline takes it.
fn given<'a>(
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a ActixHeaders<'_>,
    body: Option<&'a [u8]>,
) -> Request<'a> {
    let query = uri.query().unwrap_or_default();
    Request::new(method.as_str(), uri.path(), query, headers, body)
}

/// The answer as actix sends it, when it is time.
async fn send(
    mut response: Response,
    connection: Option<&Connection>,
) -> actix_http::Response<BoxBody> {
    let Some(wire) = response.wire.take() else {
        return to_actix(response);
    };
    if !wire.delay.is_zero() {
        tokio::time::sleep(wire.delay).await;
    }
    let mut answer = to_actix(response);
    for (name, value) in wire.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            answer.headers_mut().insert(name, value);
        }
    }
    match wire.breakage {
        Some(breakage) => breakage::broken(answer, breakage, connection).await,
        None => answer,
    }
}

fn to_actix(response: Response) -> actix_http::Response<BoxBody> {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = actix_http::Response::with_body(status, response.body);
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
    let service = move || {
        let world = Arc::clone(&world);
        HttpService::build()
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(REQUEST_TIMEOUT)
            .client_disconnect_timeout(DISCONNECT_TIMEOUT)
            .on_connect_ext(|stream: &TcpStream, data: &mut Extensions| {
                if let Some(connection) = Connection::of(stream) {
                    data.insert(connection);
                }
            })
            .finish(fn_service(move |request| {
                let world = Arc::clone(&world);
                async move { Ok::<_, Infallible>(handle(request, world).await) }
            }))
            .tcp()
    };
    let server = Server::build()
        .workers(workers.max(1))
        .disable_signals()
        .shutdown_timeout(5)
        .listen("zoho-crm-mock", listener, service)?;
    Ok(server.run())
}

/// A server that runs: stops it, and sends what is to be sent to others.
#[derive(Clone, Debug)]
pub struct Running {
    server: ServerHandle,
    /// What is sent to others.
    pub outbox: Outbox,
}

impl Running {
    /// Tells the server to stop, without waiting for it. Nothing is sent to others any more.
    pub fn stop(&self) {
        self.outbox.stop();
        drop(self.server.stop(false));
    }
}

/// Serves in a thread of its own, which tells `started` when it listens, or why it does not.
///
/// # Errors
/// If there is no thread to be had.
pub fn spawn(
    world: Arc<World>,
    listener: TcpListener,
    workers: usize,
    started: impl FnOnce(std::io::Result<Running>) + Send + 'static,
) -> std::io::Result<()> {
    let serving = async move {
        match serve(world, listener, workers) {
            Ok(server) => {
                let outbox = Outbox::new(Handle::current(), Delivery::default());
                started(Ok(Running {
                    server: server.handle(),
                    outbox,
                }));
                // how it ends is nobody's business: it was told to
                let _ = server.await;
            }
            Err(error) => started(Err(error)),
        }
    };
    let thread = std::thread::Builder::new().name("zoho-crm-mock".into());
    thread.spawn(|| actix_rt::System::new().block_on(serving))?;
    Ok(())
}
