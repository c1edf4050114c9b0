//! What the body of an operation is: its kind, its keys, and the items in it.
//!
//! A column of the table ([`super::Endpoint`]). The reading of bodies, the handlers
//! ([`super::Call::items`]) and the contract go by it.

use crate::error::{ApiError, Code};
use crate::request::multipart::{self, FormError, FormLimits, FormPart};
use crate::request::{BodyFault, Request};
use crate::settings::family::Family;
use crate::version::{ApiVersion, Versions};

/// What a call does with its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// It has none; one that is sent is not looked at.
    None,
    /// A JSON object.
    Json,
    /// Any bytes, which the handler reads itself.
    Raw,
    /// Parameters of a form, as well as or instead of a query.
    Form,
    /// Parts, `multipart/form-data`: files, and what is said of them.
    Multipart,
}

/// A key of a body or an answer, and versions that have it. A key may have several rows; one
/// without a row stands in every version.
pub type VersionedKey = (&'static str, Versions);

/// What is done with the records of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// They are new.
    Insert,
    /// They are changed, each by the id in it.
    Update,
    /// One is changed, by the id in the path.
    UpdateOne,
    /// They are new, or change those that they duplicate.
    Upsert,
}

/// What the items of a body are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Items {
    /// Records of the module in the path.
    Records(Write),
    /// Conversions of a lead.
    Conversions,
    /// Objects of a family of settings.
    Settings(&'static Family),
    /// Something that the handler alone knows.
    Own,
}

/// How many items a body may have.
#[derive(Clone, Copy, Debug)]
pub enum Most {
    /// So many in every version.
    Always(usize),
    /// As many as the version says.
    By(fn(ApiVersion) -> usize),
}

/// The body of an operation.
#[derive(Debug)]
pub struct BodySpec {
    /// What it is.
    pub kind: BodyKind,
    /// A call may do without it: it is null then.
    pub optional: bool,
    /// The key of its array of items; none for a body without such an array.
    pub root: Option<&'static str>,
    /// How many items there may be.
    pub most: Most,
    /// What the items are.
    pub items: Items,
    /// Its keys besides the root, in tables that rows share.
    pub keys: &'static [&'static [VersionedKey]],
    /// The key of a query in a language of its own, which the errors of the operation are about.
    pub query: Option<&'static str>,
    /// How long each of its parts may be, in bytes.
    pub most_part_bytes: usize,
    /// How long it may be, in bytes; none where the server's own limit is all there is.
    pub most_bytes: Option<usize>,
    /// What is said of a JSON body that is empty, and of one that is no object; none for what most
    /// operations say.
    pub unread: Option<(Code, Code)>,
}

impl BodySpec {
    /// No body.
    pub const NONE: Self = Self::of(BodyKind::None);
    /// A form, whose parameters are those of the row.
    pub const FORM: Self = Self::of(BodyKind::Form);
    /// Bytes that the handler reads itself.
    pub const RAW: Self = Self::of(BodyKind::Raw);

    const fn of(kind: BodyKind) -> Self {
        Self {
            kind,
            optional: false,
            root: None,
            most: Most::Always(usize::MAX),
            items: Items::Own,
            keys: &[],
            query: None,
            most_part_bytes: usize::MAX,
            most_bytes: None,
            unread: None,
        }
    }

    /// Parts: at most so many, each of at most so many bytes.
    #[must_use]
    pub const fn multipart(most: usize, most_part_bytes: usize) -> Self {
        /// Boundaries and headers of a part.
        const AROUND: usize = 16 << 10;
        let each = most_part_bytes.saturating_add(AROUND);
        Self {
            most: Most::Always(most),
            most_part_bytes,
            most_bytes: Some(each.saturating_mul(most)),
            ..Self::of(BodyKind::Multipart)
        }
    }

