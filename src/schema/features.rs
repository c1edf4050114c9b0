//! What an org has that others do not.

use lean_string::LeanString;

/// What an org's schema depends on besides the declarations.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// Names that `when` of a field or list may ask for.
    pub on: Vec<LeanString>,
}

impl Features {
    /// Whether a thing is there that asks for a feature, or for none.
    pub(super) fn has(&self, when: Option<&LeanString>) -> bool {
        when.is_none_or(|name| self.has_named(name))
    }

    /// Whether a feature is there.
    pub(super) fn has_named(&self, name: &str) -> bool {
        self.on.iter().any(|feature| feature == name)
    }
}
