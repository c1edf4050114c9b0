//! Completions: what the program answers, and what people see in real shells.

use std::process::Command;

use crate::support::BINARY;

/// What the program offers a shell for the last of some words, a value a line.
fn offered(words: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["Leads.json", "notes.txt"] {
        std::fs::write(folder.path().join(file), "[]").expect("written");
    }
    std::fs::create_dir(folder.path().join("fixtures")).expect("a folder");
    let output = Command::new(BINARY)
        .args(["--", "zoho-crm-mock"])
        .args(words)
        .env("ZOHO_MOCK_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n")
        .current_dir(folder.path())
        .output();
    let output = output.expect("the binary runs");
    assert!(output.status.success(), "{words:?}");
    let text = String::from_utf8(output.stdout).expect("a text");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn values_are_offered_where_they_are_wanted() {
    for (words, some, never) in [
        (
            &["serve", "--seed", ""][..],
            &["default", "documented", "Leads.json", "fixtures/"][..],
            "notes.txt",
        ),
        (
            &["--seed", "documented/get_"],
            &["documented/get_record", "documented/get_user"],
            "documented/list_users",
        ),
        (
            &["--seed", "default,doc"],
            &["default,documented"],
            "documented",
        ),
        (&["generate", "--seed", "de"], &["default"], "documented"),
        (&["check", "L"], &["Leads.json"], "notes.txt"),
        (&["--generate", "Le"], &["Leads="], "Deals="),
        (
            &["run", "--generate", "Leads=5,Con"],
            &["Leads=5,Contacts="],
            "Contacts=",
        ),
        // the history of deals is the program's own
        (&["generate", "--module", "D"], &["Deals="], "DealHistory="),
        (
            &["verify", "--only", "records."],
            &["records.*", "records.insert"],
            "org.get",
        ),
        (&["run", "--only", "or"], &["org.get", "org.*"], "records.*"),
        (&["--jobs", ""], &["at_once", "polls=", "merge:"], "PT10S"),
        (&["generate", "--locale", "d"], &["de_DE"], "en"),
        (&["--auth", ""], &["off", "any", "strict"], "none"),
        (&["verify", "--format", "j"], &["json", "junit"], "text"),
        (&["completions", ""], &["bash", "fish", "zsh"], "tcsh"),
        (&["--ready-file", "n"], &["notes.txt"], "Leads.json"),
        (&["run", "--", "cat", "n"], &["notes.txt"], "default"),
        (&["h"], &["health"], "verify"),
        (&["ca", ""], &["path", "print", "renew"], "system"),
    ] {
        let found = offered(words);
        for value in some {
            assert!(found.iter().any(|it| it == value), "{words:?}: {found:?}");
        }
        assert!(!found.iter().any(|it| it == never), "{words:?}: {found:?}");
    }
}

/// Whatever is offered is taken.
#[test]
fn modules_that_are_offered_can_be_generated() {
    let modules = offered(&["generate", "--module", ""]);
    assert!(modules.len() > 20, "{modules:?}");
    let wanted: Vec<String> = modules.iter().map(|module| format!("{module}3")).collect();
    let output = Command::new(BINARY)
        .args(["generate", "--module", &wanted.join(",")])
        .output();
    let output = output.expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

#[test]
fn other_shells_are_named() {
    let output = Command::new(BINARY)
        .env("ZOHO_MOCK_COMPLETE", "tcsh")
        .output();
    let output = output.expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("unknown shell `tcsh`"), "{told}");
}

#[cfg(target_os = "linux")]
mod shells {
    use std::io::{Read as _, Write as _};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;
    use std::process::{Child, Command, Stdio};
    use std::sync::mpsc::{Receiver, channel};
    use std::time::{Duration, Instant};

    use super::BINARY;
    use crate::pages::{blocks, read};
    use crate::support::skip;

    /// How long a shell may take.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// What is typed, tabs with it, and what the program is started with then.
    const TYPED: &[(&str, &str)] = &[
        (
            "serve --seed documented/get_o\t",
            "<serve><--seed><documented/get_organization>",
        ),
        ("--generate Le\t5", "<--generate><Leads=5>"),
        ("--generate=Le\t5", "<--generate=Leads=5>"),
        (
            "--generate Leads=5,Cont\t7",
            "<--generate><Leads=5,Contacts=7>",
        ),
        (
            "verify --only composite.r\t",
            "<verify><--only><composite.run>",
        ),
        ("check my\t", "<check><my seeds/>"),
    ];

    /// A shell in a terminal.
    struct Terminal {
        child: Child,
        shown: Receiver<Vec<u8>>,
    }

    impl Terminal {
        /// Starts a shell, in which the program only shows what it is given, unless it is about completions.
        fn start(shell: &str, folder: &Path) -> Self {
            let program = folder.join("bin/zoho-crm-mock");
            let text = format!(
                "#!/bin/sh\n[ -n \"$ZOHO_MOCK_COMPLETE\" ] && exec {BINARY} \"$@\"\n\
                 [ \"$1\" = completions ] && exec {BINARY} \"$@\"\nprintf '<%s>' \"$@\"\necho\n"
            );
            for part in ["bin", "my seeds"] {
                std::fs::create_dir_all(folder.join(part)).expect("a folder");
            }
            std::fs::write(folder.join("my seeds/Leads.json"), "[]").expect("written");
            std::fs::write(&program, text).expect("written");
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&program, mode).expect("made a program");
            let path = std::env::var("PATH").unwrap_or_default();
            let child = Command::new("script")
                .args(["--quiet", "--command", shell, "/dev/null"])
                .env("PATH", format!("{}/bin:{path}", folder.display()))
                .env("HOME", folder)
                .env("TERM", "xterm")
                .current_dir(folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn();
            let mut child = child.expect("a terminal");
            let mut out = child.stdout.take().expect("its output");
            let (sender, shown) = channel();
            std::thread::spawn(move || {
                let mut part = [0; 4096];
                while let Ok(read @ 1..) = out.read(&mut part) {
                    if sender.send(part[..read].to_vec()).is_err() {
                        break;
                    }
                }
            });
            Self { child, shown }
        }

        fn enter(&mut self, text: &str) {
            let input = self.child.stdin.as_mut().expect("its input");
            input.write_all(text.as_bytes()).expect("typed");
            input.flush().expect("typed");
        }

        /// What is shown until all of some words are there.
        fn until(&self, words: &[&str]) {
            let (started, mut shown) = (Instant::now(), String::new());
            while !words.iter().all(|word| shown.contains(word)) {
                let left = PATIENCE.saturating_sub(started.elapsed());
                let part = self.shown.recv_timeout(left);
                let part = part.unwrap_or_else(|_| panic!("{words:?} in {shown}"));
                shown.push_str(&String::from_utf8_lossy(&part));
            }
        }
    }

    impl Drop for Terminal {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    /// What the page about options says that a shell is told.
    fn told(shell: &str) -> String {
        let blocks = blocks(&read("docs/options.md"));
        let block = blocks.into_iter().find(|it| it.language == shell);
        block.expect("a block for the shell").text
    }

    /// Types into a shell, which is started by a command.
    fn try_in(name: &str, started: &str) {
        for program in [name, "script"] {
            let found = Command::new(program).arg("--version").output();
            if !found.is_ok_and(|output| output.status.success()) {
                skip(&format!("completions in {name}"), &format!("no {program}"));
                return;
            }
        }
        let folder = tempfile::tempdir().expect("a folder");
        let mut terminal = Terminal::start(started, folder.path());
        terminal.enter(&told(name));
        // what is typed is shown, too
        terminal.enter("echo BE''GUN\n");
        terminal.until(&["BEGUN"]);
        for (typed, given) in TYPED {
            terminal.enter(&format!("zoho-crm-mock {typed}\n"));
            terminal.until(&[given]);
        }
        terminal.enter("zoho-crm-mock serve --seed \t\t");
        terminal.until(&["default", "documented", "my"]);
    }

    #[test]
    fn bash() {
        try_in("bash", "bash --norc -i");
    }

    #[test]
    fn zsh() {
        try_in("zsh", "zsh -f -i");
    }

    #[test]
    fn fish() {
        try_in("fish", "fish --no-config -i");
    }
}
