//! The registry of modules and fields of an org.
//!
//! One source for everything that depends on metadata: validation, defaults, system fields,
//! search, sort, seeds and the `/settings` answers. It is built from the declarations embedded
//! in the binary ([`builtin`]), with the changes that seeds and calls make to them
//! ([`Declared`]), for one org: with the org's id prefix and features. A change of metadata is
//! an edit of the declarations, after which the modules it touches are built anew ([`edit`]).
//! A schema is a value and part of the org's state.

mod build;
pub mod builtin;
pub mod data_type;
pub mod declared;
pub mod dollar;
pub mod edit;
pub mod external;
mod features;
pub mod field;
pub mod layout;
pub mod link;
mod made;
pub mod module;
mod number;
mod registry;
pub mod relation;
pub mod spec;
mod standard;

pub use data_type::{DataType, JsonType, ValueClass};
pub use declared::Declared;
pub use features::Features;
pub use field::{Field, Linked, Presence, Slot, Storage, value_tail};
pub use layout::{Layout, Section};
pub use module::{CUSTOMERS, Module, RelatedList, View};
pub use number::{FieldNo, ModuleNo};
pub use registry::Schema;
pub use spec::{FieldSpec, ModuleSpec, PickValue, RelatedListSpec, ViewSpec, in_range};

/// Reads what standard modules share, which the first of them that is built does otherwise.
pub fn make_ready() {
    // that it can be read is tested
    let _ = builtin::shared_pick_lists();
    dollar::keys();
}
