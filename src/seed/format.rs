//! Reading seeds: folders, JSON, YAML and CSV files, and the seeds in the binary.
//!
//! Records are not parsed here, only found.

mod document;
mod flow;
mod parts;
mod read;
mod records;
mod yaml;

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

pub use document::{Document, Located, OfFamily, OfModule};
pub use records::{CHUNK, Found, Records, unreadable};

use super::embedded;
use super::problem::{Problem, unknown};
use read::Reading;

impl Document {
    /// Adds a seed: the name of one in the binary, or a path.
    pub fn add(&mut self, source: &str, problems: &mut Vec<Problem>) {
        if let Some(files) = embedded::find(source) {
            for (name, text) in files {
                self.add_file(
                    name,
                    &Arc::from(format!("{source}/{name}")),
                    Arc::from(*text),
                    problems,
                );
            }
            return;
        }
        let path = Path::new(source);
        if path.is_dir() {
            self.add_folder(path, problems);
        } else if path.is_file() {
            self.read(path, problems);
        } else {
            let mut reason = unknown("seed", source, embedded::names());
            if !source.contains(['.', '/', '\\']) {
                let whole = embedded::names().filter(|name| !name.contains('/'));
                let whole: Vec<&str> = whole.collect();
                reason.push_str(&format!("; the program has {}", whole.join(" and ")));
            }
            problems.push(Problem {
                file: source.to_owned(),
                path: "$".into(),
                reason: format!("no such file or folder, and {reason}"),
            });
        }
    }

    /// Files of a folder, and of `records` and `fields` in it. What a link in it leads to belongs to
    /// it only if it is in the folder, too: a seed may come from a stranger.
    fn add_folder(&mut self, folder: &Path, problems: &mut Vec<Problem>) {
        let mut files = Vec::new();
        let within = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let mut seen = HashSet::new();
        for place in [
            folder.to_path_buf(),
            folder.join("records"),
            folder.join("fields"),
        ] {
            let Ok(entries) = std::fs::read_dir(&place) else {
                continue;
            };
            let mut here: Vec<_> = entries
                .filter_map(Result::ok)
                .map(|e| e.path())
                .filter(|p| p.is_file())
                .collect();
            here.sort();
            files.extend(here.into_iter().filter(|p| is_seed_name(p)));
        }
        if files.is_empty() {
            problems.push(Problem {
                file: folder.display().to_string(),
                path: "$".into(),
                reason: "the folder holds no JSON, YAML or CSV file".into(),
            });
        }
        for file in files {
            // one that cannot be followed is read, and named with the reason
            let real = file.canonicalize().unwrap_or_else(|_| file.clone());
            if !real.starts_with(&within) {
                problems.push(Problem {
                    file: file.display().to_string(),
                    path: "$".into(),
                    reason: "is a link that leads out of the folder".into(),
                });
            } else if seen.insert(real) {
                self.read(&file, problems);
            }
        }
    }

    fn read(&mut self, path: &Path, problems: &mut Vec<Problem>) {
        let file: Arc<str> = path.display().to_string().into();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default()
            .to_owned();
        if let Some(folder) = path.parent() {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            self.folders.insert(Arc::clone(&file), folder.to_owned());
        }
        let in_fields = path
            .parent()
            .and_then(Path::file_name)
            .is_some_and(|parent| parent == "fields");
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let name = if in_fields {
                    format!("fields/{name}")
                } else {
                    name
                };
                self.add_file(&name, &file, text.into(), problems);
            }
            Err(error) => problems.push(Problem {
                file: file.to_string(),
                path: "$".into(),
                reason: match error.kind() {
                    ErrorKind::InvalidData => "is not in UTF-8: save it so".to_owned(),
                    _ => format!("cannot be read: {error}"),
                },
            }),
        }
    }

    /// Adds a file by its name (`org.json`, `records/Leads.json`, `Leads.csv`, `anything.yaml`)
    /// and text.
    pub fn add_file(
        &mut self,
        name: &str,
        file: &Arc<str>,
        text: Arc<str>,
        problems: &mut Vec<Problem>,
    ) {
        // Windows tools begin files with it
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.into(),
            None => text,
        };
        let reading = Reading {
            document: self,
            problems,
            file,
            text,
            stored: false,
        };
        reading.file(name);
    }
}

/// Whether a file may be one of a seed, by its name.
#[must_use]
pub fn is_seed_name(path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    ["json", "yaml", "yml", "csv"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}
