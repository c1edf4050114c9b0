//! Tells keys of the terminal from signals that somebody sends to this process alone.
//!
//! The terminal, and a shell that ends a job, tell all processes of a group, the command among them, which is
//! not to be told twice: many take a second interrupt for impatience. Who has sent a signal no safe function says. But another
//! process in the group, which does nothing else, dies of those that the group is sent, and lives on
//! otherwise.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, ChildStdin, Command};

use super::group::Reach;
use super::orphans::Orphans;

/// How long it may take to die.
const PATIENCE: Duration = Duration::from_millis(300);

/// Waits for the end of its input without leaving a core where it dies.
const SCRIPT: &str = "ulimit -c 0; exec cat";

/// A process in the group of this one, if the command is in it, too.
#[derive(Debug, Default)]
pub(super) struct Witness(Option<(Child, ChildStdin)>);

impl Witness {
    /// Starts one, if a command that is reached so hears of keys.
    pub(super) fn start(reach: Reach, orphans: &mut Orphans) -> Self {
        if reach != Reach::Shared {
            return Self::default();
        }
        let started = Self::spawn().inspect_err(|error| {
            tracing::warn!("keys of the terminal are passed on once more: no shell: {error}");
        });
        let started = started.ok();
        let id = started.as_ref().and_then(|(process, _)| process.id());
        id.into_iter().for_each(|id| orphans.spare(id));
        Self(started)
    }

    fn spawn() -> io::Result<(Child, ChildStdin)> {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT]).current_dir("/");
        shell.stdin(Stdio::piped());
        shell.stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = shell.kill_on_drop(true).spawn()?;
        let input = process.stdin.take();
        let input = input.ok_or_else(|| io::Error::other("the shell has no input"))?;
        Ok((process, input))
    }

    /// Whether the whole group was sent the signal that this process has just heard.
    pub(super) async fn has_heard(&mut self, orphans: &mut Orphans) -> bool {
        let Some((process, _)) = &mut self.0 else {
            return false;
        };
        let ended = tokio::time::timeout(PATIENCE, process.wait()).await;
        let Ok(ended) = ended else {
            return false;
        };
        *self = Self::start(Reach::Shared, orphans);
        ended.is_ok_and(|status| status.signal().is_some())
    }

    /// Ends it.
    pub(super) async fn dismiss(self) {
        if let Some((mut process, _)) = self.0 {
            // it may have ended by now
            let _ = process.kill().await;
        }
    }
}
