//! Files: what answers say of them, seeds and exports with them, and how much of them there may be.

mod large;
mod lives;

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::response::Response;
use zoho_crm_mock::seed;
use zoho_crm_mock::value::blob::BlobId;
use zoho_crm_mock::world::World;

use crate::export::reload;
use crate::support::{BINARY, Server, seed_of_scenarios, send};

const LEAD: &str = "/crm/v8/Leads/5725767000000500001";
const OTHER: &str = "/crm/v8/Leads/5725767000000500002";
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x28\0\0\0\x1e\x08\x06\0\0\0 and its points";

fn world() -> World {
    let builder = Builder::default().seed(seed_of_scenarios("files"));
    builder.build_world().expect("the seed")
}

/// A form with one file.
fn form(name: &str, content: &[u8]) -> Vec<u8> {
    let head =
        format!("--x\r\nContent-Disposition: form-data; name=file; filename=\"{name}\"\r\n\r\n");
    [head.as_bytes(), content, b"\r\n--x--\r\n"].concat()
}

fn post(world: &World, path: &str, body: &[u8]) -> Response {
    let headers = vec![
        ("authorization".to_owned(), "Zoho-oauthtoken x".to_owned()),
        (
            "content-type".to_owned(),
            "multipart/form-data; boundary=x".to_owned(),
        ),
    ];
    dispatch(world, &Request::new("POST", path, "", &headers, Some(body)))
}

fn get(world: &World, target: &str) -> Response {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = vec![("authorization".to_owned(), "Zoho-oauthtoken x".to_owned())];
    dispatch(
        world,
        &Request::new("GET", path, query, &headers, Some(b"")),
    )
}

fn json_of(answer: &Response) -> Json {
    serde_json::from_slice(&answer.body).expect("JSON")
}

/// The id of what was attached to a record.
pub(crate) fn attached(world: &World, record: &str, name: &str, content: &[u8]) -> String {
    let answer = post(
        world,
        &format!("{record}/Attachments"),
        &form(name, content),
    );
    let json = json_of(&answer);
    let id = json["data"][0]["details"]["id"].as_str();
    id.unwrap_or_else(|| panic!("{json}")).to_owned()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    let found = answer.headers.iter().find(|(known, _)| *known == name);
    found.map_or("", |(_, value)| value)
}

#[test]
fn answers_say_what_a_file_is_called() {
    let world = world();
    let id = attached(&world, LEAD, "naïve €'s.txt", b"text");
    post(&world, &format!("{LEAD}/photo"), &form("me.png", PNG));
    post(&world, "/crm/v8/org/photo", &form("logo.png", PNG));
    let download = "application/x-download;charset=UTF-8";
    for (target, media, disposition, body) in [
        (
            format!("{LEAD}/Attachments/{id}"),
            download,
            "attachment;filename*=UTF-8''na%C3%AFve%20%E2%82%AC%27s.txt",
            &b"text"[..],
        ),
        (
            "/crm/v8/files?id=terms0002".to_owned(),
            download,
            "attachment;filename*=UTF-8''terms.txt",
            b"terms and conditions",
        ),
        (
            format!(
                "{OTHER}/actions/download_fields_attachment?fields_attachment_id=5725767000000600001"
            ),
            download,
            "attachment;filename*=UTF-8''seeded.txt",
            b"seeded",
        ),
        (
            format!("{LEAD}/photo"),
            "image/png",
            "attachment; filename=\"photo.png\"",
            PNG,
        ),
        (
            "/crm/v8/org/photo".to_owned(),
            "image/png",
            "attachment; filename=\"photo.png\"",
            PNG,
        ),
    ] {
        let answer = get(&world, &target);
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(answer.content_type, Some(media), "{target}");
        assert_eq!(header(&answer, "Content-Disposition"), disposition);
        assert_eq!(answer.body, body, "{target}");
    }
}

