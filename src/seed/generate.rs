//! Generated records: realistic, related to one another, and the same on every run.
//!
//! What a field gets is decided by the metadata, and by a table of hints on names of fields
//! (`seed-data/generate/hints.json`). Every value follows from the seed, the module, the field and
//! the number of the record alone (`generate/chance.rs`), so that a record more or a field more
//! leaves all other values as they are. Only what points to other records depends on how many
//! there are.
//!
//! Records are written one by one, as the text of a seed; nothing is held.

mod chance;
mod check;
mod distinct;
mod error;
mod facts;
mod hints;
mod home;
mod locale;
mod output;
mod pairing;
mod pairs;
mod pen;
mod plan;
mod planner;
mod recipe;
mod structure;
mod target;
mod template;
mod text;
mod value;

use std::collections::BTreeMap;

pub use self::error::{GenerateError, Missing};
use self::hints::Hints;
pub use self::locale::Locale;
use self::locale::Words;
use self::plan::Plan;
use self::planner::Planner;
use super::format::Document;
use super::load::{Options, build};
use super::problem::unknown;
use crate::ids::Id;
use crate::schema::{Module, ModuleNo};
use crate::store::OrgState;
use crate::version::ApiVersion;

/// The time around which records are generated when nothing else is said:
/// 2026-11-16T09:00:00Z, in seconds since 1970.
pub const REFERENCE: i64 = 1_794_819_600;

/// What generated records depend on, besides how many of which modules are wanted.
#[derive(Clone, Copy, Debug)]
pub struct GeneratorSettings {
    /// What chance depends on.
    pub rng_seed: u64,
    /// Whose names, companies and places.
    pub locale: Locale,
    /// The time around which dates lie, in seconds since 1970.
    pub now: i64,
}

/// How many records of which modules are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted(BTreeMap<String, u64>);

impl Wanted {
    /// Adds to the number of records that are wanted of a module.
    pub fn add(&mut self, module: impl Into<String>, count: u64) {
        let wanted = self.0.entry(module.into()).or_default();
        *wanted = wanted.saturating_add(count);
    }

    /// True if no module was named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Reads `Leads=1000`.
///
/// # Errors
/// Why it is not of this form.
pub fn parse_wanted(text: &str) -> Result<(String, u64), String> {
    const FORM: &str = "a module and a number of records, such as Leads=1000";
    let (module, count) = text.split_once('=').ok_or(FORM)?;
    let module = module.trim();
    if module.is_empty() {
        return Err(FORM.into());
    }
    match count.trim().parse() {
        // numbers of rows are made of those of records
        Ok(count) if count <= u64::from(u32::MAX) => Ok((module.into(), count)),
        _ => Err(format!(
            "\"{count}\" is no number of records, which is at most {}",
            u32::MAX
        )),
    }
}

/// Generates the records that are wanted.
#[derive(Debug)]
pub struct Generator {
    state: OrgState,
    plans: Vec<Option<Plan>>,
    /// Numbers of the modules that are wanted, in the order in which they are written.
    order: Vec<ModuleNo>,
    words: Words,
    hints: Hints,
    users: Vec<Id>,
    now: i64,
}

impl Generator {
    /// Prepares to generate records for the org of a seed. `options` are those with which the
    /// seed will be loaded.
    ///
    /// # Errors
    /// [`GenerateError`].
    pub fn new(
        document: &Document,
        options: Options,
        wanted: &Wanted,
        settings: GeneratorSettings,
    ) -> Result<Self, GenerateError> {
        let state = build(document, options)?;
        for name in wanted.0.keys() {
            check_module(&state, name)?;
        }
        let active = state
            .users
            .iter()
            .filter(|(_, user)| user.status() == "active");
        let users: Vec<Id> = if document.users.is_empty() {
            Vec::new()
        } else {
            active.map(|(id, _)| *id).collect()
        };
        let hints = Hints::read().map_err(GenerateError::Data)?;
        let planner = Planner {
            state: &state,
            hints: &hints,
            seed: settings.rng_seed,
            counts: &wanted.0,
            users: !users.is_empty(),
        };
        let plans = planner.plans()?;
        let wanted = wanted.0.keys().filter_map(|name| state.schema.module(name));
        let mut order: Vec<ModuleNo> = wanted.map(|module| module.no).collect();
        let rank = |no: ModuleNo| plans.get(usize::from(no))?.as_ref().map(|plan| plan.rank);
        order.sort_by_key(|no| (rank(*no), *no));
        Ok(Self {
            plans,
            order,
            words: Words::of(settings.locale).map_err(GenerateError::Data)?,
            hints,
            users,
            now: settings.now,
            state,
        })
    }

    /// The modules that are wanted, in the order in which they are written: those that others
    /// point to come first.
    pub fn modules(&self) -> impl Iterator<Item = &str> {
        self.wanted().map(|plan| plan.module.api_name())
    }

    /// How many records are wanted in all.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.wanted().map(|plan| plan.count).sum()
    }

    fn wanted(&self) -> impl Iterator<Item = &Plan> {
        self.order.iter().filter_map(|no| self.plan(*no))
    }

    fn plan(&self, module: ModuleNo) -> Option<&Plan> {
        self.plans.get(usize::from(module))?.as_ref()
    }
}

/// Whether clients can make records of a module, by themselves or by relating others.
/// The modules of a fresh org of which records can be generated.
#[must_use]
pub fn modules() -> Vec<String> {
    let options = Options {
        now: REFERENCE,
        rng_seed: 0,
    };
    // it always can be built, or nothing can be generated
    let state = build(&Document::default(), options);
    let state = state.iter();
    let known = state.flat_map(|state| state.schema.modules().filter(|module| takes(module)));
    known.map(|module| module.api_name().to_owned()).collect()
}

/// Whether records of a module can be generated.
fn takes(module: &Module) -> bool {
    module.is_linking()
        || (module.spec.creatable
            && !module.spec.read_only
            && module.has_records(ApiVersion::LATEST))
}

fn check_module(state: &OrgState, name: &str) -> Result<(), GenerateError> {
    match state.schema.module(name) {
        Some(module) if takes(module) => Ok(()),
        Some(_) => Err(GenerateError::NoRecords(name.into())),
        None => {
            let known = state.schema.modules().filter(|module| takes(module));
            let known = known.map(|module| module.api_name());
            Err(GenerateError::Unknown(unknown("module", name, known)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted() {
        assert_eq!(parse_wanted("Leads=1000"), Ok(("Leads".into(), 1000)));
        assert_eq!(parse_wanted(" Leads = 0 "), Ok(("Leads".into(), 0)));
        for (text, part) in [
            ("Leads", "such as Leads=1000"),
            ("=5", "such as Leads=1000"),
            (
                "Leads=abc",
                "\"abc\" is no number of records, which is at most 4294967295",
            ),
            ("Leads=-1", "\"-1\" is no number"),
            ("Leads=99999999999", "is no number"),
        ] {
            let error = parse_wanted(text).expect_err(text);
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn the_reference_is_what_it_says() {
        assert_eq!(
            crate::value::time::parse_datetime("2026-11-16T09:00:00Z"),
            Some(REFERENCE)
        );
    }
}
