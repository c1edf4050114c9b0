//! Modules and fields are known by small numbers within an org.

/// Number of a module within its schema.
pub type ModuleNo = u16;
/// Number of a field within its module.
pub type FieldNo = u16;
