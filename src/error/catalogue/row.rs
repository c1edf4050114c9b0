//! A row, and the reason that it describes.

use crate::error::wording::Wording;

/// What an answer says of a reason: code, status and message.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    code: &'static str,
    status: u16,
    zoho: &'static str,
    documented: &'static str,
    /// Tells rows apart that say the same.
    name: &'static str,
}

impl Row {
    /// A row that says the same in both wordings.
    #[must_use]
    pub const fn new(code: &'static str, status: u16, message: &'static str) -> Self {
        Self {
            code,
            status,
            zoho: message,
            documented: message,
            name: "",
        }
    }

    /// A row of the lists in these files: with the words of both wordings, and its name.
    pub(super) const fn listed(
        code: &'static str,
        status: u16,
        zoho: &'static str,
        documented: &'static str,
        name: &'static str,
    ) -> Self {
        Self {
            code,
            status,
            zoho,
            documented,
            name,
        }
    }

    /// A row of `INVALID_DATA`, the code of most settings' errors.
    #[must_use]
    pub const fn invalid(message: &'static str) -> Self {
        Self::new("INVALID_DATA", 400, message)
    }
}

/// A reason for which a request or an item is refused: one row of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(&'static Row);

impl Code {
    /// The reason that a row describes.
    #[must_use]
    pub const fn of(row: &'static Row) -> Self {
        Self(row)
    }

    /// The `code`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.0.code
    }

    /// The HTTP status of an answer that is nothing but this error.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.0.status
    }

    /// The `message`.
    #[must_use]
    pub const fn message(self, wording: Wording) -> &'static str {
        match wording {
            Wording::Documented => self.0.documented,
            Wording::Zoho => self.0.zoho,
        }
    }
}

/// The message in the documented samples, if it is another one than Zoho's.
macro_rules! documented {
    ($zoho:literal) => {
        $zoho
    };
    ($zoho:literal, $documented:literal) => {
        $documented
    };
}
pub(super) use documented;

/// Rows of one subject: each is a constant of [`Code`] by its name, and `ROWS` is all of them.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident => $code:literal, $status:literal, $zoho:literal $(, $documented:literal)?;)*) => {
        impl Code {
            $($(#[$doc])* pub const $name: Self = Self::of(&Row::listed(
                $code,
                $status,
                $zoho,
                documented!($zoho $(, $documented)?),
                stringify!($name),
            ));)*
        }

        /// The rows of this file.
        pub(super) const ROWS: &[Code] = &[$(Code::$name,)*];
    };
}
pub(super) use codes;
