//! Whatever is sent, the service answers, keeps its records, and can be exported.
//!
//! `tests/hostile/README.md` describes the form of the files.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use serde_json::json;
use zoho_crm_mock::Builder;
use zoho_crm_mock::ids::Id;
use zoho_crm_mock::request::Method;
use zoho_crm_mock::seed::export::export;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::world::World;

use crate::export::{assert_same, reload, world_of};
use crate::known;
use crate::support::{seed_of_scenarios, send_bytes};

/// Blocks that do not hold yet.
const KNOWN: &[&str] = &[];

/// Requests that are sent to one org.
struct Block {
    file: String,
    title: String,
    deletes: bool,
    requests: Vec<Sent>,
}

#[derive(Default)]
struct Sent {
    method: String,
    target: String,
    body: String,
    rules: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile")
}

fn blocks() -> Vec<Block> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    files.iter().flat_map(|file| read(file)).collect()
}

fn read(file: &Path) -> Vec<Block> {
    let text = std::fs::read_to_string(file).expect("text");
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("; ")) {
        if let Some(title) = line.strip_prefix("# ") {
            blocks.push(Block {
                file: name.clone().into_owned(),
                title: title.to_owned(),
                deletes: false,
                requests: Vec::new(),
            });
            continue;
        }
        let Some(block) = blocks.last_mut() else {
            continue;
        };
        let request = line.split_once(" /");
        let request = request.filter(|(method, _)| Method::parse(method).is_some());
        if line == "@deletes" {
            block.deletes = true;
        } else if let Some((method, target)) = request {
            block.requests.push(Sent {
                method: method.to_owned(),
                target: format!("/{target}"),
                ..Sent::default()
            });
        } else if !line.is_empty() {
            let request = block.requests.last_mut();
            let request = request.unwrap_or_else(|| panic!("{name}: no request above {line}"));
            match line.strip_prefix("=> ") {
                Some(rule) => request.rules.push(rule.to_owned()),
                None => request.body.push_str(line),
            }
        }
    }
    blocks
}

/// A text with its repetitions and bytes written out.
fn written_out(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<<") {
        let (inner, after) = after.split_once(">>").expect("a closing >>");
        bytes.extend(before.bytes());
        if let Some(hex) = inner.strip_prefix("0x") {
            let digits: Vec<char> = hex.chars().collect();
            let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
            bytes.extend(pairs.map(|pair| u8::from_str_radix(&pair, 16).expect("two digits")));
        } else {
            let (count, text) = inner.split_once('*').expect("a count and a text");
            bytes.extend(text.repeat(count.parse().expect("a count")).bytes());
        }
        rest = after;
    }
    bytes.extend(rest.bytes());
    bytes
}

/// The org of the scenarios, with quotes.
fn org() -> OrgState {
    static ORG: LazyLock<Arc<OrgState>> = LazyLock::new(|| {
        let more = json!({
            "Products": [{"id": "5725767000000560001", "Product_Name": "Chair", "Unit_Price": 100}],
            "Quotes": [{
                "id": "5725767000000570001", "Subject": "Chairs",
                "Account_Name": {"id": "5725767000000520001"},
                "Quoted_Items": [{"Product_Name": {"id": "5725767000000560001"}, "Quantity": 2}],
            }],
        });
        let builder = Builder::default().seed(seed_of_scenarios("basic"));
        let builder = builder.seed_json(&more).now("2026-11-16T09:00:00Z");
        builder
            .build_world()
            .expect("the seed")
            .default_org()
            .read()
    });
    (**ORG).clone()
}

fn ids(state: &OrgState) -> BTreeSet<(String, Id)> {
    let modules = state.schema.modules();
    let ids = modules.flat_map(|module| {
        let rows = state.table(module).rows().iter();
        rows.map(|(_, record)| (module.api_name().to_owned(), record.id))
            .collect::<Vec<_>>()
    });
    ids.collect()
}

/// Sends the requests of a block under a version.
fn check(block: &Block, version: &str) {
    let world = world_of(org());
    let before = world.default_org().read();
    for request in &block.requests {
        let target = written_out(&request.target.replace("{v}", version));
        let target = String::from_utf8_lossy(&target).into_owned();
        let body = written_out(&request.body);
        let (status, answer) = send_bytes(&world, &request.method, &target, &body);
        let answer = String::from_utf8_lossy(&answer);
        let sent: String = target.chars().take(100).collect();
        let told: String = answer.chars().take(500).collect();
        let told = format!("{} {sent}: {status} {told}", request.method);
        assert!(status < 500, "{told}");
        for rule in &request.rules {
            let holds = match rule.split_once(' ') {
                Some(("has", text)) => answer.contains(text),
                Some(("lacks", text)) => !answer.contains(text),
                _ => rule.parse() == Ok(status),
            };
            assert!(holds, "`{rule}` does not hold: {told}");
        }
    }
    let after = world.default_org().read();
    if !Arc::ptr_eq(&before, &after) {
        is_sound(&before, &after, block.deletes);
    }
    can_be_listed(&world);
}

/// What must hold of an org after it was written to.
fn is_sound(before: &OrgState, after: &OrgState, deletes: bool) {
    let ids_after = ids(after);
    let wrong: Vec<_> = ids_after.iter().filter(|(_, id)| id.0 == 0).collect();
    assert!(wrong.is_empty(), "no ids: {wrong:?}");
    let lost: Vec<_> = ids(before).difference(&ids_after).cloned().collect();
    assert!(deletes || lost.is_empty(), "lost: {lost:?}");
    assert_same(after, &reload(&export(after)));
}

fn can_be_listed(world: &World) {
    for module in ["Leads", "Contacts", "Quotes"] {
        let target = format!("/crm/v8/{module}?fields=id,Owner&per_page=200");
        let (status, _) = send_bytes(world, "GET", &target, b"");
        assert!([200, 204].contains(&status), "{module}: {status}");
    }
}

/// The text of a panic.
fn why(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    text.unwrap_or_else(|| "it panicked".into())
}

#[test]
fn whatever_is_sent() {
    let blocks = blocks();
    assert!(blocks.len() >= 60, "only {} blocks", blocks.len());
    let titles: BTreeSet<_> = blocks.iter().map(|b| (&b.file, &b.title)).collect();
    assert_eq!(titles.len(), blocks.len(), "titles are unique in a file");
    let mut failed = BTreeSet::new();
    let mut report = String::new();
    for block in &blocks {
        assert!(
            !block.requests.is_empty(),
            "{}: nothing is sent",
            block.title
        );
        let versioned = block.requests.iter().any(|r| r.target.contains("{v}"));
        let versions: &[&str] = if versioned { &["v2", "v8"] } else { &["v8"] };
        for version in versions {
            let name = format!("{}: {}", block.file, block.title);
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(block, version))) {
                report.push_str(&format!("\n{name} [{version}]\n  {}\n", why(&*panic)));
                failed.insert(name);
            }
        }
    }
    known::compare(&format!("whatever is sent:\n{report}"), KNOWN, failed);
}

#[test]
fn repetitions_and_bytes_are_written_out() {
    assert_eq!(written_out("a<<3*[]>>b<<0x00fF>>"), b"a[][][]b\x00\xff");
}