#[test]
fn an_export_with_files_loads_again_to_an_equal_org() {
    let world = world();
    attached(&world, LEAD, "a.txt", b"attached");
    let gone = attached(&world, LEAD, "b.txt", b"deleted");
    post(&world, "/crm/v8/files", &form("c.txt", b"uploaded"));
    post(&world, &format!("{LEAD}/photo"), &form("me.png", PNG));
    post(&world, "/crm/v8/org/photo", &form("logo.png", PNG));
    let papers = json!({"data": [{"Papers": [{"File_Id__s": "terms0002"}, {"File_Id__s": "offer0001"}],
        "Pictures": [{"File_Id__s": "bow00003", "Description__s": "the bow"}]}]});
    assert_eq!(send(&world, "PUT", LEAD, Some(&papers)).0, 200);
    let deleted = send(
        &world,
        "DELETE",
        &format!("{LEAD}/Attachments/{gone}"),
        None,
    );
    assert_eq!(deleted.0, 200);

    let state = world.default_org().read();
    let text = seed::export(&state);
    let again = reload(&text);
    let (first, second) = (
        String::from_utf8_lossy(&text).into_owned(),
        String::from_utf8_lossy(&seed::export(&again)).into_owned(),
    );
    assert_eq!(first, second);
    assert_eq!(again.blobs.used(), state.blobs.used());
    // bytes that several files have stand there once
    let digest = BlobId::of(PNG).to_string();
    assert_eq!(first.matches(&format!("\"{digest}\": ")).count(), 1);
    let photo = again
        .files
        .org_photo
        .as_ref()
        .and_then(|it| it.blob.clone());
    assert_eq!(photo.expect("the photo").bytes(), PNG);
}

#[test]
fn bytes_are_held_as_long_as_anybody_has_them() {
    let world = world();
    let org = world.default_org();
    let blobs = org.read().blobs.clone();
    let before = blobs.used();
    let id = attached(&world, LEAD, "a.txt", &[b'a'; 1000]);
    let again = attached(&world, OTHER, "b.txt", &[b'a'; 1000]);
    assert_eq!(blobs.used(), before + 1000, "the same bytes once");
    let (fork, _) = world.fork("default", org, None, None).expect("a fork");
    assert_eq!(blobs.used(), before + 1000, "a fork shares them");
    for (record, id) in [(LEAD, &id), (OTHER, &again)] {
        let target = format!("{record}/Attachments/{id}");
        assert_eq!(send(&world, "DELETE", &target, None).0, 200);
    }
    let bin = org.read();
    assert_eq!(blobs.used(), before + 1000, "the recycle bin has them");
    drop(bin);
    org.reset();
    assert_eq!(blobs.used(), before + 1000, "the fork has them");
    drop(fork);
    for org in world.orgs().into_iter().skip(1) {
        world.delete(&org.id).expect("the fork");
    }
    assert_eq!(blobs.used(), before);
}

#[test]
fn a_budget_that_is_spent_leaves_nothing_behind() {
    let builder = Builder::default().seed(seed_of_scenarios("files"));
    let world = builder.max_file_bytes(300).build_world().expect("room");
    let used = world.default_org().read().blobs.used();
    let exceeded = json!({"code": "STORAGE_SPACE_EXCEEDED", "details": {"size": 300},
        "message": "Exceeded storage space limit", "status": "error"});
    for path in [
        &format!("{LEAD}/Attachments"),
        "/crm/v8/files",
        "/crm/v2/org/photo",
        &format!("{LEAD}/photo"),
    ] {
        let content = [PNG, &[b'.'; 300]].concat();
        let answer = post(&world, path, &form("a.png", &content));
        assert_eq!((answer.status, json_of(&answer)), (400, exceeded.clone()));
    }
    let state = world.default_org().read();
    assert_eq!(state.blobs.used(), used);
    assert_eq!(get(&world, &format!("{LEAD}/photo")).status, 204);
    // what is there already takes no room
    attached(&world, LEAD, "terms.txt", b"terms and conditions");
    let builder = Builder::default().seed(seed_of_scenarios("files"));
    let error = builder
        .max_file_bytes(10)
        .build_world()
        .expect_err("no room");
    assert!(error.to_string().contains("files may take"), "{error}");
}

#[test]
fn the_journal_keeps_what_a_file_is_and_not_what_is_in_it() {
    let world = world();
    let id = attached(&world, LEAD, "secret.txt", b"what is in it");
    get(&world, &format!("{LEAD}/Attachments/{id}"));
    let link = "attachmentUrl=https%3A%2F%2Fwww.example.com";
    let headers = vec![(
        "content-type".to_owned(),
        "application/x-www-form-urlencoded".to_owned(),
    )];
    let path = format!("{LEAD}/Attachments");
    let _ = dispatch(
        &world,
        &Request::new("POST", &path, "", &headers, Some(link.as_bytes())),
    );
    let entries = world.default_org().journal.entries();
    let digest = BlobId::of(b"what is in it").to_string();
    let upload = entries[0].json();
    assert_eq!(
        upload["request"],
        json!({"parts": [{"name": "file", "file_name": "secret.txt", "media_type": null,
            "size": 13, "sha256": digest}]})
    );
    assert_eq!(
        entries[1].json()["response"],
        json!({"size": 13, "sha256": digest})
    );
    assert_eq!(upload["truncated"], Json::Null);
}

