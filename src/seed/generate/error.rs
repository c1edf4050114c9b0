//! Why nothing is generated.

use crate::seed::problem::SeedError;

/// A mandatory field without anything to point to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The module whose records are wanted.
    pub module: String,
    /// Its field.
    pub field: String,
    /// The modules of which one has to have records.
    pub needs: Vec<String>,
}

/// Why nothing is generated.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GenerateError {
    /// Something is wrong with the seed.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// No such module; the sentence names one that is spelt much like it.
    #[error("{0}")]
    Unknown(String),
    /// Clients do not make records of the module.
    #[error("{0} takes no records")]
    NoRecords(String),
    /// Mandatory lookups into modules without records.
    #[error("{}", missing(.0))]
    Missing(Vec<Missing>),
    /// Not so many records can have different values.
    #[error("{field} of {module} is unique and mandatory, and has no room for {count} values")]
    NoRoom {
        /// The module.
        module: String,
        /// The field.
        field: String,
        /// How many records are wanted.
        count: u64,
    },
    /// A linking module with fewer pairs than are wanted.
    #[error("{module} has room for {room} pairs, not for {count}")]
    NoPairs {
        /// The module.
        module: String,
        /// How many pairs there are that the seed does not have already.
        room: u64,
        /// How many records are wanted.
        count: u64,
    },
    /// The tables in the binary are broken: a defect of this crate, found by its tests.
    #[error("the tables of the generator are broken: {0}")]
    Data(String),
}

fn missing(missing: &[Missing]) -> String {
    let one = |missing: &Missing| {
        let (several, shown) = match missing.needs.as_slice() {
            [] => return format!("{} needs {}", missing.module, missing.field),
            [one] => ("", one.clone()),
            many => ("one of ", many.join(", ")),
        };
        format!(
            "{} ({}) needs records of {several}{shown}",
            missing.module, missing.field
        )
    };
    missing.iter().map(one).collect::<Vec<_>>().join("; ")
}

impl GenerateError {
    /// The modules of which records are needed as well, if it is lookups that cannot be filled.
    #[must_use]
    pub fn to_add(&self) -> Vec<&str> {
        let Self::Missing(missing) = self else {
            return Vec::new();
        };
        let mut modules: Vec<&str> = Vec::new();
        for name in missing.iter().filter_map(|missing| missing.needs.first()) {
            if !modules.contains(&name.as_str()) {
                modules.push(name);
            }
        }
        modules
    }
}
