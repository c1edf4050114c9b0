//! What stays when `run` is killed: a shell that ends the command then, and takes the files away.
//!
//! A signal that cannot be caught leaves no time to do so. The shell reads from a pipe that nobody else
//! holds, whose end says that this process is gone. Programs of the command that have left its group it knows
//! by their environment, where `/proc` shows that: those stay that have cleared it, and on other systems all.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use super::group::ProcessGroup;

const SCRIPT: &str = include_str!("watch.sh");

/// A shell that waits for the end of this process.
#[derive(Debug)]
pub(super) struct Watch {
    shell: Child,
    told: ChildStdin,
    /// Lines that it waits for.
    left: usize,
}

impl Watch {
    /// Starts it, where there is a shell. The folder goes if this process is killed.
    pub(super) fn start(folder: &Path) -> Option<Self> {
        if !cfg!(unix) {
            return None;
        }
        let shell = Self::spawn(folder).inspect_err(|error| {
            tracing::warn!("nothing ends the command if run is killed: no shell: {error}");
        });
        shell.ok()
    }

    fn spawn(folder: &Path) -> io::Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "sh"]).arg(folder);
        shell.current_dir("/").stdin(Stdio::piped());
        shell.stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        let mut shell = shell.spawn()?;
        let told = shell.stdin.take();
        let told = told.ok_or_else(|| io::Error::other("the shell has no input"))?;
        Ok(Self {
            shell,
            told,
            left: 2,
        })
    }

    /// The number of its process.
    pub(super) fn id(&self) -> u32 {
        self.shell.id()
    }

    fn tell(&mut self, line: &str) {
        self.left = self.left.saturating_sub(1);
        // if it is gone, it watches no more: that is no reason not to run the command
        let _ = writeln!(self.told, "{line}");
    }

    /// Tells which processes are to be ended.
    pub(super) fn ends(&mut self, group: ProcessGroup) {
        self.tell(&group.target());
    }

    /// There is nothing to be ended any more.
    pub(super) fn dismiss(mut self) {
        while self.left > 0 {
            self.tell("");
        }
        let _ = self.shell.wait();
    }
}
