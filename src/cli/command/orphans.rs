//! Processes that outlive the one that has started them, whatever group they belong to by then: Linux hands
//! those of a command to this process, if it asks for them.

#[cfg(target_os = "linux")]
use std::{collections::BTreeSet, fs, io, time::Duration};

#[cfg(target_os = "linux")]
use rustix::process::{
    Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid,
};
#[cfg(target_os = "linux")]
use tokio::signal::unix::{Signal as SignalStream, SignalKind, signal};
#[cfg(target_os = "linux")]
use tokio::time::{Instant, sleep};

/// How long what is told to end may take.
#[cfg(target_os = "linux")]
const GRACE: Duration = Duration::from_secs(1);
#[cfg(target_os = "linux")]
const INTERVAL: Duration = Duration::from_millis(20);

/// Processes that were handed over.
#[derive(Debug, Default)]
pub(super) struct Orphans {
    /// A process has died; none if they are not handed over.
    #[cfg(target_os = "linux")]
    died: Option<SignalStream>,
    /// Processes that this one has started itself.
    #[cfg(target_os = "linux")]
    own: BTreeSet<u32>,
}

#[cfg(target_os = "linux")]
impl Orphans {
    /// Has them handed over, from now on.
    pub(super) fn adopt() -> Self {
        let adopt = || -> io::Result<SignalStream> {
            set_child_subreaper(Some(getpid()))?;
            signal(SignalKind::child())
        };
        let died = adopt().inspect_err(|error| {
            tracing::warn!("what the command leaves behind cannot be told: {error}");
        });
        Self {
            died: died.ok(),
            own: BTreeSet::new(),
        }
    }

    /// Leaves a process to whoever has started it.
    pub(super) fn spare(&mut self, process: u32) {
        self.own.insert(process);
    }

    /// Takes note of the next ones that have died: they stay in the system's list until somebody does.
    pub(super) async fn bury_next(&mut self) {
        let died = match &mut self.died {
            Some(died) => died.recv().await,
            None => None,
        };
        match died {
            Some(()) => drop(self.living()),
            None => std::future::pending().await,
        }
    }

    /// Those that live.
    fn living(&self) -> Vec<Pid> {
        let own = |child: Pid| {
            let number = child.as_raw_nonzero().get().unsigned_abs();
            self.own.contains(&number)
        };
        let lives = |child: Pid| matches!(waitpid(Some(child), WaitOptions::NOHANG), Ok(None));
        let mut all = children();
        all.retain(|child| !own(*child) && lives(*child));
        all
    }

    /// Ends them, and those that are handed over as these end.
    pub(super) async fn end(self) {
        for signal in [Signal::TERM, Signal::KILL] {
            let mut told = BTreeSet::new();
            let begun = Instant::now();
            while begun.elapsed() < GRACE {
                let living = self.living();
                if living.is_empty() {
                    return;
                }
                for orphan in living {
                    if told.insert(orphan.as_raw_nonzero()) {
                        // it may have ended by now
                        let _ = kill_process(orphan, signal);
                    }
                }
                sleep(INTERVAL).await;
            }
        }
    }
}

/// The children of this process; none where the system does not list them.
#[cfg(target_os = "linux")]
fn children() -> Vec<Pid> {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten();
    let lists =
        tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok());
    let mut all = Vec::new();
    for list in lists {
        let numbers = list.split_whitespace();
        let numbers = numbers.filter_map(|number| number.parse().ok());
        all.extend(numbers.filter_map(Pid::from_raw));
    }
    all
}

#[cfg(not(target_os = "linux"))]
impl Orphans {
    /// They are handed to the system's first process.
    pub(super) fn adopt() -> Self {
        Self::default()
    }

    /// All are.
    pub(super) fn spare(&mut self, _: u32) {}

    /// Waits for ever.
    pub(super) async fn bury_next(&mut self) {
        std::future::pending().await
    }

    /// There are none here.
    #[allow(clippy::unused_async, reason = "elsewhere it waits")]
    pub(super) async fn end(self) {}
}
