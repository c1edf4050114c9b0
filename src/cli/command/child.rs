//! The command: how it is started, told of signals, waited for, and not left behind.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitStatus;

#[cfg(unix)]
use rustix::process::Signal;
use tokio::process::{Child, Command};

use super::environment::Variables;
use super::group::{ProcessGroup, Reach};
use super::orphans::Orphans;
use super::watch::Watch;
#[cfg(unix)]
use super::witness::Witness;
use crate::cli::signals;

/// A command that runs.
#[derive(Debug)]
pub(super) struct RunningCommand {
    child: Child,
    group: ProcessGroup,
    watch: Option<Watch>,
    orphans: Orphans,
    #[cfg(unix)]
    witness: Witness,
}

impl RunningCommand {
    /// Starts a command with the streams of this process, and variables besides its own. The folder
    /// goes if this process is killed.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(super) fn start(
        words: &[OsString],
        variables: &Variables,
        folder: &Path,
    ) -> io::Result<Self> {
        let (program, arguments) = words
            .split_first()
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut watch = Watch::start(folder);
        let mut orphans = Orphans::adopt();
        let reach = Reach::of_here();
        #[cfg(unix)]
        let witness = Witness::start(reach, &mut orphans);
        let mut command = Command::new(program);
        command.args(arguments).envs(variables.iter());
        reach.prepare(&mut command);
        let started = command.spawn().and_then(|child| {
            let group = ProcessGroup::of(&child, reach)?;
            Ok((child, group))
        });
        let (child, group) = match started {
            Ok(started) => started,
            Err(error) => {
                watch.into_iter().for_each(Watch::dismiss);
                return Err(error);
            }
        };
        if let Some(watch) = &mut watch {
            watch.ends(group);
            orphans.spare(watch.id());
        }
        child.id().into_iter().for_each(|id| orphans.spare(id));
        Ok(Self {
            child,
            group,
            watch,
            orphans,
            #[cfg(unix)]
            witness,
        })
    }

    /// Waits until the command ends, and passes on what this process is told meanwhile. If the process
    /// that started this one ends, and was `parent`, the command is ended, too.
    ///
    /// # Errors
    /// If the system loses the process.
    pub(super) async fn wait(
        &mut self,
        heard: &mut Heard,
        parent: Option<u32>,
    ) -> io::Result<ExitStatus> {
        let orphaned = signals::orphaned(parent);
        tokio::pin!(orphaned);
        loop {
            tokio::select! {
                status = self.child.wait() => return status,
                () = &mut orphaned => {
                    tracing::warn!("stopping: the parent process has ended");
                    self.group.end(&mut self.child).await;
                    return self.child.wait().await;
                }
                signal = heard.next() => self.pass(signal, heard).await,
                () = self.orphans.bury_next() => {}
            }
        }
    }

    /// Passes a signal on, unless the terminal or a shell has told the command itself.
    #[cfg(unix)]
    async fn pass(&mut self, signal: Signal, heard: &mut Heard) {
        if !self.witness.has_heard(&mut self.orphans).await {
            self.group.signal(heard.weighed(signal));
        }
    }

    /// The console has told the command itself.
    #[cfg(not(unix))]
    #[allow(clippy::unused_async, reason = "elsewhere it waits")]
    async fn pass(&mut self, (): (), _: &mut Heard) {}

    /// Ends what is left of the command.
    pub(super) async fn finish(mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            self.group.end(&mut self.child).await;
        }
        #[cfg(unix)]
        self.witness.dismiss().await;
        self.orphans.end().await;
        self.group.end_rest().await;
        self.watch.into_iter().for_each(Watch::dismiss);
    }
}

/// Signals that this process takes, and passes on.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Heard {
    signals: Vec<(Signal, tokio::signal::unix::Signal)>,
    /// The command was told to end.
    told_to_end: bool,
}

#[cfg(unix)]
impl Heard {
    /// Takes them, from now on.
    ///
    /// # Errors
    /// If they cannot be had.
    pub(super) fn new() -> io::Result<Self> {
        let passed = [
            Signal::HUP,
            Signal::INT,
            Signal::QUIT,
            Signal::TERM,
            Signal::USR1,
            Signal::USR2,
        ];
        let take = |signal: Signal| {
            let kind = tokio::signal::unix::SignalKind::from_raw(signal.as_raw());
            Ok((signal, tokio::signal::unix::signal(kind)?))
        };
        let signals = passed.into_iter().map(take).collect::<io::Result<_>>()?;
        Ok(Self {
            signals,
            told_to_end: false,
        })
    }

    /// The next one.
    async fn next(&mut self) -> Signal {
        let signals = &mut self.signals;
        std::future::poll_fn(|cx| {
            let mut ready = signals
                .iter_mut()
                .filter_map(|(signal, stream)| stream.poll_recv(cx).is_ready().then_some(*signal));
            ready
                .next()
                .map_or(std::task::Poll::Pending, std::task::Poll::Ready)
        })
        .await
    }

    /// What the command is to be sent for one: whoever asks twice for the end does not want to wait.
    fn weighed(&mut self, signal: Signal) -> Signal {
        let again = self.told_to_end;
        self.told_to_end = matches!(signal, Signal::INT | Signal::TERM);
        if again && self.told_to_end {
            Signal::KILL
        } else {
            signal
        }
    }
}

/// The console tells all of its processes.
#[cfg(not(unix))]
#[derive(Debug)]
pub(super) struct Heard;

#[cfg(not(unix))]
impl Heard {
    /// Takes what the console tells, so that this process outlives the command.
    ///
    /// # Errors
    /// None.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

/// What a shell says of how a process ended: its code, or 128 and the number of the signal.
pub(super) fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status.code().or(signal.map(|signal| 128 + signal));
    // systems with larger codes have no others for what is 1 here
    code.map_or(1, |code| u8::try_from(code & 0xff).unwrap_or(1))
}
