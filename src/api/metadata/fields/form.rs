//! The places where fields are shown.

/// Where a field is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum FieldForm {
    /// In `/settings/fields`.
    Plain,
    /// There, with `include=allowed_permissions_to_update`.
    WithPermissions,
    /// In the section and at the place of a layout, counted from 1.
    InLayout {
        /// The section's number.
        section: usize,
        /// The field's number in it.
        place: usize,
    },
}
