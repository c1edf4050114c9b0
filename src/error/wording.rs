//! Whose words answers use.

/// Whose words answers use. Codes, keys and statuses are the same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Wording {
    /// The words of the documented connector samples ("Record updated successfully").
    Documented,
    /// The words of the live REST API ("record updated").
    #[default]
    Zoho,
}
