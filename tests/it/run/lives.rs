//! The command's process: how it is started, told of signals, and how nothing of it stays.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::{outcome, run_of};
use crate::support::{BINARY, skip};

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A `run` whose command has printed a line, in a group of its own, so that no terminal is in play.
struct Run {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
}

impl Run {
    fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.process_group(0).spawn().expect("the binary");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, out }
    }

    /// A line of the command.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    fn signal(&self, signal: &str) {
        send(signal, &self.child.id().to_string());
    }

    /// What the command still prints, and how it ended.
    fn finish(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("its output");
        (self.child.wait().expect("it ends"), rest)
    }
}

fn send(signal: &str, target: &str) {
    let mut kill = Command::new("kill");
    let sent = kill.args(["-s", signal, "--", target]).status();
    assert!(sent.expect("kill").success(), "{signal}");
}

/// Whether a process is there, and not just not yet waited for.
fn is_alive(process: &str) -> bool {
    let listed = Command::new("ps")
        .args(["-o", "stat=", "-p", process])
        .output();
    let listed = listed.expect("ps").stdout;
    let state = String::from_utf8_lossy(&listed).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

fn waits_for(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn it_ends_as_the_command_does() {
    for (words, code, said) in [
        (&["true"][..], 0, ""),
        (&["sh", "-c", "exit 7"], 7, ""),
        (&["sh", "-c", "exit 255"], 255, ""),
        (&["sh", "-c", "kill -s TERM $$"], 143, ""),
        (&["sh", "-c", "kill -s KILL $$"], 137, ""),
        (
            &["no-such-command"],
            127,
            "cannot run \"no-such-command\": ",
        ),
        (&["/"], 127, "cannot run \"/\": "),
        (&[""], 127, "cannot run \"\": "),
    ] {
        let (status, _, told) = outcome(&mut run_of(&[], words));
        assert_eq!(status, Some(code), "{words:?}: {told}");
        assert!(told.contains(said), "{words:?}: {told}");
    }
    for (arguments, code) in [
        (&["run"][..], 2),
        (&["run", "--seed", "nowhere", "--", "true"], 2),
    ] {
        let run = Command::new(BINARY).args(arguments).output();
        assert_eq!(run.expect("the binary").status.code(), Some(code));
    }
}

#[test]
fn streams_are_the_commands_own() {
    let mut run = run_of(&[], &["sh", "-c", "cat; echo told >&2"]);
    run.stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = run.spawn().expect("the binary");
    let mut input = child.stdin.take().expect("its input");
    input.write_all(b"\xff\x00 as it is").expect("written");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.stdout, b"\xff\x00 as it is");
    assert!(String::from_utf8_lossy(&output.stderr).contains("told\n"));
}

#[test]
fn signals_are_passed_on() {
    const TRAPS: &str =
        "trap 'echo caught; exit 5' \"$0\"; echo ready; while :; do sleep 0.05; done";
    const DEFAULT: &str = "echo ready; exec sleep 100";
    const DEAF: &str = "trap '' INT TERM; echo ready; while :; do sleep 0.05; done";
    for (script, signals, code, printed) in [
        (TRAPS, &["INT"][..], 5, "caught\n"),
        (TRAPS, &["TERM"], 5, "caught\n"),
        (TRAPS, &["HUP"], 5, "caught\n"),
        (TRAPS, &["USR1"], 5, "caught\n"),
        (DEFAULT, &["INT"], 130, ""),
        (DEFAULT, &["TERM"], 143, ""),
        // whoever asks twice does not want to wait
        (DEAF, &["INT", "TERM"], 137, ""),
    ] {
        let mut run = Run::start(&mut run_of(&[], &["sh", "-c", script, signals[0]]));
        assert_eq!(run.line(), "ready");
        for signal in signals {
            run.signal(signal);
            std::thread::sleep(Duration::from_millis(100));
        }
        let (status, rest) = run.finish();
        assert_eq!(status.code(), Some(code), "{signals:?}");
        assert_eq!(rest, printed, "{signals:?}");
    }
}

/// Runs a command in a terminal of its own. When that has printed a line, presses a key, or sends `run` a
/// signal; tells how often the command has heard.
const TERMINAL: &str = r#"
import os, pty, signal, sys, time
how, words = sys.argv[1], sys.argv[2:]
process, terminal = pty.fork()
if process == 0:
    os.execv(words[0], words)
printed = b""
while b"ready" not in printed:
    printed += os.read(terminal, 1024)
for key in how.split():
    if key == "signal":
        os.kill(process, signal.SIGINT)
    else:
        os.write(terminal, b"\x03")
    time.sleep(0.6)
try:
    while more := os.read(terminal, 1024):
        printed += more
except OSError:
    pass
status = os.waitpid(process, 0)[1]
print(printed.count(b"heard"), os.waitstatus_to_exitcode(status))
"#;

#[test]
fn a_terminal_tells_once_and_others_are_heard() {
    if Command::new("python3").arg("--version").output().is_err() {
        return skip("a_terminal_tells", "python3 is not installed");
    }
    const COUNTS: &str = "trap 'echo heard' INT; echo ready
        for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 0.1; done; exit 5";
    const DEFAULT: &str = "echo ready; exec sleep 100";
    for (script, how, outcome) in [
        (COUNTS, "key", "1 5"),
        (COUNTS, "key key", "2 5"),
        (COUNTS, "signal", "1 5"),
        (COUNTS, "key signal", "2 5"),
        (DEFAULT, "signal", "0 130"),
        (DEFAULT, "key", "0 130"),
        (COUNTS, "key signal key", "3 5"),
    ] {
        let mut python = Command::new("python3");
        python.args(["-c", TERMINAL, how, BINARY, "run", "--empty"]);
        python.args(["--ephemeral-ca", "--", "sh", "-c", script]);
        let output = python.output().expect("python3");
        let told = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(printed.trim_end(), outcome, "{how}: {told}");
    }
}

/// Has a shell start a command in the background, and bring it to the foreground, where it reads.
const JOB: &str = r#"
import os, pty, sys, time
process, terminal = pty.fork()
if process == 0:
    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
def until(text):
    printed = b""
    while text not in printed:
        printed += os.read(terminal, 1024)
os.write(terminal, (sys.argv[1] + " &\n").encode())
until(b"rea-dy")
time.sleep(0.5)
os.write(terminal, b"fg\n")
time.sleep(0.5)
os.write(terminal, b"word\n")
until(b"read word")
os.write(terminal, b"exit\n")
print("read")
"#;

#[test]
fn a_job_reads_when_it_is_brought_to_the_foreground() {
    for program in ["python3", "bash"] {
        if Command::new(program).arg("--version").output().is_err() {
            return skip("a_job_reads", &format!("{program} is not installed"));
        }
    }
    // the shell shows what is typed, which is not what is printed
    let words = "sh -c 'printf \"rea-%s\\n\" dy; read -r x; echo \"read $x\"'";
    let typed = format!("{BINARY} run --empty --ephemeral-ca -- {words}");
    let mut python = Command::new("timeout");
    python.args(["20", "python3", "-c", JOB, &typed]);
    let output = python.output().expect("python3");
    assert_eq!(output.stdout, b"read\n", "{output:?}");
}

/// Tells where the server is, which folder the files are in, and which processes there are.
const TELLS: &str =
    "sleep 100 & echo \"$ZOHO_MOCK_URL\"; dirname \"$SSL_CERT_FILE\"; echo $$; echo $!";

struct Told {
    server: String,
    folder: PathBuf,
    processes: [String; 2],
}

fn told(run: &mut Run) -> Told {
    let server = run.line();
    Told {
        server: server.trim_start_matches("http://").to_owned(),
        folder: run.line().into(),
        processes: [run.line(), run.line()],
    }
}

fn nothing_is_left(told: &Told) {
    for process in &told.processes {
        waits_for("a process stays", || !is_alive(process));
    }
    waits_for("the server stays", || {
        TcpStream::connect(&told.server).is_err()
    });
    waits_for("the files stay", || !told.folder.exists());
}

#[test]
fn nothing_stays_behind() {
    let waiting = format!("{TELLS}; wait");
    for (script, signal) in [
        (TELLS, None),
        (&waiting, Some("INT")),
        (&waiting, Some("TERM")),
        // it cannot do anything any more
        (&waiting, Some("KILL")),
    ] {
        let mut run = Run::start(&mut run_of(&[], &["sh", "-c", script]));
        let told = told(&mut run);
        if let Some(signal) = signal {
            assert!(is_alive(&told.processes[1]) && told.folder.exists());
            run.signal(signal);
        }
        run.child.wait().expect("it ends");
        nothing_is_left(&told);
    }
}

#[test]
fn what_does_not_want_to_end_is_ended() {
    const DEAF: &str = "(trap '' TERM; exec sleep 100) & echo \"$ZOHO_MOCK_URL\"
        dirname \"$SSL_CERT_FILE\"; echo $$; echo $!";
    let mut run = Run::start(&mut run_of(&[], &["sh", "-c", DEAF]));
    let told = told(&mut run);
    run.child.wait().expect("it ends");
    nothing_is_left(&told);
}

/// It has no parent, no group and no session in common with the command any more.
#[cfg(target_os = "linux")]
#[test]
fn a_daemon_is_ended() {
    const STARTS: &str = "echo \"$ZOHO_MOCK_URL\"; dirname \"$SSL_CERT_FILE\"; echo $$
        setsid sh -c 'echo $$; exec sleep 100 >/dev/null 2>&1' &
        sleep \"$0\"";
    for (seconds, signal) in [("0.5", None), ("100", Some("KILL"))] {
        let mut run = Run::start(&mut run_of(&[], &["sh", "-c", STARTS, seconds]));
        let told = told(&mut run);
        if let Some(signal) = signal {
            run.signal(signal);
        }
        run.child.wait().expect("it ends");
        nothing_is_left(&told);
    }
}

#[test]
fn it_ends_with_its_parent_if_it_is_to() {
    let script =
        format!("{BINARY} run --empty --ephemeral-ca --exit-with-parent -- sh -c \"$0\"; :");
    let mut parent = Command::new("sh");
    parent.args(["-c", &script, &format!("{TELLS}; wait")]);
    let mut parent = Run::start(&mut parent);
    let told = told(&mut parent);
    parent.signal("KILL");
    parent.child.wait().expect("it ends");
    nothing_is_left(&told);
}

#[test]
fn files_are_private() {
    const LISTS: &str = "ls -ldn \"$(dirname \"$SSL_CERT_FILE\")\" | cut -c1-10; ls \"$(dirname \"$SSL_CERT_FILE\")\"";
    let (status, printed, told) = outcome(&mut run_of(&[], &["sh", "-c", LISTS]));
    assert_eq!(status, Some(0), "{told}");
    assert!(printed.starts_with("drwx------"), "{printed}");
    assert!(printed.contains("authorities.pem"), "{printed}");
}
