//! `zoho-crm-mock export`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use clap::Args;
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::exit::{Exit, complain};
use super::parse::server_url;
use super::plane::{self, AdminToken};
use super::whole::WholeFile;
use crate::seed::export::{BLOBS, FOLDER};
use crate::value::blob::BlobId;

/// The file of the folder that holds all but the bytes of files.
const SEED: &str = "seed.json";

/// Options of `export`.
#[derive(Clone, Debug, Args)]
pub(super) struct ExportArgs {
    /// Base address of the server
    #[arg(
        long,
        env = "ZOHO_MOCK_URL",
        value_name = "URL",
        value_parser = server_url,
        default_value = "http://127.0.0.1:8080"
    )]
    url: String,
    #[command(flatten)]
    admin: AdminToken,
    /// The org that is exported; the server's first one unless said otherwise
    #[arg(long, value_name = "ID")]
    org: Option<String>,
    /// The folder that becomes a seed: it is made, or holds nothing but an earlier export
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// Writes an org as a seed: a file, and the files of the org beside it.
pub(super) fn export(args: &ExportArgs) -> Exit {
    match run(args) {
        Ok(()) => Exit::Success,
        Err(error) => {
            complain(&format!("{error:#}"));
            Exit::Usage
        }
    }
}

fn run(args: &ExportArgs) -> anyhow::Result<()> {
    let folder = &args.folder;
    check_folder(folder)?;
    let token = args.admin.token();
    let text = plane::get(&args.url, token, args.org.as_deref(), "export")?;
    let (seed, blobs) = split(&text).context("the server's answer is no export")?;
    fs::create_dir_all(folder).with_context(|| cannot_write(folder))?;
    if !blobs.is_empty() {
        let files = folder.join(FOLDER);
        fs::create_dir_all(&files).with_context(|| cannot_write(&files))?;
        for (digest, bytes) in &blobs {
            write(&files.join(digest.to_string()), bytes)?;
        }
    }
    // a seed that is there names files that are
    write(&folder.join(SEED), seed.as_bytes())
}

/// Refuses a folder that holds other things, which would be read as parts of the seed.
fn check_folder(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() && !folder.is_dir() {
        bail!("{} is no folder: an export is one", folder.display());
    }
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let name = entry.with_context(|| cannot_write(folder))?.file_name();
        if name != SEED && name != FOLDER {
            let name = name.to_string_lossy();
            bail!(
                "{} holds another thing: {name}; name a folder that is empty or new",
                folder.display()
            );
        }
    }
    Ok(())
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let written = WholeFile::create(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.finish()
    });
    written.with_context(|| cannot_write(path))
}

/// The bytes of files, by their digests.
type Contents = Vec<(BlobId, Vec<u8>)>;

/// The text of an export without the bytes of files, and these.
fn split(text: &str) -> anyhow::Result<(String, Contents)> {
    let parts: indexed::Parts<'_> = serde_json::from_str(text)?;
    let mut seed = String::from("{");
    let mut blobs = Vec::new();
    for (key, part) in &parts.0 {
        if key == BLOBS {
            blobs = bytes_of(part)?;
            continue;
        }
        let comma = if seed.len() > 1 { ",\n" } else { "\n" };
        let key = Json::from(key.as_str());
        seed.push_str(&format!("{comma}{key}: {}", part.get()));
    }
    seed.push_str("\n}\n");
    Ok((seed, blobs))
}

fn bytes_of(part: &RawValue) -> anyhow::Result<Contents> {
    let object: Map<String, Json> = serde_json::from_str(part.get())?;
    let blobs = object.into_iter().map(|(digest, text)| {
        let digest = BlobId::parse(&digest).context("a digest is none")?;
        let bytes = BASE64.decode(text.as_str().unwrap_or_default())?;
        Ok((digest, bytes))
    });
    blobs.collect()
}

/// An object whose values are texts of JSON, in their order.
mod indexed {
    use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
    use serde_json::value::RawValue;

    /// Keys and values.
    pub(super) struct Parts<'a>(pub(super) Vec<(String, &'a RawValue)>);

    impl<'de> Deserialize<'de> for Parts<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct PartsVisitor;
            impl<'de> Visitor<'de> for PartsVisitor {
                type Value = Parts<'de>;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts<'de>, A::Error> {
                    let mut parts = Vec::new();
                    while let Some(part) = map.next_entry()? {
                        parts.push(part);
                    }
                    Ok(Parts(parts))
                }
            }
            deserializer.deserialize_map(PartsVisitor)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_taken_out_and_the_rest_stays() {
        let digest = BlobId::of(b"hello").to_string();
        let text = format!(
            "{{\n\"export\": 1,\n\"Leads\": [\n{{\"id\":\"1\"}}\n],\n\"blobs\": {{\"{digest}\": \"aGVsbG8=\"}}\n}}\n"
        );
        let (seed, blobs) = split(&text).expect("an export");
        assert_eq!(
            seed,
            "{\n\"export\": 1,\n\"Leads\": [\n{\"id\":\"1\"}\n]\n}\n"
        );
        assert_eq!(blobs, [(BlobId::of(b"hello"), b"hello".to_vec())]);
        assert!(split("[]").is_err());
        assert!(split("{\"blobs\":{\"x\":\"\"}}").is_err());
    }
}
