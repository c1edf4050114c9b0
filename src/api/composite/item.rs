//! A sub-request as a client sends it.

use serde_json::{Map, Value as Json, json};

use crate::api::call::Call;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code};
use crate::request::Method;
use crate::version::ApiVersion;

/// What addresses look like (pages).
const URI: &str = "/crm(/.*)?/v[0-9]+([.][0-9]+)?/.*";
/// What ids look like (pages).
const ID: &str = "[a-zA-Z0-9][a-zA-Z0-9_]*";
/// Headers that sub-requests cannot have (pages).
const RESTRICTED: [&str; 2] = ["authorization", "x-crm-org"];

/// A sub-request.
#[derive(Clone, Debug)]
pub(super) struct SubRequest {
    /// The path to it in the body.
    pub(super) place: String,
    /// By which others refer to it.
    pub(super) id: Option<String>,
    pub(super) method: Method,
    /// Path and query.
    pub(super) uri: String,
    /// An object, as the next ones; null for none.
    pub(super) headers: Json,
    pub(super) params: Json,
    pub(super) body: Json,
}

impl SubRequest {
    /// The path of the address.
    pub(super) fn path(&self) -> &str {
        self.uri.split(['?', '#']).next().unwrap_or_default()
    }

    /// The query of the address.
    pub(super) fn query(&self) -> &str {
        let uri = self.uri.split('#').next().unwrap_or_default();
        uri.split_once('?').map_or("", |(_, query)| query)
    }
}

/// Reads the sub-request at a place.
pub(super) struct ItemReader<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) spot: Spot,
}

impl ItemReader<'_> {
    fn of_type(&self, key: &str, expected: &str) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        self.spot.about(error, key)
    }

    /// A value of another form (v8 description, example).
    fn malformed(&self, key: &str, regex: &str) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "text");
        self.spot.about(error.with("regex", regex), key)
    }

    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with it first.
    pub(super) fn read(&self, said: &Map<String, Json>) -> Result<SubRequest, ApiError> {
        let given = |key: &str| said.get(key).filter(|value| !value.is_null());
        let wanted =
            |key: &str| given(key).ok_or_else(|| self.spot.about(Code::MANDATORY_NOT_FOUND, key));
        let id = given("sub_request_id").map(|id| match id.as_str() {
            Some(text) if is_id(text) => Ok(text.to_owned()),
            _ => Err(self.malformed("sub_request_id", ID)),
        });
        let id = id.transpose()?;
        let method = wanted("method")?.as_str();
        let method = method.ok_or_else(|| self.of_type("method", "text"))?;
        let method = Method::parse(method);
        let method = method.ok_or_else(|| self.spot.about(Code::INVALID_DATA, "method"))?;
        let uri = wanted("uri")?
            .as_str()
            .filter(|uri| version_in(uri).is_some());
        let uri = uri.ok_or_else(|| self.malformed("uri", URI))?;
        let object = |key: &str| match given(key) {
            None => Ok(Json::Null),
            Some(value) if value.is_object() => Ok(value.clone()),
            Some(_) => Err(self.of_type(key, "jsonobject")),
        };
        let (headers, params) = (object("headers")?, object("params")?);
        let named = headers.as_object().into_iter().flatten();
        let named = named.map(|(name, _)| name.to_ascii_lowercase());
        let restricted: Vec<String> = named.filter(|it| RESTRICTED.contains(&&**it)).collect();
        if !restricted.is_empty() {
            let error = ApiError::new(Code::INVALID_DATA).with("restricted_headers", restricted);
            return Err(self.spot.about(error, "headers"));
        }
        let sub = SubRequest {
            place: self.spot.to_string(),
            id,
            method,
            uri: uri.to_owned(),
            headers,
            params,
            body: object("body")?,
        };
        self.check_operation(&sub)?;
        Ok(sub)
    }

    /// Refuses a newer version, and an operation that composite requests do not take. What is no
    /// operation at all is called, and says so itself (assumed).
    fn check_operation(&self, sub: &SubRequest) -> Result<(), ApiError> {
        let segment = version_in(&sub.uri).unwrap_or_default();
        let call = self.call;
        if ApiVersion::parse(segment).is_some_and(|version| !call.version.composes(version)) {
            return Err(ApiError::new(Code::COMPOSITE_VERSION)
                .with("sub_request_version", number(segment))
                .with("composite_request_version", number(call.version.as_str())));
        }
        match (call.router)(&call.read(), Some(sub.method), sub.path()) {
            Ok(route) if route.endpoint.composite.is_none() => {
                Err(Code::COMPOSITE_NOT_SUPPORTED.into())
            }
            _ => Ok(()),
        }
    }
}

/// The number of a version: `8` for `v8`.
fn number(version: &str) -> Json {
    let digits = version.trim_start_matches('v');
    match digits.parse::<u64>() {
        Ok(number) => number.into(),
        Err(_) => json!(digits.parse::<f64>().unwrap_or_default()),
    }
}

fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The segment with the version in an address of the API; none for any other text.
fn version_in(uri: &str) -> Option<&str> {
    let mut rest = uri.strip_prefix("/crm/")?;
    loop {
        let (segment, after) = rest.split_once('/')?;
        let digits = segment.strip_prefix('v');
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let is_version = digits.is_some_and(|digits| match digits.split_once('.') {
            Some((major, minor)) => all_digits(major) && all_digits(minor),
            None => all_digits(digits),
        });
        if is_version {
            return Some(segment);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_version() {
        for (uri, version) in [
            ("/crm/v8/Leads", Some("v8")),
            ("/crm/v2.1/Leads/1?fields=a", Some("v2.1")),
            ("/crm/bulk/v8/read", Some("v8")),
            ("/crm/v8/", Some("v8")),
            ("/crm/v8", None),
            ("crm/v8/Leads", None),
            ("/crm/Leads", None),
            ("/crm/vx/Leads", None),
            ("/oauth/v2/token", None),
            ("https://www.zohoapis.com/crm/v8/Leads", None),
        ] {
            assert_eq!(version_in(uri), version, "{uri}");
        }
    }
}
