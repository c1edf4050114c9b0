//! Records that others point to.

use crate::ids::Id;
use crate::schema::ModuleNo;

/// A generated record: module and number, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) module: ModuleNo,
    pub(super) index: u64,
}

/// A record that another points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// One that is generated.
    Made(At),
    /// One of the seed.
    Held(ModuleNo, Id),
}

impl Target {
    pub(super) fn module(self) -> ModuleNo {
        match self {
            Self::Made(at) => at.module,
            Self::Held(module, _) => module,
        }
    }
}
