//! What the body of an operation is: its kind, its keys, and the items in it.
//!
//! A column of the table ([`super::Endpoint`]). The reading of bodies, the handlers
//! ([`super::Call::items`]) and the contract go by it.

use crate::error::{ApiError, Code};
use crate::request::multipart::{self, FormError, FormLimits, FormPart};
use crate::request::{BodyFault, Params, Request};
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

impl Most {
    /// As many as a version has.
    #[must_use]
    pub fn under(&self, version: ApiVersion) -> usize {
        match self {
            Self::Always(most) => *most,
            Self::By(most) => most(version),
        }
    }
}

/// What a request with files says.
#[derive(Debug, Default)]
pub struct FormOfParts {
    /// What is no file, as parameters.
    pub params: Params,
    /// All parts.
    pub parts: Vec<FormPart>,
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
    /// How long it may be, in bytes; none where the server's own limit is all there is.
    pub most_bytes: Option<usize>,
    /// What is said of a JSON body that is empty, and of one that is no object; none for what most
    /// operations say.
    pub unread: Option<(Code, Code)>,
    /// What its parts may be, if it has any.
    pub parts: PartsSpec,
}

/// What the parts of a body may be.
#[derive(Debug)]
pub struct PartsSpec {
    /// How long each may be, in bytes.
    pub most_bytes: Most,
    /// How long all of them may be together, in bytes; none for as many as there may be, each as
    /// long as it may be.
    pub all_bytes: Option<usize>,
    /// What is said of one that is longer.
    pub too_large: Code,
    /// What is said of more than there may be.
    pub too_many: Code,
    /// The parameter that may stand in place of a file.
    pub instead: Option<&'static str>,
}

/// The name of the parts that hold files, in all of Zoho's forms.
pub const FILE: &str = "file";

impl PartsSpec {
    const fn of(most_bytes: Most) -> Self {
        Self {
            most_bytes,
            all_bytes: None,
            too_large: Code::FILE_TOO_LARGE,
            too_many: Code::ATTACHMENT_HANDLING,
            instead: None,
        }
    }
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
            most_bytes: None,
            unread: None,
            parts: PartsSpec::of(Most::Always(usize::MAX)),
        }
    }

    /// Parts: at most so many, each of at most so many bytes.
    #[must_use]
    pub const fn multipart(most: usize, most_part_bytes: usize) -> Self {
        Self {
            most: Most::Always(most),
            parts: PartsSpec::of(Most::Always(most_part_bytes)),
            ..Self::of(BodyKind::Multipart)
        }
    }

    /// With a length of parts that depends on the version, and one of all of them together.
    #[must_use]
    pub const fn part_bytes_by(self, bytes: fn(ApiVersion) -> usize, all: usize) -> Self {
        Self {
            parts: PartsSpec {
                most_bytes: Most::By(bytes),
                all_bytes: Some(all),
                ..self.parts
            },
            ..self
        }
    }

    /// With words of its own for parts that are too long, and too many.
    #[must_use]
    pub const fn refusing_parts(self, too_large: Code, too_many: Code) -> Self {
        Self {
            parts: PartsSpec {
                too_large,
                too_many,
                ..self.parts
            },
            ..self
        }
    }

    /// With a parameter that may stand in place of a file.
    #[must_use]
    pub const fn or_param(self, name: &'static str) -> Self {
        Self {
            parts: PartsSpec {
                instead: Some(name),
                ..self.parts
            },
            ..self
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
        self.most.under(version)
    }

    /// How long the body may be under a version, in bytes; none where the server's own limit is all
    /// there is.
    #[must_use]
    pub fn longest(&self, version: ApiVersion) -> Option<usize> {
        /// Boundaries and headers of a part.
        const AROUND: usize = 16 << 10;
        if self.kind != BodyKind::Multipart {
            return self.most_bytes;
        }
        let parts = self.most(version);
        let each = || self.parts.most_bytes.under(version).saturating_mul(parts);
        let files = self.parts.all_bytes.unwrap_or_else(each);
        Some(files.saturating_add(AROUND.saturating_mul(parts)))
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
    pub fn bytes<'r>(
        &self,
        request: &Request<'r>,
        version: ApiVersion,
    ) -> Result<&'r [u8], ApiError> {
        let body = request.body.map_err(|fault| match fault {
            BodyFault::TooLarge => Code::BODY_SIZE_REACHED,
            BodyFault::Incomplete => Code::BODY_INCOMPLETE,
            BodyFault::Stalled => Code::BODY_TIMEOUT,
        })?;
        if self.longest(version).is_some_and(|most| body.len() > most) {
            return Err(Code::BODY_SIZE_REACHED.into());
        }
        Ok(body)
    }

    /// What a request with files says: its parts, and those that are no files as parameters. What is
    /// said without a file may also come as a plain form, or in the query alone.
    ///
    /// # Errors
    /// Those of [`BodySpec::parts`].
    pub fn form(
        &self,
        request: &Request<'_>,
        version: ApiVersion,
    ) -> Result<FormOfParts, ApiError> {
        let media = request.media_type().unwrap_or_default();
        let plain = media.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let empty = self.bytes(request, version)?.is_empty();
        if plain || empty && !multipart::is_multipart(media) {
            return Ok(FormOfParts {
                params: request.form(),
                parts: Vec::new(),
            });
        }
        let parts = self.parts(request, version)?;
        let values = parts.iter().filter(|part| part.file_name.is_none());
        let text = |part: &FormPart| String::from_utf8_lossy(&part.bytes).into_owned();
        let params = Params::of(values.map(|part| (part.name.clone(), text(part))).collect());
        Ok(FormOfParts { params, parts })
    }

    /// The parts of a request's body.
    ///
    /// # Errors
    /// `BODY_SIZE_REACHED` for a body that is too long as a whole, what the row says of a part that
    /// is too long and of too many parts, `failure_in_attachment_handling` for a body whose parts
    /// cannot be read, and `INVALID_REQUEST` for one of another media type.
    pub fn parts(
        &self,
        request: &Request<'_>,
        version: ApiVersion,
    ) -> Result<Vec<FormPart>, ApiError> {
        let body = self.bytes(request, version)?;
        let media = request.headers.get("content-type").unwrap_or_default();
        let limits = FormLimits {
            parts: self.most(version),
            part_bytes: self.parts.most_bytes.under(version),
        };
        let read = match request.shared.filter(|whole| whole.len() == body.len()) {
            Some(whole) => multipart::read_shared(media, whole, limits),
            None => multipart::read(media, body, limits),
        };
        read.map_err(|error| {
            let code = match error {
                FormError::OtherMedia => Code::UNSUPPORTED_MEDIA_TYPE,
                FormError::PartTooLarge(_) => self.parts.too_large,
                FormError::TooManyParts(_) => self.parts.too_many,
                FormError::Malformed(_) => Code::ATTACHMENT_HANDLING,
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
            assert_eq!(
                spec.bytes(&request, ApiVersion::V8).is_ok(),
                fits,
                "{body:?}"
            );
        }
    }
}
