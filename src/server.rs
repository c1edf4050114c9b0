//! The HTTP edge: the one place that knows actix.
//!
//! It stands on actix-http, the service below actix-web, whose routing and extraction have nothing to
//! do here: one service hands every request to [`crate::dispatch`]; routing, versions and errors
//! are not actix's business here. What an answer says of delays and broken connections is carried
//! out here, and nowhere else.

mod answer;
mod body;
mod breakage;
mod breath;
mod door;
pub mod feed;
mod malformed;
pub mod notifier;
pub mod outbox;
mod posts;
mod proxy;
mod stop;
mod stream;
#[cfg(feature = "tls")]
pub mod tls;
mod transport;
mod waiting;

use std::convert::Infallible;
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::body::BoxBody;
use actix_http::error::DispatchError;
use actix_http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_http::uri::Scheme;
use actix_http::{ConnectionType, Extensions, HttpMessage as _, HttpService, Method, Uri};
use actix_rt::net::TcpStream;
use actix_server::{Server, ServerHandle};
use actix_service::{Service as _, ServiceFactory, fn_factory, fn_service};
use bytes::Bytes;
use smallvec::SmallVec;
use tokio::runtime::Handle;

#[cfg(feature = "admin")]
use crate::admin;
use crate::dispatch;
use crate::request::{BodyFault, Headers, Method as Known, Request};
use crate::response::Response;
use crate::world::World;
use door::Door;
pub use door::Edge;
use outbox::{Delivery, Outbox};
pub use proxy::Proxy;
pub use stop::Stop;
use stream::{Connection, Stream};

/// The largest body that is read, in bytes; JSON bodies of Zoho's end at 10 MB. Bodies of parts may be
/// longer, where their operation takes them.
pub const LARGEST_BODY: usize = 10 << 20;

/// Headers that are text. They are asked for a dozen times a request, and the map would read each
/// name that it is asked for anew.
struct TextHeaders<'a>(SmallVec<[(&'a str, &'a str); 12]>);

impl<'a> TextHeaders<'a> {
    /// Where the target names the host, as in HTTP/2 and in requests to a proxy, the header does not
    /// count.
    fn of(headers: &'a HeaderMap, target: &'a Uri) -> Self {
        let texts = headers.iter();
        let texts = texts.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let Some(authority) = target.authority() else {
            return Self(texts.collect());
        };
        let host = std::iter::once(("host", authority.as_str()));
        Self(
            host.chain(texts.filter(|(name, _)| *name != "host"))
                .collect(),
        )
    }
}

impl Headers for TextHeaders<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }

    fn each(&self, tell: &mut dyn FnMut(&str, &str)) {
        for (name, value) in &self.0 {
            tell(name, value);
        }
    }
}

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the head of a request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection may take to end.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// In an org with more records than this a question can take tens of milliseconds, and making an
/// index for it longer; they are answered on threads of their own, so that a worker's other
/// connections do not wait. For smaller orgs the way there would cost more than the answer.
const LARGE_ORG: usize = 200_000;

/// The largest body of a call of the control plane; none if the request is no such call.
#[cfg(feature = "admin")]
fn admin_bytes(served: &Served, request: &actix_http::Request) -> Option<usize> {
    let path = request.uri().path();
    let open = served.world.settings.admin && served.to_control;
    let method = || Known::parse(request.method().as_str());
    (open && admin::is_addressed(path)).then(|| admin::most_bytes(method(), path))
}

/// The largest body of a request that is no call of the control plane, in bytes.
fn largest(request: &actix_http::Request) -> usize {
    let media = request.headers().get(CONTENT_TYPE);
    let media = media
        .and_then(|media| media.to_str().ok())
        .unwrap_or_default();
    let method = Known::parse(request.method().as_str());
    let form = dispatch::longest_form(method, request.uri().path(), media);
    form.map_or(LARGEST_BODY, |bytes| bytes.max(LARGEST_BODY))
}

/// How long a body is said to be, in bytes.
fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// There is no control plane.
#[cfg(not(feature = "admin"))]
fn admin_bytes(_: &Served, _: &actix_http::Request) -> Option<usize> {
    None
}

/// A request that outlives the task that it came in.
struct Owned {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BodyFault>,
}

