//! The bare server that benches compare with: actix-web, and a handler that sends the status, the
//! headers and the bytes of an answer that was given before.
//!
//! It runs in a process of its own, which is the bench itself with `--bare` and the file of the answer.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, HttpServer, web};

use crate::load::Answer;

/// The workers of both servers.
pub(crate) const WORKERS: usize = 2;

/// A process that is ended with this.
pub(crate) struct Process {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts a command that prints its address.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        let mut lines = out.lines().map_while(Result::ok);
        let address = lines
            .find_map(|line| line.split_once("http://")?.1.trim().parse().ok())
            .expect("an address");
        // nobody reads what else it says, and it is not to wait for that
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// The CPU time that it has taken, in microseconds; none where the system does not tell.
    pub(crate) fn cpu(&self) -> Option<f64> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).ok()?;
        let times = threads.flatten().filter_map(|thread| {
            let times = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
            times.split_whitespace().next()?.parse::<f64>().ok()
        });
        Some(times.sum::<f64>() / 1_000.0)
    }
}

impl Drop for Process {
    /// Asks it to end, since a program that is measured by the compiler writes its profile then.
    fn drop(&mut self) {
        const PATIENCE: Duration = Duration::from_millis(500);
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the bare server with an answer.
pub(crate) fn start(answer: &Answer, folder: &Path) -> Process {
    let file = folder.join("answer");
    std::fs::write(&file, answer.raw()).expect("written");
    let own = std::env::current_exe().expect("the bench");
    Process::start(Command::new(own).arg("--bare").arg(&file))
}

/// Serves the answer of a file, until the process is ended.
pub(crate) fn serve(file: &Path) {
    let answer = Answer::parse(&std::fs::read(file).expect("an answer"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    println!("http://{address}");
    std::io::stdout().flush().expect("told");
    let body = web::Bytes::from(answer.body);
    let status = StatusCode::from_u16(answer.status).expect("a status");
    let sent = ["content-length", "date", "connection"];
    let headers = answer.headers.into_iter();
    let headers: Vec<(String, String)> = headers
        .filter(|(name, _)| !sent.contains(&name.to_lowercase().as_str()))
        .collect();
    actix_web::rt::System::new().block_on(async move {
        let app = move || {
            let (body, headers) = (body.clone(), headers.clone());
            App::new().default_service(web::to(move |given: web::Bytes| {
                // whoever answers a body has to read it
                if given.first() == Some(&b'{') {
                    let read = serde_json::from_slice::<serde_json::Value>(&given);
                    std::hint::black_box(&read).as_ref().expect("JSON");
                }
                let mut response = HttpResponse::build(status);
                for (name, value) in &headers {
                    response.insert_header((name.as_str(), value.as_str()));
                }
                let response = response.body(body.clone());
                async move { response }
            }))
        };
        let server = HttpServer::new(app)
            .workers(WORKERS)
            .disable_signals()
            .listen(listener)
            .expect("listening");
        server.run().await.expect("served");
    });
}
