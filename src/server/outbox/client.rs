//! One request over a connection of its own, by HTTP/1.1.
//!
//! All that is wanted of an answer is its status and a short body, and a library client would bring a dozen packages
//! to every test that uses this crate. The reading of heads is `httparse`'s, which actix uses, too.

use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::runtime::outgoing::Outgoing;

/// The most bytes of the head of an answer.
const LARGEST_HEAD: usize = 64 << 10;
/// The most headers of an answer.
const MOST_HEADERS: usize = 128;
/// The most bytes of an answer's body that are read and kept.
const LONGEST_ANSWER: usize = 32 << 10;
/// The most bytes of an answer's body that are taken from the connection, so that whoever answers
/// can end in peace.
const LARGEST_BODY: usize = 1 << 20;
/// How long it is waited for the rest of a body whose answer is known.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a callee has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalleeAnswer {
    /// The status.
    pub status: u16,
    /// The body, or its beginning; empty where its length is not told.
    pub body: Bytes,
}

/// Sends a request; gives its answer.
pub(super) async fn send(outgoing: &Outgoing) -> Result<CalleeAnswer> {
    let address = &outgoing.address;
    let mut stream = TcpStream::connect((address.host(), address.port())).await?;
    stream.set_nodelay(true)?;
    let head = format!(
        "{} {} HTTP/1.1\r\nhost: {}\r\nuser-agent: zoho-crm-mock/{}\r\ncontent-type: {}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        outgoing.method.as_str(),
        address.path_and_query(),
        address.authority(),
        env!("CARGO_PKG_VERSION"),
        outgoing.media_type,
        outgoing.body.len(),
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&outgoing.body).await?;
    answer(&mut stream).await
}

/// Reads an answer; those that only say that the request is being read are passed over.
async fn answer(stream: &mut TcpStream) -> Result<CalleeAnswer> {
    let mut read = Vec::with_capacity(1 << 10);
    loop {
        if let Some((status, head, length)) = parse(&read)? {
            if (100..200).contains(&status) {
                read.drain(..head);
                continue;
            }
            read.drain(..head);
            read.truncate(length);
            // the answer is known, however its body ends
            let _ = tokio::time::timeout(PATIENCE, rest(stream, &mut read, length)).await;
            return Ok(CalleeAnswer {
                status,
                body: read.into(),
            });
        }
        if read.len() > LARGEST_HEAD {
            return Err(Error::new(ErrorKind::InvalidData, "an answer without end"));
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Reads the rest of a body of so many bytes; what is too long to be kept is dropped.
async fn rest(stream: &mut TcpStream, body: &mut Vec<u8>, length: usize) -> Result<()> {
    let bytes = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    let kept = length.min(LONGEST_ANSWER).saturating_sub(body.len());
    (&mut *stream).take(bytes(kept)).read_to_end(body).await?;
    let left = length.min(LARGEST_BODY).saturating_sub(body.len());
    let mut left = stream.take(bytes(left));
    tokio::io::copy(&mut left, &mut tokio::io::sink()).await?;
    Ok(())
}

/// The status of an answer, the length of its head, and that of its body as far as it is told; none
/// while the head is not there as a whole.
fn parse(read: &[u8]) -> Result<Option<(u16, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    let parsed = answer.parse(read);
    let parsed = parsed.map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
    let (httparse::Status::Complete(head), Some(status)) = (parsed, answer.code) else {
        return Ok(None);
    };
    let lengths = answer.headers.iter();
    let mut lengths = lengths.filter(|h| h.name.eq_ignore_ascii_case("content-length"));
    let length = lengths
        .next()
        .and_then(|h| std::str::from_utf8(h.value).ok());
    let length = length.and_then(|text| text.trim().parse().ok());
    Ok(Some((status, head, length.unwrap_or(0))))
}