    /// A JSON object with these keys.
    #[must_use]
    pub const fn object(keys: &'static [&'static [VersionedKey]]) -> Self {
        Self {
            keys,
            ..Self::of(BodyKind::Json)
        }
    }

    /// A JSON object with an array of items under `root`, and no other keys unless
    /// [`BodySpec::keys`] names some.
    #[must_use]
    pub const fn list(root: &'static str, most: usize, items: Items) -> Self {
        Self {
            root: Some(root),
            most: Most::Always(most),
            items,
            ..Self::of(BodyKind::Json)
        }
    }

    /// With a number of items that depends on the version.
    #[must_use]
    pub const fn most_by(self, most: fn(ApiVersion) -> usize) -> Self {
        Self {
            most: Most::By(most),
            ..self
        }
    }

    /// With keys besides the root.
    #[must_use]
    pub const fn keys(self, keys: &'static [&'static [VersionedKey]]) -> Self {
        Self { keys, ..self }
    }

    /// Of which a call may have none.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self {
            optional: true,
            ..self
        }
    }

    /// With a query under a key.
    #[must_use]
    pub const fn query(self, key: &'static str) -> Self {
        Self {
            query: Some(key),
            ..self
        }
    }

    /// With a limit of its own on its length.
    #[must_use]
    pub const fn most_bytes(self, bytes: usize) -> Self {
        Self {
            most_bytes: Some(bytes),
            ..self
        }
    }

    /// With errors of its own for a body that is empty, and for one that is no object.
    #[must_use]
    pub const fn unread(self, empty: Code, unreadable: Code) -> Self {
        Self {
            unread: Some((empty, unreadable)),
            ..self
        }
    }

    /// What is said of a JSON body that is no object.
    #[must_use]
    pub fn no_object(&self, body: &[u8]) -> ApiError {
        match self.unread {
            Some((empty, _)) if body.trim_ascii().is_empty() => empty.into(),
            Some((_, unreadable)) => unreadable.into(),
            None => ApiError::new(Code::BODY).with("expected_data_type", "jsonobject"),
        }
    }

    /// How many items a version takes.
    #[must_use]
    pub fn most(&self, version: ApiVersion) -> usize {
        match self.most {
            Most::Always(most) => most,
            Most::By(most) => most(version),
        }
    }

    /// Every key of the body, the root first.
    pub fn all_keys(&self) -> impl Iterator<Item = VersionedKey> + Clone + '_ {
        let root = self.root.map(|root| (root, Versions::ALL));
        let keys = self.keys.iter().copied().flatten().copied();
        root.into_iter().chain(keys)
    }

    /// The bytes of a request's body.
    ///
    /// # Errors
    /// `BODY_SIZE_REACHED` for one that is longer than the operation or the server takes; those of
    /// a body that did not come to its end.
    pub fn bytes<'r>(&self, request: &Request<'r>) -> Result<&'r [u8], ApiError> {
        let body = request.body.map_err(|fault| match fault {
            BodyFault::TooLarge => Code::BODY_SIZE_REACHED,
            BodyFault::Incomplete => Code::BODY_INCOMPLETE,
            BodyFault::Stalled => Code::BODY_TIMEOUT,
        })?;
        if self.most_bytes.is_some_and(|most| body.len() > most) {
            return Err(Code::BODY_SIZE_REACHED.into());
        }
        Ok(body)
    }

    /// The parts of a request's body.
    ///
    /// # Errors
    /// `BODY_SIZE_REACHED` for a body that is too long as a whole, 415 for one of another media
    /// type, `FILE_SIZE_MORE_THAN_ALLOWED_SIZE` for a part that is too long, and
    /// `failure_in_attachment_handling` for a body with too many parts or none that can be read.
    pub fn parts(
        &self,
        request: &Request<'_>,
        version: ApiVersion,
    ) -> Result<Vec<FormPart>, ApiError> {
        let body = self.bytes(request)?;
        let media = request.headers.get("content-type").unwrap_or_default();
        let limits = FormLimits {
            parts: self.most(version),
            part_bytes: self.most_part_bytes,
        };
        multipart::read(media, body, limits).map_err(|error| {
            let code = match error {
                FormError::OtherMedia => Code::UNSUPPORTED_MEDIA_TYPE,
                FormError::PartTooLarge(_) => Code::FILE_TOO_LARGE,
                FormError::Malformed(_) | FormError::TooManyParts(_) => Code::ATTACHMENT_HANDLING,
            };
            code.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_its_keys_and_its_limits() {
        const OTHERS: &[VersionedKey] = &[("trigger", Versions::ALL)];
        let spec = BodySpec::list("users", 1, Items::Own)
            .keys(&[OTHERS])
            .most_by(ApiVersion::max_users_per_update)
            .most_bytes(4);
        let keys: Vec<&str> = spec.all_keys().map(|(key, _)| key).collect();
        assert_eq!(keys, ["users", "trigger"]);
        assert_eq!(
            (spec.most(ApiVersion::V7), spec.most(ApiVersion::V8)),
            (1, 10)
        );
        let none: Vec<(String, String)> = Vec::new();
        for (body, fits) in [
            (Some(&b"{ }"[..]), true),
            (Some(b"{   }"), false),
            (None, false),
        ] {
            let request = Request::new("PUT", "/", "", &none, body);
            assert_eq!(spec.bytes(&request).is_ok(), fits, "{body:?}");
        }
    }
}