/// What the requests of a socket share.
#[derive(Clone)]
struct Served {
    world: Arc<World>,
    stop: Stop,
    /// Whether the socket leads to the control plane, too.
    to_control: bool,
    edge: Arc<Edge>,
    /// The ports of the server.
    ports: Arc<[u16]>,
}

async fn handle(mut request: actix_http::Request, served: Served) -> actix_http::Response<BoxBody> {
    let stop = &served.stop;
    let connection = request.conn_data::<Rc<Connection>>().cloned();
    let connection = connection.unwrap_or_default();
    let _under_way = (connection.under_way(), stop.under_way());
    // what follows is another protocol's, which is not spoken here: it is not waited for
    let upgrade = request.upgrade() || request.method() == actix_http::Method::CONNECT;
    let admin_bytes = admin_bytes(&served, &request);
    let body = if upgrade {
        Ok((Bytes::new(), None))
    } else {
        let most = admin_bytes.unwrap_or_else(|| largest(&request));
        let announced = announced(request.headers());
        tokio::select! {
            biased;
            body = body::read(request.take_payload(), announced, most) => body,
            () = stop.told() => Err(BodyFault::Incomplete),
        }
    };
    let broken = upgrade || body.is_err();
    let (body, _room) = match body {
        Ok((body, room)) => (Ok(body), room),
        Err(fault) => (Err(fault), None),
    };
    let secure = connection.is_secure() || request.uri().scheme() == Some(&Scheme::HTTPS);
    let answered = match proxy::refused(&request, &connection, &served) {
        Some(refused) => Some(refused),
        None => answered(&request, body, admin_bytes.is_some(), secure, &served).await,
    };
    let Some(mut response) = answered else {
        return actix_http::Response::internal_server_error();
    };
    let waited = response.wire.as_mut().and_then(|wire| wire.wait.take());
    if let Some(wait) = waited {
        match waiting::wait(wait, &connection, stop).await {
            Some(end) => response = end,
            None => return answer::gone(),
        }
    }
    let mut answer = answer::send(response, &connection, stop).await;
    if broken {
        // where the next request would begin is not known
        answer.head_mut().set_connection_type(ConnectionType::Close);
    }
    answer
}

/// The answer of the service. None if it panicked past all guards.
async fn answered(
    request: &actix_http::Request,
    body: Result<Bytes, BodyFault>,
    of_admin: bool,
    secure: bool,
    served: &Served,
) -> Option<Response> {
    let world = &served.world;
    let answer_at_once = {
        let headers = TextHeaders::of(request.headers(), request.uri());
        let given = Request {
            to_control: served.to_control,
            secure,
            ..given(request.method(), request.uri(), &headers, &body)
        };
        let at_once = !of_admin && !dispatch::takes_long(world, &given, LARGE_ORG);
        at_once.then(|| dispatch::dispatch(world, &given))
    };
    if answer_at_once.is_some() {
        return answer_at_once;
    }
    let owned = Owned {
        method: request.method().clone(),
        uri: request.uri().clone(),
        headers: request.headers().clone(),
        body,
    };
    let served = served.clone();
    let answered = actix_rt::task::spawn_blocking(move || {
        let headers = TextHeaders::of(&owned.headers, &owned.uri);
        let given = Request {
            to_control: served.to_control,
            secure,
            ..given(&owned.method, &owned.uri, &headers, &owned.body)
        };
        dispatch::dispatch(&served.world, &given)
    });
    answered.await.ok()
}

/// A request as the pipeline takes it.
fn given<'a>(
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a TextHeaders<'_>,
    body: &'a Result<Bytes, BodyFault>,
) -> Request<'a> {
    let query = uri.query().unwrap_or_default();
    Request {
        body: body.as_deref().map_err(|fault| *fault),
        shared: body.as_ref().ok(),
        ..Request::new(method.as_str(), uri.path(), query, headers, None)
    }
}

