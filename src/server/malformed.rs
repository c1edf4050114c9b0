//! Requests that are none: what was wrong with them.
//!
//! actix answers them by itself, with a status and nothing else, before any handler sees them. The
//! stream knows what came, so that the answer can say what is wrong with it.

use crate::error::{ApiError, Code, Wording};

/// What is kept of a request for the message about it, in bytes.
const KEPT: usize = 8 << 10;
/// Headers that actix reads, and the longest head.
pub(super) const MOST_HEADERS: usize = 96;
/// How much of a line is shown, in characters.
const SHOWN: usize = 60;

/// The statuses that actix gives by itself, as they begin.
const STATUSES: [(&[u8], Code); 3] = [
    (b"HTTP/1.1 400 ", Code::MALFORMED_REQUEST),
    (b"HTTP/1.1 408 ", Code::REQUEST_TIMEOUT),
    (b"HTTP/1.1 431 ", Code::HEAD_TOO_LARGE),
];

/// The bytes that came since the last answer, as far as they can hold the head of a request.
#[derive(Debug, Default)]
pub(super) struct Heads(Vec<u8>);

impl Heads {
    /// Notes what has come.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        let room = KEPT.saturating_sub(self.0.len()).min(bytes.len());
        self.0.extend_from_slice(&bytes[..room]);
    }

    /// What is to be sent in the place of `bytes`, if they end with an answer of actix's own.
    pub(super) fn answer(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let Some((at, kind)) = own_answer(bytes) else {
            self.0.clear();
            return None;
        };
        let reason = reason(kind, &self.0);
        let (line, _) = split(&bytes[at..], b"\r\n")?;
        let mut answer = bytes[..at].to_vec();
        answer.extend_from_slice(line);
        answer.extend_from_slice(rest(kind, reason).as_bytes());
        Some(answer)
    }
}

/// The answer to a connection that actix has not seen.
pub(super) fn refusal(kind: Code, reason: String) -> Vec<u8> {
    let status = actix_http::StatusCode::from_u16(kind.status()).unwrap_or_default();
    let mut answer = format!("HTTP/1.1 {status}");
    answer.push_str(&rest(kind, reason));
    answer.into_bytes()
}

/// What follows the first line of the last answer of a connection.
fn rest(kind: Code, reason: String) -> String {
    tracing::warn!("a request is refused: {reason}");
    let body = ApiError::new(kind).saying(reason).json(Wording::Zoho);
    let body = format!("{body}\n");
    format!(
        "\r\nconnection: close\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n{body}",
        crate::response::JSON,
        body.len(),
    )
}

/// Where an answer of actix's own begins, which is the last of a connection, and what it is about.
fn own_answer(bytes: &[u8]) -> Option<(usize, Code)> {
    // it has no body, and a handler's answers have this header
    let head = bytes.strip_suffix(b"\r\n\r\n")?;
    let at = memchr::memmem::rfind(head, b"HTTP/1.1 ")?;
    let head = &head[at..];
    if memchr::memmem::find(head, b"server: ").is_some() {
        return None;
    }
    let (_, kind) = STATUSES.iter().find(|(line, _)| head.starts_with(line))?;
    Some((at, *kind))
}

fn split<'b>(bytes: &'b [u8], at: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let found = memchr::memmem::find(bytes, at)?;
    Some((&bytes[..found], &bytes[found + at.len()..]))
}

/// A sentence about what came.
fn reason(kind: Code, came: &[u8]) -> String {
    if kind == Code::MALFORMED_REQUEST {
        let found = other_protocol(came).map(str::to_owned);
        let found = found.or_else(|| of_head(came));
        return found.unwrap_or_else(|| {
            "the body does not have the length, or the chunks, that its headers announce".to_owned()
        });
    }
    kind.message(Wording::Zoho).to_owned()
}

/// Protocols that are taken for HTTP/1.
fn other_protocol(came: &[u8]) -> Option<&'static str> {
    if came.starts_with(&[0x16, 0x03]) {
        return Some("this is the beginning of TLS, but the address is one of http://");
    }
    came.starts_with(b"PRI * HTTP/2")
        .then_some("this is HTTP/2 without TLS, but HTTP/1.1 is spoken here")
}

