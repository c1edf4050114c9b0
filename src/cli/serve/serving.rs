//! A server while something else goes on: until a signal comes, or a command ends.

use std::io::{self, Write as _};
use std::mem::ManuallyDrop;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use serde_json::json;
use tokio::runtime::Handle;

use super::{PORT, ServeArgs, builder, log, warn_of_strangers, with_port};
use crate::cli::generate::explain;
use crate::cli::memory;
use crate::cli::ready::ReadyFile;
use crate::cli::signals::Signals;
use crate::dispatch;
use crate::mock::StartError;
use crate::server::{self, Edge, Sockets, Stop, notifier};
use crate::world::World;

/// Where a control plane of its own listens unless another address is named.
const LOCAL: &str = "127.0.0.1";

/// A server, as long as it takes requests.
pub(in crate::cli) struct Serving<'s> {
    /// Its state.
    pub(in crate::cli) world: &'s Arc<World>,
    /// Where it is.
    address: SocketAddr,
    control: Option<SocketAddr>,
    second: Option<SocketAddr>,
    ready_file: Option<&'s ReadyFile>,
}

impl Serving<'_> {
    /// The address and port at which programs of this machine reach it.
    pub(in crate::cli) fn reachable(&self) -> SocketAddr {
        reachable(self.address)
    }

    /// The same as a URL.
    pub(in crate::cli) fn url(&self) -> String {
        url_of(self.address)
    }

    /// The address by which programs of this machine reach its control plane.
    pub(in crate::cli) fn control_url(&self) -> String {
        self.control.map_or_else(|| self.url(), url_of)
    }

    /// The second address, which those call who expect TLS on a port of its own.
    fn tls_url(&self) -> Option<String> {
        let second = self.second?;
        Some(format!("https://{}", reachable(second)))
    }

    /// Says on standard output where it is.
    pub(in crate::cli) fn announce(&self) {
        let mut text = format!("zoho-crm-mock listening on {}", self.url());
        if self.control.is_some() {
            text.push_str(&format!(", its control plane on {}", self.control_url()));
        }
        if let Some(tls) = self.tls_url() {
            text.push_str(&format!(", for TLS on {tls}"));
        }
        let mut out = std::io::stdout();
        // nobody may be reading: that is no reason not to serve
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    /// Says where it is in the ready file, if there is to be one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(in crate::cli) fn write_ready_file(&self) -> anyhow::Result<()> {
        let Some(file) = self.ready_file else {
            return Ok(());
        };
        let (pid, port) = (std::process::id(), self.address.port());
        let mut ready = json!({"pid": pid, "port": port, "url": self.url()});
        if self.control.is_some() {
            ready["admin_url"] = self.control_url().into();
        }
        if let Some(tls) = self.tls_url() {
            ready["tls_url"] = tls.into();
        }
        let written = file.write(&format!("{ready}\n"));
        written.context("cannot write the ready file")
    }
}

