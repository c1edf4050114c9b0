//! Folders of seeds, as they come from strangers, and files as tools of others write them.

use super::{load, refused, write};
use crate::support::send;

#[test]
fn a_byte_order_mark_is_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        (
            "crm.json",
            "\u{feff}{\"Leads\": [{\"Last_Name\": \"Rao\"}]}",
        ),
        ("crm.yaml", "\u{feff}Leads: [{Last_Name: Rao}]"),
        ("Leads.csv", "\u{feff}Last_Name\nRao\n"),
    ] {
        write(folder.path(), name, text);
        let world = load(&folder.path().join(name)).expect(name);
        let (_, count) = send(&world, "GET", "/crm/v8/Leads/actions/count", None);
        assert_eq!(count["count"], 1, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_a_folder_are_not_followed() {
    use std::os::unix::fs::symlink;
    let place = tempfile::tempdir().expect("a folder");
    write(place.path(), "secret.csv", "root:x\nroot:y\n");
    write(place.path(), "seed/org.json", "{}");
    write(
        place.path(),
        "seed/all/one.json",
        "[{\"Last_Name\": \"Rao\"}]",
    );
    let seed = place.path().join("seed");
    symlink(place.path().join("secret.csv"), seed.join("Leads.csv")).expect("a link");
    let told = refused(&seed);
    assert!(
        told.contains("Leads.csv: is a link that leads out of the folder"),
        "{told}"
    );
    assert!(!told.contains("root"), "{told}");
    // within the folder links are as good as files, and no file is read twice
    std::fs::remove_file(seed.join("Leads.csv")).expect("removed");
    symlink(seed.join("all/one.json"), seed.join("Leads.json")).expect("a link");
    symlink(&seed, seed.join("records")).expect("a link");
    let world = load(&seed).expect("a seed");
    let (_, count) = send(&world, "GET", "/crm/v8/Leads/actions/count", None);
    assert_eq!(count["count"], 1);
}
