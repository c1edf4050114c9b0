//! What becomes of the files of an authority, whatever is in their place.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use zoho_crm_mock::authority::Authority;

use crate::support::BINARY;

fn ca(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(BINARY);
    command
        .arg("ca")
        .args(arguments)
        .arg("--ca-dir")
        .arg(folder);
    command.output().expect("the binary starts")
}

/// The one line that a command prints.
fn line(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

#[test]
fn it_is_made_once_and_shown() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("a/b");
    let path = line(&ca(&["path"], &folder));
    assert_eq!(Path::new(&path), folder.join("ca.pem"));
    let pem = fs::read_to_string(&path).expect("the certificate");
    assert_eq!(line(&ca(&["print"], &folder)), pem.trim_end());
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----\n"), "{pem}");
    assert!(!pem.contains("PRIVATE"));
    assert_eq!(line(&ca(&["renew"], &folder)), path);
    let renewed = fs::read_to_string(&path).expect("the certificate");
    assert_ne!(renewed, pem);
    assert_eq!(line(&ca(&["print"], &folder)), renewed.trim_end());
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("ca");
    Authority::open(&folder).expect("an authority");
    let mode = |path: &Path| {
        let metadata = fs::metadata(path).expect("there");
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("ca-key.pem")), 0o600);
    assert_eq!(mode(&folder.join("ca.pem")), 0o644);

    let key = folder.join("ca-key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("opened");
    let refused = Authority::open(&folder).expect_err("an open key");
    let advice = format!("chmod 600 {}", key.display());
    assert!(refused.to_string().ends_with(&advice), "{refused}");
}

#[test]
fn processes_that_begin_together_have_the_same_one() {
    for _ in 0..5 {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("ca");
        let begin = || {
            let mut command = Command::new(BINARY);
            command.args(["ca", "print", "--ca-dir"]).arg(&folder);
            command.stdout(std::process::Stdio::piped());
            command.spawn().expect("the binary starts")
        };
        let children: Vec<_> = (0..8).map(|_| begin()).collect();
        let prints = children.into_iter().map(|child| {
            let output = child.wait_with_output().expect("it ends");
            line(&output)
        });
        let prints: Vec<String> = prints.collect();
        let kept = fs::read_to_string(folder.join("ca.pem")).expect("the certificate");
        for print in prints {
            assert_eq!(print, kept.trim_end());
        }
        let key = fs::read_to_string(folder.join("ca-key.pem")).expect("the key");
        assert!(key.starts_with(&kept), "the key is that of another one");
    }
}

/// A certificate of openssl's making, with its key; none without openssl.
fn of_openssl(extensions: &[&str]) -> Option<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let (key, certificate) = (folder.path().join("key"), folder.path().join("certificate"));
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt"]);
    command.args([
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "30",
        "-subj",
    ]);
    command.args(["/O=zoho-crm-mock/CN=zoho-crm-mock local CA 0", "-keyout"]);
    command.arg(&key).arg("-out").arg(&certificate);
    for extension in extensions {
        command.args(["-addext", extension]);
    }
    let made = command.output().ok()?;
    assert!(made.status.success(), "{made:?}");
    let text = |path: &Path| fs::read_to_string(path).expect("written");
    Some((text(&certificate), text(&key)))
}

#[test]
fn what_is_something_else_is_left_as_it_is() {
    let own = || {
        let folder = tempfile::tempdir().expect("a folder");
        Authority::open(folder.path()).expect("an authority");
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
        (read("ca.pem"), read("ca-key.pem"))
    };
    let ((certificate, both), (other, other_both)) = (own(), own());
    let key = other_both.replace(&other, "");
    let cut = &both[..both.len() / 3];
    // the last line of the certificate holds the end of its signature
    let at = certificate.find("\n-----END").expect("an end") - 6;
    let mut altered = both.clone().into_bytes();
    altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).expect("a text");
    let mut rows = vec![
        ("ca-key.pem", String::new(), "holds no certificate"),
        ("ca-key.pem", "hello\n".to_owned(), "holds no certificate"),
        ("ca-key.pem", cut.to_owned(), "holds no certificate"),
        ("ca-key.pem", certificate.clone(), "holds no private key"),
        ("ca-key.pem", certificate.clone() + &key, "does not belong"),
        ("ca-key.pem", altered, "signature"),
        ("ca.pem", certificate, "without ca-key.pem"),
        ("ca.pem", "hello\n".to_owned(), "without ca-key.pem"),
    ];
    let unlimited = of_openssl(&[]);
    let others = "nameConstraints=critical,permitted;DNS:zoho.com,permitted;DNS:example.com,permitted;IP:127.0.0.0/255.0.0.0";
    let of_others = of_openssl(&[others]);
    for (certificate, key) in [unlimited, of_others].into_iter().flatten() {
        rows.push((
            "ca-key.pem",
            certificate + &key,
            "not limited to Zoho's hosts",
        ));
    }
    for (name, text, expected) in rows {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        fs::write(&path, &text).expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("closed");
        }
        for command in ["path", "renew"] {
            let refused = ca(&[command], folder.path());
            assert_eq!(refused.status.code(), Some(2), "{expected}: {refused:?}");
            let sentence = String::from_utf8_lossy(&refused.stderr).into_owned();
            assert_eq!(sentence.lines().count(), 1, "{sentence}");
            for part in [expected, &*path.to_string_lossy(), "move"] {
                assert!(sentence.contains(part), "{sentence} has no {part}");
            }
            assert_eq!(fs::read_to_string(&path).expect("still there"), text);
        }
    }
}

#[test]
fn a_certificate_beside_the_key_is_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Authority::open(folder.path()).expect("an authority");
    let path = folder.path().join("ca.pem");
    // lost: it is written again
    fs::remove_file(&path).expect("removed");
    let again = Authority::open(folder.path()).expect("an authority");
    assert_eq!(again.pem(), made.pem());
    assert_eq!(fs::read_to_string(&path).expect("there"), made.pem());
    // that of an older authority, as a process leaves it that was killed between the two files
    let older = Authority::ephemeral().expect("an authority");
    fs::write(&path, older.pem()).expect("written");
    Authority::open(folder.path()).expect("an authority");
    assert_eq!(fs::read_to_string(&path).expect("there"), made.pem());
    // something else
    fs::write(&path, "hello\n").expect("written");
    let refused = Authority::open(folder.path()).expect_err("a foreign file");
    assert!(
        refused.to_string().contains("is left as it is"),
        "{refused}"
    );
    assert_eq!(fs::read_to_string(&path).expect("there"), "hello\n");
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_nowhere_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("ca-key.pem");
    std::os::unix::fs::symlink("/not/mounted", &link).expect("a link");
    let told = Authority::open(folder.path()).map(drop);
    let told = told.expect_err("no authority").to_string();
    assert!(told.contains("is left as it is"), "{told}");
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
}

#[test]
fn a_folder_that_cannot_be_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    let refused = ca(&["path"], &file);
    assert_eq!(refused.status.code(), Some(2));
    let sentence = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(sentence.contains(&*file.to_string_lossy()), "{sentence}");
}
