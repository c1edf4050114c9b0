//! The table of the connector's operations.

use super::operation::Operation;
use super::{convert, lists, org, records, search};

/// The operations, by family.
const FAMILIES: &[&[Operation]] = &[
    records::OPERATIONS,
    search::OPERATIONS,
    convert::OPERATIONS,
    org::OPERATIONS,
    lists::OPERATIONS,
];

/// Every operation.
pub(super) fn operations() -> impl Iterator<Item = &'static Operation> {
    FAMILIES.iter().copied().flatten()
}

/// The operation with a name.
#[must_use]
pub(super) fn find(name: &str) -> Option<&'static Operation> {
    operations().find(|operation| operation.name == name)
}
