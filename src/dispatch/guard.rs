//! The guard around each step: what panics ends there.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The steps of an exchange that run other code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GuardedStep {
    /// The visitor is let in, or not.
    Door,
    /// The org is looked for.
    Place,
    /// The control plane answers.
    #[cfg(feature = "admin")]
    Control,
    /// The request is answered.
    Answer,
    /// The contract judges what was answered before a handler.
    Judge,
    /// The answer is noted.
    Note,
}

/// A step has panicked. What it had begun to write is dropped with its copy of the state, and locks
/// are free again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Panicked;

/// Runs a step.
///
/// # Errors
/// If it panics, which is logged.
pub(super) fn guarded<T>(
    step: GuardedStep,
    path: &str,
    run: impl FnOnce() -> T,
) -> Result<T, Panicked> {
    let run = || {
        #[cfg(test)]
        trap::spring(step);
        run()
    };
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| {
        tracing::error!(path, ?step, "a step of an exchange panicked");
        Panicked
    })
}

/// A way to have a step panic on purpose.
#[cfg(test)]
pub(super) mod trap {
    use super::GuardedStep;
    use std::cell::Cell;

    thread_local! {
        static SET: Cell<Option<GuardedStep>> = const { Cell::new(None) };
    }

    /// Has the next such step of this thread panic.
    pub(in crate::dispatch) fn set(step: GuardedStep) {
        SET.set(Some(step));
    }

    /// Panics if the step is to.
    pub(super) fn spring(step: GuardedStep) {
        if SET.get() == Some(step) {
            SET.set(None);
            panic!("{step:?} is a trap");
        }
    }
}
