//! The operations of a family, and what they answer for what is not there.

use crate::error::Code;
use crate::version::{ApiVersion, Versions};

/// What an operation does with a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// `GET {path}`.
    List,
    /// `GET {path}/{id}`.
    Get,
    /// `POST {path}`.
    Create,
    /// `PUT {path}`: each object names its id.
    UpdateMany,
    /// `PUT {path}/{id}`.
    Update,
    /// `DELETE {path}?ids=`.
    DeleteMany,
    /// `DELETE {path}/{id}`.
    Delete,
}

/// All operations.
pub const ALL: &[What] = &[
    What::List,
    What::Get,
    What::Create,
    What::UpdateMany,
    What::Update,
    What::DeleteMany,
    What::Delete,
];

/// Those that only read.
pub const READING: &[What] = &[What::List, What::Get];

/// An operation that came later than the others of its family.
#[derive(Clone, Copy, Debug)]
pub struct Later {
    /// What it does.
    pub what: What,
    /// The versions that have it.
    pub versions: Versions,
}

impl What {
    /// From a version on.
    #[must_use]
    pub const fn since(self, version: ApiVersion) -> Later {
        Later {
            what: self,
            versions: Versions::since(version),
        }
    }
}

/// A parameter that narrows a list.
#[derive(Clone, Copy, Debug)]
pub enum Filter {
    /// To objects whose key has the parameter's value: `(parameter, key)`.
    Value(&'static str, &'static str),
    /// To objects that the caller has created, if it is `true`: `(parameter, key of the creator)`.
    Mine(&'static str, &'static str),
}

impl Filter {
    /// The parameter.
    #[must_use]
    pub const fn param(&self) -> &'static str {
        match self {
            Self::Value(param, _) | Self::Mine(param, _) => param,
        }
    }
}

/// What a family answers while an org has none of it, since a feature is not switched on.
#[derive(Clone, Copy, Debug)]
pub struct Disabled {
    /// To `GET`.
    pub read: Code,
    /// To each object to be created.
    pub create: Code,
    /// To `PUT`.
    pub update: Code,
}

/// How the root of a body looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `{"root":[{…}]}`.
    List,
    /// `{"root":{…}}`: an org has one such object, or none.
    Single,
}

/// What a family answers for an id that nothing has.
#[derive(Clone, Copy, Debug)]
pub struct Gone {
    /// `GET`: the error, and the versions that answer with it; the others answer 204.
    pub get: (Versions, Code),
    /// An id in the path of a write.
    pub path: Code,
    /// An id in a body.
    pub item: Code,
    /// An id in `ids` of a `DELETE`.
    pub ids: Code,
    /// Errors about an id of a write repeat it, where those of other families say its place.
    pub repeats: bool,
    /// What the error about an id in a body expects there (`expected_data_type`).
    pub expects: Option<&'static str>,
}

impl Gone {
    /// What families answer as far as nothing else is known.
    pub const USUAL: Self = Self {
        get: (Versions::until(ApiVersion::V7), Code::UNKNOWN_SETTING),
        path: Code::UNKNOWN_SETTING,
        item: Code::UNKNOWN_SETTING,
        ids: Code::INVALID_DATA,
        repeats: false,
        expects: None,
    };
}
