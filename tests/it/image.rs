//! The image, made by buildah and run by Podman, without a daemon: what it is, what
//! `docs/docker-ci.md` says of it, and that Testcontainers start it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::pages::blocks;
use crate::support::{BINARY, skip};

const PAGE: &str = "docs/docker-ci.md";
/// The largest image, in bytes.
const LARGEST: u64 = 20_000_000;

/// What containers may do where nobody runs systemd, in a container perhaps.
const CONTAINERS: &str = r#"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]

[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
compat_api_enforce_docker_hub = false
"#;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    std::fs::read_to_string(root().join(PAGE)).expect("the page")
}

fn said(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&said).into_owned()
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{command:?} failed:\n{}", said(&output)))
}

/// Where images and containers of these tests are, and nobody else's.
#[derive(Clone)]
struct Engine {
    folder: PathBuf,
}

impl Engine {
    /// The engine with the image in it; or why there is none.
    fn get() -> Result<Self, String> {
        static ENGINE: OnceLock<Result<Engine, String>> = OnceLock::new();
        ENGINE.get_or_init(Self::make).clone()
    }

    fn make() -> Result<Self, String> {
        for tool in ["buildah", "podman", "runc"] {
            run(Command::new(tool).arg("--version"))?;
        }
        let target = Path::new(BINARY).ancestors().nth(2).expect("a folder");
        let triple = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
        let program = target.join(&triple).join("release/zoho-crm-mock");
        if !program.is_file() {
            let build = format!("cargo build --release --target {triple}");
            return Err(format!("the static program is not there: {build}"));
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("image");
        let engine = Self { folder };
        engine.clear()?;
        let image = ["--quiet", "--tag", "zoho-crm-mock"];
        let build = root().join("docker/build");
        run(engine.command(&build).arg(program).args(image))?;
        Ok(engine)
    }

    /// Begins with nothing, whatever an earlier run has left.
    fn clear(&self) -> Result<(), String> {
        if self.folder.exists() {
            // containers that were killed with their test
            let _ = self.podman(&["rm", "--all", "--force", "--time", "0"]);
            std::fs::remove_dir_all(&self.folder).map_err(|e| e.to_string())?;
        }
        std::fs::create_dir_all(&self.folder).map_err(|e| e.to_string())?;
        let storage = format!(
            "[storage]\ndriver = \"vfs\"\ngraphroot = {:?}\nrunroot = {:?}\n",
            self.folder.join("storage"),
            self.folder.join("run")
        );
        // networks, too, are nobody else's
        let networks = self.folder.join("networks");
        let network = format!("[network]\nnetwork_config_dir = {networks:?}\n");
        for (name, text) in [
            ("containers.conf", CONTAINERS.to_owned() + &network),
            ("storage.conf", storage),
        ] {
            std::fs::write(self.folder.join(name), text).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("CONTAINERS_CONF", self.folder.join("containers.conf"))
            .env("CONTAINERS_STORAGE_CONF", self.folder.join("storage.conf"));
        command
    }

    fn podman(&self, words: &[&str]) -> Result<String, String> {
        run(self.command("podman").args(words))
    }
}

/// The engine; or none, with a word about it.
fn engine(test: &str) -> Option<Engine> {
    let engine = Engine::get();
    engine.map_err(|why| skip(test, &why)).ok()
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Waits until the server of a port says that it is well.
fn wait(port: u16) {
    let port = port.to_string();
    let waited = run(Command::new(BINARY)
        .args(["wait", "--port", &port])
        .env_remove("ZOHO_MOCK_URL"));
    assert!(waited.is_ok(), "{waited:?}");
}

#[test]
fn the_image_is_small_and_its_container_has_no_rights() {
    let Some(engine) = engine("the_image_is_small_and_its_container_has_no_rights") else {
        return;
    };
    let podman = |words: &str| {
        let words: Vec<&str> = words.split(' ').collect();
        engine.podman(&words).unwrap_or_else(|why| panic!("{why}"))
    };
    let shown = podman("image inspect zoho-crm-mock");
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let size = shown[0]["Size"].as_u64().expect("a number");
    assert!(size <= LARGEST, "{size} bytes");
    assert_eq!(shown[0]["User"], "65532:65532");
    let health = &shown[0]["Healthcheck"]["Test"];
    assert_eq!(health[1], "/zoho-crm-mock", "{health}");

    let port = free_port();
    podman(&format!(
        "run --detach --name small --read-only --cap-drop all --publish 127.0.0.1:{port}:8080 zoho-crm-mock --empty"
    ));
    wait(port);
    podman("healthcheck run small");
    let processes = podman("top small user");
    assert!(processes.ends_with("65532\n"), "{processes}");
    let started = Instant::now();
    podman("stop --time 10 small");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(1), "it took {took:?} to stop");
    let code = podman("inspect --format {{.State.ExitCode}} small");
    assert_eq!(code.trim(), "0");
    podman("rm small");
}

/// A script with `docker` being Podman, in a folder with the files of the page.
fn shell(engine: &Engine, folder: &Path, script: &str) -> Output {
    let script = format!("docker() {{ podman \"$@\" 2>/dev/null; }}\n{script}");
    let mut command = engine.command("bash");
    command.args(["-c", &script]).current_dir(folder);
    command.output().expect("a shell")
}

#[test]
fn the_page_about_docker_is_true() {
    let Some(engine) = engine("the_page_about_docker_is_true") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let port = format!("127.0.0.1:{}", free_port());
    let mut ran = 0;
    for block in blocks(&page()) {
        block.write(folder.path());
        if block.language != "console" {
            continue;
        }
        for session in block.text.split("$ ").filter(|s| !s.is_empty()) {
            let (command, expected) = session.split_once('\n').expect("a command");
            // the engine has done these
            if command.starts_with("cargo build") || command.starts_with("docker/build") {
                continue;
            }
            // inside of the container the port is as it is
            let outside = |text: &str| text.replace("127.0.0.1:8080", &port);
            let inside = command.starts_with("docker exec");
            let command = if inside {
                command.to_owned()
            } else {
                outside(command)
            };
            let output = shell(&engine, folder.path(), &command);
            assert!(output.status.success(), "{command}\n{}", said(&output));
            let printed = String::from_utf8_lossy(&output.stdout);
            if !expected.is_empty() {
                assert_eq!(printed.trim_end(), expected.trim_end(), "{PAGE}: {command}");
            }
            ran += 1;
        }
    }
    assert!(ran > 4, "only {ran} commands");
}

/// Podman's service, which speaks as Docker's daemon does, until it is dropped.
struct Service {
    child: Child,
    socket: String,
}

impl Service {
    fn start(engine: &Engine, name: &str) -> Self {
        let path = engine.folder.join(name);
        let socket = format!("unix://{}", path.display());
        let child = engine
            .command("podman")
            .args(["system", "service", "--time", "0", &socket])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("podman runs");
        let started = Instant::now();
        while !path.exists() {
            assert!(started.elapsed() < Duration::from_secs(10), "no {socket}");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { child, socket }
    }

    /// A program of the page, run as it stands there: it prints an address.
    fn starts(&self, command: &mut Command) {
        let printed = run(command
            .env("DOCKER_HOST", &self.socket)
            .env("TESTCONTAINERS_RYUK_DISABLED", "true")
            .env("TESTCONTAINERS_CONNECTION_MODE", "docker_host"));
        let printed = printed.unwrap_or_else(|why| panic!("{why}"));
        assert!(printed.starts_with("http://"), "{printed}");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A block of the page by the name of its file.
fn block(name: &str) -> String {
    let mut blocks = blocks(&page()).into_iter();
    let found = blocks.find(|block| block.file() == Some(name));
    found.unwrap_or_else(|| panic!("{PAGE} has no {name}")).text
}

/// A Python with what `docker/tests/requirements.txt` names; or why there is none.
fn python() -> Result<PathBuf, String> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = PYTHON.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("image-python");
        let (python, complete) = (folder.join("bin/python"), folder.join("complete"));
        let requirements = root().join("docker/tests/requirements.txt");
        let wanted = std::fs::read_to_string(&requirements).map_err(|e| e.to_string())?;
        if std::fs::read_to_string(&complete).is_ok_and(|installed| installed == wanted) {
            return Ok(python);
        }
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let pip = ["-m", "pip", "install", "--quiet", "--no-deps", "-r"];
        run(Command::new(&python).args(pip).arg(&requirements))?;
        std::fs::write(&complete, wanted).map_err(|e| e.to_string())?;
        Ok(python)
    });
    made.clone()
}

#[test]
fn testcontainers_of_python_start_it() {
    let test = "testcontainers_of_python_start_it";
    let Some(engine) = engine(test) else {
        return;
    };
    match python() {
        Err(why) => skip(test, &why),
        Ok(python) => {
            let service = Service::start(&engine, "python.sock");
            let program = block("testcontainers_crm.py");
            service.starts(Command::new(python).args(["-c", &program]));
        }
    }
}

#[test]
fn testcontainers_of_node_start_it() {
    let test = "testcontainers_of_node_start_it";
    let Some(engine) = engine(test) else {
        return;
    };
    match crate::npm::tools() {
        Err(why) => skip(test, &why),
        Ok(tools) => {
            let service = Service::start(&engine, "node.sock");
            let program = block("testcontainers-crm.mjs");
            let eval = ["--input-type=module", "--eval", &program];
            service.starts(Command::new("node").args(eval).current_dir(tools));
        }
    }
}

#[test]
fn compose_starts_it() {
    let compose = std::fs::read_to_string(root().join("docker/compose.yaml"));
    let compose = compose.expect("the file");
    assert_eq!(compose, block("compose.yaml"), "{PAGE} says otherwise");
    let test = "compose_starts_it";
    let Some(engine) = engine(test) else {
        return;
    };
    let python = match python() {
        Ok(python) => python,
        Err(why) => return skip(test, &why),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let port = free_port();
    let compose = compose.replace("127.0.0.1:8080:", &format!("127.0.0.1:{port}:"));
    std::fs::write(folder.path().join("compose.yaml"), compose).expect("written");
    let command = |words: &[&str]| {
        let told = run(engine
            .command(python.with_file_name("podman-compose"))
            .args(["--project-name", "zoho-crm-it"])
            .args(words)
            .current_dir(folder.path()));
        assert!(told.is_ok(), "{told:?}");
    };
    command(&["up", "--detach"]);
    wait(port);
    let answer = reqwest::blocking::Client::new()
        .get(format!("http://127.0.0.1:{port}/__admin/health"))
        .header("Host", format!("zoho-crm:{port}"))
        .send();
    let status = answer.expect("an answer").status();
    command(&["down", "--timeout", "1"]);
    assert_eq!(status, 200);
}

#[test]
fn the_script_for_ci_is_true() {
    if let Err(why) = run(Command::new("curl").arg("--version")) {
        return skip("the_script_for_ci_is_true", &why);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let port = free_port().to_string();
    let script = block("ci.sh").replace("8080", &port);
    let program = Path::new(BINARY).parent().expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", program.display()))
        .env("ZOHO_MOCK_PORT", &port)
        .output();
    let output = output.expect("a shell");
    let told = said(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("{\"count\":0}"), "{told}");
    let report = std::fs::read_to_string(folder.path().join("contract.xml"));
    assert!(report.expect("a report").contains("<testsuites"), "{told}");
}