/// What answers the connections of a socket.
fn service(
    served: Served,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()>
{
    let door = Door {
        edge: Arc::clone(&served.edge),
        world: Arc::clone(&served.world),
        ports: Arc::clone(&served.ports),
    };
    let http = HttpService::build()
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(REQUEST_TIMEOUT)
        .client_disconnect_timeout(DISCONNECT_TIMEOUT)
        .on_connect_ext(|stream: &Stream, data: &mut Extensions| {
            data.insert(stream.connection());
        })
        .finish(fn_service(move |request| {
            let served = served.clone();
            async move { Ok::<_, Infallible>(handle(request, served).await) }
        }));
    fn_factory(move || {
        let (http, door) = (http.new_service(()), door.clone());
        async move {
            let http = Rc::new(http.await?);
            Ok(fn_service(move |io: TcpStream| {
                let (http, door) = (Rc::clone(&http), door.clone());
                async move {
                    match door.open(io).await {
                        Some((stream, protocol)) => {
                            let peer = stream.peer();
                            http.call((stream, protocol, peer)).await
                        }
                        None => Ok(()),
                    }
                }
            }))
        }
    })
}

/// The sockets of a server.
#[derive(Debug)]
pub struct Sockets {
    /// Everything is served on this one, but the control plane only if it has no socket of its own.
    pub all: TcpListener,
    /// A second one of the same kind.
    pub second: Option<TcpListener>,
    /// The control plane, with everything else.
    pub control: Option<TcpListener>,
}

impl Sockets {
    /// One socket for everything.
    #[must_use]
    pub const fn one(all: TcpListener) -> Self {
        Self {
            all,
            second: None,
            control: None,
        }
    }

    fn ports(&self) -> Arc<[u16]> {
        let others = self.second.iter().chain(&self.control);
        let all = std::iter::once(&self.all).chain(others);
        let addresses = all.filter_map(|it| it.local_addr().ok());
        addresses.map(|it| it.port()).collect()
    }
}

/// Starts a server on listening sockets. It runs when the result is awaited, and stops by its
/// handle; it takes no signals. What waits ends when `stop` is told.
///
/// # Errors
/// If a socket cannot be used.
pub fn serve(
    world: Arc<World>,
    sockets: Sockets,
    edge: Arc<Edge>,
    workers: usize,
    stop: &Stop,
) -> std::io::Result<Server> {
    #[cfg(feature = "tls")]
    if edge.tls.is_some() {
        let edge = Arc::clone(&edge);
        world.trust.is_from(move || {
            let certificate = edge.tls.as_ref().map(tls::Tls::certificate);
            let certificate = certificate.unwrap_or_else(|| Ok(String::new()));
            certificate.map_err(|error| error.to_string())
        });
    }
    let served = Served {
        world,
        stop: stop.clone(),
        to_control: sockets.control.is_none(),
        edge,
        ports: sockets.ports(),
    };
    let mut server = Server::build()
        .workers(workers.max(1))
        .disable_signals()
        .shutdown_timeout(0);
    if let Some(control) = sockets.control {
        let served = Served {
            to_control: true,
            ..served.clone()
        };
        server = server.listen("control plane", control, move || service(served.clone()))?;
    }
    if let Some(second) = sockets.second {
        let served = served.clone();
        server = server.listen("second port", second, move || service(served.clone()))?;
    }
    let server = server.listen("zoho-crm-mock", sockets.all, move || {
        service(served.clone())
    })?;
    Ok(server.run())
}

/// An outbox in the present runtime, which sends what waits in a world.
#[must_use]
pub fn send_from(world: &Arc<World>) -> Outbox {
    let outbox = Outbox::new(Handle::current(), Delivery::default());
    posts::start(&outbox, Arc::clone(world));
    outbox
}

/// A server that runs: stops it, and sends what is to be sent to others.
#[derive(Clone, Debug)]
pub struct Running {
    server: ServerHandle,
    stop: Stop,
    /// What is sent to others.
    pub outbox: Outbox,
    callbacks: Outbox,
}

impl Running {
    /// Tells the server to stop, without waiting for it. Nothing is sent to others any more.
    pub fn stop(&self) {
        self.outbox.stop();
        self.callbacks.stop();
        self.stop.tell();
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
    edge: Arc<Edge>,
    workers: usize,
    started: impl FnOnce(std::io::Result<Running>) + Send + 'static,
) -> std::io::Result<()> {
    let serving = async move {
        let stop = Stop::default();
        let sockets = Sockets::one(listener);
        let callbacks = notifier::start(&world, Handle::current());
        match serve(Arc::clone(&world), sockets, edge, workers, &stop) {
            Ok(server) => {
                let outbox = send_from(&world);
                started(Ok(Running {
                    server: server.handle(),
                    stop,
                    outbox,
                    callbacks,
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
