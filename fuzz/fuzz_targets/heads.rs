//! Any bytes on a connection: they are answered as HTTP, or the connection ends. Nothing panics, no
//! answer is an internal error, and the server answers whoever comes next.

#![no_main]

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use zoho_crm_mock::MockServer;

static CRM: LazyLock<MockServer> =
    LazyLock::new(|| MockServer::builder().empty().start_blocking().unwrap());

fuzz_target!(|bytes: &[u8]| {
    let address = CRM.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).unwrap();
    // the server may have seen enough, and have closed
    if stream.write_all(bytes).is_err() || stream.shutdown(Shutdown::Write).is_err() {
        return;
    }
    let mut came = Vec::new();
    match stream.read_to_end(&mut came) {
        Ok(_) => {}
        // the rest of what was sent is thrown away
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return,
        Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&came)),
    }
    assert!(came.is_empty() || came.starts_with(b"HTTP/1."), "{came:?}");
    assert!(
        !came.starts_with(b"HTTP/1.1 5"),
        "{}",
        String::from_utf8_lossy(&came)
    );
});
