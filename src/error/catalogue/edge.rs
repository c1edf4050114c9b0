//! Requests that do not get as far as a surface. No code here is Zoho's: what its own edge answers
//! is HTML, or nothing.

use super::row::{Code, Row, codes, documented};

codes! {
    /// What came is no request of HTTP/1.
    MALFORMED_REQUEST => "MALFORMED_REQUEST", 400, "the request cannot be read";
    /// The head of a request did not come in time.
    REQUEST_TIMEOUT => "REQUEST_TIMEOUT", 408, "the head of the request did not come within 5 seconds";
    /// The head of a request is too large.
    HEAD_TOO_LARGE => "HEAD_TOO_LARGE", 431, "the head of the request is too large: 96 headers and 128 kB are taken";
    /// A body ended before its length, or its chunks cannot be read.
    BODY_INCOMPLETE => "BODY_INCOMPLETE", 400, "the body ends before the length that its headers announce, or its chunks cannot be read";
    /// A body stopped coming.
    BODY_TIMEOUT => "BODY_TIMEOUT", 408, "nothing more of the body came for 30 seconds";
    /// The server was addressed by a name that it does not take.
    HOST_NOT_ALLOWED => "HOST_NOT_ALLOWED", 421, "the server is not known by this name";
    /// A client takes the server for a proxy that leads to other hosts than Zoho's.
    HOST_NOT_ZOHO => "HOST_NOT_ZOHO", 403, "the server is a proxy for Zoho's hosts alone";
    /// A host to which clients are let through does not answer.
    HOST_NOT_REACHED => "HOST_NOT_REACHED", 502, "the host cannot be reached";
    /// A web page that was not allowed to calls the control plane.
    ORIGIN_NOT_ALLOWED => "ORIGIN_NOT_ALLOWED", 403, "a page of this origin is not to use the control plane";
    /// The control plane is called without its token.
    ADMIN_TOKEN_NEEDED => "ADMIN_TOKEN_NEEDED", 401, "the control plane wants Authorization: Bearer with the token of --admin-token";
    /// The server stops.
    STOPPING => "STOPPING", 503, "the server is stopping";
}