/// Serves until `work` is done.
///
/// # Errors
/// If the server cannot be started or fails, and those of `work`.
pub(in crate::cli) fn serve_while<T>(
    args: &ServeArgs,
    edge: Edge,
    work: impl AsyncFnOnce(Serving<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    // beside the loading of seeds; where there is no thread for it, the first request does it
    let _ = std::thread::Builder::new().spawn(dispatch::make_ready);
    let ready_file = args.ready_file.as_deref();
    let ready_file = ready_file.map(|path| ReadyFile::new(path).with_context(|| no_file(path)));
    let ready_file = ready_file.transpose()?;
    distinct(args)?;
    let control = control_socket(args)?;
    let second = args.edge.tls_port;
    let second = second.map(|port| socket(&args.host, port, "--tls-port"));
    let second = second.transpose()?;
    let (listener, world) = builder(args).bind().map_err(|error| match error {
        StartError::Generate(error) => anyhow::anyhow!(explain(&error, "--generate")),
        StartError::Io { address, reason } => not_listening(&address, reason, "--port"),
        error => error.into(),
    })?;
    let address = listener.local_addr()?;
    let control_address = control.as_ref().map(TcpListener::local_addr).transpose()?;
    let second_address = second.as_ref().map(TcpListener::local_addr).transpose()?;
    warn_of_strangers(args, control_address.unwrap_or(address));
    let sockets = Sockets {
        all: listener,
        second,
        control,
    };
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers = args.workers.unwrap_or_else(cores);
    let serving = async {
        let stop = Stop::default();
        let callbacks = notifier::start(&world, Handle::current());
        let world = Arc::new(world);
        let server = server::serve(Arc::clone(&world), sockets, Arc::new(edge), workers, &stop)?;
        let outbox = server::send_from(&world);
        let handle = server.handle();
        let served = actix_rt::spawn(server);
        memory::give_back_later(&world);
        let serving = Serving {
            world: &world,
            address,
            control: control_address,
            second: second_address,
            ready_file: ready_file.as_ref(),
        };
        actix_rt::spawn(log::make_ready());
        let done = tokio::select! {
            done = work(serving) => done?,
            ended = served => {
                ended?.context("the server failed")?;
                anyhow::bail!("the server has ended");
            }
        };
        callbacks.stop();
        outbox.stop();
        stop.tell();
        let mut again = Signals::new().context("signals cannot be taken")?;
        tokio::select! {
            () = stop.idle() => {}
            // whoever asks twice does not want to wait
            _ = again.next() => {}
        }
        drop(handle.stop(false));
        Ok(done)
    };
    // it is never dropped: what still runs on threads of its own would be waited for, and works for
    // nobody
    let system = ManuallyDrop::new(actix_rt::System::new());
    let served = system.block_on(serving);
    if let Some(file) = ready_file {
        file.remove();
    }
    served
}

fn no_file(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// Refuses options that give two sockets one port.
fn distinct(args: &ServeArgs) -> anyhow::Result<()> {
    let control = args.admin_host.as_deref().unwrap_or(LOCAL);
    let control = args.admin_port.filter(|_| args.host == control);
    let all = [
        ("--port", Some(args.port.unwrap_or(PORT))),
        ("--tls-port", args.edge.tls_port),
        ("--admin-port", control),
    ];
    for (n, (option, port)) in all.iter().enumerate() {
        let same =
            |(_, other): &&(&str, Option<u16>)| port.is_some_and(|it| it > 0) && other == port;
        if let Some((other, _)) = all.iter().take(n).find(same) {
            anyhow::bail!("{other} and {option} name one port; {option} 0 takes a free one");
        }
    }
    Ok(())
}

/// The socket of the control plane, if it is to have one of its own.
fn control_socket(args: &ServeArgs) -> anyhow::Result<Option<TcpListener>> {
    if args.admin_host.is_none() && args.admin_port.is_none() {
        return Ok(None);
    }
    let host = args.admin_host.as_deref().unwrap_or(LOCAL);
    socket(host, args.admin_port.unwrap_or(0), "--admin-port").map(Some)
}

fn socket(host: &str, port: u16, option: &str) -> anyhow::Result<TcpListener> {
    let address = with_port(host, port);
    let listener = TcpListener::bind(&address);
    let listener = listener.map_err(|reason| not_listening(&address, reason, option))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Why there is no socket, the port of which an option names.
fn not_listening(address: &str, reason: io::Error, option: &str) -> anyhow::Error {
    let cannot = format!("cannot listen on {address}");
    if reason.kind() == io::ErrorKind::AddrInUse {
        return anyhow::anyhow!("{cannot}: another program has it; {option} 0 takes a free one");
    }
    anyhow::Error::new(reason).context(cannot)
}

/// The URL by which programs of this machine reach an address.
fn url_of(address: SocketAddr) -> String {
    format!("http://{}", reachable(address))
}

/// The address by which programs of this machine reach another: nobody can connect to "any".
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_can_be_used() {
        for (host, shown) in [
            ("127.0.0.1", "http://127.0.0.1:80"),
            ("0.0.0.0", "http://127.0.0.1:80"),
            ("::", "http://[::1]:80"),
            ("[::1]", "http://[::1]:80"),
            ("192.168.1.7", "http://192.168.1.7:80"),
        ] {
            let address: SocketAddr = with_port(host, 80).parse().expect("an address");
            assert_eq!(url_of(address), shown);
        }
    }
}
