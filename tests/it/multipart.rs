//! Bodies of parts, as clients send them and as none should.

use proptest::prelude::*;
use zoho_crm_mock::api::BodySpec;
use zoho_crm_mock::error::ApiError;
use zoho_crm_mock::request::multipart::{FormError, FormLimits, FormPart, read};
use zoho_crm_mock::request::{Params, Request};
use zoho_crm_mock::version::ApiVersion;

/// Field, name of the file, media type, content.
type Part<'a> = (&'a str, Option<&'a str>, Option<&'a str>, &'a [u8]);

fn parts(media: &str, body: &[u8]) -> Result<Vec<FormPart>, FormError> {
    read(media, body, FormLimits::NONE)
}

fn plain(part: &FormPart) -> Part<'_> {
    (
        &part.name,
        part.file_name.as_deref(),
        part.media_type.as_deref(),
        &part.bytes,
    )
}

/// What each client really sends.
#[test]
fn bodies_of_clients() {
    let octets = Some("application/octet-stream");
    let cases: [(&str, &str, &[u8], &[Part<'_>]); 5] = [
        (
            "curl 7.88",
            "multipart/form-data; boundary=------------------------467c63dbb01c0f05",
            b"--------------------------467c63dbb01c0f05\r\nContent-Disposition: form-data; name=\"file\"; filename=\"na\xc3\xafve x.bin\"\r\nContent-Type: application/octet-stream\r\n\r\na\r\n--b\r\n\x00\xff\r\n--------------------------467c63dbb01c0f05\r\nContent-Disposition: form-data; name=\"file\"; filename=\"empty.txt\"\r\nContent-Type: text/plain\r\n\r\n\r\n--------------------------467c63dbb01c0f05\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nMy \"file\"\r\n--------------------------467c63dbb01c0f05\r\nContent-Disposition: form-data; name=\"x\"\r\nContent-Type: application/json\r\n\r\n{}\r\n--------------------------467c63dbb01c0f05--\r\n",
            &[
                ("file", Some("naïve x.bin"), octets, b"a\r\n--b\r\n\x00\xff"),
                ("file", Some("empty.txt"), Some("text/plain"), b""),
                ("title", None, None, b"My \"file\""),
                ("x", None, Some("application/json"), b"{}"),
            ],
        ),
        (
            "requests 2.34 for Python",
            "multipart/form-data; boundary=79a6839c80cdf308bdb03661b5224515",
            b"--79a6839c80cdf308bdb03661b5224515\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\xc3\xbc\r\n--79a6839c80cdf308bdb03661b5224515\r\nContent-Disposition: form-data; name=\"file\"; filename=\"na\xc3\xafve%22x.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--\r\n--79a6839c80cdf308bdb03661b5224515--\r\n",
            &[
                ("title", None, None, "ü".as_bytes()),
                (
                    "file",
                    Some("naïve\"x.pdf"),
                    Some("application/pdf"),
                    b"%PDF\r\n--",
                ),
            ],
        ),
        (
            "an older urllib3, by RFC 2231",
            "multipart/form-data; boundary=79a6",
            b"--79a6\r\nContent-Disposition: form-data; name=\"file\"; filename*=utf-8''na%C3%AFve.txt\r\n\r\nx\r\n--79a6--\r\n",
            &[("file", Some("naïve.txt"), None, b"x")],
        ),
        (
            "fetch of Node",
            "multipart/form-data; boundary=----formdata-undici-081979259390",
            b"------formdata-undici-081979259390\r\nContent-Disposition: form-data; name=\"file\"; filename=\"na\xc3\xafve %22x%22.png\"\r\nContent-Type: image/png\r\n\r\n\r\n--\x00\xff\r\n------formdata-undici-081979259390\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nrefresh_token\r\n------formdata-undici-081979259390--\r\n",
            &[
                (
                    "file",
                    Some("naïve \"x\".png"),
                    Some("image/png"),
                    b"\r\n--\x00\xff",
                ),
                ("grant_type", None, None, b"refresh_token"),
            ],
        ),
        (
            "form-data 4 for Node, as in Zoho's SDK",
            "multipart/form-data; boundary=--------------------------5176e37f6db34a7e308c9d7c",
            b"----------------------------5176e37f6db34a7e308c9d7c\r\nContent-Disposition: form-data; name=\"client_id\"\r\n\r\n1000.X\r\n----------------------------5176e37f6db34a7e308c9d7c\r\nContent-Disposition: form-data; name=\"file\"; filename=\"na\xc3\xafve.png\"\r\nContent-Type: image/png\r\n\r\n\r\n--\x00\xff\r\n----------------------------5176e37f6db34a7e308c9d7c--\r\n",
            &[
                ("client_id", None, None, b"1000.X"),
                (
                    "file",
                    Some("naïve.png"),
                    Some("image/png"),
                    b"\r\n--\x00\xff",
                ),
            ],
        ),
    ];
    for (client, media, body, expected) in cases {
        let read = parts(media, body).unwrap_or_else(|error| panic!("{client}: {error}"));
        assert_eq!(
            read.iter().map(plain).collect::<Vec<_>>(),
            expected,
            "{client}"
        );
        let params = Params::of_body(media, body);
        let values = expected.iter().filter(|part| part.1.is_none());
        let values = values.map(|part| (part.0, std::str::from_utf8(part.3).expect("text")));
        assert!(params.iter().eq(values), "{client}: {params:?}");
    }
}

/// What may stand around parts, and in their headers.
#[test]
fn bodies_of_any_form() {
    const QUOTED: &str = "Multipart/Form-Data; charset=utf-8; boundary=\"a b\"";
    let cases: [(&str, &str, &str, &[Part<'_>]); 8] = [
        (
            "a boundary in quotes, and text around the parts",
            QUOTED,
            "before\r\n--a b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n--a b--\r\nafter --a b",
            &[("n", None, None, b"1")],
        ),
        ("no parts at all", QUOTED, "--a b--\r\n", &[]),
        (
            "blanks behind a boundary, no line behind the last",
            QUOTED,
            "--a b \t\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n--a b--",
            &[("n", None, None, b"1")],
        ),
        (
            "names as tokens, in other case, without blanks",
            QUOTED,
            "--a b\r\ncontent-disposition:form-data;FileName=f.txt;NAME=n\r\n\r\n1\r\n--a b--",
            &[("n", Some("f.txt"), None, b"1")],
        ),
        (
            "what looks like a parameter within a name",
            QUOTED,
            "--a b\r\nContent-Disposition: form-data; filename=\"a; name=x; \\\"b\\\".txt\"; name=\"n\"\r\n\r\n1\r\n--a b--",
            &[("n", Some("a; name=x; \"b\".txt"), None, b"1")],
        ),
        (
            "both forms of a name, of which the extended one counts",
            QUOTED,
            "--a b\r\nContent-Disposition: form-data; name=n; filename=\"e.txt\"; filename*=UTF-8'en'%e2%82%ac.txt\r\n\r\n1\r\n--a b--",
            &[("n", Some("€.txt"), None, b"1")],
        ),
        (
            "an extended name that cannot be read, and a path of Windows",
            QUOTED,
            "--a b\r\nContent-Disposition: form-data; name=n; filename*=utf-7''x; filename=\"C:\\tmp\\e 100%.txt\"\r\n\r\n1\r\n--a b--",
            &[("n", Some("C:\\tmp\\e 100%.txt"), None, b"1")],
        ),
        (
            "a part without a name",
            QUOTED,
            "--a b\r\nX-Any: y\r\n\r\n1\r\n--a b--",
            &[("", None, None, b"1")],
        ),
    ];
    for (what, media, body, expected) in cases {
        let read = parts(media, body.as_bytes()).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(
            read.iter().map(plain).collect::<Vec<_>>(),
            expected,
            "{what}"
        );
    }
}

/// What a body is, its media type, the body, and the status and code that refuse it.
type Refused = (&'static str, &'static str, String, (u16, &'static str));

fn no_forms() -> Vec<Refused> {
    let part = "--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n";
    let media = "multipart/form-data; boundary=x";
    let handling = (400, "failure_in_attachment_handling");
    vec![
        (
            "no final boundary",
            media,
            format!("{part}1234\r\n"),
            handling,
        ),
        ("cut within a part", media, format!("{part}12"), handling),
        (
            "no line before a boundary",
            media,
            format!("{part}12--x--\r\n"),
            handling,
        ),
        (
            "no empty line",
            media,
            "--x\r\nA: b\r\n--x--\r\n".into(),
            handling,
        ),
        (
            "no headers",
            media,
            "--x\r\nnone\r\n\r\n1\r\n--x--\r\n".into(),
            handling,
        ),
        (
            "another boundary",
            media,
            "--y\r\n\r\n1\r\n--y--\r\n".into(),
            handling,
        ),
        ("nothing", media, String::new(), handling),
        (
            "no boundary",
            "multipart/form-data",
            format!("{part}1\r\n--x--"),
            handling,
        ),
        (
            "too many",
            media,
            format!("{part}1\r\n{part}1\r\n{part}1\r\n--x--"),
            handling,
        ),
        (
            "a file too large",
            media,
            format!("{part}12345\r\n--x--"),
            (413, "FILE_SIZE_MORE_THAN_ALLOWED_SIZE"),
        ),
        (
            "too large as a whole",
            media,
            format!("{part}1\r\n--x--{}", " ".repeat(40_000)),
            (413, "BODY_SIZE_REACHED"),
        ),
        (
            "JSON",
            "application/json",
            "{}".into(),
            (400, "INVALID_REQUEST"),
        ),
        ("a form", "", "a=b".into(), (400, "INVALID_REQUEST")),
        (
            "other parts",
            "multipart/mixed; boundary=x",
            format!("{part}1\r\n--x--"),
            (400, "INVALID_REQUEST"),
        ),
    ]
}

#[test]
fn what_is_no_form_is_refused() {
    let spec = BodySpec::multipart(2, 4);
    for (what, media, body, expected) in no_forms() {
        let headers = vec![("content-type".to_owned(), media.to_owned())];
        let request = Request::new("POST", "/", "", &headers, Some(body.as_bytes()));
        let read = spec.parts(&request, ApiVersion::V8);
        let error = read.expect_err(what);
        assert_eq!((error.kind.status(), error.kind.code()), expected, "{what}");
        assert_eq!(error, ApiError::new(error.kind), "{what}");
    }
}

#[test]
fn a_large_file_is_read_and_not_copied_again() {
    let content: Vec<u8> = (0..10 << 20)
        .map(|n: u32| n.to_le_bytes()[n as usize % 3])
        .collect();
    let mut body = Vec::new();
    for name in ["a", "b"] {
        let head =
            format!("--x\r\nContent-Disposition: form-data; name=file; filename={name}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--");
    let read = parts("multipart/form-data; boundary=x", &body).expect("read");
    assert_eq!(read.len(), 2);
    assert!(read.iter().all(|part| part.bytes == content));
    // one buffer: what lies between the two is what lies between them in the body
    let (first, second) = (read[0].bytes.as_ptr_range(), read[1].bytes.as_ptr_range());
    let between = second.start.addr() - first.end.addr();
    assert_eq!(between, body.len() / 2 - content.len() - 2);
}

/// Bytes of which many are those that a form is made of.
fn odd_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"--x".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\r\n\r\n".to_vec()),
        Just(b"--".to_vec()),
        Just(b"Content-Disposition: form-data; name=\"".to_vec()),
        Just(b"; filename*=utf-8''%".to_vec()),
        Just(b"filename=\"\\\"".to_vec()),
        prop::collection::vec(any::<u8>(), 0..8),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_panic(body in odd_bytes(), head in odd_bytes(), media in ".{0,24}") {
        let _ = parts("multipart/form-data; boundary=x", &body);
        let _ = parts(&format!("multipart/form-data; boundary={media}"), &body);
        let _ = parts(&media, &body);
        let mut headed = b"--x\r\nContent-Disposition: form-data; ".to_vec();
        headed.extend(head);
        headed.extend_from_slice(b"\r\n\r\n1\r\n--x--");
        let _ = parts("multipart/form-data; boundary=x", &headed);
    }

    #[test]
    fn what_is_written_is_read(
        files in prop::collection::vec(("[^\u{0}-\u{1f}\u{7f}\"\\\\%]{0,9}", prop::collection::vec(any::<u8>(), 0..99)), 0..5)
    ) {
        const BOUNDARY: &str = "----a boundary that no content has";
        let mut body = Vec::new();
        for (name, content) in &files {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let read = parts(&format!("multipart/form-data; boundary=\"{BOUNDARY}\""), &body).expect("read");
        prop_assert_eq!(read.len(), files.len());
        for (part, (name, content)) in read.iter().zip(&files) {
            prop_assert_eq!(part.file_name.as_deref(), Some(name.as_str()));
            prop_assert_eq!(&part.bytes[..], &content[..]);
        }
    }
}