/// What is wrong with the head of a request, if that can be told.
fn of_head(came: &[u8]) -> Option<String> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let Err(error) = request.parse(came) else {
        return of_framing(request.headers);
    };
    let lines = came.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut lines = lines.take_while(|line| !line.is_empty());
    let first = lines.next().map(shown).unwrap_or_default();
    let header = lines.find(|line| {
        let line = [line, &b"\r\n\r\n"[..]].concat();
        let mut one = [httparse::EMPTY_HEADER; 1];
        httparse::parse_headers(&line, &mut one).is_err()
    });
    // a value may be a secret
    let name = header.map(|line| shown(line.split(|b| *b == b':').next().unwrap_or_default()));
    let name = name.unwrap_or_default();
    Some(match error {
        httparse::Error::HeaderName => {
            format!("the header \"{name}\" has a name with characters that names cannot have")
        }
        httparse::Error::HeaderValue => {
            format!("the header \"{name}\" has a value with characters that values cannot have")
        }
        httparse::Error::NewLine => {
            "a line of the head does not end with carriage return and line feed".to_owned()
        }
        httparse::Error::Token => format!("\"{first}\" is no line that a request begins with"),
        httparse::Error::Version => {
            format!("\"{first}\" is of another version than HTTP/1.1 or 1.0")
        }
        other => format!("the head cannot be read: {other}"),
    })
}

/// What is wrong with the headers that tell whom a request is for, and how long its body is.
fn of_framing(headers: &[httparse::Header<'_>]) -> Option<String> {
    let named = |name: &'static str| {
        let of_name = headers
            .iter()
            .filter(move |h| h.name.eq_ignore_ascii_case(name));
        of_name.map(|h| shown(h.value))
    };
    let hosts = named("host").count();
    if hosts > 1 {
        return Some(format!("Host is there {hosts} times"));
    }
    let lengths: Vec<String> = named("content-length").collect();
    let encodings: Vec<String> = named("transfer-encoding").collect();
    if !lengths.is_empty() && !encodings.is_empty() {
        return Some("Content-Length and Transfer-Encoding exclude each other".to_owned());
    }
    if lengths.len() > 1 {
        return Some(format!("Content-Length is there {} times", lengths.len()));
    }
    let number = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u64>().is_ok()
    };
    if let Some(wrong) = lengths.iter().find(|text| !number(text)) {
        return Some(format!(
            "Content-Length is a number of bytes, not \"{wrong}\""
        ));
    }
    let wrong = encodings
        .iter()
        .find(|text| !text.eq_ignore_ascii_case("chunked"));
    if let Some(wrong) = wrong {
        return Some(format!("Transfer-Encoding is chunked, not \"{wrong}\""));
    }
    if encodings.len() > 1 {
        return Some(format!(
            "Transfer-Encoding is there {} times",
            encodings.len()
        ));
    }
    None
}

/// Bytes as they may stand in a message: the beginning, control characters escaped.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let short: String = text.chars().take(SHOWN).collect();
    let more = if text.chars().nth(SHOWN).is_some() {
        "…"
    } else {
        ""
    };
    format!(
        "{}{more}",
        crate::runtime::redact::text(&short).escape_debug()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// actix's own answer.
    const OWN: &[u8] =
        b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: x\r\n\r\n";

    fn answered(came: &[u8]) -> Option<String> {
        let mut heads = Heads::default();
        heads.read(came);
        let answer = heads.answer(OWN)?;
        Some(String::from_utf8(answer).expect("text"))
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (came, expected) in [
            (&b"\x16\x03\x01\x02"[..], "TLS"),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
            (b"GET / HTTP/1.1\r\nX A: y\r\n\r\n", "X A"),
            (b"GET / HTTP/1.1\r\nX-A: a\x00b\r\n\r\n", "X-A"),
            (b"GET /\r\n\r\n", "GET /"),
            (b"GET / HTTP/9.9\r\n\r\n", "version"),
            (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "2 times"),
            (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "-1"),
            (
                b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "2 times",
            ),
            (
                b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "exclude",
            ),
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: cow\r\n\r\n", "cow"),
            (
                b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "chunks",
            ),
        ] {
            let answer = answered(came).expect("another answer");
            let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
            assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{head}");
            assert!(
                head.ends_with(&format!("content-length: {}", body.len())),
                "{head}"
            );
            let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
            let message = body["message"].as_str().expect("a message");
            assert!(message.contains(expected), "{message} has no {expected}");
        }
    }

    #[test]
    fn values_of_headers_are_not_shown() {
        let answer = answered(b"GET / HTTP/1.1\r\nAuthorization: Bearer s3cret\x00\r\n\r\n");
        let answer = answer.expect("another answer");
        assert!(
            answer.contains("Authorization") && !answer.contains("s3cret"),
            "{answer}"
        );
    }

    #[test]
    fn answers_of_handlers_stay() {
        let mut heads = Heads::default();
        heads.read(b"GET / HTTP/1.1\r\n\r\n");
        for own in [
            &b"HTTP/1.1 400 Bad Request\r\nserver: ZGS\r\n\r\n"[..],
            b"HTTP/1.1 204 No Content\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
        ] {
            assert_eq!(heads.answer(own), None);
        }
        // what came before the refused request is sent first
        let before = b"HTTP/1.1 204 No Content\r\nserver: ZGS\r\n\r\n";
        let both = heads.answer(&[&before[..], OWN].concat());
        assert!(both.is_some_and(|both| both.starts_with(before)));
    }
}
