//! Custom views.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A view to change or delete that does not exist.
    VIEW_GONE => "INVALID_DATA", 400, "The provided CustomView is either invalid or already Deleted";
    /// A view that does not exist (up to v7).
    VIEW_INVALID => "INVALID_DATA", 400, "invalid data";
}
