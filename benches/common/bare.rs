//! The bare server that benches compare with.

use std::net::{SocketAddr, TcpListener};

use actix_web::{App, HttpResponse, HttpServer, web};

/// The workers of both servers.
pub(crate) const WORKERS: usize = 1;

/// An actix-web server that does nothing but return these bytes.
pub(crate) fn bare_server(bytes: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let bytes = web::Bytes::from(bytes);
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = move || {
                let bytes = bytes.clone();
                App::new().default_service(web::to(move |_body: web::Bytes| {
                    let bytes = bytes.clone();
                    async move {
                        HttpResponse::Ok()
                            .content_type("application/json;charset=UTF-8")
                            .body(bytes)
                    }
                }))
            };
            let server = HttpServer::new(app)
                .workers(WORKERS)
                .disable_signals()
                .listen(listener)
                .expect("listening");
            server.run().await.expect("served");
        });
    });
    address
}
