//! Rules of the project that the compiler does not check.

mod circles;
mod graph;
mod layers;
mod literals;
mod names;
mod page;
mod paths;
mod release;
mod sizes;
mod source;
mod table;
mod versions;

use std::collections::BTreeSet;
use std::path::Path;

use zoho_crm_mock::error::{Code, Message, Wording};
use zoho_crm_mock::schema::builtin;
use zoho_crm_mock::seed::embedded;

use source::sources;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn only_the_edge_names_actix() {
    for source in sources() {
        let edge = source.module.first().is_some_and(|first| first == "server");
        let named = source.text.contains("actix_");
        assert!(
            !named || edge || source.path.starts_with("cli/serve"),
            "{}",
            source.path
        );
    }
}

#[test]
fn every_seed_file_is_in_the_binary() {
    let mut on_disk = BTreeSet::new();
    let mut folders = vec![
        root().join("seed-data/default"),
        root().join("seed-data/documented"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("seeds").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(root().join("seed-data")).expect("below");
                on_disk.insert(below.display().to_string());
            }
        }
    }
    let mut embedded_files = BTreeSet::new();
    for seed in embedded::names() {
        for (file, _) in embedded::find(seed).expect("its files") {
            embedded_files.insert(format!("{seed}/{file}"));
        }
    }
    assert_eq!(embedded_files, on_disk);
}

#[test]
fn the_embedded_declarations_can_be_read() {
    let modules = builtin::modules(&std::collections::BTreeMap::default()).expect("modules");
    assert!(modules.len() > 40);
    builtin::pick_lists().expect("pick lists");
    let keys = builtin::record_keys().expect("record keys");
    // those that are no fields either
    let plain = ["BEST_TIME", "description", "category"];
    assert!(
        keys.iter()
            .all(|key| key.key.starts_with('$') || plain.contains(&key.key.as_str()))
    );
    for module in &modules {
        for field in module
            .fields
            .iter()
            .filter(|field| field.data_type == zoho_crm_mock::schema::DataType::Lookup)
        {
            let target = field
                .lookup
                .as_ref()
                .map(|l| l.module.as_str())
                .unwrap_or_default();
            let known = target == "se_module"
                || modules.iter().any(|m| m.api_name == target)
                || ["Consents", "Territories"].contains(&target);
            assert!(
                known,
                "{}.{} points to {target}",
                module.api_name, field.api_name
            );
        }
    }
}

/// The whole catalogue, so that a changed word shows in review.
#[test]
fn the_catalogue() {
    use std::fmt::Write as _;
    let mut text = String::new();
    for kind in Code::all() {
        let zoho = kind.message(Wording::Zoho);
        let _ = write!(text, "{} {} {zoho}", kind.status(), kind.code());
        let documented = kind.message(Wording::Documented);
        let _ = if documented == zoho {
            writeln!(text)
        } else {
            writeln!(text, " | {documented}")
        };
    }
    for message in Message::ALL {
        let _ = writeln!(
            text,
            "{} | {}",
            message.text(Wording::Zoho),
            message.text(Wording::Documented)
        );
    }
    let file = root().join("tests/it/catalogue.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &text).expect("written");
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        text, expected,
        "run with UPDATE_EXPECT=1 if the change is meant"
    );
}
