//! What options and arguments may hold, as shells offer it.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};

use crate::api::endpoints;
use crate::seed::format::is_seed_name;
use crate::seed::{embedded, generate};
use crate::store::job::JobKind;

/// Words that are always the same.
pub(in crate::cli) fn candidates<T: ToString>(
    all: impl Fn() -> Vec<T> + Send + Sync + 'static,
) -> ArgValueCandidates {
    ArgValueCandidates::new(move || {
        let all = all().into_iter();
        all.map(|word| CompletionCandidate::new(word.to_string()))
            .collect()
    })
}

/// Seeds: those of the program by name, others by path.
pub(in crate::cli) fn seeds() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let files = PathCompleter::any().filter(|path| path.is_file() && is_seed_name(path));
        let begun = typed.to_string_lossy();
        let names = embedded::names().filter(|name| {
            // a level at a time, as with folders
            let rest = name.strip_prefix(&*begun);
            rest.is_some_and(|rest| !rest.contains('/'))
        });
        let names = names.map(|name| {
            let help = "a seed of the program".into();
            CompletionCandidate::new(name).help(Some(help))
        });
        names.chain(files.complete(typed)).collect()
    })
}

/// Modules of which records can be generated, each to be followed by a number.
pub(in crate::cli) fn modules() -> ArgValueCandidates {
    candidates(|| {
        let modules = generate::modules().into_iter();
        modules.map(|name| format!("{name}=")).collect()
    })
}

/// Operations, and families of them.
pub(in crate::cli) fn operations() -> ArgValueCandidates {
    candidates(|| {
        let ids = || endpoints().map(|row| row.id);
        let families = ids().filter_map(|id| id.split_once('.'));
        let families: BTreeSet<_> = families.map(|(family, _)| format!("{family}.*")).collect();
        let single: BTreeSet<_> = ids().map(str::to_owned).collect();
        families.into_iter().chain(single).collect()
    })
}

/// How jobs advance, and their kinds.
pub(in crate::cli) fn jobs() -> ArgValueCandidates {
    candidates(|| {
        let all = ["at_once", "polls=", "after="].map(str::to_owned);
        let kinds = JobKind::ALL.map(|kind| format!("{}:", kind.as_str()));
        all.into_iter().chain(kinds).collect()
    })
}
