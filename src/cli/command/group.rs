//! The processes of a command, as signals reach them.

use std::io;
#[cfg(unix)]
use std::{fs::File, io::IsTerminal as _, time::Duration};

#[cfg(unix)]
use rustix::process::{
    Pid, Signal, getpgrp, getpid, kill_process, kill_process_group, test_kill_process_group,
};
use tokio::process::{Child, Command};

/// How signals reach a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It has a group of its own, to which all that it starts belongs.
    #[cfg(unix)]
    Own,
    /// It shares the group that the terminal talks to, or may talk to, so that it can read from it, and is
    /// told by it to stop or to end.
    Shared,
}

/// The processes of a command that runs.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(unix), allow(dead_code, reason = "there are no groups"))]
pub(super) struct ProcessGroup {
    reach: Reach,
    #[cfg(unix)]
    leader: Pid,
}

/// How long what is told to end may take.
#[cfg(unix)]
const GRACE: Duration = Duration::from_secs(1);
#[cfg(unix)]
const INTERVAL: Duration = Duration::from_millis(20);

#[cfg(unix)]
impl Reach {
    /// How a command is to be reached that this process starts.
    pub(super) fn of_here() -> Self {
        let Ok(terminal) = File::open("/dev/tty") else {
            return Self::Own;
        };
        let talks_to = rustix::termios::tcgetpgrp(terminal);
        // a job in the background may be brought to the foreground later, and reads from the terminal then
        if talks_to == Ok(getpgrp()) || std::io::stdin().is_terminal() {
            Self::Shared
        } else {
            Self::Own
        }
    }

    /// Has a command started so.
    pub(super) fn prepare(self, command: &mut Command) {
        if self == Self::Own {
            command.process_group(0);
        }
    }
}

#[cfg(unix)]
impl ProcessGroup {
    /// The processes of a command that was started so.
    ///
    /// # Errors
    /// If it has ended, and was waited for.
    pub(super) fn of(child: &Child, reach: Reach) -> io::Result<Self> {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        let leader = id.and_then(Pid::from_raw);
        let leader = leader.ok_or_else(|| io::Error::other("the command has no process"))?;
        Ok(Self { reach, leader })
    }

    /// What a shell's `kill` takes for them.
    pub(super) fn target(self) -> String {
        let own = getpgrp();
        match self.reach {
            Reach::Own => format!("-{}", self.leader.as_raw_nonzero()),
            // a shell with job control has given this process a group of its own
            Reach::Shared if own == getpid() => format!("-{}", own.as_raw_nonzero()),
            Reach::Shared => self.leader.as_raw_nonzero().to_string(),
        }
    }

    /// Sends a signal. Nobody may be there any more.
    pub(super) fn signal(self, signal: Signal) {
        let _ = match self.reach {
            Reach::Own => kill_process_group(self.leader, signal),
            Reach::Shared => kill_process(self.leader, signal),
        };
    }

    /// Tells the command to end, and ends it if it does not.
    pub(super) async fn end(self, child: &mut Child) {
        self.signal(Signal::TERM);
        if tokio::time::timeout(GRACE, child.wait()).await.is_err() {
            self.signal(Signal::KILL);
        }
    }

    /// Ends what the command has left behind. In the terminal's group nothing tells its processes from
    /// others.
    pub(super) async fn end_rest(self) {
        let rest = || test_kill_process_group(self.leader).is_ok();
        if self.reach == Reach::Shared || !rest() {
            return;
        }
        self.signal(Signal::TERM);
        let gone = async {
            while rest() {
                tokio::time::sleep(INTERVAL).await;
            }
        };
        if tokio::time::timeout(GRACE, gone).await.is_err() {
            self.signal(Signal::KILL);
        }
    }
}

#[cfg(not(unix))]
impl Reach {
    /// How a command is to be reached that this process starts.
    pub(super) fn of_here() -> Self {
        Self::Shared
    }

    /// Has a command started so.
    pub(super) fn prepare(self, command: &mut Command) {
        command.kill_on_drop(true);
    }
}

#[cfg(not(unix))]
impl ProcessGroup {
    /// The processes of a command that was started so.
    ///
    /// # Errors
    /// None.
    pub(super) fn of(_: &Child, reach: Reach) -> io::Result<Self> {
        Ok(Self { reach })
    }

    /// Nothing: there is no such shell.
    pub(super) fn target(self) -> String {
        String::new()
    }

    /// Ends the command.
    pub(super) async fn end(self, child: &mut Child) {
        // it may have ended by now
        let _ = child.kill().await;
    }

    /// Ends what the command has left behind, of which nothing is known.
    #[allow(clippy::unused_async, reason = "elsewhere it waits")]
    pub(super) async fn end_rest(self) {}
}
