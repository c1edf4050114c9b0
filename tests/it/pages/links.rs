//! Links of pages lead to files, and to headings in them.

use std::path::Path;

use super::{OTHERS, docs, read, root};

/// Pages that link besides the others.
const MORE: &[&str] = &[
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "benches/README.md",
    "tests/clients/README.md",
    "tests/scenarios/README.md",
];

/// A page without its blocks.
fn prose(page: &str) -> String {
    let mut within = false;
    let lines = page.lines().filter(|line| {
        let fence = line.starts_with("```");
        within ^= fence;
        !within && !fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The targets of the links of a page.
fn links(page: &str) -> Vec<String> {
    let ends = prose(page);
    let ends = ends.split("](").skip(1);
    ends.filter_map(|rest| rest.split(')').next().map(str::to_owned))
        .collect()
}

/// The anchors of the headings of a page, as GitHub makes them.
fn anchors(page: &str) -> Vec<String> {
    let page = prose(page);
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let texts = headings.map(|line| line.trim_start_matches('#').trim());
    let anchor = |text: &str| -> String {
        let lower = text.to_lowercase();
        let kept = lower
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    texts.map(anchor).collect()
}

#[test]
fn links_lead_somewhere() {
    let known = OTHERS.iter().chain(MORE).map(|page| (*page).to_owned());
    let mut wrong = Vec::new();
    for page in known.chain(docs()) {
        let folder = Path::new(&page).parent().expect("a folder");
        for link in links(&read(&page)) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() {
                root().join(&page)
            } else {
                root().join(folder).join(file)
            };
            let text = std::fs::read_to_string(&target).unwrap_or_default();
            let led = target.exists()
                && (anchor.is_empty() || anchors(&text).iter().any(|it| it == anchor));
            if !led {
                wrong.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_index_has_every_page() {
    let index = links(&read("docs/README.md"));
    for page in docs() {
        let name = page.trim_start_matches("docs/");
        let listed = name == "README.md" || index.iter().any(|link| link == name);
        assert!(listed, "docs/README.md does not lead to {page}");
    }
}