#[test]
fn a_seed_names_files_beside_it_and_no_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let within = folder.path().join("seed");
    std::fs::create_dir_all(within.join("papers")).expect("made");
    std::fs::write(folder.path().join("secret"), "secret").expect("written");
    std::fs::write(within.join("papers/offer.pdf"), "%PDF").expect("written");
    let seed = within.join("crm.yaml");
    let load = |path: &str| {
        let yaml = format!(
            "Leads:\n- id: '1'\n  Last_Name: Rao\n  Company: Rao\nAttachments:\n- Parent_Id: '1'\n  $se_module: Leads\n  $file_id: {{path: {path}}}\n"
        );
        std::fs::write(&seed, yaml).expect("written");
        let builder = Builder::default().seed(seed.display().to_string());
        builder.build_world()
    };
    let world = load("papers/offer.pdf").expect("the file is there");
    let list = get(&world, "/crm/v8/Leads/1/Attachments?fields=File_Name,Size");
    let shown = &json_of(&list)["data"][0];
    assert_eq!(
        (&shown["File_Name"], &shown["Size"]),
        (&json!("offer.pdf"), &json!("4"))
    );
    let absolute = folder.path().join("secret").display().to_string();
    let mut refused = vec!["../secret", &absolute, "nothing.pdf", "papers"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("secret"), within.join("link"))
            .expect("a link");
        refused.push("link");
    }
    for path in refused {
        let error = load(path).expect_err(path).to_string();
        assert!(error.contains("$.Attachments[0].$file_id.path"), "{error}");
        assert!(!error.contains("secret\n"), "{error}");
    }
}

#[test]
fn a_seed_over_http_brings_its_bytes_along() {
    let world = world();
    for (file, refused) in [
        (json!({"path": "Cargo.toml"}), true),
        (json!({"sha256": BlobId::of(b"x").to_string()}), true),
        (json!({"base64": "?"}), true),
        (json!({"base64": "YQ==", "path": "a"}), true),
        (json!({"base64": "YQ==", "size_": 1}), true),
        (json!({"base64": "aGVsbG8=", "name": "hello.txt"}), false),
    ] {
        let seed = json!({"Attachments": [{"Parent_Id": "5725767000000500001", "$se_module": "Leads",
            "$file_id": file}]});
        let (status, answer) = send(&world, "POST", "/__admin/seed", Some(&seed));
        assert_eq!(status == 200, !refused, "{file}: {answer}");
        if refused {
            let path = answer["error"]["details"]["problems"][0]["path"].to_string();
            assert!(path.contains("$.Attachments[0].$file_id"), "{answer}");
        }
    }
    let list = get(&world, &format!("{LEAD}/Attachments?fields=File_Name"));
    assert_eq!(json_of(&list)["data"][0]["File_Name"], "hello.txt");
}

#[test]
fn the_command_writes_files_beside_the_seed() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("crm");
    let now = "2026-11-16T09:00:00Z";
    let seed = seed_of_scenarios("files");
    let server = Server::start(&["--seed", &seed, "--now", now]);
    let run = |folder: &std::path::Path| {
        let mut command = std::process::Command::new(BINARY);
        let command = command.args(["export", "--url", &server.url]).arg(folder);
        command.output().expect("it runs")
    };
    assert!(run(&out).status.success());
    assert!(run(&out).status.success(), "in place of an earlier one");
    let digest = BlobId::of(b"the plan").to_string();
    let plan = std::fs::read(out.join("files").join(&digest)).expect("the file");
    assert_eq!(plan, b"the plan");
    let builder = Builder::default().seed(out.display().to_string());
    let again = builder.build_world().expect("a seed");
    let first = Builder::default().seed(&seed).now(now).build_world();
    let first = seed::export(&first.expect("the seed").default_org().read());
    assert_eq!(seed::export(&again.default_org().read()), first);
    // bytes that are others than the seed says are no files of it
    std::fs::write(out.join("files").join(&digest), "another plan").expect("written");
    let builder = Builder::default().seed(out.display().to_string());
    let error = builder.build_world().expect_err("other bytes").to_string();
    assert!(error.contains("SHA-256"), "{error}");
    let other = run(folder.path());
    assert!(!other.status.success(), "another thing is there");
}
