//! What is wrong with a record.

/// A key, as the end of a path within the record, and a reason.
pub(super) type Flaw = (String, String);

/// Everything that is wrong with a record, which is at least one thing: a record cannot be refused
/// without anybody being told why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaws {
    first: Flaw,
    more: Vec<Flaw>,
}

impl Flaws {
    /// One flaw of the record as a whole.
    pub(super) fn whole(reason: impl Into<String>) -> Self {
        Self {
            first: (String::new(), reason.into()),
            more: Vec::new(),
        }
    }

    /// An error if something was found.
    ///
    /// # Errors
    /// What was found.
    pub(super) fn check(found: Vec<Flaw>) -> Result<(), Self> {
        let mut found = found.into_iter();
        match found.next() {
            None => Ok(()),
            Some(first) => Err(Self {
                first,
                more: found.collect(),
            }),
        }
    }
}

impl IntoIterator for Flaws {
    type Item = Flaw;
    type IntoIter = std::iter::Chain<std::iter::Once<Flaw>, std::vec::IntoIter<Flaw>>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self.first).chain(self.more)
    }
}
